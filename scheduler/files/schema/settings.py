"""Every key of `desk.toml`."""

from __future__ import annotations

from scheduler.domain import WEEKDAY_KEYS, Desk, Procedure
from scheduler.files.schema.cells import (
    ADDRESS,
    CALENDAR,
    CHOICE,
    FILE_ID,
    LINES,
    LIST,
    NUMBER,
    PART,
    TEXT,
    TIME,
    VALUE,
    WEEKDAYS,
    WHOLE,
    YEARS,
    YES_NO,
    ZONE,
)
from scheduler.files.schema.clock_exports import DAY as DAY_HEADING
from scheduler.files.schema.clock_exports import EXPORTS, ROLE_NAMES
from scheduler.files.schema.clock_exports import ID as ID_HEADING
from scheduler.files.schema.clock_exports import IN as IN_HEADING
from scheduler.files.schema.clock_exports import NAME as NAME_HEADING
from scheduler.files.schema.clock_exports import OUT as OUT_HEADING
from scheduler.files.schema.clock_exports import TIME as TIME_HEADING
from scheduler.files.schema.days import DAY_WORDS
from scheduler.files.schema.shared_columns import DAYS, HEADS, HOURS, MINUTES, READINGS, SECONDS
from scheduler.files.schema.table import Column, Table
from scheduler.hr.attendance import AttendanceTerms
from scheduler.i18n import Sentence
from scheduler.staffing.breaks import BreakTerms
from scheduler.staffing.workload import Service
from scheduler.workflow.rights import OVERRIDE, OVERRIDING, RIGHT_NAMES, Right

HOURS_BY = {"wall": ("钟面", "按钟面"), "passing": ("实际", "实际经过", "按实际")}

# The settings, in a workbook; a folder has them in desk.toml.
SETTINGS = Table(
    "desk 设置 设定 settings",
    Sentence(
        "本部门的设置：键与值，如 zone、opening.sun、rules.weekly_rest_day.rest_days",
        "the desk's settings, a key and a value each: zone, opening.sun, rules.weekly_rest_day.rest_days",
    ),
    (
        Column("key 键 设置项 项目 setting", TEXT, Sentence("设置项", "which setting"), required=True),
        Column("value 值 取值 内容", VALUE, Sentence("取值", "its value"), required=True),
    ),
    required=True,
    most_rows=2_000,
)

# Keys of [desk]; those of [opening] are day keys with OPENING values, those of [rules.NAME] belong to the rules.
DESK_KEYS = (
    Column("id 编号", FILE_ID, Sentence("账册中本部门的唯一编号", "the desk's unique id in the ledger"), required=True),
    Column(
        "name 名称", TEXT, Sentence("显示用名称", "the name shown on rosters"), default=Sentence("同编号", "the id")
    ),
    Column("zone 时区", ZONE, Sentence("所有时刻所在的时区", "time zone of all times"), default=Desk.zone),
    Column(
        "week_starts 每周首日",
        CHOICE,
        Sentence("一周从哪天算起", "the day on which a week begins"),
        default=WEEKDAY_KEYS[Desk.first_weekday],
        choices={key: DAY_WORDS[key] for key in WEEKDAY_KEYS},
    ),
    Column(
        "hours_a_day 日工时",
        NUMBER,
        Sentence("标准工作日的工时", "hours of a standard working day"),
        unit=HOURS,
        default=f"{Desk.day_hours:g}",
        low=1,
        high=24,
    ),
    Column(
        "hours_by 工时按",
        CHOICE,
        Sentence(
            "时钟调快调慢的那一夜，工时、连续工作与班间休息按钟面算，还是按实际经过的时间算",
            "how hours, runs and rest are counted in a night in which the clocks change: by the wall, or as they pass",
        ),
        default=Desk.hours_by,
        choices=HOURS_BY,
    ),
    Column(
        "tail_minutes 跨零点余量",
        WHOLE,
        Sentence(
            "前一天的班跨过零点不超过多久，次日仍算空（休息申请、固定休息、请假、周休、月休都按此；规则另写的更长则按规则）",
            "how far past midnight a duty may reach for the next day to count as free (wishes for a day off, fixed days off,"
            " leave, weekly and monthly rest; a rule's own tail_minutes counts where it is longer)",
        ),
        unit=MINUTES,
        default=f"{Desk.tail_minutes}",
        low=0,
        high=720,
    ),
    Column(
        "half_day_at 半天分界",
        TIME,
        Sentence(
            "上午与下午的分界，半天假按它算；请几个钟点的假按小时计入，分界前后各至多半个工作日",
            "the time that divides morning and afternoon, for half days of leave; hours of leave count as they are, those on"
            " either side of it for half a working day at most",
        ),
        default="12:00",
    ),
    Column(
        "workdays 每周工作日",
        WEEKDAYS,
        Sentence(
            "标准工时按每周这几天算，法定节假日除外", "weekdays that count towards the norm, except statutory holidays"
        ),
        default=Sentence("按日历的工作日", "the calendar's working days"),
    ),
    Column(
        "reading 口径",
        CHOICE,
        Sentence(
            "条款相互冲突时怎样读：从严，或照字面（规则中写 literal 的只记录不强制）",
            "how clauses that conflict are read: strictly, or literally (rules with literal are recorded, not enforced)",
        ),
        default="strict",
        choices=READINGS,
    ),
    Column(
        "publish_by 提前公布天数",
        WHOLE,
        Sentence(
            "排班表须在当月 1 日前多少天发布", "days before the 1st by which the month's roster must be published"
        ),
        unit=DAYS,
        default=f"{Procedure.publish_by}",
        low=0,
        high=60,
    ),
    Column(
        "holiday_lead 节前公布天数",
        WHOLE,
        Sentence(
            "含法定节假日的月份，须在节日首日前多少天发布",
            "the same before the first day of a statutory holiday in the month",
        ),
        unit=DAYS,
        default=f"{Procedure.holiday_lead}",
        low=0,
        high=60,
    ),
    Column(
        "wishes_by 意愿截止天数",
        WHOLE,
        Sentence(
            "个人意愿最迟在当月 1 日前多少天提出（那一天还可以）",
            "days before the 1st by which people's wishes for the month are in, that day included",
        ),
        unit=DAYS,
        default=Sentence("同提前公布天数", "as publish_by"),
        low=0,
        high=90,
    ),
    Column(
        "recipients 分送部门",
        LIST,
        Sentence("收取排班表的部门", "departments that get a copy of the roster"),
        default=";".join(Procedure.recipients),
    ),
    Column(
        "approver_roles 审批角色",
        LIST,
        Sentence(
            "可以发布、审批的角色；要分别写，用 [rights]",
            "roles whose holders may publish and decide; [rights] says so one by one",
        ),
        default=Sentence("按职务", "by rank"),
    ),
    Column(
        "swap_quota 每月调班次数",
        WHOLE,
        Sentence(
            "每人每月调班、顶班至多几次，双方都计",
            "most swaps and stand-ins of a person in a month, counted on both sides",
        ),
        default=f"{Procedure.swap_quota}",
        low=0,
        high=100,
    ),
    Column(
        "swap_notice 调班提前天数",
        WHOLE,
        Sentence(
            "申请须早于所涉第一个班开始多少天（一天算 24 小时）；不涉及班的，早于当天零时",
            "days of 24 hours between a request and the beginning of the first duty that it changes, or of the day where it"
            " changes none",
        ),
        unit=DAYS,
        default=f"{Procedure.swap_notice}",
        low=0,
        high=60,
    ),
    Column(
        "swap_notice_hours 调班提前小时",
        NUMBER,
        Sentence("同上，按小时；写了就以它为准", "the same in hours, and instead of it"),
        unit=HOURS,
        default=Sentence("按天数", "by the days"),
        low=0,
        high=1440,
    ),
    Column(
        "further_notice_hours 牵动告知小时",
        NUMBER,
        Sentence(
            "因别人的申请而改班的人，应提前多少小时知道；不足的在答复里写明",
            "how long beforehand those are to know whose duties move because of somebody's request; shorter notice is said in"
            " the answer",
        ),
        unit=HOURS,
        default=f"{Procedure.further_notice_hours:g}",
        low=0,
        high=1440,
    ),
    Column(
        "further_notice_held 牵动不足不改",
        YES_NO,
        Sentence(
            "告知时间不足的班，不因别人的申请而改（缺勤、病假、增援、破例除外）",
            "whether duties with shorter notice stay as they are (but for absence, sick leave, surges and what is set aside)",
        ),
        default="no",
    ),
    Column(
        "heads 记录头文件",
        TEXT,
        Sentence(
            "每次登记后，把记录的末尾（序号和摘要）记进这个文件一行，供日后核对；最好放在别的机器或账户下",
            "a file in which the log's end is noted after each commit, to be checked against later; best on another machine or"
            " under another account",
        ),
        default=Sentence("不记", "none"),
    ),
    Column(
        "private_group 私密文件组",
        TEXT,
        Sentence(
            "个人班表、通知、账册等只给有关的人看的文件，除本账户外，本机上哪个用户组可读",
            "the group of this machine that may read, beside the account that wrote them, files that are not everybody's"
            " business: slips, letters, the ledger",
        ),
        default=Sentence("只有本账户", "the account alone"),
    ),
    Column(
        "keep_private_years 私密保留年数",
        WHOLE,
        Sentence(
            "假别、理由、电话在账册里留多少年；过期的由 scheduler forget --due 删除",
            "years for which the ledger keeps kinds and reasons of leave, and phones; scheduler forget --due erases older ones",
        ),
        default=Sentence("不过期", "for ever"),
        low=1,
        high=100,
    ),
    Column(
        "hr_cut_off_day 考勤截止日",
        WHOLE,
        Sentence(
            "每月考勤截止到哪一天；scheduler hr --cut-off 按它（25 即上月 26 日至本月 25 日）",
            "the day of the month on which attendance is cut off, for scheduler hr --cut-off (25: from the 26th to the 25th)",
        ),
        default="25",
        low=1,
        high=28,
    ),
    Column(
        "arrive_early 提前到岗",
        WHOLE,
        Sentence(
            "接班人提前多少分钟到岗，印在签到表和交接班表上；不计工时（C8）",
            "minutes before their duty at which people are to be there, as sign-in and handover sheets print; not paid (C8)",
        ),
        unit=MINUTES,
        default="0",
        low=0,
        high=120,
    ),
    Column(
        "handover_items 交接物品",
        LIST,
        Sentence(
            "交接时当面清点的物品，印在交接班表上", "what is counted face to face at a handover, as its sheet prints"
        ),
        default=Sentence("不列", "none"),
    ),
    Column(
        "assumed 假定",
        LINES,
        Sentence("原文没有、由本部门假定的，逐条印在排班表上", "the desk's own assumptions, printed on the roster"),
    ),
    Column("notice 告示", LINES, Sentence("印在排班表下方，给所有人看", "printed below the roster for everybody")),
    Column("calendar 日历", CALENDAR, Sentence("节假日日历", "the holiday calendar"), default=Desk.calendar),
    Column(
        "follow_lieu 随调休",
        YES_NO,
        Sentence("是否跟随放假通知的调休与补班", "whether to follow the days exchanged by the holiday notice"),
        default="yes",
    ),
    Column(
        "confirmed_years 已核年份",
        YEARS,
        Sentence("放假通知已录入“节假日调整”的年份", "years whose notice has been entered in the holidays table"),
    ),
)

# Keys of [service], where calls are forecast.
SERVICE_KEYS = (
    Column(
        "level 服务水平",
        PART,
        Sentence("在应答时限内接起的比例", "fraction of the calls that is answered in time"),
        default=f"{Service.level:g}",
        low=0.01,
        high=0.999,
    ),
    Column(
        "answer_seconds 应答时限",
        NUMBER,
        Sentence("多少秒内算及时", "seconds within which an answer is in time"),
        unit=SECONDS,
        default=f"{Service.answer_seconds:g}",
        low=1,
        high=3600,
    ),
    Column(
        "least_level 最低服务水平",
        PART,
        Sentence(
            "硬性底线：低于它就不排（0 为不设；不高于服务水平）",
            "hard minimum of the service level, not above the target level; 0 for none",
        ),
        default=f"{Service.least_level:g}",
        low=0,
        high=0.999,
    ),
    Column(
        "max_occupancy 最高占用率",
        PART,
        Sentence("在岗时间中通话所占比例的上限", "largest fraction of their time that people spend on calls"),
        default=f"{Service.max_occupancy:g}",
        low=0.1,
        high=1,
    ),
    Column(
        "shrinkage 损耗率",
        PART,
        Sentence("在岗但不能接线的人所占比例", "fraction of the people at the desk who cannot take a call"),
        default=f"{Service.shrinkage:g}",
        low=0,
        high=0.9,
    ),
)

# Keys of [breaks]: with this section, breaks are placed behind every roster.
BREAK_KEYS = (
    Column(
        "every_hours 每几小时一次",
        NUMBER,
        Sentence("每多少计薪小时一次小休（0 为没有小休）", "paid hours for each small break; 0 for no small breaks"),
        unit=HOURS,
        default=f"{BreakTerms.every_hours:g}",
        low=0,
        high=24,
    ),
    Column(
        "minutes 小休时长",
        WHOLE,
        Sentence("每次小休多长，计薪", "length of a small break, which is paid"),
        unit=MINUTES,
        default=f"{BreakTerms.minutes}",
        low=1,
        high=120,
    ),
    Column(
        "meal_moves 用餐可移",
        WHOLE,
        Sentence("班次表中的休息可前后移动多少", "how far a break of the shifts table may be moved, earlier or later"),
        unit=MINUTES,
        default=f"{BreakTerms.meal_moves}",
        low=0,
        high=480,
    ),
    Column(
        "grid 时间格",
        WHOLE,
        Sentence("休息从哪些整格时刻开始", "grid of the times at which breaks begin"),
        unit=MINUTES,
        default=f"{BreakTerms.grid}",
        low=5,
        high=60,
    ),
    Column(
        "edge 头尾不休",
        WHOLE,
        Sentence("上班头与下班前多久之内不休息", "time without a break at each end of a shift"),
        unit=MINUTES,
        default=f"{BreakTerms.edge}",
        low=0,
        high=240,
    ),
    Column(
        "apart 间隔",
        WHOLE,
        Sentence("两次休息之间至少工作多久", "least work between two breaks"),
        unit=MINUTES,
        default=f"{BreakTerms.apart}",
        low=0,
        high=480,
    ),
    Column(
        "most_away 同时休息上限",
        WHOLE,
        Sentence("同时休息的人数上限", "most people on a break at the same time"),
        unit=HEADS,
        default=Sentence("不限", "none"),
        low=1,
        high=10_000,
    ),
    Column(
        "least_at_desk 至少在岗",
        WHOLE,
        Sentence("休息时至少留在岗上的人数", "fewest people at the desk while others have their break"),
        unit=HEADS,
        default=f"{BreakTerms.least_at_desk}",
        low=0,
        high=10_000,
    ),
    Column(
        "longest_run_hours 连续工作上限",
        NUMBER,
        Sentence("没有够长休息的一段工作最长多久", "longest stretch of work without a break that is long enough"),
        unit=HOURS,
        default=f"{BreakTerms.longest_run_hours:g}",
        low=1,
        high=24,
    ),
    Column(
        "run_break 断开连续",
        WHOLE,
        Sentence("多长的休息才断开连续工作", "length from which a break ends such a stretch"),
        unit=MINUTES,
        default=f"{BreakTerms.run_break}",
        low=1,
        high=240,
    ),
    Column(
        "allowance 休息余量",
        PART,
        Sentence(
            "排班时为休息预留的比例：需求人数除以（1 减它）",
            "fraction of the people at work who are on a break: needs are divided by 1 minus it",
        ),
        default=Sentence("各班次中休息所占的比例", "the breaks' fraction of the shifts"),
        low=0,
        high=0.5,
    ),
)

# Keys of [page]: how the page is reached, and what may be done by a link on paper.
PAGE_KEYS = (
    Column(
        "url 网址",
        ADDRESS,
        Sentence(
            "员工打开网页的地址；个人班表上的二维码指向它",
            "where people reach the page; the QR codes on slips lead there",
        ),
        default=Sentence("没有：纸上只印指纹", "none: papers bear the fingerprint only"),
    ),
    Column(
        "sign_by_link 扫码签收",
        YES_NO,
        Sentence(
            "扫自己班表上的二维码即可签收，记为“扫码”；否则要输签收码",
            "whether the code on one's slip is enough to sign for it, which is recorded as by link; else it takes the PIN",
        ),
        default="no",
    ),
)


def _headings(called: str, what: Sentence) -> Column:
    doc = Sentence(f"打卡记录里“{what.zh}”一列的表头，写了几个都认", f"headings of a clock's export for the {what.en}")
    return Column(called, LIST, doc, default=Sentence("按已知的导出格式", "those of the known exports"))


# Keys of [attendance]: how punches are held against duties, and the headings of the desk's own clock.
ATTENDANCE_KEYS = (
    Column(
        "late_after 迟到宽限",
        WHOLE,
        Sentence("晚到多少分钟以内不提示", "minutes after a duty's start that are let pass"),
        unit=MINUTES,
        default=f"{AttendanceTerms.late_after}",
        low=0,
        high=240,
    ),
    Column(
        "early_before 早退宽限",
        WHOLE,
        Sentence("早走多少分钟以内不提示", "minutes before a duty's end that are let pass"),
        unit=MINUTES,
        default=f"{AttendanceTerms.early_before}",
        low=0,
        high=240,
    ),
    Column(
        "reach 打卡范围",
        WHOLE,
        Sentence("上班前、下班后多久以内的打卡算这个班的", "minutes around a duty in which punches are taken for it"),
        unit=MINUTES,
        default=f"{AttendanceTerms.reach}",
        low=10,
        high=720,
    ),
    Column(
        "mapping 导出格式",
        CHOICE,
        Sentence("打卡记录是哪种导出", "which export the clock's files are"),
        default=Sentence("按表头认", "by their headings"),
        choices={one.name: (one.title.zh,) for one in EXPORTS},
    ),
    _headings("id 工号列", ROLE_NAMES[ID_HEADING]),
    _headings("name 姓名列", ROLE_NAMES[NAME_HEADING]),
    _headings("date 日期列", ROLE_NAMES[DAY_HEADING]),
    _headings("time 打卡时间列", ROLE_NAMES[TIME_HEADING]),
    _headings("in 上班列", ROLE_NAMES[IN_HEADING]),
    _headings("out 下班列", ROLE_NAMES[OUT_HEADING]),
)
HEADING_KEYS = (ID_HEADING, NAME_HEADING, DAY_HEADING, TIME_HEADING, IN_HEADING, OUT_HEADING)

BY_RANK, AS_APPROVE, AS_OVERRIDE = (
    Sentence("按职务", "by rank"),
    Sentence("同 approve", "as approve"),
    Sentence("同 override", "as override"),
)
NOBODY = ("nobody", "无人", "没有人")  # in [rights]


def _right(called: str, right: Right, default: Sentence) -> Column:
    name = RIGHT_NAMES[right]
    doc = Sentence(f"谁可以（工号或角色）：{name.zh}", f"ids and roles that may {name.en}")
    return Column(f"{right.value} {called}", LIST, doc, default=default)


# Keys of [rights]; one that is not written goes by its default, one that is empty holds for nobody.
RIGHT_KEYS = (
    _right("发布", Right.PUBLISH, BY_RANK),
    _right("作废 撤回", Right.WITHDRAW, BY_RANK),
    _right("批准 审批", Right.APPROVE, BY_RANK),
    _right("批准调班 批准顶班", Right.APPROVE_SWAP, AS_APPROVE),
    _right("批准请假 批准销假", Right.APPROVE_LEAVE, AS_APPROVE),
    _right("批准缺勤", Right.APPROVE_ABSENCE, AS_APPROVE),
    _right("批准加班", Right.APPROVE_OVERTIME, AS_APPROVE),
    _right("批准改表", Right.APPROVE_EDIT, AS_APPROVE),
    Column(
        f"{OVERRIDE} 破例",
        LIST,
        Sentence(
            "谁可以（工号或角色）破例，各项未另写的", "ids and roles that may set aside what has no key of its own"
        ),
        default=AS_APPROVE,
    ),
    *(
        _right(called, right, AS_OVERRIDE)
        for called, right in zip(("破例次数", "破例提前", "破例本人有班", "破例牵动告知"), OVERRIDING, strict=True)
    ),
    _right("补记", Right.ENTER, AS_APPROVE),
    _right("结清 清零", Right.SETTLE, AS_APPROVE),
    _right("删除私密", Right.FORGET, BY_RANK),
)
