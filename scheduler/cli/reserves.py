"""Reserves (备班) on the command line: how they are asked for, and how they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from scheduler.app.reserves import ReserveAsked
from scheduler.audit.reserves import ReserveFault, ReserveWord
from scheduler.cli.answer import both
from scheduler.cli.options import DateType
from scheduler.domain import Duty
from scheduler.i18n import WEEKDAYS, Lang, Sentence, join_items

if TYPE_CHECKING:
    from scheduler.solver.reserves import PlannedReserves

HEAD = Sentence("备班 {n} 人次：{sure}", "{n} reserves: {sure}")
FULL = Sentence("要的都排上了", "all that were asked for")
EMPTY = Sentence("{n} 处没人可排（{slots}）{proof}", "nobody for {n} of the places ({slots}){proof}")
NO_ROSTER = Sentence("，已证明换哪张表都不能更多", ", proved: no other roster has more")
NOT_PROVED = Sentence("，是否有更多没有证明", ", not proved that there could not be more")
REMADE = Sentence("为此重排了整月，代价 {cost}（{proof}）", "the month was made anew for it, at cost {cost} ({proof})")
CHEAPEST = Sentence("已证明备班这样多时不能更省", "proved cheapest with as many reserves")
NOT_CHEAPEST = Sentence("备班这样多时至少 {bound}", "at least {bound} with as many reserves")
SHARED = Sentence("每人 {fewest}–{most} 次，{proof}", "{fewest}–{most} for each, {proof}")
FAIR = Sentence("已证明在这张表上不能更均", "proved: no more even on this roster")
NOT_FAIR = Sentence("是否最均没有证明", "not proved the most even")
LINE = Sentence("  {day} {shift}：{who}", "  {day} {shift}: {who}")
MEANT = Sentence(
    "备班不算上班也不算休息，叫到才计工时；各人全部备班都被叫到也合规",
    "A reserve is neither duty nor rest and is paid only when called; everybody's month is legal even if all are called",
)
FALLEN = Sentence(
    "备班 {who} {day} {shift} 已不能叫：{why}", "reserve {who}, {day} {shift}, can no longer be called: {why}"
)
WHY = {
    ReserveWord.ON_DUTY: Sentence("当天已有班", "on duty that day"),
    ReserveWord.NOT_COUNTED: Sentence("按表不能算作该班人手", "by the tables they do not count on that shift"),
    ReserveWord.FORBIDDEN: Sentence("叫来就违反规则", "it would break a rule"),
}


class ReserveType(click.ParamType[ReserveAsked]):
    """Who is to stand by: `夜`, `夜=2`, `2026-12-03:夜`, `2026-12-03:夜=2`."""

    name = "[DATE:]SHIFT[=N]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ReserveAsked:
        """Read the text; a usage error names what was expected."""
        if isinstance(value, ReserveAsked):
            return value
        day, colon, rest = str(value).rpartition(":")
        shift, equals, number = rest.partition("=")
        if not shift or (equals and not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= 99)):
            self.fail(
                both(
                    f"“{value}”应如 夜、夜=2 或 2026-12-03:夜=2。", f"{value!r}: expected 夜, 夜=2 or 2026-12-03:夜=2."
                ),
                param,
                ctx,
            )
        at: date | None = DateType().convert(day, param, ctx) if colon else None
        return ReserveAsked(shift, int(number) if equals else 1, at)


def reserve_rows(reserves: Sequence[Duty]) -> list[dict[str, Any]]:
    """Reserves, for `--json`."""
    return [{"worker": one.worker, "date": one.day.isoformat(), "shift": one.shift} for one in reserves]


def planned_payload(planned: PlannedReserves | None) -> dict[str, Any] | None:
    """Planned reserves, for `--json`."""
    if planned is None:
        return None
    return {
        "planned": reserve_rows(planned.reserves),
        "empty": [{"date": day.isoformat(), "shift": shift, "number": n} for (day, shift), n in planned.empty.items()],
        "proved_most": planned.is_full,
        "proved_fair": planned.is_fair,
        "remade": planned.is_remade,
        "cost": planned.cost if planned.is_remade else None,
        "bound": planned.bound if planned.is_remade else None,
    }


def planned_lines(planned: PlannedReserves | None, names: Mapping[str, str], lang: Lang) -> list[str]:
    """Planned reserves: how many, what is proved, and who."""
    if planned is None:
        return []
    sure = [FULL.say(lang)]
    if planned.empty:
        slots = join_items((f"{_say_day(day, lang)} {shift}" for day, shift in planned.empty), lang)
        proof = (NO_ROSTER if planned.is_full else NOT_PROVED).say(lang)
        sure = [EMPTY.say(lang, n=sum(planned.empty.values()), slots=slots, proof=proof)]
    if planned.is_remade:
        said = CHEAPEST if planned.bound >= planned.cost else NOT_CHEAPEST
        sure.append(REMADE.say(lang, cost=planned.cost, proof=said.say(lang, bound=planned.bound)))
    counts = [sum(one.worker == who for one in planned.reserves) for who in names]
    proof = (FAIR if planned.is_fair else NOT_FAIR).say(lang)
    sure.append(SHARED.say(lang, fewest=min(counts), most=max(counts), proof=proof))
    told = ("；" if lang == "zh" else "; ").join(sure)
    return [HEAD.say(lang, n=len(planned.reserves), sure=told), *reserve_lines(planned.reserves, names, lang)]


def reserve_lines(reserves: Sequence[Duty], names: Mapping[str, str], lang: Lang) -> list[str]:
    """Who stands by, a line for each day and shift, and what that means."""
    by_slot: dict[tuple[date, str], list[str]] = {}
    for one in reserves:
        by_slot.setdefault((one.day, one.shift), []).append(names.get(one.worker, one.worker))
    lines = [
        LINE.say(lang, day=_say_day(day, lang), shift=shift, who=join_items(who, lang))
        for (day, shift), who in by_slot.items()
    ]
    return [*lines, f"  {MEANT.say(lang)}"] if lines else []


def fault_lines(faults: Sequence[ReserveFault], names: Mapping[str, str], lang: Lang) -> list[str]:
    """Reserves that could no longer be called."""
    return [
        FALLEN.say(
            lang,
            who=names.get(one.reserve.worker, one.reserve.worker),
            day=one.reserve.day,
            shift=one.reserve.shift,
            why=WHY[one.word].say(lang),
        )
        for one in faults
    ]


def _say_day(day: date, lang: Lang) -> str:
    return f"{day:%m-%d} {WEEKDAYS[day.weekday()].say(lang)}"
