"""A campaign of random lives: `python -m tests.life --steps 5000 --seed 7 [--postgres]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from time import perf_counter

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.life.machine import Lives
from tests.support.postgresql import new_database, running_server

STEPS_OF_A_LIFE = 50


def live(
    lives: int,
    number: int,
    *,
    shrink: bool,
    steps: int = STEPS_OF_A_LIFE,
    store: Callable[[], str | None] = lambda: None,
) -> None:
    """Live so many lives.

    Parameters
    ----------
    number : int
        The seed: the same number gives the same lives.
    shrink : bool
        Whether to look for the shortest life that disagrees.
    store : callable
        Gives a new ledger's place for each life; `None` for a file in the desk's folder.

    Raises
    ------
    Disagreement
        With the life that led to it.
    """
    terms = settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
    )
    lived = type("Lives", (Lives,), {"store": staticmethod(store)})
    run_state_machine_as_test(seed(number)(lived), settings=terms)


def campaign(steps: int, number: int, shrink: bool, store: Callable[[], str | None] = lambda: None) -> int:
    """Live so many steps; print what happened; the exit code."""
    began = perf_counter()
    lives = max(1, steps // STEPS_OF_A_LIFE)
    try:
        live(lives, number, shrink=shrink, store=store)
    finally:  # a disagreement or a crash comes out with its traceback, and the exit code 1
        for what, times in sorted(Lives.counts.items()):
            print(f"{times:6}  {what}")
        total = sum(Lives.counts.values())
        print(
            f"{total} outcomes of {lives} lives in {perf_counter() - began:.0f} s, seed {number}; {Lives.unsure} not judged to the end"
        )
    print("no disagreement")
    return 0


def main() -> int:
    """Read what is asked, and live it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-shrink", action="store_true", help="stop at the first disagreement")
    parser.add_argument("--postgres", action="store_true", help="keep the ledgers on PostgreSQL")
    asked = parser.parse_args()
    if not asked.postgres:
        return campaign(asked.steps, asked.seed, not asked.no_shrink)
    with running_server() as server:
        return campaign(asked.steps, asked.seed, not asked.no_shrink, lambda: new_database(server))


if __name__ == "__main__":
    sys.exit(main())
