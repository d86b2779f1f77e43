"""What could be instead of what a cell holds, as the roster stands."""

from scheduler.audit.alternatives import Figure, find_alternatives, judge_alternatives, try_alternatives
from scheduler.audit.audit import audit
from scheduler.time_limit import TimeLimit
from tests.audit.test_stand_ins import MON, RULES, drawn


def weighed(begun):
    """甲 has 早 and 乙 is off: as the roster stands, 乙 could have it."""
    problem, roster = drawn("甲 早 .\n乙 . .\n丙 中 .\n丁 夜 .")
    asked = find_alternatives(problem, roster, "甲", MON, "早")
    found = judge_alternatives(problem, RULES, roster, MON, asked)
    known = {one.reason for one in audit(problem, RULES, roster).broken}
    tried = try_alternatives(problem, RULES, roster, found, begun=begun, known=known, limit=TimeLimit(60))
    return {one.alternative.colleague or one.alternative.shift: one for one in tried}


def test_whoever_is_free_has_a_roster_in_which_nothing_else_moves():
    assert weighed({})["乙"].further == Figure(0, 0)


def test_a_cell_that_has_begun_is_not_tried():
    assert weighed({("乙", MON): ()})["乙"].further == Figure(0, None)
