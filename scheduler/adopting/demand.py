"""How many people the old rosters had on each shift, by kind of day: the fewest, the usual number and the most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain import WEEKDAY_KEYS, Day, DayKind
from scheduler.i18n import Sentence, fill_in

FEWEST_WEEKDAYS = 3  # days of each weekday, from which weekdays are told apart

Groups = dict[tuple[str, Sentence], list[int]]  # heads by day key and what such days are called

ALL_DAYS, WORKDAYS, OFF_DAYS = (
    Sentence("天", "days"),
    Sentence("个工作日", "workdays"),
    Sentence("个休息日", "days off"),
)
STATUTORY, WEEKDAY = Sentence("个法定节假日", "statutory holidays"), Sentence("个这样的星期", "such weekdays")
EVIDENCE = Sentence(
    "{n} {days}：最少 {least} 人（{at_least} 天），平常 {usual} 人（{at_usual} 天），最多 {most} 人（{at_most} 天）",
    "{n} {days}: at least {least} ({at_least} days), usually {usual} ({at_usual} days), at most {most} ({at_most} days)",
)


@dataclass(frozen=True)
class ProposedDemand:
    """A row for the demand table, and what speaks for it.

    Attributes
    ----------
    days : int
        How many days support it.
    """

    shift: str
    on: str
    least: int
    target: int
    most: int
    days: int
    evidence: Sentence


def propose_demand(heads: Mapping[str, Mapping[date, int]], days: Sequence[Day]) -> list[ProposedDemand]:
    """Rows for the demand table.

    Parameters
    ----------
    heads : mapping of shift code to (mapping of date to int)
        The people on each shift, on the days that are wholly known.
    days : sequence of Day
        The calendar of these days.
    """
    found: list[ProposedDemand] = []
    for shift, by_date in heads.items():
        known = [day for day in days if day.date in by_date]
        if any(by_date.values()) and known:
            found += _of_shift(shift, by_date, known)
    return found


def _of_shift(shift: str, heads: Mapping[date, int], days: Sequence[Day]) -> list[ProposedDemand]:
    statutory = [day for day in days if day.kind is DayKind.STATUTORY]
    common = [day for day in days if day.kind is not DayKind.STATUTORY] or list(days)
    groups = {
        key: numbers
        for key, off in ((("workday", WORKDAYS), False), (("offday", OFF_DAYS), True))
        if (numbers := [heads[day.date] for day in common if day.is_off is off])
    }
    if len(groups) > 1 and len({_range(numbers) for numbers in groups.values()}) == 1:
        groups = {("all", ALL_DAYS): [heads[day.date] for day in common]}
    for parts in (("sat", "sun"), WEEKDAY_KEYS):
        groups = _finer(groups, heads, common, parts)
    rows = [_row(shift, key, name, numbers) for (key, name), numbers in groups.items()]
    festive = [heads[day.date] for day in statutory]
    if festive and common != list(days):
        own = _row(shift, DayKind.STATUTORY.value, STATUTORY, festive)
        off = next((row for row in rows if row.on in ("offday", "all")), None)
        if off is None or not off.least <= own.least <= own.most <= off.most:
            rows.append(own)
    return rows


def _finer(groups: Groups, heads: Mapping[date, int], days: Sequence[Day], weekdays: Sequence[str]) -> Groups:
    """The groups with days off, or all days, told apart by weekday, where that explains at least half of their differences."""
    coarse = ("offday", "all") if len(weekdays) < len(WEEKDAY_KEYS) else ("workday", "offday", "all", "sat", "sun")
    mine = [day for day in days if WEEKDAY_KEYS[day.date.weekday()] in weekdays and (day.is_off or "mon" in weekdays)]
    found: Groups = {(key, WEEKDAY): [] for key in weekdays}
    for day in mine:
        found[WEEKDAY_KEYS[day.date.weekday()], WEEKDAY].append(heads[day.date])
    before = {key: numbers for key, numbers in groups.items() if key[0] in coarse}
    covered = sum(map(len, found.values())) == sum(map(len, before.values()))
    if not covered or any(len(numbers) < FEWEST_WEEKDAYS for numbers in found.values()):
        return groups
    if (
        not _unlike(before)
        or 2 * _unlike(found) > _unlike(before)
        or len({_range(numbers) for numbers in found.values()}) == 1
    ):
        return groups
    return {key: numbers for key, numbers in groups.items() if key not in before} | found


def _unlike(groups: Groups) -> int:
    """How far the numbers are from the usual ones of their groups, in all."""
    return sum(abs(number - _usual(numbers)) for numbers in groups.values() for number in numbers)


def _range(numbers: Sequence[int]) -> tuple[int, int, int]:
    return min(numbers), _usual(numbers), max(numbers)


def _usual(numbers: Sequence[int]) -> int:
    """The number that stands most often; of several the lower."""
    counts = Counter(numbers)
    return min(counts, key=lambda number: (-counts[number], number))


def _row(shift: str, key: str, name: Sentence, numbers: Sequence[int]) -> ProposedDemand:
    least, usual, most = _range(numbers)
    counts = Counter(numbers)
    evidence = fill_in(
        EVIDENCE,
        n=len(numbers),
        days=name,
        least=least,
        at_least=counts[least],
        usual=usual,
        at_usual=counts[usual],
        most=most,
        at_most=counts[most],
    )
    return ProposedDemand(shift, key, least, usual, most, len(numbers), evidence)
