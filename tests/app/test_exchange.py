"""A published month told to clock-in systems: every cell once, within their limits, gaps named, read back and compared."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from scheduler.app.exchange import CREDENTIAL_IN, export_month
from scheduler.errors import InputError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.hr.exchange import System
from tests.support.cli_desks import run
from tests.support.clock_in_stub import clock_in_system
from tests.support.published_desk import MONTH, live, published_desk

ROWS = [
    "系统,工号,班次,对方编号,对方名称",
    *(f"{system},,,77{n}," for n, system in enumerate(("企业微信", "飞书", "钉钉"))),
    *(f"{system},T{n},,u{n}," for system in ("企业微信", "飞书", "钉钉") for n in range(1, 7)),
    *(f"{system},,{code},{sid},{name}" for system in ("wecom", "feishu", "dingtalk") for code, sid, name in
      (("早", 11, "A早"), ("晚", 12, ""))),
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_ids(published_desk(tmp_path_factory.mktemp("exchange")), ROWS)


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "desk"))


def with_ids(desk: Path, rows: list[str]) -> Path:
    (desk / "exchange.csv").write_text("\n".join(rows), "utf-8")
    return desk


def exported(desk: Path, to: System, **options: Any) -> Any:
    return export_month(desk, to, MONTH, **{"operator": "op", "wait": lambda _: None, **options})


def expected(desk: Path) -> dict[tuple[str, int], str]:
    """By their user and the day of the month, our code; of every person and day."""
    duties = {(f"u{duty.worker[1:]}", duty.day.day): duty.shift for duty in live(desk).duties}
    return {(f"u{n}", day): duties.get((f"u{n}", day), "") for n in range(1, 7) for day in range(1, 32)}


@pytest.mark.parametrize("to", System)
def test_a_system_is_told_every_cell_once_and_within_its_limits(desk, to, monkeypatch):
    monkeypatch.setenv(CREDENTIAL_IN, "t0")
    with clock_in_system() as stub:
        done = exported(desk, to, send=stub.address)
    off = {System.WECOM: 0, System.FEISHU: "0", System.DINGTALK: 1}[to]
    codes = {"早": 11, "晚": 12, "": off} if to != System.FEISHU else {"早": "11", "晚": "12", "": "0"}
    stamp = {day: day if to != System.DINGTALK else milliseconds(day) for day in range(1, 32)}
    assert stub.taken == {(who, stamp[day]): codes[code] for (who, day), code in expected(desk).items()}
    assert done.sent == stub.calls == {System.WECOM: 1, System.FEISHU: 4, System.DINGTALK: 1}[to]
    assert done.exported.gaps == ()


def milliseconds(day: int) -> int:
    return (date(2026, 12, day) - date(1970, 1, 1)).days * 86_400_000 - 8 * 3_600_000  # midnight in Shanghai


@pytest.mark.parametrize(
    ("left_out", "kind", "cells"),
    [("飞书,T3,", "person", 186 - 31), ("feishu,,早", "shift", 186 - 31), ("飞书,,,771", "group", 186)],
)
def test_what_is_missing_is_told_and_nothing_of_it_is_written(desk, left_out, kind, cells, tmp_path):
    with_ids(desk, [row for row in ROWS if not row.startswith(left_out)])
    done = exported(desk, System.FEISHU, out=tmp_path / "out")
    assert [one.kind for one in done.exported.gaps] == [kind]
    rows = [row for body in done.exported.bodies for row in body["user_daily_shifts"]]
    assert len(rows) == (0 if kind == "group" else cells)
    missing = (tmp_path / "out" / "feishu-2026-12-v1-missing.csv").read_text("utf-8-sig")
    assert done.exported.gaps[0].sentence.say("zh") in missing


def test_an_operator_is_asked_for_where_the_system_wants_one(desk):
    assert [one.kind for one in exported(desk, System.DINGTALK, operator="").exported.gaps] == ["operator"]
    assert exported(desk, System.WECOM, operator="").exported.gaps == ()


def test_nothing_is_sent_with_gaps_without_a_token_or_in_the_clear(desk, monkeypatch):
    monkeypatch.delenv(CREDENTIAL_IN, raising=False)
    with clock_in_system() as stub:
        for address in (stub.address, "http://example.org", "ftp://127.0.0.1", ""):
            if address:
                with pytest.raises(Refusal):
                    exported(desk, System.WECOM, send=address)
        monkeypatch.setenv(CREDENTIAL_IN, "t0")
        with_ids(desk, [row for row in ROWS if not row.startswith("企业微信,T3")])
        with pytest.raises(Refusal):
            exported(desk, System.WECOM, send=stub.address)
        assert stub.calls == 0
        assert exported(desk, System.WECOM, send=stub.address, with_gaps=True).sent == 1
        assert {who for who, _ in stub.taken} == {"u1", "u2", "u4", "u5", "u6"}


def test_a_refusal_of_the_system_says_what_was_sent_before(desk, monkeypatch):
    monkeypatch.setenv(CREDENTIAL_IN, "t0")
    with clock_in_system(most_calls=2) as stub, pytest.raises(Refusal) as caught:
        exported(desk, System.FEISHU, send=stub.address)
    assert "第 3 个" in caught.value.say("zh")
    assert "api freq out of limit" in caught.value.say("zh")


def test_calls_are_no_faster_than_the_system_allows(desk, monkeypatch):
    monkeypatch.setenv(CREDENTIAL_IN, "t0")
    waited: list[float] = []
    with clock_in_system() as stub:
        exported(desk, System.FEISHU, send=stub.address, wait=waited.append)
    assert waited == [0.02] * 3


def answers(to: System, cells: dict[tuple[str, int], str]) -> Any:
    """What a system says when it is asked."""
    off = {System.WECOM: 0, System.FEISHU: "0", System.DINGTALK: 1}[to]
    codes = {"早": 11, "晚": 12, "": off}
    if to == System.WECOM:
        return {
            "errcode": 0,
            "schedule_list": [
                {
                    "userid": who,
                    "yearmonth": 202612,
                    "schedule": {"scheduleList": [{"day": day, "schedule_info": {"schedule_id": codes[code]}}]},
                }
                for (who, day), code in cells.items()
            ],
        }
    if to == System.FEISHU:
        rows = [
            {"user_id": who, "month": 202612, "day_no": day, "shift_id": str(codes[code])}
            for (who, day), code in cells.items()
        ]
        return {"code": 0, "data": {"user_daily_shifts": rows}}
    return {
        "result": [
            {
                "userid": who,
                "work_date": milliseconds(day),
                "shift_id": codes[code],
                "is_rest": "Y" if not code else "N",
            }
            for (who, day), code in cells.items()
        ]
    }


@pytest.mark.parametrize("to", System)
def test_what_was_read_back_is_compared_cell_by_cell(desk, to, tmp_path):
    path, cells = tmp_path / "answer.json", expected(desk)
    path.write_text(json.dumps(answers(to, cells)), "utf-8")
    assert exported(desk, to, read=[path]).differences == ()
    here = next(cell for cell, code in cells.items() if code == "早")
    del cells["u6", 31]
    path.write_text(json.dumps(answers(to, cells | {here: "晚"})), "utf-8")
    found = exported(desk, to, read=[path]).differences
    assert {(one.worker, one.day.day, one.ours, one.theirs) for one in found} == {
        (f"T{here[0][1:]}", here[1], "早", "晚"),
        ("T6", 31, expected(desk)["u6", 31], None),
    }


def test_a_shift_of_somebody_who_is_not_ours_is_a_difference(desk, tmp_path):
    path, cells = tmp_path / "answer.json", expected(desk)
    path.write_text(json.dumps(answers(System.WECOM, cells | {("u9", 3): "早", ("u9", 4): ""})), "utf-8")
    found = exported(desk, System.WECOM, read=[path]).differences
    assert [(one.worker, one.day.day, one.ours, one.theirs) for one in found] == [("u9", 3, None, "早")]
    said = run("export", desk, "--to", "wecom", "--month", "2026-12", "--compare", path)
    assert said.code == 1
    assert "u9 12月3日(周四)：不是本部门的人" in said.out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{\n"a" 1}', "第 2 行第 5 个字符"),
        ("[]", "getcheckinschedulist"),
        ('{"schedule_list": [{"userid": 1}]}', "getcheckinschedulist"),
        ('{"errcode": 40014, "errmsg": "invalid access_token", "schedule_list": []}', "invalid access_token"),
    ],
)
def test_an_answer_of_another_kind_or_of_a_failure_is_refused(desk, tmp_path, text, told):
    path = tmp_path / "answer.json"
    path.write_text(text, "utf-8")
    said = run("export", desk, "--to", "wecom", "--month", "2026-12", "--compare", path)
    assert said.code == 2
    assert told in said.out + said.err
    assert "KeyError" not in said.out + said.err


def test_rows_that_may_be_another_s_are_left_and_named(desk, tmp_path):
    book = Workbook()
    for row in (
        ["姓名", "工号", *range(1, 32)],
        ["试二", "T1"],
        ["试三", ""],
        ["试三", "", "原来的"],
        ["试四", "T4"],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "theirs.xlsx")
    done = exported(desk, System.DINGTALK, template=tmp_path / "theirs.xlsx", out=tmp_path / "ours.xlsx").filled
    assert (done.cells, done.unsure) == (31, ("2: 试二 T1", "3: 试三", "4: 试三"))
    rows = list(load_workbook(tmp_path / "ours.xlsx").worksheets[0].iter_rows(values_only=True))
    assert [row[2] for row in rows[1:4]] == [None, None, "原来的"]


def test_an_exported_sheet_is_filled_in_and_the_rest_of_it_left(desk, tmp_path):
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["排班表 2026年12月"],
        ["姓名", "工号", "部门", *range(1, 32)],
        ["试一", "T1", "客服"],
        ["", "u2", "客服"],
    ):
        sheet.append(row)
    sheet.append(["外人", "X9", "别处", "原来的"])
    sheet["A2"].comment = None
    book.save(tmp_path / "theirs.xlsx")
    done = exported(desk, System.DINGTALK, template=tmp_path / "theirs.xlsx", out=tmp_path / "ours.xlsx")
    rows = list(load_workbook(tmp_path / "ours.xlsx").worksheets[0].iter_rows(values_only=True))
    words = {"早": "A早", "晚": "晚班", "": "休息"}
    assert list(rows[2][3:]) == [words[expected(desk)["u1", day]] for day in range(1, 32)]
    assert list(rows[3][3:]) == [words[expected(desk)["u2", day]] for day in range(1, 32)]
    assert rows[4][:4] == ("外人", "X9", "别处", "原来的")
    assert (done.filled.cells, done.filled.absent) == (62, ("T3", "T4", "T5", "T6"))
    with pytest.raises(InputError):
        exported(desk, System.DINGTALK, template=tmp_path / "ours.xlsx", out=tmp_path / "ours.xlsx")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("飞书,T1,早,5,", "班次"),
        ("飞书,T9,,5,", "工号"),
        ("飞书,,中,5,", "班次"),
        ("微博,,,5,", "系统"),
        ("飞书,T1,,u9,", "系统"),
    ],
)
def test_a_wrong_row_of_the_table_is_told_at_its_cell(desk, row, column):
    with_ids(desk, [*ROWS, row])
    with pytest.raises(InputError) as caught:
        read_desk(desk)
    assert (len(ROWS) + 1, column) in [(fault.row, fault.column) for fault in caught.value.faults]


def test_an_id_of_theirs_stands_for_one_person_alone(desk):
    with_ids(desk, [row.replace("飞书,T2,,u2", "飞书,T2,,u1") for row in ROWS])
    with pytest.raises(InputError) as caught:
        read_desk(desk)
    assert [fault.column for fault in caught.value.faults] == ["对方编号"]


def test_the_command_says_what_was_written_and_what_is_missing(desk, tmp_path):
    with_ids(desk, [row for row in ROWS if not row.startswith("钉钉,T3")])
    words = ("export", desk, "--to", "dingtalk", "--month", "2026-12", "--operator", "op", "--out", tmp_path / "out")
    said = run(*words)
    assert said.code == 0
    assert "155 格，1 个请求" in said.out
    assert "试三 的编号：31 天没有写出" in said.out
    assert run(*words, "--json").answer["missing"][0]["ours"] == "T3"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "dingtalk-2026-12-v1-01.json",
        "dingtalk-2026-12-v1-missing.csv",
    ]
