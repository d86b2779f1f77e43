"""Where the QR code of a slip leads: one's own roster of that month, to read; to sign for it, with a PIN."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scheduler.app.own_roster import OwnRoster, own_roster
from scheduler.app.personal_links import is_good_link
from scheduler.app.receipts import keep_receipts
from scheduler.domain import Month
from scheduler.errors import SchedulerError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence
from scheduler.web.access import language_of
from scheduler.web.forms import read_number
from scheduler.web.home import find_desks
from scheduler.web.models import Account, Seat
from scheduler.web.views.mine import MOST_NEXT, SIGNED, draw_month, say_next
from scheduler.workflow.facts import LINK, PIN
from scheduler.workflow.readers import Audience, Reader

NO_LINK = Sentence("没有这一页，或链接已过期、已停用", "there is no such page, or the link has ended or was shut")
WRONG_PIN = Sentence("签收码不对", "the PIN is wrong")
NO_PIN = Sentence(
    "还没有设签收码：请登录后在“我的设置”里设，或登录签收",
    "no PIN is set yet: log in and set one under My settings, or sign there",
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, slug: str, which: Month, who: str, code: str) -> HttpResponse:
    """The roster of whoever's slip it is; whatever is wrong with the address, it is as if there were no such page."""
    desk, lang = find_desks(settings.HOME).get(slug), language_of(request)
    files = _read(desk)
    if desk is None or files is None or not is_good_link(files, which, who, code, store=settings.STORE):
        return _finish(render(request, "page/no_link.html", {"sentence": NO_LINK.say(lang)}, status=404))
    found = _only(own_roster(desk, who, store=settings.STORE), which)
    account = _account_of(slug, who)
    wrong = ""
    if request.method == "POST":
        wrong = _sign(request, desk, files, found, who, account, lang)
        if not wrong:
            messages.success(request, SIGNED.say(lang))
            return _finish(redirect(request.path))
    context = {
        "found": found,
        "desk_name": files.desk.name,
        "person": next(worker.name for worker in files.workers if worker.id == who),
        "ahead": [say_next(found, duty, lang) for duty in found.ahead[:MOST_NEXT]],
        "months": [draw_month(found, one, who, Reader(Audience.PERSON, who), lang) for one in found.months],
        "by_link": files.page.sign_by_link,
        "has_pin": bool(account and account.pin),
        "wrong": wrong,
        "hint": NO_PIN.say(lang),
    }
    return _finish(render(request, "page/link.html", context, status=422 if wrong else 200))


def _read(desk: Path | None) -> DeskFiles | None:
    """The desk; `None` where it cannot be read: what is wrong with it is nobody's business here."""
    try:
        return read_desk(desk) if desk else None
    except SchedulerError:
        return None


def _only(found: OwnRoster, month: Month) -> OwnRoster:
    """Of somebody's roster what is of one month."""
    days = set(month.days())
    return replace(
        found,
        months=tuple(one for one in found.months if one.row.month == month),
        ahead=tuple(duty for duty in found.ahead if duty.day in days),
        copies=tuple(copy for copy in found.copies if found.month_of.get(copy.version) == month and not copy.void),
    )


def _account_of(slug: str, who: str) -> Account | None:
    seat = Seat.objects.select_related("account").filter(desk=slug, person=who, account__is_active=True).first()
    return seat.account if seat else None


def _sign(
    request: HttpRequest,
    desk: Path,
    files: DeskFiles,
    found: OwnRoster,
    who: str,
    account: Account | None,
    lang: Lang,
) -> str:
    """Sign for the copy of the month; what is wrong, or nothing.

    Raises
    ------
    Http404
        There is nothing to sign for.
    """
    version = read_number(request.POST.get("version"))
    if version not in {copy.version for copy in found.copies}:
        raise Http404
    through = LINK
    if not files.page.sign_by_link:
        if account is None or not account.pin:
            return NO_PIN.say(lang)
        if authenticate(request, username=account.username, pin=request.POST.get("pin", "")) != account:
            return WRONG_PIN.say(lang)
        through = PIN
    keep_receipts(desk, sign=[who], by=who, version=version, through=through, lang=lang, store=settings.STORE)
    return ""


def _finish(answer: HttpResponse) -> HttpResponse:
    """Have no search engine keep it; that its address is told to no other site, the page's own policy says."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
