"""Balances that were settled: from some month on, what somebody did before it does not count any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from scheduler.domain import BURDEN_NAMES, Burden, Month, Note
from scheduler.i18n import LANGS, Sentence, as_template, fill_in, join_sentences
from scheduler.workflow.facts import Entry
from scheduler.workflow.keeping_facts import SettledBalance, SettledFacts

SETTLED_NOTE = Sentence(
    "自本月起重新计、以前的不算的结转：{what}（{by}结清：{because}）",
    "balances that count anew from this month on, whatever was before: {what} (settled by {by}: {because})",
)
OF_PERSON = Sentence("{who}{balances}", "{who} {balances}")
ONE = Sentence("{burden} {amount:+g}", "{burden} {amount:+g}")
ONE_HOURS = Sentence("{burden} {amount:+g} 小时", "{burden} {amount:+g} h")
AND_SO_ON = Sentence("…共 {n} 人", "… {n} people in all")
MOST_NAMED = 10  # on a roster
OneEntry = TypeVar("OneEntry", bound=Entry)


def settled_for(entries: Iterable[OneEntry], month: Month) -> list[tuple[OneEntry, SettledFacts]]:
    """The entries by which balances were settled that would have been carried into a month, with what they hold."""
    found = ((entry, SettledFacts.read(entry.facts)) for entry in entries if entry.event == "settled")
    return [(entry, facts) for entry, facts in found if facts.month == month]


def drop_settled(
    balances: Mapping[str, Burden],
    settled: Iterable[SettledFacts],
    known: Mapping[str, Burden] | None = None,
) -> dict[str, Burden]:
    """Balances without those that were settled.

    Parameters
    ----------
    balances : mapping of str to Burden
        By worker's id, at the end of a month.
    settled : iterable of SettledFacts
        Those of the month after it; or those of that month itself.
    known : mapping of str to Burden, optional
        What was carried into that month when its roster was made, where that was before it was settled: it goes, and what
        was done in the month stays. By default everything goes.
    """
    found = dict(balances)
    for one in (one for facts in settled for one in facts.balances):
        if before := found.get(one.worker):
            stays = 0.0
            if known is not None:
                carried = getattr(known.get(one.worker, Burden()), one.burden)
                stays = round(getattr(before, one.burden) - carried, 2)
            found[one.worker] = replace(before, **{one.burden: stays})
    return found


def open_balances(
    balances: Mapping[str, Burden], workers: Iterable[str], burdens: Collection[str]
) -> Iterator[SettledBalance]:
    """The balances of some people that are not zero, person by person."""
    for worker in workers:
        mine = balances.get(worker, Burden())
        yield from (SettledBalance(worker, name, getattr(mine, name)) for name in burdens if getattr(mine, name))


def say_balances(balances: Sequence[SettledBalance], names: Mapping[str, str], most: int | None = None) -> Sentence:
    """Balances in a row, those of one person together: `甲夜班 +2、工时 -8 小时；乙…`.

    Parameters
    ----------
    most : int, optional
        After so many people the others are counted only.
    """
    found, workers = [], list(dict.fromkeys(one.worker for one in balances))
    for worker in workers[:most]:
        mine = [one for one in balances if one.worker == worker]
        said = [
            fill_in(
                ONE_HOURS if one.burden == "hours" else ONE,
                burden=BURDEN_NAMES.get(one.burden, Sentence(as_template(one.burden), as_template(one.burden))),
                amount=one.amount,
            )
            for one in mine
        ]
        found.append(fill_in(OF_PERSON, who=names.get(worker, worker), balances=join_sentences(said)))
    if len(found) < len(workers):
        found.append(fill_in(AND_SO_ON, n=len(workers)))
    texts = {lang: ("；" if lang == "zh" else "; ").join(one.say(lang) for one in found) for lang in LANGS}
    return Sentence(*map(as_template, texts.values()))


def note_settled(entry: Entry, facts: SettledFacts, names: Mapping[str, str]) -> Note:
    """For the roster of the month from which on the balances count anew."""
    what = say_balances(facts.balances, names, MOST_NAMED)
    return Note(SETTLED_NOTE, (("what", what), ("by", names.get(entry.by, entry.by)), ("because", entry.because)))
