"""The tables of shifts and of how many people are needed, on shifts and by time of day."""

from __future__ import annotations

from scheduler.files.schema.cells import (
    CHOICE,
    COLOUR,
    DAY_KEY,
    ID,
    NUMBER,
    SPANS,
    TEXT,
    TIME,
    WHOLE,
    YES_NO,
)
from scheduler.files.schema.shared_columns import (
    AS_RULED,
    CALL_COUNT,
    HEADS,
    READINGS,
    SECONDS,
    VISITS,
)
from scheduler.files.schema.table import Column, Table
from scheduler.i18n import Sentence

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
