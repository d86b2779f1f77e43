"""The table of ids under which other systems know the desk's group, shifts and people."""

from __future__ import annotations

from scheduler.files.schema.cells import CHOICE, ID, TEXT
from scheduler.files.schema.table import Column, Table
from scheduler.hr.exchange import SYSTEM_NAMES
from scheduler.i18n import Sentence

EXCHANGE = Table(
    "exchange 对接 对接编号 编号对照 对照",
    Sentence(
        "别的系统里的编号：一行一个人、一个班次，或（两者都空）考勤组",
        "ids in other systems: a row for a person, for a shift, or with neither for the group",
    ),
    (
        Column(
            "system 系统 平台",
            CHOICE,
            Sentence("哪个系统", "which system"),
            required=True,
            choices={one.value: (name.zh,) for one, name in SYSTEM_NAMES.items()},
        ),
        Column("worker 工号 人员", ID, Sentence("本部门的人", "somebody of the desk"), refers="people.id"),
        Column("shift 班次 班次代码", ID, Sentence("本部门的班次", "a shift of the desk"), refers="shifts.code"),
        Column("theirs 对方编号 编号", TEXT, Sentence("在那个系统里的编号", "the id that it has there"), required=True),
        Column(
            "theirs_name 对方名称",
            TEXT,
            Sentence("在那个系统里的名称，填入导出的表用", "its name there, for sheets that are filled in"),
            default=Sentence("同本部门", "as at the desk"),
        ),
    ),
    unique=("system", "worker", "shift"),
)
