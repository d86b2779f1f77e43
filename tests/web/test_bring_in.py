"""A roster that was altered by hand, dropped on the page: a draft, or a request where its month is in force."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from scheduler.ledger.store import VersionStatus
from tests.support.published_desk import ledger_of

FILES = "/desks/front/files/"


@pytest.fixture
def manager(log_in):
    return log_in("M1")


def altered(home: Path, *cells: tuple[str, int, str]) -> bytes:
    """The workbook in force with other shifts in some people's days of December."""
    (path,) = (home / "front" / "rosters").glob("*-v1.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = {str(row[0]): number for number, row in enumerate(sheet.iter_rows(values_only=True), 1)}
    head = next(row for row in sheet.iter_rows(values_only=True) if isinstance(row[3], datetime))
    columns = {value.day: at for at, value in enumerate(head, 1) if isinstance(value, datetime)}
    for who, day, shift in cells:
        sheet.cell(rows[who], columns[day]).value = shift
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def drop(client, content: bytes) -> str:
    answer = client.post(FILES, {"file": SimpleUploadedFile("改过.xlsx", content)})
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def bring(client, page: str, because: str = "临时调整"):
    (token,) = re.findall(r'name="token" value="([0-9a-f]+)"', page)
    return client.post(f"{FILES}bring-in/", {"token": token, "bring-because": because}, follow=True)


def test_what_was_altered_in_a_published_month_becomes_a_request(manager, home):
    page = drop(manager, altered(home, ("T1", 19, "休"), ("T4", 19, "早")))
    assert "改动" in page
    answer = bring(manager, page)
    assert answer.redirect_chain[-1][0].endswith("/requests/")
    assert "第 2 号申请" in answer.content.decode()
    with ledger_of(home / "front") as ledger:
        assert ledger.versions("small")[0].status == VersionStatus.LIVE
    assert not list((home / ".adopting").iterdir())


def test_what_no_rule_allows_is_told_and_not_recorded(manager, home):
    answer = bring(manager, drop(manager, altered(home, *(("T1", day, "早") for day in range(7, 21)))))
    said = answer.content.decode()
    assert "不能申请" in said
    assert "第 2 号申请" not in said


def test_a_file_is_kept_no_longer_than_the_page_says(manager, home, monkeypatch):
    from scheduler.app import new_desk
    from scheduler.errors import Refusal
    from scheduler.web.views import files

    page = drop(manager, altered(home, ("T1", 19, "休"), ("T4", 19, "早")))
    assert "至多两天" in page
    assert len(list((home / ".adopting").iterdir())) == 1

    def refuse(*_, **__):
        raise Refusal(files.BROKEN, n=1)

    monkeypatch.setattr(files, "import_roster", refuse)
    assert bring(manager, page).status_code == 422
    assert not list((home / ".adopting").iterdir())
    drop(manager, altered(home, ("T1", 19, "休"), ("T4", 19, "早")))
    new_desk.clear_kept(home)
    assert list((home / ".adopting").iterdir())
    monkeypatch.setattr(new_desk, "KEPT_SECONDS", -1)
    new_desk.clear_kept(home)
    assert not list((home / ".adopting").iterdir())


def test_a_reason_is_asked_for_and_the_file_is_not_lost_meanwhile(manager, home):
    page = drop(manager, altered(home, ("T1", 19, "休"), ("T4", 19, "早")))
    bare = bring(manager, page, because="")
    assert bare.status_code == 422
    assert bring(manager, bare.content.decode()).status_code == 200


def test_staff_trace_a_file_and_bring_nothing_in(log_in, home, monkeypatch):
    settings = home / "front" / "desk.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[rights]\npublish = ["M1"]\n', "utf-8")
    client = log_in("T5")
    assert "bring-in" not in drop(client, altered(home, ("T1", 19, "休")))
    assert client.post(f"{FILES}bring-in/", {"token": "0" * 32, "bring-because": "x"}).status_code == 403
