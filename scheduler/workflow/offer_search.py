"""Search for what needs fewer changes than a request as it was asked: other partners, other days, shorter leave.

First everything is tried by the audit alone, which tells what needs no further
change. What breaks something by itself is re-solved, the most promising first.
Both have a limit of work that is the same on every machine; what it leaves out is
counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from scheduler.audit.candidates import fairness
from scheduler.audit.months import PlannedMonth
from scheduler.domain import Duty, Fixed, Leave
from scheduler.timeline import ONE_DAY, days_between
from scheduler.workflow.amendment import amend_problem, place_requested_cells
from scheduler.workflow.change_request import Cell, Request, RequestKind, required_cells
from scheduler.workflow.effects import Shortfall, find_effects
from scheduler.workflow.objections import Objection
from scheduler.workflow.offers import (
    LEFT_OUT,
    NO_FEWER,
    Against,
    Candidate,
    Offer,
    Offers,
    distance,
    rank_offers,
)
from scheduler.workflow.partners import OutOfWork, Trials, Work, cells_of
from scheduler.workflow.verdict import GRANTABLE, Verdict, VerdictWord, join_months, replace_rosters

PARTNERS = (RequestKind.STAND_IN, RequestKind.SWAP)
MOST_OFFERS = 5
MOST_OF_ONE = 2  # offers of one partner
DAYS_AROUND = 7  # leave is offered so many days sooner or later
LOOK_CELLS, LOOK_MONTHS = 12_000, 12  # work of the audit: so many cells, or so many times all cells of the months
RESOLVE_CELLS, RESOLVE_MONTHS = 3_000, 1  # likewise of re-solves


@dataclass(frozen=True, kw_only=True)
class OfferSearch:
    """A request, what it came to, and where to look for better.

    Attributes
    ----------
    months : tuple of PlannedMonth
        As they stand without the request.
    today : date
    settled : frozenset of date
        Holidays whose deadline has come: nothing is offered on them that was not asked for.
    has_begun : callable
        Whether a day is past, or a shift on it has begun.
    objections : callable
        What speaks against a request before any rule, as far as it is not set aside.
    judge : callable
        The verdict on a request.
    judge_one_of : callable or None
        The verdict on whichever of several stand-ins or swaps of one duty needs the fewest changes, where these can be
        asked together.
    names : dict of str to str
        People's names by id.
    reserves : frozenset of Duty
        Who stands by (备班), each as the duty that it would be if called.
    looking, resolving : Work
        Limits of work, of the audit and of re-solves.
    """

    months: tuple[PlannedMonth, ...]
    request: Request
    verdict: Verdict
    today: date
    settled: frozenset[date]
    has_begun: Callable[[date, str], bool]
    objections: Callable[[Request], Sequence[Objection]]
    judge: Callable[[Request], Verdict]
    judge_one_of: Callable[[Sequence[Request]], Verdict] | None
    names: dict[str, str]
    reserves: frozenset[Duty] = frozenset()
    looking: Work = field(init=False)
    resolving: Work = field(init=False)

    def __post_init__(self) -> None:
        size = sum(len(month.problem.workers) * len(month.problem.dates) for month in self.months)
        object.__setattr__(self, "looking", Work(max(LOOK_CELLS, LOOK_MONTHS * size)))
        object.__setattr__(self, "resolving", Work(max(RESOLVE_CELLS, RESOLVE_MONTHS * size)))

    @cached_property
    def trials(self) -> Trials:
        """Where cells are tried."""
        return Trials(self.months, self.looking)

    @property
    def most(self) -> int | None:
        """How many further changes an offer has to need fewer than; `None` where the request was not granted."""
        return len(self.verdict.further) if self.verdict.word in GRANTABLE else None

    def may_help(self, further: int) -> bool:
        """Whether something that needs so many further changes is better than what was asked."""
        return self.most is None or further < self.most

    # Options

    def options(self) -> list[Request]:
        """Every other stand-in, and every other swap of the duty that is given away, in the order in which to try them."""
        give = self.request.give
        if give is None or not self._is_ahead(give):
            return []

        def order(one: Request) -> tuple[object, ...]:
            partner = one.sides[-1]
            far = (one.sides != self.request.sides, distance(one, self.request)) if one.take else ()
            fair = fairness(self.trials.standing(partner, give.day, self.trials.roster.on(*give)))
            return one.kind != self.request.kind, far, fair, self.names.get(partner, partner)

        found = (one for one in self._options(give) if set(one.cells) != set(self.request.cells))
        return sorted(found, key=order)

    def _is_ahead(self, cell: Cell) -> bool:
        """Whether somebody has a duty on a day, and it has not begun."""
        known = any(cell.day in month.problem.day_by_date for month in self.months)
        codes = self.trials.roster.on(*cell)
        return known and bool(codes) and not any(self.has_begun(cell.day, code) for code in codes)

    def _options(self, give: Cell) -> Iterator[Request]:
        live = self.trials.roster
        first, last = self.months[0].problem.first, self.months[-1].problem.last
        days = [day for day in days_between(max(self.today + ONE_DAY, first), last) if day not in self.settled]
        for other in self._partners(give):
            is_free = not live.on(other, give.day)
            yield self._option(give, None, other)
            for day in days if is_free else [give.day]:
                fits = day == give.day or not live.on(give.worker, day)
                if fits and live.on(other, day) and live.on(other, day) != live.on(give.worker, day):
                    yield self._option(give, Cell(other, day), other)

    def _partners(self, give: Cell) -> list[str]:
        """Everybody who could be asked."""
        month = self.months[self.trials.month_of(give.day)]
        return [one.id for one in month.problem.workers if one.id not in (give.worker, *self.request.spared)]

    def _option(self, give: Cell, take: Cell | None, to: str) -> Request:
        kind = RequestKind.SWAP if take else RequestKind.STAND_IN
        more = self.request.overtime
        extra = more if more and more.worker in (give.worker, to) else None
        asked = replace(self.request, kind=kind, give=give, take=take, to=to, overtime=extra, confirmed=(), cells=())
        return replace(asked, cells=required_cells(asked, self.trials.roster))

    # Partners of a swap or a stand-in

    def find_partners(self) -> Offers:
        """Other partners and days for the duty that is given away."""
        if self.most == 0 or self.request.give is None:
            return Offers()
        found = _Found(self)
        options = self.options()
        if not options:
            return Offers()
        is_cut = False
        for option in options:
            if found.is_enough():
                break
            try:
                self._look_at(option, found)
            except OutOfWork:
                is_cut = True
                break
            found.tried += 1
        is_cut |= self._resolve(found)
        tried = found.tried - found.unresolved
        return replace(found.offers(), tried=tried, untried=len(options) - tried, is_cut=is_cut)

    def _look_at(self, option: Request, found: _Found) -> None:
        """Try one option by the audit."""
        partner, give = option.sides[-1], option.give or Cell("", self.today)
        standing = self.trials.standing(partner, give.day, self.trials.roster.on(*give))
        against: tuple[Against, ...] = tuple(self.objections(option))
        if against:
            found.refuse(Candidate(worker=partner, standing=standing, against=against))
            return
        against = self.trials.find_broken(cells_of(option), [option.overtime] if option.overtime else [])
        candidate = Candidate(worker=partner, standing=standing, against=against)
        if against:
            found.later.append((option, candidate))
        else:
            found.good.append(Offer(request=option, further=0, below=self._below(option), partner=candidate))

    def _below(self, option: Request) -> tuple[Shortfall, ...]:
        """What drops below the wished number with just the cells of an option."""
        return find_effects(self.months, self.trials.placed(cells_of(option))).below

    def _resolve(self, found: _Found) -> bool:
        """Re-solve the options that break something by themselves; whether the limit of work cut it short."""
        if not self.may_help(1) or len(found.good) >= MOST_OFFERS:
            found.unresolved += len(found.later) if self.may_help(1) else 0
            found.refuse_all(found.later)
            return False
        is_cut = False
        for kind in dict.fromkeys([self.request.kind, *PARTNERS]):
            mine = [one for one in found.later if one[0].kind == kind]
            if found.good and kind != self.request.kind:  # what was not asked for has to be worth the time
                found.unresolved += len(mine)
                found.refuse_all(mine)
                continue
            together = [one for one in mine if self._can_ask_together(one[0])]
            apart = sorted((one for one in mine if one not in together), key=lambda one: len(one[1].against))
            is_cut |= self._resolve_together(together, found)
            is_cut |= self._resolve_apart(apart, found)
        return is_cut

    def _can_ask_together(self, option: Request) -> bool:
        """Whether one re-solve can choose among options like this one."""
        days = {one.day for one in option.cells}
        is_plain = len(self.months) == 1 and option.overtime is None and days.isdisjoint(self.settled)
        is_off = Fixed(*option.give, "") in option.cells if option.give else False
        return self.judge_one_of is not None and is_plain and is_off

    def _resolve_together(self, left: list[tuple[Request, Candidate]], found: _Found) -> bool:
        """Find the options of a kind that need the fewest changes, one after another; whether it was cut short."""
        while left and self.judge_one_of:
            if not self.resolving.spend(self.trials.size):
                return found.leave(left)
            verdict = self.judge_one_of([option for option, _ in left])
            if verdict.word == VerdictWord.REFUSED:
                found.refuse_all(left)
                return False
            roster = verdict.roster
            if verdict.word not in GRANTABLE or roster is None:
                return found.leave(left)
            taken = next(one for one in left if all(roster.on(*at) == to for at, to in cells_of(one[0]).items()))
            own = {cell for cell, codes in cells_of(taken[0]).items() if self.trials.roster.on(*cell) != codes}
            further = len(verdict.changes) - len(own)
            if not self.may_help(further):
                if not verdict.proved:
                    return found.leave(left)
                found.refuse_all(left, further)
                return False
            left = [one for one in left if one is not taken]
            offer = replace(self.offer_of(taken[0], verdict), further=further)
            found.good.append(replace(offer, partner=replace(taken[1], against=())))
            if found.has_better_than(further):
                found.refuse_all(left)
                return False
        return False

    def _resolve_apart(self, waiting: list[tuple[Request, Candidate]], found: _Found) -> bool:
        """Re-solve options one by one; whether it was cut short."""
        for at, (option, candidate) in enumerate(waiting):
            if not self.resolving.spend(self.trials.size):
                return found.leave(waiting[at:])
            self._judge(option, candidate, found)
        return False

    def _judge(self, option: Request, candidate: Candidate, found: _Found) -> None:
        verdict = self.judge(option)
        further = len(verdict.further)
        if verdict.word in GRANTABLE and self.may_help(further):
            found.good.append(replace(self.offer_of(option, verdict), partner=replace(candidate, against=())))
        elif verdict.word in GRANTABLE:
            found.refuse_all([(option, candidate)], further)
        elif verdict.word == VerdictWord.UNDECIDED:
            found.leave([(option, candidate)])
        else:
            found.refuse(candidate)

    def offer_of(self, option: Request, verdict: Verdict) -> Offer:
        """What a verdict makes of an option."""
        after = tuple(
            replace(month, problem=amend_problem(month.problem, [], also=option), roster=roster)
            for month, roster in zip(self.months, verdict.rosters, strict=False)
        )
        below = find_effects(self.months[: len(after)], after).below
        return Offer(request=option, further=len(verdict.further), is_proved=verdict.proved, below=below)

    # Days of leave

    def find_days(self) -> Offers:
        """The same leave some days sooner or later, and shorter leave where the one that was asked is not granted."""
        if self.most == 0 or self.request.leave is None:
            return Offers()
        longest, half = list[Offer](), self.resolving.halve()
        shorter = list(self._shorter(self.request.leave)) if self.most is None else []
        tried, untried = self._try_days(shorter, longest, half)
        elsewhere = list[Offer]()
        more = self._try_days(list(self._shifted(self.request.leave)), elsewhere, self.resolving)
        ranked = rank_offers([*longest, *elsewhere], self.request, self.names)
        untried += more[1]
        return Offers(offers=tuple(ranked), tried=tried + more[0], untried=untried, is_cut=untried > 0)

    def _try_days(self, options: Sequence[Request], good: list[Offer], resolving: Work) -> tuple[int, int]:
        """Try leave on other days, of shorter leave only the longest; how many were tried, and how many were not."""
        for at, option in enumerate(options):
            if good and _days(option) < _days(good[-1].request):
                return at, 0
            try:
                offer = self._try_leave(option, resolving)
            except OutOfWork:
                return at, len(options) - at
            good += [offer] if offer else []
        return len(options), 0

    def _shifted(self, asked: Leave) -> Iterator[Request]:
        for step in sorted(range(-DAYS_AROUND, DAYS_AROUND + 1), key=lambda step: (abs(step), step)):
            if step:
                yield from self._leave(asked.first + timedelta(days=step), asked.last + timedelta(days=step))

    def _shorter(self, asked: Leave) -> Iterator[Request]:
        """Shorter leave, the longest first."""
        whole = (asked.last - asked.first).days + 1
        for length in range(whole - 1, 0, -1):
            for start in range(whole - length + 1):
                first = asked.first + timedelta(days=start)
                yield from self._leave(first, first + timedelta(days=length - 1))

    def _leave(self, first: date, last: date) -> Iterator[Request]:
        """Leave on other days, where these lie ahead and somebody would be at work on them."""
        asked, live = self.request.leave, self.trials.roster
        days = {day for month in self.months for day in month.problem.dates}
        if asked is None or first < self.today or first not in days or last not in days:
            return
        if not any(live.on(asked.worker, day) for day in days_between(first, last)):
            return
        option = replace(self.request, leave=replace(asked, first=first, last=last), cells=(), confirmed=())
        yield replace(option, cells=required_cells(option, live))

    def _try_leave(self, option: Request, resolving: Work) -> Offer | None:
        """An offer of other days of leave, where it is better.

        Raises
        ------
        OutOfWork
        """
        if self.objections(option):
            return None
        if not self.looking.spend(self.trials.size):
            raise OutOfWork
        months = with_request(self.months, option)
        if Trials(months, self.looking).known <= self.trials.known:
            return Offer(request=option, further=0, below=find_effects(self.months, months).below)
        if not self.may_help(1):
            return None
        if not resolving.spend(self.trials.size):
            raise OutOfWork
        verdict = self.judge(option)
        if verdict.word not in GRANTABLE or not self.may_help(len(verdict.further)):
            return None
        return self.offer_of(option, verdict)


@dataclass
class _Found:
    """What a search of partners has found so far."""

    search: OfferSearch
    good: list[Offer] = field(default_factory=list)
    later: list[tuple[Request, Candidate]] = field(default_factory=list)
    refused: dict[str, Candidate] = field(default_factory=dict)
    tried: int = 0
    unresolved: int = 0

    def refuse(self, candidate: Candidate) -> None:
        """Keep what speaks against a partner, of several days the first."""
        self.refused.setdefault(candidate.worker, candidate)

    def refuse_all(self, left: Sequence[tuple[Request, Candidate]], further: int = 0) -> None:
        """Keep what speaks against some partners: what they break by themselves, or that they need as many changes."""
        for _, candidate in left:
            more = (
                (Objection(NO_FEWER, (candidate.worker,), facts=(("n", further),)),) if further else candidate.against
            )
            self.refuse(replace(candidate, against=more))

    def leave(self, left: Sequence[tuple[Request, Candidate]]) -> bool:
        """Count options that were not re-solved, for the limit of work; always true."""
        self.unresolved += len(left)
        self.refuse_all(left)
        return True

    def has_better_than(self, further: int) -> bool:
        """Whether there are offers enough that need fewer changes."""
        return sum(one.further < further for one in self.good) >= MOST_OFFERS

    def is_enough(self) -> bool:
        """Whether enough offers are as good as any can be."""
        clean = [one for one in self.good if not one.further and not one.below]
        return len(self._few_of_each(clean)) >= MOST_OFFERS

    def _few_of_each(self, offers: Sequence[Offer]) -> list[Offer]:
        """The offers without more than some of one partner."""
        kept: list[Offer] = []
        for one in offers:
            same = sum(each.request.sides == one.request.sides for each in kept)
            if same < MOST_OF_ONE or one.request.kind == RequestKind.STAND_IN:
                kept.append(one)
        return kept

    def offers(self) -> Offers:
        """All of it, ranked."""
        search = self.search
        ranked = self._few_of_each(rank_offers(self.good, search.request, search.names))
        offered = {one.partner.worker for one in ranked if one.partner} | {search.request.sides[-1]}
        give = search.request.give
        spared = [
            Candidate(
                worker=who,
                standing=search.trials.standing(who, give.day, search.trials.roster.on(*give)),
                against=(Objection(LEFT_OUT, (who,)),),
            )
            for who in search.request.spared
            if give and who in search.months[search.trials.month_of(give.day)].problem.worker_by_id
        ]
        against = [one for one in self.refused.values() if one.worker not in offered]
        return Offers(offers=tuple(ranked), against=(*spared, *against))


def with_request(months: Sequence[PlannedMonth], request: Request) -> tuple[PlannedMonth, ...]:
    """The months as they would be asked and look with just what a request asks for."""
    asked = [replace(month, problem=amend_problem(month.problem, [], also=request)) for month in months]
    whole = place_requested_cells(join_months(months), request)
    return replace_rosters(asked, whole)


def _days(request: Request) -> int:
    """Days of its leave."""
    return (request.leave.last - request.leave.first).days + 1 if request.leave else 0
