"""Who is told of a change, in words and for the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Timezone, vUTCOffset

from scheduler.app.drafts import write_part
from scheduler.audit.statistics import duty_row
from scheduler.domain import Break, Change, Desk, Duty, Leave, Roster, Shift, Worker
from scheduler.files.papers.calendar import CalendarStep
from scheduler.files.papers.notices import Letterhead, strike_days, write_notices, write_withdrawal
from scheduler.files.schema.cells import FILE_ID
from scheduler.workflow.holdings import FREE_DAY, Holding, MovedDay, PersonNews, PrintedDay, print_month
from tests.files.test_workbook import MADE_AT, a_problem, an_edition
from tests.support.kit import THREE_SHIFTS

SHANGHAI = ZoneInfo("Asia/Shanghai")
LATE = Shift("晚", "晚班", 17 * 60 + 30, 33 * 60, breaks=(Break(23 * 60, 24 * 60),), post="总台", night=True)
MARK = "0123456789ab"


def on(day: int) -> date:
    return date(2026, 12, day)


def moved(worker: str, day: int, before: str = "", after: str = "") -> Change:
    """A cell that moves; two shifts are joined by `+`."""
    return Change(worker, on(day), *(tuple(filter(None, text.split("+"))) for text in (before, after)))


def printed(problem, worker: str, day: date, codes) -> PrintedDay:
    """What papers print of a day with these shifts; of a shift that the desk does not have, eight hours."""
    rows = []
    for code in codes:
        if code in problem.shift_by_code:
            rows.append(duty_row(problem, Duty(problem.workers[0].id, day, code)) | {"worker": worker})
        else:
            begins = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo(problem.desk.zone))
            times = {"start": begins.isoformat(), "end": (begins + timedelta(hours=8)).isoformat()}
            rows.append({"worker": worker, "date": day.isoformat(), "shift": code, "paid_hours": 8, **times})
    return print_month(0, {}, rows, problem).on(worker, day)


def news_of(made, changes, replaces=2, void=False) -> list[PersonNews]:
    """What people are told who hold a version that differs in some cells; with no such version, who hold nothing."""
    problem, found = made.problem, dict[str, list[MovedDay]]()
    for change in changes:
        cells = [(change.worker, change.day, codes) for codes in (change.before, change.after)]
        before, after = (printed(problem, *cell) for cell in cells)
        if change.before == () and replaces:
            before = FREE_DAY
        found.setdefault(change.worker, []).append(MovedDay(change.day, before, after))
    holding = Holding(version=replaces, void=void) if replaces else None
    return [
        PersonNews(
            worker=who,
            name=who,
            holding=holding,
            moved=tuple(sorted(moved)),
            month=dict.fromkeys(problem.dates, FREE_DAY) | {one.day: one.after for one in moved},
        )
        for who, moved in found.items()
    ]


def write(folder, made, changes, because="", lang="zh", *, by="", replaces=2, void=False):
    """Letters and calendars about cells that moved, as people hold version `replaces`."""
    step = CalendarStep(made.version, sequence=10 * made.version, at=MADE_AT, because=" ".join(because.split()))
    news = news_of(made, changes, replaces, void)
    return write_notices(folder, made, news, Letterhead(step, by=by), lang)


def edition(version: int = 3, **changes):
    problem = a_problem(shifts=(*THREE_SHIFTS, LATE), **changes)
    return replace(an_edition(problem, status="live"), version=version)


def told(folder, changes, lang="zh", made=None, **options):
    """The files for a change, by name."""
    files = write(folder, made or edition(), changes, "顶班", lang, **options)
    assert sorted(files) == sorted(path for path in folder.iterdir() if path.suffix in (".txt", ".ics"))
    return {path.name: path for path in files}


def events(path) -> dict[str, Any]:
    """The events of a calendar file by identifier."""
    calendar = Calendar.from_ical(path.read_bytes())
    found = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    return found


def only_event(path):
    (event,) = events(path).values()
    return event


def test_only_those_whose_cells_changed_are_told(tmp_path):
    changes = [moved("07002", 10, "", "夜"), moved("07001", 10, "夜", "")]
    assert list(told(tmp_path, changes)) == [
        "front-2026-12-v3-07001-变更.txt",
        "front-2026-12-v3-07001-变更.ics",
        "front-2026-12-v3-07002-变更.txt",
        "front-2026-12-v3-07002-变更.ics",
    ]


def test_nobody_is_told_of_nothing(tmp_path):
    assert told(tmp_path, []) == {}


def test_the_letter_tells_what_stood_what_stands_why_by_whom_and_what_is_void(tmp_path):
    leave = (Leave("07001", on(10), on(10), "sick"),)
    changes = [moved("07001", 12, "早", "中"), moved("07001", 10, "夜", ""), moved("07001", 11, "早+晚", "晚")]
    made = replace(edition(leave=leave), fingerprint=MARK)
    files = told(tmp_path, changes, made=made, by="张经理", replaces=2)
    assert files["front-2026-12-v3-07001-变更.txt"].read_text(encoding="utf-8").splitlines() == [
        "测试员1（07001）：",
        "",
        "测试客服台 2026年12月排班表已改为第 3 版，您有 3 天变动：",
        "  12月10日(周四)：原 夜 夜班 00:00–08:00 → 现 病假",
        "  12月11日(周五)：原 早 早班 08:00–16:00、晚 晚班 总台 17:30–次日09:00 → 现 晚 晚班 总台 17:30–次日09:00（休 23:00–24:00）",
        "  12月12日(周六)：原 早 早班 08:00–16:00 → 现 中 中班 16:00–24:00",
        "",
        "原因：顶班",
        "批准：张经理",
        "现行版本：第 3 版（指纹 0123456789ab）",
        "第 2 版作废：请停止使用，把旧表交回。其余日期不变。",
        "",
        "附日历文件 front-2026-12-v3-07001-变更.ics：导入后，原有日程会更新或取消。",
    ]


def test_the_letter_in_english(tmp_path):
    text = told(tmp_path, [moved("07001", 10, "夜", "")], "en")["front-2026-12-v3-07001-change.txt"].read_text()
    assert "  Thu 10 Dec: was 夜 夜班 00:00–08:00 → now day off" in text.splitlines()
    assert "Approved by: not given" in text
    assert "Version 2 is void" in text


def test_a_duty_has_its_hours_in_the_desks_zone(tmp_path):
    event = only_event(told(tmp_path, [moved("07001", 10, "", "早")])["front-2026-12-v3-07001-变更.ics"])
    assert event.start == datetime(2026, 12, 10, 8, tzinfo=SHANGHAI)
    assert event.end == datetime(2026, 12, 10, 16, tzinfo=SHANGHAI)
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert (event["SUMMARY"], event["STATUS"]) == ("早 早班 · 测试客服台", "CONFIRMED")
    assert event["DTSTAMP"].dt == MADE_AT
    assert "原因：顶班" in event["DESCRIPTION"]


def test_a_night_ends_on_the_next_day(tmp_path):
    event = only_event(told(tmp_path, [moved("07001", 31, "", "晚")])["front-2026-12-v3-07001-变更.ics"])
    assert event.start == datetime(2026, 12, 31, 17, 30, tzinfo=SHANGHAI)
    assert event.end == datetime(2027, 1, 1, 9, tzinfo=SHANGHAI)
    assert event["LOCATION"] == "总台"
    assert "23:00–24:00" in event["DESCRIPTION"]
    event = only_event(told(tmp_path, [moved("07001", 31, "", "中")])["front-2026-12-v3-07001-变更.ics"])
    assert event.end == datetime(2027, 1, 1, 0, tzinfo=SHANGHAI)


def test_a_cell_that_fell_away_is_cancelled_under_the_same_identifier(tmp_path):
    name = "front-2026-12-v{}-07001-变更.ics"
    first = only_event(told(tmp_path, [moved("07001", 10, "", "早")])[name.format(3)])
    (tmp_path / "4").mkdir()
    struck = only_event(told(tmp_path / "4", [moved("07001", 10, "早", "")], made=edition(4))[name.format(4)])
    assert (struck["STATUS"], struck["SEQUENCE"], struck["UID"]) == ("CANCELLED", 40, first["UID"])
    assert struck.start == first.start
    assert struck["SUMMARY"].startswith("【取消】早 早班")


def test_another_shift_on_the_day_updates_the_event_and_cancels_nothing(tmp_path):
    files = told(tmp_path, [moved("07001", 10, "早", "中"), moved("07001", 11, "早+晚", "晚")])
    found = list(events(files["front-2026-12-v3-07001-变更.ics"]).values())
    assert [(event["STATUS"], event.start.day, event.start.hour) for event in found] == [
        ("CONFIRMED", 10, 16),
        ("CONFIRMED", 11, 17),
        ("CANCELLED", 11, 17),
    ]


@pytest.mark.parametrize("other", ["desk", "worker", "day"])
def test_identifiers_differ_by_desk_worker_and_day_alone(tmp_path, other):
    def identifier(folder, made, change):
        folder.mkdir()
        (path,) = (path for path in write(folder, made, [change], "") if path.suffix == ".ics")
        return only_event(path)["UID"]

    one = identifier(tmp_path / "1", edition(), moved("07001", 10, "", "早"))
    assert one == identifier(tmp_path / "2", edition(9), moved("07001", 10, "", "夜"))
    made = edition(desk=Desk("back", "测试客服台")) if other == "desk" else edition()
    change = moved("07002" if other == "worker" else "07001", 11 if other == "day" else 10, "", "早")
    assert one != identifier(tmp_path / "3", made, change)


def test_a_shift_that_is_no_more_is_cancelled_at_its_hours(tmp_path):
    files = told(tmp_path, [moved("07001", 10, "旧", "")])
    event = only_event(files["front-2026-12-v3-07001-变更.ics"])
    assert (event["STATUS"], event["SUMMARY"]) == ("CANCELLED", "【取消】旧 · 测试客服台")
    assert event.start == datetime(2026, 12, 10, 8, tzinfo=SHANGHAI)
    assert "原 旧 08:00–16:00 → 现 休息" in files["front-2026-12-v3-07001-变更.txt"].read_text(encoding="utf-8")


def test_a_calendar_is_well_formed(tmp_path):
    path = told(tmp_path, [moved("07001", 10, "", "早")])["front-2026-12-v3-07001-变更.ics"]
    content = path.read_bytes()
    assert all(len(line) <= 75 and b"\r" not in line for line in content.split(b"\r\n"))
    assert content.endswith(b"END:VCALENDAR\r\n")
    calendar = Calendar.from_ical(content)
    assert (calendar["VERSION"], calendar["CALSCALE"]) == ("2.0", "GREGORIAN")
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    assert isinstance(zone, Timezone)
    offset = zone.standard[0]["TZOFFSETTO"]
    assert isinstance(offset, vUTCOffset)
    assert offset.td == timedelta(hours=8)
    assert "METHOD" not in calendar
    assert not any(component.errors for component in calendar.walk())


def test_a_zone_with_summer_time_is_described(tmp_path):
    problem = a_problem(desk=Desk("front", "台", zone="Europe/Berlin"), year=2026, month=10)
    made = an_edition(problem, status="live")
    change = Change("07001", date(2026, 10, 25), (), ("夜",))  # the clocks go back at three
    path = write(tmp_path, made, [change], "")[1]
    event = only_event(path)
    assert event.end.astimezone(UTC) - event.start.astimezone(UTC) == timedelta(hours=9)
    (zone,) = Calendar.from_ical(path.read_bytes()).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    assert zone.daylight
    assert zone.standard


def test_odd_ids_make_safe_and_different_names(tmp_path):
    problem = a_problem()
    workers = tuple(Worker(each, f"员{n}") for n, each in enumerate(("a/b", "a_b", "../c", "一 号")))
    made = an_edition(replace(problem, workers=workers), Roster(()))
    changes = [Change(worker.id, on(10), (), ("早",)) for worker in workers]
    files = write(tmp_path, made, changes, "")
    assert len({path.name for path in files}) == 8
    assert {path.parent for path in files} == {tmp_path}
    assert all(path.exists() for path in files)


def test_somebody_who_is_no_longer_on_the_desk_is_told_too(tmp_path):
    text = told(tmp_path, [moved("9999", 10, "早", "")])["front-2026-12-v3-9999-变更.txt"].read_text(encoding="utf-8")
    assert text.startswith("9999（9999）：\n")


def test_line_breaks_in_a_reason_make_no_lines(tmp_path):
    files = write(tmp_path, edition(), [moved("07001", 10, "", "早")], "一\r\nSTATUS:CANCELLED\n二")
    assert "原因：一 STATUS:CANCELLED 二" in files[0].read_text(encoding="utf-8").splitlines()
    assert only_event(files[1])["STATUS"] == "CONFIRMED"


def test_a_later_notice_strikes_the_event_of_an_earlier_one(tmp_path):
    made = edition()
    days = [duty.day for duty in made.roster.duties if duty.worker == "07001"]
    given = [Change("07001", day, (), made.roster.on("07001", day)) for day in days]
    first = events(write(tmp_path, made, given, "")[1])
    assert sorted(event.start.date() for event in first.values()) == sorted(days)
    change = Change("07001", days[0], made.roster.on("07001", days[0]), ())
    struck = only_event(write(tmp_path, edition(4), [change], "")[1])
    assert struck["UID"] in first


cells = st.lists(st.sampled_from(["早", "中", "夜", "晚"]), unique=True, max_size=2).map(tuple)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 31), cells, cells), unique_by=lambda row: row[0], max_size=6))
def test_a_calendar_that_took_in_both_files_shows_what_stands(tmp_path_factory, drawn):
    folder = tmp_path_factory.mktemp("both")
    made = edition()
    before = Roster(Duty("07001", on(day), code) for day, codes, _ in drawn for code in codes)
    after = Roster(Duty("07001", on(day), code) for day, _, codes in drawn for code in codes)
    kept: dict[str, Any] = {}
    given = [Change("07001", on(day), (), before.on("07001", on(day))) for day, *_ in drawn]
    for path in write(folder, replace(made, roster=before), given, ""):
        if path.suffix == ".ics":
            kept |= events(path)
    changes = [Change("07001", on(day), before.on("07001", on(day)), after.on("07001", on(day))) for day, *_ in drawn]
    for path in write(folder, edition(4), changes, ""):
        if path.suffix == ".ics":
            kept |= events(path)
    standing = sorted(event.start for event in kept.values() if event["STATUS"] == "CONFIRMED")
    problem = made.problem
    spans = [problem.true_span(duty.day, duty.shift).start for duty in after.duties]
    assert standing == sorted(datetime.fromtimestamp(60 * start, SHANGHAI) for start in spans)


def test_the_same_change_gives_the_same_bytes(tmp_path):
    change = moved("07001", 10, "", "早")
    first = [path.read_bytes() for path in write(tmp_path, edition(), [change], "顶班")]
    assert [path.read_bytes() for path in write(tmp_path, edition(), [change], "顶班")] == first


def test_every_file_has_a_name_that_file_systems_take_and_that_belongs_to_one_person(tmp_path: Path) -> None:
    whole, other = "前" * 64, "前" * 63 + "台"
    desk = FILE_ID.read("三" * 32)
    made = edition()
    problem = replace(made.problem, desk=replace(made.problem.desk, id=desk))
    changes = [moved(worker, 10, "", "早") for worker in (whole, other, "07001")]
    files = write(tmp_path, replace(made, problem=problem, version=123_456), changes, "")
    assert len({file.name for file in files}) == len(files) == 6
    assert max(len(file.name.encode()) for file in files) <= 255
    assert {file.name for file in files if "07001" in file.name} == {
        f"{desk}-2026-12-v123456-07001-变更.{kind}" for kind in ("txt", "ics")
    }


def test_the_longest_names_of_a_desk_stay_within_a_file_systems_limit(tmp_path: Path) -> None:
    made = edition()
    desk = FILE_ID.read("三" * 32)
    problem = replace(made.problem, desk=replace(made.problem.desk, id=desk))
    with write_part(tmp_path, replace(made, problem=problem, version=123_456), "zh") as part:
        assert len(part.name.encode()) <= 255


# The whole month, for whoever holds no copy that is good


def test_a_first_letter_tells_every_day_and_its_calendar_has_every_duty(tmp_path):
    leave = (Leave("07001", on(11), on(11), "annual"),)
    made = replace(edition(1, leave=leave), fingerprint=MARK)
    changes = [moved("07001", 10, "", "早"), moved("07001", 11, "", ""), moved("07001", 12, "", "晚")]
    text, calendar = write(tmp_path, made, changes, by="张经理", replaces=None)
    assert text.read_text(encoding="utf-8").splitlines() == [
        "测试员1（07001）：",
        "",
        "测试客服台 2026年12月排班表第 1 版已发布，您的班如下：",
        "  12月10日(周四)：早 早班 08:00–16:00",
        "  12月11日(周五)：年假",
        "  12月12日(周六)：晚 晚班 总台 17:30–次日09:00（休 23:00–24:00）",
        "其余日期休息。共 2 班、22.5 小时。",
        "",
        "发布：张经理",
        "现行版本：第 1 版（指纹 0123456789ab）",
        "收到请签收。",
        "",
        "附日历文件 front-2026-12-v1-07001-班表.ics：导入后可在日历中查看。",
    ]
    assert sorted(event.start.day for event in events(calendar).values()) == [10, 12]


def test_after_a_withdrawal_the_whole_month_is_told_and_what_of_it_is_new(tmp_path):
    changes = [moved("07001", 10, "早", "中"), moved("07001", 11, "夜", "")]
    text, calendar = write(tmp_path, edition(), changes, replaces=2, void=True)
    lines = text.read_text(encoding="utf-8").splitlines()
    assert "您手中的第 2 版已撤回作废。与它相比，有 2 天变动：" in lines
    assert "  12月10日(周四)：原 早 早班 08:00–16:00 → 现 中 中班 16:00–24:00" in lines
    assert "  12月10日(周四)：中 中班 16:00–24:00" in lines
    assert "请把第 2 版交回。" in lines
    assert sorted((event.start.day, event["STATUS"]) for event in events(calendar).values()) == [
        (10, "CONFIRMED"),
        (11, "CANCELLED"),
    ]


def test_who_has_the_same_duties_after_a_withdrawal_is_told_so(tmp_path):
    made = edition()
    same = dict.fromkeys(made.problem.dates, FREE_DAY) | {on(10): printed(made.problem, "07001", on(10), ("早",))}
    news = PersonNews(worker="07001", name="", holding=Holding(version=2, void=True), moved=(), month=same)
    step = CalendarStep(3, sequence=30, at=MADE_AT)
    text, calendar = write_notices(tmp_path, made, [news], Letterhead(step))
    assert "您手中的第 2 版已撤回作废；您的班与它相同。" in text.read_text(encoding="utf-8").splitlines()
    assert only_event(calendar)["STATUS"] == "CONFIRMED"  # the withdrawal had struck it


def test_whoever_has_no_calendar_of_the_month_yet_is_given_one_with_the_first_change(tmp_path):
    made = edition()
    days = {on(10): ("早",), on(12): ("中",)}
    month = {day: printed(made.problem, "07001", day, days.get(day, ())) for day in made.problem.dates}
    change = MovedDay(on(12), printed(made.problem, "07001", on(12), ("早",)), month[on(12)])
    holding = Holding(version=2, in_calendar=False)  # given out by an earlier release
    news = PersonNews(worker="07001", name="", holding=holding, moved=(change,), month=month)
    step = CalendarStep(3, sequence=30, at=MADE_AT)
    text, calendar = write_notices(tmp_path, made, [news], Letterhead(step))
    assert "您有 1 天变动" in text.read_text(encoding="utf-8")
    assert sorted(event.start.day for event in events(calendar).values()) == [10, 12]


def test_a_month_of_leave_alone_has_a_letter_and_no_calendar(tmp_path):
    leave = (Leave("07001", on(1), on(31), "maternity"),)
    made = edition(1, leave=leave)
    (text,) = write(tmp_path, made, [moved("07001", day, "", "") for day in range(1, 32)], replaces=None)
    assert text.read_text(encoding="utf-8").count("：产假") == 31
    assert "日历" not in text.read_text(encoding="utf-8")


def test_breaks_that_alone_have_moved_are_told_on_both_sides(tmp_path):
    made = edition()
    stood = printed(made.problem, "07001", on(10), ("晚",))
    stands = stood._replace(duties=(stood.duties[0]._replace(breaks=((22 * 60, 23 * 60),)),))
    paid = stood._replace(duties=(stood.duties[0]._replace(paid_hours=15.5),))
    for after, line in (
        (
            stands,
            "原 晚 晚班 总台 17:30–次日09:00（休 23:00–24:00） → 现 晚 晚班 总台 17:30–次日09:00（休 22:00–23:00）",
        ),
        (paid, "（休 23:00–24:00），计 14.5 小时 → 现 晚 晚班 总台 17:30–次日09:00（休 23:00–24:00），计 15.5 小时"),
    ):
        moved_day = MovedDay(on(10), stood, after)
        month = dict.fromkeys(made.problem.dates, FREE_DAY) | {on(10): after}
        news = PersonNews(worker="07001", name="", holding=Holding(version=2), moved=(moved_day,), month=month)
        text, _ = write_notices(tmp_path, made, [news], Letterhead(CalendarStep(3, sequence=30, at=MADE_AT)))
        assert line in text.read_text(encoding="utf-8")


def test_a_withdrawal_is_told_and_strikes_what_has_not_begun(tmp_path):
    made = edition()
    days = {on(10): ("早",), on(11): ("夜",), on(12): ("早", "晚")}
    month = {day: printed(made.problem, "07001", day, days.get(day, ())) for day in made.problem.dates}
    noon = datetime(2026, 12, 12, 12, tzinfo=SHANGHAI)
    step = CalendarStep(3, sequence=31, at=noon, because="算错了")
    news = PersonNews(worker="07001", name="", holding=Holding(version=2), moved=strike_days(month, step), month=month)
    text, calendar = write_withdrawal(tmp_path, made.problem, [news], Letterhead(step, by="张经理"))
    lines = text.read_text(encoding="utf-8").splitlines()
    assert lines[2:8] == [
        "测试客服台 2026年12月排班表第 3 版已于 2026-12-12 12:00 撤回作废，您手中的第 2 版请停止使用并交回。",
        "该月现在没有在用的排班表；新版发布后另行通知。",
        "",
        "原因：算错了",
        "经办：张经理",
        "",
    ]
    found = [(event.start.day, event.start.hour, event["STATUS"]) for event in events(calendar).values()]
    assert sorted(found) == [(12, 8, "CONFIRMED"), (12, 17, "CANCELLED")]  # the early one had begun
