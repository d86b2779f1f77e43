"""Old files read as a whole: every cell accounted for, and what they say of people, shifts and days."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from scheduler.adopting.old_rosters import (
    Guess,
    OldDay,
    OldRosters,
    OldShift,
    Question,
    Says,
    Where,
)
from scheduler.files.adopting.accounts import WEEKDAY_DIFFERS, Accounts
from scheduler.files.adopting.ambiguous import sort_words
from scheduler.files.adopting.answers import Answers
from scheduler.files.adopting.blanks import Blank, DayCell, Decision, decide_blank
from scheduler.files.adopting.blocks import SEPARATORS, Block, PersonRow, like_a_name, plain_name, several_names
from scheduler.files.adopting.codes import USUAL, CodeBook, Meaning, read_codes
from scheduler.files.adopting.employment import Employment, find_gone
from scheduler.files.adopting.layout import Roster, find_rosters, page_context
from scheduler.files.adopting.legend import Legend, meaning_of, read_legend
from scheduler.files.adopting.lists import Listed, read_lists
from scheduler.files.adopting.pages import Page
from scheduler.files.adopting.people import People
from scheduler.files.adopting.raw_cells import RawCell
from scheduler.files.adopting.statuses import Statuses
from scheduler.files.adopting.words import OFTEN, Kind, Word, word_of
from scheduler.files.schema.roster_cells import GRID_TITLE
from scheduler.files.schema.text import comparable
from scheduler.files.writing.sheets import SHEETS
from scheduler.i18n import Sentence, fill_in
from scheduler.timeline import days_between

NO_DATE = Sentence("不知道是哪一天：{why}", "nobody says which day this is: {why}")
LACKING = {
    "year": Sentence("没有年份", "no year is given"),
    "month": Sentence("没有月份", "no month is given"),
    "day": Sentence("只有星期，没有日期", "only weekdays are given, and no days"),
    "period": Sentence(
        "跨两个月，标题的月份指前一个还是后一个？", "the days run over two months, of which the title names one"
    ),
}
WHICH_YEAR = Sentence(
    "{where} 的排班表是哪一年的？（答 2026 或 2026-12）", "Of which year is the roster of {where}? (2026, or 2026-12)"
)
WHICH_MONTH = Sentence(
    "{where} 的排班表从哪个月开始？（答 2026-12）", "With which month does the roster of {where} begin? (2026-12)"
)
WHICH_DAY = Sentence(
    "{where} 第 {row} 行只有星期、没有日期：第一天（{weekday}）是哪一天？（答 2026-12-07）",
    "Row {row} of {where} has weekdays and no dates: which day is the first of them ({weekday})? (2026-12-07)",
)
WHICH_DATES = Sentence(
    "{where} 按标题是 {first} 起，可是表上的星期与之不符{fitting}：从哪年哪月开始？（答 2025-12；星期写错了就答 {month}）",
    "By its title the roster of {where} begins on {first}, but its weekdays are not those{fitting}: with which month does it begin?"
    " (2025-12, or {month} if the weekdays are wrong)",
)
FITTING = Sentence("（与 {years} 年的相符）", " (they are those of {years})")
WHAT_BLANK = Sentence(
    "{where}：空白格是休息还是平常的班？（答“休”或“班”）{why}",
    "{where}: does an empty cell mean a day off or the usual shift? (answer “off” or “duty”) {why}",
)
USUAL_HOURS = Sentence(
    "平常的班（{where}）几点到几点？没有图例、员工表写明",
    "What are the hours of the usual shift ({where})? Neither a legend nor a staff list says",
)
ALL_DIFFER = Sentence(
    "表上的星期不是{year}年{month}月的：年月不明（见问题）",
    "the weekdays of the sheet are not those of {year}-{month:02d}: which month it is is not known (see the questions)",
)
NO_SUCH_DAY = Sentence("这一列的日期与前后不符", "the day of this column does not go with its neighbours")
WHOSE = Sentence("不知道是谁的：这一行没有姓名", "nobody knows whose this is: the row has no name")
UNREAD = Sentence("出错，或公式没有结果", "an error, or a formula without its result")
MERGED_DOWN = Sentence("合并在几个人上", "merged over several people")
TWICE = Sentence("与 {other} 不一致", "it says otherwise than {other}")
BLANK_FEW = Sentence("空白格：{why}", "an empty cell: {why}")
NAMESAKES = Sentence("两行都叫“{name}”（见问题）", "two rows are called {name} (see the questions)")
SEVERAL = Sentence("这一行写着几个人“{name}”（见问题）", "the row names several people, {name} (see the questions)")
NOT_NAMES = Sentence("不知道“{texts}”是谁", "nobody knows who “{texts}” is")
NAME_NOTE = Sentence("“{name}”后面注有“{note}”", "“{note}” stands behind {name}")
NOTE_LEFT = Sentence(
    "{where}：“{name}”后面注的“{note}”没有采用", "{where}: nothing was taken from “{note}” behind {name}"
)
BLANK_GUESS = Sentence("{where}：空白＝{word}", "{where}: an empty cell is {word}")
REST_WORD, USUAL_WORD = Sentence("休息", "a day off"), Sentence("平常的班", "the usual shift")
YEAR_GUESS = Sentence("{where}：从 {first} 开始", "{where}: it begins on {first}")
BY_WEEKDAYS = Sentence(
    "与 {n} 个星期都相符，是最近的一年（另有 {years} 个年份也相符）",
    "it agrees with all {n} weekdays, in the year that is nearest (so do {years} others)",
)
BY_MONTHS = Sentence(
    "标题写了几个月，{n} 个星期与这个月的相符",
    "the title names several months, and the {n} weekdays are those of this one",
)
LEAVE_UNCLEAR = Sentence(
    "{where}：不知道是谁的、或哪一种假（{kind}）", "{where}: nobody knows whose leave this is, or which kind ({kind})"
)
LEAVE_AND_DUTY = Sentence(
    "{where} 是请假，{other} 那天有班：按有班算", "{where} is leave, and {other} a duty on that day, which counts"
)
TWO_KINDS = Sentence("上下两格不同：{texts}", "the cells of the day differ: {texts}")


HALF_DAYS = re.compile(r"上午|下午|早上|晚上|[ap]\.?m\.?|出勤|考勤", re.IGNORECASE)
YES_OR_NO = {"算": True, "是": True, "yes": True, "不算": False, "否": False, "no": False}
OWN_SHEETS = 3  # of this program beside a roster's, by which a workbook is known as its own
HIDDEN = Sentence(
    "工作表是隐藏的：不知道算不算（见问题）", "the sheet is hidden: whether it counts is not known (see the questions)"
)
COUNTS = Sentence(
    "工作表 {where} 是隐藏的，上面也有排班：算不算？（答“算”或“不算”，模板答“不算”）",
    "Sheet {where} is hidden and has a roster: does it count? (answer “yes” or “no”, “no” for a template)",
)
NO_WORD = (UNREAD, WHOSE, HIDDEN)  # doubts that leave open whether the cell has a word of the roster's


def read_old(pages: Sequence[Page], answers: Mapping[str, str], today: date) -> OldRosters:
    """All that old files say.

    Parameters
    ----------
    answers : mapping
        By the key of the question.
    """
    return _Reading(pages, answers, today).read()


class _Reading:
    """One reading of old files; what is found is gathered on the way."""

    def __init__(self, pages: Sequence[Page], answers: Mapping[str, str], today: date) -> None:
        self.answers = Answers(answers)
        self.today = today
        self.every = pages
        self.pages = [page for page in _without_own_extras(pages) if self._counts(page) is not False]
        self.statuses = Statuses(self.answers)
        self.accounts = Accounts(self.statuses)
        self.questions: list[Question] = []
        self.guesses: list[Guess] = []
        self.doubts: list[Sentence] = []
        self.gone: set[str] = set()  # people who were not there all the time
        self.out: frozenset[Where] = frozenset()  # cells of days on which somebody was not employed
        self.totals: dict[str, dict[str, dict[str, tuple[float, Where]]]] = {}

    def read(self) -> OldRosters:
        """Read everything: who, when, which codes, what each cell says."""
        listed = [read_lists(page, (), page_context(page)) for page in self.pages]
        with_people = [one if one.has_duties or one.leave else None for one in listed]
        known = {person.name for one in listed for person in one.people}
        pages = [page for page, found in zip(self.pages, with_people, strict=True) if not (found and found.has_duties)]
        rosters = [roster for page in find_rosters(pages, known, self.answers, self.today) for roster in page]
        listed = self._lists_beside(rosters)
        self._ask_hidden(rosters)
        self.people = People(self.answers)
        for one in listed:
            self.people.add_staff(one)
        for roster in rosters:
            if self._counts(roster.block.page):
                self.people.add_rows(roster)
        self.people.find_branches(rosters)
        for one in listed:
            self.people.add_listed(one)
        raw = [cell for roster in rosters for cell in self._raw(roster)]
        raw += [cell for one in listed for cell in self._listed(one)]
        taken = {cell.where for cell in raw} | {at for cell in raw for at in cell.further}
        taken |= {at for roster in rosters for at in roster.block.name_cells()}
        tables = {(at.file, at.sheet, at.row) for one in listed for at in one.used}
        codes = {cell.word.code for cell in raw if cell.word.code}
        headings = {at for roster in rosters for at in roster.block.heading_cells()}
        legend = read_legend(self.pages, taken, tables, codes, headings)
        usual = [person.usual for person in self.people.all() if person.usual]
        sorted_words = sort_words([(cell.word, cell.where) for cell in raw], legend, rosters, self.answers)
        raw = [
            replace(cell, word=word, doubt=cell.doubt or sorted_words.doubts.get(at))
            for at, (cell, word) in enumerate(zip(raw, sorted_words.words, strict=True))
        ]
        employment = Employment(raw, self.people)
        raw, self.out = employment.cells, employment.out
        book = read_codes(
            [(cell.word, cell.where) for cell in raw if cell.doubt not in NO_WORD and cell.where not in self.out],
            legend,
            self.answers,
            usual,
            sorted_words.alike,
            sorted_words.apart,
        )
        days = self._days(raw, book, legend)
        self._add_leave(days, listed)
        for roster in rosters:
            self.accounts.add_roster(roster, self.people)
            self._ask_dates(roster)
        for one in listed:
            self.accounts.add_listed(one)
        self.accounts.add_legend(legend)
        self.accounts.add_rest(self.every)
        self.doubts += self.accounts.check_totals(self.totals, days, self.people, self.gone)
        self._usual_question(book, days)
        people, unclear = self.statuses.settle(self.people.all())
        people = [employment.add_to(person) for person in people]
        asked = (*self.questions, *book.questions, *self.people.questions, *unclear)
        return OldRosters(
            {person.key: person for person in people},
            _as_often(book.shifts, days),
            sorted(days, key=lambda one: (one.person, one.day)),
            self.accounts.cells(),
            questions=tuple(map(self.answers.asked_again, {one.key: one for one in asked}.values())),
            guesses=(*self.guesses, *self.people.guesses),
            doubts=(*self.doubts, *self.people.doubts, *self.answers.unused()),
        )

    def _lists_beside(self, rosters: Sequence[Roster]) -> list[Listed]:
        """The tables of every page but for the rows of its rosters."""
        found = []
        for page in self.pages:
            mine = [one for one in rosters if (one.block.page.file, one.block.page.sheet) == (page.file, page.sheet)]
            rows: set[int] = set()
            for one in mine:
                block = one.block
                if block.page.turned:
                    rows |= set(range(1, page.height + 1))
                else:
                    rows |= set(range(max(1, block.axis.row - 2), block.axis.row + 3)) | block.rows
            found.append(read_lists(page, rows, page_context(page)))
        return found

    def _counts(self, page: Page) -> bool | None:
        """Whether the roster of a page counts; `None` where the page is hidden and nobody has said so."""
        if not page.hidden:
            return True
        return YES_OR_NO.get(comparable(self.answers.get(f"hidden:{page.file}/{page.sheet}")))

    def _ask_hidden(self, rosters: Sequence[Roster]) -> None:
        for page in (roster.block.page for roster in rosters):
            if self._counts(page) is None:
                key = f"{page.file}/{page.sheet}"
                self.questions.append(Question(f"hidden:{key}", fill_in(COUNTS, where=key)))

    def _raw(self, roster: Roster) -> Iterator[RawCell]:
        block, page = roster.block, roster.block.page
        group = f"{page.file}/{page.sheet}"
        if block.names_in_cells:
            yield from self._named_cells(roster, group)
            return
        for person in block.people:
            if person.note:
                at = page.where(person.rows[0], _name_column(block.roles))
                self.doubts.append(fill_in(NOTE_LEFT, where=at, name=person.name, note=person.note))
            for key in self.people.keys_of(page.where(person.rows[0], _name_column(block.roles))):
                for column in block.axis.marks:
                    yield self._cell(roster, person, key, column, group)
                self._gather_totals(roster, person, key, group)
        above = {person.rows[-1]: person for person in block.people}
        for row in block.lost:
            if before := above.get(row - 1):  # perhaps of the same person, whose days are no evidence then
                above[row] = before
            key = self.people.key_of(page.where(before.rows[0], _name_column(block.roles))) if before else ""
            for column in block.axis.marks:
                if text := page.text(row, column):
                    day = roster.dated.dates.get(column)
                    yield RawCell(key, day, word_of(text), text, page.where(row, column), group, WHOSE)

    def _cell(self, roster: Roster, person: PersonRow, key: str, column: int, group: str) -> RawCell:
        block, page = roster.block, roster.block.page
        at = [(row, one) for row in person.rows for one in block.columns_of(column)]
        texts = [page.spread(row, one) for row, one in at]
        wheres = [page.where(row, one) for row, one in at]
        filled = [text for text in texts if text.strip()]
        words = [self._word(page, block, row, text) for (row, _), text in zip(at, texts, strict=True)]
        doubt = self._column_doubt(roster, column)
        said = [word for word, text in zip(words, texts, strict=True) if text.strip()]
        text = texts[0] if len(texts) == 1 else " | ".join(dict.fromkeys(filled))
        word = words[0]
        if len(at) > 1:
            no_numbers = [one for one in said if not re.fullmatch(r"\d+(\.\d+)?", one.code)]
            said = no_numbers or said
            word = said[0] if said else words[0]
            if len({(one.kind, one.code, one.leave, one.spans) for one in said}) > 1:
                doubt = doubt or fill_in(TWO_KINDS, texts=" | ".join(filled))
        area = page.area(person.rows[0], column)
        over = area and (area[0] < person.rows[0] or area[1] > person.rows[-1])
        if over and page.spread(person.rows[0], column):
            doubt = doubt or MERGED_DOWN
        if any((row, one) in page.unread for row, one in at):
            doubt = UNREAD
        if not key:
            several = several_names(person.name, self.people.names)
            doubt = doubt or fill_in(SEVERAL if several else NAMESAKES, name=person.name)
        return RawCell(key, roster.dated.dates.get(column), word, text, wheres[0], group, doubt, tuple(wheres[1:]))

    def _word(self, page: Page, block: Block, row: int, text: str) -> Word:
        """What a cell says; a tick in a row that is one shift's of a person's several stands for that shift."""
        word = word_of(text)
        if word.kind is not Kind.TICK or block.rows_of(row) < 2:
            return word
        labels = [
            page.text(row, at) for at, role in block.roles.items() if role in ("sub", "hours") and page.text(row, at)
        ]
        if not labels or HALF_DAYS.fullmatch(labels[0]):
            return word
        return word_of(labels[0])

    def _column_doubt(self, roster: Roster, column: int) -> Sentence | None:
        dated = roster.dated
        if self._counts(roster.block.page) is None:
            return HIDDEN
        if dated.lacking:
            return fill_in(NO_DATE, why=LACKING[dated.lacking])
        if column not in dated.dates:
            return NO_SUCH_DAY
        if column in roster.block.axis.wrong:
            return NO_SUCH_DAY
        if dated.agree is False:
            day = dated.dates[column]
            return fill_in(ALL_DIFFER, year=day.year, month=day.month)
        if column in dated.off:
            return fill_in(WEEKDAY_DIFFERS, day=dated.dates[column])
        return None

    def _named_cells(self, roster: Roster, group: str) -> Iterator[RawCell]:
        """Cells that hold names: each name has the shift of the row's label."""
        block, page = roster.block, roster.block.page
        rows = [row for row in range(block.axis.row + 1, block.bottom + 1) if row != block.axis.weekday_row]
        texts = [page.spread(row, column) for row in rows for column in block.axis.marks]
        seen = Counter(plain_name(part) for text in texts for part in SEPARATORS.split(text) if part)
        named = Counter(name for (name, _), times in seen.items() for _ in range(times))
        for row in rows:
            label = block.labels.get(row, "")
            for column in block.axis.marks:
                text = page.spread(row, column)
                parts = [part for part in SEPARATORS.split(text) if part]
                names = [part for part in parts if like_a_name(part, self.people.names)]
                where, day = page.where(row, column), roster.dated.dates.get(column)
                if not names:
                    if parts and not re.fullmatch(r"[\d\W]+", text):
                        if word_of(text).kind is Kind.BLANK:
                            continue
                        yield RawCell("", day, word_of(label), text, where, group, fill_in(NOT_NAMES, texts=text))
                    continue
                doubt = self._column_doubt(roster, column)
                noted = [plain_name(name) for name in names]
                noted = [one for one in noted if one[1] and (seen[one] < OFTEN or seen[one] < named[one[0]])]
                if (row, column) in page.unread:
                    doubt = doubt or WHOSE
                if len(names) < len(parts):
                    others = "、".join(part for part in parts if part not in names)
                    doubt = doubt or fill_in(NOT_NAMES, texts=others)
                if noted:  # unless it always stands behind the name, as 组长 does
                    doubt = doubt or fill_in(NAME_NOTE, name=noted[0][0], note=noted[0][1])
                area = page.area(row, column)
                if area and (area[1] > area[0] or area[3] > area[2] + block.axis.stride - 1):
                    doubt = doubt or MERGED_DOWN
                for name in names:
                    key = self.people.named(plain_name(name)[0], page.where(row, column))
                    yield RawCell(key, day, word_of(label or "值班"), text, where, group, doubt)

    def _gather_totals(self, roster: Roster, person: PersonRow, key: str, group: str) -> None:
        block, page = roster.block, roster.block.page
        for column, role in block.roles.items():
            text = page.text(person.rows[0], column)
            if role in ("total", "") and column > block.axis.last and re.fullmatch(r"\d+(\.\d+)?", text):
                head = block.heads.get(column, "")
                counts = self.totals.setdefault(f"{group}#{roster.block.axis.row}", {}).setdefault(key, {})
                counts[head] = (float(text), page.where(person.rows[0], column))

    def _listed(self, listed: Listed) -> Iterator[RawCell]:
        for duty in listed.duties:
            key = self.people.find(duty.id, duty.name)
            word = word_of(duty.shift)
            yield RawCell(key, duty.day, word, duty.shift, duty.where, f"{duty.where.file}/{duty.where.sheet}")

    def _days(self, raw: Sequence[RawCell], book: CodeBook, legend: Legend) -> list[OldDay]:
        """What is understood of people's days; every cell goes to the accounts."""
        decisions = self._blanks(raw, book, legend)
        gone = find_gone(raw) | self.out
        self.gone = {cell.person for cell in raw if cell.where in gone}
        found: dict[tuple[str, date], list[tuple[OldDay, RawCell]]] = {}
        meanings: list[tuple[RawCell, Meaning]] = []
        for cell in raw:
            meaning = self._meaning(cell, book, decisions.get(cell.group), cell.where in gone)
            meanings.append((cell, meaning))
            if not meaning.doubt and cell.day and cell.person and cell.where not in gone:
                day = OldDay(
                    cell.person, cell.day, meaning.says, codes=meaning.codes, leave=meaning.leave, where=cell.where
                )
                found.setdefault((cell.person, cell.day), []).append((day, cell))
        days, against = [], {}
        for cells in found.values():
            day, clash = self._one_day([one for one, _ in cells], [cell for _, cell in cells])
            if clash:
                for one, _ in cells:
                    other = next(each.where for each, _ in cells if each != one or each.where != one.where)
                    against[one.where] = fill_in(TWICE, other=other)
            else:
                days.append(day)
        for cell, meaning in meanings:
            doubt = meaning.doubt or against.get(cell.where)
            self.accounts.add_day(
                cell.where, cell.text, cell.person, cell.day, replace(meaning, doubt=doubt), self.people
            )
            for at in cell.further:
                self.accounts.add_day(at, "", cell.person, cell.day, replace(meaning, doubt=doubt), self.people)
        return days

    def _add_leave(self, days: list[OldDay], listed: Sequence[Listed]) -> None:
        """Take the leave of lists; a day with a duty beside it is doubtful."""
        there = {(one.person, one.day): one for one in days}
        for leave in (one for found in listed for one in found.leave):
            key, said = self.people.find(leave.id, leave.name), word_of(leave.kind)
            if not key or not said.leave:
                self.doubts.append(fill_in(LEAVE_UNCLEAR, where=leave.where, kind=leave.kind))
                continue
            for day in days_between(leave.first, leave.last):
                known = there.get((key, day))
                if known and known.says is Says.DUTY:
                    self.doubts.append(fill_in(LEAVE_AND_DUTY, where=leave.where, other=known.where))
                    continue
                if known:
                    days.remove(known)
                days.append(OldDay(key, day, Says.LEAVE, leave=said.leave, where=leave.where))

    def _one_day(self, days: Sequence[OldDay], cells: Sequence[RawCell]) -> tuple[OldDay, bool]:
        """What several cells say of one day: duties of lists add up, and a duty at one branch beats another's day off."""
        duties = [day for day in days if day.says is Says.DUTY]
        if len({(day.says, day.codes, day.leave) for day in days}) == 1:
            return days[0], False
        several = self.people.in_several(days[0].person)
        codes = tuple(dict.fromkeys(code for day in duties for code in day.codes))
        blank = [day for day, cell in zip(days, cells, strict=True) if cell.word.kind is Kind.BLANK]
        if (
            duties
            and len({cell.group for cell in cells}) == 1
            and len({cell.where.row for cell in cells}) > 1
            and not several
            and len(duties) == len(days)
        ):
            return replace(duties[0], codes=codes), False
        if several and len(duties) == 1:
            return duties[0], False
        rest = [day for day in days if day not in blank]
        if several and not duties and len({(day.says, day.leave) for day in rest}) == 1:
            return rest[0], False
        return days[0], True

    def _meaning(self, cell: RawCell, book: CodeBook, decision: Decision | None, gone: bool) -> Meaning:
        if cell.doubt:
            return Meaning(doubt=cell.doubt)
        usual = self._usual(cell.person, book)
        if gone:
            return Meaning(away=True)
        if cell.word.kind is not Kind.BLANK:
            return book.meaning(cell.word, usual)
        if decision is None or decision.means is Blank.UNKNOWN:
            return Meaning(doubt=fill_in(BLANK_FEW, why=decision.because if decision else ""))
        if decision.means is Blank.REST:
            return Meaning(Says.REST)
        code = usual or book.usual_code
        return Meaning(Says.DUTY, (code,)) if code else Meaning(doubt=fill_in(BLANK_FEW, why=decision.because))

    def _usual(self, person: str, book: CodeBook) -> str:
        """The code of a person's usual shift, by the hours that a staff list has."""
        spans = self.people.usual(person)
        return (
            next((shift.code for shift in book.shifts.values() if spans and shift.spans == spans), "")
            or book.usual_code
        )

    def _blanks(self, raw: Sequence[RawCell], book: CodeBook, legend: Legend) -> dict[str, Decision]:
        """What an empty cell means on each sheet; where nobody can tell, it is asked."""
        groups: dict[str, list[RawCell]] = {}
        for cell in raw:
            groups.setdefault(cell.group, []).append(cell)
        said = legend.signs.get("BLANK")
        by_legend = {"work": "usual", "rest": "rest"}.get(meaning_of(said[0]), "") if said else ""
        decisions = {}
        for group, cells in groups.items():
            named = [
                cell
                for cell in cells
                if cell.day and not (cell.doubt and cell.word.kind is not Kind.BLANK) and cell.where not in self.out
            ]
            known = [DayCell(cell.person, cell.day, self._kind(cell.word, book)) for cell in named if cell.day]
            totals = {
                person: {head: number for head, (number, _) in counts.items()}
                for key, people in self.totals.items()
                if key.startswith(f"{group}#")
                for person, counts in people.items()
            }
            answer = {"休": "rest", "off": "rest", "rest": "rest", "班": "usual", "duty": "usual"}.get(
                (self.answers.get(f"blank:{group}") or self.answers.get("blank")).casefold(), ""
            )
            decision = decide_blank(known, totals, by_legend, answer)
            decisions[group] = decision
            blanks = sum(cell.kind is Kind.BLANK for cell in known)
            if decision.means is Blank.UNKNOWN and not decision.few and blanks:
                ask = fill_in(WHAT_BLANK, where=group, why=decision.because)
                self.questions.append(Question(f"blank:{group}", ask))
            elif blanks and decision.means is not Blank.UNKNOWN:
                word = REST_WORD if decision.means is Blank.REST else USUAL_WORD
                self.guesses.append(Guess(fill_in(BLANK_GUESS, where=group, word=word), decision.because))
        if any(one.means is Blank.USUAL for one in decisions.values()) or any(m.usual for m in book.by_form.values()):
            self._make_usual(book)
        return decisions

    def _kind(self, word: Word, book: CodeBook) -> Kind:
        """What kind a cell is once its code is known."""
        if word.kind is not Kind.CODE:
            return word.kind
        meaning = book.by_form.get((word.code, word.spans))
        if meaning and not meaning.doubt and meaning.says is not Says.DUTY:
            return Kind.REST if meaning.says is Says.REST else Kind.LEAVE
        return Kind.CODE

    def _make_usual(self, book: CodeBook) -> None:
        """A shift for ticks and empty cells, whose hours come from the staff lists or are asked."""
        hours = Counter(person.usual for person in self.people.all() if person.usual)
        for number, (spans, _) in enumerate(hours.most_common(), 1):
            if not any(shift.spans == spans for shift in book.shifts.values()):
                code = USUAL if number == 1 else f"{USUAL}{number}"
                book.shifts[code] = OldShift(code, f"{code}班", spans=spans, said=self.people.said(spans))
                book.usual_code = book.usual_code or code
        if not book.usual_code:
            book.shifts[USUAL] = OldShift(USUAL, f"{USUAL}班", spans=self.answers.hours(USUAL))
            book.usual_code = USUAL

    def _usual_question(self, book: CodeBook, days: Sequence[OldDay]) -> None:
        shift = book.shifts.get(USUAL)
        used = [day for day in days if USUAL in day.codes]
        if shift and not shift.spans and used and not any(one.key == f"hours:{USUAL}" for one in book.questions):
            ask = fill_in(USUAL_HOURS, where=used[0].where)
            self.questions.append(Question(f"hours:{USUAL}", ask, in_table="shifts"))

    def _ask_dates(self, roster: Roster) -> None:
        dated, page = roster.dated, roster.block.page
        where = f"{page.file} {page.sheet}".strip()
        if dated.lacking:
            axis = roster.block.axis
            facts: dict[str, object] = {"where": where}
            if dated.lacking == "day":
                facts |= {"row": axis.row, "weekday": page.text(axis.row, axis.first)}
            ask = {"year": WHICH_YEAR, "day": WHICH_DAY}.get(dated.lacking, WHICH_MONTH)
            key = f"{dated.lacking}:{roster.key}"
            self.questions.append(Question(key, fill_in(ask, **facts), proposed=dated.proposed))
        elif dated.agree is False:
            first = min(dated.dates.values())
            years = ", ".join(map(str, dated.fitting))
            fitting = fill_in(FITTING, years=years) if years else Sentence("", "")
            facts = {"where": where, "first": first.isoformat(), "fitting": fitting, "month": f"{first:%Y-%m}"}
            proposed = f"{dated.fitting[0]}-{first:%m}" if len(dated.fitting) == 1 else ""
            self.questions.append(Question(f"dates:{roster.key}", fill_in(WHICH_DATES, **facts), proposed=proposed))
        elif dated.guessed:
            first = min(dated.dates.values())
            about = fill_in(YEAR_GUESS, where=where, first=first.isoformat())
            by = BY_MONTHS if dated.guessed == "month" else BY_WEEKDAYS
            seen = fill_in(by, n=len(roster.block.axis.weekdays), years=dated.uncertain)
            self.guesses.append(Guess(about, seen))


def _without_own_extras(pages: Sequence[Page]) -> list[Page]:
    """The pages less the sheets that this program writes beside a roster: counts and lists of what the roster says."""
    titles = {title for sheet in SHEETS for title in sheet.title} - set(GRID_TITLE)
    files = {page.file for page in pages if page.sheet in GRID_TITLE}
    own = {file for file in files if sum(page.file == file and page.sheet in titles for page in pages) >= OWN_SHEETS}
    return [page for page in pages if page.file not in own or page.sheet not in titles]


def _as_often(shifts: Mapping[str, OldShift], days: Sequence[OldDay]) -> dict[str, OldShift]:
    """The shifts that cells have; of those that ticks or empty cells stand for, how many days these are."""
    stood = Counter(code for day in days for code in day.codes)
    times = {code: shift.times or stood[code] for code, shift in shifts.items()}
    return {code: replace(shift, times=times[code]) for code, shift in shifts.items() if times[code]}


def _name_column(roles: Mapping[int, str]) -> int:
    return next(column for column, role in roles.items() if role == "name")
