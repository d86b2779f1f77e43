"""A roster that was edited by hand, as a draft or as requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.change_requests import request_change
from scheduler.app.drafts import is_stamp_of
from scheduler.app.find_ledger import desk_of_copy
from scheduler.app.grid_comparison import CopiedGrid
from scheduler.app.import_history import record_history
from scheduler.app.imported import Imported
from scheduler.app.leave_comparison import compare_leave
from scheduler.app.made_by_hand import record_made_by_hand
from scheduler.app.people import find_person, people_of
from scheduler.app.session import open_session
from scheduler.app.trace import origin_of_copy
from scheduler.app.verify import verify_workbook
from scheduler.domain import Change, Fixed, Leave, Roster
from scheduler.errors import InputError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.places import Place, shorten
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.facts import DraftedFacts
from scheduler.workflow.notice import SUDDEN
from scheduler.workflow.version import STATUS_NAMES

OTHER_DESK = Sentence("“{desk}”的排班表", "a roster of the desk “{desk}”")
OLD_COPY = Sentence(
    "此表出自第 {n} 版（{status}），该版不在用；在用的是第 {live} 版：请在其工作簿上改",
    "made from version {n} ({status}), which is not in force; version {live} is: edit its workbook",
)
IMPORTED = Sentence("导入 {file}", "imported from {file}")


def import_roster(
    path: Path,
    by: str,
    *,
    desk: Path | None = None,
    because: str = "",
    as_history: bool = False,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Imported:
    """Take a roster that was edited by hand: a new draft, or requests where the month is in force.

    Leave that is typed into a cell becomes leave of the draft, or a request of its own.

    Parameters
    ----------
    by : str
        Id of who edited it.
    desk : Path, optional
        By default the one near the file that its stamp names.
    as_history : bool
        Whether it is a past month as it was worked, which is recorded whatever it breaks.

    Raises
    ------
    InputError
        The grid cannot be read, or it is of another desk, or does not say which leave is meant.
    Refusal
        Nobody has the id `by`, or the file was made from a version that is not the one in force.
    """
    copy = CopiedGrid(path)
    desk = desk or desk_of_copy(path, copy.stamp)
    files = read_desk(desk)
    find_person(people_of(files), by)
    if copy.stamp and copy.stamp.desk != files.desk.id:
        raise InputError([Place(path.name).fault(OTHER_DESK, copy.stamp.desk, desk=files.desk.id)])
    read = verify_workbook(
        desk, path, store
    )  # before a ledger is made or papers are put right: a bad file changes nothing
    if read.grid.unclear:
        raise InputError(read.grid.unclear)
    month, file = read.problem.month, shorten(path.name)
    because = because or IMPORTED.say(lang, file=file)
    with open_session(desk, store, out, lang, now) as here:
        if as_history:
            return record_history(here, read, by, because, file)
        live = here.ledger.live(here.desk, month)
        if live is None:
            logged = DraftedFacts(imported=file)
            return record_made_by_hand(here, month, read.roster, by, because, logged, read.grid)
        problem = here.problem(here.facts(live))
        leave, changes = compare_leave(read.grid, problem), read.roster.changes_from(Roster(live.duties))
        dropped = tuple(replace(leave, added=()).notes(problem))
        if not changes and not leave.added:
            return Imported(read.problem, live, leave=leave, notes=dropped)
        made_from = _find_origin(copy, here.ledger.versions(here.desk, month))
        if made_from and made_from.number != live.number:
            status = STATUS_NAMES[made_from.status]
            raise Refusal(OLD_COPY, n=made_from.number, status=status, live=live.number)
    where = {"store": store, "out": out, "lang": lang, "now": now, "offering": False}
    requests = tuple(
        request_change(desk, kind, by, because, leave=away, cells=_cells_of(those), **where)  # type: ignore[arg-type]
        for kind, away, those in _plan_requests(changes, leave.added)
    )
    return Imported(
        requests[0].problem,
        live,
        requests=requests,
        leave=leave,
        changes=changes,
        violations=tuple(each for asked in requests for each in asked.verdict.reasons),
        notes=(*dropped, *dict.fromkeys(note for asked in requests for note in asked.notes)),
    )


def _cells_of(changes: Sequence[Change]) -> list[Fixed]:
    return [Fixed(one.worker, one.day, code) for one in changes for code in one.after or ("",)]


def _plan_requests(
    changes: Sequence[Change], added: Sequence[Leave]
) -> Iterator[tuple[RequestKind, Leave | None, list[Change]]]:
    """What to ask for: each leave with the duties that others take over for it, then all other changes.

    A single leave takes all changes with it: they are one matter.
    """

    def covers(leave: Leave, worker: str, day: date) -> bool:
        return leave.worker == worker and leave.first <= day <= leave.last

    left = [one for one in changes if not any(covers(leave, one.worker, one.day) for leave in added)]
    for leave in added:
        lost = {(one.day, code) for one in changes if covers(leave, one.worker, one.day) for code in one.before}
        with_it = [one for one in left if len(added) == 1 or any((one.day, code) in lost for code in one.after)]
        left = [one for one in left if one not in with_it]
        yield RequestKind.ABSENCE if leave.kind in SUDDEN else RequestKind.LEAVE, leave, with_it
    if left:
        yield RequestKind.EDIT, None, left


def _find_origin(copy: CopiedGrid, rows: Sequence[VersionRow]) -> VersionRow | None:
    """The version that somebody edited: as stamped, whatever it has come to be like, else the likest."""
    stamped = next((row for row in rows if is_stamp_of(copy.stamp, row)), None)
    origin = None if stamped else origin_of_copy(copy, rows)
    return origin.row if origin else stamped
