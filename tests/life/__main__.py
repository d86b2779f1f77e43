"""A campaign of random lives: `python -m tests.life --steps 5000 --seed 7 [--postgres]`."""

from __future__ import annotations

import argparse
import sys
import traceback
from time import perf_counter

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.life.machine import Lives

STEPS_OF_A_LIFE = 50


def live(lives: int, number: int, *, shrink: bool, steps: int = STEPS_OF_A_LIFE) -> None:
    """Live so many lives.

    Parameters
    ----------
    number : int
        The seed: the same number gives the same lives.
    shrink : bool
        Whether to look for the shortest life that disagrees.

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
    run_state_machine_as_test(seed(number)(Lives), settings=terms)


def campaign(steps: int, number: int, shrink: bool) -> int:
    """Live so many steps; print what happened; the exit code."""
    began, failed = perf_counter(), ""
    lives = max(1, steps // STEPS_OF_A_LIFE)
    try:
        live(lives, number, shrink=shrink)
    except Exception:
        failed = traceback.format_exc().partition("Failing test case")[0]  # the draws say nothing to a reader
    for what, times in sorted(Lives.counts.items()):
        print(f"{times:6}  {what}")
    total = sum(Lives.counts.values())
    print(
        f"{total} outcomes of {lives} lives in {perf_counter() - began:.0f} s, seed {number}; {Lives.unsure} not judged to the end"
    )
    print(failed or "no disagreement")
    return int(bool(failed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-shrink", action="store_true", help="stop at the first disagreement")
    asked = parser.parse_args()
    sys.exit(campaign(asked.steps, asked.seed, not asked.no_shrink))
