"""What `log --verify` answers: what is broken, what was checked, how far that reaches, and what it cannot find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scheduler.app.verify_log import CANNOT_FIND, Proof
from scheduler.i18n import Lang, Sentence, join_items

WHOLE = Sentence("✓ 记录完整，未被改动", "✓ the log is whole: nothing altered, removed or reordered")
CHECKED = Sentence("已核对：{parts}", "Checked: {parts}")
NOT_FOUND_SO = Sentence("这样查不出的：", "What is not found so:")
HEAD = Sentence("记录头 {head}", "Head {head}")


def proof_payload(proof: Proof, lang: Lang) -> dict[str, Any]:
    """The part of the JSON object that tells what was verified."""
    return {
        "broken": [link.say(lang) for link in proof.broken],
        "checked": [part.say(lang) for part in proof.checked],
        "notes": [note.say(lang) for note in proof.notes],
        "cannot_find": [line.say(lang) for line in CANNOT_FIND],
    }


def render_proof(proof: Proof, lang: Lang) -> Iterator[str]:
    """Lines for people, what is broken first."""
    yield from (f"✗ {link.say(lang)}" for link in proof.broken)
    if not proof.broken:
        yield WHOLE.say(lang)
    yield CHECKED.say(lang, parts=join_items((part.say(lang) for part in proof.checked), lang))
    yield from (f"· {note.say(lang)}" for note in proof.notes)
    yield NOT_FOUND_SO.say(lang)
    yield from (f"  – {line.say(lang)}" for line in CANNOT_FIND)
