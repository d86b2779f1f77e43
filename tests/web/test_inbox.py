"""The inbox: what a request would do is drawn before anybody decides, another's yes is recorded as such, a duty is covered by phone."""

from __future__ import annotations

import re

import pytest

from tests.support.cli_desks import run
from tests.support.published_desk import ledger_of

DESK = "/desks/front"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_the_cells_are_drawn_before_and_after_with_what_they_do(log_in):
    answer = log_in("M1").get(f"{DESK}/requests/")
    drawn = answer.content.decode()
    table = drawn[drawn.index('<table class="ghosts">') : drawn.index("</table>")]
    assert [re.sub("<[^>]*>", "", one).strip() for one in re.findall('<th scope="row">(.*?)</th>', table)] == [
        "试一",
        "试四",
    ]
    moved = re.findall(r'<td class="asked"><span class="hidden">(.*?)</span>', table)
    assert moved == ["早 改为 休", "休 改为 早", "休 改为 早", "早 改为 休"]  # T1 on the 7th and 10th, then T4
    assert len(re.findall("<th scope=.col.>", table)) == 1 + 6  # the days around both
    assert "各班人数不低于目标" in text_of(answer)


def test_what_drops_and_whose_share_moves_is_said(home, log_in):
    client = log_in("T2")
    sent = {"kind": "stand_in", "who": "T2", "day": "2026-12-20", "other": "T5", "because": "x"}
    assert client.post(f"{DESK}/requests/new/", sent).status_code == 200
    said = text_of(log_in("M1").get(f"{DESK}/requests/"))
    assert re.search(r"试二 工时 \d+ → \d+（大家 \d+–\d+）", said), said
    assert "试五 周末班" in said


def test_a_yes_on_the_phone_is_recorded_by_whoever_heard_it(home, log_in):
    manager = log_in("M1")
    assert "代记：试四同意" in manager.get(f"{DESK}/requests/").content.decode()
    manager.post(f"{DESK}/requests/1/confirm/", {"for": "T4"})
    with ledger_of(home / "front") as ledger:
        entry = ledger.entries("small", event="confirmed")[-1]
    assert (entry.by, entry.facts["recorded_by"]) == ("T4", "M1")
    assert "由甲经理代记" in run("log", home / "front", "--for", "approver").out
    assert manager.post(f"{DESK}/requests/1/approve/").status_code == 302


@pytest.mark.parametrize("step", ["refuse", "approve", "cancel"])
def test_nothing_but_a_yes_is_recorded_for_somebody_else(log_in, step):
    answer = log_in("M1").post(f"{DESK}/requests/1/{step}/", {"for": "T4", "because": "x"})
    assert answer.status_code == 404


def test_a_word_of_nobody_concerned_is_refused(log_in):
    for who in ("T2", "nobody", "M2"):
        assert log_in("M1").post(f"{DESK}/requests/1/confirm/", {"for": who}).status_code == 422


def test_an_absence_is_covered_from_the_phone(home, log_in):
    lead = log_in("T6")
    sent = {"kind": "absence", "who": "T2", "day": "2026-12-08", "leave_kind": "sick", "because": "发烧"}
    first = lead.post(f"{DESK}/requests/new/", sent)
    page = first.content.decode()
    assert "可以叫" in page, text_of(first)
    form = next(one for one in re.findall("<form.*?</form>", page, flags=re.S) if "叫来顶" in one and "试四" in one)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert fields["covers"] == "2026-12-08 T4"
    fields.pop("csrfmiddlewaretoken", None)
    asked = lead.post(f"{DESK}/requests/new/", fields)
    assert "已登记" in text_of(asked) or "登记为" in text_of(asked), text_of(asked)
    from scheduler.workflow.replay import replay_requests

    with ledger_of(home / "front") as ledger:
        last = list(replay_requests(ledger.entries("small")).values())[-1]
    assert ("T4", "早") in {(cell.worker, cell.shift) for cell in last.cells}


def test_markup_in_reasons_and_names_stays_text(home, log_in):
    people = home / "front" / "people.csv"
    people.write_text(people.read_text("utf-8").replace("试四", "<i>试四</i>"), "utf-8")
    for page in ("requests/", "mine/", "month/", "receipts/"):
        shown = log_in("T4").get(f"{DESK}/{page}").content.decode()
        assert "<i>试四" not in shown
        assert "<b>看病" not in shown
    assert "&lt;b&gt;看病" in log_in("M1").get(f"{DESK}/requests/").content.decode()


def test_a_refusal_that_can_be_set_aside_says_by_whom_and_asks_for_that(home, log_in):
    """T6 asks on the day before, too late."""
    client = log_in("T6")
    sent = {"kind": "stand_in", "who": "T6", "day": "2026-12-06", "other": "T3", "because": "x"}
    refused = client.post(f"{DESK}/requests/new/", sent)
    said = text_of(refused)
    assert "没有登记" in said
    assert "须破例：提前时间" in said
    assert "甲经理" in said
    form = next(one for one in re.findall("<form.*?</form>", refused.content.decode(), flags=re.S) if "override" in one)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    fields.pop("csrfmiddlewaretoken", None)
    assert client.post(f"{DESK}/requests/new/", fields | {"override": ""}).status_code == 422
    asked = client.post(f"{DESK}/requests/new/", fields | {"override": "家人住院"})
    assert asked.status_code == 200, text_of(asked)
    with ledger_of(home / "front") as ledger:
        entry = ledger.entries("small", event="requested")[-1]
    assert "家人住院" in str(entry.facts)
