"""What people do on the page, in a real browser against the real server."""

from __future__ import annotations

import pytest

DESK = "/desks/front"
SCREENS = {
    "M1": ("/", "month/", "month/?version=2", "versions/", "versions/compare/?before=1&after=2", "versions/2/publish/"),
    "T4": ("mine/", "requests/", "requests/new/?kind=leave", "files/"),
    "T1": ("mine/wishes/", "mine/settings/", "mine/calendar/", "cell/2026-12-07/why/?who=T1", "requests/", "told/"),
    "HR1": ("receipts/", "cell/2026-12-07/?who=T1", "hr/", "hr/2026-12/", "hr/attendance/"),
    "M2": ("tables/", "tables/people/", "rules/", "rules/weekly_rest_day/", "rules/cleaning_duty/"),
    "admin": ("/accounts/", "/new-desk/", "/nowhere/"),
}


def place(path: str) -> str:
    return path if path.startswith("/") else f"{DESK}/{path}"


@pytest.mark.parametrize("who", SCREENS)
def test_every_screen_can_be_used_by_everybody(who, browser, address):
    """axe finds nothing serious, in both languages, on a desk's screen and on a phone."""
    from axe_playwright_python.sync_playwright import Axe

    from tests.support.page_home import PASSWORD

    context = browser.new_context(base_url=address, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto("/log-in/")
    found = {"log-in": Axe().run(page)}
    page.fill("#id_username", who)
    page.fill("#id_password", PASSWORD)
    page.click("main button.main")
    for path in SCREENS[who]:
        page.goto(place(path))
        assert "log-in" not in page.url
        found[path] = Axe().run(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.click("header button[lang=en]")
    page.goto(place(SCREENS[who][0]))
    found["phone, English"] = Axe().run(page)
    page.click("header button[lang=zh-Hans]")
    context.close()
    serious = [
        (path, one["id"], [node["html"][:200] for node in one["nodes"][:3]])
        for path, results in found.items()
        for one in results.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_month_of_31_days_fits_a_small_screen_and_is_walked_by_keys(enter):
    page = enter("M1")
    page.goto(place("month/"))
    box = page.locator(".grid")
    assert box.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.focus("table.roster td.c[tabindex='0']")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("#panel h2")
    assert "试二 · 12月3日" in page.inner_text("#panel h2")
    page.wait_for_selector("#panel ol.candidates li")
    assert page.locator("td.sel").count() == 1
    assert page.locator("table.roster td[tabindex='0']").count() == 1


def test_a_month_prints_on_one_page_with_its_mark(enter, tmp_path):
    page = enter("M1")
    page.goto(place("month/?version=2"))
    page.emulate_media(media="print")
    assert page.locator(".paper-head svg.qr").is_visible()
    assert "不生效" in page.inner_text(".paper-head")
    assert not page.locator("header.top").is_visible()
    assert not page.locator("aside").is_visible()


def test_a_swap_goes_through_two_browsers_and_the_manager(enter):
    other, manager = enter("T4", width=390, height=844), enter("M1")
    other.goto(place("mine/"))
    other.click("text=我同意")
    assert "已确认" in other.inner_text(".messages")
    manager.goto(place("requests/"))
    manager.click("article.mine >> text=批准 >> nth=-1")
    manager.wait_for_selector(".message.success")
    assert "第 1 号申请已批准" in manager.inner_text(".messages")
    other.goto(place("mine/"))
    assert "今天 12月5日" in other.inner_text("h1")


def test_staff_sign_on_the_phone(enter):
    page = enter("T4", width=390, height=844)
    page.goto(place("mine/"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    before = page.locator("form[action$='sign/']").count()
    page.locator("form[action$='sign/'] button").first.click()
    assert "已签收" in page.inner_text(".messages")
    assert page.locator("form[action$='sign/']").count() == before - 1


def test_a_manager_publishes_what_the_page_told(enter):
    page = enter("M1")
    page.goto(place("versions/2/publish/"))
    told = page.inner_text("main button.main")
    assert "人" in told
    page.fill("#id_over_because", "客流")
    page.click("main button.main")
    page.wait_for_load_state()
    shown = page.inner_text("main")
    assert "第 2 版已发布" in shown or "不能发布" in shown or "作废" in shown, shown


def test_it_reads_and_asks_without_javascript(browser, address):
    from tests.support.page_home import PASSWORD

    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/log-in/")
    page.fill("#id_username", "M1")
    page.fill("#id_password", PASSWORD)
    page.click("main button.main")
    page.goto(place("month/"))
    assert page.locator("table.roster td.c").count() == 6 * 31
    page.select_option(".pick select", "T2")
    page.click(".pick button >> nth=2")
    assert "试二 · 12月3日" in page.inner_text("h2")
    context.close()


def test_a_table_is_changed_and_only_what_was_changed_is_sent(enter):
    page = enter("M2")
    page.goto(f"{DESK}/tables/people/")
    with page.expect_request(lambda asked: asked.method == "POST") as sent:
        page.fill("[name='c:3:name']", "改名二")
        page.click("main form[data-changed-only] button.main")
    assert "c%3A3%3Aname" in sent.value.post_data
    assert "c%3A2%3Aname" not in sent.value.post_data
    page.click("button[name=write]")
    page.wait_for_selector(".messages")
    assert page.input_value("[name='c:3:name']") == "改名二"


def test_what_was_typed_into_a_table_outlives_a_search_a_column_and_going_on(enter):
    page = enter("M2")
    page.goto(f"{DESK}/tables/people/")
    page.fill("[name='c:4:name']", "改名三")
    page.fill("[name=find]", "试一")
    page.press("[name=find]", "Enter")
    page.wait_for_selector("text=共 1 行")
    assert page.input_value("[name='c:4:name']") == "改名三"
    page.select_option("[name=columns]", index=1)
    page.fill("[name=new]", "3")
    page.click("text=显示")
    page.wait_for_selector("[name='n:2:id']")
    assert page.input_value("[name='c:4:name']") == "改名三"
    page.click("main form[data-changed-only] button.main")
    page.click("text=接着改")
    page.click("main form[data-changed-only] button.main")
    page.wait_for_selector("text=改名三")
    page.click("text=放弃")
    page.wait_for_selector("text=共 6 行")
    page.fill("[name=find]", "试一")
    page.press("[name=find]", "Enter")
    page.wait_for_selector("text=共 1 行")
    assert "find=" in page.url
    assert page.locator("[name='c:4:name']").count() == 0
