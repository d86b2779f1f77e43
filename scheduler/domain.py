"""What a desk is made of: frozen values, validated on birth.

A `Problem` is one desk and one month, complete: nothing else is read to make,
check or explain its roster. Ids and codes are text as the user wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from scheduler.digest import canonical, digest_of
from scheduler.timeline import DAY_MINUTES, ONE_DAY, Span, instant, joined
from scheduler.words import Lang, Sentence, listed


class DayKind(StrEnum):
    """What the calendar says of a day."""

    WORKDAY = "workday"
    RESTDAY = "restday"  # an ordinary Saturday or Sunday
    STATUTORY = "holiday"  # 法定节假日
    NOTICE_OFF = "notice_off"  # off by the yearly notice, not statutory (调休放假)
    MAKEUP_WORKDAY = "makeup_workday"  # a weekend day worked in exchange (调休上班)


@dataclass(frozen=True)
class Day:
    """One calendar day: its kind, the festival's name if any, and whether no notice is out yet."""

    date: date
    kind: DayKind
    name: str = ""
    provisional: bool = False

    @property
    def is_off(self) -> bool:
        """Whether offices are closed."""
        return self.kind not in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)


WEEKDAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_KEYS = ("all", "workday", "offday", *WEEKDAY_KEYS, "restday", "notice_off", "makeup_workday", "holiday")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SEASON = re.compile(r"[0-9]{2}-[0-9]{2}\.\.[0-9]{2}-[0-9]{2}")
AND = "&"  # between the parts of a day key that have to fit together


def is_day_key(text: str) -> bool:
    """Whether a text is written as `day_match` reads it."""
    return all(part in DAY_KEYS or ISO_DATE.fullmatch(part) or SEASON.fullmatch(part) for part in text.split(AND))


def day_match(key: str, day: Day) -> int:
    """How closely a day key fits a day: 0 not at all, the highest number wins.

    Parameters
    ----------
    key : str
        One of `DAY_KEYS`, an ISO date, a season `MM-DD..MM-DD` of every year
        (both days included, over the year's end too), or several of these
        joined by `&`, which all have to fit. A date beats a calendar kind,
        which beats a weekday, which beats `workday`/`offday`, which beat a
        season, which beats `all`; joined keys beat each of their parts.
    """
    if AND in key:
        fits = [day_match(part, day) for part in key.split(AND)]
        return sum(fits) if all(fits) else 0
    if key == "all":
        return 1
    if ".." in key:
        first, last = key.split("..")
        here = f"{day.date:%m-%d}"
        inside = first <= here <= last if first <= last else here >= first or here <= last
        return 2 if inside else 0
    if key in ("workday", "offday"):
        return 4 if day.is_off == (key == "offday") else 0
    if key in WEEKDAY_KEYS:
        return 8 if WEEKDAY_KEYS[day.date.weekday()] == key else 0
    if key == day.kind:
        return 16
    return 32 if key == day.date.isoformat() else 0


class Break(NamedTuple):
    """Time off the desk inside a shift, in minutes of the shift's day."""

    start: int
    end: int
    paid: bool = False


@dataclass(frozen=True)
class Shift:
    """A shift (班次): wall-clock hours on the day it begins, at one post.

    Attributes
    ----------
    start, end : int
        Minutes of the day; `end` may pass 1440.
    breaks : tuple of Break
        Inside the shift, in order, not touching its ends.
    post : str
        The post (岗位); a desk with one post leaves it empty. The same hours
        at two posts are two shifts.
    skill : str
        Skill that everyone on it needs; empty for none.
    night : bool
        Whether it counts as a night.
    colour : str
        Six hex digits for the roster's cell.
    firm_end : int or None
        Minute from which the end is elastic: planned and paid to `end`, but no cover to count on (C5).
    """

    code: str
    name: str
    start: int
    end: int
    breaks: tuple[Break, ...] = ()
    post: str = ""
    skill: str = ""
    night: bool = False
    colour: str = "FFFFFF"
    firm_end: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < DAY_MINUTES or not self.start < self.end <= self.start + DAY_MINUTES:
            raise ValueError(f"shift {self.code}: {self.start} to {self.end} minutes")
        at = self.start
        for pause in self.breaks:
            if not at < pause.start < pause.end < self.end:
                raise ValueError(f"shift {self.code}: break {pause.start} to {pause.end} is out of order or outside")
            at = pause.end
        if self.firm_end is not None and not at < self.firm_end < self.end:
            raise ValueError(f"shift {self.code}: an elastic end from {self.firm_end}")

    @property
    def span_minutes(self) -> int:
        """First to last minute (在岗)."""
        return self.end - self.start

    @cached_property
    def paid_minutes(self) -> int:
        """Span less unpaid breaks (工时)."""
        return self.span_minutes - sum(pause.end - pause.start for pause in self.breaks if not pause.paid)

    @cached_property
    def desk_minutes(self) -> tuple[tuple[int, int], ...]:
        """The stretches at the desk, breaks taken out, in minutes of the day."""
        cuts = [self.start, *(cut for pause in self.breaks for cut in (pause.start, pause.end)), self.end]
        return tuple(zip(cuts[::2], cuts[1::2], strict=True))

    @cached_property
    def firm_minutes(self) -> tuple[tuple[int, int], ...]:
        """The stretches at the desk that cover may count on: without an elastic end."""
        last = self.end if self.firm_end is None else self.firm_end
        return tuple((start, min(end, last)) for start, end in self.desk_minutes if start < last)


class Skill(NamedTuple):
    """A skill and the days on which it holds (both ends included, `None` open)."""

    name: str
    first: date | None = None
    last: date | None = None


class ProtectionKind(StrEnum):
    """Why a worker may not be put on nights or overtime."""

    PREGNANT = "pregnant"  # from the seventh month
    NURSING = "nursing"
    MINOR = "minor"


class Protection(NamedTuple):
    """A protected status and its days (both ends included, `None` open)."""

    kind: ProtectionKind
    first: date | None = None
    last: date | None = None


def within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day lies in a range with open ends."""
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True)
class Terms:
    """What is agreed with one worker (约定) in place of a rule's own number; `None` leaves the rule's.

    Attributes
    ----------
    most_days_in_a_row, least_days_in_a_row : int or None
        Working days in a row.
    least_days_off_in_a_row : int or None
        Days off between two working days.
    most_weekends : int or None
        Weekends with a duty in the period.
    least_hours, most_hours : float or None
        Paid hours in the period.
    most_of_shift : tuple of (shift code, int)
        At most so many duties of a shift in the period.
    """

    most_days_in_a_row: int | None = None
    least_days_in_a_row: int | None = None
    least_days_off_in_a_row: int | None = None
    most_weekends: int | None = None
    least_hours: float | None = None
    most_hours: float | None = None
    most_of_shift: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        runs = (self.most_days_in_a_row, self.least_days_in_a_row, self.least_days_off_in_a_row)
        counts = (self.most_weekends, self.least_hours, self.most_hours, *(count for _, count in self.most_of_shift))
        low = any(run is not None and run < 1 for run in runs) or any(c is not None and c < 0 for c in counts)
        crossed = any(
            least is not None and most is not None and most < least
            for least, most in (
                (self.least_days_in_a_row, self.most_days_in_a_row),
                (self.least_hours, self.most_hours),
            )
        )
        if low or crossed or len(dict(self.most_of_shift)) < len(self.most_of_shift):
            raise ValueError(f"terms that nobody can keep: {self}")


@dataclass(frozen=True)
class Worker:
    """A person who can be put on duty.

    Attributes
    ----------
    hired, leaves : date or None
        First and last day of employment.
    qualified_from : date or None
        First day on which the worker counts as cover; a trainee before it.
    share : float
        Part of full time, 0 to 1.
    norm_hours : float or None
        Hours owed in a full month; `None` derives it from the calendar.
    only_shifts : tuple of str
        The only shift codes the worker may be given; empty for all.
    terms : Terms
        What is agreed with the worker in place of the rules' own numbers.
    """

    id: str
    name: str
    team: str = ""
    roles: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    hired: date | None = None
    leaves: date | None = None
    qualified_from: date | None = None
    share: float = 1.0
    norm_hours: float | None = None
    only_shifts: tuple[str, ...] = ()
    protections: tuple[Protection, ...] = ()
    phone: str = ""
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a worker without an id")
        if not 0 < self.share <= 1:
            raise ValueError(f"worker {self.id}: share {self.share}")

    def employed(self, day: date) -> bool:
        """Whether the day lies in the worker's employment."""
        return within(day, self.hired, self.leaves)

    def qualified(self, day: date) -> bool:
        """Whether the worker counts as cover on the day (not a trainee any more)."""
        return self.qualified_from is None or self.qualified_from <= day

    def has_skill(self, name: str, day: date) -> bool:
        """Whether the worker holds the skill on the day."""
        return any(skill.name == name and within(day, skill.first, skill.last) for skill in self.skills)

    def protected(self, day: date) -> Protection | None:
        """The protection in force on the day, if any."""
        return next((p for p in self.protections if within(day, p.first, p.last)), None)


@dataclass(frozen=True)
class Demand:
    """How many people a shift needs on the days that a key names.

    Attributes
    ----------
    on : str
        Day key, see `day_match`.
    role, skill : str
        Counts only people who have it; empty counts every qualified person.
    least, target, most : int
        Heads: the hard minimum, the wished number, the hard maximum (`None` for none).
    weight_short, weight_spare : int or None
        Cost of each head below and above the wished number; `None` leaves the rule's own.
    """

    shift: str
    on: str = "all"
    role: str = ""
    skill: str = ""
    least: int = 0
    target: int = 0
    most: int | None = None
    weight_short: int | None = None
    weight_spare: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.target or (self.most is not None and self.most < self.target):
            raise ValueError(f"demand for {self.shift}: {self.least}, {self.target}, {self.most}")
        if (self.weight_short or 0) < 0 or (self.weight_spare or 0) < 0:
            raise ValueError(f"demand for {self.shift}: weights {self.weight_short}, {self.weight_spare}")

    @property
    def who(self) -> str:
        """The people asked for, as tables and sentences name them; empty for anybody."""
        return "+".join(filter(None, (self.role, self.skill)))

    def counts(self, worker: Worker, day: date) -> bool:
        """Whether the worker is of the kind asked for (and no trainee) on the day."""
        return (
            worker.qualified(day)
            and (not self.role or self.role in worker.roles)
            and (not self.skill or worker.has_skill(self.skill, day))
        )


class Opening(NamedTuple):
    """Hours in which the desk is open, in minutes of the day, on the days that a key names; none when both are 0."""

    on: str
    start: int
    end: int


LEAVE_NAMES = {
    "annual": Sentence("年假", "annual leave"),
    "sick": Sentence("病假", "sick leave"),
    "personal": Sentence("事假", "personal leave"),
    "marriage": Sentence("婚假", "marriage leave"),
    "maternity": Sentence("产假", "maternity leave"),
    "bereavement": Sentence("丧假", "bereavement leave"),
    "comp_leave": Sentence("调休", "compensatory leave"),
    "work_injury": Sentence("工伤假", "work-injury leave"),
    "training": Sentence("培训", "training"),
    "outside": Sentence("外出", "outside duty"),
}
LEAVE_KINDS = tuple(LEAVE_NAMES)
WORKING_LEAVE = ("training", "outside")  # away from the desk, but at work (RULES 122, 180)


@dataclass(frozen=True)
class Leave:
    """Days away, both ends included; only approved leave frees a worker."""

    worker: str
    first: date
    last: date
    kind: str = "annual"
    approved: bool = True


@dataclass(frozen=True)
class Wish:
    """A worker's wish for a day.

    Attributes
    ----------
    wants : bool
        `True` to work the shift, `False` to be spared it.
    shift : str
        A shift code; empty means any duty, so not wanting it is a wish for a day off.
    weight : int
        1 to 100: how much it costs to refuse it.
    """

    worker: str
    day: date
    wants: bool
    shift: str = ""
    weight: int = 5

    def granted(self, shifts: tuple[str, ...]) -> bool:
        """Whether the duties of that day are what was wished for."""
        works = self.shift in shifts if self.shift else bool(shifts)
        return works == self.wants


class Duty(NamedTuple):
    """A worker on a shift, on the day on which the shift begins."""

    worker: str
    day: date
    shift: str


class Fixed(NamedTuple):
    """A duty settled beforehand; an empty shift settles a day off."""

    worker: str
    day: date
    shift: str


class Overtime(NamedTuple):
    """Approved overtime: minutes beyond the norm that a worker may be given on a day."""

    worker: str
    day: date
    minutes: int


class Sitting(NamedTuple):
    """One time at which an event is held, in minutes of its day."""

    day: date
    start: int
    end: int


@dataclass(frozen=True)
class Event:
    """A meeting, a class or an exam (会议、培训、考试): everybody concerned takes one of its sittings.

    Attributes
    ----------
    sittings : tuple of Sitting
        In order; people split between them, so that the desk stays staffed.
    workers : tuple of str
        Ids of those who have to attend.
    free_time : bool
        Whether people off duty come too; without it only a duty that spans the sitting lets anybody attend.
    """

    name: str
    sittings: tuple[Sitting, ...]
    workers: tuple[str, ...]
    free_time: bool = False

    def __post_init__(self) -> None:
        if not self.sittings or any(not 0 <= s.start < s.end <= s.start + DAY_MINUTES for s in self.sittings):
            raise ValueError(f"event {self.name}: {self.sittings}")


@dataclass(frozen=True)
class SlotNeed:
    """People needed at the desk in a slot of time, whatever shift they are on.

    Attributes
    ----------
    on : str
        Day key, see `day_match`.
    start, end : int
        Minutes of the day.
    least, target : int
        Heads: the hard minimum and the wished number.
    skill : str
        Counts only people who hold it; empty counts every qualified person.
    basis : tuple of (name, value)
        What the numbers were computed from (volume, handling time, service level …), for the record.
    """

    on: str
    start: int
    end: int
    least: int
    target: int
    skill: str = ""
    basis: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= self.start + DAY_MINUTES or not 0 <= self.least <= self.target:
            raise ValueError(f"slot {self.start} to {self.end}: {self.least}, {self.target}")


@dataclass(frozen=True)
class Burden:
    """Amounts of what is shared fairly: a share, or a balance beyond it (below it when negative)."""

    nights: float = 0.0
    weekends: float = 0.0
    holidays: float = 0.0
    hours: float = 0.0


@dataclass(frozen=True)
class Desk:
    """A service desk: who it is and when it is open.

    Attributes
    ----------
    zone : str
        IANA name of the time zone.
    first_weekday : int
        Weekday on which the desk's week begins, 0 for Monday.
    day_hours : float
        Hours of a standard working day.
    calendar, follow_lieu : str, bool
        Whose holidays, and whether days exchanged by the yearly notice are followed.
    workdays : tuple of int
        Weekdays (0 for Monday) that the norm counts, statutory holidays apart;
        empty for the calendar's working days.
    notice : tuple of Sentence
        What the roster prints for everybody.
    """

    id: str
    name: str
    zone: str = "Asia/Shanghai"
    first_weekday: int = 0
    day_hours: float = 8.0
    calendar: str = "CN"
    opening: tuple[Opening, ...] = (Opening("all", 0, DAY_MINUTES),)
    follow_lieu: bool = True
    workdays: tuple[int, ...] = ()
    notice: tuple[Sentence, ...] = ()


class Official(NamedTuple):
    """Somebody who decides on rosters and requests without being on them (审批人)."""

    id: str
    name: str
    role: str = ""


@dataclass(frozen=True)
class Procedure:
    """How a desk publishes its rosters and decides on changes of them (RULES 1–10, 64–69, 77, C7).

    Attributes
    ----------
    publish_by : int
        Days before the month's first day on which its roster is due.
    holiday_lead : int
        Days before a statutory holiday's first day on which a roster with it is due at the latest.
    recipients : tuple of str
        Departments that get a copy.
    approver_roles : tuple of str
        Roles whose holders may decide on requests.
    officials : tuple of Official
        People who may decide without being on the roster.
    swap_quota : int
        Swaps and stand-ins of a person in a month, both sides counted.
    swap_notice : int
        Days between a request and the first duty that it moves.
    """

    publish_by: int = 7
    holiday_lead: int = 7
    recipients: tuple[str, ...] = ("行政人事部",)
    approver_roles: tuple[str, ...] = ()
    officials: tuple[Official, ...] = ()
    swap_quota: int = 2
    swap_notice: int = 1


@dataclass(frozen=True)
class Note:
    """A sentence with its facts, to be worded later: an assumption, a remark."""

    sentence: Sentence
    facts: tuple[tuple[str, object], ...] = ()

    def say(self, lang: Lang) -> str:
        """The note in `lang`."""
        return self.sentence.say(lang, **dict(self.facts))


class Reason(NamedTuple):
    """Why something is required, as data that words itself on demand.

    Two reasons are the same when their data are: this is how the audit and
    the solver are compared.

    Attributes
    ----------
    rule : str
        Name of the rule that asks.
    sentence : Sentence
        What is asked, with places for the facts, `{who}`, `{day}` (the first
        day) and `{until}` (the last).
    workers : tuple of str
        Ids.
    days : tuple of date
    facts : tuple of (name, value)
        The numbers and codes of the sentence.
    """

    rule: str
    sentence: Sentence
    workers: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()

    def say(self, lang: Lang, names: Mapping[str, str]) -> str:
        """One sentence that a manager could argue about."""
        return self.sentence.say(lang, **self.worded(lang, names))

    def worded(self, lang: Lang, names: Mapping[str, str]) -> dict[str, object]:
        """The facts by their place in a sentence."""
        facts = dict(self.facts)
        facts["who"] = listed((names.get(worker, worker) for worker in self.workers), lang)
        if self.days:
            facts["day"], facts["until"] = self.days[0], self.days[-1]
        return facts


class Noted(StrEnum):
    """Why something that a rule forbids is put on record and not refused."""

    EXEMPTION = "exemption"  # the desk takes its clause literally and says so (C2, C3, C4)
    LAW = "law"  # the law layer warns and does not enforce (C10, C11)


class Violation(NamedTuple):
    """A requirement that a roster does not meet, or a preference that it gives up.

    Attributes
    ----------
    found : str or int
        What stands in the roster instead.
    cost : int
        What giving up the preference costs; 0 for a broken hard rule.
    noted : Noted or None
        Why it is only put on record, where it neither breaks the roster nor costs anything.
    """

    reason: Reason
    found: str | int = ""
    cost: int = 0
    noted: Noted | None = None

    @property
    def hard(self) -> bool:
        """Whether a hard rule is broken."""
        return self.cost == 0 and self.noted is None

    def say(self, lang: Lang, names: Mapping[str, str]) -> str:
        """The reason's sentence and what was found."""
        text = self.reason.say(lang, names)
        if self.found == "":
            return text
        return Sentence("{text}（现为 {found}）", "{text} (found: {found})").say(lang, text=text, found=self.found)


class Change(NamedTuple):
    """One cell that moves: the shifts that begin on the day, before and after."""

    worker: str
    day: date
    before: tuple[str, ...]
    after: tuple[str, ...]


class Roster:
    """Duties, in order, with an index by worker and day.

    Parameters
    ----------
    duties : iterable of Duty
        In any order; a repeated duty counts once.
    """

    def __init__(self, duties: Iterable[Duty]) -> None:
        self.duties: tuple[Duty, ...] = tuple(sorted(set(duties), key=lambda d: (d.day, d.shift, d.worker)))
        self._cells: dict[tuple[str, date], tuple[str, ...]] = {}
        for duty in self.duties:
            key = (duty.worker, duty.day)
            self._cells[key] = (*self._cells.get(key, ()), duty.shift)

    def on(self, worker: str, day: date) -> tuple[str, ...]:
        """Codes of the shifts that the worker begins on the day; empty for a day off."""
        return self._cells.get((worker, day), ())

    def changes_from(self, before: Roster) -> tuple[Change, ...]:
        """Every cell in which this roster differs from another, by day and worker."""
        cells = sorted({*self._cells, *before._cells}, key=lambda cell: (cell[1], cell[0]))
        moved = ((cell, before.on(*cell), self.on(*cell)) for cell in cells)
        return tuple(Change(*cell, old, new) for cell, old, new in moved if old != new)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Roster) and self.duties == other.duties

    def __hash__(self) -> int:
        return hash(self.duties)

    def __repr__(self) -> str:
        return f"Roster({len(self.duties)} duties)"


@dataclass(frozen=True)
class Problem:
    """One desk and one month.

    Attributes
    ----------
    days : tuple of Day
        The days of the month, in order.
    history : tuple of Duty
        Duties before the month; constants for every rule.
    history_from : date or None
        First day that the history speaks of; earlier days are unknown and count as free.
    carried : mapping of worker id to Burden
        What each did beyond a fair share in earlier months.
    events : tuple of Event
        Meetings, classes and exams of the month.
    slots : tuple of SlotNeed
        People needed by time of day, whatever shift they are on.
    assumptions : tuple of Note
        What was taken for granted; printed on the roster.
    """

    desk: Desk
    days: tuple[Day, ...]
    workers: tuple[Worker, ...]
    shifts: tuple[Shift, ...]
    demand: tuple[Demand, ...] = ()
    leave: tuple[Leave, ...] = ()
    wishes: tuple[Wish, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    overtime: tuple[Overtime, ...] = ()
    history: tuple[Duty, ...] = ()
    history_from: date | None = None
    carried: Mapping[str, Burden] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    slots: tuple[SlotNeed, ...] = ()
    assumptions: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if not self.days or len(self.shift_by_code) != len(self.shifts) or len(self.worker_by_id) != len(self.workers):
            raise ValueError("a problem needs days, and ids and codes that occur once")
        rows: tuple[Any, ...] = (*self.leave, *self.wishes, *self.fixed, *self.overtime, *self.history)
        unknown = {row.worker for row in rows} - set(self.worker_by_id)
        rows = (*self.demand, *self.wishes, *self.fixed, *self.history)
        unknown |= {row.shift for row in rows if row.shift} - set(self.shift_by_code)
        unknown |= {code for worker in self.workers for code, _ in worker.terms.most_of_shift} - set(self.shift_by_code)
        if unknown:
            raise ValueError(f"unknown ids or codes: {sorted(unknown)}")
        keys = [(row.shift, row.on, row.role, row.skill) for row in self.demand]
        if len(set(keys)) < len(keys):
            raise ValueError("two demand rows for the same people on the same shift and days")
        if any(duty.day >= self.first for duty in self.history):
            raise ValueError("history reaches into the month")

    @property
    def first(self) -> date:
        """First day of the month."""
        return self.days[0].date

    @property
    def last(self) -> date:
        """Last day of the month."""
        return self.days[-1].date

    @cached_property
    def fingerprint(self) -> str:
        """The digest of everything that is asked, see `scheduler.digest`; assumptions are left out, as they only explain."""
        return digest_of(canonical(replace(self, assumptions=())))

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The dates of the month, in order."""
        return tuple(day.date for day in self.days)

    @cached_property
    def day_by_date(self) -> dict[date, Day]:
        """The month's days by date."""
        return {day.date: day for day in self.days}

    @cached_property
    def worker_by_id(self) -> dict[str, Worker]:
        """Workers by id."""
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def shift_by_code(self) -> dict[str, Shift]:
        """Shifts by code."""
        return {shift.code: shift for shift in self.shifts}

    @cached_property
    def names(self) -> dict[str, str]:
        """Workers' names by id, as sentences use them; the id is added where a name occurs twice."""
        shared = [worker.name for worker in self.workers]
        return {w.id: w.name if shared.count(w.name) == 1 else f"{w.name}({w.id})" for w in self.workers}

    def span(self, day: date, code: str) -> Span:
        """First to last instant of a shift that begins on `day`."""
        shift = self.shift_by_code[code]
        return Span(instant(day, shift.start, self.desk.zone), instant(day, shift.end, self.desk.zone))

    def segments(self, day: date, code: str) -> tuple[Span, ...]:
        """The stretches at the desk of a shift that begins on `day`, in instants."""
        return self._instants(day, self.shift_by_code[code].desk_minutes)

    def firm_segments(self, day: date, code: str) -> tuple[Span, ...]:
        """The stretches that cover may count on, of a shift that begins on `day`, in instants."""
        return self._instants(day, self.shift_by_code[code].firm_minutes)

    def _instants(self, day: date, stretches: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        zone = self.desk.zone
        return tuple(Span(instant(day, start, zone), instant(day, end, zone)) for start, end in stretches)

    @cached_property
    def _demand_by_date(self) -> dict[date, tuple[Demand, ...]]:
        found: dict[date, tuple[Demand, ...]] = {}
        general: list[int] = []
        dated: dict[str, list[int]] = {}
        for at, row in enumerate(self.demand):
            (dated.setdefault(row.on, []) if ISO_DATE.fullmatch(row.on) else general).append(at)
        for day in self.days:
            best: dict[tuple[str, str, str], tuple[int, Demand]] = {}
            for row in (self.demand[at] for at in sorted([*general, *dated.get(day.date.isoformat(), ())])):
                fit = day_match(row.on, day)
                key = (row.shift, row.role, row.skill)
                if fit and (key not in best or fit > best[key][0]):
                    best[key] = (fit, row)
            found[day.date] = tuple(row for _, row in best.values())
        return found

    def demand_on(self, day: date) -> tuple[Demand, ...]:
        """The demand rows in force on a day of the month: of rows for the same people, the closest fit."""
        return self._demand_by_date[day]

    def slots_on(self, day: date) -> tuple[SlotNeed, ...]:
        """The slots in force on a day of the month, in order: of those for the same time and skill, the closest fit."""
        best: dict[tuple[int, int, str], tuple[int, SlotNeed]] = {}
        for slot in self.slots:
            fit = day_match(slot.on, self.day_by_date[day])
            key = (slot.start, slot.end, slot.skill)
            if fit and (key not in best or fit > best[key][0]):
                best[key] = (fit, slot)
        return tuple(slot for _, (_, slot) in sorted(best.items()))

    def opening_on(self, day: date) -> list[Span]:
        """The desk's opening hours on a day of the month, in instants."""
        calendar_day = self.day_by_date[day]
        fit = max((day_match(o.on, calendar_day) for o in self.desk.opening), default=0)
        return joined(
            Span(instant(day, o.start, self.desk.zone), instant(day, o.end, self.desk.zone))
            for o in self.desk.opening
            if fit and day_match(o.on, calendar_day) == fit and o.end > o.start
        )

    @cached_property
    def leave_days(self) -> dict[tuple[str, date], Leave]:
        """Approved leave by worker and day, of the month and of the day after it."""
        reach = (*self.dates, self.last + ONE_DAY)
        return {
            (leave.worker, day): leave
            for leave in self.leave
            if leave.approved
            for day in reach
            if leave.first <= day <= leave.last
        }

    def at_work_elsewhere(self, worker: str, day: date) -> bool:
        """Whether the worker is in training or on outside duty on the day, so away but not at rest."""
        leave = self.leave_days.get((worker, day))
        return leave is not None and leave.kind in WORKING_LEAVE

    def available(self, worker: Worker, day: date) -> bool:
        """Whether the worker is employed and not on approved leave on a day of the month."""
        return worker.employed(day) and (worker.id, day) not in self.leave_days

    def can_take(self, worker: Worker, day: date, shift: Shift) -> bool:
        """Whether the tables let the worker fill the shift on a day of the month, as cover and not as a trainee."""
        return (
            self.available(worker, day)
            and worker.qualified(day)
            and (not shift.skill or worker.has_skill(shift.skill, day))
            and (not worker.only_shifts or shift.code in worker.only_shifts)
            and not (shift.night and worker.protected(day))
        )

    def heads_on(self, day: date) -> dict[str, int]:
        """The wished number of people on each shift of a day; rows for a role or skill add up where no row is for all."""
        heads: dict[str, int] = {}
        for row in self.demand_on(day):
            if not row.role and not row.skill:
                heads[row.shift] = row.target
        parts: dict[str, int] = {}
        for row in self.demand_on(day):
            if row.shift not in heads:
                parts[row.shift] = parts.get(row.shift, 0) + row.target
        return heads | parts

    @cached_property
    def norm_minutes(self) -> dict[str, int]:
        """Paid minutes that each worker owes in the month.

        Standard working days of the calendar or the desk (or the worker's own
        monthly hours, spread over them) on which the worker is employed and
        not on approved leave.
        """
        own = self.desk.workdays
        workdays = [
            day.date
            for day in self.days
            if (day.kind != DayKind.STATUTORY and day.date.weekday() in own if own else not day.is_off)
        ]
        norms = {}
        for worker in self.workers:
            present = sum(self.available(worker, day) for day in workdays)
            full = worker.norm_hours
            if full is None:
                full = self.desk.day_hours * len(workdays) * worker.share
            norms[worker.id] = round(60 * full * present / len(workdays)) if workdays else round(60 * full)
        return norms

    @cached_property
    def fair_shares(self) -> dict[str, Burden]:
        """Each worker's fair share of the month's wished-for cover.

        Nights, weekend and holiday duties are shared by the days on which a
        worker could take one, hours by the norm, counted while qualified.
        """
        night = {shift.code for shift in self.shifts if shift.night}
        every = set(self.shift_by_code)
        nights = self._apportioned(self.dates, night)
        weekends = self._apportioned([d.date for d in self.days if d.kind == DayKind.RESTDAY], every)
        holidays = self._apportioned([d.date for d in self.days if d.kind == DayKind.STATUTORY], every)
        paid = {shift.code: shift.paid_minutes for shift in self.shifts}
        asked = sum(heads * paid[code] for day in self.dates for code, heads in self.heads_on(day).items())
        qualified = {}
        for worker in self.workers:
            present = [day for day in self.dates if self.available(worker, day)]
            part = sum(worker.qualified(day) for day in present) / len(present) if present else 0.0
            qualified[worker.id] = self.norm_minutes[worker.id] * part
        load = min(1.0, asked / sum(qualified.values())) if any(qualified.values()) else 0.0
        hours = {worker.id: self.norm_minutes[worker.id] * load / 60 for worker in self.workers}
        return {w.id: Burden(nights[w.id], weekends[w.id], holidays[w.id], hours[w.id]) for w in self.workers}

    def _apportioned(self, days: Iterable[date], codes: set[str]) -> dict[str, float]:
        """The duties wished for on days and shifts, shared by each worker's chances to take one."""
        days = tuple(days)
        heads = sum(n for day in days for code, n in self.heads_on(day).items() if code in codes)
        shifts = [self.shift_by_code[code] for code in codes]
        chances = {w.id: w.share * sum(any(self.can_take(w, d, s) for s in shifts) for d in days) for w in self.workers}
        total = sum(chances.values())
        return {worker: heads * chance / total if total else 0.0 for worker, chance in chances.items()}
