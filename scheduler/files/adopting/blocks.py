"""A row of days with the people below it: which columns and rows say what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from scheduler.adopting.old_rosters import Where
from scheduler.files.adopting.day_marks import Axis, weekday_of
from scheduler.files.adopting.pages import Page
from scheduler.files.adopting.statuses import status_fact
from scheduler.files.adopting.words import Kind, code_form, spans_in, word_of
from scheduler.files.schema.other_columns import meant_for
from scheduler.files.schema.people_tables import PEOPLE
from scheduler.files.schema.text import comparable, normal_width

LONGEST_NAME, LONGEST_LATIN = 8, 40  # characters
LONGEST_HEAD = 20
FEWEST_DAYS = 3  # cells of a row, from which they are somebody's days and no line of a legend
NUMBER_HEADS = frozenset(map(comparable, ("序号", "序", "No", "No.", "#", "行号", "项次", "番号", "顺序")))
MORE_HEADS = {
    "name": (
        "姓名",
        "员工",
        "人员",
        "值班人",
        "值班人员",
        "员工姓名",
        "name",
        "employee",
        "staff",
        "agent",
        "worker",
        "名单",
        "客服",
        "姓名日期",
        "日期姓名",
        "names",
    ),
    "id": ("工号", "员工号", "id", "employeeid", "staffid", "人员编号", "empno", "staffno"),
    "team": (
        "部门",
        "班组",
        "组别",
        "小组",
        "组",
        "team",
        "group",
        "department",
        "dept",
        "科室",
        "门店",
        "店",
        "店铺",
        "网点",
        "区域",
        "branch",
        "项目",
        "所属部门",
        "部门名称",
        "分店",
        "站点",
    ),
    "hours": (
        "上班时间",
        "工作时间",
        "作息时间",
        "作息",
        "时间",
        "班次时间",
        "workinghours",
        "hours",
        "班时",
        "班次",
        "班别",
        "shift",
        "上班时段",
    ),
    "sub": ("时段", "午别", "上下午", "类别", "类型", "项目类别", "ampm"),
    "remark": ("备注", "说明", "签名", "签字", "员工签字", "本人签字", "remark", "remarks", "notes", "note", "comment"),
}
TOTAL_HEAD = re.compile(
    r"合计|总计|小计|共计|汇总|出勤|实出|应出|实到|工时|天数|休息|公休|加班|班数|次数|个数|请假|年假|病假|事假|迟到|早退|旷工|缺勤|结余|累计|夜班费|补贴|^总|total|sum|count|hours|days|worked|overtime",
    re.IGNORECASE,
)
NO_PERSON = re.compile(
    r"^(?:合计|总计|小计|共计|总人数|人数|人次|在岗|上班人数|出勤|备注|说明|注[:：]|注$|制表|审核|审批|批准|编制|填表|复核|主管签|负责人|经理[:：]|日期|星期|周次|姓名|工号|班次说明|班次$|时间|图例|签名|签字|联系|电话|"
    r"total|sum\b|count|note|remark|legend|prepared|approved|cover|heads|headcount|staff on|date|day\b|weekday|shift times|week\b|signs)",
    re.IGNORECASE,
)
ROW_KINDS = re.compile(
    r"班次|排班|班别|加班|实排|计划|实际|shift|overtime|ot", re.IGNORECASE
)  # what a person's rows tell
OVERTIME = re.compile(r"加班|overtime|ot", re.IGNORECASE)
TITLE = re.compile(r"\d+\s*[年月]|排班|值班表|考勤|轮值|roster|schedule", re.IGNORECASE)
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬郗仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶黎溥印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧利师巩聂关荆游万赖覃闫肖涂佘檀岳付"
)
SEPARATORS = re.compile(r"[、,;/\s\n+&]+")


def plain_name(text: str) -> tuple[str, str]:
    """A name without the spaces within it and what stands in brackets or behind a sign; and that."""
    whole = normal_width(text).replace("\n", " ")
    found = re.fullmatch(r"([^()\[\]【】*]+?)\s*(?:[(\[【](.*?)[)\]】]?|(\*+))?", whole)
    name, note = (found[1], found[2] or found[3] or "") if found else (whole, "")
    if re.search(r"[\u4e00-\u9fff]", name):
        name = re.sub(r"\s+", "", name)
        if phone := re.fullmatch(r"([^\d]+)(\d{5,})", name):
            name, note = phone[1], phone[2]
    return name.strip(), note.strip()


def like_a_name(text: str, known: Collection[str] = ()) -> bool:
    """Whether a text may be somebody's name, in Chinese or among those that are known."""
    name, _ = plain_name(text)
    if name in known:
        return True
    return (
        bool(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name))
        and name[0] in SURNAMES
        and name[-1] not in "班休假组部"
        and word_of(name).kind is Kind.CODE
    )


def several_names(text: str, known: Collection[str] = ()) -> list[str]:
    """The names of a text that names several people, such as 赵一鸣/钱二妮 or Ann & Bob; of any other text none."""
    parts = [plain_name(part)[0] for part in re.split(r"[、,;/&+\n]", normal_width(text)) if part.strip()]
    latin = bool(re.fullmatch(r"[A-Za-z][A-Za-z .'-]*(?:[/&+][A-Za-z .'-]*[A-Za-z][A-Za-z .'-]*)+", normal_width(text)))
    return parts if len(parts) > 1 and (latin or all(like_a_name(part, known) for part in parts)) else []


def may_be_person(text: str) -> bool:
    """Whether a label of a row may be a person."""
    name, _ = plain_name(text)
    if not name or NO_PERSON.match(name) or TITLE.search(name) or spans_in(name) or ":" in name or "=" in name:
        return False
    chinese = re.search(r"[\u4e00-\u9fff]", name)
    return len(name) <= (LONGEST_NAME if chinese else LONGEST_LATIN) and not re.fullmatch(r"[\d.\-/%]+", name)


@dataclass(frozen=True)
class PersonRow:
    """The rows of one person in a block."""

    rows: tuple[int, ...]
    name: str
    id: str = ""
    team: str = ""
    note: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    hours: str = ""


@dataclass(frozen=True)
class Block:
    """A row of days with the people below it.

    Attributes
    ----------
    bottom : int
        The last row that belongs to it.
    roles : mapping of int to str
        What each column beside the days holds: `id`, `name`, `team`, `number`, `hours`, `sub`, `remark`, `total`,
        `fact:COLUMN` of the people table, or nothing.
    lost : tuple of int
        Rows that hold something below the days and say of nobody whose they are.
    """

    page: Page
    axis: Axis
    bottom: int
    roles: Mapping[int, str]
    heads: Mapping[int, str]
    people: tuple[PersonRow, ...] = ()
    lost: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    names_in_cells: bool = False
    labels: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> frozenset[int]:
        """Every row of a person."""
        return frozenset(row for person in self.people for row in person.rows)

    def rows_of(self, row: int) -> int:
        """How many rows the person of a row has."""
        return next((len(person.rows) for person in self.people if row in person.rows), 0)

    def name_cells(self) -> Iterator[Where]:
        """The cells that say of whom the rows are."""
        columns = [column for column, role in self.roles.items() if role in ("name", "id", "team")]
        yield from (self.page.where(row, column) for row in self.rows for column in columns)

    def heading_cells(self) -> Iterator[Where]:
        """The cells in the rows of days and of weekdays."""
        for row in {self.axis.row, self.axis.weekday_row or self.axis.row}:
            yield from (self.page.where(row, column) for column in range(1, self.page.width + 1))

    def columns_of(self, column: int) -> range:
        """The columns of a day, from its first."""
        return range(column, column + self.axis.stride)


def heads_of(page: Page, axis: Axis, last_column: int) -> dict[int, str]:
    """The heading of each column beside the days."""
    near = [row for row in (axis.row, axis.row + 1, axis.row - 1, axis.row - 2) if row >= 1]
    found: dict[int, str] = {}
    for column in range(1, last_column + 1):
        if axis.first <= column <= axis.last:
            continue
        for row in near:
            text = page.spread(row, column)
            area = page.area(row, column)
            across = area is not None and area[3] - area[2] > 3
            if text and not across and weekday_of(text) is None and len(text) <= 20:
                if row == axis.row + 1 and not page.area(row, column) and row != axis.weekday_row:
                    continue
                found[column] = text
                break
    return found


@cache
def _roles_by_word() -> dict[str, str]:
    """What a column holds by its heading, as headings are compared."""
    found = dict.fromkeys(NUMBER_HEADS, "number")
    for role, heads in MORE_HEADS.items():
        found |= dict.fromkeys(map(comparable, heads), role)
    for column in PEOPLE.columns:
        own = column.name if column.name in ("id", "name", "team") else f"fact:{column.name}"
        found |= {word: own for word in column.words if word not in found}
    return found


@lru_cache(maxsize=4096)
def role_of(head: str) -> str:
    """What a column of that heading holds; empty where the heading does not say."""
    word = comparable(head)
    if not word or len(word) > LONGEST_HEAD:
        return ""
    if role := _roles_by_word().get(word) or _roles_by_word().get(word.rstrip(".")):
        return role
    if fact := status_fact(head):
        return f"fact:{fact}"
    if meant_for("people", head) == "team":
        return "team"
    if re.search(r"姓\s*名", head):
        return "name"
    return "total" if TOTAL_HEAD.search(word) else ""


def find_block(page: Page, axis: Axis, bottom: int, right: int, known: Collection[str]) -> Block | None:
    """The people of a row of days, down to `bottom`; `None` where nobody is found."""
    heads = heads_of(page, axis, min(page.width, right))
    roles = {column: role_of(head) for column, head in heads.items()}
    rows = [row for row in range(axis.row + 1, bottom + 1) if row != axis.weekday_row]
    for column in range(1, axis.first):
        texts = {page.text(row, column) for row in rows} - {""}
        if texts and all(map(ROW_KINDS.fullmatch, texts)):
            roles[column] = "sub"
    named = [column for column, role in roles.items() if role == "name"]
    before = [column for column in named if column < axis.first]
    name_column = (before or named or [0])[0]
    label_columns = [column for column in range(1, axis.first) if roles.get(column, "") in ("", "name", "id", "team")]
    if not name_column or not any(may_be_person(page.text(row, name_column)) for row in rows):
        name_column = _likely_names(page, rows, label_columns, known) or name_column
    if not name_column:
        name_column = next((column for column, role in roles.items() if role == "id"), 0)
    if not name_column:  # rows of shifts, with names in their cells
        name_column = next((at for at in range(1, axis.first) if any(page.text(row, at) for row in rows)), 0)
        if not name_column or not _names_in_cells(page, axis, rows, name_column, known):
            return None
    roles[name_column] = roles.get(name_column) or "name"
    if "id" not in roles.values() and (column := _likely_ids(page, rows, label_columns, roles)):
        roles[column] = "id"
    labels = {row: " ".join(filter(None, (page.spread(row, at) for at in range(1, axis.first)))) for row in rows}
    names_in_cells = _names_in_cells(page, axis, rows, name_column, known)
    block = Block(page, axis, bottom, roles, heads, names_in_cells=names_in_cells, labels=labels)
    if names_in_cells:
        return block
    roles[name_column] = "name"
    return _with_people(block, rows, name_column)


def _likely_names(page: Page, rows: Sequence[int], columns: Sequence[int], known: Collection[str]) -> int:
    """The column left of the days with the most texts that may be names; of several the one next to the days."""
    scores: dict[int, float] = {}
    for column in columns:
        texts = [page.text(row, column) for row in rows if page.text(row, column)]
        likely = {text for text in texts if may_be_person(text)}
        sure = {text for text in texts if like_a_name(text, known)}
        scores[column] = len(sure) * 3 + len(likely) - 0.5 * (len(texts) - len(set(texts)))
    best = max(scores.values(), default=0)
    return max((column for column, score in scores.items() if score == best and score > 0), default=0)


def _likely_ids(page: Page, rows: Sequence[int], columns: Sequence[int], roles: Mapping[int, str]) -> int:
    """A column without a heading whose texts are ids: all different, with figures, and no count from 1."""
    for column in columns:
        texts = [page.text(row, column) for row in rows if page.text(row, column)]
        counts = [str(number) for number in range(1, len(texts) + 1)]
        ids = [text for text in texts if re.fullmatch(r"[A-Za-z]{0,3}\d{2,12}", text)]
        if not roles.get(column) and len(ids) >= 3 and len(ids) == len(set(texts)) and texts[: len(counts)] != counts:
            return column
    return 0


def _names_in_cells(page: Page, axis: Axis, rows: Sequence[int], name_column: int, known: Collection[str]) -> bool:
    """Whether the cells below the days hold names, and the rows shifts."""
    parts = [
        part
        for row in rows
        for column in axis.marks
        for part in SEPARATORS.split(page.text(row, column))
        if part and not spans_in(part)
    ]
    likely = [part for part in parts if like_a_name(part, known)]
    labels = [page.text(row, name_column) for row in rows if page.text(row, name_column)]
    named = sum(like_a_name(label, known) for label in labels)
    return len(set(likely)) >= 3 and len(likely) >= 0.6 * len(parts) and named <= 0.5 * max(1, len(labels))


def _with_people(block: Block, rows: Sequence[int], name_column: int) -> Block:
    page, axis, roles = block.page, block.axis, block.roles
    people: list[PersonRow] = []
    lost: list[int] = []
    sections: list[int] = []
    section = ""
    legend = _legend_rows(page, axis, rows, [at for at, role in roles.items() if role in ("name", "id")])
    for row in rows:
        if row in legend:
            continue
        label = page.text(row, name_column)
        area = page.area(row, name_column)
        cells = [page.spread(row, column + at) for column in axis.marks for at in range(axis.stride)]
        filled = [text for text in cells if text.strip()]
        by_role = {role: page.spread(row, column) for column, role in roles.items() if role}
        others = [page.text(row, column) for column in range(1, axis.first) if page.text(row, column)]
        if people and area and area[0] < row and people[-1].rows[-1] == row - 1 and area[0] in people[-1].rows:
            last = people.pop()
            people.append(
                PersonRow((*last.rows, row), last.name, last.id, last.team, last.note, last.facts, last.hours)
            )
            continue
        if not label and not filled:
            if len(others) == 1 and len(others[0]) <= 16 and may_be_person(others[0]) and not spans_in(others[0]):
                sections.append(row)
                section = plain_name(others[0])[0]
            continue
        named = label if may_be_person(label) else ""
        before = others if not named else [page.text(row, column) for column in range(1, name_column)]
        overtime = OVERTIME.fullmatch(by_role.get("sub", "")) and people  # its hours are no shifts
        if overtime or any(map(NO_PERSON.match, before)) or (label and not named):
            continue
        if not named and not by_role.get("id", ""):
            if _of_somebody(page, axis, row, filled, people, lost):
                lost.append(row)
            continue
        wide = area is not None and area[3] > name_column
        if wide or (
            not filled
            and not by_role.get("id")
            and len(others) == 1
            and _heads_people(page, roles, row, name_column, others)
        ):
            sections.append(row)
            section = plain_name(label)[0]
            continue
        if not filled and (_is_remark(page, row, axis) or any(map(spans_in, others))):
            continue
        if (
            not filled
            and not by_role.get("id", "")
            and people
            and row - people[-1].rows[-1] > 1 + (row - 1 in sections)
        ):
            continue  # behind a gap: a legend, or whoever signs
        name, note = plain_name(named or by_role.get("id", ""))
        facts = {role[5:]: text for role, text in by_role.items() if role.startswith("fact:") and text}
        people.append(
            PersonRow(
                (row,),
                name,
                by_role.get("id", "").strip(),
                by_role.get("team", "").strip() or section,
                note,
                facts,
                by_role.get("hours", ""),
            )
        )
    kept = [person for person in people if not _is_count_row(page, axis, person)]
    people = kept or people  # where all rows are numbers, these are codes
    return Block(
        page, axis, block.bottom, roles, block.heads, tuple(people), tuple(lost), tuple(sections), labels=block.labels
    )


def _legend_rows(page: Page, axis: Axis, rows: Sequence[int], named: Sequence[int]) -> set[int]:
    """The rows of a legend below the people: they are named as a code of the days above, and hold little else."""
    filled = {row: [text for at in axis.marks if (text := page.spread(row, at)).strip()] for row in rows}
    codes = {code_form(text) for texts in filled.values() if len(texts) >= FEWEST_DAYS for text in texts}
    found: set[int] = set()
    for row in rows:
        labels = [text for at in named if (text := page.text(row, at))]
        coded = any(code_form(label) in codes for label in labels) and not any(map(like_a_name, labels))
        goes_on = row - 1 in found and any(map(spans_in, (*labels, *filled[row])))
        if len(filled[row]) < FEWEST_DAYS and (coded or goes_on):
            found.add(row)
    return found


def _is_count_row(page: Page, axis: Axis, person: PersonRow) -> bool:
    """Whether the row of somebody without an id, whose name may be none, holds counts alone."""
    if person.id or like_a_name(person.name):
        return False
    filled = [text for row in person.rows for column in axis.marks if (text := page.spread(row, column)).strip()]
    return _counts(filled)


def _of_somebody(
    page: Page, axis: Axis, row: int, filled: Sequence[str], people: Sequence[PersonRow], lost: Sequence[int]
) -> bool:
    """Whether a row without a name holds somebody's days, and is no legend, count or row of weekdays."""
    if not filled or all(weekday_of(text) is not None for text in filled) or _counts(filled):
        return False
    if len(filled) >= 0.4 * len(axis.marks):
        return True
    close = (bool(people) and people[-1].rows[-1] == row - 1) or row - 1 in lost
    return close and not any(spans_in(text) or len(text) > LONGEST_NAME for text in filled)


def _counts(texts: Sequence[str]) -> bool:
    """Whether a row holds counts, as below the people: numbers, or heads of heads."""
    return all(re.fullmatch(r"\d{1,3}(?:[./]\d{1,3})?\s*[^\w\s]?", text) for text in texts) and len(texts) >= 3


def _heads_people(page: Page, roles: Mapping[int, str], row: int, name_column: int, others: Sequence[str]) -> bool:
    """Whether a row with a single text is the heading of the rows below it."""
    label = others[0]
    numbered = any(role in ("number", "id") for role in roles.values())
    return bool(numbered or re.search(r"[组部店队科班区]$", label)) and not like_a_name(label)


def _is_remark(page: Page, row: int, axis: Axis) -> bool:
    """Whether what stands in a row without duties is a remark that runs over the days."""
    areas = {page.area(row, column) for column in axis.marks}
    return any(area is not None and area[3] - area[2] >= 3 and area[0] == row for area in areas)


def most_common(texts: Sequence[str]) -> str:
    """The text that stands most often; the first of several."""
    return Counter(texts).most_common(1)[0][0] if texts else ""
