"""Erasing private facts from a desk's ledger: of somebody who has left, or after the years that the desk sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path

from scheduler import clock
from scheduler.app.copies_left import CopiesLeft, find_copies
from scheduler.app.locations import store_url
from scheduler.app.people import called
from scheduler.app.session import Session, open_session
from scheduler.domain import Month
from scheduler.errors import LedgerError, Refusal, UnknownPerson
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import Head, PrivateFacts
from scheduler.workflow.keeping_facts import ForgottenFacts
from scheduler.workflow.private_facts import PHONE, Kept, PrivateValue, Selection, is_due, select_due, select_leaver
from scheduler.workflow.rights import Right, say_deciders

NO_RIGHT = Sentence("“{by}”无权删除私密内容：{may}", "{by} may not erase private facts: {may}")
STILL_EMPLOYED = Sentence(
    "{who}还在职（离职日期：{leaves}）：在职的人，其私密内容只能按年限删除（--due）；已离职的，请先在人员表里填离职日期",
    "{who} is still employed (leaving date: {leaves}): of people who are, private facts are erased by age only (--due); for"
    " somebody who has left, put the leaving date into the people table first",
)
AN_OFFICIAL = Sentence(
    "{who}在“审批人”表里，还在任：先把那一行删去，或按年限删除（--due）",
    "{who} stands in the officials table: take that row out first, or erase by age (--due)",
)
NOBODY = Sentence(
    "人员表和账册里都没有“{id}”：请写工号",
    "nobody in the people table or the ledger is “{id}”: give an id",
)
NO_DATE = Sentence("没有填", "none")


@dataclass(frozen=True)
class Plan:
    """What is to be erased, and what is not.

    Attributes
    ----------
    whose : str
        The name of somebody who has left; empty where it goes by age.
    ids : tuple of str
        Their id, and those that they had before.
    years : int or None
        For which the desk keeps private facts; `None` where it sets none.
    clear : tuple of PrivateValue
        Values of the same people or years that earlier releases recorded in the clear, where they stay.
    on_server : bool
        Whether the ledger is a server's, whose files are not this program's.
    """

    whose: str
    ids: tuple[str, ...]
    years: int | None
    selection: Selection
    clear: tuple[PrivateValue, ...]
    _: KW_ONLY
    copies: CopiesLeft
    head: Head
    on_server: bool = False

    @property
    def facts(self) -> ForgottenFacts:
        """What the log says of it."""
        months = sorted(value.month for value in self.selection.erased if value.month and value.what != PHONE)
        first, last = (months[0], months[-1]) if months else ("", "")
        return ForgottenFacts(
            whose=self.ids,
            years=0 if self.ids else self.years or 0,
            counts=count_kinds(self.selection.erased),
            first=first,
            last=last,
        )


@dataclass(frozen=True)
class Forgotten:
    """What was planned, and whether it was done.

    Attributes
    ----------
    done : bool
        Whether it was erased; not where nobody confirmed it, or there was nothing.
    is_wiped : bool
        Whether the ledger's file was written anew as well, without what was erased.
    """

    plan: Plan
    done: bool = False
    is_wiped: bool = True


def count_kinds(values: Iterable[Kept | PrivateValue]) -> Mapping[str, int]:
    """How many values there are of each kind."""
    return dict(sorted(Counter(value.what for value in values).items()))


def forget(
    desk: Path,
    by: str,
    *,
    worker: str = "",
    because: str = "",
    confirm: Callable[[Plan], bool],
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Forgotten:
    """Erase the private facts of somebody who has left, or without `worker` those that are older than the desk keeps them.

    Parameters
    ----------
    by : str
        Id of who does it.
    worker : str
        Id, one of before, or a name that only one person has.
    confirm : callable
        Is shown what is to be erased, where there is anything, and says whether that is to be done.

    Raises
    ------
    InputError, LedgerError
    Refusal
        It is not theirs to do, or somebody is still employed.
    HeadMoved
        Somebody has written to the log since it was looked at.
    """
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)
        if not here.rights.may(by, Right.FORGET):
            may = say_deciders(here.rights, here.rights.find_deciders((Right.FORGET,)))
            raise Refusal(NO_RIGHT, by=here.people[by].name, may=may)
        plan = _plan(here, worker, store)
        erased = [value.digest for value in plan.selection.erased]
        if not erased or not confirm(plan):
            return Forgotten(plan)
        with here.ledger.writing(here.desk, plan.head) as pen:
            pen.forget(erased, here.at, by, because, plan.facts)
        try:
            here.ledger.wipe()
        except LedgerError:  # what was erased is overwritten already: the file is only not written anew
            return Forgotten(plan, done=True, is_wiped=False)
        return Forgotten(plan, done=True)


def _plan(here: Session, worker: str, store: str | None) -> Plan:
    head = here.ledger.head(here.desk)
    found = here.ledger.private_facts(here.desk, [n for n, one in here.requests().items() if one.is_open])
    years, whose, ids = here.files.keep_private_years, "", tuple[str, ...]()
    if worker:
        whose, ids = _find_leaver(here, worker, found)
        selection = select_leaver(found.kept, frozenset(ids), Month.of(here.today))
        clear = tuple(value for value in found.clear if value.worker in ids)
    elif years is None:
        selection, clear = Selection((), ()), ()
    else:
        selection = select_due(found.kept, years, here.today)
        clear = tuple(value for value in found.clear if is_due(value.month, years, here.today))
    url = store_url(here.files.path, store)
    on_server = not url.startswith("sqlite:///")
    plan = Plan(whose, ids, years, selection, clear, copies=CopiesLeft(), head=head, on_server=on_server)
    if not worker and years is None:
        return plan
    return replace(plan, copies=find_copies(here.files, here.folder, url, ids, plan.facts))


def _find_leaver(here: Session, worker: str, found: PrivateFacts) -> tuple[str, tuple[str, ...]]:
    """The name and the ids of somebody who has left.

    Raises
    ------
    UnknownPerson
        Nobody has or had that id; it tells whose name it is.
    Refusal
        They have not left.
    """
    known = [one for one in here.files.workers if one.id == worker or worker in one.formerly]
    if len(known) == 1:
        (person,) = known
        if person.leaves is None or person.leaves >= here.today:
            raise Refusal(STILL_EMPLOYED, who=person.name, leaves=person.leaves or NO_DATE)
        name, ids = person.name, (person.id, *person.formerly)
    else:
        names = _recorded_names(here)
        recorded = {value.worker for value in found.kept} | {value.worker for value in found.clear}
        if worker not in names and worker not in recorded:
            in_tables = {one.id: one.name for one in here.files.workers}
            raise UnknownPerson(NOBODY, worker, called({**names, **in_tables}, worker))
        name, ids = names.get(worker, worker), (worker,)
    if any(one.id in ids for one in here.files.procedure.officials):
        raise Refusal(AN_OFFICIAL, who=name)
    return name, ids


def _recorded_names(here: Session) -> Mapping[str, str]:
    """Names by id of people in versions whom the tables do not have any more."""
    names: dict[str, str] = {}
    for row in here.ledger.versions(here.desk):
        names |= row.people
    return {one: name for one, name in names.items() if one not in here.people}
