"""Who holds which copy, told from a few entries."""

from __future__ import annotations

from datetime import timedelta

from scheduler.workflow.change_log import outstanding_copies, receipts_by_version
from tests.support.log_entries import LOG, OFFICE, ONE, START, Line, marked, published
from tests.support.narrowing import present


def test_copies_are_received_and_returned_by_whom_the_log_says():
    copies = receipts_by_version(LOG)
    assert {version: list(found) for version, found in copies.items()} == {1: ["人事", "1", "2"], 2: ["人事", "1"]}
    assert copies[1]["人事"].received == START + timedelta(hours=2)
    assert copies[1]["人事"].returned == START + timedelta(hours=5)
    assert (copies[1]["2"].received, copies[1]["2"].returned) == (None, None)
    assert copies[2]["1"].received == START + timedelta(hours=6)


def test_of_a_live_version_signatures_are_outstanding_and_of_an_old_one_copies():
    found = [(copy.version, copy.recipient.id) for copy in outstanding_copies(LOG)]
    assert found == [(1, "1"), (1, "2"), (2, "人事")]


def test_a_copy_is_void_from_the_day_on_which_another_is_given_or_the_month_is_withdrawn():
    given = published(2, OFFICE, ONE, hours=4, request=1, supersedes=1, given=("1",))
    ended = Line("withdrawn", 2, {}, because="算错了", at=START + timedelta(hours=8))
    copies = receipts_by_version([*LOG[:-4], given, *LOG[-3:], ended])
    since = {who: present(copy.void_since) - START for who, copy in copies[1].items()}
    assert since == {"人事": timedelta(hours=4), "1": timedelta(hours=4), "2": timedelta(hours=8)}
    assert {copy.given for copy in copies[2].values()} == {START + timedelta(hours=4)}
    assert {copy.void_since for copy in copies[2].values()} == {START + timedelta(hours=8)}


def test_whoever_signs_for_a_version_that_told_them_nothing_new_had_it_from_then_on():
    log = (*LOG, published(3, ONE, hours=7, supersedes=2, given=()), marked("received", 3, "1", 9))
    copies = receipts_by_version(log)
    assert (copies[3]["1"].given, copies[3]["1"].void_since) == (START + timedelta(hours=7), None)
    assert copies[2]["1"].void_since == START + timedelta(hours=9)
