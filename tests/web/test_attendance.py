"""Attendance on the page: a clock's export taken, findings shown, confirmed, rejected and taken back, by whom it may be."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest

from scheduler.app.attendance import compare_attendance
from scheduler.app.hr import tell_hr
from scheduler.web.roles import Role
from scheduler.workflow.worked import rejected_attendance
from tests.support.published_desk import MONTH, at, ledger_of

DESK = "/desks/front"
AFTER = at("2027-01-05 09:00")
PUNCHES = """工号,姓名,打卡时间
T1,,2026-12-01 08:12
T1,,2026-12-01 16:00
T1,,2026-12-02 16:00
T1,,2026-12-03 00:00
T2,,2026-12-02 08:00
T2,,2026-12-02 15:30
T2,,2026-12-03 16:00
T2,,2026-12-04 00:00
外人,,2026-12-02 08:00
"""  # T1 twelve minutes late on the first, T2 half an hour early on the second; the others were not there at all


@pytest.fixture
def hr(home, log_in, monkeypatch):
    """HR, whom the desk's tables let confirm attendance."""
    monkeypatch.setenv("SCHEDULER_NOW", "2027-01-05T09:00")
    desk = home / "front"
    with (desk / "officials.csv").open("a", encoding="utf-8") as table:
        table.write("H1,人事甲,人事\n")
    with (desk / "desk.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[rights]\nenter = ["H1", "M1"]\n')
    return log_in("H1", is_hr=True)


def send(client, text: str = PUNCHES, **other):
    file = BytesIO(text.encode())
    file.name = "punches.csv"
    return client.post(f"{DESK}/hr/attendance/compare/", {"exports": file, "month": "2026-12", "mapping": "", **other})


def shown(client, **asked):
    answer = send(client)
    assert answer.status_code == 302, answer.content.decode()
    found = client.get(f"{answer.headers['Location']}&{urlencode(asked)}")
    assert found.status_code == 200
    return found


def form_of(page) -> list[tuple[str, str]]:
    """What a browser would send of a page's form of findings as it stands."""
    text = page.content.decode().partition('action="/desks/front/hr/attendance/decide/"')[2].partition("</form>")[0]
    found = re.findall(r'<input (?:type="hidden" |class="\w+" )name="([^"]*)" value="([^"]*)"', text)
    chosen = re.findall(r'<input type="checkbox" name="(row)" value="(\d+)" checked', text)
    for name, options in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', text):
        found += [(name, value) for value in re.findall(r'value="([^"]*)" selected', options)]
    return [(name, unescape(value)) for name, value in found + chosen]


def findings(page) -> dict[tuple[str, int, str], str]:
    """The findings of a page, each with the number of its row."""
    keys = [(name, json.loads(value)) for name, value in form_of(page) if name.startswith("key-")]
    return {(who, int(day[-2:]), finding): name[4:] for name, (day, _, who, finding) in keys}


def decide(client, page, say: str, chosen: dict[tuple, dict[str, str]], because: str = "12月考勤", **typed):
    """Send a page's form, with what is typed into the rows that are chosen."""
    numbers = findings(page)
    sent = {**dict(form_of(page)), **typed, "say": say, "because": because, "row": [numbers[one] for one in chosen]}
    for one, fields in chosen.items():
        sent |= {f"{name}-{numbers[one]}": value for name, value in fields.items()}
    return client.post(f"{DESK}/hr/attendance/decide/", sent)


def confirmed(desk: Path):
    rows = (row.row for row in tell_hr(desk, MONTH, now=AFTER).report.attendance)
    return [(one.worker, one.day.day, one.finding.value, one.minutes, one.by) for one in rows]


LATE, EARLY = ("T1", 1, "late"), ("T2", 2, "early")


def test_the_page_proposes_what_the_command_proposes_and_says_what_was_passed_over(hr, home):
    page = shown(hr)
    (home / "p.csv").write_text(PUNCHES, "utf-8")
    told = compare_attendance(home / "front", [home / "p.csv"], MONTH, now=AFTER).sheet
    assert set(findings(page)) == {
        (o.worker, o.day.day, o.finding.value) for o in (row.attendance for row in told.rows)
    }
    assert {LATE, EARLY} <= set(findings(page))
    text = page.content.decode()
    assert "外人" in text
    assert "不在人员表" in text
    assert confirmed(home / "front") == []


def test_only_what_is_confirmed_enters_the_sheets_and_what_is_rejected_is_not_proposed_again(hr, home):
    page = shown(hr)
    assert decide(hr, page, "yes", {LATE: {"minutes": "10"}}).status_code == 302
    assert confirmed(home / "front") == [("T1", 1, "late", 10, "")]
    page = shown(hr)
    assert LATE not in findings(page)
    assert decide(hr, page, "no", {EARLY: {}}, "钟坏了").status_code == 302
    assert confirmed(home / "front") == [("T1", 1, "late", 10, "")]
    assert EARLY not in findings(shown(hr))
    assert set(findings(shown(hr, only="rejected"))) == {EARLY}
    with ledger_of(home / "front") as ledger:
        entries = ledger.entries("small")
        assert [one.key[:2] for one in rejected_attendance(entries)] == [("T2", rejected_attendance(entries)[0].day)]
        assert [(one.by, one.because) for one in entries if one.event == "entered"] == [
            ("H1", "12月考勤"),
            ("H1", "钟坏了"),
        ]


def test_several_are_confirmed_at_once_and_taken_back_at_once(hr, home):
    assert decide(hr, shown(hr), "yes", {LATE: {}, EARLY: {}}).status_code == 302
    assert [one[2] for one in confirmed(home / "front")] == ["late", "early"]
    page = hr.get(f"{DESK}/hr/attendance/", {"month": "2026-12", "only": "recorded"})
    assert set(findings(page)) == {LATE, EARLY}
    assert decide(hr, page, "back", {LATE: {}, EARLY: {}}).status_code == 302
    assert confirmed(home / "front") == []


@pytest.mark.parametrize(
    ("typed", "column", "said"),
    [
        ({"minutes": "十"}, "minutes", "0 到 1440"),
        ({"finding": "stood_in"}, "by", "顶班人工号"),
        ({"finding": "stood_in", "by": "T9"}, "by", "人员表里的工号"),
    ],
)
def test_what_is_typed_wrong_is_told_at_its_field_and_nothing_is_entered(hr, home, typed, column, said):
    answer = decide(hr, shown(hr), "yes", {LATE: typed, EARLY: {}})
    assert answer.status_code == 422
    (row,) = re.findall(r'<tr class="bad">.*?</tr>', answer.content.decode(), re.DOTALL)
    number = findings(answer)[LATE]
    assert f'value="{number}" checked' in row
    assert said in unescape(re.findall(r'role="alert">(.*?)<', row)[0])
    assert re.search(f'name="{column}-{number}"[^>]*aria-invalid="true"', row)
    assert {(f"{name}-{number}", value) for name, value in typed.items()} <= set(form_of(answer))
    assert confirmed(home / "front") == []


def test_a_reason_is_asked_for_and_a_row_that_was_changed_but_not_chosen_is_told(hr, home):
    page = shown(hr)
    assert decide(hr, page, "yes", {LATE: {}}, because="").status_code == 422
    assert decide(hr, page, "yes", {}).status_code == 422
    answer = decide(hr, page, "yes", {EARLY: {}}, **{f"minutes-{findings(page)[LATE]}": "99"})
    assert "没有选中" in answer.content.decode()
    assert confirmed(home / "front") == []


def test_what_somebody_else_has_said_meanwhile_is_not_entered_twice(hr, home):
    page = shown(hr)
    assert decide(hr, page, "yes", {LATE: {}}).status_code == 302
    answer = decide(hr, page, "no", {LATE: {}})
    assert answer.status_code == 422
    assert "已不在这里" in answer.content.decode()


def test_faults_of_a_file_are_told_at_their_cells_and_other_files_refused(hr):
    answer = send(hr, "工号,打卡时间\nT1,2026-12-01 25:99\nT2,某天\n")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "第 2 行" in text
    assert "第 3 行" in text
    assert send(hr, "没有,表头\n").status_code == 422
    assert send(hr, month="x").status_code == 422
    gone = hr.get(f"{DESK}/hr/attendance/", {"kept": "0" * 32})
    assert gone.status_code == 422


def test_whoever_may_not_confirm_is_told_who_may_and_sees_no_fields(hr, log_in, monkeypatch):
    monkeypatch.setattr("scheduler.web.access.find_roles", lambda *_, **__: frozenset({Role.HR}))
    other = log_in("H2", is_hr=True)
    page = shown(other)
    text = page.content.decode()
    assert "人事甲" in text
    assert 'name="row"' not in text
    sent = {"say": "yes", "because": "x", "row": ["1"], "key-1": '["2026-12-01", "早", "T1", "late"]'}
    answer = other.post(f"{DESK}/hr/attendance/decide/", {**sent, "month": "2026-12"})
    assert answer.status_code == 422


def test_long_lists_come_in_pages(hr, monkeypatch):
    monkeypatch.setattr("scheduler.web.views.attendance.MOST_ROWS", 1)
    page = shown(hr)
    assert len(findings(page)) == 1
    later = hr.get(unescape(re.findall(r'href="([^"]*)">后一页', page.content.decode())[0]))
    assert list(findings(later).values()) == ["2"]
    assert not set(findings(later)) & set(findings(page))
