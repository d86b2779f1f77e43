"""Messages queued from the desks' logs and sent: each once, tried again with growing pauses, its state known."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, close_old_connections, transaction
from django.utils import timezone

from scheduler.app.new_desk import clear_kept, kept_at
from scheduler.app.own_roster import own_roster
from scheduler.app.telling import Telling, find_news
from scheduler.errors import SchedulerError
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.web.channels import Channels, NotSent, read_channels
from scheduler.web.home import find_desks
from scheduler.web.models import Account, LastTold, Message, MessageState, Seat

log = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))  # before another attempt
SEND_SECONDS = 600  # after which a message that is being sent was left by a server that died
ROUND_SECONDS = 5.0
NO_ADDRESS = Sentence("没有邮箱地址", "no mail address is known")
BROKEN_OFF = Sentence("发送时服务器停了：可能已发出", "the server stopped while sending: it may have been delivered")
NO_CHANNEL = Sentence("没有设邮件服务器或群机器人", "no mail server or group robot is set")
MAIL, ROBOT = "mail", "robot"


def queue_news(slug: str, desk: Path, channels: Channels, store: str | None) -> int:
    """Queue what a desk's log has to tell since it was looked at last; how many messages."""
    last = LastTold.objects.filter(desk=slug).first()
    news = find_news(desk, last.sequence if last else None, store=store)
    made = sum(_queue(slug, one, channels) for one in news.tellings)
    if last is None or news.head > last.sequence:
        LastTold.objects.update_or_create(desk=slug, defaults={"sequence": news.head})
    return made


def _queue(slug: str, one: Telling, channels: Channels) -> bool:
    """Queue a message, unless it was before; whether it is new."""
    if one.recipient:
        if channels.mail is None:
            return False
        found = Seat.objects.select_related("account").filter(desk=slug, person=one.recipient, account__is_active=True)
        seat = found.first()
        if seat is None:
            return False
        address, lang = seat.account.email, _lang_of(seat.account)
    elif slug in channels.robots:
        address, lang = "", LANGS[0]
    else:
        return False
    subject, text = one.write(lang)
    channel = MAIL if one.recipient else ROBOT
    is_known = bool(address) or channel == ROBOT
    about: Mapping[str, object] = {
        "desk": slug,
        "channel": channel,
        "recipient": one.recipient,
        "address": address,
        "subject": (subject or text.partition("\n")[0])[:300],
        "text": text,
        "calendar": one.calendar if channel == MAIL else b"",
        "state": MessageState.QUEUED if is_known else MessageState.FAILED,
        "why": "" if is_known else in_both(NO_ADDRESS),
        "due_at": timezone.now(),
    }
    return queue(f"{slug}/{one.sequence}/{channel}/{one.recipient}", about)


def queue(cause: str, about: Mapping[str, object]) -> bool:
    """Queue a message for a cause; whether there was none for it before."""
    try:
        with transaction.atomic():
            Message.objects.create(cause=cause, **about)
    except IntegrityError:
        return False
    return True


def in_both(sentence: Sentence, **facts: object) -> str:
    """A sentence in both languages on one line, as `as_written` reads it."""
    return " | ".join(sentence.say(lang, **facts) for lang in LANGS)


def _lang_of(account: Account) -> Lang:
    return next((one for one in LANGS if one == account.lang), LANGS[0])


def send_due(channels: Channels, now: datetime | None = None) -> int:
    """Send what is due; how many were tried. What a server that died was sending is not sent again by itself."""
    now = now or timezone.now()
    left = Message.objects.filter(state=MessageState.SENDING, due_at__lt=now - timedelta(seconds=SEND_SECONDS))
    left.update(state=MessageState.UNSURE, why=in_both(BROKEN_OFF))
    tried = 0
    for key in list(Message.objects.filter(state=MessageState.QUEUED, due_at__lte=now).values_list("pk", flat=True)):
        mine = Message.objects.filter(pk=key, state=MessageState.QUEUED)
        if mine.update(state=MessageState.SENDING, due_at=now):  # nobody else has it
            _send(Message.objects.get(pk=key), channels, now)
            tried += 1
    return tried


def _send(message: Message, channels: Channels, now: datetime) -> None:
    message.attempts += 1
    try:
        channel = channels.find(message)
        if channel is None:
            raise NotSent(NO_CHANNEL)
        channel.send(message)
    except NotSent as error:
        message.why = in_both(error.sentence, what=error.what)[:300]
        is_over = error.is_final or message.attempts > len(PAUSES)
        message.state = (
            MessageState.UNSURE if error.is_unsure else MessageState.FAILED if is_over else MessageState.QUEUED
        )
        if message.state == MessageState.QUEUED:
            message.due_at = now + PAUSES[message.attempts - 1]
        log.warning("message %d by %s: %s, attempt %d", message.pk, message.channel, message.state, message.attempts)
    else:
        message.state, message.why, message.sent_at = MessageState.SENT, "", timezone.now()
        message.text, message.calendar = "", b""
    message.save()


def note_read(slug: str, person: str) -> None:
    """That somebody has looked at the page: what was sent to them before is read."""
    sent = Message.objects.filter(desk=slug, recipient=person, state=MessageState.SENT)
    if person and sent.exists():
        sent.update(state=MessageState.READ, read_at=timezone.now())


def tell_once(home: Path, store: str | None) -> None:
    """Queue the news of every desk and send what is due; what is wrong with one desk keeps no other from it."""
    try:
        channels = read_channels(home)
    except SchedulerError as error:
        log.warning("%s", error)
        return
    for slug, desk in find_desks(home).items():
        try:
            queue_news(slug, desk, channels, store)
            own_roster(desk, "", store=store)  # before all come who have a new copy
        except (SchedulerError, OSError) as error:
            log.warning("desk %s: its news are not told: %s", slug, type(error).__name__)
    send_due(channels)


def start_telling() -> threading.Thread:
    """Tell news as long as the process lives, and remove files that were kept aside for too long."""
    thread = threading.Thread(target=_tell_for_ever, name="telling", daemon=True)
    thread.start()
    return thread


def _tell_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(ROUND_SECONDS):
        try:
            clear_kept(kept_at(settings.HOME))
            tell_once(settings.HOME, settings.STORE)
        except Exception:  # the page goes on, and so does this
            log.exception("telling failed; it is tried again")
        finally:
            close_old_connections()
