"""The command `forget`: private facts out of the ledger."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scheduler.app.forget import Forgotten, Plan, count_kinds
from scheduler.app.forget import forget as forget_facts
from scheduler.cli.answer import BROKEN, DONE, Answer, answering, both, console, is_json
from scheduler.cli.options import (
    PERSON,
    because_option,
    by_option,
    desk_argument,
    out_option,
    store_option,
)
from scheduler.files.writing.log_wording import say_counts
from scheduler.i18n import Lang, Sentence, join_items

MOST_NAMED = 8  # files in a line

ERASES = Sentence(
    "将从账册删除：{counts}（{first} 至 {last}）", "To be erased from the ledger: {counts} ({first} to {last})"
)
ERASES_PHONES = Sentence("将从账册删除：{counts}", "To be erased from the ledger: {counts}")
OF_LEAVER = Sentence("{who}（{ids}），已离职", "{who} ({ids}), who has left")
OF_YEARS = Sentence("超过 {years} 年的月份", "months more than {years} years ago")
NOTHING = Sentence("没有可删除的", "Nothing is to be erased")
NO_YEARS = Sentence(
    "部门没有设私密内容的保留年数，所以没有到期的：在 desk.toml 的 [desk] 里写 keep_private_years = 2 之类",
    "The desk sets no years for which private facts are kept, so none are due: write keep_private_years = 2, say, into [desk]"
    " of desk.toml",
)
KEEPS = Sentence(
    "不删除：排班、班次、工时；谁在哪几天不在、谁申请、谁批准；姓名、保护期和培训、外出（规则要用）；发布、作废等部门事务的理由",
    "Kept: rosters, duties, hours; that somebody was away and on which days, who asked and who decided; names, protections, training"
    " and outside duty, which rules need; reasons of the desk's own acts, such as publications and withdrawals",
)
OTHERS = Sentence(
    "别人申请的理由算别人的，即使写到此人，也不删除",
    "Reasons of other people's requests are theirs and stay, even where they tell of this person",
)
NOT_OVER = Sentence(
    "未完的不删除（本月及以后、还没决定的申请）：{counts}；过后再运行一次",
    "Kept as it is not over (this month and later, requests not decided yet): {counts}; run it again afterwards",
)
CLEAR = Sentence(
    "较早的版本直接写在记录里的，无法删除：{counts}",
    "In the clear in entries of earlier releases, and cannot be erased: {counts}",
)
IN_TABLES = Sentence(
    "部门自己的表里还有：请假 {leave} 行，电话 {phones} 个；排班会重新记下其中用到的，请在表里删改",
    "The desk's own tables still hold: {leave} rows of leave, {phones} phones; what rosters take from them is recorded again, so"
    " change them there",
)
ON_PAPER = Sentence(
    "这些月份的排班表还印着（连同旁边发出去的信、条、日历）：{files}",
    "Papers of these months still print it, with what was given out beside them: {files}",
)
IN_LOGS = Sentence("导出的记录：{files}", "Exported logs: {files}")
IN_LEDGERS = Sentence("备份和另存的账册：{files}", "Backups and ledgers kept aside: {files}")
ELSEWHERE = Sentence(
    "以上只是在部门文件夹里找到的；别处的副本、打印件、邮件和备份，谁也查不到",
    "These are what was found in the desk's folder; other copies, prints, mails and backups are nobody's to find",
)
SERVER = Sentence(
    "账册在数据库服务器上：其文件、日志和备份里的旧数据，由服务器的管理员清理（VACUUM）",
    "The ledger is on a database server: what its files, logs and backups still hold is its keeper's to clear (VACUUM)",
)
AND_MORE = Sentence("{files} 等 {n} 个", "{files} and so on, {n} in all")
SURE = Sentence("删除后无法恢复。确实要删除？", "This cannot be taken back. Erase it?")
UNCONFIRMED = Sentence(
    "没有删除：请看过以上内容，加 --yes 再运行", "Nothing is erased: look at the above, and run it again with --yes"
)
DECLINED = Sentence("没有删除", "Nothing is erased")
ERASED = Sentence(
    "已删除：{counts}；排班与记录照旧，log --verify 照样成立",
    "Erased: {counts}; rosters and the log stand, and log --verify holds",
)
NOT_WIPED = Sentence(
    "账册文件没能重写（正被使用）：删除的内容已被覆盖",
    "The ledger's file could not be written anew, as somebody is at work on it: what was erased is overwritten in it",
)


@click.command(
    help=both(
        "从账册删除私密内容（假别、理由、电话）：离职的人（--worker），或超过保留年数的（--due）。先列出删什么、留什么。",
        "Erase private facts (kinds and reasons of leave, phones): of a leaver (--worker), or older than the desk keeps"
        " them (--due). Says first what goes and what stays.",
    )
)
@desk_argument
@click.option(
    "--worker",
    type=PERSON,
    default="",
    metavar="ID|NAME",
    help=both("已离职的人：工号、旧工号或姓名。", "Who has left: id, a former id, or name."),
)
@click.option(
    "--due", is_flag=True, help=both("超过部门所设保留年数的。", "What is older than the years that the desk sets.")
)
@by_option
@because_option(required=True)
@click.option("--yes", is_flag=True, help=both("不再询问。", "Do not ask."))
@out_option
@store_option
@answering
def forget(desk: Path, worker: str, due: bool, yes: bool, lang: Lang, **options: Any) -> Answer:
    """Say what goes, ask, and erase it."""
    if bool(worker) == due:
        raise click.UsageError(both("请写 --worker 或 --due 其中一个。", "Give either --worker or --due."))
    asks = not yes and not is_json() and sys.stdin.isatty()
    shown: list[str] = []

    def confirm(plan: Plan) -> bool:
        if asks:
            shown.extend(_tell(plan, lang))
            for line in shown:
                console().print(line)
        return yes or (asks and click.confirm(SURE.say(lang), default=False))

    done = forget_facts(desk, worker=worker, confirm=confirm, lang=lang, **options)
    lines: list[Any] = [] if shown else list(_tell(done.plan, lang))
    return Answer(
        _payload(done),
        [*lines, *_end(done, asks, lang)],
        DONE if done.done or not done.plan.selection.erased or asks else BROKEN,
    )


def _end(done: Forgotten, asks: bool, lang: Lang) -> Iterator[str]:
    """What has become of it."""
    if done.done:
        yield ERASED.say(lang, counts=say_counts(done.plan.facts.counts))
        if not done.is_wiped:
            yield NOT_WIPED.say(lang)
    elif done.plan.selection.erased:
        yield DECLINED.say(lang) if asks else UNCONFIRMED.say(lang)


def _tell(plan: Plan, lang: Lang) -> Iterator[str]:
    """What goes, what stays, and where else it may stand."""
    if not plan.ids and plan.years is None:
        yield NO_YEARS.say(lang)
        return
    if plan.ids:
        yield OF_LEAVER.say(lang, who=plan.whose, ids=join_items(plan.ids, lang))
    else:
        yield OF_YEARS.say(lang, years=plan.years)
    facts = plan.facts
    if not plan.selection.erased:
        yield NOTHING.say(lang)
    else:
        head = ERASES if facts.first else ERASES_PHONES
        yield head.say(lang, counts=say_counts(facts.counts), first=facts.first, last=facts.last)
    if plan.selection.kept:
        yield NOT_OVER.say(lang, counts=say_counts(count_kinds(plan.selection.kept)))
    yield KEEPS.say(lang)
    if plan.ids:
        yield OTHERS.say(lang)
    if plan.clear:
        yield CLEAR.say(lang, counts=say_counts(count_kinds(plan.clear)))
    copies = plan.copies
    if copies.leave or copies.phones:
        yield IN_TABLES.say(lang, leave=copies.leave, phones=copies.phones)
    for sentence, files in ((ON_PAPER, copies.papers), (IN_LOGS, copies.logs), (IN_LEDGERS, copies.ledgers)):
        if files:
            yield sentence.say(lang, files=_name(files, lang))
    yield ELSEWHERE.say(lang)
    if plan.on_server:
        yield SERVER.say(lang)


def _name(files: tuple[Path, ...], lang: Lang) -> str:
    named = join_items((str(path) for path in files[:MOST_NAMED]), lang)
    return AND_MORE.say(lang, files=named, n=len(files)) if len(files) > MOST_NAMED else named


def _payload(done: Forgotten) -> dict[str, Any]:
    plan, facts = done.plan, done.plan.facts
    waiting = "UNCONFIRMED" if plan.selection.erased else "NOTHING"
    return {
        "status": "FORGOTTEN" if done.done else waiting,
        "whose": list(plan.ids),
        "years": None if plan.ids else plan.years,
        "erased": dict(facts.counts),
        "first": facts.first or None,
        "last": facts.last or None,
        "not_over": dict(count_kinds(plan.selection.kept)),
        "in_the_clear": dict(count_kinds(plan.clear)),
        "tables": {"leave": plan.copies.leave, "phones": plan.copies.phones},
        "papers": [str(path) for path in plan.copies.papers],
        "logs": [str(path) for path in plan.copies.logs],
        "ledgers": [str(path) for path in plan.copies.ledgers],
        "wiped": done.is_wiped,
    }
