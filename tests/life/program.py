"""The program's side of a life: its use cases on a desk in a folder, without workbooks, and what it says in the model's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scheduler.app import approvals, change_requests, judging, people, publish, receipts, replan, session
from scheduler.app.drafts import make_draft
from scheduler.app.generate import Generated, generate_roster
from scheduler.app.judging import look_at
from scheduler.app.session import open_session
from scheduler.app.show import show_version
from scheduler.app.status import desk_status
from scheduler.app.trace import trace_copy
from scheduler.app.withdraw import withdraw_version
from scheduler.audit.audit import audit
from scheduler.audit.months import audit_months
from scheduler.domain import Change, Duty, Fixed, Leave, Month, Note, Roster, Violation
from scheduler.errors import LedgerError, SchedulerError
from scheduler.i18n import Sentence
from scheduler.ledger.store import Ledger, VersionRow, default_url
from scheduler.rules.book import discovered
from scheduler.workflow import change_request, notice, objections, version
from scheduler.workflow.change_log import outstanding_copies
from scheduler.workflow.change_request import Cell as AskedCell
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.facts import PublishedFacts, WithdrawnFacts
from scheduler.workflow.overrides import Override
from tests.life.asking import Noted
from tests.life.brute import Cell, Codes, Key
from tests.life.desks import RULES, Tables, write_tables
from tests.life.model import Ask

ZONE = ZoneInfo("Asia/Shanghai")
Told = tuple[tuple[Cell, Codes, Codes], ...]
MODULES = (
    version,
    change_request,
    objections,
    session,
    people,
    judging,
    change_requests,
    approvals,
    publish,
    receipts,
    replan,
)
WORDS: dict[Sentence, str] = {
    sentence: name for module in MODULES for name, sentence in vars(module).items() if isinstance(sentence, Sentence)
}
WORDS |= dict.fromkeys(version.REFUSED.values(), "NO_STEP")


def word_of(error: SchedulerError) -> str:
    """Why the program refuses, by the name of its sentence."""
    if isinstance(error, LedgerError):
        return "NO_VERSION"
    return WORDS.get(error.sentence, str(error))


def to_told(changes: tuple[Change, ...] | list[Change]) -> Told:
    return tuple(((one.worker, one.day), tuple(one.before), tuple(one.after)) for one in changes)


def noted(notes: tuple[Note, ...]) -> Noted:
    """The notes of an answer, people by name."""

    def about(sentence: Sentence) -> set[tuple[object, object]]:
        facts = [dict(note.facts) for note in notes if note.sentence == sentence]
        return {(one["who"], one["day"]) for one in facts}

    return Noted(
        about(notice.SHORT_NOTICE),
        about(judging.MOVES_SETTLED),
        any(note.sentence == judging.BROKEN_BEFORE for note in notes),
    )


def key_of(found: Violation) -> Key:
    """What is broken, in the words of `brute`."""
    reason, facts = found.reason, dict(found.reason.facts)
    if reason.rule == "shift_cover":
        return ("cover", reason.days[0], facts["shift"])
    (who,), last = reason.workers, reason.days[-1]
    kinds = {"weekly_rest_day": "week", "days_in_a_row": "row", "approved_leave": "away"}
    kinds |= {"qualified_people": "gone", "one_duty_at_a_time": "twice", "rest_between_duties": "rest"}
    more = (facts["first"], facts["second"]) if reason.rule == "rest_between_duties" else ()
    return (kinds[reason.rule], who, last, *more)


Standing = tuple[int, dict[Cell, Codes], dict[Cell, list[tuple[str, str]]]]  # number, cells, and from when to when


@dataclass(frozen=True)
class Seen:
    """What the ledger holds after a step, and what the months in force break together."""

    versions: dict[int, tuple[date, str]]
    live: dict[date, Standing]
    requests: dict[int, tuple[str, set[str]]]
    outstanding: set[tuple[int, str]]
    together: list[tuple[tuple[date, date], set[Key]]]
    notes: tuple[str, ...]
    due: dict[date, date]


class Program:
    """A desk in a folder, and its ledger."""

    def __init__(self, folder: Path, tables: Tables, store: str | None = None) -> None:
        self.folder, self.store = folder, store
        self.now = datetime(2026, 11, 20, 9, 30)
        self.write(tables)

    @property
    def clock(self) -> Callable[[], datetime]:
        moment = self.now.replace(tzinfo=ZONE)
        return lambda: moment

    @property
    def place(self) -> dict[str, Any]:
        return {"store": self.store, "now": self.clock}

    def write(self, tables: Tables) -> None:
        write_tables(self.folder, tables, [rule for rule in discovered() if rule not in RULES])

    def ledger(self) -> Ledger:
        return Ledger(self.store or default_url(self.folder))

    def generate(self, month: date, since: date | None = None, fewest: bool = False) -> Generated:
        return generate_roster(
            self.folder, Month.of(month), cores=1, time_limit=10, since=since, fewest=fewest, by="M1", **self.place
        )

    def duties(self, number: int) -> dict[Cell, Codes]:
        with self.ledger() as ledger:
            return cells_of(ledger.version("small", number).duties)

    def draft(self, month: date, cells: dict[Cell, Codes]) -> int:
        """Record a draft made by hand, as an import would."""
        duties = [Duty(who, day, code) for (who, day), codes in cells.items() for code in codes]
        with open_session(self.folder, **self.place) as here:
            facts = here.tables_facts(Month.of(month))
            problem, before = here.problem(facts), here.ledger.before(here.desk, Month.of(month))
            found = audit(problem, facts.rulebook, Roster(duties))
            draft = make_draft(
                facts,
                problem,
                Roster(duties),
                made_at=here.at,
                by="M1",
                because="",
                objective=found.cost,
                bound=0,
                previous=before.number if before else None,
                compromises=len(found.compromises),
            )
            return here.ledger.draft(draft, lambda row: None).number

    def publish(self, number: int, by: str, late_because: str, over_because: str) -> publish.Published:
        return publish.publish_version(
            self.folder, number, by, late_because=late_because, over_because=over_because, **self.place
        )

    def withdraw(self, number: int, by: str) -> None:
        withdraw_version(self.folder, number, by, "不用了", **self.place)

    def ask(self, asked: Ask) -> change_requests.Asked:
        def leave(row: Any) -> Leave | None:
            return row and Leave(row.who, row.first, row.last, row.kind)

        def cell(row: Any) -> AskedCell | None:
            return row and AskedCell(*row)

        return change_requests.request_change(
            self.folder,
            RequestKind(asked.kind),
            asked.by,
            "家里有事",
            give=cell(asked.give),
            take=cell(asked.take),
            to=asked.to,
            leave=leave(asked.leave),
            cancelled_leave=leave(asked.off),
            surge=asked.surge,
            cells=tuple(Fixed(*row) for row in asked.cells),
            undoes=asked.undoes,
            since=asked.since,
            after_fact=asked.after_fact,
            override="说好了" if asked.aside else "",
            sets_aside=tuple(map(Override, asked.aside)),
            spared=asked.spared,
            **self.place,
        )

    def decide(self, event: str, number: int, by: str) -> None:
        change_requests.decide_request(self.folder, event, number, by, **self.place)

    def approve(self, number: int, by: str) -> approvals.Approved:
        return approvals.approve_request(self.folder, number, by, "同意", **self.place)

    def receipts(self, **marks: Any) -> receipts.Copies:
        return receipts.keep_receipts(self.folder, by="T1", **marks, **self.place)

    def print_again(self, number: int) -> str:
        """Write a version's workbook from the ledger; what the program says of that copy."""
        shown = show_version(self.folder, number, out=self.folder / "printed", store=self.store)
        assert shown.written is not None
        state = trace_copy(shown.written, desk=self.folder, store=self.store).state
        shown.written.unlink()
        return str(state)

    def given(self, number: int) -> tuple[set[str], bool]:
        """Who was given a copy of a version, and whether it came late."""
        with self.ledger() as ledger:
            entry = next(e for e in ledger.entries("small") if (e.event, e.version) == ("published", number))
            facts = PublishedFacts.read(entry.facts)
            return set(facts.given or ()), facts.late

    def told(self, number: int) -> set[str]:
        """Who was told that a version is withdrawn."""
        with self.ledger() as ledger:
            entry = next(e for e in ledger.entries("small") if (e.event, e.version) == ("withdrawn", number))
            return set(WithdrawnFacts.read(entry.facts).told or ())

    def judged(self, number: int) -> tuple[str, Told]:
        """The verdict on a request by its last judgement, and the cells that it moves."""
        with self.ledger() as ledger:
            entry = judging.last_judgement(ledger.entries("small"), number)
            changes = judging.recorded_changes(ledger.entries("small"), number)
            return str(entry.facts["verdict"]), to_told(changes)

    def look(self, chains: list[tuple[date, date]]) -> Seen:
        """All that the ledger holds; `chains` are the months in force that follow one another, first and last."""
        with open_session(self.folder, **self.place) as here:
            rows, entries, asked = here.ledger.outlines("small"), here.ledger.entries("small"), here.requests()
            live = {
                row.month.first: _in_force(here.ledger.version("small", row.number))
                for row in rows
                if row.status == "live"
            }
            together = []
            for first, last in chains:
                scene = look_at(here, Month.of(first), Month.of(last))
                broken = {key_of(one) for found in audit_months(scene.months) for one in found.broken}
                together.append(((first, last), broken))
        status = desk_status(self.folder, **self.place)
        due: dict[date, date] = {}
        for one in status.deadlines:
            due[one.month.first] = min(one.deadline.due, due.get(one.month.first, date.max))
        return Seen(
            versions={row.number: (row.month.first, str(row.status)) for row in rows},
            live=live,
            requests={number: (str(one.state), set(one.confirmed)) for number, one in asked.items()},
            outstanding={(copy.version, copy.recipient.id) for copy in outstanding_copies(entries)},
            together=together,
            notes=tuple(note.say("zh") for note in status.notes),
            due=due,
        )


def _in_force(row: VersionRow) -> Standing:
    hours: dict[Cell, list[tuple[str, str]]] = {}
    for line in row.details:
        cell = str(line["worker"]), date.fromisoformat(str(line["date"]))
        hours.setdefault(cell, []).append((str(line["start"])[:16], str(line["end"])[:16]))
    return row.number, cells_of(row.duties), hours


def cells_of(duties: Any) -> dict[Cell, Codes]:
    found: dict[Cell, Codes] = {}
    for duty in duties:
        found[duty.worker, duty.day] = (*found.get((duty.worker, duty.day), ()), duty.shift)
    return found


@contextmanager
def without_papers() -> Iterator[None]:
    """No workbooks, letters and calendars: what they are made of stands in the ledger, and they take most of the time."""

    @contextmanager
    def no_part(*_: Any) -> Iterator[Path]:
        yield Path("nothing")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.app.papers.write_part", no_part)
        patch.setattr("scheduler.app.drafts.write_part", no_part)
        patch.setattr("scheduler.app.drafts.put_in_place", lambda _, path: path)
        for name in ("_place", "issue", "put_right", "close_papers", "tell_withdrawn"):
            patch.setattr(f"scheduler.app.papers.Papers.{name}", lambda *_: [])
        yield
