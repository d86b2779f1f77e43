"""What a roster workbook at hand is, and what becomes of one that was edited."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from scheduler import app, tracing
from scheduler.domain import Change, Duty, Roster
from scheduler.errors import InputError, LedgerError, Refusal
from scheduler.files.stamps import VOID_FOLDER, Stamp, set_stamp
from scheduler.ledger.store import Ledger, default_url
from scheduler.publication import publish, withdraw
from scheduler.requests import listed
from scheduler.swaps import Kind
from scheduler.tracing import Difference, State
from tests.cli.desks import small_desk
from tests.ledger.drafting import DECEMBER, nothing

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = 4  # column of the month's first day


def at(day, month=11):
    """A clock that stands still at ten in the morning."""
    return lambda: datetime(2026, month, day, 10, tzinfo=SHANGHAI)


NOW = at(23)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A desk with two drafts of December: the second is the first with T1 and T2 exchanged, edited in Excel."""
    desk = small_desk(tmp_path_factory.mktemp("made") / "desk")
    app.generate(desk, (2026, 12), cores=1, time_limit=30, by="T6", now=NOW)
    book = desk / "rosters" / "small-2026-12-v1.xlsx"
    edited = edit(book, book.with_name("edited.xlsx"), lambda grid: exchange(grid, "T1", "T2"))
    found = bring_in(edited, "T1", desk=desk, because="两人互换")
    assert (found.recorded, found.row.number) == (True, 2)
    edited.unlink()
    return desk


@pytest.fixture
def desk(made, tmp_path):
    """That desk, to play with."""
    shutil.copytree(made, tmp_path / "desk")
    return tmp_path / "desk"


def trace(path, **where):
    return tracing.trace(path, **where)


def bring_in(path, by="T1", *, now=NOW, **more):
    return tracing.bring_in(path, by, now=now, **more)


def book(desk, version=1):
    return desk / "rosters" / f"small-2026-12-v{version}.xlsx"


def copy(desk, version=1, name="李组长手里的.xlsx"):
    """A copy that somebody took and renamed."""
    return Path(shutil.copy(book(desk, version), desk / name))


def edit(source, target, change=lambda grid: None, stamped=True):
    """A workbook changed in its grid, and robbed of its stamp where asked."""
    found = load_workbook(source)
    change(found.worksheets[0])
    if not stamped:
        found.custom_doc_props.props.clear()
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


def cell(grid, who, day):
    return grid.cell(row_of(grid, who), FIRST + day - 1)


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


def test_a_draft_is_a_draft(desk):
    assert said(trace(copy(desk, 2))) == (State.DRAFT, 2, None)


def test_what_is_in_force_is_current_whatever_it_is_called(desk):
    before = copy(desk)
    publish(desk, 1, "T1", now=NOW)
    for path in (before, copy(desk, name="新表.xlsx"), book(desk)):
        found = trace(path)
        assert said(found) == (State.CURRENT, 1, None)
        assert (found.live, found.files) == (1, (book(desk),))
        assert not found.is_stamped_otherwise


def test_a_superseded_copy_says_when_by_whom_and_by_which(desk):
    publish(desk, 1, "T1", now=NOW)
    old = copy(desk)
    publish(desk, 2, "T3", now=at(24))
    found = trace(old)
    assert said(found) == (State.WITHDRAWN, 1, 2)
    assert found.withdrawn_at == at(24)()
    assert found.withdrawn_at.isoformat() == "2026-11-24T10:00:00+08:00"
    assert found.closing.by == "T3"
    assert (found.live, found.files) == (2, (book(desk, 2),))


def test_a_withdrawn_copy_says_why_and_that_nothing_replaces_it(desk):
    publish(desk, 1, "T1", now=NOW)
    old = copy(desk)
    withdraw(desk, 1, "T2", "停电", now=NOW)
    found = trace(old)
    assert said(found) == (State.WITHDRAWN, 1, None)
    assert (found.closing.by, found.closing.because, found.live, found.files) == ("T2", "停电", None, ())


def test_a_void_workbook_is_read_through_its_red_line(desk):
    publish(desk, 1, "T1", now=NOW)
    publish(desk, 2, "T1", now=NOW)
    void = desk / "rosters" / VOID_FOLDER / "small-2026-12-v1.xlsx"
    assert "已作废" in load_workbook(void).worksheets[0]["A1"].value
    assert said(trace(void)) == (State.WITHDRAWN, 1, 2)
    bare = edit(void, desk / "bare.xlsx", stamped=False)
    assert said(trace(bare)) == (State.WITHDRAWN, 1, 2)
    changed = edit(void, desk / "changed.xlsx", lambda grid: setattr(cell(grid, "T1", 1), "value", "?"))
    found = trace(changed)
    assert said(found) == (State.ALTERED, 1, 2)
    assert [one.file for one in found.differences] == ["?"]


def test_without_a_stamp_the_cells_tell(desk):
    publish(desk, 1, "T1", now=NOW)
    bare = edit(book(desk), desk / "bare.xlsx", stamped=False)
    assert trace(bare).stamp is None
    assert said(trace(bare)) == (State.CURRENT, 1, None)
    assert said(trace(edit(book(desk, 2), desk / "other.xlsx", stamped=False))) == (State.DRAFT, 2, None)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_copy_that_another_program_saved_is_known(desk, tmp_path):
    publish(desk, 1, "T1", now=NOW)
    edit(book(desk), tmp_path / "bare.xlsx", stamped=False)
    copy(desk, name="stamped.xlsx").rename(tmp_path / "stamped.xlsx")
    edit(book(desk), tmp_path / "changed.xlsx", lambda grid: setattr(cell(grid, "T1", 3), "value", "培训"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    names = ["bare.xlsx", "stamped.xlsx", "changed.xlsx"]
    subprocess.run([*command, "--outdir", "saved", *names], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    saved = [trace(tmp_path / "saved" / name, desk=desk) for name in names]
    assert [said(found)[:2] for found in saved[:2]] == [(State.CURRENT, 1)] * 2
    assert (saved[0].stamp, saved[1].stamp.version) == (None, 1)
    shift = on_duty(desk, "T1").get(3, "")
    changed = [(one.worker, one.day.day, one.file, one.ledger) for one in saved[2].differences]
    assert changed == ([("T1", 3, "培训", shift)] if shift else [])


def test_the_same_cells_in_force_under_another_number_are_current(desk):
    publish(desk, 1, "T1", now=NOW)
    old = copy(desk)
    publish(desk, 2, "T1", now=NOW)
    withdraw(desk, 2, "T1", "回到原来的", now=NOW)
    assert bring_in(old, desk=desk).row.number == 3
    assert said(trace(old)) == (State.WITHDRAWN, 1, 2)  # its own version, as that of the same cells is a draft
    publish(desk, 3, "T1", now=NOW)
    found = trace(old)
    assert said(found) == (State.CURRENT, 3, None)
    assert found.is_stamped_otherwise


# --- An altered copy ---------------------------------------------------------


def test_changed_cells_are_named_one_by_one(desk):
    publish(desk, 1, "T1", now=NOW)
    mine = on_duty(desk, "T1")
    worked = sorted(mine)[:2]
    free = next(day for day in range(1, 32) if day not in mine)

    def change(grid):
        cell(grid, "T1", worked[0]).value = None
        cell(grid, "T1", worked[1]).value = "去总部帮忙"
        cell(grid, "T1", free).value = "早"

    found = trace(edit(book(desk), desk / "altered.xlsx", change))
    assert said(found) == (State.ALTERED, 1, None)
    assert set(found.differences) == {
        Difference("T1", "试一", datetime(2026, 12, worked[0]).date(), "", mine[worked[0]]),
        Difference("T1", "试一", datetime(2026, 12, worked[1]).date(), "去总部帮忙", mine[worked[1]]),
        Difference("T1", "试一", datetime(2026, 12, free).date(), "早", ""),
    }
    assert [one.day for one in found.differences] == sorted(one.day for one in found.differences)


def test_another_word_for_a_day_off_alters_nothing(desk):
    free = next(day for day in range(1, 32) if day not in on_duty(desk, "T1"))
    path = edit(book(desk), desk / "copy.xlsx", lambda grid: setattr(cell(grid, "T1", free), "value", "公休"))
    assert said(trace(path)) == (State.DRAFT, 1, None)


def test_an_altered_copy_of_a_closed_version_tells_both(desk):
    publish(desk, 1, "T1", now=NOW)
    day = min(on_duty(desk, "T1"))
    path = edit(book(desk), desk / "copy.xlsx", lambda grid: setattr(cell(grid, "T1", day), "value", None))
    publish(desk, 2, "T1", now=NOW)
    found = trace(path)
    assert said(found) == (State.ALTERED, 1, 2)
    assert found.live == 2
    assert [(one.worker, one.day.day, one.file) for one in found.differences] == [("T1", day, "")]


def test_a_copy_without_a_stamp_is_held_against_the_likest_version(desk):
    publish(desk, 1, "T1", now=NOW)
    day = min(on_duty(desk, "T3"))

    def change(grid):
        cell(grid, "T3", day).value = "?"

    for version in (1, 2):
        found = trace(edit(book(desk, version), desk / "copy.xlsx", change, stamped=False))
        assert said(found)[:2] == (State.ALTERED, version)
        assert [(one.worker, one.day.day, one.file) for one in found.differences] == [("T3", day, "?")]


def test_a_copy_that_is_like_no_version_is_unknown_unless_its_stamp_says_which(desk):
    def change(grid):
        for who in range(row_of(grid, "T1"), row_of(grid, "T6") + 1):
            for column in range(FIRST, FIRST + 31):
                grid.cell(who, column).value = "晚" if column % 6 == who % 6 else None

    found = trace(edit(book(desk), desk / "bare.xlsx", change, stamped=False))
    assert (found.state, found.row, found.differences) == (State.UNKNOWN, None, ())
    found = trace(edit(book(desk), desk / "stamped.xlsx", change))
    assert said(found)[:2] == (State.ALTERED, 1)
    assert len(found.differences) > 30


def test_rows_and_columns_that_are_gone_or_too_many_are_seen(desk):
    mine = on_duty(desk, "T6")

    def differences(change):
        found = trace(edit(book(desk), desk / "copy.xlsx", change))
        assert said(found)[:2] == (State.ALTERED, 1)
        return {(one.worker, one.day and one.day.day, one.file, one.ledger) for one in found.differences}

    assert differences(lambda grid: grid.delete_rows(row_of(grid, "T6"))) == {
        ("T6", day, None, shift) for day, shift in mine.items()
    }
    fifth = {who: days[5] for who in (f"T{n}" for n in range(1, 7)) if 5 in (days := on_duty(desk, who))}
    gone = differences(lambda grid: grid.delete_cols(FIRST + 4))
    assert gone == {(who, 5, None, shift) for who, shift in fifth.items()}

    def strangers(grid):
        below = row_of(grid, "T6") + 1
        grid.insert_rows(below)
        grid.cell(below, 1).value, grid.cell(below, FIRST).value = "T9", "晚"

    assert differences(strangers) == {("T9", 1, "晚", None)}

    def twice(grid):
        below = row_of(grid, "T6") + 1
        grid.insert_rows(below)
        grid.cell(below, 1).value = "T6"

    assert differences(twice) == {("T6", day, "", shift) for day, shift in mine.items()}

    def names(grid):
        grid.cell(row_of(grid, "T1"), 2).value, grid.cell(row_of(grid, "T2"), 2).value = "试二", "试一"

    assert differences(names) == {("T1", None, "试二", "试一"), ("T2", None, "试一", "试二")}


def test_what_is_given_out_is_known_by_its_stamp(desk):
    publish(desk, 1, "T1", now=NOW)
    (board,) = book(desk).with_suffix("").glob("*.xlsx")
    found = trace(board)
    assert said(found) == (State.CURRENT, 1, None)
    assert not found.checked


def test_a_roster_whose_grid_cannot_be_compared_is_altered(desk):
    publish(desk, 1, "T1", now=NOW)

    def next_month(grid):
        for column in range(FIRST, FIRST + 31):
            grid.cell(row_of(grid, "工号"), column).value = datetime(2027, 1, column - FIRST + 1)

    def no_grid(grid):
        grid.delete_rows(1, 40)

    for change in (next_month, no_grid):
        found = trace(edit(book(desk), desk / "copy.xlsx", change))
        assert said(found)[:2] == (State.ALTERED, 1)
        assert (found.checked, found.differences) == (False, ())


def test_a_stamp_of_another_ledger_is_not_believed(desk):
    blank = load_workbook(book(desk))
    set_stamp(blank, Stamp("small", "2026-12", 1, "live", "0" * 12))
    blank.worksheets[0].delete_rows(1, 40)
    blank.save(desk / "copy.xlsx")
    found = trace(desk / "copy.xlsx")
    assert (found.state, found.row, found.stamp.version) == (State.UNKNOWN, None, 1)


def test_some_other_workbook_is_unknown(desk):
    Workbook().save(desk / "accounts.xlsx")
    found = trace(desk / "accounts.xlsx")
    assert (found.state, found.stamp) == (State.UNKNOWN, None)


# --- Where the ledger is -----------------------------------------------------


def test_tracing_writes_nothing_and_needs_no_tables(desk):
    publish(desk, 1, "T1", now=NOW)
    path = copy(desk)
    (desk / "people.csv").unlink()
    before = everything(desk)
    assert said(trace(path)) == (State.CURRENT, 1, None)
    assert said(trace(path, desk=desk)) == (State.CURRENT, 1, None)
    assert everything(desk) == before


def test_the_ledger_is_found_above_the_file_in_the_current_folder_and_below_it(desk, tmp_path, monkeypatch):
    deep = desk / "rosters" / "发给" / "夜班"
    deep.mkdir(parents=True)
    assert said(trace(Path(shutil.copy(book(desk), deep)))) == (State.DRAFT, 1, None)
    elsewhere = tmp_path / "a" / "b" / "c" / "d" / "e" / "f" / "download.xlsx"
    elsewhere.parent.mkdir(parents=True)
    shutil.copy(book(desk), elsewhere)
    monkeypatch.chdir(elsewhere.parent)
    with pytest.raises(InputError, match="--desk"):
        trace(elsewhere)
    for folder in (desk, tmp_path):
        monkeypatch.chdir(folder)
        assert said(trace(elsewhere)) == (State.DRAFT, 1, None)
        assert said(trace(Path(elsewhere.relative_to(tmp_path)) if folder == tmp_path else elsewhere))[1] == 1


def test_a_ledger_that_is_named_beats_those_near_the_file(desk, tmp_path, monkeypatch):
    empty = f"sqlite:///{tmp_path}/empty.sqlite3"
    Ledger(empty).close()
    monkeypatch.setenv(app.STORE_VARIABLE, empty)
    assert trace(book(desk)).state == State.UNKNOWN
    assert said(trace(book(desk), store=default_url(desk)))[1] == 1
    assert trace(book(desk), desk=desk).state == State.UNKNOWN  # as every command finds the desk's ledger
    monkeypatch.delenv(app.STORE_VARIABLE)
    assert said(trace(book(desk), desk=desk))[1] == 1
    assert trace(book(desk), desk=desk, store=empty).state == State.UNKNOWN


def test_a_ledger_that_is_not_there_is_not_made(desk, tmp_path):
    for where in ({"desk": tmp_path}, {"store": f"sqlite:///{tmp_path}/none.sqlite3"}):
        with pytest.raises(LedgerError, match="no roster was ever made"):
            trace(book(desk), **where)
    assert [path.name for path in tmp_path.iterdir()] == ["desk"]


def test_another_programs_database_is_left_alone(desk):
    with sqlite3.connect(desk / "rosters" / "ledger.sqlite3") as accounts:
        accounts.execute("CREATE TABLE accounts (money)")
    accounts.close()
    (desk / "rosters" / "mail.ledger.sqlite3").write_bytes(b"no database at all" * 100)
    before = everything(desk / "rosters")
    assert said(trace(book(desk))) == (State.DRAFT, 1, None)
    assert everything(desk / "rosters") == before


def test_a_ledger_of_several_desks_knows_whose_a_copy_is(desk):
    publish(desk, 1, "T1", now=NOW)
    workers = {duty.worker: f"{100 + number}" for number, duty in enumerate(DECEMBER.duties)}
    with Ledger(default_url(desk)) as ledger:
        ledger.draft(DECEMBER, nothing)
        ledger.draft(replace(DECEMBER, desk="anew", people=dict.fromkeys(workers.values(), "某人")), nothing)
        assert ledger.desks() == ["anew", "small", DECEMBER.desk]
    assert said(trace(copy(desk))) == (State.CURRENT, 1, None)
    found = trace(edit(book(desk), desk / "bare.xlsx", stamped=False))
    assert (found.row.desk, *said(found)) == ("small", State.CURRENT, 1, None)


def test_a_file_that_cannot_be_read_is_bad_input(desk):
    (desk / "no.xlsx").write_text("工号,姓名")
    for path in (desk / "no.xlsx", desk / "gone.xlsx", desk):
        with pytest.raises(InputError) as caught:
            trace(path)
        assert path.name in caught.value.say("zh")


# --- An edited copy comes back -----------------------------------------------


def test_an_edited_draft_becomes_a_draft_of_its_own(made):
    with Ledger(default_url(made)) as ledger:
        first, second = ledger.versions("small")
        drafted = ledger.entries("small")[-1]
    sides = {"T1": "T2", "T2": "T1"}
    assert Roster(second.duties) == Roster(
        Duty(sides.get(duty.worker, duty.worker), duty.day, duty.shift) for duty in first.duties
    )
    assert (drafted.event, drafted.by, drafted.because, drafted.facts["imported"]) == (
        "drafted",
        "T1",
        "两人互换",
        "edited.xlsx",
    )
    assert (second.status_word, second.objective, second.bound) == ("OPTIMAL", first.objective, first.bound)
    assert (second.finder, second.prover, second.solver_version) == (None, None, "")
    assert app.verify(made, book(made, 2)).roster == Roster(second.duties)


def test_a_draft_that_is_there_already_is_not_recorded_twice(desk):
    found = bring_in(copy(desk, 2))
    assert (found.recorded, found.row.number, found.files) == (False, 2, ())


def test_what_breaks_a_rule_is_told_and_not_recorded(desk):
    day = min(on_duty(desk, "T1"))
    path = edit(book(desk), desk / "copy.xlsx", lambda grid: setattr(cell(grid, "T1", day), "value", "休"))
    before = everything(desk)
    found = bring_in(path)
    assert (found.row, found.recorded) == (None, False)
    assert {violation.reason.rule for violation in found.violations} >= {"shift_cover"}
    assert everything(desk) == before


def test_a_bad_file_changes_nothing_and_makes_no_ledger(desk, tmp_path):
    fresh = small_desk(tmp_path / "fresh")
    path = edit(book(desk), fresh / "copy.xlsx", lambda grid: setattr(cell(grid, "T1", 1), "value", "？？"))
    before = everything(fresh)
    with pytest.raises(InputError) as caught:
        bring_in(path)
    assert [(fault.column, fault.found) for fault in caught.value.faults] == [("D7", "？？")]
    with pytest.raises(Refusal, match="T77"):
        bring_in(edit(book(desk), path), "T77")
    assert everything(fresh).keys() == before.keys()


def test_a_month_in_force_takes_a_request(desk):
    publish(desk, 1, "T1", now=NOW)
    unchanged = bring_in(copy(desk))
    assert (unchanged.row.number, unchanged.recorded, unchanged.asked) == (1, False, None)
    path = edit(book(desk), desk / "copy.xlsx", lambda grid: exchange(grid, "T1", "T2"))
    found = bring_in(path, "T3", because="两人商量好了")
    assert found.asked.verdict.word == "allowed"
    assert found.asked.request.number == 1
    assert {change.worker for change in found.changes} == {"T1", "T2"}
    (request,) = listed(desk, now=NOW).requests
    assert (request.kind, request.by, request.because, request.checked_on) == (Kind.EDIT, "T3", "两人商量好了", 1)
    assert {(one.worker, one.day, one.shift) for one in request.cells} == {
        (one.worker, one.day, code) for one in found.changes for code in one.after or ("",)
    }
    assert row(desk).status == "live"
    assert app.show(desk).row.number == 2  # the draft of before: no further version


def test_cells_of_the_past_are_not_asked_for(desk):
    publish(desk, 1, "T1", now=NOW)
    path = edit(book(desk), desk / "copy.xlsx", lambda grid: exchange(grid, "T1", "T2"))
    found = bring_in(path, now=at(20, month=12))
    assert (found.asked.verdict.word, found.asked.request.number) == ("refused", 0)
    assert found.asked.objections
    assert listed(desk, now=NOW).requests == ()


@pytest.mark.parametrize("stamped", [True, False])
def test_a_copy_of_a_version_that_is_not_in_force_undoes_nothing(desk, stamped):
    publish(desk, 1, "T1", now=NOW)
    day = min(on_duty(desk, "T3"))
    same = edit(book(desk), desk / "same.xlsx", stamped=stamped)
    path = edit(book(desk), desk / "copy.xlsx", lambda grid: setattr(cell(grid, "T3", day), "value", "休"), stamped)
    publish(desk, 2, "T1", now=NOW)
    for old in (same, path):
        with pytest.raises(Refusal, match=r"version 1 \(superseded\), which is not in force any more; version 2 is"):
            bring_in(old)
    assert listed(desk, now=NOW).requests == ()


def test_edited_back_to_what_an_old_version_was_is_an_edit_like_any_other(desk):
    publish(desk, 1, "T1", now=NOW)
    publish(desk, 2, "T1", now=NOW)
    path = edit(book(desk, 2), desk / "copy.xlsx", lambda grid: exchange(grid, "T1", "T2"))
    found = bring_in(path)
    assert (found.asked.version, found.asked.verdict.word) == (2, "allowed")
    assert all(isinstance(change, Change) for change in found.changes)


def test_a_roster_of_another_desk_is_turned_away(desk, tmp_path):
    other = small_desk(tmp_path / "other")
    settings = other / "desk.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('id = "small"', 'id = "big"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        bring_in(book(desk), desk=other)
    assert "small" in caught.value.say("zh")
    assert "big" in caught.value.say("en")
    assert not (other / "ledger.sqlite3").exists()


def test_the_desk_is_the_one_that_the_stamp_names_or_the_nearest(desk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = small_desk(tmp_path / "another")
    settings = other / "desk.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('id = "small"', 'id = "big"'), encoding="utf-8")
    moved = Path(shutil.copy(book(desk, 2), other / "copy.xlsx"))
    assert bring_in(moved).row.number == 2
    assert bring_in(edit(book(desk, 2), desk / "bare.xlsx", stamped=False)).row.number == 2
    outside = edit(book(desk, 2), tmp_path / "bare.xlsx", stamped=False)
    with pytest.raises(InputError, match="1 faults") as caught:
        bring_in(outside)
    assert "--desk" in caught.value.say("zh")
    assert bring_in(outside, desk=desk).row.number == 2
    away = tmp_path / "a" / "b" / "c" / "d" / "e" / "copy.xlsx"
    away.parent.mkdir(parents=True)
    shutil.copy(outside, away)
    monkeypatch.chdir(away.parent)
    with pytest.raises(InputError) as caught:
        bring_in(away)
    assert "--desk" in caught.value.say("en")
