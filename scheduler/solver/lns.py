"""Neighbourhood search: free some people on some days, solve that part well, keep what is no worse.

It works on the rows of the posted model (`linear.Linear`) and knows no rule:
whom and which days a variable speaks of (`RosterModel.places`) is all it is told.
Parts are solved by CP-SAT or by HiGHS, whichever has saved more in its time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from ortools.sat.python import cp_model

from scheduler.solver.column_generation import ColumnGeneration
from scheduler.solver.construction import Construction, small_solver
from scheduler.solver.incumbent import Incumbent
from scheduler.solver.mathopt import (
    PROVER,
    PartSolution,
    round_bound_up,
    solve_partly_integer,
    solve_relaxation,
    solve_rows,
)
from scheduler.solver.rows import Flags, Floats, Ints, Part, Rows
from scheduler.solver.variable_index import VariableIndex

FINDER = "LNS"
GUIDE = 2.0  # of the most patience, for the relaxation: 25 s were enough for public instance 20, 205 s for 22
GUIDED_PERSON_DAYS = 60  # of a part of a first roster after the relaxation
GUIDED_GAP = 0.01  # of what one miss of a shared row weighs: good enough for a part of it
FIRST_PERSON_DAYS = 300
DIRECT = "CP-SAT"
METHODS = (DIRECT, PROVER)
# How a part is solved on a desk without stretches, and of how many people: with a relaxation where much is paid, without where
# little is
RELAXED, PLAIN = "objective_lb_search_max_lp", "objective_lb_search_no_lp"
CREWS = {RELAXED: 8, PLAIN: 20}
PRICED = 1.5  # of the most patience, for prices: 17 seconds were enough for 1000 people
TOGETHER = 3.0  # seconds for those whose months are decided together at first
WIDTHS = (7, 14, 21, 28, 42)  # days of a neighbourhood; another is the whole period
EXPLORED = 0.15  # of the best way's rate of saving, for each to be tried now and then
FORGOTTEN = 0.8  # how much of what a way saved and spent still counts at its next turn
SHRINK, GROW = 0.85, 2.0  # of a neighbourhood that was not solved to the end, and of one that soon was, at most
VAIN = 1.5  # growth of a crew that was solved to the end and saved nothing, at least
FINE, SHAKEN = 50, 0.3  # what a cost of one weighs beside a little one, and of how many variables these are
PATIENT, CREW_PATIENT = 1.15, 1.5  # how patience grows with each step that saves nothing


@dataclass
class Operator:
    """A way to make a neighbourhood and to solve it.

    Attributes
    ----------
    method : str
        Who solves it.
    width : int
        Days of it, at least.
    size : float
        Person-days of it.
    saved, spent : float
        What it saved lately, and in how many seconds.
    """

    method: str
    width: int
    size: float
    saved: float = 1.0
    spent: float = 1e-3

    @property
    def rate(self) -> float:
        """What it saves in a second."""
        return self.saved / self.spent

    def learn(
        self, saved: int, seconds: float, patience: float, ended: bool, most: float, least_growth: float = 1.0
    ) -> None:
        """Remember a step, and make the next neighbourhood larger or smaller."""
        self.saved = FORGOTTEN * self.saved + saved
        self.spent = FORGOTTEN * self.spent + seconds
        factor = max(least_growth, min(GROW, (0.5 * patience / seconds) ** 0.5)) if ended else SHRINK
        self.size = min(max(self.size * factor, 2.0 * self.width), most)


class NeighbourhoodSearch:
    """A search for better rosters, one neighbourhood after another.

    Parameters
    ----------
    standing : Standing
        Where rosters are offered and taken from; several searches may share it.
    patience, most_patience : float
        Wall seconds for one neighbourhood, and to what they grow while nothing is saved.
    guided : bool
        Whether to make a first roster after the linear relaxation, even if others have one sooner.
    crews : bool
        Whether parts are some people's whole period, solved from the bound upwards: best on desks, which have no stretches.
    threads : int
        Of one part of a desk.
    """

    def __init__(
        self,
        linear: Rows,
        places: VariableIndex,
        standing: Incumbent,
        seed: int,
        patience: float,
        most_patience: float,
        guided: bool = False,
        crews: bool = False,
        threads: int = 1,
    ) -> None:
        self.linear, self.places, self.standing = linear, places, standing
        self.random, self.guided, self.crews = random.Random(seed), guided, crews
        self.patience = self._least_patience = min(patience, most_patience)
        self._most_patience, self._threads = most_patience, threads
        self.price = linear.price
        if crews:
            self.ways = [Operator(method, places.days, float(people * places.days)) for method, people in CREWS.items()]
        else:
            widths = (*(width for width in WIDTHS if width < places.days), places.days)
            self.ways = [Operator(method, width, float(FIRST_PERSON_DAYS)) for method in METHODS for width in widths]

    @cached_property
    def _alone(self) -> Construction:
        """The people one by one; a search that others give a roster of stretches has no use for them."""
        return Construction(self.places, self.standing, self._most_patience, self._threads)

    def run(self) -> None:
        """Search until the standing says stop."""
        mine = self.standing.values
        if mine is None or self.guided:
            mine = self.start()
        while not self.standing.stop.is_set():
            best = self.standing.values
            if best is not None and (mine is None or not self.linear.keeps(mine) or self._dearer(mine, best)):
                mine = best
            if mine is None:
                self.standing.stop.wait(0.2)  # for another's first roster
            else:
                mine = self._merged(mine, self.step(mine))

    def _dearer(self, values: Ints, than: Ints) -> bool:
        return self.linear.paid(values) > self.linear.paid(than)

    def _merged(self, before: Ints, after: Ints) -> Ints:
        """What a step changed, put into what others found meanwhile, where that keeps every row; else the step's own."""
        best = self.standing.values
        if best is None or best is before or best is after or after is before:
            return after
        both = np.where(after != before, after, best)
        if not self.linear.keeps(both) or not self._dearer(best, both):
            return after
        self._offer(both)
        return both

    def start(self) -> Ints | None:
        """A first roster, whose shared rows may be missed; `None` where somebody's part finds nothing with all patience.

        It is made one by one, on a desk at prices. A guided search solves the linear relaxation of the whole first, where there is
        time for it, and makes it whole group by group.
        """
        guess = solve_relaxation(self.linear, GUIDE * self._most_patience) if self.guided else None
        if guess is not None:
            self.standing.proved(round_bound_up(guess.cost), PROVER)
            made = self._in_groups(guess.values)
            values = None if made is None else self._settled(made)
            if values is not None:
                self._offer(values)
            return values if values is not None else self.standing.values
        self.guided = False
        return self._made_of_columns() if self.crews else self._made_one_by_one(self._alone.rosters(self.random))

    def _made_one_by_one(self, rosters: Iterable[Ints]) -> Ints | None:
        """The last of some rosters made one by one."""
        values = None
        for made in rosters:
            values = self._taken(made)
        return values

    def _made_of_columns(self) -> Ints | None:
        """The last of the rosters of column generation, with those decided together who are left; see `Columns.rosters`."""
        values, ended = None, True
        for made, undecided in ColumnGeneration(self._alone, self.standing, PRICED * self._most_patience).rosters(
            self.random
        ):
            values = self._taken(made)
            if values is not None and undecided and ended:  # else they are too many
                values, ended = self._decided(values, undecided)
        if values is None or self.standing.stop.is_set():
            return values
        best = self.standing.values
        return self._made_one_by_one(self._alone.at_true_costs(values if best is None else best, self.random))

    def together(self) -> None:
        """Everybody decided together, from an evenly filled roster on that keeps all rows: the proof, if there is time for it."""
        values = self._made_one_by_one(self._alone.even(self.random))
        if values is not None and self.linear.keeps(values):
            self._decided(values, list(range(self.places.workers)))

    def _taken(self, made: Ints) -> Ints | None:
        """A roster made one by one, with what is derived; offered where it keeps all rows, with a bound on a desk."""
        values = self._settled(made)
        if values is not None:
            self._offer(values)
            if self.crews:
                self._avoidable(values)
        return values

    def _decided(self, values: Ints, undecided: list[int]) -> tuple[Ints, bool]:
        """The months of some people decided together, and whether nothing better is left."""
        people = np.zeros(self.places.workers, bool)
        people[undecided] = True
        part = self.linear.part(self.places.free(people, np.ones(self.places.days, bool)), values)
        missed = self.linear.strays(values).any()
        found, ended = self._solved(part, values, bool(missed), PLAIN, min(TOGETHER, self._most_patience))
        return values if found is None else self._kept(part, found, ended and not missed), ended

    def _in_groups(self, values: Floats) -> Floats | None:
        """Make one group's part whole after the other; one that fails is halved, or tried again with more patience."""
        places = self.places
        people = list(range(places.workers))
        self.random.shuffle(people)
        count = min(len(people), -(-len(people) * places.days // GUIDED_PERSON_DAYS))
        waiting: list[list[int]] = [people[at::count] for at in range(count)]
        while waiting:
            group = waiting.pop(0)
            if self.standing.stop.is_set():
                return None
            mine = np.zeros(places.workers, bool)
            mine[group] = True
            found = self._made_whole(mine, values)
            if found is not None:
                values = found
            elif len(group) > 1:
                waiting = [group[::2], group[1::2], *waiting]
            elif self.patience < self._most_patience:
                self.patience = min(2 * self.patience, self._most_patience)
                waiting.append(group)
            else:
                return None
        return values

    def _made_whole(self, mine: Flags, values: Floats) -> Floats | None:
        """A group's own variables whole, with all who wait for their turn as the relaxation has them.

        So what one group misses, those after it make good. What is derived (heads missing) may stay a fraction until all are
        whole.
        """
        places = self.places
        part = self.linear.part(places.free(mine, np.ones(places.days, bool)), values)
        problem = part.softened(places.shared[part.touched], self.price)
        placed = np.zeros(len(problem.cost), bool)
        placed[: len(part.free)] = places.placed[part.free]
        found = solve_partly_integer(problem, self.patience, placed, GUIDED_GAP * self.price)
        if found is None:
            return None
        after = values.copy()
        after[part.free] = np.where(placed, np.round(found), found)[: len(part.free)]
        return after

    def _settled(self, values: Ints | Floats) -> Ints | None:
        """What is derived, decided for what is placed."""
        after = np.round(values).astype(np.int64)
        part = self.linear.part(np.flatnonzero(~self.places.placed), after)
        return self._solved(part, after, soft=True).values

    def step(self, values: Ints) -> Ints:
        """Solve one neighbourhood of an assignment; returns it or one that is no worse."""
        missed = self.linear.strays(values)
        floor = EXPLORED * max(way.rate for way in self.ways) + 1e-9
        way = self.random.choices(self.ways, [way.rate + floor for way in self.ways])[0]
        part = self.linear.part(self.places.free(*self._area(values, missed, way)), values)
        vain = self.patience > self._least_patience  # lately
        shaken = vain and not self.crews and not missed.any() and len(part.free) < len(values)
        asked = self._shaken(part) if shaken else part
        began = time.perf_counter()
        found, ended = self._solved(asked, values, bool(missed.any()), way.method)
        saved = -1 if found is None else self._worth(values, missed) - self._worth(found, self.linear.strays(found))
        most = float(self.places.workers * self.places.days)
        growth = VAIN if self.crews and saved <= 0 else 1.0
        way.learn(max(0, saved), time.perf_counter() - began, self.patience, ended, most, growth)
        patient = CREW_PATIENT if self.crews else PATIENT
        if saved > 0:
            self.patience = max(self.patience / patient, self._least_patience)
        else:
            self.patience = min(patient * self.patience, self._most_patience)
        if found is None or saved < 0:
            return values
        return self._kept(part, found, ended and not missed.any())

    def _shaken(self, part: Part) -> Part:
        """The part with a little cost on some of what is placed, at random: of rosters that cost the same another one is found."""
        some = np.array([self.random.random() < SHAKEN for _ in part.free]) & self.places.placed[part.free]
        return replace(part, cost=FINE * part.cost + some)

    def _kept(self, part: Part, values: Ints, best: bool) -> Ints:
        """Offer what was found for a part; that nothing is better is a proof where the part is all there is."""
        self._offer(values)
        if best and len(part.free) == len(values):
            self.standing.proved(self.linear.paid(values), FINDER)
        return values

    def _worth(self, values: Ints, missed: Ints) -> int:
        """What an assignment costs, with what its misses of rows weigh."""
        return self.linear.paid(values) + self.price * int(missed.sum())

    def _area(self, values: Ints, missed: Ints, way: Operator) -> tuple[Flags, Flags]:
        """People and days to free: some people over a stretch of days, often where something is paid or missed."""
        places, rng = self.places, self.random
        width = min(places.days, max(way.width, round(way.size / places.workers)))  # all people: then more days
        count = min(places.workers, max(2, round(way.size / width)))
        where = places.strays(missed) if missed.any() else places.costs(values)
        if where.any() and rng.random() < 0.5:
            centre = rng.choices(range(places.days), where.tolist())[0]
        else:
            centre = rng.randrange(places.days)
        first = max(0, min(places.days - width, centre - rng.randrange(width)))
        days, people = np.zeros(places.days, bool), np.zeros(places.workers, bool)
        days[first : first + width] = True
        hot = self._payers(values) if self.crews and not missed.any() else []
        chosen = rng.sample(hot, min(len(hot), count // 2))
        people[chosen] = True
        people[rng.sample(np.flatnonzero(~people).tolist(), count - len(chosen))] = True
        return people, days

    def _payers(self, values: Ints) -> list[int]:
        """The people whose own month costs more than it has to, or who are one too many."""
        return sorted({*self._avoidable(values), *self._alone.crowding(values)})

    def _avoidable(self, values: Ints) -> list[int]:
        """The people whose own month costs more than it has to; what everybody's has to is a bound."""
        found = self._alone.avoidable(values)
        self.standing.proved(self._alone.bound(), FINDER)
        return found

    def _solved(
        self, part: Part, values: Ints, soft: bool, method: str = DIRECT, patience: float | None = None
    ) -> PartSolution:
        """The best values found for the part, in the whole assignment, and whether there are none better."""
        hint, loose = values[part.free], self.places.shared[part.touched] & soft
        if method != PROVER:

            def tell(found: Ints) -> None:
                self._offer(_with(values, part, found))

            best, ended = self._cp_sat(part, hint, loose, method, patience or self.patience, tell)
        elif self.standing.stop.is_set():
            best, ended = None, False
        else:
            problem = part.softened(loose, self.price)
            begin = np.concatenate([hint, np.zeros(len(problem.cost) - len(hint), np.int64)])
            best, ended = solve_rows(problem, begin, self.patience)
        return PartSolution(None if best is None else _with(values, part, best), ended)

    def _cp_sat(
        self, part: Part, hint: Ints, soft: Flags, method: str, patience: float, tell: Callable[[Ints], None]
    ) -> PartSolution:
        """CP-SAT on a part; on a desk from the bound upwards, with its own neighbourhoods beside it."""
        cp, _ = part.model(hint, soft, self.price)
        solver = small_solver(patience)
        if method in CREWS:
            solver.parameters.num_workers = self._threads
            solver.parameters.subsolvers.append(method)
            solver.parameters.max_presolve_iterations = 1
        else:
            solver.parameters.linearization_level = 2
        solver.parameters.random_seed = self.random.randrange(2**31)
        status = self.standing.run(solver, cp, _SolutionWatch(tell))
        ended = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return PartSolution(None, ended)
        return PartSolution(np.array(solver.response_proto.solution, np.int64), ended)

    def _offer(self, values: Ints) -> None:
        if self.linear.keeps(values):
            self.standing.found(values, self.linear.paid(values), FINDER)


class _SolutionWatch(cp_model.CpSolverSolutionCallback):
    """Tells of each better assignment that CP-SAT finds."""

    def __init__(self, tell: Callable[[Ints], None]) -> None:
        super().__init__()
        self._tell = tell

    def on_solution_callback(self) -> None:
        """A better one was found."""
        self._tell(np.array(self.response_proto.solution, np.int64))


def _with(values: Ints, part: Part, found: Ints) -> Ints:
    """The whole assignment with what was found for a part in it."""
    whole = values.copy()
    whole[part.free] = found[: len(part.free)]
    return whole
