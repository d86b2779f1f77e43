"""Some forty ways in which offices lay out a month, each written from a known desk; and errors that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.support.old_offices import (
    DECEMBER,
    EN_WEEKDAYS,
    PERIOD,
    REST,
    WEEK,
    ZH_WEEKDAYS,
    KnownDesk,
    Member,
    Office,
    Sheet,
    days_from,
    draw_desk,
)

HOURS = {"早": "8:00-16:00", "中": "16:00-24:00", "夜": "0:00-8:00"}
MINUTES = {"早": ((480, 960),), "中": ((960, 1440),), "夜": ((0, 480),)}
LEAVE_WORDS = {"annual": "年假", "sick": "病假"}
LETTERS = {"早": "A", "中": "B", "夜": "C"}
EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Form:
    """How a grid is laid out.

    Attributes
    ----------
    heads : callable
        A day's heading.
    weekdays : str
        `below` or `above` the days, or nothing.
    columns : tuple of str
        Before the days: `number`, `id`, `name`, `team`; `titles` are their headings.
    says : callable
        What is written for `rest`, a code, or `leave:KIND`.
    legend : str
        `below`, `above`, `beside`, `table`, `sheet`, or nothing.
    """

    title: str = "2026年12月排班表"
    file: str = "roster.xlsx"
    sheet: str = "Sheet1"
    heads: Callable[[date], Any] = lambda day: day.day
    weekdays: str = "below"
    weekday_names: Sequence[str] = ZH_WEEKDAYS
    columns: tuple[str, ...] = ("name",)
    titles: Mapping[str, str] | None = None
    says: Callable[[str], Any] = lambda what: ZH_SAYS(what)
    legend: str = "below"
    legend_text: str = "注：早班（早）8:00-16:00；中班（中）16:00-24:00；夜班（夜）0:00-8:00"
    totals: bool = False
    remark: bool = False
    merge_team: bool = False
    spaced_names: bool = False
    summary: bool = False
    gap_rows: int = 0
    hours: Mapping[str, tuple[tuple[int, int], ...]] | None = None


def ZH_SAYS(what: str) -> str:
    """Codes as they are, 休 for a day off, leave in full."""
    if what == REST:
        return "休"
    return LEAVE_WORDS[what.partition(":")[2]] if what.startswith("leave:") else what


def says(
    rest: str = "休", codes: Mapping[str, str] | None = None, leave: Mapping[str, str] = LEAVE_WORDS
) -> Callable[[str], str]:
    """How cells are written, from the words for a day off, codes and leave."""

    def word(what: str) -> str:
        if what == REST:
            return rest
        if what.startswith("leave:"):
            return leave[what.partition(":")[2]]
        return (codes or {}).get(what, what)

    return word


TITLES = {"number": "序号", "id": "工号", "name": "姓名", "team": "班组"}


def grid(desk: KnownDesk, form: Form, office: Office | None = None, sheet: Sheet | None = None, top: int = 1) -> Office:
    """A grid of people by days."""
    office = office or Office()
    sheet = sheet or office.sheet(form.file, form.sheet)
    row = top
    first = len(form.columns) + 1
    last = first + len(desk.days) - 1
    if form.title:
        sheet.put(row, 1, form.title)
        sheet.merge(row, row, 1, last)
        row += 1
    if form.legend == "above":
        sheet.put(row, 1, form.legend_text)
        row += 1
    head = row + (form.weekdays == "above")
    for column, name in enumerate(form.columns, 1):
        sheet.put(head if form.weekdays != "above" else row, column, (form.titles or TITLES)[name])
        if form.weekdays:
            sheet.merge(min(row, head), max(row, head) + (form.weekdays == "below"), column, column)
    for column, day in enumerate(desk.days, first):
        sheet.put(head, column, form.heads(day))
        if form.weekdays:
            sheet.put(head + 1 if form.weekdays == "below" else row, column, form.weekday_names[day.weekday()])
    after = last + 1
    heads = (["出勤天数", "休息天数"] if form.totals else []) + (["备注"] if form.remark else [])
    sheet.put_row(head, after, heads)
    row = head + (form.weekdays == "below") + 1
    teams: dict[str, list[int]] = {}
    for number, member in enumerate(desk.people, 1):
        values = {"number": number, "id": member.id, "name": member.name, "team": member.team}
        for column, name in enumerate(form.columns, 1):
            value = values[name]
            if name == "name" and form.spaced_names and len(member.name) == 2:
                value = f"{member.name[0]}  {member.name[1]}"
            if name == "team" and form.merge_team and member.team in teams:
                value = ""
            sheet.put(row, column, value)
        teams.setdefault(member.team, []).append(row)
        for column, day in enumerate(desk.days, first):
            sheet.put(row, column, form.says(desk.of(member, day)))
            office.tell(form.file, sheet, (row, column), member, day, desk.of(member, day))
        if form.totals:
            whats = [desk.of(member, day) for day in desk.days]
            duties = sum(what != REST and not what.startswith("leave:") for what in whats)
            sheet.put_row(row, after, [duties, whats.count(REST)])
        if form.remark and number == 2:
            sheet.put(row, after + 2 * form.totals, "本月新调入")
        row += 1 + form.gap_rows
    if form.merge_team:
        for rows in teams.values():
            sheet.merge(rows[0], rows[-1], form.columns.index("team") + 1, form.columns.index("team") + 1)
    if form.summary:
        for code in ("早", "中", "夜"):
            sheet.put(row, first - 1, f"{code}班人数")
            sheet.put_row(row, first, [sum(desk.of(one, day) == code for one in desk.people) for day in desk.days])
            row += 1
    _add_legend(office, sheet, form, row, last)
    office.hours = dict(form.hours if form.hours is not None else MINUTES)
    return office


def _add_legend(office: Office, sheet: Sheet, form: Form, row: int, last: int) -> None:
    if form.legend == "below":
        sheet.put(row + 1, 1, form.legend_text)
        sheet.merge(row + 1, row + 1, 1, last)
        sheet.put(row + 2, 1, "制表：王主管")
        sheet.put(row + 2, 10, "审核：")
    elif form.legend == "beside":
        for at, (code, hours) in enumerate(HOURS.items()):
            sheet.put(4 + at, last + 6, f"{code}班")
            sheet.put(4 + at, last + 7, hours)
    elif form.legend == "table":
        sheet.put_row(row + 2, 2, ["班次", "上班时间", "下班时间"])
        for at, (code, hours) in enumerate(HOURS.items()):
            sheet.put_row(row + 3 + at, 2, [code, *hours.split("-")])
    elif form.legend == "sheet":
        other = office.sheet(form.file, "班次说明")
        other.put_row(1, 1, ["代码", "名称", "时间"])
        for at, (code, hours) in enumerate(HOURS.items()):
            other.put_row(
                2 + at, 1, [(LETTERS if form.says("早") == "A" else {c: c for c in HOURS})[code], f"{code}班", hours]
            )


def by_form(**options: Any) -> Callable[[], Office]:
    """A layout that is a form of the grid."""
    days = options.pop("days", DECEMBER)
    drawn = {
        name: options.pop(name) for name in ("people", "leave", "weekends_off", "codes", "names") if name in options
    }
    kind = {name: options.pop(name) for name in ("encoding",) if name in options}

    def make() -> Office:
        desk = draw_desk(len(str(sorted(options))) + len(days), days, **drawn)
        return grid(desk, Form(**options), Office(**kind))

    return make


def turned() -> Office:
    """Days down, people across."""
    desk, office = draw_desk(31, people=6), Office()
    sheet = office.sheet("turned.xlsx")
    sheet.put(1, 1, "客服部2026年12月排班表")
    sheet.put_row(2, 1, ["日期", "星期", *(member.name for member in desk.people)])
    for row, day in enumerate(desk.days, 3):
        sheet.put_row(row, 1, [day, ZH_WEEKDAYS[day.weekday()]])
        for column, member in enumerate(desk.people, 3):
            sheet.put(row, column, ZH_SAYS(desk.of(member, day)))
            office.tell("turned.xlsx", sheet, (row, column), member, day, desk.of(member, day))
    sheet.put(36, 1, "早：8:00-16:00，中：16:00-24:00，夜：0:00-8:00")
    office.hours = dict(MINUTES)
    return office


def names_in_cells() -> Office:
    """Days down, shifts across, names in the cells."""
    desk, office = draw_desk(5, people=7, leave=False), Office()
    sheet = office.sheet("duty.xlsx", "值班表")
    sheet.put(1, 1, "2026年12月值班安排表")
    sheet.put_row(2, 1, ["日期", "星期", "早班\n8:00-16:00", "中班\n16:00-24:00", "夜班\n0:00-8:00"])
    for row, day in enumerate(desk.days, 3):
        sheet.put_row(row, 1, [f"{day.month}月{day.day}日", f"周{ZH_WEEKDAYS[day.weekday()]}"])
        for column, code in enumerate(("早", "中", "夜"), 3):
            on = [member for member in desk.people if desk.of(member, day) == code]
            sheet.put(row, column, "、".join(member.name for member in on))
            for member in on:
                office.truth["duty.xlsx", f"值班表|{member.name}", row, column] = (member.name, day, code)
    office.hours = dict(MINUTES)
    return office


def listed() -> Office:
    """One duty a row: name, date, shift."""
    desk, office = draw_desk(6, people=6, leave=False), Office()
    sheet = office.sheet("list.csv")
    sheet.put_row(1, 1, ["姓名", "日期", "班次", "时间"])
    row = 2
    for day in desk.days:
        for member in desk.people:
            what = desk.of(member, day)
            if what != REST:
                sheet.put_row(row, 1, [member.name, day.strftime("%Y/%m/%d"), what, HOURS[what]])
                office.tell("list.csv", sheet, (row, 3), member, day, what)
                row += 1
    office.hours = dict(MINUTES)
    return office


def blocks_by_team() -> Office:
    """A block for each team on one sheet, each with its own title and days."""
    desk, office = draw_desk(7), Office()
    sheet, top = office.sheet("teams.xlsx"), 1
    for team in ("甲组", "乙组"):
        part = KnownDesk(tuple(one for one in desk.people if one.team == team), desk.days, desk.cells)
        form = Form(title=f"{team}2026年12月排班表", file="teams.xlsx", legend="")
        grid(part, form, office, sheet, top)
        top = sheet.height + 3
    sheet.put(top, 1, "早班8:00-16:00 中班16:00-24:00 夜班0:00-8:00")
    office.hours = dict(MINUTES)
    return office


def halves() -> Office:
    """The month in two halves, one below the other."""
    desk, office = draw_desk(8), Office()
    sheet, top = office.sheet("halves.xlsx", "12月"), 1
    for days in (desk.days[:15], desk.days[15:]):
        part = KnownDesk(desk.people, days, desk.cells)
        form = Form(title="2026年12月" if top == 1 else "", file="halves.xlsx", legend="above" if top == 1 else "")
        grid(part, form, office, sheet, top)
        top = sheet.height + 2
    return office


def halves_beside() -> Office:
    """The month in two halves side by side, the names once more between them."""
    desk, office = draw_desk(9), Office()
    sheet = office.sheet("beside.xlsx")
    sheet.put(1, 1, "2026年12月 班表")
    at = 1
    for days in (desk.days[:15], desk.days[15:]):
        sheet.put(2, at, "姓名")
        sheet.put_row(2, at + 1, [day.day for day in days])
        sheet.put_row(3, at + 1, [ZH_WEEKDAYS[day.weekday()] for day in days])
        for row, member in enumerate(desk.people, 4):
            sheet.put(row, at, member.name)
            for column, day in enumerate(days, at + 1):
                sheet.put(row, column, ZH_SAYS(desk.of(member, day)))
                office.tell("beside.xlsx", sheet, (row, column), member, day, desk.of(member, day))
        at += len(days) + 2
    sheet.put(14, 1, "早 8:00-16:00；中 16:00-24:00；夜 0:00-8:00")
    office.hours = dict(MINUTES)
    return office


def sheet_by_month() -> Office:
    """A sheet for each month, which alone says which it is; the year is in the file's name."""
    office = Office()
    for month, last in ((10, 31), (11, 30)):
        days = days_from(date(2026, month, 1), date(2026, month, last))
        desk = draw_desk(month, days, people=6)
        form = Form(title="排班表", file="2026年排班.xlsx", sheet=f"{month}月", legend="above")
        grid(desk, form, office)
    return office


def sheet_by_branch() -> Office:
    """A sheet for each branch; some people are on both."""
    office, desk = Office(), draw_desk(13, people=9, leave=False)
    shared = desk.people[4]
    for place, members in (("东门店", desk.people[:5]), ("西门店", desk.people[4:])):
        cells = dict(desk.cells)
        for day in desk.days:
            if (day.day % 2 == 0) == (place == "东门店"):
                cells[shared.name, day] = REST
        part = KnownDesk(members, desk.days, cells)
        form = Form(title=f"{place}2026年12月排班", file="branches.xlsx", sheet=place, legend="above")
        before = dict(office.truth)
        grid(part, form, office)
        for where, (name, day, what) in office.truth.items():
            if name == shared.name and where not in before and what == REST:
                office.truth[where] = (name, day, desk.cells[name, day])
    return office


def two_rows_each() -> Office:
    """Attendance: morning and afternoon of each person, with ticks."""
    desk, office = draw_desk(14, codes=("班",), people=7, leave=False), Office()
    sheet = office.sheet("attendance.xlsx")
    sheet.put(1, 1, "考勤表（2026年12月）")
    sheet.put_row(2, 1, ["姓名", "时段", *(day.day for day in desk.days), "出勤天数"])
    sheet.put_row(3, 3, [ZH_WEEKDAYS[day.weekday()] for day in desk.days])
    for number, member in enumerate(desk.people):
        row = 4 + 2 * number
        sheet.put(row, 1, member.name)
        sheet.merge(row, row + 1, 1, 1)
        for part, label in enumerate(("上午", "下午")):
            sheet.put(row + part, 2, label)
            for column, day in enumerate(desk.days, 3):
                what = desk.of(member, day)
                sheet.put(row + part, column, "" if what == REST else "√")
                office.tell("attendance.xlsx", sheet, (row + part, column), member, day, what)
        sheet.put(row, 3 + len(desk.days), sum(desk.of(member, day) != REST for day in desk.days))
    sheet.put(20, 1, "√ 出勤，上班时间 8:30-17:30")
    office.own_code = {"班": "正常"}
    return office


def usual_is_blank() -> Office:
    """Only days off and leave are written; an empty cell is the usual shift, whose hours the staff list has."""
    desk, office = draw_desk(15, codes=("班",), people=8), Office()
    form = Form(file="blank.xlsx", says=says(codes={"班": ""}), legend="", totals=True)
    grid(desk, form, office)
    staff = office.sheet("blank.xlsx", "员工名单")
    staff.put_row(1, 1, ["序号", "工号", "姓名", "部门", "上班时间"])
    for row, member in enumerate(desk.people, 2):
        staff.put_row(row, 1, [row - 1, member.id, member.name, member.team, "9:00-18:00"])
    office.own_code, office.hours = {"班": "正常"}, {"正常": ((540, 1080),)}
    return office


def team_rows() -> Office:
    """Teams as rows of their own above their people, and totals below each."""
    desk, office = draw_desk(16), Office()
    sheet = office.sheet("sections.xlsx")
    sheet.put(1, 1, "二〇二六年十二月排班表")
    sheet.put_row(2, 1, ["序号", "姓名", *(f"{day.day}日" for day in desk.days)])
    row = 3
    for team in ("甲组", "乙组"):
        sheet.put(row, 1, team)
        sheet.merge(row, row, 1, 4)
        row += 1
        for number, member in enumerate((one for one in desk.people if one.team == team), 1):
            sheet.put_row(row, 1, [number, member.name])
            for column, day in enumerate(desk.days, 3):
                sheet.put(row, column, ZH_SAYS(desk.of(member, day)))
                office.tell("sections.xlsx", sheet, (row, column), member, day, desk.of(member, day))
            row += 1
        sheet.put(row, 2, "小计")
        row += 1
    sheet.put(row + 1, 2, "早班：8:00－16:00，中班：16:00－24:00，夜班：0:00－8:00")
    office.hours = dict(MINUTES)
    return office


def merged_runs() -> Office:
    """Runs of equal cells are merged across the days."""
    desk, office = draw_desk(17, people=7), Office()
    form = Form(file="merged.xlsx")
    grid(desk, form, office)
    sheet = office.files["merged.xlsx"][0]
    rows = sorted({where[2] for where in office.truth})
    for row in rows[:3]:
        at = 2
        while at < 2 + 31:
            end = at
            while end < 1 + 31 and sheet.cells.get((row, end + 1)) == sheet.cells[row, at]:
                end += 1
            if end > at:
                for column in range(at + 1, end + 1):
                    del sheet.cells[row, column]
                sheet.merge(row, row, at, end)
            at = end + 1
    return office


def two_columns_each() -> Office:
    """Each day over two columns: the shift, and hours of overtime."""
    desk, office = draw_desk(18, people=6), Office()
    sheet = office.sheet("wide.xlsx")
    sheet.put(1, 1, "2026年12月")
    sheet.put(2, 1, "姓名")
    for at, day in enumerate(desk.days):
        sheet.put(2, 2 + 2 * at, day.day)
        sheet.merge(2, 2, 2 + 2 * at, 3 + 2 * at)
        sheet.put_row(3, 2 + 2 * at, ["班次", "加班"])
    for row, member in enumerate(desk.people, 4):
        sheet.put(row, 1, member.name)
        for at, day in enumerate(desk.days):
            sheet.put(row, 2 + 2 * at, ZH_SAYS(desk.of(member, day)))
            office.tell("wide.xlsx", sheet, (row, 2 + 2 * at), member, day, desk.of(member, day))
            if (row + at) % 11 == 0 and desk.of(member, day) in HOURS:
                sheet.put(row, 3 + 2 * at, 2)
    sheet.put(12, 1, "早8:00-16:00、中16:00-24:00、夜0:00-8:00")
    office.hours = dict(MINUTES)
    return office


def shifts_by_days() -> Office:
    """Shifts down, days across, names in the cells one below the other."""
    desk, office = draw_desk(19, WEEK, people=7, leave=False), Office()
    sheet = office.sheet("week.xlsx", "第50周")
    sheet.put(1, 1, "值班表 2026.12.7-12.13")
    sheet.put_row(2, 1, ["班次", *(f"周{ZH_WEEKDAYS[day.weekday()]}\n{day.month}/{day.day}" for day in desk.days)])
    for row, code in enumerate(("早", "中", "夜"), 3):
        sheet.put(row, 1, f"{code}班 {HOURS[code]}")
        for column, day in enumerate(desk.days, 2):
            on = [member for member in desk.people if desk.of(member, day) == code]
            sheet.put(row, column, "\n".join(member.name for member in on))
            for member in on:
                office.truth["week.xlsx", f"第50周|{member.name}", row, column] = (member.name, day, code)
    office.hours = dict(MINUTES)
    return office


def ticks_by_shift() -> Office:
    """A row for each shift of each person, with ticks."""
    desk, office = draw_desk(20, people=6, leave=False), Office()
    sheet = office.sheet("ticks.xlsx")
    sheet.put(1, 1, "2026年12月排班")
    sheet.put_row(2, 1, ["姓名", "班次", *(day.day for day in desk.days)])
    for number, member in enumerate(desk.people):
        row = 3 + 3 * number
        sheet.put(row, 1, member.name)
        sheet.merge(row, row + 2, 1, 1)
        for part, code in enumerate(HOURS):
            sheet.put(row + part, 2, code)
            for column, day in enumerate(desk.days, 3):
                sheet.put(row + part, column, "√" if desk.of(member, day) == code else "")
                office.tell("ticks.xlsx", sheet, (row + part, column), member, day, desk.of(member, day))
    sheet.put(23, 1, "早班 8:00-16:00（含用餐） 中班 16:00-24:00（含用餐） 夜班 0:00-8:00")
    office.hours = dict(MINUTES)
    return office


def months_above() -> Office:
    """Two months, named in merged cells above their days."""
    desk, office = draw_desk(21, PERIOD, people=6), Office()
    form = Form(title="2026年排班", weekdays="")
    grid(desk, form, office, top=1)
    sheet = office.files[form.file][0]
    for row, column in sorted(sheet.cells, reverse=True):
        if row >= 2:
            sheet.cells[row + 1, column] = sheet.cells.pop((row, column))
    sheet.merged = [(top + (top > 1), bottom + (top > 1), left, right) for top, bottom, left, right in sheet.merged]
    office.truth = {(file, title, row + 1, column): what for (file, title, row, column), what in office.truth.items()}
    sheet.put(2, 2, "11月")
    sheet.merge(2, 2, 2, 11)
    sheet.put(2, 12, "12月")
    sheet.merge(2, 2, 12, 31)
    return office


def english(title: str = "Roster for December 2026", **options: Any) -> Callable[[], Office]:
    """An English office: D, N, OFF, AL."""
    codes = {"早": "D", "中": "L", "夜": "N"}
    names = ("Ann Lee", "Bob Ray", "Cara Dunn", "Dan Fox", "Eve Hill", "Finn Oak")
    settings: dict[str, Any] = {
        "title": title,
        "file": "english.xlsx",
        "weekday_names": EN_WEEKDAYS,
        "titles": {"name": "Name", "id": "Staff ID", "team": "Team", "number": "No."},
        "says": says("OFF", codes, {"annual": "AL", "sick": "SL"}),
        "legend_text": "D = Day 08:00-16:00; L = Late 16:00-24:00; N = Night 00:00-08:00; AL = annual leave",
        "hours": {codes[code]: spans for code, spans in MINUTES.items()},
    }

    def make() -> Office:
        office = by_form(names=names, **(settings | options))()
        office.own_code = dict(codes)
        return office

    return make


LETTER_HOURS = {LETTERS[code]: spans for code, spans in MINUTES.items()}
LETTER_LEGEND = "班次：A班 8:00~16:00，B班 16:00~24:00，C班 0:00~8:00"


def lettered(**options: Any) -> Callable[[], Office]:
    """Codes are the letters A, B, C."""
    settings = {"says": says(codes=LETTERS), "legend_text": LETTER_LEGEND, "hours": LETTER_HOURS}

    def make() -> Office:
        office = by_form(**(settings | options))()
        office.own_code = dict(LETTERS)
        return office

    return make


WITH_HOURS = {code: f"{code}班\n{hours}" for code, hours in HOURS.items()}


def named_by_hours() -> Office:
    """Cells hold hours and no code."""
    office = by_form(says=says(codes=HOURS), legend="")()
    office.own_code = {"早": "08-16", "中": "16-24", "夜": "00-08"}
    office.hours = {office.own_code[code]: spans for code, spans in MINUTES.items()}
    return office


LAYOUTS: dict[str, Callable[[], Office]] = {
    "names alone, weekdays below": by_form(),
    "weekdays above": by_form(weekdays="above"),
    "no weekdays": by_form(weekdays=""),
    "id, name, team": by_form(columns=("id", "name", "team")),
    "number and name": by_form(columns=("number", "name")),
    "team merged down": by_form(columns=("team", "name"), merge_team=True),
    "spaced names": by_form(spaced_names=True),
    "blank for a day off": by_form(says=says("")),
    "dates in full": by_form(heads=lambda day: day, title="客服部排班"),
    "serial dates": by_form(heads=lambda day: (day - EXCEL_EPOCH).days, title="排班"),
    "month and day": by_form(heads=lambda day: f"{day.month}月{day.day}日"),
    "day with sign and weekday in one": by_form(
        heads=lambda day: f"{day.day}日\n周{ZH_WEEKDAYS[day.weekday()]}", weekdays=""
    ),
    "slashed dates": by_form(heads=lambda day: f"{day.month}/{day.day}"),
    "pointed dates": by_form(heads=lambda day: f"{day.month}.{day.day}"),
    "years of the Republic": by_form(title="115年12月份排班表"),
    "dates of the Republic": by_form(heads=lambda day: f"{day.year - 1911}/{day.month}/{day.day}", title="排班表"),
    "no title, year by weekdays": by_form(title="", sheet="12月"),
    "period from the 21st": by_form(days=PERIOD, title="2026年12月排班表（11月21日-12月20日）"),
    "period by weekdays": by_form(days=PERIOD, title="2026年12月考勤"),
    "totals and remarks": by_form(totals=True, remark=True),
    "totals and blank days off": by_form(totals=True, says=says("")),
    "counts below": by_form(summary=True),
    "legend above": by_form(legend="above"),
    "legend beside": by_form(legend="beside", totals=True),
    "legend as a table": by_form(legend="table"),
    "legend on a sheet": by_form(legend="sheet"),
    "letters with a legend": lettered(),
    "letters, lower case here and there": lettered(legend="sheet", says=says(codes=LETTERS | {"中": "b"})),
    "hours in the cells": by_form(says=says(codes=WITH_HOURS), legend=""),
    "hours alone in the cells": named_by_hours,
    "shift names in full": by_form(says=says(codes={code: f"{code}班" for code in HOURS})),
    "csv": by_form(file="roster.csv"),
    "csv of an older Windows": by_form(file="roster.csv", encoding="gb18030", columns=("id", "name")),
    "ods": by_form(file="roster.ods", columns=("id", "name")),
    "an empty row between people": by_form(gap_rows=1),
    "a week": by_form(days=WEEK, heads=lambda day: f"{day.month}/{day.day}"),
    "weekends off, blank": by_form(weekends_off=True, says=says(""), leave=False),
    "days down": turned,
    "names in the cells": names_in_cells,
    "shifts by days": shifts_by_days,
    "one duty a row": listed,
    "a block for each team": blocks_by_team,
    "two halves": halves,
    "two halves side by side": halves_beside,
    "a sheet for each month": sheet_by_month,
    "a sheet for each branch": sheet_by_branch,
    "mornings and afternoons": two_rows_each,
    "blank for the usual shift": usual_is_blank,
    "teams as rows": team_rows,
    "merged runs": merged_runs,
    "two columns each": two_columns_each,
    "ticks by shift": ticks_by_shift,
    "months above the days": months_above,
    "English": english(),
    "English, blank days off": english(
        title="Dec 2026", says=says("", {"早": "D", "中": "L", "夜": "N"}, {"annual": "AL", "sick": "SL"})
    ),
    "English dates": english(heads=lambda day: f"{day.day}-{day:%b}", columns=("number", "id", "name")),
}


def known_member(office: Office) -> Member:
    """Somebody who is on the roster."""
    name = next(iter(office.truth.values()))[0]
    return Member(name, "", "")
