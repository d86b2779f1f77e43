"""Planned against actual: a clock's export held against the duties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from scheduler import clock
from scheduler.app.held_months import Holding, read_holding, read_month
from scheduler.app.hr import FOR_HR, choose_period
from scheduler.app.locations import open_existing_ledger
from scheduler.app.people import people_of
from scheduler.app.session import guard_writes
from scheduler.domain import Month, Note, present_ids
from scheduler.files.papers.attendance_sheet import (
    AttendanceSheet,
    ProposedRow,
    write_attendance,
)
from scheduler.files.reading.clock_export import Clocked, Export, MonthTotals, read_clock_export
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.schema.clock_exports import (
    ABSENT,
    EARLY_MINUTES,
    EARLY_TIMES,
    LATE_MINUTES,
    LATE_TIMES,
    MISSING,
    ROLE_NAMES,
)
from scheduler.hr.attendance import Punch, Seen, compare_punches
from scheduler.hr.in_force import HeldDuty, HeldMonth
from scheduler.hr.person import Period
from scheduler.i18n import Lang, Sentence
from scheduler.passing import clear_abandoned
from scheduler.timeline import DAY_MINUTES, ONE_DAY, Span, instant, moment
from scheduler.workflow.attendance import Attendance, Finding
from scheduler.workflow.worked import confirmed_attendance, rejected_attendance

STRANGERS = Sentence(
    "打卡记录里有 {n} 人不在人员表，没有核对：{who}",
    "{n} people of the clock's export are not of this desk, and were passed over: {who}",
)
CONTRADICTIONS = Sentence(
    "有 {n} 人的工号与姓名不是同一个人，没有核对：{who}。请改打卡记录里的工号（表格软件会去掉工号前面的零）",
    "{n} people have the id of one and the name of another, and were passed over: {who}. Correct the ids of the export"
    " (spreadsheets drop the zeros in front of one)",
)
NAMESAKES = Sentence(
    "有 {n} 个姓名不止一人叫，没有核对：{who}。请导出带工号的打卡记录",
    "{n} names are of more than one person, and were passed over: {who}. Export the punches with ids",
)
OTHER_NAMES = Sentence(
    "工号认得、姓名不是人员表里的，按工号算：{who}",
    "known by their ids, under names that the people table does not have: {who}",
)
BY_NAME = Sentence("按姓名认出的：{who}", "recognised by their names: {who}")
OUTSIDE = Sentence("有 {n} 次打卡不在这段时间，没有核对", "{n} punches are of other days, and were passed over")
NO_PUNCHES_AT_ALL = Sentence(
    "{who}这段时间没有一次打卡：是不用打卡，还是工号不同？",
    "{who}: not one punch in these days; do they not punch, or under another id?",
)
NOT_IN_REPORT = Sentence(
    "有班而月报里没有的有 {n} 人，没有对照：{who}",
    "{n} people with duties are not in the month report, and were not compared: {who}",
)
NOT_YET = Sentence(
    "有 {n} 个班在 {at} 之后才下班：打卡记录还没有到，没有核对",
    "{n} duties end after {at}, up to which the punches reach, and were not looked at",
)
COUNTS = Sentence(
    "{found} 条待确认，{recorded} 条已确认，{rejected} 条已否决，{fine} 个班按排班上了，{beside} 次打卡不属任何班",
    "{found} to confirm, {recorded} confirmed, {rejected} rejected, {fine} duties as planned, {beside} punches without a duty",
)
DIFFERENT = Sentence(
    "{who} {name} {what}：月报 {said:g}，已确认 {ours:g}",
    "{who} {name}, {what}: {said:g} in the report, {ours:g} confirmed",
)
MOST_NAMED = 12


@dataclass(frozen=True, kw_only=True)
class AttendanceTold:
    """What a clock's export says of duties, and the sheet where one was written."""

    files: DeskFiles
    sheet: AttendanceSheet
    as_planned: int
    written: Path | None = None


def say_counts(found: AttendanceTold, lang: Lang) -> str:
    """How many findings there are, by what HR has said of them."""
    return COUNTS.say(lang, beside=len(found.sheet.beside), fine=found.as_planned, **found.sheet.counts)


def compare_attendance(
    desk: Path,
    exports: Sequence[Path],
    month: Month | None = None,
    *,
    days: tuple[date, date] | None = None,
    cut_off: bool = False,
    mapping: str = "",
    out: Path | None = None,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> AttendanceTold:
    """Hold a clock's export against the duties as far as they are known; nothing is recorded.

    Parameters
    ----------
    exports : sequence of Path
        Files of punches, or month reports.
    mapping : str
        Which of the known exports they are; by default what the desk says, else their headings.
    out : Path, optional
        Where the proposals are written, for HR to confirm.

    Raises
    ------
    InputError, LedgerError, Refusal
    """
    files = read_desk(desk)
    at = clock.at_desk(now, files.desk.zone)
    period = choose_period(files, month, days, cut_off=cut_off, today=at.date())
    terms = files.attendance
    kind, zone = mapping or terms.mapping, files.desk.zone
    read = [one for path in exports for one in read_clock_export(path, kind, terms.columns, zone=zone)]
    with open_existing_ledger(desk, store) as ledger:
        holding = read_holding(files, ledger)
        months = held_around(holding, period)
        confirmed = [one for one in confirmed_attendance(holding.entries) if period.first <= one.day <= period.last]
        rejected = rejected_attendance(holding.entries)
        head = str(ledger.head(files.desk.id))
    known = ClockPeople(files)
    notes = [note for one in read for note in one.notes]
    duties = [under_present_id(duty, known) for held in months for duty in held.duties]
    punches = _punches(read, known, duties, period, files.desk.zone, notes)
    until = min(int(at.timestamp() // 60), max((punch.at for punch in punches), default=0) + terms.reach)
    dates = frozenset(period.dates)
    found = compare_punches(duties, punches, terms, dates=dates, until=until, excused=_Excuses(months, known, files))
    not_so = {(known.present.get(one.worker, one.worker), *one.key[1:]) for one in rejected}
    rows = [
        replace(row, is_rejected=row.attendance.key in not_so)
        for row in _proposals(found.seen, confirmed, known, files.desk.zone)
    ]
    notes += _notes(duties, punches, known, dates, moment(until, files.desk.zone)) if punches else []
    notes += _left_out(read, duties, known, dates)
    sheet = AttendanceSheet(
        desk=files.desk,
        period=period,
        at=at,
        head=head,
        rows=tuple(rows),
        beside=tuple(
            (one.worker, known.name(one.worker), moment(one.at, files.desk.zone))
            for one in found.beside
            if moment(one.at, files.desk.zone).date() in dates
        ),
        totals=tuple(_totals(read, known, confirmed)),
        notes=(*notes, *known.notes()),
    )
    if out is not None:
        with guard_writes(out.parent):
            clear_abandoned([out.parent])
            write_attendance(out, sheet, lang, files.access_for(FOR_HR))
    as_planned = sum(not one.findings for one in found.seen) if punches else 0
    return AttendanceTold(files=files, sheet=sheet, as_planned=as_planned, written=out)


class ClockPeople:
    """The desk's people as a clock's export may name them: by id, one of before, theirs there, or a name that nobody else has."""

    def __init__(self, files: DeskFiles) -> None:
        self._names = {one.id: one.name for one in people_of(files).values()}
        workers = {worker.id: worker.name for worker in files.workers}
        self.present = present_ids(files.workers)
        self._ids = {who.casefold(): now for who, now in {**{w: w for w in workers}, **self.present}.items()}
        called: dict[str, list[str]] = {}
        for who, name in workers.items():
            called.setdefault(_bare(name), []).append(who)
        self._called = called
        self._theirs = {
            (ids.system.value, their.id.casefold()): who for ids in files.exchange for who, their in ids.people.items()
        }
        self._told: dict[Sentence, dict[str, None]] = {}

    def name(self, who: str) -> str:
        """Their name; the id itself where nobody has it."""
        return self._names.get(who, who)

    def is_called(self, who: str, name: str) -> bool:
        """Whether whoever has an id has a name; nobody has an id that is unknown."""
        return _bare(self.name(self.present.get(who, who))) == _bare(name)

    def find(self, who: tuple[str, str], system: str = "") -> str:
        """The present id of whom a file of a system names; empty for somebody else."""
        said, name = who
        named, whole = self._called.get(_bare(name), []), f"{said} {name}".strip()
        if found := self._theirs.get((system, said.casefold())) or self._ids.get(said.casefold()):
            if named and found not in named:
                self._told.setdefault(CONTRADICTIONS, {})[whole] = None
                return ""
            if name and not named:
                self._told.setdefault(OTHER_NAMES, {})[f"{whole} ({self.name(found)})"] = None
            return found
        if len(named) == 1:
            self._told.setdefault(BY_NAME, {})[whole] = None
            return named[0]
        self._told.setdefault(NAMESAKES if named else STRANGERS, {})[whole] = None
        return ""

    def notes(self) -> Iterator[Note]:
        """Whom the files named that are not of this desk, or not surely one of it, and who was known by the name alone."""
        for sentence, who in self._told.items():
            yield Note(sentence, (("n", len(who)), ("who", _some(who))))


def _bare(name: str) -> str:
    return name.replace(" ", "")


def _some(names: Collection[str]) -> Sentence:
    said = [*list(names)[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]
    plain = [one.replace("{", "{{").replace("}", "}}") for one in said]
    return Sentence("、".join(plain), ", ".join(plain))


def held_around(holding: Holding, period: Period) -> list[HeldMonth]:
    """The months around a period that were ever in force: a night of the day before reaches in."""
    first, last = Month.of(period.first - ONE_DAY), Month.of(period.last + ONE_DAY)
    return [read_month(holding, month)[0] for month in sorted(holding.windows) if first <= month <= last]


def under_present_id(duty: HeldDuty, known: ClockPeople) -> HeldDuty:
    """A duty under the id that whoever has it has today."""
    return replace(duty, worker=known.present.get(duty.worker, duty.worker))


def _punches(
    read: Iterable[Export],
    known: ClockPeople,
    duties: Iterable[HeldDuty],
    period: Period,
    zone: str,
    notes: list[Note],
) -> list[Punch]:
    found, outside = [], 0
    ends: dict[tuple[str, date], list[int]] = {}
    for duty in duties:
        ends.setdefault((duty.worker, duty.day), []).append(duty.span.end)
    for system, one in ((export.kind.system, punch) for export in read for punch in export.punches):
        if not period.first - ONE_DAY <= one.day <= period.last + ONE_DAY:
            outside += 1
        elif who := known.find(one.who, system):
            days = (one, one._replace(minute=one.minute + DAY_MINUTES)) if one.or_next_day else (one,)
            due = ends.get((who, one.day), ())
            at = min(
                (_instant(day, zone) for day in days), key=lambda at: min((abs(at - end) for end in due), default=0)
            )
            found.append(Punch(who, at, one.way))
    if outside:
        notes.append(Note(OUTSIDE, (("n", outside),)))
    return found


def _instant(punch: Clocked, zone: str) -> int:
    return instant(punch.day, punch.minute, zone)


class _Excuses:
    """The times of a duty that approved leave takes, whole days and hours."""

    def __init__(self, months: Iterable[HeldMonth], known: ClockPeople, files: DeskFiles) -> None:
        self._zone = files.desk.zone
        self._leave: dict[tuple[str, date], list[tuple[int, int]]] = {}
        for held in months:
            for (who, day), whole in held.problem.leave_days.items():
                self._add(known.present.get(who, who), day, whole.since, whole.until)
            for (who, day), rows in held.problem.leave_hours.items():
                for row in rows:
                    self._add(known.present.get(who, who), day, row.since, row.until)

    def _add(self, who: str, day: date, since: int, until: int) -> None:
        self._leave.setdefault((who, day), []).append((since, until))

    def __call__(self, duty: HeldDuty) -> Iterator[Span]:
        for day in (duty.day, duty.day + ONE_DAY):
            for since, until in self._leave.get((duty.worker, day), ()):
                yield Span(instant(day, since, self._zone), instant(day, until, self._zone))


def _proposals(
    seen: Iterable[Seen], confirmed: Sequence[Attendance], known: ClockPeople, zone: str
) -> Iterator[ProposedRow]:
    """What is proposed, and what stands in the ledger already, by day."""
    rows: dict[tuple[str, date, str, Finding], ProposedRow] = {}
    recorded = {(known.present.get(one.worker, one.worker), *one.key[1:]): one for one in confirmed}
    for one in seen:
        span = one.duty.span
        due = _clock(span.start, one.duty.day, zone), _clock(span.end, one.duty.day, zone)
        start, end = ("" if at is None else _clock(at, one.duty.day, zone) for at in (one.start, one.end))
        for finding in one.findings:
            there = finding.key in recorded
            told = recorded.get(finding.key, finding)._replace(worker=finding.worker)
            rows[finding.key] = ProposedRow(
                attendance=told, name=known.name(told.worker), due=due, seen=(start, end), is_recorded=there
            )
    for key, row_of in recorded.items():
        told = row_of._replace(worker=key[0])
        row = ProposedRow(attendance=told, name=known.name(key[0]), due=("", ""), seen=("", ""), is_recorded=True)
        rows.setdefault(key, row)
    yield from sorted(rows.values(), key=lambda row: (row.attendance.day, row.due, row.attendance.key))


def _clock(at: int, day: date, zone: str) -> str:
    wall = moment(at, zone)
    days = (wall.date() - day).days
    return f"{wall:%H:%M}" if not days else f"{days:+d} {wall:%H:%M}"


def _notes(
    duties: Iterable[HeldDuty], punches: Iterable[Punch], known: ClockPeople, dates: frozenset[date], until: datetime
) -> Iterator[Note]:
    clocked = {punch.worker for punch in punches}
    due = [duty for duty in duties if duty.worked and duty.day in dates]
    if silent := dict.fromkeys(known.name(duty.worker) for duty in due if duty.worker not in clocked):
        yield Note(NO_PUNCHES_AT_ALL, (("who", _some(silent)),))
    if later := sum(duty.span.end * 60 > until.timestamp() for duty in due):
        yield Note(NOT_YET, (("n", later), ("at", f"{until:%Y-%m-%d %H:%M}")))


def _left_out(
    read: Iterable[Export], duties: Iterable[HeldDuty], known: ClockPeople, dates: frozenset[date]
) -> Iterator[Note]:
    """Who has duties, and no row in any of the month reports that were read."""
    reports = [one for one in read if one.kind.is_totals]
    listed = {known.find(row.who, one.kind.system) for one in reports for row in one.totals}
    due = dict.fromkeys(duty.worker for duty in duties if duty.day in dates)
    if reports and (missing := [known.name(who) for who in due if who not in listed]):
        yield Note(NOT_IN_REPORT, (("n", len(missing)), ("who", _some(missing))))


COUNTED = {
    LATE_TIMES: (Finding.LATE,),
    EARLY_TIMES: (Finding.EARLY,),
    MISSING: (Finding.NO_START, Finding.NO_END),
    ABSENT: (Finding.ABSENT,),
}
MINUTES = {LATE_MINUTES: Finding.LATE, EARLY_MINUTES: Finding.EARLY}


def _totals(
    read: Iterable[Export], known: ClockPeople, confirmed: Sequence[Attendance]
) -> Iterator[tuple[str, str, Sentence, float, float]]:
    """What a month report counts otherwise than what is confirmed."""
    rows: list[tuple[str, MonthTotals]] = [(export.kind.system, row) for export in read for row in export.totals]
    for system, row in rows:
        who = known.find(row.who, system)
        mine = [one for one in confirmed if known.present.get(one.worker, one.worker) == who]
        for what, said in row.counts.items() if who else ():
            ours = (
                sum(one.minutes for one in mine if one.finding == MINUTES[what])
                if what in MINUTES
                else sum(one.finding in COUNTED[what] for one in mine)
            )
            if said != ours:
                yield who, known.name(who), ROLE_NAMES[what], said, ours
