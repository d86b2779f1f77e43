"""Duties that everybody who can take them takes in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scheduler.domain import DAY_KEYS, Problem, Reason, Roster, Violation, day_match, is_day_key
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

TURN = Sentence(
    "{who}：“{turn}”轮流值，应值 {low}–{high} 个", "{who}: {turn} is taken in turn, {low} to {high} of them"
)
WIDE = str.maketrans("｜＠＆", "|@&")  # full-width characters of an input method


class Turn(NamedTuple):
    """Shifts that are taken in turn, and the keys of the days on which they are."""

    text: str
    codes: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Turns(Constraint):
    """Duties taken in turn.

    Rule
        午间值班、周日班、节假日班这类班，能值的人轮流值，每人本月个数取公平份额的上下整数。
        | Duties such as noons, Sundays or holidays are shared among those who can take them: each has a fair share of
        the month's number, rounded down or up.
    Clause
        RULES 26, 28, 32, 66
    Why
        轮番值班，谁也不多轮、不漏轮。 | Everybody takes a turn: nobody is passed over and nobody does more than their part.
    Counts as broken
        不会“违反”；每多值或少值一个计一处代价。
        | Never broken. Each duty above or below the share is a compromise.
    Limits
        份额按本人能值的天数（兼职按比例）分，不看上月尾巴（累计由结转与公平分摊管），也不管先后次序（由按表轮流管）。
        | Shares are in proportion to the days on which a person can take such a duty, and to the part of full time. Last
        month's duties do not count (the rule on fair shares carries balances), nor does the order of turns, which has
        a rule of its own.
    """

    turns: tuple[str, ...] = parameter(
        (),
        Sentence("班次@日期类型，如 午值@all、全早|全晚@sun", "shifts@day keys, such as NOON@all or DAY|LATE@sat|sun"),
        examples=("{shifts}@{days}",),
    )
    weight: int = parameter(6, Sentence("每多一个或少一个的代价", "cost of each above or below"), low=1, high=1000)

    title: ClassVar[Sentence] = Sentence("轮流值班", "Duties taken in turn")
    clause: ClassVar[Sentence] = Sentence(
        "午间、周末、周日、节假日等班轮流值（RULES 26、28、32、66）",
        "Noons, weekends, Sundays, holidays and the like are taken in turn (RULES 26, 28, 32, 66)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def __post_init__(self) -> None:
        for text in self.turns:
            self._turn(text)

    @staticmethod
    def _turn(text: str) -> Turn:
        """Codes and day keys of `A|B@key|key`; raises `ValueError` for a text not written so."""
        left, at, right = text.translate(WIDE).partition("@")
        codes = tuple(code.strip() for code in left.split("|"))
        keys = tuple(key.strip() for key in right.split("|"))
        if not at or not all(codes) or len(set(codes)) < len(codes) or "@" in right:
            raise ValueError(f"“{text}” is not written A|B@key|key")
        if not all(map(is_day_key, keys)):
            raise ValueError(f"“{text}” has a day key that is not one of {', '.join(DAY_KEYS)}, a date or MM-DD..MM-DD")
        return Turn(text, codes, keys)

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return {code for text in self.turns for code in self._turn(text).codes}

    def applies(self, problem: Problem) -> bool:
        """Whether turns are named; raises `ValueError` where one has a shift that the desk does not have."""
        self.check_shifts(problem)
        return bool(self.turns)

    @staticmethod
    def _days(problem: Problem, turn: Turn) -> list[date]:
        return [day.date for day in problem.days if any(day_match(key, day) for key in turn.keys)]

    def _shares(self, problem: Problem, turn: Turn, days: list[date]) -> dict[str, tuple[int, int]]:
        """The bounds of each share, for those who can take any such duty."""
        heads = 0
        chances = {worker.id: 0.0 for worker in problem.workers}
        for day in days:
            asked = [row for row in problem.demand_on(day) if row.shift in turn.codes and row.target]
            heads += sum(number for code, number in problem.heads_on(day).items() if code in turn.codes)
            for worker in problem.workers:
                shifts = [problem.shift_on(day, row.shift) for row in asked if row.counts(worker, day)]
                if any(problem.can_take(worker, day, shift) for shift in shifts):
                    chances[worker.id] += worker.share
        total = sum(chances.values())
        shares = {worker: round(heads * chance / total, 6) for worker, chance in chances.items() if chance}
        return {worker: (floor(share), ceil(share)) for worker, share in shares.items()}

    def _asked(self, problem: Problem) -> Iterator[tuple[Turn, list[date], str, int, int]]:
        """Each turn, its days, and each person in it with the bounds of the share."""
        for turn in map(self._turn, self.turns):
            days = self._days(problem, turn)
            for worker, (low, high) in self._shares(problem, turn, days).items():
                yield turn, days, worker, low, high

    def _reason(self, worker: str, turn: Turn, low: int, high: int) -> Reason:
        return because(self, TURN, workers=[worker], turn=turn.text, low=low, high=high)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge for each duty above and below the share."""
        for turn, days, worker, low, high in self._asked(problem):
            duties = [model.works(worker, day, code) for day in days for code in turn.codes]
            reason = self._reason(worker, turn, low, high)
            model.prefer(model.over(duties, high), reason, self.weight)
            model.prefer(model.under(duties, low), reason, self.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count each person's duties of each turn."""
        for turn, days, worker, low, high in self._asked(problem):
            done = sum(code in turn.codes for day in days for code in roster.on(worker, day))
            away = max(done - high, low - done)
            if away > 0:
                yield Violation(self._reason(worker, turn, low, high), done, away * self.weight)
