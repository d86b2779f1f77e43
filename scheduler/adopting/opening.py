"""When the desk was open: the minutes at which the old rosters had somebody there on every day of a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler.adopting.old_rosters import OldDay, OldShift
from scheduler.domain import WEEKDAY_KEYS, Day, DayKind
from scheduler.i18n import Sentence, fill_in
from scheduler.timeline import DAY_MINUTES, ONE_DAY, clock_text

SHORTEST = 30  # minutes of a stretch that counts
CLOSED = "closed"
EVIDENCE = Sentence("{n} 天每天这些时刻都有人在岗", "somebody is there at these times on each of {n} days")
NOBODY = Sentence("{n} 天都没有一个时刻天天有人", "at no time is somebody there on each of {n} days")


def propose_opening(
    duties: Sequence[OldDay], shifts: Mapping[str, OldShift], days: Sequence[Day]
) -> dict[str, tuple[str, Sentence]]:
    """Opening hours by day key, each with what speaks for it."""
    there: dict[object, bytearray] = {}
    for duty in duties:
        for code in duty.codes:
            for start, end in shifts[code].spans:
                for day, first, last in (
                    (duty.day, start, min(end, DAY_MINUTES)),
                    (duty.day + ONE_DAY, 0, end - DAY_MINUTES),
                ):
                    first = max(first, start - DAY_MINUTES) if day != duty.day else first
                    if last > first:
                        minutes = there.setdefault(day, bytearray(DAY_MINUTES))
                        minutes[first:last] = b"\1" * (last - first)
    dates = {one.date for one in days}
    inner = [one for one in days if one.date - ONE_DAY in dates] or days  # of others it is not known what began before
    groups: dict[str, list[bytearray]] = {}
    for one in inner:
        key = WEEKDAY_KEYS[one.date.weekday()] if one.kind is DayKind.RESTDAY else "offday" if one.is_off else "workday"
        groups.setdefault(key, []).append(there.get(one.date, bytearray(DAY_MINUTES)))
    found = {key: (_always(minutes), len(minutes)) for key, minutes in groups.items()}
    for whole, parts in (("offday", ("sat", "sun", "offday")), ("all", ("workday", "offday"))):
        mine = {key: hours for key, hours in found.items() if key in parts}
        if mine and len({hours for hours, _ in mine.values()}) == 1 and (whole != "all" or len(mine) == len(found)):
            together = next(iter(mine.values()))[0], sum(n for _, n in mine.values())
            found = {key: hours for key, hours in found.items() if key not in mine} | {whole: together}
    return {key: (hours, fill_in(NOBODY if hours == CLOSED else EVIDENCE, n=n)) for key, (hours, n) in found.items()}


def _always(days: Sequence[bytearray]) -> str:
    """The stretches in which somebody is there on each day, as the settings write them."""
    stretches: list[str] = []
    start = None
    for minute in range(DAY_MINUTES + 1):
        covered = minute < DAY_MINUTES and all(day[minute] for day in days)
        if covered and start is None:
            start = minute
        elif not covered and start is not None:
            if minute - start >= SHORTEST:
                stretches.append(f"{clock_text(start)}-{clock_text(minute)}")
            start = None
    return ";".join(stretches) or CLOSED
