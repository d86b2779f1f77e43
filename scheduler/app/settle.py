"""Settle balances: what people did above or below their share so far does not count from some month on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.months import month_before
from scheduler.app.session import Session, open_session
from scheduler.domain import BURDEN_NAMES, BURDENS, Month, Note, present_ids
from scheduler.errors import Fault, InputError, Refusal
from scheduler.i18n import Lang, Sentence, fill_in, join_sentences
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.workflow.keeping_facts import SettledBalance, SettledFacts
from scheduler.workflow.rights import Right, say_deciders, say_names
from scheduler.workflow.settling import note_settled, open_balances, settled_for

NOTHING_IN_FORCE = Sentence(
    "没有在用的版本，也就没有结转可结清；开办前的结转请改“结转”表",
    "no version is in force, so that no balance is carried yet; what was before the first month stands in the table carried",
)
NOT_IN_FORCE = Sentence(
    "{before} 没有在用的版本：{month} 的结转要等它发布才有",
    "no version of {before} is in force, and what is carried into {month} is known once one is",
)
TOO_LATE = Sentence(
    "{month} 的第 {n} 版已在用，其中已计入结转：请从 {next} 起结清",
    "version {n} of {month} is in force and has these balances in it: settle from {next} on",
)
WITHOUT_BALANCE = Sentence(
    "没有可结清的：{who}到 {before} 为止，{burdens}的结转都是 0{already}",
    "nothing to settle: up to {before}, balances of {burdens} are zero for {who}{already}",
)
EVERYBODY = Sentence("各人", "everybody")
ALREADY = Sentence("（{at} 已由{by}结清）", " (settled by {by} on {at})")
ZERO = Sentence("{who}没有可结清的结转，未记", "{who}: the balance is zero, nothing was recorded of it")
DRAFT = Sentence(
    "{month} 的草稿第 {n} 版是结清之前编的：重新 generate 才按结清后的结转排",
    "version {n}, a draft of {month}, was made before: generate again for a roster that goes by it",
)
MAY_NOT = Sentence("“{by}”无权结清结转：{may}", "{by} may not settle balances: {may}")
OWN = Sentence(
    "“{by}”不能结清自己的结转：{may}；结清别人的，不要写上{by}",
    "{by} may not settle a balance of their own: {may}; for that of others leave {by} out",
)
NOBODY_NAMED = Sentence("要结清谁的：写工号，或写 --all", "whose balances: give ids, or --all")
BOTH_NAMED = Sentence("工号和 --all 只写一样", "either ids or --all, not both")
UNSIGNED = Sentence("经办人的工号", "the id of who settles them")
UNREASONED = Sentence("为什么结清", "why they are settled")


@dataclass(frozen=True)
class Settling:
    """What `settle` did, or would find.

    Attributes
    ----------
    month : Month
        From which on balances count anew.
    open : tuple of SettledBalance
        Balances that are carried into it, by the ids of today; of everybody.
    settled : tuple of SettledBalance
        Those that were settled now.
    notes : tuple of Note
        What was settled before; what of it was not done, and what does not go by it yet.
    """

    month: Month
    _: KW_ONLY
    open: tuple[SettledBalance, ...]
    names: dict[str, str]
    settled: tuple[SettledBalance, ...] = ()
    notes: tuple[Note, ...] = ()
    stuck: tuple[Fault, ...] = ()


def settle_balances(
    desk: Path,
    workers: Sequence[str] = (),
    *,
    everybody: bool = False,
    burdens: Sequence[str] = BURDENS,
    by: str = "",
    because: str = "",
    month: Month | None = None,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Settling:
    """Settle balances that would be carried into a month; without anybody named, only tell what they are.

    Parameters
    ----------
    workers : sequence of str
        Ids of those whose balances are settled.
    burdens : sequence of str
        Which of `BURDENS`.
    month : Month, optional
        The first that counts anew; by default the one after the last that is in force.

    Raises
    ------
    InputError
        Workers are named and all are meant, or it is not said by whom or why.
    Refusal
        The month before is not in force or the month itself is, there is nothing to settle, somebody is unknown, or `by` may
        not do it, or not for themselves.
    """
    _check_named(workers, everybody, by, because.strip())
    with open_session(desk, store, out, lang, now) as here:
        if not (workers or everybody):
            return _look(here, month)
        here.person(by)
        ids = tuple(dict.fromkeys(here.person(who).id for who in workers))
        with here.ledger.writing(here.desk) as pen:
            found, row, former = _find(here, month)
            chosen = tuple(one for one in found.open if one.burden in burdens and (everybody or one.worker in ids))
            if not chosen:
                raise _say_nothing(here, found, ids, burdens)
            _check_right(here, by, {one.worker for one in chosen})
            recorded = tuple(one._replace(worker=former.get(one.worker, one.worker)) for one in chosen)
            facts = SettledFacts(month=found.month, balances=recorded)
            pen.note("settled", row.number, here.at, by, because.strip(), facts.to_json())
        zero = [who for who in ids if who not in {one.worker for one in chosen}]
        notes = [Note(ZERO, (("who", found.names.get(who, who)),)) for who in zero]
        notes += [
            Note(DRAFT, (("month", found.month), ("n", one.number)))
            for one in here.ledger.outlines(here.desk)[-1:]
            if (one.month, one.status) == (found.month, VersionStatus.DRAFT)
        ]
        left = tuple(one for one in found.open if one not in chosen)
        return Settling(
            found.month,
            open=left,
            names=found.names,
            settled=chosen,
            notes=tuple(notes),
            stuck=tuple(here.papers.stuck),
        )


def _check_named(workers: Sequence[str], everybody: bool, by: str, because: str) -> None:
    """Refuse what is not said, or said twice.

    Raises
    ------
    InputError
    """
    faults = [Fault("--all", BOTH_NAMED)] if workers and everybody else []
    if workers or everybody:
        faults += [] if by else [Fault("--by", UNSIGNED)]
        faults += [] if because else [Fault("--because", UNREASONED)]
    elif by or because:
        faults.append(Fault("--all", NOBODY_NAMED))
    if faults:
        raise InputError(faults)


def _look(here: Session, month: Month | None) -> Settling:
    """What is carried, and what of it was settled before."""
    found, _, _ = _find(here, month)
    settled = settled_for(here.ledger.entries(here.desk, event="settled"), found.month)
    notes = [note_settled(entry, facts, found.names) for entry, facts in settled]
    return Settling(found.month, open=found.open, names=found.names, notes=tuple(notes), stuck=tuple(here.papers.stuck))


def _find(here: Session, month: Month | None) -> tuple[Settling, VersionRow, dict[str, str]]:
    """The balances that a month would carry, the version in force that they come from, and ids of then by those of today.

    Raises
    ------
    Refusal
        The month before is not in force, or the month itself is.
    """
    live = {one.month: one.number for one in here.ledger.outlines(here.desk) if one.status == VersionStatus.LIVE}
    if not live:
        raise Refusal(NOTHING_IN_FORCE)
    chosen = month or max(live).next
    if chosen in live:
        raise Refusal(TOO_LATE, month=chosen, n=live[chosen], next=max(live).next)
    row = month_before(here.ledger, here.desk, chosen) if chosen.previous in live else None
    if row is None:
        raise Refusal(NOT_IN_FORCE, before=chosen.previous, month=chosen)
    former = {now: then for then, now in present_ids(here.files.workers).items() if then in row.balances}
    ids = {worker.id: former.get(worker.id, worker.id) for worker in here.files.workers}
    balances = {now: row.balances[then] for now, then in ids.items() if then in row.balances}
    names = {**row.people, **{who: person.name for who, person in here.people.items()}}
    return Settling(chosen, open=tuple(open_balances(balances, balances, BURDENS)), names=names), row, ids


def _say_nothing(here: Session, found: Settling, ids: Sequence[str], burdens: Sequence[str]) -> Refusal:
    """That there is nothing to settle, and by whom it was where it was settled before."""
    entries = settled_for(here.ledger.entries(here.desk, event="settled"), found.month)
    mine = [
        entry
        for entry, facts in entries
        if any(one.burden in burdens and (not ids or one.worker in ids) for one in facts.balances)
    ]
    already = Sentence("", "")
    if mine:
        by, at = mine[-1].by, mine[-1].at.astimezone(here.at.tzinfo)
        already = fill_in(ALREADY, by=found.names.get(by, by), at=f"{at:%Y-%m-%d %H:%M}")
    who = say_names([found.names.get(one, one) for one in ids]) if ids else EVERYBODY
    said = join_sentences([BURDEN_NAMES[one] for one in burdens])
    return Refusal(WITHOUT_BALANCE, who=who, before=found.month.previous, burdens=said, already=already)


def _check_right(here: Session, by: str, workers: set[str]) -> None:
    """Refuse whoever may not settle balances, or not those of some people: their own, or anybody's.

    Raises
    ------
    Refusal
    """
    apart = workers | {one for who in workers if who in here.people for one in here.people[who].formerly}
    deciders = here.rights.find_deciders((Right.SETTLE,), apart)
    if by not in deciders:
        sentence = OWN if here.rights.may(by, Right.SETTLE) else MAY_NOT
        raise Refusal(sentence, by=here.people[by].name, may=say_deciders(here.rights, deciders))
