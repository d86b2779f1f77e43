"""What the steps of a log say, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from scheduler.clock import REHEARSAL
from scheduler.files.schema.settings import SETTINGS
from scheduler.files.schema.tables import TABLES
from scheduler.files.writing.log_tables import Listed, Named, Names, name_all
from scheduler.i18n import LANGS, Lang, Sentence, as_template, fill_in, join_items
from scheduler.workflow.change_request import BEFALLING, EVENTS, KIND_NAMES, STATE_NAMES, Request
from scheduler.workflow.facts import LINK, PIN
from scheduler.workflow.gap_words import name_open
from scheduler.workflow.keeping_facts import ForgottenFacts
from scheduler.workflow.log_steps import Step
from scheduler.workflow.overrides import OVERRIDE_NAMES, Override
from scheduler.workflow.private_facts import WHAT_NAMES
from scheduler.workflow.request_wording import SPARED, describe_request
from scheduler.workflow.settling import say_balances
from scheduler.workflow.table_facts import TableChangedFacts
from scheduler.workflow.version import EVENT_NAMES, STATUS_NAMES, STEPS, VersionStatus

VERDICTS = {
    "allowed": Sentence("可以", "allowed"),
    "allowed_with": Sentence("可以，须同时改动", "allowed with further changes"),
    "short": Sentence("记下，有缺口", "recorded, stays short"),
}
OPEN = Sentence("未排 {n} 处：{what}", "{n} duties open: {what}")
LATE, YES = Sentence("逾期发布", "published late"), Sentence("是", "yes")

IMPORTED = Sentence("由 {file} 导入", "imported from {file}")
RESTORED = Sentence("自备份 {file}", "from the backup {file}")
SETTLED = Sentence("自 {month} 起重新计：{what}", "counting anew from {month} on: {what}")
SURGE = Sentence("{day}需求 ×{factor:g}，自第 {n} 版", "{day}: demand ×{factor:g}, from version {n}")
FOR_REQUEST = Sentence("执行第 {n} 号申请", "carries out request {n}")
DUE = Sentence("应于 {due} 前发布", "due on {due}")
REPLACES = Sentence("取代第 {n} 版", "replaces version {n}")
REPLACED = Sentence("由第 {n} 版取代", "replaced by version {n}")
GIVEN_TO = Sentence("发给 {n} 人", "given to {n} people")
TOLD_VOID = Sentence("告知 {n} 人其表作废", "{n} people told that their copy is void")
NO_CELL = Sentence("不改格子", "no cell moves")
GRANTED = Sentence("{first} 至 {last} 获准", "granted from {first} to {last}")
OVERTAKEN_BY = Sentence("被第 {n} 号申请占先", "overtaken by request {n}")
AFTER_THE_FACT = Sentence("事后补办", "after the fact")
PAPERS_DUE = Sentence("材料于 {day} 前交", "papers due on {day}")
WORKED = Sentence("照实补记，排班表不改", "as worked; the roster stays as planned")
TAKEN_DAYS = Sentence("{first} 至 {last}", "{first} to {last}")
TAKEN_CORRECTION = Sentence("{first} 至 {last} 的更正", "a correction of {first} to {last}")
REJECTED = Sentence("否决考勤 {n} 条", "attendance rejected, {n} findings")
ATTENDED = Sentence("确认考勤 {n} 条，排班表不改", "attendance confirmed, {n} findings; the roster stays as planned")
OF_PERSON, OLDER_THAN = Sentence("{who}的", "of {who}"), Sentence("超过 {n} 年的", "older than {n} years")
OF_MONTHS = Sentence("{first} 至 {last}", "{first} to {last}")
COUNT = Sentence("{what} {n} 项", "{what}: {n}")
IN_TABLE = Sentence("{table}表", "table {table}")
NEW_ROW, GONE_ROW = Sentence("新增：{cells}", "new: {cells}"), Sentence("删去：{cells}", "removed: {cells}")
MOVED_SETTING = Sentence("{key}：{before} → {after}", "{key}: {before} → {after}")
MOVED_ROW = Sentence("第 {row} 行：{before} → {after}", "row {row}: {before} → {after}")
MORE_ROWS = Sentence("另 {n} 行", "{n} more rows")
MOST_ROWS_TOLD = 5
RECORDED_BY = Sentence("由{who}代记", "recorded by {who}")
THROUGH = {
    LINK: Sentence("扫码签收，未登录", "by the link on the slip, without logging in"),
    PIN: Sentence("扫码并输签收码", "by the link on the slip and the PIN"),
}
LINK_OF = Sentence("{who}纸上的二维码", "the code on the slip of {who}")
COPY_OF = Sentence("{who}的一份", "the copy of {who}")


def in_both(word: Callable[[Lang], str]) -> Sentence:
    """What is worded for each language by itself, as one sentence."""
    return Sentence(*(as_template(word(lang)) for lang in LANGS))


def join_sentences(sentences: Iterable[Sentence | None]) -> Sentence:
    """Sentences side by side, as one; those that are none left out."""
    said = [one for one in sentences if one]
    return in_both(lambda lang: ("；" if lang == "zh" else "; ").join(one.say(lang) for one in said))


def step_state(step: Step) -> Named | None:
    """Where the request or the version stands after a step."""
    if step.request and step.event in ("requested", *EVENTS, *BEFALLING, "rechecked"):
        return Named(step.request.state.value, STATE_NAMES[step.request.state])
    status = {
        "drafted": VersionStatus.DRAFT,
        **{event: after for (_, event), after in STEPS.items()},
    }.get(step.event)
    return Named(status.value, STATUS_NAMES[status]) if status else None


def kind_of(request: Request | None) -> Named | None:
    """What kind of request it is."""
    return Named(request.kind.value, KIND_NAMES[request.kind]) if request else None


def name_event(event: str) -> Named:
    """What happened, in a word."""
    return Named(event, EVENT_NAMES.get(event, in_both(lambda _: event)))


def tell_step(step: Step, names: Names) -> Sentence:
    """What a step is about, in a sentence."""
    request, parts = step.request, list[Sentence | None]()
    match step.event:
        case "drafted":
            parts += [_origin(step), fill_in(FOR_REQUEST, n=request.number) if request else None]
        case "published":
            parts += [
                fill_in(FOR_REQUEST, n=request.number) if request else None,
                fill_in(REPLACES, n=step.other) if step.other else None,
                fill_in(DUE, due=str(step.due)) if step.due else None,
                LATE if step.late else None,
                fill_in(OPEN, n=len(step.open), what=name_open(step.open)) if step.open else None,
                fill_in(GIVEN_TO, n=len(step.told)) if step.told else None,
            ]
        case "superseded":
            parts += [fill_in(REPLACED, n=step.other) if step.other else None]
        case "forgotten":
            parts += tell_forgotten(step.forgotten, names) if step.forgotten else []
        case "changed":
            parts += tell_table(step.changed) if step.changed else []
        case "restored":
            parts += [fill_in(RESTORED, file=step.origin) if isinstance(step.origin, str) else None]
        case "settled":
            if step.settled:
                what = say_balances(step.settled.balances, names)
                parts += [fill_in(SETTLED, month=step.settled.month, what=what)]
        case "withdrawn":
            parts += [fill_in(TOLD_VOID, n=len(step.told)) if step.told else None]
        case "entered":
            parts += [fill_in(ATTENDED, n=step.attendance)] if step.attendance else []
            parts += [fill_in(REJECTED, n=step.rejected)] if step.rejected else []
            parts += [] if step.attendance or step.rejected else [WORKED]
        case "received" | "returned":
            parts += [fill_in(COPY_OF, who=step.recipient.name) if step.recipient else None, THROUGH.get(step.through)]
        case "taken":
            if step.taken:
                said = TAKEN_CORRECTION if step.taken.corrects else TAKEN_DAYS
                parts += [fill_in(said, first=str(step.taken.first), last=str(step.taken.last))]
        case "link_shut":
            parts += [fill_in(LINK_OF, who=name_all(step.concerned, names)[0])]
        case "approved":
            parts += [
                tell_request(request, names) if request else None,
                fill_in(GRANTED, first=str(step.granted.first), last=str(step.granted.last)) if step.granted else None,
                None if step.cells else NO_CELL,
            ]
        case _:
            by = name_all((step.recorded_by,), names) if step.recorded_by else ()
            parts += [
                tell_request(request, names) if request else None,
                fill_in(RECORDED_BY, who=by[0]) if by else None,
            ]
    return join_sentences(parts)


def tell_forgotten(facts: ForgottenFacts, names: Names) -> list[Sentence | None]:
    """Whose private facts were erased, or those older than how many years; how many of what kind; and of which months."""
    whose = in_both(lambda lang: join_items(name_all(facts.whose, names), lang))
    return [
        fill_in(OF_PERSON, who=whose) if facts.whose else fill_in(OLDER_THAN, n=facts.years),
        say_counts(facts.counts),
        fill_in(OF_MONTHS, first=facts.first, last=facts.last) if facts.first else None,
    ]


def tell_table(facts: TableChangedFacts) -> list[Sentence | None]:
    """Which table was changed, and what stood and stands in the first of its rows."""
    if facts.table == SETTINGS.name:
        moved = [
            fill_in(MOVED_SETTING, key=key, before=before or "–", after=row.after.get(key) or "–")
            for row in facts.rows
            for key, before in row.before.items()
        ]
        return [fill_in(IN_TABLE, table=SETTINGS.title), *moved]
    table = next((one for one in TABLES if one.name == facts.table), None)
    order = [column.name for column in table.columns] if table else []
    parts: list[Sentence | None] = [fill_in(IN_TABLE, table=table.title if table else facts.table)]
    for one in facts.rows[:MOST_ROWS_TOLD]:
        before, after = (
            " ".join(cells[name] for name in (*order, *(cells.keys() - set(order))) if cells.get(name))
            for cells in (one.before, one.after)
        )
        if not one.row:
            parts.append(fill_in(NEW_ROW, cells=after))
        else:
            parts.append(
                fill_in(MOVED_ROW, row=one.row, before=before or "–", after=after or "–")
                if one.after
                else fill_in(GONE_ROW, cells=before)
            )
    more = len(facts.rows) - MOST_ROWS_TOLD
    return [*parts, fill_in(MORE_ROWS, n=more) if more > 0 else None]


def say_counts(counts: Mapping[str, int]) -> Sentence:
    """How many private facts of each kind, in a row."""
    named = {WHAT_NAMES[what]: n for what, n in counts.items() if what in WHAT_NAMES}
    return in_both(lambda lang: join_items((COUNT.say(lang, what=name, n=n) for name, n in named.items()), lang))


def _origin(step: Step) -> Sentence | None:
    """How a draft came about, where it was not simply generated."""
    if isinstance(step.origin, str):
        return fill_in(IMPORTED, file=step.origin) if step.origin else None
    day, factor = step.origin
    return fill_in(SURGE, day=day, factor=factor, n=step.made_from or 0)


def tell_request(request: Request, names: Names) -> Sentence:
    """What a request asks for, in a sentence."""
    return join_sentences(
        (
            in_both(lambda lang: describe_request(request, names, lang)),
            in_both(lambda lang: SPARED.say(lang, who=join_items(name_all(request.spared, names), lang)))
            if request.spared
            else None,
            AFTER_THE_FACT if request.after_fact else None,
            fill_in(PAPERS_DUE, day=str(request.papers_due)) if request.papers_due else None,
            fill_in(OVERTAKEN_BY, n=request.overtaken_by) if request.overtaken_by else None,
        )
    )


def name_overrides(overrides: Iterable[Override]) -> Listed:
    """What is set aside, by name."""
    return Listed(Named(one.value, OVERRIDE_NAMES[one]) for one in overrides)


def tell_remark(step: Step) -> Sentence | None:
    """What else has to be known of a step: a rehearsal, or why it is told in part."""
    parts = [step.fault, fill_in(REHEARSAL, at=step.rehearsal) if step.rehearsal else None]
    return join_sentences(parts) if any(parts) else None


def name_verdict(word: str) -> Named | None:
    """A verdict by its name; nothing where none was recorded."""
    return Named(word, VERDICTS.get(word, in_both(lambda _: word))) if word else None
