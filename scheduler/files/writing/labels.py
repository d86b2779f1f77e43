"""Headings and sentences of the workbook."""

from __future__ import annotations

from scheduler.i18n import Sentence

PROVED = Sentence("已证明最优", "proved optimal")
WITHIN = Sentence("可行，与最优相差不超过 {gap}", "feasible, at most {gap} from the optimum")
UNPROVED = Sentence("可行，未证明最优", "feasible, not proved optimal")
FOUND = Sentence("排班由 {finder} 找到，下界由 {prover} 证明", "roster found by {finder}, bound proved by {prover}")
CERTIFIED_TWICE = Sentence(
    "{solver} 另行证明下界 {bound}，等于总代价：最优性由两个求解器各自证明（用时 {seconds} 秒）",
    "{solver} independently proved the bound {bound}, equal to the cost: two solvers proved optimality ({seconds} s)",
)
CERTIFIED = Sentence(
    "{solver} 另行证明下界 {bound}，等于总代价：最优性由 {solver} 证明（用时 {seconds} 秒）",
    "{solver} independently proved the bound {bound}, equal to the cost: {solver} proved optimality ({seconds} s)",
)
CERTIFIED_WITHIN = Sentence(
    "{solver} 另行证明下界 {bound}：与最优相差不超过 {gap}（用时 {seconds} 秒）",
    "{solver} independently proved the bound {bound}: at most {gap} from the optimum ({seconds} s)",
)
NOTHING_CERTIFIED = Sentence(
    "{solver} 在 {seconds} 秒内没有证出任何下界", "{solver} proved no bound within {seconds} s"
)
KEPT = Sentence("规则检查：{rules} 条全部符合", "audit: all {rules} rules kept")
BROKEN = Sentence("规则检查：✗ {n} 处违反", "audit: ✗ {n} breaches")
EXEMPTED = Sentence("，另有 {n} 处破例（照字面读）", ", and {n} exemptions (clauses read literally)")
EXEMPT_HERE = Sentence("破例：{lines}", "Exemptions: {lines}")
EXEMPT_RULE = Sentence("{clause}：{n} 处（{who}）", "{clause}: {n} ({who})")
MORE = Sentence("。逐条见“{sheet}”", ". Each of them on sheet {sheet}")
NOTICES = Sentence("告示：{notice}", "Notice: {notice}")
ELASTIC = Sentence("（{from_} 起弹性）", " (elastic from {from_})")
AT = Sentence("{at}（{zone}）", "{at} ({zone})")
MONTH = Sentence("{year}年{month}月", "{name} {year}")
TITLE = Sentence("{desk} {month} 排班表", "{desk}: roster for {month}")
STAMPED = Sentence("{title}【{status}】", "{title} [{status}]")
STATED = Sentence(
    "第 {version} 版 · {status} · 编制于 {at} · {proof} · {audit}",
    "version {version} · {status} · made {at} · {proof} · {audit}",
)
PUBLISHED_AT = Sentence(" · 发布于 {at}", " · published {at}")
PUBLISHED_LATE = Sentence("逾期发布：{because}", "PUBLISHED LATE: {because}")
ANCHORED = Sentence(
    "账册：记录至 {head}，本版摘要 {digest}（核对：scheduler log --verify --head {head}）",
    "Ledger: log up to {head}, digest of this version {digest} (to check: scheduler log --verify --head {head})",
)
FINGERPRINTED = Sentence(" · 指纹 {fingerprint}", " · fingerprint {fingerprint}")
ASSUMED = Sentence("假设：{notes}", "Assumptions: {notes}")
PAGE = Sentence("第 &P 页，共 &N 页", "page &P of &N")
EDITION = Sentence("第 {version} 版 {status}", "version {version} {status}")

RECIPIENT_KINDS = {"department": Sentence("部门", "department"), "person": Sentence("个人", "person")}

# Sheets
DETAIL, COVER, TOTALS = Sentence("每日明细", "Duties"), Sentence("覆盖", "Cover"), Sentence("统计", "Totals")
OVERTIME_SHEET = Sentence("加班明细", "Overtime rows")
RULES, LOG = Sentence("规则检查", "Rules"), Sentence("变更记录", "Change log")
STAND_INS, STAND_IN_PLACE = Sentence("替补名单", "Stand-ins"), Sentence("替补 {n}", "Stand-in {n}")
NEEDS_OVERTIME, NOBODY_FREE = Sentence("（须先批加班）", " (overtime first)"), Sentence("无人可替", "nobody")
OPEN_DUTIES, HARM, CANDIDATE = (
    Sentence("未排", "Open duties"),
    Sentence("危害", "Harm"),
    Sentence("人选 {n}", "Candidate {n}"),
)
AMONG_GAPS = Sentence("就所列缺口而言{proof}", "{proof} with the gaps listed")
WHAT_IS_MISSING, NO_CANDIDATE = Sentence("缺什么", "What is missing"), Sentence("没有人能接", "nobody could take it")
WITH_OPEN = Sentence("{title}（{n} 处未排）", "{title} ({n} duties open)")
OPEN_HERE = Sentence("未排 {n} 处，还没有人上：{what}", "{n} duties open, nobody has them yet: {what}")
OPEN_BECAUSE = Sentence("{said}（仍然发布的原因：{because}）", "{said} (published all the same because: {because})")
OPEN_IN_SHORT = Sentence("，未排 {n} 处（见“未排”）", ", {n} duties open (see Open duties)")
ARRANGEMENTS, LAW = Sentence("值班安排", "Arrangements"), Sentence("法规检查", "Law")
SLOTS, BREAK_PLAN = Sentence("时段覆盖", "Cover by time"), Sentence("小休用餐", "Breaks")

# Columns
ID, NAME, TEAM = Sentence("工号", "ID"), Sentence("姓名", "Name"), Sentence("班组", "Team")
DATE, WEEKDAY, CALENDAR = Sentence("日期", "Date"), Sentence("星期", "Weekday"), Sentence("日历", "Calendar")
SHIFT, SHIFT_NAME = Sentence("班次", "Shift"), Sentence("班次名称", "Shift name")
START, END = Sentence("开始", "Start"), Sentence("结束", "End")
BEFORE, AFTER = Sentence("原", "Before"), Sentence("现", "After")
BREAK, PAID_HOURS = Sentence("休息时段", "Breaks"), Sentence("工时", "Paid hours")
WHO, HEADS, MISSING = Sentence("人员", "Who"), Sentence("在岗", "Heads"), Sentence("缺", "Missing")
LEAST, TARGET, MOST = Sentence("最少", "Minimum"), Sentence("目标", "Target"), Sentence("最多", "Maximum")
STATE, VERSION = Sentence("状态", "State"), Sentence("版本", "Version")
AT_TIME, EVENT = Sentence("时间", "Time"), Sentence("事项", "Event")
BY, BECAUSE = Sentence("经办人", "By"), Sentence("原因", "Because")
RULE, CLAUSE, SETTINGS = Sentence("规则", "Rule"), Sentence("条款", "Clause"), Sentence("参数", "Settings")
RESULT, SENTENCE, KIND = Sentence("结果", "Result"), Sentence("内容", "What"), Sentence("类别", "Kind")
COMPROMISES, COST = Sentence("让步", "Compromises"), Sentence("代价", "Cost")
GRID_TOTALS = {
    "duties": Sentence("班次", "Duties"),
    "hours": Sentence("工时", "Hours"),
    "nights": Sentence("夜班", "Nights"),
    "weekends": Sentence("周末", "W/E"),
    "holidays": Sentence("节假日", "Hols"),
    "rest_days": Sentence("休息", "Off"),
    "overtime": Sentence("加班", "OT"),
}
OVERTIME_TITLES = {
    "overtime": Sentence("加班工时", "Overtime"),
    "overtime_paid": Sentence("其中加班费", "Of it, paid"),
    "overtime_off": Sentence("其中折调休", "Of it, time off"),
}
OVERTIME, COMPENSATION = Sentence("加班", "overtime"), Sentence("补偿", "Made good by")
OVERTIME_HOURS = Sentence("加班小时", "Overtime hours")
OVERTIME_SIGN = Sentence("+{hours:h}", "+{hours:h}")
OVERTIME_LEGEND = Sentence("格中 +n 为加班 n 小时：{lines}", "+n in a cell is overtime of n hours: {lines}")
OVERTIME_LINE = Sentence("{who} {day} {terms}", "{who}, {day}, {terms}")
STANDBY = Sentence("备班 {shift}", "standing by, {shift}")
IF_CALLED = Sentence(
    "叫到才上、才计工时；不算上班也不算休息", "works and is paid only if called; neither duty nor day off"
)
RESERVE_SIGN = Sentence("备{shift}", "res. {shift}")
RESERVE_LEGEND = Sentence(
    "格中“备”为备班（不算上班也不算休息，叫到才计工时；“休息”合计未扣备班日）：{lines}",
    "res. in a cell is a reserve (neither duty nor rest, paid when called; the total of days off still counts these days): {lines}",
)
RESERVE_LINE = Sentence("{day} {shift} {who}", "{day} {shift} {who}")
PART_SIGN = Sentence("假", "leave")
PART_LEGEND = Sentence(
    "格中另有“假”为当天部分时间请假：{lines}", "leave beside a cell's text takes part of the day: {lines}"
)
PART_LINE = Sentence("{who} {day} {times}", "{who}, {day}, {times}")
TOTAL_TITLES = {
    "id": ID,
    "name": NAME,
    "team": TEAM,
    "duties": Sentence("班次数", "Duties"),
    "hours": Sentence("工时", "Hours"),
    "norm_hours": Sentence("应出勤工时", "Norm hours"),
    "beyond_norm": Sentence("工时差", "Beyond norm"),
    "nights": Sentence("夜班", "Nights"),
    "weekends": Sentence("周末班", "Weekend duties"),
    "holidays": Sentence("节假日班", "Holiday duties"),
    "rest_days": Sentence("休息天数", "Rest days"),
    "leave_days": Sentence("请假天数", "Leave days"),
    "leave_hours": Sentence("请假小时", "Leave hours"),
    "wishes": Sentence("申请数", "Wishes"),
    "granted": Sentence("满足数", "Granted"),
    "carried_nights": Sentence("上期结转夜班", "Carried in: nights"),
    "carried_weekends": Sentence("上期结转周末班", "Carried in: weekends"),
    "carried_holidays": Sentence("上期结转节假日班", "Carried in: holidays"),
    "carried_hours": Sentence("上期结转工时", "Carried in: hours"),
    "after_nights": Sentence("结转下期夜班", "Carried out: nights"),
    "after_weekends": Sentence("结转下期周末班", "Carried out: weekends"),
    "after_holidays": Sentence("结转下期节假日班", "Carried out: holidays"),
    "after_hours": Sentence("结转下期工时", "Carried out: hours"),
}

# The grid
HOLIDAY, DAY_OFF, WORKDAY = Sentence("节", "holiday"), Sentence("休", "off"), Sentence("班", "work")
COVER_HEADING = Sentence(
    "覆盖：在岗/目标人数（▽ 低于目标，✗ 低于最少，△ 高于最多）",
    "Cover: heads/target (▽ below target, ✗ below minimum, △ above maximum)",
)
COVER_WORDS = {
    "": Sentence("符合", "met"),
    "▽": Sentence("低于目标", "below target"),
    "✗": Sentence("低于最少", "below minimum"),
    "△": Sentence("高于最多", "above maximum"),
}
ANYBODY = Sentence("全员", "anybody")
LEGEND = Sentence("图例：{signs}；粗体为夜班", "Signs: {signs}; nights in bold")
BREAKS = Sentence("（休 {breaks}）", " (break {breaks})")
BREAKS_ON_SHEET = Sentence("（小休、用餐见“{sheet}”）", " (breaks: sheet {sheet})")
MARKED = Sentence(
    "带 * 的粗框格：与第 {version} 版不同，共 {n} 格",
    "Cells with * and a bold frame differ from version {version}: {n} in all",
)
MARKED_NONE = Sentence("与第 {version} 版相比，没有不同的格", "No cell differs from version {version}")
MARKED_HELD = Sentence(
    "带 * 的粗框格：人工定住，共 {n} 格", "Cells with * and a bold frame were held by hand: {n} in all"
)
PAID_BREAK = Sentence("{span} 计薪", "{span} paid")
AWAY_NAME = Sentence("请假", "on leave")
REST, GONE = Sentence("休息", "day off"), Sentence("不在职", "not employed")
SIGNATURE = Sentence("{role}：______________  日期：____________", "{role}: ______________  Date: ____________")
SIGNED_AS = (Sentence("编制", "Made by"), Sentence("审核", "Checked by"), Sentence("批准", "Approved by"))

# The audit
DESK, PROOF, AUDITED = Sentence("岗位", "Desk"), Sentence("求解结论", "Proof"), Sentence("检查结论", "Audit")
MADE_AT, SEED = Sentence("编制时间", "Made at"), Sentence("随机种子", "Seed")
SOLVERS, CERTIFICATE = Sentence("求解器", "Solvers"), Sentence("第二求解器", "Second solver")
OBJECTIVE, BOUND, GAP = Sentence("总代价", "Objective"), Sentence("代价下界", "Bound"), Sentence("差距", "Gap")
RECOMPUTED = Sentence("总代价（检查复算）", "Objective (audited)")
FINGERPRINT, ASSUMPTION = Sentence("规则指纹", "Rulebook fingerprint"), Sentence("假设", "Assumption")
FINDINGS, NUMBER = Sentence("违反与让步", "Breaches and compromises"), Sentence("序号", "No.")
FULFILLED, FAILED = Sentence("✓ 符合", "✓ kept"), Sentence("✗ {n} 处", "✗ broken: {n}")
IDLE, OFF = Sentence("— 不适用", "— not here"), Sentence("○ 停用", "○ off")
OFF_BECAUSE = Sentence("停用原因：{because}", "switched off because: {because}")
BREACH, COMPROMISE = Sentence("✗ 违反", "✗ breach"), Sentence("让步", "compromise")
EXEMPTION, WARNING = Sentence("破例", "exemption"), Sentence("提示", "warning")
READ_SO = Sentence("照字面读，只记录：{because}", "read literally, recorded only: {because}")
WARNED = Sentence("{n} 条提示", "{n} warnings")
UNTIL = Sentence("至", "Until")
SETTING = Sentence("{doc}：{value}", "{doc}: {value}")
YES, NO, NONE = Sentence("是", "yes"), Sentence("否", "no"), Sentence("无", "none")
UNITS = {"h": Sentence("小时", "h"), "min": Sentence("分钟", "min"), "d": Sentence("天", "d")}
