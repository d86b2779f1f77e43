"""Which engine runs when: the search of one posted model."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial

from ortools.sat.python import cp_model

from scheduler.model.roster_model import RosterModel
from scheduler.solver.cp_sat import IncumbentWatch, invalid_model, solver_for
from scheduler.solver.first_roster import FirstRoster
from scheduler.solver.highs_process import HighsProcess
from scheduler.solver.incumbent import Engine, Incumbent, gap
from scheduler.solver.lns_process import LnsProcess, LnsTask
from scheduler.solver.parallel import run_together, run_until
from scheduler.solver.rows import Rows
from scheduler.solver.settings import DEFAULTS, SearchSettings
from scheduler.solver.subproblems import LnsParameters, SubproblemSolver
from scheduler.solver.variable_index import AssignmentVariable, VariableIndex
from scheduler.time_limit import OutOfTime, TimeLimit

log = logging.getLogger(__name__)


def _never() -> bool:
    return False


def _run_in_time(engine: Callable[[], None]) -> None:
    """Run an engine, which may find no time left to read the model."""
    with suppress(OutOfTime):
        engine()


class Search:
    """The search for a roster and a bound of one posted model.

    ========== ================================== ===================================== ================================
    Model      First                              Then, until half of the time          Rest of the time
    ========== ================================== ===================================== ================================
    small      --                                 CP-SAT on the whole, with all cores,  LNS of worker subsets, beside
                                                  at least to the first roster (one     it HiGHS until it has a bound
                                                  core: to the end of the time)
    some       construction worker by worker,     as small                              as small
               then all workers at once
    large      column generation, with the        LNS of worker subsets; CP-SAT on one  the same; HiGHS instead of
               undecided workers solved together  core while there is no roster         CP-SAT where there is no bound
                                                                                        by column generation
    stretched  CP-SAT on the whole for 5% of the  HiGHS on a core of its own after 1 s, LNS on that core too, once
               time, at most 10 s                 LNS of some workers on some days on   HiGHS ends or is of no use
                                                  every other core, the first guided
                                                  by the linear relaxation
    heavy      large: as large                    large: as large                       large: the same, without HiGHS
               stretched: construction worker by  stretched: HiGHS waits for a roster,  stretched: as stretched
               worker, then CP-SAT as above       at most half of the time
    ========== ================================== ===================================== ================================

    A model is *stretched* if it has variables for runs of days. *Some* and *large* go by the number of workers of a
    model without them (`StrategySettings`), *some* with several cores only, since what it does cannot be repeated.
    *Heavy* goes by the seconds that building took; where they are more than 4% of the time, no LNS is guided. A phase
    ends early with a proof. Shares and seconds here are the settings' defaults.

    HiGHS and each LNS are processes of their own, CP-SAT, construction and column generation run in threads of this
    one. With one core, engines of one line in the table share it; a stretched model then has LNS only.

    Why so: the linear relaxation of a stretched model is so tight that HiGHS often ends with the proof, and large
    subproblems are solved to the end, so CP-SAT leaves the whole soon. Without stretches, all workers at once are
    mostly the proof on a desk of some; on a large one the bound of column generation mostly is, with the undecided
    workers solved together. `tests/benchmarks` has the figures.

    Parameters
    ----------
    seed : int
    cores : int
        Cores to use.
    limit : TimeLimit
        Of the search, and of all that it reads from the model.
    """

    def __init__(
        self,
        model: RosterModel,
        incumbent: Incumbent,
        *,
        seed: int,
        cores: int,
        limit: TimeLimit,
        settings: SearchSettings = DEFAULTS,
    ) -> None:
        self.model, self.incumbent, self.seed, self.cores = model, incumbent, seed, cores
        self.began, self.seconds, self.limit = incumbent.seconds, limit.left, limit
        self.settings, self._strategy = settings, settings.strategy
        self._reading = threading.Lock()
        self.interrupted = False
        # what kind of model it is; see the table
        self.is_stretched, workers = model.stretches, len(model.problem.workers)
        self.is_heavy = self.began > min(self._strategy.heavy_seconds, self._strategy.heavy_share * self.seconds)
        self.is_large = not self.is_stretched and workers >= self._strategy.large_workers
        self.has_some_workers = cores > 1 and workers >= self._strategy.some_workers

    @property
    def left(self) -> float:
        """Wall seconds left."""
        return self.limit.left

    @property
    def has_roster(self) -> bool:
        """Whether any engine has found a roster."""
        return self.incumbent.values is not None

    @cached_property
    def _rows(self) -> Rows:
        return Rows.of(self.model.cp, self.limit)

    @property
    def rows(self) -> Rows:
        """The model's rows, read once."""
        with self._reading:
            return self._rows

    @cached_property
    def layered(self) -> Rows | None:
        """The rows of the model's layered formulation (a copy of each stretch for each state before it), if it has any."""
        layered = self.model.layered(self.limit)
        return None if layered is None else Rows.of(layered, self.limit)

    @cached_property
    def _assignments(self) -> list[AssignmentVariable]:
        self.limit.check()
        problem = self.model.problem
        workers = {worker.id: number for number, worker in enumerate(problem.workers)}
        days = {day: number for number, day in enumerate(problem.dates)}
        return [
            (variable, workers[worker], days[first], days[last])
            for variable, worker, first, last in self.model.places()
            if first in days
        ]

    @property
    def assignments(self) -> list[AssignmentVariable]:
        """The worker and the days of the model's assignment variables, for a `VariableIndex`, read once."""
        with self._reading:
            return self._assignments

    def run(self) -> None:
        """Search until a proof, the end of time or Ctrl-C, which keeps the best."""
        constructs = self.is_heavy if self.is_stretched else self.is_large or self.has_some_workers
        if constructs:
            self._run_together(self._make_first_roster)
        if self.incumbent.stopped.is_set():
            return
        if self.is_stretched:
            self._search_stretches()
        else:
            self._search_days()
        self.incumbent.stop()

    def _run_together(self, *engines: Callable[[], None]) -> None:
        tasks = [partial(_run_in_time, engine) for engine in engines]
        self.interrupted = run_together(tasks, self.incumbent, lambda: self.left) or self.interrupted

    def _make_first_roster(self) -> None:
        """Construct a first roster: by column generation on a large desk, else with all workers solved together at last."""
        log.info("%.1f s left: first roster by construction", self.left)
        problem = self.model.problem
        index = VariableIndex(self.rows, self.assignments, len(problem.workers), len(problem.dates))
        parameters = self._lns_parameters(
            self.seed, time_limit=self.settings.neighbourhood.subset_time_limit, threads=self.cores
        )
        first_roster = FirstRoster(SubproblemSolver(index, self.incumbent, parameters), parameters)
        if self.is_stretched or self.is_large:
            first_roster.make()
        else:
            first_roster.improve_together()

    # With stretches

    def _search_stretches(self) -> None:
        """CP-SAT and then LNS on one core, HiGHS and then LNS on another, LNS on each further one."""
        with_highs = [self._run_highs_then_lns] if self.cores > 1 else []
        further = [partial(self._run_lns, self.seed + number) for number in range(2, self.cores)]
        self._run_together(self._run_cp_sat_then_lns, *with_highs, *further)

    def _run_cp_sat_then_lns(self) -> None:
        """CP-SAT on the whole for a moment, then LNS, guided by the relaxation unless that takes too long."""
        until_left = self.left - min(self._strategy.whole_share * self.seconds, self._strategy.whole_seconds)
        self._run_cp_sat(self.cores, lambda: self.left < until_left)
        if not self.incumbent.stopped.is_set():
            has_time_for_relaxation = self.began <= self._strategy.heavy_share * self.seconds
            self._run_lns(self.seed + 1, guided=has_time_for_relaxation)

    def _run_highs_then_lns(self) -> None:
        """HiGHS for a proof of a model of stretches, then LNS.

        HiGHS begins nearly at once; where the model is heavy, as soon as there is a roster or one was long looked for.
        """
        if self.is_heavy:
            latest = self._strategy.first_roster_share * self.seconds
            self._run_lns(self.seed, until=lambda: self.has_roster or self.left < latest)
        elif self.incumbent.stopped.wait(self._strategy.quick_seconds):
            return
        self._run_highs()
        self._run_lns(self.seed)

    # Without stretches

    def _search_days(self) -> None:
        """CP-SAT on the whole unless the desk is large, then LNS with HiGHS beside it.

        CP-SAT on the whole goes on until there is a roster, and with one core to the end: what it does can be repeated.
        """
        if not self.is_large:
            until_left = (1 - self._strategy.desk_share) * self.left if self.cores > 1 else 0.0
            self._run_together(
                partial(self._run_cp_sat, self.cores, lambda: self.left < until_left and self.has_roster)
            )
        if not self.incumbent.stopped.is_set():
            searches = max(1, self.cores // self._strategy.subset_threads)
            lns = [partial(self._run_lns, self.seed + number) for number in range(1, searches + 1)]
            self._run_together(self._prove_bound, *lns)

    def _prove_bound(self) -> None:
        """HiGHS for the bound of a model without stretches.

        On a large desk it begins in the last half of the time, since other bounds may do. It does not run where column
        generation has proved the best bound yet, which HiGHS never bettered, nor where a relaxation of a heavy model
        would take all of the time. Before that, CP-SAT looks for the reason why a large desk has no roster yet: there
        may be none.
        """
        if self.is_large:
            highs_left = 0.0 if self.is_heavy else (1 - self._strategy.desk_share) * self.seconds
            if not self.has_roster:
                self._run_cp_sat(1, lambda: self.has_roster or self.left < highs_left)
            self.incumbent.stopped.wait(max(0.0, self.left - highs_left))
        is_over = self.incumbent.stopped.is_set() or self.left <= 0
        if not is_over and self.incumbent.prover != Engine.COLUMN_GENERATION:
            self._run_highs()

    # The engines

    def _run_cp_sat(self, cores: int, until: Callable[[], bool]) -> None:
        """CP-SAT on the whole model, with so many cores, until a condition holds."""
        log.info("%.1f s left: CP-SAT on the whole model", self.left)
        solver = self._solver(cores)
        run_until(partial(self._solve_by_cp_sat, solver), solver.stop_search, self.incumbent, until)

    def _solver(self, cores: int) -> cp_model.CpSolver:
        return solver_for(cores, self.seed, max(0.1, self.left), self.settings.cp_sat)

    def _solve_by_cp_sat(self, solver: cp_model.CpSolver) -> None:
        """Run CP-SAT on the whole model and report what it finds and proves."""
        watch = IncumbentWatch(self.incumbent)
        solver.best_bound_callback = watch.on_bound
        status = self.incumbent.run(solver, self.model.cp, watch)
        if status == cp_model.INFEASIBLE:
            self.incumbent.report_infeasibility()
        elif status == cp_model.MODEL_INVALID:
            raise invalid_model(self.model.cp)
        elif status == cp_model.OPTIMAL:
            self.incumbent.report_bound(round(solver.objective_value), Engine.CP_SAT)

    def _run_highs(self) -> None:
        """HiGHS on the whole model, from the incumbent on.

        With stretches it goes on to the end if its bound is the best: then its own rosters are good, too. It begins anew
        where others have a roster near the bound and it has none, if half of its time is left. Without stretches it goes
        on until it has any bound. That there is no roster, CP-SAT has to prove as well.
        """
        log.info("%.1f s left: HiGHS on the whole model", self.left)
        incumbent = self.incumbent
        question_left = (1 - self._strategy.bound_share) * self.left
        highs = HighsProcess(
            self.rows,
            max(0.1, (1 - self._strategy.highs_margin_share) * self.left),
            self.layered,
            incumbent.values,
            self.settings.highs,
        )
        restart_left = self.left / 2

        def is_done() -> bool:
            if self.left >= question_left:
                return False
            has_best_bound = highs.bound is not None and incumbent.prover == Engine.HIGHS
            return not has_best_bound if self.is_stretched else highs.bound is not None

        def restarts() -> bool:
            may_restart = self.is_stretched and self.left > restart_left
            return may_restart and self._is_near_bound(incumbent.cost) and not self._is_near_bound(highs.best)

        run = partial(
            highs.run,
            partial(incumbent.report_bound, by=Engine.HIGHS),
            partial(incumbent.report_solution, by=Engine.HIGHS),
        )
        self._run_child(highs, run, lambda: is_done() or restarts())
        if incumbent.stopped.is_set():
            return
        if highs.infeasible:
            self._solve_by_cp_sat(self._solver(1))
        elif restarts():
            self._run_highs()

    def _is_near_bound(self, cost: int | None) -> bool:
        """Whether the gap of such a cost is so small that HiGHS, from there on, need not look at most of the model."""
        left = gap(cost, self.incumbent.bound)
        return left is not None and left <= self._strategy.restart_gap

    def _run_lns(self, seed: int, guided: bool = False, until: Callable[[], bool] = _never) -> None:
        """LNS in a process of its own, until the search ends or a condition holds."""
        log.info("%.1f s left: neighbourhood search", self.left)
        if until():
            return
        problem, neighbourhood = self.model.problem, self.settings.neighbourhood
        time_limit = neighbourhood.time_limit if self.is_stretched else neighbourhood.subset_time_limit
        threads = min(self._strategy.subset_threads, self.cores)
        lns = LnsProcess(
            LnsTask(
                rows=self.rows,
                assignments=self.assignments,
                workers=len(problem.workers),
                days=len(problem.dates),
                parameters=self._lns_parameters(seed, time_limit=time_limit, threads=threads, guided=guided),
            )
        )
        self._run_child(lns, partial(lns.run, self.incumbent), until)

    def _lns_parameters(self, seed: int, *, time_limit: float, threads: int, guided: bool = False) -> LnsParameters:
        return LnsParameters(
            seed=seed,
            time_limit=time_limit,
            most_time_limit=self.settings.neighbourhood.most_time_limit_share * self.seconds,
            guided=guided,
            worker_subsets=not self.is_stretched,
            threads=threads,
            settings=self.settings,
        )

    def _run_child(self, child: LnsProcess | HighsProcess, run: Callable[[], None], until: Callable[[], bool]) -> None:
        """Run a child process until it ends, the search is stopped or a condition holds; then kill and close it."""
        try:
            run_until(run, child.kill, self.incumbent, until)
        finally:
            child.close()
