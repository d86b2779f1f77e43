"""Every cell of old files accounted for: understood, and as what; doubtful, and why; or passed over."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from scheduler.adopting.old_rosters import OldDay, ReadCell, Says, State, Where
from scheduler.domain import leave_label
from scheduler.files.adopting.blanks import DUTY_HEAD, REST_HEAD
from scheduler.files.adopting.codes import Meaning
from scheduler.files.adopting.layout import Roster
from scheduler.files.adopting.legend import Legend
from scheduler.files.adopting.lists import Listed
from scheduler.files.adopting.pages import Page
from scheduler.files.adopting.people import People
from scheduler.files.adopting.statuses import FACTS, UNCLEAR, Statuses, status_text
from scheduler.files.adopting.words import cased_form, code_form
from scheduler.i18n import LANGS, Sentence, as_template, day_name, fill_in

MATCHING = 0.6  # of the totals of a column, from which the others are taken for errors
ROLES = {
    "id": Sentence("工号", "id"),
    "name": Sentence("姓名", "name"),
    "team": Sentence("班组", "team"),
    "hours": Sentence("上班时间", "hours"),
    "shift": Sentence("班次", "shift"),
    "date": Sentence("日期", "date"),
    "first": Sentence("开始日期", "first day"),
    "last": Sentence("结束日期", "last day"),
    "kind": Sentence("假别", "kind of leave"),
    "head": Sentence("表头", "heading"),
}
PASSED = {
    "number": Sentence("序号", "number of the row"),
    "remark": Sentence("备注", "remark"),
    "total": Sentence("合计", "total"),
    "sub": Sentence("上下午，或这一行写的是什么", "part of the day, or what the row tells"),
}
EMPLOYMENT = Sentence("在职状态", "employment")
FACT = Sentence("人员表的列", "a column of the people table")
SECTION = Sentence("以下各行的班组", "the team of the rows below")
SHIFT_LABEL = Sentence("班次（格子里是姓名）", "a shift, whose cells hold names")
LEGEND = Sentence("图例", "legend")
WEEKDAY = Sentence("星期", "weekday")
WEEKDAY_DIFFERS = Sentence("这一列的星期与日期（{day}）不符", "the weekday of this column is not that of {day}")
TITLE = Sentence("标题，或与排班无关", "a title, or of no matter to the roster")
HAS_DAY = Sentence("{who}，{day}：{what}", "{who}, {day}: {what}")
DUTY, REST = Sentence("上{codes}", "on {codes}"), Sentence("休息", "off")
AWAY = Sentence("还没来或已离开", "not there yet, or gone")
TOTAL_DIFFERS = Sentence(
    "“{head}”写的是 {total}，数出来是 {found}：这一行有一格不对，或合计错了",
    "“{head}” says {total}, and {found} are counted: a cell of the row is wrong, or the total is",
)
TOTAL_AGREES = Sentence("合计，与数出来的一致", "a total, which agrees with what is counted")
TOTALS_DIFFER = Sentence("{who}（{where}）：{why}", "{who} ({where}): {why}")
PERSON_ROW = Sentence("{who} 的一行", "the row of {who}")


class Accounts:
    """The cells of old files, each with what became of it; the first account of a cell stands."""

    def __init__(self, statuses: Statuses) -> None:
        self._cells: dict[Where, ReadCell] = {}
        self._statuses = statuses

    def cells(self) -> tuple[ReadCell, ...]:
        """Every cell, by file and sheet, row by row."""
        return tuple(
            sorted(
                self._cells.values(),
                key=lambda one: (
                    one.where.file,
                    one.where.sheet,
                    one.where.row,
                    len(one.where.column),
                    one.where.column,
                ),
            )
        )

    def _put(
        self, where: Where, text: str, state: State, meaning: Sentence, day: date | None = None, person: str = ""
    ) -> None:
        self._cells.setdefault(where, ReadCell(where, text, state, meaning, day, person))

    def add_day(self, where: Where, text: str, person: str, day: date | None, meaning: Meaning, people: People) -> None:
        """A cell of somebody's day."""
        if meaning.doubt:
            self._put(where, text, State.DOUBTFUL, meaning.doubt, day, person)
            return
        if meaning.away:
            what = AWAY
        elif meaning.says is Says.DUTY:
            what = fill_in(DUTY, codes="+".join(meaning.codes))
        else:
            what = REST if meaning.says is Says.REST else leave_label(meaning.leave)
        said = Sentence(
            *(
                as_template(
                    HAS_DAY.say(lang, who=people.name_of(person), day=day_name(day, lang) if day else "", what=what)
                )
                for lang in LANGS
            )
        )
        before = self._cells.get(where)
        if before and before.state is State.UNDERSTOOD:  # several names in one cell
            said = Sentence(f"{before.meaning.zh}；{said.zh}", f"{before.meaning.en}; {said.en}")
        if not (before and before.state is State.DOUBTFUL):
            self._cells[where] = ReadCell(where, text, State.UNDERSTOOD, said, day, person)

    def add_roster(self, roster: Roster, people: People) -> None:
        """What stands beside and above the days of a roster."""
        block, page = roster.block, roster.block.page
        axis = block.axis
        for column in axis.marks:
            text = page.text(axis.row, column)
            day = roster.dated.dates.get(column)
            where = page.where(axis.row, column)
            if day and column not in axis.wrong:
                self._put(where, text, State.UNDERSTOOD, _day_words(day))
            else:
                self._put(where, text, State.DOUBTFUL, Sentence("日期不明", "the day is not known"))
            if axis.weekday_row and axis.weekday_row != axis.row:
                near, weekday = page.where(axis.weekday_row, column), page.text(axis.weekday_row, column)
                if day and column in roster.dated.off:
                    self._put(near, weekday, State.DOUBTFUL, fill_in(WEEKDAY_DIFFERS, day=day))
                else:
                    self._put(near, weekday, State.UNDERSTOOD, WEEKDAY)
        for column in block.heads:
            for row in (axis.row, axis.row - 1, axis.row + 1):
                if row >= 1 and page.text(row, column):
                    self._put(page.where(row, column), page.text(row, column), State.UNDERSTOOD, ROLES["head"])
                    break
        for person in block.people:
            for row in person.rows:
                for column, role in block.roles.items():
                    fact = role.removeprefix("fact:")
                    if fact in FACTS and page.text(row, column):
                        self._status(page.where(row, column), status_text(fact, page.text(row, column)))
                    self._label(page, row, column, role)
        for row in block.sections:
            for column in range(1, axis.first):
                if page.text(row, column):
                    self._put(page.where(row, column), page.text(row, column), State.UNDERSTOOD, SECTION)
        if block.names_in_cells:
            for row, label in block.labels.items():
                for column in range(1, axis.first):
                    if label and page.text(row, column):
                        self._put(page.where(row, column), page.text(row, column), State.UNDERSTOOD, SHIFT_LABEL)

    def _label(self, page: Page, row: int, column: int, role: str) -> None:
        text = page.text(row, column)
        if not text:
            return
        where = page.where(row, column)
        if role in ROLES:
            self._put(where, text, State.UNDERSTOOD, ROLES[role])
        elif role.startswith("fact:"):
            self._put(where, text, State.UNDERSTOOD, FACT)
        elif role in PASSED and role != "total":
            self._put(where, text, State.PASSED_OVER, PASSED[role])

    def _status(self, where: Where, text: str) -> None:
        if self._statuses.of(text):
            self._put(where, "", State.UNDERSTOOD, EMPLOYMENT)
        else:
            self._put(where, "", State.DOUBTFUL, fill_in(UNCLEAR, text=text))

    def add_listed(self, listed: Listed) -> None:
        """The tables beside the rosters."""
        for where, text in listed.statuses.items():
            self._status(where, text)
        for where, role in listed.used.items():
            if role in ROLES:
                self._put(where, "", State.UNDERSTOOD, ROLES[role])
            elif role.startswith("fact:"):
                self._put(where, "", State.UNDERSTOOD, FACT)

    def add_legend(self, legend: Legend) -> None:
        """The legends."""
        for where in legend.used:
            self._put(where, "", State.UNDERSTOOD, LEGEND)

    def add_rest(self, pages: Sequence[Page]) -> None:
        """Whatever has not been accounted for, and the texts of what has."""
        for page in pages:
            for row, column in page.filled():
                where, text = page.where(row, column), page.text(row, column)
                there = self._cells.get(where)
                if there is None:
                    self._put(where, text, State.PASSED_OVER, TITLE)
                elif not there.text:
                    self._cells[where] = replace(there, text=text)

    def check_totals(
        self,
        totals: Mapping[str, Mapping[str, Mapping[str, tuple[float, Where]]]],
        days: Sequence[OldDay],
        people: People,
        gone: Collection[str],
    ) -> list[Sentence]:
        """Hold the columns of totals against what was counted: those that mostly agree tell of errors in the other rows."""
        doubts: list[Sentence] = []
        codes = {code for day in days for code in day.codes}
        by_person: dict[str, list[OldDay]] = {}
        for day in days:
            by_person.setdefault(day.person, []).append(day)
        for group, of_people in totals.items():
            sheet = group.partition("#")[0]
            heads = {head for counts in of_people.values() for head in counts}
            for head in heads:
                rows = {
                    person: counts[head]
                    for person, counts in of_people.items()
                    if head in counts and person and person not in gone
                }
                counted = {
                    person: _count(
                        head,
                        [day for day in by_person.get(person, ()) if f"{day.where.file}/{day.where.sheet}" == sheet],
                        codes,
                    )
                    for person in rows
                }
                agreeing = [person for person in rows if counted[person] == rows[person][0]]
                if len(agreeing) < max(2, MATCHING * len(rows)):
                    continue
                for person, (total, where) in rows.items():
                    text = f"{total:g}"
                    if person in agreeing:
                        self._cells[where] = ReadCell(where, text, State.UNDERSTOOD, TOTAL_AGREES)
                    else:
                        why = fill_in(TOTAL_DIFFERS, head=head, total=text, found=f"{counted[person]:g}")
                        self._cells[where] = ReadCell(where, text, State.DOUBTFUL, why)
                        doubts.append(fill_in(TOTALS_DIFFER, who=people.name_of(person), where=where, why=why))
        return doubts


def _count(head: str, days: Sequence[OldDay], codes: Collection[str]) -> float:
    """What a column of totals should say, by its heading; -1 where nobody can tell."""
    heads = (head, re.sub(r"(班数|天数|个数|班|数)$", "", head))
    named = set(map(cased_form, heads)) & set(codes) or set(map(code_form, heads)) & set(codes)
    if named:
        return sum(not named.isdisjoint(day.codes) for day in days)
    if REST_HEAD.search(head):
        return sum(day.says is Says.REST for day in days)
    if DUTY_HEAD.search(head):
        return sum(day.says is Says.DUTY for day in days)
    if re.search(r"(?<!节)假(?!日)", head):
        return sum(day.says is Says.LEAVE for day in days)
    return -1


def _day_words(day: date) -> Sentence:
    return Sentence(day.isoformat(), day.isoformat())
