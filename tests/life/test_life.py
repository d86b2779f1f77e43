"""A short campaign in each run of the tests; `python -m tests.life` lives longer ones."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.life.machine import Lives

TERMS = settings(
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


def test_lives_go_as_the_model_foretells():
    run_state_machine_as_test(Lives, settings=settings(TERMS, max_examples=8, stateful_step_count=40))
