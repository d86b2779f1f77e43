"""What is said where something cannot be done: a sentence and a way back, never a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from scheduler.app.locations import NO_ROSTER
from scheduler.app.month_view import NO_MONTH
from scheduler.errors import (
    InputError,
    LedgerBusy,
    LedgerError,
    LedgerUnavailable,
    PapersStuck,
    Refusal,
    RosterMoved,
    SchedulerError,
    SolverFault,
    Unavailable,
)
from scheduler.i18n import Sentence
from scheduler.ledger.tables import NO_VERSIONS
from scheduler.web.access import Forbidden, language_of

NOTHING_DONE = Sentence("没有改动任何内容。", "Nothing was changed.")
# The status of an answer to each kind of error, and what to do next; the first match counts.
FAILURES: tuple[tuple[type[SchedulerError], int, Sentence], ...] = (
    (
        RosterMoved,
        409,
        Sentence("请回去看最新的情况，再决定。", "Go back, look at how things stand now, and decide again."),
    ),
    (Refusal, 422, NOTHING_DONE),
    (LedgerBusy, 503, Sentence("没有记下任何内容，请稍后再试。", "Nothing was recorded; try again in a moment.")),
    (
        LedgerUnavailable,
        503,
        Sentence("没有记下任何内容，请稍后再试。", "Nothing was recorded; try again in a moment."),
    ),
    (Unavailable, 503, Sentence("请告诉管理员，稍后再试。", "Tell the administrator, and try again later.")),
    (SolverFault, 500, Sentence("这是程序的错误，请报告。", "This is a fault of the program; please report it.")),
    (LedgerError, 404, Sentence("请回去另选。", "Go back and choose another.")),
    (
        SchedulerError,
        422,
        Sentence("请让排班人改好数据，再试一次。", "Have the manager mend the tables, then try again."),
    ),
)
NOT_MADE = (NO_ROSTER, NO_MONTH, NO_VERSIONS)  # what who makes rosters can mend at once
MEND = Sentence("请照上面所说改好，再试一次。", "Mend what is named above, then try again.")
UNREAD = Sentence(
    "部门读不出来，网页上就什么也改不了：请在服务器上、部门的文件夹里照上面所说改好，再刷新这一页。",
    "The desk cannot be read, so nothing of it can be changed on the page: mend what is named above in the desk's"
    " folder on the server, then reload this page.",
)
MAKE_IT = Sentence("可以现在就排。", "You can make it now.")
NO_FILE = Sentence("无法读写 {path}：{why}", "cannot read or write {path}: {why}")
NOT_FOUND = Sentence("没有这一页，或者不归您看", "there is no such page, or it is not yours to see")
NOT_ALLOWED = Sentence("您不能办这件事", "this is not yours to do")
BAD = Sentence("这个请求看不懂", "this request was not understood")
STALE = Sentence("这张表单已过期：请返回，刷新后再提交", "this form has expired: go back, reload it and send it again")
TOO_LARGE = Sentence("文件太大：一次至多 {most} MB", "too large: {most} MB at most at once")
LOGGED_OUT = Sentence("您已退出登录，刚才那一步没有记下", "you are logged out: your last step was not recorded")
NOT_LIKE_THAT = Sentence("这个地址不能这样打开", "this address cannot be opened like that")
BROKEN = Sentence(
    "程序出错了。已记下的仍然有效，请告诉管理员。",
    "The program failed. What was recorded stands; please tell the administrator.",
)


def answer_error(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page for an error; `None` for what is not this program's own."""
    if isinstance(error, Forbidden):
        return _say(request, 403, error.say(language_of(request)))
    if isinstance(error, OSError):
        error = Unavailable(NO_FILE, path=error.filename or "", why=error.strerror or error)
    if not isinstance(error, SchedulerError):
        return None
    lang = language_of(request)
    status, hint = next((status, hint) for kind, status, hint in FAILURES if isinstance(error, kind))
    faults = [fault.say(lang) for fault in error.faults] if isinstance(error, InputError | PapersStuck) else ()
    visit, make = getattr(request, "visit", None), ""
    is_desk = request.resolver_match and "slug" in request.resolver_match.kwargs
    if isinstance(error, InputError) and is_desk and not visit:
        hint = UNREAD
    elif isinstance(error, InputError) and (not visit or visit.can["edit_tables"]):
        hint = MEND
    if error.sentence in NOT_MADE and visit and visit.can["generate"]:
        hint, make = (
            MAKE_IT,
            f"{reverse('make', args=[visit.slug])}?{urlencode({'month': error.facts.get('month', '')})}",
        )
    return _say(request, status, error.sentence.say(lang, **error.facts), hint.say(lang), faults, make=make)


def _say(
    request: HttpRequest,
    status: int,
    sentence: str,
    hint: str = "",
    lines: Sequence[str] = (),
    *,
    back: str = "",
    make: str = "",
) -> HttpResponse:
    context = {"sentence": sentence, "hint": hint, "lines": lines, "status": status, "make": make}
    context["back"] = back or _way_back(request)
    partial = bool(getattr(request, "htmx", False))
    return render(request, "page/_refusal.html" if partial else "page/refusal.html", context, status=status)


def _way_back(request: HttpRequest) -> str:
    """The page that they came from, where it is one of ours."""
    came = _came_from(request)
    return came if came and urlsplit(came).path != request.path else reverse("desks")


def _came_from(request: HttpRequest) -> str:
    """The address of ours that they came from; empty where it is none of ours."""
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    is_ours = came.path.startswith("/") and came.netloc == request.get_host()
    return came._replace(scheme="", netloc="").geturl() if is_ours else ""


def _find_above(path: str) -> str:
    """The nearest address above one to which only forms are sent: a page that can be read."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        break
    return path


def log_in_first(request: HttpRequest) -> HttpResponse:
    """Somebody is not, or no longer, logged in: what they sent is lost, and a script is told so."""
    if getattr(request, "htmx", False):
        back = f"{reverse('log-in')}?{urlencode({'next': _way_back(request)})}"
        return _say(request, 401, LOGGED_OUT.say(language_of(request)), back=back)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    messages.warning(request, LOGGED_OUT.say(language_of(request)))
    return redirect_to_login(_came_from(request) or _find_above(request.path))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page."""
    return _say(request, 404, NOT_FOUND.say(language_of(request)))


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """They may not."""
    return _say(request, 403, NOT_ALLOWED.say(language_of(request)))


def not_like_that(request: HttpRequest) -> HttpResponse:
    """The address takes forms only, or none."""
    lang = language_of(request)
    return _say(request, 405, NOT_LIKE_THAT.say(lang), NOTHING_DONE.say(lang), back=_find_above(request.path))


@login_not_required
def too_large(request: HttpRequest) -> HttpResponse:
    """What was sent is larger than a request may be, see `asgi`."""
    lang = language_of(request)
    return _say(request, 413, TOO_LARGE.say(lang, most=settings.MOST_BYTES // 1024**2), NOTHING_DONE.say(lang))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request makes no sense; a wrong host header ends here, so that nothing of it is rendered."""
    return HttpResponse(f"{BAD.zh} / {BAD.en}", status=400, content_type="text/plain; charset=utf-8")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token, or with that of another session."""
    is_open = request.resolver_match and not getattr(request.resolver_match.func, "login_required", True)
    if not (is_open or request.user.is_authenticated):
        return log_in_first(request)
    return _say(request, 403, STALE.say(language_of(request)))


def broken(request: HttpRequest, **_: Any) -> HttpResponse:
    """The program itself fails."""
    return HttpResponse(f"{BROKEN.zh}\n{BROKEN.en}", status=500, content_type="text/plain; charset=utf-8")
