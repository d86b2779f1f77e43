"""What a roster workbook at hand is, and what becomes of one that was edited."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from scheduler.app.change_requests import list_requests
from scheduler.app.generate import generate_roster
from scheduler.app.grid_comparison import Difference
from scheduler.app.import_roster import import_roster
from scheduler.app.locations import STORE_VARIABLE
from scheduler.app.publish import publish_version
from scheduler.app.show import show_version
from scheduler.app.trace import CopyState, trace_copy
from scheduler.app.verify import verify_workbook
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Duty, Month, Roster
from scheduler.errors import InputError, LedgerError, Refusal
from scheduler.files.papers.voiding import VOID_FOLDER
from scheduler.files.writing.properties import Stamp, set_stamp
from scheduler.ledger.store import Ledger, default_url
from scheduler.workflow.change_request import RequestKind
from tests.support.cli_desks import small_desk
from tests.support.drafting import DECEMBER, nothing
from tests.support.sheets import properties_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = 4  # column of the month's first day


def at(day, month=11):
    """A clock that stands still at ten in the morning."""
    return lambda: datetime(2026, month, day, 10, tzinfo=SHANGHAI)


NOW = at(23)


@pytest.fixture(scope="module")
def drafts(tmp_path_factory):
    """A desk with two drafts of December: the second is the first with T1 and T2 exchanged, edited in Excel."""
    desk = small_desk(tmp_path_factory.mktemp("drafts") / "desk")
    generate_roster(desk, Month(2026, 12), cores=1, time_limit=30, by="T6", now=NOW)
    path = edit(book(desk), desk / "edited.xlsx", lambda grid: exchange(grid, "T1", "T2"))
    found = bring_in(path, because="两人互换")
    assert (found.recorded, found.row.number) == (True, 2)
    return desk


@pytest.fixture(scope="module")
def papers(drafts, tmp_path_factory):
    """The grids of both versions, as somebody took them when they were drafts; the other sheets only take time."""
    folder = tmp_path_factory.mktemp("papers")
    return {version: edit(book(drafts, version), folder / f"李组长的第{version}版.xlsx") for version in (1, 2)}


@pytest.fixture(scope="module")
def live(drafts, tmp_path_factory):
    """That desk with the first version in force."""
    desk = Path(shutil.copytree(drafts, tmp_path_factory.mktemp("live") / "desk"))
    publish_version(desk, 1, "T1", now=NOW)
    return desk


@pytest.fixture(scope="module")
def replaced(live, tmp_path_factory):
    """That desk with the second version in force, a day later."""
    desk = Path(shutil.copytree(live, tmp_path_factory.mktemp("replaced") / "desk"))
    publish_version(desk, 2, "T3", over_because="重排", now=at(24))
    return desk


def copy_of(desk, folder):
    """A desk to play with."""
    return Path(shutil.copytree(desk, folder / "desk"))


def trace(path, desk=None, **where):
    return trace_copy(path, desk=desk, **where)


def bring_in(path, by="T1", *, now=NOW, **more):
    return import_roster(path, by, now=now, **more)


def book(desk, version=1):
    return desk / "rosters" / f"small-2026-12-v{version}.xlsx"


def edit(source, target, change=lambda grid: None, stamped=True):
    """The first sheet of a workbook, changed, and robbed of its stamp where asked; without what takes time to read."""
    found = load_workbook(source)
    grid = found.worksheets[0]
    for sheet in found.worksheets[1:]:
        found.remove(sheet)
    for area in [str(area) for area in grid.merged_cells.ranges]:
        grid.unmerge_cells(area)
    change(grid)
    if not stamped:
        properties_of(found).props.clear()
    found.save(target)
    return target


def row_of(grid, who):
    """The row of somebody in the grid."""
    return next(cell.row for cell in grid["A"] if cell.value == who)


def exchange(grid, one, other):
    """The duties of two people in each other's rows."""
    for column in range(FIRST, FIRST + 31):
        cells = [grid.cell(row_of(grid, who), column) for who in (one, other)]
        cells[0].value, cells[1].value = cells[1].value, cells[0].value


def write(grid, who, day, text):
    grid.cell(row_of(grid, who), FIRST + day - 1).value = text


def row(desk, version=1):
    with Ledger(default_url(desk)) as ledger:
        return ledger.version("small", version)


def on_duty(desk, who, version=1):
    """The days of December on which somebody is on duty, with the shift."""
    return {duty.day.day: duty.shift for duty in row(desk, version).duties if duty.worker == who}


def said(found):
    """State and version, and by which version it was replaced."""
    return found.state, found.row.number if found.row else None, found.replaced_by


def everything(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


# --- What a copy is ----------------------------------------------------------


def test_a_draft_is_a_draft(drafts, papers):
    assert said(trace(papers[2], drafts)) == (CopyState.DRAFT, 2, None)


def test_what_is_in_force_is_current_whatever_it_is_called(live, papers):
    for path in (papers[1], book(live)):
        found = trace(path, live)
        assert said(found) == (CopyState.CURRENT, 1, None)
        assert (found.live, found.files) == (1, (book(live),))
        assert not found.is_stamped_otherwise


def test_a_superseded_copy_says_when_by_whom_and_by_which(replaced, papers):
    found = trace(papers[1], replaced)
    assert said(found) == (CopyState.WITHDRAWN, 1, 2)
    assert found.withdrawn_at.isoformat() == "2026-11-24T10:00:00+08:00"
    assert found.closing.by == "T3"
    assert (found.live, found.files) == (2, (book(replaced, 2),))


def test_a_void_workbook_is_read_through_its_red_line(replaced, tmp_path):
    void = replaced / "rosters" / VOID_FOLDER / "small-2026-12-v1.xlsx"
    assert "已作废" in load_workbook(void).worksheets[0]["A1"].value
    bare = edit(void, tmp_path / "bare.xlsx", stamped=False)
    for path in (void, bare):
        assert said(trace(path, replaced)) == (CopyState.WITHDRAWN, 1, 2)
    found = trace(edit(void, tmp_path / "copy.xlsx", lambda grid: write(grid, "T1", 1, "?")), replaced)
    assert said(found) == (CopyState.ALTERED, 1, 2)
    assert [one.file for one in found.differences] == ["?"]


def test_without_a_stamp_the_cells_tell(live, papers, tmp_path):
    bare = edit(papers[1], tmp_path / "bare.xlsx", stamped=False)
    assert trace(bare, live).stamp is None
    assert said(trace(bare, live)) == (CopyState.CURRENT, 1, None)
    assert said(trace(edit(papers[2], tmp_path / "other.xlsx", stamped=False), live)) == (CopyState.DRAFT, 2, None)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_copy_that_another_program_saved_is_known(live, papers, tmp_path):
    shutil.copy(book(live), tmp_path / "stamped.xlsx")
    edit(papers[1], tmp_path / "bare.xlsx", stamped=False)
    day, shift = min(on_duty(live, "T1").items())
    edit(papers[1], tmp_path / "changed.xlsx", lambda grid: write(grid, "T1", day, "培训"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    names = ["bare.xlsx", "stamped.xlsx", "changed.xlsx"]
    subprocess.run([*command, "--outdir", "saved", *names], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    bare, stamped, changed = (trace(tmp_path / "saved" / name, live) for name in names)
    assert said(bare) == said(stamped) == (CopyState.CURRENT, 1, None)
    assert (bare.stamp, stamped.stamp.version) == (None, 1)
    assert said(changed) == (CopyState.ALTERED, 1, None)
    assert [(one.worker, one.day.day, one.file, one.ledger) for one in changed.differences] == [
        ("T1", day, "培训", shift)
    ]


def test_a_withdrawn_copy_says_why_until_the_same_cells_are_in_force_under_another_number(replaced, papers, tmp_path):
    desk = copy_of(replaced, tmp_path)
    withdraw_version(desk, 2, "T2", "回到原来的", now=at(24))
    found = trace(papers[2], desk)
    assert said(found) == (CopyState.WITHDRAWN, 2, None)
    assert (found.closing.by, found.closing.because, found.live, found.files) == ("T2", "回到原来的", None, ())
    assert bring_in(papers[1], desk=desk, now=at(24)).row.number == 3
    assert said(trace(papers[1], desk)) == (CopyState.WITHDRAWN, 1, 2)  # a draft of the same cells changes nothing
    publish_version(desk, 3, "T1", now=at(24))
    found = trace(papers[1], desk)
    assert said(found) == (CopyState.CURRENT, 3, None)
    assert found.is_stamped_otherwise


# --- An altered copy ---------------------------------------------------------


def test_changed_cells_are_named_one_by_one(live, papers, tmp_path):
    mine = on_duty(live, "T1")
    emptied, gone = sorted(mine)[:2]
    free = next(day for day in range(1, 32) if day not in mine)

    def change(grid):
        write(grid, "T1", emptied, None)
        write(grid, "T1", gone, "去总部帮忙")
        write(grid, "T1", free, "早")

    found = trace(edit(papers[1], tmp_path / "altered.xlsx", change), live)
    assert said(found) == (CopyState.ALTERED, 1, None)
    days = [one.day for one in found.differences]
    assert days == sorted(days)
    assert set(found.differences) == {
        Difference("T1", name="试一", day=date(2026, 12, emptied), file="", ledger=mine[emptied]),
        Difference("T1", name="试一", day=date(2026, 12, gone), file="去总部帮忙", ledger=mine[gone]),
        Difference("T1", name="试一", day=date(2026, 12, free), file="早", ledger=""),
    }


def test_another_word_for_a_day_off_alters_nothing(live, papers, tmp_path):
    free = next(day for day in range(1, 32) if day not in on_duty(live, "T1"))
    path = edit(papers[1], tmp_path / "copy.xlsx", lambda grid: write(grid, "T1", free, "公休"))
    assert said(trace(path, live)) == (CopyState.CURRENT, 1, None)


def test_an_altered_copy_of_a_closed_version_tells_both(replaced, papers, tmp_path):
    day = min(on_duty(replaced, "T1"))
    found = trace(edit(papers[1], tmp_path / "copy.xlsx", lambda grid: write(grid, "T1", day, None)), replaced)
    assert said(found) == (CopyState.ALTERED, 1, 2)
    assert found.live == 2
    assert [(one.worker, one.day.day, one.file) for one in found.differences] == [("T1", day, "")]


def test_a_copy_without_a_stamp_is_held_against_the_likest_version(replaced, papers, tmp_path):
    day = min(on_duty(replaced, "T3"))
    for version, paper in papers.items():
        path = edit(paper, tmp_path / "copy.xlsx", lambda grid: write(grid, "T3", day, "?"), stamped=False)
        found = trace(path, replaced)
        assert said(found)[:2] == (CopyState.ALTERED, version)
        assert [(one.worker, one.day.day, one.file) for one in found.differences] == [("T3", day, "?")]


def test_a_copy_that_is_like_no_version_is_unknown_unless_its_stamp_says_which(live, papers, tmp_path):
    def change(grid):
        for day in range(1, 32):
            for number in range(1, 7):
                write(grid, f"T{number}", day, "晚" if day % 6 + 1 == number else None)

    found = trace(edit(papers[1], tmp_path / "bare.xlsx", change, stamped=False), live)
    assert (found.state, found.row, found.differences) == (CopyState.UNKNOWN, None, ())
    found = trace(edit(papers[1], tmp_path / "stamped.xlsx", change), live)
    assert said(found)[:2] == (CopyState.ALTERED, 1)
    assert len(found.differences) > 30


def test_rows_and_columns_that_are_gone_or_too_many_are_seen(live, papers, tmp_path):
    mine = on_duty(live, "T6")
    fifth = {who: days[5] for who in (f"T{n}" for n in range(1, 7)) if 5 in (days := on_duty(live, who))}

    def differences(change):
        found = trace(edit(papers[1], tmp_path / "copy.xlsx", change), live)
        assert said(found)[:2] == (CopyState.ALTERED, 1)
        return {(one.worker, one.day and one.day.day, one.file, one.ledger) for one in found.differences}

    def add(who, text):
        def change(grid):
            below = row_of(grid, "T6") + 1
            grid.insert_rows(below)
            for column, value in ((1, who), (2, "试六"), (FIRST, text)):
                grid.cell(below, column).value = value

        return change

    def mix_names_up(grid):
        for who, name in (("T1", "试二"), ("T2", "试一")):
            grid.cell(row_of(grid, who), 2).value = name

    def rename(grid):
        grid.cell(row_of(grid, "T3"), 2).value = "临时工"

    def headed_twice(grid):
        grid.cell(row_of(grid, "工号"), FIRST + 4).value = datetime(2026, 12, 4)

    assert differences(lambda grid: grid.delete_rows(row_of(grid, "T6"))) == {
        ("T6", day, None, shift) for day, shift in mine.items()
    }
    no_fifth = {(who, 5, None, shift) for who, shift in fifth.items()}
    assert differences(lambda grid: grid.delete_cols(FIRST + 4)) == no_fifth
    assert differences(headed_twice) == no_fifth | {
        (who, 4, days.get(5, "休"), days.get(4, ""))
        for who, days in ((f"T{n}", on_duty(live, f"T{n}")) for n in range(1, 7))
        if days.get(4) != days.get(5)
    }
    assert differences(add("T9", "晚")) == {("T9", 1, "晚", None)}
    assert differences(add(None, "晚")) == {("试六", 1, "晚", None)}
    assert differences(add("T6", None)) == {("T6", day, "", shift) for day, shift in mine.items()}
    assert differences(rename) == {("T3", None, "临时工", "试三")}
    assert differences(mix_names_up) == {("T1", None, "试二", "试一"), ("T2", None, "试一", "试二")}


def test_what_is_given_out_is_known_by_its_stamp(replaced, live):
    given = sorted(book(live).with_suffix("").glob("*.xlsx"))
    assert len(given) == 1 + 6
    for (desk, expected), board in product(
        ((live, (CopyState.CURRENT, 1, None)), (replaced, (CopyState.WITHDRAWN, 1, 2))), given[:2]
    ):
        found = trace(board, desk)
        assert said(found) == expected
        assert not found.checked


def test_a_roster_whose_grid_cannot_be_compared_is_altered(live, papers, tmp_path):
    def next_month(grid):
        for day in range(1, 32):
            grid.cell(row_of(grid, "工号"), FIRST + day - 1).value = datetime(2027, 1, day)

    for change in (next_month, lambda grid: grid.delete_rows(1, 40)):
        found = trace(edit(papers[1], tmp_path / "copy.xlsx", change), live)
        assert said(found)[:2] == (CopyState.ALTERED, 1)
        assert (found.checked, found.differences) == (False, ())


def test_a_stamp_of_another_ledger_is_not_believed(live, papers, tmp_path):
    blank = load_workbook(papers[1])
    set_stamp(blank, Stamp("small", Month(2026, 12), 1, status="live", fingerprint="0" * 12))
    blank.worksheets[0].delete_rows(1, 40)
    blank.save(tmp_path / "copy.xlsx")
    found = trace(tmp_path / "copy.xlsx", live)
    assert (found.state, found.row, found.stamp.version) == (CopyState.UNKNOWN, None, 1)


def test_some_other_workbook_is_unknown(live, tmp_path):
    Workbook().save(tmp_path / "accounts.xlsx")
    found = trace(tmp_path / "accounts.xlsx", live)
    assert (found.state, found.stamp) == (CopyState.UNKNOWN, None)


# --- Where the ledger is -----------------------------------------------------


def test_tracing_writes_nothing_and_needs_no_tables(live, papers, tmp_path):
    desk = copy_of(live, tmp_path)
    path = Path(shutil.copy(papers[1], desk))
    (desk / "people.csv").unlink()
    before = everything(desk)
    assert said(trace(path)) == (CopyState.CURRENT, 1, None)
    assert said(trace(path, desk)) == (CopyState.CURRENT, 1, None)
    assert everything(desk) == before


def test_the_ledger_is_found_above_the_file_in_the_current_folder_and_below_it(drafts, papers, tmp_path, monkeypatch):
    desk = copy_of(drafts, tmp_path)
    deep, elsewhere = desk / "rosters" / "发给" / "夜班", tmp_path / "a" / "b" / "c" / "d" / "e" / "f"
    for folder in (deep, elsewhere):
        folder.mkdir(parents=True)
        shutil.copy(papers[1], folder / "download.xlsx")
    monkeypatch.chdir(elsewhere)
    assert said(trace(deep / "download.xlsx")) == (CopyState.DRAFT, 1, None)
    with pytest.raises(InputError) as caught:
        trace(elsewhere / "download.xlsx")
    assert "--desk" in caught.value.say("zh")
    for folder in (desk, tmp_path):
        monkeypatch.chdir(folder)
        assert said(trace(elsewhere / "download.xlsx")) == (CopyState.DRAFT, 1, None)
    assert said(trace(Path("a/b/c/d/e/f/download.xlsx"))) == (CopyState.DRAFT, 1, None)


def test_a_ledger_that_is_named_beats_those_near_the_file(live, tmp_path, monkeypatch):
    empty = f"sqlite:///{tmp_path}/empty.sqlite3"
    Ledger(empty).close()
    monkeypatch.setenv(STORE_VARIABLE, empty)
    assert trace(book(live)).state == CopyState.UNKNOWN
    assert trace(book(live), live).state == CopyState.UNKNOWN  # as every command finds the desk's ledger
    assert said(trace(book(live), store=default_url(live)))[1] == 1
    monkeypatch.delenv(STORE_VARIABLE)
    assert trace(book(live), live, store=empty).state == CopyState.UNKNOWN


def test_a_ledger_that_is_not_there_is_not_made(papers, tmp_path):
    for where in ({"desk": tmp_path}, {"store": f"sqlite:///{tmp_path}/none.sqlite3"}):
        with pytest.raises(LedgerError, match="no roster was ever made"):
            trace(papers[1], **where)
    assert list(tmp_path.iterdir()) == []


def test_another_programs_database_is_left_alone(drafts, papers, tmp_path):
    desk = copy_of(drafts, tmp_path)
    with closing(sqlite3.connect(desk / "rosters" / "ledger.sqlite3")) as accounts, accounts:
        accounts.execute("CREATE TABLE accounts (money)")
    (desk / "rosters" / "mail.ledger.sqlite3").write_bytes(b"no database at all" * 100)
    path = Path(shutil.copy(papers[1], desk / "rosters"))
    before = everything(desk / "rosters")
    assert said(trace(path)) == (CopyState.DRAFT, 1, None)
    assert everything(desk / "rosters") == before


def test_a_ledger_of_several_desks_knows_whose_a_copy_is(drafts, papers, tmp_path):
    desk = copy_of(drafts, tmp_path)
    with Ledger(default_url(desk)) as ledger:
        ledger.draft(DECEMBER, nothing)
        ledger.draft(replace(DECEMBER, desk="anew"), nothing)
        assert ledger.desks() == ["anew", "small", DECEMBER.desk]
    for stamped in (True, False):
        found = trace(edit(papers[2], tmp_path / "copy.xlsx", stamped=stamped), desk)
        assert (found.row.desk, *said(found)) == ("small", CopyState.DRAFT, 2, None)


def test_a_file_that_cannot_be_read_is_bad_input(tmp_path):
    (tmp_path / "no.xlsx").write_text("工号,姓名")
    for path in (tmp_path / "no.xlsx", tmp_path / "gone.xlsx", tmp_path):
        with pytest.raises(InputError) as caught:
            trace(path)
        assert path.name in caught.value.say("zh")


# --- An edited copy comes back -----------------------------------------------


def test_an_edited_draft_becomes_a_draft_of_its_own(drafts):
    with Ledger(default_url(drafts)) as ledger:
        first, second = ledger.versions("small")
        drafted = ledger.entries("small")[-1]
    sides = {"T1": "T2", "T2": "T1"}
    assert Roster(second.duties) == Roster(
        Duty(sides.get(duty.worker, duty.worker), duty.day, duty.shift) for duty in first.duties
    )
    assert (drafted.event, drafted.by, drafted.because) == ("drafted", "T1", "两人互换")
    assert drafted.facts["imported"] == "edited.xlsx"
    assert (second.status_word, second.objective, second.bound) == ("OPTIMAL", first.objective, first.bound)
    assert (second.finder, second.prover, second.solver_version) == (None, None, "")
    assert verify_workbook(drafts, book(drafts, 2)).roster == Roster(second.duties)


def test_a_draft_that_is_there_already_is_not_recorded_twice(drafts, papers, tmp_path):
    desk = copy_of(drafts, tmp_path)
    found = bring_in(papers[2], desk=desk)
    assert (found.recorded, found.row.number, found.files) == (False, 2, ())
    assert show_version(desk).row.number == 2


def test_what_breaks_a_rule_is_told_and_not_recorded(drafts, papers, tmp_path):
    desk = copy_of(drafts, tmp_path)
    path = edit(papers[1], tmp_path / "copy.xlsx", lambda grid: write(grid, "T1", min(on_duty(desk, "T1")), "休"))
    before = everything(desk)
    found = bring_in(path, desk=desk)
    assert (found.row, found.recorded) == (None, False)
    assert "shift_cover" in {violation.reason.rule for violation in found.violations}
    assert everything(desk) == before


def test_a_bad_file_changes_nothing_and_makes_no_ledger(papers, tmp_path):
    desk = small_desk(tmp_path / "desk")
    path = edit(papers[1], tmp_path / "copy.xlsx", lambda grid: write(grid, "T1", 1, "？？"))
    before = everything(desk)
    with pytest.raises(InputError) as caught:
        bring_in(path, desk=desk)
    assert [fault.found for fault in caught.value.faults] == ["？？"]
    assert all(fault.column.startswith("D") for fault in caught.value.faults)
    with pytest.raises(Refusal, match="T77"):
        bring_in(papers[1], "T77", desk=desk)
    assert everything(desk) == before


def test_a_month_in_force_takes_a_request(live, papers, tmp_path):
    desk = copy_of(live, tmp_path)
    unchanged = bring_in(papers[1], desk=desk)
    assert (unchanged.row.number, unchanged.recorded, unchanged.asked) == (1, False, None)
    path = edit(papers[1], tmp_path / "copy.xlsx", lambda grid: exchange(grid, "T1", "T2"))
    found = bring_in(path, "T3", desk=desk, because="两人商量好了")
    assert (found.asked.verdict.word, found.asked.request.number) == ("allowed", 1)
    assert {change.worker for change in found.changes} == {"T1", "T2"}
    (request,) = list_requests(desk, reader="auditor", now=NOW).requests
    assert (request.kind, request.by, request.because, request.checked_on) == (
        RequestKind.EDIT,
        "T3",
        "两人商量好了",
        1,
    )
    assert {(one.worker, one.day, one.shift) for one in request.cells} == {
        (one.worker, one.day, code) for one in found.changes for code in one.after or ("",)
    }
    assert row(desk).status == "live"
    assert show_version(desk).row.number == 2  # the draft of before: there is no further version


def test_cells_of_the_past_are_not_asked_for(live, papers, tmp_path):
    desk = copy_of(live, tmp_path)
    path = edit(papers[1], tmp_path / "copy.xlsx", lambda grid: exchange(grid, "T1", "T2"))
    found = bring_in(path, desk=desk, now=at(20, month=12))
    assert (found.asked.verdict.word, found.asked.request.number) == ("refused", 0)
    assert found.asked.objections
    assert list_requests(desk, reader="auditor", now=NOW).requests == ()


@pytest.mark.parametrize("stamped", [True, False])
def test_a_copy_of_a_version_that_is_not_in_force_undoes_nothing(replaced, papers, tmp_path, stamped):
    desk = copy_of(replaced, tmp_path)
    day = min(on_duty(desk, "T3"))
    for change in (lambda grid: None, lambda grid: write(grid, "T3", day, "休")):
        path = edit(papers[1], tmp_path / "copy.xlsx", change, stamped=stamped)
        with pytest.raises(Refusal, match=r"version 1 \(superseded\), which is not in force; version 2 is"):
            bring_in(path, desk=desk)
    assert list_requests(desk, reader="auditor", now=NOW).requests == ()


def test_edited_back_to_what_an_old_version_was_is_an_edit_like_any_other(replaced, papers, tmp_path):
    desk = copy_of(replaced, tmp_path)
    path = edit(papers[2], tmp_path / "copy.xlsx", lambda grid: exchange(grid, "T1", "T2"))
    found = bring_in(path, desk=desk, now=at(24))
    assert (found.asked.version, found.asked.verdict.word) == (2, "allowed")


def another_desk(folder):
    desk = small_desk(folder)
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('id = "small"', 'id = "big"'), encoding="utf-8")
    return desk


def test_a_roster_of_another_desk_is_turned_away(papers, tmp_path):
    desk = another_desk(tmp_path / "other")
    with pytest.raises(InputError) as caught:
        bring_in(papers[1], desk=desk)
    for lang in ("zh", "en"):
        assert "small" in caught.value.say(lang)
        assert "big" in caught.value.say(lang)
    assert not (desk / "ledger.sqlite3").exists()


def test_the_desk_is_the_one_that_the_stamp_names_or_the_nearest(drafts, papers, tmp_path, monkeypatch):
    desk = copy_of(drafts, tmp_path)
    other = another_desk(tmp_path / "another")
    monkeypatch.chdir(tmp_path)
    bare = edit(papers[2], tmp_path / "bare.xlsx", stamped=False)
    near = Path(shutil.copy(bare, desk / "bare.xlsx"))
    astray = Path(shutil.copy(papers[2], other / "copy.xlsx"))
    assert bring_in(astray).row.number == 2  # it stands in another desk's folder
    assert bring_in(near).row.number == 2
    assert bring_in(bare, desk=desk).row.number == 2
    away = tmp_path / "a" / "b" / "c" / "d" / "e" / "copy.xlsx"
    away.parent.mkdir(parents=True)
    for path, folder in ((bare, tmp_path), (Path(shutil.copy(papers[2], away)), away.parent)):
        monkeypatch.chdir(folder)
        with pytest.raises(InputError) as caught:
            bring_in(path)
        assert "--desk" in caught.value.say("zh")
