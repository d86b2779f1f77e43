"""A calendar to subscribe to: whose it is, what it tells, what becomes of moved and fallen duties, and how it ends."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import icalendar
import pytest

from scheduler.app.publish import publish_version
from scheduler.app.withdraw import withdraw_version
from tests.support.published_desk import NOW

DESK = "/desks/front"


def subscribe(client) -> str:
    shown = client.post(f"{DESK}/mine/calendar/", {"what": "make"}).content.decode()
    found = re.search(r'value="http://testserver(/calendar/[\w-]+\.ics)"', shown)
    assert found
    return found[1]


def events(answer) -> dict[str, Any]:
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Asia/Shanghai"
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def on(found: dict[str, Any], day: int) -> list[tuple[str, str]]:
    mine = [event for event in found.values() if event.decoded("DTSTART").date() == date(2026, 12, day)]
    return [(str(event["SUMMARY"]).partition(" ")[0], str(event["STATUS"])) for event in mine]


@pytest.fixture
def outside(home):
    from django.test import Client

    return Client()


def test_a_calendar_has_ones_own_duties_and_nobody_elses_business(log_in, outside):
    answer = outside.get(subscribe(log_in("T3")))
    assert answer.headers["Content-Type"].startswith("text/calendar")
    found = events(answer)
    assert len(found) == 10  # 早 and 晚 in five rounds
    assert on(found, 3) == [("早", "CONFIRMED")]
    text = answer.content.decode()
    assert "试四" not in text
    assert "sick" not in text
    assert "病" not in text


def test_a_new_version_moves_events_and_cancels_what_fell_away(home, log_in, outside):
    address = subscribe(log_in("T4"))
    before = outside.get(address)
    old = events(before)
    publish_version(home / "front", 2, "M1", over_because="<b>客流</b>", now=NOW)
    after = outside.get(address, headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    new = events(after)
    assert set(old) < set(new)
    assert on(old, 20) == []
    assert on(new, 20) == [("晚", "CONFIRMED")]
    kept = next(uid for uid, event in old.items() if event.decoded("DTSTART").date() == date(2026, 12, 10))
    assert old[kept] == new[kept]  # what stayed is told as it was
    mine = log_in("T1")
    fallen = events(outside.get(subscribe(mine)))
    assert on(fallen, 19) == [("【取消】早", "CANCELLED")]
    assert "<b>客流</b>" in str(
        next(iter(event["DESCRIPTION"] for event in fallen.values() if event["STATUS"] == "CANCELLED"))
    )


def test_a_withdrawn_month_is_cancelled_from_now_on(home, log_in, outside):
    address = subscribe(log_in("T1"))
    withdraw_version(home / "front", 1, "M1", "重排", now=NOW)
    found = events(outside.get(address))
    assert on(found, 1) == [("早", "CONFIRMED")]  # it was worked
    assert on(found, 7) == [("【取消】早", "CANCELLED")]


def test_an_unchanged_calendar_is_not_sent_again(home, log_in, outside):
    address = subscribe(log_in("T1"))
    first = outside.get(address)
    again = outside.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = outside.get(address, headers={"if-modified-since": first.headers["Last-Modified"]})
    assert since.status_code == 304
    assert first.content == outside.get(address).content


def test_another_address_ends_the_one_before_and_shutting_ends_all(home, log_in, outside):
    from scheduler.web.models import Subscription

    client = log_in("T1")
    first = subscribe(client)
    assert first.split("/")[-1].removesuffix(".ics") not in Subscription.objects.values_list("secret", flat=True)
    second = subscribe(client)
    assert outside.get(first).status_code == 404
    assert outside.get(second).status_code == 200
    client.post(f"{DESK}/mine/calendar/", {"what": "shut"})
    assert outside.get(second).status_code == 404


def test_an_address_ends_with_the_account_and_with_the_job(home, log_in, outside):
    from scheduler.web.accounts import shut_out
    from scheduler.web.models import Account

    address = subscribe(log_in("T5"))
    people = home / "front" / "people.csv"
    text = people.read_text("utf-8")
    rows = [f"{row},2026-12-01" if row.startswith("T5") else f"{row}," for row in text.splitlines()[1:]]
    people.write_text("\n".join([text.splitlines()[0] + ",离职日期", *rows, ""]), "utf-8")
    assert outside.get(address).status_code == 404
    people.write_text(text, "utf-8")
    assert outside.get(address).status_code == 200
    shut_out(Account.objects.get(username="T5"))
    assert outside.get(address).status_code == 404


def test_addresses_are_not_guessed(outside):
    for guess in ("T1", "a" * 32, "%00", "..%2f..%2f"):
        assert outside.get(f"/calendar/{guess}.ics").status_code == 404
