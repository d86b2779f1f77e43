"""A day on which more comes in than was planned for."""

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.app.generate import generate_roster
from scheduler.app.locations import store_url
from scheduler.app.surge import plan_surge
from scheduler.audit.audit import audit
from scheduler.domain import Demand, Desk, Duty, Fixed, Leave, Month, Problem, Roster, Shift, SlotNeed, Worker
from scheduler.domain.holidays import day_types
from scheduler.errors import LedgerError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.ledger.store import Ledger
from scheduler.rules.book import read_rulebook
from scheduler.timeline import days_between
from scheduler.workflow.replan_day import OffDuty, off_duty, raise_demand, replan_day
from tests.support.cli_desks import run
from tests.support.narrowing import present
from tests.support.sheets import table

FIRST = date(2026, 12, 1)
DAY = date(2026, 12, 9)
EARLY, LATE = Shift("早", "早班", 8 * 60, 16 * 60), Shift("晚", "晚班", 13 * 60, 21 * 60)
RULES = read_rulebook(
    {"always_staffed": {"enabled": False, "because": "x"}, "fairness": {"enabled": False, "because": "x"}}
)


def slots(heads=2, least=1):
    return tuple(SlotNeed("all", start, start + 60, least=least, target=heads) for start in range(8 * 60, 21 * 60, 60))


def desk(people=6, **fields):
    fields.setdefault(
        "demand", (Demand("早", least=1, target=1, weight_short=0, weight_spare=0), Demand("晚", weight_spare=0))
    )
    fields.setdefault("slots", slots())
    fields.setdefault("workers", tuple(Worker(f"{n}", f"{n}", phone=f"000-{n}") for n in range(1, people + 1)))
    days = day_types(days_between(FIRST, FIRST + timedelta(days=13)), "none")
    return Problem(Desk("desk", "desk"), days, shifts=(EARLY, LATE), history_from=FIRST - timedelta(days=9), **fields)


def round_robin(problem):
    """Of the first six two on early, two on late, two off, in turn; the others never work."""
    return Roster(
        Duty(worker.id, day, code)
        for at, day in enumerate(problem.dates)
        for place, worker in enumerate(problem.workers[:6])
        if (code := ("早", "早", "晚", "晚", "", "")[(place - at) // 2 % 3 * 2])
    )


# What is asked


def test_targets_rise_and_hard_bounds_stay():
    problem = desk(demand=(Demand("早", least=1, target=2, most=3), Demand("晚", least=0, target=1)))
    more = raise_demand(problem, DAY, 2.0)
    assert [(row.least, row.target, row.most) for row in more.demand_on(DAY)] == [(1, 3, 3), (0, 2, None)]
    assert {(slot.least, slot.target) for slot in more.slots_on(DAY)} == {(1, 4)}
    other = DAY + timedelta(days=1)
    assert more.slots_on(other) == problem.slots_on(other)
    assert more.demand_on(other) == problem.demand_on(other)


def test_less_can_come_in_too():
    assert {(slot.least, slot.target) for slot in raise_demand(desk(), DAY, 0.5).slots_on(DAY)} == {(1, 1)}


# Re-planning


def test_only_the_day_moves_and_nobody_who_need_not():
    problem = desk(people=8)
    live = round_robin(problem)
    plan = replan_day(problem, RULES, live, DAY, 1.5)
    assert plan.word == "OPTIMAL"
    assert {change.day for change in plan.changes} == {DAY}
    assert len(plan.changes) == plan.fewest == 2  # one more early, one more late
    assert all(change.before == () for change in plan.changes)
    assert audit(problem, RULES, present(plan.roster)).broken == ()


def test_a_surge_that_the_roster_holds_moves_nothing():
    problem = desk()
    plan = replan_day(problem, RULES, round_robin(problem), DAY, 1.0)
    assert (plan.word, plan.changes) == ("OPTIMAL", ())


def test_no_other_roster_is_less_short_with_fewer_changes():
    """Every way of putting six people on that day, tried."""
    problem = desk(leave=(Leave("5", DAY, DAY),))
    live = Roster(duty for duty in round_robin(problem).duties if (duty.worker, duty.day) != ("5", DAY))
    assert not audit(problem, RULES, live).broken
    plan = replan_day(problem, RULES, live, DAY, 2.0)
    asking = raise_demand(problem, DAY, 2.0)
    others = [duty for duty in live.duties if duty.day != DAY]
    found = []
    for codes in product(("", "早", "晚"), repeat=6):
        today = [Duty(worker.id, DAY, code) for worker, code in zip(problem.workers, codes, strict=True) if code]
        roster = Roster([*others, *today])
        if not audit(problem, RULES, roster).broken:
            short = sum(v.cost for v in audit(asking, RULES, roster).compromises if not v.reason.workers)
            found.append((short, len(roster.changes_from(live))))
    short = sum(v.cost for v in audit(asking, RULES, present(plan.roster)).compromises if not v.reason.workers)
    assert (short, len(plan.changes)) == min(found)
    assert plan.word == "OPTIMAL"


def test_people_on_leave_settled_or_at_their_limit_are_not_called():
    week = days_between(DAY - timedelta(days=6), DAY - timedelta(days=1))
    problem = desk(people=8, leave=(Leave("1", DAY, DAY),), fixed=(Fixed("2", DAY, ""),))
    kept = [duty for duty in round_robin(problem).duties if (duty.worker, duty.day) not in {("1", DAY), ("2", DAY)}]
    live = Roster([*kept, *(Duty("7", day, "早") for day in week)])
    assert audit(problem, RULES, live).broken == ()
    plan = replan_day(problem, RULES, live, DAY, 3.0)
    assert [change.worker for change in plan.changes] == ["8"]
    roster = present(plan.roster)
    assert not any(roster.on(worker, DAY) for worker in ("1", "2", "7"))


def test_a_day_that_only_moves_elsewhere_could_mend_is_impossible():
    problem = desk(slots=slots(least=3, heads=3))
    plan = replan_day(problem, RULES, round_robin(problem), DAY, 2.0)
    assert (plan.word, plan.roster) == ("IMPOSSIBLE", None)


def test_a_desk_without_slots_has_its_shifts_raised():
    problem = desk(people=8, slots=(), demand=(Demand("早", least=1, target=2), Demand("晚", least=1, target=2)))
    plan = replan_day(problem, RULES, round_robin(problem), DAY, 1.5)
    assert len(plan.changes) == 2
    roster = present(plan.roster)
    assert [len([d for d in roster.duties if (d.day, d.shift) == (DAY, code)]) for code in "早晚"] == [3, 3]


# Who could still be called


def test_who_is_off_is_listed_with_what_they_could_take():
    problem = desk(people=4)
    live = Roster([Duty("1", DAY, "早"), Duty("2", DAY, "晚"), Duty("3", DAY - timedelta(days=1), "晚")])
    assert off_duty(problem, RULES, live, DAY) == [OffDuty("3", ("早", "晚"), False), OffDuty("4", ("早", "晚"), False)]


def test_somebody_whose_hours_are_used_up_needs_overtime():
    workers = (
        Worker("1", "1", norm_hours=8.0),
        Worker("2", "2"),
        Worker("3", "3", qualified_from=FIRST + timedelta(days=30)),
    )
    problem = desk(workers=workers)
    live = Roster([Duty("1", FIRST, "早")])
    assert off_duty(problem, RULES, live, DAY) == [OffDuty("2", ("早", "晚"), False), OffDuty("1", ("早", "晚"), True)]


# The use case

FILES = {
    "desk.toml": '[desk]\nid = "hall"\nname = "服务台"\n[opening]\nall = "08:00-21:00"\n[breaks]\nmeal_moves = 60\n'
    '[rules.slot_cover]\nbreaks_counted = false\n[rules.fairness]\nenabled = false\nbecause = "x"\n'
    '[rules.always_staffed]\nenabled = false\nbecause = "x"\n',
    "people.csv": "工号,姓名,电话\n"
    + "".join(f"P{n},{name}一,000-000{n}\n" for n, name in enumerate("赵钱孙李周吴郑王", 1)),
    "officials.csv": "工号,姓名,职务\nM1,甲经理,经理\n",
    "shifts.csv": "代码,开始,结束,休息\n早,08:00,16:30,12:00-12:30\n晚,12:30,21:00,16:30-17:00\n",
    "demand.csv": "班次,最少,目标,缺人代价,多人代价\n早,1,,0,1\n晚,1,,0,1\n",
    "forecast.csv": "开始,结束,来电量,处理时长,最少\n"
    + "".join(f"{hour:02d}:00,{hour + 1:02d}:00,4,180,1\n" for hour in range(8, 21)),
}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hall") / "desk"
    folder.mkdir()
    for file, text in FILES.items():
        (folder / file).write_text(text, "utf-8")
    made = generate_roster(folder, Month(2026, 12), cores=1, time_limit=20)
    assert made.version == 1
    return folder


def test_a_surge_is_a_new_draft_that_keeps_the_tables(hall):
    done = plan_surge(hall, DAY, 2.0, by="P1", why="促销", cores=1)
    assert done.made_from.number == 1
    assert done.row is not None
    assert done.row.status == "draft"
    assert done.plan.changes
    assert [worker.id for worker in done.find_called_in()] == [
        one.worker for one in done.plan.changes if not one.before
    ]
    files = read_desk(hall)
    problem = files.problem(Month(2026, 12))
    assert done.row.problem_hash == problem.fingerprint
    found = audit(problem, files.rulebook, Roster(done.row.duties))
    assert found.broken == ()
    assert int(done.row.objective) == found.cost
    with Ledger(store_url(hall, None)) as ledger:
        entry = [one for one in ledger.entries("hall", Month(2026, 12)) if one.version == done.row.number][-1]
    assert entry.facts["surge"] == [DAY.isoformat(), 2.0]
    assert "促销" in entry.because
    book = load_workbook(done.files[0])
    slots = table(book["时段覆盖"])
    assert {row["来电"] for row in slots if row["日期"].date() == DAY} == {8}
    assert {row["来电"] for row in slots if row["日期"].date() == DAY + timedelta(days=1)} == {4}
    assert {row["日期"].date() for row in table(book["小休用餐"])} >= {DAY}


def test_the_newest_version_is_the_one_that_is_changed(hall):
    before = plan_surge(hall, DAY, 1.5, cores=1)
    after = plan_surge(hall, DAY, 2.5, cores=1)
    newest = before.row or before.made_from
    assert after.made_from.number == newest.number
    assert plan_surge(hall, DAY, 2.5, version=1, cores=1).made_from.number == 1


def test_a_month_without_a_roster_and_a_version_of_another_month_are_refused(hall):
    with pytest.raises(LedgerError, match="2027-01"):
        plan_surge(hall, date(2027, 1, 5), 2.0)
    with pytest.raises(Refusal, match="2026-12"):
        plan_surge(hall, date(2027, 1, 5), 2.0, version=1)


def test_the_command_says_before_and_after_who_is_called_and_what_stays_short(hall):
    said = run(
        "surge", hall, "--date", "2026-12-09", "--factor", "15", "--version", "1", "--because", "直播", "--by", "M1"
    )
    assert said.code == 0
    assert "需求 ×15，从第 1 版起" in said.out
    assert "休 → " in said.out
    assert "叫班 000-000" in said.out
    assert "仍缺" in said.out
    assert "已登记为第" in said.out
    told = run("surge", hall, "--date", "2026-12-09", "--factor", "15", "--version", "1", "--json").answer
    assert told["status"] == "OPTIMAL"
    assert told["called_in"]
    assert {"worker", "phone", "shifts", "overtime"} == set(told["callable"][0]) if told["callable"] else True
    assert told["short"][0]["needed"] > told["short"][0]["at_desk"]
    assert {change["date"] for change in told["changes"]} == {"2026-12-09"}


def test_a_roster_that_the_tables_do_not_allow_any_more_is_refused(hall, tmp_path):
    with (hall / "leave.csv").open("w", encoding="utf-8") as table:
        table.write("工号,开始日期,类别\n" + "".join(f"P{n},2026-12-10,年假\n" for n in (1, 2, 3, 4)))
    try:
        with pytest.raises(Refusal, match="make a new roster"):
            plan_surge(hall, DAY, 2.0, cores=1)
    finally:
        (hall / "leave.csv").unlink()


def test_the_roster_of_these_tests_is_a_legal_one():
    problem = desk()
    assert audit(problem, RULES, round_robin(problem)).broken == ()
