"""Wrong options are answered in JSON where that was asked for."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from scheduler.cli import main


@pytest.mark.parametrize(
    "words", [["generate", "desk", "--month", "13"], ["generate"], ["nothing"], ["show", "d", "-x"]]
)
def test_a_wrong_option_is_one_json_object(words):
    done = CliRunner().invoke(main, [*words, "--json"])
    assert done.exit_code == 2
    answer = json.loads(done.stdout)
    assert answer["status"] == "BAD_INPUT"
    assert answer["errors"][0]
    plain = CliRunner().invoke(main, words)
    assert plain.exit_code == 2
    assert plain.stdout == ""
    assert "Error" in plain.stderr
