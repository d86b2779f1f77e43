"""Old rosters as the past of a desk that is there: each whole month recorded as it was worked, as `import --as-history` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.adopting.old_rosters import OldDay, OldPerson, OldRosters, OldShift, Says, State, Where
from scheduler.adopting.proposal import shift_of
from scheduler.app.adopt import Ask, read_rosters
from scheduler.app.import_history import record_history
from scheduler.app.imported import Imported
from scheduler.app.months import problem_to_read, rulebook_to_read
from scheduler.app.people import find_person, people_of
from scheduler.app.session import open_session
from scheduler.app.verify import Verified
from scheduler.audit.audit import audit
from scheduler.domain import Duty, Month, Problem, Roster
from scheduler.errors import Fault, InputError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.places import first_faults, nearest_word
from scheduler.files.reading.roster_grid import KNOWN_CODE, NAMESAKES, ReadGrid, names_of
from scheduler.files.schema.roster_cells import shift_words, shifts_in
from scheduler.files.schema.text import normal_width
from scheduler.i18n import Lang, Sentence, fill_in

NO_DOUBT = Sentence("看得懂的一格：{why}", "a cell that can be understood: {why}")
ANSWERED = Sentence("{question}（加 --ask 回答）", "{question} (answer it with --ask)")
STRANGER = Sentence(
    "{name}（{where}）不在人员表中，没有记{tail}",
    "{name} ({where}) is not in the people table and was not recorded{tail}",
)
BY_HOURS = Sentence("“{code}”按时刻当作班次“{own}”", "“{code}” was taken for the shift {own} by its hours")
PART_ONLY = Sentence(
    "{month} 只有 {n} 天（{first} 至 {last}），没有整月，没有记",
    "{month}: only {n} days are there ({first} to {last}), not the whole month, which was not recorded",
)
ADOPTED_FROM = Sentence("老排班表：{files}", "from old rosters: {files}")
WHOLE_MONTH = Sentence("至少一个整月的排班", "the roster of at least one whole month")


@dataclass(frozen=True)
class AdoptedHistory:
    """What came of old rosters as a desk's past.

    Attributes
    ----------
    months : tuple of Imported
        The months that were recorded, or were on record already.
    refused : tuple of (Month, Refusal)
    notes : tuple of Sentence
        Who was left out, which codes were matched by their hours, and which months are not whole.
    """

    read: OldRosters
    months: tuple[Imported, ...]
    refused: tuple[tuple[Month, Refusal], ...] = ()
    notes: tuple[Sentence, ...] = ()


def adopt_history(
    paths: Sequence[Path],
    desk: Path,
    by: str,
    *,
    because: str = "",
    answers: Mapping[str, str] | None = None,
    ask: Ask | None = None,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> AdoptedHistory:
    """Record every whole month of old rosters as it was worked.

    Parameters
    ----------
    by : str
        Id of who brings them in.

    Raises
    ------
    InputError
        A cell, a code or a person's name cannot be told for sure, or no month is whole.
    """
    files = read_desk(desk)
    find_person(people_of(files), by)
    read = read_rosters(paths, answers, ask, now)
    notes: list[Sentence] = []
    people = _match_people(read, files, notes)
    months = list(_whole_months(read, notes))
    if not months:
        raise InputError([Fault(", ".join(path.name for path in paths), WHOLE_MONTH)])
    problems = {month: problem_to_read(files, month, store) for month in months}
    if faults := list(first_faults(_faults(read, people, problems, notes))):
        raise InputError(faults)
    found: list[Imported] = []
    refused: list[tuple[Month, Refusal]] = []
    file = ADOPTED_FROM.say(lang, files=", ".join(path.name for path in paths))
    for month in months:
        problem = problem_to_read(files, month, store)  # anew: it continues from the month recorded before it
        grid = _grid(read, people, problem)
        verified = Verified(
            problem, grid.roster, audit(problem, rulebook_to_read(files, month, store), grid.roster), grid=grid
        )
        with open_session(desk, store, out, lang, now) as here:
            try:
                found.append(record_history(here, verified, by, because or file, file))
            except Refusal as refusal:
                refused.append((month, refusal))
    return AdoptedHistory(read, tuple(found), tuple(refused), tuple(dict.fromkeys(notes)))


def _match_people(read: OldRosters, files: DeskFiles, notes: list[Sentence]) -> dict[str, str]:
    """The desk's ids of the people of old rosters: by id, or by a name that one person alone has."""
    ids = {normal_width(worker.id): worker.id for worker in files.workers}
    ids |= {normal_width(old): worker.id for worker in files.workers for old in worker.formerly}
    named = names_of(files.workers)
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for person in read.people.values():
        if own := ids.get(normal_width(person.id)) if person.id else None:
            found[person.key] = own
            continue
        called = named.get(normal_width(person.name), ())
        if len(called) == 1 and not person.id:
            found[person.key] = called[0]
        elif len(called) > 1 and not person.id:
            expected = fill_in(NAMESAKES, n=len(called), name=person.name, ids=", ".join(called))
            faults.append(_fault(person.where, expected, person.name))
        else:
            notes.append(_stranger(person, files))
    if faults:
        raise InputError(faults)
    return found


def _stranger(person: OldPerson, files: DeskFiles) -> Sentence:
    near = nearest_word(person.id or person.name, [one.id if person.id else one.name for one in files.workers])
    return fill_in(STRANGER, name=f"{person.name} {person.id}".strip(), where=person.where, tail=near)


def _whole_months(read: OldRosters, notes: list[Sentence]) -> Iterator[Month]:
    """The months of which every day is known."""
    dates = {*read.dates, *(cell.day for cell in read.cells if cell.state is State.DOUBTFUL and cell.day)}
    for month in sorted({Month.of(day) for day in dates}):
        mine = sorted(day for day in dates if Month.of(day) == month)
        if len(mine) == len(month.days()):
            yield month
        else:
            span = {"first": mine[0].isoformat(), "last": mine[-1].isoformat()}
            notes.append(fill_in(PART_ONLY, month=month, n=len(mine), **span))


def _faults(
    read: OldRosters, people: Mapping[str, str], problems: Mapping[Month, Problem], notes: list[Sentence]
) -> Iterator[Fault]:
    """Whatever of the months cannot be told for sure: doubtful cells, open questions, codes that the desk does not have."""
    for question in read.questions:
        if not question.in_table:
            yield Fault(question.key, fill_in(ANSWERED, question=question.ask))
    for cell in read.cells:
        if cell.state is State.DOUBTFUL and cell.day and Month.of(cell.day) in problems:
            yield _fault(cell.where, fill_in(NO_DOUBT, why=cell.meaning), cell.text)
    told: set[str] = set()
    for day in read.days:
        problem = problems.get(Month.of(day.day))
        if problem is None or day.person not in people:
            continue
        for code in day.codes:
            own = _own_code(read.shifts[code], problem, day.day)
            if own is None and code not in told:
                told.add(code)
                yield _fault(day.where, fill_in(KNOWN_CODE, codes=", ".join(problem.codes_on(day.day))), code)
            elif own is not None and own != code and normal_width(own) != code:
                notes.append(fill_in(BY_HOURS, code=code, own=own))


def _own_code(shift: OldShift, problem: Problem, day: date) -> str | None:
    """The desk's code for a shift of old rosters: by code or name, or as the only one of the same hours."""
    words = shift_words(period.shift for period in problem.shift_periods)
    for text in (shift.code, shift.name, f"{shift.code}班"):
        codes = shifts_in(text, words)
        if codes and len(codes) == 1:
            return codes[0]
    if not shift.spans:
        return None
    own = shift_of(shift)
    same = [one.code for one in problem.shifts_on(day) if (one.start, one.end) == (own.start, own.end)]
    return same[0] if len(same) == 1 else None


def _grid(read: OldRosters, people: Mapping[str, str], problem: Problem) -> ReadGrid:
    """What old rosters say of a month, as the grid of a workbook does."""
    mine: list[tuple[str, OldDay]] = [
        (people[day.person], day) for day in read.days if day.person in people and Month.of(day.day) == problem.month
    ]
    duties = [
        Duty(who, day.day, own)
        for who, day in mine
        for code in day.codes
        if (own := _own_code(read.shifts[code], problem, day.day))
    ]
    return ReadGrid(
        Roster(duties),
        leave={(who, day.day): day.leave for who, day in mine if day.says is Says.LEAVE},
        off=frozenset((who, day.day) for who, day in mine if day.says is Says.REST),
    )


def _fault(where: Where, expected: Sentence, found: str) -> Fault:
    return Fault(where.file, expected, sheet=where.sheet, row=where.row, column=where.column, found=found)
