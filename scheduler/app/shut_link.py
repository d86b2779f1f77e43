"""Shut the link on somebody's slip."""

from __future__ import annotations

from pathlib import Path

from scheduler import clock
from scheduler.app.personal_links import SHUT
from scheduler.app.session import open_session
from scheduler.domain import Month
from scheduler.i18n import Lang
from scheduler.workflow.table_facts import LinkShutFacts


def shut_link(
    desk: Path,
    who: str,
    month: Month,
    by: str,
    *,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> None:
    """Shut somebody's link of a month; one that is made from now on has another code.

    Raises
    ------
    UnknownPerson
    """
    with open_session(desk, store, None, lang, now) as here:
        who, by = here.person(who).id, here.person(by).id
        with here.ledger.writing(here.desk) as pen:
            pen.note(SHUT, None, here.at, by, "", LinkShutFacts(worker=who, month=month).to_json())
