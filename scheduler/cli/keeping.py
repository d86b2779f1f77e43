"""Commands that keep a desk's ledger: `backup`, `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scheduler.app.keeping import back_up, restore_ledger
from scheduler.cli.answer import BROKEN, DONE, Answer, answering, both
from scheduler.cli.options import because_option, by_option, desk_argument, out_option, store_option
from scheduler.i18n import Lang, Sentence, join_items

BACKED_UP = Sentence(
    "已备份到 {file}：记录 {n} 条（记录头 {head}），部门 {desks}；备份已核对",
    "Backed up to {file}: {n} entries (head {head}), desks {desks}; the copy verifies",
)
RESTORED = Sentence("账册 {ledger} 已恢复到记录头 {head}", "The ledger {ledger} is restored to head {head}")
KEPT = Sentence("原来的账册留作 {file}", "The ledger that was there is kept as {file}")
NOTHING_AFTER = Sentence("文件与记录头中没有在它之后的", "Papers and heads know of nothing after it")
FORGOTTEN_SINCE = Sentence(
    "备份之后删除过 {n} 次私密内容，恢复把它们带了回来：请再运行 scheduler forget；原来的账册里没有它们，备份文件里有",
    "Private facts were erased {n} times since the backup, and it brings them back: run scheduler forget again. The ledger that"
    " was there is without them, the backup's file is not",
)
AFTER = Sentence("备份之后还有、现已不在账册里的：", "What came after it, and is not in the ledger any more:")


@click.command(
    help=both("备份账册：存成一个新文件，并核对。", "Back the ledger up into a new file, which is verified.")
)
@desk_argument
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@store_option
@answering
def backup(desk: Path, file: Path, store: str | None, lang: Lang) -> Answer:
    """Keep a copy."""
    done = back_up(desk, file, store=store)
    payload = {
        "status": "DONE",
        "file": str(done.path),
        "head": str(done.head),
        "entries": done.entries,
        "desks": list(done.desks),
    }
    said = BACKED_UP.say(lang, file=done.path, n=done.entries, head=done.head, desks=join_items(done.desks, lang))
    return Answer(payload, [said], DONE)


@click.command(
    help=both(
        "从备份恢复账册：原来的另存，再与文件和记录头比较，列出备份之后的。",
        "Take a backup back; what papers and heads know after it is named.",
    )
)
@desk_argument
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@by_option
@because_option(required=False)
@out_option
@store_option
@answering
def restore(desk: Path, file: Path, by: str, lang: Lang, **options: Any) -> Answer:
    """Take a copy back."""
    done = restore_ledger(desk, file, by, **options)
    after = [link.say(lang) for link in done.proof.broken]
    payload = {
        "status": "BROKEN" if after else "RESTORED",
        "ledger": done.ledger,
        "head": str(done.head),
        "replaced": str(done.replaced) if done.replaced else None,
        "after": after,
        "forgotten_since": done.forgotten,
        "notes": [note.say(lang) for note in done.proof.notes],
    }
    shown: list[Any] = [RESTORED.say(lang, ledger=done.ledger, head=done.head)]
    shown += [KEPT.say(lang, file=done.replaced)] if done.replaced else []
    shown += [AFTER.say(lang), *(f"✗ {line}" for line in after)] if after else [NOTHING_AFTER.say(lang)]
    shown += [FORGOTTEN_SINCE.say(lang, n=done.forgotten)] if done.forgotten else []
    return Answer(payload, shown, BROKEN if after else DONE)
