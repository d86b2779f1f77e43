"""Whatever is done to a desk's files, a command answers: no traceback, a documented exit code, nothing half done."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.cli_desks import JSON_OF_FAULTS, ROUND_THE_CLOCK, SAMPLE, Said, run, small_desk
from tests.support.sample_months import MADE

STATUS_OF = {
    "check": {0: {"DONE"}, 1: {"SHORT"}, 2: {"BAD_INPUT"}},
    "generate": {0: {"OPTIMAL", "FEASIBLE"}, 1: {"IMPOSSIBLE"}, 2: {"BAD_INPUT"}, 3: {"UNDECIDED"}},
}
FILES = [*sorted(file.name for file in SAMPLE.glob("*.csv")), "desk.toml"]


class Change(NamedTuple):
    """One thing done to one file: `row` and `column` are parts of the file, 0 to 1."""

    kind: str
    file: str
    row: float
    column: float
    value: str


DAYS = [
    "2026-12-01",
    "2026-12-31",
    "2027-01-01",
    "2026-11-30",
    "2026/12/5",
    "20261205",
    "2026-02-30",
    "46000",
    "12月5日",
]
NUMBERS = ["0", "1", "2", "14", "-1", "1e9", "0.5", "３", "9999999999", "NaN", "50%"]
WORDS = [
    "",
    "早",
    "中",
    "夜",
    "休",
    "早+夜",
    "1001",
    "1009",
    "班长",
    "投诉处理",
    "是",
    "否",
    "年假",
    "每天",
    "周末",
    "holiday",
    "all",
]
TIMES = ["08:00", "24:00", "00:00", "次日01:00", "25:00", "8", "08:00-09:00", "12:00-13:00;14:00-15:00"]
NASTY = ["=1+1", "@x", "\u202e乱", "{0}", "{who}", "%s", "'; drop table", "😀", "a/b", "..", '"', "x" * 300, "\ufeff"]
LINES = [
    "[rules.shift_cover]\nenabled = false\nbecause = '试'",
    "[rules.weekly_rest_day]\nrest_days = 3",
    "[rules.days_in_a_row]\nmost = 1",
    "[rules.monthly_hours]\nenabled = 1",
    "[rules.nothing]\nx = 1",
    "[rules.rest_between_duties]\nhours = 'long'",
    "zone = 'Europe/Berlin'",
    "zone = 'Nowhere'",
    "week_starts = 'sun'",
    "calendar = 'none'",
    "[opening]\nall = '09:00-18:00'",
    "= = =",
]
values = st.sampled_from(DAYS + NUMBERS + WORDS + TIMES + NASTY) | st.text(max_size=8)
parts = st.floats(0, 1, exclude_max=True)
changes = st.builds(
    Change,
    st.sampled_from(["cell"] * 8 + ["drop row", "same row", "header", "cut", "junk", "remove", "line", "empty", "gbk"]),
    st.sampled_from(FILES),
    parts,
    parts,
    values,
)


def additions(workers: list[str]) -> st.SearchStrategy[Change]:
    """Rows that could stand in a desk's tables, so that the arithmetic and the solver see most of what comes of them."""
    who = st.sampled_from(workers)
    days = st.dates(date(2026, 12, 1), date(2026, 12, 31)).map(str)
    shift = st.sampled_from("早中夜")
    rows: dict[str, st.SearchStrategy[tuple[str, ...]]] = {
        "leave": st.tuples(who, days, st.just(""), st.sampled_from(["年假", "病假", "培训"]), st.sampled_from("是否")),
        "requests": st.tuples(who, days, st.just(""), st.sampled_from(["想上", "不想上"]), shift, st.just("7")),
        "fixed": st.tuples(who, days, st.sampled_from("早中夜休")),
        "overtime": st.tuples(who, days, st.sampled_from(["1", "8"])),
        "demand": st.tuples(shift, days, st.just(""), st.just(""), st.sampled_from(["0", "1", "2", "9", "30"])),
    }
    lines = st.builds(Change, st.just("line"), st.just("desk.toml"), parts, parts, st.just(""))
    all_away = days.map(
        lambda day: Change("add", "leave.csv", 0, 0, "\n".join(f"{one},{day},,年假,是" for one in workers))
    )

    def add_row(table: str, cells: tuple[str, ...]) -> Change:
        return Change("add", f"{table}.csv", 0, 0, ",".join(cells))

    of_tables = (row.map(partial(add_row, table)) for table, row in rows.items())
    return st.one_of(lines, all_away, *of_tables)


def apply(change: Change, folder: Path) -> None:
    """Do one thing to a desk; what cannot be done (the file is gone) is left."""
    file = folder / change.file
    if not file.exists():
        return
    if change.kind == "add":
        with file.open("a", encoding="utf-8") as table:
            table.write(f"{change.value}\n")
        return
    if change.kind == "remove":
        file.unlink()
        return
    if change.kind == "empty":
        file.write_bytes(b"")
        return
    raw = file.read_bytes()
    if change.kind == "cut":
        file.write_bytes(raw[: int(len(raw) * change.row)])
        return
    if change.kind == "junk":
        at = int(len(raw) * change.row)
        file.write_bytes(raw[:at] + change.value.encode("utf-16", "surrogatepass") + raw[at:])
        return
    text = raw.decode("utf-8", "replace")
    if change.kind == "gbk":
        file.write_bytes(text.encode("gb18030"))
        return
    if change.kind == "line":
        toml = folder / "desk.toml"
        extra = LINES[int(len(LINES) * change.row)]
        toml.write_text(toml.read_text("utf-8", "replace") + f"\n{extra}\n", "utf-8") if toml.exists() else None
        return
    lines = text.splitlines() or [""]
    first = 0 if change.kind == "header" or len(lines) == 1 else 1
    at = 0 if change.kind == "header" else first + int((len(lines) - first) * change.row)
    if change.kind == "drop row":
        del lines[at]
    elif change.kind == "same row":
        lines.insert(at, lines[at])
    else:
        cells = lines[at].split("," if file.suffix == ".csv" else " ")
        cells[int(len(cells) * change.column)] = change.value
        lines[at] = ("," if file.suffix == ".csv" else " ").join(cells)
    file.write_text("\n".join([*lines, ""]), "utf-8", "replace")


@contextmanager
def changed(desk: Path, *done: Change) -> Iterator[Path]:
    """A copy of a desk to which some things were done."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(desk, Path(place) / "desk", ignore=MADE))
        for change in done:
            apply(change, folder)
        yield folder


def sound(command: str, said: Said) -> str:
    """The status of an answer, after making sure that it is one that the command may give."""
    found = said.answer
    assert said.code in STATUS_OF[command], (said.code, found)
    assert found["status"] in STATUS_OF[command][said.code], found
    if found["status"] == "BAD_INPUT":
        assert set(found) == JSON_OF_FAULTS
        assert found["errors"]
        assert all(isinstance(error, str) and error.strip() for error in found["errors"])
    return str(found["status"])


SEEN: Counter[str] = Counter()
THIRTY = Change("add", "demand.csv", 0, 0, "早,2026-12-10,,,30")  # heads, of fourteen people


@settings(derandomize=True, max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(additions([f"10{n:02d}" for n in range(1, 15)]), min_size=1, max_size=5),
    st.lists(changes, max_size=1) | st.lists(changes, max_size=4),
    st.sampled_from(["2026-12", "2026-12", "2026-12", "2027-01", "2026-11", "2000-02"]),
    st.sampled_from(["zh", "en"]),
)
@example([THIRTY], [], "2026-12", "zh")  # one that is short, whatever is drawn
def checked(gently: list[Change], roughly: list[Change], month: str, lang: str) -> None:
    with changed(SAMPLE, *gently, *roughly) as folder:
        before = {file.name: file.read_bytes() for file in folder.iterdir()}
        SEEN[f"check {sound('check', run('check', folder, '--month', month, '--json', '--lang', lang))}"] += 1
        if lang == "zh":  # in words every second time
            said = run("check", folder, "--month", month)
            assert said.code in (0, 1, 2)
            assert bool(said.out) != bool(said.err)
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_check_answers_for_any_desk() -> None:
    SEEN.clear()
    checked()
    assert set(SEEN) == {"check DONE", "check SHORT", "check BAD_INPUT"}, SEEN
    assert SEEN["check BAD_INPUT"] < 0.9 * SEEN.total(), SEEN


def nothing_half_done(folder: Path) -> int:
    """How many versions there are, after making sure that each has its workbook and nothing else is left."""
    rosters = folder / "rosters"
    names = {file.name for file in rosters.iterdir()} if rosters.exists() else set()
    assert not [name for name in names if name.startswith(".") or ".part." in name or name.endswith(".tmp")], names
    ledger = folder / "ledger.sqlite3"
    if not ledger.exists():
        assert not names
        return 0
    assert not Path(f"{ledger}-journal").exists()
    with closing(sqlite3.connect(ledger)) as raw:
        rows = raw.execute("SELECT desk, month, number FROM ledger_version").fetchall()
    assert names == {f"{desk}-{month}-v{number}.xlsx" for desk, month, number in rows}
    return len(rows)


BUSY: dict[str, Any] = {
    "leave": ["T1,2026-12-03,2026-12-05,年假,是", "T2,2026-12-20,,病假,是", "T3,2026-12-24,2026-12-26,年假,否"],
    "requests": ["T1,2026-12-31,,休,,10", "T2,2026-12-31,,休,,10", "T4,2026-12-07,2026-12-09,想上,早,5"],
    "fixed": ["T5,2026-12-18,早", "T6,2026-12-25,休"],
    "overtime": ["T1,2026-12-10,8"],
    "history": ["T1,2026-11-29,早", "T1,2026-11-30,夜", "T2,2026-11-30,中", "T3,2026-11-30,休"],
}


@settings(derandomize=True, max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(additions([f"T{n}" for n in range(1, 7)]), min_size=1, max_size=4), st.lists(changes, max_size=1))
def generated(gently: list[Change], roughly: list[Change]) -> None:
    with tempfile.TemporaryDirectory() as place:
        desk = small_desk(Path(place) / "small", shifts=ROUND_THE_CLOCK, **BUSY)
        with changed(desk, *gently, *roughly) as folder:
            words = ("generate", folder, "--month", "2026-12", "--cores", "1", "--time-limit", "2")
            said = run(*words, "--json")
            status = sound("generate", said)
            SEEN[f"generate {status}"] += 1
            assert nothing_half_done(folder) == (said.code == 0)
            if said.code == 0:
                assert said.answer["violations"] == []
                assert run("verify", folder, said.answer["files"][0]).code == 0


def test_generate_answers_for_any_desk_and_leaves_nothing_half_done() -> None:
    SEEN.clear()
    generated()
    assert {"generate OPTIMAL", "generate IMPOSSIBLE", "generate BAD_INPUT"} <= set(SEEN), SEEN


def test_a_desk_whose_id_cannot_be_a_file_name_is_bad_input(tmp_path: Path) -> None:
    for number, name in enumerate(("a/b", "/../evil", "..\\\\x", "a\\u0000b")):
        desk = small_desk(tmp_path / str(number) / "desk")
        text = (desk / "desk.toml").read_text("utf-8").replace('id = "small"', f'id = "{name}"')
        (desk / "desk.toml").write_text(text, "utf-8")
        said = run("check", desk, "--month", "2026-12", "--json")
        assert said.code == 2, name
        assert "desk.toml" in said.answer["errors"][0]
