"""Who may do what on the page: the one matrix of roles and actions.

The desk's tables say which roles somebody has there (`workflow.rights`): a *manager* may publish, an *approver* may
approve requests of some kind, a *lead* has a title with a rank, *staff* are on the roster. Only *HR* is said by the seat,
as the tables name nobody of theirs. Roles add up, and whoever has left the desk has none. An *administrator* looks after
accounts and reads no roster by that. What a use case itself refuses, beyond this matrix, it says in its own sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum

from scheduler.app.standing import Standing
from scheduler.i18n import Sentence
from scheduler.workflow.rights import Right
from scheduler.workflow.titles import Rank


class Role(StrEnum):
    """What somebody is at a desk."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    APPROVER = "approver"
    LEAD = "lead"
    STAFF = "staff"
    HR = "hr"


ROLE_NAMES: Mapping[Role, Sentence] = {
    Role.ADMINISTRATOR: Sentence("管理员", "administrator"),
    Role.MANAGER: Sentence("排班人", "manager"),
    Role.APPROVER: Sentence("审批人", "approver"),
    Role.LEAD: Sentence("班长", "lead"),
    Role.STAFF: Sentence("员工", "staff"),
    Role.HR: Sentence("人事", "HR"),
}


class Action(StrEnum):
    """What can be done."""

    SEE_MONTH = "see_month"
    SEE_DRAFTS = "see_drafts"
    SEE_CELL = "see_cell"
    SEE_CANDIDATES = "see_candidates"
    SEE_VERSIONS = "see_versions"
    DOWNLOAD = "download"
    GENERATE = "generate"
    EDIT = "edit"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    SEE_RECEIPTS = "see_receipts"
    MARK_RECEIPTS = "mark_receipts"
    SEE_TOLD = "see_told"
    TELL_AGAIN = "tell_again"
    SEE_REQUESTS = "see_requests"
    ASK = "ask"
    CONFIRM = "confirm"
    RECORD_WORD = "record_word"
    DECIDE = "decide"
    SEE_MINE = "see_mine"
    WISH = "wish"
    SEE_HR = "see_hr"
    CONFIRM_ATTENDANCE = "confirm_attendance"
    TRACE = "trace"
    SEE_TABLES = "see_tables"
    EDIT_TABLES = "edit_tables"
    ACCOUNTS = "accounts"
    MAKE_DESKS = "make_desks"


ACTION_NAMES: Mapping[Action, Sentence] = {
    Action.SEE_MONTH: Sentence("看已发布的月表", "see published months"),
    Action.SEE_DRAFTS: Sentence("看草稿", "see drafts"),
    Action.SEE_CELL: Sentence("看一格的来历", "see what happened to a cell"),
    Action.SEE_CANDIDATES: Sentence("看还有谁能上", "see who else could"),
    Action.SEE_VERSIONS: Sentence("看各版、比较两版", "list and compare versions"),
    Action.DOWNLOAD: Sentence("下载工作簿", "download workbooks"),
    Action.GENERATE: Sentence("排一个月", "make months"),
    Action.EDIT: Sentence("改草稿", "edit drafts"),
    Action.PUBLISH: Sentence("发布", "publish"),
    Action.WITHDRAW: Sentence("作废", "withdraw"),
    Action.SEE_RECEIPTS: Sentence("看签收", "see receipts"),
    Action.MARK_RECEIPTS: Sentence("登记签收和收回", "record receipts"),
    Action.SEE_TOLD: Sentence("看发出的通知", "see what was told by mail"),
    Action.TELL_AGAIN: Sentence("再发通知", "have it sent again"),
    Action.SEE_REQUESTS: Sentence("看申请", "see requests"),
    Action.ASK: Sentence("提申请", "make requests"),
    Action.CONFIRM: Sentence("确认、撤回", "confirm, take back"),
    Action.RECORD_WORD: Sentence("代记别人的同意", "record another's yes"),
    Action.DECIDE: Sentence("批准、驳回", "approve, refuse"),
    Action.SEE_MINE: Sentence("看自己的班、签收", "see and sign one's own roster"),
    Action.WISH: Sentence("提意愿、撤回意愿", "make wishes, take them back"),
    Action.SEE_HR: Sentence("看人事工时、取人事工时表", "see hours for HR, take their workbook"),
    Action.CONFIRM_ATTENDANCE: Sentence("确认、否决考勤", "confirm and reject attendance"),
    Action.TRACE: Sentence("查一份文件还作不作数", "trace a file"),
    Action.SEE_TABLES: Sentence("看部门的各表", "see the desk's tables"),
    Action.EDIT_TABLES: Sentence("改部门的各表", "change the desk's tables"),
    Action.ACCOUNTS: Sentence("管账户", "look after accounts"),
    Action.MAKE_DESKS: Sentence("新建部门", "make desks"),
}


class Reach(IntEnum):
    """Of whom."""

    NOBODY = 0
    OWN = 1
    ALL = 2


_NO, _OWN, _ALL = Reach.NOBODY, Reach.OWN, Reach.ALL
_COLUMNS = (Role.ADMINISTRATOR, Role.MANAGER, Role.APPROVER, Role.LEAD, Role.STAFF, Role.HR)
_ROWS = {
    # administrator, manager, approver, lead, staff, HR
    Action.SEE_MONTH: (_NO, _ALL, _ALL, _ALL, _ALL, _ALL),
    Action.SEE_DRAFTS: (_NO, _ALL, _ALL, _NO, _NO, _NO),
    Action.SEE_CELL: (_NO, _ALL, _ALL, _ALL, _OWN, _ALL),
    Action.SEE_CANDIDATES: (_NO, _ALL, _ALL, _ALL, _NO, _NO),
    Action.SEE_VERSIONS: (_NO, _ALL, _ALL, _ALL, _NO, _ALL),
    Action.DOWNLOAD: (_NO, _ALL, _ALL, _ALL, _NO, _ALL),
    Action.GENERATE: (_NO, _ALL, _NO, _NO, _NO, _NO),
    Action.EDIT: (_NO, _ALL, _NO, _NO, _NO, _NO),
    Action.PUBLISH: (_NO, _ALL, _NO, _NO, _NO, _NO),
    Action.WITHDRAW: (_NO, _ALL, _NO, _NO, _NO, _NO),
    Action.SEE_RECEIPTS: (_NO, _ALL, _ALL, _NO, _NO, _ALL),
    Action.MARK_RECEIPTS: (_NO, _ALL, _NO, _NO, _NO, _ALL),
    Action.SEE_TOLD: (_NO, _ALL, _ALL, _NO, _NO, _ALL),
    Action.TELL_AGAIN: (_NO, _ALL, _NO, _NO, _NO, _NO),
    Action.SEE_REQUESTS: (_NO, _ALL, _ALL, _ALL, _OWN, _ALL),
    Action.ASK: (_NO, _ALL, _ALL, _ALL, _OWN, _NO),
    Action.CONFIRM: (_NO, _OWN, _OWN, _OWN, _OWN, _NO),
    Action.RECORD_WORD: (_NO, _ALL, _ALL, _ALL, _NO, _NO),
    Action.DECIDE: (_NO, _NO, _ALL, _NO, _NO, _NO),
    Action.SEE_MINE: (_NO, _NO, _NO, _NO, _OWN, _NO),
    Action.WISH: (_NO, _ALL, _NO, _NO, _OWN, _NO),
    Action.SEE_HR: (_NO, _NO, _ALL, _NO, _NO, _ALL),
    Action.CONFIRM_ATTENDANCE: (_NO, _NO, _ALL, _NO, _NO, _ALL),
    Action.TRACE: (_NO, _ALL, _ALL, _ALL, _ALL, _ALL),
    Action.SEE_TABLES: (_NO, _ALL, _NO, _NO, _NO, _ALL),
    Action.EDIT_TABLES: (_NO, _ALL, _NO, _NO, _NO, _NO),
    Action.ACCOUNTS: (_ALL, _NO, _NO, _NO, _NO, _NO),
    Action.MAKE_DESKS: (_ALL, _NO, _NO, _NO, _NO, _NO),
}
MATRIX: Mapping[Action, Mapping[Role, Reach]] = {
    action: dict(zip(_COLUMNS, reaches, strict=True)) for action, reaches in _ROWS.items()
}


def find_reach(roles: Iterable[Role], action: Action) -> Reach:
    """Of whom somebody with these roles may do something."""
    return max((MATRIX[action][role] for role in roles), default=Reach.NOBODY)


def find_roles(standing: Standing, *, is_hr: bool) -> frozenset[Role]:
    """What somebody is at a desk today."""
    found = {Role.HR} if is_hr else set()
    person, rights = standing.person, standing.rights
    if person is None or not person.present:
        return frozenset(found)
    tests = {
        Role.MANAGER: rights.may(person.id, Right.PUBLISH),
        Role.APPROVER: rights.may_approve_something(person.id),
        Role.LEAD: person.on_roster and person.rank >= Rank.LEAD,
        Role.STAFF: person.on_roster,
    }
    return frozenset(found | {role for role, has in tests.items() if has})


def matrix_lines() -> list[str]:
    """The matrix as a table in Markdown, for the README."""
    signs = {Reach.NOBODY: "", Reach.OWN: "own", Reach.ALL: "yes"}
    heads = [ROLE_NAMES[role].en for role in _COLUMNS]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for action, row in MATRIX.items():
        lines.append(f"| {ACTION_NAMES[action].en} | {' | '.join(signs[row[role]] for role in _COLUMNS)} |")
    return lines
