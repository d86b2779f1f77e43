"""The files of a desk that old rosters propose, each guess marked above its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from scheduler.adopting.conventions import Convention
from scheduler.adopting.old_rosters import OldShift, Question, Says
from scheduler.adopting.proposal import Proposal, rule_tables
from scheduler.domain import WEEKDAY_KEYS
from scheduler.files.reading.open_questions import GUESSED
from scheduler.files.schema.days import DAY_WORDS
from scheduler.files.schema.demand_tables import DEMAND, SHIFTS
from scheduler.files.schema.leave_tables import LEAVE
from scheduler.files.schema.people_tables import PEOPLE
from scheduler.files.schema.plan_tables import HISTORY
from scheduler.files.schema.questions import QUESTIONS
from scheduler.files.schema.roster_cells import REST_SIGN
from scheduler.files.schema.shared_columns import LEAVE_WORDS
from scheduler.files.schema.table import Table
from scheduler.files.writing.csv_text import csv_bytes
from scheduler.i18n import Lang, Sentence
from scheduler.timeline import DAY_MINUTES, clock_text

ALWAYS = ("id", "name", "team")
NO_IDS = Sentence("没有工号，以下是编的顺序号", "no ids were given, these are running numbers")
MADE_FROM = Sentence(
    "由老排班表提出，依据见 adopted/report.md；标 {mark} 的是推测，核对后可删去标记。",
    "Proposed from old rosters, for what speaks see adopted/report.md; what is marked {mark} is assumed, delete the mark once it is"
    " checked.",
)
NO_OPENING = Sentence(
    "[opening] 还不知道：有的班次不知道时刻，或有存疑格子的天太多；不写则按全天开放算",
    "[opening] is not known yet, as the hours of shifts are not, or too many days have doubtful cells; without it the desk is open all"
    " day",
)

Row = Mapping[str, object]  # by column name
Line = Row | str  # or a guess's evidence


def desk_files(proposal: Proposal, desk: str, lang: Lang) -> dict[str, bytes]:
    """The tables and settings of a proposed desk by file name, the settings last.

    Parameters
    ----------
    desk : str
        Its id.
    """
    files = {
        "people.csv": _table(PEOPLE, _people(proposal, lang), lang),
        "shifts.csv": _table(SHIFTS, map(_shift, proposal.shifts), lang),
        "demand.csv": _table(DEMAND, _demand(proposal, lang), lang),
        "history.csv": _table(HISTORY, _history(proposal, lang), lang),
    }
    if leave := proposal.leave():
        rows = [
            {
                "worker": one.worker,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "kind": LEAVE_WORDS[one.kind][0] if lang == "zh" else one.kind,
            }
            for one in leave
        ]
        files["leave.csv"] = _table(LEAVE, rows, lang)
    if asked := [one for one in proposal.questions if not one.in_table]:
        files["questions.csv"] = _table(QUESTIONS, [_question(one, lang) for one in asked], lang)
    files["desk.toml"] = _settings(proposal, desk, lang).encode()
    return files


def _table(table: Table, lines: Iterable[Line], lang: Lang) -> bytes:
    """A table as CSV: its columns in their order, as far as some row has them or they must be there."""
    written = list(lines)
    rows = [line for line in written if not isinstance(line, str)]
    used = {name for row in rows for name in row}
    columns = [column for column in table.columns if column.required or column.name in used]
    body: list[Sequence[object]] = [[column.title.say(lang) for column in columns]]
    for line in written:
        body.append([line] if isinstance(line, str) else [line.get(column.name, "") for column in columns])
    return csv_bytes(body)


def _guess(evidence: Sentence, lang: Lang) -> str:
    return f"{GUESSED} {evidence.say(lang)}"


def _people(proposal: Proposal, lang: Lang) -> Iterable[Line]:
    told = False
    for one in proposal.people:
        if one.guessed and not told:
            yield _guess(NO_IDS, lang)
            told = True
        row = {"id": one.id, "name": one.person.name, **one.person.facts}
        if one.left:
            yield _guess(one.left, lang)
        if one.only_shifts and one.evidence:
            yield _guess(one.evidence, lang)
            row["only_shifts"] = ";".join(one.only_shifts)
        yield row | ({"team": one.person.team} if one.person.team else {})


def _shift(shift: OldShift) -> Row:
    row: dict[str, object] = {"code": shift.code, "name": shift.name, "start": "", "end": ""}
    if shift.spans:
        last = shift.spans[-1][1]
        row |= {
            "start": clock_text(shift.spans[0][0]),
            "end": clock_text(last if last <= DAY_MINUTES else last - DAY_MINUTES),
        }
        pauses = [
            f"{clock_text(before[1] % DAY_MINUTES)}-{clock_text(after[0] % DAY_MINUTES)}"
            for before, after in zip(shift.spans, shift.spans[1:], strict=False)
            if before[1] < after[0]
        ]
        if pauses:
            row["breaks"] = ";".join(pauses)
    return row


def _demand(proposal: Proposal, lang: Lang) -> Iterable[Line]:
    for one in proposal.demand:
        yield _guess(one.evidence, lang)
        words = DAY_WORDS.get(one.on)
        on = words[0] if words and lang == "zh" else one.on
        yield {"shift": one.shift, "on": on, "least": one.least, "target": one.target, "most": one.most}


def _history(proposal: Proposal, lang: Lang) -> Iterable[Line]:
    for day in sorted(proposal.days, key=lambda one: (one.day, one.person)):
        for code in day.codes or ((REST_SIGN.say(lang),) if day.says is Says.REST else ()):
            yield {"worker": day.person, "date": day.day.isoformat(), "shift": code}


def _question(one: Question, lang: Lang) -> Row:
    return {"key": one.key, "question": one.ask.say(lang), "proposed": one.proposed, "answer": ""}


def _settings(proposal: Proposal, desk: str, lang: Lang) -> str:
    lines = [f"# {MADE_FROM.say(lang, mark=GUESSED)}", "[desk]", f"id = {_toml(desk)}"]
    for one in proposal.conventions:
        lines += [_guess(one.evidence, lang), f"{one.key} = {_toml(setting_text(one, lang))}"]
    lines.append("")
    lines.append("[opening]")
    if not proposal.opening:
        lines[-1] = f"# {NO_OPENING.say(lang)}"
    for key, (hours, evidence) in proposal.opening.items():
        lines += [_guess(evidence, lang), f"{key} = {_toml(hours)}"]
    evidence_of = {(habit.rule, habit.key): habit.evidence for habit in proposal.habits}
    for rule, settings in rule_tables(proposal.habits).items():
        lines += ["", f"[rules.{rule}]"]
        for key, value in settings.items():
            lines += [_guess(evidence_of[rule, key], lang), f"{key} = {_toml(value)}"]
    return "\n".join(lines) + "\n"


def setting_text(one: Convention, lang: Lang) -> object:
    """A setting of [desk] as the settings write it."""
    if isinstance(one.value, int):
        return one.value
    keys = [WEEKDAY_KEYS[day] for day in one.value]
    return ";".join(DAY_WORDS[key][0] if lang == "zh" else key for key in keys)


def _toml(value: object) -> str:
    """A value as TOML: its texts are written as JSON's are."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return re.sub("\x7f", r"\\u007f", json.dumps(value, ensure_ascii=False))
    return str(value)
