"""What is cut off: a search stopped by hand, and the server killed while a month is made and while one is published."""

from __future__ import annotations

import os
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest

from scheduler.domain import Month
from tests.browser.conftest import SECONDS
from tests.support.page_home import want_too_much
from tests.support.whole_commands import happened, papers_agree, state

WORKERS = 1
DESKS = ("front", "busy", "left", "right")
DESK = "/desks/front"
EXPECTED = ("Failed to load resource: net::ERR_",)  # whatever was under way when the server was killed


def apart(step, *about):
    """Do it in a thread of its own: in this one the browser's event loop runs, and no ledger can be opened in it."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(step, *about).result()


def test_a_search_that_is_stopped_keeps_its_roster(enter, server):
    want_too_much(server.home / "busy", Month(2027, 1))
    page = enter("M1")
    page.goto("/desks/busy/jobs/")
    page.select_option("#id_month", "2027-01")
    page.select_option("#id_seconds", "3600")
    page.click("text=开始排")
    page.click("text=停下，留最好的")  # it stands there as soon as there is something to keep
    page.wait_for_selector("text=合规，最优性未证明")
    page.click("text=看第 3 版")
    assert "试T30" in page.inner_text("table.roster")
    page.goto("/desks/busy/versions/")
    assert page.inner_text("main").count("2027-01\t草稿") == 1


def test_a_power_cut_loses_no_job(enter, server):
    page = enter("M1")
    page.goto(f"{DESK}/jobs/")
    page.select_option("#id_month", "2027-02")
    page.select_option("#id_seconds", "3600")
    page.click("text=开始排")
    page.wait_for_selector("text=正在排")
    address = page.url
    page.goto("about:blank")
    server.kill()
    server.begin()
    page.goto(address)
    page.wait_for_selector("text=上次中断，第 2 次从头排")
    page.wait_for_selector("text=看第")
    page.goto(f"{DESK}/versions/")
    assert page.inner_text("main").count("2027-02\t草稿") == 1


def wait_until_recorded(desk: Path) -> float:
    """Seconds until the log says that version 2 is published."""
    began = monotonic()
    with closing(sqlite3.connect(f"file:{desk / 'ledger.sqlite3'}?mode=ro", uri=True)) as ledger:
        while monotonic() < began + SECONDS:
            if ledger.execute("SELECT 1 FROM ledger_entry WHERE event = 'published' AND version = 2").fetchone():
                return monotonic() - began
            sleep(0.002)
    pytest.fail("it was not published")


def test_a_power_cut_during_a_publication_leaves_it_whole_or_not_begun(enter, server):
    """The first cut comes when it is recorded and papers are still to be written, the other before that."""
    page, moments, seconds = enter("M1"), random.Random(22), 0.0
    for name in ("left", "right"):
        desk, address = server.home / name, f"/desks/{name}"
        before = apart(state, desk, None)
        page.goto(f"{address}/versions/2/publish/")
        page.fill("#id_over_because", "重排")
        page.click("main form button.main", no_wait_after=True)
        if seconds:
            sleep(moments.uniform(0, seconds))
        else:
            seconds = wait_until_recorded(desk)
        server.kill()
        server.begin()
        is_published = apart(happened, "publish", desk, None, before)
        assert is_published or name != "left"
        for paper in (desk / "rosters").glob("*.xlsx"):  # for a minute another process might be writing the letters
            os.utime(paper, (0, 0))
        page.goto(f"{address}/versions/")
        if is_published:  # the next step, whatever it is, writes the papers that are missing
            assert page.locator("a:has-text('发布…')").count() == 0
            page.goto(f"{address}/receipts/")
            page.click("button:has-text('已签收') >> nth=0")
        else:
            page.click("text=发布…")
            page.fill("#id_over_because", "重排")
            page.click("main form button.main")
        page.wait_for_selector(".message.success")
        rows, entries = apart(state, desk, None)
        assert [entry.event for entry in entries].count("published") == 2
        assert [row.status for row in rows] == ["superseded", "live"]
        apart(papers_agree, desk, rows, entries)
