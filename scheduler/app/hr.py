"""What HR and payroll receive of a period: hours and overtime by the minute, leave, rest, and where each figure comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from scheduler import clock
from scheduler.app.held_months import Holding, made_with, months_between, read_holding, read_month
from scheduler.app.locations import open_existing_ledger
from scheduler.app.people import check_known, people_of
from scheduler.app.session import guard_writes
from scheduler.domain import Day, Leave, Month, Note, Overtime
from scheduler.errors import LedgerError, Refusal, Unavailable
from scheduler.files.papers.hr_correction import Corrected, Earlier, find_corrections, read_earlier, write_correction
from scheduler.files.papers.hr_workbook import write_hr_workbook
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.hr.hours import Calendar
from scheduler.hr.in_force import HeldMonth
from scheduler.hr.person import Book, Period
from scheduler.hr.report import HrReport, make_report
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.passing import clear_abandoned
from scheduler.timeline import ONE_DAY
from scheduler.workflow.hr_facts import TAKEN, TakenFacts
from scheduler.workflow.readers import Audience, Reader
from scheduler.workflow.worked import confirmed_attendance, erased_attendance

FOR_HR = Reader(Audience.HR)
MOST_MONTHS = 13
BACKWARDS = Sentence("{first} 晚于 {last}", "{first} is later than {last}")
TOO_LONG = Sentence("一次至多 {n} 个月", "at most {n} months at a time")
OTHER_LEDGER = Sentence(
    "{file} 不是由这个部门的账册写出的，无法对照", "{file} was not made from this desk's ledger, and cannot be compared"
)
ERASED = Sentence(
    "有 {n} 条考勤记录已从账册删去，次数和分钟不再计入；实际工时不变",
    "{n} entries of attendance were erased from the ledger: they are counted no more, hours worked stay as they are",
)
UNRECORDED = Sentence("账册没有记下这次取走：{why}", "the log does not say that it was taken: {why}")
NOT_TAKEN = Sentence("第 {n} 条记录不是取走人事工时表", "entry {n} of the log is not that an HR workbook was taken")
NOTHING_BEFORE = Sentence("{month} 及以前没有发布过排班", "nothing was ever published of {month} or of earlier months")


@dataclass(frozen=True)
class HrTold:
    """A period's report, and the workbook where one was written; where an earlier one is corrected, what it said otherwise.

    Attributes
    ----------
    unrecorded : Sentence or None
        Why the log does not say that the workbook was taken.
    """

    files: DeskFiles
    report: HrReport
    written: Path | None = None
    earlier: Earlier | None = None
    corrections: tuple[Corrected, ...] = ()
    unrecorded: Sentence | None = None


def period_of(files: DeskFiles, month: Month, *, cut_off: bool = False) -> Period:
    """The days of a calendar month; or those that are cut off in it, from the day after the month before's cut-off on."""
    if not cut_off:
        return Period(month.first, month.last)
    day = files.hr_cut_off_day
    before = month.previous
    return Period(date(before.year, before.month, day) + ONE_DAY, date(month.year, month.month, day), day)


def choose_period(
    files: DeskFiles, month: Month | None, days: tuple[date, date] | None, *, cut_off: bool, today: date
) -> Period:
    """The days that are asked for, by default those of the present calendar month.

    Raises
    ------
    Refusal
        They are no period, or too long.
    """
    if days and days[0] > days[1]:
        raise Refusal(BACKWARDS, first=days[0], last=days[1])
    period = Period(*days) if days else period_of(files, month or Month.of(today), cut_off=cut_off)
    check_length(period)
    return period


def check_length(period: Period) -> None:
    """Refuse a period of too many months.

    Raises
    ------
    Refusal
    """
    if len(months_between(Month.of(period.first), Month.of(period.last))) > MOST_MONTHS:
        raise Refusal(TOO_LONG, n=MOST_MONTHS)


def tell_hr(
    desk: Path,
    month: Month | None = None,
    *,
    days: tuple[date, date] | None = None,
    cut_off: bool = False,
    out: Path | None = None,
    corrects: Path | None = None,
    by: str = "",
    account: str = "",
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> HrTold:
    """Tell HR of a period, by default of the present calendar month; with `out`, as a workbook too.

    Parameters
    ----------
    days : (date, date), optional
        The first and the last day, in place of a month.
    cut_off : bool
        Whether the month is the one that ends on the desk's cut-off day.
    corrects : Path, optional
        An earlier workbook, of whose period it is then: what it said otherwise is found, and written instead.
    by : str
        Who takes the workbook; that it was taken is noted in the log, if that can be written.
    account : str
        The page's account of somebody who is not of the desk, noted in place of an id.

    Raises
    ------
    UnknownPerson
        Nobody of the desk has that id.
    Refusal
        The period is no period, nothing was ever published up to its end, or the earlier workbook is not of this ledger.
    InputError, LedgerError
    """
    files = read_desk(desk)
    check_known(by, people_of(files))
    at = clock.at_desk(now, files.desk.zone)
    earlier = read_earlier(corrects) if corrects else None
    if earlier:
        period = earlier.period
        check_length(period)
    else:
        period = choose_period(files, month, days, cut_off=cut_off, today=at.date())
    with open_existing_ledger(desk, store) as ledger:
        holding = read_holding(files, ledger)
        if earlier and (earlier.desk != files.desk.id or earlier.head not in {one.head for one in holding.entries}):
            raise Refusal(OTHER_LEDGER, file=earlier.path.name)
        report = _read_report(holding, period, at)
        corrections = find_corrections(earlier, report) if earlier else []
        unrecorded = None
        if out is not None:
            access = files.access_for(FOR_HR)
            with guard_writes(out.parent):
                clear_abandoned([out.parent])
                if earlier:
                    write_correction(out, earlier, report, corrections, lang, access)
                else:
                    write_hr_workbook(out, report, lang, access)
            unrecorded = _note_taking(holding, report, at, by or account, corrects=earlier is not None)
    return HrTold(files, report, out, earlier, tuple(corrections), unrecorded)


def correct_taking(
    desk: Path,
    taking: int,
    out: Path,
    *,
    by: str = "",
    account: str = "",
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> HrTold:
    """Write what has changed since HR took a workbook, which is made again from the log as it was then.

    Parameters
    ----------
    taking : int
        The entry of the log that says that it was taken.

    Raises
    ------
    Refusal
        No such entry says that.
    InputError, LedgerError
    """
    files = read_desk(desk)
    with open_existing_ledger(desk, store) as ledger:
        entry = next((one for one in ledger.entries(files.desk.id)[taking - 1 : taking] if one.event == TAKEN), None)
        if entry is None:
            raise Refusal(NOT_TAKEN, n=taking)
        facts = TakenFacts.read(entry.facts)
        then = clock.at_desk(lambda: entry.at, files.desk.zone)
        report = _read_report(read_holding(files, ledger, facts.until), Period(facts.first, facts.last), then)
    with TemporaryDirectory() as folder:
        earlier = Path(folder) / "hr.xlsx"
        write_hr_workbook(earlier, report, lang, None)
        return tell_hr(desk, out=out, corrects=earlier, by=by, account=account, store=store, lang=lang, now=now)


def _note_taking(holding: Holding, report: HrReport, at: datetime, by: str, *, corrects: bool) -> Sentence | None:
    """Note in the log that a workbook was taken; why not, where it cannot be written."""
    period = report.book.period
    last = {one.month: one.window.version for one in report.versions}
    facts = TakenFacts(
        first=period.first,
        last=period.last,
        versions=tuple(last.values()),
        until=holding.entries[-1].sequence,
        corrects=corrects,
    )
    try:
        with holding.ledger.writing(holding.files.desk.id) as pen:
            pen.note(TAKEN, None, at, by, "", facts.to_json())
    except (LedgerError, Refusal, Unavailable) as error:
        return Sentence(*(UNRECORDED.say(one, why=error.say(one)) for one in LANGS))
    return None


def _read_report(holding: Holding, period: Period, at: datetime) -> HrReport:
    files, ledger = holding.files, holding.ledger
    last = Month.of(period.last)
    here = set(months_between(Month.of(period.first), last))
    held_months = sorted({month for month in holding.windows if month <= last} | here)
    if not any(month in holding.windows for month in held_months):
        raise Refusal(NOTHING_BEFORE, month=last)
    months: list[HeldMonth] = []
    notes: list[Note] = []
    overtime: list[Overtime] = []
    leave: dict[Leave, None] = {}
    for month in held_months:
        held, told = read_month(holding, month)
        months.append(held)
        if month in here:
            notes += told
            tables = held.problem
            if held.windows:
                row = ledger.version(files.desk.id, held.windows[-1].version)
                tables = made_with(holding, row).problem
            overtime += tables.overtime
            leave |= dict.fromkeys(one for one in tables.leave if one.approved)
    if erased := sum(month in here for month in erased_attendance(holding.entries)):
        notes.append(Note(ERASED, (("n", erased),)))
    by_id = {worker.id: worker for worker in files.workers}
    book = Book(
        period,
        tuple(months),
        Calendar(_days(files, months), files.desk.hours_zone),
        by_id,
        holding.requests,
        files.uncertified,
        confirmed_attendance(holding.entries),
    )
    return make_report(
        book,
        desk=files.desk,
        at=at,
        head=holding.entries[-1].head,
        names={one.id: one.name for one in people_of(files).values()},
        tables_overtime=overtime,
        tables_leave=leave,
        leave_of_today=[one for one in files.leave if one.approved],
        notes=notes,
    )


def _days(files: DeskFiles, months: list[HeldMonth]) -> dict[date, Day]:
    """The days of every month that is held, and of those before and after, as the desk's calendar has them."""
    known = {held.problem.month for held in months}
    around = {other for month in known for other in (month.previous, month.next)} - known
    found = {day.date: day for month in around for day in files.days(month)}
    return found | {day.date: day for held in months for day in held.problem.days}
