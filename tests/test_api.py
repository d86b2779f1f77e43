"""The public API: its example runs, its names are there, and importing it loads no solver."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import scheduler

ROOT = Path(__file__).parents[1]


def test_the_example_of_its_docstring_makes_a_proved_roster_that_the_audit_passes(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    example = re.search(r"::\n\n((?:    .*\n|\n)+)", inspect.getdoc(scheduler) or "")
    assert example
    exec(textwrap.dedent(example[1]), {})
    status, objective, broken, duties = capsys.readouterr().out.split()
    assert (status, broken) == ("OPTIMAL", "0")
    assert int(objective) > 0
    assert int(duties) > 250


@pytest.mark.parametrize("name", scheduler.__all__)
def test_every_name_is_there_and_has_a_docstring(name):
    assert name in dir(scheduler)
    found = getattr(scheduler, name)
    assert name == "Outcome" or inspect.getdoc(found)  # a union of classes has none


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        scheduler.nothing  # noqa: B018


def test_importing_it_loads_no_solver_and_no_tables():
    heavy = "{'ortools', 'pandas', 'django', 'openpyxl', 'numpy', 'scheduler.domain'}"
    code = f"import sys, scheduler; found = {heavy} & set(sys.modules); assert not found, found"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=ROOT)


def test_its_types_are_shipped():
    assert (ROOT / "scheduler" / "py.typed").is_file()
