"""The kinds of leave of a desk: the built-in ones, those that it alters, and its own."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain import BUILT_IN_KINDS, LEAVE_KINDS, CountsIn, LeaveKind, kind_of_leave, merge_kinds
from scheduler.errors import Fault
from scheduler.files.reading.rows import Row, Rows
from scheduler.files.schema.roster_cells import LEAVE_MEANT, leave_words
from scheduler.files.schema.text import comparable
from scheduler.i18n import LANGS, Sentence, join_items

OWN_WORD = Sentence(
    "没有别的假别在用的名称和格内字（“{word}”是“{other}”）",
    "names and signs that no other kind of leave has ({word} is {other})",
)
KNOWN_KIND = Sentence("本店的假别之一：{kinds}", "one of the desk's kinds of leave: {kinds}")


def kind_of_row(row: Row) -> LeaveKind:
    """The kind of a row; what it leaves open is as in the built-in kind of that name, or the plainest."""
    code = LEAVE_MEANT.get(comparable(row["code"]), row["code"])
    like = kind_of_leave(code)
    zh = row["name"] or like.name.zh
    sign = row["sign"] or (like.sign.zh if code in LEAVE_KINDS else zh[:1])
    return LeaveKind(
        code,
        Sentence(zh, row["english"] or (like.name.en if code in LEAVE_KINDS else zh)),
        Sentence(sign, like.sign.en if code in LEAVE_KINDS and not row["sign"] else sign),
        paid=like.paid if row["paid"] is None else row["paid"],
        certificate_from=row["certificate_from"] or 0,
        worked=like.worked if row["worked"] is None else row["worked"],
        counts=CountsIn(row["counts"]) if row["counts"] else like.counts,
    )


def settle_kinds(rows: Rows) -> Iterator[Fault]:
    """Give each row of leave the code of its kind, of which the desk may have its own."""
    wanted = ("code", "name", "english", "sign", "paid", "certificate_from", "worked", "counts")
    read = [(row, kind_of_row(row)) for row in rows.get("leave_kinds", ()) if row.get(*wanted)]
    for row, kind in read:
        others = [one for one in merge_kinds(other for _, other in read) if one.code != kind.code]
        names = leave_words(others)
        for word in (kind.name.zh, kind.sign.zh, kind.code):
            if comparable(word) in names:
                other = kind_of_leave(names[comparable(word)], others).name
                yield row.fault("code", OWN_WORD, word=word, other=other)
                break
    kinds = merge_kinds(kind for _, kind in read) if read else BUILT_IN_KINDS
    known = leave_words(kinds)
    for row in rows.get("leave", ()):
        found = row.get("kind")
        if not found:
            continue
        if code := known.get(comparable(found[0])):
            row.values["kind"] = code
        else:
            said = (join_items((kind.name.say(lang) for kind in kinds), lang) for lang in LANGS)
            yield row.fault("kind", KNOWN_KIND, kinds=Sentence(*said))
            del row.values["kind"]
