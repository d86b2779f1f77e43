"""The roster to print: a row for each person, a column for each day, cover below, totals beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from openpyxl.utils import get_column_letter

from scheduler.audit.statistics import Cover, count_cover, total_workers
from scheduler.domain import UNSAID, Day, DayKind, Shift, Violation, Worker
from scheduler.files.schema.roster_cells import GONE_SIGN, REST_SIGN, join_shifts, leave_words, shift_words, shifts_in
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    ANYBODY,
    ASSUMED,
    AWAY_NAME,
    COVER_HEADING,
    EXEMPT_HERE,
    EXEMPT_RULE,
    GONE,
    GRID_TOTALS,
    ID,
    LEGEND,
    MORE,
    NAME,
    NOTICES,
    OVERTIME_LEGEND,
    OVERTIME_LINE,
    OVERTIME_SIGN,
    PART_LEGEND,
    PART_LINE,
    PART_SIGN,
    RESERVE_LEGEND,
    RESERVE_LINE,
    RESERVE_SIGN,
    REST,
    RULES,
    SIGNATURE,
    SIGNED_AS,
    TEAM,
)
from scheduler.files.writing.page import (
    AWAY,
    COVER_LOOKS,
    DAY_FILLS,
    FREE,
    HEAD,
    LARGE,
    PAPER_HEIGHT,
    PAPER_WIDTH,
    RESTING,
    TEXT,
    UNIT,
    Look,
    Page,
    shift_look,
    text_width,
)
from scheduler.files.writing.wording import cover_sign, say_calendar, say_cover, say_period
from scheduler.i18n import WEEKDAYS, Lang, join_items
from scheduler.rules.book import discovered

LOWEST, USUAL, HIGHEST = 13.0, 18.0, 26.0  # points of a person's row
LEAST_PEOPLE = 5  # above legend and signatures on their page
MOST_TIMES = 6  # times without anybody of a kind; all of them are on the sheet on how it was made


class RosterSheet:
    """The roster to print: a row for each person, a column for each day."""

    def __init__(self, page: Page, edition: Edition, lang: Lang) -> None:
        self.page, self.edition, self.lang = page, edition, lang
        self.problem = edition.problem
        self.cover = count_cover(edition.problem, edition.roster)
        self.words = shift_words(period.shift for period in self.problem.shift_periods)
        self.rest = self._sign(REST_SIGN.say(lang))
        days = self.problem.leave_days.items()
        kinds = dict.fromkeys(edition.reader.leave_kind(leave) for (_, day), leave in days if day <= self.problem.last)
        self.leave_signs = {
            kind: self._sign(told.sign.say(lang), told.name.say(lang))
            for kind in kinds
            for told in [self.problem.desk.leave_kind(kind)]
        }
        self.days = dict(enumerate(self.problem.days, 4))
        self.sums = total_workers(edition.problem, edition.roster)
        names = [name for name in GRID_TOTALS if name != "overtime" or any(each.overtime for each in self.sums)]
        self.totals = dict(enumerate(names, 4 + len(self.days)))
        self.columns = range(1, 4 + len(self.days) + len(self.totals))
        self.row = 1

    def write(self) -> None:
        """Write the sheet from top to bottom."""
        sheet = self.page.sheet
        self._set_widths()
        self._title()
        heading = self.row
        self._headings()
        people = range(self.row, self.row + len(self.problem.workers))
        sheet.freeze_panes = f"D{self.row}"
        self._people()
        self._cover()
        self._legend()
        self._line([(SIGNATURE.say(self.lang, role=role), FREE) for role in SIGNED_AS], 30)
        self._set_heights(people, heading)
        sheet.sheet_view.showGridLines = False
        sheet.print_title_rows = f"{heading}:{heading + 2}"
        sheet.print_title_cols = "A:C"
        sheet.print_area = f"A1:{get_column_letter(self.columns[-1])}{self.row - 1}"

    def _next(self, height: float) -> None:
        self.page.set_height(self.row, height)
        self.row += 1

    def _line(self, texts: Sequence[tuple[str, Look]], height: float) -> None:
        """A row of texts side by side over the whole width, with as many lines of that height as the longest needs."""
        count, lines = len(texts), 1
        for place, (text, look) in enumerate(texts):
            part = self.columns[place * len(self.columns) // count : (place + 1) * len(self.columns) // count]
            lines = max(lines, self.page.spread(self.row, part, text, look))
        self._next(height * lines)

    def _sign(self, *texts: str) -> str:
        """The first of the texts that no shift is called, or nothing."""
        return next(
            (text for text in texts if shifts_in(text, self.words, leave_words(self.problem.desk.kinds)) == ()), ""
        )

    def _called(self, shift: Shift) -> str:
        return " ".join(dict.fromkeys((shift.code, shift.name)))

    def _set_widths(self) -> None:
        workers = self.problem.workers
        shifts = [period.shift for period in self.problem.shift_periods]
        anybody = ANYBODY.say(self.lang)
        cover = max((text_width(say_cover(row)) for row in self.cover), default=0)
        signs = [self.rest, *(shift.code for shift in shifts), *self.leave_signs.values()]
        widths = {
            1: min(max(text_width(worker.id) for worker in workers) + 2, 14),
            2: min(max(map(text_width, [w.name for w in workers] + [self._called(shift) for shift in shifts])) + 2, 22),
            3: min(max(map(text_width, [anybody, *(worker.team for worker in workers)])) + 2, 14),
            **dict.fromkeys(self.days, min(max(max(map(text_width, signs)) + 1.8, 0.75 * cover), 8)),
            **{column: text_width(GRID_TOTALS[name].say(self.lang)) + 1.5 for column, name in self.totals.items()},
        }
        for column, width in widths.items():
            self.page.set_width(column, width)

    def _set_heights(self, people: range, heading: int) -> None:
        """Rows as high as the fewest pages let them be on which legend and signatures stand below some people."""
        scale = min(1, PAPER_WIDTH / (UNIT * sum(map(self.page.width, self.columns))))
        above, below = (
            [self.page.height(row) for row in rows] for rows in (range(1, people.start), range(people.stop, self.row))
        )
        again = sum(self.page.height(row) for row in range(heading, heading + 3))
        room = 0.95 * PAPER_HEIGHT / scale
        tried = [
            (pages, -height)
            for height in (HIGHEST - 0.5 * step for step in range(int(2 * (HIGHEST - LOWEST)) + 1))
            if (pages := count_pages([sum(above), *[height] * len(people), sum(below)], room, again))
        ]
        chosen = -min(tried)[1] if tried else USUAL
        for row in people:
            self.page.set_height(row, chosen)

    def _title(self) -> None:
        self._line([(self.edition.title(self.lang), LARGE)], 26)
        in_force = self.edition.status == "live"
        state = self.edition.say_state(self.lang)
        self._line([(state, FREE._replace(across="center", bold=not in_force))], 16)
        if self.problem.assumptions:
            notes = [note.say(self.lang) for note in self.problem.assumptions]
            text = ASSUMED.say(self.lang, notes=("；" if self.lang == "zh" else "; ").join(notes))
            self._line([(text, FREE)], 16)
        if self.edition.unattended:
            told = [one.note.say(self.lang) for one in self.edition.unattended[:MOST_TIMES]]
            told += ["…"] if len(self.edition.unattended) > MOST_TIMES else []
            self._line([(("；" if self.lang == "zh" else "; ").join(told), FREE)], 16)
        if missing := self.edition.say_open(self.lang):
            self._line([(missing, FREE._replace(bold=True, ink="C00000"))], 16)
        exempt = self.edition.exemptions
        if exempt:
            rules: dict[str, list[Violation]] = {}
            for each in exempt:
                rules.setdefault(each.reason.rule, []).append(each)
            lines = []
            for name, found in rules.items():
                people = dict.fromkeys(self.problem.names[who] for each in found for who in each.reason.workers)
                clause = discovered()[name].clause.say(self.lang)
                lines.append(EXEMPT_RULE.say(self.lang, clause=clause, n=len(found), who=join_items(people, self.lang)))
            said = ("；" if self.lang == "zh" else "; ").join(lines)
            said += MORE.say(self.lang, sheet=RULES)
            self._line([(EXEMPT_HERE.say(self.lang, lines=said), FREE._replace(bold=True, ink="C00000"))], 16)

    def _headings(self) -> None:
        """Dates, weekdays, and what the calendar says of the days."""
        page, row = self.page, self.row
        marks = {column: say_calendar(day, self.lang) for column, day in self.days.items()}
        longest = max(marks.values(), key=text_width)
        turned, height = 0, 15.0 if longest else 5.0
        if text_width(longest) > 4:
            turned = 255 if text_width(longest) == 2 * len(longest) else 90
            height = (12 if turned == 255 else 5.5) * len(longest) + 8
        titles = {1: ID, 2: NAME, 3: TEAM} | {column: GRID_TOTALS[name] for column, name in self.totals.items()}
        for column, title in titles.items():
            for below in range(3):
                page.put(row + below, column, None if below else title.say(self.lang), HEAD)
            page.merge(row, row + 2, column, column)
        for column, day in self.days.items():
            look = HEAD._replace(fill=DAY_FILLS[day.kind] or HEAD.fill, wrap=False)
            weekday = WEEKDAYS[day.date.weekday()].say(self.lang)
            page.put(row, column, day.date, look._replace(form="d"))
            page.put(row + 1, column, weekday, look._replace(size=9, shrink=True))
            page.put(row + 2, column, marks[column], look._replace(size=8, turned=turned))
        for part in (16, 16, height):
            self._next(part)

    def _people(self) -> None:
        for worker, total in zip(self.problem.workers, self.sums, strict=True):
            for column, text in enumerate((worker.id, worker.name, worker.team), 1):
                self.page.put(self.row, column, text, TEXT)
            for column, day in self.days.items():
                text, look = self._cell(worker, day)
                extra = self.problem.extra_minutes(worker.id, [day.date]) / 60
                overtime = OVERTIME_SIGN.say(self.lang, hours=round(extra, 2)) if extra else ""
                look = look._replace(
                    marked=self.edition.is_marked(worker.id, day.date),
                    sign=" ".join(
                        filter(None, (overtime, self._part_sign(worker, day), self._reserve_sign(worker, day)))
                    ),
                )
                self.page.put(self.row, column, text, look)
            for column, name in self.totals.items():
                self.page.put(self.row, column, getattr(total, name))
            self.row += 1

    def _cell(self, worker: Worker, day: Day) -> tuple[str, Look]:
        """What a person's day shows."""
        codes = self.edition.roster.on(worker.id, day.date)
        shifts = sorted((self.problem.shift_on(day.date, code) for code in codes), key=lambda shift: shift.start)
        if shifts:
            text = join_shifts([shift.code for shift in shifts], self.words)
            return text, shift_look(shifts[0])._replace(bold=any(shift.night for shift in shifts))
        leave = self.problem.leave_days.get((worker.id, day.date))
        if leave:
            return self.leave_signs[self.edition.reader.leave_kind(leave)], AWAY
        fill = DAY_FILLS[DayKind.RESTDAY] if day.is_off else ""
        return self.rest if worker.employed(day.date) else self._sign(GONE_SIGN), RESTING._replace(fill=fill)

    def _part_sign(self, worker: Worker, day: Day) -> str:
        """What stands beside a cell whose day holds hours of leave; of what kind is nobody else's business."""
        return PART_SIGN.say(self.lang) if (worker.id, day.date) in self.problem.leave_hours else ""

    def _reserve_sign(self, worker: Worker, day: Day) -> str:
        """What stands beside the cell of somebody who stands by and has not been called."""
        shift = self.edition.reserves.get((worker.id, day.date))
        is_off = not self.edition.roster.on(worker.id, day.date)
        return RESERVE_SIGN.say(self.lang, shift=shift) if shift and is_off else ""

    def _reserves(self) -> list[str]:
        """Who stands by, day by day."""
        names = self.problem.names
        rows = sorted((day, shift, names.get(who, who)) for (who, day), shift in self.edition.reserves.items())
        return [RESERVE_LINE.say(self.lang, day=day, shift=shift, who=who) for day, shift, who in rows]

    def _parts(self) -> list[str]:
        """Everybody's hours of leave, day by day."""
        return [
            PART_LINE.say(self.lang, who=self.problem.names[who], day=day, times=one.times)
            for (who, day), away in sorted(self.problem.leave_hours.items(), key=lambda cell: (cell[0][1], cell[0][0]))
            for one in sorted(away, key=lambda one: one.since)
            if day in self.problem.day_by_date
        ]

    def _cover(self) -> None:
        """Heads against target, a row for each shift and kind of people asked for."""
        self._line([(COVER_HEADING.say(self.lang), FREE._replace(bold=True))], 18)
        asked: dict[tuple[str, str], dict[date, Cover]] = {}
        for row in self.cover:
            asked.setdefault((row.shift, row.who), {})[row.date] = row
        shifts = {period.shift.code: period.shift for period in self.problem.shift_periods}
        order = list(shifts)
        for code, who in sorted(asked, key=lambda key: (order.index(key[0]), key[1])):
            by_day, shift = asked[code, who], shifts[code]
            self.page.put(self.row, 2, self._called(shift), shift_look(shift))
            self.page.put(self.row, 3, who or ANYBODY.say(self.lang), TEXT)
            for column, day in self.days.items():
                found = by_day.get(day.date)
                text, sign = (say_cover(found), cover_sign(found)) if found else (None, "")
                self.page.put(self.row, column, text, COVER_LOOKS[sign])
            self._next(15)

    def _legend(self) -> None:
        """The shifts with their times, then the signs."""
        self._next(6)
        periods, placed = self.problem.shift_periods, self.edition.breaks is not None
        for start in range(0, len(periods), 3):
            three = [
                (say_period(self.problem, period, self.lang, placed=placed), shift_look(period.shift))
                for period in periods[start : start + 3]
            ]
            self._line([*three, *[("", FREE)] * (3 - len(three))], 16)
        signs = {self.rest: REST} | {
            sign: AWAY_NAME if kind == UNSAID else self.problem.desk.leave_label(kind)
            for kind, sign in self.leave_signs.items()
        }
        if not all(worker.employed(day) for worker in self.problem.workers for day in self.problem.dates):
            signs[self._sign(GONE_SIGN)] = GONE
        said = join_items((f"{sign}={name.say(self.lang)}" for sign, name in signs.items() if sign), self.lang)
        self._line([(LEGEND.say(self.lang, signs=said), FREE)], 16)
        if extra := self._overtime():
            self._line(
                [(OVERTIME_LEGEND.say(self.lang, lines=("；" if self.lang == "zh" else "; ").join(extra)), FREE)], 16
            )
        if reserves := self._reserves():
            told = ("；" if self.lang == "zh" else "; ").join(reserves)
            self._line([(RESERVE_LEGEND.say(self.lang, lines=told), FREE)], 16)
        if parts := self._parts():
            self._line(
                [(PART_LEGEND.say(self.lang, lines=("；" if self.lang == "zh" else "; ").join(parts)), FREE)], 16
            )
        if self.edition.marks:
            self._line([(self.edition.marks.say(self.lang), FREE._replace(bold=True))], 16)
        if self.problem.desk.notice:
            lines = [line.say(self.lang) for line in self.problem.desk.notice]
            notice = ("；" if self.lang == "zh" else "; ").join(lines)
            self._line([(NOTICES.say(self.lang, notice=notice), FREE)], 16)
        if anchor := self.edition.say_head(self.lang):
            self._line([(anchor, FREE)], 16)

    def _overtime(self) -> list[str]:
        """Everybody's overtime with a time, day by day."""
        rows = [row for row in self.problem.overtime if row.start is not None and row.day in self.problem.day_by_date]
        return [
            OVERTIME_LINE.say(self.lang, who=self.problem.names[row.worker], day=row.day, terms=row.terms)
            for row in sorted(rows, key=lambda row: (row.day, row.worker, row.start))
        ]


def count_pages(heights: Sequence[float], room: float, again: float) -> int:
    """Pages that rows take, of which the last belongs to some people before it; 0 where it would stand without them.

    Parameters
    ----------
    heights : sequence of float
        What stands above people, each person's row, and what stands below them, in points.
    room : float
        Points of a page for rows.
    again : float
        Points of the headings that are repeated on further pages.
    """
    pages, used, on_page = 1, 0.0, 0
    for place, height in enumerate(heights):
        is_last = place == len(heights) - 1
        if used + height > room:
            if is_last:
                return 0
            pages, used, on_page = pages + 1, again, 0
        used += height
        on_page += place > 0 and not is_last
    return pages if on_page >= min(LEAST_PEOPLE, len(heights) - 2) else 0


def write_roster_sheet(page: Page, edition: Edition, lang: Lang) -> None:
    """Write the roster to print."""
    RosterSheet(page, edition, lang).write()
