"""A roster goes live, is superseded and withdrawn; its papers follow; who holds which copy is known."""

from __future__ import annotations

import io
import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.log import read_log
from scheduler.app.papers import PAPER_SECONDS
from scheduler.app.publish import Published, publish_version
from scheduler.app.receipts import keep_receipts
from scheduler.app.repair import repair_papers
from scheduler.app.show import show_version
from scheduler.app.status import desk_status
from scheduler.app.withdraw import withdraw_version
from scheduler.audit.audit import Audit
from scheduler.domain import Leave, Month, Overtime, Roster
from scheduler.errors import LedgerError, LedgerUnavailable, PapersStuck, Refusal, Unavailable
from scheduler.files.papers.voiding import VOID_FOLDER, VOID_SIGN
from scheduler.files.writing.properties import read_stamp
from scheduler.i18n import LANGS
from scheduler.ledger.store import VersionStatus, default_url
from scheduler.passing import ABANDONED_SECONDS
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.version import REFUSED
from tests.support.drafting import behind_its_back
from tests.support.narrowing import present
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
    going_round,
    ledger_of,
    live,
    new_desk,
    papers,
    published_desk,
    told,
    with_changes,
)

BOOK = "small-2026-12-v{}.xlsx"
OTHER = (("T1", 7, ""), ("T4", 7, "早"))  # T4 for T1
ANEW = "重排全月"
WHOLE = 4 + 3 * 6  # papers of a first version: workbook, handouts, mail twice; for each a slip, a letter, a calendar


def add_leave(desk: Path, worker: str, first: str, last: str) -> None:
    rows = ["工号,开始日期,结束日期,类别,已批准", f"{worker},{first},{last},病假,是", ""]
    (desk / "leave.csv").write_text("\n".join(rows), encoding="utf-8")


def status_of(desk: Path) -> dict[int, str]:
    with ledger_of(desk) as ledger:
        return {row.number: str(row.status) for row in ledger.versions("small")}


def whole(desk: Path) -> None:
    """The log is whole, and at most one version of each month is in force."""
    with ledger_of(desk) as ledger:
        assert ledger.broken_links("small") == []
        inforce = [row.month for row in ledger.versions("small") if row.status == VersionStatus.LIVE]
        assert len(inforce) == len(set(inforce))


def head(path: Path) -> str:
    """The first line of a workbook's first sheet."""
    return str(load_workbook(path).worksheets[0].cell(1, 1).value)


# In force


@pytest.fixture(scope="module")
def just_published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Published]:
    desk = drafted_desk(tmp_path_factory.mktemp("just"))
    return desk, publish_version(desk, 1, "M1", now=IN_TIME)


def test_a_published_draft_is_in_force_and_the_log_says_by_whom(just_published):
    desk, done = just_published
    assert (done.row.number, done.row.status, done.late, done.supersedes, done.changes) == (1, "live", False, None, ())
    assert live(desk).number == 1
    with ledger_of(desk) as ledger:
        entry = ledger.entries("small")[-1]
        assert ledger.live("small", MONTH) == done.row
    assert (entry.event, entry.version, entry.by, entry.at) == ("published", 1, "M1", IN_TIME())
    assert (entry.facts["late"], entry.facts["due"], entry.facts["supersedes"]) == (False, "2026-11-24", None)
    assert entry.facts["fingerprint"] == done.row.roster_hash
    whole(desk)


def test_its_workbook_says_so_and_what_is_given_out_lies_beside_it(just_published):
    desk, done = just_published
    stamp = read_stamp(desk / "rosters" / BOOK.format(1))
    assert stamp is not None
    assert (stamp.desk, stamp.month, stamp.version, stamp.status) == ("small", MONTH, 1, "live")
    assert "逾期" not in head(desk / "rosters" / BOOK.format(1))
    folder = BOOK.format(1).removesuffix(".xlsx")
    given = {f"{folder}/{folder}-{what}" for what in ("分发.xlsx", "邮件.txt", "邮件.eml")}
    own = ("班表.txt", "班表.ics", "个人班表.xlsx")
    given |= {f"{folder}/{folder}-T{n}-{what}" for n in range(1, 7) for what in own}
    assert papers(desk) == {BOOK.format(1), *given}
    assert {str(path.relative_to(desk / "rosters")) for path in done.files} == papers(desk)
    assert not list((desk / "rosters").glob(".*"))


def test_departments_and_everybody_with_a_duty_get_a_copy(just_published):
    _, done = just_published
    assert [(one.kind, one.name) for one in done.recipients] == [
        ("department", "行政人事部"),
        *(("person", f"试{n}") for n in "一二三四五六"),
    ]


def test_who_has_no_duty_gets_none(tmp_path):
    desk = new_desk(tmp_path / "desk", people=8, keys=['recipients = ["行政人事部", "工会"]'])
    drafted(desk)
    done = publish_version(desk, 1, "M1", now=IN_TIME)
    assert [one.id for one in done.recipients] == ["行政人事部", "工会", *(f"T{n}" for n in range(1, 7))]


def test_publishing_keeps_to_the_folder_and_the_store_that_are_given(tmp_path):
    desk = new_desk(tmp_path / "desk")
    store = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    drafted(desk, store=store)
    publish_version(desk, 1, "M1", now=IN_TIME, store=store, out=tmp_path / "out")
    assert (tmp_path / "out" / BOOK.format(1)).exists()
    assert not (desk / "rosters").exists()
    assert not list(desk.glob("*.sqlite3"))


# Refused


def refused(
    desk: Path, *words: str, version: int = 1, by: str = "M1", clock=IN_TIME, late: str = "", over: str = ""
) -> Refusal:
    """Publishing is refused, in both languages with these words, and nothing has happened."""
    before = fingerprint(desk)
    with pytest.raises(Refusal) as refusal:
        publish_version(desk, version, by, late_because=late, over_because=over, now=clock)
    assert fingerprint(desk) == before
    for lang in LANGS:
        assert refusal.value.say(lang)
    for word in words:
        assert word in refusal.value.say("zh"), refusal.value.say("zh")
    return refusal.value


def test_a_draft_that_breaks_a_rule_by_now_is_refused_with_the_rules_sentence(tmp_path):
    desk = drafted_desk(tmp_path)
    add_leave(desk, "T1", "2026-12-07", "2026-12-08")
    refused(desk, "第 1 版现在不合规", "试一", "12月7日")
    assert status_of(desk) == {1: "draft"}


def test_a_draft_that_breaks_a_new_rule_is_refused_too(tmp_path):
    desk = drafted_desk(tmp_path)
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8") + "[rules.days_in_a_row]\nmost = 1\n", encoding="utf-8")
    refused(desk, "最多连上 1 天")


def test_a_refusal_names_five_breaks_at_most(tmp_path):
    desk = drafted_desk(tmp_path)
    add_leave(desk, "T1", "2026-12-01", "2026-12-31")
    assert refused(desk).say("zh").count("试一") == 5


@pytest.mark.parametrize("status", ["live", "superseded", "withdrawn"])
def test_only_a_draft_is_published_and_the_refusal_says_what_it_is_instead(tmp_path, status):
    desk = published_desk(tmp_path)
    if status == "superseded":
        drafted(desk)
        publish_version(desk, 2, "M1", now=IN_TIME)
    if status == "withdrawn":
        withdraw_version(desk, 1, "M1", "错", now=IN_TIME)
    refused(desk, REFUSED[VersionStatus(status), "published"].zh)


def test_what_is_not_there_cannot_be_published(tmp_path):
    desk = drafted_desk(tmp_path)
    with pytest.raises(LedgerError):
        publish_version(desk, 7, "M1", now=IN_TIME)


def test_a_stranger_cannot_publish_or_withdraw(tmp_path):
    desk = drafted_desk(tmp_path)
    refused(desk, "“X9”", by="X9")
    with pytest.raises(Refusal, match="X9"):
        withdraw_version(desk, 1, "X9", "错", now=IN_TIME)
    assert events(desk) == ["drafted"]


def test_what_is_in_force_is_replaced_or_withdrawn_only_by_who_may_withdraw(tmp_path):
    desk = drafted_desk(tmp_path)
    assert publish_version(desk, 1, "T1", now=IN_TIME).row.number == 1  # a lead makes the roster (RULES 10)
    drafted(desk)
    refused(desk, "“试一”无权取代第 1 版：可由甲经理、乙经理办理", version=2, by="T1")
    before = fingerprint(desk)
    with pytest.raises(Refusal, match="may not withdraw version 1"):
        withdraw_version(desk, 1, "T1", "错", now=IN_TIME)
    assert fingerprint(desk) == before
    assert publish_version(desk, 2, "M1", now=IN_TIME).supersedes == 1


# By when


class InTime(Exception):
    """The deadline has been passed by."""


@pytest.fixture
def up_to_the_deadline(monkeypatch):
    """Publishing ends once nothing stands against it: what is written then is not the point."""

    def stop(*_: object, **__: object) -> None:
        raise InTime

    monkeypatch.setattr("scheduler.app.publish.go_live", stop)


def is_in_time(desk: Path, clock) -> bool:
    """Whether publishing takes no reason; where it does, one that says nothing is none."""
    with pytest.raises((InTime, Refusal)) as stopped:
        publish_version(desk, 1, "M1", now=clock)
    if isinstance(stopped.value, InTime):
        return True
    assert isinstance(stopped.value, Refusal)
    assert "逾期发布须写明原因" in stopped.value.say("zh")
    for blank in (" ", "\u3000\n"):
        with pytest.raises(Refusal):
            publish_version(desk, 1, "M1", late_because=blank, now=clock)
    with pytest.raises(InTime):
        publish_version(desk, 1, "M1", late_because="人手未定", now=clock)
    return False


@pytest.mark.parametrize(
    ("month", "due", "keys"),
    [
        ("2026-12", date(2026, 11, 24), ()),
        ("2027-01", date(2026, 12, 25), ()),  # and New Year's Day itself, on the same day
        ("2027-03", date(2027, 2, 22), ()),
        ("2028-03", date(2028, 2, 23), ()),  # a leap year
        ("2026-10", date(2026, 9, 24), ("publish_by = 0",)),  # National Day is on the first
        ("2026-12", date(2026, 12, 1), ("publish_by = 0",)),
        ("2027-05", date(2027, 4, 24), ("publish_by = 5",)),  # Labour Day is due before the month
        ("2027-01", date(2026, 11, 2), ("publish_by = 60",)),
        ("2027-01", date(2026, 12, 17), ("publish_by = 0", "holiday_lead = 15")),
    ],
)
def test_a_month_is_published_in_time_until_the_end_of_the_day_on_which_it_is_due(
    tmp_path, up_to_the_deadline, month, due, keys
):
    desk = new_desk(tmp_path / "desk", keys=keys)
    drafted(desk, Month.parse(month), legal=False)
    assert is_in_time(desk, at(f"{due} 23:59:59.999999"))
    assert not is_in_time(desk, at(f"{due + timedelta(days=1)} 00:00"))
    assert is_in_time(desk, at(f"{due - timedelta(days=1)} 12:00"))


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai", "Pacific/Kiritimati", "UTC"])
def test_the_day_is_that_of_the_desk(tmp_path, up_to_the_deadline, zone):
    desk = new_desk(tmp_path / "desk", keys=[f'zone = "{zone}"'])
    drafted(desk)
    for clock_zone in (zone, "UTC", "Asia/Tokyo"):  # one moment, whatever zone the clock is in

        def clock(local: str, clock_zone: str = clock_zone):
            moment = at(local, zone)().astimezone(at(local, clock_zone)().tzinfo)
            return lambda: moment

        assert is_in_time(desk, clock("2026-11-24 23:30"))
        assert not is_in_time(desk, clock("2026-11-25 00:01"))


def test_a_late_roster_is_stamped_in_its_title_and_in_the_log(tmp_path):
    desk = new_desk(tmp_path / "desk", keys=['zone = "America/New_York"'])
    drafted(desk)
    one_past_midnight = at("2026-11-25 00:01", "America/New_York")
    with pytest.raises(Refusal, match="deadline has passed"):
        publish_version(desk, 1, "M1", now=one_past_midnight)
    done = publish_version(desk, 1, "M1", late_because="  人手未定 ", now=one_past_midnight)
    assert done.late
    assert done.at == one_past_midnight()
    assert "逾期发布：人手未定" in head(desk / "rosters" / BOOK.format(1))
    with ledger_of(desk) as ledger:
        entry = ledger.entries("small")[-1]
    assert (entry.facts["late"], entry.because) == (True, "人手未定")
    # papers that are made anew say so too
    (desk / "rosters" / BOOK.format(1)).unlink()
    repair_papers(desk, now=NOW)
    assert "逾期发布：人手未定" in head(desk / "rosters" / BOOK.format(1))


def test_what_supersedes_a_version_in_force_is_not_late(tmp_path):
    desk = published_desk(tmp_path)
    drafted(desk)
    done = publish_version(desk, 2, "M1", now=NOW)
    assert (done.late, done.supersedes) == (False, 1)
    assert "逾期" not in head(desk / "rosters" / BOOK.format(2))


def test_what_follows_a_withdrawn_version_is_late_where_its_time_has_passed(tmp_path):
    desk = published_desk(tmp_path)
    withdraw_version(desk, 1, "M1", "错了", now=NOW)
    drafted(desk)
    refused(desk, "逾期发布须写明原因", version=2, clock=NOW)
    assert publish_version(desk, 2, "M1", late_because="重排", now=NOW).late


# Superseded


@pytest.fixture(scope="module")
def superseded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Published]:
    desk = published_desk(tmp_path_factory.mktemp("superseded"))
    assert drafted(desk, roster=with_changes(*OTHER)) == 2
    return desk, publish_version(desk, 2, "M2", over_because=ANEW, now=at("2026-11-22 09:00"))


def test_the_version_before_is_closed_by_the_same_stroke(superseded):
    desk, done = superseded
    assert status_of(desk) == {1: "superseded", 2: "live"}
    assert events(desk) == ["drafted", "published", "drafted", "superseded", "published"]
    with ledger_of(desk) as ledger:
        closing, opening = ledger.entries("small")[-2:]
    assert (closing.version, opening.version, closing.by, closing.at) == (1, 2, "M2", opening.at)
    assert (closing.facts["by_version"], opening.facts["supersedes"], done.supersedes) == (2, 1, 1)
    whole(desk)


def test_what_is_refused_leaves_the_old_version_in_force(tmp_path, monkeypatch):
    desk = published_desk(tmp_path)
    drafted(desk)
    before = fingerprint(desk)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scheduler.files.writing.workbook.write_workbook", full)
    with pytest.raises(Unavailable):
        publish_version(desk, 2, "M1", now=IN_TIME)
    assert fingerprint(desk) == before
    assert live(desk).number == 1


def test_the_old_workbook_is_stamped_void_and_put_aside(superseded):
    desk, _ = superseded
    aside = desk / "rosters" / VOID_FOLDER
    assert not (desk / "rosters" / BOOK.format(1)).exists()
    assert not (desk / "rosters" / "small-2026-12-v1").exists()
    stamp = present(read_stamp(aside / BOOK.format(1)))
    assert (stamp.version, stamp.status, stamp.is_void) == (1, "superseded", True)
    for sheet in load_workbook(aside / BOOK.format(1)).worksheets:  # whatever is printed of it says so
        line = str(present(sheet.oddHeader).center.text)
        assert VOID_SIGN.zh in line
        assert "由第 2 版取代" in line
        assert sheet.sheet_properties.tabColor is not None
    for sheet in load_workbook(aside / BOOK.format(1)).worksheets:
        line = str(sheet.cell(1, 1).value)
        assert line.startswith(VOID_SIGN.zh)
        assert "由第 2 版取代" in line
        assert "经办：乙经理" in line
    handouts = {path.suffix for path in (aside / "small-2026-12-v1").iterdir()}
    assert handouts == {".eml", ".txt", ".ics"}  # boards and slips say nothing that the void copy does not


def test_what_somebody_wrote_into_the_list_of_receipts_is_kept_when_it_is_superseded(tmp_path):
    desk = new_desk(tmp_path / "desk")
    drafted(desk)
    publish_version(desk, 1, "M1", now=IN_TIME)
    handouts = desk / "rosters" / "small-2026-12-v1" / "small-2026-12-v1-分发.xlsx"
    book = load_workbook(handouts)
    book["分发签收"].cell(5, 6, "已签，12月1日")
    book.save(handouts)
    drafted(desk, roster=with_changes(("T1", 7, ""), ("T4", 7, "早")))
    done = publish_version(desk, 2, "M1", over_because="重排", now=IN_TIME)
    kept = desk / "rosters" / VOID_FOLDER / "small-2026-12-v1" / "small-2026-12-v1-分发.xlsx.1.bak"
    assert kept in done.files
    assert load_workbook(io.BytesIO(kept.read_bytes()))["分发签收"].cell(5, 6).value == "已签，12月1日"


def test_those_whose_cells_changed_are_told_and_nobody_else(superseded):
    desk, done = superseded
    assert told(done.changes) == {("T1", 7, "早", ""), ("T4", 7, "", "早")}
    letters = sorted(path.name for path in (desk / "rosters" / "small-2026-12-v2").glob("*变更.txt"))
    assert letters == [f"small-2026-12-v2-{who}-变更.txt" for who in ("T1", "T4")]
    text = (desk / "rosters" / "small-2026-12-v2" / letters[0]).read_text("utf-8")
    assert "12月7日" in text
    assert "第 1 版作废" in text
    assert {str(path.relative_to(desk / "rosters")) for path in done.files} == {
        name for name in papers(desk) if not name.startswith(VOID_FOLDER)
    }


def test_the_same_roster_again_tells_nobody(tmp_path):
    desk = published_desk(tmp_path)
    drafted(desk)
    done = publish_version(desk, 2, "M1", now=IN_TIME)
    assert done.changes == ()
    assert not list((desk / "rosters").rglob("*变更*"))


def test_months_do_not_supersede_one_another(tmp_path):
    desk = published_desk(tmp_path)
    settings = desk / "desk.toml"
    off = "".join(
        f'[rules.{rule}]\nenabled = false\nbecause = "空表"\n'
        for rule in ("shift_cover", "shift_leader", "always_staffed")
    )
    settings.write_text(settings.read_text("utf-8") + off, encoding="utf-8")
    drafted(desk, Month(2027, 1), roster=lambda problem: Roster([]))
    publish_version(desk, 2, "M1", now=IN_TIME)
    assert status_of(desk) == {1: "live", 2: "live"}
    whole(desk)


# Published cells move by requests; a month issued anew needs a reason


def redrafted(desk: Path, *changes: tuple[str, int, str]) -> int:
    """A draft that has some cells otherwise than the roster in force had them at first."""
    return drafted(desk, roster=with_changes(*(changes or OTHER)))


def stood_in(desk: Path) -> None:
    """T5 has stood in for T2 on the fourteenth, as request 1 asked and M1 approved."""
    request_change(desk, RequestKind.STAND_IN, "T2", "家里有事", give=cell("T2", 14), to="T5", now=NOW)
    decide_request(desk, "confirmed", 1, "T5", now=NOW)
    approve_request(desk, 1, "M1", now=NOW)


def test_a_draft_that_moves_published_cells_is_refused_without_a_reason_and_names_them(tmp_path):
    desk = published_desk(tmp_path)
    redrafted(desk)
    words = (
        "第 1 版已发布",
        "第 2 版会改动其中 2 格",
        "（试一 12月7日(周一)、试四 12月7日(周一)）。",
        "--over-because",
    )
    for blank in ("", " ", "\u3000\n"):
        found = refused(desk, *words, version=2, over=blank)
    assert "would move 2 of its cells (试一 Mon 7 Dec, 试四 Mon 7 Dec). Published" in found.say("en")
    refused(desk, *words, version=2, late="系统故障")  # that it was late is another matter


def test_a_name_with_braces_is_said_as_it_stands(tmp_path):
    desk = published_desk(tmp_path)
    people = desk / "people.csv"
    people.write_text(people.read_text("utf-8").replace("试一", "{试}一"), "utf-8")
    redrafted(desk)
    refused(desk, "（{试}一 12月7日(周一)、试四 12月7日(周一)）", version=2)


def test_a_refusal_names_five_cells_at_most_those_that_were_settled_first(tmp_path):
    desk = published_desk(tmp_path)
    stood_in(desk)
    redrafted(desk, *OTHER, ("T1", 13, ""), ("T4", 13, "早"))
    found = refused(desk, "改动其中 6 格", version=3, clock=NOW)
    first = (
        "试二 12月14日(周一)",
        "试五 12月14日(周一)",
        "试一 12月7日(周一)",
        "试四 12月7日(周一)",
        "试一 12月13日(周日)",
    )
    assert f"（{'、'.join(first)}…）" in found.say("zh")


def test_why_a_month_was_issued_anew_is_in_the_log_on_the_change_log_and_in_the_letters(tmp_path):
    desk = published_desk(tmp_path)
    redrafted(desk)
    done = publish_version(desk, 2, "M2", over_because="  客流大变 ", now=IN_TIME)
    assert (done.late, done.supersedes, told(done.changes), done.over) == (
        False,
        1,
        {("T1", 7, "早", ""), ("T4", 7, "", "早")},
        (),
    )
    with ledger_of(desk) as ledger:
        closing, opening = ledger.entries("small")[-2:]
    assert (closing.because, opening.because) == ("客流大变", "客流大变")
    assert opening.facts["changes"] == [["T1", "2026-12-07", ["早"], []], ["T4", "2026-12-07", [], ["早"]]]
    assert "over" not in opening.facts
    book = load_workbook(desk / "rosters" / BOOK.format(2))["变更记录"]
    (row,) = (row for row in book.values if row[0] == 2 and len(row) > 8 and row[8] == "客流大变")
    assert (row[7], row[9]) == ("乙经理", "试一 12月7日(周一)：早 → 休\n试四 12月7日(周一)：休 → 早")
    letters = list((desk / "rosters" / "small-2026-12-v2").glob("*变更.txt"))
    assert len(letters) == 2
    assert all("原因：客流大变" in letter.read_text("utf-8") for letter in letters)
    whole(desk)


@pytest.mark.parametrize(
    ("clock", "begun"),
    [
        ("2026-12-07 07:59", 0),
        ("2026-12-07 08:00", 2),  # the early shift begins, and with it the day off of whoever has it now
        ("2026-12-08 00:00", 2),
    ],
)
def test_what_is_past_or_has_begun_is_said_to_be_so(tmp_path, clock, begun):
    desk = published_desk(tmp_path)
    redrafted(desk)
    if not begun:
        refused(desk, "改动其中 2 格", version=2, clock=at(clock))
        assert publish_version(desk, 2, "M1", over_because="补记", now=at(clock)).over == ()
        return
    for over in ("", "补记"):  # CASES E9: what was worked is not rewritten, whatever the reason
        said = refused(
            desk, "已过去或已开始的 2 格", "--after-the-fact", "--from", version=2, clock=at(clock), over=over
        )
        assert "what was worked is not rewritten" in said.say("en")


@pytest.mark.parametrize(("clock", "settled"), [("2026-12-17 23:59", False), ("2026-12-18 00:00", True)])
def test_a_holiday_s_cells_are_settled_from_a_week_before_it(tmp_path, clock, settled):
    desk = published_desk(tmp_path, holidays=("2026-12-25",))
    redrafted(desk, ("T1", 25, ""), ("T4", 25, "早"))
    said = refused(desk, "改动其中 2 格", version=2, clock=at(clock))
    assert ("已定的节假日 2 格" in said.say("zh"), "2 of holidays that are settled" in said.say("en")) == (settled,) * 2


def test_a_draft_that_knows_nothing_of_an_approved_stand_in_does_not_undo_it_unasked(tmp_path):
    desk = published_desk(tmp_path)
    assert drafted(desk) == 2
    stood_in(desk)
    found = refused(desk, "第 3 版已发布", "第 2 版会改动其中 2 格", version=2, clock=NOW)
    assert "获批申请（第 1 号）定下的 2 格" in found.say("zh")
    assert "2 settled by approved requests (1)" in found.say("en")
    done = publish_version(desk, 2, "M1", over_because="全月重排，已与当事人商定", now=NOW)
    assert told(done.over) == {("T2", 14, "", "早"), ("T5", 14, "早", "")}
    whole(desk)


def test_a_draft_that_keeps_to_what_was_approved_is_not_said_to_undo_it(tmp_path):
    desk = published_desk(tmp_path)
    stood_in(desk)
    redrafted(desk, ("T2", 14, ""), ("T5", 14, "早"), *OTHER)
    found = refused(desk, "改动其中 2 格", version=3, clock=NOW)
    assert "其中已" not in found.say("zh")
    assert "获批申请（" not in found.say("zh")


def test_a_duty_with_approved_overtime_is_settled_too(tmp_path):
    desk = published_desk(tmp_path)
    request_change(desk, RequestKind.OVERTIME, "T2", "盘点", overtime=Overtime("T2", dec(8), 60), now=NOW)
    approve_request(desk, 1, "M1", now=NOW)
    redrafted(desk, ("T2", 8, ""), ("T5", 8, "早"))
    refused(desk, "改动其中 2 格", "获批申请（第 1 号）定下的 1 格", version=3, clock=NOW)


def test_what_was_withdrawn_may_be_made_anew_but_for_what_is_settled(tmp_path):
    desk = published_desk(tmp_path)
    redrafted(desk)
    redrafted(desk, ("T3", 3, ""), ("T6", 3, "早"), *OTHER)
    withdraw_version(desk, 1, "M1", "错了", now=NOW)
    for over in ("", "补记"):
        refused(desk, "第 3 版会改动第 1 版已过去或已开始的 2 格", version=3, clock=NOW, late="重排", over=over)
    assert publish_version(desk, 2, "T1", late_because="重排", now=NOW).over == ()
    whole(desk)


def test_nothing_in_between_is_overlooked_when_a_live_version_is_replaced_twice(tmp_path):
    desk = published_desk(tmp_path)
    redrafted(desk)
    publish_version(desk, 2, "M1", over_because=ANEW, now=IN_TIME)
    drafted(desk)
    refused(desk, "第 2 版已发布", "第 3 版会改动其中 2 格", version=3)
    assert publish_version(desk, 3, "M1", over_because="改回", now=IN_TIME).supersedes == 2


# Withdrawn


def test_a_version_that_is_taken_back_leaves_none_in_force(tmp_path):
    desk = published_desk(tmp_path)
    keep_receipts(desk, sign=["T1"], now=NOW)
    done = withdraw_version(desk, 1, "M2", "算错了工时", now=NOW)
    assert (done.row.status, done.at) == ("withdrawn", NOW())
    assert status_of(desk) == {1: "withdrawn"}
    with ledger_of(desk) as ledger:
        entry = ledger.entries("small")[-1]
        assert ledger.live("small", MONTH) is None
    assert (entry.event, entry.version, entry.by, entry.because) == ("withdrawn", 1, "M2", "算错了工时")
    assert {copy.recipient.id for copy in done.holders} == {"行政人事部", *(f"T{n}" for n in range(1, 7))}
    assert all(name.startswith(VOID_FOLDER) for name in papers(desk))
    stamp = read_stamp(desk / "rosters" / VOID_FOLDER / BOOK.format(1))
    assert stamp is not None
    assert stamp.status == "withdrawn"
    line = head(desk / "rosters" / VOID_FOLDER / BOOK.format(1))
    assert "算错了工时" in line
    assert "取代" not in line
    whole(desk)
    # once more, and what nothing is known of
    before = fingerprint(desk)
    with pytest.raises(Refusal) as refusal:
        withdraw_version(desk, 1, "M2", "错", now=NOW)
    assert refusal.value.say("zh") == REFUSED[VersionStatus.WITHDRAWN, "withdrawn"].zh
    with pytest.raises(LedgerError):
        withdraw_version(desk, 9, "M2", "错", now=NOW)
    assert fingerprint(desk) == before


@pytest.mark.parametrize("version", [1, 3])
def test_only_a_version_in_force_is_withdrawn(tmp_path, version):
    desk = published_desk(tmp_path)
    drafted(desk)
    publish_version(desk, 2, "M1", now=IN_TIME)
    drafted(desk)
    before = fingerprint(desk)
    with pytest.raises(Refusal) as refusal:
        withdraw_version(desk, version, "M1", "错", now=IN_TIME)
    status = VersionStatus.SUPERSEDED if version == 1 else VersionStatus.DRAFT
    assert refusal.value.say("zh") == REFUSED[status, "withdrawn"].zh
    assert fingerprint(desk) == before


# Copies


def copies(desk: Path, about: int, /, **marks: Any) -> dict[str, tuple[bool, bool]]:
    """Whether each copy of a version was received and came back."""
    found = keep_receipts(desk, now=IN_TIME, **marks)
    mine = (copy for copy in found.all if copy.version == about)
    return {copy.recipient.id: (bool(copy.received), bool(copy.returned)) for copy in mine}


def test_copies_are_signed_for_and_come_back(tmp_path):
    desk = published_desk(tmp_path)
    everybody = ["行政人事部", *(f"T{n}" for n in range(1, 7))]
    assert copies(desk, 1) == dict.fromkeys(everybody, (False, False))
    assert copies(desk, 1, sign=["T3"])["T3"] == (True, False)
    assert copies(desk, 1, sign=["行政人事部"])["行政人事部"] == (True, False)
    found = keep_receipts(desk, now=IN_TIME)
    assert [copy.recipient.id for copy in found.outstanding] == ["T1", "T2", "T4", "T5", "T6"]
    assert next(copy.received for copy in found.all if copy.recipient.id == "T3") == IN_TIME()
    log = events(desk)
    assert copies(desk, 1, sign=["T3"])["T3"] == (True, False)
    assert events(desk) == log  # nobody signs twice
    drafted(desk)
    publish_version(desk, 2, "M1", now=IN_TIME)
    found = keep_receipts(desk, now=IN_TIME)
    waiting = [(1, "行政人事部"), *((1, who) for who in ("T1", "T2", "T4", "T5", "T6")), (2, "行政人事部")]
    assert [(copy.version, copy.recipient.id) for copy in found.outstanding] == waiting  # slips say what they said
    drafted(desk, roster=lambda problem: going_round(problem, 1))
    publish_version(desk, 3, "M1", over_because=ANEW, now=IN_TIME)
    found = keep_receipts(desk, now=IN_TIME)
    waiting = [(v, who) for v in (1, 3) for who in everybody]
    assert [(c.version, c.recipient.id) for c in found.outstanding if c.version != 2] == waiting
    both = copies(desk, 1, sign=["T3"], returned=["T3"])
    assert both["T3"] == (True, True)
    assert copies(desk, 3)["T3"] == (True, False)
    assert copies(desk, 1, returned=["T1"])["T1"] == (False, True)  # never signed for, and given back
    log = events(desk)
    copies(desk, 1, returned=["T1"])
    assert events(desk) == log
    whole(desk)


def test_a_copy_of_one_version_may_be_meant(tmp_path):
    desk = published_desk(tmp_path)
    for number in (2, 3):
        drafted(desk, roster=lambda problem: going_round(problem, number - 1))  # noqa: B023
        publish_version(desk, number, "M1", over_because=ANEW, now=IN_TIME)
    assert copies(desk, 1, returned=["T1"], version=1)["T1"] == (False, True)
    assert copies(desk, 2)["T1"] == (False, False)
    assert copies(desk, 2, sign=["T1"], version=2)["T1"] == (True, False)  # the slip turned up later
    assert copies(desk, 2, returned=["T1"])["T1"] == (True, True)
    assert copies(desk, 3)["T1"] == (False, False)


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ({"sign": ["T9"]}, "“T9”不在第 1 版的分发名单上"),
        ({"sign": ["M1"]}, "“M1”不在"),
        ({"returned": ["T1"]}, "“T1”手中的第 1 版仍然有效"),  # the version in force stays with everybody
        ({"sign": ["T1"], "returned": ["T9"]}, "“T9”"),
        ({"sign": ["T1"], "version": 7}, "第 7 版"),
    ],
)
def test_who_is_not_on_the_list_signs_for_nothing(tmp_path, marks, words):
    desk = published_desk(tmp_path)
    before = fingerprint(desk)
    with pytest.raises(Refusal) as refusal:
        keep_receipts(desk, now=NOW, **marks)
    assert words in refusal.value.say("zh")
    assert fingerprint(desk) == before


def test_before_anything_is_published_there_are_no_copies(tmp_path):
    desk = drafted_desk(tmp_path)
    assert keep_receipts(desk, now=NOW).all == ()
    with pytest.raises(Refusal):
        keep_receipts(desk, sign=["T1"], now=NOW)


# Papers that a killed command left behind


def aged(path: Path, seconds: float) -> Path:
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_papers_that_are_right_are_left_alone(tmp_path):
    desk = published_desk(tmp_path)
    seen = {path: path.stat().st_mtime_ns for path in (desk / "rosters").rglob("*") if path.is_file()}
    assert repair_papers(desk, now=NOW) == ()
    assert {path: path.stat().st_mtime_ns for path in (desk / "rosters").rglob("*") if path.is_file()} == seen


@pytest.mark.parametrize("left", ["nothing", "no workbook", "no handouts", "no mail"])
def test_what_is_missing_of_a_version_in_force_is_written_again(tmp_path, left):
    desk = published_desk(tmp_path)
    drafted(desk, roster=with_changes(*OTHER))
    publish_version(desk, 2, "M1", over_because=ANEW, now=IN_TIME)
    whole_desk = papers(desk)
    folder, book = desk / "rosters" / "small-2026-12-v2", desk / "rosters" / BOOK.format(2)
    if left in ("nothing", "no workbook"):
        book.unlink()
    for path in folder.iterdir():
        if left in ("nothing", "no handouts") or (left == "no mail" and path.suffix == ".eml"):
            path.unlink()
    if left in ("nothing", "no handouts"):
        folder.rmdir()
    mended = repair_papers(desk, now=NOW)
    assert mended
    assert papers(desk) == whole_desk
    stamp = read_stamp(book)
    assert stamp is not None
    assert (stamp.version, stamp.status) == (2, "live")


def test_a_draft_s_workbook_in_the_place_of_a_published_one_is_replaced(tmp_path):
    desk = new_desk(tmp_path / "desk")
    from scheduler.app.generate import generate_roster

    made = generate_roster(desk, Month(2026, 12), cores=1, now=IN_TIME)
    draft = made.files[0].read_bytes()
    publish_version(desk, 1, "M1", now=IN_TIME)
    made.files[0].write_bytes(draft)
    stamp = read_stamp(made.files[0])
    assert stamp is not None
    assert stamp.status == "draft"
    assert made.files[0] in repair_papers(desk, now=NOW)
    stamp = read_stamp(made.files[0])
    assert stamp is not None
    assert stamp.status == "live"


def test_an_old_version_s_papers_that_stayed_are_made_void_by_the_next_command(tmp_path):
    desk = published_desk(tmp_path)
    drafted(desk)
    old = {path.relative_to(desk): path.read_bytes() for path in (desk / "rosters").rglob("*") if path.is_file()}
    publish_version(desk, 2, "M1", now=IN_TIME)
    right = papers(desk)
    for path, content in old.items():
        (desk / path).parent.mkdir(parents=True, exist_ok=True)
        (desk / path).write_bytes(content)
    assert papers(desk) > right
    keep_receipts(desk, sign=["T1"], now=NOW)  # any command that works on publications
    assert papers(desk) == right


def test_unfinished_files_go_once_nobody_can_be_at_them(tmp_path):
    desk = published_desk(tmp_path)
    fresh, old = (desk / "rosters" / f".small-2026-12-v2-{n}.part.xlsx" for n in (1, 2))
    fresh.write_bytes(b"x")
    old.write_bytes(b"x")
    aged(old, ABANDONED_SECONDS + 5)
    repair_papers(desk, now=NOW)
    assert (fresh.exists(), old.exists()) == (True, False)


def test_another_command_that_is_still_writing_is_left_a_minute(tmp_path):
    desk = published_desk(tmp_path)
    for path in (desk / "rosters" / "small-2026-12-v1").iterdir():
        path.unlink()
    book = desk / "rosters" / BOOK.format(1)
    aged(book, 5)
    keep_receipts(desk, now=NOW)
    assert papers(desk) == {BOOK.format(1)}
    aged(book, PAPER_SECONDS + 5)
    keep_receipts(desk, now=NOW)
    assert len(papers(desk)) == WHOLE


def test_a_workbook_that_somebody_has_open_keeps_nobody_from_publishing(tmp_path):
    desk = published_desk(tmp_path)
    drafted(desk)
    lock = desk / "rosters" / f"~${BOOK.format(1)}"
    lock.write_bytes(b"")
    done = publish_version(desk, 2, "M1", now=IN_TIME)
    assert [fault.file for fault in done.stuck] == [BOOK.format(1)]
    assert live(desk).number == 2
    assert (desk / "rosters" / BOOK.format(1)).exists()
    keep_receipts(desk, sign=["T1"], now=NOW)
    with pytest.raises(PapersStuck, match="1 papers"):
        repair_papers(desk, now=NOW)
    lock.unlink()
    assert (desk / "rosters" / VOID_FOLDER / BOOK.format(1)) in repair_papers(desk, now=NOW)
    assert not (desk / "rosters" / BOOK.format(1)).exists()


# Where a desk stands


def test_the_deadlines_are_counted_down_and_met(tmp_path):
    desk = published_desk(tmp_path)
    drafted(desk, Month(2027, 1), legal=False)
    found = desk_status(desk, now=NOW)
    assert [(row.month, row.number) for row, _ in found.live] == [(MONTH, 1)]
    assert [(row.month, row.number) for row in found.drafts] == [(Month(2027, 1), 2)]
    stands = {(one.month, one.deadline.due, bool(one.deadline.holiday)): one for one in found.deadlines}
    assert stands[MONTH, date(2026, 11, 24), False].met
    january = stands[Month(2027, 1), date(2026, 12, 25), False]
    assert (january.met, january.days_left, january.live) == (False, 20, None)
    assert stands[Month(2027, 1), date(2026, 12, 25), True].deadline.holiday
    assert len(found.outstanding) == 7


def test_looking_at_a_desk_writes_nothing(tmp_path):
    desk = new_desk(tmp_path / "desk")
    found = desk_status(desk, now=NOW)
    assert (found.live, found.drafts, found.requests, found.outstanding) == ((), (), (), ())
    assert read_log(desk).entries == ()
    assert not list(desk.rglob("*sqlite*"))


def test_the_log_is_checked_where_that_is_asked(tmp_path):
    desk = published_desk(tmp_path)
    found = read_log(desk, verify=True)
    assert [entry.event for entry in found.entries] == ["drafted", "published"]
    assert found.broken == ()


def test_a_whole_life_has_one_version_in_force_at_most(tmp_path):
    """Publish, supersede and withdraw by turns; after each step the ledger and the papers agree."""
    desk = published_desk(tmp_path)
    for step, what in enumerate("PPWP", start=1):
        clock = at(f"2026-11-20 10:{step:02}")
        if what == "P":
            publish_version(desk, drafted(desk), "M1", now=clock)
        else:
            withdraw_version(desk, live(desk).number, "M1", "错", now=clock)
        whole(desk)
        for number, status in status_of(desk).items():
            inside = (desk / "rosters" / BOOK.format(number)).exists()
            aside = (desk / "rosters" / VOID_FOLDER / BOOK.format(number)).exists()
            assert (inside, aside) == (status == "live", status != "live"), (step, number)


# What fails after the ledger has recorded


def test_a_withdrawal_whose_papers_cannot_be_made_void_is_done_and_says_which(tmp_path, monkeypatch):
    desk = published_desk(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("scheduler.files.papers.void_workbook.void_workbook", full)
        done = withdraw_version(desk, 1, "M1", "算错了", now=NOW)
    assert (done.row.status, [fault.found for fault in done.stuck]) == (
        VersionStatus.WITHDRAWN,
        ["No space left on device"],
    )
    assert {path.suffix for path in done.files} == {".txt", ".ics"}  # everybody is told all the same
    assert len(done.holders) == 7
    whole(desk)
    keep_receipts(desk, now=NOW)
    assert not (desk / "rosters" / BOOK.format(1)).exists()


def test_no_draft_goes_out_with_the_mail_where_the_workbook_could_not_be_replaced(tmp_path, monkeypatch):
    desk = drafted_desk(tmp_path)
    (draft,) = repair_papers(desk, now=IN_TIME)
    content, replace = draft.read_bytes(), Path.replace

    def open_elsewhere(self: Path, target: Path) -> Path:
        if target == draft:
            raise PermissionError(13, "Permission denied", str(self), None, str(target))
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", open_elsewhere)
        done = publish_version(desk, 1, "M1", now=IN_TIME)
    assert (done.row.status, [fault.file for fault in done.stuck]) == ("live", [str(draft)])
    assert (draft.read_bytes() == content, {path.suffix for path in done.files}) == (True, {".txt", ".ics"})
    assert not any("分发" in name or "邮件" in name for name in papers(desk))
    keep_receipts(desk, now=NOW)
    stamp = read_stamp(draft)
    assert stamp is not None
    assert (stamp.status, len(papers(desk))) == ("live", WHOLE)


def test_a_ledger_that_is_gone_after_the_commit_is_no_failure_to_record(tmp_path, monkeypatch):
    desk = drafted_desk(tmp_path)

    def away(*_: object, **__: object) -> None:
        raise LedgerUnavailable(REFUSED[VersionStatus.LIVE, "published"])

    with monkeypatch.context() as patch:
        patch.setattr("scheduler.app.papers.Papers.give_out", away)
        done = publish_version(desk, 1, "M1", now=IN_TIME)
    assert (done.row.status, len(done.files), len(done.stuck)) == ("live", 1 + 2 * 6, 1)


def test_a_draft_that_is_published_while_its_workbook_is_repaired_ends_as_published(tmp_path, monkeypatch):
    desk = drafted_desk(tmp_path)
    audited = Audit.__init__

    def overtaken(*args: Any, **kwargs: Any) -> None:
        monkeypatch.undo()
        publish_version(desk, 1, "M1", now=IN_TIME)
        audited(*args, **kwargs)

    monkeypatch.setattr(Audit, "__init__", overtaken)
    repair_papers(desk, now=IN_TIME)
    stamp = read_stamp(desk / "rosters" / BOOK.format(1))
    assert stamp is not None
    assert stamp.status == "live"


def test_a_version_without_its_entry_in_the_log_is_a_damaged_ledger(tmp_path):
    desk = published_desk(tmp_path)
    (desk / "rosters" / BOOK.format(1)).unlink()
    with behind_its_back(default_url(desk)) as execute:
        for (name,) in execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            execute(f'DROP TRIGGER "{name}"')
        execute("DELETE FROM ledger_entry WHERE event = 'published'")
    with pytest.raises(LedgerError, match="log --verify"):
        keep_receipts(desk, now=NOW)


def test_a_version_is_written_again_as_it_was_made_whatever_was_approved_since(tmp_path):
    desk = published_desk(tmp_path)
    leave = Leave("T2", dec(14), dec(14))
    asked = request_change(desk, RequestKind.LEAVE, "T2", "请假", leave=leave, now=NOW)
    approve_request(desk, asked.request.number, "M1", now=NOW)
    for number in (1, 2):
        shown = show_version(desk, number, out=tmp_path / "again")
        assert (shown.written is not None, shown.notes) == (True, ())
