"""Put a version in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from pathlib import Path

from scheduler import clock
from scheduler.app.session import Session, open_session
from scheduler.app.told import find_told
from scheduler.audit.audit import audit
from scheduler.audit.gaps import list_gaps
from scheduler.audit.months import broken_after
from scheduler.audit.open_duties import OpenDuty, find_open_duties
from scheduler.domain import Change, Note, Problem, Roster, Violation
from scheduler.errors import Fault, Refusal
from scheduler.i18n import Lang, Sentence, as_written, fill_in, join_sentences
from scheduler.ledger.pen import Pen
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.rules.book import Rulebook
from scheduler.workflow.amendment import settled_cells, without_worked_overtime
from scheduler.workflow.change_request import Cell
from scheduler.workflow.deadlines import earliest_deadline, is_late
from scheduler.workflow.facts import PublishedFacts, SupersededFacts
from scheduler.workflow.gap_words import name_open
from scheduler.workflow.holdings import list_recipients
from scheduler.workflow.rights import Right, notes_on_gaps
from scheduler.workflow.version import Recipient, next_status

BROKEN_NOW = Sentence(
    "第 {version} 版现在不合规，不能发布：{what}", "version {version} breaks rules now and cannot be published: {what}"
)

OPEN = Sentence(
    "第 {version} 版有 {n} 处没有排到人：{what}。带着未排的班发布须写明原因⟦：--open-because‖⟧，其余规则一条不破",
    "version {version} leaves {n} duties open: {what}. Publishing it so takes a reason⟦: --open-because‖⟧; every other rule is kept",
)
LATE = Sentence(
    "已过发布期限（{why}）；逾期发布须写明原因⟦：--late-because‖⟧",
    "the deadline has passed ({why}); publishing late takes a reason⟦: --late-because‖⟧",
)
RE_ISSUED = Sentence(
    "第 {before} 版已发布，第 {version} 版会改动其中 {n} 格（{cells}）{held}。已发布的格子只按获批的申请改；"
    "整版重发须写明原因⟦：--over-because‖⟧",
    "version {before} was published and version {version} would move {n} of its cells ({cells}){held}. Published cells"
    " move by approved requests only; re-issuing the whole month takes a reason⟦: --over-because‖⟧",
)
CELL = Sentence("{who} {day}", "{who} {day}")
AND_SO_ON = Sentence("{cells}…", "{cells} …")
HELD = Sentence("；其中{kinds}", "; among them {kinds}")
PAST_OR_BEGUN = Sentence("已过去或已开始的 {n} 格", "{n} past or begun")
OF_HOLIDAYS = Sentence("已定的节假日 {n} 格", "{n} of holidays that are settled")
GRANTED = Sentence("获批申请（第 {numbers} 号）定下的 {n} 格", "{n} settled by approved requests ({numbers})")
WORKED = Sentence(
    "第 {version} 版会改动第 {before} 版已过去或已开始的 {n} 格（{cells}）：已上的班不能重写。⟦用 generate --from ‖请⟧重排余下的日子，"
    "与实际不符的⟦用 swap request --after-the-fact ‖请提申请⟧补记",
    "version {version} would move {n} cells of version {before} that are past or begun ({cells}): what was worked is not rewritten."
    " Plan the days that are left again⟦ (generate --from)‖⟧; what went otherwise is entered by ⟦swap request --after-the-fact‖a request⟧",
)
PUBLISH, REPLACE = Sentence("发布", "publish"), Sentence("取代", "replace")
MOVE = Sentence("改动已定格子、取代", "move what was settled and replace")
MOST_NAMED = 5  # cells or sentences in a refusal


@dataclass(frozen=True)
class Published:
    """What `publish` did; `stuck` as in `Papers`.

    Attributes
    ----------
    changes : tuple of Change
        Cells that differ from the version that it supersedes.
    over : tuple of Change
        Cells that move although they were past, begun or settled; see `Moved`.
    open : tuple of OpenDuty
        The duties that it leaves open.
    notes : tuple of Note
        In what the tables of today differ from those that it was made with, and what nobody can decide.
    """

    row: VersionRow
    _: KW_ONLY
    at: datetime
    late: bool
    supersedes: int | None
    files: tuple[Path, ...]
    recipients: tuple[Recipient, ...]
    changes: tuple[Change, ...]
    over: tuple[Change, ...] = ()
    open: tuple[OpenDuty, ...] = ()
    stuck: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Why a draft is put in force late, over published cells, with duties open; empty where nobody says."""

    late: str = ""
    over: str = ""
    open: str = ""


@dataclass(frozen=True)
class Moved:
    """The cells in which a draft differs from what was in force last, and what had settled them; one may be in several.

    Attributes
    ----------
    begun, of_holidays, granted : tuple of Change
        Those of days past or shifts begun, of holidays whose deadline has come, and of approved requests.
    requests : tuple of int
        Numbers of these requests.
    """

    cells: tuple[Change, ...] = ()
    _: KW_ONLY
    begun: tuple[Change, ...] = ()
    of_holidays: tuple[Change, ...] = ()
    granted: tuple[Change, ...] = ()
    requests: tuple[int, ...] = ()

    @property
    def held(self) -> tuple[Change, ...]:
        """Those that something had settled, each once."""
        return tuple(dict.fromkeys(self.begun + self.of_holidays + self.granted))

    def to_facts(self, names: Mapping[str, str]) -> dict[str, Sentence | int]:
        """Facts for `RE_ISSUED`: the number of cells, the first of them, and what had settled how many."""
        first = [*self.held, *(one for one in self.cells if one not in self.held)][:MOST_NAMED]
        cells = join_sentences([fill_in(CELL, who=names.get(one.worker, one.worker), day=one.day) for one in first])
        numbers = join_sentences([as_written(str(number)) for number in self.requests])
        kinds = ((PAST_OR_BEGUN, self.begun), (OF_HOLIDAYS, self.of_holidays), (GRANTED, self.granted))
        held = join_sentences([fill_in(kind, n=len(those), numbers=numbers) for kind, those in kinds if those])
        return {
            "n": len(self.cells),
            "cells": fill_in(AND_SO_ON, cells=cells) if len(self.cells) > MOST_NAMED else cells,
            "held": fill_in(HELD, kinds=held) if self.held else Sentence("", ""),
        }


def compare_with_last(here: Session, row: VersionRow, before: VersionRow | None, problem: Problem) -> Moved:
    """The cells of the version last in force that publishing a draft would move."""
    cells = Roster(row.duties).changes_from(Roster(before.duties)) if before else ()
    constant, asked = here.settled_days(problem), settled_cells(here.requests().values())
    granted = [one for one in cells if Cell(one.worker, one.day) in asked]
    return Moved(
        cells,
        begun=tuple(one for one in cells if here.has_begun(problem, one)),
        of_holidays=tuple(one for one in cells if one.day in constant),
        granted=tuple(granted),
        requests=tuple(sorted({asked[Cell(one.worker, one.day)] for one in granted})),
    )


def _check_moves(here: Session, row: VersionRow, problem: Problem, by: str, over_because: str) -> Moved:
    """The cells that a draft moves, if it may move them.

    Over a version in force every cell takes a reason; where that version was
    withdrawn, which took one, only what something had settled.

    Raises
    ------
    Refusal
        There is no reason, it would rewrite what was worked, or they may not withdraw what it moves.
    """
    before = here.last_in_force(row.month)
    moved = compare_with_last(here, row, before, problem)
    if before:
        _check_worked(here, row, before, problem)
    if before is None or not (moved.cells if before.status == VersionStatus.LIVE else moved.held):
        return moved
    if not over_because:
        names = {**before.people, **problem.names}
        raise Refusal(RE_ISSUED, before=before.number, version=row.number, **moved.to_facts(names))
    here.check_right(by, Right.WITHDRAW, before, MOVE)
    return moved


def _check_worked(here: Session, row: VersionRow, before: VersionRow, problem: Problem) -> None:
    """Refuse a draft that tells days that are past, or shifts that have begun, otherwise than the version last in force.

    Raises
    ------
    Refusal
    """
    then, now = _hours_by_cell(before), _hours_by_cell(row)
    moved = [
        cell
        for cell in sorted(then.keys() | now.keys(), key=lambda cell: (cell[1], cell[0]))
        if then.get(cell) != now.get(cell)
        and any(datetime.fromisoformat(start) <= here.at for start, *_ in (*then.get(cell, ()), *now.get(cell, ())))
    ]
    if moved:
        names = {**before.people, **problem.names}
        first = [fill_in(CELL, who=names.get(who, who), day=day) for who, day in moved[:MOST_NAMED]]
        cells = join_sentences(first)
        said = fill_in(AND_SO_ON, cells=cells) if len(moved) > MOST_NAMED else cells
        raise Refusal(WORKED, version=row.number, before=before.number, n=len(moved), cells=said)


def _hours_by_cell(row: VersionRow) -> dict[tuple[str, date], list[tuple[str, str, str]]]:
    """From when to when a version has whom on which shift, by worker and day; ISO times."""
    found: dict[tuple[str, date], list[tuple[str, str, str]]] = {}
    for duty in row.details:
        cell = str(duty["worker"]), date.fromisoformat(str(duty["date"]))
        found.setdefault(cell, []).append((str(duty["start"]), str(duty["end"]), str(duty["shift"])))
    return {cell: sorted(duties) for cell, duties in found.items()}


def go_live(
    here: Session,
    pen: Pen,
    row: VersionRow,
    by: str,
    because: str,
    problem: Problem,
    request: int | None = None,
    changes: Sequence[Change] = (),
    over: Sequence[Change] = (),
    leaves: Sequence[OpenDuty] = (),
) -> None:
    """Publish a draft inside a transaction, and close what it supersedes.

    Parameters
    ----------
    changes, over : sequence of Change
        What it moves by itself, where no request does; and of that, what was settled.
    leaves : sequence of OpenDuty
        The duties that it leaves open.
    """
    live = here.ledger.live(here.desk, row.month)
    deadline = earliest_deadline(problem.days, here.files.procedure.publish_by, here.files.procedure.holiday_lead)
    news = find_told(here.ledger, row, problem).news
    facts = PublishedFacts(
        due=deadline.due,
        late=live is None and is_late(deadline.due, here.today),
        fingerprint=row.roster_hash,
        recipients=list_recipients(here.recipients(row, problem), news),
        supersedes=live.number if live else None,
        request=request,
        changes=tuple(changes),
        over=tuple(over),
        given=tuple(each.worker for each in news),
        open=tuple(leaves),
    )
    if live:
        closing = SupersededFacts(by_version=row.number, request=request)
        pen.move("superseded", live.number, here.at, by, because, closing.to_json())
    pen.move("published", row.number, here.at, by, because, facts.to_json())


def publish_version(
    desk: Path,
    version: int,
    by: str,
    *,
    late_because: str = "",
    over_because: str = "",
    open_because: str = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Published:
    """Audit a draft once more and put it in force; the version in force before is closed in the same transaction.

    Parameters
    ----------
    late_because : str
        Why it comes after its deadline.
    over_because : str
        Why cells of a published version move without requests; logged, and told to everybody whose cells move.
    open_because : str
        Why it is put in force although nobody could be found for some of its duties.

    Raises
    ------
    Refusal
        It breaks a rule now, leaves duties open, is late or moves published cells without a reason or is no draft,
        nobody has the id `by`, or they may not publish, or not withdraw what it would replace.
    """
    reasons = Reasons(late=late_because.strip(), over=over_because.strip(), open=open_because.strip())
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)
        issue = here.ledger.in_turn(here.desk, lambda: _publish_once(here, version, by, reasons))
        return issue()


def _check_today(here: Session, row: VersionRow, known: Sequence[Violation]) -> None:
    """Refuse a draft that the tables of today do not allow: it is no published fact yet.

    Parameters
    ----------
    known : sequence of Violation
        The duties that it leaves open by what it was made with.

    Raises
    ------
    Refusal
    """
    today = here.tables_facts(row.month)
    problem = here.problem(today)
    here.check_known(row, problem)
    broken = _find_broken(here, problem, today.rulebook, Roster(row.duties))
    if more := tuple(one for one in broken if one not in known):
        raise _broken_now(here, row, problem, more)


def _find_broken(here: Session, problem: Problem, rulebook: Rulebook, roster: Roster) -> tuple[Violation, ...]:
    """What a draft breaks, but for what overtime breaks that was worked already."""
    found = audit(problem, rulebook, roster).broken
    plain = without_worked_overtime(problem, here.requests().values())
    if not found or plain is problem:
        return found
    without = {violation.reason for violation in audit(plain, rulebook, roster).broken}
    return tuple(violation for violation in found if violation.reason in without)


def _broken_now(here: Session, row: VersionRow, problem: Problem, broken: Sequence[Violation]) -> Refusal:
    what = "；".join(each.say(here.lang, problem.names) for each in broken[:MOST_NAMED])
    return Refusal(BROKEN_NOW, version=row.number, what=what)


def _publish_once(here: Session, version: int, by: str, reasons: Reasons) -> Callable[[], Published]:
    """Check a draft, and put it in force if nobody has written to the log since.

    Returns
    -------
    callable
        Gives out its papers.

    Raises
    ------
    HeadMoved
        Somebody has.
    """
    head = here.ledger.head(here.desk)
    row = here.ledger.version(here.desk, version)
    next_status(row.status, "published")
    here.check_right(by, Right.PUBLISH, row, PUBLISH)
    before = here.ledger.live(here.desk, row.month)
    if before:
        here.check_right(by, Right.WITHDRAW, before, REPLACE)
    facts = here.facts(row)
    problem = here.problem(facts)
    found = audit(problem, facts.rulebook, Roster(row.duties))
    known = [violation for _, violation in list_gaps(found)]
    _check_today(here, row, known)
    broken = _find_broken(here, problem, facts.rulebook, Roster(row.duties))
    broken += broken_after(problem, Roster(row.duties), here.month_after(row.month))
    if worse := tuple(one for one in broken if one not in known):
        raise _broken_now(here, row, problem, worse)
    leaves = find_open_duties(problem, found)
    if leaves and not reasons.open:
        raise Refusal(OPEN, version=row.number, n=len(leaves), what=name_open(leaves))
    deadline = here.deadlines(problem)[0]
    late = before is None and is_late(deadline.due, here.today)
    if late and not reasons.late:
        raise Refusal(LATE, why=Sentence(deadline.say("zh"), deadline.say("en")))
    moved = _check_moves(here, row, problem, by, reasons.over)
    because = "；".join(dict.fromkeys(filter(None, (reasons.late, reasons.over, reasons.open if leaves else ""))))
    changes = moved.cells if before else ()

    def act(pen: Pen) -> VersionRow:
        go_live(here, pen, row, by, because, problem, changes=changes, over=moved.held, leaves=leaves)
        return here.ledger.version(here.desk, version)

    live, path = here.papers.record(act, lambda row: here.papers.edition(row, problem, facts, found), head)

    def issue() -> Published:
        files = [*path, *here.papers.issue(live, problem, facts, found)]
        return Published(
            live,
            at=here.at,
            late=late,
            supersedes=before.number if before else None,
            files=tuple(files),
            recipients=tuple(here.recipients(live, problem)),
            changes=changes,
            over=moved.held,
            open=leaves,
            stuck=tuple(here.papers.stuck),
            notes=(*here.compare_with_tables(row), *notes_on_gaps(here.rights)),
        )

    return issue
