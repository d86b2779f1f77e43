"""The pages for the notice board: a week on each, to be read from two metres."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scheduler.domain import Shift, Worker
from scheduler.files.papers.issue import OLD_VOID, PAPER_CORNER, WARNING, Issue
from scheduler.files.writing.labels import NAME, NOTICES, REST
from scheduler.files.writing.page import DAY_FILLS, Look, Page, shift_look
from scheduler.files.writing.wording import say_calendar
from scheduler.i18n import WEEKDAYS, Lang, Sentence
from scheduler.timeline import DAY_MINUTES, clock_text
from scheduler.workflow.readers import EVERYBODY

# The notice board
WEEK_OF = Sentence("{title} {first}–{last}", "{title}: {first} – {last}")
ON_WEEKDAY = Sentence("周{weekday}", "{weekday}")
OVERTIME_TIMES = Sentence("加班 {times}", "OT {times}")
AWAY_TIMES = Sentence("假 {times}", "leave {times}")
ARRANGED = Sentence("安排：{lines}", "Arrangements: {lines}")
# To be read from two metres, a Chinese character is about five millimetres high, 14 points.
BOARD_TITLE = Look(bold=True, size=22, across="left", wrap=True, boxed=False)
BOARD_HEAD = Look(bold=True, size=14, fill="E4EAF1", shrink=True)
BOARD_NAME = Look(bold=True, size=16, form="@", shrink=True)
BOARD_REST = Look(size=14, ink="7F7F7F", shrink=True)
BOARD_LINE = Look(size=12, across="left", wrap=True, boxed=False)
OUTSIDE = Look(fill="D9D9D9")  # a day of another month, or of no employment
NAME_WIDTH, DAY_WIDTH = 14.0, 18.0  # spreadsheet units
BOARD_ROOM = 500.0  # points of a page across, for everything
ROW_LEAST, ROW_MOST = 25.0, 40.0  # points of a person's row on the board


def write_board(issue: Issue, week: Sequence[date], page: Page) -> None:
    """A week: a row for each person, seven days with the hours; its head stands on every page."""
    days = [day for day in week if day in issue.problem.day_by_date]
    page.set_width(1, NAME_WIDTH)
    for column in range(2, 9):
        page.set_width(column, DAY_WIDTH)
    title = issue.say(WEEK_OF, title=issue.edition.title(issue.lang), first=days[0], last=days[-1])
    lines = page.spread(1, range(1, 7), title, BOARD_TITLE)
    page.spread(1, range(7, 9), issue.say_version(issue.lang), PAPER_CORNER)
    page.set_height(1, max(36, 30 * lines))
    row = 2
    if issue.replaces:
        page.spread(row, range(1, 9), issue.say(OLD_VOID, n=issue.replaces), WARNING._replace(size=12))
        page.set_height(row, 20)
        row += 1
    for place in range(2):
        page.put(row + place, 1, None if place else issue.say(NAME), BOARD_HEAD)
    page.merge(row, row + 1, 1, 1)
    for column, day in enumerate(week, 2):
        _put_day(issue, page, row, column, day)
    page.set_height(row, 24)
    page.set_height(row + 1, 20)
    row += 2
    page.sheet.print_title_rows = f"1:{row - 1}"
    page.sheet.freeze_panes = f"B{row}"
    below = _lines_below(issue, days)
    people = [worker for worker in issue.problem.workers if any(worker.employed(day) for day in days)]
    room = BOARD_ROOM - sum(page.height(each) for each in range(1, row)) - 18 * len(below)
    height = min(room / max(1, len(people)), ROW_MOST)
    for worker in people:
        page.put(row, 1, issue.problem.names[worker.id], BOARD_NAME)
        most = 1
        for column, day in enumerate(week, 2):
            text, look = _cell(issue, worker, day)
            if issue.edition.is_marked(worker.id, day):
                look = look._replace(marked=True)
            most = max(most, text.count("\n") + 1)
            page.put(row, column, text, look)
        page.set_height(row, max(height, ROW_LEAST, 17 * most))
        row += 1
    for text in below:
        page.set_height(row, 17 * page.spread(row, range(1, 9), text, BOARD_LINE))
        row += 1


def _put_day(issue: Issue, page: Page, row: int, column: int, day: date) -> None:
    known = issue.problem.day_by_date.get(day)
    look = BOARD_HEAD._replace(fill=DAY_FILLS[known.kind] or BOARD_HEAD.fill) if known else OUTSIDE
    if not known:
        page.put(row, column, None, look)
        page.put(row + 1, column, None, look)
        return
    weekday = WEEKDAYS[day.weekday()].say(issue.lang)
    mark = say_calendar(known, issue.lang)
    weekday = ON_WEEKDAY.say(issue.lang, weekday=weekday)
    page.put(row, column, issue.say_day(day), look)
    page.put(row + 1, column, " ".join(filter(None, (weekday, mark))), look._replace(size=12))


def _cell(issue: Issue, worker: Worker, day: date) -> tuple[str, Look]:
    """The shift and its hours, large; what kind of leave somebody is on is nobody else's business."""
    if day not in issue.problem.day_by_date or not worker.employed(day):
        return "", OUTSIDE
    shifts = issue.shifts_on(worker, day)
    extra = [issue.say(OVERTIME_TIMES, times=each.times) for each in issue.problem.extra_on(worker.id, day)]
    away = issue.problem.leave_hours.get((worker.id, day), ())
    extra += [issue.say(AWAY_TIMES, times=each.times) for each in away]
    if extra:
        lines = [f"{shift.code} {short_times(shift, issue.lang)}" for shift in shifts]
        look = shift_look(shifts[0]) if shifts else BOARD_REST
        return "\n".join([*lines, *extra]), look._replace(size=11, wrap=True, shrink=False)
    if not shifts:
        leave = issue.problem.leave_days.get((worker.id, day))
        kind = issue.problem.desk.leave_label(EVERYBODY.leave_kind(leave)) if leave else REST
        return issue.say(kind), BOARD_REST
    text = "\n".join(f"{shift.code} {short_times(shift, issue.lang)}" for shift in shifts)
    look = shift_look(shifts[0])
    if len(shifts) > 1:
        return text, look._replace(size=11, wrap=True, shrink=False)
    return text, look._replace(size=14)


def _lines_below(issue: Issue, days: Sequence[date]) -> list[str]:
    """What stands below a week: what is arranged over several of its days, and notices for everybody."""
    lines = [
        line.say(issue.lang, issue.problem.names)
        for line in issue.edition.arrangements
        if len(line.days) > 1 and line.days[0] <= days[-1] and line.days[-1] >= days[0]
    ]
    notices = [line.say(issue.lang) for line in issue.problem.desk.notice]
    join = ("；" if issue.lang == "zh" else "; ").join
    texts = [issue.edition.marks.say(issue.lang)] if issue.edition.marks else []
    texts += [missing] if (missing := issue.edition.say_open(issue.lang, days)) else []
    texts += [issue.say(ARRANGED, lines=join(lines))] if lines else []
    texts += [issue.say(NOTICES, notice=join(notices))] if notices else []
    return [*texts, *filter(None, [issue.edition.say_head(issue.lang)])]


def short_times(shift: Shift, lang: Lang) -> str:
    """A shift's hours as a notice board has room for: `8:00–16:00`."""

    def clock(minute: int) -> str:
        text = clock_text(minute if minute <= DAY_MINUTES else minute - DAY_MINUTES).removeprefix("0")
        return Sentence("次日{text}", "+1 {text}").say(lang, text=text) if minute > DAY_MINUTES else text

    return f"{clock(shift.start)}–{clock(shift.end)}"
