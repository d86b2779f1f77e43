"""Short lives in each run of the tests; `python -m tests.life` lives longer ones."""

from __future__ import annotations

from tests.life.__main__ import live
from tests.life.machine import Lives
from tests.support.postgresql import new_database

SEED = 20261129
OFTEN = {
    "generate",
    "publish",
    "approve",
    "ask swap",
    "ask stand_in",
    "ask leave",
    "ask absence",
    "ask undo",
    "edit",
    "wait",
}


def test_lives_go_as_the_model_foretells():
    live(5, SEED, shrink=False, steps=40)
    assert {what.partition(":")[0] for what in Lives.counts} >= OFTEN


def test_lives_on_postgresql_go_as_the_model_foretells(server):
    live(1, SEED, shrink=False, steps=30, store=lambda: new_database(server))
