"""The benchmarks: instances are read as they are meant, rosters are counted the same by hand, tables are kept."""

from __future__ import annotations

import csv
import itertools
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from ortools.sat.python import cp_model

from scheduler.audit.audit import audit
from scheduler.domain import Duty, Problem, Roster, Terms
from scheduler.errors import InputError, SolverFault
from scheduler.i18n import Sentence
from scheduler.model.roster_model import RosterModel
from scheduler.rules.book import Rulebook
from scheduler.solver.outcome import Solved, Undecided
from scheduler.solver.solve import solve
from tests.benchmarks import __main__ as program
from tests.benchmarks import table
from tests.benchmarks.nrp import read_instance, write_csv
from tests.benchmarks.peers import PEERS, Missing
from tests.benchmarks.swaps import fewest_changes, requested
from tests.benchmarks.table import COLUMNS, Answer, read_best
from tests.support.generated_desks import tight_desk

SMALL = """
# an invented instance: nine days from a Monday
SECTION_HORIZON
9

SECTION_SHIFTS
# ShiftID, Length in mins, Shifts which cannot follow this shift | separated
E,480,
N,600,E

SECTION_STAFF
# ID, MaxShifts, MaxTotalMinutes, MinTotalMinutes, MaxConsecutive, MinConsecutive, MinDaysOff, MaxWeekends
Ann,E=9|N=2,2880,2040,3,2,2,1
Bob,E=2|N=9,2880,1800,4,1,3,0

SECTION_DAYS_OFF
Ann,1
Bob,8

SECTION_SHIFT_ON_REQUESTS
Ann,2,N,3
Bob,3,N,2

SECTION_SHIFT_OFF_REQUESTS
Ann,4,E,1

SECTION_COVER
# Day, ShiftID, Requirement, Weight for under, Weight for over
0,E,1,100,1
2,E,2,90,1
2,N,1,100,7
3,N,1,100,1
4,E,1,50,1
5,E,1,100,1
6,E,0,100,4
7,N,1,100,1
8,N,2,10,1
"""

# The same by hand, sharing nothing with the reader but the words above.
MINUTES = {"E": 480, "N": 600}
STAFF = {
    "Ann": {"most": {"E": 9, "N": 2}, "minutes": (2040, 2880), "run": (2, 3), "off": 2, "weekends": 1, "away": 1},
    "Bob": {"most": {"E": 2, "N": 9}, "minutes": (1800, 2880), "run": (1, 4), "off": 3, "weekends": 0, "away": 8},
}
COVER = {
    (0, "E"): (1, 100, 1),
    (2, "E"): (2, 90, 1),
    (2, "N"): (1, 100, 7),
    (3, "N"): (1, 100, 1),
    (4, "E"): (1, 50, 1),
    (5, "E"): (1, 100, 1),
    (6, "E"): (0, 100, 4),
    (7, "N"): (1, 100, 1),
    (8, "N"): (2, 10, 1),
}


def legal(name, line, staff=STAFF):
    """Whether a line, one shift or nothing a day, keeps every rule for the employee."""
    who = staff[name]
    worked = [shift for shift in line if shift]
    saturday, sunday = line[5:7]
    runs = [(on, len(list(days))) for on, days in itertools.groupby(line, bool)]
    short = {True: who["run"][0], False: who["off"]}
    return (
        not line[who["away"]]
        and all(count <= who["most"][shift] for shift, count in Counter(worked).items())
        and who["minutes"][0] <= sum(MINUTES[shift] for shift in worked) <= who["minutes"][1]
        and ("N", "E") not in itertools.pairwise(line)
        and bool(saturday or sunday) <= who["weekends"]
        and all(length <= who["run"][1] for on, length in runs if on)
        and all(length >= short[on] for on, length in runs[1:-1])
    )


def recount(ann, bob):
    """What a pair of lines costs."""
    total = 3 * (ann[2] != "N") + 2 * (bob[3] != "N") + (ann[4] == "E")
    for (day, shift), (need, under, over) in COVER.items():
        heads = (ann[day] == shift) + (bob[day] == shift)
        total += under * max(0, need - heads) + over * max(0, heads - need)
    return total


def cheapest():
    """The least cost of any legal pair of lines, by trying them all."""
    lines = [line for line in itertools.product(("", "E", "N"), repeat=9) if not (line[1] and line[8])]
    legal_lines = {name: [line for line in lines if legal(name, line)] for name in STAFF}
    return min(recount(ann, bob) for ann in legal_lines["Ann"] for bob in legal_lines["Bob"])


def written(folder, text=SMALL, name="Small"):
    path = folder / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    return path


def rows(path: Path) -> dict[str, list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {name: cells for name, *cells in csv.reader(file)}


def roster_of(problem: Problem, lines: dict[str, tuple[str, ...]]) -> Roster:
    return Roster(
        Duty(name, day, shift)
        for name, line in lines.items()
        for day, shift in zip(problem.dates, line, strict=True)
        if shift
    )


def run(*words) -> tuple[int, str]:
    done = CliRunner().invoke(program.main, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_the_solver_finds_what_trying_every_roster_finds(tmp_path):
    _, problem, rulebook, _ = read_instance(written(tmp_path))
    outcome = solve(problem, rulebook, time_limit=20, cores=1)
    assert isinstance(outcome, Solved)
    write_csv(problem, outcome.roster, tmp_path / "made" / "roster.csv")
    lines = rows(tmp_path / "made" / "roster.csv")
    assert list(lines) == ["Ann", "Bob"]
    assert all(legal(name, line) for name, line in lines.items())
    assert outcome.objective == recount(*lines.values()) == cheapest()
    assert outcome.status == "OPTIMAL"


@pytest.mark.parametrize("seed", range(3))
def test_the_audit_judges_any_roster_as_counting_by_hand_does(tmp_path, seed):
    _, problem, rulebook, _ = read_instance(written(tmp_path))
    rng = random.Random(seed)
    every = list(itertools.product(("", "E", "N"), repeat=9))
    kept = {name: [line for line in every if legal(name, line)] for name in STAFF}
    strayed = 0
    for _ in range(300):
        lines = {name: rng.choice(kept[name] if rng.random() < 0.7 else every) for name in STAFF}
        if rng.random() < 0.5:  # one cell away from a legal line, where a boundary is
            name, at = rng.choice(list(STAFF)), rng.randrange(9)
            lines[name] = (*lines[name][:at], rng.choice(("", "E", "N")), *lines[name][at + 1 :])
        found = audit(problem, rulebook, roster_of(problem, lines))
        illegal = {name for name, line in lines.items() if not legal(name, line)}
        assert {violation.reason.workers[0] for violation in found.broken} == illegal, lines
        assert found.cost == recount(*lines.values()), lines
        strayed += bool(illegal)
    assert 50 < strayed < 250


def test_a_shift_without_a_cover_row_may_be_worked_for_nothing(tmp_path):
    _, problem, rulebook, _ = read_instance(written(tmp_path))
    free = audit(problem, rulebook, roster_of(problem, {"Ann": ("",) * 9, "Bob": ("N",) + ("",) * 8}))
    none = audit(problem, rulebook, Roster(()))
    assert free.cost == none.cost
    assert {v.reason.rule for v in free.broken} == {"hours_in_period"}  # nothing calls the shift closed


def test_what_an_instance_does_not_ask_for_is_switched_off(tmp_path):
    _, problem, rulebook, _ = read_instance(written(tmp_path))
    on = {rule.name for rule in rulebook.on(problem)}
    assert {"shift_cover", "forbidden_successions"} <= on
    assert not on & {"rest_between_duties", "fairness", "weekly_rest_day", "monthly_hours"}
    assert all(switched.because for switched in rulebook.off)


def test_two_duties_on_a_day_cannot_be_written(tmp_path):
    _, problem, *_ = read_instance(written(tmp_path))
    day = problem.first
    with pytest.raises(ValueError, match="Ann: two duties"):
        write_csv(problem, Roster([Duty("Ann", day, "E"), Duty("Ann", day, "N")]), tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("wrong", "right", "found"),
    [
        ("9\n\nSECTION_SHIFTS", "nine\n\nSECTION_SHIFTS", "nine"),
        ("9\n\nSECTION_SHIFTS", "0\n\nSECTION_SHIFTS", "0"),
        ("N,600,E", "N,1441,E", "1441"),
        ("N,600,E", "N,600,X", "X"),
        ("N,600,E", "E,600,", "E"),
        ("E,480,\n", "E>F,480,\n", "E>F"),
        ("Bob,E=2|N=9,2880", "Ann,E=2|N=9,2880", "Ann"),
        ("Bob,E=2|N=9,2880", "Bob,E=2|M=9,2880", "M"),
        ("Bob,E=2|N=9,2880", "Bob,E=2|N,2880", "E=2|N"),
        ("2880,1800,4,1,3,0", "1799,1800,4,1,3,0", "1800"),
        ("2880,1800,4,1,3,0", "2880,1800,0,1,3,0", "0"),
        ("2880,1800,4,1,3,0", "2880,1800,4,5,3,0", "5"),
        ("2880,1800,4,1,3,0", "2880,1800,4,1,3", "Bob,E=2|N=9,2880,1800,4,1,3"),
        ("2880,1800,4,1,3,0", "2880,1800,4,1,3,0,7", "Bob,E=2|N=9,2880,1800,4,1,3,0,7"),
        ("Bob,8\n", "Bob,9\n", "9"),
        ("Bob,8\n", "Eve,8\n", "Eve"),
        ("Bob,3,N,2", "Bob,3,N,{x}", "{x}"),
        ("Bob,3,N,2", "Bob,-1,N,2", "-1"),
        ("7,N,1,100,1", "7,N,1,100,1.5", "1.5"),
        ("7,N,1,100,1", "5,E,1,100,1", "5,E"),
        ("SECTION_COVER", "SECTION_COVERS", "SECTION_COVERS"),
        ("SECTION_DAYS_OFF", "SECTION_STAFF", "SECTION_STAFF"),
        ("# an invented instance: nine days from a Monday", "hello", "hello"),
    ],
)
def test_a_malformed_line_is_named_with_its_number(tmp_path, wrong, right, found):
    text = SMALL.replace(wrong, right, 1)
    assert text != SMALL
    changed = [(a, b) for a, b in zip(SMALL.splitlines(), text.splitlines(), strict=True)]
    row = next(at for at, (a, b) in enumerate(changed, 1) if a != b)
    with pytest.raises(InputError) as caught:
        read_instance(written(tmp_path, text))
    fault = next(fault for fault in caught.value.faults if fault.row)
    assert (fault.row, fault.found) == (row, found)
    for lang in ("zh", "en"):
        assert "Small.txt" in fault.say(lang)
        assert str(row) in fault.say(lang)


def test_every_bad_line_is_named_at_once(tmp_path):
    text = (
        SMALL.replace("Ann,1\n", "Ann,99\n").replace("Ann,2,N,3", "Ann,2,Q,3").replace("7,N,1,100,1", "7,N,one,100,1")
    )
    with pytest.raises(InputError) as caught:
        read_instance(written(tmp_path, text))
    assert [fault.found for fault in caught.value.faults] == ["99", "Q", "one"]


def test_the_limits_of_the_format_are_read(tmp_path):
    _, problem, *_ = read_instance(
        written(tmp_path, SMALL.replace("N,600,E", "N,1440,E").replace("Bob,8", "Bob,0,1,8"))
    )
    assert problem.shift_by_code["N"].paid_minutes == 1440
    days = [(leave.first, leave.last) for leave in problem.leave if leave.worker == "Bob"]
    assert days == [(problem.dates[0], problem.dates[1]), (problem.dates[8], problem.dates[8])]
    assert problem.first.weekday() == 0


def test_terms_are_read_as_written(tmp_path):
    text = SMALL.replace("Ann,E=9|N=2,2880,2040", "Ann,E=8|N=9,2890,2041").replace("Bob,E=2|N=9", "Bob,N=2")
    _, problem, *_ = read_instance(written(tmp_path, text))
    ann, bob = (worker.terms for worker in problem.workers)
    assert ann == Terms(
        most_days_in_a_row=3,
        least_days_in_a_row=2,
        least_days_off_in_a_row=2,
        most_weekends=1,
        least_hours=2041 / 60,
        most_hours=2890 / 60,
        most_of_shift=(("E", 8),),
    )  # nine of nine days is no limit
    assert bob == Terms(
        most_days_in_a_row=4,
        least_days_in_a_row=1,
        least_days_off_in_a_row=3,
        most_weekends=0,
        least_hours=30.0,
        most_hours=48.0,
        most_of_shift=(("E", 0), ("N", 2)),
    )  # a shift left out is not for him


@pytest.mark.parametrize("text", ["", "\x00\xff", "SECTION_HORIZON\n7\n"])
def test_a_file_without_its_sections_is_told_what_is_missing(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read_instance(written(tmp_path, text))
    assert any("SECTION_COVER" in fault.say("en") for fault in caught.value.faults)


def test_bytes_that_are_no_text_are_a_fault(tmp_path):
    path = tmp_path / "Small.txt"
    path.write_bytes(b"SECTION_HORIZON\n\xff\xfe\n")
    with pytest.raises(InputError, match="1 faults"):
        read_instance(path)


# The command line


@pytest.mark.parametrize("command", sorted(program.main.commands))
def test_every_command_has_help(command):
    code, said = run(command, "--help")
    assert code == 0
    assert program.main.commands[command].help
    for option in program.main.commands[command].params:
        assert option.param_type_name == "argument" or option.help, option.name
    assert "--time-limit" in said


def test_a_run_writes_rows_medians_and_rosters(tmp_path):
    (tmp_path / "in").mkdir()
    written(tmp_path / "in", name="Small2")
    written(tmp_path / "in", name="Small10")
    best = tmp_path / "best.csv"
    best.write_text(f"# known\ninstance,best\nSmall2,{cheapest() - 1}\n", encoding="utf-8")
    out = tmp_path / "out" / "table.csv"
    words = ["nrp", tmp_path / "in", "--seeds", 2, "--time-limit", 20, "--cores", 1, "--csv", out]
    code, said = run(*words, "--best", best, "--rosters", tmp_path / "rosters")
    assert code == 0, said
    head, *_ = out.read_text(encoding="utf-8").splitlines()
    assert head.startswith("# nrp: 20 s, 1 cores, 2 seeds; 20")
    assert "ortools 9" in head
    frame = pd.read_csv(out, comment="#")
    assert tuple(frame.columns) == COLUMNS
    assert list(zip(frame["instance"], frame["seed"], strict=True)) == [
        ("Small2", 0),
        ("Small10", 0),
        ("Small2", 1),
        ("Small10", 1),
    ]
    assert set(frame["objective"]) == {cheapest()}
    assert set(frame["hard_violations"]) == {0}
    assert set(frame["own_gap"]) == {0}
    assert frame["best_gap"].dropna().tolist() == pytest.approx([1 / (cheapest() - 1)] * 2)
    medians = pd.read_csv(tmp_path / "out" / "table-medians.csv", comment="#")
    assert medians["runs"].tolist() == [2, 2]
    assert medians["lowest"].tolist() == [cheapest()] * 2
    lines = rows(tmp_path / "rosters" / "Small10-seed1.csv")
    assert recount(*lines.values()) == cheapest()
    assert "OPTIMAL" in said


def test_only_some_instances_are_run_and_unknown_ones_are_refused(tmp_path):
    written(tmp_path)
    written(tmp_path, name="Other")
    code, said = run("nrp", tmp_path, "--only", "Other", "--time-limit", 20, "--cores", 1)
    assert code == 0
    assert "Other ours" in said
    assert "Small ours" not in said
    code, said = run("nrp", tmp_path, "--only", "Other,Nothing")
    assert code == 2
    assert "no Nothing" in said
    assert "there: Other, Small" in said


def test_a_malformed_folder_is_bad_input_with_every_place(tmp_path):
    written(tmp_path, SMALL.replace("Ann,1\n", "Ann,99\n"), "A")
    written(tmp_path, SMALL.replace("Bob,8\n", "Bob,99\n"), "B")
    code, said = run("nrp", tmp_path)
    assert code == 2
    assert "A.txt, row 17" in said
    assert "B.txt, row 18" in said
    assert "Traceback" not in said


def test_a_wrong_table_of_best_known_is_bad_input(tmp_path):
    written(tmp_path)
    best = tmp_path / "best.csv"
    for text in ("instance,cost\nSmall,1\n", "instance,best\nSmall,low\n", ""):
        best.write_text(text, encoding="utf-8")
        with pytest.raises(InputError):
            read_best(best)
    code, said = run("nrp", tmp_path, "--best", best)
    assert code == 2
    assert "best.csv" in said


def test_a_broken_hard_rule_ends_in_one(tmp_path, monkeypatch):
    written(tmp_path)
    out = tmp_path / "out.csv"
    for status, expected in (("FEASIBLE", 1), ("ILLEGAL", 0)):
        monkeypatch.setattr(program, "ours", lambda *a, status=status, **k: Answer(status, 1.0, Roster(())))
        code, _ = run("nrp", tmp_path, "--csv", out)
        assert code == expected
        frame = pd.read_csv(out, comment="#")
        assert frame["hard_violations"].tolist() == [2]
        assert frame["objective"].isna().all()


def test_a_solver_fault_is_a_row_and_ends_in_one(tmp_path, monkeypatch):
    def faulty(*args, **options):
        raise SolverFault(Sentence("坏了", "broken within"))

    monkeypatch.setattr(table, "solve", faulty)
    written(tmp_path)
    code, said = run("nrp", tmp_path)
    assert code == 1
    assert "FAULT: broken within" in said


def test_no_roster_is_a_row_without_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "solve", lambda *a, **k: Undecided(2.0))
    written(tmp_path)
    code, _ = run("nrp", tmp_path, "--csv", tmp_path / "out.csv")
    frame = pd.read_csv(tmp_path / "out.csv", comment="#")
    assert code == 0
    assert frame["status"].tolist() == ["UNDECIDED"]
    assert frame[["objective", "hard_violations", "own_gap"]].isna().all(axis=None)


def test_an_interrupted_benchmark_keeps_its_rows(tmp_path, monkeypatch):
    written(tmp_path)
    calls = []

    def once(*args, **options):
        calls.append(options)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return table.ours(*args, **options)

    monkeypatch.setattr(program, "ours", once)
    code, said = run("nrp", tmp_path, "--seeds", 5, "--cores", 1, "--csv", tmp_path / "out.csv")
    assert code == 130
    assert "interrupted" in said
    assert len(pd.read_csv(tmp_path / "out.csv", comment="#")) == 1
    assert [call["seed"] for call in calls] == [0, 1]


def test_desks_are_measured(tmp_path):
    out = tmp_path / "out.csv"
    code, said = run("desk", "--staff", "12,13", "--time-limit", 1, "--cores", 1, "--csv", out)
    assert code == 0, said
    frame = pd.read_csv(out, comment="#")
    assert frame["instance"].tolist() == ["desk-12", "desk-13"]
    assert frame["staff"].tolist() == [12, 13]
    code, said = run("desk", "--staff", "30", "--tight", "--time-limit", 1, "--cores", 1, "--csv", out)
    assert code == 0, said
    row = pd.read_csv(out, comment="#").iloc[0]
    assert row["instance"] == "tight-30"
    assert row["status"] != "IMPOSSIBLE"
    assert run("desk", "--staff", "12,few")[0] == 2
    assert run("desk", "--staff", "0")[0] == 2


# Requests


EASED = SMALL.replace("E=9|N=2,2880,2040,3,2,2,1", "E=9|N=9,3600,600,4,2,1,2").replace(
    "E=2|N=9,2880,1800,4,1,3,0", "E=9|N=9,3600,600,4,2,1,2"
)


def test_requests_settle_the_past_and_ask_for_the_fewest_changes(tmp_path):
    _, problem, rulebook, _ = read_instance(written(tmp_path, EASED))
    every = list(itertools.product(("", "E", "N"), repeat=9))
    loose = {"most": {"E": 9, "N": 9}, "minutes": (600, 3600), "run": (2, 4), "off": 1, "weekends": 2}
    eased = {"Ann": loose | {"away": 1}, "Bob": loose | {"away": 8}}
    kept = {name: [line for line in every if legal(name, line, eased)] for name in eased}
    rng = random.Random(1)
    kinds: Counter[int] = Counter()
    for _ in range(8):
        lines = {name: rng.choice(kept[name]) for name in kept}
        live = roster_of(problem, lines)
        for kind, asked in requested(problem, rulebook, live, rng, 1):
            cells = {(fixed.worker, fixed.day): fixed.shift for fixed in asked.fixed}
            day = max(at for _, at in cells)
            today = problem.dates.index(day)
            moved = {name: cells[name, day] for name in lines if (name, day) in cells}
            was = {name: lines[name][today] for name in lines}
            assert moved == {"Ann": was["Bob"], "Bob": was["Ann"]}  # of two workers, each gets the other's cell
            assert ("" in was.values()) == (kind == "stand-in")
            assert all(cells[name, problem.dates[at]] == lines[name][at] for name in lines for at in range(today))
            assert len(cells) == 2 * (today + 1)
            fewest = 0
            for name, line in lines.items():
                wanted = (*line[:today], moved[name])
                free = [other for other in kept[name] if other[: today + 1] == wanted]
                fewest += min((sum(map(str.__ne__, line, other)) for other in free), default=99)
            answer = fewest_changes(asked, rulebook, live=live, seed=0, time_limit=10, cores=1)
            row = table.measured("swap", "ours", 0, asked, rulebook, answer, live=live)
            if fewest >= 99:
                assert row.status == "IMPOSSIBLE"
            else:
                assert (row.status, row.changes, row.fewest, row.hard_violations) == ("OPTIMAL", fewest, fewest, 0)
            kinds[min(fewest, 99)] += 1
    assert {2, 3, 4} <= set(kinds)  # with no other cell moved, with one, with two


def any_rosters(problem: Problem, rulebook: Rulebook) -> Iterator[Roster]:
    """Legal rosters of all sorts, each the best for costs at random."""
    for seed in range(50):
        rng, model = random.Random(seed), RosterModel(problem)
        rulebook.encode(problem, model)
        keys = [
            (worker.id, day, shift.code)
            for worker in problem.workers
            for day in problem.dates
            for shift in problem.shifts
        ]
        cells = [cell for key in keys if not isinstance(cell := model.works(*key), int)]
        model.cp.minimize(cp_model.LinearExpr.weighted_sum(cells, [rng.randint(-5, 5) for _ in cells]))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model.cp) == cp_model.OPTIMAL
        yield model.roster(solver.boolean_value)


def test_swaps_are_measured(tmp_path, monkeypatch):
    _, problem, rulebook, _ = read_instance(written(tmp_path))
    found = any_rosters(problem, rulebook)
    live = next(one for one in found if any(requested(problem, rulebook, one, random.Random(0), 2)))
    monkeypatch.setattr(program, "three_shift_desk", lambda people, seed: problem)
    monkeypatch.setattr(program, "read_rulebook", lambda tables: rulebook)
    rosters = iter([live, None])
    monkeypatch.setattr(program, "ours", lambda *a, **k: Answer("FEASIBLE", 1.0, next(rosters)))
    code, said = run("swap", "--staff", "2,3", "--requests", 2, "--cores", 1, "--csv", tmp_path / "out.csv")
    assert code == 0, said
    assert "swap-3 seed 0 is left out: no live roster" in said
    frame = pd.read_csv(tmp_path / "out.csv", comment="#")
    assert set(frame["instance"]) <= {"swap-2 two-way", "swap-2 stand-in"}
    assert set(frame["status"]) <= {"OPTIMAL", "IMPOSSIBLE"}
    assert (frame["changes"].dropna() >= 2).all()


# Peers


def test_peers_agree_with_trying_every_roster(tmp_path):
    written(tmp_path)
    words = ["--against", "cpsat-defaults,highs", "--time-limit", 20, "--cores", 1]
    code, said = run("peers", tmp_path, *words, "--csv", tmp_path / "out.csv", "--rosters", tmp_path / "rosters")
    assert code == 0, said
    frame = pd.read_csv(tmp_path / "out.csv", comment="#")
    assert frame["solver"].tolist() == ["ours", "cpsat-defaults", "highs"]
    assert frame["status"].tolist() == ["OPTIMAL"] * 3
    assert frame["objective"].tolist() == frame["bound"].tolist() == [cheapest()] * 3
    for solver in frame["solver"]:
        lines = rows(tmp_path / "rosters" / f"Small-{solver}-seed0.csv")
        assert all(legal(name, line) for name, line in lines.items())
        assert recount(*lines.values()) == cheapest()


@pytest.mark.parametrize("solver", ["cpsat-defaults", "highs"])
def test_peers_call_an_impossible_instance_impossible(tmp_path, solver):
    text = SMALL.replace("2880,1800,4,1,3,0", "2880,2880,2,1,8,0")
    _, problem, rulebook, _ = read_instance(written(tmp_path, text))
    answer = PEERS[solver](problem, rulebook, seed=0, time_limit=10, cores=1)
    assert (answer.status, answer.roster, answer.bound) == ("IMPOSSIBLE", None, None)


def test_a_peer_that_is_not_installed_is_reported_and_left_out(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "timefold", None)
    _, problem, rulebook, _ = read_instance(written(tmp_path))
    with pytest.raises(Missing, match="pip install timefold"):
        PEERS["timefold"](problem, rulebook, seed=0, time_limit=1, cores=1)
    code, said = run(
        "peers", tmp_path, "--against", "timefold", "--cores", 1, "--seeds", 2, "--csv", tmp_path / "o.csv"
    )
    assert code == 0
    assert said.count("timefold is left out") == 1
    assert pd.read_csv(tmp_path / "o.csv", comment="#")["solver"].tolist() == ["ours", "ours"]
    assert run("peers", tmp_path, "--against", "nobody")[0] == 2


# Generated desks


@pytest.mark.parametrize("people", [30, 100])
def test_a_tight_desk_is_as_tight_as_it_says(people):
    problem = tight_desk(people)
    away = len([day for _, day in problem.leave_days if day in problem.day_by_date]) / people / len(problem.dates)
    assert 0.2 <= away < 0.21
    wanted = sum(heads for day in problem.dates for heads in problem.heads_on(day).values())
    capacity = sum(minutes // 480 for minutes in problem.norm_minutes.values())
    assert 0.93 < wanted / capacity <= 1
    assert {row.skill for row in problem.demand} == {"", "投诉处理", "外语"}
    assert tight_desk(people).fingerprint == problem.fingerprint != tight_desk(people, 1).fingerprint


def test_explanations_of_impossible_months_are_measured(tmp_path):
    out = tmp_path / "explain.csv"
    code, said = run("explain", "--staff", 6, "--only", "leader", "--time-limit", 60, "--cores", 1, "--csv", out)
    assert code == 0, said
    (row,) = pd.read_csv(out).to_dict("records")
    assert row["month"].startswith("leader")
    assert row["works"]
    assert row["cheapest"]
    assert row["smallest"]
    assert row["decisions"] >= 1
    assert row["repairs"] >= 1
    assert row["first_seconds"] <= row["repairs_seconds"]
