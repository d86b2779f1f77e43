"""Columns that other programs' tables have beside ours: which of them may change what a row means, and what others hint at."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from scheduler.files.schema.text import comparable
from scheduler.i18n import Sentence


def _is_one_of(words: str) -> Callable[[str], bool]:
    known = frozenset(map(comparable, words.split())) | {""}
    return lambda text: comparable(text) in known


def _is_whole(text: str) -> bool:
    return not text or bool(re.fullmatch(r"[0-9]+(\.0+)?(天|日|days?)?", comparable(text)))


@dataclass(frozen=True)
class TellingColumn:
    """A column that we do not have, and that may change who works, or whether a row holds.

    Attributes
    ----------
    tables : tuple of str
    called : str
        Its headers, with a space between.
    is_idle : callable
        Whether a cell says nothing that our columns do not say.
    ask : Sentence
        What to do about a cell that does, as a fault says it.
    settled_by : tuple of str
        Columns of ours that say it, if one of them does in that row: a part of the day, or a day with a time.
    """

    tables: tuple[str, ...]
    called: str
    is_idle: Callable[[str], bool]
    ask: Sentence
    settled_by: tuple[str, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """The headers as they are compared."""
        return frozenset(map(comparable, self.called.split()))


YES = "是 对 有 可 可以 能 √ ✓ yes y true 1"
NO = "否 不 无 没有 × x no n false 0"
IN_SERVICE = (
    f"{YES} 在职 在岗 在编 正常 正式 有效 启用 在用 全职 试用 试用期 转正 已转正 active employed enabled regular"
)
HOLDS = f"{YES} 已批准 批准 同意 已同意 通过 已通过 审批通过 已审批 已完成 完成 有效 正常 生效 已生效 approved valid done active"

ASKED = (
    TellingColumn(
        ("people",),
        "状态 在职状态 员工状态 人员状态 用工状态 在职情况 在岗状态 是否在职 在职 是否在岗 status employment_status active employed",
        _is_one_of(IN_SERVICE),
        Sentence(
            "在职的人（此列不读：离职的请填“离职日期”或删去此行，暂不上班的请写进请假表，再清空此格）",
            "somebody in service (this column is not read: give a leaving date or delete the row, or enter leave for who is away"
            " for a while; then clear the cell)",
        ),
    ),
    TellingColumn(
        ("people",),
        "是否离职 已离职 是否停用 停用 left resigned inactive disabled",
        _is_one_of(f"{NO} 未离职 在职"),
        Sentence(
            "在职的人（此列不读：离职的请填“离职日期”或删去此行，再清空此格）",
            "somebody in service (this column is not read: give a leaving date or delete the row, then clear the cell)",
        ),
    ),
    TellingColumn(
        ("people",),
        "是否排班 参与排班 是否参与排班 可排班 能否排班 排班 schedulable available rostered",
        _is_one_of(YES),
        Sentence(
            "参与排班的人（此列不读：不排班的请删去此行，或写进审批人表；暂不排的写进请假表，再清空此格）",
            "somebody who is rostered (this column is not read: delete the row or move it to the officials, or enter leave; then"
            " clear the cell)",
        ),
    ),
    TellingColumn(
        ("people",),
        "夜班 上夜班 是否上夜班 是否夜班 可上夜班 能上夜班 能否上夜班 可夜班 nights night_shifts works_nights",
        _is_one_of(YES),
        Sentence(
            "可以上夜班的人（此列不读：不上夜班的请用“可上班次”或“特殊保护”写明，再清空此格）",
            "somebody who may work nights (this column is not read: use only_shifts or protection, then clear the cell)",
        ),
    ),
    TellingColumn(
        ("people",),
        "不上夜班 免夜班 不排夜班 免排 不排班 no_nights exempt",
        _is_one_of(NO),
        Sentence(
            "没有这种限制的人（此列不读：请用“可上班次”或“特殊保护”写明，不排班的删去此行，再清空此格）",
            "somebody without such an exemption (this column is not read: use only_shifts or protection, or delete the row; then"
            " clear the cell)",
        ),
    ),
    TellingColumn(
        ("requests", "fixed", "overtime"),
        "状态 审批状态 审批结果 审批 是否批准 已批准 批准 是否有效 有效 status approved valid",
        _is_one_of(HOLDS),
        Sentence(
            "算数的行（此列不读：不算数的请删去此行，算数的清空此格）",
            "a row that holds (this column is not read: delete the row if it does not hold, clear the cell if it does)",
        ),
    ),
    TellingColumn(
        ("shifts", "demand"),
        "状态 停用 启用 是否启用 是否停用 status active enabled",
        _is_one_of("启用 在用 有效 正常 使用中 active enabled"),
        Sentence(
            "在用的行（此列不读：停用的班次请去掉需求，停用的需求请删去，再清空此格）",
            "a row in use (this column is not read: take the demand of a retired shift away; then clear the cell)",
        ),
    ),
    TellingColumn(
        ("leave",),
        "开始时间 结束时间 开始时刻 结束时刻 起始时间 终止时间 时间 start_time end_time",
        _is_one_of(f"{NO} 全天 整天 一天 00:00 0:00 00:00:00 24:00 23:59 full all_day whole"),
        Sentence(
            "整天（此列不读：钟点请写进“时段”，如 14:00-18:00，或写在日期后面，如 2026-12-05 14:00，再清空此格）",
            "a whole day (this column is not read: write hours into part, such as 14:00-18:00, or behind the dates, such as"
            " 2026-12-05 14:00; then clear the cell)",
        ),
        settled_by=("part",),
    ),
    TellingColumn(
        ("leave",),
        "天数 请假天数 时长 请假时长 时长(天) 合计天数 duration days length",
        _is_whole,
        Sentence(
            "整数天（此列不读：半天请在“时段”写明上午、下午或起止时刻）",
            "whole days (this column is not read: of half a day say in part which, am, pm or from when to when)",
        ),
        settled_by=("part", "first", "last"),
    ),
    TellingColumn(
        ("leave",),
        "小时 小时数 请假小时 请假小时数 时长(小时) hours",
        _is_one_of(NO),
        Sentence(
            "空格（此列不读：按小时请假请在“时段”写明起止时刻，如 14:00-18:00）",
            "an empty cell (this column is not read: for leave by the hour write from when to when into part, such as 14:00-18:00)",
        ),
        settled_by=("part", "first", "last"),
    ),
)

# What headers of other programs may be meant for, by table and column: offered, never taken.
MEANT_FOR = {
    ("people", "team"): "部门名称 部门 所属部门 所在部门 科室 团队 所属团队 department dept unit",
    ("people", "roles"): "岗位 岗位名称 职级 职称 title position job",
    ("people", "hired"): "入司 到岗 报到日期 参加工作日期 start_date joined",
    ("people", "leaves"): "合同到期 合同到期日 合同结束日期 contract_end end_date",
    ("people", "phone"): "联系方式 号码 contact",
    ("people", "share"): "用工比例 全职/兼职 part_time_share",
    ("shifts", "breaks"): "用餐时间 午休 吃饭 lunch meal meals",
    ("leave", "first"): "开始时间 起始时间 请假开始 start_time",
    ("leave", "last"): "结束时间 终止时间 请假结束 end_time",
    ("requests", "wants"): "类型 申请类型 type kind",
}


def find_telling(table: str, header: str) -> TellingColumn | None:
    """The column of that header that may change what rows of a table mean, if there is one."""
    word = comparable(header)
    return next((column for column in ASKED if table in column.tables and word in column.words), None)


def meant_for(table: str, header: str) -> str:
    """The name of the column of a table for which another program's header may be meant; empty for none."""
    word = comparable(header)
    return next(
        (column for (of, column), words in MEANT_FOR.items() if of == table and word in map(comparable, words.split())),
        "",
    )
