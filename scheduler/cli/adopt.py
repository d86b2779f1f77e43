"""The command `adopt`: a desk, or a desk's past, from rosters that were made without this program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scheduler.adopting.old_rosters import Question, ReadCell, State
from scheduler.adopting.proposal import Proposal
from scheduler.app.adopt import Adopted, adopt_desk
from scheduler.app.adopt_history import AdoptedHistory, adopt_history
from scheduler.cli.answer import BROKEN, DONE, Answer, answering, both
from scheduler.cli.copies import render_draft
from scheduler.cli.options import PERSON, REMARK, store_option
from scheduler.files.adopting.report import broken_lines, summary_lines
from scheduler.files.reading.open_questions import read_answers
from scheduler.i18n import Lang, Sentence

MOST_SHOWN = 8  # lines of a kind in the terminal; the report has them all

MADE = Sentence("已建好 {desk}：", "{desk} is made:")
ASSUMED = Sentence("推测 {n} 处，已在各表里标出（# guessed）。", "Assumed: {n}, each marked in the tables (# guessed).")
ASKED = Sentence("还要问 {n} 件事：", "Questions: {n}")
DOUBTED = Sentence("存疑 {n} 格，如：", "Doubtful cells: {n}, such as")
BREAKS = Sentence("老排班表按提出的规则核对：", "The old rosters, audited by the proposed rules:")
NOT_AUDITED = Sentence(
    "老排班表还没有核对：有的班次不知道时刻，或存疑的格子太多，见报告。",
    "The old rosters were not audited: the hours of some shifts are not known, or too many cells are doubtful, see the"
    " report.",
)
MORE = Sentence("另 {n} 条，见报告", "{n} more, see the report")
REPORT_AT = Sentence("报告：{path}", "Report: {path}")
NEXT = Sentence("接着运行：scheduler check {desk}", "Next: scheduler check {desk}")
NEXT_ANSWER = Sentence(
    "接着：回答问题（填 shifts.csv 的空格、questions.csv 的“回答”列，或重新运行并加 --ask），再运行 scheduler check {desk}",
    "Next: answer the questions (in the empty cells of shifts.csv and the column “answer” of questions.csv, or again with --ask), then"
    " scheduler check {desk}",
)
PROMPT = Sentence("回答（不答按回车）", "Answer (empty for none)")


@click.command(
    help=both(
        "从已有的排班表、员工表、班次说明接手：建一个部门文件夹。",
        "Begin from the rosters, staff lists and legends there are: make a desk folder of them.",
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--out", type=click.Path(path_type=Path), help=both("新建的部门文件夹。", "The desk folder to be made."))
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    help=both("已有的部门：把过完的整月记作历史。", "A desk that is there: record whole past months as its history."),
)
@click.option(
    "--by", type=PERSON, metavar="ID", help=both("记作历史时，经办人的工号。", "With --into, id of who does it.")
)
@click.option("--because", type=REMARK, default="", help=both("记作历史的原因。", "With --into, why."))
@store_option
@click.option(
    "--answers", type=click.Path(path_type=Path), help=both("答好的 questions.csv。", "A questions.csv with answers.")
)
@click.option("--ask", is_flag=True, help=both("在终端里逐条提问。", "Ask what is not known in the terminal."))
@answering
def adopt(
    files: tuple[Path, ...],
    out: Path | None,
    into: Path | None,
    by: str | None,
    because: str,
    store: str | None,
    answers: Path | None,
    ask: bool,
    lang: Lang,
) -> Answer:
    """Read, propose, write; or record as history."""
    known = read_answers(answers) if answers else {}
    asking = (lambda one: _ask(one, lang)) if ask else None
    if (out is None) == (into is None):
        raise click.UsageError(both("--out 与 --into 写一个。", "Give one of --out and --into."))
    if out is not None:
        if by or because or store:
            text = both("--by、--because、--store 只与 --into 同用。", "--by, --because and --store go with --into.")
            raise click.UsageError(text)
        found = adopt_desk(files, out, answers=known, ask=asking, lang=lang)
        return Answer(_payload(found, lang), list(_shown(found, lang)))
    if into is None or not by:
        raise click.UsageError(both("--into 须写 --by。", "--into takes --by."))
    past = adopt_history(files, into, by, because=because, answers=known, ask=asking, store=store, lang=lang)
    return _of_history(past, lang)


def _of_history(past: AdoptedHistory, lang: Lang) -> Answer:
    shown: list[Any] = []
    for month in past.months:
        shown += render_draft(month, [one.say(lang, month.problem.names) for one in month.violations], lang)
    refused = [f"{month}: {refusal.say(lang)}" for month, refusal in past.refused]
    notes = [note.say(lang) for note in past.notes]
    payload: dict[str, Any] = {
        "status": "REFUSED" if refused else "DONE",
        "months": [
            {
                "month": str(one.month),
                "version": one.row.number if one.row else None,
                "recorded": one.recorded,
                "violations": len(one.violations),
                "files": [str(path) for path in one.files],
            }
            for one in past.months
        ],
        "refused": refused,
        "notes": notes,
        "cells": [cell_row(cell, lang) for cell in past.read.cells],
    }
    return Answer(payload, [*shown, *refused, *notes], BROKEN if refused else DONE)


def _ask(question: Question, lang: Lang) -> str:
    click.echo(question.ask.say(lang), err=True)
    answer = click.prompt(PROMPT.say(lang), default=question.proposed, show_default=bool(question.proposed), err=True)
    return str(answer)


def _shown(found: Adopted, lang: Lang) -> Iterator[str]:
    proposal = found.proposal
    yield MADE.say(lang, desk=found.desk)
    yield from summary_lines(proposal, lang)
    yield from (sentence.say(lang) for sentence in proposal.employment)
    yield ASSUMED.say(lang, n=proposal.guesses)
    if questions := proposal.questions:
        yield ASKED.say(lang, n=len(questions))
        yield from _first([one.ask.say(lang) for one in questions], lang)
    if doubtful := doubtful_cells(proposal):
        yield DOUBTED.say(lang, n=len(doubtful))
        yield from _first([f"{cell.where} {cell.meaning.say(lang)}" for cell in doubtful], lang)
    if proposal.audited:
        yield BREAKS.say(lang)
        yield from _first(list(broken_lines(proposal, lang)), lang)
    elif proposal.days:
        yield NOT_AUDITED.say(lang)
    if proposal.next_month:
        yield proposal.next_month.say(lang)
    yield REPORT_AT.say(lang, path=found.desk / "adopted" / "report.md")
    yield (NEXT_ANSWER if found.faults else NEXT).say(lang, desk=found.desk)


def _first(lines: list[str], lang: Lang) -> Iterator[str]:
    yield from (f"  · {line}" for line in lines[:MOST_SHOWN])
    if len(lines) > MOST_SHOWN:
        yield f"  … {MORE.say(lang, n=len(lines) - MOST_SHOWN)}"


def doubtful_cells(proposal: Proposal) -> list[ReadCell]:
    """The cells of which nothing was taken."""
    return [cell for cell in proposal.read.cells if cell.state is State.DOUBTFUL]


def _payload(found: Adopted, lang: Lang) -> dict[str, Any]:
    proposal = found.proposal
    read = proposal.read
    return {
        "status": "DONE",
        "desk": str(found.desk),
        "people": len(proposal.people),
        "days": [day.isoformat() for day in (read.dates[0], read.dates[-1])] if read.dates else [],
        "shifts": [shift.code for shift in proposal.shifts],
        "guesses": proposal.guesses,
        "next_month": proposal.next_month.say(lang) if proposal.next_month else None,
        "employment": [sentence.say(lang) for sentence in proposal.employment],
        "questions": [
            {"key": one.key, "question": one.ask.say(lang), "proposed": one.proposed} for one in proposal.questions
        ],
        "cells": [cell_row(cell, lang) for cell in read.cells],
        "broken": [
            {
                "month": str(one.month),
                "rules": _by_rule([violation.reason.rule for violation in one.violations]),
            }
            for one in proposal.broken
        ],
        "audited": proposal.audited,
        "faults": [fault.say(lang) for fault in found.faults],
        "files": [str(path) for path in found.files],
    }


def cell_row(cell: ReadCell, lang: Lang) -> dict[str, Any]:
    """A cell and what became of it, for `--json`."""
    return {
        "file": cell.where.file,
        "sheet": cell.where.sheet,
        "cell": f"{cell.where.column}{cell.where.row}",
        "text": cell.text,
        "state": cell.state.value,
        "meaning": cell.meaning.say(lang),
    }


def _by_rule(rules: list[str]) -> dict[str, int]:
    return {rule: rules.count(rule) for rule in dict.fromkeys(rules)}
