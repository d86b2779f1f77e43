"""How bad an open duty is, and who could take it."""

from dataclasses import replace
from datetime import timedelta

from scheduler.audit.audit import audit
from scheduler.audit.candidates import Word
from scheduler.audit.gaps import find_gaps, harm_factor
from scheduler.domain import Day, DayKind, Leave, Reason
from scheduler.i18n import Sentence
from tests.audit.test_stand_ins import MON, RULES, drawn


def test_nights_and_holidays_are_worse():
    problem, _ = drawn("甲 早 早\n乙 夜 夜")
    tuesday = MON + timedelta(days=1)
    problem = replace(problem, days=(Day(MON, DayKind.WORKDAY), Day(tuesday, DayKind.STATUTORY)))

    def factor(day, code):
        return harm_factor(problem, Reason("r", Sentence("", ""), (), (day,), (("shift", code), ("heads", 1))))

    assert [factor(day, code) for day in (MON, tuesday) for code in ("早", "夜")] == [1, 2, 3, 4]


def test_whoever_could_take_it_stands_with_what_is_in_the_way_the_nearest_first():
    """乙 comes off a night and would go on without a break, 丙 is away, 丁 is there already."""
    problem, roster = drawn(
        """
        甲 .  .
        乙 夜 .
        丙 .  .
        丁 中 .""",
        leave=(Leave("丙", MON, MON, "annual"),),
    )
    found = audit(problem, RULES, roster)
    gaps = find_gaps(problem, RULES, roster, found)
    assert [gap.harm for gap in gaps] == sorted((gap.harm for gap in gaps), reverse=True)
    assert all(gap.rule.leaves_open(gap.violation.reason) for gap in gaps)
    (early,) = [
        gap
        for gap in gaps
        if gap.rule.name == "shift_cover"
        and gap.violation.reason.days == (MON,)
        and ("shift", "早") in gap.violation.reason.facts
    ]
    first, *others = early.fillers
    assert (first.ranked.worker, first.ranked.word, first.closes) == ("甲", Word.LEGAL, True)
    assert [(one.ranked.worker, one.ranked.word) for one in others] == [("丙", Word.FORBIDDEN)]  # for 乙 nothing gives


def test_nobody_is_named_whose_leave_nobody_can_take_back():
    for kind, named in (("annual", True), ("sick", False), ("maternity", False)):
        problem, roster = drawn("甲 .\n丙 .\n丁 中", leave=(Leave("丙", MON, MON, kind),))
        gaps = find_gaps(problem, RULES, roster, audit(problem, RULES, roster))
        assert gaps
        assert any(one.ranked.worker == "丙" for gap in gaps for one in gap.fillers) == named, kind


def test_one_more_duty_is_tried_once_however_many_gaps_it_may_fill(monkeypatch):
    problem, roster = drawn("甲 .\n乙 .\n丁 中")
    found, tried = audit(problem, RULES, roster), []

    def count(problem, rulebook, roster):
        tried.append(roster)
        return audit(problem, rulebook, roster)

    monkeypatch.setattr("scheduler.audit.gaps.audit", count)
    gaps = find_gaps(problem, RULES, roster, found)
    assert len(tried) == len(set(tried)) < sum(len(gap.fillers) for gap in gaps)
