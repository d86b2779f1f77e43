"""Make, audit, record and write a month's roster; or say what an impossible month would need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from scheduler import clock
from scheduler.app.drafts import make_draft, read_certificate, record_draft
from scheduler.app.identity import find_stranger, settle_identity
from scheduler.app.locations import desk_folder, open_ledger
from scheduler.app.making import Effort, Found, MonthAsked, find_roster
from scheduler.app.months import coming_month
from scheduler.app.people import check_known, people_of
from scheduler.app.question import FEWEST_OF_WHAT, pose_question
from scheduler.app.reserves import NOT_WITH_RESERVES, RESERVING, ReserveAsked, add_reserves, list_slots, reserves_before
from scheduler.app.told import known_breaks, last_published
from scheduler.audit.audit import audit
from scheduler.audit.first_words import FirstWords
from scheduler.audit.gaps import Gap
from scheduler.audit.overtime import broken_by_overtime
from scheduler.domain import Change, Month, Note, Problem, Violation, Wish, is_granted
from scheduler.errors import Fault, InputError, Refusal, SolverFault
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import Lang, Sentence, fill_in
from scheduler.passing import OWNER_ALONE, put_file
from scheduler.rules.book import Rulebook
from scheduler.staffing.break_audit import break_faults
from scheduler.staffing.breaks import BreakPlan, restore_plan
from scheduler.workflow.amendment import without_worked_overtime
from scheduler.workflow.facts import DraftedFacts
from scheduler.workflow.replay import replay_requests

if TYPE_CHECKING:
    from scheduler.app.replan import Replanning
    from scheduler.files.reading.desk_files import DeskFiles
    from scheduler.files.writing.edition import Certified
    from scheduler.ledger.store import Ledger
    from scheduler.solver.incumbent import Progress
    from scheduler.solver.outcome import Outcome, Solved
    from scheduler.solver.repairs import Repair, Repairs
    from scheduler.solver.reserves import PlannedReserves


ANSWER_SECONDS = 5.0  # for the reasons of refused wishes; a desk of 60 people needs about half of it
FAULT_KEPT = Sentence("{fault}（问题已存入 {kept}）", "{fault} (the problem is kept in {kept})")
FAULT_LOST = Sentence(
    "{fault}（问题未能存入 {folder}：{why}）", "{fault} (the problem could not be kept in {folder}: {why})"
)


@dataclass(frozen=True)
class WishAnswer:
    """A wish, whether it was granted, and what stood against it (`None`: not examined)."""

    wish: Wish
    granted: bool
    against: tuple[Violation, ...] | None


@dataclass(frozen=True)
class Generated:
    """What `generate` did: an outcome, and where there is a roster, its version, files and second proof.

    Attributes
    ----------
    words : FirstWords or None
        What stands against the month on paper; `None` where only its rest was planned.
    repairs : Repairs or None
        Of an impossible month; `None` where none were looked for.
    live : int or None
        Number of the version of the month that is in force, where there is one: this one takes no cells of it but those
        before `since`.
    since : date or None
        First day that was planned again, where only the rest of the month was.
    stuck : tuple of Fault
        Why the workbook is not in place although the version is recorded; `repair` writes it.
    against : tuple of Violation
        What approved overtime breaks by itself, so that nothing was solved.
    reserves : PlannedReserves or None
        Who stands by, where that was asked for.
    gaps : tuple of Gap
        Duties that stay open, the worst first; there are none where that was not allowed.
    gaps_are_least : bool
        Whether it is proved that no less harm would do.
    changes : tuple of Change
        Where cells were held around a version: those in which the roster differs from it.
    """

    problem: Problem
    rulebook: Rulebook
    outcome: Outcome
    _: KW_ONLY
    version: int | None = None
    files: tuple[Path, ...] = ()
    wishes: tuple[WishAnswer, ...] = ()
    words: FirstWords | None = None
    repairs: Repairs | None = None
    certificate: Certified | None = None
    breaks: BreakPlan | None = None
    break_faults: tuple[Note, ...] = ()
    live: int | None = None
    since: date | None = None
    stuck: tuple[Fault, ...] = ()
    against: tuple[Violation, ...] = ()
    reserves: PlannedReserves | None = None
    gaps: tuple[Gap, ...] = ()
    gaps_are_least: bool = False
    changes: tuple[Change, ...] = ()


NO_GAPS_IN_REST = Sentence(
    "⟦--allow-gaps 不能与 --from 同用‖留空班不能与重排余下的日子同用⟧：余下的日子排不满时，请在申请里逐格处理",
    "⟦--allow-gaps does not go with --from‖gaps do not go with planning the rest again⟧:"
    " where the days that are left cannot be covered, change their cells by requests",
)
NO_HOLDING_IN_REST = Sentence(
    "⟦--from ‖重排余下的日子时⟧已定住已上、已开始和获批的格子，不能再⟦用 --hold、--keep‖另定格子⟧",
    "⟦--from‖planning the rest again⟧ holds what is worked, begun and approved; it does not go with ⟦--hold and --keep‖cells held by hand⟧",
)
QUESTION_MOVED = Sentence(
    "提出之后表或相邻月份变了，没有排：请重新开始",
    "the tables, or a month beside this one, have changed since it was asked for: nothing was made; start it again",
)


def generate_roster(
    desk: Path,
    month: Month | None = None,
    *,
    out: Path | None = None,
    time_limit: float = 60.0,
    seed: int = 0,
    cores: int = 2,
    certify: bool = False,
    since: date | None = None,
    fewest: bool = False,
    reserve: Sequence[ReserveAsked] = (),
    allow_gaps: bool = False,
    held: Mapping[tuple[str, date], tuple[str, ...]] | None = None,
    around: int | None = None,
    store: str | None = None,
    lang: Lang = "zh",
    by: str = "",
    listener: Callable[[Progress], None] | None = None,
    stage: Callable[[Sentence], None] = lambda what: None,
    tell: Callable[[FirstWords, Problem], None] = lambda words, problem: None,
    tell_repair: Callable[[Repair, Problem], None] = lambda repair, problem: None,
    search: Callable[[MonthAsked, Effort], Found] = find_roster,
    job: str = "",
    now: clock.Clock = clock.now,
) -> Generated:
    """Make, audit, record and write a month's roster; or say what an impossible month would need.

    Parameters
    ----------
    month : Month, optional
        The coming one by default.
    time_limit : float
        Wall seconds for the search; for the repair of an impossible month `REPAIR_SHARE` of them, apart.
    certify : bool
        Let a second solver prove a bound by itself, for at most `time_limit` more.
    since : date, optional
        Plan only the rest of a published month again, from this day on: what is worked, begun or settled stays.
    fewest : bool
        With `since` or `around`: as few changed cells as possible, instead of the best rest.
    reserve : sequence of ReserveAsked
        Who is to stand by; planned with the month, within `time_limit` more.
    allow_gaps : bool
        Make the best roster even where people are missing: requirements for people at work give, as little as can be.
    held : mapping of (worker, day) to codes, optional
        Cells that hold these shifts, none for a day off, while the rest is made.
    around : int, optional
        The version from which the fewest changes are counted.
    listener : callable, optional
        Called with the search's progress, from its threads.
    stage : callable, optional
        Called when a stage begins.
    tell, tell_repair : callable, optional
        Called at once with what stands against the month on paper, where there is something; and with each repair.
    search : callable, optional
        Looks for the roster: here, or in a process of its own.
    job : str, optional
        The fingerprint of the question, by `fingerprint_question`, as it was when a job asked it: the draft carries it, and a
        job has one draft.

    Raises
    ------
    InputError, LedgerError, SolverFault
    Refusal
        There is no rest of a published month to be planned again, no shift for which reserves are asked, nobody has the id
        `by`, or the question is not the job's any more.
    """
    if since and (allow_gaps or held):
        raise Refusal(NO_GAPS_IN_REST if allow_gaps else NO_HOLDING_IN_REST)
    if reserve and (since or allow_gaps or held):
        raise Refusal(NOT_WITH_RESERVES)
    if fewest and not since and around is None:
        raise Refusal(FEWEST_OF_WHAT)
    from scheduler.solver.outcome import Impossible, Solved
    from scheduler.solver.solve import SOLVER

    effort = Effort(
        time_limit=time_limit,
        seed=seed,
        cores=cores,
        listener=listener,
        stage=stage,
        tell=tell,
        tell_repair=tell_repair,
    )
    files = read_desk(desk)
    month = month or coming_month(files, now)
    folder = out or desk_folder(desk)
    check_known(by, people_of(files))
    with open_ledger(files, store) as ledger:
        if stranger := find_stranger(files, ledger, store):
            raise Refusal(stranger)
        rest = _find_rest(files, ledger, month, since, clock.at_desk(now, files.desk.zone)) if since else None
        posed = pose_question(
            files, ledger, month, rest, held or {}, around, fewest=fewest, allow_gaps=allow_gaps, certify=certify
        )
        facts, before, live, asked = posed.facts, posed.before, posed.live, posed.asked
        problem, rulebook, after = asked.problem, asked.rulebook, asked.after
        if job and asked.fingerprint(effort) != job:
            raise Refusal(QUESTION_MOVED)
        slots = list_slots(problem, reserve)
        requests = replay_requests(ledger.entries(files.desk.id)).values()
        unworked = without_worked_overtime(rest.worked_problem if rest else problem, requests)
        if against := broken_by_overtime(unworked, rulebook):
            return Generated(problem, rulebook, Impossible(0.0), live=live, against=against)
        planned = None
        with _keep_fault(problem, folder, month):
            found = search(asked, effort)
            outcome = found.outcome
            if not isinstance(outcome, Solved):
                return Generated(problem, rulebook, outcome, words=found.words, repairs=found.repairs, live=live)
            if rest or after or held:
                outcome = _on_paper(outcome, problem, facts.rulebook, rest)
            if slots:
                effort.stage(RESERVING)
                had = reserves_before(files, ledger, month)
                outcome, planned = add_reserves(problem, facts.rulebook, outcome, slots, had, after, effort)
        draft = make_draft(
            facts,
            problem,
            outcome.roster,
            made_at=clock.at_desk(now, files.desk.zone),
            by=by,
            because="",
            objective=outcome.objective,
            bound=outcome.bound,
            previous=before.number if before else None,
            compromises=len(outcome.audit.compromises),
            solver=SOLVER,
            seed=effort.seed,
            cores=effort.cores,
            seconds=outcome.seconds,
            proof=(outcome.finder, outcome.prover),
            certificate=_make_certificate(outcome),
            after=after,
            held=rest.held if rest else held,
            logged=DraftedFacts(
                since=rest.since if rest else None,
                reserves=planned.reserves if planned else (),
                held=() if rest else tuple(sorted(held or ())),
                job=job,
            ),
            breaks_known=known_breaks(ledger, last_published(ledger, files.desk.id, month)),
        )
        settle_identity(files, ledger, store)
        row, path, stuck = record_draft(ledger, draft, problem, facts, outcome.audit, folder, lang)
    breaks = restore_plan(row.details)
    faults = break_faults(problem, files.breaks, outcome.roster, breaks) if files.breaks and breaks else ()
    return Generated(
        problem,
        files.rulebook,
        outcome,
        version=row.number,
        files=(path,),
        wishes=_answer_wishes(problem, rulebook, outcome),
        certificate=read_certificate(row),
        breaks=breaks,
        break_faults=tuple(faults),
        live=live,
        since=rest.since if rest else None,
        stuck=stuck,
        reserves=planned,
        gaps=found.gaps,
        gaps_are_least=found.gaps_are_least,
        changes=outcome.roster.changes_from(asked.standing) if asked.standing else (),
    )


def _find_rest(files: DeskFiles, ledger: Ledger, month: Month, since: date, at: datetime) -> Replanning:
    """The rest of a published month."""
    from scheduler.app.replan import look_ahead

    return look_ahead(files, ledger, month, since, at)


def _on_paper(outcome: Solved, problem: Problem, rulebook: Rulebook, rest: Replanning | None) -> Solved:
    """A roster as papers list it: as planned, judged by the desk's own rules."""
    roster = rest.on_paper(outcome.roster) if rest else outcome.roster
    found = audit(problem, rulebook, roster)
    return replace(outcome, roster=roster, audit=found, objective=found.cost, bound=min(outcome.bound, found.cost))


@contextmanager
def _keep_fault(problem: Problem, folder: Path, month: Month) -> Iterator[None]:
    """Keep the problem of a `SolverFault` in a file, so that the bug can be found."""
    try:
        yield
    except SolverFault as fault:
        said = fill_in(fault.sentence, **fault.facts)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            kept = put_file(folder / f"solver-fault-{month}.txt", f"{fault}\n{problem!r}\n".encode(), OWNER_ALONE)
        except (OSError, InputError) as error:  # the fault is worse
            raise SolverFault(FAULT_LOST, fault=said, folder=folder, why=error) from fault
        raise SolverFault(FAULT_KEPT, fault=said, kept=kept) from fault


def _make_certificate(solved: Solved) -> dict[str, object] | None:
    """What the second solver proved, as the ledger keeps it."""
    from scheduler.solver.incumbent import Engine

    found = solved.certificate
    if found is None:
        return None
    return {"solver": Engine.HIGHS, "bound": found.bound, "best": found.best, "seconds": round(found.seconds, 3)}


def _answer_wishes(problem: Problem, rulebook: Rulebook, solved: Solved) -> tuple[WishAnswer, ...]:
    """Each wish with what stands against it where it is refused, as far as `ANSWER_SECONDS` reach."""
    from scheduler.solver.explain import why_refused

    began, answers = perf_counter(), []
    for wish in problem.wishes:
        granted = is_granted(problem, solved.roster, wish)
        against = None
        if not granted and perf_counter() - began < ANSWER_SECONDS:
            against = why_refused(problem, rulebook, solved.roster, solved.audit, wish)
        answers.append(WishAnswer(wish, granted, against))
    return tuple(answers)
