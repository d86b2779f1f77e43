"""What holds for every answer: where a page may load from, its language, and errors as sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse

from scheduler.clock import rehearsal_mark
from scheduler.i18n import LANGS, on_the_page
from scheduler.web.access import LANG_COOKIE, language_of
from scheduler.web.views.faults import answer_error, log_in_first, not_like_that

Answering = Callable[[HttpRequest], HttpResponse]
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


class ContentPolicy:
    """Lets a page load nothing from elsewhere, and no script or style that stands in it."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy; what is about people is kept by no proxy and no browser."""
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        if not request.path.startswith(settings.STATIC_URL):
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


class Language:
    """Finds the language: the account's, else the one chosen on this device, else Chinese."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language."""
        chosen = getattr(request.user, "lang", None) or request.COOKIES.get(LANG_COOKIE, "")
        request.lang = chosen if chosen in LANGS else LANGS[0]  # type: ignore[attr-defined]
        with on_the_page():
            answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", language_of(request))
        return answer


class LogInFirst(LoginRequiredMiddleware):
    """Asks for a log-in, with a way back to a page that can be read."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        """Answer whoever is not logged in."""
        return log_in_first(request)


class Refusals:
    """Turns errors of this program into a page that says what is wrong, never into a traceback."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; an address that is asked in another way than it takes has a page of its own."""
        answer = self.get_response(request)
        if answer.status_code != 405:
            return answer
        said = not_like_that(request)
        said.headers["Allow"] = answer.headers["Allow"]
        return said

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error; `None` for what Django answers itself."""
        return answer_error(request, error)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every template knows: the language, the visit, and whether the clock is set for a rehearsal."""
    return {
        "lang": language_of(request),
        "visit": getattr(request, "visit", None),
        "rehearsal": rehearsal_mark(),
    }
