"""Headings of the tables of a desk's log, and what each table is."""

from __future__ import annotations

from scheduler.i18n import Sentence

# Tables
STEPS_ABOUT = Sentence(
    "账册里的每一条记录一行，按先后",
    "one row for each entry of the ledger, in order",
)
CELLS_ABOUT = Sentence(
    "每一步涉及的每一格一行：申请要改什么，哪些已改，哪些是补记的实际情况",
    "one row for each cell of a step: what a request would move, what has moved, what was worked instead",
)
REQUESTS, REQUESTS_ABOUT = (
    Sentence("申请", "Requests"),
    Sentence("每份申请一行：所请、经过、结果", "one row for each request: what was asked, and what became of it"),
)
VERSIONS, VERSIONS_ABOUT = (
    Sentence("版本", "Versions"),
    Sentence(
        "每一版一行，草稿也在内：何时由谁编制、发布、取代或作废",
        "one row for each version, drafts too: who made it, put it in force, replaced or withdrew it, and when",
    ),
)
COPIES, COPIES_ABOUT = (
    Sentence("签收", "Copies"),
    Sentence(
        "发布过的每一版，每个拿到的部门和个人一行：签收、失效、收回",
        "one row for each department and person who was given a version: signed for, void, returned",
    ),
)
ROSTERS, ROSTERS_ABOUT = (
    Sentence("版本班表", "Rosters"),
    Sentence(
        "发布过的每一版的整张班表：每人一行，每天一列，空格是没有班；没有发布过的草稿不在内",
        "the whole roster of each version that was put in force: a row for each person, a column for each day, empty"
        " where there is no duty; drafts that never were in force are left out",
    ),
)
HOURS_TABLE, HOURS_ABOUT = (
    Sentence("班次时间", "Shift hours"),
    Sentence(
        "发布过的每一版里各班次的起止时间",
        "from when to when each shift is, in each version that was put in force",
    ),
)

# Columns
NUMBER, MONTHS = Sentence("序号", "No."), Sentence("月份", "Month")
REQUEST, REQUESTER = Sentence("申请号", "Request"), Sentence("申请人", "Requester")
CONCERNS = Sentence("关系到", "Concerns")
FIRST_DAY, LAST_DAY, HOURS = Sentence("首日", "First day"), Sentence("末日", "Last day"), Sentence("小时", "Hours")
WHAT, VERDICT = Sentence("内容", "What"), Sentence("核对结论", "Verdict")
OVERRIDE, SETS_ASIDE = Sentence("破例理由", "Set aside because"), Sentence("破例事项", "What is set aside")
THEN, CELLS = Sentence("此后状态", "State after it"), Sentence("格数", "Cells")
RAN_BY = Sentence("经办账户", "Run by")
REMARK, ROLE = Sentence("备注", "Remark"), Sentence("作用", "Role")
APPROVER = Sentence("批准人", "Approver")
PUBLISHED, VOID_SINCE = Sentence("发布时间", "Published"), Sentence("作废时间", "Void since")
BEFORE_AFTER = Sentence("改动（原 → 现）", "Changes (before → after)")
OUTSTANDING = Sentence("未签收 / 未收回", "Receipts outstanding")
BY_ID = Sentence("经办工号", "By (ID)")
REPLACED_BY = Sentence("由第几版取代", "Replaced by")
HOURS_BEFORE, HOURS_AFTER = Sentence("原起止", "Hours before"), Sentence("现起止", "Hours after")
REQUESTER_ID, CONCERNS_IDS = Sentence("申请人工号", "Requester (ID)"), Sentence("关系到（工号）", "Concerns (IDs)")
CONFIRMED, WAITING = Sentence("已确认", "Confirmed by"), Sentence("待确认", "Waits for")
DECIDED_AT, DECIDED_BECAUSE = Sentence("决定时间", "Decided"), Sentence("决定原因", "Decided because")
DECIDED_BY_ID, DECIDED_BY = Sentence("决定人工号", "Decided by (ID)"), Sentence("决定人", "Decided by")
CARRIED_OUT_BY = Sentence("执行版本", "Carried out by version")
DRAFTED_AT, DRAFTED_BY = Sentence("编制时间", "Made"), Sentence("编制人", "Made by")
PUBLISHED_BY_ID, PUBLISHED_BY = Sentence("发布人工号", "Published by (ID)"), Sentence("发布人", "Published by")
DUE_ON, REPLACES_VERSION = Sentence("应发布日", "Due"), Sentence("取代第几版", "Replaces")
ENDED_BY_ID, ENDED_BY = Sentence("作废人工号", "Ended by (ID)"), Sentence("作废人", "Ended by")
ENDED_BECAUSE = Sentence("作废原因", "Ended because")
GIVEN_AT, RECEIVED_AT = Sentence("发放时间", "Given out"), Sentence("签收时间", "Signed for")
RECEIVED_BY_ID, RECEIVED_BY = Sentence("签收登记工号", "Recorded by (ID)"), Sentence("签收登记人", "Recorded by")
RETURNED_AT = Sentence("收回时间", "Came back")
RETURNED_BY_ID, RETURNED_BY = (
    Sentence("收回登记工号", "Return recorded by (ID)"),
    Sentence("收回登记人", "Return recorded by"),
)
