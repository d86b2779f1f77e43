"""A month made, edited and published on the page: by keys alone, by mouse alone, in two windows, and through a power cut."""

from __future__ import annotations

import re

import pytest

WORKERS = 1
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
    return str(page.evaluate("(document.activeElement.innerText || document.activeElement.id || '').trim()"))


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


def test_a_month_is_made_edited_and_published_by_keys_alone(enter):
    page = enter("M1")
    page.goto(f"{DESK}/month/")
    page.focus("body")
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


def test_a_draft_is_edited_by_mouse_alone_and_what_a_drop_would_do_is_told_before_it(enter):
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


def test_no_step_is_lost_however_quickly_keys_are_pressed(enter):
    page = enter("M1")
    page.goto(EDIT)
    at = seen(page)
    for day in range(8, 13):
        page.click(f"#c5-{day}", delay=0)  # each asks for its panel, too
        page.keyboard.press("z")
    page.wait_for_selector(f"#edit-bar[data-seen='{at + 5}']")
    assert [page.inner_text(f"#c5-{day}") for day in range(8, 13)] == ["早"] * 5


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


def test_a_power_cut_loses_no_job_and_a_stopped_one_keeps_its_roster(enter, server):
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
