"""A version edited by hand: cell by cell, with its audit, undo, and what two windows do to each other."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from scheduler.app.publish import publish_version
from scheduler.domain import Roster
from tests.support.published_desk import ledger_of, shifts

EDIT = "/desks/front/versions/2/edit/"
HTMX = {"HX-Request": "true"}


def said(answer) -> str:
    text: str = answer.content.decode()
    return text


@pytest.fixture
def manager(log_in):
    return log_in("M1")


def stamp(client, address=EDIT):
    found = re.search(r'data-seen="(\d+)" data-stamp="([^"]+)"', said(client.get(address)))
    assert found
    return int(found[1]), found[2]


def change(client, *cells, seen=None, address=EDIT, pins=()):
    """Change cells as the page's script does."""
    now, mark = stamp(client, address)
    sent = {"seen": now if seen is None else seen, "stamp": mark}
    sent |= {"changes": json.dumps([[who, f"2026-12-{day:02}", text] for who, day, text in cells])}
    sent |= {"pins": json.dumps([[who, f"2026-12-{day:02}"] for who, day in pins])}
    return client.post(f"{address}change/", sent, headers=HTMX)


def row_of(client, who, address=EDIT):
    row = re.search(rf'<tr data-who="{who}">(.*?)</tr>', said(client.get(address)), flags=re.S)
    assert row
    return re.findall(r'<td id="c[^>]*>([^<]*)</td>', row[1])


def test_an_edit_answers_with_the_cells_sums_and_cover_that_are_different_and_nothing_else(manager):
    answer = change(manager, ("T1", 1, "休"))
    text = said(answer)
    assert answer.status_code == 200
    assert re.search(r'<td id="c0-1" class="c off[^"]*chg[^"]*"', text)
    assert 'id="t0-0"' in text  # hours
    assert re.search(r'<td id="f0-1" class="short[^"]*">0/1', text)
    assert re.search(r'<th scope="col" id="d0-1"', text)
    assert "c1-" not in text
    assert "c0-3" not in text
    assert re.search("新违反 [1-9]", text)
    assert row_of(manager, "T1")[:2] == ["·", "晚"]


def test_nothing_of_the_version_itself_changes(manager, home):
    change(manager, ("T1", 1, "晚"))
    with ledger_of(home / "front") as ledger:
        assert len(ledger.outlines("small")) == 2
    text = said(manager.get("/desks/front/month/?version=2"))
    assert "改表" in text
    assert "有没存的改动（1 步）" in text


def test_undo_and_redo_are_the_servers(manager):
    change(manager, ("T1", 1, "晚"), ("T2", 2, "休"))
    for what, expected in (("undo", "早"), ("redo", "晚"), ("undo", "早")):
        manager.post(f"{EDIT}{what}/", {"seen": stamp(manager)[0]}, headers=HTMX)
        assert row_of(manager, "T1")[0] == expected
    change(manager, ("T1", 5, "早"))
    answer = manager.post(f"{EDIT}redo/", {"seen": stamp(manager)[0], "stamp": stamp(manager)[1]}, headers=HTMX)
    assert answer.status_code == 422
    assert "没有可重做的了" in said(answer)


def test_a_second_window_is_merged_where_cells_do_not_overlap_and_told_what_moved_where_they_do(manager):
    first, _ = stamp(manager)
    change(manager, ("T1", 1, "晚"))
    beside = change(manager, ("T2", 1, "早"), seen=first)
    assert beside.status_code == 200
    assert 'id="c0-1"' in said(beside)  # what the other window did comes with the answer
    over = change(manager, ("T1", 1, "休"), ("T3", 1, "早"), seen=first)
    assert over.status_code == 409
    assert "试一 12月1日(周二) 现为 晚" in said(over)
    assert 'id="c0-1"' in said(over)
    assert row_of(manager, "T1")[0] == "晚"
    assert row_of(manager, "T3")[0] == "·"
    same = change(manager, ("T1", 1, "晚"), seen=first)
    assert same.status_code == 200


def test_undo_does_not_take_back_what_nobody_has_seen(manager):
    seen, mark = stamp(manager)
    change(manager, ("T1", 1, "晚"))
    answer = manager.post(f"{EDIT}undo/", {"seen": seen, "stamp": mark}, headers=HTMX)
    assert answer.status_code == 409
    assert row_of(manager, "T1")[0] == "晚"


def test_a_legal_change_is_saved_as_a_draft_by_who_made_it(manager, home):
    change(manager, ("T1", 1, "休"), ("T5", 1, "早"))
    page = said(manager.get(f"{EDIT}save/"))
    assert "改了 2 格；0 处违反" in page
    answer = manager.post(f"{EDIT}save/", {"seen": stamp(manager)[0], "because": "看牙"})
    assert answer.status_code == 302
    assert answer.url.endswith("?version=3")
    with ledger_of(home / "front") as ledger:
        row, entry = ledger.version("small", 3), ledger.entries("small")[-1]
    assert shifts(Roster(row.duties), "T5", 1) == "早"
    assert (entry.event, entry.by, entry.because) == ("drafted", "M1", "看牙")
    assert stamp(manager)[0] == 0  # the working copy has become the draft


def test_what_breaks_a_rule_is_not_saved_and_not_lost(manager, home):
    change(manager, ("T1", 1, "休"))
    answer = manager.post(f"{EDIT}save/", {"seen": stamp(manager)[0]})
    assert answer.status_code == 422
    assert "还不能存" in said(answer)
    assert row_of(manager, "T1")[0] == "·"
    with ledger_of(home / "front") as ledger:
        assert len(ledger.outlines("small")) == 2


def test_what_is_saved_is_what_was_looked_at(manager):
    change(manager, ("T1", 1, "休"), ("T5", 1, "早"))
    answer = manager.post(f"{EDIT}save/", {"seen": 0})
    assert answer.status_code == 409


def test_a_published_roster_is_not_edited_but_asked_for(manager, home):
    live = "/desks/front/versions/1/edit/"
    assert "已发布的班表不直接改" in said(manager.get(live))
    change(manager, ("T1", 19, "休"), ("T4", 19, "早"), address=live)
    assert manager.post(f"{live}save/", {"seen": 1}).status_code == 422  # a request takes a reason
    answer = manager.post(f"{live}save/", {"seen": 1, "because": "家里有事"})
    assert answer.status_code == 302, said(answer)
    with ledger_of(home / "front") as ledger:
        assert [one.event for one in ledger.entries("small")][-1] == "requested"
        assert len(ledger.outlines("small")) == 2


def test_what_was_changed_in_a_version_that_was_superseded_meanwhile_is_carried_over_cell_by_cell(manager, home):
    live = "/desks/front/versions/1/edit/"
    change(manager, ("T1", 19, "晚"), ("T2", 21, "休"), ("T4", 19, "早"), address=live, pins=(("T3", 22),))
    seen = stamp(manager, live)
    publish_version(
        home / "front", 2, "M1", now=lambda: datetime(2026, 12, 5, 4, tzinfo=UTC), over_because="急", late_because="急"
    )
    cells = {"seen": seen[0], "stamp": seen[1], "changes": '[["T5", "2026-12-23", "休"]]'}
    assert manager.post(f"{live}change/", cells, headers=HTMX).headers["HX-Refresh"] == "true"
    answer = manager.get(live)
    assert answer.status_code == 409
    assert "可以带到第 2 版的 1 格" in said(answer)
    assert "带不过去的 1 格" in said(answer)  # T4 has that duty in version 2
    text = said(manager.post(f"{live}carry-over/", follow=True))
    assert "1 格改动已带到第 2 版" in text
    assert re.search(r"没有带过来的.*T1|没有带过来的.*19日", text)
    assert row_of(manager, "T2")[20] == "·"
    assert row_of(manager, "T1")[18] == "·"  # as version 2 has it
    assert "pin" in re.findall(r'<tr data-who="T3">(.*?)</tr>', said(manager.get(EDIT)), flags=re.S)[0]
    assert manager.get(live).status_code == 422
    assert manager.post(f"{live}carry-over/").status_code == 422


def test_what_is_left_of_a_superseded_version_can_be_thrown_away(manager, home):
    live = "/desks/front/versions/1/edit/"
    change(manager, ("T2", 21, "休"), address=live)
    publish_version(
        home / "front", 2, "M1", now=lambda: datetime(2026, 12, 5, 4, tzinfo=UTC), over_because="急", late_because="急"
    )
    assert manager.post(f"{live}discard/").status_code == 302
    assert "可以带到" not in said(manager.get(live))


def test_thrown_away_is_thrown_away(manager):
    change(manager, ("T1", 1, "休"))
    manager.post(f"{EDIT}discard/")
    assert row_of(manager, "T1")[0] == "早"
    assert stamp(manager)[0] == 0


def test_a_word_that_is_no_shift_is_refused_with_those_that_there_are(manager):
    answer = change(manager, ("T1", 1, "夜"))
    assert answer.status_code == 422
    assert "“夜”不是班次；有：早、晚" in said(answer)
    assert change(manager, ("T9", 1, "早")).status_code == 422
    assert change(manager, ("T1", 1, "早班")).status_code == 200  # by its name
    assert (
        manager.post(f"{EDIT}change/", {"changes": "[1", "stamp": stamp(manager)[1]}, headers=HTMX).status_code == 422
    )


def test_before_a_drop_it_is_told_what_it_would_do(manager):
    sent = {"changes": json.dumps([["T1", "2026-12-01", "休"], ["T4", "2026-12-01", "早"]])}
    text = said(manager.post(f"{EDIT}weigh/", sent, headers=HTMX))
    assert "试一 12月1日(周二)：早 → 休" in text
    assert stamp(manager)[0] == 0


def test_pins_are_kept_and_told(manager):
    change(manager, pins=[("T1", 1), ("T2", 2)])
    text = said(manager.get(EDIT))
    assert "定住 2 格" in text
    assert re.search(r'<td id="c0-1" class="c [^"]*pin[^"]*" title="已定住"', text)
    change(manager, pins=[("T1", 1)])
    assert "定住 1 格" in said(manager.get(EDIT))


def test_without_a_script_a_cell_has_a_form_of_its_own(manager):
    page = said(manager.get(f"{EDIT}cell/2026-12-01/?who=T1"))
    forms = re.findall(r'name="changes" value="([^"]*)"', page)
    assert len(forms) == 3
    answer = manager.post(f"{EDIT}change/", {"changes": forms[1].replace("&quot;", '"'), "seen": 0})
    assert answer.status_code == 302
    assert row_of(manager, "T1")[0] == "晚"


def test_whoever_edits_on_tables_that_have_changed_gets_the_page_anew(manager, home):
    _, mark = stamp(manager)
    demand = home / "front" / "demand.csv"
    demand.write_text(demand.read_text("utf-8").replace("早,all", "早,workday"), "utf-8")
    sent = {"changes": json.dumps([["T1", "2026-12-01", "晚"]]), "seen": 0, "stamp": mark}
    answer = manager.post(f"{EDIT}change/", sent, headers=HTMX)
    assert answer.headers["HX-Refresh"] == "true"
    assert "表里的数据或相邻月份变了" in said(manager.get(EDIT))
    assert row_of(manager, "T1")[0] == "晚"


def test_a_duty_is_given_to_whoever_is_ranked_as_the_month_stands_while_it_is_edited(manager):
    page = said(manager.get(f"{EDIT}cell/2026-12-01/candidates/?who=T1&shift=早"))
    rows = re.findall(r'<li class="(\w+)">.*?<b>(.*?)</b>.*?name="changes" value="([^"]*)"', page, flags=re.S)
    words = {name: kind for kind, name, _ in rows}
    assert "试一" not in words
    assert words["试五"] == "legal"
    change(manager, ("T5", 2, "早"), ("T5", 3, "早"), ("T5", 4, "早"), ("T5", 30, "晚"))
    given = next(changes for _, name, changes in rows if name == "试五").replace("&quot;", '"')
    assert manager.post(f"{EDIT}change/", {"changes": given}).status_code == 302
    assert row_of(manager, "T1")[0] == "·"
    assert row_of(manager, "T5")[0] == "早"
    assert said(manager.get(f"{EDIT}cell/2026-12-01/candidates/?who=T1&shift=早")) == "这格已不是这个班"
