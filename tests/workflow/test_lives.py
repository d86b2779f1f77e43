"""Lives told again from the log: what cannot have happened so, on entries made by hand; `test_forgeries` has real ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from scheduler.audit.open_duties import OpenDuty
from scheduler.domain import Change, Duty, Leave, Month, Roster
from scheduler.i18n import Sentence
from scheduler.ledger.rows import EntryRow
from scheduler.workflow.attendance import Attendance, Finding
from scheduler.workflow.change_request import Cell, Request, RequestKind, RequestState
from scheduler.workflow.facts import (
    ApprovedFacts,
    DecidedFacts,
    EnteredFacts,
    Judgement,
    OvertakenFacts,
    PublishedFacts,
    RecheckedFacts,
    RequestedFacts,
    SupersededFacts,
)
from scheduler.workflow.keeping_facts import SettledBalance, SettledFacts
from scheduler.workflow.lives import find_breaches
from scheduler.workflow.overrides import Override

BEGAN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)
ZONE = "Asia/Shanghai"


def as_facts(facts: dict[str, object]) -> dict[str, Any]:
    """Facts as further arguments, whatever they are."""
    return dict(facts)


class Log:
    """Entries one after another, a minute apart."""

    def __init__(self) -> None:
        self.entries: list[EntryRow] = []

    def add(
        self, event: str, version: int | None = None, by: str = "M1", /, *, when: datetime | None = None, **facts: Any
    ) -> Log:
        number = len(self.entries) + 1
        ran, because = (
            facts.pop("ran", "root@vm"),
            facts.pop("because", "") if event == "published" else facts.get("because", ""),
        )
        self.entries.append(
            EntryRow(
                desk="small",
                sequence=number,
                at=when or BEGAN + timedelta(minutes=number),
                event=event,
                version=version,
                by=by,
                because=because,
                facts=facts,
                previous_hash="",
                hash="",
                ran=ran,
            )
        )
        return self

    def drafted(self, version: int, month: Month = DECEMBER, **facts: Any) -> Log:
        return self.add("drafted", version, month=str(month), roster_hash=f"hash {version}", **facts)

    def published(
        self, version: int, supersedes: int | None = None, when: datetime | None = None, because: str = "", **facts: Any
    ) -> Log:
        known = PublishedFacts(due=date(2026, 11, 24), fingerprint=f"hash {version}", supersedes=supersedes, **facts)
        return self.add("published", version, when=when, because=because, **as_facts(known.to_json()))

    def live(self, version: int = 1) -> Log:
        return self.drafted(version).published(version)

    def superseded(self, version: int, by: int) -> Log:
        return self.add("superseded", version, **as_facts(SupersededFacts(by_version=by).to_json()))

    def swap(self, number: int, day: int, *, after: str = "approved", override: str = "", **more: Any) -> Log:
        """A stand-in of T1 by T2, confirmed by both."""
        request = Request(
            number=number,
            kind=RequestKind.STAND_IN,
            month=DECEMBER,
            by="T1",
            because="",
            at=BEGAN,
            give=Cell("T1", date(2026, 12, day)),
            to="T2",
            confirmed=("T1", "T2"),
            state=RequestState.CONFIRMED,
            checked_on=1,
            **more,
        )
        self.add("requested", 1, "T1", **as_facts(RequestedFacts(request=request, judgement=Judgement()).to_json()))
        if after == "approved":
            facts = ApprovedFacts(request=number, version=1, override=override)
            return self.add("approved", 1, **as_facts(facts.to_json()))
        return self.add(after, 1, **as_facts(DecidedFacts(request=number).to_json())) if after else self

    def breaches(self, **known: Any) -> list[str]:
        return [breach.sentence.say("en") for breach in find_breaches(self.entries, ZONE, **known)]


def test_lives_as_the_tables_of_states_have_them_are_in_order() -> None:
    log = Log().live().drafted(2).superseded(1, by=2).published(2, supersedes=1).add("withdrawn", 2)
    log.drafted(3).published(3).drafted(4, JANUARY).published(4).add("received", 3, recipient="T1")
    assert log.breaches() == []


def test_months_have_a_version_in_force_each() -> None:
    log = Log().live().drafted(2, JANUARY).published(2)
    assert log.breaches() == []
    (said,) = log.drafted(3).published(3).breaches()
    assert said == "entry 6 publishes version 3 while version 1 of 2026-12 is in force: two at once"


def test_what_is_said_to_be_replaced_and_never_published_is_told() -> None:
    (said,) = Log().live().drafted(2).superseded(1, by=2).breaches()
    assert said == "entry 4: version 1 is superseded by 2, which is not published with it"


def test_numbers_follow_one_another() -> None:
    assert Log().drafted(2).breaches() == ["entry 1 drafts version 2, though the last one before it was 0"]
    assert Log().drafted(1).drafted(1).breaches() == ["entry 2: version 1 was drafted before"]
    assert Log().live().swap(2, 7).breaches() == ["entry 3 makes request 2, though the last one before it was 0"]


# Deadlines


def test_on_the_day_it_is_due_a_month_is_in_time_and_an_hour_of_writing_is_let_through() -> None:
    midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # of the desk, at the end of the due day
    for minutes, late, told in (
        (-1, False, 0),
        (30, False, 0),
        (30, True, 1),
        (61, False, 1),
        (-1, True, 2),
        (61, True, 1),
    ):
        log = Log().drafted(1).published(1, when=midnight + timedelta(minutes=minutes), late=late)
        assert len(log.breaches()) == told, (minutes, late, log.breaches())  # one of them is that no reason is given


def test_duties_are_left_open_for_a_reason_or_by_a_request() -> None:
    missing = (OpenDuty(date(2026, 12, 9), Sentence("缺", "lacks")),)
    (breach,) = Log().drafted(1).published(1, open=missing).breaches()
    assert breach == "entry 2: version 1 was published with 1 duties open without a reason"
    assert Log().drafted(1).published(1, open=missing, because="没人").breaches() == []


def test_what_replaces_a_version_in_force_is_never_late() -> None:
    after = datetime(2026, 12, 5, tzinfo=UTC)
    log = Log().live().drafted(2).superseded(1, by=2).published(2, supersedes=1, when=after)
    assert log.breaches() == []


def test_a_rehearsal_is_held_to_no_deadline() -> None:
    log = Log().drafted(1)
    log.published(1, when=datetime(2026, 12, 5, tzinfo=UTC))
    facts = dict(log.entries[-1].facts) | {"rehearsal": "2026-12-05 08:00"}
    log.entries.pop()
    assert log.add("published", 1, when=datetime(2026, 12, 5, tzinfo=UTC), **facts).breaches() == []


# Quotas


def test_a_third_swap_in_a_month_takes_a_reason() -> None:
    log = Log().live().swap(1, 7).swap(2, 8).swap(3, 9)
    assert log.breaches() == []  # the limit is not known
    found = log.breaches(quotas={1: 2})
    assert found == [
        f"entry 8: {who} already had 2 swaps or stand-ins in 2026-12 (at most 2), and request 3 has no reason to be let through"
        for who in ("T1", "T2")
    ]
    assert Log().live().swap(1, 7).swap(2, 8).swap(3, 9, override="双方自愿").breaches(quotas={1: 2}) == []
    assert Log().live().swap(1, 7).swap(2, 8, after="refused").swap(3, 9).breaches(quotas={1: 2}) == []
    assert log.breaches(quotas={1: 3}) == []
    for named, told in ((Override.QUOTA, 0), (Override.NOTICE, 2)):
        log = Log().live().swap(1, 7).swap(2, 8).swap(3, 9, override="双方自愿", sets_aside=(named,))
        assert len(log.breaches(quotas={1: 2})) == told, named
    assert log.breaches(quotas={1: None}) == []


# Time


def test_time_goes_forward_in_earnest_and_in_rehearsals_apart() -> None:
    day = timedelta(days=1)
    back = Log().drafted(1).add("received", 1, when=BEGAN - day, recipient="T1")
    assert back.breaches() == ["entry 2 is dated 2026-11-19 10:00, before the entry before it (2026-11-20 10:01)"]
    apart = Log().drafted(1).add("received", 1, when=BEGAN - day, recipient="T1", rehearsal="2026-11-19 10:00")
    assert apart.breaches() == []
    apart.add("received", 1, when=BEGAN - 2 * day, recipient="T2", rehearsal="2026-11-18 10:00")
    assert len(apart.breaches()) == 1


def test_entries_of_earlier_releases_may_be_an_hour_apart() -> None:
    for minutes, told in ((59, 0), (62, 1)):
        log = Log().drafted(1).add("received", 1, when=BEGAN - timedelta(minutes=minutes), ran="", recipient="T1")
        assert len(log.breaches()) == told
    assert len(Log().drafted(1).add("received", 1, when=BEGAN, recipient="T1").breaches()) == 1


# What a request changed


def test_a_version_made_on_request_differs_in_the_cells_that_are_recorded() -> None:
    before = Roster([Duty("T1", date(2026, 12, 7), "早"), Duty("T2", date(2026, 12, 8), "早")])
    after = Roster([Duty("T2", date(2026, 12, 7), "早"), Duty("T2", date(2026, 12, 8), "早")])
    moved = [["T1", "2026-12-07", ["早"], []], ["T2", "2026-12-07", [], ["早"]]]
    log = Log().live().swap(1, 7).drafted(2, request=1, changes=moved)
    assert log.breaches(rosters={1: before, 2: after}) == []
    assert len(log.breaches(rosters={1: before, 2: before})) == 1
    assert log.breaches(rosters={1: before}) == []  # one that cannot be read is told elsewhere


# Entries that cannot be read


def test_an_entry_without_its_facts_is_told_and_the_rest_is_replayed() -> None:
    log = Log().live().add("requested", 1, "T1", request=1).add("withdrawn", 1).add("withdrawn", 1)
    assert log.breaches() == [
        "what entry 3 (requested) holds cannot be read",
        "entry 5: version 1 is withdrawn and cannot be withdrawn",
    ]


def test_events_of_a_later_release_are_passed_over() -> None:
    assert Log().live().add("photographed", 1, request=9).breaches() == []


def test_a_request_is_overtaken_once_and_while_it_is_open() -> None:
    facts = OvertakenFacts(request=1, overtaken_by=2).to_json()
    log = Log().live().swap(1, 7, after="").add("overtaken", 1, **as_facts(facts))
    assert log.breaches() == []
    assert log.add("overtaken", 1, **as_facts(facts)).breaches() == [
        "entry 5: request 1 cannot be overtaken at that point"
    ]
    assert len(Log().live().swap(1, 7).add("overtaken", 1, **as_facts(facts)).breaches()) == 1


def test_what_is_decided_is_not_checked_again() -> None:
    facts = as_facts(RecheckedFacts(request=1, judgement=Judgement()).to_json())
    assert Log().live().swap(1, 7, after="").add("rechecked", 1, **facts).breaches() == []
    said = "entry 5: request 1 cannot be checked again at that point"
    assert Log().live().swap(1, 7).add("rechecked", 1, **facts).breaches() == [said]


def test_leave_is_not_approved_by_who_is_away() -> None:
    day = date(2026, 12, 7)
    request = Request(
        number=1,
        kind=RequestKind.LEAVE,
        month=DECEMBER,
        by="T2",
        because="",
        at=BEGAN,
        leave=Leave("T1", day, day, "annual", approved=True),
        confirmed=("T1",),
        state=RequestState.CONFIRMED,
        checked_on=1,
    )
    facts = as_facts(RequestedFacts(request=request, judgement=Judgement()).to_json())
    for by, told in (("M1", 0), ("T1", 1), ("T2", 1)):
        log = Log().live().add("requested", 1, "T2", **facts)
        log.add("approved", 1, by, **as_facts(ApprovedFacts(request=1, version=1).to_json()))
        assert len(log.breaches()) == told, by


# Balances


def settled(log: Log, *balances: SettledBalance, by: str = "M1", because: str = "年底", version: int = 1) -> Log:
    facts = SettledFacts(month=JANUARY, balances=balances or (SettledBalance("T1", "nights", 2.0),)).to_json()
    return log.add("settled", version, by, **as_facts(facts), because=because)


def test_balances_are_settled_once_with_a_reason_after_a_month_in_force_and_before_the_next() -> None:
    hours = SettledBalance("T1", "hours", -8.0)
    assert settled(settled(Log().live()), hours).breaches() == []
    assert settled(settled(Log().live()), hours, SettledBalance("T1", "nights", 1.0)).breaches() == [
        "entry 4: the nights of T1 from 2027-01 on had been settled before"
    ]
    assert settled(Log().live(), because=" ").breaches() == ["entry 3 settles balances without a reason"]
    assert settled(Log().drafted(1)).breaches() == [
        "entry 2 settles balances from 2027-01 on after version 1, which was not in force for 2026-12 then"
    ]
    both = Log().live().drafted(2, JANUARY).published(2)
    assert settled(both).breaches() == [
        "entry 5 settles balances from 2027-01 on, though version 2 of that month was in force"
    ]


def test_nobody_settles_their_own_and_nothing_is_no_balance() -> None:
    assert settled(Log().live(), by="T1").breaches() == ["entry 3: T1 settles a balance of their own"]
    for nothing in (SettledBalance("T2", "nights", 0.0), SettledBalance("T2", "days", 1.0)):
        assert settled(Log().live(), nothing).breaches() == ["entry 3 settles balances that are none"]


def attended(*cells: str, by: str = "M1", **parts: Any) -> list[str]:
    """What is told of attendance that was confirmed of T1's duty of 10 December, with these people's cells of that day."""
    day = date(2026, 12, 10)
    late = Attendance("T1", day, "早", Finding.STOOD_IN, by="T2")
    changes = tuple(Change(who, day, ("早",), ()) for who in cells)
    facts = EnteredFacts(**{"attendance": (late,), "changes": changes} | parts)
    return Log().live().add("entered", 1, by, **as_facts(facts.to_json())).breaches()


def test_attendance_is_confirmed_by_somebody_else_and_moves_the_cells_that_it_is_about() -> None:
    assert attended() == attended("T1") == attended("T1", "T2") == []
    for own in ("T1", "T2"):
        assert attended(by=own) == [f"entry 3: {own} confirms attendance of their own"]
    others = ["entry 3 enters cells of which no attendance is confirmed with it"]
    assert attended("T3") == attended("T1", "T3") == attended(attendance=()) == others
