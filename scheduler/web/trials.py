"""What a change of tables or settings would come to, as both are shown before they are written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scheduler.app.check import Checked
from scheduler.audit.obstacle_words import say_levers, say_obstacle
from scheduler.i18n import Lang

MOST_OBSTACLES = 8


def read_marks(sent: Mapping[str, str]) -> dict[str, str]:
    """The fingerprint of the tables on which a form was made; empty, which is that of none, where it is not one."""
    try:
        found = json.loads(sent.get("made_on", ""))
    except ValueError:
        return {}
    return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}


def describe_checked(checked: Checked, lang: Lang) -> dict[str, Any]:
    """What the arithmetic of the coming month says, for `page/_checked.html`."""
    obstacles = checked.words.obstacles
    return {
        "month": checked.problem.month,
        "obstacles": [
            (say_obstacle(one, checked.problem, lang), say_levers(one, lang)) for one in obstacles[:MOST_OBSTACLES]
        ],
        "more": max(0, len(obstacles) - MOST_OBSTACLES),
        "is_whole": checked.words.whole,
        "notes": checked.notes,
    }
