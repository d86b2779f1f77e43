"""Tables of old files with one person or one duty a row: staff lists, lists of duties, lists of leave."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from scheduler.adopting.old_rosters import OldPerson, Spans, Where
from scheduler.files.adopting.blocks import LONGEST_HEAD, NO_PERSON, SEPARATORS, like_a_name, plain_name, role_of
from scheduler.files.adopting.day_marks import Context, read_mark
from scheduler.files.adopting.pages import Page
from scheduler.files.adopting.statuses import FACTS, status_text
from scheduler.files.adopting.words import breaks_joined, spans_in
from scheduler.files.schema.leave_tables import LEAVE
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.text import comparable

DATE_HEADS = frozenset(map(comparable, ("日期", "值班日期", "上班日期", "排班日期", "date", "day", "日")))
SHIFT_HEADS = frozenset(
    map(comparable, ("班次", "班别", "班", "班种", "shift", "班次代码", "班次名称", "值班班次", "代码", "code"))
)
TIME_HEADS = frozenset(map(comparable, ("时间", "上班时间", "值班时间", "工作时间", "time", "hours", "时段")))
OTHER_MATTERS = re.compile(
    r"加班|overtime|打卡|签到|补贴|工资|替补|缺$|^最少|^目标|stand-in|minimum|target|missing", re.IGNORECASE
)
FOR_SEVERAL = frozenset(
    map(comparable, ("人员", "值班人", "值班人员", "staff", "名单"))
)  # headings of cells that may hold several names
KEPT = frozenset(
    (
        "roles",
        "skills",
        "hired",
        "leaves",
        "qualified_from",
        "share",
        "protection",
        "protection_from",
        "protection_to",
        "phone",
        "formerly",
        *FACTS,
        "hours_system",
        "hours_period",
    )
)  # facts of a staff list that hold for more than one month


@dataclass(frozen=True)
class ListedDuty:
    """A row of a list of duties: who, when, and the words for the shift."""

    name: str
    id: str
    team: str
    day: date
    shift: str
    where: Where


@dataclass(frozen=True)
class ListedLeave:
    """A row of a list of leave."""

    name: str
    id: str
    first: date
    last: date
    kind: str
    where: Where


@dataclass(frozen=True)
class Listed:
    """What the tables of a page say.

    Attributes
    ----------
    used : mapping of Where to str
        The cells that were read, and as what.
    rows : frozenset of int
        Rows of these tables, their headings included.
    statuses : mapping of Where to str
        The cells that tell of somebody's employment, and what they say.
    """

    people: tuple[OldPerson, ...] = ()
    duties: tuple[ListedDuty, ...] = ()
    leave: tuple[ListedLeave, ...] = ()
    used: Mapping[Where, str] = field(default_factory=dict)
    rows: frozenset[int] = frozenset()
    has_duties: bool = False
    statuses: Mapping[Where, str] = field(default_factory=dict)


def read_lists(page: Page, taken: Collection[int], context: Context) -> Listed:
    """The tables of a page outside its rosters.

    Parameters
    ----------
    taken : collection of int
        Rows of rosters.
    """
    people: list[OldPerson] = []
    duties: list[ListedDuty] = []
    leave: list[ListedLeave] = []
    used: dict[Where, str] = {}
    rows: set[int] = set()
    statuses: dict[Where, str] = {}
    for row in range(1, page.height + 1):
        if row in taken or row in rows:
            continue
        roles = _roles(page, row)
        named = {"name", "id"} & set(roles)
        if not named or len(roles) < 2:
            continue
        if {"first", "kind"} <= set(roles):
            away = list(_leave(page, row, roles, context))
            leave += [one for one, _ in away]
            below = [at for _, at in away]
        elif "date" in roles and ("shift" in roles or "hours" in roles):
            on = list(_duties(page, row, roles, context))
            duties += [one for one, _ in on]
            below = [at for _, at in on]
        elif "date" in roles or "first" in roles or not _is_staff(page, row, roles):
            continue
        else:
            staff = list(_people(page, row, roles, taken))
            people += [one for one, _ in staff]
            below = [at for _, at in staff]
        if not below:
            continue
        rows |= {row, *below}
        for fact, told in ((fact, roles[f"fact:{fact}"]) for fact in FACTS if f"fact:{fact}" in roles):
            texts = {page.where(at, told): page.spread(at, told) for at in below}
            statuses |= {at: status_text(fact, text) for at, text in texts.items() if text}
        for at in below:
            used |= {page.where(at, column): role for role, column in roles.items() if page.spread(at, column)}
        used |= {page.where(row, column): "head" for column in roles.values()}
    return Listed(tuple(people), tuple(duties), tuple(leave), used, frozenset(rows), bool(duties), statuses)


@lru_cache(maxsize=4096)
def _leave_head(head: str) -> str:
    found = find_headed((LEAVE.column("first"), LEAVE.column("last"), LEAVE.column("kind")), head)
    return found.name if found else ""


def _roles(page: Page, row: int) -> dict[str, int]:
    """The columns of a heading row by what they hold."""
    roles: dict[str, int] = {}
    if sum(len(page.text(row, column)) > LONGEST_HEAD for column in range(1, min(page.width, 40) + 1)) > 3:
        return {}
    heads = [(column, page.text(row, column)) for column in range(1, page.width + 1) if page.text(row, column)]
    if any(OTHER_MATTERS.search(head) for _, head in heads):
        return {}
    leave = any(_leave_head(head) == "kind" and comparable(head) != comparable("状态") for _, head in heads)
    for column, head in heads:
        word = comparable(head)
        dated = _leave_head(head) if leave else ""
        if dated and dated not in roles:
            roles[dated] = column
        elif word in DATE_HEADS:
            roles.setdefault("date", column)
        elif word in SHIFT_HEADS:
            roles.setdefault("shift", column)
        elif word in TIME_HEADS:
            roles.setdefault("hours", column)
        elif role := role_of(head):
            roles.setdefault(role, column)
    return roles


def _is_staff(page: Page, row: int, roles: Mapping[str, int]) -> bool:
    """Whether a row is the heading of a list of people, and no roster's."""
    below = [page.text(row + at, roles.get("name", roles.get("id", 0))) for at in (1, 2)]
    further = set(roles) - {"name", "number", "remark", "total", "sub"}
    return bool(further) and any(below)


def _rows_below(page: Page, row: int, column: int, taken: Collection[int] = ()) -> Iterator[int]:
    missing = 0
    for below in range(row + 1, page.height + 1):
        text = page.spread(below, column)
        if below in taken:
            return
        if not text:
            missing += 1
            if missing > 1:
                return
            continue
        if NO_PERSON.match(text):
            return
        yield below


def _people(page: Page, row: int, roles: Mapping[str, int], taken: Collection[int]) -> Iterator[tuple[OldPerson, int]]:
    for below in _rows_below(page, row, roles.get("name", roles.get("id", 0)), taken):
        texts = {role: page.spread(below, column) for role, column in roles.items()}
        name, _ = plain_name(texts.get("name", "") or texts.get("id", ""))
        if not name or len(name) > 40:
            return
        facts = {
            role[5:]: text for role, text in texts.items() if role.startswith("fact:") and text and role[5:] in KEPT
        }
        usual: Spans = breaks_joined(
            tuple(one.span for one in spans_in(texts.get("hours", "") or texts.get("shift", "")))
        )
        where = page.where(below, roles.get("name", roles.get("id", 0)))
        yield (
            OldPerson(
                "", name, id=texts.get("id", ""), team=texts.get("team", ""), facts=facts, usual=usual, where=where
            ),
            below,
        )


def _day(page: Page, row: int, column: int, context: Context) -> date | None:
    mark = read_mark(page, row, column)
    if not mark:
        return None
    year, month = mark.year or context.year, mark.month or context.month
    try:
        return date(year, month, mark.day) if year and month else None
    except ValueError:
        return None


def _duties(page: Page, row: int, roles: Mapping[str, int], context: Context) -> Iterator[tuple[ListedDuty, int]]:
    day: date | None = None
    for below in range(row + 1, page.height + 1):
        texts = {role: page.spread(below, column) for role, column in roles.items()}
        names = _names(page, row, below, roles)
        if not names:
            if not any(texts.values()):
                return
            continue
        area = page.area(below, roles["date"])
        day = _day(page, area[0] if area else below, roles["date"], context)
        if day is None:
            continue
        shift = texts.get("shift", "") or texts.get("hours", "")
        if shift != texts.get("hours", "") and spans_in(texts.get("hours", "")):
            shift = f"{shift} {texts['hours']}"
        where = page.where(below, roles.get("shift", roles.get("hours", 0)))
        for one in names:
            yield ListedDuty(one, texts.get("id", ""), texts.get("team", ""), day, shift, where), below


def _names(page: Page, row: int, below: int, roles: Mapping[str, int]) -> list[str]:
    """Whom a row of a list of duties names: one person, or several where the heading lets it."""
    text = page.spread(below, roles["name"]) if "name" in roles else ""
    if "name" in roles and comparable(page.text(row, roles["name"])) in FOR_SEVERAL:
        parts = [plain_name(part)[0] for part in SEPARATORS.split(text) if part]
        return parts if all(map(like_a_name, parts)) else []
    name, _ = plain_name(text or (page.spread(below, roles["id"]) if "id" in roles else ""))
    return [name] if name else []


def _leave(page: Page, row: int, roles: Mapping[str, int], context: Context) -> Iterator[tuple[ListedLeave, int]]:
    for below in _rows_below(page, row, roles.get("name", roles.get("id", 0))):
        texts = {role: page.spread(below, column) for role, column in roles.items()}
        first = _day(page, below, roles["first"], context)
        last = _day(page, below, roles["last"], context) if "last" in roles else first
        if first and last and first <= last:
            name, _ = plain_name(texts.get("name", "") or texts.get("id", ""))
            yield (
                ListedLeave(name, texts.get("id", ""), first, last, texts["kind"], page.where(below, roles["first"])),
                below,
            )
