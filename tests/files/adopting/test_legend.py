"""Legends and titles as people write them."""

import pytest

from scheduler.adopting.old_rosters import Where
from scheduler.files.adopting.day_marks import context_of
from scheduler.files.adopting.legend import entries_of, signs_of
from scheduler.files.adopting.words import Kind, word_of

HERE = Where("a.xlsx")
EARLY, LATE = ((480, 960),), ((960, 1440),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("注：早班(A) 8:00-16:00；晚班(B) 16:00-24:00", {"A": EARLY, "早": EARLY, "B": LATE, "晚": LATE}),
        ("D=08:00-16:00, L=16:00-24:00", {"D": EARLY, "L": LATE}),
        ("8:00-16:00 早班，16:00-24:00 晚班", {"早": EARLY, "晚": LATE}),
        ("备注：1.早班时间：8:00-16:00（8小时） 2.晚班时间：16:00-24:00", {"早": EARLY, "晚": LATE}),
        ("白班 8:00-20:00（午休12:00-13:00）", {"白": ((480, 720), (780, 1200))}),
        ("早班8:30-12:00、13:30-18:00", {"早": ((510, 720), (810, 1080))}),
        ("夜班17:30-次日8:30", {"夜": ((1050, 1950),)}),
        ("Early (E) 8am-4pm", {"E": EARLY, "EARLY": EARLY}),
        ("晚餐 17:30-18:00", {}),
        ("早班用餐 12:00–13:30、晚班用餐 19:00–20:00，均不计薪", {}),
        ("午休 12:00-13:00；早班 8:00-16:00", {"早": EARLY}),
        ("制表日期：2026-11-25", {}),
    ],
)
def test_hours_go_with_every_word_for_their_shift(text, found):
    assert {name: entry.spans for entry in entries_of(text, HERE) for name in entry.names} == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("√上班 ○休息 △年假", {"√": "上班", "○": "休息", "△": "年假"}),
        ("空白=正常班", {"BLANK": "正常班"}),
        ("注：空白表示休息", {"BLANK": "休息"}),
        ("AL=annual leave, SL=sick leave", {"AL": "annual leave", "SL": "sick leave"}),
        ("×＝缺勤", {}),
    ],
)
def test_signs_are_read_where_their_word_is_known(text, found):
    assert dict(signs_of(text)) == found


@pytest.mark.parametrize(
    ("text", "year", "month"),
    [
        ("客服部2026年12月排班表", 2026, 12),
        ("二〇二六年十二月排班表", 2026, 12),
        ("民國115年12月", 2026, 12),
        ("115年12月份班表", 2026, 12),
        ("Roster – December 2026", 2026, 12),
        ("202612排班", 2026, 12),
        ("12月排班表", None, 12),
        ("制表日期：2026年11月25日", 2026, None),
        ("共12人", None, None),
    ],
)
def test_titles_say_year_and_month_in_many_ways(text, year, month):
    found = context_of(text)
    assert (found.year, found.month) == (year, month)


def test_a_period_says_its_first_day():
    assert str(context_of("2026年12月排班表（2026.11.21-12.20）").first) == "2026-11-21"
    assert str(context_of("排班 2026年12月28日至2027年1月3日").first) == "2026-12-28"


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("A班 9:00~12:00", Kind.CODE, "A"),
        ("早\n8:00-16:00", Kind.CODE, "早"),
        ("早班", Kind.CODE, "早"),
        ("b", Kind.CODE, "B"),
        ("√", Kind.TICK, "√"),
        ("公休", Kind.REST, ""),
        ("OFF", Kind.REST, ""),
        ("病假", Kind.LEAVE, ""),
        ("—", Kind.BLANK, ""),
    ],
)
def test_a_cell_says_by_itself_what_it_is(text, kind, code):
    word = word_of(text)
    assert (word.kind, word.code) == (kind, code)
