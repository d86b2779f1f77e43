"""What `check` says that it understood, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scheduler.audit.understood import DayNeed, LeaveOf, ShiftHours, Understood
from scheduler.domain import DayKind, Demand, Problem, SlotNeed
from scheduler.files.reading.table_days import Aside
from scheduler.files.schema.tables import TABLES
from scheduler.i18n import MONTHS, Lang, Sentence, join_items
from scheduler.timeline import clock_text, group_consecutive

KIND_NAMES = {
    DayKind.WORKDAY: Sentence("工作日", "workdays"),
    DayKind.RESTDAY: Sentence("周末", "weekends"),
    DayKind.STATUTORY: Sentence("法定节假日", "statutory holidays"),
    DayKind.NOTICE_OFF: Sentence("调休放假", "days off by notice"),
    DayKind.MAKEUP_WORKDAY: Sentence("补班", "make-up workdays"),
}
MOST_LISTED = 8  # days of leave, by person; days of a need; slots
SHIFT = Sentence(
    "  {code}{name} {start}–{end}，{hours:h} 小时，计薪 {paid:h} 小时{more}",
    "  {code}{name} {start}–{end}, {hours:h} h, {paid:h} h paid{more}",
)
BREAK = Sentence("休 {span}", "break {span}")
PAID_BREAK = Sentence("带薪休 {span}", "paid break {span}")
NIGHT = Sentence("夜班", "night")
AT_POST, NEEDS_SKILL = Sentence("岗位 {name}", "post {name}"), Sentence("须会 {name}", "needs {name}")
PEOPLE = Sentence(
    "人员：表中 {all} 人，本月在职 {employed} 人", "People: {all} in the table, {employed} in service in the month"
)
FURTHER = (
    ("joining", Sentence("其中不满全月 {n} 人", "{n} of them for a part of it")),
    ("away", Sentence("全月请假 {n} 人", "{n} on leave throughout")),
    ("trainees", Sentence("见习 {n} 人", "{n} in training")),
    ("part_time", Sentence("非全时 {n} 人", "{n} part time")),
    ("protected", Sentence("免夜班 {n} 人", "{n} exempt from nights")),
    ("limited", Sentence("限定班次 {n} 人", "{n} limited to certain shifts")),
)
GROUPS = (
    ("teams", Sentence("  班组：{items}", "  teams: {items}")),
    ("roles", Sentence("  角色：{items}", "  roles: {items}")),
    ("skills", Sentence("  技能：{items}", "  skills: {items}")),
)
NEEDS = Sentence("需求（最少→目标 ≤最多）：", "Need (least→target ≤most):")
NEED = Sentence("  {days}：{items}", "  {days}: {items}")
NO_NEED = Sentence("不要人", "nobody")
SOME_DAYS = Sentence("{kinds} {n} 天（{days}）", "{n} days, {kinds} ({days})")
ALL_OF_MONTH = Sentence("每天（{n} 天）", "every day ({n} days)")
TIMES = Sentence(
    "{n} 个时段 {first}–{last}，最少 {least} 至 {most} 人",
    "{n} slots {first}–{last}, {least} to {most} people at least",
)
LEAVE = Sentence("请假：{n} 人天（{kinds}）：{people}", "Leave: {n} days ({kinds}): {people}")
NO_LEAVE = Sentence("请假：无", "Leave: none")
AND_OTHERS = Sentence("另 {n} 项", "{n} more")
OTHERS = Sentence(
    "申请 {wishes} 天，固定 {fixed} 条，加班 {hours:h} 小时，活动 {events} 场；{history}",
    "{wishes} days wished, {fixed} fixed, {hours:h} h of overtime, {events} sittings of events; {history}",
)
HISTORY = Sentence("此前排班自 {day} 起已知", "what went before is known from {day} on")
NO_HISTORY = Sentence("此前排班未知", "nothing is known of what went before")
ASIDE = Sentence("搁置的行：{items}", "Rows set aside: {items}")
ASIDE_ITEM = Sentence("{table} {n}（{first} 至 {last}）", "{table} {n} ({first} to {last})")


def understood_lines(found: Understood, problem: Problem, aside: Sequence[Aside], lang: Lang) -> list[str]:
    """What was understood, for people."""
    lines = [Sentence("班次：", "Shifts:").say(lang), *(_shift_line(shift, lang) for shift in found.shifts)]
    people = found.people
    numbers = {"joining": people.employed - people.whole_month, **vars(people)}
    head = [PEOPLE.say(lang, all=people.in_table, employed=people.employed)]
    head += [said.say(lang, n=numbers[what]) for what, said in FURTHER if numbers[what]]
    lines.append(("，" if lang == "zh" else ", ").join(head))
    for what, said in GROUPS:
        if counted := numbers[what]:
            lines.append(said.say(lang, items=join_items((f"{name} {n}" for name, n in counted.items()), lang)))
    lines += [NEEDS.say(lang), *(_need_line(need, len(problem.dates), lang) for need in found.needs)]
    lines.append(_leave_line(found.leave, problem, lang))
    history = HISTORY.say(lang, day=found.history_from) if found.history_from else NO_HISTORY.say(lang)
    facts = {"wishes": found.wishes, "fixed": found.fixed, "hours": found.overtime_hours, "events": found.events}
    lines.append(OTHERS.say(lang, **facts, history=history))
    if aside:
        lines.append(ASIDE.say(lang, items=join_items((_aside_item(one, lang) for one in aside), lang)))
    return lines


def _shift_line(shift: ShiftHours, lang: Lang) -> str:
    more = [NIGHT.say(lang)] if shift.night else []
    for rest in shift.breaks:
        span = f"{clock_text(rest.start)}–{clock_text(rest.end)}"
        more.append((PAID_BREAK if rest.paid else BREAK).say(lang, span=span))
    more += [said.say(lang, name=name) for said, name in ((AT_POST, shift.post), (NEEDS_SKILL, shift.skill)) if name]
    separator = "，" if lang == "zh" else ", "
    return SHIFT.say(
        lang,
        code=shift.code,
        name=f" {shift.name}" if shift.name != shift.code else "",
        start=clock_text(shift.start),
        end=clock_text(shift.end),
        hours=shift.hours,
        paid=round(shift.paid_hours, 2),
        more="".join(separator + one for one in more),
    )


def _need_line(need: DayNeed, month_days: int, lang: Lang) -> str:
    items = [_demand_item(row, lang) for row in need.demand if row.target or row.least or row.most is not None]
    if need.slots:
        items.append(_slots_item(need.slots, lang))
    said = join_items(items, lang) if items else NO_NEED.say(lang)
    if len(need.days) == month_days:
        return NEED.say(lang, days=ALL_OF_MONTH.say(lang, n=month_days), items=said)
    kinds = join_items((KIND_NAMES[kind].say(lang) for kind in need.kinds), lang)
    runs = [f"{run[0].day}–{run[-1].day}" if len(run) > 1 else f"{run[0].day}" for run in group_consecutive(need.days)]
    listed = runs[:MOST_LISTED] + (["…"] if len(runs) > MOST_LISTED else [])
    days = ", ".join(listed) if lang == "en" else "、".join(listed) + "日"
    days = f"{days} {MONTHS[need.days[0].month - 1]}" if lang == "en" else days
    return NEED.say(lang, days=SOME_DAYS.say(lang, kinds=kinds, n=len(need.days), days=days), items=said)


def _demand_item(row: Demand, lang: Lang) -> str:
    """A shift's need as `早 3–4–5`: least, target where it is more, and most where there is one."""
    who = "·".join(filter(None, (row.shift, row.role, row.skill)))
    heads = f"{row.least}" if row.target == row.least else f"{row.least}→{row.target}"
    return f"{who} {heads}" + (f" ≤{row.most}" if row.most is not None else "")


def _slots_item(slots: Sequence[SlotNeed], lang: Lang) -> str:
    heads = [slot.least for slot in slots]
    return TIMES.say(
        lang,
        n=len(slots),
        first=clock_text(min(slot.start for slot in slots)),
        last=clock_text(max(slot.end for slot in slots)),
        least=min(heads),
        most=max(heads),
    )


def _leave_line(leave: Sequence[LeaveOf], problem: Problem, lang: Lang) -> str:
    if not leave:
        return NO_LEAVE.say(lang)
    kinds: dict[str, tuple[int, float]] = {}
    for one in leave:
        days, hours = kinds.get(one.kind, (0, 0.0))
        kinds[one.kind] = (days + one.days, hours + one.hours)
    people = [
        f"{problem.names[one.worker]}({one.worker}) {_length(one.days, one.hours, lang)}" for one in leave[:MOST_LISTED]
    ]
    if len(leave) > MOST_LISTED:
        people.append(AND_OTHERS.say(lang, n=len(leave) - MOST_LISTED))
    named = join_items(
        (f"{problem.desk.leave_label(kind).say(lang)} {_length(*length, lang)}" for kind, length in kinds.items()), lang
    )
    return LEAVE.say(lang, n=sum(days for days, _ in kinds.values()), kinds=named, people=join_items(people, lang))


def _length(days: int, hours: float, lang: Lang) -> str:
    """So many whole days of leave, and hours of other days."""
    if not hours:
        return f"{days}"
    more = HOURS_OF_LEAVE.say(lang, hours=hours)
    return f"{days}+{more}" if days else more


HOURS_OF_LEAVE = Sentence("{hours:h} 小时", "{hours:h} h")


def _aside_item(aside: Aside, lang: Lang) -> str:
    title = next(table.title for table in TABLES if table.name == aside.table)
    return ASIDE_ITEM.say(lang, table=title, n=aside.rows, first=aside.first.isoformat(), last=aside.last.isoformat())


def understood_payload(found: Understood, aside: Sequence[Aside]) -> dict[str, Any]:
    """The same for JSON: hours as numbers, times as HH:MM, days as ISO dates."""
    return {
        "shifts": [
            {
                "code": shift.code,
                "name": shift.name,
                "start": clock_text(shift.start),
                "end": clock_text(shift.end),
                "hours": round(shift.hours, 4),
                "paid_hours": round(shift.paid_hours, 4),
                "breaks": [
                    {"start": clock_text(rest.start), "end": clock_text(rest.end), "paid": rest.paid}
                    for rest in shift.breaks
                ],
                "post": shift.post,
                "skill": shift.skill,
                "night": shift.night,
            }
            for shift in found.shifts
        ],
        "people": vars(found.people),
        "need": [
            {
                "kinds": [kind.value for kind in need.kinds],
                "days": [day.isoformat() for day in need.days],
                "shifts": [
                    {
                        "shift": row.shift,
                        "role": row.role,
                        "skill": row.skill,
                        "least": row.least,
                        "target": row.target,
                        "most": row.most,
                    }
                    for row in need.demand
                ],
                "slots": [
                    {
                        "start": clock_text(slot.start),
                        "end": clock_text(slot.end),
                        "skill": slot.skill,
                        "least": slot.least,
                        "target": slot.target,
                    }
                    for slot in need.slots
                ],
            }
            for need in found.needs
        ],
        "leave": [
            {"worker": one.worker, "kind": one.kind, "days": one.days} | ({"hours": one.hours} if one.hours else {})
            for one in found.leave
        ],
        "wishes": found.wishes,
        "fixed": found.fixed,
        "events": found.events,
        "overtime_hours": found.overtime_hours,
        "history_from": found.history_from.isoformat() if found.history_from else None,
        "set_aside": [
            {"table": one.table, "rows": one.rows, "first": one.first.isoformat(), "last": one.last.isoformat()}
            for one in aside
        ],
    }
