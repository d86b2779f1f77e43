"""Workers, with their skills, protections and individual terms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduler.domain.calendar import within


class Skill(NamedTuple):
    """A skill and the days on which it is valid (both ends included, `None` for an open end)."""

    name: str
    first: date | None = None
    last: date | None = None


class ProtectionKind(StrEnum):
    """Why a worker may not be assigned nights or overtime."""

    PREGNANT = "pregnant"  # from the seventh month
    NURSING = "nursing"
    MINOR = "minor"


class HoursSystem(StrEnum):
    """Under which system of working time somebody works (工时制); all but the standard one need an approval."""

    STANDARD = "standard"
    COMPREHENSIVE = "comprehensive"  # hours are reckoned over a period
    IRREGULAR = "irregular"  # hours are not reckoned


class HoursPeriod(StrEnum):
    """The period over which the comprehensive system reckons hours (劳部发〔1994〕503号, 5)."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Protection(NamedTuple):
    """A protected status and its days (both ends included, `None` for an open end)."""

    kind: ProtectionKind
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Limits agreed with one worker (约定), which replace those of the rules; `None` keeps the rule's own.

    Attributes
    ----------
    most_days_in_a_row, least_days_in_a_row : int or None
        Most and least working days in a row.
    least_days_off_in_a_row : int or None
        Least days off in a row between two working days.
    most_weekends : int or None
        Most weekends with a duty, in the month.
    least_hours, most_hours : float or None
        Least and most paid hours, in the month.
    most_of_shift : tuple of (shift code, int)
        The most duties on a shift, in the month.
    """

    most_days_in_a_row: int | None = None
    least_days_in_a_row: int | None = None
    least_days_off_in_a_row: int | None = None
    most_weekends: int | None = None
    least_hours: float | None = None
    most_hours: float | None = None
    most_of_shift: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        runs = (self.most_days_in_a_row, self.least_days_in_a_row, self.least_days_off_in_a_row)
        counts = (self.most_weekends, self.least_hours, self.most_hours, *(count for _, count in self.most_of_shift))
        low = any(run is not None and run < 1 for run in runs) or any(c is not None and c < 0 for c in counts)
        crossed = any(
            least is not None and most is not None and most < least
            for least, most in (
                (self.least_days_in_a_row, self.most_days_in_a_row),
                (self.least_hours, self.most_hours),
            )
        )
        if low or crossed or len(dict(self.most_of_shift)) < len(self.most_of_shift):
            raise ValueError(f"terms that nobody can keep: {self}")


@dataclass(frozen=True)
class Worker:
    """A person who can be assigned duties.

    Attributes
    ----------
    hired, leaves : date or None
        First and last day of employment.
    qualified_from : date or None
        First day on which the worker counts as cover; before it the worker is a trainee.
    share : float
        Part of full time, 0 to 1.
    norm_hours : float or None
        Hours owed in a full month; if `None`, they are derived from the calendar.
    only_shifts : tuple of str
        Codes of the only shifts that the worker may be assigned; empty for all shifts.
    terms : Terms
        Limits agreed with the worker.
    formerly : tuple of str
        Ids that the worker had before: what is recorded under them is the worker's own.
    hours_system : HoursSystem or None
        `None` for that which the desk's rules say of the worker's role.
    hours_period : HoursPeriod
        Of the comprehensive system.
    """

    id: str
    name: str
    _: KW_ONLY
    team: str = ""
    roles: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    hired: date | None = None
    leaves: date | None = None
    qualified_from: date | None = None
    share: float = 1.0
    norm_hours: float | None = None
    only_shifts: tuple[str, ...] = ()
    protections: tuple[Protection, ...] = ()
    phone: str = ""
    terms: Terms = Terms()
    formerly: tuple[str, ...] = ()
    hours_system: HoursSystem | None = None
    hours_period: HoursPeriod = HoursPeriod.MONTH

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a worker without an id")
        if not 0 < self.share <= 1:
            raise ValueError(f"worker {self.id}: share {self.share}")

    def employed(self, day: date) -> bool:
        """Whether the worker is employed on the day."""
        return within(day, self.hired, self.leaves)

    def qualified(self, day: date) -> bool:
        """Whether the worker counts as cover on the day, and is not a trainee any more."""
        return self.qualified_from is None or self.qualified_from <= day

    def has_skill(self, name: str, day: date) -> bool:
        """Whether the worker has the skill on the day."""
        return any(skill.name == name and within(day, skill.first, skill.last) for skill in self.skills)

    def protected(self, day: date) -> Protection | None:
        """The protection in force on the day, if any."""
        return next((p for p in self.protections if within(day, p.first, p.last)), None)


def present_ids(workers: Iterable[Worker], known: Collection[str] | None = None) -> dict[str, str]:
    """The present ids of people by their other ones.

    Parameters
    ----------
    known : collection of str, optional
        The ids in use, where these are not those of `workers`: of a month that was made before an id changed, say.
    """
    workers = tuple(workers)
    used = {worker.id for worker in workers} if known is None else known
    found: dict[str, str] = {}
    for worker in workers:
        ids = (worker.id, *worker.formerly)
        present = next((one for one in ids if one in used), None)
        if present is not None:
            found |= {one: present for one in ids if one not in used}
    return found
