"""Lines and JSON about time slots and breaks, for `generate` and `surge`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scheduler.domain import Note
from scheduler.i18n import Lang, Sentence
from scheduler.staffing.breaks import BreakPlan
from scheduler.staffing.slots import SlotRow
from scheduler.timeline import clock_text

MOST_SLOTS = 5  # in the summary


def slots_lines(
    rows: Sequence[SlotRow], plan: BreakPlan | None, faults: Iterable[Note], lang: Lang, most: int = MOST_SLOTS
) -> list[str]:
    """Lines about the slots, those with most heads missing one by one, and about the breaks; none without slots."""
    lines = []
    if rows:
        short = sorted((row for row in rows if row.short), key=lambda row: (-row.short, row.day, row.slot.start))
        before = sum(row.rostered < row.target for row in rows)
        left = Sentence(
            "时段：{rows} 个；上班人数低于需求的 {before} 个；扣除休息后 {short} 个，共差 {heads} 人次",
            "Slots: {rows}; {before} with fewer at work than needed; {short} when breaks are taken out, {heads} heads in all",
        )
        heads = sum(row.short for row in short)
        lines.append(left.say(lang, rows=len(rows), before=before, short=len(short), heads=heads))
        lines += [f"  ▽ {slot_line(row, lang)}" for row in short[:most]]
        if len(short) > most:
            lines.append(
                Sentence("  …其余 {n} 个见工作簿", "  … {n} more in the workbook").say(lang, n=len(short) - most)
            )
    if plan:
        meals = sum(pause.meal for pause in plan.pauses)
        placed = Sentence(
            "休息：小休 {small} 次、用餐 {meals} 次已排定", "Breaks: {small} small ones and {meals} meals are placed"
        )
        lines.append(placed.say(lang, small=len(plan.pauses) - meals, meals=meals))
        if plan.unproved:
            unproved = Sentence(
                "  {n} 天未证明缺人最少（如 {day}）", "  on {n} days (such as {day}) fewer heads short may be possible"
            )
            lines.append(unproved.say(lang, n=len(plan.unproved), day=plan.unproved[0]))
        lines += [f"  ✗ {note.say(lang)}" for note in faults]
    return lines


def slot_line(row: SlotRow, lang: Lang) -> str:
    """One slot: what it needs and what it has."""
    said = Sentence(
        "{day} {start}–{end}：需 {target} 人，上班 {rostered} 人，休息后在岗 {left} 人",
        "{day}, {start}–{end}: {target} needed, {rostered} at work, {left} left when breaks are taken out",
    )
    times = {"start": clock_text(row.slot.start), "end": clock_text(row.slot.end)}
    return said.say(lang, day=row.day, **times, target=row.target, rostered=row.rostered, left=row.left)


def slot_row(row: SlotRow) -> dict[str, Any]:
    """One slot, for `--json`."""
    return {
        "start": clock_text(row.slot.start),
        "end": clock_text(row.slot.end),
        "skill": row.slot.skill,
        "needed": row.target,
        "at_work": row.rostered,
        "at_desk": row.left,
    }


def slots_payload(
    rows: Sequence[SlotRow], plan: BreakPlan | None, faults: Iterable[Note], lang: Lang
) -> dict[str, Any]:
    """The same for `--json`."""
    payload: dict[str, Any] = {}
    if rows:
        short = [row for row in rows if row.short]
        payload["slots"] = {
            "rows": len(rows),
            "short_at_work": sum(row.rostered < row.target for row in rows),
            "short_at_desk": len(short),
            "heads_missing": sum(row.short for row in short),
            "short": [{"date": row.day.isoformat()} | slot_row(row) for row in short],
        }
    if plan:
        payload["breaks"] = {
            "placed": len(plan.pauses),
            "unproved": [day.isoformat() for day in plan.unproved],
            "faults": [note.say(lang) for note in faults],
        }
    return payload
