"""Who publishes, approves and sets aside what, on a desk whose roster goes round; and what an approval overtakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.approvals import Approved, approve_request
from scheduler.app.change_requests import Asked, decide_request, list_requests, request_change
from scheduler.app.check import check_desk
from scheduler.app.publish import publish_version
from scheduler.app.status import desk_status
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Fixed, Leave
from scheduler.errors import InputError, Refusal, RosterMoved
from scheduler.files.reading.desk import read_desk
from scheduler.workflow.change_request import RequestKind, RequestState
from scheduler.workflow.overrides import Override
from scheduler.workflow.rights import Right
from scheduler.workflow.verdict import VerdictWord
from tests.support.published_desk import (
    IN_TIME,
    MONTH,
    NOW,
    at,
    cell,
    dec,
    drafted,
    drafted_desk,
    events,
    fingerprint,
    ledger_of,
    new_desk,
    published_desk,
)

FREE_DAY: dict[str, Any] = {"give": cell("T1", 7), "to": "T4"}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def say_who_may(desk: Path, *lines: str) -> Path:
    """Write the desk's section of rights."""
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8") + "\n".join(["[rights]", *lines, ""]), encoding="utf-8")
    return desk


def asked(desk: Path, kind: str = "stand_in", by: str = "T1", now: Any = NOW, **parts: Any) -> Asked:
    return request_change(desk, RequestKind(kind), by, "家里有事", now=now, **(parts or FREE_DAY))


def away(worker: str, first: int, last: int, kind: str = "sick") -> Leave:
    return Leave(worker, dec(first), dec(last), kind)


def confirmed(desk: Path, number: int, *people: str, now: Any = NOW) -> None:
    for who in people:
        decide_request(desk, "confirmed", number, who, now=now)


def approved(desk: Path, number: int, by: str = "M1", now: Any = NOW) -> Approved:
    return approve_request(desk, number, by, now=now)


def refused(desk: Path, doing: Callable[[], object], *words: str, error: type[Refusal] = Refusal) -> None:
    """It is refused with these words, and nothing has happened."""
    before = fingerprint(desk)
    with pytest.raises(error) as refusal:
        doing()
    assert fingerprint(desk) == before
    assert refusal.value.say("en")
    for word in words:
        assert word in refusal.value.say("zh")


def notes(found: Any) -> str:
    return "\n".join(note.say("zh") for note in found.notes)


def state(desk: Path, number: int) -> RequestState:
    return next(one.state for one in list_requests(desk, reader="auditor", now=NOW).requests if one.number == number)


# Published and withdrawn


def test_a_draft_is_published_by_who_may_and_a_refusal_names_them(tmp_path):
    desk = new_desk(tmp_path / "desk", people=7)
    people = (desk / "people.csv").read_text("utf-8")
    (desk / "people.csv").write_text(people.replace("试七,班长", "试七,班长助理"), encoding="utf-8")
    drafted(desk)
    who = "可由试一、试二、试三、试四、试五、试六、甲经理、乙经理办理"
    refused(desk, lambda: publish_version(desk, 1, "T7", now=IN_TIME), "“试七”无权发布第 1 版", who)
    refused(desk, lambda: publish_version(desk, 1, "T7", late_because="忙", now=NOW), "“试七”无权发布第 1 版", who)
    publish_version(desk, 1, "T5", late_because="忙", now=NOW)
    refused(desk, lambda: withdraw_version(desk, 1, "T5", "错", now=NOW), "无权作废第 1 版：可由甲经理、乙经理办理")
    drafted(desk)
    over: dict[str, Any] = {"over_because": "重排", "now": NOW}
    refused(desk, lambda: publish_version(desk, 2, "T5", **over), "无权取代第 1 版：可由甲经理、乙经理办理")
    assert publish_version(desk, 2, "M2", **over).supersedes == 1


def test_the_desks_table_says_who_publishes_and_withdraws(tmp_path):
    desk = say_who_may(drafted_desk(tmp_path), 'publish = ["T2"]', '"作废" = "T3"')
    refused(desk, lambda: publish_version(desk, 1, "M1", now=IN_TIME), "可由试二办理")
    publish_version(desk, 1, "T2", now=IN_TIME)
    refused(desk, lambda: withdraw_version(desk, 1, "T2", "错", now=NOW), "可由试三办理")
    assert withdraw_version(desk, 1, "T3", "错", now=NOW).row.number == 1


def test_where_nobody_may_it_is_said_beforehand_and_by_every_refusal(tmp_path):
    desk = say_who_may(
        drafted_desk(tmp_path), "withdraw = []", 'approve = "无人"', 'override_quota = "T1"', "enter = 'X9'"
    )
    found = check_desk(desk, MONTH, now=IN_TIME).rights
    assert {gap.right for gap in found.gaps if not gap.who} == set(Right) - {Right.PUBLISH, Right.FORGET}
    done = publish_version(desk, 1, "M1", now=IN_TIME)
    assert "没有人可以作废和整版重发、批准各类申请、各种破例、补记" in notes(done)
    assert "[rights] enter：没有人的工号或角色是“X9”" in notes(done)
    refused(desk, lambda: withdraw_version(desk, 1, "M1", "错", now=NOW), "没有人可以办理")
    assert asked(desk).deciders == ()
    confirmed(desk, 1, "T4")
    refused(desk, lambda: approved(desk, 1), "无权批准", "没有人可以办理")


def test_who_may_is_who_may_today_also_for_what_was_published_before(desk):
    assert asked(desk).deciders == ("M1", "M2")
    confirmed(desk, 1, "T4")
    say_who_may(desk, 'approve_swap = "T5"')
    refused(desk, lambda: approved(desk, 1), "可由试五办理")
    assert list_requests(desk, reader="auditor", now=NOW).deciders == {1: ("T5",)}
    assert approved(desk, 1, "T5").request.approver == "T5"
    assert "规定" not in notes(desk_status(desk, now=NOW))  # no table has changed by that


# Approved


def test_each_kind_is_approved_by_who_holds_its_right(desk):
    say_who_may(desk, 'approve = "M1"', 'approve_leave = "M2"', 'approve_edit = "T6"')
    assert asked(desk, "leave", leave=away("T1", 13, 13, "annual")).deciders == ("M2",)
    refused(desk, lambda: approved(desk, 1), "“M1”无权批准第 1 号申请；可由乙经理办理")
    refused(desk, lambda: decide_request(desk, "refused", 1, "M1", now=NOW), "无权驳回第 1 号申请；可由乙经理办理")
    refused(desk, lambda: decide_request(desk, "cancelled", 1, "M1", now=NOW), "可由乙经理办理")
    assert approved(desk, 1, "M2").row.number == 2
    assert asked(desk).deciders == ("M1",)
    decide_request(desk, "refused", 2, "M1", now=NOW)
    assert state(desk, 2) == RequestState.REFUSED
    edited = asked(desk, "edit", by="M1", cells=(Fixed("T2", dec(20), ""), Fixed("T5", dec(20), "早")))
    assert (edited.request.number, edited.deciders) == (3, ("T6",))
    confirmed(desk, 3, "T2", "T5")
    refused(desk, lambda: approved(desk, 3, "M2"), "“M2”无权批准第 3 号申请；可由试六办理")
    assert approved(desk, 3, "T6").row.number == 3


def test_the_managers_own_requests_go_one_up(tmp_path):
    desk = new_desk(tmp_path / "desk")
    people = (desk / "people.csv").read_text("utf-8")
    (desk / "people.csv").write_text(people.replace("试一,班长", "试一,班长;店长"), encoding="utf-8")
    say_who_may(desk, 'approve = "店长"')
    drafted(desk)
    publish_version(desk, 1, "M1", now=IN_TIME)
    assert asked(desk).deciders == ("M1", "M2")
    assert asked(desk, by="T2", give=cell("T2", 8), to="T5").deciders == ("T1",)
    confirmed(desk, 1, "T4")
    confirmed(desk, 2, "T5")
    refused(desk, lambda: approved(desk, 1, "T1"), "不能批准自己提出的第 1 号申请；可由甲经理、乙经理办理")
    refused(desk, lambda: approved(desk, 2), "“M1”无权批准第 2 号申请；可由试一办理")
    assert approved(desk, 1).request.approver == "M1"
    assert approved(desk, 2, "T1").request.approver == "T1"


def test_what_has_happened_is_entered_by_who_may(desk):
    say_who_may(desk, 'enter = "M2"')
    found = asked(desk, "absence", by="T3", leave=away("T4", 4, 4))
    assert (found.request.after_fact, found.deciders) == (True, ("M2",))
    refused(desk, lambda: approved(desk, 1), "（还须有权：补记）；可由乙经理办理")
    assert approved(desk, 1, "M2").entered
    with ledger_of(desk) as ledger:
        entry = next(one for one in ledger.entries("small") if one.event == "entered")
    assert entry.by == "M2"


def test_an_absence_that_has_begun_by_its_approval_is_entered_by_who_may(desk):
    say_who_may(desk, 'enter = "M2"')
    found = asked(desk, "absence", leave=away("T1", 7, 7))
    assert (found.request.after_fact, found.deciders) == (False, ("M1", "M2"))
    later = at("2026-12-07 09:00")
    refused(desk, lambda: approved(desk, 1, now=later), "（还须有权：补记）；可由乙经理办理")


# Set aside

LATE = at("2026-12-06 20:00")  # within a day of the duty on the seventh


def test_what_is_not_named_is_not_set_aside(desk):
    """The notice is short, and it is T1's third swap of the month."""
    for number, day in ((1, 13), (2, 19)):
        assert asked(desk, give=cell("T1", day), to=f"T{number + 2}").request.number == number
    third: dict[str, Any] = {"give": cell("T1", 7), "to": "T4", "now": LATE}
    found = asked(desk, **third)
    assert [one.override for one in found.objections] == [Override.QUOTA, Override.NOTICE]
    assert found.way_out.overrides == (Override.QUOTA, Override.NOTICE)
    for aside in ([Override.NOTICE], [Override.QUOTA], [Override.OWN_DUTY, Override.FURTHER_NOTICE]):
        found = asked(desk, override="急", sets_aside=aside, **third)
        assert (found.verdict.word, found.request.number) == (VerdictWord.REFUSED, 0)
        assert found.way_out.overrides == (Override.QUOTA, Override.NOTICE)
    assert events(desk)[2:] == ["requested", "requested"]
    found = asked(desk, override="急", sets_aside=[Override.NOTICE, Override.QUOTA], **third)
    assert (found.verdict.word, found.request.number) == (VerdictWord.ALLOWED, 3)


def test_what_and_why_are_both_said(desk):
    refused(desk, lambda: asked(desk, override="急", **FREE_DAY), "--override quota", "--override-because")
    refused(desk, lambda: asked(desk, sets_aside=[Override.QUOTA], **FREE_DAY), "--override-because")


def test_an_override_is_offered_with_who_may_and_recorded_as_what_it_set_aside(desk):
    say_who_may(desk, 'override_notice = "M2"')
    found = asked(desk, now=LATE)
    assert (found.way_out.overrides, found.deciders) == ((Override.NOTICE,), ("M2",))
    found = asked(desk, now=LATE, override="急", sets_aside=list(Override), **FREE_DAY)
    assert (found.request.set_aside, found.deciders) == ((Override.NOTICE,), ("M2",))
    assert "没有要破例的：次数、本人有班、牵动告知时间（未记录）" in notes(found)
    confirmed(desk, 1, "T4", now=LATE)
    refused(desk, lambda: approved(desk, 1, now=LATE), "（还须有权：破例：提前时间）；可由乙经理办理")
    done = approved(desk, 1, "M2", now=LATE)
    assert (done.request.override, done.request.set_aside) == ("急", (Override.NOTICE,))
    with ledger_of(desk) as ledger:
        logged = {one.event: one.facts for one in ledger.entries("small")}
    assert logged["requested"]["sets_aside"] == ["notice"]
    assert logged["approved"]["override"] == "急"


def test_what_needs_nothing_set_aside_records_none(desk):
    found = asked(desk, override="急", sets_aside=[Override.NOTICE], **FREE_DAY)
    assert (found.request.override, found.request.sets_aside, found.deciders) == ("", (), ("M1", "M2"))
    assert "没有要破例的：提前时间（未记录）" in notes(found)


def test_an_override_is_offered_only_where_it_helps(desk):
    """T5 is at work until midnight, and would be back at eight, whatever is set aside."""
    found = asked(desk, give=cell("T1", 7), to="T5", now=LATE)
    assert [one.override for one in found.objections] == [Override.NOTICE]
    assert found.way_out.overrides == ()
    assert "即使破例也办不成" in notes(found)
    found = asked(desk, by="M1", give=cell("T1", 9), to="T4", now=at("2026-12-08 20:00"))  # no duty to be given
    assert [one.override for one in found.objections] == [None, Override.NOTICE]
    assert (found.way_out.overrides, notes(found)) == ((), "")


def test_held_duties_are_offered_to_be_moved_by_name(tmp_path):
    desk = new_desk(tmp_path / "desk", keys=("further_notice_held = true", "further_notice_hours = 48"))
    drafted(desk)
    publish_version(desk, 1, "M1", now=IN_TIME)
    parts: dict[str, Any] = {"leave": away("T1", 7, 7, "personal")}
    found = asked(desk, "leave", **parts, now=at("2026-12-05 08:01"))
    assert (found.verdict.word, found.objections) == (VerdictWord.REFUSED, ())
    assert found.way_out.overrides == (Override.FURTHER_NOTICE,)
    found = asked(desk, "leave", override="急", sets_aside=[Override.FURTHER_NOTICE], **parts)
    assert found.verdict.word == VerdictWord.ALLOWED_WITH
    assert rights_taken(found) == {Right.APPROVE_LEAVE, Right.OVERRIDE_FURTHER_NOTICE}


def rights_taken(found: Asked) -> set[Right]:
    from scheduler.workflow.rights import rights_for

    return set(rights_for(found.request))


# Overtaken


def test_an_absence_on_the_cell_of_an_open_request_is_recorded_and_overtakes_it(desk):
    asked(desk)
    confirmed(desk, 1, "T4")
    ill = asked(desk, "absence", leave=away("T1", 7, 7))
    assert ill.request.number == 2
    assert "第 1 号申请也要这一格：本申请一批准，它就落空" in notes(ill)
    assert (state(desk, 1), state(desk, 2)) == (RequestState.CONFIRMED, RequestState.CONFIRMED)
    refused(desk, lambda: approved(desk, 1), "已在第 2 号申请里", error=RosterMoved)  # who cannot come is decided first
    done = approved(desk, 2)
    assert [one.number for one in done.overtaken] == [1]
    assert state(desk, 1) == RequestState.OVERTAKEN
    assert [one.number for one in desk_status(desk, now=NOW).overtaken] == [1]
    with ledger_of(desk) as ledger:
        gone = next(one for one in ledger.entries("small") if one.event == "overtaken")
        assert ledger.broken_links("small") == []
    assert (gone.by, gone.facts["request"], gone.facts["overtaken_by"]) == ("M1", 1, 2)
    assert gone.because == "第 2 号申请获批"
    for step in ("confirmed", "refused", "cancelled"):
        with pytest.raises(Refusal, match="is already overtaken"):
            decide_request(desk, step, 1, "T1", now=NOW)
    refused(desk, lambda: approved(desk, 1), "第 1 号申请已落空，不能再批准")


def test_an_absence_that_comes_to_nothing_leaves_the_other_request_as_it_was(desk):
    asked(desk)
    asked(desk, "absence", leave=away("T1", 7, 7))
    confirmed(desk, 1, "T4")
    decide_request(desk, "cancelled", 2, "T1", now=NOW)
    assert approved(desk, 1).overtaken == ()


def test_one_absence_a_cell(desk):
    asked(desk, "absence", leave=away("T1", 7, 7))
    found = asked(desk, "absence", leave=away("T1", 6, 8))
    assert (found.request.number, found.way_out.overrides) == (0, ())
    assert "已在第 1 号申请里" in found.objections[0].say("zh", found.problem.names)


NOBODY_ELSE = ("T2,2026-12-07,2026-12-07,年假,是", "T3,2026-12-07,2026-12-07,年假,是")  # T5 had the evening before


def test_a_swap_whose_cell_moves_for_somebody_else_is_overtaken(tmp_path):
    desk = published_desk(tmp_path, leave=NOBODY_ELSE)
    assert asked(desk, by="T6", give=cell("T6", 7), to="T4").request.number == 1
    ill = asked(desk, "absence", leave=away("T1", 7, 7))
    assert [(one.worker, one.day) for one in ill.verdict.further] == [("T4", dec(7))]
    assert "第 1 号申请也要这一格" in notes(ill)
    assert [one.number for one in approved(desk, 2).overtaken] == [1]
    assert state(desk, 1) == RequestState.OVERTAKEN


def test_leave_goes_by_the_duties_that_move_into_it(tmp_path):
    desk = published_desk(tmp_path, leave=NOBODY_ELSE)
    assert asked(desk, "leave", by="T4", leave=away("T4", 7, 7, "annual")).request.number == 1
    ill = asked(desk, "absence", leave=away("T1", 7, 7))
    assert [(one.worker, one.day) for one in ill.verdict.further] == [("T4", dec(7))]
    assert approved(desk, 2).overtaken == ()
    assert state(desk, 1) == RequestState.CONFIRMED


def test_leave_for_a_day_of_an_absence_is_overtaken(desk):
    asked(desk, "leave", leave=away("T1", 7, 9, "annual"))
    asked(desk, "absence", leave=away("T1", 7, 7))
    assert [one.number for one in approved(desk, 2).overtaken] == [1]


def test_what_was_overtaken_may_be_asked_anew_and_costs_no_quota(desk):
    for number, day in ((1, 7), (2, 13)):
        assert asked(desk, give=cell("T1", day), to="T4").request.number == number
    asked(desk, "absence", leave=away("T1", 7, 7))
    approved(desk, 3)
    found = asked(desk, give=cell("T1", 19), to="T5")
    assert (found.objections, found.request.number) == ((), 4)


# Read


def test_an_official_with_a_workers_id_and_another_name_is_a_fault(tmp_path):
    desk = new_desk(tmp_path / "desk")
    (desk / "officials.csv").write_text("工号,姓名,职务\nT1,试一,经理\nT2,王二,经理\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_desk(desk)
    (fault,) = error.value.faults
    said = fault.say("zh")
    assert all(part in said for part in ("officials.csv", "第 3 行", "“姓名”列", "王二", "试二", "T2")), said
    (desk / "officials.csv").write_text("工号,姓名,职务\nT1,试一,经理\n", encoding="utf-8")
    rights = check_desk(desk, MONTH, now=IN_TIME).rights
    assert rights.people["T1"].on_roster
    assert rights.holders[Right.APPROVE_LEAVE] == ("T1",)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ('publsh = "T1"', ("rights.publsh", "publish")),
        ('approve_everything = "T1"', ("rights.approve_everything",)),
        ('publish = "T1"\n"发布" = "T2"', ("rights.发布", "只写一次")),
    ],
)
def test_a_right_that_does_not_exist_is_a_fault(tmp_path, line, parts):
    desk = say_who_may(new_desk(tmp_path / "desk"), line)
    with pytest.raises(InputError) as error:
        read_desk(desk)
    assert all(part in error.value.say("zh") for part in parts), error.value.say("zh")
