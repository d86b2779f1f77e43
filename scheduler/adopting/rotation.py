"""Whether teams rotate together: everybody of a team on one shift a day, in a cycle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.adopting.habits import Habit
from scheduler.adopting.old_rosters import OldDay, OldPerson, Says
from scheduler.i18n import Sentence, fill_in, join_sentences
from scheduler.rules.book import discovered

TOGETHER = 0.9  # part of the days on which a team is on one shift, and of those that repeat
FEWEST_DAYS, LONGEST = 14, 28  # days of a cycle that can be told
REST = "休"

ROTATES = Sentence(
    "{team} {n} 人一起轮，{days} 天为一轮，{kept} 天中 {same} 天如此",
    "{n} people of {team} go through it together, {days} days a round, on {same} of {kept} days",
)


@dataclass(frozen=True)
class Rotation:
    """The cycle that a team goes through: as the rule on it is given it, and what speaks for it."""

    text: str
    evidence: Sentence


def propose_rotations(people: Mapping[str, OldPerson], days: Sequence[OldDay]) -> Iterator[Habit]:
    """The setting of the rule on teams in rotation, where teams rotate."""
    found = list(find_rotations(people, days))
    for name, rule in discovered().items():
        if rule.team_cycles and found:
            evidence = join_sentences(one.evidence for one in found)
            yield Habit(name, rule.team_cycles, [one.text for one in found], evidence)


def find_rotations(people: Mapping[str, OldPerson], days: Sequence[OldDay]) -> Iterator[Rotation]:
    """Each team whose people are on one shift a day, in a cycle."""
    teams: dict[str, list[str]] = {}
    for person in people.values():
        if person.team:
            teams.setdefault(person.team, []).append(person.key)
    by_person: dict[str, dict[date, OldDay]] = {}
    for day in days:
        by_person.setdefault(day.person, {})[day.day] = day
    for team, members in teams.items():
        if len(members) < 2:
            continue
        on: dict[date, Counter[str]] = {}
        for member in members:
            for when, day in by_person.get(member, {}).items():
                if day.says is not Says.LEAVE:
                    on.setdefault(when, Counter())["+".join(day.codes) or REST] += 1
        shared = {when: codes.most_common(1)[0][0] for when, codes in on.items() if len(codes) == 1}
        if len(on) < FEWEST_DAYS or len(shared) < TOGETHER * len(on):
            continue
        for length in range(2, LONGEST + 1):
            pairs = [
                (code, shared[after])
                for when, code in shared.items()
                if (after := when + timedelta(days=length)) in shared
            ]
            same = sum(first == second for first, second in pairs)
            if len(pairs) >= length and same >= TOGETHER * len(pairs) and len(set(shared.values())) > 1:
                first = min(shared)
                codes = [shared.get(first + timedelta(days=n), "") for n in range(length)]
                if all(code and "+" not in code for code in codes):
                    told = fill_in(ROTATES, team=team, n=len(members), days=length, kept=len(on), same=len(shared))
                    yield Rotation(f"{team}={'|'.join(codes)}@{first}", told)
                break
