"""A month made, edited and published on the page: by keys alone, by mouse alone, and in two windows."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import MOVED
from tests.support.page_home import PASSWORD

WORKERS = 1
DESKS = ("front", "back", "teams")
EXPECTED = (MOVED, "401 (Unauthorized)", "403 (Forbidden)")
DESK = "/desks/front"
EDIT = f"{DESK}/versions/2/edit/"


def seen(page) -> int:
    return int(page.get_attribute("#edit-bar", "data-seen"))


def wait_for_step(page, after: int) -> None:
    page.wait_for_selector(f"#edit-bar:not([data-seen='{after}'])")


def press(page, keys: str) -> None:
    """Press keys that make a step, and wait until it is made."""
    at = seen(page)
    page.keyboard.press(keys)
    wait_for_step(page, at)


def focused(page) -> str:
    """What has the focus, as it is called."""
    called = "({ariaLabel, innerText, id}) => (ariaLabel || innerText || id || '').trim()"
    return str(page.evaluate(f"({called})(document.activeElement)"))


def press_to(page, text: str, most: int = 150) -> None:
    """Press Tab until something with this text has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page).startswith(text):
            return
    pytest.fail(f"no key leads to “{text}”")


def go_to(page, row: int, day: int) -> None:
    """Walk to a cell from wherever in the table one is."""
    at = page.evaluate("document.activeElement.id")
    found = re.fullmatch(r"c(\d+)-(\d+)", at)
    assert found, at
    down, right = row - int(found[1]), day - int(found[2])
    for key, times in (("ArrowDown", down), ("ArrowUp", -down), ("ArrowRight", right), ("ArrowLeft", -right)):
        for _ in range(times):
            page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == f"c{row}-{day}"


def broken(page) -> int:
    found = re.search(r"(\d+) 处违反", page.inner_text("#edit-bar"))
    assert found
    return int(found[1])


def find_trades(page):
    """Two cells of a day whose people could trade: one on duty, one not; as (day, person, other)."""
    rows = page.locator("tr[data-who]").count()
    text = [[page.inner_text(f"#c{row}-{day}") for day in range(1, 32)] for row in range(rows)]
    for day in range(2, 31):
        for one in range(rows):
            for other in range(rows):
                if text[one][day - 1] in "早晚" and text[other][day - 1] == "·":
                    yield day, one, other, text[one][day - 1]


def test_a_month_is_made_from_its_tables_edited_and_published_by_keys_alone(enter):
    page = enter("M1")
    page.goto(f"{DESK}/month/")
    page.focus("body")
    for text in ("各表", "请假"):
        press_to(page, text)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"h1:has-text('{text}')")
    for column, text in (("工号", "T6"), ("开始日期", "2027-01-11"), ("结束日期", "2027-01-12"), ("类别", "年假")):
        press_to(page, f"2 {column}")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=“请假”表会改 1 行")
    press_to(page, "写入")
    page.keyboard.press("Enter")
    page.wait_for_selector(".message.success")
    assert "“请假”表已改" in page.inner_text(".messages")
    press_to(page, "生成")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_month")
    press_to(page, "开始排")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已证明最优")
    press_to(page, "改表")
    page.keyboard.press("Enter")
    page.wait_for_selector("#edit-bar")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('td.c')"):
            break
    assert broken(page) == 0
    assert [page.inner_text(f"#c5-{day}") for day in (11, 12)] == ["年", "年"]  # as the table says now
    day, one, other, shift = next(find_trades(page))
    go_to(page, one, day)
    press(page, "Delete")
    assert broken(page) > 0
    assert "新违反" in page.inner_text("#said")
    page.keyboard.press("Home")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id").endswith(f"-{day}")
    press(page, "Control+z")
    assert broken(page) == 0
    label = page.get_attribute(f"#c{one}-{day}", "aria-label")
    assert "1月" in label
    assert {"早": "早班", "晚": "晚班"}[shift] in label
    saved = False
    for day, one, other, shift in find_trades(page):  # the first trade that breaks nothing
        go_to(page, one, day)
        press(page, "Delete")
        go_to(page, other, day)
        press(page, {"早": "z", "晚": "w"}[shift])
        if broken(page) == 0:
            saved = True
            break
        press(page, "Control+z")
        press(page, "Control+z")
    assert saved
    press_to(page, "存为草稿", 400)
    page.keyboard.press("Enter")
    page.wait_for_selector("ul.changes")
    press_to(page, "存为草稿")
    page.keyboard.press("Enter")
    page.wait_for_selector(".message.success")
    press_to(page, "发布…")
    page.keyboard.press("Enter")
    page.wait_for_selector("main form button.main")
    press_to(page, page.inner_text("main form button.main")[:4])
    page.keyboard.press("Enter")
    page.wait_for_selector(".message.success")
    assert "已发布" in page.inner_text(".messages")


def test_a_month_is_made_edited_and_published_by_mouse_alone(enter):
    page = enter("M1")
    page.goto("/desks/back/month/")
    page.click("nav >> text=生成")
    page.click("text=开始排")
    page.wait_for_selector("text=已证明最优")
    page.click("text=改表")
    page.wait_for_selector("#edit-bar")
    for trade in find_trades(page):  # the first that breaks nothing
        day, one, other, shift = trade
        if not page.locator(f"#c{one}-{day}.sel").count():
            page.click(f"#c{one}-{day}")
        page.hover(f"#c{one}-{day}")
        page.mouse.down()
        page.hover(f"#c{other}-{day}")
        page.wait_for_selector("#effect p")
        if is_good := page.locator("#effect .good").count() > 0:
            break
        page.hover(f"#c{one}-{day}")
        page.mouse.up()
    assert is_good
    page.mouse.up()
    wait_for_step(page, 0)
    assert (page.inner_text(f"#c{one}-{day}"), page.inner_text(f"#c{other}-{day}")) == ("·", shift)
    assert broken(page) == 0
    for code, breaks in (("休", True), (shift, False)):
        at = seen(page)
        page.click(f"#c{other}-{day}")
        page.click(f"#choice button[value='{code}']")
        wait_for_step(page, at)
        assert (broken(page) > 0) == breaks
    page.click("text=存为草稿…")
    page.click("main form button.main")
    page.wait_for_selector(".message.success")
    page.click("text=发布…")
    page.click("main form button.main")
    page.wait_for_selector(".message.success")
    assert "2027-01 第 4 版已发布" in page.inner_text(".messages")


def test_a_draft_is_edited_by_mouse_and_what_a_drop_would_do_is_told_before_it(enter):
    page = enter("M1")
    page.goto(EDIT)
    page.click("#c0-1")  # T1, on 早
    page.wait_for_selector("#panel .candidates li")
    page.hover("#c0-1")
    page.mouse.down()
    page.hover("#c4-1")
    page.wait_for_selector("#effect p")
    told = page.inner_text("#effect")
    assert "试一 12月1日(周二)：早 → 休" in told
    assert "规则都守住" in told
    page.hover("#c1-3")
    page.wait_for_selector("#effect .bad")
    page.hover("#c4-1")
    page.wait_for_selector("#effect .good")
    page.mouse.up()
    page.wait_for_selector("#edit-bar[data-seen='1']")
    assert page.inner_text("#c0-1") == "·"
    assert page.inner_text("#c4-1") == "早"
    assert not page.is_visible("#effect")
    page.click("#c5-20")  # once to select, once to choose
    page.click("#c5-20")
    page.click("#choice button[value='早']")
    page.wait_for_selector("#edit-bar[data-seen='2']")
    assert page.locator("td.bad").count() > 0
    page.click("#lists .bad a >> nth=0")
    page.click("form[data-step=undo] button")
    page.wait_for_selector("#edit-bar[data-seen='3']")
    page.hover("#c0-28")
    page.mouse.down()
    page.hover("#c2-30")
    page.mouse.up()
    assert page.locator("td.sel").count() == 9
    page.click("text=存为草稿…")
    page.click("main form button.main")
    page.wait_for_selector(".message.success")
    assert "已存为第" in page.inner_text(".messages")
    assert "试五" in page.inner_text("table.roster")


def test_two_windows_on_one_draft_lose_nothing_and_undo_outlives_a_reload(enter):
    first = enter("M1")
    first.goto(EDIT)
    second = first.context.new_page()
    second.goto(EDIT)
    start = seen(first)
    for page, cell, key in ((first, "#c0-7", "w"), (second, "#c3-8", "z")):
        page.focus(cell)
        page.click(cell)
        press(page, key)
    assert seen(second) == start + 2
    assert second.inner_text("#c0-7") == "晚"  # came with the answer
    first.click("#c3-8")
    at = seen(first)
    first.keyboard.press("w")
    first.wait_for_selector("#said:has-text('试四 12月8日(周二) 现为 早')")
    assert first.inner_text("#c3-8") == "早"
    assert seen(first) == at + 1
    first.reload()
    first.click("#c0-1")
    press(first, "Control+z")
    assert first.inner_text("#c3-8") == "·"
    press(first, "Control+z")
    assert first.inner_text("#c0-7") == "早"
    press(first, "Control+y")
    assert first.inner_text("#c0-7") == "晚"


def test_the_panel_follows_each_step_and_its_buttons_act_on_nothing_that_is_gone(enter):
    page = enter("M1")
    page.goto(EDIT)
    page.click("#c0-7")
    shift = page.inner_text("#c0-7")
    other = {"早": "晚", "晚": "早"}[shift]
    page.wait_for_selector(f"#panel h3:has-text('“{shift}”班还有谁能上')")
    page.wait_for_selector("#panel .candidates button")
    stale = page.locator("#panel .candidates form").first.evaluate_handle("form => form.cloneNode(true)")
    press(page, {"早": "z", "晚": "w"}[other])
    page.wait_for_selector(f"#panel h3:has-text('“{other}”班还有谁能上')")
    cells = page.locator("td.c").all_inner_texts()
    stale.evaluate("form => { document.body.append(form); form.requestSubmit(); }")  # pressed before that came
    page.wait_for_selector(f"#said.bad:has-text('现为 {other}')")
    assert page.locator("td.c").all_inner_texts() == cells
    press(page, "Control+z")


PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def test_what_is_pasted_beyond_the_month_is_counted(enter):
    page = enter("M1")
    page.goto(EDIT)
    at, before = seen(page), [page.inner_text(f"#c0-{day}") for day in (30, 31)]
    page.click("#c0-30")
    page.evaluate(PASTE, "\t".join([*("" if one == "·" else one for one in before), "早", "早"]))
    page.wait_for_selector("#said.bad:has-text('没有变化 2 格落在表外，没有贴。')")
    assert seen(page) == at
    page.evaluate(PASTE, "晚\n" * 100 if before[0] != "晚" else "早\n" * 100)
    page.wait_for_selector("#said.bad:has-text('格落在表外，没有贴。')")
    wait_for_step(page, at)
    rows = page.locator("tr[data-who]").count()
    page.wait_for_selector(f"#said:has-text('{100 - rows} 格落在表外')")
    press(page, "Control+z")


def test_a_step_that_is_not_recorded_is_said_with_a_way_to_log_in(enter):
    page = enter("M1")
    page.goto(EDIT)
    page.click("#c0-7")
    page.wait_for_selector("#panel .candidates li")
    shift = page.inner_text("#c0-7")
    other = page.context.new_page()
    other.goto("/")
    other.click("text=退出")
    other.wait_for_selector("#id_username")
    page.keyboard.press({"早": "w", "晚": "z"}[shift])
    page.wait_for_selector("#said.bad:has-text('这一步没有记下: 您已退出登录')")
    assert page.inner_text("#c0-7") == shift
    page.click("#c1-8")
    page.wait_for_selector("#panel:has-text('您已退出登录')")
    assert page.locator("#panel input").count() == 0
    other.fill("#id_username", "T1")
    other.fill("#id_password", PASSWORD)
    other.click("main button.main")
    page.focus("#c0-7")
    page.keyboard.press({"早": "w", "晚": "z"}[shift])
    page.wait_for_selector("#said.bad:has-text('表单已过期')")
    other.goto("/")
    other.click("text=退出")
    other.wait_for_selector("#id_username")
    page.keyboard.press("Delete")
    page.click("#said a:has-text('登录')")
    page.fill("#id_username", "M1")
    page.fill("#id_password", PASSWORD)
    page.click("main button.main")
    page.wait_for_selector("#edit-bar")


def test_no_step_is_lost_however_quickly_keys_are_pressed(enter):
    page = enter("M1")
    page.goto(EDIT)
    at = seen(page)
    for day in range(7, 12):
        page.click(f"#c5-{day}", delay=0)  # each asks for its panel, too
        page.keyboard.press("z")
    page.wait_for_selector(f"#edit-bar[data-seen='{at + 5}']")
    assert [page.inner_text(f"#c5-{day}") for day in range(7, 12)] == ["早"] * 5


def test_a_key_does_what_it_says_and_nothing_that_the_panel_offers(enter):
    page = enter("M1")
    page.goto(EDIT)
    page.click("#c1-15")
    page.wait_for_selector("#panel .candidates form")
    before = page.inner_text("table.roster tbody")
    press(page, "p")
    assert page.inner_text("table.roster tbody") == before
    assert "定住 1 格" in page.inner_text("#edit-bar")
    press(page, "z")
    assert "定住 1 格" in page.inner_text("#edit-bar")
    press(page, "p")
    assert "定住" not in page.inner_text("#edit-bar")


def test_cells_go_to_and_come_from_a_spreadsheet(enter):
    page = enter("M1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(EDIT)
    page.click("#c0-13")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "早\t晚\n\t早"
    page.evaluate("navigator.clipboard.writeText('晚班\\t早\\r\\n\\t休\\r\\n')")
    page.click("#c2-22")
    press(page, "Control+v")
    assert [page.inner_text(cell) for cell in ("#c2-22", "#c2-23", "#c3-22", "#c3-23")] == ["晚", "早", "·", "·"]
    page.click("#c2-22")
    page.keyboard.press("Shift+ArrowDown")
    press(page, "Control+d")
    assert page.inner_text("#c3-22") == "晚"


def test_a_team_is_edited_alone_and_what_concerns_another_shows_all(enter, server):
    people = server.home / "teams" / "people.csv"
    rows = people.read_text(encoding="utf-8").splitlines()
    teams = ["班组", *("乙班" if row[:2] in ("T4", "T5") else "甲班" for row in rows[1:])]
    people.write_text("\n".join(f"{row},{team}" for row, team in zip(rows, teams, strict=True)), encoding="utf-8")
    page = enter("M1")
    page.goto("/desks/teams/versions/2/edit/")
    page.click("#c0-3")
    press(page, "z")  # T1 is early on the day after a late duty
    page.select_option("#team", "乙班")
    names = page.locator("tr[data-who]:visible").evaluate_all("rows => rows.map(row => row.dataset.who)")
    assert names == ["T4", "T5"]
    page.click('tr[data-who="T4"] td.c >> nth=12')
    for key in ("ArrowUp", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    page.wait_for_function("document.querySelectorAll('td.sel').length === 2")  # none of those that are hidden
    press(page, "z")
    assert [page.inner_text(f'tr[data-who="{who}"] td.c >> nth=12') for who in names] == ["早", "早"]
    page.click("#lists .bad [data-goto^=T1]")
    assert page.input_value("#team") == ""
    assert page.locator("tr[data-who]:visible").count() == len(rows) - 1


def test_a_duty_that_is_dropped_on_leave_is_told_to_be_on_leave(enter, server):
    leave = server.home / "teams" / "leave.csv"
    leave.write_text("工号,开始日期,结束日期,类别,已批准\nT2,2026-12-19,2026-12-20,病假,是\n", "utf-8")
    page = enter("M1")
    page.goto("/desks/teams/versions/2/edit/")
    cell, away = 'tr[data-who="T1"] td.c >> nth=20', 'tr[data-who="T2"] td.c >> nth=18'
    page.wait_for_selector(f"{away} >> text=病")
    page.click(cell)
    page.keyboard.press("z")
    page.wait_for_selector(f"{cell} >> text=早")
    page.hover(cell)
    page.mouse.down()
    page.hover(away)
    page.wait_for_selector("#effect .bad")
    told = page.inner_text("#effect")
    page.mouse.up()
    assert "不是班次" not in told
    assert "已批假，不排班" in told


def test_the_screens_of_editing_and_making_can_be_used_by_everybody(enter):
    from axe_playwright_python.sync_playwright import Axe

    page = enter("M1")
    found = {}
    for path in ("versions/2/edit/", "versions/2/edit/save/", "versions/2/edit/solve/", "jobs/", "versions/1/edit/"):
        page.goto(f"{DESK}/{path}")
        found[path] = Axe().run(page)
    page.goto(EDIT)
    page.click("#c1-2")
    page.wait_for_selector("#panel .candidates li")
    page.keyboard.press("Enter")
    page.wait_for_selector("#choice[open]")
    found["choice"] = Axe().run(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found["help"] = Axe().run(page)
    serious = [
        (path, one["id"], [node["html"][:200] for node in one["nodes"][:3]])
        for path, results in found.items()
        for one in results.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
