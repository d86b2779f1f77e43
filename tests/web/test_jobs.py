"""Months made beside the page: asked once, carried out, stopped, begun again, and what an impossible one needs."""

from __future__ import annotations

import re
import signal
from datetime import timedelta

import pytest

from scheduler.app.init import create_desk
from scheduler.domain import Roster
from scheduler.workflow.facts import DraftedFacts
from tests.support.published_desk import dec, ledger_of

DESK = "/desks/front"


def said(answer) -> str:
    text: str = answer.content.decode()
    return text


def ask(client, month="2027-01", address="jobs/", **sent):
    """Ask as the form does; the job."""
    from scheduler.jobs.models import Job

    answer = client.post(f"{DESK}/{address}", {"month": month, "seconds": "15", **sent})
    assert answer.status_code == 302, said(answer)
    return Job.objects.get(pk=int(answer.url.rstrip("/").split("/")[-1]))


def carry(home, holder="p1"):
    """Carry the next job out, as a process beside the server does."""
    from scheduler.jobs.carrying import Carrying
    from scheduler.jobs.queue import claim_job

    job = claim_job(holder)
    assert job is not None
    Carrying(job, home / job.folder, None).run()
    job.refresh_from_db()
    return job


def drafts(home, job):
    with ledger_of(home / "front") as ledger:
        entries = ledger.entries("small", event="drafted")
        return [one.version for one in entries if DraftedFacts.read(one.facts).job == job.fingerprint]


def let_lease_pass(job):
    from scheduler.jobs.models import Job

    Job.objects.filter(pk=job.pk).update(lease=job.lease - timedelta(minutes=1))


@pytest.fixture
def manager(log_in):
    return log_in("M1")


def test_a_month_is_made_once_however_often_it_is_asked_for(manager, home):
    from scheduler.jobs.queue import claim_job

    job = ask(manager)
    assert ask(manager).pk == job.pk  # a double click
    page = said(manager.get(f"{DESK}/jobs/{job.pk}/"))
    assert 'hx-trigger="every 1s"' in page
    done = carry(home)
    assert (done.state, done.result["status"]) == ("done", "OPTIMAL")
    assert drafts(home, done) == [done.draft]
    assert ask(manager).pk == job.pk  # nothing better can come of it
    assert claim_job("p2") is None
    page = said(manager.get(f"{DESK}/jobs/{job.pk}/"))
    assert "已证明最优" in page
    assert f"看第 {done.draft} 版" in page
    assert "every 1s" not in page


def test_a_job_whose_process_died_after_the_commit_finds_its_draft(manager, home, monkeypatch):
    from scheduler.jobs import carrying
    from scheduler.jobs.models import Job

    ask(manager)
    done = carry(home)
    Job.objects.filter(pk=done.pk).update(state="running", holder="dead", draft=None, result={})
    monkeypatch.setattr(carrying, "generate_roster", lambda *_, **__: pytest.fail("it is made already"))
    again = carry(home)
    assert (again.state, again.draft, again.attempt) == ("done", done.draft, 2)
    assert drafts(home, again) == [done.draft]


def test_the_ledger_takes_no_second_draft_of_a_job(manager, home, monkeypatch):
    from scheduler.jobs import carrying
    from scheduler.jobs.models import Job

    ask(manager)
    done = carry(home)
    Job.objects.filter(pk=done.pk).update(state="running", holder="dead", draft=None)
    monkeypatch.setattr(carrying, "find_recorded", lambda *_: None)  # two processes that saw nothing of each other
    again = carry(home)
    assert (again.state, again.draft) == ("done", done.draft)
    assert drafts(home, again) == [done.draft]


def test_a_job_is_one_process_business_until_its_lease_passes_and_is_given_up_in_the_end(manager, home):
    from scheduler.jobs.queue import claim_job, hold_job

    ask(manager)
    first = claim_job("p1")
    assert first is not None
    assert claim_job("p2") is None
    assert hold_job(first, {"cost": 7}) == 0
    let_lease_pass(first)
    second = claim_job("p2")
    assert second is not None
    assert (second.pk, second.attempt) == (first.pk, 2)
    assert hold_job(first, {}) is None  # p1 has lost it
    let_lease_pass(second)
    third = claim_job("p3")
    assert third is not None
    let_lease_pass(third)
    assert claim_job("p4") is None
    text = said(manager.get(f"{DESK}/jobs/{first.pk}/"))
    assert "中断了 3 次，不再重试" in text


def test_an_interrupted_job_says_so_and_goes_on(manager, home):
    from scheduler.jobs.queue import claim_job

    ask(manager)
    died = claim_job("dead")
    assert died is not None
    let_lease_pass(died)
    done = carry(home)
    assert done.state == "done"
    assert "上次中断，第 2 次从头排" in said(manager.get(f"{DESK}/jobs/{done.pk}/"))


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN], ids=["terminal", "background"])
def test_a_job_that_is_stopped_keeps_the_best_so_far(log_in, home, monkeypatch, handler):
    """A server that a script put into the background has Ctrl-C ignored, and so have its processes."""
    from scheduler.jobs import carrying
    from scheduler.jobs.queue import stop_job

    create_desk(home / "three_shift_desk", "three_shift_desk")
    hear = carrying.Carrying._hear

    def hear_and_stop(self, message):
        hear(self, message)
        if self.progress.get("cost") is not None and not self.job.stops:
            stop_job(self.job)
            self.job.refresh_from_db()

    monkeypatch.setattr(carrying, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(carrying.Carrying, "_hear", hear_and_stop)
    manager = log_in("K001", "three_shift_desk")
    answer = manager.post("/desks/three_shift_desk/jobs/", {"month": "2027-01", "seconds": "60"})
    before = signal.signal(signal.SIGINT, handler)
    try:
        done = carry(home)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (done.state, done.result["status"], done.draft) == ("done", "FEASIBLE", 1)
    assert done.result["seconds"] < 60
    assert "合规，最优性未证明" in said(manager.get(answer.url))


def test_a_job_that_nobody_has_begun_is_stopped_at_once(manager):
    job = ask(manager)
    manager.post(f"{DESK}/jobs/{job.pk}/stop/")
    job.refresh_from_db()
    assert job.state == "undecided"
    assert "还没开始排就停下了" in said(manager.get(f"{DESK}/jobs/{job.pk}/"))
    other = ask(manager)
    assert (other.pk != job.pk, other.seed) == (True, 1)


def test_tables_that_changed_meanwhile_end_a_job_with_a_sentence(manager, home):
    job = ask(manager)
    demand = home / "front" / "demand.csv"
    demand.write_text(demand.read_text("utf-8").replace("早,all", "早,workday"), "utf-8")
    ended = carry(home)
    assert (ended.state, drafts(home, ended)) == ("refused", [])
    assert "提出之后表或相邻月份变了" in said(manager.get(f"{DESK}/jobs/{job.pk}/"))


def test_an_impossible_month_tells_what_stands_against_it_and_is_made_with_gaps(manager, log_in, home):
    demand = home / "front" / "demand.csv"
    demand.write_text(re.sub(r"(早,all,,,)1,1", r"\g<1>6,6", demand.read_text("utf-8")), "utf-8")
    job = ask(manager)
    ended = carry(home)
    assert ended.state == "impossible"
    page = said(manager.get(f"{DESK}/jobs/{job.pk}/"))
    assert "不用求解就能看出" in page
    assert "修复1：以下" in page
    assert "--json" not in page
    assert "scheduler explain" not in page
    assert ask(manager).pk == job.pk  # it stays impossible
    manager.post(f"{DESK}/jobs/{job.pk}/again/", {"gaps": "yes"})
    made = carry(home)
    assert (made.state, made.allow_gaps) == ("done", True)
    assert "处缺口，发布须写明原因" in said(manager.get(f"{DESK}/jobs/{made.pk}/"))
    page = f"{DESK}/versions/{made.draft}/publish/"
    before = said(manager.get(page))
    (line,) = re.findall(r"(\d+) 处没有排到人，发布后仍可用申请补上", before)
    assert before.count("“早”至少 6 人（现为") == 31 == int(line)
    assert manager.post(page, {}).status_code == 422
    assert manager.post(page, {"open_because": "没人"}, follow=True).status_code == 200
    assert f"{line} 处未排" in said(manager.get("/"))
    month = said(manager.get(f"{DESK}/month/{made.month}/"))
    assert f"{line} 处未排" in month
    assert "仍然发布的原因：没人" in month
    assert f"全组还有 {line} 处没有排到人" in said(log_in("T1").get(f"{DESK}/mine/"))


def test_the_rest_is_made_around_what_is_pinned_and_changed(manager, home, monkeypatch):
    from scheduler.jobs import carrying

    edit = f"{DESK}/versions/2/edit/"
    manager.post(f"{edit}change/", {"changes": '[["T1", "2026-12-01", "休"]]', "pins": '[["T2", "2026-12-02"]]'})
    job = ask(manager, address="versions/2/edit/solve/", how="fewest", hold_changed="on")
    assert job.held == [["T1", "2026-12-01", []], ["T2", "2026-12-02", ["早"]]]
    monkeypatch.setattr(carrying.Carrying, "_hear", lambda *_: None)  # as if nothing were told after the first roster
    done = carry(home)
    assert done.state == "done", done.result
    assert done.result["is_fewest"]
    with ledger_of(home / "front") as ledger:
        roster = Roster(ledger.version("small", done.draft).duties)
    assert roster.on("T1", dec(1)) == ()
    assert roster.on("T2", dec(2)) == ("早",)
    page = said(manager.get(f"{DESK}/jobs/{done.pk}/"))
    assert re.search(r"与第 2 版相比改了 \d+ 格（已证明不能再少）", page)
    assert 'data-seen="1"' in said(manager.get(edit))  # what is being edited stays


def test_a_job_of_another_desk_is_as_if_it_were_not_there(manager, log_in):
    job = ask(manager)
    assert log_in("M1", "back").get(f"/desks/back/jobs/{job.pk}/").status_code == 404


def test_a_job_that_no_process_takes_says_so(manager):
    from scheduler.jobs.models import Job

    job = ask(manager)
    address = f"{DESK}/jobs/{job.pk}/"
    assert "没有在排班的进程" not in said(manager.get(address))
    Job.objects.filter(pk=job.pk).update(asked_at=job.asked_at - timedelta(minutes=1))
    assert "没有在排班的进程" in said(manager.get(address))
