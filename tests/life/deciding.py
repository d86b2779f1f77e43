"""What comes of the steps after a request was asked: confirmed, refused, cancelled, approved. Part of the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tests.life.asking import OVERRIDES, SETTLED_WHEN_ASKED, Judge, Scene, Told, drop_overridden
from tests.life.brute import Cell
from tests.life.desks import CODES, Away, Facts, Tables
from tests.life.model import Ask, Changes, Life, Month, Version, clean, days_of_month, month_of
from tests.life.rights import Refused


def ask(life: Life, asked: Ask) -> tuple[Ask, Scene, set[str]]:
    """A request as it would be recorded, where it is judged, and what speaks against it before any rule.

    Raises
    ------
    Refused
    """
    life.rights.check_known(asked.by)
    days = asked.days
    if asked.undoes:
        other = life.requests.get(asked.undoes)
        if other is None:
            raise Refused("NO_REQUEST")
        if other.state != "approved":
            raise Refused("NOT_APPROVED")
        cells = tuple((*cell, code) for cell, before, _ in other.changes for code in before or ("",))
        spared = tuple(dict.fromkeys((*asked.spared, *other.spared)))
        asked = replace(asked, cells=cells, parties=other.concerned, spared=spared)
        days = [*asked.days, *other.days]
    scene = Scene(life, month_of(min(days)), last_month(life, asked, days))
    number = max(life.requests, default=0) + 1
    request = replace(asked, number=number, month=scene.rows[0].month, checked_on=scene.versions)
    request = scene.open(mark_after_fact(scene, scene.open(request)))
    request = replace(request, adopts=adopted(scene, request))
    objections = scene.objections(request)
    request = replace(request, aside=tuple(what for what in request.aside if what in map(OVERRIDES.get, objections)))
    if request.since and not objections and not any(find_differences(scene, request)):
        objections = {"SAME_TABLES"}
    return request, scene, objections


def last_month(life: Life, request: Ask, days: list[date]) -> Month:
    months = [month_of(day) for day in days]
    return max(months + ([one.month for one in life.versions.values()] if request.since else []))


def mark_after_fact(scene: Scene, request: Ask) -> Ask:
    """An absence of which a part has begun tells what has happened."""
    if request.kind != "absence" or request.after_fact:
        return request
    begun = any(scene.begun(day, scene.roster.get((who, day), ())) for who, day, _ in request.cells)
    return replace(request, after_fact=begun)


def adopted(scene: Scene, request: Ask) -> tuple[Facts, ...]:
    """The facts of the months if they followed the tables of today from a day on."""
    if request.since is None:
        return ()
    return tuple(row.facts.adopt(scene.life.tables, request.since, row.month) for row in scene.rows)


def find_differences(scene: Scene, request: Ask) -> list[bool]:
    """By month, whether the tables of today say something else from a day on."""
    tables = scene.life.tables
    return [differs(row.facts, tables, max(request.since or date.min, row.month), row.month) for row in scene.rows]


def differs(facts: Facts, tables: Tables, since: date, month: Month) -> bool:
    """Whether tables say something else than a month's facts, from a day of it on."""
    now = facts.now
    whole = [
        (one.name, one.most_in_a_row, one.quota, one.notice_hours, one.publish_by, one.holiday_lead)
        for one in (now, tables)
    ]
    people = [
        {
            (p.id, p.name, p.role, p.hired if p.hired and p.hired > since else None, p.leaves)
            for p in one.people
            if p.leaves is None or p.leaves >= since
        }
        for one in (now, tables)
    ]

    def said(one: Tables, day: date) -> tuple[object, ...]:
        away = {(row.who, row.kind) for row in one.leave if row.first <= day <= row.last}
        heads = tuple(one.heads(code, day) for code in CODES)
        return (one.hours, heads, away, one.is_off(day), one.is_statutory(day), dict(one.special).get(day))

    days = [day for day in days_of_month(month) if day >= since]
    return whole[0] != whole[1] or people[0] != people[1] or any(said(facts.on(d), d) != said(tables, d) for d in days)


def find_request(life: Life, number: int, by: str) -> Ask:
    """A request, for somebody of the desk.

    Raises
    ------
    Refused
    """
    life.rights.check_known(by)
    if number not in life.requests:
        raise Refused("NO_REQUEST")
    return life.requests[number]


def refuse_step(life: Life, request: Ask, event: str, by: str) -> None:
    """Whether somebody may take this step.

    Raises
    ------
    Refused
    """
    asked, involved, rights = by == request.by, by in request.concerned, life.rights
    if not request.is_open:
        raise Refused("OVER")
    moved = {cell[0] for cell, _, _ in request.changes}
    checks = {
        "confirmed": [(not involved, "STRANGER")],
        "approved": [
            (not rights.may_approve(by, request, moved), "NO_RIGHT"),
            (asked, "OWN"),
            (involved, "INVOLVED"),
            (bool(request.awaited), "WAITING"),
        ],
        "refused": [(asked, "OWN_REFUSED"), (not (involved or rights.may_refuse(by, request)), "NOT_THEIRS_TO_REFUSE")],
        "cancelled": [(not (asked or rights.may_refuse(by, request)), "NOT_THEIRS_TO_CANCEL")],
    }
    for bad, why in checks[event]:
        if bad:
            raise Refused(why)


def decide(life: Life, number: int, event: str, by: str) -> None:
    """Confirm, refuse or cancel.

    Raises
    ------
    Refused
    """
    request = find_request(life, number, by)
    if event == "confirmed" and request.is_open and by in request.confirmed:
        return
    refuse_step(life, request, event, by)
    if event == "confirmed":
        request = replace(request, confirmed=(*request.confirmed, by))
        request = replace(request, state="requested" if request.awaited else "confirmed")
    else:
        request = replace(request, state=event)
    put_last(life, request)


def put_last(life: Life, request: Ask) -> None:
    life.requests.pop(request.number, None)
    life.requests[request.number] = request


@dataclass
class Approval:
    """An approval on the rosters as they stand; see `look`."""

    scene: Scene
    request: Ask
    told: Told
    moved: bool
    cut: bool
    still: bool

    @classmethod
    def look(cls, life: Life, number: int, by: str) -> Approval:
        """Whether somebody may approve a request, and whether what was judged still holds.

        Raises
        ------
        Refused
        """
        request = find_request(life, number, by)
        refuse_step(life, request, "approved", by)
        undone = life.requests.get(request.undoes, request)
        days = [request.month, *request.days, *undone.days]
        scene = Scene(life, request.month, last_month(life, request, days))
        if adopted(scene, request) != request.adopts:
            raise Refused("TABLES_MOVED")
        moved = scene.versions != request.checked_on
        left = leave_left(scene, request)
        if left:
            request = replace(request, leave=left)
        if request.leave:
            request = replace(request, cells=scene.required_cells(request))
        request = mark_after_fact(scene, request)
        refuse_step(life, request, "approved", by)
        objections = drop_overridden(scene.objections(request), request) - SETTLED_WHEN_ASKED
        if objections:
            raise Refused("NO_MORE")
        approval = cls(scene, request, life.requests[number].changes, moved, bool(left), False)
        approval.still = approval.still_holds()
        return approval

    @property
    def is_sure(self) -> bool:
        """Whether it has to be carried out just as it was judged."""
        return self.still and not self.moved and not self.cut

    def still_holds(self) -> bool:
        """Whether the recorded changes can still be made and break no more than was said."""
        scene, request = self.scene, self.request
        leave = request.leave if request.kind == "absence" else None
        settled = {day for day in scene.settled_days() if not (leave and day in leave.days)}
        others = [one for one in self.told if one[0] not in request.own]
        if any(self.has_begun(*one) or one[0][1] in settled for one in others):
            return False
        if any(scene.roster.get(cell, ()) != before for cell, before, _ in self.told):
            return False
        wanted = scene.place(request)
        cells = {cell for cell, _, _ in self.told}
        if not request.own <= cells and any(scene.roster.get(c, ()) != wanted.get(c, ()) for c in request.own):
            return False
        if request.word == "short" and self.moved:
            return False
        if request.word == "short" or request.after_fact:
            return True
        then = clean(scene.roster | {cell: after for cell, _, after in self.told})
        return not scene.world(request).broken(scene.whole(then)).keys() - scene.broken.keys()

    def has_begun(self, cell: Cell, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
        return self.scene.begun(cell[1], before + after)

    def judge(self) -> Judge:
        return self.scene.judge(self.request)

    def carry_out(self, told: Told, issued: list[tuple[int, Month]]) -> tuple[Told, dict[int, set[str]]]:
        """Note what an approval did: who is told of each new version, and what was entered after the fact."""
        life, scene, request = self.scene.life, self.scene, self.request
        entered = tuple(one for one in told if self.has_begun(*one))
        ahead: Changes = {cell: after for cell, before, after in told if (cell, before, after) not in entered}
        put_last(life, replace(request, state="approved", checked_on=scene.versions, changes=told))
        for other in scene.overtaken(request, told):
            put_last(life, replace(other, state="overtaken"))
        if request.undoes:
            put_last(life, replace(life.requests[request.undoes], state="undone"))
        life.worked |= {cell: after for cell, _, after in entered}
        if entered:
            life.entered.setdefault(request.number, set()).update(cell for cell, _, _ in entered)
        news = {}
        for number, month in issued:
            row = next(one for one in scene.rows if one.month == month)
            mine = {cell: codes for cell, codes in ahead.items() if month_of(cell[1]) == month}
            facts = row.facts.adopt(life.tables, request.since, month) if request.since else row.facts
            new = Version(number, month, clean(row.duties | mine), facts)
            new.history, new.history_facts = life.history(row)
            life.versions[number] = new
            news[number], _ = life.put_in_force(new)
        return entered, news

    def months_to_issue(self, told: Told) -> tuple[set[Month], set[Month]]:
        """The months of which there has to be a new version, and those of which there may be one."""
        request = self.request
        ahead = {month_of(one[0][1]) for one in told if not self.has_begun(*one)}
        amends = request.leave or request.off or request.surge or request.since or request.undoes
        return ahead, ahead | ({row.month for row in self.scene.rows} if amends else set())


def leave_left(scene: Scene, request: Ask) -> Away | None:
    """What can still be granted of leave whose first days have passed or begun; `None` for all of it.

    Raises
    ------
    Refused
    """
    leave = request.leave
    if leave is None or request.kind != "leave":
        return None
    left = [
        day
        for day in leave.days
        if day >= scene.life.today and not scene.begun(day, scene.roster.get((leave.who, day), ()))
    ]
    if not left:
        raise Refused("NO_MORE")
    return None if left[0] == leave.first else replace(leave, first=left[0])
