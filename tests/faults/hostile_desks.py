"""Sample desks damaged in many ways, and a process that answers for them."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from scheduler.rules.book import discovered
from tests.support.cli_desks import run

HIDDEN = "\x00\x07\x1b\x7f\x85\u061c\u200b\u200d\u200e\u202e\u2028\u2066\u2060\u3164\ufeff\ufe0f\ue000\uffff"
NUMBERS = ("9" * 5000, "1e400", "-1e400", "inf", "nan", "0x" + "f" * 5000, "1" * 19, "-1", "１" * 400, "1_0", "٣")
DAYS = ("9999-12-31", "0001-01-01", "1950-01-01", "2199-12-31", "2026-13-45", "99999999-01-01", "1899-12-30", "1e9")
TEXTS = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "{0}{x!r}",
    "%s%n",
    "..",
    "/",
    "CON",
    "休",
    "a" * 300,
    "𠮷" * 70,
    "\u0301" * 50,
)
KEYS = ("all", "02-29..02-28", "&" * 500, "2026-12-01&mon", "(" * 900, "12-31..01-01", "周八", "法定节假日")


def tables(folder: Path, rng: random.Random) -> Path:
    """One of the tables."""
    return rng.choice(sorted(file for file in folder.glob("*.csv") if file.is_file()))


def cells(file: Path) -> list[list[str]]:
    return [line.split(",") for line in file.read_text("utf-8", "replace").splitlines()]


def put(file: Path, rows: list[list[str]]) -> None:
    file.write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8", "surrogatepass")


def in_a_cell(folder: Path, rng: random.Random, make: Callable[[str], str]) -> None:
    """Another text in one to three cells of a table."""
    file = tables(folder, rng)
    rows = cells(file)
    for _ in range(rng.randint(1, 3)):
        row = rng.choice(rows[rng.random() < 0.9 and len(rows) > 1 :])
        at = rng.randrange(len(row))
        row[at] = make(row[at])
    put(file, rows)


def hostile_characters(folder: Path, rng: random.Random) -> None:
    character = rng.choice(HIDDEN)
    if rng.random() < 0.3:
        toml = folder / "desk.toml"
        escaped = f"\\u{ord(character):04x}"
        toml.write_text(toml.read_text("utf-8").replace("三班制", f"三{escaped}班制"), "utf-8")
        return
    in_a_cell(folder, rng, lambda text: text[: len(text) // 2] + character + text[len(text) // 2 :])


def giant_cell(folder: Path, rng: random.Random) -> None:
    sign, size = (
        rng.choice(("x", "孙", "1", ";a", "(", "a\u0301", '""', " ", "&mon", "\u0301\u0316")),
        rng.choice((999, 60_000, 900_000)),
    )
    in_a_cell(folder, rng, lambda text: f'"{sign * size}"')


def huge_numbers(folder: Path, rng: random.Random) -> None:
    in_a_cell(folder, rng, lambda text: rng.choice(NUMBERS))


def strange_days(folder: Path, rng: random.Random) -> None:
    in_a_cell(folder, rng, lambda text: rng.choice(DAYS))


def strange_texts(folder: Path, rng: random.Random) -> None:
    in_a_cell(folder, rng, lambda text: rng.choice(TEXTS + KEYS))


def formulas(folder: Path, rng: random.Random) -> None:
    """What a spreadsheet would carry out, as names of people that are good names otherwise."""
    file = folder / "people.csv"
    rows = cells(file)
    for row in rows[1:]:
        row[1] = rng.choice(("=1+1", "@x", "+1", "-1", "=cmd|' /C calc'!A0", "=HYPERLINK(0)"))
    put(file, rows)


def more_settings(folder: Path, text: str) -> None:
    with (folder / "desk.toml").open("a", encoding="utf-8") as toml:
        toml.write(f"\n{text}\n")


def strange_toml(folder: Path, rng: random.Random) -> None:
    more_settings(
        folder,
        rng.choice(
            (
                "x = " + "[" * rng.choice((50, 5_000, 400_000)),
                "x = " + "{a=" * rng.choice((50, 3_000)) + "1",
                ".".join("a" * rng.choice((50, 3_000, 200_000))) + " = 1",
                "\n".join(f"k{n}." + ".".join("a" * 90) + " = 1" for n in range(2_000)),
                "\n".join(f"[rules.r{n}]" for n in range(rng.choice((300, 30_000)))),
                "[rules.fairness]\n" + "\n".join(f"k{n} = 1" for n in range(rng.choice((300, 30_000)))),
                "[rules.days_in_a_row]\nmost = " + rng.choice(NUMBERS),
                "[rules.forbidden_successions]\npairs = [" + ",\n".join(f'"早>s{n}"' for n in range(3_000)) + "]",
                "[rules.weekly_rest_day]\nenabled = false\nbecause = '''" + "x" * 9_000 + "'''",
                "[[rules]]\n" * 3_000,
                '"02-30..03-01" = "closed"\n' + "\n".join(f'"k{n}" = "08:00-09:00"' for n in range(5_000)),
                "#" * 600_000,
                '"' + "\u0301" * 9_000 + '" = 1',
            )
        ),
    )


def extreme_rules(folder: Path, rng: random.Random) -> None:
    """Settings at the ends of their ranges."""
    for name in rng.sample(sorted(discovered()), 3):
        numbers = [one for one in dataclasses.fields(discovered()[name]) if one.metadata.get("low") is not None]
        if numbers:
            one = rng.choice(numbers)
            end = one.metadata[rng.choice(("low", "high"))]
            more_settings(folder, f"[rules.{name}]\n{one.name} = {int(end) if isinstance(one.default, int) else end}")


def wrong_encoding(folder: Path, rng: random.Random) -> None:
    file = rng.choice((tables(folder, rng), folder / "desk.toml"))
    text = file.read_text("utf-8")
    half = len(text) // 2
    file.write_bytes(
        rng.choice(
            (
                text.encode("gb18030"),
                text.encode("utf-16"),
                text.encode("utf-16-le"),
                text.encode("utf-32"),
                text.encode("latin-1", "replace") + b"\xe9\xff",
                text[:half].encode() + text[half:].encode("gb18030"),
                text[:half].encode("utf-16") + text[half:].encode(),
                text.replace(",", ",\0", 3).encode(),
                text.encode() + b"\xed\xa0\x80",
                b"\xff\xfe" + text.encode(),
                b"\xef\xbb\xbf" * 2 + text.encode(),
                text.replace("\n", "\r").encode(),
                text.replace("\n", "\r\n\r\n").encode(),
            )
        )
    )


def random_bytes(folder: Path, rng: random.Random) -> None:
    file = rng.choice((tables(folder, rng), folder / "desk.toml"))
    content = bytearray(file.read_bytes() or b" ")
    for _ in range(rng.choice((1, 30))):
        content[rng.randrange(len(content))] = rng.randrange(256)
    file.write_bytes(content if rng.random() < 0.8 else rng.randbytes(rng.choice((50, 3_000_000))))


def cut_off(folder: Path, rng: random.Random) -> None:
    file = rng.choice((tables(folder, rng), folder / "desk.toml"))
    content = file.read_bytes()
    file.write_bytes(content[: rng.randrange(len(content) + 1)] + rng.choice((b"", b'"', b'"' * 999, b",")))


def many_rows(folder: Path, rng: random.Random) -> None:
    file = tables(folder, rng)
    rows = cells(file)
    last = rows[-1]
    for number in range(rng.choice((400, 4_000, 21_000))):
        rows.append([f"{text}{number}" if rng.random() < 0.3 else text for text in last])
    put(file, rows)


def many_commas(folder: Path, rng: random.Random) -> None:
    with tables(folder, rng).open("a", encoding="utf-8") as table:
        table.write(rng.choice(("," * 2_000_000, ("," * 90_000 + "\n") * 20, "\n" * 3_000_000, ",x" * 400 + "\n")))


def more_rows(folder: Path, table: str, rows: list[str]) -> None:
    with (folder / table).open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(rows))


def expansions(folder: Path, rng: random.Random) -> None:
    """Small rows that mean much."""
    what = rng.randrange(5)
    if what == 0:
        more_rows(folder, "requests.csv", ["1001,2026-11-01,2027-01-30,休,,1"] * rng.choice((60, 3_000)))
    elif what == 1:
        more_rows(folder, "leave.csv", ["1003,1950-01-01,2199-12-31,年假,是", "1004,2026-12-01,2199-12-31,病假,否"])
    elif what == 2:
        rows = [
            f"e{n},{'mon' if n % 2 else '周二'},{n // 60 % 24:02d}:{n % 60:02d},24:00"
            for n in range(rng.choice((50, 999)))
        ]
        (folder / "events.csv").write_text("\n".join(["name,date,start,end", *rows]), "utf-8")
    elif what == 3:
        rows = [
            f"all,{n // 60:02d}:{n % 60:02d},{n // 60:02d}:{n % 60:02d},1" for n in range(0, 1440, rng.choice((1, 15)))
        ]
        (folder / "slots.csv").write_text("\n".join(["on,start,end,least", *rows]), "utf-8")
    else:
        rows = [
            f"{rng.choice('早中夜')},2026-12-{rng.randint(1, 31):02d},,,{rng.randint(0, 9999)},," for _ in range(300)
        ]
        more_rows(folder, "demand.csv", rows)


def many_shifts(folder: Path, rng: random.Random) -> None:
    rows = [f"s{n},,{n % 24:02d}:00,{(n + 8) % 24:02d}:00," for n in range(rng.choice((60, 490, 5_000)))]
    more_rows(folder, "shifts.csv", rows)


def contradictions(folder: Path, rng: random.Random) -> None:
    days = [f"2026-12-{day:02d}" for day in rng.sample(range(1, 32), 4)]
    more_rows(folder, "fixed.csv", [f"{rng.randint(1001, 1014)},{day},{rng.choice('早中夜休')}" for day in days * 3])
    more_rows(folder, "leave.csv", [f"{rng.randint(1001, 1014)},{day},,年假,{rng.choice('是否')}" for day in days * 3])


def duplicates(folder: Path, rng: random.Random) -> None:
    file = tables(folder, rng)
    rows = cells(file)
    put(file, rows + [rng.choice(rows) for _ in range(rng.choice((1, 3_000)))])


def swapped_tables(folder: Path, rng: random.Random) -> None:
    one, other = tables(folder, rng), tables(folder, rng)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def strange_headers(folder: Path, rng: random.Random) -> None:
    file = tables(folder, rng)
    rows = cells(file)
    rng.shuffle(rows[0])
    rows[0].append(rng.choice(("工号", "", "x" * 90_000, "\u202e", "姓名")))
    put(file, rows)


def no_ordinary_file(folder: Path, rng: random.Random) -> None:
    file = rng.choice((tables(folder, rng), folder / "desk.toml"))
    file.unlink()
    what = rng.randrange(6)
    if what == 0:
        os.mkfifo(file)
    elif what == 1:
        file.mkdir()
    elif what == 2:
        file.write_bytes(b"")
    else:
        file.symlink_to(("/dev/zero", "/dev/full", file.name)[what - 3])


def locked_file(folder: Path, rng: random.Random) -> None:
    rng.choice((tables(folder, rng), folder / "desk.toml")).chmod(0)


def stray_files(folder: Path, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 400))):
        stem = rng.choice(
            ("people (1)", "poeple", ".people", "~$people", "请假", "工资", "x" * 200, "rosters", "\u202ex", "a\nb")
        )
        (folder / f"{stem}{rng.choice(('.csv', '.xlsx', '.csv.bak', '.ods'))}").write_bytes(rng.randbytes(99))


def strange_id(folder: Path, rng: random.Random) -> None:
    toml = folder / "desk.toml"
    name = rng.choice(
        ("前" * 62, "前" * 32, "a" * 64, "CON", "a.", "../x", "a[b]", "a b", "é" * 48, "\\u202e", "%s", "'")
    )
    toml.write_text(toml.read_text("utf-8").replace("three-shift-desk", name), "utf-8")


KINDS: tuple[Callable[[Path, random.Random], None], ...] = (
    *(hostile_characters, giant_cell, huge_numbers, strange_days, strange_texts, formulas, strange_toml, extreme_rules),
    *(
        wrong_encoding,
        random_bytes,
        cut_off,
        many_rows,
        many_commas,
        expansions,
        many_shifts,
        contradictions,
        duplicates,
    ),
    *(swapped_tables, strange_headers, no_ordinary_file, locked_file, stray_files, strange_id),
)
MILD = (
    formulas,
    extreme_rules,
    expansions,
    many_shifts,
    contradictions,
    stray_files,
    strange_id,
)  # often read all the same
COULD_HANG = (no_ordinary_file, giant_cell, strange_toml, many_commas)  # each in a process of its own


def answer(desks: list[str]) -> None:
    """Run a command for each desk, and print a line of JSON on how it went."""
    for desk in desks:
        path, _, command = desk.rpartition(":")
        words = ("--cores", "1", "--time-limit", "2") if command == "generate" else ()
        wall, cpu = time.perf_counter(), time.process_time()
        said = run(command, path, "--month", "2026-12", *words)
        found = {
            "code": said.code,
            "out": said.out + said.err,
            "cpu": time.process_time() - cpu,
            "wall": time.perf_counter() - wall,
            "memory": max(
                resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            ),
        }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    answer(sys.argv[1:])
