"""Every desk and month at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scheduler.app.standing import find_standing
from scheduler.app.status import DeskStatus, Due, desk_status
from scheduler.domain import Month
from scheduler.errors import SchedulerError
from scheduler.i18n import Sentence
from scheduler.web.access import account_of, language_of
from scheduler.web.home import find_desks
from scheduler.web.models import Account
from scheduler.web.roles import ROLE_NAMES, Action, Role, find_reach, find_roles

PROOFS = {
    "OPTIMAL": Sentence("已证明最优，代价 {cost:g}", "proved optimal, cost {cost:g}"),
    "FEASIBLE": Sentence("合规，代价 {cost:g}（下界 {bound:g}）", "legal, cost {cost:g} (bound {bound:g})"),
}
AS_WORKED = Sentence("按实际所上的班", "as it was worked")


@dataclass(frozen=True)
class DeskCard:
    """A desk on the first page; `fault` where it cannot be read."""

    slug: str
    name: str
    roles: tuple[Sentence, ...] = ()
    can: frozenset[str] = frozenset()
    status: DeskStatus | None = None
    fault: str = ""

    @property
    def proof(self) -> Sentence | None:
        """How good the version is that was made last."""
        return PROOFS.get(self.status.newest.status_word, AS_WORKED) if self.status and self.status.newest else None

    @property
    def drafted(self) -> frozenset[Month]:
        """The months of which there is a draft."""
        return frozenset(row.month for row in self.status.drafts) if self.status else frozenset()

    @property
    def months(self) -> tuple[Due, ...]:
        """The months that have something to say, each with its earliest deadline."""
        found: dict[Month, Due] = {}
        for due in self.status.deadlines if self.status else ():
            found.setdefault(due.month, due)
        return tuple(found.values())


def list_desks(request: HttpRequest) -> HttpResponse:
    """The desks at which they have a seat, each with where it stands."""
    account, lang = account_of(request), language_of(request)
    seats = {seat.desk: seat for seat in account.seats.all()}
    cards = []
    for slug, path in find_desks(settings.HOME).items():
        if slug not in seats:
            continue
        seat = seats[slug]
        try:
            standing = find_standing(path, seat.person, is_hr=seat.is_hr)
            if not (roles := find_roles(standing, is_hr=seat.is_hr)):
                continue
            cards.append(_make_card(slug, roles, desk_status(path, store=settings.STORE, lang=lang)))
        except SchedulerError as error:
            cards.append(DeskCard(slug, slug, fault=error.say(lang)))
    return render(request, "page/desks.html", {"cards": cards, "is_lost": _is_lost(account, cards)})


def _make_card(slug: str, roles: frozenset[Role], status: DeskStatus) -> DeskCard:
    can = frozenset(action.value for action in Action if find_reach(roles, action))
    names = tuple(name for role, name in ROLE_NAMES.items() if role in roles)
    return DeskCard(slug, status.files.desk.name, names, can, status)


def _is_lost(account: Account, cards: list[DeskCard]) -> bool:
    """Whether there is nothing for them here, which somebody has to tell them."""
    return not cards and not account.is_admin
