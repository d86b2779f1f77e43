"""An edition on its way to paper: who gets a copy, in which language, in place of which version."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from scheduler.domain import Problem, Shift, Worker
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.page import Look
from scheduler.i18n import MONTHS, Lang, Sentence
from scheduler.workflow.holdings import PersonNews
from scheduler.workflow.version import Recipient

LEADER_ROLES = ("班长", "leader")

VERSION_MARK = Sentence("第 {version} 版 · {status} · 指纹 {mark}", "version {version} · {status} · {mark}")
VERSION_PLAIN = Sentence("第 {version} 版 · {status}", "version {version} · {status}")
SHORT_DAY = Sentence("{month}月{day}日", "{day} {name}")

# What several papers say.
OLD_VOID = Sentence("第 {n} 版即日起作废，请停止使用并交回。", "Version {n} is void: stop using it and return it.")
CALLED_BACK = Sentence(
    "第 {n} 版即日起作废：请停止使用，把旧表交回并在分发签收表上登记；收到新表请签收。",
    "Version {n} is void from now on: stop using it, return your copy and have it ticked off; sign for the new one.",
)
OTHERS_KEEP = Sentence(
    "班表没有变动的人不在签收表上，手中的个人班表继续有效。",
    "Those whose duties are unchanged are not on the list of receipts: the slips that they hold stay good.",
)
APPROVAL = Sentence(
    "排定的班次不得自行更换；需要调整的，事先提出申请，经批准后以新版为准。",
    "Do not exchange shifts on your own: ask beforehand. A change takes effect once approved and issued in a new version.",
)
FACT = Sentence("{label}：{value}", "{label}: {value}")

PAPER_HEAD = Look(bold=True, size=18, across="left", wrap=True, boxed=False)
PAPER_CORNER = Look(size=10, across="right", boxed=False)
WARNING = Look(bold=True, ink="C00000", across="left", wrap=True, boxed=False)


@dataclass(frozen=True, kw_only=True)
class Issue:
    """An edition on its way to paper, in one language.

    Attributes
    ----------
    recipients : tuple of Recipient
        Everybody who gets a copy, as `list_recipients` gives them.
    replaces : int or None
        The version that was published last before this one, and is void.
    leaders : collection of str
        Roles whose phone a slip tells to those on the same shift.
    news : sequence of PersonNews or None
        Those who get a slip, and what is new for them; `None` for everybody, with nothing to compare.
    slips : list of (int, Worker)
        Those who get a slip, each with the number on the list of receipts.
    """

    edition: Edition
    recipients: tuple[Recipient, ...]
    lang: Lang
    replaces: int | None = None
    leaders: Collection[str] = LEADER_ROLES
    news: Sequence[PersonNews] | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    slips: list[tuple[int, Worker]] = field(init=False)

    def __post_init__(self) -> None:
        slips = [
            (number, self.problem.worker_by_id[each.id])
            for number, each in enumerate(self.recipients, 1)
            if each.kind == "person" and each.id in self.problem.worker_by_id
        ]
        object.__setattr__(self, "slips", slips)

    @property
    def problem(self) -> Problem:
        """The problem of the edition's month."""
        return self.edition.problem

    @property
    def keeps_some(self) -> bool:
        """Whether somebody on duty is given no copy, as the one that they hold stays good."""
        busy = {duty.worker for duty in self.edition.roster.duties}
        return self.news is not None and not busy <= {each.worker for each in self.news}

    @cached_property
    def _news(self) -> dict[str, PersonNews]:
        return {each.worker: each for each in self.news or ()}

    def holds(self, recipient: Recipient) -> int | None:
        """The version whose copy somebody is to give back; `None` for none."""
        if self.news is None or recipient.kind == "department":
            return self.replaces
        holding = self._news[recipient.id].holding if recipient.id in self._news else None
        return holding.version if holding else None

    def moved_days(self, worker: str) -> frozenset[date]:
        """The days of a person that differ from the copy that they hold."""
        news = self._news.get(worker)
        return frozenset(each.day for each in news.moved) if news and news.holding else frozenset()

    def say(self, sentence: Sentence, **facts: object) -> str:
        """A sentence in the language of the issue."""
        return sentence.say(self.lang, **facts)

    def say_version(self, lang: Lang) -> str:
        """Version, status and fingerprint."""
        mark = self.edition.fingerprint
        sentence = VERSION_MARK if mark else VERSION_PLAIN
        status = self.edition.say_status(lang)
        return sentence.say(lang, version=self.edition.version, status=status, mark=mark)

    def say_day(self, day: date) -> str:
        """Month and day."""
        return SHORT_DAY.say(self.lang, month=day.month, day=day.day, name=MONTHS[day.month - 1])

    def shifts_on(self, worker: Worker, day: date) -> list[Shift]:
        """The shifts that somebody begins on the day, the earlier first."""
        codes = self.edition.roster.on(worker.id, day)
        return sorted((self.problem.shift_on(day, code) for code in codes), key=lambda shift: shift.start)

    def leads(self, worker: Worker) -> bool:
        """Whether somebody has a role of the leaders."""
        return any(role in self.leaders for role in worker.roles)


def list_recipients(
    edition: Edition, recipients: Iterable[Recipient], news: Iterable[PersonNews] | None = None
) -> tuple[Recipient, ...]:
    """Everybody who gets a copy: departments, then people, the desk's own in its order.

    Whoever has a duty in the month is on the list, named or not: each person on
    duty gets a copy (RULES 1). With `news`, only those for whom there are any:
    the copies of the others stay good.
    """
    named = dict.fromkeys(recipients)
    departments = [each for each in named if each.kind == "department"]
    people = {each.id: each for each in named if each.kind == "person"}
    busy = {duty.worker for duty in edition.roster.duties}
    if news is not None:
        told = {each.worker: Recipient("person", each.worker, each.name) for each in news}
        people, busy = {who: people.get(who, one) for who, one in told.items()}, set(told)
    names = edition.problem.names
    own = [
        people.pop(worker.id, Recipient("person", worker.id, names[worker.id]))
        for worker in edition.problem.workers
        if worker.id in people or worker.id in busy
    ]
    return (*departments, *own, *people.values())
