"""A desk's own kinds of leave, beside the built-in ones and in their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.cli.leave_lines import leave_lines, missing_certificates
from scheduler.domain import CountsIn, Month
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.roster_cells import leave_in, leave_words, shift_words
from tests.support.sample_months import sample_copy

KINDS = """假别,名称,英文名,格内字,带薪,满几天须证明,算出勤,计法
育儿假,,childcare leave,育,是,,,工作日
护理假,,,,否,1,,
病假,,,,,2,,
"""
LEAVE = """工号,开始日期,结束日期,时段,类别,证明
1002,2026-12-07,2026-12-13,,育儿假,
1003,2026-12-09,,,护理假,
1005,2026-12-03,2026-12-04,,病假,2026-12-03
1006,2026-12-16,2026-12-17,,病假,
1007,2026-12-16,,,病假,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = sample_copy("three_shift_desk", tmp_path / "desk")
    (copy / "leave_kinds.csv").write_text(KINDS, "utf-8")
    (copy / "leave.csv").write_text(LEAVE, "utf-8")
    return copy


def test_a_desk_names_its_own_kinds_and_alters_built_in_ones(folder):
    desk = read_desk(folder).desk
    care, nursing, sick = desk.leave_kinds
    assert (care.code, care.name, care.sign.zh) == ("育儿假", ("育儿假", "childcare leave"), "育")
    assert (care.paid, care.certificate_from, care.worked, care.counts) == (True, 0, False, CountsIn.DUTIES)
    assert (nursing.paid, nursing.sign.zh, nursing.certificate_from) == (False, "护", 1)
    assert (sick.code, sick.name.en, sick.sign.en, sick.certificate_from) == ("sick", "sick leave", "SL", 2)
    words = leave_words(desk.kinds)
    assert leave_in("育", shift_words(()), words) == ("育儿假",)
    assert leave_in("护理假", shift_words(()), words) == ("护理假",)


def test_check_tells_the_terms_and_the_certificates_that_are_due(folder):
    files = read_desk(folder)
    problem = files.problem(Month(2026, 12))
    assert [(one.worker, one.kind) for one in missing_certificates(files, problem)] == [
        ("1003", "护理假"),
        ("1006", "sick"),
    ]
    kinds, missing = leave_lines(files, problem, "zh")
    assert "育儿假（带薪、按工作日）" in kinds
    assert "护理假（不带薪、按日历天、满 1 天须证明）" in kinds
    assert "1006" in missing
    assert "1005" not in missing


def test_a_kind_that_nobody_has_is_a_fault_with_the_desks_list(folder):
    (folder / "leave.csv").write_text(LEAVE.replace("护理假", "陪护假"), "utf-8")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    (fault,) = caught.value.faults
    assert "陪护假" in fault.say("zh")
    assert "育儿假" in fault.say("zh")


@pytest.mark.parametrize("row", ["年,,,,,,,", "陪护假,,,病,,,,", "陪护假,护理假,,,,,,"])
def test_two_kinds_share_no_name_and_no_sign(folder, row):
    (folder / "leave_kinds.csv").write_text(KINDS + row.replace("年,", "年休,年假,", 1) + "\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert all("在用的名称和格内字" in fault.say("zh") for fault in caught.value.faults)
