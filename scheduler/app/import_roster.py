"""A roster that was edited by hand, as a draft or as a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.carried_bound import carry_bound
from scheduler.app.change_requests import Asked, request_change
from scheduler.app.drafts import is_stamp_of, make_draft, record_draft
from scheduler.app.find_ledger import desk_of_copy
from scheduler.app.grid_comparison import CopiedGrid
from scheduler.app.people import people_of
from scheduler.app.session import UNKNOWN_ID, Session, open_session
from scheduler.app.trace import origin_of_copy
from scheduler.app.verify import verify_workbook
from scheduler.audit.audit import audit
from scheduler.audit.months import broken_after
from scheduler.domain import Change, Fixed, Month, Note, Problem, Roster, Violation
from scheduler.errors import Fault, InputError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.places import Place, shorten
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.facts import DraftedFacts
from scheduler.workflow.version import STATUS_NAMES

OTHER_DESK = Sentence("“{desk}”的排班表", "a roster of the desk “{desk}”")
OLD_COPY = Sentence(
    "此表出自第 {n} 版（{status}），该版不在用；在用的是第 {live} 版：请在其工作簿上改",
    "made from version {n} ({status}), which is not in force; version {live} is: edit its workbook",
)
IMPORTED = Sentence("导入 {file}", "imported from {file}")


@dataclass(frozen=True)
class Imported:
    """What came of an edited roster.

    Attributes
    ----------
    row : VersionRow or None
        The draft that was recorded; the version that the file does not differ from; or that in force.
    recorded : bool
        Whether a draft was.
    asked : Asked or None
        The request that was made, where the month is in force.
    changes : tuple of Change
        Cells in which it differs from the version in force.
    violations : tuple of Violation
        What it breaks; a draft is not recorded then.
    """

    problem: Problem
    row: VersionRow | None = None
    _: KW_ONLY
    recorded: bool = False
    asked: Asked | None = None
    changes: tuple[Change, ...] = ()
    violations: tuple[Violation, ...] = ()
    files: tuple[Path, ...] = ()
    notes: tuple[Note, ...] = ()
    stuck: tuple[Fault, ...] = ()

    @property
    def month(self) -> Month:
        """The month of the roster."""
        return self.problem.month


def import_roster(
    path: Path,
    by: str,
    *,
    desk: Path | None = None,
    because: str = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Imported:
    """Take a roster that was edited by hand: a new draft, or a request where the month is in force.

    Parameters
    ----------
    by : str
        Id of who edited it.
    desk : Path, optional
        By default the one near the file that its stamp names.

    Raises
    ------
    InputError
        The grid cannot be read, or it is of another desk.
    Refusal
        Nobody has the id `by`, or the file was made from a version that is not the one in force.
    """
    copy = CopiedGrid(path)
    desk = desk or desk_of_copy(path, copy.stamp)
    files = read_desk(desk)
    if by not in people_of(files):
        raise Refusal(UNKNOWN_ID, id=by)
    if copy.stamp and copy.stamp.desk != files.desk.id:
        raise InputError([Place(path.name).fault(OTHER_DESK, copy.stamp.desk, desk=files.desk.id)])
    read = verify_workbook(
        desk, path, store
    )  # before a ledger is made or papers are put right: a bad file changes nothing
    month, file = read.problem.month, shorten(path.name)
    because = because or IMPORTED.say(lang, file=file)
    with open_session(desk, store, out, lang, now) as here:
        live = here.ledger.live(here.desk, month)
        if live is None:
            return _record_legal(here, read.roster, month, by, because, file)
        changes = read.roster.changes_from(Roster(live.duties))
        if not changes:
            return Imported(read.problem, live)
        made_from = _find_origin(copy, here.ledger.versions(here.desk, month))
        if made_from and made_from.number != live.number:
            status = STATUS_NAMES[made_from.status]
            raise Refusal(OLD_COPY, n=made_from.number, status=status, live=live.number)
    cells = [Fixed(one.worker, one.day, code) for one in changes for code in one.after or ("",)]
    asked = request_change(desk, RequestKind.EDIT, by, because, cells=cells, store=store, out=out, lang=lang, now=now)
    return Imported(asked.problem, live, asked=asked, changes=changes, violations=asked.verdict.reasons)


def _find_origin(copy: CopiedGrid, rows: Sequence[VersionRow]) -> VersionRow | None:
    """The version that somebody edited: as stamped, whatever it has come to be like, else the likest."""
    stamped = next((row for row in rows if is_stamp_of(copy.stamp, row)), None)
    origin = None if stamped else origin_of_copy(copy, rows)
    return origin.row if origin else stamped


def _record_legal(here: Session, roster: Roster, month: Month, by: str, because: str, file: str) -> Imported:
    """Record a legal roster as a draft, unless it is one already."""
    facts = here.tables_facts(month)
    problem, rulebook = here.problem(facts), facts.rulebook
    found = audit(problem, rulebook, roster)
    broken = (*found.broken, *broken_after(problem, roster, here.month_after(month)))
    if broken:
        return Imported(problem, violations=broken)
    rows = here.ledger.versions(here.desk, month)
    same = [row for row in rows if row.status == VersionStatus.DRAFT and Roster(row.duties) == roster]
    if same:
        return Imported(problem, same[-1])
    carried = carry_bound(rows, problem, rulebook, found.cost)  # what was proved of a month holds for its every roster
    before = here.ledger.before(here.desk, month)
    draft = make_draft(
        facts,
        problem,
        roster,
        made_at=here.at,
        by=by,
        because=because,
        objective=found.cost,
        bound=carried.bound,
        previous=before.number if before else None,
        compromises=len(found.compromises),
        logged=DraftedFacts(imported=file),
    )
    row, path, stuck = record_draft(here.ledger, draft, problem, facts, found, here.folder, here.lang)
    return Imported(problem, row, recorded=True, files=(path,), notes=carried.notes, stuck=stuck)
