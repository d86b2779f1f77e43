"""What the screens say, and to whom."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from scheduler.app.change_requests import list_requests
from scheduler.app.status import desk_status
from tests.support.published_desk import live

DESK = "/desks/front"


def said(answer) -> str:
    text: str = answer.content.decode()
    return text


def cells_of(text: str, who: str) -> list[str]:
    row = re.search(rf'<tr data-who="{who}">(.*?)</tr>', text, flags=re.S)
    assert row
    return re.findall(r'<td class="c [^>]*>([^<]*)</td>', row[1])


def test_a_month_shows_each_cell_with_its_letter_and_sums_beside_it(log_in):
    text = said(log_in("M1").get(f"{DESK}/month/"))
    row = cells_of(text, "T1")
    assert len(row) == 31
    assert row[:8] == ["早", "晚", "·", "·", "·", "·", "早", "晚"]
    assert re.search(r'data-who="T1".*?<td class="n">88<small>/', text, flags=re.S)
    assert text.count("1/1") >= 62  # cover against target, two shifts a day
    assert "第 1 版" in text


def test_a_draft_says_that_it_is_not_in_force_and_rings_what_breaks_a_rule(log_in, home):
    client = log_in("M1")
    assert "不生效，不得作为上班依据" in said(client.get(f"{DESK}/month/?version=2"))
    assert "不生效" not in said(client.get(f"{DESK}/month/"))


def test_what_breaks_a_rule_is_marked_in_its_cells_with_the_rules_sentence(log_in, home):
    from tests.support.published_desk import drafted, with_changes

    tired = with_changes(*(("T1", day, "早") for day in range(1, 15)))
    number = drafted(home / "front", roster=tired, legal=False)
    text = said(log_in("M1").get(f"{DESK}/month/?version={number}"))
    marked = re.findall(r'<td class="c [^"]*\bbad\b[^"]*" title="([^"]+)"', text)
    assert marked
    assert any("试一" in title for title in marked)
    assert "0 处违反" not in text
    only = said(log_in("M1").get(f"{DESK}/month/?version={number}&problems=on"))
    assert 'data-who="T1"' in only
    assert 'data-who="T5"' not in only


def test_why_somebody_is_away_is_told_to_those_whose_business_it_is(log_in):
    staff, manager, own = (said(log_in(who).get(f"{DESK}/month/")) for who in ("T5", "M1", "T3"))
    hr = said(log_in("H9", is_hr=True).get(f"{DESK}/month/"))
    assert [cells_of(text, "T3")[10] for text in (manager, hr, own)] == ["病"] * 3
    if "病" in staff:  # T5 has the rank of a lead, who may approve nothing here
        pytest.fail("the kind of leave is nobody else's business")
    assert cells_of(staff, "T3")[10] == "假"


def test_private_reasons_are_told_to_the_two_and_to_approvers(log_in):
    texts = {who: said(log_in(who).get(f"{DESK}/requests/")) for who in ("T1", "T4", "M1", "T5")}
    assert all("看病" in texts[who] for who in ("T1", "T4", "M1"))
    assert "看病" not in texts["T5"]


def test_markup_in_reasons_and_names_stays_text(log_in, home):
    text = said(log_in("M1").get(f"{DESK}/requests/"))
    assert "&lt;b&gt;看病&lt;/b&gt;" in text
    assert "<b>看病" not in text
    people = home / "front" / "people.csv"
    people.write_text(people.read_text("utf-8").replace("试二", "<script>alert(1)</script>"), "utf-8")
    for path in ("requests/", "requests/new/", "receipts/", "versions/", "month/"):
        assert "<script>alert" not in said(log_in("M1").get(f"{DESK}/{path}"))


def test_publishing_says_first_what_it_does_and_then_does_it(log_in, home):
    client = log_in("M1")
    before = said(client.get(f"{DESK}/versions/2/publish/"))
    assert "改 4 格，涉及 2 人" in before
    refused = client.post(f"{DESK}/versions/2/publish/", {})
    assert refused.status_code == 422
    assert live(home / "front").number == 1
    done = client.post(f"{DESK}/versions/2/publish/", {"over_because": "客流"}, follow=True)
    assert done.status_code == 200
    assert "第 2 版已发布" in said(done)
    assert live(home / "front").number == 2
    with_marks = said(client.get(f"{DESK}/month/"))
    assert len(re.findall(r'<td class="c [^"]*\bchg\b', with_marks)) == 4


def test_what_cannot_be_published_or_withdrawn_says_so_before_a_button(log_in):
    client = log_in("M1")
    for path, why in (("versions/1/publish/", "这一版已经发布"), ("versions/2/withdraw/", "草稿从未生效，不用作废")):
        answer = client.get(f"{DESK}/{path}")
        assert answer.status_code == 422
        assert why in said(answer)
        assert 'name="because"' not in said(answer)
        assert "取代第" not in said(answer)


def test_a_month_that_is_not_made_leads_whoever_makes_rosters_to_making_it(log_in, home):
    manager, hr = log_in("M1"), log_in("H9", is_hr=True)
    address = f"{DESK}/jobs/?month=2027-01"
    cards = said(manager.get("/"))
    assert f'href="{address}"' in cards
    assert f"{DESK}/month/2027-01/" not in cards
    assert address not in said(hr.get("/"))
    missing = said(manager.get(f"{DESK}/month/2027-01/"))
    assert "2027-01 还没有排班" in missing
    assert f'href="{address}"' in missing
    assert '<option value="2027-01" selected' in said(manager.get(address))
    assert "去排班" not in said(hr.get(f"{DESK}/month/2027-01/"))
    (home / "back" / "ledger.sqlite3").unlink()
    new = log_in("M1", "back")
    for path in ("month/", "hr/"):
        assert "去排班" in said(new.get(f"/desks/back/{path}")), path


def test_a_desk_that_cannot_be_read_says_which_file_is_to_be_mended_where(log_in, home):
    client, people = log_in("M1"), home / "front" / "people.csv"
    people.write_text("工号,姓名,角色\nT1,,班长\n", "utf-8")
    for path in ("tables/", "month/"):
        answer = client.get(f"{DESK}/{path}")
        assert answer.status_code == 422
        assert "people.csv，第 2 行，“姓名”列" in said(answer)
        assert "在服务器上、部门的文件夹里" in said(answer)
        assert str(home) not in said(answer)


def test_a_late_month_takes_a_reason(log_in, home):
    client = log_in("M1")
    client.post(f"{DESK}/versions/1/withdraw/", {"because": "错了"})
    refused = client.post(f"{DESK}/versions/2/publish/", {"over_because": "x"})
    assert refused.status_code == 422
    done = client.post(f"{DESK}/versions/2/publish/", {"over_because": "x", "late_because": "病了"})
    assert done.status_code == 302


def test_two_versions_are_compared_with_the_cells_ringed(log_in):
    text = said(log_in("M1").get(f"{DESK}/versions/compare/?before=1&after=2"))
    assert "4 格不同，2 人" in text
    assert len(re.findall(r'<td class="c [^"]*\bchg\b', text)) == 4


def test_a_lead_sees_no_draft_anywhere(log_in, monkeypatch):
    from scheduler.web.roles import Role

    monkeypatch.setattr("scheduler.web.access.find_roles", lambda *_, **__: frozenset({Role.LEAD, Role.HR}))
    client = log_in("T5")
    assert "草稿" not in said(client.get(f"{DESK}/versions/"))
    for path in ("month/?version=2", "versions/compare/?before=1&after=2", "versions/2/workbook/"):
        assert client.get(f"{DESK}/{path}").status_code == 422
    assert client.get(f"{DESK}/cell/2026-12-20/?who=T1&version=2").status_code == 422


def test_a_cell_tells_its_history_and_who_else_could(log_in):
    client = log_in("M1")
    text = said(client.get(f"{DESK}/cell/2026-12-07/?who=T1"))
    assert "第 1 号申请" in text
    assert "早 → 休" in text or "早 →" in text
    ranked = said(client.get(f"{DESK}/cell/2026-12-07/candidates/?shift=早", headers={"HX-Request": "true"}))
    assert ranked.count("<li") == 6
    partial = client.get(f"{DESK}/cell/2026-12-07/?who=T1", headers={"HX-Request": "true"})
    assert "<html" not in said(partial)


def test_a_swap_goes_from_one_to_the_other_to_the_manager(log_in, home):
    t1, t4, manager = log_in("T1"), log_in("T4"), log_in("M1")
    assert "我同意" not in said(t1.get(f"{DESK}/requests/"))
    assert "我同意" in said(t4.get(f"{DESK}/requests/"))
    assert "批准</button>" not in said(manager.get(f"{DESK}/requests/"))
    assert t4.post(f"{DESK}/requests/1/confirm/", {"back": "mine"}).headers["Location"] == f"{DESK}/mine/"
    assert "批准</button>" in said(manager.get(f"{DESK}/requests/"))
    done = manager.post(f"{DESK}/requests/1/approve/", {}, follow=True)
    assert "已批准" in said(done)
    assert cells_of(said(t1.get(f"{DESK}/month/")), "T1")[6] == "·"
    assert live(home / "front").number == 3


def test_a_request_is_judged_at_once_and_recorded_only_where_it_can_be_granted(log_in, home):
    client = log_in("T2")
    asked = {"kind": "swap", "who": "T2", "day": "2026-12-14", "other": "T5", "other_day": "2026-12-17", "because": "x"}
    answer = client.post(f"{DESK}/requests/new/", asked)
    assert answer.status_code == 200
    assert "已登记为第 2 号申请" in said(answer)
    none = client.post(f"{DESK}/requests/new/", {**asked, "day": "2026-12-16"})
    assert none.status_code == 422
    assert "没有登记" in said(none)
    assert len(list_requests(home / "front").requests) == 2
    button = re.search(r'<ul class="offers">.*?</form>', said(none), flags=re.S)
    if button:
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', button[0]))
        fields.pop("csrfmiddlewaretoken")
        assert "已登记" in said(client.post(f"{DESK}/requests/new/", fields))


def test_refusing_takes_a_reason_and_taking_back_needs_none(log_in, home):
    t4, t1 = log_in("T4"), log_in("T1")
    t4.post(f"{DESK}/requests/1/refuse/", {"because": " "})
    assert desk_status(home / "front").requests
    t1.post(f"{DESK}/requests/1/cancel/", {})
    assert not desk_status(home / "front").requests


def test_a_step_that_is_no_more_is_a_sentence_not_a_traceback(log_in):
    t1 = log_in("T1")
    t1.post(f"{DESK}/requests/1/cancel/", {})
    again = t1.post(f"{DESK}/requests/1/cancel/", {})
    assert again.status_code == 422
    assert 'role="alert"' in said(again)
    assert "Traceback" not in said(again)


def test_my_roster_shows_what_comes_next_what_i_owe_and_my_share(log_in, home):
    client = log_in("T4")
    text = said(client.get(f"{DESK}/mine/"))
    assert "今天 12月5日" in text  # the fifth is T4's second day of the round
    assert "签收第 1 版" in text
    assert "我同意" in text
    assert text.count("<circle") >= 2
    client.post(f"{DESK}/mine/sign/", {"version": 1})
    assert "签收第 1 版" not in said(client.get(f"{DESK}/mine/"))


def test_nobody_signs_for_somebody_else_on_their_own_page(log_in, home):
    from scheduler.app.receipts import keep_receipts

    log_in("T4").post(f"{DESK}/mine/sign/", {"version": 1, "who": "T5"})
    signed = {copy.recipient.id for copy in keep_receipts(home / "front").all if copy.received}
    assert signed == {"T4"}


def test_a_workbook_is_traced_and_kept_nowhere(log_in, home):
    client = log_in("T5")
    book = log_in("M1").get(f"{DESK}/versions/1/workbook/").content
    upload = BytesIO(book)
    upload.name = "v1.xlsx"
    found = client.post(f"{DESK}/files/", {"file": upload})
    assert "这份是现行版" in said(found)
    wrong = BytesIO(b"nothing")
    wrong.name = "x.exe"
    refused = client.post(f"{DESK}/files/", {"file": wrong})
    assert refused.status_code == 422
    broken = BytesIO(b"PK nothing")
    broken.name = "x.xlsx"
    assert client.post(f"{DESK}/files/", {"file": broken}).status_code == 422


def test_a_printed_mark_tells_without_logging_in_whether_the_copy_counts(log_in, home):
    from django.test import Client

    mark = live(home / "front").fingerprint
    text = said(Client().get(f"/copy/front/1/{mark}/"))
    assert "现行：这份作数" in text
    assert "试一" not in text
    assert Client().get("/copy/front/1/0123456789ab/").status_code == 404
    assert Client().get(f"/copy/front/2/{mark}/").status_code == 404
    log_in("M1").post(f"{DESK}/versions/1/withdraw/", {"because": "错了"})
    assert "已作废" in said(Client().get(f"/copy/front/1/{mark}/"))


def test_faults_of_the_tables_are_told_with_their_place(log_in, home):
    (home / "front" / "shifts.csv").write_text("代码,名称,开始,结束\n早,早班,25:99,x\n", "utf-8")
    answer = log_in("M1", "back").get("/")
    assert answer.status_code == 200
    client = log_in("M1")
    broken = client.get(f"{DESK}/month/")
    assert broken.status_code == 422
    assert "shifts.csv" in said(broken)
    assert "shifts.csv" in said(client.get("/"))


def test_each_screen_speaks_the_language_of_the_account(log_in):
    client = log_in("M1")
    assert client.post("/language/", {"lang": "en", "next": f"{DESK}/requests/"}).status_code == 302
    for path in ("month/", "requests/", "versions/", "receipts/", "files/", "requests/new/?kind=leave"):
        answer = client.get(f"{DESK}/{path}")
        assert answer.headers["Content-Language"] == "en"
        rest = re.sub(
            r"<[^>]*>|&[a-z]+;|中文|试.|甲经理|乙经理|两班小前台|早班?|晚班?|部门日|看病|行政人事部", "", said(answer)
        )
        assert not re.search("[\u4e00-\u9fff]", rest), re.findall("[\u4e00-\u9fff]+", rest)[:9]
