"""What could be asked for instead, and whom to ring: values, and the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scheduler.audit.candidates import Standing, fairness, rank_key
from scheduler.domain import Overtime, Violation
from scheduler.i18n import Sentence
from scheduler.workflow.change_request import Request
from scheduler.workflow.effects import Shortfall
from scheduler.workflow.objections import Objection

LEFT_OUT = Sentence("{who}：已写明不找⟦（--not）‖⟧", "{who}: not to be asked⟦ (--not)‖⟧")
NOT_COUNTED = Sentence(
    "{who}不符合“{shift}”班要求的角色或技能", "{who} has not the role or skill that the shift {shift} asks for"
)
NO_FEWER = Sentence("{who}：另须改动 {n} 格，不比原来少", "{who}: {n} further changes, no fewer than as asked")

Against = Objection | Violation  # both say themselves, given a language and people's names


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who could take a duty over, or why not.

    Attributes
    ----------
    against : tuple of Objection or Violation
        What speaks against it; empty where nothing does.
    overtime : Overtime or None
        What has to be approved as overtime first.
    is_chosen : bool
        Whether they take the duty in the answer as it was given.
    is_reserve : bool
        Whether they stand by (备班) for the shift on that day.
    """

    worker: str
    standing: Standing
    against: tuple[Against, ...] = ()
    overtime: Overtime | None = None
    is_chosen: bool = False
    is_reserve: bool = False

    @property
    def is_able(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against


@dataclass(frozen=True, kw_only=True)
class Ring:
    """A duty that somebody has to take over, and whom to ring for it.

    Attributes
    ----------
    instead_of : str
        Id of who would have come; empty where the shift is short of somebody, whoever it is.
    candidates : tuple of Candidate
        Those who can, in the order in which to ring them, then those against whom something speaks.
    untried : tuple of str
        Those who were not looked at: enough others can, or the limit of work was reached.
    """

    day: date
    shift: str
    instead_of: str = ""
    candidates: tuple[Candidate, ...] = ()
    untried: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Another request that needs fewer changes, or that can be granted at all.

    Attributes
    ----------
    request : Request
        As it would be made.
    further : int
        Cells that have to change with its own.
    is_proved : bool
        Whether it is proved that no fewer have to.
    below : tuple of Shortfall
        What drops below the wished number by it.
    partner : Candidate or None
        Who would take the duty, in a swap or a stand-in.
    """

    request: Request
    further: int
    is_proved: bool = True
    below: tuple[Shortfall, ...] = ()
    partner: Candidate | None = None


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What was found for a request.

    Attributes
    ----------
    offers : tuple of Offer
        The best first.
    against : tuple of Candidate
        Partners of a swap or stand-in against whom something speaks.
    rings : tuple of Ring
        By duty, in the order of days.
    tried, untried : int
        Possibilities that were looked at, and that were not.
    is_cut : bool
        Whether the limit of work kept some from being looked at; otherwise there were better ones enough.
    short : tuple of Shortfall
        Of more demand than can be met: what would stay short of the minimum, at the best.
    is_largest : bool
        Of more demand than can be met: whether it is proved that no larger step can be met than the one offered.
    """

    offers: tuple[Offer, ...] = ()
    against: tuple[Candidate, ...] = ()
    rings: tuple[Ring, ...] = ()
    tried: int = 0
    untried: int = 0
    is_cut: bool = False
    short: tuple[Shortfall, ...] = ()
    is_largest: bool = False


def rank_partners(candidates: Iterable[Candidate], names: dict[str, str]) -> list[Candidate]:
    """Whom to ask first: who stands by, who needs no overtime, who has fewest such duties, then hours to spare, then by name."""

    def key(one: Candidate) -> tuple[object, ...]:
        return not one.is_reserve, *rank_key(one.overtime is not None, one.standing, names.get(one.worker, one.worker))

    return sorted(candidates, key=key)


def rank_offers(offers: Iterable[Offer], asked: Request, names: dict[str, str]) -> list[Offer]:
    """The best first: fewest further changes, the same kind as asked, no drop below target, fairness, name, days near by."""
    return sorted(offers, key=lambda one: offer_key(one, asked, names))


def offer_key(one: Offer, asked: Request, names: dict[str, str]) -> tuple[object, ...]:
    """The key by which offers are ranked."""
    heads = sum(row.missing for row in one.below)
    fair = fairness(one.partner.standing) if one.partner else (0, 0)
    name = names.get(one.partner.worker, one.partner.worker) if one.partner else ""
    return one.further, one.request.kind != asked.kind, heads, fair, name, *distance(one.request, asked)


def distance(one: Request, asked: Request) -> tuple[int, int]:
    """How far the days of a request are from those of another, and by how much it is shorter."""
    if one.leave and asked.leave:
        shorter = (asked.leave.last - asked.leave.first).days - (one.leave.last - one.leave.first).days
        return shorter, abs((one.leave.first - asked.leave.first).days)
    mine, theirs = ((each.take or each.give) for each in (one, asked))
    return 0, abs((mine.day - theirs.day).days) if mine and theirs else 0
