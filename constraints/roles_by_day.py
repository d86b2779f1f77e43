"""Shifts that only certain roles may take, by kind of day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, day_match, is_day_key
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

ONLY = Sentence("{who}：{day}“{shift}”只由{roles}上", "{who}: {shift} on {day} is for {roles} only")
WIDE = str.maketrans("＠｜＝＆．－", "@|=&.-")  # full-width characters of an input method


@dataclass(frozen=True)
class RolesByDay(Constraint):
    """Shifts that only certain roles may take, by kind of day.

    Rule
        指定的班次在指定的日子只排担任所列角色之一的人；同一班次有几条时，每天取最贴合的一条。
        | On the named days the named shifts go only to people with one of the roles. Of several entries for a shift, the
        most specific one applies on each day.
    Clause
        RULES 28, 29, 51
    Why
        谁的班谁来上：夜里维修员、中午客服管理员、周末由助理替岗。
        | Each duty has its people: maintenance staff at night, an administrator at noon, assistants at weekends.
    Counts as broken
        没有所列角色的人排了该班次。 | A duty of somebody who has none of the roles.
    Limits
        没有一条适用的日子不限角色；贴合程度相同的几条，角色合并；是否合格由“合格人员”管。
        | On days that no entry fits, the shift is open to all roles. Entries that are equally specific add their roles.
        Whether people are qualified is checked by the rule on qualified people.
    """

    who: tuple[str, ...] = parameter(
        (),
        Sentence(
            "班次@日期类型=角色，如 前台@sat|sun=客务助理、夜一|夜二@all=水电维修员",
            "shifts @ kinds of day = roles, such as FRONT@sat|sun=assistant or N1|N2@all=electrician",
        ),
        examples=("{shifts}@{day}|fri={roles}", "{shift}@12-01..02-28|fri={roles}", "{shifts}@12-20..01-10&sun={role}"),
    )

    title: ClassVar[Sentence] = Sentence("班次限定角色", "Shifts reserved for roles")
    clause: ClassVar[Sentence] = Sentence(
        "有些班次只由担任某角色的人上，按日子不同（RULES 28、29、51）",
        "Some shifts go only to people with certain roles, by kind of day (RULES 28, 29, 51)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 20
    layer: ClassVar[Layer] = Layer.DESK
    about_one: ClassVar[bool] = True
    levers: ClassVar[tuple[str, ...]] = ("who",)

    def __post_init__(self) -> None:
        for text in self.who:
            self._parts(text)

    @staticmethod
    def _parts(text: str) -> tuple[list[str], list[str], list[str]]:
        """Codes, day keys and roles of `A|B@mon|tue=X|Y`; raises `ValueError` for a text not written so."""
        found = re.fullmatch("([^@=]+)@([^@=]+)=([^@=]+)", text.translate(WIDE))
        parts = [[word.strip() for word in part.split("|")] for part in (found.groups() if found else ("", "", ""))]
        if not all(word for part in parts for word in part) or not all(is_day_key(key) for key in parts[1]):
            raise ValueError(f"“{text}” is not written A|B@mon|tue=X|Y")
        return parts[0], parts[1], parts[2]

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return {code for text in self.who for code in self._parts(text)[0]}

    def applies(self, problem: Problem) -> bool:
        """Whether roles are named; raises `ValueError` where they are for a shift that the desk does not have."""
        self.check_shifts(problem)
        return bool(self.who)

    def _reason(self, worker: str, day: date, code: str, roles: list[str]) -> Reason:
        return because(self, ONLY, workers=[worker], days=[day], shift=code, roles="/".join(roles))

    def _roles(self, problem: Problem, day: date) -> dict[str, list[str]]:
        """The roles to which each shift is reserved on a day of the month; a shift open to everybody is not there."""
        closest: dict[str, int] = {}
        roles: dict[str, list[str]] = {}
        for codes, keys, named in map(self._parts, self.who):
            fit = max(day_match(key, problem.day_by_date[day]) for key in keys)
            for code in codes if fit else ():
                if fit > closest.get(code, 0):
                    closest[code], roles[code] = fit, []
                if fit == closest[code]:
                    roles[code] += [role for role in named if role not in roles[code]]
        return roles

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid each reserved shift to whoever has none of its roles."""
        for day in problem.dates:
            for code, roles in self._roles(problem, day).items():
                for worker in problem.workers:
                    if set(roles).isdisjoint(worker.roles):
                        model.forbid(worker.id, day, code, self._reason(worker.id, day, code, roles))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Nothing more: `narrow` forbids all that the rule forbids."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look up the roles of whoever is on a reserved shift."""
        for duty in roster.duties:
            roles = self._roles(problem, duty.day).get(duty.shift, []) if duty.day in problem.day_by_date else []
            held = problem.worker_by_id[duty.worker].roles
            if roles and not any(role in held for role in roles):
                yield Violation(self._reason(duty.worker, duty.day, duty.shift, roles), "/".join(held))
