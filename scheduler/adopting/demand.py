"""How many people the old rosters had on each shift, by kind of day: the fewest, the usual number and the most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain import WEEKDAY_KEYS, Day, DayKind
from scheduler.i18n import Sentence, fill_in

FEWEST_WEEKDAYS = 3  # days of each weekday, from which weekdays are told apart

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
    parts = {
        ("workday", WORKDAYS): [day for day in common if not day.is_off],
        ("offday", OFF_DAYS): [day for day in common if day.is_off],
    }
    groups = {key: [heads[day.date] for day in part] for key, part in parts.items() if part}
    if len(groups) < 2 or len({_range(numbers) for numbers in groups.values()}) == 1:
        groups = {("all", ALL_DAYS): [heads[day.date] for day in common]}
    by_weekday = _by_weekday(heads, common)
    if by_weekday and _spread(by_weekday.values()) == 0 < _spread(groups.values()):
        groups = {(key, WEEKDAY): numbers for key, numbers in by_weekday.items()}
    rows = [_row(shift, key, name, numbers) for (key, name), numbers in groups.items()]
    festive = [heads[day.date] for day in statutory]
    if festive and common != list(days):
        own = _row(shift, DayKind.STATUTORY.value, STATUTORY, festive)
        off = next((row for row in rows if row.on in ("offday", "all")), None)
        if off is None or not off.least <= own.least <= own.most <= off.most:
            rows.append(own)
    return rows


def _by_weekday(heads: Mapping[date, int], days: Sequence[Day]) -> dict[str, list[int]]:
    """The heads of each weekday, where every one is known often enough to tell them apart."""
    found: dict[str, list[int]] = {key: [] for key in WEEKDAY_KEYS}
    for day in days:
        found[WEEKDAY_KEYS[day.date.weekday()]].append(heads[day.date])
    return found if all(len(numbers) >= FEWEST_WEEKDAYS for numbers in found.values()) else {}


def _range(numbers: Sequence[int]) -> tuple[int, int, int]:
    return min(numbers), _usual(numbers), max(numbers)


def _spread(groups: object) -> int:
    return sum(max(numbers) - min(numbers) for numbers in groups)  # type: ignore[attr-defined]


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
