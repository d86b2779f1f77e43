"""A desk as its files tell it, and the problem of each of its months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from scheduler.domain import (
    ISO_DATE,
    Burden,
    ClockChange,
    Day,
    DayKind,
    Demand,
    Desk,
    Duty,
    Fixed,
    Leave,
    Month,
    Note,
    Overtime,
    Problem,
    Procedure,
    Shift,
    ShiftTable,
    SlotNeed,
    Wish,
    Worker,
    day_match,
    present_ids,
)
from scheduler.domain.holidays import day_types
from scheduler.errors import InputError
from scheduler.files.reading.events import EventRow, month_events
from scheduler.files.reading.places import Place, first_faults
from scheduler.files.reading.slots import needs_of_month
from scheduler.files.reading.table_days import NOT_TOLD, Aside, TableDays, check_near, set_aside, unbroken_since
from scheduler.files.reading.values import Dated
from scheduler.hr.attendance import AttendanceTerms
from scheduler.hr.exchange import ExchangeIds
from scheduler.i18n import Sentence, as_written
from scheduler.passing import OWNER_ALONE, Access
from scheduler.rules.book import Rulebook
from scheduler.staffing.breaks import BreakTerms
from scheduler.timeline import DAY_MINUTES, ONE_DAY, clock_text, days_between
from scheduler.workflow.readers import Reader

DAYS_IN_SAME_WEEK = timedelta(days=6)  # at most, before a day


@dataclass(frozen=True)
class Past:
    """What the ledger knows of the days before a month; it beats the tables from `since` on.

    Attributes
    ----------
    duties : tuple of Duty
    since : date
        The first day of which it speaks.
    carried : mapping of worker id to Burden
        In place of the table of that name.
    source : Note
        Where it comes from; printed among the assumptions.
    shifts : ShiftTable or None
        What the codes of the duties stood for; `None` where that was not recorded.
    overtime : tuple of Overtime
        That of the month before.
    """

    duties: tuple[Duty, ...]
    since: date
    carried: Mapping[str, Burden]
    source: Note
    shifts: ShiftTable | None = None
    overtime: tuple[Overtime, ...] = ()


@dataclass(frozen=True)
class PageTerms:
    """How the desk's people reach the page, and what a link on paper lets them do.

    Attributes
    ----------
    url : str
        Its address, without a slash at the end; empty for none.
    sign_by_link : bool
        Whether the link on one's slip is enough to sign for it.
    """

    url: str = ""
    sign_by_link: bool = False


@dataclass(frozen=True, kw_only=True)
class DeskFiles:
    """A desk as its files tell it: everything but the month.

    Two are equal when their contents are, whatever files they came from.

    Attributes
    ----------
    path : Path
        As the user gave it.
    shifts_place : Place
        The shifts table.
    leave : tuple of Leave
        Of every month.
    dated : tuple of Dated
        Wishes, fixed duties, overtime and history of every month, in the order
        of the tables; a past `Duty` without a shift is a day known to be free.
    overrides : mapping of date to (DayKind, str)
        Kind and name of days on which the desk knows better than the calendar.
    confirmed_years : frozenset of int
        Years whose holiday notice the desk has entered itself.
    rules : mapping
        The `[rules.NAME]` tables, as they stand.
    assumed : tuple of Sentence
        What the desk takes for granted.
    passed_over : tuple of Note
        Files beside the tables that were not read, or not under their own name.
    procedure : Procedure
        How it publishes and decides on changes.
    event_rows : tuple of EventRow
        Sittings of every month.
    slots : tuple of SlotNeed
        People needed by time of day, of every month.
    breaks : BreakTerms or None
        How breaks are placed behind a roster, where the desk has that done.
    heads : str
        The file in which heads of the log are noted, from the desk's folder on; empty for none.
    access : Access
        Who may read files that are not everybody's business.
    keep_private_years : int or None
        For how long the ledger keeps private facts; `None` for ever.
    hr_cut_off_day : int
        The day of the month on which attendance is cut off.
    arrive_early : int
        Minutes before a duty at which people are to be there; not paid.
    handover_items : tuple of str
        What is counted at a handover.
    exchange : tuple of ExchangeIds
        The desk's ids in other systems, one for each that the table has.
    attendance : AttendanceTerms
        How punches are held against duties.
    uncertified : tuple of Leave
        Approved leave of which a certificate is due that is not in.
    wishes_by : int
        Days before a month's first day by which wishes for it are in.
    page : PageTerms
    table_days : tuple of TableDays
        Days of every dated row of the tables.
    read_on : date
        The day on which the files were read, at the desk.
    """

    path: Path = field(compare=False)
    shifts_place: Place = field(compare=False)
    desk: Desk
    workers: tuple[Worker, ...]
    shifts: tuple[Shift, ...]
    demand: tuple[Demand, ...]
    leave: tuple[Leave, ...]
    dated: tuple[Dated, ...]
    carried: Mapping[str, Burden]
    overrides: Mapping[date, tuple[DayKind, str]]
    confirmed_years: frozenset[int]
    rules: Mapping[str, Mapping[str, object]]
    rulebook: Rulebook
    assumed: tuple[Sentence, ...] = ()
    passed_over: tuple[Note, ...] = field(default=(), compare=False)
    event_rows: tuple[EventRow, ...] = ()
    slots: tuple[SlotNeed, ...] = ()
    breaks: BreakTerms | None = None
    procedure: Procedure = field(default_factory=Procedure)
    heads: str = ""
    access: Access = OWNER_ALONE
    keep_private_years: int | None = None
    hr_cut_off_day: int = 25
    arrive_early: int = 0
    handover_items: tuple[str, ...] = ()
    exchange: tuple[ExchangeIds, ...] = ()
    attendance: AttendanceTerms = field(default_factory=AttendanceTerms)
    uncertified: tuple[Leave, ...] = ()
    wishes_by: int = Procedure.publish_by
    page: PageTerms = PageTerms()
    table_days: tuple[TableDays, ...] = field(default=(), compare=False)
    read_on: date = field(default=date.min, compare=False)

    def check_access(self) -> None:
        """Refuse a group to which files that are not everybody's cannot be handed.

        Raises
        ------
        InputError
        """
        self.access.check(f"{self.path.name}: [desk] private_group")

    def access_for(self, reader: Reader) -> Access | None:
        """Who may read a file made for a reader; `None` for whoever can see the folder."""
        return None if reader.is_everybody else self.access

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """Wishes of every month, one for each day."""
        return tuple(row.item for row in self.dated if isinstance(row.item, Wish))

    @property
    def fixed(self) -> tuple[Fixed, ...]:
        """Fixed duties and days off of every month."""
        return tuple(row.item for row in self.dated if isinstance(row.item, Fixed))

    @property
    def overtime(self) -> tuple[Overtime, ...]:
        """Approved overtime of every month."""
        return tuple(row.item for row in self.dated if isinstance(row.item, Overtime))

    @property
    def history(self) -> tuple[Duty, ...]:
        """Past duties, without the days known to be free."""
        return tuple(row.item for row in self.dated if isinstance(row.item, Duty) and row.item.shift)

    @property
    def history_from(self) -> date | None:
        """First day of which the history table speaks."""
        return min((row.item.day for row in self.dated if row.table == "history"), default=None)

    def days(self, month: Month) -> tuple[Day, ...]:
        """What the calendar, and the desk itself, say of a month's days."""
        desk = self.desk
        return day_types(month.days(), desk.calendar, self.overrides, self.confirmed_years, desk.follow_lieu)

    def problem(self, month: Month, past: Past | None = None) -> Problem:
        """The problem of one month.

        Parameters
        ----------
        past : Past or None
            What the ledger knows of earlier months; it replaces the history
            table from its first day on, and the carried table.

        Raises
        ------
        InputError
            Every date that does not go with the month, at once; and every past
            duty on a shift that is not in the shifts table any more, and of which nothing was recorded.
        """
        dates, days = month.days(), self.days(month)
        mine = self._rows_of(dates)
        since = dates[0] - DAYS_IN_SAME_WEEK  # leave of the week into which the month begins is no rest of that week
        leave = tuple(leave for leave in self.leave if leave.first <= dates[-1] and since <= leave.last)
        told = [row.item for row in mine if isinstance(row.item, Duty)]
        known_since = unbroken_since(duty.day for duty in told)
        history = [duty for duty in told if duty.day >= known_since]
        shifts = ShiftTable(self.shifts)
        if past:
            past = self._under_present_ids(past)
            known, shifts = self._known(past, dates[0])
            history = [duty for duty in history if duty.day < past.since] + known
        spoken = [duty.day for duty in history] + ([past.since, dates[0] - ONE_DAY] if past else [])
        notes = [*(Note(text) for text in self.assumed), *self.passed_over]
        notes += [Note(READ_LITERALLY, (("because", as_written(one.because)),)) for one in self.rulebook.literal]
        if any(day.provisional for day in days):
            notes.append(Note(PROVISIONAL, (("year", month.year),)))
        if past:
            notes.append(past.source)
            if strangers := self._strangers(past):
                notes.append(Note(STRANGERS, (("who", ", ".join(strangers)),)))
        elif not spoken:
            notes.append(Note(NO_HISTORY, (("day", dates[0]),)))
        elif max(spoken) < dates[0] - ONE_DAY:
            notes.append(Note(SHORT_HISTORY, (("day", max(spoken)),)))
        if early := [duty.day for duty in told if duty.day < known_since]:
            said = (("n", len(early)), ("first", min(early).isoformat()), ("since", known_since))
            notes.append(Note(BROKEN_OFF, said))
        notes += [aside.note(month) for aside in self.set_aside(month) if aside.table not in NOT_TOLD]
        unopened = sum(not any(day_match(hours.on, day) for hours in self.desk.opening) for day in days)
        if unopened:
            notes.append(Note(UNOPENED, (("n", unopened),)))
        if unapproved := sum(not absence.approved and dates[0] <= absence.last for absence in leave):
            notes.append(Note(UNAPPROVED, (("n", unapproved),)))
        events, unsettled = month_events(self.event_rows, days, self.desk.first_weekday)
        notes += unsettled
        ids = {worker.id for worker in self.workers}
        problem = Problem(
            self.desk,
            days,
            self.workers,
            self.shifts,
            demand=tuple(
                row for row in self.demand if not ISO_DATE.fullmatch(row.on) or date.fromisoformat(row.on) in dates
            ),
            leave=leave,
            wishes=tuple(row.item for row in mine if isinstance(row.item, Wish)),
            fixed=tuple(row.item for row in mine if isinstance(row.item, Fixed)),
            overtime=tuple(row.item for row in mine if isinstance(row.item, Overtime)),
            past_overtime=tuple(row for row in past.overtime if row.worker in ids and row.day < dates[0])
            if past
            else (),
            history=tuple(duty for duty in history if duty.shift),
            former_shifts=shifts.former,
            history_from=min(spoken) if spoken and max(spoken) >= dates[0] - ONE_DAY else None,
            carried={worker: sums for worker, sums in (past or self).carried.items() if worker in ids},
            events=events,
            slots=needs_of_month(self.slots, dates),
        )
        late = [s for s in problem.shifts if s.end > DAY_MINUTES and any(row.shift == s.code for row in problem.demand)]
        if late:
            hours = ", ".join(f"{s.code} {clock_text(s.start)}–{clock_text(s.end)}" for s in late)
            notes.append(Note(PAST_MIDNIGHT, (("shifts", hours), ("tail", self.desk.tail_minutes))))
        if problem.leave_hours:
            facts = {"midday": clock_text(self.desk.midday), "half": f"{self.desk.day_hours / 2:g}"}
            notes.append(Note(HALF_DAYS, tuple(facts.items())))
        notes += [_say_clock_change(self.desk, one) for one in problem.clock_changes]
        return replace(problem, assumptions=(*notes, *self.rulebook.left_out(problem)))

    def set_aside(self, month: Month) -> tuple[Aside, ...]:
        """The rows of the tables that do not count in a month."""
        return set_aside(self.table_days, month.days())

    def _rows_of(self, dates: tuple[date, ...]) -> list[Dated]:
        """The rows of a month and its history."""
        if faults := list(first_faults(check_near(self.table_days, dates, self.read_on))):
            raise InputError(faults)
        return [
            row
            for row in self.dated
            if (row.item.day < dates[0] if row.table == "history" else dates[0] <= row.item.day <= dates[-1])
        ]

    def _under_present_ids(self, past: Past) -> Past:
        """The past under the ids that people have today."""
        present = present_ids(self.workers)
        duties = tuple(duty._replace(worker=present.get(duty.worker, duty.worker)) for duty in past.duties)
        return replace(
            past,
            duties=duties,
            carried={present.get(who, who): sums for who, sums in past.carried.items()},
            overtime=tuple(row._replace(worker=present.get(row.worker, row.worker)) for row in past.overtime),
        )

    def _strangers(self, past: Past) -> list[str]:
        """The ids of the past that are nobody's today."""
        return sorted({duty.worker for duty in past.duties} - {worker.id for worker in self.workers})

    def _known(self, past: Past, first: date) -> tuple[list[Duty], ShiftTable]:
        """The past duties before a month of people who are still there, and the shifts with what they stood for then."""
        ids, shifts = {worker.id for worker in self.workers}, ShiftTable(self.shifts)
        duties = [duty for duty in past.duties if duty.worker in ids and past.since <= duty.day < first]
        if past.shifts is not None:
            shifts = shifts.recall(past.shifts, days_between(past.since, first - ONE_DAY))
        expected = Sentence(
            "账册中用过的班次：停用后也请留在班次表中，只去掉需求",
            "a shifts table with every shift that the ledger knows: keep a retired one, without demand",
        )
        gone = sorted({duty.shift for duty in duties if duty.shift not in shifts.on(duty.day)})
        if gone:
            raise InputError([self.shifts_place.fault(expected, code) for code in gone])
        return duties, shifts


def _say_clock_change(desk: Desk, change: ClockChange) -> Note:
    """What hours a shift has in which the clocks change."""
    shift = change.shift
    facts = {"shift": shift.code, "start": clock_text(shift.start), "end": clock_text(shift.end)}
    facts |= {"wall": f"{shift.span_minutes / 60:g}", "passing": f"{change.minutes / 60:g}"}
    by = CLOCKS_BY[desk.hours_by]
    return Note(by, (("day", change.day), *facts.items()))


CLOCKS_BY = {
    "wall": Sentence(
        "{day}的“{shift}”{start}–{end}当中时钟调整：实际经过 {passing} 小时，本店按钟面算 {wall} 小时"
        '（要按实际经过算，写 hours_by = "passing"）',
        "the clocks change during {shift} of {day}, {start}–{end}: {passing} h pass, and it counts as {wall} h by the wall"
        ' (hours_by = "passing" counts hours as they pass)',
    ),
    "passing": Sentence(
        "{day}的“{shift}”{start}–{end}当中时钟调整：本店按实际经过算 {passing} 小时，钟面上是 {wall} 小时",
        "the clocks change during {shift} of {day}, {start}–{end}: it counts as the {passing} h that pass, and is {wall} h by"
        ' the wall (hours_by = "passing")',
    ),
}
HALF_DAYS = Sentence(
    "半天以 {midday} 为界；部分时间的请假只免那一段的班，按小时从标准工时中扣，{midday} 前后各至多 {half} 小时",
    "half days divide at {midday}; leave for part of a day frees that time alone, and lowers the norm by its hours, {half} h at"
    " most on either side of {midday}",
)
PAST_MIDNIGHT = Sentence(
    "跨零点的班（{shifts}）算在它开始的那天；跨过零点超过 {tail} 分钟的，次日不算空：不满足休息申请，也不排在固定休息、请假的前一天",
    "a duty past midnight ({shifts}) belongs to the day on which it begins; where it takes more than {tail} min of the next day,"
    " that is no free day: it grants no wish for a day off and does not come before a fixed one or leave",
)
PROVISIONAL = Sentence(
    "尚无 {year} 年放假通知：法定节假日已标出，调休放假与补班未标",
    "no holiday notice for {year} is known yet: statutory days are marked, days exchanged for them are not",
)
READ_LITERALLY = Sentence("照字面读：{because}", "read literally: {because}")
NO_HISTORY = Sentence("没有上月排班：{day} 之前都按休息计", "no history was given: the days before {day} count as free")
SHORT_HISTORY = Sentence(
    "上月排班只到{day}：其后未知，按休息计", "history ends on {day}: later days are unknown and count as free"
)
BROKEN_OFF = Sentence(
    "此前排班表有 {n} 行远在其余各行之前（自 {first}），未使用：年份写错了吗？此前排班从{since}算起",
    "rows of the history table long before all others (from {first}), set aside: {n}; is the year a slip? It is known since {since}",
)
STRANGERS = Sentence(
    "上月排班中的工号 {who} 不在人员表中，其排班与结转不再计入：改了工号的，请在人员表“曾用工号”一栏写上旧工号",
    "ids of last month's roster that the people table does not have, whose duties and balances do not count any more: {who};"
    " where an id was changed, write the old one into the column “formerly” of the people table",
)
UNOPENED = Sentence("[opening] 没有写到的 {n} 天按不开放算", "days that are not in [opening], taken as closed: {n}")
UNAPPROVED = Sentence(
    "未批准的请假 {n} 条，不影响排班（条款 86）", "unapproved leave, which does not change the roster (clause 86): {n}"
)
