"""Who may do what: tables, defaults by rank, one up; and nobody who asked or is concerned ever decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain import Fixed, Leave, Month, Overtime
from scheduler.errors import Refusal
from scheduler.workflow.change_request import Cell, Request, RequestKind, people_concerned, step_request
from scheduler.workflow.overrides import Override
from scheduler.workflow.rights import (
    APPROVING,
    OVERRIDING,
    RIGHT_NAMES,
    Gap,
    Person,
    Right,
    Rights,
    keys_of,
    notes_on_gaps,
    notes_on_titles,
    rights_for,
    say_rights,
    say_who_decides,
)
from scheduler.workflow.titles import Rank, counts_by_ending, rank_of

DAY = date(2026, 12, 7)
ALL = set(Right)
BUT_LEAVE = ALL - {Right.APPROVE_LEAVE, Right.FORGET}


def worker(who: str, *roles: str, **more: Any) -> Person:
    return Person(who, f"{who}氏", roles=roles, **more)


def official(who: str, *roles: str) -> Person:
    return Person(who, f"{who}氏", roles=roles, official=True, on_roster=False)


def rights(
    *people: Person, said: dict[str, tuple[str, ...]] | None = None, approver_roles: tuple[str, ...] = ()
) -> Rights:
    return Rights({one.id: one for one in people}, said or {}, approver_roles)


def held(found: Rights, who: str) -> set[Right]:
    return set(found.held_by(who))


def asked(kind: str = "stand_in", by: str = "A", **more: Any) -> Request:
    """A request for A's duty, with everybody's word."""
    by_kind: dict[str, dict[str, Any]] = {
        "swap": {"give": Cell("A", DAY), "take": Cell("B", DAY)},
        "stand_in": {"give": Cell("A", DAY), "to": "B"},
        "absence": {"leave": Leave("A", DAY, DAY, "sick")},
        "leave": {"leave": Leave("A", DAY, DAY)},
        "cancel_leave": {"cancelled_leave": Leave("A", DAY, DAY)},
        "overtime": {"overtime": Overtime("A", DAY, 60)},
        "surge": {"surge": (DAY, 1.5)},
        "edit": {"cells": (Fixed("A", DAY, "早"),)},
        "undo": {"undoes": 7, "parties": ("A",)},
        "tables": {"since": DAY},
    }
    parts = by_kind[kind]
    found = Request(
        number=1,
        kind=RequestKind(kind),
        month=Month(2026, 12),
        by=by,
        because="",
        at=datetime(2026, 12, 1, tzinfo=UTC),
        checked_on=3,
        **(parts | more),
    )
    return replace(found, confirmed=people_concerned(found))


# Titles


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        *(
            (title, Rank.HEAD)
            for title in ("经理", "客服部经理", "店长", "网点站长", "部门负责人", "客服主任", "Manager")
        ),
        *((title, Rank.HEAD) for title in ("store manager", "International Manager", "area-head")),
        *(
            (title, Rank.SUPERVISOR)
            for title in ("主管", "网点主管", "值班主管", "值班经理", "门店值班经理", "Shift Supervisor")
        ),
        *((title, Rank.LEAD) for title in ("领班", "班长", "售前组长", "leader", "team leader")),
        *(
            (title, Rank.NONE)
            for title in ("", "客服", "主管助理", "经理助理", "副经理", "副班长", "代班长", "实习主管", "见习店长")
        ),
        *((title, Rank.NONE) for title in ("assistant manager", "deputy head", "Acting Supervisor", "vice-director")),
        *((title, Rank.NONE) for title in ("teamleader", "trainee leader", "管", "经理的秘书", "管理员", "队长")),
    ],
)
def test_a_title_ranks_by_how_it_ends_but_for_deputies(title, rank):
    assert rank_of(title) == rank


@pytest.mark.parametrize(
    ("title", "by_ending"), [("主管", False), (" Manager", False), ("网点主管", True), ("副主管", False)]
)
def test_only_what_is_more_than_a_known_title_counts_by_its_ending(title, by_ending):
    assert counts_by_ending(title) == by_ending


# The defaults


@pytest.mark.parametrize(
    ("title", "holds"),
    [
        ("经理", ALL),
        ("主管", BUT_LEAVE),
        ("值班经理", BUT_LEAVE),
        ("班长", {Right.PUBLISH}),
        ("领班", {Right.PUBLISH}),
        ("客服", set()),
        ("副经理", set()),
    ],
)
def test_what_a_title_holds_where_there_is_a_head(title, holds):
    found = rights(worker("A", "客服", title), official("K"))
    assert (held(found, "A"), held(found, "K")) == (holds, ALL)


def test_supervisors_approve_leave_where_there_is_no_head():
    found = rights(worker("A", "主管"), worker("B", "班长"), worker("C"))
    assert (held(found, "A"), held(found, "B"), held(found, "C")) == (ALL, {Right.PUBLISH}, set())


def test_leads_hold_everything_where_nobody_is_above_them():
    found = rights(worker("A", "班长"), worker("B", "组长"), worker("C", "客服"))
    assert (held(found, "A"), held(found, "B"), held(found, "C")) == (ALL, ALL, set())


def test_where_there_are_no_titles_nobody_holds_anything():
    found = rights(worker("A", "客服"), worker("B"))
    assert set(found.gaps) == {Gap(right) for right in Right}
    assert not any(found.holders.values())


def test_who_has_left_holds_nothing_and_is_above_nobody():
    found = rights(worker("A", "经理", present=False), worker("B", "主管"))
    assert (held(found, "A"), held(found, "B")) == (set(), ALL)


def test_an_official_without_a_title_or_with_any_holds_everything():
    found = rights(official("K"), official("L", "实习经理"), official("M", "客服"))
    assert all(held(found, who) == ALL for who in "KLM")


def test_roles_that_the_desk_has_decide_are_taken_as_they_are_written():
    found = rights(worker("A", "店长助理"), worker("B", "店长"), official("K"), approver_roles=("店长助理",))
    assert (held(found, "A"), held(found, "B"), held(found, "K")) == (ALL, set(), ALL)
    assert found.gained == ()


# The desk's table


def test_the_table_counts_ids_and_roles_as_they_are_written():
    people = worker("A", "客服"), worker("B", "主管"), worker("C", "网点主管"), official("K", "经理")
    found = rights(*people, said={"publish": ("A", "主管")})
    assert found.holders[Right.PUBLISH] == ("A", "B")
    assert found.holders[Right.WITHDRAW] == ("B", "C", "K")


def test_a_deputy_counts_where_they_are_listed():
    found = rights(worker("A", "副班长"), worker("B", "班长"), official("K"), said={"publish": ("副班长",)})
    assert found.holders[Right.PUBLISH] == ("A",)
    assert found.passed_over == ()


@pytest.mark.parametrize(
    ("said", "quota", "notice", "swap", "leave", "enter"),
    [
        ({"approve": ("A",)}, "A", "A", "A", "A", "A"),
        ({"approve": ("A",), "override": ("B",)}, "B", "B", "A", "A", "A"),
        ({"override": ("B",), "override_quota": ("A",)}, "A", "B", "K", "K", "K"),
        ({"approve_leave": ("A",)}, "K", "K", "K", "A", "K"),
        ({"approve": ("A",), "enter": ("B",)}, "A", "A", "A", "A", "B"),
        ({"approve": ("A",), "approve_swap": ()}, "A", "A", "", "A", "A"),
        ({"publish": ("A",)}, "K", "K", "K", "K", "K"),
    ],
)
def test_what_the_table_does_not_name_follows_what_it_names_above(said, quota, notice, swap, leave, enter):
    found = rights(worker("A"), worker("B"), official("K"), said=said)
    holders = {right: "".join(who) for right, who in found.holders.items()}
    assert (holders[Right.OVERRIDE_QUOTA], holders[Right.OVERRIDE_NOTICE]) == (quota, notice)
    assert (holders[Right.APPROVE_SWAP], holders[Right.APPROVE_LEAVE], holders[Right.ENTER]) == (swap, leave, enter)


def test_the_table_goes_before_the_roles_that_decide():
    found = rights(worker("A", "店长"), worker("B"), said={"publish": ("B",)}, approver_roles=("店长",))
    assert (held(found, "A"), held(found, "B")) == (ALL - {Right.PUBLISH}, {Right.PUBLISH})


def test_what_nobody_has_is_named():
    found = rights(worker("A", "主管"), official("K"), said={"publish": ("主管", "店长", "K"), "enter": ("A9",)})
    assert found.unknown == (("publish", "店长"), ("enter", "A9"))
    assert any("店长" in note.say("zh") and "publish" in note.say("zh") for note in notes_on_gaps(found))


# What a request takes, and who is left


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        ("swap", Right.APPROVE_SWAP),
        ("stand_in", Right.APPROVE_SWAP),
        ("absence", Right.APPROVE_ABSENCE),
        ("leave", Right.APPROVE_LEAVE),
        ("cancel_leave", Right.APPROVE_LEAVE),
        ("overtime", Right.APPROVE_OVERTIME),
        ("edit", Right.APPROVE_EDIT),
        ("surge", Right.APPROVE),
        ("undo", Right.APPROVE),
        ("tables", Right.APPROVE),
    ],
)
def test_each_kind_takes_its_right(kind, right):
    assert rights_for(asked(kind)) == (right,)
    assert right in APPROVING
    found = rights(worker("A"), worker("B"), worker("X"), official("K"), said={right.value: ("X",)})
    assert found.find_approvers(asked(kind)) == ("X",)
    assert found.may_approve("X", asked(kind))
    assert not found.may_approve("K", asked(kind))


def test_entering_and_setting_aside_take_rights_of_their_own():
    request = asked("absence", after_fact=True)
    assert rights_for(request) == (Right.APPROVE_ABSENCE, Right.ENTER)
    request = asked("swap", override="急", sets_aside=(Override.QUOTA, Override.NOTICE))
    assert rights_for(request) == (Right.APPROVE_SWAP, Right.OVERRIDE_QUOTA, Right.OVERRIDE_NOTICE)
    earlier = asked("swap", override="急")  # a release that did not say what
    assert set(rights_for(earlier)) == {Right.APPROVE_SWAP, *OVERRIDING}


def test_who_lacks_one_of_the_rights_does_not_approve_and_is_told_which():
    people = worker("A"), worker("B"), worker("X"), official("K")
    found = rights(*people, said={"approve_swap": ("X", "K"), "override_quota": ("K",)})
    request = asked("swap", override="急", sets_aside=(Override.QUOTA,))
    assert found.find_approvers(request) == ("K",)
    assert not found.may_approve("X", request)
    assert found.may_approve("X", asked("swap"))
    assert found.may_refuse("X", request)
    assert say_who_decides(found, request, "X").say("zh") == "（还须有权：破例：次数）；可由K氏办理"
    assert say_who_decides(found, request, "B").say("zh") == "；可由K氏办理"


def test_what_concerns_everybody_who_holds_it_goes_one_up():
    people = worker("A", "店长"), worker("B"), official("K"), worker("L", "区域经理")
    found = rights(*people, said={"approve_leave": ("A",)})
    assert found.find_approvers(asked("leave", by="B")) == ("K", "L")
    assert found.may_approve("K", asked("leave", by="B"))
    assert found.find_approvers(asked("leave", by="K")) == ("L",)
    assert found.find_approvers(asked("leave"), moved=("K", "L")) == ()
    other = Leave("B", DAY, DAY)
    assert found.find_approvers(asked("leave", by="B", leave=other)) == ("A",)  # and where it does not, not
    assert not found.may_approve("K", asked("leave", by="B", leave=other))


def test_who_asked_or_was_concerned_under_a_former_id_does_not_approve():
    found = rights(worker("N", "主管", formerly=("A", "Z")), worker("B"), official("K"))
    for request in (asked(), asked(by="B"), asked("overtime"), asked(by="Z", give=Cell("C", DAY))):
        assert found.find_approvers(request) == ("K",)
        assert not found.may_approve("N", request)
    assert found.find_approvers(asked(by="B", give=Cell("C", DAY))) == ("N", "K")
    assert found.find_approvers(asked(by="B", give=Cell("C", DAY)), moved=("Z",)) == ("K",)


def test_it_never_goes_down():
    found = rights(worker("A", "经理"), worker("B", "主管"), worker("C", "班长"))
    assert found.find_approvers(asked("leave")) == ()
    assert found.find_approvers(asked("overtime")) == ("B",)


def test_what_nobody_holds_does_not_go_up():
    found = rights(worker("A"), worker("B"), official("K"), said={"override_quota": ()})
    request = asked("swap", override="急", sets_aside=(Override.QUOTA,))
    assert found.find_approvers(request) == ()
    assert "没有人可以办理" in say_who_decides(found, request, "K").say("zh")
    assert Gap(Right.OVERRIDE_QUOTA) in found.gaps


# What is said beforehand


def test_the_only_one_who_may_is_told_that_nobody_may_for_them():
    found = rights(worker("A", "主管"), worker("B"))
    assert {gap for gap in found.gaps if gap.right in APPROVING} == {Gap(right, "A") for right in APPROVING}
    (note,) = notes_on_gaps(found)
    assert note.say("zh").startswith("A氏本人的申请，没有别人可以批准各类申请")
    assert rights(worker("A", "主管"), official("K")).gaps == ()
    assert rights(worker("A", "主管"), worker("B", "值班主管")).gaps == ()


def test_a_right_that_is_of_no_use_alone_is_a_gap():
    people = worker("A", "客服"), worker("B", "客服"), official("K")
    found = rights(*people, said={"approve": ("K",), "override_notice": ("A",), "enter": ("B",)})
    assert set(found.gaps) == {Gap(Right.OVERRIDE_NOTICE), Gap(Right.ENTER)}


def test_who_gained_what_by_a_titles_ending_is_told():
    found = rights(
        worker("A", "网点主管"),
        worker("B", "主管"),
        worker("C", "副主管"),
        worker("D", "班长", "值班主管"),
        official("K", "总经理"),
    )
    assert [(one.who, one.title, one.known) for one in found.gained] == [
        ("A", "网点主管", "主管"),
        ("D", "值班主管", "主管"),
    ]
    assert set(found.gained[0].rights) == BUT_LEAVE
    assert rights(worker("A", "网点主管", "主管"), official("K")).gained == ()
    assert found.passed_over == (("C", "副主管"),)
    said = [note.say("zh") for note in notes_on_titles(found)]
    assert said[0].startswith("A氏的“网点主管”按“主管”算：可发布、作废和整版重发")
    assert said[-1] == "C氏的“副主管”不算：要让其办理，请写进 [rights]"
    assert (
        rights(
            worker("A", "网点主管"), official("K"), said=dict.fromkeys(("publish", "withdraw", "approve"), ("K",))
        ).gained
        == ()
    )


def test_rights_are_said_together_where_all_are_there():
    assert say_rights(list(Right)).zh == "办理一切"
    assert say_rights([Right.PUBLISH, *APPROVING, *OVERRIDING]).zh == "发布、批准各类申请、各种破例"
    assert say_rights([Right.OVERRIDE_QUOTA, Right.ENTER]).en == "set aside: quota, enter after the fact"
    assert set(RIGHT_NAMES) == ALL
    assert {Right.to_override(what) for what in Override} == set(OVERRIDING)


# Whatever the people, the table and the request

ROLES = ("客服", "经理", "主管", "班长", "网点主管", "副经理", "店长")
IDS = "ABCDK"
KEYS = sorted({key for right in Right for key in keys_of(right)})


@st.composite
def desks(draw: st.DrawFn) -> Rights:
    people = [
        Person(
            who,
            who,
            roles=tuple(draw(st.lists(st.sampled_from(ROLES), max_size=2, unique=True))),
            official=draw(st.booleans()) if who == "K" else False,
            present=draw(st.integers(0, 5)) > 0,
        )
        for who in IDS
    ]
    listed = st.lists(st.sampled_from([*IDS, *ROLES]), max_size=3).map(tuple)
    said = draw(st.dictionaries(st.sampled_from(KEYS), listed, max_size=4))
    return rights(*people, said=said, approver_roles=tuple(draw(st.lists(st.sampled_from(ROLES), max_size=1))))


@settings(max_examples=300, deadline=None)
@given(
    desks(),
    st.sampled_from(list(RequestKind)),
    st.sampled_from(IDS),
    st.booleans(),
    st.lists(st.sampled_from(list(Override)), unique=True),
    st.sets(st.sampled_from(IDS), max_size=2),
)
def test_those_named_approve_and_no_others_and_none_of_them_asked_or_is_concerned(
    found, kind, by, entered, aside, moved
):
    request = asked(kind, by, after_fact=entered, override="急" if aside else "", sets_aside=tuple(aside))
    named = found.find_approvers(request, moved)
    assert not {*named} & {by, *people_concerned(request), *moved}
    able = {who for who in IDS if all(who in found.holders[right] for right in rights_for(request))}
    for who in named:
        assert found.people[who].present
        assert who in able or (able and found.people[who].rank == Rank.HEAD)
    for who in IDS:
        try:
            step_request(request, "approved", who, version=3, may_approve=found.may_approve(who, request, moved))
        except Refusal:
            assert who not in named
        else:
            assert who in named or who in moved  # whose cells move is refused by the verdict that says so


@settings(max_examples=200, deadline=None)
@given(desks())
def test_gaps_are_where_nobody_is_left(found):
    for right in APPROVING:
        alone = [who for who in IDS if not found.find_deciders((right,), {who})]
        holders = found.find_deciders((right,))
        wanted = {Gap(right)} if not holders else {Gap(right, who) for who in alone if who in holders}
        assert {gap for gap in found.gaps if gap.right == right} == wanted
