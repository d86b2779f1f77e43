"""Short lives in each run of the tests; `python -m tests.life` lives longer ones."""

from __future__ import annotations

from tests.life.__main__ import live
from tests.life.machine import Lives

SEED = 20261129


def test_lives_go_as_the_model_foretells():
    live(12, SEED, shrink=False)
    kinds = {what.partition(":")[0] for what in Lives.counts}
    assert {"publish", "withdraw", "approve stand_in", "approve leave", "approve undo", "ask tables", "edit"} <= kinds
