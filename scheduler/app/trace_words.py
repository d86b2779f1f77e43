"""What a copy at hand is, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.app.grid_comparison import Difference
from scheduler.app.sheet_comparison import SheetDifference
from scheduler.app.trace import CopyState, Traced
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.workflow.version import STATUS_NAMES

CURRENT = Sentence("这份是现行版：{copy}", "this is the roster in force: {copy}")
WITHDRAWN = Sentence("{copy}已于 {at} 作废{by_version}", "{copy}, is void since {at}{by_version}")
REPLACED, NOT_REPLACED = (
    Sentence("，由第 {n} 版取代", ", replaced by version {n}"),
    Sentence("，没有别的版本取代它", ", and nothing replaced it"),
)
ENDED = Sentence("经办：{by}　原因：{because}", "by: {by}; because: {because}")
DRAFT = Sentence("这是草稿：{copy}，还没有发布过", "a draft: {copy}, never published")
ALTERED = Sentence(
    "被改动过：出自{copy}（{status}），以下 {n} 处不同", "altered: made from {copy} ({status}); {n} places differ:"
)
UNREADABLE = Sentence(
    "被改动过：印记是{copy}（{status}），但表格已无法逐格核对",
    "altered: stamped {copy} ({status}), but its grid cannot be held against that any more",
)
UNKNOWN = Sentence("不认识：账册里没有这样的排班表", "unknown: the ledger has no such roster")
COPY = Sentence("{desk} {month} 第 {n} 版", "{desk} {month}, version {n}")
IN_FORCE = Sentence("在用的是第 {n} 版", "version {n} is in force")
NONE_IN_FORCE = Sentence("{month} 没有在用的版本", "no version of {month} is in force")
STAMPED = Sentence("文件自带的印记是{copy}", "its own stamp says {copy}")
STAMP_ONLY = Sentence("只看了印记：其中没有可核对的排班表格", "by its stamp only: it holds no grid to compare")
FILE_AT = Sentence("在用版的文件：{path}", "File of the version in force: {path}")
NOT_GIVEN = Sentence("未写", "not given")
CELL = Sentence("{day} {who}：此件为{file}，账册为{ledger}", "{day}, {who}: here {file}, in the ledger {ledger}")
NAMED = Sentence("工号 {id}：此件写作{file}，账册为{ledger}", "id {id}: here {file}, in the ledger {ledger}")
QUOTED = Sentence("“{text}”", "“{text}”")
NOTHING, ABSENT, STRANGER = (
    Sentence("空格", "nothing"),
    Sentence("（缺这一格）", "(no such cell)"),
    Sentence("（没有此人）", "(nobody like that)"),
)
IN_SHEET = Sentence(
    "{place}（{what}）：此件为{file}，账册为{ledger}", "{place} ({what}): here {file}, in the ledger {ledger}"
)
NO_ROW = Sentence("（没有这一行）", "(no such row)")
DUTIES = Sentence("排班表格的班次和姓名", "duties and names of the grid")
COMPARED = Sentence("已与账册核对：{parts}", "Compared with the ledger: {parts}")
NOT_COMPARED = Sentence("没有核对：{parts}", "Not compared: {parts}")
AND_MORE = Sentence("…共 {n} 处", "… {n} in all")
MOST_SHOWN = 60


def compared_parts(found: Traced) -> tuple[Sentence, ...]:
    """The parts of a copy that were compared with the ledger."""
    return (DUTIES, *found.sheets.compared) if found.row and found.checked else ()


def say_copy(found: Traced, lang: Lang, *, with_paths: bool = True) -> Iterator[str]:
    """Lines on what a copy is, its state first; with or without where the file of the version in force is."""
    row, stamp = found.row, found.stamp
    stamped = COPY.say(lang, desk=stamp.desk, month=stamp.month, n=stamp.version) if stamp else ""
    if row is None:
        yield UNKNOWN.say(lang)
        if stamped:
            yield STAMPED.say(lang, copy=stamped)
        return
    copy = COPY.say(lang, desk=row.desk, month=row.month, n=row.number)
    status = STATUS_NAMES[row.status]
    if found.state == CopyState.ALTERED:
        sentence = ALTERED if found.checked else UNREADABLE
        lines = [_describe_difference(one, lang) for one in found.differences]
        lines += [_describe_cell(one, lang) for one in found.sheets.differences]
        yield sentence.say(lang, copy=copy, status=status, n=len(lines))
        yield from (f"  {line}" for line in lines[:MOST_SHOWN])
        if len(lines) > MOST_SHOWN:
            yield f"  {AND_MORE.say(lang, n=len(lines))}"
    elif found.state in (CopyState.CURRENT, CopyState.DRAFT):
        yield (CURRENT if found.state == CopyState.CURRENT else DRAFT).say(lang, copy=copy)
    if found.closing:
        by_version = REPLACED.say(lang, n=found.replaced_by) if found.replaced_by else NOT_REPLACED.say(lang)
        yield WITHDRAWN.say(lang, copy=copy, at=f"{found.withdrawn_at:%Y-%m-%d %H:%M}", by_version=by_version)
        by = row.people.get(found.closing.by, found.closing.by)
        yield ENDED.say(lang, by=by, because=found.say_why(lang) or NOT_GIVEN)
    if found.live is None or found.live not in (row.number, found.replaced_by):
        yield IN_FORCE.say(lang, n=found.live) if found.live else NONE_IN_FORCE.say(lang, month=row.month)
    if found.is_stamped_otherwise:
        yield STAMPED.say(lang, copy=stamped)
    if not found.checked and found.state != CopyState.ALTERED:
        yield STAMP_ONLY.say(lang)
    if found.checked:
        yield COMPARED.say(lang, parts=join_items((part.say(lang) for part in compared_parts(found)), lang))
    if found.sheets.left_out:
        yield NOT_COMPARED.say(lang, parts=join_items((part.say(lang) for part in found.sheets.left_out), lang))
    if found.state != CopyState.CURRENT:
        yield from (FILE_AT.say(lang, path=path) for path in (found.files if with_paths else ()))


def _describe_cell(one: SheetDifference, lang: Lang) -> str:
    file, ledger = (NO_ROW if text is None else QUOTED.say(lang, text=text) for text in (one.file, one.ledger))
    place = " ".join(filter(None, (one.sheet, one.cell)))
    return IN_SHEET.say(lang, place=place, what=one.what, file=file, ledger=ledger)


def _describe_difference(one: Difference, lang: Lang) -> str:
    def text(value: str | None, none: Sentence) -> object:
        if value is None:
            return none
        return QUOTED.say(lang, text=value) if value else NOTHING

    file, ledger = text(one.file, ABSENT), text(one.ledger, STRANGER)
    if one.day is None:
        return NAMED.say(lang, id=one.worker, file=file, ledger=ledger)
    return CELL.say(lang, day=one.day, who=one.name, file=file, ledger=ledger)
