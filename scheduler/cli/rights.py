"""Who may do what: at a desk, as `check` says it, and with a request, as its answer says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scheduler.app.wording import say_deciders
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.workflow.overrides import OVERRIDE_NAMES
from scheduler.workflow.rights import RIGHT_NAMES, Right, Rights, notes_on_gaps, notes_on_titles, say_rights

if TYPE_CHECKING:
    from scheduler.app.change_requests import Asked

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


SET_ASIDE = Sentence(
    "若批准人同意破例（{what}），再提一次并加：{words} --override-because {why}{may}",
    "If the approver agrees to set aside {what}, ask again with {words} --override-because {why}{may}",
)
WHY = Sentence("理由", "WHY")


def way_out_lines(asked: Asked, lang: Lang) -> Iterator[str]:
    """What to type for something to be set aside, and who may."""
    overrides = asked.way_out.overrides
    if overrides:
        what = join_items((OVERRIDE_NAMES[one].say(lang) for one in overrides), lang)
        words = " ".join(f"--override {what}" for what in overrides)
        may = say_deciders(asked.deciders, asked.names)
        yield SET_ASIDE.say(lang, what=what, words=words, why=WHY, may=may)
