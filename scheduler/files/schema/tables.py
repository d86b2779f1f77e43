"""Every table of a desk, column by column."""

from __future__ import annotations

from dataclasses import replace

from scheduler.domain import LEAVE_KINDS, Compensation, DayKind, HoursPeriod, HoursSystem, ProtectionKind, Wish
from scheduler.files.schema.cells import (
    CERTIFICATE,
    CHOICE,
    COLOUR,
    COUNTS,
    DATE,
    DAY_KEY,
    DUTY,
    EVENT_DAY,
    ID,
    LIST,
    NUMBER,
    PART_OF_DAY,
    SHARE,
    SKILLS,
    SPANS,
    TEXT,
    TIME,
    TIMED_DATE,
    WHOLE,
    YES_NO,
)
from scheduler.files.schema.days import DAY_WORDS
from scheduler.files.schema.table import Column, Table
from scheduler.i18n import Sentence

HOURS = Sentence("小时", "hours")
HEADS = Sentence("人", "heads")
DAYS = Sentence("天", "days")
WEEKENDS = Sentence("个", "weekends")
NIGHTS = Sentence("个", "nights")
REFERENCES = {
    "people.id": Sentence("人员表中的工号", "an id of the people table"),
    "people.roles": Sentence("人员表中有人担任的角色", "a role that somebody in the people table has"),
    "people.skills": Sentence("人员表中有人具备的技能", "a skill that somebody in the people table has"),
    "shifts.code": Sentence("班次表中的代码", "a code of the shifts table"),
}
# What people call the built-in kinds of leave; a desk's own kinds are called by their codes and names.
LEAVE_WORDS = dict(
    zip(
        LEAVE_KINDS,
        (
            ("年假", "带薪假", "带薪年假", "年休假"),
            ("病假",),
            ("事假",),
            ("婚假",),
            ("产假",),
            ("丧假",),
            ("换休假", "调休", "调休假", "换休"),
            ("工伤假", "工伤"),
            ("培训",),
            ("外出", "公出", "出差"),
        ),
        strict=True,
    )
)


def _worker() -> Column:
    headers = "worker 工号 员工 员工号 员工编号 人员 id worker_id employee employee_id staff_id"
    return Column(headers, ID, Sentence("谁", "who"), required=True, refers="people.id")


def _first(doc: Sentence) -> Column:
    return Column("first 开始日期 开始 起始日期 日期 from start date", DATE, doc, required=True)


def _last(doc: Sentence) -> Column:
    default = Sentence("同开始日期", "the first day")
    return Column("last 结束日期 结束 截止日期 终止日期 to until end", DATE, doc, default=default)


def _date_of(doc: Sentence) -> Column:
    return Column("date 日期 日 day", DATE, doc, required=True)


READINGS = {"strict": ("从严", "严格"), "literal": ("字面", "照字面")}

# What an empty cell of a worker's terms or of a demand row's weights means.
AS_RULED = Sentence("按规则的设置", "as the rule is set")


def _term(headers: str, doc: Sentence, unit: Sentence = DAYS, low: int = 1, high: int = 366) -> Column:
    return Column(headers, WHOLE, doc, unit=unit, default=AS_RULED, low=low, high=high)


def _agreed_hours(headers: str, doc: Sentence) -> Column:
    return Column(headers, NUMBER, doc, unit=HOURS, default=Sentence("不限", "none"), low=0, high=10_000)


PEOPLE = Table(
    "people 人员 人员表 员工 员工表 workers staff",
    Sentence("可以排班的人，每人一行", "the people who can be rostered, one row each"),
    (
        Column(
            "id 工号 员工号 员工编号 编号 worker worker_id employee_id staff_id",
            ID,
            Sentence("唯一编号，按文字保存，前导零保留", "unique, kept as text with its leading zeros"),
            required=True,
        ),
        Column("name 姓名 名字 员工姓名", TEXT, Sentence("显示用姓名", "the name shown on rosters"), required=True),
        Column("team 班组 组 组别 小组 group", TEXT, Sentence("所属班组", "the team")),
        Column(
            "roles 角色 职务 职位 岗位角色 role",
            LIST,
            Sentence("担任的角色，自由用词，如 班长;客服", "roles in the desk's own words, such as leader;agent"),
        ),
        Column(
            "skills 技能 资质 技能资质 skill",
            SKILLS,
            Sentence(
                "具备的技能，可带有效期（含首尾）", "skills, with their days (both included) where they are limited"
            ),
        ),
        Column(
            "hired 入职日期 入职 入职时间 入司日期 到岗日期 hire_date hired_on",
            DATE,
            Sentence("在职第一天", "first day of employment"),
        ),
        Column(
            "leaves 离职日期 离职 离职时间 最后工作日 leaving_date",
            DATE,
            Sentence("在职最后一天", "last day of employment"),
        ),
        Column(
            "qualified_from 上岗日期 上岗 独立上岗日期 qualified",
            DATE,
            Sentence(
                "独立上岗首日；此前为见习，不计入在岗人数",
                "first day of counting as cover; a trainee before it",
            ),
        ),
        Column(
            "share 工时比例 比例 fte part_time", SHARE, Sentence("相当于全职的比例", "part of full time"), default="1"
        ),
        Column(
            "norm_hours 月工时 标准工时 月标准工时 monthly_hours",
            NUMBER,
            Sentence("整月应出勤工时", "hours to be worked in a full month"),
            unit=HOURS,
            default=Sentence("按日历工作日与工时比例计算", "from the calendar's working days and the share"),
            low=0,
            high=744,
        ),
        Column(
            "only_shifts 可上班次 限定班次 只上班次 shifts",
            LIST,
            Sentence("只能上的班次代码", "the only shift codes the worker may be given"),
            default=Sentence("全部班次", "all shifts"),
            refers="shifts.code",
        ),
        Column(
            "protection 特殊保护 保护 三期",
            CHOICE,
            Sentence("受保护的原因：不上夜班、不加班", "why the worker is exempt from nights and overtime"),
            choices=dict(
                zip(
                    ProtectionKind,
                    (("孕期", "怀孕"), ("哺乳期", "哺乳"), ("未成年", "未成年人", "未成年工")),
                    strict=True,
                )
            ),
        ),
        Column(
            "protection_from 保护开始 保护开始日期 保护起始日期",
            DATE,
            Sentence(
                "保护首日；孕期自怀孕满七个月起", "first protected day; in pregnancy, when seven months are complete"
            ),
            default=Sentence("一直", "always"),
        ),
        Column(
            "protection_to 保护结束 保护结束日期 保护截止日期",
            DATE,
            Sentence("保护最后一天", "last protected day"),
            default=Sentence("一直", "always"),
        ),
        Column(
            "phone 电话 电话号码 手机 手机号 手机号码 联系电话 mobile telephone",
            TEXT,
            Sentence("联系电话", "phone number"),
        ),
        Column(
            "formerly 曾用工号 原工号 旧工号 former_id former_ids",
            LIST,
            Sentence(
                "改工号前用过的工号：其排班、结转与表中的行仍算本人的",
                "ids that the person had before: what is recorded or stands in tables under them is the person's",
            ),
        ),
        Column(
            "hours_system 工时制 工时制度 工时类型",
            CHOICE,
            Sentence(
                "本人的工时制：标准、综合或不定时（后两种须经批准）",
                "the system of working time: standard, comprehensive or irregular (the last two need an approval)",
            ),
            default=Sentence("按规则 working_time_law 的设置", "as the rule working_time_law is set"),
            choices=dict(
                zip(
                    HoursSystem,
                    (
                        ("标准", "标准工时", "标准工时制"),
                        ("综合", "综合工时", "综合工时制", "综合计算"),
                        ("不定时", "不定时工时", "不定时工时制"),
                    ),
                    strict=True,
                )
            ),
        ),
        Column(
            "hours_period 综合周期 综合工时周期 计算周期",
            CHOICE,
            Sentence("综合计算工时的周期", "the period over which comprehensive hours are reckoned"),
            default=HoursPeriod.MONTH.value,
            choices=dict(zip(HoursPeriod, (("月", "按月"), ("季", "季度", "按季"), ("年", "按年")), strict=True)),
        ),
        _term(
            "most_days_in_a_row 最多连上天数 最多连上 最长连班",
            Sentence("与本人约定的最多连续上班天数", "most working days in a row, as agreed with the worker"),
        ),
        _term(
            "least_days_in_a_row 最少连上天数 最少连上 最短连班",
            Sentence("与本人约定的最少连续上班天数", "fewest working days in a row, as agreed with the worker"),
        ),
        _term(
            "least_days_off_in_a_row 最少连休天数 最少连休",
            Sentence("与本人约定的最少连续休息天数", "fewest days off in a row, as agreed with the worker"),
        ),
        _term(
            "most_weekends 最多周末数 最多周末",
            Sentence("与本人约定的、一期内最多上班的周末数", "most weekends of the period with a duty, as agreed"),
            unit=WEEKENDS,
            low=0,
            high=60,
        ),
        _agreed_hours(
            "least_hours 最少工时 工时下限",
            Sentence("与本人约定的、一期内最少的计薪工时", "fewest paid hours in the period, as agreed"),
        ),
        _agreed_hours(
            "most_hours 最多工时 工时上限",
            Sentence("与本人约定的、一期内最多的计薪工时", "most paid hours in the period, as agreed"),
        ),
        Column(
            "most_of_shift 班次上限 班次最多个数",
            COUNTS,
            Sentence(
                "与本人约定的、一期内某些班次最多上几个，如 夜=8;中=10",
                "most duties of certain shifts in the period, as agreed, such as N=8;L=10",
            ),
            default=AS_RULED,
            refers="shifts.code",
        ),
    ),
    required=True,
    unique=("id",),
    most_rows=5_000,
)

SHIFTS = Table(
    "shifts 班次 班次表 班次设置",
    Sentence(
        "班次，每个一行；停用的班次保留在表中，只是没有需求",
        "the shifts, one row each; keep a retired one, without demand",
    ),
    (
        Column(
            "code 代码 班次代码 代号 班次 shift",
            ID,
            Sentence("排班表格子里的代码", "the code in the roster's cells"),
            required=True,
        ),
        Column(
            "name 名称 班次名称 班名", TEXT, Sentence("全称", "its full name"), default=Sentence("同代码", "the code")
        ),
        Column("start 开始 开始时间 上班时间 上班 from", TIME, Sentence("上班时刻", "when it begins"), required=True),
        Column(
            "end 结束 结束时间 下班时间 下班 to",
            TIME,
            Sentence(
                "下班时刻；不晚于开始即为次日；至多 24 小时",
                "when it ends; on the next day if not after the start; at most 24 hours later",
            ),
            required=True,
        ),
        Column(
            "breaks 休息 休息时间 不带薪休息 用餐 unpaid_breaks break",
            SPANS,
            Sentence("不计薪的休息，须在班次之内", "unpaid breaks, inside the shift"),
        ),
        Column(
            "paid_breaks 带薪休息 paid_break",
            SPANS,
            Sentence("计薪的休息，须在班次之内", "paid breaks, inside the shift"),
        ),
        Column("post 岗位 岗", TEXT, Sentence("岗位；只有一个岗位则不填", "the post; empty at a desk with one post")),
        Column(
            "skill 所需技能 技能 必备技能",
            ID,
            Sentence("每个上此班的人都须具备的技能", "a skill that everyone on it needs"),
            refers="people.skills",
        ),
        Column(
            "night 夜班 是否夜班",
            YES_NO,
            Sentence("是否计为夜班", "whether it counts as a night"),
            default=Sentence("凌晨 3 点在班则是", "yes if the shift is at work at 03:00"),
        ),
        Column(
            "firm_end 弹性起点 固定下班 elastic_from",
            TIME,
            Sentence(
                "此刻起下班时间有弹性：照排、照计工时，但不算在岗人数",
                "time from which the end is elastic: planned and paid, but not counted as cover",
            ),
            default=Sentence("无弹性", "the end is firm"),
        ),
        Column(
            "colour 颜色 color 底色",
            COLOUR,
            Sentence("排班表格子的底色", "fill of the roster's cell"),
            default=Sentence("按顺序取自固定的浅色色板", "from a fixed palette of light fills, in order"),
        ),
    ),
    required=True,
    unique=("code",),
    most_rows=500,
)

DEMAND = Table(
    "demand 需求 需求表 人力需求 用人需求",
    Sentence(
        "各班次需要多少人；同一班次、角色与技能有多行时，每天取最贴合的一行"
        "（日期 > 节假日类型 > 星期 > 工作日/休息日 > 每天）",
        "how many people a shift needs; of several rows for the same shift, role and skill, the most specific applies"
        " (date > kind of holiday > weekday > workday/offday > all)",
    ),
    (
        Column(
            "shift 班次 班次代码", ID, Sentence("班次代码", "the shift's code"), required=True, refers="shifts.code"
        ),
        Column(
            "on 日期类型 日期 日类型 适用日期 day days",
            DAY_KEY,
            Sentence("适用的日子", "the days on which the row applies"),
            default="all",
        ),
        Column(
            "role 角色",
            ID,
            Sentence("只数担任此角色的人", "counts only people with this role"),
            default=Sentence("任何上岗人员", "any qualified person"),
            refers="people.roles",
        ),
        Column(
            "skill 技能",
            ID,
            Sentence("只数具备此技能的人", "counts only people with this skill"),
            default=Sentence("任何上岗人员", "any qualified person"),
            refers="people.skills",
        ),
        Column(
            "least 最少 最少人数 最低 下限 min minimum",
            WHOLE,
            Sentence("硬性下限", "the hard minimum"),
            unit=HEADS,
            required=True,
            low=0,
            high=10_000,
        ),
        Column(
            "target 目标 目标人数",
            WHOLE,
            Sentence("希望的人数，不小于最少", "the preferred number, not below the minimum"),
            unit=HEADS,
            default=Sentence("同最少", "the minimum"),
            low=0,
            high=10_000,
        ),
        Column(
            "most 最多 最多人数 上限 max maximum",
            WHOLE,
            Sentence("硬性上限，不小于目标", "the hard maximum, not below the target"),
            unit=HEADS,
            default=Sentence("不限", "none"),
            low=0,
            high=10_000,
        ),
        Column(
            "reading 口径",
            CHOICE,
            Sentence("只在此口径下有效（见设置 reading）", "applies under this reading only (see the setting reading)"),
            default=Sentence("两种口径", "both readings"),
            choices=READINGS,
        ),
        Column(
            "weight_short 缺人代价 欠员代价",
            WHOLE,
            Sentence("低于目标时每缺一人的代价", "cost of each person below the target"),
            default=AS_RULED,
            low=0,
            high=1000,
        ),
        Column(
            "weight_spare 多人代价 超员代价",
            WHOLE,
            Sentence("高于目标时每多一人的代价", "cost of each person above the target"),
            default=AS_RULED,
            low=0,
            high=1000,
        ),
    ),
    required=True,
    unique=("shift", "on", "role", "skill"),
    most_rows=10_000,
)

LEAVE = Table(
    "leave 请假 请假表 休假 休假表",
    Sentence("请假，每段一行；只有已批准的才生效", "leave, one row for each period; only approved leave has effect"),
    (
        _worker(),
        replace(_first(Sentence("首日，可带时刻", "first day, with a time if need be")), kind=TIMED_DATE),
        replace(_last(Sentence("末日（含），可带时刻", "last day, included, with a time if need be")), kind=TIMED_DATE),
        Column(
            "part 时段 请假时段 午别 上午/下午 上下午 半天 是否半天 全天/半天 time half_day am/pm",
            PART_OF_DAY,
            Sentence(
                "每天只请哪一段：上午、下午，或起止时刻如 14:00-18:00",
                "which part of each day: am, pm, or hours such as 14:00-18:00",
            ),
            default=Sentence("全天", "the whole day"),
        ),
        Column(
            "kind 类别 假别 请假类型 类型 type",
            CHOICE,
            Sentence(
                "请假类别；本店自己的假别见“假别”表", "kind of leave; the desk's own are in the table leave_kinds"
            ),
            required=True,
            choices=LEAVE_WORDS,
            is_open=True,
        ),
        Column(
            "certificate 证明 证明材料 病假条 假条 certified",
            CERTIFICATE,
            Sentence(
                "证明是否已交：是，或交来的日期", "whether the certificate is in: yes, or the day on which it came"
            ),
            default=Sentence("未交", "not yet"),
        ),
        Column(
            "approved 已批准 批准 是否批准 审批 审批状态 审批结果 批准状态 审核状态 状态 status",
            YES_NO,
            Sentence("未批准的请假不改变排班", "unapproved leave does not change the roster"),
            default="yes",
        ),
    ),
)

LEAVE_KIND_TABLE = Table(
    "leave_kinds 假别 假别表 请假类别 请假类型",
    Sentence(
        "本店自己的假别，或改过的常用假别；没有写到的常用假别照旧",
        "the desk's own kinds of leave, and built-in ones that it alters; those not named here stay as they are",
    ),
    (
        Column("code 假别 代码 类别 kind", ID, Sentence("假别，如 育儿假", "the kind, such as care"), required=True),
        Column("name 名称 全称", TEXT, Sentence("显示的名称", "its name"), default=Sentence("同假别", "the code")),
        Column(
            "english 英文名 英文",
            TEXT,
            Sentence("英文名称", "its English name"),
            default=Sentence("同名称", "the name"),
        ),
        Column(
            "sign 格内字 简称 符号",
            ID,
            Sentence("排班表格子里的字", "what stands in the roster's cell"),
            default=Sentence("名称的第一个字", "the first character of the name"),
        ),
        Column(
            "paid 带薪 是否带薪",
            YES_NO,
            Sentence("是否带薪", "is it paid"),
            default=Sentence("是（事假否）", "yes; personal leave is not"),
        ),
        Column(
            "certificate_from 满几天须证明 须证明 证明天数",
            WHOLE,
            Sentence(
                "一次请满几天须交证明，0 为不须", "days of one leave from which a certificate is due; 0 for never"
            ),
            unit=DAYS,
            default="0",
            low=0,
            high=366,
        ),
        Column(
            "worked 算出勤 是否算出勤",
            YES_NO,
            Sentence(
                "是否算出勤（如培训、外出）：不上班，也不是休息",
                "whether it counts as worked: neither a duty nor rest",
            ),
            default=Sentence("否（培训、外出是）", "no, but for training and outside duty"),
        ),
        Column(
            "counts 计法 计算方式",
            CHOICE,
            Sentence(
                "按日历天数计，还是只计其中的工作日", "whether calendar days count, or the working days among them"
            ),
            default="days",
            choices={"days": ("日历天", "自然日", "天"), "duties": ("工作日", "班次", "按班")},
        ),
    ),
    unique=("code",),
    most_rows=100,
)

REQUESTS = Table(
    "requests 申请 申请表 排班申请 排班意愿 意愿 wishes",
    Sentence("个人排班意愿，尽量满足", "people's wishes, granted as far as possible"),
    (
        _worker(),
        _first(Sentence("首日", "first day")),
        _last(Sentence("末日（含），至多 92 天", "last day, included; 92 days at most")),
        Column(
            "wants 意愿 想法 申请内容 wish",
            CHOICE,
            Sentence(
                "想上、不想上（不填班次则指任何班），或休",
                "to work, not to work (any duty where no shift is named), or to rest",
            ),
            required=True,
            choices={"on": ("想上", "要上", "上班"), "off": ("不想上", "不上"), "rest": ("休", "休息", "想休")},
        ),
        Column(
            "shift 班次 班次代码",
            ID,
            Sentence("班次代码", "the shift's code"),
            default=Sentence("任何班", "any duty"),
            refers="shifts.code",
        ),
        Column(
            "weight 权重 重要程度 优先级 priority",
            WHOLE,
            Sentence("不满足的代价", "the cost of not granting it"),
            default=f"{Wish.weight}",
            low=1,
            high=100,
        ),
    ),
)

FIXED = Table(
    "fixed 固定班 固定 固定班次 固定班表",
    Sentence("事先定好的班或休息", "duties and days off that are fixed in advance"),
    (
        _worker(),
        _date_of(Sentence("哪一天", "the day")),
        Column(
            "shift 班次 班次代码 duty",
            DUTY,
            Sentence("班次代码", "the shift's code"),
            default=Sentence("休", "a day off"),
            refers="shifts.code",
        ),
    ),
    unique=("worker", "date", "shift"),
)

OVERTIME = Table(
    "overtime 加班审批 加班 加班申请 加班审批表",
    Sentence("已批准的加班", "approved overtime"),
    (
        _worker(),
        _date_of(Sentence("哪一天", "the day")),
        Column(
            "hours 小时 加班小时 时长 工时",
            NUMBER,
            Sentence("当天可超出标准的工时", "hours beyond the norm that are allowed on the day"),
            unit=HOURS,
            required=True,
            low=0,
            high=24,
        ),
        Column(
            "start 开始 开始时间 加班开始 起 from",
            TIME,
            Sentence(
                "班外加班从几点开始；空则只准许当天的班延长",
                "when it begins, beside the day's duties; without it, the day's duties may be longer by it",
            ),
            default=Sentence("用在当天的班里", "taken by the day's duties"),
        ),
        Column(
            "compensation 补偿 补偿方式 折算",
            CHOICE,
            Sentence("加班费或调休", "paid, or given back as time off"),
            default="pay",
            choices=dict(zip(Compensation, (("加班费", "付费", "计薪"), ("调休", "补休", "换休")), strict=True)),
        ),
    ),
    unique=("worker", "date", "start"),
)

HISTORY = Table(
    "history 上月排班 历史 历史排班 上月",
    Sentence(
        "上月末的排班；写“休”表示当天确知休息",
        "the end of last month's roster; off means that the day is known to be free",
    ),
    (
        _worker(),
        _date_of(Sentence("哪一天，早于所排月份", "the day, before the month to be rostered")),
        Column(
            "shift 班次 班次代码 duty",
            DUTY,
            Sentence("班次代码", "the shift's code"),
            required=True,
            refers="shifts.code",
        ),
    ),
    unique=("worker", "date", "shift"),
)


def _carried(headers: str, doc: Sentence, unit: Sentence) -> Column:
    return Column(headers, NUMBER, doc, unit=unit, default="0", low=-10_000, high=10_000)


CARRIED = Table(
    "carried 结转 结转余额 结转表 余额",
    Sentence(
        "此前各月超出平均的部分（少于平均为负）",
        "how far each person is above a fair share from earlier months; negative if below",
    ),
    (
        _worker(),
        _carried("nights 夜班 夜班数", Sentence("夜班数", "nights"), NIGHTS),
        _carried("weekends 周末 周末班 周末数", Sentence("周末出勤", "weekend duties"), DAYS),
        _carried("holidays 节假日 节假日班 节假日数", Sentence("节假日出勤", "holiday duties"), DAYS),
        _carried("hours 工时 小时 工时差", Sentence("工时", "hours"), HOURS),
    ),
    unique=("worker",),
    most_rows=5_000,
)

WHICH_HOLIDAY = Sentence(
    "写明的类型：法定节假日（三倍工资的那几天），还是 调休放假（放假通知里换来的休息日）",
    "which of the two: holiday (a statutory one, of triple pay), or notice_off (a day off that the notice exchanges for a workday)",
)
HOLIDAYS = Table(
    "holidays 节假日调整 节假日 节假日表 假日调整",
    Sentence("本部门对日历的更正，优先于日历", "the desk's corrections to the calendar, which take precedence"),
    (
        _date_of(Sentence("哪一天", "the day")),
        Column(
            "kind 类型 类别 日期类型 type",
            CHOICE,
            Sentence("这一天是什么日子", "what the day is"),
            required=True,
            asks=dict.fromkeys(("放假", "假日", "假期", "放", "休", "休假"), WHICH_HOLIDAY),
            choices={kind.value: DAY_WORDS[kind] for kind in DayKind if kind is not DayKind.RESTDAY}
            | {DayKind.RESTDAY.value: (*DAY_WORDS[DayKind.RESTDAY], "休息日")},
        ),
        Column("name 名称 节日 节日名称 假日", TEXT, Sentence("节日名", "the festival's name")),
    ),
    unique=("date",),
    most_rows=2_000,
)

EVENTS = Table(
    "events 活动 活动表 会议 会议表 培训考试",
    Sentence(
        "会议、培训、考试，每场一行；同名的各行是同一活动的几场（每周举行的按周算，其余按月算），每人参加其中一场",
        "meetings, classes and exams, one row for each sitting; rows of one name are sittings of one event (those of a"
        " week if it is weekly, otherwise those of the month), and everybody attends one of them",
    ),
    (
        Column("name 名称 活动 活动名称 会议 event", TEXT, Sentence("名称", "its name"), required=True),
        Column("date 日期 日 哪天 日子 on day", EVENT_DAY, Sentence("哪一天", "the day"), required=True),
        Column("start 开始 开始时间 from", TIME, Sentence("开始时刻", "when it begins"), required=True),
        Column("end 结束 结束时间 to", TIME, Sentence("结束时刻", "when it ends"), required=True),
        Column(
            "who 参加 参加人 参加人员 参会 attendees",
            LIST,
            Sentence("谁参加：角色、班组或工号", "who attends: roles, teams or ids"),
            default=Sentence("全体", "everybody"),
        ),
        Column(
            "free_time 休息时也来 休息也来 off_duty_too",
            YES_NO,
            Sentence(
                "不当班的人是否也来（当班的人须离岗参加）",
                "whether people off duty attend too (those on duty leave the desk for it)",
            ),
            default="no",
        ),
    ),
    unique=("name", "date", "start"),
    most_rows=1_000,
)

# Days, times and people of a need by time of day
MINUTES, SECONDS, CALL_COUNT = Sentence("分钟", "minutes"), Sentence("秒", "seconds"), Sentence("通", "calls")
VISITS = Sentence("人次/小时", "visitors an hour")


def _slot_columns(*asked: Column, least: str | Sentence = "0") -> tuple[Column, ...]:
    on = Column(
        "on 日期类型 日期 日类型 适用日期 day days",
        DAY_KEY,
        Sentence("适用的日子", "the days on which the row applies"),
        default="all",
    )
    start = Column("start 开始 开始时间 从 from", TIME, Sentence("时段起点", "when the slot begins"), required=True)
    end = Column(
        "end 结束 结束时间 到 to until",
        TIME,
        Sentence("时段终点；不晚于起点即为次日", "when the slot ends; on the next day if not after the start"),
        required=True,
    )
    skill = Column(
        "skill 技能",
        ID,
        Sentence("只数具备此技能的人", "counts only people with this skill"),
        default=Sentence("任何上岗人员", "any qualified person"),
        refers="people.skills",
    )
    floor = Column(
        "least 最少 最少人数 下限 min minimum",
        WHOLE,
        Sentence("无论如何都要有的人数（硬性）", "people needed in any case, a hard minimum"),
        unit=HEADS,
        default=least,
        low=0,
        high=10_000,
    )
    return on, start, end, *asked, floor, skill


SLOTS = Table(
    "slots 时段需求 时段 时段人数",
    Sentence(
        "各时段在岗要多少人，不论什么班次；同一时段与技能有多行时，每天取最贴合的一行",
        "people needed at the desk by time of day, whatever their shift; of several rows for the same slot and skill,"
        " the most specific applies",
    ),
    _slot_columns(
        Column(
            "target 目标 目标人数",
            WHOLE,
            Sentence("希望的人数，不小于最少", "the preferred number, not below the minimum"),
            unit=HEADS,
            default=Sentence("同最少", "the minimum"),
            low=0,
            high=10_000,
        )
    ),
    unique=("on", "start", "end", "skill"),
    most_rows=5_000,
)

FORECAST = Table(
    "forecast 话务预测 业务量预测 来电预测 volume",
    Sentence(
        "各时段预计来电；按 [service] 的服务水平用 Erlang C 换算成人数",
        "calls expected by time of day; Erlang C converts them into people by the service level of [service]",
    ),
    _slot_columns(
        Column(
            "calls 来电量 话务量 来电 业务量 volume",
            NUMBER,
            Sentence("该时段的来电", "calls that arrive in the slot"),
            unit=CALL_COUNT,
            required=True,
            low=0,
            high=1_000_000,
        ),
        Column(
            "handling_seconds 处理时长 平均处理时长 aht",
            NUMBER,
            Sentence("每通的平均处理时长", "average handling time of a call"),
            unit=SECONDS,
            required=True,
            low=1,
            high=36_000,
        ),
    ),
    unique=("on", "start", "end", "skill"),
    most_rows=5_000,
)

FOOTFALL = Table(
    "footfall 客流 客流量 客流预测 visitors",
    Sentence(
        "各时段预计客流；按每人每小时能接待多少换算成人数",
        "visitors expected by time of day, converted into people by how many one person serves",
    ),
    _slot_columns(
        Column(
            "visitors 每小时客流 客流 人次",
            NUMBER,
            Sentence("每小时到台的客流", "visitors who arrive at the desk in an hour"),
            unit=VISITS,
            required=True,
            low=0,
            high=1_000_000,
        ),
        Column(
            "served 每人每小时接待 接待能力 人均接待",
            NUMBER,
            Sentence("一人一小时能接待多少", "how many visitors one person serves in an hour"),
            unit=VISITS,
            required=True,
            low=0.1,
            high=10_000,
        ),
    ),
    unique=("on", "start", "end", "skill"),
    most_rows=5_000,
)

SLOT_TABLES = (SLOTS, FORECAST, FOOTFALL)
OFFICIALS = Table(
    "officials 审批人 审批人员 管理人员",
    Sentence(
        "不参加排班、但可审批和发布的人，如经理",
        "people who may approve and publish without being on the roster, such as managers",
    ),
    (
        Column("id 工号 编号 员工号 员工编号", ID, Sentence("唯一编号", "unique"), required=True),
        Column("name 姓名 名字", TEXT, Sentence("姓名", "the name"), required=True),
        Column("role 职务 角色 职位", TEXT, Sentence("职务", "the role")),
    ),
    unique=("id",),
    most_rows=1_000,
)

TABLES = (
    PEOPLE,
    SHIFTS,
    DEMAND,
    LEAVE,
    LEAVE_KIND_TABLE,
    REQUESTS,
    FIXED,
    OVERTIME,
    HISTORY,
    CARRIED,
    HOLIDAYS,
    EVENTS,
    *SLOT_TABLES,
    OFFICIALS,
)
