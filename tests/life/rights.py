"""Who may do what, once more: what `[rights]` lists, else by the desk's roles, else by rank. Part of the model."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from tests.life.desks import Tables

if TYPE_CHECKING:
    from tests.life.model import Ask

RANKS = {"经理": 3, "主管": 2, "班长": 1}
OVERRIDES = ("quota", "notice", "own_duty", "further_notice")
OF_KIND = {kind: f"approve_{kind}" for kind in ("swap", "leave", "absence", "overtime", "edit")}
OF_KIND |= {"stand_in": "approve_swap", "cancel_leave": "approve_leave"}
ALONE = ("publish", "withdraw", "approve")


class Refused(Exception):
    """The program has to refuse this; the name says why."""


class Rights:
    """Who may do what on a day."""

    def __init__(self, tables: Tables, today: date) -> None:
        self.said, self.approver_roles = dict(tables.rights), tables.approver_roles
        self.roles = {one.id: (one.role,) for one in tables.people} | dict.fromkeys(tables.officials, ("经理",))
        self.officials = set(tables.officials)
        self.present = {one.id for one in tables.people if one.employed(today)} | self.officials
        self.ranks = {who: 3 if who in self.officials else RANKS.get(role, 0) for who, (role,) in self.roles.items()}
        self.top = max((self.ranks[who] for who in self.present), default=0)

    def check_known(self, who: str) -> None:
        if who not in self.roles:
            raise Refused("UNKNOWN_ID")

    def may(self, who: str, right: str) -> bool:
        """Whether somebody holds a right."""
        if who not in self.present:
            return False
        keys = (
            [right] if right in ALONE else [right, *(["override"] if right.startswith("override_") else []), "approve"]
        )
        listed = next((self.said[key] for key in keys if key in self.said), None)
        if listed is not None:
            return who in listed or bool(set(self.roles[who]) & set(listed))
        if self.approver_roles:
            return who in self.officials or bool(set(self.roles[who]) & set(self.approver_roles))
        rank = self.ranks[who]
        if right == "publish":
            return rank >= 1
        if right == "approve_leave":
            return rank == self.top > 0
        return rank >= min(self.top, 2) > 0

    def check(self, who: str, right: str) -> None:
        if not self.may(who, right):
            raise Refused("NOT_THEIRS")

    @staticmethod
    def needed(request: Ask) -> list[str]:
        """The rights that an approval takes, that of the request's kind first."""
        found = [OF_KIND.get(request.kind, "approve"), *(["enter"] if request.after_fact else [])]
        return found + [f"override_{what}" for what in request.aside]

    def approvers(self, request: Ask, moved: Iterable[str] = ()) -> set[str]:
        """Who may approve a request: who holds the rights and is not concerned; else heads, one up."""
        apart = {request.by, *request.concerned, *moved}
        able = {who for who in self.present if all(self.may(who, right) for right in self.needed(request))}
        heads = {who for who in self.present if self.ranks[who] == 3}
        return able - apart or (heads - apart if able else set())

    def may_approve(self, who: str, request: Ask, moved: Iterable[str] = ()) -> bool:
        return all(self.may(who, right) for right in self.needed(request)) or who in self.approvers(request, moved)

    def may_refuse(self, who: str, request: Ask) -> bool:
        return self.may(who, self.needed(request)[0]) or self.may_approve(who, request)
