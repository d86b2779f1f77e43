"""Who is asking, at which desk: what every view of a desk begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from scheduler.app.standing import Standing, find_standing
from scheduler.i18n import Lang, Sentence
from scheduler.web.home import find_desks
from scheduler.web.models import Account, Seat
from scheduler.web.roles import ACTION_NAMES, Action, Reach, Role, find_reach, find_roles
from scheduler.workflow.readers import Reader

Rest = ParamSpec("Rest")
LANG_COOKIE = "lang"
NOT_YOURS = Sentence("您在这里不能{what}", "you may not {what} here")


class Forbidden(PermissionDenied):
    """Something that their roles do not let somebody do; `say` tells what."""

    def __init__(self, action: Action) -> None:
        super().__init__(action)
        self.action = action

    def say(self, lang: Lang) -> str:
        """What they may not do."""
        return NOT_YOURS.say(lang, what=ACTION_NAMES[self.action])


@dataclass(frozen=True)
class Visit:
    """An account at a desk, for one request.

    Attributes
    ----------
    slug : str
        The desk's name in addresses.
    """

    slug: str
    desk: Path
    account: Account
    standing: Standing
    roles: frozenset[Role]
    lang: Lang

    @property
    def store(self) -> str | None:
        """Where the desk's ledger is, unless beside the desk."""
        found: str | None = settings.STORE
        return found

    @property
    def name(self) -> str:
        """The desk's name."""
        return self.standing.files.desk.name

    @property
    def person(self) -> str:
        """Their id at the desk; empty where its tables do not know them."""
        return self.standing.person.id if self.standing.person else ""

    @property
    def reader(self) -> Reader:
        """What they may read."""
        return self.standing.reader

    def reach(self, action: Action) -> Reach:
        """Of whom they may do something."""
        return find_reach(self.roles, action)

    def may(self, action: Action, whose: str = "") -> bool:
        """Whether they may do something at all, or with what is somebody's."""
        reach = self.reach(action)
        return reach == Reach.ALL or (reach == Reach.OWN and whose in ("", self.person))

    def check(self, action: Action, whose: str = "") -> None:
        """Refuse what they may not do.

        Raises
        ------
        Forbidden
        """
        if not self.may(action, whose):
            raise Forbidden(action)

    @cached_property
    def can(self) -> dict[str, bool]:
        """What they may do, by the names of the actions, for templates."""
        return {action.value: self.may(action) for action in Action}

    @property
    def use(self) -> dict[str, Any]:
        """What every use case is told beside the desk: language and ledger."""
        return {"lang": self.lang, "store": self.store}


def account_of(request: HttpRequest) -> Account:
    """Who is logged in."""
    account = request.user
    if not isinstance(account, Account):
        raise PermissionDenied
    return account


def check_administrator(request: HttpRequest, action: Action) -> Account:
    """Who is logged in, who may do what only administrators may.

    Raises
    ------
    Forbidden
    """
    account = account_of(request)
    roles = [Role.ADMINISTRATOR] if account.is_admin else []
    if find_reach(roles, action) != Reach.ALL:
        raise Forbidden(action)
    return account


def visit_desk(account: Account, slug: str, lang: Lang) -> Visit:
    """An account's visit to a desk.

    Raises
    ------
    Http404
        There is no such desk, or it is none of theirs: which of the two is nobody's business.
    """
    desk = find_desks(settings.HOME).get(slug)
    seat = Seat.objects.filter(account=account, desk=slug).first()
    if desk is None or seat is None:
        raise Http404
    own = seat.person or (account.username if seat.is_hr else "")  # the tables may know HR, too
    standing = find_standing(desk, own, is_hr=seat.is_hr)
    roles = find_roles(standing, is_hr=seat.is_hr)
    if not roles:
        raise Http404
    return Visit(slug, desk, account, standing, roles, lang)


def at_desk(
    action: Action,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Visit, Rest], HttpResponse]],
    Callable[Concatenate[HttpRequest, str, Rest], HttpResponse],
]:
    """Give a view the visit, if their roles let them do what it is for; templates get it as `visit`."""

    def wrap(
        view: Callable[Concatenate[HttpRequest, Visit, Rest], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, str, Rest], HttpResponse]:
        @wraps(view)
        def run(request: HttpRequest, slug: str, *rest: Rest.args, **named: Rest.kwargs) -> HttpResponse:
            visit = visit_desk(account_of(request), slug, language_of(request))
            visit.check(action)
            request.visit = visit  # type: ignore[attr-defined]
            return view(request, visit, *rest, **named)

        return cast(Callable[Concatenate[HttpRequest, str, Rest], HttpResponse], run)

    return wrap


def language_of(request: HttpRequest) -> Lang:
    """The language in which a request is answered, see `middleware.Language`."""
    found: Lang = getattr(request, "lang", "zh")
    return found
