"""The rules taken down on paper: the solver's words without a solver, and nothing concluded that a roster could refute."""

from __future__ import annotations

import re
from dataclasses import replace
from inspect import Parameter, signature
from pathlib import Path

import pytest
from ortools.sat.python import cp_model

import constraints
from constraints.approved_leave import ApprovedLeave
from constraints.daily_hours import DailyHours
from constraints.days_in_a_row import DaysInARow
from constraints.fixed_duties import FixedDuties
from constraints.hours_in_period import HoursInPeriod
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.rest_between_duties import RestBetweenDuties
from constraints.shift_cover import ShiftCover
from scheduler.audit import months
from scheduler.audit import paper as paper_module
from scheduler.audit.paper import NO, YES, NotOnPaper, PaperModel, write_down
from scheduler.domain import Demand, Event, Fixed, Leave, Reason, Shift, Sitting, Terms
from scheduler.i18n import Sentence
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook, discovered
from scheduler.solver.cp_sat import solver_for
from scheduler.time_limit import TimeLimit
from tests.audit.test_first_words import dec, random_month, three_shifts
from tests.support.kit import THREE_SHIFTS

RULE_FILES = Path(constraints.__path__[0])
NONE = Rulebook(())


def test_paper_has_every_word_that_a_rule_uses():
    used = {word for file in RULE_FILES.glob("*.py") for word in re.findall(r"\bmodel\.(\w+)", file.read_text("utf-8"))}
    assert used - {"roster_model", "literals"} <= {*dir(PaperModel), "exclusive", "time_limit"}


def test_literals_of_the_past_and_of_unknown_shifts_are_known():
    problem = three_shifts(3)
    paper = PaperModel(replace(problem, history=()))
    assert paper.works("0", dec(6), "早") == NO
    assert paper.works("0", dec(14), "早") == NO
    assert paper.works("0", dec(8), "没有") == NO
    cell = paper.works("0", dec(8), "早")
    assert cell > YES
    assert paper.works("0", dec(8), "早") == cell
    assert paper.negated(paper.negated(cell)) == cell
    assert paper.negated(NO) == YES


def test_any_and_all_of_what_is_known_are_known():
    paper = PaperModel(three_shifts(3))
    early, late = (paper.works("0", dec(8), code) for code in "早中")
    assert (paper.any_of([NO, NO]), paper.any_of([early, YES]), paper.any_of([NO, early])) == (NO, YES, early)
    assert (paper.all_of([YES, YES]), paper.all_of([early, NO]), paper.all_of([early, YES])) == (YES, NO, early)
    either = paper.any_of([early, late])
    assert either not in (NO, YES, early, late)


def test_what_is_fixed_rules_out_the_rest_of_its_day_and_what_is_too_close():
    problem = three_shifts(3, fixed=(Fixed("0", dec(9), "中"),))
    paper = write_down(problem, Rulebook((FixedDuties(), OneDutyAtATime(), RestBetweenDuties())))
    assert paper.certain("0", dec(9), "中")
    assert [code for code in "早中夜" if paper.can("0", dec(9), code)] == ["中"]
    assert [code for code in "早中夜" if paper.can("0", dec(10), code)] == ["中"]  # early and night begin too soon
    assert [code for code in "早中夜" if paper.can("0", dec(8), code)] == ["早", "中", "夜"]
    assert paper.conflicts == []
    early = write_down(
        replace(problem, fixed=(Fixed("0", dec(9), "早"),)), Rulebook((FixedDuties(), RestBetweenDuties()))
    )
    assert [code for code in "早中夜" if early.can("0", dec(8), code)] == ["早", "夜"]  # a late ends too late
    ((because, fixed),) = paper.against("0", dec(10), "早")
    assert (because.rule, fixed.rule) == ("rest_between_duties", "fixed_duties")


def test_the_last_free_day_of_a_run_stays_free_when_followed():
    fixed = tuple(Fixed("0", dec(day), "早") for day in (7, 8, 9, 11, 12, 13))
    problem = three_shifts(3, fixed=fixed)
    paper = write_down(problem, Rulebook((FixedDuties(), OneDutyAtATime(), DaysInARow())))
    assert paper.can("0", dec(10), "早")
    paper.follow()
    assert not paper.can("0", dec(10), "早")
    assert paper.against("0", dec(10), "早")[0][0].rule == "days_in_a_row"
    assert paper.conflicts == []
    too_many = replace(problem, fixed=(*fixed, Fixed("0", dec(10), "夜")))
    assert write_down(too_many, Rulebook((FixedDuties(), DaysInARow()))).conflicts


def test_heads_that_take_everybody_leave_nobody_for_other_shifts():
    demand = (Demand("早", least=3, target=3), Demand("中", least=1, target=1))
    paper = write_down(three_shifts(3, demand=demand), Rulebook((OneDutyAtATime(), ShiftCover())))
    assert paper.conflicts == []  # each can be met by itself
    paper.follow()
    assert paper.conflicts[0].reason.days == (dec(7),)


def test_only_what_is_longer_than_a_cap_is_ruled_out_by_it():
    problem = replace(three_shifts(2), shifts=(*THREE_SHIFTS, Shift("长", "长班", 8 * 60, 16 * 60 + 1)))
    paper = write_down(problem, Rulebook((OneDutyAtATime(), DailyHours())))
    assert [code for code in problem.codes if paper.can("0", dec(9), code)] == ["早", "中", "夜"]


def test_weights_leave_a_choice_up_to_the_last_unit():
    because = Reason("test", Sentence("", ""), (), (dec(8),))
    for bounds, outcome in (({"at_least": 7}, [(True, False), (True, True), (True, True)]), ({"at_most": 6}, [])):
        paper = PaperModel(three_shifts(3))
        cells = [("0", dec(8), code) for code in "早中夜"]
        literals = [paper.works(*cell) for cell in cells]
        paper.require(literals, weights=[2, 3, 4], because=because, **bounds)
        if not outcome:  # four of six are taken: the two that are left hold a weight of two and none of three
            paper.require(literals[2:], at_least=1, because=because._replace(workers=("0",)))
            outcome = [(True, False), (False, False), (True, True)]
        paper.settle()
        paper.follow()
        assert [(paper.can(*cell), paper.certain(*cell)) for cell in cells] == outcome
        assert paper.conflicts == []


def test_a_day_holds_its_heaviest_duty_once():
    short = Shift("短", "短班", 8 * 60, 14 * 60)
    base = three_shifts(2, leave=(Leave("0", dec(7), dec(11)),))
    for promised, conflicts in ((16, 0), (16.5, 1)):
        workers = (replace(base.workers[0], terms=Terms(least_hours=promised)), base.workers[1])
        problem = replace(base, workers=workers, shifts=(*THREE_SHIFTS, short))
        rules = Rulebook((ApprovedLeave(), HoursInPeriod(leave_lowers=False), OneDutyAtATime()))
        found = write_down(problem, rules).conflicts
        assert [conflict.found for conflict in found] == [16 * 60] * conflicts


def test_a_rule_that_asks_for_the_solver_itself_is_left_out():
    problem = three_shifts(3, events=(Event("会", (Sitting(dec(8), 600, 660),), ("0", "1")),))
    rule = discovered()["event_attendance"]()
    assert rule.applies(problem)
    paper = write_down(problem, Rulebook((rule,)))
    assert paper.conflicts == []
    assert paper.whole
    with pytest.raises(NotOnPaper):
        assert paper.cp


def test_what_is_waived_stands_against_nothing():
    problem = three_shifts(3, fixed=(Fixed("0", dec(9), "早"),), leave=(Leave("0", dec(9), dec(9)),))
    book = Rulebook((ApprovedLeave(), FixedDuties(), OneDutyAtATime()))
    (conflict,) = write_down(problem, book).conflicts
    (((_, (against,)),),) = (conflict.against,)
    assert (conflict.reason.rule, against.rule) == ("fixed_duties", "approved_leave")
    for waived in (conflict.reason, against):
        paper = write_down(problem, book, waived={waived})
        assert paper.conflicts == []
        assert paper.can("0", dec(9), "早") == (waived is against)
    pair = replace(problem, fixed=(*problem.fixed, Fixed("0", dec(9), "夜")), leave=())
    a_day = write_down(pair, book).conflicts[0].against[0][1][0]
    assert a_day.rule == "one_duty_at_a_time"
    assert write_down(pair, book, waived={a_day}).conflicts == []


def test_paper_ends_with_its_time_or_its_room(monkeypatch):
    book = Rulebook((OneDutyAtATime(), ShiftCover()))
    assert write_down(three_shifts(), book).whole
    assert not write_down(three_shifts(), book, TimeLimit(0.0)).whole
    monkeypatch.setattr(paper_module, "MOST_LITERALS", 100)
    assert not write_down(three_shifts(), book).whole


def test_no_roster_has_what_paper_rules_out_or_lacks_what_is_certain():
    ruled_out = certain = 0
    for seed in range(1000, 1090):
        problem, rulebook = random_month(seed)
        paper = write_down(problem, rulebook)
        paper.follow()
        if paper.conflicts:
            continue
        cells = [(w.id, day, code) for w in problem.workers for day in problem.dates for code in problem.codes_on(day)]
        model = RosterModel(problem)
        rulebook.encode(problem, model)
        against = [model.works(*cell) for cell in cells if not paper.can(*cell)]
        sure = [model.negated(model.works(*cell)) for cell in cells if paper.certain(*cell)]
        assert YES not in [literal for literal in (*against, *sure) if isinstance(literal, int)], seed
        model.cp.add_bool_or([literal for literal in (*against, *sure) if not isinstance(literal, int)])
        assert solver_for(1, 0, 30.0).solve(model.cp) == cp_model.INFEASIBLE, seed
        ruled_out, certain = ruled_out + len(against), certain + len(sure)
    assert ruled_out > 200
    assert certain > 10


def words_of_rules() -> set[str]:
    """The model's words that rules of a desk use, and that of the month after."""
    sources = [*Path(constraints.__path__[0]).glob("*.py"), Path(months.__file__)]
    return {word for source in sources for word in re.findall(r"\bmodel\.([a-z_]+)\(", source.read_text("utf-8"))}


def test_paper_knows_every_word_of_the_model_that_a_rule_uses():
    words = words_of_rules()
    assert {"works", "require", "prefer", "rising", "total", "followed_by"} <= words
    for word in words:
        taken = signature(getattr(PaperModel, word)).parameters
        if any(one.kind is Parameter.VAR_KEYWORD for one in taken.values()):
            continue
        assert set(signature(getattr(RosterModel, word)).parameters) <= set(taken), word
