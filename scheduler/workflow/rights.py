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
   supervisor  主管 值班经理 supervisor                                       everything but approve_leave (2)
   lead        领班 班长 组长 leader                                          publish (3)
   ==========  ============================================================  ==========================================

   (2) approve_leave too, where the desk has no head (RULES 65, 77)
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

from collections.abc import Mapping
from enum import StrEnum

from scheduler.i18n import Sentence
from scheduler.workflow.overrides import OVERRIDE_NAMES, Override


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
    Right.WITHDRAW: Sentence("作废、整版重发", "withdraw, re-issue"),
    Right.APPROVE: Sentence("批准增援、新表、撤销", "approve surges, changed tables, undo"),
    Right.APPROVE_SWAP: Sentence("批准调班、顶班", "approve swaps and stand-ins"),
    Right.APPROVE_LEAVE: Sentence("批准请假、销假", "approve leave"),
    Right.APPROVE_ABSENCE: Sentence("批准缺勤", "approve absences"),
    Right.APPROVE_OVERTIME: Sentence("批准加班", "approve overtime"),
    Right.APPROVE_EDIT: Sentence("批准改表", "approve edited cells"),
    **_OVERRIDES,
    Right.ENTER: Sentence("补记", "enter after the fact"),
}
