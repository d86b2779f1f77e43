"""The lives of versions and requests, told again from the log: each step that cannot have happened so.

Nothing but the entries is looked at, and what stands in them: the tables of states,
who may not decide, deadlines and quotas as they were recorded, and time, which goes
forward. Who might decide at all, and how long notice was, depends on tables of then,
which no entry holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from scheduler.domain import BURDEN_NAMES, Month, Roster
from scheduler.errors import LedgerError
from scheduler.i18n import Sentence, fill_in
from scheduler.workflow.attendance import Finding
from scheduler.workflow.change_request import Request, RequestState, people_awaited, people_concerned
from scheduler.workflow.deadlines import is_late
from scheduler.workflow.facts import (
    ApprovedFacts,
    DraftedFacts,
    EnteredFacts,
    Entry,
    PublishedFacts,
    SupersededFacts,
    rehearsal_of,
    request_of,
)
from scheduler.workflow.keeping_facts import SettledFacts
from scheduler.workflow.overrides import Override
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.version import EVENT_NAMES, STATUS_NAMES, STEPS, VersionStatus

# Versions
UNDECODABLE = Sentence("第 {n} 条记录（{event}）的内容无法读取", "what entry {n} ({event}) holds cannot be read")
UNDRAFTED = Sentence(
    "第 {n} 条记录：第 {version} 版没有编制过，不能有“{event}”",
    "entry {n}: version {version} was never drafted and cannot be {event}",
)
DRAFTED_TWICE = Sentence("第 {n} 条记录：第 {version} 版已经编制过", "entry {n}: version {version} was drafted before")
OUT_OF_TURN = Sentence(
    "第 {n} 条记录编制第 {version} 版，而此前只到第 {last} 版",
    "entry {n} drafts version {version}, though the last one before it was {last}",
)
NO_SUCH_STEP = Sentence(
    "第 {n} 条记录：第 {version} 版已是“{status}”，不能有“{event}”",
    "entry {n}: version {version} is {status} and cannot be {event}",
)
TWO_LIVE = Sentence(
    "第 {n} 条记录发布第 {version} 版，而 {month} 的第 {other} 版还在用：两版同时有效",
    "entry {n} publishes version {version} while version {other} of {month} is in force: two at once",
)
OTHER_REPLACED = Sentence(
    "第 {n} 条记录：第 {version} 版自称取代第 {said} 版，记录中却是第 {other} 版",
    "entry {n}: version {version} says that it replaces version {said}, but the log says {other}",
)
NOT_REPLACED = Sentence(
    "第 {n} 条记录：第 {version} 版被第 {other} 版取代，而那一版没有随之发布",
    "entry {n}: version {version} is superseded by {other}, which is not published with it",
)
OTHER_CELLS = Sentence(
    "第 {n} 条记录：发布的第 {version} 版与编制时的不是同一份班表",
    "entry {n}: the roster published as version {version} is not the one that was drafted",
)
WRONG_LATE = Sentence(
    "第 {n} 条记录：第 {version} 版发布于 {at}，期限 {due}，“逾期”与此不符",
    "entry {n}: version {version} was published on {at}, due on {due}, and is not marked accordingly",
)
OTHER_CHANGES = Sentence(
    "第 {n} 条记录：第 {version} 版与第 {other} 版不同的格子，不是第 {request} 号申请记下的那些",
    "entry {n}: the cells in which version {version} differs from version {other} are not those recorded for request"
    " {request}",
)
LATE_UNREASONED = Sentence(
    "第 {n} 条记录：第 {version} 版逾期发布却没有原因",
    "entry {n}: version {version} was published late without a reason",
)
OPEN_UNREASONED = Sentence(
    "第 {n} 条记录：第 {version} 版带着 {k} 处未排的班发布却没有原因",
    "entry {n}: version {version} was published with {k} duties open without a reason",
)
DUE_TOO_LATE = Sentence(
    "第 {n} 条记录：{month} 的发布期限记为 {due}，晚于当月开始",
    "entry {n}: the deadline of {month} is recorded as {due}, after the month begins",
)
# Requests
UNREQUESTED = Sentence(
    "第 {n} 条记录：第 {request} 号申请从未提出，不能有“{event}”",
    "entry {n}: request {request} was never made and cannot be {event}",
)
REQUEST_OUT_OF_TURN = Sentence(
    "第 {n} 条记录提出第 {request} 号申请，而此前只到第 {last} 号",
    "entry {n} makes request {request}, though the last one before it was {last}",
)
NO_REQUEST_STEP = Sentence(
    "第 {n} 条记录：第 {request} 号申请不能有“{event}”", "entry {n}: request {request} cannot be {event} at that point"
)
OWN_APPROVAL = Sentence(
    "第 {n} 条记录：{by}批准了自己提出或关系到自己的第 {request} 号申请",
    "entry {n}: {by} approves request {request}, which they asked for or which concerns them",
)
UNCONFIRMED = Sentence(
    "第 {n} 条记录：第 {request} 号申请未经各方确认就批准了",
    "entry {n}: request {request} is approved before everybody concerned has confirmed it",
)
NOT_THEIRS = Sentence(
    "第 {n} 条记录：{by}确认了与其无关或早已确认的第 {request} 号申请",
    "entry {n}: {by} confirms request {request}, which does not concern them or which they had confirmed",
)
OTHER_VERSION = Sentence(
    "第 {n} 条记录：第 {request} 号申请按第 {version} 版批准，而当时在用的是第 {other} 版",
    "entry {n}: request {request} is approved on version {version}, but {other} was in force",
)
UNAPPROVED = Sentence(
    "第 {n} 条记录：第 {version} 版称出自第 {request} 号申请，而它没有获批",
    "entry {n}: version {version} says that it carries out request {request}, which was not approved",
)
ENTERED_UNAPPROVED = Sentence(
    "第 {n} 条记录按第 {request} 号申请补记，而它没有获批",
    "entry {n} enters what request {request} tells, which was not approved",
)
ATTENDANCE_OWN = Sentence("第 {n} 条记录：{by}确认了自己的考勤", "entry {n}: {by} confirms attendance of their own")
ATTENDANCE_OTHERS = Sentence(
    "第 {n} 条记录补记的格子里，有没有确认过考勤的",
    "entry {n} enters cells of which no attendance is confirmed with it",
)
BEYOND_QUOTA = Sentence(
    "第 {n} 条记录：{who}在 {month} 已有 {so_far} 次调班或顶班（至多 {quota} 次），第 {request} 号没有破例的理由",
    "entry {n}: {who} already had {so_far} swaps or stand-ins in {month} (at most {quota}), and request {request} has no"
    " reason to be let through",
)
# Balances
SETTLED_OWN = Sentence("第 {n} 条记录：{by}结清了自己的结转", "entry {n}: {by} settles a balance of their own")
SETTLED_AGAIN = Sentence(
    "第 {n} 条记录：{who} {month} 起的{burden}早已结清，又结清一次",
    "entry {n}: the {burden} of {who} from {month} on had been settled before",
)
SETTLED_NOTHING = Sentence("第 {n} 条记录结清的结转里没有数目", "entry {n} settles balances that are none")
SETTLED_UNREASONED = Sentence("第 {n} 条记录结清结转却没有原因", "entry {n} settles balances without a reason")
SETTLED_OF_NONE = Sentence(
    "第 {n} 条记录结清 {month} 起的结转，所据的第 {version} 版当时不是 {before} 在用的版本",
    "entry {n} settles balances from {month} on after version {version}, which was not in force for {before} then",
)
SETTLED_TOO_LATE = Sentence(
    "第 {n} 条记录结清 {month} 起的结转，而该月的第 {version} 版已在用",
    "entry {n} settles balances from {month} on, though version {version} of that month was in force",
)
# Time
TIME_BACK = Sentence(
    "第 {n} 条记录的时间（{at}）早于它之前的记录（{last}）",
    "entry {n} is dated {at}, before the entry before it ({last})",
)
TOLERATED = timedelta(hours=1)  # between the beginning of a command and its entry
VERSION_EVENTS = ("drafted", "published", "superseded", "withdrawn")
REQUEST_EVENTS = (
    "requested",
    "confirmed",
    "rechecked",
    "approved",
    "refused",
    "cancelled",
    "undone",
    "overtaken",
    "entered",
)


class Recorded(Entry, Protocol):
    """A log entry with its place."""

    @property
    def sequence(self) -> int:
        """Number of the entry."""

    @property
    def ran(self) -> str:
        """The account and host that made it; empty for entries of earlier releases."""


class Breach(NamedTuple):
    """A step that cannot have happened so; the sentence is complete."""

    sentence: Sentence
    sequence: int
    version: int | None = None


@dataclass
class _Version:
    month: Month | None
    status: VersionStatus
    roster_hash: str


@dataclass
class Lives:
    """What the log has said so far: takes entry after entry and tells what does not follow.

    Attributes
    ----------
    zone : str
        The desk's, in which deadlines are days.
    quotas : mapping of int to (int or None)
        The most swaps of a person in a month, by the version on which requests are judged, as far as recorded.
    rosters : mapping of int to Roster
        The rosters of the versions, as far as they can be read.
    """

    zone: str
    quotas: Mapping[int, int | None] = field(default_factory=dict)
    rosters: Mapping[int, Roster] = field(default_factory=dict)
    versions: dict[int, _Version] = field(default_factory=dict)
    live: dict[Month | None, int] = field(default_factory=dict)
    replaced: dict[int, tuple[int, int]] = field(default_factory=dict)  # by the new version: the old, and the entry
    last: dict[bool, datetime] = field(default_factory=dict)
    steps: dict[int, list[Recorded]] = field(default_factory=dict)  # by request, as far as they follow one another
    requests: dict[int, Request] = field(default_factory=dict)
    settled: set[tuple[Month, str, str]] = field(default_factory=set)  # from which month on, whose, which burden

    def take(self, entry: Recorded) -> Iterator[Breach]:
        """Take the next entry, and tell what in it cannot have happened so."""
        yield from self._check_time(entry)
        if entry.event in VERSION_EVENTS and entry.version is not None:
            yield from self._step(entry, entry.version)
        number = request_of(entry)
        if number is not None and entry.event in REQUEST_EVENTS:
            yield from self._step_request(entry, number)
        if entry.event == "settled":
            yield from self._settle(entry)
        if entry.event == "entered" and number is None:
            yield from self._attend(entry)

    def finish(self) -> Iterator[Breach]:
        """What was announced and never came."""
        for new, (old, sequence) in self.replaced.items():
            yield Breach(fill_in(NOT_REPLACED, n=sequence, version=old, other=new), sequence, old)

    def _check_time(self, entry: Recorded) -> Iterator[Breach]:
        rehearsed = bool(rehearsal_of(entry))
        last = self.last.get(rehearsed)
        if last and last - entry.at > (timedelta() if entry.ran else TOLERATED):
            yield Breach(
                fill_in(TIME_BACK, n=entry.sequence, at=self._say(entry.at), last=self._say(last)), entry.sequence
            )
        self.last[rehearsed] = max(last or entry.at, entry.at)

    def _say(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}"

    # Versions

    def _step(self, entry: Recorded, number: int) -> Iterator[Breach]:
        facts = {"n": entry.sequence, "version": number, "event": EVENT_NAMES[entry.event]}
        known = self.versions.get(number)
        if entry.event == "drafted":
            yield from self._draft(entry, number, facts)
        elif known is None:
            yield Breach(fill_in(UNDRAFTED, **facts), entry.sequence, number)
        elif (known.status, entry.event) not in STEPS:
            said = fill_in(NO_SUCH_STEP, status=STATUS_NAMES[known.status], **facts)
            yield Breach(said, entry.sequence, number)
        else:
            if entry.event == "published":
                yield from self._publish(entry, number, known)
            elif self.live.get(known.month) == number:
                del self.live[known.month]
            if entry.event == "superseded" and (by := SupersededFacts.read(entry.facts).by_version):
                self.replaced[by] = number, entry.sequence
            known.status = STEPS[known.status, entry.event]

    def _draft(self, entry: Recorded, number: int, facts: Mapping[str, object]) -> Iterator[Breach]:
        if number in self.versions:
            yield Breach(fill_in(DRAFTED_TWICE, **facts), entry.sequence, number)
            return
        last = max(self.versions, default=0)
        if number != last + 1:
            yield Breach(fill_in(OUT_OF_TURN, last=last, **facts), entry.sequence, number)
        month = Month.parse(str(entry.facts["month"])) if "month" in entry.facts else None
        self.versions[number] = _Version(month, VersionStatus.DRAFT, str(entry.facts.get("roster_hash", "")))
        drafted = DraftedFacts.read(entry.facts)
        yield from self._check_carried(entry, number, drafted.request)
        base = self.live.get(month)
        then, now = self.rosters.get(base or 0), self.rosters.get(number)
        if drafted.request and then and now:
            moved = now.changes_from(then)
            if set(moved) != set(drafted.changes):
                said = fill_in(OTHER_CHANGES, request=drafted.request, other=base, **facts)
                yield Breach(said, entry.sequence, number)

    def _check_carried(self, entry: Recorded, number: int, request: int | None) -> Iterator[Breach]:
        """Whether the request that a version carries out was approved."""
        found = self.requests.get(request or 0)
        if request and (found is None or found.state not in (RequestState.APPROVED, RequestState.UNDONE)):
            yield Breach(fill_in(UNAPPROVED, n=entry.sequence, version=number, request=request), entry.sequence, number)

    def _publish(self, entry: Recorded, number: int, known: _Version) -> Iterator[Breach]:
        facts = PublishedFacts.read(entry.facts)
        at = {"n": entry.sequence, "version": number}
        old, _ = self.replaced.pop(number, (None, 0))
        if (other := self.live.get(known.month)) is not None:
            said = fill_in(TWO_LIVE, other=other, month=known.month, **at)
            yield Breach(said, entry.sequence, number)
        elif facts.supersedes != old:
            numbers = {"said": facts.supersedes or "—", "other": old or "—"}
            yield Breach(fill_in(OTHER_REPLACED, **numbers, **at), entry.sequence, number)
        if facts.fingerprint and known.roster_hash and facts.fingerprint != known.roster_hash:
            yield Breach(fill_in(OTHER_CELLS, **at), entry.sequence, number)
        yield from self._check_deadline(entry, number, known, facts, in_force=old is not None or other is not None)
        yield from self._check_carried(entry, number, facts.request)
        if facts.open and not facts.request and not entry.because.strip():
            yield Breach(fill_in(OPEN_UNREASONED, k=len(facts.open), **at), entry.sequence, number)
        self.live[known.month] = number

    def _check_deadline(
        self, entry: Recorded, number: int, known: _Version, facts: PublishedFacts, *, in_force: bool
    ) -> Iterator[Breach]:
        if facts.due is None:
            return
        at = {"n": entry.sequence, "version": number, "due": facts.due.isoformat()}
        days = [(entry.at - slack).astimezone(ZoneInfo(self.zone)).date() for slack in (timedelta(), TOLERATED)]
        late = {not in_force and is_late(facts.due, day) for day in days}  # both, where others wrote around midnight
        if not rehearsal_of(entry) and facts.late not in late:
            yield Breach(fill_in(WRONG_LATE, at=days[0].isoformat(), **at), entry.sequence, number)
        if facts.late and not entry.because.strip():
            yield Breach(fill_in(LATE_UNREASONED, **at), entry.sequence, number)
        if known.month and facts.due > known.month.first:
            yield Breach(fill_in(DUE_TOO_LATE, month=known.month, **at), entry.sequence, number)

    # Attendance

    def _attend(self, entry: Recorded) -> Iterator[Breach]:
        facts = EnteredFacts.read(entry.facts)
        if entry.by in {who for one in facts.attendance for who in (one.worker, one.by)}:
            yield Breach(fill_in(ATTENDANCE_OWN, n=entry.sequence, by=entry.by), entry.sequence)
        told = {(who, one.day) for one in facts.attendance for who in (one.worker, one.by)}
        if any(one.finding == Finding.ERASED for one in facts.attendance):
            return
        if not facts.attendance or not told.issuperset((one.worker, one.day) for one in facts.changes):
            yield Breach(fill_in(ATTENDANCE_OTHERS, n=entry.sequence), entry.sequence)

    # Balances

    def _settle(self, entry: Recorded) -> Iterator[Breach]:
        facts = SettledFacts.read(entry.facts)
        at = {"n": entry.sequence, "month": facts.month}
        if self.live.get(facts.month.previous) != entry.version:
            said = fill_in(SETTLED_OF_NONE, version=entry.version or "—", before=facts.month.previous, **at)
            yield Breach(said, entry.sequence, entry.version)
        if (other := self.live.get(facts.month)) is not None:
            yield Breach(fill_in(SETTLED_TOO_LATE, version=other, **at), entry.sequence, other)
        if not entry.because.strip():
            yield Breach(fill_in(SETTLED_UNREASONED, **at), entry.sequence)
        if not all(one.amount and one.burden in BURDEN_NAMES for one in facts.balances) or not facts.balances:
            yield Breach(fill_in(SETTLED_NOTHING, **at), entry.sequence)
        if entry.by in {one.worker for one in facts.balances}:
            yield Breach(fill_in(SETTLED_OWN, by=entry.by, **at), entry.sequence)
        for one in facts.balances:
            if (facts.month, one.worker, one.burden) in self.settled and one.burden in BURDEN_NAMES:
                said = fill_in(SETTLED_AGAIN, who=one.worker, burden=BURDEN_NAMES[one.burden], **at)
                yield Breach(said, entry.sequence)
            self.settled.add((facts.month, one.worker, one.burden))

    # Requests

    def _step_request(self, entry: Recorded, number: int) -> Iterator[Breach]:
        facts = {"n": entry.sequence, "request": number, "event": EVENT_NAMES[entry.event], "by": entry.by}
        before = self.requests.get(number)
        if entry.event == "requested":
            yield from self._request(entry, number, facts)
            return
        if before is None:
            yield Breach(fill_in(UNREQUESTED, **facts), entry.sequence)
            return
        if entry.event == "rechecked":
            if not before.is_open:
                yield Breach(fill_in(NO_REQUEST_STEP, **facts), entry.sequence)
            return
        if entry.event == "entered":
            if before.state not in (RequestState.APPROVED, RequestState.UNDONE):
                yield Breach(fill_in(ENTERED_UNAPPROVED, **facts), entry.sequence)
            return
        if entry.event == "approved":
            yield from self._check_approval(entry, before, facts)
        elif entry.event == "confirmed" and (entry.by not in people_concerned(before) or entry.by in before.confirmed):
            yield Breach(fill_in(NOT_THEIRS, **facts), entry.sequence)
        if not self._replay(entry, number):
            yield Breach(fill_in(NO_REQUEST_STEP, **facts), entry.sequence)

    def _request(self, entry: Recorded, number: int, facts: Mapping[str, object]) -> Iterator[Breach]:
        last = max(self.requests, default=0)
        if number != last + 1:
            yield Breach(fill_in(REQUEST_OUT_OF_TURN, last=last, **facts), entry.sequence)
        if number not in self.requests:
            self._replay(entry, number)

    def _replay(self, entry: Recorded, number: int) -> bool:
        """Whether a request takes that step; it has taken it then."""
        steps = [*self.steps.get(number, ()), entry]
        try:
            self.requests |= replay_requests(steps)
        except LedgerError:
            return False
        self.steps[number] = steps
        return True

    def _check_approval(self, entry: Recorded, before: Request, facts: Mapping[str, object]) -> Iterator[Breach]:
        if entry.by == before.by or entry.by in people_concerned(before):
            yield Breach(fill_in(OWN_APPROVAL, **facts), entry.sequence)
        if people_awaited(before):
            yield Breach(fill_in(UNCONFIRMED, **facts), entry.sequence)
        approved = ApprovedFacts.read(entry.facts)
        in_force = self.live.get(before.month)
        if approved.version is not None and in_force != approved.version:
            said = fill_in(OTHER_VERSION, **facts, version=approved.version, other=in_force or "—")
            yield Breach(said, entry.sequence, approved.version)
        reason = approved.override or before.override
        is_let_through = reason and Override.QUOTA in (before.sets_aside or tuple(Override))
        if not is_let_through and not before.after_fact:
            yield from self._check_quota(entry, before, approved.version)

    def _check_quota(self, entry: Recorded, request: Request, version: int | None) -> Iterator[Breach]:
        """More approved swaps in a month than the version's terms allow; those that are open count when one asks only."""
        quota = self.quotas.get(version or 0)
        if quota is None:
            return
        others = [one for one in self.requests.values() if one.state == RequestState.APPROVED]
        for month in {Month.of(cell.day) for cell in (request.give, request.take) if cell}:
            sides = Counter(
                who
                for one in others
                if month in {Month.of(cell.day) for cell in (one.give, one.take) if cell}
                for who in one.sides
            )
            for who in request.sides:
                if sides[who] >= quota:
                    numbers = {"so_far": sides[who], "quota": quota, "request": request.number}
                    said = fill_in(BEYOND_QUOTA, n=entry.sequence, who=who, month=month, **numbers)
                    yield Breach(said, entry.sequence)


def find_breaches(
    entries: Iterable[Recorded],
    zone: str,
    quotas: Mapping[int, int | None] | None = None,
    rosters: Mapping[int, Roster] | None = None,
) -> Iterator[Breach]:
    """Steps of a desk's log that cannot have happened so, in order; see `Lives`."""
    lives = Lives(zone, quotas or {}, rosters or {})
    for entry in entries:
        try:
            yield from lives.take(entry)
        except (KeyError, TypeError, ValueError, AttributeError):
            event = EVENT_NAMES.get(entry.event, Sentence(entry.event, entry.event))
            yield Breach(fill_in(UNDECODABLE, n=entry.sequence, event=event), entry.sequence)
    yield from lives.finish()
