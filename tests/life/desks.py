"""Tiny desks as plain tables: what the model knows of a desk, written down as the files that the program reads.

Two shifts a day, three to five people, and few rules: cover, one duty a day, rest
between duties, a rest day a week, days in a row, leave, employment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

EARLY, LATE = "早", "晚"
CODES = (EARLY, LATE)
ONE_DAY = timedelta(days=1)
DEPARTMENT = "行政人事部"
OFFICIALS = ("M1", "M2")
NOBODY = "X9"
REST_HOURS = 11
# The rules that are on, each stated once more in `brute`.
RULES = (
    *("shift_cover", "one_duty_at_a_time", "rest_between_duties", "weekly_rest_day", "days_in_a_row"),
    *("approved_leave", "qualified_people"),
)
# The statutory days of the months that lives are lived in, from the calendar of 2027.
STATUTORY = frozenset({date(2027, 1, 1), *(date(2027, 2, day) for day in (5, 6, 7, 8))})
HOURS = {  # by name: the hours of both shifts, in minutes of the day; after the late shift of `short` one may be early
    "usual": ((480, 960), (960, 1440)),
    "half an hour earlier": ((450, 930), (930, 1410)),
    "short": ((540, 1020), (780, 1260)),
}


@dataclass(frozen=True)
class Person:
    """A row of the people table; employed from `hired` to `leaves`."""

    id: str
    name: str
    role: str = ""
    hired: date | None = None
    leaves: date | None = None

    def employed(self, day: date) -> bool:
        return (self.hired is None or self.hired <= day) and (self.leaves is None or day <= self.leaves)


@dataclass(frozen=True)
class Away:
    """Approved leave, both ends included."""

    who: str
    first: date
    last: date
    kind: str

    @property
    def days(self) -> list[date]:
        return [self.first + n * ONE_DAY for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Tables:
    """All that the desk's tables say.

    Attributes
    ----------
    least : tuple of (code, day or None, heads)
        Heads that a shift needs, every day or on one day.
    special : tuple of (day, kind)
        Corrections of the calendar: `holiday` for a statutory day, `workday` for a day worked in exchange.
    """

    people: tuple[Person, ...]
    hours: tuple[tuple[int, int], tuple[int, int]] = HOURS["usual"]
    least: tuple[tuple[str, date | None, int], ...] = tuple((code, None, 1) for code in CODES)
    leave: tuple[Away, ...] = ()
    special: tuple[tuple[date, str], ...] = ()
    most_in_a_row: int = 6
    quota: int = 2
    notice_hours: int = 24
    publish_by: int = 7
    holiday_lead: int = 7
    name: str = "小台"
    officials: tuple[str, ...] = OFFICIALS
    rights: tuple[tuple[str, tuple[str, ...]], ...] = ()
    approver_roles: tuple[str, ...] = ()

    def span(self, code: str) -> tuple[int, int]:
        """Begin and end of a shift, in minutes of its day."""
        return self.hours[CODES.index(code)]

    def heads(self, code: str, day: date) -> int:
        """The heads that a shift needs on a day."""
        rows = {on: heads for at, on, heads in self.least if at == code}
        return rows.get(day, rows[None])

    def person(self, who: str) -> Person | None:
        return next((one for one in self.people if one.id == who), None)

    def is_off(self, day: date) -> bool:
        """Whether a day is a statutory holiday, or a weekend that is not worked in exchange."""
        return self.is_statutory(day) or (day.weekday() >= 5 and dict(self.special).get(day) is None)

    def is_statutory(self, day: date) -> bool:
        return dict(self.special).get(day, "holiday" if day in STATUTORY else "") == "holiday"


def tables_of(people: int) -> Tables:
    """The tables of a desk of so many people, the first of them a team lead."""
    names = "甲乙丙丁戊"
    return Tables(tuple(Person(f"T{n + 1}", f"试{names[n]}", "" if n else "班长") for n in range(people)))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _list(texts: Iterable[str]) -> str:
    quoted = ", ".join(f'"{text}"' for text in texts)
    return f"[{quoted}]"


KINDS = {"annual": "年假", "sick": "病假", "personal": "事假"}
DAYS = {"holiday": "法定节假日", "workday": "补班"}


def write_tables(folder: Path, tables: Tables, off: Iterable[str]) -> None:
    """Write the desk's files anew, some rules switched off."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = [
        '[desk]\nid = "small"',
        f'name = "{tables.name}"',
        f"publish_by = {tables.publish_by}\nholiday_lead = {tables.holiday_lead}",
        f"swap_quota = {tables.quota}\nswap_notice_hours = {tables.notice_hours}",
        *([f"approver_roles = {_list(tables.approver_roles)}"] if tables.approver_roles else []),
        '[opening]\nall = "00:00-24:00"',
        "[rights]",
        *(f"{right} = {_list(who)}" for right, who in tables.rights),
        f"[rules.days_in_a_row]\nmost = {tables.most_in_a_row}",
        f"[rules.rest_between_duties]\nfloor_hours = {REST_HOURS}\ntarget_hours = {REST_HOURS}",
        "[rules.weekly_rest_day]\nleave_is_rest = true",
        *(f'[rules.{rule}]\nenabled = false\nbecause = "-"' for rule in off),
    ]
    rows = {
        "people": ["工号,姓名,角色,入职日期,离职日期"]
        + [f"{one.id},{one.name},{one.role},{one.hired or ''},{one.leaves or ''}" for one in tables.people],
        "shifts": ["代码,名称,开始,结束"]
        + [f"{code},{code}班,{_clock(tables.span(code)[0])},{_clock(tables.span(code)[1])}" for code in CODES],
        "demand": ["班次,日期类型,最少,目标,最多"]
        + [f"{code},{day or 'all'},{heads},{heads}," for code, day, heads in tables.least],
        "leave": ["工号,开始日期,结束日期,类别,已批准"]
        + [f"{one.who},{one.first},{one.last},{KINDS[one.kind]},是" for one in tables.leave],
        "holidays": ["日期,类型,名称"] + [f"{day},{DAYS[kind]}," for day, kind in tables.special],
        "officials": ["工号,姓名,职务"] + [f"{who},{who}经理,经理" for who in tables.officials],
    }
    (folder / "desk.toml").write_text("\n".join([*settings, ""]), encoding="utf-8")
    for table, lines in rows.items():
        (folder / f"{table}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


@dataclass(frozen=True)
class Facts:
    """What a month is made with: tables, each from a day on; the first holds before as well, the last for all that has no day."""

    pieces: tuple[tuple[date, Tables], ...]

    def on(self, day: date) -> Tables:
        """The tables that hold on a day."""
        return next((tables for since, tables in reversed(self.pieces) if since <= day), self.pieces[0][1])

    @property
    def now(self) -> Tables:
        return self.pieces[-1][1]

    def adopt(self, tables: Tables, since: date, first: date) -> Facts:
        """The facts of a month (from `first` on) that follow other tables from a day on."""
        kept = () if since <= first else tuple(piece for piece in self.pieces if piece[0] < since)
        return Facts((*kept, (max(since, first), tables)))

    def people(self, first: date) -> dict[str, str]:
        """Ids and names of everybody whom a month knows: those of today, and whoever was there before."""
        found: dict[str, str] = {}
        for at, (since, tables) in enumerate(self.pieces):
            begins = first if at == 0 else since
            last = at == len(self.pieces) - 1
            until = None if last else self.pieces[at + 1][0]
            for one in tables.people:
                span = [] if until is None else [begins + n * ONE_DAY for n in range((until - begins).days)]
                if last or any(one.employed(day) for day in span):
                    found[one.id] = one.name
        return found
