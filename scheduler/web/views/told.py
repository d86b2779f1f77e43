"""What was told by mail and to the group, and how far each message is."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from scheduler.errors import InputError
from scheduler.i18n import Sentence, as_written
from scheduler.web.access import Visit, at_desk
from scheduler.web.channels import Channels, read_channels
from scheduler.web.forms import read_number
from scheduler.web.models import Message, MessageState, Seat
from scheduler.web.roles import Action

MOST_SHOWN = 200
STATES = {
    MessageState.QUEUED: Sentence("等着发", "queued"),
    MessageState.SENDING: Sentence("正在发", "being sent"),
    MessageState.SENT: Sentence("已发出", "sent"),
    MessageState.READ: Sentence("已看过", "read"),
    MessageState.FAILED: Sentence("没发出", "failed"),
    MessageState.UNSURE: Sentence("不确定", "not sure"),
}
CSS = {
    MessageState.SENT: "ok",
    MessageState.READ: "ok",
    MessageState.FAILED: "late",
    MessageState.UNSURE: "due",
    MessageState.QUEUED: "due",
}
TO_GROUP = Sentence("群消息", "the group")
AGAIN = Sentence("会再发一次", "it is sent once more")
AGAINST = (MessageState.FAILED, MessageState.UNSURE)


@at_desk(Action.SEE_TOLD)
def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The last messages of the desk; have one sent again that failed."""
    if request.method == "POST":
        visit.check(Action.TELL_AGAIN)
        _send_again(visit, read_number(request.POST.get("message")) or 0)
        messages.success(request, AGAIN.say(visit.lang))
        return redirect("told", visit.slug)
    try:
        channels, faults = read_channels(settings.HOME), []
    except InputError as error:
        channels, faults = Channels(), [fault.say(visit.lang) for fault in error.faults]
    zone = visit.standing.files.desk.zone
    names = {one.id: one.name for one in visit.standing.rights.people.values()}
    rows = [
        {
            "key": one.pk,
            "at": _local(one, zone),
            "who": names.get(one.recipient, one.recipient) if one.recipient else TO_GROUP.say(visit.lang),
            "subject": one.subject,
            "state": STATES[MessageState(one.state)].say(visit.lang),
            "css": CSS.get(MessageState(one.state), ""),
            "why": as_written(one.why).say(visit.lang) if one.why else "",
            "may_retry": one.state in AGAINST and bool(one.text) and visit.may(Action.TELL_AGAIN),
        }
        for one in Message.objects.filter(desk=visit.slug).order_by("-pk")[:MOST_SHOWN]
    ]
    context = {
        "rows": rows,
        "has_mail": channels.mail is not None,
        "has_robot": visit.slug in channels.robots,
        "faults": faults,
    }
    return render(request, "page/told.html", context)


def _local(one: Message, zone: str) -> str:
    return f"{one.made_at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}"


def _send_again(visit: Visit, key: int) -> None:
    """Queue a message anew that failed, to the address that is known now."""
    found = Message.objects.filter(pk=key, desk=visit.slug, state__in=AGAINST).exclude(text="").first()
    if found is None:
        return
    seat = Seat.objects.select_related("account").filter(desk=visit.slug, person=found.recipient).first()
    address = seat.account.email if seat and found.recipient else found.address
    if found.recipient and not address:
        return
    Message.objects.filter(pk=key, state__in=AGAINST).update(
        state=MessageState.QUEUED, address=address, attempts=0, why="", due_at=timezone.now()
    )
