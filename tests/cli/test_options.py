"""Whatever is wrong with a command's words, or goes wrong in it, `--json` gives one object and people one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.cli import main
from scheduler.errors import Fault, SchedulerError
from scheduler.i18n import Sentence
from tests.support.cli_desks import JSON_OF_FAULTS, run
from tests.support.published_desk import drafted, new_desk

WRONG = (
    "generate desk --month 13",
    "generate",
    "nothing",
    "show d -x",
    "publish",
    "publish d --version one --by M1",
    "publish d --version 1",
    "withdraw d --version 1 --by M1",
    "receipts",
    "receipts d --version -1",
    "status",
    "log d --verify=yes",
    "repair d e",
    "swap",
    "swap nothing",
    "swap request d",
    "swap request d --give T1 --by T1 --because x",
    "swap request d --surge tomorrow --by T1 --because x",
    "swap request d --overtime T1@2026-12-01 --hours many --by T1 --because x",
    "swap confirm d",
    "swap approve d one --by M1",
    "swap list",
    "surge d --date 2026-12-01",
    "surge d --date 2026-12-01 --factor -1",
    "trace",
    "import x.xlsx",
)


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_option_is_one_json_object(words: str) -> None:
    done = CliRunner().invoke(main, [*words.split(), "--json"])
    assert done.exit_code == 2
    answer = json.loads(done.stdout)
    assert answer["status"] == "BAD_INPUT"
    assert len(answer["errors"]) == 1
    assert answer["errors"][0]
    plain = CliRunner().invoke(main, words.split())
    assert plain.exit_code == 2
    assert plain.stdout == ""
    assert "Error" in plain.stderr or "Usage" in plain.stderr


USES = {
    "publish": ("scheduler.cli.versions.publish_version", ("--version", "1", "--by", "M1")),
    "withdraw": ("scheduler.cli.versions.withdraw_version", ("--version", "1", "--by", "M1", "--because", "x")),
    "receipts": ("scheduler.cli.versions.keep_receipts", ()),
    "status": ("scheduler.cli.versions.desk_status", ()),
    "log": ("scheduler.cli.versions.read_log", ()),
    "repair": ("scheduler.cli.versions.repair_desk", ()),
    "swap request": (
        "scheduler.cli.change_requests.request_change",
        ("--absent", "T1@2026-12-07", "--by", "M1", "--because", "x"),
    ),
    "swap confirm": ("scheduler.cli.change_requests.decide_request", ("1", "--by", "M1")),
    "swap approve": ("scheduler.cli.change_requests.approve_request", ("1", "--by", "M1")),
    "swap list": ("scheduler.cli.change_requests.list_requests", ()),
    "check": ("scheduler.cli.desk.check_desk", ()),
    "generate": ("scheduler.cli.roster.generate_roster", ()),
    "show": ("scheduler.cli.show.show_version", ()),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = new_desk(tmp_path_factory.mktemp("options") / "desk")
    drafted(folder)
    return folder


@pytest.mark.parametrize("command", USES)
@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (RuntimeError("a {bug}"), 1, "FAULT"),
        (OSError(28, "No space left on device", "/full"), 4, "UNAVAILABLE"),
        (PermissionError(13, "Permission denied", "/locked"), 4, "UNAVAILABLE"),
        (RecursionError("deep"), 1, "FAULT"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_goes_wrong_in_a_command_is_one_sentence(
    command: str, error: Exception, code: int, status: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    used, more = USES[command]
    monkeypatch.setattr(used, fail)
    for lang in ("zh", "en"):
        said = run(*command.split(), desk, *more, "--json", "--lang", lang)
        assert said.code == code
        assert said.answer["status"] == status
        assert set(said.answer) == JSON_OF_FAULTS
        assert len(said.answer["errors"]) == 1
        told = run(*command.split(), desk, *more, "--lang", lang)
        assert told.code == code
        assert "Traceback" not in told.out + told.err
        assert said.answer["errors"][0] in told.out + told.err


def test_debugging_shows_where_it_went_wrong(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("scheduler.cli.versions.desk_status", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        run("status", desk, SCHEDULER_DEBUG="1")


TEXTS = (
    "generate d --by",
    "publish d --version 1 --by",
    "publish d --version 1 --by M1 --late-because",
    "publish d --version 1 --by M1 --over-because",
    "withdraw d --version 1 --by M1 --because",
    "receipts d --sign",
    "receipts d --returned",
    "status d --store",
    "swap request d --give T1@2026-12-01 --by T1 --because x --to",
    "swap request d --surge 2026-12-01 --factor 2 --by T1 --because x --override",
    "swap request d --surge 2026-12-01 --factor 2 --by T1 --because x --override quota --override-because",
    "swap approve d 1 --by M1 --because",
    "swap refuse d 1 --by M1 --because",
    "surge d --date 2026-12-01 --factor 2 --by",
    "surge d --date 2026-12-01 --factor 2 --because",
    "import x.xlsx --by M1 --because",
    "rules",
)


@pytest.mark.parametrize("words", TEXTS)
@pytest.mark.parametrize("character", ["\n", "\x1b", "\u202e", "\u200b", "\udcff"])
def test_a_text_with_a_hidden_character_is_refused_by_its_number(words: str, character: str) -> None:
    name = f"U+{ord(character):04X}"
    plain = CliRunner().invoke(main, [*words.split(), f"写{character}明"])
    assert plain.exit_code == 2
    assert plain.stdout == ""
    assert f"写<{name}>明" in plain.stderr
    assert "隐藏字符" in plain.stderr
    assert f"写{character}明" not in plain.stderr
    answer = json.loads(CliRunner().invoke(main, [*words.split(), f"写{character}明", "--json"]).stdout)
    assert answer["status"] == "BAD_INPUT"
    assert f"写<{name}>明" in answer["errors"][0]


@pytest.mark.parametrize(
    "words", ["generate d --month", "swap request d --give", "surge d --factor", "generate d --lang"]
)
def test_what_is_refused_for_another_reason_is_shown_without_what_a_terminal_obeys(words: str) -> None:
    done = CliRunner().invoke(main, [*words.split(), "1\x1b[2K\u202e"])
    assert done.exit_code == 2
    assert not set(done.stderr) & {"\x1b", "\u202e"}


@pytest.mark.parametrize(
    ("words", "most"), [("withdraw d --version 1 --by M1 --because", 500), ("receipts d --sign", 64)]
)
def test_a_text_has_its_greatest_length(words: str, most: int) -> None:
    done = CliRunner().invoke(main, [*words.split(), "因" * (most + 1), "--json"])
    assert done.exit_code == 2
    assert str(most) in json.loads(done.stdout)["errors"][0]
    done = CliRunner().invoke(main, [*words.split(), "因" * most, "--json"])
    assert "至多" not in json.loads(done.stdout)["errors"][0]


def test_somebody_who_is_not_of_the_desk_is_named_without_what_a_terminal_obeys(tmp_path: Path) -> None:
    error = SchedulerError(Sentence("没有“{who}”", "no “{who}”"), who="T\x1b[2K\u202e1", path=tmp_path / "a\nb")
    assert error.say("zh") == "没有“T<U+001B>[2K<U+202E>1”"
    assert str(error) == "no “T<U+001B>[2K<U+202E>1”"
    assert "a<U+000A>b" in str(error.facts["path"])
    fault = Fault("a\nb", Sentence("\u200e", "\u200e"), column="[rules.\x1b]", found="\u202e")
    assert fault.say("en") == "a<U+000A>b, column “[rules.<U+001B>]”: found “<U+202E>”; expected: <U+200E>"
