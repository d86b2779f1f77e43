"""What is said where something cannot be done: a sentence and a way back, never a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

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
from scheduler.web.access import Forbidden, language_of

# The status of an answer to each kind of error, and what to do next; the first match counts.
FAILURES: tuple[tuple[type[SchedulerError], int, Sentence], ...] = (
    (
        RosterMoved,
        409,
        Sentence("请回去看最新的情况，再决定。", "Go back, look at how things stand now, and decide again."),
    ),
    (Refusal, 422, Sentence("没有改动任何内容。", "Nothing was changed.")),
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
NO_FILE = Sentence("无法读写 {path}：{why}", "cannot read or write {path}: {why}")
NOT_FOUND = Sentence("没有这一页，或者不归您看", "there is no such page, or it is not yours to see")
NOT_ALLOWED = Sentence("您不能办这件事", "this is not yours to do")
BAD = Sentence("这个请求看不懂", "this request was not understood")
STALE = Sentence("这张表单已过期：请返回，刷新后再提交", "this form has expired: go back, reload it and send it again")
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
    return _say(request, status, error.sentence.say(lang, **error.facts), hint.say(lang), faults)


def _say(request: HttpRequest, status: int, sentence: str, hint: str = "", lines: Sequence[str] = ()) -> HttpResponse:
    context = {"sentence": sentence, "hint": hint, "lines": lines, "back": _way_back(request), "status": status}
    partial = bool(getattr(request, "htmx", False))
    return render(request, "page/_refusal.html" if partial else "page/refusal.html", context, status=status)


def _way_back(request: HttpRequest) -> str:
    """The page that they came from, where it is one of ours."""
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    home = reverse("desks")
    is_ours = came.path.startswith("/") and came.netloc == request.META.get("HTTP_HOST", "")
    return came._replace(scheme="", netloc="").geturl() if is_ours and came.path != request.path else home


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page."""
    return _say(request, 404, NOT_FOUND.say(language_of(request)))


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """They may not."""
    return _say(request, 403, NOT_ALLOWED.say(language_of(request)))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request makes no sense; a wrong host header ends here, so that nothing of it is rendered."""
    return HttpResponse(f"{BAD.zh} / {BAD.en}", status=400, content_type="text/plain; charset=utf-8")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token, or with that of another session."""
    return _say(request, 403, STALE.say(language_of(request)))


def broken(request: HttpRequest, **_: Any) -> HttpResponse:
    """The program itself fails."""
    return HttpResponse(f"{BROKEN.zh}\n{BROKEN.en}", status=500, content_type="text/plain; charset=utf-8")
