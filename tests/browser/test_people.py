"""Leads, staff and HR in a real browser: a swap by phone, signing by the code on a slip, wishes, the calendar, hours."""

from __future__ import annotations

import re
from io import BytesIO

from openpyxl import load_workbook

from tests.support.page_home import PASSWORD

DESK = "/desks/front"
PHONE = {"width": 390, "height": 844}


def fits(page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_leads_swap_goes_from_the_phone_call_to_the_new_version(enter):
    """T6 leads: T2 rings, T5 says yes on the phone; the manager, whose browser is open already, approves."""
    lead, manager = enter("T6", width=390, height=844), enter("M1")
    manager.goto(f"{DESK}/requests/")
    waiting = manager.locator("article.mine").count()
    lead.goto(f"{DESK}/requests/new/?kind=swap&who=T2&day=2026-12-20")
    lead.select_option("#id_other", "T5")
    lead.fill("#id_other_day", "2026-12-23")
    lead.fill("#id_because", "孩子开家长会")
    lead.click("main form button.main")
    assert "可以" in lead.inner_text("main h1")
    assert fits(lead)
    lead.goto(f"{DESK}/requests/")
    card = lead.locator("article.request", has_text="试二 12月20日")
    assert card.locator("table.ghosts td.asked").count() == 4
    for name in ("试二", "试五"):
        lead.locator("article.request", has_text="试二 12月20日").get_by_role(
            "button", name=f"代记：{name}同意"
        ).click()
        lead.wait_for_selector(".message.success")
    assert fits(lead)
    manager.reload()
    assert manager.locator("article.mine").count() == waiting + 1
    mine = manager.locator("article.mine", has_text="试二 12月20日")
    mine.get_by_role("button", name="批准", exact=True).click()
    manager.wait_for_selector(".message.success")
    told = manager.inner_text(".messages")
    assert re.search(r"第 \d+ 号申请已批准：改动 4 格、2 人", told), told
    lead.goto(f"{DESK}/cell/2026-12-20/?who=T5")
    assert "早" in lead.inner_text("main p")
    assert "批准" in lead.inner_text("main")


def test_staff_set_a_pin_and_sign_by_the_code_on_the_slip(enter, browser, address):
    page = enter("T1", width=390, height=844)
    page.goto(f"{DESK}/mine/settings/")
    page.fill("#id_pin", "24680")
    page.fill("#id_password", PASSWORD)
    page.click("button[value=pin]")
    page.wait_for_selector(".message.success")
    code = page.input_value("#address")
    assert page.locator("svg.qr").is_visible()
    outside = browser.new_context(viewport=PHONE)
    phone = outside.new_page()
    phone.goto(code)
    assert "试一" in phone.inner_text("main")
    assert fits(phone)
    copies = phone.locator("form input[type=password]").count()
    assert copies
    phone.fill("input[type=password] >> nth=0", "11111")
    phone.locator("form button.main").first.click()
    assert "签收码不对" in phone.inner_text("main")
    phone.fill("input[type=password] >> nth=0", "24680")
    phone.locator("form button.main").first.click()
    assert "已签收" in phone.inner_text(".messages")
    assert phone.locator("form input[type=password]").count() == copies - 1
    phone.goto(address + f"{DESK}/mine/")
    assert "/log-in/" in phone.url
    outside.close()


def test_staff_wish_ask_why_and_subscribe_on_the_phone(enter):
    page = enter("T3", width=390, height=844)
    page.goto(f"{DESK}/mine/")
    page.click("main >> text=意愿")
    page.fill("#id_first", "2027-01-05")
    page.click("main button.main")
    assert "意愿已记下" in page.inner_text(".messages")
    page.get_by_role("button", name=re.compile("撤回")).click()
    assert "意愿已撤回" in page.inner_text(".messages")
    page.goto(f"{DESK}/mine/")
    page.locator("ol.cal li a").nth(8).click()
    page.click("text=为什么")
    page.wait_for_selector("#why b")
    assert "换法" in page.inner_text("#why")
    assert fits(page)
    page.goto(f"{DESK}/mine/calendar/")
    page.click("button[value=make]")
    secret = page.input_value("#address")
    assert re.fullmatch(r"http://[\d.:]+/calendar/[\w-]{32}\.ics", secret)
    got = page.request.get(secret)
    assert got.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in got.text()
    page.goto(f"{DESK}/mine/calendar/")
    assert secret not in page.content()  # shown once
    page.click("button[value=shut]")
    assert page.request.get(secret).status == 404


def test_a_clocks_export_is_taken_and_confirmed_by_keys_and_hr_reads_what_holds(enter):
    from axe_playwright_python.sync_playwright import Axe

    page = enter("M1")
    page.goto(f"{DESK}/hr/attendance/?month=2026-12")
    rows = "工号,打卡时间\nT1,2026-12-01 08:12\nT1,2026-12-01 16:00\nT2,2026-12-02 08:00\nT2,2026-12-02 15:30\n"
    page.set_input_files("#id_exports", {"name": "p.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.click("form[action$='compare/'] button.main")
    page.fill("tr:has-text('试一') input[name^=minutes]", "10")
    page.keyboard.press("Tab")
    assert page.is_checked("tr:has-text('试一') input[name=row]")  # what is changed is chosen
    page.set_viewport_size(PHONE)
    assert fits(page)
    assert [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")] == []
    page.fill("#id_because", "12月考勤")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "记入账册 1 条" in page.inner_text(".messages")
    assert "试一" not in page.inner_text("table.stacked")
    hr = enter("HR1")
    hr.goto(f"{DESK}/hr/attendance/?month=2026-12&only=recorded")
    assert "迟到 10" in re.sub(r"\s+", " ", hr.inner_text("table.stacked"))
    assert hr.locator("input[name=row]").count() == 0


def test_hr_takes_the_workbook_of_a_month_with_everybody_in_it(enter):
    page = enter("HR1")
    page.goto(f"{DESK}/month/")
    page.click("nav >> text=人事")
    with page.expect_download() as taken:
        page.click("tr:has-text('2026-12') >> text=日历月")
    assert taken.value.suggested_filename == "hr-2026-12-01-2026-12-31.xlsx"
    rows = load_workbook(BytesIO(taken.value.path().read_bytes()))["每人"].iter_rows(min_row=2, values_only=True)
    assert [row[:2] for row in rows] == [(f"T{n}", f"试{'一二三四五六'[n - 1]}") for n in range(1, 7)]


def test_nothing_is_wider_than_a_phone(enter):
    manager, admin = enter("M1", **PHONE), enter("admin", **PHONE)
    desk = ("tables/people/", "tables/demand/", "tables/shifts/", "month/", "versions/2/edit/", "tables/", "versions/")
    pages = [(manager, f"{DESK}/{path}") for path in desk] + [(admin, "/accounts/"), (admin, "/new-desk/")]
    wide = []
    for lang in ("zh", "en"):
        for page, path in pages:
            page.goto(path)
            if not fits(page):
                wide.append((lang, path))
        for page in (manager, admin):
            if lang == "zh":
                page.click("header button[lang=en]")
    assert wide == []
