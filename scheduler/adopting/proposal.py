"""The desk that old rosters propose: its people, shifts, need, settings and past, with what speaks for each guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date

from scheduler.adopting.conventions import Convention, find_conventions, without_roster
from scheduler.adopting.demand import ProposedDemand, propose_demand
from scheduler.adopting.habits import Habit, OldMonth, find_habits
from scheduler.adopting.old_rosters import OldDay, OldPerson, OldRosters, OldShift, Question, Says, State, Status
from scheduler.adopting.opening import CLOSED, propose_opening
from scheduler.adopting.rotation import propose_rotations
from scheduler.audit.audit import audit
from scheduler.domain import Break, Demand, Desk, Duty, Leave, Month, Opening, Problem, Roster, Shift, Violation, Worker
from scheduler.domain.holidays import day_types
from scheduler.i18n import Sentence, fill_in, plain_number
from scheduler.rules.book import read_rulebook
from scheduler.timeline import DAY_MINUTES, group_consecutive

NIGHT_MINUTE = 3 * 60  # a shift that is being worked at 03:00 is a night
LONG = 8 * 60  # minutes of work on end, beyond which a break is to be expected
EXPECTED = 3  # duties on a shift that somebody would have had by chance, from which having none says something
ENOUGH_DAYS = 7  # wholly understood, from which need and opening hours are guessed where most days are not
DEFAULT_ZONE = Desk.zone
PLAIN = Desk("old", "old")

NO_BREAK = Sentence(
    "班次“{code}”（{hours} 小时）没有写中间的休息：有的话请填进 shifts.csv 的“休息”列，否则按连续上班算",
    "no break is given for shift “{code}” of {hours} hours: put it into the column “breaks” of shifts.csv if there is one, or it counts"
    " as work on end",
)
ONLY = Sentence("{n} 个班全是 {codes}", "all {n} duties are {codes}")
LEFT_OUT = Sentence(
    "有存疑格子的 {n} 天没有用来推测人数和开放时间",
    "{n} days with doubtful cells were not used for the need and the opening hours",
)
FEW_DAYS = Sentence(
    "{all} 天里有 {n} 天有存疑的格子：没有推测人数和开放时间，也没有按规则核对老排班表；弄清这些格子后再运行一次",
    "{n} of {all} days have doubtful cells: need and opening hours were not proposed, and the old rosters were not audited; settle these"
    " cells and run it again",
)
ROWS_LEFT_OUT = Sentence(
    "有存疑格子的 {n} 人没有用来推测设置", "{n} people with doubtful cells were not used for the settings"
)
FEW_ROWS = Sentence(
    "{all} 人里有 {n} 人有存疑的格子：没有推测设置，也没有按规则核对老排班表；弄清这些格子后再运行一次",
    "{n} of {all} people have doubtful cells: no settings were proposed, and the old rosters were not audited; settle these cells and"
    " run it again",
)
NO_AUDIT = Sentence(
    "班次时刻不全，还不能按规则核对老排班表，也没有推测设置：答好问题后再运行一次",
    "the hours of some shifts are not known, so the old rosters were not audited and no settings proposed; answer the questions and run"
    " it again",
)
LAST_SEEN = Sentence(
    "已离职，离职日期没有写；最后一个班是 {day}", "has left, on a day that is not given; the last duty is of {day}"
)
SAID_THERE = Sentence(
    "{where} 写着已离职，按这一天是最后在职的一天",
    "{where} says that the person has left; this day is taken for the last of employment",
)
LEFT = Sentence("已离职，不排班：{names}", "have left and are not rostered: {names}")
NOT_LISTED = Sentence(
    "已离职、排班表上也没有班，没有列入人员表：{names}",
    "have left, have no duty on any roster, and are not in the people table: {names}",
)
ON_TRIAL = Sentence(
    "试用期，照样排班：{names}；还不能独立顶班的，请填“上岗日期”",
    "on probation, and rostered as everybody: {names}; give “qualified_from” for those who do not count as cover yet",
)
ONE_PERIOD = Sentence(
    "排班表是 {first} 到 {last} 的，跨 {n} 个自然月；本部门按自然月排，两头的日子作为各自月份的历史",
    "the roster runs from {first} to {last}, over {n} calendar months; the desk is rostered by calendar months, and these days are the"
    " history of theirs",
)


@dataclass(frozen=True)
class ProposedPerson:
    """A row of the people table.

    Attributes
    ----------
    guessed : bool
        Whether the id was made up.
    only_shifts : tuple of str
        The only shifts that the person had, where others would have been expected among them.
    evidence : Sentence or None
        What speaks for that.
    left : Sentence or None
        What speaks for the day of leaving, where no file gives it.
    """

    id: str
    person: OldPerson
    guessed: bool
    only_shifts: tuple[str, ...] = ()
    evidence: Sentence | None = None
    left: Sentence | None = None


@dataclass(frozen=True)
class Broken:
    """What the old rosters break of a month, by the proposal."""

    month: Month
    problem: Problem
    violations: tuple[Violation, ...]


@dataclass(frozen=True)
class Proposal:
    """A desk proposed.

    Attributes
    ----------
    opening : mapping of day key to (hours, evidence)
    desk : Desk
        By which the old rosters are audited, with `opening` and `conventions`.
    days : tuple of OldDay
        Those of people under their ids.
    broken : tuple of Broken
    employment : tuple of Sentence
        Who has left, and who is on probation.
    next_month : Sentence or None
        What stands against the month after the old rosters.
    remarks : tuple of Sentence
        What is not among the tables, but should be known.
    """

    read: OldRosters
    people: tuple[ProposedPerson, ...]
    _: KW_ONLY
    shifts: tuple[OldShift, ...] = ()
    demand: tuple[ProposedDemand, ...] = ()
    opening: Mapping[str, tuple[str, Sentence]] = field(default_factory=dict)
    desk: Desk = PLAIN
    conventions: tuple[Convention, ...] = ()
    habits: tuple[Habit, ...] = ()
    days: tuple[OldDay, ...] = ()
    broken: tuple[Broken, ...] = ()
    remarks: tuple[Sentence, ...] = ()
    employment: tuple[Sentence, ...] = ()
    next_month: Sentence | None = None
    audited: bool = False

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is not known."""
        return self.read.questions

    @property
    def guesses(self) -> int:
        """How many guesses are marked in the desk's files."""
        ids = any(person.guessed for person in self.people)
        only = sum(bool(person.only_shifts) for person in self.people)
        left = sum(bool(person.left) for person in self.people)
        return left + len(self.demand) + len(self.opening) + len(self.conventions) + len(self.habits) + ids + only

    def leave(self) -> list[Leave]:
        """The stretches of leave."""
        return leave_of(self.days)


def propose(read: OldRosters) -> Proposal:
    """The desk that old rosters propose."""
    last = {day.person: day.day for day in sorted(read.days, key=lambda one: one.day) if day.codes}
    people = tuple(_with_leaving(_with_ids(read), last))
    ids = {person.person.key: person.id for person in people}
    days = tuple(replace(day, person=ids[day.person]) for day in read.days if day.person in ids)
    shifts = tuple(read.shifts.values())
    proposal = Proposal(read, people, shifts=shifts, days=days)
    proposal = replace(proposal, employment=tuple(_employment(proposal)))
    remarks = list(_remarks(proposal))
    if not days:
        return replace(proposal, remarks=tuple(remarks))
    unsure = {cell.day for cell in read.cells if cell.state is State.DOUBTFUL and cell.day}
    dates = [day for day in read.dates if day not in unsure]
    every = len(unsure | set(read.dates))
    if unsure:
        few = len(dates) < min(ENOUGH_DAYS, every / 2)
        remarks.append(fill_in(FEW_DAYS, n=len(unsure), all=every) if few else fill_in(LEFT_OUT, n=len(unsure)))
        dates = [] if few else dates
    calendar = day_types(tuple(dates))
    counts: dict[str, Counter[date]] = {shift.code: Counter() for shift in shifts}
    for day in days:
        for code in day.codes:
            counts[code][day.day] += 1
    heads = {code: {day.date: found[day.date] for day in calendar} for code, found in counts.items()}
    doubted = {ids[one] for one in _doubted(read) if one in ids}
    proposal = replace(
        proposal,
        demand=tuple(propose_demand(heads, calendar)),
        people=tuple(_with_own_shifts(people, days, [shift.code for shift in shifts], doubted)),
    )
    if not all(shift.spans for shift in shifts):
        return replace(proposal, remarks=(*remarks, NO_AUDIT))
    duties = [day for day in days if day.says is Says.DUTY]
    proposal = replace(proposal, opening=propose_opening(duties, read.shifts, calendar))
    return _with_settings(proposal, remarks, doubted)


def _with_settings(proposal: Proposal, remarks: Sequence[Sentence], doubted: Collection[str]) -> Proposal:
    """The proposal with the settings that speak from the rows wholly understood, and what the old rosters break."""
    desk = _opened(proposal)
    known = {day.person for day in proposal.days} | set(doubted)
    sure = known - set(doubted)
    if 2 * len(sure) < len(known):
        return replace(proposal, remarks=(*remarks, fill_in(FEW_ROWS, n=len(doubted), all=len(known))))
    conventions = find_conventions(
        desk,
        lambda other: old_months(replace(proposal, desk=other), sure),
        lambda other: old_months(replace(proposal, desk=other)),
    )
    settings = {one.key: one.value for one in conventions}
    proposal = replace(proposal, desk=replace(desk, **settings), conventions=tuple(conventions))  # type: ignore[arg-type]
    habits, doubts = find_habits(old_months(proposal, sure))
    habits += propose_rotations(proposal.read.people, proposal.read.days)
    if doubted:
        doubts.append(fill_in(ROWS_LEFT_OUT, n=len(doubted)))
    proposal = replace(proposal, habits=tuple(habits), remarks=(*remarks, *doubts))
    if not proposal.demand:
        return proposal
    proposal = replace(proposal, audited=True)
    if against := without_roster(old_months(proposal)):
        proposal = replace(proposal, next_month=against)
    return replace(proposal, broken=tuple(_audited(proposal)))


def _doubted(read: OldRosters) -> set[str]:
    """Keys of the people of whom some day is doubtful."""
    return {cell.person for cell in read.cells if cell.state is State.DOUBTFUL and cell.day and cell.person}


def _with_ids(read: OldRosters) -> tuple[ProposedPerson, ...]:
    """Everybody with an id; whoever has none gets the next number that nobody has."""
    taken = {person.id for person in read.people.values() if person.id}
    width = max(3, len(str(len(read.people))))
    free = (f"{number:0{width}d}" for number in range(1, 10**6) if f"{number:0{width}d}" not in taken)
    return tuple(ProposedPerson(person.id or next(free), person, not person.id) for person in read.people.values())


def _with_leaving(people: Sequence[ProposedPerson], last: Mapping[str, date]) -> Iterator[ProposedPerson]:
    """Those who are or were employed; a day of leaving that no list gives is that of a roster's cell, or of the last duty."""
    for one in people:
        if one.person.status is Status.LEFT and not one.person.facts.get("leaves"):
            told = one.person.leaves if one.person.left else None
            if day := told or last.get(one.person.key):
                facts = {**one.person.facts, "leaves": day.isoformat()}
                why = fill_in(SAID_THERE, where=one.person.left) if told else fill_in(LAST_SEEN, day=day.isoformat())
                yield replace(one, person=replace(one.person, facts=facts, leaves=day), left=why)
        else:
            yield one


def _employment(proposal: Proposal) -> Iterator[Sentence]:
    listed, everybody = {one.person.key for one in proposal.people}, proposal.read.people.values()
    left = [person for person in everybody if person.status is Status.LEFT]
    groups = (
        (LEFT, [person for person in left if person.key in listed]),
        (NOT_LISTED, [person for person in left if person.key not in listed]),
        (ON_TRIAL, [person for person in everybody if person.status is Status.TRIAL]),
    )
    for sentence, those in groups:
        if those:
            yield fill_in(sentence, names="、".join(person.name for person in those))


def _with_own_shifts(
    people: Sequence[ProposedPerson], days: Sequence[OldDay], codes: Sequence[str], doubted: Collection[str]
) -> Iterator[ProposedPerson]:
    """Everybody, with the only shifts that they had, where no day is doubtful and chance would have given them others."""
    counts = {person.id: Counter[str]() for person in people}
    for day in days:
        counts[day.person].update(day.codes)
    whole = sum(counts.values(), Counter[str]())
    for person in people:
        mine = counts[person.id]
        expected = {code: mine.total() * whole[code] / max(1, whole.total()) for code in codes}
        never = [code for code in codes if not mine[code] and expected[code] >= EXPECTED]
        if never and mine and person.id not in doubted:
            only = tuple(code for code in codes if code not in never)
            evidence = fill_in(ONLY, n=mine.total(), codes="、".join(only))
            person = replace(person, only_shifts=only, evidence=evidence)
        yield person


def _remarks(proposal: Proposal) -> list[Sentence]:
    found = []
    for shift in proposal.shifts:
        if any(end - start > LONG for start, end in shift.spans):
            hours = sum(end - start for start, end in shift.spans) / 60
            found.append(fill_in(NO_BREAK, code=shift.code, hours=plain_number(hours)))
    dates = sorted({day.day for day in proposal.days})
    for stretch in group_consecutive(dates):
        months = {Month.of(day) for day in stretch}
        whole = all(set(month.days()) <= set(dates) for month in months)
        if len(months) > 1 and not whole:
            found.append(fill_in(ONE_PERIOD, first=stretch[0].isoformat(), last=stretch[-1].isoformat(), n=len(months)))
    return found


def leave_of(days: Sequence[OldDay]) -> list[Leave]:
    """The stretches of leave among days."""
    found: list[Leave] = []
    kinds: dict[tuple[str, str], list[date]] = {}
    for day in days:
        if day.says is Says.LEAVE:
            kinds.setdefault((day.person, day.leave), []).append(day.day)
    for (person, kind), dates in kinds.items():
        found += [Leave(person, run[0], run[-1], kind) for run in group_consecutive(sorted(dates))]
    return sorted(found, key=lambda leave: (leave.first, leave.worker))


def shift_of(shift: OldShift) -> Shift:
    """A shift of known hours as the rules know it; between its stretches it has unpaid breaks."""
    start, end = shift.spans[0][0], shift.spans[-1][1]
    breaks = tuple(
        Break(before[1], after[0])
        for before, after in zip(shift.spans, shift.spans[1:], strict=False)
        if before[1] < after[0]
    )
    at_night = any(start <= minute < end for minute in (NIGHT_MINUTE, NIGHT_MINUTE + DAY_MINUTES))
    return Shift(shift.code, shift.name, start, end, breaks=breaks, night=at_night)


def _opened(proposal: Proposal) -> Desk:
    opening = [
        Opening(key, start, end)
        for key, (hours, _) in proposal.opening.items()
        for start, end in ([(0, 0)] if hours == CLOSED else map(_span, hours.split(";")))
    ]
    return replace(proposal.desk, opening=tuple(opening))


def _span(text: str) -> tuple[int, int]:
    start, end = ([int(part) for part in side.split(":")] for side in text.split("-"))
    return 60 * start[0] + start[1], 60 * end[0] + end[1]


def old_months(proposal: Proposal, only: Collection[str] | None = None) -> list[OldMonth]:
    """The old rosters as months, each with the days before it as its history.

    Parameters
    ----------
    only : collection of str, optional
        Ids of the people of whom they are, instead of all.
    """
    desk, shifts = proposal.desk, tuple(map(shift_of, proposal.shifts))
    workers = tuple(
        Worker(
            one.id,
            one.person.name,
            team=one.person.team,
            only_shifts=one.only_shifts,
            hired=one.person.hired,
            leaves=one.person.leaves,
        )
        for one in proposal.people
        if only is None or one.id in only
    )
    days = [day for day in proposal.days if only is None or day.person in only]
    duties = [Duty(day.person, day.day, code) for day in days for code in day.codes]
    dates = sorted({day.day for day in days})
    known = set(dates)
    demand = tuple(
        Demand(row.shift, row.on, least=row.least, target=row.target, most=row.most) for row in proposal.demand
    )
    found = []
    for month in sorted({Month.of(day) for day in dates}):
        for stretch in group_consecutive(day for day in month.days() if day in known):
            before = [duty for duty in duties if duty.day < stretch[0]]
            run = next(one for one in group_consecutive(dates) if stretch[0] in one)
            problem = Problem(
                desk,
                day_types(stretch, desk.calendar),
                workers,
                shifts,
                demand=demand,
                leave=tuple(one for one in leave_of(days) if one.first <= stretch[-1] and stretch[0] <= one.last),
                history=tuple(before),
                history_from=run[0] if run[0] < stretch[0] else None,
            )
            found.append(
                OldMonth(
                    problem, Roster([*before, *(duty for duty in duties if stretch[0] <= duty.day <= stretch[-1])])
                )
            )
    return found


def rule_tables(habits: Sequence[Habit]) -> dict[str, dict[str, object]]:
    """The `[rules.NAME]` tables of a proposal."""
    tables: dict[str, dict[str, object]] = {}
    for habit in habits:
        tables.setdefault(habit.rule, {})[habit.key] = habit.value
    return tables


def _audited(proposal: Proposal) -> list[Broken]:
    rulebook = read_rulebook(rule_tables(proposal.habits))
    found = []
    for month in old_months(proposal):
        broken = audit(month.problem, rulebook, month.own).broken
        found.append(Broken(month.problem.month, month.problem, tuple(broken)))
    return found
