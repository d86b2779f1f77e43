"""The tables of what is settled, wished for or past: requests, fixed duties, overtime, history, balances, holidays, events."""

from __future__ import annotations

from scheduler.domain import Compensation, DayKind, Wish
from scheduler.files.schema.cells import (
    CHOICE,
    DUTY,
    EVENT_DAY,
    ID,
    LIST,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    YES_NO,
)
from scheduler.files.schema.days import DAY_WORDS
from scheduler.files.schema.shared_columns import (
    DAYS,
    HOURS,
    NIGHTS,
    day_column,
    first_day,
    last_day,
    worker_column,
)
from scheduler.files.schema.table import Column, Table
from scheduler.i18n import Sentence

REQUESTS = Table(
    "requests 申请 申请表 排班申请 排班意愿 意愿 wishes",
    Sentence("个人排班意愿，尽量满足", "people's wishes, granted as far as possible"),
    (
        worker_column(),
        first_day(Sentence("首日", "first day")),
        last_day(Sentence("末日（含），至多 92 天", "last day, included; 92 days at most")),
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
        worker_column(),
        day_column(Sentence("哪一天", "the day")),
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
        worker_column(),
        day_column(Sentence("哪一天", "the day")),
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
        worker_column(),
        day_column(Sentence("哪一天，早于所排月份", "the day, before the month to be rostered")),
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
        worker_column(),
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
        day_column(Sentence("哪一天", "the day")),
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
