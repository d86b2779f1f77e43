"""The matrix of roles and actions, cell by cell through HTTP; other desks and other people included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scheduler.app.standing import find_standing
from scheduler.web.roles import MATRIX, Action, Reach, Role, find_roles, matrix_lines

ROOT = Path(__file__).parents[2]
DESK = "/desks/front"
ME, OTHER = "T5", "T2"
ASKED = {"kind": "stand_in", "day": "2026-12-20", "other": "T6", "because": "x"}
# What is asked for each action: the method, the address and what is sent; about whoever asks, or about somebody else.
CALLS: dict[Action, tuple[str, str, dict[str, Any]]] = {
    Action.SEE_MONTH: ("get", f"{DESK}/month/", {}),
    Action.SEE_DRAFTS: ("get", f"{DESK}/month/", {"version": 2}),
    Action.SEE_CELL: ("get", f"{DESK}/cell/2026-12-20/", {"who": "{who}"}),
    Action.SEE_CANDIDATES: ("get", f"{DESK}/cell/2026-12-20/candidates/", {"shift": "早"}),
    Action.SEE_VERSIONS: ("get", f"{DESK}/versions/compare/", {"before": 1, "after": 1}),
    Action.DOWNLOAD: ("get", f"{DESK}/versions/1/workbook/", {}),
    Action.GENERATE: ("post", f"{DESK}/jobs/", {"month": "2027-01", "seconds": "15"}),
    Action.EDIT: ("post", f"{DESK}/versions/2/edit/change/", {"changes": '[["T1", "2026-12-01", "晚"]]'}),
    Action.PUBLISH: ("get", f"{DESK}/versions/2/publish/", {}),
    Action.WITHDRAW: ("get", f"{DESK}/versions/1/withdraw/", {}),
    Action.SEE_RECEIPTS: ("get", f"{DESK}/receipts/", {}),
    Action.MARK_RECEIPTS: ("post", f"{DESK}/receipts/", {"who": "T2", "version": 1, "what": "received"}),
    Action.SEE_TOLD: ("get", f"{DESK}/told/", {}),
    Action.TELL_AGAIN: ("post", f"{DESK}/told/", {"message": 1}),
    Action.SEE_REQUESTS: ("get", f"{DESK}/requests/", {}),
    Action.ASK: ("post", f"{DESK}/requests/new/", {**ASKED, "who": "{who}"}),
    Action.CONFIRM: ("post", f"{DESK}/requests/1/confirm/", {}),
    Action.RECORD_WORD: ("post", f"{DESK}/requests/1/confirm/", {"for": "T4"}),
    Action.DECIDE: ("post", f"{DESK}/requests/1/approve/", {}),
    Action.SEE_MINE: ("get", f"{DESK}/mine/", {}),
    Action.WISH: (
        "post",
        f"{DESK}/mine/wishes/",
        {"who": "{who}", "want": "rest", "first": "2027-01-03", "last": "", "shift": ""},
    ),
    Action.SEE_HR: ("get", f"{DESK}/hr/", {}),
    Action.CONFIRM_ATTENDANCE: ("post", f"{DESK}/hr/attendance/decide/", {"month": "2026-12", "say": "yes"}),
    Action.TRACE: ("get", f"{DESK}/files/", {}),
    Action.SEE_TABLES: ("get", f"{DESK}/tables/people/", {}),
    Action.EDIT_TABLES: ("post", f"{DESK}/tables/people/", {"c:2:name": "别名"}),
    Action.ACCOUNTS: ("get", "/accounts/", {}),
    Action.MAKE_DESKS: ("get", "/new-desk/", {}),
}


def ask(client, action: Action, who: str = ME):
    method, address, sent = CALLS[action]
    filled = {name: value.format(who=who) if isinstance(value, str) else value for name, value in sent.items()}
    return getattr(client, method)(address, filled)


@pytest.fixture
def as_role(log_in, monkeypatch):
    def enter(role: Role):
        monkeypatch.setattr("scheduler.web.access.find_roles", lambda *_, **__: frozenset({role}))
        return log_in(ME, is_admin=role == Role.ADMINISTRATOR)

    return enter


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_matrix_says_and_nothing_else(role, as_role):
    client = as_role(role)
    for action in sorted(Action, key=lambda one: CALLS[one][0] == "post"):  # what changes something comes last
        check_cell(client, action, role)


def check_cell(client, action: Action, role: Role) -> None:
    answer, reach = ask(client, action), MATRIX[action][role]
    if reach == Reach.NOBODY:
        is_draft = action == Action.SEE_DRAFTS and MATRIX[Action.SEE_MONTH][role]
        assert answer.status_code == (422 if is_draft else 403), action
        return
    # 409: the form does not say on which tables it was made, or what it is about was done before
    assert answer.status_code in (200, 302, 409, 422), (action, answer.content.decode())
    about_others = ask(client, action, OTHER)
    if reach == Reach.OWN and action in (Action.SEE_CELL, Action.WISH):
        assert about_others.status_code == 403, action
    elif reach == Reach.OWN and action == Action.ASK:
        assert about_others.status_code == 422
        assert "只能为自己提申请" in about_others.content.decode()
    elif reach == Reach.OWN and action == Action.SEE_REQUESTS:
        assert "第 1 号" not in answer.content.decode()  # it is of T1 and T4
    elif action in (Action.SEE_REQUESTS, Action.SEE_CELL):
        assert about_others.status_code == 200
        assert action == Action.SEE_CELL or "第 1 号" in answer.content.decode()


def test_every_action_is_tried_here():
    assert set(CALLS) == set(Action) == set(MATRIX)
    assert all(set(row) == set(Role) for row in MATRIX.values())


def test_a_desk_without_a_seat_is_as_if_it_were_not_there(log_in):
    client = log_in("M1", "back")
    for action in set(Action) - {Action.ACCOUNTS, Action.MAKE_DESKS}:
        assert ask(client, action).status_code == 404, action
        method, address, sent = CALLS[action]
        assert getattr(client, method)(address.replace("front", "nowhere"), sent).status_code == 404, action


def test_nobody_does_anything_without_logging_in(home):
    from django.test import Client

    for action in Action:
        answer = ask(Client(), action)
        assert answer.status_code == 302, action
        assert answer.headers["Location"].startswith("/log-in/"), action


def test_whoever_has_left_the_desk_has_lost_its_page(home, log_in):
    client = log_in("T5")
    assert client.get(f"{DESK}/month/").status_code == 200
    people = home / "front" / "people.csv"
    text = people.read_text("utf-8").replace("工号,姓名,角色", "工号,姓名,角色,离职日期")
    rows = [f"{row},2026-12-01" if row.startswith("T5") else f"{row}," for row in text.splitlines()[1:]]
    people.write_text("\n".join([text.splitlines()[0], *rows, ""]), "utf-8")
    assert client.get(f"{DESK}/month/").status_code == 404


def test_roles_come_from_the_desks_own_tables(home):
    desk = home / "front"
    with (desk / "desk.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[rights]\npublish = ["M1"]\nwithdraw = ["M1"]\napprove = ["M2"]\noverride = ["M2"]\n')
    roles = {who: find_roles(find_standing(desk, who), is_hr=False) for who in ("M1", "M2", "T1", "nobody")}
    assert roles["M1"] == {Role.MANAGER}
    assert roles["M2"] == {Role.APPROVER}
    assert roles["T1"] == {Role.LEAD, Role.STAFF}
    assert roles["nobody"] == set()
    assert find_roles(find_standing(desk, "", is_hr=True), is_hr=True) == {Role.HR}


def test_the_readme_prints_the_matrix():
    text = (ROOT / "scheduler" / "web" / "README.md").read_text("utf-8")
    assert "\n".join(matrix_lines()) in text
