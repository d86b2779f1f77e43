"""`--verbose` and `SCHEDULER_LOG` show what the program does, and nothing else does."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from scheduler.cli.logs import show_log
from tests.support.cli_desks import generate, run, small_desk


def test_nothing_is_shown_unless_it_is_asked_for(tmp_path: Path) -> None:
    said = run("generate", small_desk(tmp_path / "desk"), "--month", "2026-12", "--cores", "1")
    assert said.err == ""
    assert "INFO" not in said.out
    assert logging.getLogger("scheduler").handlers == []


def test_verbose_tells_on_standard_error_what_is_done_and_json_stays_json(tmp_path: Path) -> None:
    said = run("generate", small_desk(tmp_path / "desk"), "--month", "2026-12", "--cores", "1", "--json", "-v")
    assert json.loads(said.out)["status"] == "OPTIMAL"
    assert "INFO scheduler.ledger.store: ledger" in said.err
    assert "version 1 recorded and written to" in said.err
    assert "DEBUG" not in said.err


def test_a_file_gets_every_step_and_is_appended_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "scheduler.log"
    monkeypatch.setenv("SCHEDULER_LOG", str(file))
    desk = small_desk(tmp_path / "desk")
    generate(desk)
    once = file.read_text(encoding="utf-8")
    generate(desk)
    twice = file.read_text(encoding="utf-8")
    assert once
    assert twice.startswith(once)
    assert "version 2 recorded" in twice.removeprefix(once)


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_LOG", str(tmp_path / "none" / "scheduler.log"))
    said = run("rules", "--json", "--lang", "en")
    assert said.code == 2
    assert "scheduler.log" in said.answer["errors"][0]


def test_what_was_set_is_set_back(capsys: pytest.CaptureFixture[str]) -> None:
    program = logging.getLogger("scheduler")
    with show_log(2):
        logging.getLogger("scheduler.here").debug("a step")
    logging.getLogger("scheduler.here").debug("after it")
    assert program.handlers == []
    assert capsys.readouterr().err.endswith("DEBUG scheduler.here: a step\n")
