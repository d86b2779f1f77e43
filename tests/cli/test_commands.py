"""Every command: its exit codes, its one JSON object, its words in both languages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from rich.console import Console

from scheduler.audit.audit import audit
from scheduler.cli import main
from scheduler.cli.options import MonthType, SecondsType
from scheduler.domain import Duty, Month, Problem, Roster
from scheduler.rules.book import Rulebook
from scheduler.solver.outcome import Outcome, Solved
from scheduler.solver.solve import solve
from scheduler.time_limit import TimeLimit
from tests.cli.test_versions import pinned
from tests.files.test_reading import as_workbook
from tests.support.cli_desks import (
    IN_ENGLISH,
    JSON_OF_FAULTS,
    ROUND_THE_CLOCK,
    SAMPLE,
    generate,
    launched,
    run,
    run_apart,
    small_desk,
)
from tests.support.narrowing import present
from tests.support.published_desk import drafted, going_round, new_desk
from tests.support.sample_months import sample_files

HAN = re.compile("[\u4e00-\u9fff]")
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")  # its punctuation too
DECEMBER = [date(2026, 12, 1) + timedelta(days=n) for n in range(31)]

GROUPS = {"swap", "attendance"}  # commands that are none by themselves
ASKED_BY = ("--by", "T2", "--because", "x")
RUNS = {
    "init": ("init", "{new}"),
    "schema": ("schema",),
    "adopt": ("adopt", "{book}", "--out", "{new}"),
    "check": ("check", "{desk}", "--month", "2026-12"),
    "generate": ("generate", "{desk}", "--month", "2026-12", "--cores", "1"),
    "explain": ("explain", "{desk}", "--month", "2026-12", "--cores", "1"),
    "verify": ("verify", "{desk}", "{book}"),
    "show": ("show", "{desk}"),
    "show again": ("show", "{desk}", "--version", "1", "--out", "{new}"),
    "rules": ("rules",),
    "rules of a desk": ("rules", "--desk", "{desk}"),
    "one rule": ("rules", "weekly_rest_day", "--desk", "{desk}"),
}
# A roster is in force; request 1 waits for T4's word, request 2 to be approved; version 2 is a draft.
LIVE_RUNS = {
    "publish": ("publish", "{desk}", "--version", "2", "--by", "M1", "--late-because", "x", "--over-because", "x"),
    "withdraw": ("withdraw", "{desk}", "--version", "1", "--by", "M1", "--because", "x"),
    "receipts": ("receipts", "{desk}"),
    "receipts signed": ("receipts", "{desk}", "--sign", "T1"),
    "receipts of several": ("receipts", "{desk}", "--sign", "T2", "--sign", "T3", "--version", "1", "--by", "M1"),
    "status": ("status", "{desk}"),
    "log": ("log", "{desk}"),
    "log verified": ("log", "{desk}", "--verify", "--csv", "{new}.csv"),
    "log of a month": ("log", "{desk}", "--month", "2026-12", "--who", "T1", "--xlsx", "{new}.xlsx"),
    "log of a request": ("log", "{desk}", "--request", "1"),
    "repair": ("repair", "{desk}"),
    "settle": ("settle", "{desk}", "T1", "--count", "hours", "--by", "M1", "--because", "x"),
    "settle nobody": ("settle", "{desk}"),
    "compare": ("compare", "{desk}", "--versions", "1", "1", "--xlsx", "{new}.xlsx"),
    "backup": ("backup", "{desk}", "{desk}/kept.sqlite3"),
    "restore": ("restore", "{desk}", "{desk}/ledger.sqlite3", "--by", "M1"),
    "forget": ("forget", "{desk}", "--due", "--by", "M1", "--because", "x"),
    "swap request": ("swap", "request", "{desk}", "--give", "T2@2026-12-14", "--take", "T6@2026-12-18", *ASKED_BY),
    "swap request one way": ("swap", "request", "{desk}", "--give", "T2@2026-12-14", "--to", "T5", *ASKED_BY),
    "swap request with more": ("swap", "request", "{desk}", "--absent", "T2@2026-12-14", *ASKED_BY),
    "swap confirm": ("swap", "confirm", "{desk}", "1", "--by", "T4"),
    "swap approve": ("swap", "approve", "{desk}", "2", "--by", "M1"),
    "swap refuse": ("swap", "refuse", "{desk}", "1", "--by", "M1", "--because", "x"),
    "swap cancel": ("swap", "cancel", "{desk}", "1", "--by", "T1"),
    "swap list": ("swap", "list", "{desk}"),
    "surge": ("surge", "{desk}", "--date", "2026-12-21", "--factor", "2", "--by", "M1", "--because", "x"),
    "candidates": ("candidates", "{desk}", "2026-12-21", "{shift}"),
    "why": ("why", "{desk}", "T1@2026-12-21", "--time-limit", "0.1"),
    "stress": ("stress", "{desk}", "--absences", "1", "--moves", "0"),
    "hr": ("hr", "{desk}", "--period", "2026-11-26..2026-12-25", "--out", "{new}.xlsx"),
    "attendance compare": ("attendance", "compare", "{desk}", "{desk}/hr/punches.csv", "--month", "2026-12"),
    "attendance enter": ("attendance", "enter", "{desk}", "{desk}/hr/sheet.xlsx", "--by", "M1", "--because", "x"),
    "export": ("export", "{desk}", "--to", "wecom", "--month", "2026-12", "--out", "{new}"),
    "sheets": ("sheets", "{desk}", "--month", "2026-12", "--out", "{new}.xlsx"),
    "trace": ("trace", "{book}", "--desk", "{desk}"),
    "import": ("import", "{book}", "--desk", "{desk}", "--by", "T1"),
}
COPY_KEYS = {"status", "receipts", "outstanding", "marked", "stuck"}
STATE_KEYS = {"status", "request", "state", "waiting_for", "deciders", "stuck"}
KEYS: dict[str, set[str]] = {
    "init": {"status", "files"},
    "schema": {"status", "tables", "settings", "sections"},
    "adopt": {
        *(
            "status",
            "desk",
            "people",
            "days",
            "shifts",
            "guesses",
            "questions",
            "cells",
            "broken",
            "audited",
            "employment",
            "next_month",
            "faults",
            "files",
        ),
    },
    "check": {
        *(
            "status",
            "month",
            "understood",
            "balances",
            "obstacles",
            "complete",
            "leave_kinds",
            "certificates_due",
            "assumptions",
            "notes",
            "overtime_against",
            "guesses",
        ),
        *("rights", "gained", "gaps", "rights_notes"),
    },
    "generate": {
        *("month", "status", "objective", "bound", "gap", "seconds", "version", "violations", "assumptions", "files"),
        *("first_seconds", "deterministic_time", "compromises", "cover", "fairness", "requests"),
        *("overtime", "overtime_hours"),
        *(
            "finder",
            "prover",
            "certificate",
            "exemptions",
            "law",
            "arrangements",
            "live",
            "reserves",
            "stuck",
            "avoided",
            "unattended",
            "gaps",
            "held",
            "changes",
        ),
    },
    "explain": {
        *("status", "month", "obstacles", "overtime_against", "repairs", "none_further", "mistakes", "all_tried"),
        *("conflicts", "no_other_conflict", "assumptions"),
    },
    "verify": {"status", "objective", "violations", "compromises", "exemptions", "law", "assumptions", "notes", "open"},
    "show": {
        *("version", "month", "status", "made_at", "proof", "objective", "bound", "assumptions", "files", "duties"),
        *("overtime", "overtime_hours"),
        *("finder", "prover", "certificate", "people", "notes", "open", "reserves", "reserves_fallen"),
    },
    "rules": {"status", "rules"},
    "publish": {
        *("status", "version", "month", "published_at", "late", "supersedes", "fingerprint", "files", "recipients"),
        *("changes", "over", "open", "stuck", "notes"),
    },
    "withdraw": {"status", "version", "withdrawn_at", "files", "holders", "stuck"},
    "status": {
        *("status", "desks", "desk", "name", "live", "drafts", "requests", "deadlines", "outstanding"),
        *("missing", "notes", "contradictions", "overtaken", "settled"),
    },
    "log": {
        *("status", "entries", "cells", "requests", "versions", "copies", "rosters", "hours", "broken", "files"),
        *("head", "sequence", "hash"),
    },
    "repair": {"status", "files", "contradictions"},
    "settle": {"status", "month", "settled", "carried", "notes", "stuck"},
    "compare": {"status", "month", "before", "after", "changes", "people", "files"},
    "backup": {"status", "file", "head", "entries", "desks"},
    "restore": {"status", "ledger", "head", "replaced", "after", "forgotten_since", "notes"},
    "forget": {
        *("status", "whose", "years", "erased", "first", "last", "not_over", "in_the_clear"),
        *("tables", "papers", "logs", "ledgers", "wiped"),
    },
    "swap request": {
        *("status", "request", "verdict", "checked_on", "changes", "further", "fewest", "reasons", "alternatives"),
        *("waiting_for", "stuck", "notes", "overtime", "short", "after_fact", "instead_of", "below_target", "hours"),
        *("offers", "against", "ring", "looked_at", "short_at_best", "largest"),
        *("deciders", "sets_aside", "way_out"),
    },
    "swap approve": {
        *("status", "request", "state", "version", "changes", "people", "fewest", "rechecked", "files", "stuck"),
        *("notes", "short", "versions", "entered", "overtaken"),
    },
    "swap list": {"status", "requests", "stuck"},
    "surge": {
        *("status", "date", "factor", "made_from", "version", "changes", "fewest", "called_in", "callable", "short"),
        *("files", "notes", "open", "stuck"),
    },
    "candidates": {"status", "version", "version_status", "date", "shift", "heads", "candidates", "notes"},
    "why": {
        *("status", "decided", "version", "version_status", "worker", "date", "shift", "has", "cost", "bound"),
        *("conclusion", "counts", "notes"),
    },
    "stress": {"status", "month", "version", "version_status", "days", "moves", "results", "reserves", "notes"},
    "hr": {
        *("status", "desk", "period", "head", "versions", "people", "duties", "overtime", "leave", "law", "points"),
        *("attendance", "notes", "files"),
    },
    "export": {
        *("status", "to", "month", "version", "cells", "requests", "missing", "differences", "filled", "sent"),
        "files",
    },
    "sheets": {"status", "month", "version", "days", "notes", "files"},
    "attendance compare": {"status", "period", "proposed", "as_planned", "beside", "totals", "notes", "files"},
    "attendance enter": {"status", "entered", "cells", "before", "stuck"},
    "trace": {
        *("status", "state", "desk", "month", "version", "in_force", "replaced_by", "withdrawn_at", "by", "because"),
        *("compared", "stamp", "differences", "files", "compared_with_ledger", "not_compared", "sheet_differences"),
        *("ledger", "homes", "ledger_named"),
    },
    "import": {
        *("status", "month", "version", "request", "verdict", "checked_on", "changes", "further", "violations"),
        *("reasons", "waiting_for", "files", "notes", "stuck", "leave", "requests"),
    },
}
KEYS |= {"settle nobody": KEYS["settle"]}
KEYS |= {"show again": KEYS["show"], "rules of a desk": KEYS["rules"], "one rule": KEYS["rules"]}
KEYS |= dict.fromkeys(("receipts", "receipts signed", "receipts of several"), COPY_KEYS)
KEYS |= dict.fromkeys(("log of a month", "log of a request"), KEYS["log"])
KEYS |= {"log verified": KEYS["log"] | {"checked", "notes", "cannot_find"}}
KEYS |= dict.fromkeys(("swap request one way", "swap request with more"), KEYS["swap request"])
KEYS |= dict.fromkeys(("swap confirm", "swap refuse", "swap cancel"), STATE_KEYS)


def with_a_roster(desk: Path) -> Path:
    assert generate(desk).code == 0
    return desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_a_roster(small_desk(tmp_path_factory.mktemp("small") / "desk"))


def in_force(folder: Path, english: bool = False) -> Path:
    """A desk as `LIVE_RUNS` begin with it; its roster goes round."""
    words: dict[str, Any] = {"shifts": IN_ENGLISH, "name": "Example Desk", "role": "leader"} if english else {}
    desk = new_desk(folder, keys=['recipients = "HR"'], **words)
    if english:
        (desk / "officials.csv").write_text("id,name,role\nM1,Manager One,manager\nM2,Manager Two,manager\n", "utf-8")
    codes = dict(zip("早晚", ("E", "L") if english else "早晚", strict=True))

    def round_from(first: int) -> Callable[[Problem], Roster]:
        return lambda problem: Roster(
            Duty(who, day, codes[shift]) for who, day, shift in going_round(problem, first).duties
        )

    for first in (0, 1):
        drafted(desk, roster=round_from(first))
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        assert run("publish", desk, "--version", "1", "--by", "M1", "--lang", "en" if english else "zh").code == 0
        requests: tuple[tuple[str, ...], ...] = (
            ("--give", "T1@2026-12-07", "--take", "T4@2026-12-10", "--by", "T1"),
            ("--absent", "T3@2026-12-21", "--by", "M2"),
        )
        for request in requests:
            assert run("swap", "request", desk, *request, "--because", "x").code == 0
        pinned(patch, AFTERWARDS)
        with_a_sheet(desk)
    (desk / "exchange.csv").write_text("system,worker,shift,theirs\nwecom,,,7\nwecom,T1,,u1\n", "utf-8")
    return desk


AFTERWARDS = "2026-12-02 09:00"  # when the first duties are over


def with_a_sheet(desk: Path) -> None:
    """Punches beside the desk, and the sheet in which HR has confirmed what they say."""
    punches, sheet = desk / "hr" / "punches.csv", desk / "hr" / "sheet.xlsx"
    punches.parent.mkdir()
    punches.write_text("id,time\nT1,2026-12-01 08:10\nT1,2026-12-01 16:00\n", "utf-8")
    assert run("attendance", "compare", desk, punches, "--month", "2026-12", "--out", sheet).code == 0
    book = load_workbook(sheet)
    book.worksheets[0]["L2"] = "yes"
    book.save(sheet)


@pytest.fixture(scope="module")
def live_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return in_force(tmp_path_factory.mktemp("live") / "desk")


@pytest.fixture(scope="module")
def english_live_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return in_force(tmp_path_factory.mktemp("english live") / "desk", english=True)


@pytest.fixture(scope="module")
def english_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk whose own words are English."""
    folder = tmp_path_factory.mktemp("english") / "desk"
    wish = ["T1,2026-12-05,,rest,,5", "T1,2026-12-05,,on,E,5"]
    return with_a_roster(small_desk(folder, shifts=IN_ENGLISH, name="Example Desk", role="leader", requests=wish))


def words(name: str, desk: Path, new: Path) -> list[str]:
    book = next((desk / "rosters").glob("*-v1.xlsx"), None)
    shift = (desk / "shifts.csv").read_text("utf-8").splitlines()[1].partition(",")[0]
    return [word.format(desk=desk, new=new / "new", book=book, shift=shift) for word in (RUNS | LIVE_RUNS)[name]]


@pytest.mark.parametrize("name", RUNS)
def test_each_command_answers_with_one_json_object(name: str, desk: Path, tmp_path: Path) -> None:
    said = run(*words(name, desk, tmp_path), "--json")
    assert said.code == 0
    assert set(said.answer) == KEYS[name]


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pinned(monkeypatch, AFTERWARDS) if name == "attendance enter" else pinned(monkeypatch)


@pytest.mark.usefixtures("evening")
@pytest.mark.parametrize("name", LIVE_RUNS)
def test_each_command_about_what_is_in_force_speaks_to_people(name: str, live_desk: Path, tmp_path: Path) -> None:
    desk = Path(shutil.copytree(live_desk, tmp_path / "desk"))
    told = run(*words(name, desk, tmp_path))
    assert told.code == 0
    assert told.err == ""
    assert HAN.search(told.out)
    assert not told.out.startswith("{")


@pytest.mark.usefixtures("evening")
@pytest.mark.parametrize("name", LIVE_RUNS)
def test_it_answers_in_one_json_object_and_its_english_is_english(
    name: str, english_live_desk: Path, tmp_path: Path
) -> None:
    for more in ((), ("--json",)):
        desk = Path(shutil.copytree(english_live_desk, tmp_path / ("json" if more else "words")))
        said = run(*words(name, desk, tmp_path), "--lang", "en", *more)
        assert said.code == 0, said
        assert not more or set(said.answer) == KEYS[name]
        out = said.out.replace("已作废", "")  # the folder of void papers is called so for everybody
        assert not CHINESE.search(out), (CHINESE.search(out), out)


def test_every_command_is_tried_here() -> None:
    tried = {" ".join(run[: 2 if run[0] in GROUPS else 1]) for run in (RUNS | LIVE_RUNS).values()}
    apart = {name for name, _ in all_commands() if name.split()[0] in ("serve", "users")}  # see test_serving
    assert tried == {name for name, _ in all_commands()} - GROUPS - apart
    assert set(RUNS | LIVE_RUNS) == set(KEYS)


@pytest.mark.parametrize("name", RUNS)
def test_each_command_speaks_to_people(name: str, desk: Path, tmp_path: Path) -> None:
    said = run(*words(name, desk, tmp_path))
    assert said.code == 0
    assert said.err == ""
    assert HAN.search(said.out)
    assert not said.out.startswith("{")


@pytest.mark.parametrize("name", [name for name in RUNS if name != "schema"])  # it lists the Chinese headers too
def test_english_is_english_throughout(name: str, english_desk: Path, tmp_path: Path) -> None:
    said = run(*words(name, english_desk, tmp_path / "words"), "--lang", "en")
    assert said.code == 0
    assert not CHINESE.search(said.out), CHINESE.search(said.out)
    answer = run(*words(name, english_desk, tmp_path / "json"), "--lang", "en", "--json").answer
    assert set(answer) == KEYS[name]
    for rule in answer.get("rules", []):
        del rule["parameters"]  # a default may be a word of a Chinese desk
    for cell in answer.get("cells", []):
        del cell["text"], cell["sheet"]  # as they stand in the file
    assert not CHINESE.search(json.dumps(answer, ensure_ascii=False))


def test_the_language_may_come_from_the_environment(desk: Path) -> None:
    assert "no fault" in run("check", desk, "--month", "2026-12", SCHEDULER_LANG="en").out
    assert "数据无误" in run("check", desk, "--month", "2026-12", "--lang", "zh", SCHEDULER_LANG="en").out


def test_nothing_but_json_reaches_the_standard_output_of_the_process(desk: Path) -> None:
    said = run_apart(
        "generate", desk, "--month", "2026-12", "--cores", "2", "--json", PYTHONWARNINGS="error::UserWarning"
    )
    assert said.code == 0
    assert said.answer["status"] == "OPTIMAL"


# --- Help ---------------------------------------------------------------------


def all_commands(group: click.Group = main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command and group by what is typed, those of groups too."""
    for name, command in group.commands.items():
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{before}{name} ")


def all_options() -> Iterator[tuple[str, click.Option]]:
    for name, command in all_commands():
        for param in command.params:
            if isinstance(param, click.Option):
                yield f"{name} {param.opts[0]}", param


def test_every_command_and_option_is_explained_in_both_languages() -> None:
    told = {name: command.help for name, command in all_commands()}
    told |= {name: option.help for name, option in all_options()}
    assert {"init", "schema", "check", "generate", "verify", "show", "rules", "generate --seed"} <= set(told)
    assert {"publish", "swap", "swap request", "swap request --give", "log --verify"} <= set(told)
    for name, text in told.items():
        assert text, name
        assert HAN.search(text), name
        assert re.search("[a-zA-Z]{3}", text), name


def test_every_command_takes_json_and_a_language_and_shows_its_help() -> None:
    for name, command in all_commands():
        for word in ("-h", "--help"):
            shown = CliRunner().invoke(main, [*name.split(), word])
            assert shown.exit_code == 0
            assert shown.stderr == ""
        if not isinstance(command, click.Group):
            options = {opt for param in command.params for opt in param.opts}
            assert {"--json", "--lang"} <= options, name
            assert "--json" in shown.output


# --- generate -----------------------------------------------------------------


def test_a_generated_month_is_told_in_full(tmp_path: Path) -> None:
    wishes = ["T1,2026-12-05,,休,,5", "T1,2026-12-05,,想上,早,5"]
    desk = small_desk(tmp_path / "desk", requests=wishes, leave=["T2,2026-12-07,2026-12-09,年假,否"])
    said = generate(desk).answer
    assert said["status"] == "OPTIMAL"
    assert said["objective"] == said["bound"] == 5
    assert said["gap"] == 0
    assert 0 < said["first_seconds"] <= said["seconds"] < 30
    assert said["version"] == 1
    assert said["violations"] == []
    assert any("未批准" in note for note in said["assumptions"])
    assert [Path(file).name for file in said["files"]] == ["small-2026-12-v1.xlsx"]
    assert Path(said["files"][0]).is_file()
    assert sum(each["cost"] for each in said["compromises"]) == said["objective"]
    assert said["cover"] == {"rows": 62, "below_target": 0, "heads_missing": 0}
    asked = said["requests"]
    assert (asked["asked"], asked["granted"], len(asked["refused"])) == (2, 1, 1)
    assert asked["refused"][0]["worker"] == "T1"
    assert asked["refused"][0]["date"] == "2026-12-05"
    assert asked["refused"][0]["because"]


def test_the_summary_names_what_a_manager_asks_for(english_desk: Path) -> None:
    said = run("generate", english_desk, "--month", "2026-12", "--cores", "1", "--lang", "en")
    parts = ("version", "proved optimal", "gap 0.0%", "rules kept", "below target", "hours", "Requests: 2, granted 1")
    for part in (*parts, "✗ Tess Example 1, Sat 5 Dec, ", "Assumed:", "File: "):
        assert part in said.out, part


def test_what_is_broken_is_told_as_verify_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unfinished(problem: Problem, rulebook: Rulebook, **options: Any) -> Outcome:
        """A solver that forgets the last duty."""
        made = solve(problem, rulebook, **options)
        assert isinstance(made, Solved)
        roster = Roster(made.roster.duties[:-1])
        return replace(made, roster=roster, audit=audit(problem, rulebook, roster))

    desk = small_desk(tmp_path / "desk")
    monkeypatch.setattr("scheduler.solver.solve.solve", unfinished)
    made = generate(desk).answer
    assert {each["rule"] for each in made["violations"]} == {"shift_cover", "always_staffed", "shift_leader"}
    assert all("12月31日" in each["sentence"] for each in made["violations"])
    checked = run("verify", desk, made["files"][0], "--json").answer
    assert made["violations"] == checked["violations"]


def test_versions_count_up_and_each_keeps_its_workbook(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    first = generate(desk).answer
    before = Path(first["files"][0]).read_bytes()
    second = generate(desk, "--seed", "1", "--by", "T2", "--out", tmp_path / "elsewhere").answer
    assert (first["version"], second["version"]) == (1, 2)
    assert Path(second["files"][0]).parent == tmp_path / "elsewhere"
    assert Path(first["files"][0]).read_bytes() == before
    log = load_workbook(second["files"][0])["变更记录"]
    assert any("试二" in str(cell) for row in log.iter_rows(values_only=True) for cell in row)


def test_a_roster_of_another_ledger_is_never_overwritten(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk", requests=["T1,2026-12-05,,休,,5"])
    kept = Path(generate(desk).answer["files"][0])
    before = kept.read_bytes()
    said = generate(desk, "--store", f"sqlite:///{tmp_path}/other.sqlite3", "--seed", "7", "--by", "T2")
    assert kept.read_bytes() == before
    assert said.code == 2 or Path(said.answer["files"][0]) != kept


def test_no_version_is_recorded_without_its_workbook(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    (desk / "rosters" / "small-2026-12-v1.xlsx").mkdir(parents=True)  # nothing can be put in its place
    said = generate(desk)
    assert said.code == 2
    assert set(said.answer) == JSON_OF_FAULTS
    assert run("show", desk, "--json").code == 2


def test_a_folder_that_cannot_be_written_to_is_bad_input(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    for path in (desk / "people.csv" / "sub", Path("/dev/null/sub"), Path("/proc/sub")):
        said = generate(desk, "--out", path)
        assert said.code == 2, path
        assert str(path) in said.answer["errors"][0]
    assert run("show", desk, "--json").code == 2  # no version was recorded


@pytest.mark.parametrize(("error", "code"), [(OSError(28, "No space left on device"), 4), (RuntimeError("a bug"), 1)])
def test_a_workbook_that_cannot_be_written_leaves_no_version(
    error: Exception, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, *_: object) -> None:
        path.write_bytes(b"half")
        raise error

    desk = small_desk(tmp_path / "desk")
    with monkeypatch.context() as patch:
        patch.setattr("scheduler.files.writing.workbook.write_workbook", fail)
        said = generate(desk)
    assert said.code == code
    assert set(said.answer) == JSON_OF_FAULTS
    assert list((desk / "rosters").iterdir()) == []
    assert run("show", desk, "--json").code == 2
    assert generate(desk).answer["version"] == 1


# --- show ---------------------------------------------------------------------


def test_the_duties_of_a_version_have_times_and_a_zone(tmp_path: Path) -> None:
    split = ("早,早班,08:00,16:00,12:00-13:00", "晚,晚班,16:00,24:00,")
    desk = small_desk(tmp_path / "desk", shifts=split, rules="[rules.always_staffed]\nenabled = false\nbecause = 'x'")
    header = "代码,名称,开始,结束,休息"
    (desk / "shifts.csv").write_text("\n".join([header, *split, ""]), encoding="utf-8")
    made = generate(desk)
    assert made.code == 0, made
    said = run("show", desk, "--version", "1", "--json").answer
    assert said["month"] == "2026-12"
    assert said["status"] == "draft"
    assert datetime.fromisoformat(said["made_at"]).tzinfo
    duties = said["duties"]
    assert len(duties) == 62
    assert {(duty["date"], duty["shift"]) for duty in duties} == {(str(d), s) for d in DECEMBER for s in "早晚"}
    for duty in duties:
        assert set(duty) == {"worker", "date", "shift", "start", "end", "segments", "paid_hours"}
        start, end = (datetime.fromisoformat(duty[key]) for key in ("start", "end"))
        assert start.utcoffset() == end.utcoffset() == timedelta(hours=8)
        assert end - start == timedelta(hours=8)
        assert str(start.date()) == duty["date"]
        pieces = [tuple(map(datetime.fromisoformat, piece)) for piece in duty["segments"]]
        hours = sum(((to - since) for since, to in pieces), timedelta()) / timedelta(hours=1)
        assert hours == duty["paid_hours"] == (7 if duty["shift"] == "早" else 8)
        assert (pieces[0][0], pieces[-1][1]) == (start, end)


def test_the_newest_version_is_shown_and_older_ones_by_number(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    for month in ("2026-12", "2027-01"):
        assert generate(desk, month=month).code == 0
    assert run("show", desk, "--json").answer["month"] == "2027-01"
    assert run("show", desk, "--version", "1", "--json").answer["month"] == "2026-12"
    missing = run("show", desk, "--version", "3", "--json", "--lang", "en")
    assert missing.code == 2
    assert "no roster version 3" in missing.answer["errors"][0]


def test_a_narrow_terminal_still_shows_who_works_when(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Console
    monkeypatch.setattr("scheduler.cli.answer.Console", lambda **given: real(**(given | {"width": 80})))
    out = run("show", desk).out
    for number in range(1, 7):
        assert f"T{number}" in out
    assert out.count("早") == 31
    assert "…" not in out


def test_a_version_can_be_written_again_whatever_its_tables_say_by_now(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    made = Path(generate(desk).answer["files"][0])
    again = Path(run("show", desk, "--out", tmp_path / "again", "--json").answer["files"][0])
    grids = [list(load_workbook(file)["排班表"].values) for file in (made, again)]
    assert grids[0] == grids[1]
    (desk / "people.csv").write_text((desk / "people.csv").read_text("utf-8") + "T7,试七,班长\n", "utf-8")
    third = Path(run("show", desk, "--out", tmp_path / "third", "--json").answer["files"][0])
    assert list(load_workbook(third)["排班表"].values) == grids[0]


@pytest.fixture(scope="module")
def continued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with December and the January that continues it."""
    wish, fixed, overtime = ["T1,2026-12-05,,休,,5"], ["T1,2026-12-06,早"], ["T1,2026-12-06,8"]
    desk = small_desk(tmp_path_factory.mktemp("continued") / "desk", requests=wish, fixed=fixed, overtime=overtime)
    for month in ("2026-12", "2027-01"):
        assert generate(desk, month=month).code == 0
    return desk


def test_a_continued_version_can_be_written_again_by_another_process(continued: Path, tmp_path: Path) -> None:
    for hashing in "12":  # sets of texts have another order in each
        said = run_apart("show", continued, "--out", tmp_path / hashing, "--json", PYTHONHASHSEED=hashing)
        assert said.code == 0, said


def test_a_continued_version_can_be_written_again_after_a_new_draft_of_the_month_before(
    continued: Path, tmp_path: Path
) -> None:
    desk = Path(shutil.copytree(continued, tmp_path / "desk"))
    assert generate(desk, "--seed", "1").code == 0
    assert run("show", desk, "--version", "2", "--out", tmp_path / "again", "--json").code == 0


# --- verify -------------------------------------------------------------------


def changed(book: Path, changes: dict[tuple[str, int], str], target: Path) -> Path:
    """A copy of a roster workbook with other shifts in some cells, by worker and day."""
    workbook = load_workbook(book)
    grid = workbook["排班表"]
    top = next(row for row in grid.iter_rows() if row[0].value == "工号")
    columns = {cell.value.day: cell.column for cell in top if isinstance(cell.value, date)}
    rows = {row[0].value: row[0].row for row in grid.iter_rows()}
    for (worker, day), shift in changes.items():
        grid.cell(present(rows[worker]), present(columns[day])).value = shift
    workbook.save(target)
    return target


def test_a_hand_changed_roster_is_told_what_it_breaks(desk: Path, tmp_path: Path) -> None:
    book = next((desk / "rosters").glob("*-v1.xlsx"))
    duty = next(d for d in run("show", desk, "--version", "1", "--json").answer["duties"] if d["date"] == "2026-12-15")
    said = run("verify", desk, changed(book, {(duty["worker"], 15): ""}, tmp_path / "by hand.xlsx"), "--json")
    assert said.code == 1
    found = said.answer
    assert found["status"] == "BROKEN"
    assert {each["rule"] for each in found["violations"]} == {"shift_cover", "always_staffed", "shift_leader"}
    for each in found["violations"]:
        assert set(each) == {"rule", "workers", "dates", "found", "cost", "sentence"}
        assert each["dates"] == ["2026-12-15"]
        assert "12月15日" in each["sentence"]
    told = run("verify", desk, tmp_path / "by hand.xlsx", "--lang", "en")
    assert told.code == 1
    assert told.out.count("✗") == 3
    assert "3 requirements broken" in told.out


def test_what_is_no_roster_is_bad_input(desk: Path, tmp_path: Path) -> None:
    book = next((desk / "rosters").glob("*-v1.xlsx"))
    unknown = changed(book, {("T1", 3): "早早"}, tmp_path / "unknown.xlsx")
    for file, part in ((unknown, "早早"), (tmp_path / "none.xlsx", "none.xlsx"), (desk / "people.csv", "people.csv")):
        said = run("verify", desk, file, "--json")
        assert said.code == 2
        assert set(said.answer) == JSON_OF_FAULTS
        assert part in said.answer["errors"][0]


# --- Impossible and undecided -------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_impossible_month_ends_with_its_cheapest_repairs(lang: str, tmp_path: Path) -> None:
    away = [f"T{n},2026-12-17,,年假,是" for n in range(1, 7)]
    desk = small_desk(tmp_path / "desk", leave=away)
    said = generate(desk, "--lang", lang)
    assert said.code == 1
    found = said.answer
    assert found["status"] == "IMPOSSIBLE"
    nothing = ("objective", "bound", "gap", "version", "finder", "prover", "certificate")
    assert {found[key] for key in nothing} == {None}
    assert found["files"] == found["violations"] == []
    first, *_, last = found["repairs"]
    assert first["cheapest"] is True
    assert first["layer"] == "desk"
    assert {each["rule"] for each in first["decisions"]} == {"approved_leave"}
    assert len(first["decisions"]) == 2
    # and with all on leave: two shifts without anybody
    assert {each["rule"] for each in last["decisions"]} == {"shift_cover", "always_staffed"}
    assert {day for each in last["decisions"] for day in each["dates"]} == {"2026-12-17"}
    assert found["none_further"] is True
    told = run("generate", desk, "--month", "2026-12", "--cores", "1", "--lang", lang)
    assert told.code == 1
    assert ("收回" if lang == "zh" else "take back the leave of") in told.out
    assert "scheduler explain" in told.out
    assert not (desk / "rosters").exists()
    assert run("show", desk).code == 2


def test_too_few_people_are_seen_on_paper_and_overtime_repairs_the_month(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk", people=2)
    said = run("check", desk, "--month", "2026-12", "--json")
    assert said.code == 1
    assert said.answer["status"] == "SHORT"
    short = [each for each in said.answer["balances"] if not each["works"]]
    assert any(each["least"] == 62 and each["possible"] < 62 for each in short)
    assert run("check", desk, "--month", "2026-12").code == 1
    repaired = generate(desk, "--time-limit", "20")
    assert repaired.code == 1
    assert all(each["decisions"] for each in repaired.answer["repairs"])
    assert repaired.answer["repairs"]


def test_a_month_without_an_answer_in_time_is_undecided(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    assert run("init", desk).code == 0
    said = generate(desk, "--time-limit", "0.1")
    assert said.code == 3
    assert said.answer["status"] == "UNDECIDED"
    assert set(said.answer) == KEYS["generate"] - {
        *("first_seconds", "deterministic_time", "compromises", "cover", "fairness", "requests", "arrangements"),
        *("overtime", "overtime_hours"),
    } | {"why"}
    assert said.answer["exemptions"] == said.answer["law"] == []
    told = run("generate", desk, "--month", "2026-12", "--time-limit", "0.1", "--cores", "1", "--lang", "en")
    assert told.code == 3
    assert "--time-limit" in told.out
    assert not (desk / "rosters").exists()
    assert run("show", desk).code == 2


def test_a_model_that_is_not_built_in_time_is_said_to_be_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = small_desk(tmp_path / "desk")
    monkeypatch.setattr("scheduler.solver.solve.TimeLimit", lambda seconds: TimeLimit(0.0))
    said = generate(desk, "--lang", "en")
    assert (said.code, said.answer["status"]) == (3, "UNDECIDED")
    assert said.answer["why"].startswith("The model was not built within the limit")
    told = run("generate", desk, "--month", "2026-12")
    assert told.code == 3
    assert "时限内模型还没有建完" in told.out
    monkeypatch.undo()
    monkeypatch.setattr("scheduler.solver.strategy.Search.run", lambda search: None)
    said = generate(desk, "--lang", "en")
    assert (said.code, said.answer["why"]) == (3, "Try a longer --time-limit. Nothing was written.")


def test_a_desk_too_large_to_plan_is_refused_with_its_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.model.roster_model.MOST_CELLS", 100)
    said = generate(small_desk(tmp_path / "desk"))
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert said.answer["errors"][0].startswith("6 人 × 31 天 × 2 个班次，超过一次能排的 100 格")


# --- Clauses taken literally --------------------------------------------------

ALL_SUNDAY = ("早,早班,08:00,16:00", "晚,晚班,16:00,24:00", "全,全天班,08:00,24:00")
BY_READING = """班次,日期类型,最少,目标,最多,口径
早,每天,1,1,1,
晚,每天,1,1,1,
早,周日,0,0,0,字面
晚,周日,0,0,0,字面
全,周日,1,1,1,字面
"""
SUNDAYS = ["2026-12-06", "2026-12-13", "2026-12-20", "2026-12-27"]
GIVEN_UP = "".join(f'[rules.{rule}]\nliteral = "周日一人值满"\n' for rule in ("continuous_work", "daily_hours"))


def sunday_desk(folder: Path, reading: str, rules: str = GIVEN_UP) -> Path:
    """A desk whose Sundays are one long shift, where its clause is taken literally."""
    desk = small_desk(folder, shifts=ALL_SUNDAY, rules=rules)
    (desk / "demand.csv").write_text(BY_READING, "utf-8")
    text = (desk / "desk.toml").read_text("utf-8").replace("[desk]", f'[desk]\nreading = "{reading}"')
    text = text.replace("00:00-24:00", "08:00-24:00")
    (desk / "desk.toml").write_text(text, "utf-8")
    return desk


@pytest.fixture(scope="module")
def literal(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    desk = sunday_desk(tmp_path_factory.mktemp("literal") / "desk", "literal")
    said = generate(desk)
    assert said.code == 0
    return desk, said.answer


def test_what_a_clause_taken_literally_lets_through_is_on_record(literal: tuple[Path, dict[str, Any]]) -> None:
    _, said = literal
    assert said["violations"] == []
    found = said["exemptions"]
    assert sorted({(each["rule"], *each["dates"]) for each in found}) == [
        (rule, day) for rule in ("continuous_work", "daily_hours") for day in SUNDAYS
    ]
    for each in found:
        assert set(each) == {"rule", "workers", "dates", "found", "cost", "sentence"}
        assert each["cost"] == 0
        assert len(each["workers"]) == 1
    assert "照字面读：周日一人值满" in said["assumptions"]
    assert sum(each["cost"] for each in said["compromises"]) == said["objective"]


def test_exemptions_stand_on_the_roster_and_in_its_audit(literal: tuple[Path, dict[str, Any]]) -> None:
    book = load_workbook(literal[1]["files"][0])
    top = [str(row[0]) for row in book["排班表"].iter_rows(max_row=6, values_only=True)]
    (line,) = (text for text in top if text.startswith("破例："))
    for part in ("RULES 91", "4 处", "逐条见“规则检查”"):
        assert part in line
    assert "另有 8 处破例（照字面读）" in top[1]
    rows = list(book["规则检查"].iter_rows(values_only=True))
    results = [row for row in rows if row[1] == "破例 4"]
    assert len(results) == 2
    assert all("照字面读，只记录：周日一人值满" in str(row[5]) for row in results)
    assert [row[4] for row in rows if row[1] == "破例"] == [each["sentence"] for each in literal[1]["exemptions"]]


def test_exemptions_are_told_in_the_summary_and_by_verify(literal: tuple[Path, dict[str, Any]]) -> None:
    desk, said = literal
    zh = run("generate", desk, "--month", "2026-12", "--cores", "1")
    assert zh.code == 0
    assert "破例（照字面读，已记录）8 处：" in zh.out
    assert "…其余 2 条见工作簿" in zh.out
    shown = zh.out.partition("8 处：\n")[2].partition("  …其余")[0].splitlines()
    assert [line.strip() for line in shown] == [each["sentence"] for each in said["exemptions"][:6]]
    audited = run("verify", desk, said["files"][0], "--json")
    assert (audited.code, audited.answer["status"]) == (0, "KEPT")
    assert audited.answer["exemptions"] == said["exemptions"]
    assert "Exemptions (read literally, on record): 8" in run("verify", desk, said["files"][0], "--lang", "en").out
    assert run("publish", desk, "--version", "1", "--by", "T1", "--late-because", "x").code == 0


def test_read_strictly_the_same_tables_ask_for_something_else(tmp_path: Path) -> None:
    desk = sunday_desk(tmp_path / "desk", "strict")
    said = generate(desk).answer
    assert (said["status"], said["exemptions"]) == ("OPTIMAL", [])
    duties = run("show", desk, "--json").answer["duties"]
    assert {duty["shift"] for duty in duties} == {"早", "晚"}
    assert not any("字面" in note for note in said["assumptions"])


def test_a_literal_reading_without_a_rule_that_gives_way_is_impossible(tmp_path: Path) -> None:
    said = generate(sunday_desk(tmp_path / "desk", "literal", rules=""))
    assert (said.code, said.answer["status"]) == (1, "IMPOSSIBLE")


# --- What is printed for everybody --------------------------------------------


def test_what_is_assumed_and_what_is_announced_are_told(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    lines = 'assumed = ["每班一人 | one a shift", "只有中文"]\nnotice = ["带好工牌 | wear your badge"]\n'
    text = (desk / "desk.toml").read_text("utf-8").replace("[desk]\n", f"[desk]\n{lines}")
    (desk / "desk.toml").write_text(text, "utf-8")
    said = generate(desk).answer
    assert said["assumptions"][:2] == ["每班一人", "只有中文"]
    checked = run("check", desk, "--month", "2026-12", "--json", "--lang", "en").answer
    assert checked["assumptions"][:2] == ["one a shift", "只有中文"]
    grid = load_workbook(said["files"][0])["排班表"]
    texts = [str(row[0]) for row in grid.iter_rows(values_only=True) if row[0]]
    assert any(text.startswith("假设：每班一人；只有中文；") for text in texts)
    assert "告示：带好工牌" in texts


# --- Bad input ----------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "generate", "show", "verify", "rules"])
def test_every_fault_of_a_desk_is_told_at_once(command: str, tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk", leave=["T9,2026-12-40,,年假,是"], demand=["早,all,,,两,1,", "晚,all,,,1,1,"])
    (desk / "shift.csv").write_text("x\n", "utf-8")
    more: dict[str, list[str | Path]] = {
        "check": ["--month", "2026-12"],
        "generate": ["--month", "2026-12"],
        "verify": [tmp_path / "x.xlsx"],
    }
    start: list[str | Path] = (
        ["rules", "--desk", desk] if command == "rules" else [command, desk, *more.get(command, [])]
    )
    for lang, parts in (
        ("zh", ("工号", "12-40", "“两”", "shift.csv")),
        ("en", ("found", "12-40", "“两”", "shift.csv")),
    ):
        said = run(*start, "--json", "--lang", lang)
        assert said.code == 2
        assert said.answer["status"] == "BAD_INPUT"
        assert set(said.answer) == JSON_OF_FAULTS
        assert len(said.answer["errors"]) == 4
        for part in parts:
            assert any(part in error for error in said.answer["errors"]), part
        told = run(*start, "--lang", lang)
        assert told.code == 2
        assert told.out == ""
        assert len(told.err.splitlines()) == 5
    assert not (desk / "ledger.sqlite3").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{no}"),
        ("check", "{no}", "--month", "2026-12"),
        ("generate", "{no}", "--month", "2026-12"),
        ("verify", "{no}", "{no}"),
        ("show", "{no}"),
        ("rules", "--desk", "{no}"),
        ("rules", "no_such_rule"),
        ("init", "{full}"),
        ("show", "{desk}", "--store", "nonsense"),
        ("generate", "{desk}", "--month", "2026-12", "--store", "sqlite:////no/such/folder/x.sqlite3"),
    ],
)
def test_what_does_not_exist_is_bad_input(words: tuple[str, ...], desk: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "something").touch()
    said = run(*(word.format(no=tmp_path / "none", full=full, desk=desk) for word in words), "--json")
    assert said.code == 2
    assert set(said.answer) == JSON_OF_FAULTS
    assert "secret" not in said.out


def test_a_ledger_that_cannot_be_reached_is_no_bad_input_and_may_be_tried_again(desk: Path) -> None:
    said = run("check", desk, "--month", "2026-12", "--store", "postgresql://nobody:secret@127.0.0.1:1/none", "--json")
    assert (said.code, said.answer["status"]) == (4, "UNAVAILABLE")
    assert set(said.answer) == JSON_OF_FAULTS
    assert "secret" not in said.out


@pytest.mark.parametrize("words", [("init", "{place}"), ("show", "{desk}", "--version", "1", "--out", "{place}")])
def test_a_place_that_cannot_be_written_to_is_bad_input(words: tuple[str, ...], desk: Path) -> None:
    for place in (Path("/proc/sub"), desk / "people.csv" / "sub"):
        said = run(*(word.format(desk=desk, place=place) for word in words), "--json")
        assert said.code == 2, place
        assert set(said.answer) == JSON_OF_FAULTS


@pytest.mark.parametrize("content", [b"", b"hello", bytes(range(256)) * 64, b"SQLite format 3\0" + b"x" * 5000])
def test_a_ledger_that_is_none_is_refused_and_left_alone(content: bytes, tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    ledger = desk / "ledger.sqlite3"
    ledger.write_bytes(content)
    for said in (run("show", desk, "--json"), generate(desk), run("check", desk, "--month", "2026-12", "--json")):
        assert said.code in (1, 2)  # damaged, or no ledger at all
        assert set(said.answer) == JSON_OF_FAULTS
        assert str(ledger) in said.answer["errors"][0]
    assert ledger.read_bytes() == content
    assert not (desk / "rosters").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        *(["--month", month] for month in ("2026-13", "2026-00", "26-12", "December", "", "9999-12", "1999-12")),
        *(["--time-limit", limit] for limit in ("0", "0.09", "-1", "soon", "nan", "-nan", "inf", "-inf", "1e300")),
        *(["--seed", seed] for seed in ("-1", str(2**31), "x")),
        *(["--cores", cores] for cores in ("0", "-1", "1000000")),
        ["--lang", "fr"],
        ["--what"],
    ],
    ids=" ".join,
)
def test_wrong_options_are_refused_before_any_work(wrong: list[str], desk: Path) -> None:
    said = run("generate", desk, "--month", "2026-12", *wrong)
    assert said.code == 2
    assert said.out == ""
    assert wrong[0] in said.err


@pytest.mark.parametrize("limit", ["0.1", "1e6", "2.5"])
def test_a_time_limit_that_ends_is_taken(limit: str) -> None:
    assert SecondsType().convert(limit, None, None) == float(limit)


def test_a_month_is_read_as_people_write_it() -> None:
    month = MonthType()
    assert month.convert("2026-12", None, None) == Month(2026, 12)
    assert month.convert("2026-1", None, None) == Month(2026, 1)


# --- Terminals and pipes ------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "code", "words"),
    [
        ("ascii", 0, ("check", "{desk}", "--month", "2026-12")),
        ("gbk", 0, ("verify", "{desk}", "{book}")),
        ("gbk", 0, ("show", "{desk}", "--json")),
        ("latin-1", 2, ("check", "{desk}/none", "--json")),
        ("latin-1", 0, ("--help",)),
    ],
)
def test_a_terminal_without_our_characters_still_gets_an_answer(
    encoding: str, code: int, words: tuple[str, ...], desk: Path
) -> None:
    book = next((desk / "rosters").glob("*-v1.xlsx"))
    said = run_apart(*(word.format(desk=desk, book=book) for word in words), PYTHONIOENCODING=encoding)
    assert "Traceback" not in said.err
    assert said.code == code
    assert said.out
    if "--json" in words:
        assert json.loads(said.out)["status"]


def test_a_reader_that_goes_away_sees_no_traceback() -> None:
    with launched("schema") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""


# --- Desks --------------------------------------------------------------------


def test_the_sample_is_copied_and_can_be_checked(tmp_path: Path) -> None:
    made = run("init", tmp_path / "新 岗位", "--json").answer
    assert {Path(file).name for file in made["files"]} == {file.name for file in sample_files(SAMPLE.name)}
    said = run("check", tmp_path / "新 岗位", "--month", "2026-12", "--json")
    assert said.code == 0
    first = said.answer["balances"][0]
    assert (first["first"], first["last"], first["shift"]) == ("2026-12-01", "2026-12-31", "")
    assert first["least"] == 209
    assert first["least_hours"] == 209 * 8


def test_a_desk_in_one_workbook_does_all_that_a_folder_does(tmp_path: Path) -> None:
    folder = small_desk(tmp_path / "desk", shifts=ROUND_THE_CLOCK)
    book = as_workbook(folder, tmp_path / "一部.xlsx")
    assert run("check", book, "--month", "2026-12").code == 0
    made = generate(book).answer
    assert Path(made["files"][0]).parent == tmp_path / "rosters"
    assert (tmp_path / "一部.ledger.sqlite3").is_file()
    assert run("verify", book, made["files"][0]).code == 0
    assert sum(duty["shift"] == "夜" for duty in run("show", book, "--json").answer["duties"]) == 31
