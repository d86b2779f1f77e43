"""R19: teams with leaders round the clock, and everybody at their meetings (RULES 13, 128, 129, 131, 132, 134)."""

from datetime import date

import pytest

from scheduler.audit.audit import audit, with_history
from scheduler.domain import Sitting
from scheduler.timeline import clock_text, instant
from tests.support.sample_months import broken, changed, desk, made, refused

NAME = "team_hotline"
LEADERS, DEPUTIES = {"H01", "H06", "H10", "H15"}, {"H02", "H07", "H11", "H16"}
CONTACTS = {"H03", "H08", "H12", "H17"}
MONDAYS = ["2026-12-07", "2026-12-14", "2026-12-21", "2026-12-28"]


def seated(hotline) -> dict[str, list[str]]:
    """Names in each sitting of the month, on duty or not, by the line's beginning."""
    lines = [line.partition(": ") for line in hotline.arranged("event_attendance")]
    found: dict[str, list[str]] = {}
    for head, _, people in lines:
        found.setdefault(head, []).extend(people.rpartition(" (")[0].split(", "))
    return found


def test_a_leader_or_deputy_is_on_every_shift():
    hotline = made(NAME)
    for day in hotline.problem.dates:
        for code in "早中夜":
            assert (LEADERS | DEPUTIES) & set(hotline.crew(day.isoformat(), code)), (day, code)


def test_a_shift_without_leader_or_deputy_is_caught():
    hotline = made(NAME)
    crew = hotline.crew("2026-12-16", "夜")
    bare = changed(hotline.roster, {(one, "2026-12-16"): "" for one in crew if one in LEADERS | DEPUTIES})
    assert "shift_leader" in broken(hotline.problem, hotline.rulebook, bare)


def test_all_leaders_meet_every_monday_and_none_has_been_on_the_night():
    hotline = made(NAME)
    leaders = {worker.name for worker in hotline.problem.workers if "班长" in worker.roles}
    assert len(leaders) == 4
    meetings = {head: set(names) for head, names in seated(hotline).items() if head.startswith("班务会")}
    assert list(meetings) == [f"班务会 on Mon {int(day[-2:])} Dec, 14:30–15:30" for day in MONDAYS]
    away = {hotline.problem.worker_by_id["H10"].name}  # compensatory leave on the 28th
    assert [leaders - names for names in meetings.values()] == [set(), set(), set(), away]
    for day in MONDAYS:
        assert not LEADERS & set(hotline.crew(day, "夜"))


@pytest.mark.parametrize("leader", ["H01", "H15"])
def test_a_leader_put_on_the_night_before_the_meeting_misses_it(leader):
    hotline = made(NAME)
    late = changed(hotline.roster, {(leader, "2026-12-21"): "夜"})
    found = [v for v in audit(hotline.problem, hotline.rulebook, late).broken if v.reason.rule == "event_attendance"]
    assert [v.say("zh", hotline.problem.names) for v in found] == [
        "12月21日(周一)“班务会”：应到 4 人，缺 0 人（现为 1）"
    ]


@pytest.mark.parametrize(("month", "day"), [("2026-12", date(2026, 12, 18)), ("2027-01", date(2027, 1, 22))])
def test_the_department_meets_on_the_last_friday_before_the_25th_in_two_sittings(month, day):
    problem, _ = desk(NAME, month)
    (meeting,) = [event for event in problem.events if event.name == "部门会"]
    assert [(one.day, one.start // 60) for one in meeting.sittings] == [(day, 10), (day, 16)]
    assert len(meeting.workers) == 18


def test_everybody_who_is_not_on_leave_is_named_for_one_sitting_of_the_department_meeting():
    hotline = made(NAME)
    named = [name for head, names in seated(hotline).items() if head.startswith("部门会") for name in names]
    away = {hotline.problem.names[one] for one, day in hotline.problem.leave_days if day == date(2026, 12, 18)}
    assert away == {"吴六"}
    assert sorted(named) == sorted(set(hotline.problem.names.values()) - away)


def test_two_keep_answering_at_every_minute_of_every_sitting():
    hotline = made(NAME)
    problem, zone = hotline.problem, hotline.problem.desk.hours_zone
    whole = with_history(problem, hotline.roster.duties)
    attending: dict[Sitting, set[str]] = {}
    for line in hotline.rulebook.named("event_attendance").arranges(problem, whole):
        facts = dict(line.facts)
        for event in (event for event in problem.events if event.name == facts["event"]):
            for sitting in event.sittings:
                if (sitting.day, clock_text(sitting.start)) == (line.days[0], facts["start"]):
                    attending.setdefault(sitting, set()).update(line.workers)
    assert len(attending) >= 4 + 2 + 2 + 1
    for sitting, people in attending.items():
        for minute in range(sitting.start, sitting.end):
            at = instant(sitting.day, minute, zone)
            there = {
                duty.worker
                for duty in whole.duties
                for segment in problem.segments(duty.day, duty.shift)
                if segment.start <= at < segment.end and problem.worker_by_id[duty.worker].qualified(duty.day)
            }
            assert len(there - people) >= 2, sitting


def test_the_product_class_is_taken_on_duty_and_a_contact_sent_home_misses_it():
    hotline = made(NAME)
    lines = [line for line in hotline.arranged("event_attendance") if line.startswith("新产品课")]
    assert all(line.endswith("(while on duty)") for line in lines)
    assert sum(line.count(hotline.problem.names[one]) for line in lines for one in CONTACTS) == 4
    for contact in CONTACTS:
        home = changed(hotline.roster, {(contact, "2026-12-15"): "", (contact, "2026-12-16"): ""})
        assert "event_attendance" in broken(hotline.problem, hotline.rulebook, home)


def test_the_exam_of_a_month_has_two_sittings_and_everybody_takes_one():
    hotline = made(NAME)
    named = [name for head, names in seated(hotline).items() if head.startswith("月度考试") for name in names]
    assert sorted(named) == sorted(hotline.problem.names.values())


def test_one_sitting_in_the_early_is_impossible_as_the_night_before_cannot_come():
    rows = [("部门会,25日前周五,16:30,17:30,,是\n", "")]
    refused(NAME, {"events.csv": rows})


def test_a_leaders_meeting_without_deputies_is_impossible():
    meeting = [('roles = ["班长", "副班长"]', 'roles = ["班长"]')]
    refused(NAME, {"desk.toml": meeting})


def test_a_meeting_at_the_handover_suits_nobody_on_duty():
    refused(NAME, {"events.csv": [("班务会,周一,14:30,15:30,班长,是", "班务会,周一,15:30,16:30,班长,否")]})


def test_what_is_handed_over_is_printed_for_everybody():
    problem, _ = desk(NAME)
    notice = "\n".join(line.zh for line in problem.desk.notice)
    assert "上级指示" in notice
    assert "投诉" in notice


def test_the_same_folder_makes_january():
    january = made(NAME, "2027-01")
    assert not january.audit.broken
    assert sum(head.startswith("班务会") for head in seated(january)) == 4
