"""The throw-away home of `serve --demo`."""

from __future__ import annotations

from scheduler.app.init import sample_names
from scheduler.app.standing import find_standing
from scheduler.app.status import desk_status
from scheduler.web.demo import ACCOUNTS, MONTH, SAMPLES, lay_out, make_months
from scheduler.web.roles import Role, find_roles


def test_a_sample_is_published_and_a_request_waits(tmp_path, monkeypatch):
    monkeypatch.setenv("SCHEDULER_NOW", "2026-11-23T10:00")  # which the demo sets, and this test takes back
    said = []
    samples = ["front_desk_weekend"]
    lay_out(tmp_path, samples)
    make_months(tmp_path, lambda sentence, facts: said.append(sentence.say("zh", **facts)), samples)
    status = desk_status(tmp_path / "front_desk_weekend")
    assert [row.month for row, _ in status.live] == [MONTH]
    assert status.requests
    assert said == ["公司前台与客务部：12 月已排好并发布"]


def test_there_is_an_account_for_each_role_at_the_first_desk(tmp_path):
    assert set(SAMPLES) <= set(sample_names())
    lay_out(tmp_path)
    desk = tmp_path / SAMPLES[0]
    roles = {one.username: find_roles(find_standing(desk, one.username), is_hr=one.is_hr) for one in ACCOUNTS}
    assert roles == {
        "admin": frozenset(),
        "K001": {Role.MANAGER, Role.APPROVER},
        "1006": {Role.APPROVER, Role.LEAD, Role.STAFF},
        "1001": {Role.LEAD, Role.STAFF},
        "1003": {Role.STAFF},
        "HR01": {Role.HR},
    }
