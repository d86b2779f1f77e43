"""The report of what was adopted, in plain words: what was found, asked, assumed, doubted; and every cell as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from scheduler.adopting.old_rosters import ReadCell, State
from scheduler.adopting.proposal import Broken, Proposal
from scheduler.files.adopting.desk_folder import setting_text
from scheduler.files.reading.open_questions import GUESSED
from scheduler.files.writing.csv_text import csv_bytes
from scheduler.i18n import LANGS, Lang, Sentence, as_template, fill_in
from scheduler.rules.book import discovered
from scheduler.timeline import clock_text

MOST_CELLS, MOST_BROKEN = 200, 5  # of doubtful cells, and of the breaches of a rule, that are listed

TITLE = Sentence("从老排班表接手：报告", "Adopted from old rosters: report")
FOUND = Sentence("找到了什么", "What was found")
SUMMARY = Sentence(
    "{people} 人，{days} 天（{first} 至 {last}），{shifts} 个班次，{duties} 个班。",
    "{people} people, {days} days ({first} to {last}), {shifts} shifts, {duties} duties.",
)
NOTHING = Sentence("没有看懂任何一天的排班。", "No day of a roster was understood.")
CELLS = Sentence(
    "共 {all} 格：看懂 {understood}，存疑 {doubtful}，没有用到 {passed_over}。逐格见 cells.csv。",
    "{all} cells: {understood} understood, {doubtful} doubtful, {passed_over} passed over. All of them are in cells.csv.",
)
SHIFT_LINE = Sentence("班次 {code}：{hours}（{times} 格，{said}）", "shift {code}: {hours} ({times} cells, {said})")
NO_HOURS, NO_PLACE = Sentence("时刻不明", "hours not known"), Sentence("没有写明", "not said")
QUESTIONS = Sentence("要回答的问题", "Questions to be answered")
HOW_TO_ANSWER = Sentence(
    "答好之前 scheduler check 会逐条指出。时刻的问题直接填 shifts.csv 的空格；其余填 questions.csv 的“回答”列，再运行"
    " scheduler adopt … --answers questions.csv --out 新文件夹（或加 --ask 在终端里逐条回答）。",
    "Until they are answered, scheduler check names each. Fill hours into the empty cells of shifts.csv; answer the others in the column"
    " “answer” of questions.csv and run scheduler adopt … --answers questions.csv --out ANOTHER (or answer in the terminal with --ask).",
)
NO_QUESTIONS = Sentence("没有。", "None.")
PROPOSED = Sentence("（建议：{answer}）", " (proposed: {answer})")
GUESSES = Sentence("推测，及依据", "What is assumed, and what speaks for it")
MARKED = Sentence("在各表里标了 {mark}。", "Marked {mark} in the tables.")
BROKEN = Sentence("老排班表违反什么", "What the old rosters break")
BROKEN_HOW = Sentence(
    "按提出的表和设置核对；存疑的格子按休息算。",
    "Audited by the proposed tables and settings; doubtful cells count as days off.",
)
NONE_BROKEN = Sentence("{month}：没有。", "{month}: nothing.")
OF_RULE = Sentence("{month} {title}（[rules.{rule}]）：{n} 处", "{month} {title} ([rules.{rule}]): {n}")
AND_MORE = Sentence("另 {n} 处", "{n} more")
DOUBTS = Sentence("存疑的格子", "Doubtful cells")
MORE_CELLS = Sentence("另 {n} 格，见 cells.csv", "{n} more, see cells.csv")
REMARKS = Sentence("此外", "Besides")
HARD_RULES = Sentence(
    "排班表看不出的没有推测：角色、技能、岗位、工时约定、谁能审批、上报和公布的期限。",
    "What no roster shows was not assumed: roles, skills, posts, agreed hours, who may approve, and when a roster is due.",
)
ONLY_SHIFTS = Sentence("{who} 的可上班次", "shifts that {who} may have")
LEAVES = Sentence("{who} 的离职日期", "the day on which {who} left")
DEMAND_OF = Sentence("需求 {shift} {on}", "need of {shift} {on}")
OPENING_OF, SETTING_OF = (
    Sentence("开放时间 {on} = {hours}", "opening {on} = {hours}"),
    Sentence("[rules.{rule}] {key} = {value}", "[rules.{rule}] {key} = {value}"),
)
HEADS = (
    Sentence("文件", "file"),
    Sentence("工作表", "sheet"),
    Sentence("格", "cell"),
    Sentence("原文", "text"),
    Sentence("结果", "state"),
    Sentence("含义", "meaning"),
)
STATES = {
    State.UNDERSTOOD: Sentence("看懂", "understood"),
    State.DOUBTFUL: Sentence("存疑", "doubtful"),
    State.PASSED_OVER: Sentence("没有用到", "passed over"),
}


def report_text(proposal: Proposal, lang: Lang) -> str:
    """The report, as Markdown."""
    return "\n".join(_lines(proposal, lang)) + "\n"


def cells_csv(proposal: Proposal, lang: Lang) -> bytes:
    """Every cell of the old files and what became of it."""
    rows: list[Sequence[object]] = [[head.say(lang) for head in HEADS]]
    for cell in proposal.read.cells:
        at = f"{cell.where.column}{cell.where.row}"
        rows.append(
            [cell.where.file, cell.where.sheet, at, cell.text, STATES[cell.state].say(lang), cell.meaning.say(lang)]
        )
    return csv_bytes(rows)


def summary_lines(proposal: Proposal, lang: Lang) -> Iterator[str]:
    """What was found, in few lines."""
    read = proposal.read
    if not proposal.days:
        yield NOTHING.say(lang)
    else:
        duties = sum(len(day.codes) for day in proposal.days)
        dates = read.dates
        facts = {"people": len(proposal.people), "days": len(dates), "shifts": len(proposal.shifts), "duties": duties}
        yield SUMMARY.say(lang, **facts, first=dates[0].isoformat(), last=dates[-1].isoformat())
    counts = {state.value: read.count(state) for state in State}
    yield CELLS.say(lang, all=len(read.cells), **counts)


def broken_lines(proposal: Proposal, lang: Lang, most: int = 0) -> Iterator[str]:
    """What the old rosters break, by month and rule; with at most so many examples of each."""
    for month in proposal.broken:
        yield from _of_month(month, lang, most)


def _of_month(month: Broken, lang: Lang, most: int) -> Iterator[str]:
    if not month.violations:
        yield NONE_BROKEN.say(lang, month=month.month)
    rules = Counter(violation.reason.rule for violation in month.violations)
    for rule, number in rules.most_common():
        title = discovered()[rule].title
        yield OF_RULE.say(lang, month=month.month, title=title, rule=rule, n=number)
        those = [violation for violation in month.violations if violation.reason.rule == rule]
        names = month.problem.names
        yield from (f"  - {violation.say(lang, names)}" for violation in those[:most])
        if most and number > most:
            yield f"  - {AND_MORE.say(lang, n=number - most)}"


def _lines(proposal: Proposal, lang: Lang) -> Iterator[str]:
    read = proposal.read
    yield f"# {TITLE.say(lang)}"
    yield from ("", f"## {FOUND.say(lang)}", "", *summary_lines(proposal, lang), "")
    for shift in proposal.shifts:
        hours = _row_hours(shift.spans) or NO_HOURS.say(lang)
        said = shift.said or NO_PLACE
        yield f"- {SHIFT_LINE.say(lang, code=shift.code, hours=hours, times=shift.times, said=said)}"
    yield from ("", f"## {QUESTIONS.say(lang)}", "")
    if read.questions:
        yield from (HOW_TO_ANSWER.say(lang), "")
    else:
        yield NO_QUESTIONS.say(lang)
    for question in read.questions:
        proposed = PROPOSED.say(lang, answer=question.proposed) if question.proposed else ""
        yield f"- `{question.key}` {question.ask.say(lang)}{proposed}"
    yield from ("", f"## {GUESSES.say(lang)}", "", MARKED.say(lang, mark=GUESSED), "")
    for guess in read.guesses:
        yield f"- {_said_of(guess.about, guess.evidence, lang)}"
    for about, evidence in _table_guesses(proposal):
        yield f"- {_said_of(about, evidence, lang)}"
    yield from ("", HARD_RULES.say(lang), "", f"## {BROKEN.say(lang)}", "")
    if proposal.audited:
        yield from (BROKEN_HOW.say(lang), "")
        yield from (
            line if line.startswith("  ") else f"- {line}" for line in broken_lines(proposal, lang, MOST_BROKEN)
        )
    if proposal.next_month:
        yield from ("", proposal.next_month.say(lang))
    yield from ("", f"## {REMARKS.say(lang)}", "")
    yield from (f"- {remark.say(lang)}" for remark in (*proposal.employment, *proposal.remarks, *read.doubts))
    yield from ("", f"## {DOUBTS.say(lang)}", "")
    doubtful = [cell for cell in read.cells if cell.state is State.DOUBTFUL]
    yield from (f"- {_cell_line(cell, lang)}" for cell in doubtful[:MOST_CELLS])
    if len(doubtful) > MOST_CELLS:
        yield f"- {MORE_CELLS.say(lang, n=len(doubtful) - MOST_CELLS)}"


def _table_guesses(proposal: Proposal) -> Iterator[tuple[Sentence, Sentence]]:
    for row in proposal.demand:
        yield fill_in(DEMAND_OF, shift=row.shift, on=row.on), row.evidence
    for person in proposal.people:
        if person.left:
            yield fill_in(LEAVES, who=person.person.name), person.left
        if person.evidence:
            yield fill_in(ONLY_SHIFTS, who=person.person.name), person.evidence
    for key, (hours, evidence) in proposal.opening.items():
        yield fill_in(OPENING_OF, on=key, hours=hours), evidence
    for one in proposal.conventions:
        said = Sentence(*(as_template(f"[desk] {one.key} = {setting_text(one, lang)}") for lang in LANGS))
        yield said, one.evidence
    for habit in proposal.habits:
        yield fill_in(SETTING_OF, rule=habit.rule, key=habit.key, value=habit.value), habit.evidence


def _said_of(about: Sentence, evidence: Sentence, lang: Lang) -> str:
    return f"{about.say(lang)}{'：' if lang == 'zh' else ': '}{evidence.say(lang)}"


def _cell_line(cell: ReadCell, lang: Lang) -> str:
    text = " ".join(cell.text.split())[:40]
    return f"{cell.where} “{text}”{'：' if lang == 'zh' else ': '}{cell.meaning.say(lang)}"


def _row_hours(spans: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{clock_text(start)}–{clock_text(end)}" for start, end in spans)
