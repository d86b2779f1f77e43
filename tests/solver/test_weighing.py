"""What alternatives of a cell would take: held against every roster that there is."""

from __future__ import annotations

import random
from collections import Counter

from scheduler.audit.alternatives import Finding, Instead, find_alternatives, judge_alternatives, try_alternatives
from scheduler.domain import Roster
from scheduler.solver.weighing import prove_alternatives
from scheduler.time_limit import TimeLimit
from tests.solver.test_fewest_changes import desks, moved


def has(roster: Roster, alternative) -> bool:
    """Whether a roster has an alternative."""
    given_up = alternative.given_up
    return all(roster.on(*cell) == codes for cell, codes in alternative.held.items()) and not (
        given_up and given_up.shift in roster.on(given_up.worker, given_up.day)
    )


def test_every_figure_is_what_all_rosters_together_say():
    seen: Counter[str] = Counter()
    for number, (problem, rulebook, legal) in enumerate([*desks(), *desks()]):
        rng = random.Random(number)
        begun_days = number % 2
        live = min(legal, key=lambda roster: legal[roster]) if number % 4 else rng.choice(list(legal))
        begun = {(w.id, day): live.on(w.id, day) for w in problem.workers for day in problem.dates[:begun_days]}
        who, day = rng.choice(problem.workers).id, rng.choice(problem.dates[begun_days:])
        code = rng.choice(
            [*live.on(who, day), *live.on(who, day), *problem.codes_on(day), *([] if live.on(who, day) else [""])]
        )
        open_to = {r: cost for r, cost in legal.items() if all(r.on(*cell) == codes for cell, codes in begun.items())}
        asked = find_alternatives(problem, live, who, day, code)
        weighed = judge_alternatives(problem, rulebook, live, day, asked, least=min(legal.values()))
        limit = TimeLimit(60)
        weighed = try_alternatives(problem, rulebook, live, weighed, begun=begun, known=(), limit=limit)
        for one in weighed:  # before any search nothing is claimed that is not so
            fits = {roster: cost for roster, cost in open_to.items() if has(roster, one.alternative)}
            own = one.alternative.own_changes
            assert all(moved(problem, live, roster) - own >= one.further.least for roster in fits)
            assert one.best.found is None or min(fits.values()) <= one.best.found
        *_, weighed = prove_alternatives(problem, rulebook, live, weighed, begun=begun, known=(), limit=limit, cores=1)
        assert len(weighed) == len(asked)
        assert all(one in asked for one in (each.alternative for each in weighed))
        for one in weighed:
            fits = {roster: cost for roster, cost in open_to.items() if has(roster, one.alternative)}
            assert one.is_impossible == (not fits), (number, one.alternative)
            finding = one.find(legal[live])
            seen[f"{one.alternative.what} {finding}"] += 1
            if fits:
                assert (one.best.least, one.best.found) == (min(fits.values()),) * 2
                fewest = min(moved(problem, live, roster) for roster in fits) - one.alternative.own_changes
                assert (one.further.least, one.further.found) == (fewest, fewest)
                assert finding == (Finding.EQUAL if min(fits.values()) <= legal[live] else Finding.WORSE)
                seen["further" if fewest else "no further"] += 1
    kinds = (f"{kind} {word}" for kind in Instead for word in ("impossible", "equally_good", "worse"))
    assert all(seen[what] for what in (*kinds, "further", "no further")), seen


def test_without_time_nothing_is_claimed():
    problem, rulebook, legal = desks()[0]
    live = next(iter(legal))
    who, day = problem.workers[0].id, problem.dates[0]
    asked = find_alternatives(problem, live, who, day, next(iter(live.on(who, day)), ""))
    weighed = judge_alternatives(problem, rulebook, live, day, asked)
    none = TimeLimit(0)
    weighed = try_alternatives(problem, rulebook, live, weighed, begun={}, known=(), limit=none)
    assert list(prove_alternatives(problem, rulebook, live, weighed, begun={}, known=(), limit=none)) == []
    assert {one.find(legal[live]) for one in weighed} == {Finding.OPEN}
