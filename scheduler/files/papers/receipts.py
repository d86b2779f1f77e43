"""The list on which everybody signs for a copy."""

from __future__ import annotations

from scheduler.files.papers.issue import CALLED_BACK, OTHERS_KEEP, PAPER_HEAD, WARNING, Issue
from scheduler.files.writing.labels import KIND, NUMBER, RECIPIENT_KINDS
from scheduler.files.writing.page import FREE, PLAIN, TEXT, Column, Page, put_table
from scheduler.i18n import LANGS, Sentence
from scheduler.workflow.version import Recipient

# Receipts
RECEIPT_TITLE = Sentence("{title} 分发签收表", "{title}: receipts")
WHOM, COPIES = Sentence("部门 / 姓名", "Department / name"), Sentence("发放内容", "What is given")
CODE = Sentence("编号", "ID")
SIGNED, SIGNED_ON = Sentence("签收", "Signature"), Sentence("日期", "Date")
RETURNED, RETURNED_OF = Sentence("收回旧表", "Old copy back"), Sentence("收回第 {n} 版", "Version {n} back")
OF_VERSION = Sentence("第 {n} 版：", "version {n}:")
WHOLE = Sentence("排班表、公告栏页", "roster, notice-board pages")
SLIP_NUMBER = Sentence("个人班表 {n} 号", "slip no. {n}")


def write_receipts(issue: Issue, page: Page) -> None:
    """Departments and people, with room to sign, and to tick off what comes back."""
    columns = [
        (NUMBER, 6.0, PLAIN),
        (KIND, 8.0 if issue.lang == "zh" else 12.0, PLAIN),
        (CODE, 12.0, TEXT),
        (WHOM, 20.0, TEXT),
        (COPIES, 20.0, PLAIN._replace(shrink=True)),
        (SIGNED, 16.0, PLAIN),
        (SIGNED_ON, 11.0, PLAIN),
        (RETURNED, 14.0, PLAIN),
    ]
    for column, (_, width, _) in enumerate(columns, 1):
        page.set_width(column, width)
    across = range(1, len(columns) + 1)
    lines = [
        (issue.say(RECEIPT_TITLE, title=issue.edition.title(issue.lang)), PAPER_HEAD, 28),
        (issue.say_version(issue.lang), FREE, 16),
    ]
    if issue.replaces:
        lines.append((issue.say(CALLED_BACK, n=issue.replaces), WARNING, 16))
    if issue.keeps_some:
        lines.append((issue.say(OTHERS_KEEP), FREE, 16))
    for row, (text, look, height) in enumerate(lines, 1):
        page.set_height(row, height * page.spread(row, across, text, look))
    top = len(lines) + 1
    numbers = {worker.id: number for number, worker in issue.slips}

    def given(each: Recipient) -> str:
        if each.kind == "person" and each.id in numbers:
            return issue.say(SLIP_NUMBER, n=numbers[each.id])
        return issue.say(WHOLE)

    held = [issue.holds(each) for each in issue.recipients]
    alike = set(held) == {issue.replaces}  # then the heading says it for all
    returned = Sentence(*(RETURNED_OF.say(lang, n=issue.replaces) for lang in LANGS)) if alike and held[0] else RETURNED

    def comes_back(version: int | None) -> str | None:
        return issue.say(OF_VERSION, n=version) if version and not alike else None

    rows = [
        (
            number,
            issue.say(RECIPIENT_KINDS[each.kind]),
            each.id,
            each.name,
            given(each),
            None,
            None,
            comes_back(version),
        )
        for number, (each, version) in enumerate(zip(issue.recipients, held, strict=True), 1)
    ]
    titles = [Column(returned if title is RETURNED else title, look, 0) for title, _, look in columns]
    below = put_table(page, top, titles, rows, issue.lang)
    for row in range(top + 1, below):
        page.set_height(row, 24)
    page.sheet.freeze_panes = f"A{top + 1}"
    page.sheet.print_title_rows = f"{top}:{top}"
