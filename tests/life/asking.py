"""What comes of a request: what speaks against it, what its verdict has to be true of, and what its approval does.

Part of the model: no solver, no product code. Where a re-solve chooses cells, the program's choice is
held against every roster with as few changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from tests.life.brute import MANY, Cell, Codes, Key, MonthView, Search, TooMany, World
from tests.life.desks import CODES, ONE_DAY, Facts
from tests.life.model import (
    SUDDEN,
    Ask,
    Changes,
    Life,
    Month,
    Version,
    at,
    clean,
    days_of_month,
    month_of,
    next_month,
)
from tests.life.rights import Refused

OVERRIDES = {"QUOTA": "quota", "NOTICE": "notice", "NOTICE_OF_DAY": "notice", "ON_DUTY": "own_duty"}
SETTLED_WHEN_ASKED = {"QUOTA", "NOTICE", "NOTICE_OF_DAY"}
AFTERWARDS = ("absence", "swap", "stand_in", "overtime", "edit")
FURTHER_NOTICE_HOURS = 24
FURTHEST = 3  # further changes that are looked at where none are said to help
Told = tuple[tuple[Cell, Codes, Codes], ...]  # cell, before, after


class Noted(NamedTuple):
    """What an answer says beside its verdict, people by name."""

    short_notice: set[tuple[object, object]]
    moves_settled: set[tuple[object, object]]
    broken_before: bool


class Scene:
    """The months in force that a request reaches into, and the one after them, as they were worked."""

    def __init__(self, life: Life, first: Month, last: Month) -> None:
        row = life.live(first)
        if row is None:
            gone = any(one.month == first and one.status == "withdrawn" for one in life.versions.values())
            raise Refused("WAS_WITHDRAWN" if gone else "NOT_LIVE")
        self.life, self.rows = life, [row]
        while self.rows[-1].month < last and (row := life.live(next_month(self.rows[-1].month))):
            self.rows.append(row)
        self.after = life.live(next_month(self.rows[-1].month))
        self.history, self.history_facts = life.history(self.rows[0])
        self.roster: Changes = {}
        for row in self.rows:
            self.roster |= life.as_worked(row)
        self.facts = [row.facts for row in self.rows]

    @property
    def versions(self) -> tuple[int, ...]:
        return tuple(row.number for row in self.rows)

    @property
    def days(self) -> list[date]:
        return [day for row in self.rows for day in days_of_month(row.month)]

    @property
    def beyond(self) -> Changes:
        """The duties of the month after."""
        return self.life.as_worked(self.after) if self.after else {}

    def row_on(self, day: date) -> Version | None:
        return next((row for row in self.rows if row.month == month_of(day)), None)

    def facts_on(self, day: date) -> Facts:
        return next(
            (f for row, f in zip(self.rows, self.facts, strict=True) if row.month == month_of(day)), self.facts[-1]
        )

    def begins(self, day: date, code: str) -> datetime:
        return at(day, self.facts_on(day).on(day).span(code)[0])

    def begun(self, day: date, codes: Codes) -> bool:
        """Whether a day is past, or one of these shifts has begun on it."""
        if day < self.life.today or self.row_on(day) is None:
            return day < self.life.today
        return any(self.begins(day, code) <= self.life.now for code in codes)

    def granted(self, skip: int = 0, also: Ask | None = None) -> list[Ask]:
        return [*self.life.granted(skip), *([also] if also else [])]

    def views(self, request: Ask | None = None) -> list[MonthView]:
        """The months as they are judged, with one more request where given, and the month after."""
        granted = self.granted(request.undoes if request else 0, request)
        found = []
        for row, facts in zip(self.rows, self.facts, strict=True):
            with_it = facts.adopt(self.life.tables, request.since, row.month) if request and request.since else facts
            found.append(self.life.view(row.month, with_it, granted))
        if self.after:
            found.append(self.life.view(self.after.month, self.after.facts, self.life.granted()))
        return found

    def world(self, request: Ask | None = None) -> World:
        return World(self.views(request), self.history_facts)

    def whole(self, roster: Changes) -> Changes:
        return self.history | roster | self.beyond

    def settled_days(self) -> set[date]:
        return {day for row in self.rows for day in self.life.settled_days(row.month, row.facts)}

    # Before any rule

    def open(self, request: Ask) -> Ask:
        """A request with the cells that it asks for, confirmed by whom it concerns and who asks."""
        found = replace(request, cells=self.required_cells(request))
        if found.by in found.concerned and found.by not in found.confirmed:
            found = replace(found, confirmed=(*found.confirmed, found.by))
        return replace(found, state="requested" if found.awaited else "confirmed")

    def required_cells(self, request: Ask) -> tuple[tuple[str, date, str], ...]:
        roster = self.roster
        if request.leave:
            days = sorted(day for who, day in roster if who == request.leave.who and day in request.leave.days)
            return tuple((request.leave.who, day, "") for day in days)
        if not request.give:
            return request.cells
        giver, taker, day = request.give[0], request.sides[-1], request.give[1]
        cells: dict[Cell, Codes] = {request.give: ("",), (taker, day): roster.get(request.give, ())}
        if request.take:
            cells.setdefault(request.take, ("",))
            cells[giver, request.take[1]] = roster.get(request.take, ()) or ("",)
        return tuple((*cell, code) for cell, codes in cells.items() for code in codes)

    def objections(self, request: Ask) -> set[str]:
        """All that speaks against a request before any rule."""
        views = self.views(None)[: len(self.rows)]
        if request.undoes:
            granted = self.granted(request.undoes)
            views = [self.life.view(row.month, row.facts, granted) for row in self.rows]
        if request.after_fact and request.kind != "absence":
            found = self._people(request, views) | self._outside(request) | self._not_begun(request)
            return found | self._duties(request) | self._own_duty(request)
        found = self._people(request, views) | self._outside(request) | self._past(request) | self._duties(request)
        found |= self._taken(request) | self._presence(request, views) | self._own_duty(request)
        found |= self._quota(request) | self._notice(request)
        if request.undoes:
            undone = self.life.requests[request.undoes].changes
            found |= {"MOVED_SINCE" for cell, _, after in undone if self.roster.get(cell, ()) != after}
        return found

    def _people(self, request: Ask, views: list[MonthView]) -> set[str]:
        known = {who for view in views for who in view.people}
        people = {*request.concerned, *(who for who, _, _ in request.cells)}
        found = {"UNKNOWN_PERSON"} if people.union(request.spared) - known else set()
        found |= {"SPARED"} if people & set(request.spared) else set()
        return found | ({"SAME_PERSON"} if len(request.sides) == 1 else set())

    def _outside(self, request: Ask) -> set[str]:
        inside = set(self.days)
        leaves = [away for away in (request.leave, request.off) if away]
        outside = set(request.single_days) - inside or [a for a in leaves if inside.isdisjoint(a.days)]
        return {"OUTSIDE"} if outside else set()

    def _past(self, request: Ask) -> set[str]:
        if request.kind == "absence":
            return set()
        found, today = set(), self.life.today
        past = [day for day in request.single_days if day < today]
        past += [away.first for away in (request.leave, request.off) if away and away.first < today]
        found |= {"PAST"} if past else set()
        if request.since == today and any(self.begun(today, (code,)) for code in CODES):
            found.add("TODAY_BEGUN")
        if any(day >= today and self.begun(day, self.roster.get((who, day), ())) for who, day, _ in request.cells):
            found.add("BEGUN")
        return found

    def _not_begun(self, request: Ask) -> set[str]:
        if request.kind not in AFTERWARDS:
            return {"NO_AFTERWARDS"}
        ahead = [
            cell
            for *cell, code in request.cells
            if not self.begun(cell[1], (*((code,) if code else ()), *self.roster.get((cell[0], cell[1]), ())))  # type: ignore[arg-type]
        ]
        return {"NOT_YET"} if ahead else set()

    def _duties(self, request: Ask) -> set[str]:
        if any(cell and not self.roster.get(cell) for cell in (request.give, request.take)):
            return {"NO_DUTY"}
        if len(request.sides) == 1:
            return set()
        if request.give and set(self.required_cells(request)) != set(request.cells):
            return {"MOVED"}
        same = request.cells and not request.leave and self.place(request) == self.roster
        return {"NOTHING"} if same else set()

    def place(self, request: Ask) -> Changes:
        """The roster with the cells that are asked for."""
        cells: dict[Cell, Codes] = {}
        for who, day, code in request.cells:
            cells[who, day] = cells.get((who, day), ()) + ((code,) if code else ())
        return clean(self.roster | cells)

    def _cells(self, request: Ask) -> set[Cell]:
        inside = set(self.days)
        found = {*request.own, *(cell for cell in (request.give, request.take) if cell)}
        leaves = [away for away in (request.leave, request.off) if away]
        return found | {(away.who, day) for away in leaves for day in away.days if day in inside}

    def overtaken(self, request: Ask, told: Told) -> list[Ask]:
        """The open requests whose cells an approval takes; an absence stays true, leave goes by the roster as it is then."""
        taken, moved = self._cells(request), {cell for cell, _, _ in told}
        found = []
        for other in sorted(self.life.requests.values(), key=lambda one: one.number):
            if other.is_open and other.number != request.number and other.kind != "absence":
                wanted = self._cells(other)
                if wanted & taken or (wanted & moved and not other.leave and not other.off):
                    found.append(other)
        return found

    def _taken(self, request: Ask) -> set[str]:
        others = [one for one in self.life.requests.values() if one.is_open and one.number != request.number]
        if request.kind == "absence":  # who cannot come cannot come, whatever else was asked
            others = [one for one in others if one.kind == "absence"]
        taken = any(self._cells(request) & self._cells(other) for other in others)
        return {"TAKEN"} if taken else set()

    def _presence(self, request: Ask, views: list[MonthView]) -> set[str]:
        view_on = {day: view for view in views for day in view.days}
        wanted = {(who, day) for who, day, code in request.cells if code}
        inside = set(self.days)
        known = {who for view in views for who in view.people}

        def employed(cell: Cell) -> bool:
            person = (
                self.facts[-1].now.person(cell[0]) if cell[0] in self.facts[-1].people(self.rows[-1].month) else None
            )
            view = view_on.get(cell[1])
            return view.employed(*cell) if view else bool(person)

        def away(cell: Cell) -> bool:
            return cell[1] in view_on and cell in view_on[cell[1]].leave

        if request.leave:
            days = {(request.leave.who, day) for day in request.leave.days if day in inside}
            at_work = [cell for cell in days if cell[0] not in known or (employed(cell) and not away(cell))]
            wanted |= days if request.kind != "absence" or not at_work else set()
        found = {"NOT_EMPLOYED" for cell in wanted if cell[0] in known and not employed(cell)}
        found |= {"ON_LEAVE" for cell in wanted if (cell[0] not in known or employed(cell)) and away(cell)}
        if request.off and any(not away((request.off.who, day)) for day in request.off.days if day in inside):
            found.add("NO_LEAVE")
        return found

    def _own_duty(self, request: Ask) -> set[str]:
        if not request.give:
            return set()
        given = {request.give, request.take}
        busy = [
            1 for who, day, code in request.cells if code and (who, day) not in given and self.roster.get((who, day))
        ]
        return {"ON_DUTY"} if busy else set()

    def _quota(self, request: Ask) -> set[str]:
        quota = self.facts[0].now.quota
        others = [one for one in self.life.requests.values() if one.number != request.number]
        counted = [one for one in others if one.is_open or one.state == "approved"]
        for who in request.sides:
            for month in _months(request):
                if sum(who in one.sides and month in _months(one) for one in counted) >= quota:
                    return {"QUOTA"}
        return set()

    def _notice(self, request: Ask) -> set[str]:
        """Whether it is asked too late: hours before the first duty concerned, or before the day where there is none."""
        if request.kind in ("absence", "surge", "tables") or (request.leave and request.leave.kind in SUDDEN):
            return set()
        cells = request.own | {cell for cell in (request.give, request.take) if cell}
        duties = {(cell[1], code) for cell in cells for code in self.roster.get(cell, ())}
        duties |= {(day, code) for _, day, code in request.cells if code}
        days = {day for _, day in cells}
        if request.off:
            days |= {day for day in self.days if day in request.off.days}
        found = [(self.begins(day, code), day, code) for day, code in duties]
        found += [(at(day, 0), day, "") for day in days - {day for day, _ in duties}]
        if not found:
            return set()
        begin, day, code = min(found)
        late = begin - self.life.now < timedelta(hours=self.facts[0].now.notice_hours)
        return {"NOTICE" if code else "NOTICE_OF_DAY"} if late and day >= self.life.today else set()

    # By the rules

    @cached_property
    def broken(self) -> dict[Key, int]:
        """What is broken as it stands."""
        return self.world().broken(self.whole(self.roster))

    def newly_broken(self, request: Ask, roster: Changes, world: World) -> dict[Key, int]:
        """What a roster would break with a request granted, and did not before."""
        known = self.broken
        found = world.broken(self.whole(roster))
        waived = self.after.month if self.after else date.max
        return {
            key: amount
            for key, amount in found.items()
            if (key not in known or (amount > known[key] and month_of(world.ends(key)) != waived))
            and world.ends(key) >= self.life.today
        }

    def judge(self, request: Ask) -> Judge:
        return Judge(self, request)


def drop_overridden(objections: set[str], request: Ask) -> set[str]:
    """What a request does not set aside."""
    return {one for one in objections if OVERRIDES.get(one) not in request.aside}


def _months(request: Ask) -> set[Month]:
    return {month_of(cell[1]) for cell in (request.give, request.take) if cell}


@dataclass
class Judge:
    """What is true of any verdict on a request."""

    scene: Scene
    request: Ask

    def __post_init__(self) -> None:
        scene, request = self.scene, self.request
        self.wanted = scene.place(request)
        self.asked = difference(scene.roster, self.wanted)
        self.world = scene.world(request)
        self.newly = scene.newly_broken(request, self.wanted, self.world)
        self.settled = scene.settled_days()
        self.spared = scene.life.settled_cells(request.undoes) - request.own
        self.unsure = False

    def stays(self, cell: Cell, spared: bool) -> bool:
        """Whether a cell is a constant: past, begun, of a settled holiday, or the request's own."""
        scene, request, day = self.scene, self.request, cell[1]
        leave = request.leave if request.kind == "absence" else None
        settled = day in self.settled and not (leave and day in leave.days)
        at_work = any(scene.begins(day, code) <= scene.life.now for code in self.wanted.get(cell, ()))
        outside = scene.row_on(day) is None
        own = cell in request.own or cell[0] in request.spared
        return outside or day < scene.life.today or settled or own or at_work or (spared and cell in self.spared)

    def begun(self, day: date, code: str) -> bool:
        return self.scene.begun(day, (code,))

    @cached_property
    def allowed(self) -> dict[Key, int]:
        """What may be broken: what is already, and what lies in the past."""
        scene, world, known = self.scene, self.world, self.scene.broken
        after = scene.after.month if scene.after else date.max
        found = {key: MANY if month_of(world.ends(key)) == after else amount for key, amount in known.items()}
        past = world.broken(scene.whole(self.wanted))
        return found | {key: MANY for key in past if world.ends(key) < scene.life.today}

    def fewest(
        self, most: int, spared: bool, extra: dict[Key, int] | None = None, near: set[date] | None = None
    ) -> int | None:
        """The fewest changes beside those asked for; `None` where there are more than `most`, or patience ends."""
        if most < 0:
            return None

        def stays(cell: Cell) -> bool:
            return self.stays(cell, spared) or (near is not None and cell[1] not in near)

        search = Search(self.world, self.allowed | (extra or {}), stays, self.begun)
        try:
            return search.fewest(self.scene.whole(self.wanted), most)
        except TooMany:
            self.unsure = True
            return None

    def noted(self, told: Told) -> Noted:
        """What has to be said beside a verdict: who gets short notice, what settled cells move, whether something was broken."""
        scene, now = self.scene, self.scene.life.now
        names = {
            who: name for facts in reversed(scene.facts) for who, name in facts.people(scene.rows[0].month).items()
        }
        further = [one for one in told if one[0] not in {cell for cell, _, _ in self.asked}]
        hours = timedelta(hours=FURTHER_NOTICE_HOURS)
        short: set[tuple[object, object]] = {
            (names[cell[0]], cell[1])
            for cell, before, after in told
            if cell not in self.request.own
            and min(scene.begins(cell[1], code) for code in before + after) - now < hours
        }
        settled: set[tuple[object, object]] = {
            (names[cell[0]], cell[1]) for cell, _, _ in further if cell in self.spared
        }
        broken = self.world.broken(scene.whole(self.wanted)).keys()
        return Noted(short, settled, bool(broken - self.newly.keys()))

    def complaints(self, word: str, told: Told) -> list[str]:
        """What is wrong with a verdict and the cells that it moves."""
        if not self.newly:
            plain = word == "allowed" and told_as(self.asked) == told_as(told)
            return [] if plain else [f"nothing is broken, but {word} with {told_as(told)} for {told_as(self.asked)}"]
        if word == "refused":
            return self._may_refuse()
        if word not in ("allowed", "allowed_with", "short"):
            return [f"{word}?"]
        found = self._constants(told)
        then = clean(self.scene.roster | {cell: after for cell, _, after in told})
        broken = self._too_much(then)
        further = [one for one in told if one[0] not in {cell for cell, _, _ in self.asked}]
        if word == "short":
            return found + self._short(told, broken)
        found += [f"breaks {sorted(map(str, broken))}"] if broken else []
        found += [f"{word} with {len(further)} further"] if (word == "allowed") == bool(further) else []
        uses_spared = any(cell in self.spared for cell, _, _ in further)
        if uses_spared and self.fewest(FURTHEST, True) is not None:
            found.append("moves what was settled, though it need not")
        fewer = self.fewest(min(len(further) - 1, FURTHEST), not uses_spared)
        return found + ([f"{len(further)} further changes where {fewer} do"] if fewer is not None else [])

    def _may_refuse(self) -> list[str]:
        found = self.fewest(FURTHEST, False)
        return [] if found is None else [f"refused where {found} further changes do"]

    def _constants(self, told: Told) -> list[str]:
        """What moved and must not, and what was asked and is not there."""
        scene = self.scene
        then = clean(scene.roster | {cell: after for cell, _, after in told})
        found = [
            f"{cell} was {scene.roster.get(cell)}, said {before}"
            for cell, before, _ in told
            if scene.roster.get(cell, ()) != before
        ]
        found += [f"{cell} is not as asked" for cell in self.request.own if then.get(cell) != self.wanted.get(cell)]
        for cell, _, after in told:
            if cell in self.request.own:
                continue
            found += [f"{cell} had to stay"] if self.stays(cell, False) else []
            found += [f"{cell} is given what has begun"] if any(self.begun(cell[1], code) for code in after) else []
        return found

    def _too_much(self, roster: Changes) -> dict[Key, int]:
        allowed = self.allowed
        broken = self.world.broken(self.scene.whole(roster))
        return {key: amount for key, amount in broken.items() if amount > allowed.get(key, 0)}

    def _short(self, told: Told, broken: dict[Key, int]) -> list[str]:
        found = [] if self.request.kind == "absence" else ["only an absence leaves anything short"]
        found += [f"leaves {key} broken" for key in broken if key[0] != "cover"]
        near = {day + step * ONE_DAY for _, day in {cell for cell, _, _ in self.asked} for step in (-1, 0, 1)}
        found += [f"{cell} is far off" for cell, _, _ in told if cell[1] not in near]
        legal = self.fewest(FURTHEST, False)
        found += [f"short where {legal} changes make it good"] if legal is not None else []
        for key in broken:  # one head less short, whichever way
            others = {one: amount + self.allowed.get(one, 0) for one, amount in broken.items() if one != key}
            if self.fewest(FURTHEST, False, others, near) is not None:
                found.append(f"{key} need not be short")
        return found


def difference(before: Changes, after: Changes) -> Told:
    cells = sorted(before.keys() | after.keys(), key=lambda cell: (cell[1], cell[0]))
    return tuple((c, before.get(c, ()), after.get(c, ())) for c in cells if before.get(c, ()) != after.get(c, ()))


def told_as(told: Told) -> list[str]:
    return sorted(f"{who} {day:%m-%d} {'+'.join(b) or '.'}>{'+'.join(a) or '.'}" for (who, day), b, a in told)
