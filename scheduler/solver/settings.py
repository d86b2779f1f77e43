"""Every tuning number of the search, with its unit and with the measurement that chose it.

A share is a part of the seconds that the search has, unless its text says otherwise. The longer records of what was
measured, and of what was tried without gain, are in `tests/benchmarks/README.md`. Numbers that belong to another
solver's contract, such as tolerances, stand beside the code that needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Reach(NamedTuple):
    """How far a neighbourhood reaches beyond the workers and days concerned.

    Attributes
    ----------
    workers : int
        So many further workers.
    days : int
        So many days before and after each day concerned.
    """

    workers: int
    days: int


@dataclass(frozen=True, kw_only=True)
class StrategySettings:
    """Which engine runs when (`strategy.Search`).

    Attributes
    ----------
    some_workers : int
        With several cores, a model without stretches of so many workers or more begins with a roster constructed
        worker by worker and improved with all workers at once. From 20 to 45 workers that took 1.9, 0.6, 1.3, 1.2
        and 1.4 s to the proof where CP-SAT on the whole model took 7.5, 1.7, 8.4, 3.1 and 1.9 s; desks of 4 to 18
        workers are proved sooner by CP-SAT alone.
    large_workers : int
        A model without stretches of so many workers or more begins with column generation instead of CP-SAT on the
        whole model. Tight desks of 40 workers end at 681 so where CP-SAT proves 633 in a minute; of 60 both are alike.
    heavy_share, heavy_seconds : float
        A model is heavy if building it took more than this share of the time or these seconds, whichever is less. HiGHS
        does not begin on a heavy model of stretches before there is a roster, which is after 50 s on public instance
        22, and not at all on a heavy large one. Beyond the share, no LNS waits for the linear relaxation.
    whole_share, whole_seconds : float
        What CP-SAT gets on the whole of a model with stretches: this share of the time, and so many seconds at most.
    desk_share : float
        What CP-SAT gets on the whole of a model without stretches; on a large one, the share before HiGHS begins.
    first_roster_share : float
        The longest that HiGHS waits for the first roster of a heavy model; there may be none.
    tidying_work : float
        For what is avoided where it is free, after the proof, in CP-SAT's own measure of work (about a second each).
    quick_seconds : float
        HiGHS waits so long for CP-SAT, which ends small models alone in that time.
    bound_share : float
        Share of the time left that HiGHS has before it is asked what it has proved: then it ends where its bound is
        of no use.
    restart_gap : float
        HiGHS begins anew from an incumbent whose gap, a part of its cost, is so small.
    highs_margin_share : float
        Share of the time left by which HiGHS's own time limit ends sooner, so that it ends by itself: on public
        instance 16 it reports its best roster only then.
    subset_threads : int
        Threads for a subproblem of a model without stretches. One search with two threads reached 75 on a desk of 300
        workers in 20 s, two searches with one thread each 176, with two threads each 105, one with three threads 87.
    """

    some_workers: int = 20
    large_workers: int = 80
    heavy_share: float = 0.04
    heavy_seconds: float = 5.0
    whole_share: float = 0.05
    whole_seconds: float = 10.0
    desk_share: float = 0.5
    first_roster_share: float = 0.5
    quick_seconds: float = 1.0
    tidying_work: float = 0.5
    bound_share: float = 0.25
    restart_gap: float = 0.01
    highs_margin_share: float = 0.04
    subset_threads: int = 2


@dataclass(frozen=True, kw_only=True)
class CpSatSettings:
    """How CP-SAT is asked on a whole model (`cp_sat.solver_for`).

    Attributes
    ----------
    one_core_subsolvers, several_core_subsolvers : tuple of str
        CP-SAT's own names. `max_lp` proves with the strongest linear relaxation, `objective_lb_search_no_lp` looks for
        rosters as cheap as the best bound. Desks of 60 workers, three months, to the proof: the first with two workers
        5.2, 14.1 and 5.9 s, the second instead of it 2.6, 14.5 and 1.6 s, both with a short presolve 1.1, 2.9 and 5.2 s.
        On tight desks of 30 the first had bounds of 271, 254 and 226 after 20 s, the second alone 67, 48 and 71.
    ignored_subsolvers : tuple of str
        Those of CP-SAT's own neighbourhoods that save least on tight desks, where those near the relaxation save most.
        Tight desks of 30 workers ended at 278, 258 and 228 without them, at 290, 275 and 254 with them, after 20 s.
    presolve_iterations : int
        One short presolve is a part of the measurement above.
    probing_level, symmetry_level : int
        CP-SAT's own numbers of how much it looks for before it searches.
    """

    one_core_subsolvers: tuple[str, ...] = ("max_lp",)
    several_core_subsolvers: tuple[str, ...] = ("objective_lb_search_no_lp", "max_lp")
    ignored_subsolvers: tuple[str, ...] = ("graph_arc_lns", "graph_cst_lns", "graph_var_lns", "rnd_cst_lns")
    presolve_iterations: int = 1
    probing_level: int = 0
    symmetry_level: int = 0


# Repairs: thousands of slacks. Cores prove what linear relaxations do not see, `max_lp` what they do: without it four people
# too few were not proved in 60 s, with both in one. Four teams of four, one of them away, came to 10 566 in 25 s with both and
# all of CP-SAT's own neighbourhoods, to 27 852 with the subsolvers of rosters (the bound is 10 098).
REPAIRS = CpSatSettings(
    one_core_subsolvers=("core", "max_lp"),
    several_core_subsolvers=("core", "max_lp"),
    ignored_subsolvers=(),
    presolve_iterations=3,
    probing_level=2,
    symmetry_level=2,
)


@dataclass(frozen=True, kw_only=True)
class NeighbourhoodSettings:
    """Large neighbourhood search: sizes, operators, time limits (`lns`).

    Attributes
    ----------
    time_limit : float
        Wall seconds for one subproblem of a model with stretches, at first.
    subset_time_limit : float
        Wall seconds for one subproblem of a model without stretches, at first.
    most_time_limit_share : float
        Share of the time up to which those limits grow while nothing is saved.
    growth_in_stall, subset_growth_in_stall : float
        Factor of the time limit at each step that saves nothing, with and without stretches; each step that saves
        something divides by it again.
    widths_days : tuple of int
        Days of a neighbourhood, one operator for each; another operator has the whole period.
    first_person_days : int
        Person-days of a neighbourhood with stretches, at first.
    subset_workers : tuple of (str, int)
        Without stretches: the CP-SAT subsolver of each operator, and how many workers its neighbourhood has at first.
        With a relaxation (`..._max_lp`) eight workers whose cost is high take 1 s to the end, without one
        (`..._no_lp`) two of them more than 10 s; near the optimum it is the other way round, and 242 of 300 workers
        take 3.6 s. So both are operators.
    exploration : float
        Part of the best operator's rate that is added to each operator's weight, so that each is tried now and then.
    memory : float
        How much of what an operator saved and spent still counts at its next step.
    shrink : float
        Factor of a neighbourhood's size after a subproblem that was not solved to the end.
    most_growth : float
        Largest factor after one that was solved soon. Public instance 16 ended at 3240 with 2, at 3328 and 3429 with
        1.25; 14, 7 and 9 were no different from run to run.
    subset_least_growth : float
        Least factor after a worker subset was solved to the end and saved nothing.
    hot_spot_share : float
        How often a neighbourhood is centred where costs or violations are.
    longest_cost_days : int
        A cost over more days than this says nothing about where to look.
    perturbation_scale, perturbed_share : int, float
        In a stall each cost counts so many times a small one, which this share of the assignment variables gets at
        random: of rosters that cost the same, another one is found (a hint otherwise comes back as it was). Public
        instance 12 ended at 4054, 4067 and 4078 with it, at 4196, 4071 and 4172 without.
    """

    time_limit: float = 3.0
    subset_time_limit: float = 1.0
    most_time_limit_share: float = 0.25
    growth_in_stall: float = 1.15
    subset_growth_in_stall: float = 1.5
    widths_days: tuple[int, ...] = (7, 14, 21, 28, 42)
    first_person_days: int = 300
    subset_workers: tuple[tuple[str, int], ...] = (("objective_lb_search_max_lp", 8), ("objective_lb_search_no_lp", 20))
    exploration: float = 0.15
    memory: float = 0.8
    shrink: float = 0.85
    most_growth: float = 2.0
    subset_least_growth: float = 1.5
    hot_spot_share: float = 0.5
    longest_cost_days: int = 21
    perturbation_scale: int = 50
    perturbed_share: float = 0.3


@dataclass(frozen=True, kw_only=True)
class FirstRosterSettings:
    """How a neighbourhood search makes its first roster (`first_roster`).

    Attributes
    ----------
    relaxation_factor : float
        Seconds for the linear relaxation, as a multiple of the longest subproblem time limit: 25 s were enough for
        public instance 20, 205 s for 22.
    group_person_days : int
        Person-days of one group whose variables are made whole after the relaxation.
    group_gap : float
        A group's solution may cost this part of the penalty for one unit of a violated coupling row above its bound.
    pricing_factor : float
        Seconds for column generation, as a multiple of the longest subproblem time limit: 17 s were enough for 1000
        workers.
    joint_seconds : float
        For one subproblem of the workers whom the master problem leaves undecided, or of all workers at once.
    joint_subsolver : str
        The CP-SAT subsolver for it. Of 300 and of 1000 workers, the 85 to 100 undecided ones were at the optimum after
        0.8 to 1.5 s without a relaxation, after 5 s with one.
    """

    relaxation_factor: float = 2.0
    group_person_days: int = 60
    group_gap: float = 0.01
    pricing_factor: float = 1.5
    joint_seconds: float = 3.0
    joint_subsolver: str = "objective_lb_search_no_lp"


@dataclass(frozen=True, kw_only=True)
class ConstructionSettings:
    """Rosters made worker by worker (`construction`).

    Attributes
    ----------
    levelling_weight : int
        Weight of the squared deviation from level cover, divided by the square root of the row's demand, where one
        unit of cost weighs `construction.COST_SCALE`.
    levelling_rounds : int
        Rounds of levelling that are worth their time before there are duals. Desks of 100 workers, time to the proof:
        two rounds 5.3, 4.4 and 4.7 s, three 5.2, 3.4 and 4.9 s, four 5.2, 2.9 and 4.6 s.
    failed_rounds : int
        Levelling ends after so many rounds in a row without a cheaper roster; the next may bring one.
    cheaper : float
        A roster is cheaper if it costs less than this part of the best one.
    repair_share : float
        Part of the workers, at most, whose columns a repair pass makes again for violated coupling rows: 23 of 1000
        were enough, 11 of 300 and 4 of 100.
    column_gap : int
        Absolute gap, in scaled cost, at which a worker's column in a round is good enough.
    """

    levelling_weight: int = 100
    levelling_rounds: int = 3
    failed_rounds: int = 2
    cheaper: float = 0.99
    repair_share: float = 0.1
    column_gap: int = 20


@dataclass(frozen=True, kw_only=True)
class ColumnGenerationSettings:
    """The master problem and its duals (`column_generation`).

    Attributes
    ----------
    converged_share : float
        Where a round lowers the master's cost by less than this part of it, its duals are worth a bound.
    boxes : tuple of float
        By how much a coupling row may be violated for nothing, one value after another. This stabilises the duals: of
        many that are optimal for the master, small ones serve the bound. Those of a corner as it comes proved -2097,
        -713 and then 103, three rounds later than the master had it; with a box of 0.05 the first bound is the right
        one. Boxes of 0.05 hide hundreds of cost where skills ask for one worker (tight desks of 30: 198 instead of
        271), so they shrink.
    master_seconds : float
        Wall seconds that a master problem may take in any case.
    shared_columns : int
        Columns of others that a round gives to workers with identical rows, over all workers: so many that the master
        is still solved soon. Of 100 workers the master took 0.3 instead of 0.1 s, and one or two rounds of 0.3 to
        0.7 s were not needed; of 300 and 1000 it is as good without, and would take 0.9 and over 3 s.
    """

    converged_share: float = 0.05
    boxes: tuple[float, ...] = (0.05, 0.005, 0.0005)
    master_seconds: float = 1.0
    shared_columns: int = 500


@dataclass(frozen=True, kw_only=True)
class HighsSettings:
    """When HiGHS takes the layered formulation (`highs_process`).

    Attributes
    ----------
    layered_lift : float
        Part of the relaxation's cost by which the layered relaxation has to be higher to be worth its size.
    plain_share, layered_share : float
        Shares of HiGHS's time for the relaxations without and with layers.
    """

    layered_lift: float = 0.001
    plain_share: float = 0.02
    layered_share: float = 0.1


@dataclass(frozen=True, kw_only=True)
class FewestChangesSettings:
    """Re-solves with as few changed cells as possible (`fewest_changes`).

    Attributes
    ----------
    whole_cells : int
        A month of no more cells is asked as a whole at once, that of 60 workers for instance: both questions were
        proved in 0.1 to 0.4 s of searching, on two cores of a busy machine, where neighbourhoods took 0.03 to 0.12 s
        and left the second open. At 100 workers it was 0.1 to 0.6 s, at 1000 1.3 to 2.9 s, and neighbourhoods were as
        quick as at 60.
    reaches : tuple of Reach
        The neighbourhoods, one after another.
    neighbourhood_share : float
        Share of the searching seconds that one question may take in a neighbourhood.
    most_work : float
        Limit of one question in CP-SAT's own measure of work, which is the same on every machine; 0 for none.
    """

    whole_cells: int = 2000
    reaches: tuple[Reach, ...] = (Reach(30, 7), Reach(150, 31))
    neighbourhood_share: float = 0.1
    most_work: float = 0.0


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """All settings of a search; immutable, and pickled into the tasks of child processes."""

    strategy: StrategySettings = StrategySettings()
    cp_sat: CpSatSettings = CpSatSettings()
    neighbourhood: NeighbourhoodSettings = NeighbourhoodSettings()
    first_roster: FirstRosterSettings = FirstRosterSettings()
    construction: ConstructionSettings = ConstructionSettings()
    column_generation: ColumnGenerationSettings = ColumnGenerationSettings()
    highs: HighsSettings = HighsSettings()
    fewest_changes: FewestChangesSettings = FewestChangesSettings()


DEFAULTS = SearchSettings()
