"""Who may do what at a desk today: who publishes, withdraws, approves what, sets aside what, and enters after the fact.

The rights, and where the desk's section `[rights]` may say who holds them::

    right                     takes                                            where [rights] does not name it
    publish                   publish a draft, late ones too                   defaults
    withdraw                  withdraw; publish over a version in force (1)    defaults
    approve                   surge, changed tables, undo                      defaults
    approve_swap              swap, stand-in                                   approve, defaults
    approve_leave             leave, leave called off                          approve, defaults
    approve_absence           absence                                          approve, defaults
    approve_overtime          overtime                                         approve, defaults
    approve_edit              cells edited by hand                             approve, defaults
    override_quota            set the quota aside                              override, approve, defaults
    override_notice           ... the notice                                   override, approve, defaults
    override_own_duty         ... that somebody has a duty of their own        override, approve, defaults
    override_further_notice   ... the notice of those who move for others      override, approve, defaults
    enter                     approve what has happened already                approve, defaults
    settle                    settle balances, but not one's own               approve, defaults
    forget                    erase private facts from the ledger              defaults

    (1) or over one that was withdrawn, where the draft moves what was past, begun or settled

Who holds a right, the first that applies:

1. `[rights]` names it: those listed, by id or by role. Roles count as they are written, no others. An empty list is nobody.
2. `[rights]` names what the last column says first, in that order: those.
3. `approver_roles` is written in the desk's settings: whoever has one of these roles, and all officials.
4. The defaults, by rank. A person's rank is the highest of their roles:

   ==========  ============================================================  ==========================================
   rank        titles                                                        holds
   ==========  ============================================================  ==========================================
   head        经理 店长 站长 主任 负责人 manager director head; all officials  everything
   supervisor  主管 值班经理 supervisor                                       everything but approve_leave and forget (2)
   lead        领班 班长 组长 leader                                          publish (3)
   ==========  ============================================================  ==========================================

   (2) these too, where the desk has no head (RULES 65, 77)
   (3) everything, where the desk has neither head nor supervisor

   A title that ends with one of these counts (网点主管 is a 主管, "shift leader" a leader). A title with 助理, 实习,
   见习, 代 or 副 (assistant, trainee, intern, acting, deputy, vice) in it does not: it holds what `[rights]` or
   `approver_roles` lists it for.

Only who is there today holds a right: workers from their hiring date to their leaving date, and officials.

A request is approved by somebody who holds the right of its kind, `enter` where it tells what has happened, and the
right to set aside each thing that it sets aside; who neither asked for it nor is concerned, and whose cells do not
move by it. Where there are people who hold all these rights, but each of them asked or is concerned, it goes one up: to
heads and officials who are neither, whatever `[rights]` lists (RULES 77). It is refused by whoever holds the right of
its kind or may approve it, or is concerned; cancelled by whoever holds the right or may approve it, or asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from scheduler.domain import Note
from scheduler.i18n import Sentence, as_template, fill_in, join_sentences
from scheduler.workflow.change_request import Request, RequestKind, people_concerned
from scheduler.workflow.overrides import OVERRIDE_NAMES, Override
from scheduler.workflow.titles import Rank, counts_by_ending, is_deputy, known_title, rank_as_written, rank_of


class Right(StrEnum):
    """Something that not everybody may do."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    APPROVE = "approve"  # what has no right of its own
    APPROVE_SWAP = "approve_swap"
    APPROVE_LEAVE = "approve_leave"
    APPROVE_ABSENCE = "approve_absence"
    APPROVE_OVERTIME = "approve_overtime"
    APPROVE_EDIT = "approve_edit"
    OVERRIDE_QUOTA = "override_quota"
    OVERRIDE_NOTICE = "override_notice"
    OVERRIDE_OWN_DUTY = "override_own_duty"
    OVERRIDE_FURTHER_NOTICE = "override_further_notice"
    ENTER = "enter"
    SETTLE = "settle"
    FORGET = "forget"

    @classmethod
    def to_override(cls, what: Override) -> Right:
        """The right to set something aside."""
        return cls(f"override_{what}")


_OVERRIDES = {
    Right.to_override(what): Sentence(f"破例：{name.zh}", f"set aside: {name.en}")
    for what, name in OVERRIDE_NAMES.items()
}
RIGHT_NAMES: Mapping[Right, Sentence] = {
    Right.PUBLISH: Sentence("发布", "publish"),
    Right.WITHDRAW: Sentence("作废和整版重发", "withdraw and re-issue"),
    Right.APPROVE: Sentence("批准增援及其他", "approve surges and what else is asked"),
    Right.APPROVE_SWAP: Sentence("批准调班和顶班", "approve swaps and stand-ins"),
    Right.APPROVE_LEAVE: Sentence("批准请假和销假", "approve leave"),
    Right.APPROVE_ABSENCE: Sentence("批准缺勤", "approve absences"),
    Right.APPROVE_OVERTIME: Sentence("批准加班", "approve overtime"),
    Right.APPROVE_EDIT: Sentence("批准改表", "approve edited cells"),
    **_OVERRIDES,
    Right.ENTER: Sentence("补记", "enter after the fact"),
    Right.SETTLE: Sentence("结清结转", "settle balances"),
    Right.FORGET: Sentence("删除私密内容", "erase private facts"),
}

OVERRIDE = "override"  # of `[rights]`: whatever may be set aside and has no line of its own
OVERRIDING = tuple(Right.to_override(what) for what in Override)
APPROVAL_OF: Mapping[RequestKind, Right] = {
    RequestKind.SWAP: Right.APPROVE_SWAP,
    RequestKind.STAND_IN: Right.APPROVE_SWAP,
    RequestKind.ABSENCE: Right.APPROVE_ABSENCE,
    RequestKind.LEAVE: Right.APPROVE_LEAVE,
    RequestKind.CANCEL_LEAVE: Right.APPROVE_LEAVE,
    RequestKind.OVERTIME: Right.APPROVE_OVERTIME,
    RequestKind.EDIT: Right.APPROVE_EDIT,
}


APPROVING = tuple(right for right in Right if right == Right.APPROVE or right in APPROVAL_OF.values())


def keys_of(right: Right) -> tuple[str, ...]:
    """The keys of `[rights]` that say who holds a right, the first that is written counts."""
    if right in (Right.PUBLISH, Right.WITHDRAW, Right.APPROVE, Right.FORGET):
        return (right.value,)
    return (right.value, *((OVERRIDE,) if right in OVERRIDING else ()), Right.APPROVE.value)


def rights_for(request: Request) -> tuple[Right, ...]:
    """The rights that the approval of a request takes: its kind's first."""
    found = [APPROVAL_OF.get(request.kind, Right.APPROVE)]
    found += [Right.ENTER] if request.after_fact else []
    return (*found, *(Right.to_override(what) for what in request.set_aside))


# Who holds what


@dataclass(frozen=True)
class Person:
    """Somebody who has a say: a worker, or an official.

    Attributes
    ----------
    official : bool
        Whether they stand in the officials table.
    present : bool
        Whether they have begun and not left.
    formerly : tuple of str
        Ids that they had before: what was asked under one of them was asked by them.
    """

    id: str
    name: str
    _: KW_ONLY
    roles: tuple[str, ...] = ()
    on_roster: bool = True
    official: bool = False
    present: bool = True
    formerly: tuple[str, ...] = ()

    @property
    def rank(self) -> Rank:
        """The highest of their titles; that of a head for officials."""
        return Rank.HEAD if self.official else max(map(rank_of, self.roles), default=Rank.NONE)


class Gained(NamedTuple):
    """Somebody whose title counts by its ending, and what they hold by it."""

    who: str
    title: str
    known: str
    rights: tuple[Right, ...]


class Gap(NamedTuple):
    """Something that nobody may do; with somebody's id, that nobody may do for what concerns them."""

    right: Right
    who: str = ""


@dataclass(frozen=True)
class Rights:
    """Who may do what at a desk; see the module.

    Attributes
    ----------
    people : mapping of str to Person
        Everybody who has a say, by id.
    said : mapping of str to tuple of str
        What `[rights]` lists, by key.
    approver_roles : tuple of str
        Where the desk's settings name them.
    """

    people: Mapping[str, Person]
    said: Mapping[str, tuple[str, ...]]
    approver_roles: tuple[str, ...] = ()

    @cached_property
    def holders(self) -> Mapping[Right, tuple[str, ...]]:
        """Who holds each right, in the order of the people."""
        top = max((person.rank for person in self.people.values() if person.present), default=Rank.NONE)
        return {
            right: tuple(
                who for who, person in self.people.items() if person.present and self._holds(person, right, top)
            )
            for right in Right
        }

    def _holds(self, person: Person, right: Right, top: Rank) -> bool:
        listed = self._listed(right)
        if listed is not None:
            return person.id in listed or not set(listed).isdisjoint(person.roles)
        if self.approver_roles:
            return person.official or not set(self.approver_roles).isdisjoint(person.roles)
        if right == Right.PUBLISH:
            return person.rank >= Rank.LEAD
        if right in (Right.APPROVE_LEAVE, Right.FORGET):
            return person.rank == top > Rank.NONE
        return person.rank >= min(top, Rank.SUPERVISOR) > Rank.NONE

    def _listed(self, right: Right) -> tuple[str, ...] | None:
        """Whom `[rights]` lists for a right; `None` where it says nothing."""
        return next((self.said[key] for key in keys_of(right) if key in self.said), None)

    def may(self, who: str, right: Right) -> bool:
        """Whether somebody holds a right."""
        return who in self.holders[right]

    def may_approve_something(self, who: str) -> bool:
        """Whether somebody may approve any kind of request."""
        return any(self.may(who, right) for right in APPROVING)

    def held_by(self, who: str) -> tuple[Right, ...]:
        """The rights that somebody holds."""
        return tuple(right for right in Right if self.may(who, right))

    def find_deciders(self, needed: Sequence[Right], apart: Collection[str] = ()) -> tuple[str, ...]:
        """Who may decide what takes some rights.

        Parameters
        ----------
        apart : collection of str
            Who asked for it or is concerned. Where everybody who holds the rights is among them, it goes one up.
        """
        able = [who for who in self.people if all(self.may(who, right) for right in needed)]
        found = [who for who in able if who not in apart]
        if able and not found:
            found = [
                who for who, one in self.people.items() if one.present and one.rank == Rank.HEAD and who not in apart
            ]
        return tuple(found)

    def find_approvers(self, request: Request, moved: Collection[str] = ()) -> tuple[str, ...]:
        """Who may approve a request.

        Parameters
        ----------
        moved : collection of str
            Ids of those whose cells it moves.
        """
        return self.find_deciders(rights_for(request), self._find_apart(request, moved))

    def _find_apart(self, request: Request, moved: Collection[str]) -> set[str]:
        """Who asked for a request, is concerned or is moved, by the ids of then and by those of today."""
        ids = {request.by, *people_concerned(request), *moved}
        return ids | {who for who, person in self.people.items() if not ids.isdisjoint(person.formerly)}

    def may_approve(self, who: str, request: Request, moved: Collection[str] = ()) -> bool:
        """Whether somebody holds all rights that the approval of a request takes, be it their own, or it goes up to them."""
        then = () if who not in self.people else self.people[who].formerly
        is_apart = not {request.by, *people_concerned(request)}.isdisjoint(then)
        holds = all(self.may(who, right) for right in rights_for(request)) and not is_apart
        return holds or who in self.find_approvers(request, moved)

    def may_refuse(self, who: str, request: Request) -> bool:
        """Whether somebody holds the right of a request's kind, or may approve it."""
        return self.may(who, rights_for(request)[0]) or self.may_approve(who, request)

    @cached_property
    def gained(self) -> tuple[Gained, ...]:
        """Who holds something because a title of theirs ends with a known one."""
        default = [right for right in Right if self._listed(right) is None and not self.approver_roles]
        found = []
        for who, person in self.people.items():
            title = max(person.roles, key=rank_of, default="")
            rights = tuple(right for right in default if self.may(who, right))
            as_written = max(map(rank_as_written, person.roles), default=Rank.NONE)
            if rights and not person.official and counts_by_ending(title) and person.rank > as_written:
                found.append(Gained(who, title, known_title(title), rights))
        return tuple(found)

    @cached_property
    def passed_over(self) -> tuple[tuple[str, str], ...]:
        """Who has a title that would count if it were not a deputy's, and which; nobody who holds a right all the same."""
        return tuple(
            (who, title)
            for who, person in self.people.items()
            for title in person.roles
            if is_deputy(title) and known_title(title) and person.present and not self.held_by(who)
        )

    @cached_property
    def unknown(self) -> tuple[tuple[str, str], ...]:
        """What `[rights]` lists and nobody has as id or role: its key, and the text."""
        known = {*self.people, *(role for person in self.people.values() for role in person.roles)}
        return tuple((key, text) for key, listed in self.said.items() for text in listed if text not in known)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What nobody may do, and what nobody may decide that concerns somebody on the roster."""
        return tuple(self._find_gaps())

    def _find_gaps(self) -> Iterator[Gap]:
        for right in Right:
            needed = (BESIDE[right], right) if right in BESIDE else (right,)
            if not self.find_deciders(needed):
                yield Gap(right)
                continue
            for who in self.find_deciders(needed) if right not in ACTS_OF_THE_DESK else ():
                beside = right not in BESIDE or self.find_deciders((BESIDE[right],), {who})
                if self.people[who].on_roster and beside and not self.find_deciders(needed, {who}):
                    yield Gap(right, who)


ACTS_OF_THE_DESK = (Right.PUBLISH, Right.WITHDRAW, Right.FORGET)  # which concern nobody in particular
BESIDE = {**dict.fromkeys(OVERRIDING, Right.APPROVE_SWAP), Right.ENTER: Right.APPROVE_ABSENCE}  # of no use alone

# How it is said

NOBODY_MAY = Sentence(
    "没有人可以{what}：请在“审批人”表或 [rights] 里写明由谁办",
    "nobody may {what}: name somebody in the officials table or in [rights]",
)
NOBODY_FOR = Sentence(
    "{who}本人的申请，没有别人可以{what}：请在“审批人”表或 [rights] 里再写一人",
    "nobody but {who} may {what}, so nobody may for {who}: name somebody else in the officials table or in [rights]",
)
UNKNOWN = Sentence("[rights] {key}：没有人的工号或角色是“{text}”", "[rights] {key}: nobody has the id or role “{text}”")
BY_ENDING = Sentence(
    "{who}的“{title}”按“{known}”算：可{what}", "{who}: the title “{title}” counts as “{known}”, who may {what}"
)
NOT_COUNTED = Sentence(
    "{who}的“{title}”不算：要让其办理，请写进 [rights]",
    "{who}: the title “{title}” does not count; list it in [rights] if it is to",
)
EVERYTHING = Sentence("办理一切", "do everything")
TOGETHER: Mapping[tuple[Right, ...], Sentence] = {
    APPROVING: Sentence("批准各类申请", "approve requests of all kinds"),
    OVERRIDING: Sentence("各种破例", "set aside whatever can be"),
}
MAY = Sentence("可由{who}办理", "{who} may")
NOBODY = Sentence("没有人可以办理", "nobody may")
LACKS = Sentence("（还须有权：{what}）", " (it takes the right, too, to {what})")
WHO_DECIDES = Sentence("{lacks}；{may}", "{lacks}; {may}")


def say_rights(rights: Sequence[Right]) -> Sentence:
    """Some rights in a row, those that go together in a word where all of them are there."""
    if set(rights) == set(Right):
        return EVERYTHING
    found: dict[Sentence, None] = {}
    for right in rights:
        together = next((group for group in TOGETHER if right in group and set(group) <= set(rights)), ())
        found[TOGETHER[together] if together else RIGHT_NAMES[right]] = None
    return join_sentences(found)


def say_names(names: Sequence[str]) -> Sentence:
    """Names in a row."""
    return join_sentences([Sentence(as_template(name), as_template(name)) for name in names])


def say_deciders(rights: Rights, ids: Sequence[str]) -> Sentence:
    """Who may do something, by name."""
    return fill_in(MAY, who=say_names([rights.people[who].name for who in ids])) if ids else NOBODY


def say_who_decides(rights: Rights, request: Request, by: str, moved: Collection[str] = ()) -> Sentence:
    """For the end of a refusal: which right somebody lacks beside that of a request's kind, and who may approve it."""
    first, *rest = rights_for(request)
    lacking = [right for right in rest if not rights.may(by, right)] if rights.may(by, first) else []
    may = say_deciders(rights, rights.find_approvers(request, moved))
    lacks = fill_in(LACKS, what=say_rights(lacking)) if lacking else Sentence("", "")
    return fill_in(WHO_DECIDES, lacks=lacks, may=may)


def notes_on_gaps(rights: Rights) -> tuple[Note, ...]:
    """What nobody can decide, and what `[rights]` lists in vain."""
    notes = [Note(UNKNOWN, (("key", key), ("text", text))) for key, text in rights.unknown]
    for who in dict.fromkeys(gap.who for gap in rights.gaps):
        what = say_rights([gap.right for gap in rights.gaps if gap.who == who])
        if who:
            notes.append(Note(NOBODY_FOR, (("who", rights.people[who].name), ("what", what))))
        else:
            notes.append(Note(NOBODY_MAY, (("what", what),)))
    return tuple(notes)


def notes_on_titles(rights: Rights) -> tuple[Note, ...]:
    """Who gained what by a title's ending, and whose title does not count."""
    names = {who: person.name for who, person in rights.people.items()}
    notes = [
        Note(
            BY_ENDING,
            (("who", names[one.who]), ("title", one.title), ("known", one.known), ("what", say_rights(one.rights))),
        )
        for one in rights.gained
    ]
    return (*notes, *(Note(NOT_COUNTED, (("who", names[who]), ("title", title))) for who, title in rights.passed_over))
