"""What stands against a month before any search: conflicts on paper, grouped into one line for each cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import StrEnum

from scheduler.audit.crowding import Crowd, crowded_days
from scheduler.audit.paper import Causes, Conflict, PaperModel
from scheduler.domain import Problem, Reason
from scheduler.i18n import Sentence, fill_in
from scheduler.rules import Constraint
from scheduler.rules.book import Rulebook


class Kind(StrEnum):
    """What kind of obstacle it is, the most general first: they are told in this order, but for heads (`Obstacle.rank`)."""

    SHIFT = "shift"  # nobody can have a shift
    UNCOVERED = "uncovered"  # nobody or no shift counts for what is asked
    FIXED = "fixed"  # what is fixed stands against a rule
    CAP = "cap"  # what is fixed or known is more than a rule allows
    PEOPLE = "people"  # too few of those who count can
    DAY = "day"  # the shifts of a day need more people together than can have one
    HEADS = "heads"  # the month or a week needs more duties than people can have


@dataclass(frozen=True)
class Obstacle:
    """One cause for which no roster keeps all rules.

    Attributes
    ----------
    needs : tuple of Reason
        What cannot be kept; the days of each are all those on which it cannot.
    causes : tuple of Causes
        Why not, the most frequent first: each with its people and days, followed by what it follows from.
    shift : str
        The shift that nobody can have, of that kind.
    counted : int
        People who would count.
    found, asked : int
        Heads, duties or minutes that are possible (or certain, where there are too many) and that are asked.
    step : int
        What counts as one in `found` and `asked`: 60 where they are minutes.
    cells : int
        Number of duties that are certain, where these are too many.
    missing : int
        People who are missing at least, of kind `HEADS`.
    who : str
        Role and skill of those missing; empty for anybody.
    remarks, levers : tuple of Sentence
        What should be known beside it, and the settings and rows whose change would help.
    """

    kind: Kind
    needs: tuple[Reason, ...]
    causes: tuple[Causes, ...] = ()
    _: KW_ONLY
    shift: str = ""
    counted: int = 0
    found: int = 0
    asked: int = 0
    step: int = 1
    cells: int = 0
    missing: int = 0
    who: str = ""
    remarks: tuple[Sentence, ...] = ()
    levers: tuple[Sentence, ...] = ()
    spans: tuple[tuple[date, date], ...] = ()

    @property
    def rank(self) -> tuple[int, tuple[date, ...]]:
        """Its place in the order in which obstacles are told: heads missing in all come before those missing on days."""
        in_all = self.kind is Kind.HEADS and not self.shift
        return list(Kind).index(Kind.PEOPLE if in_all else self.kind) * 2 + (not in_all), self.days[:1]

    @property
    def days(self) -> tuple[date, ...]:
        """The days that it concerns, in order."""
        named = {day for need in self.needs for day in need.days}
        return tuple(sorted(named | {day for span in self.spans for day in span}))

    @property
    def workers(self) -> tuple[str, ...]:
        """The people whom it concerns."""
        reasons = [*self.needs, *(reason for causes in self.causes for reason in causes)]
        return tuple(dict.fromkeys(worker for reason in reasons for worker in reason.workers))

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules that cannot be kept, and of those that stand against them."""
        reasons = [*self.needs, *(reason for causes in self.causes for reason in causes)]
        return tuple(dict.fromkeys(reason.rule for reason in reasons))


def find_obstacles(problem: Problem, rulebook: Rulebook, paper: PaperModel) -> list[Obstacle]:
    """What no roster of the month can settle, one obstacle for each cause; nothing where nothing is found."""
    rules = {rule.name: rule for rule in rulebook.rules}
    tell = _Teller(problem, rules)
    of_people = {rule.name for rule in rulebook.rules if rule.about_people}
    shut = _shifts_for_nobody(problem, paper, of_people)
    found = [tell.shift(*one) for one in shut]
    closed = {(day, shift) for shift, _, days, _ in shut for day in days}
    left = [one for one in paper.conflicts if not _follows(one, closed)]
    found += tell.conflicts(left)
    found += tell.crowds(crowded_days(problem, paper, paper.conflicts))
    return found


Shut = tuple[str, tuple[Reason, ...], tuple[date, ...], tuple[Reason, ...]]
SHIFTS_TABLE = Sentence("班次表“{shift}”的时间和休息", "the hours and breaks of {shift} in the shifts table")


def _template(reason: Reason) -> tuple[object, ...]:
    """What reasons of one kind have in common, whoever and whenever they are about."""
    return reason.rule, reason.sentence, reason.facts


def _shifts_for_nobody(problem: Problem, paper: PaperModel, of_people: Container[str]) -> list[Shut]:
    """Shifts that one cause bars everybody from, where something needs them: the code, the causes, the days, the needs.

    Parameters
    ----------
    of_people : container of str
        Names of rules that forbid what lies in people's own days: no cause of this kind.
    """
    needed: dict[tuple[str, date], list[Reason]] = defaultdict(list)
    for conflict in paper.conflicts:
        for cell in dict.fromkeys((cell[2], cell[1]) for cell, _ in conflict.against if cell):
            if conflict.least is not None and not conflict.reason.workers:
                needed[cell].append(conflict.reason)
    found: dict[tuple[object, ...], tuple[str, list[Reason], list[date], list[Reason]]] = {}
    asked_on: dict[str, set[date]] = defaultdict(set)
    for day in problem.dates:
        for row in problem.demand_on(day):
            asked_on[row.shift].add(day)
    for (shift, day), reasons in needed.items():
        causes = [one for one in _common_causes(problem, paper, day, shift) if one.rule not in of_people]
        if causes:
            key = (shift, *map(_template, causes))
            found.setdefault(key, (shift, causes, [], []))
            found[key][2].append(day)
            found[key][3].extend(reasons)
    return [
        (shift, tuple(causes), tuple(sorted(set(days))), tuple(reasons))
        for shift, causes, days, reasons in found.values()
        if len(set(days)) > 1 or len(asked_on[shift]) == 1 or len(problem.dates) == 1
    ]


def _common_causes(problem: Problem, paper: PaperModel, day: date, shift: str) -> list[Reason]:
    """The reasons each of which bars every worker of the desk from a shift on a day."""
    common: dict[tuple[object, ...], Reason] | None = None
    for worker in problem.workers:
        alone = {_template(causes[0]): causes[0] for causes in paper.against(worker.id, day, shift) if len(causes) == 1}
        common = alone if common is None else {key: reason for key, reason in common.items() if key in alone}
        if not common:
            return []
    return list((common or {}).values())


def _follows(conflict: Conflict, closed: set[tuple[date, str]]) -> bool:
    """Whether a conflict is nothing but the consequence of shifts that nobody can have."""
    cells = [cell for cell, _ in conflict.against]
    return bool(cells) and conflict.least is not None and all(c is not None and c[1:] in closed for c in cells)


class _Teller:
    """Puts what was found into obstacles: merged over days, people and needs, with remarks and levers of the rules."""

    def __init__(self, problem: Problem, rules: dict[str, Constraint]) -> None:
        self.problem, self.rules = problem, rules

    def shift(
        self, code: str, causes: tuple[Reason, ...], days: tuple[date, ...], reasons: tuple[Reason, ...]
    ) -> Obstacle:
        """A shift that nobody can have."""
        everybody = [cause._replace(workers=(), days=days) for cause in causes]
        return Obstacle(
            Kind.SHIFT,
            merge_days(reasons),
            tuple((cause,) for cause in everybody),
            shift=code,
            remarks=self._remarks(causes, code),
            levers=(*self._levers(everybody, ()), fill_in(SHIFTS_TABLE, shift=code)),
        )

    def conflicts(self, conflicts: Iterable[Conflict]) -> list[Obstacle]:
        """Conflicts of one kind with the same causes as one obstacle."""
        groups: dict[tuple[object, ...], list[Conflict]] = defaultdict(list)
        # what the demand table asks for is said before what other rules make of it
        for one in sorted(conflicts, key=lambda one: not self.rules[one.reason.rule].asks_for_demand):
            groups[self._key(one)].append(one)
        return _merge_needs([self._obstacle(group) for group in groups.values()])

    def crowds(self, crowds: Iterable[Crowd]) -> list[Obstacle]:
        """Days whose shifts need more people together than there are, those alike as one obstacle."""
        groups: dict[tuple[object, ...], list[Crowd]] = defaultdict(list)
        for one in crowds:
            causes = frozenset(_causes_key(chain, people=True) for chain in one.causes)
            groups[*map(_template, one.needs), one.asked, one.able, causes].append(one)
        return [self._crowd(group) for group in groups.values()]

    def _crowd(self, group: Sequence[Crowd]) -> Obstacle:
        needs = merge_days(need for one in group for need in one.needs)
        causes = _merge_causes(chain for one in group for chain in one.causes)
        levers = self._levers([chain[0] for chain in causes if len(chain) == 1], needs)
        return Obstacle(Kind.DAY, needs, causes, asked=group[0].asked, found=group[0].able, levers=levers)

    def _key(self, conflict: Conflict) -> tuple[object, ...]:
        """What conflicts of one obstacle have in common."""
        reason = conflict.reason
        people = not reason.workers
        causes = frozenset(_causes_key(causes, people) for _, causes in conflict.against)
        when = reason.days if len(reason.days) > 1 else ()
        return (*_template(reason), when, conflict.found, causes, *(self._remarks([reason]) if not causes else ()))

    def _obstacle(self, group: Sequence[Conflict]) -> Obstacle:
        first = group[0]
        needs = merge_days(one.reason for one in group)
        causes = _merge_causes(causes for one in group for _, causes in one.against)
        cells = {cell for cell, _ in first.against if cell}
        alone = _sole_causes(group) or [chain[0] for chain in causes]
        return Obstacle(
            _kind_of(first, causes),
            needs,
            causes,
            counted=len({cell[0] for cell in cells}) + (first.found if first.most is None else 0),
            found=first.found,
            asked=(first.least or 0) if first.most is None else first.most,
            step=first.step,
            cells=len(cells),
            remarks=self._remarks([first.reason]),
            levers=self._levers(alone, needs),
        )

    def _remarks(self, reasons: Iterable[Reason], shift: str = "") -> tuple[Sentence, ...]:
        said = (self.rules[reason.rule].remark(self.problem, reason, shift) for reason in reasons)
        return tuple(dict.fromkeys(one for one in said if one))

    def _levers(self, causes: Iterable[Reason], needs: Iterable[Reason]) -> tuple[Sentence, ...]:
        """Where the causes are written, then where the needs are; each place once."""
        groups: dict[tuple[object, ...], list[Reason]] = defaultdict(list)
        for reason in (*causes, *needs):
            groups[reason.rule, reason.sentence].append(reason)
        reasons = [_union(group) for group in groups.values()]
        said = (self.rules[reason.rule].lever(self.problem, reason) for reason in reasons)
        return tuple(dict.fromkeys(one for one in said if one))


def _kind_of(conflict: Conflict, causes: Sequence[Causes]) -> Kind:
    if conflict.most is not None:
        return Kind.CAP
    if not conflict.against and not conflict.found:
        return Kind.UNCOVERED
    return Kind.FIXED if conflict.reason.workers and conflict.least == 1 and len(causes) else Kind.PEOPLE


def _causes_key(causes: Causes, people: bool) -> tuple[object, ...]:
    """What causes have in common that are told as one: their kinds, and with `people` whom they are about."""
    return tuple((*_template(one), one.workers if people else ()) for one in causes)


def merge_days(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Reasons that differ by people and days only as one reason of all their people and days."""
    return tuple(chain[0] for chain in _merge_causes((reason,) for reason in reasons))


def _merge_causes(chains: Iterable[Causes]) -> tuple[Causes, ...]:
    """Chains of causes that differ by people and days only as one; those of the most people first."""
    groups: dict[tuple[object, ...], list[Causes]] = defaultdict(list)
    for chain in chains:
        groups[_causes_key(chain, people=False)].append(chain)
    merged = [tuple(map(_union, zip(*group, strict=True))) for group in groups.values()]
    return tuple(sorted(merged, key=lambda chain: -len(chain[0].workers)))


def _union(reasons: Iterable[Reason]) -> Reason:
    reasons = list(reasons)
    workers = dict.fromkeys(worker for reason in reasons for worker in reason.workers)
    if len(reasons[0].days) > 1:  # from a first to a last day: the first of these times stands for all
        return reasons[0]._replace(workers=tuple(workers), days=min(reason.days for reason in reasons))
    return reasons[0]._replace(workers=tuple(workers), days=tuple(sorted({d for r in reasons for d in r.days})))


def _sole_causes(group: Iterable[Conflict]) -> list[Reason]:
    """The causes that alone stand against some duty: without one of them it could be had."""
    alone: list[Reason] = []
    for conflict in group:
        by_cell: dict[object, list[Causes]] = defaultdict(list)
        for cell, causes in conflict.against:
            by_cell[cell].append(causes)
        alone += [chains[0][0] for chains in by_cell.values() if len(chains) == 1 and len(chains[0]) == 1]
    return list(merge_days(alone))


def _merge_needs(obstacles: Iterable[Obstacle]) -> list[Obstacle]:
    """Obstacles with the same causes on the same days as one, with all their needs."""
    groups: dict[tuple[object, ...], list[Obstacle]] = defaultdict(list)
    for one in obstacles:
        groups[_merging_key(one)].append(one)
    return [_join(group) for group in groups.values()]


def _merging_key(one: Obstacle) -> tuple[object, ...]:
    if one.kind is Kind.UNCOVERED and one.remarks:
        return one.kind, one.needs[0].rule, one.remarks
    if one.kind is Kind.PEOPLE:
        causes = frozenset(_causes_key(chain, people=True) for chain in one.causes)
        first = one.needs[0]
        others = tuple(fact for fact in first.facts if fact[0] != "shift")
        alike = (one.asked, one.counted, first.rule, first.sentence, others) if one.found else ()
        return one.kind, one.days, one.found, causes, *alike
    return one.kind, one.needs


def _join(group: Sequence[Obstacle]) -> Obstacle:
    first = group[0]
    if len(group) == 1:
        return first
    unique: Callable[[Iterable[Sentence]], tuple[Sentence, ...]] = lambda said: tuple(dict.fromkeys(said))  # noqa: E731
    return Obstacle(
        first.kind,
        tuple(need for one in group for need in one.needs),
        first.causes,
        counted=max(one.counted for one in group),
        found=first.found,
        asked=max(one.asked for one in group),
        step=first.step,
        remarks=unique(remark for one in group for remark in one.remarks),
        levers=unique(lever for one in group for lever in one.levers) if not first.causes else first.levers,
    )
