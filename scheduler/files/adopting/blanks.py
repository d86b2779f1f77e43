"""What an empty cell means on a sheet: a day off, or the usual shift. The cells themselves and the totals beside them decide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scheduler.files.adopting.words import Kind
from scheduler.i18n import Sentence, fill_in

FEW = 0.03  # of the cells: so few are empty that they were forgotten rather than left so
SHARE_OF_REST = 0.08  # of the cells, two or three days a month
WEEKEND = 5  # the first weekday of it
DUTY_HEAD = re.compile(
    r"(?<!应)出勤|上班|实出|实到|班数|工作天|^天数|duties|days worked|worked|workdays", re.IGNORECASE
)
REST_HEAD = re.compile(r"休息|公休|^休|轮休|off|rest", re.IGNORECASE)


class Blank(StrEnum):
    """What an empty cell means."""

    REST = "rest"
    USUAL = "usual"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DayCell:
    """A cell as the decision sees it."""

    person: str
    day: date
    kind: Kind


@dataclass(frozen=True)
class Decision:
    """What an empty cell means, and why.

    Attributes
    ----------
    few : bool
        Whether an empty cell is an exception, of which nobody can tell what it means.
    """

    means: Blank
    because: Sentence
    few: bool = False


LEGEND_SAYS = Sentence("图例写明空白为“{word}”", "the legend says that an empty cell is “{word}”")
ANSWERED = Sentence("已回答", "this was answered")
TOTALS_SAY = Sentence("{n} 人的合计与此相符（共 {all} 人）", "it agrees with the totals of {n} people (of {all})")
NO_DUTY = Sentence("表上没有别的上班标记，空白占 {part}%", "nothing else stands for a duty, and {part}% are empty")
NO_REST = Sentence("表上没有写“休”，空白占 {part}%", "no cell says off, and {part}% are empty")
REST_ON_WEEKENDS = Sentence(
    "“休”写明了 {rest} 格，空白 {blank} 格、{part}% 在工作日",
    "{rest} cells say off; of {blank} empty ones {part}% are on workdays",
)
MOST_ARE = Sentence(
    "“休”写明了 {rest} 格，空白 {blank} 格，写班次的只有 {code} 格",
    "{rest} cells say off, {blank} are empty, and only {code} have a shift",
)
ON_WEEKENDS = Sentence(
    "空白 {blank} 格、{part}% 在周末，写“休”的很少", "of {blank} empty cells {part}% are on weekends, and few say off"
)
FEW_ARE = Sentence("休息都写明，空白只有 {blank} 格", "days off are written, and only {blank} cells are empty")
UNCLEAR = Sentence(
    "既写“休”（{rest} 格）又有空白（{blank} 格）", "some cells say off ({rest}) and others are empty ({blank})"
)
NONE_EMPTY = Sentence("没有空白格", "no cell is empty")


def decide_blank(
    cells: Sequence[DayCell], totals: Mapping[str, Mapping[str, float]], legend: str = "", answer: str = ""
) -> Decision:
    """What an empty cell means.

    Parameters
    ----------
    totals : mapping of person to (mapping of head to number)
        The columns beside the days.
    legend : str
        What a legend says: `rest`, `usual`, or nothing.
    """
    if answer:
        return Decision(Blank.USUAL if answer == "usual" else Blank.REST, ANSWERED)
    if legend:
        return Decision(Blank.USUAL if legend == "usual" else Blank.REST, fill_in(LEGEND_SAYS, word=legend))
    count = {kind: sum(cell.kind is kind for cell in cells) for kind in Kind}
    blank, rest, code = count[Kind.BLANK], count[Kind.REST], count[Kind.CODE] + count[Kind.TICK]
    all_cells = max(1, len(cells))
    facts = {"blank": blank, "rest": rest, "code": code}
    part = round(100 * blank / all_cells)
    if not blank:
        return Decision(Blank.REST, NONE_EMPTY)
    if voted := _by_totals(cells, totals):
        return voted
    if not code:
        return (
            Decision(Blank.USUAL, fill_in(NO_DUTY, part=part))
            if rest or part > 50
            else Decision(Blank.UNKNOWN, fill_in(UNCLEAR, **facts))
        )
    if not rest:
        return Decision(Blank.REST, fill_in(NO_REST, part=part))
    working = sum(cell.kind is Kind.BLANK and cell.day.weekday() < WEEKEND for cell in cells)
    rest_off = sum(cell.kind is Kind.REST and cell.day.weekday() >= WEEKEND for cell in cells)
    weekends = round(100 * (blank - working) / blank)
    if blank <= FEW * all_cells or (blank < 0.1 * all_cells and rest >= 2 * blank and weekends < 60):
        return Decision(Blank.UNKNOWN, fill_in(FEW_ARE, **facts), few=True)
    if weekends >= 85 and rest < SHARE_OF_REST * all_cells:
        return Decision(Blank.REST, fill_in(ON_WEEKENDS, part=weekends, **facts))
    if rest_off > 0.6 * rest and weekends <= 30 and blank > code:
        return Decision(Blank.USUAL, fill_in(REST_ON_WEEKENDS, part=100 - weekends, **facts))
    if rest >= SHARE_OF_REST * all_cells and blank > 0.3 * all_cells and blank > code:
        return Decision(Blank.USUAL, fill_in(MOST_ARE, **facts))
    return Decision(Blank.UNKNOWN, fill_in(UNCLEAR, **facts))


def _by_totals(cells: Sequence[DayCell], totals: Mapping[str, Mapping[str, float]]) -> Decision | None:
    """What the totals of duties and days off say, where they do."""
    votes = {Blank.REST: 0, Blank.USUAL: 0}
    asked = 0
    for person, counts in totals.items():
        mine = [cell.kind for cell in cells if cell.person == person]
        blank, rest = mine.count(Kind.BLANK), mine.count(Kind.REST)
        code = mine.count(Kind.CODE) + mine.count(Kind.TICK)
        if not blank:
            continue
        for head, number in counts.items():
            if REST_HEAD.search(head):
                asked += 1
                votes[Blank.REST] += number == rest + blank
                votes[Blank.USUAL] += number == rest
            elif DUTY_HEAD.search(head):
                asked += 1
                votes[Blank.REST] += number == code
                votes[Blank.USUAL] += number == code + blank
    best = max(votes, key=lambda one: votes[one])
    if asked < 2 or votes[best] < 0.7 * asked:
        return None
    return Decision(best, fill_in(TOTALS_SAY, n=votes[best], all=asked))
