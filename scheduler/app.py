"""The use cases: the one place where the solver, the ledger and the files meet."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.metadata import version as version_of
from importlib.resources import files as resources
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scheduler import clock
from scheduler.audit.audit import Audit, audit
from scheduler.audit.precheck import Balance, compare_capacity
from scheduler.audit.statistics import carried_balances as balances_after
from scheduler.audit.statistics import cover_rows, duty_row, worker_totals
from scheduler.domain import Note, Problem, Roster, Violation, Wish
from scheduler.errors import Fault, InputError, LedgerError, SolverFault
from scheduler.files.reading.desk import DeskFiles, Past, read_desk
from scheduler.files.schema.cells import FILE_ID
from scheduler.i18n import Lang, Sentence, filled_in
from scheduler.ledger.store import Draft, Ledger, VersionRow, default_url
from scheduler.rules.book import Rulebook
from scheduler.staffing.break_audit import break_faults
from scheduler.staffing.break_model import place_breaks
from scheduler.staffing.breaks import BreakPlan, record_breaks, restore_plan
from scheduler.staffing.workload import raised
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.change_log import log_rows
from scheduler.workflow.change_request import Request
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.version import EVENTS

if TYPE_CHECKING:
    from scheduler.files.writing.edition import Certified, Edition
    from scheduler.solver.explain import Repair
    from scheduler.solver.incumbent import Progress
    from scheduler.solver.outcome import Outcome, Solved

STORE_VARIABLE = "SCHEDULER_STORE"
ANSWER_SECONDS = 5.0  # for the reasons of refused wishes; a desk of 60 people needs about half of it
Month = tuple[int, int]

CONTINUES = Sentence(
    "上月排班和结转取自账册：{month} 第 {number} 版（{status}）",
    "last month's duties and balances come from the ledger: {month}, version {number} ({status})",
)
STATUSES = {
    "draft": Sentence("草稿", "draft"),
    "live": Sentence("已发布", "live"),
    "superseded": Sentence("已被取代", "superseded"),
    "withdrawn": Sentence("已作废", "withdrawn"),
}


def month_text(month: Month) -> str:
    """A month as the ledger writes it: `2026-12`."""
    return f"{month[0]}-{month[1]:02d}"


def store_url(desk: Path, store: str | None) -> str:
    """The ledger's URL: as given, else from the environment, else a file beside the desk."""
    return store or os.environ.get(STORE_VARIABLE) or default_url(desk)


def _problem(files: DeskFiles, month: Month, before: VersionRow | None) -> Problem:
    """The month's problem, continued from a version of the month before where there is one."""
    if before is None:
        return files.problem(*month)
    facts = (("month", before.month), ("number", before.number), ("status", STATUSES[before.status]))
    since = date.fromisoformat(f"{before.month}-01")
    return files.problem(*month, Past(before.duties, since, before.balances, Note(CONTINUES, facts)))


def known_ledger(desk: Path, store: str | None) -> Ledger | None:
    """The desk's ledger where there is one; a reading command makes none."""
    url = store_url(desk, store)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None
    return Ledger(url)


def month_problem(files: DeskFiles, ledger: Ledger, month: Month, also: Request | None = None) -> Problem:
    """The month's problem: its tables, continued from the month before, with what was approved since publication.

    Parameters
    ----------
    also : Request or None
        A request that is not approved yet, as if it were.
    """
    desk = files.desk.id
    problem = _problem(files, month, ledger.before(desk, month_text(month)))
    return amend_problem(problem, replay_requests(ledger.entries(desk)).values(), also=also, raised=raised)


def _problem_to_read(files: DeskFiles, month: Month, store: str | None) -> Problem:
    ledger = known_ledger(files.path, store)
    if ledger is None:
        return _problem(files, month, None)
    with ledger:
        return month_problem(files, ledger, month)


def desk_folder(desk: Path) -> Path:
    """Where a desk's papers are, unless said otherwise."""
    return (desk if desk.is_dir() else desk.parent) / "rosters"


def is_desk(path: Path) -> bool:
    """Whether a path looks like a desk: a folder with settings, or a workbook."""
    return (path / "desk.toml").is_file() or (path.is_file() and path.suffix.lower() in (".xlsx", ".xlsm"))


# init


def sample_names() -> list[str]:
    """The samples that `init` can copy."""
    return sorted(entry.name for entry in resources("samples").iterdir() if (entry / "desk.toml").is_file())


def init(target: Path, sample: str) -> list[Path]:
    """Make a desk folder from a sample, with the folder's name as its id, so that desks on one store stay apart.

    Raises
    ------
    InputError
        The folder holds something already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError([Fault(str(target), Sentence("一个空的或还不存在的文件夹", "an empty or new folder"))])
    target.mkdir(parents=True, exist_ok=True)
    made = []
    for entry in resources("samples").joinpath(sample).iterdir():
        if entry.name.endswith((".csv", ".toml", ".md")):
            with entry.open("rb") as source, (target / entry.name).open("wb") as copy:
                shutil.copyfileobj(source, copy)
            made.append(target / entry.name)
    settings = target / "desk.toml"
    with suppress(ValueError):  # a folder's name that cannot be an id leaves the sample's
        own = FILE_ID.read(target.resolve().name)
        text = re.sub(r'(?m)^id = ".*"$', lambda _: f'id = "{own}"', settings.read_text(encoding="utf-8"), count=1)
        settings.write_text(text, encoding="utf-8")
    return sorted(made)


# check


@dataclass(frozen=True)
class Checked:
    """A desk that can be read, and the manager's arithmetic for a month."""

    files: DeskFiles
    problem: Problem
    balances: tuple[Balance, ...]

    @property
    def works(self) -> bool:
        """Whether nothing on paper stands against the month."""
        return all(balance.works for balance in self.balances)


def _coming(files: DeskFiles, now: clock.Clock) -> Month:
    """The month after the present one, where the desk is."""
    coming = now().astimezone(ZoneInfo(files.desk.zone)).replace(day=1) + timedelta(days=32)
    return coming.year, coming.month


def check(desk: Path, month: Month | None = None, store: str | None = None, now: clock.Clock = clock.now) -> Checked:
    """Read a desk and do the arithmetic of a month, the coming one by default."""
    files = read_desk(desk)
    month = month or _coming(files, now)
    problem = _problem_to_read(files, month, store)
    return Checked(files, problem, tuple(compare_capacity(problem, files.rulebook)))


# generate


@dataclass(frozen=True)
class WishAnswer:
    """A wish, whether it was granted, and what stood against it (`None`: not looked into)."""

    wish: Wish
    granted: bool
    against: tuple[Violation, ...] | None


@dataclass(frozen=True)
class Generated:
    """What `generate` did: an outcome, and where there is a roster, its version, files and second proof.

    Attributes
    ----------
    live : int or None
        Number of the version of the month that is in force, where there is one: this one knows nothing of its cells.
    """

    problem: Problem
    rulebook: Rulebook
    outcome: Outcome
    version: int | None = None
    files: tuple[Path, ...] = ()
    wishes: tuple[WishAnswer, ...] = ()
    repair: Repair | None = None
    certificate: Certified | None = None
    breaks: BreakPlan | None = None
    break_faults: tuple[Note, ...] = ()
    live: int | None = None


SOLVING = Sentence("求解中", "solving")
REPAIRING = Sentence("排不出来，找最便宜的修复", "impossible, looking for the cheapest repair")


def generate(
    desk: Path,
    month: Month | None = None,
    *,
    out: Path | None = None,
    time_limit: float = 60.0,
    seed: int = 0,
    cores: int = 2,
    certify: bool = False,
    store: str | None = None,
    lang: Lang = "zh",
    by: str = "",
    listener: Callable[[Progress], None] | None = None,
    stage: Callable[[Sentence], None] = lambda what: None,
    now: clock.Clock = clock.now,
) -> Generated:
    """Make, audit, record and write a month's roster; or say what an impossible month would need.

    Parameters
    ----------
    month : (int, int) or None
        Year and month; the coming one by default.
    time_limit : float
        Wall seconds for the search; as many again for the repair of an impossible month.
    certify : bool
        Let a second solver prove a bound by itself, for at most `time_limit` more.
    listener : callable, optional
        Told of the search's progress, from its threads.
    stage : callable, optional
        Told what is begun.

    Raises
    ------
    InputError, LedgerError, SolverFault
    """
    from scheduler.solver.outcome import Solved
    from scheduler.solver.solve import SOLVER, solve

    files = read_desk(desk)
    month = month or _coming(files, now)
    folder = out or desk_folder(desk)
    with Ledger(store_url(desk, store)) as ledger:
        before = ledger.before(files.desk.id, month_text(month))
        live = ledger.live(files.desk.id, month_text(month))
        in_force = live.number if live else None
        problem = month_problem(files, ledger, month)
        with _fault_kept(problem, folder, month):
            stage(SOLVING)
            outcome = solve(
                problem,
                files.rulebook,
                time_limit=time_limit,
                seed=seed,
                cores=cores,
                listener=listener,
                certify=time_limit if certify else 0.0,
            )
            if not isinstance(outcome, Solved):
                if outcome.status == "IMPOSSIBLE":
                    stage(REPAIRING)
                unsolved = _unsolved(problem, files.rulebook, outcome, time_limit, seed, cores)
                return replace(unsolved, live=in_force)
        answers = _answers(problem, files.rulebook, outcome)
        draft = draft_of(
            files,
            problem,
            outcome.roster,
            made_at=now(),
            by=by,
            because="",
            objective=outcome.objective,
            bound=outcome.bound,
            previous=before.number if before else None,
            compromises=len(outcome.audit.compromises),
            solver=SOLVER,
            seed=seed,
            cores=cores,
            seconds=outcome.seconds,
            proof=(outcome.finder, outcome.prover),
            certificate=_certificate(outcome),
        )
        row, path = record(ledger, draft, problem, files, outcome.audit, folder, lang)
    breaks = restore_plan(row.details)
    return Generated(
        problem,
        files.rulebook,
        outcome,
        row.number,
        (path,),
        answers,
        certificate=recorded_certificate(row),
        breaks=breaks,
        break_faults=tuple(break_faults(problem, files.breaks, outcome.roster, breaks))
        if files.breaks and breaks
        else (),
        live=in_force,
    )


def draft_of(
    files: DeskFiles,
    problem: Problem,
    roster: Roster,
    *,
    made_at: datetime,
    by: str,
    because: str,
    objective: int,
    bound: int,
    previous: int | None,
    compromises: int,
    solver: str = "",
    seed: int = 0,
    cores: int = 0,
    seconds: float = 0.0,
    proof: tuple[str, str] = ("", ""),
    certificate: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
) -> Draft:
    """A roster on its way into the ledger.

    Parameters
    ----------
    objective, bound : int
        Cost of its compromises, and what no roster of the month can beat.
    previous : int or None
        The version whose month-end it continues.
    proof : (str, str)
        Who found it and who proved its bound; empty where no search made it.
    facts : mapping, optional
        What its log entry says beside that.
    """
    return Draft(
        desk=files.desk.id,
        month=month_text((problem.first.year, problem.first.month)),
        made_at=made_at,
        duties=roster.duties,
        people=problem.names,
        balances=balances_after(problem, roster),
        details=details(files, problem, roster),
        problem_hash=problem.fingerprint,
        rulebook=files.rulebook.fingerprint,
        rules_version=version_of("desk-scheduler"),
        solver_version=solver,
        seed=seed,
        cores=cores,
        status_word="OPTIMAL" if bound >= objective else "FEASIBLE",
        objective=objective,
        bound=bound,
        seconds=round(seconds, 3),
        assumptions=[{lang: note.say(lang) for lang in ("zh", "en")} for note in problem.assumptions],
        violations=compromises,
        previous=previous,
        finder=proof[0] or None,
        prover=proof[1] or None,
        certificate=certificate,
        by=by,
        because=because,
        facts=facts or {},
    )


def details(files: DeskFiles, problem: Problem, roster: Roster) -> list[dict[str, object]]:
    """Every duty in full; where the desk has breaks placed, with them."""
    rows = [duty_row(problem, duty) for duty in roster.duties]
    if files.breaks is None:
        return rows
    plan = place_breaks(problem, files.breaks, roster)
    return [row | record_breaks(plan, duty) for row, duty in zip(rows, roster.duties, strict=True)]


@contextmanager
def _fault_kept(problem: Problem, folder: Path, month: Month) -> Iterator[None]:
    """Keep the problem of a `SolverFault` in a file, so that the bug can be found."""
    try:
        yield
    except SolverFault as fault:
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / f"solver-fault-{month_text(month)}.txt"
        kept.write_text(f"{fault}\n{problem!r}\n", encoding="utf-8")
        said = Sentence("{fault}（问题已存入 {kept}）", "{fault} (the problem is kept in {kept})")
        raise SolverFault(said, fault=filled_in(fault.sentence, **fault.facts), kept=kept) from fault


def _unsolved(
    problem: Problem, rulebook: Rulebook, outcome: Outcome, time_limit: float, seed: int, cores: int
) -> Generated:
    from scheduler.solver.explain import cheapest_repair

    repair = None
    if outcome.status == "IMPOSSIBLE":
        repair = cheapest_repair(problem, rulebook, time_limit=time_limit, seed=seed, cores=cores)
    return Generated(problem, rulebook, outcome, repair=repair)


def _certificate(solved: Solved) -> dict[str, object] | None:
    """What the second solver proved, as the ledger keeps it."""
    from scheduler.solver.mathopt import PROVER

    found = solved.certificate
    if found is None:
        return None
    return {"solver": PROVER, "bound": found.bound, "best": found.best, "seconds": round(found.seconds, 3)}


def recorded_certificate(row: VersionRow) -> Certified | None:
    """What a second solver proved of a version, where one was asked."""
    from scheduler.files.writing.edition import Certified

    return None if row.certificate is None else Certified(**row.certificate)  # type: ignore[arg-type]


def file_name(row: VersionRow) -> str:
    """What a version's workbook is called."""
    return f"{row.desk}-{row.month}-v{row.number}.xlsx"


def record(
    ledger: Ledger, draft: Draft, problem: Problem, files: DeskFiles, found: Audit, folder: Path, lang: Lang
) -> tuple[VersionRow, Path]:
    """Record a draft and put its workbook in place: the ledger first, so that no file speaks of a version it lacks."""
    from scheduler.files.writing.workbook import write_workbook

    waiting: list[Path] = []

    def write(row: VersionRow) -> None:
        if (folder / file_name(row)).exists():
            taken = Sentence(
                "一个还没有的文件：它属于另一账册，请移走或换 --out",
                "a file that is not there yet: this one is another ledger's; move it or choose another --out",
            )
            raise InputError([Fault(str(folder / file_name(row)), taken)])
        path = folder / f".{row.desk}-{row.month}-v{row.number}.part.xlsx"
        waiting.append(path)
        write_workbook(path, edition(ledger, row, problem, files, found), lang)

    try:
        folder.mkdir(parents=True, exist_ok=True)
        row = ledger.draft(draft, write)
        path = waiting[-1].replace(folder / file_name(row))
    except OSError as error:
        raise InputError(
            [Fault(str(folder), Sentence("可写的文件夹", "a folder to write to"), found=str(error))]
        ) from None
    finally:
        with suppress(OSError):  # what keeps a file from being removed must not hide what went wrong
            for part in waiting:
                part.unlink(missing_ok=True)
    return row, path


def edition(ledger: Ledger, row: VersionRow, problem: Problem, files: DeskFiles, found: Audit) -> Edition:
    """A version with all that its workbook prints."""
    from scheduler.files.writing.edition import Edition, LogLine
    from scheduler.solver.incumbent import gap

    names = problem.names | {one.id: one.name for one in files.procedure.officials}
    objective, bound = int(row.objective), int(row.bound)
    entries = ledger.entries(row.desk, row.month)
    published = next((one for one in entries if (one.version, one.event) == (row.number, "published")), None)
    statuses = {one.number: one.status for one in ledger.versions(row.desk, row.month)}
    return Edition(
        problem=problem,
        rulebook=files.rulebook,
        roster=Roster(row.duties),
        audit=found,
        version=row.number,
        status=row.status,
        made_at=row.made_at,
        proof=row.status_word,
        objective=objective,
        bound=bound,
        gap=gap(objective, bound),
        seed=row.seed,
        log=tuple(
            LogLine(entry.at, entry.event, entry.version, names.get(entry.by, entry.by), entry.because)
            for entry in entries
            if entry.event in ("drafted", *EVENTS)  # why somebody asked for leave is nobody else's business
        ),
        finder=row.finder or "",
        prover=row.prover or "",
        certificate=recorded_certificate(row),
        fingerprint=row.fingerprint,
        published_at=published.at if published else None,
        late=published.because if published and published.facts.get("late") else "",
        issued=tuple(log_rows(entries, statuses, names)),
        breaks=restore_plan(row.details),
    )


def _answers(problem: Problem, rulebook: Rulebook, solved: Solved) -> tuple[WishAnswer, ...]:
    """Each wish with what stands against it where it is refused, as far as `ANSWER_SECONDS` reach."""
    from scheduler.solver.explain import why_refused

    began, answers = perf_counter(), []
    for wish in problem.wishes:
        granted = wish.granted(solved.roster.on(wish.worker, wish.day))
        against = None
        if not granted and perf_counter() - began < ANSWER_SECONDS:
            against = why_refused(problem, rulebook, solved.roster, solved.audit, wish)
        answers.append(WishAnswer(wish, granted, against))
    return tuple(answers)


@dataclass(frozen=True)
class Spread:
    """The fewest and the most of one burden, among those who have a share of it."""

    what: str
    fewest: float
    most: float


def spreads(problem: Problem, roster: Roster) -> list[Spread]:
    """How evenly nights, weekends, holidays and hours are spread."""
    frame = worker_totals(problem, roster).set_index("id")
    found = []
    for what in ("nights", "weekends", "holidays", "hours"):
        sharing = [worker for worker, fair in problem.fair_shares.items() if getattr(fair, what)]
        if sharing:
            amounts = frame.loc[sharing, what]
            found.append(Spread(what, float(amounts.min()), float(amounts.max())))
    return found


def cover_short(problem: Problem, roster: Roster) -> tuple[int, int, int]:
    """Demand rows of the month: how many there are, how many are below target, and heads missing in all."""
    frame = cover_rows(problem, roster)
    missing = (frame["target"] - frame["heads"]).clip(lower=0)
    return len(frame), int((missing > 0).sum()), int(missing.sum())


# verify


@dataclass(frozen=True)
class Verified:
    """A roster workbook, audited."""

    problem: Problem
    roster: Roster
    audit: Audit


def verify(desk: Path, workbook: Path, store: str | None = None) -> Verified:
    """Audit a roster workbook, the program's own or one changed by hand, against a desk's tables."""
    from scheduler.files.reading.grid import read_month, read_roster

    files = read_desk(desk)
    month = read_month(workbook)
    if month is None:
        wanted = Sentence("排班表：一行日期、一列工号", "a roster: a row of dates and a column of ids")
        raise InputError([Fault(workbook.name, wanted)])
    problem = _problem_to_read(files, month, store)
    roster = read_roster(workbook, problem)
    return Verified(problem, roster, audit(problem, files.rulebook, roster))


# show


@dataclass(frozen=True)
class Shown:
    """A recorded version."""

    files: DeskFiles
    row: VersionRow
    written: Path | None = None


def show(
    desk: Path, number: int | None = None, *, out: Path | None = None, store: str | None = None, lang: Lang = "zh"
) -> Shown:
    """A version from the ledger; with `out`, its workbook is written again.

    Raises
    ------
    LedgerError
        There is no such version; or, with `out`, the desk's tables are no longer those it was made from.
    """
    files = read_desk(desk)
    ledger = known_ledger(desk, store)
    if ledger is None:
        raise LedgerError(Sentence("还没有排班：先运行 generate", "no roster yet: run generate first"))
    with ledger:
        row = ledger.version(files.desk.id, number)
        if out is None:
            return Shown(files, row)
        before = ledger.version(files.desk.id, row.previous) if row.previous else None
        problem = _problem(files, (int(row.month[:4]), int(row.month[5:])), before)
        problem = amend_problem(problem, replay_requests(ledger.entries(files.desk.id)).values(), raised=raised)
        if problem.fingerprint != row.problem_hash or files.rulebook.fingerprint != row.rulebook:
            raise LedgerError(
                Sentence(
                    "第 {n} 版之后数据或规则已改，不能重出该版工作簿",
                    "tables or rules have changed since version {n}: its workbook cannot be made again",
                ),
                n=row.number,
            )
        from scheduler.files.writing.workbook import write_workbook

        out.mkdir(parents=True, exist_ok=True)
        path = out / file_name(row)
        found = audit(problem, files.rulebook, Roster(row.duties))
        write_workbook(path, edition(ledger, row, problem, files, found), lang)
        return Shown(files, row, path)


BURDENS = {
    "nights": Sentence("夜班", "nights"),
    "weekends": Sentence("周末班", "weekend duties"),
    "holidays": Sentence("节假日班", "holiday duties"),
    "hours": Sentence("工时", "hours"),
}
