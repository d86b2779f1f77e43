"""Who may do what at a desk, as `check` says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scheduler.i18n import Lang, Sentence, join_items
from scheduler.workflow.rights import RIGHT_NAMES, Right, Rights, notes_on_gaps, notes_on_titles, say_rights

WHO_MAY = Sentence("谁可以办什么：", "Who may do what:")
HELD = Sentence("  {what}：{who}", "  {what}: {who}")
NOBODY = Sentence("（没有人）", "(nobody)")


def rights_payload(rights: Rights, lang: Lang) -> dict[str, Any]:
    """For `--json`: who holds each right, who gained what by a title's ending, what nobody can decide."""
    return {
        "rights": {right.value: list(who) for right, who in rights.holders.items()},
        "gained": [
            {"id": one.who, "title": one.title, "known": one.known, "rights": list(one.rights)} for one in rights.gained
        ],
        "gaps": [{"right": gap.right.value, "for": gap.who or None} for gap in rights.gaps],
        "rights_notes": [note.say(lang) for note in (*notes_on_gaps(rights), *notes_on_titles(rights))],
    }


def rights_lines(rights: Rights, lang: Lang) -> Iterator[str]:
    """Who may do what, those rights together that the same people hold; then what is to be known of it."""
    yield WHO_MAY.say(lang)
    by_holders: dict[tuple[str, ...], list[Right]] = {}
    for right in RIGHT_NAMES:
        by_holders.setdefault(rights.holders[right], []).append(right)
    for who, held in by_holders.items():
        names = join_items((rights.people[one].name for one in who), lang) or NOBODY.say(lang)
        yield HELD.say(lang, what=say_rights(held), who=names)
    yield from (f"  {note.say(lang)}" for note in (*notes_on_titles(rights), *notes_on_gaps(rights)))
