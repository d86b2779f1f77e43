"""Duties that everybody who can take them takes in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scheduler.domain import (
    DAY_KEYS,
    EITHER,
    Note,
    Problem,
    Reason,
    Roster,
    Violation,
    as_fraction,
    day_match,
    is_day_key,
)
from scheduler.i18n import Sentence, plain_number
from scheduler.rules import Constraint, Layer, because, note_on, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

TURN = Sentence(
    "{who}：“{turn}”轮流值，应值 {low}–{high} 个", "{who}: {turn} is taken in turn, {low} to {high} of them"
)
OF_ALL = Sentence(
    "{who}：“{turn}”轮流值，应值全部所排的 {part}%", "{who}: {turn} is taken in turn, {part}% of all that is rostered"
)
NO_DAY = Sentence("本月没有 {turns} 的日子，不轮流", "no such day this month, so that no turns are taken: {turns}")
NOT_ASKED = Sentence(
    "{turns} 不轮流：需求里没有目标人数", "no turns are taken where the demand table has no target: {turns}"
)
NOBODY = Sentence("{turns} 不轮流：本月没有人能值", "no turns are taken, as nobody can take one this month: {turns}")
CANNOT = Sentence("{turns} 不轮到{who}：不能值这样的班", "{turns}: no turn comes to {who}, who cannot take any")
WIDE = str.maketrans("｜＠＆", "|@&")  # full-width characters of an input method


class Turn(NamedTuple):
    """Shifts that are taken in turn, and the keys of the days on which they are."""

    text: str
    codes: tuple[str, ...]
    keys: tuple[str, ...]


class Share(NamedTuple):
    """One person's share of a turn: a part of what is rostered, and the bounds around it within which nothing is charged.

    The part is 0 where demand says how much there is.
    """

    worker: str
    part: Fraction
    low: int | Fraction
    high: int | Fraction


@dataclass(frozen=True)
class Turns(Constraint):
    """Duties taken in turn.

    Rule
        午间值班、周日班、节假日班这类班，能值的人轮流值，每人本月个数取公平份额的上下整数。
        | Duties such as noons, Sundays or holidays are shared among those who can take them: each has a fair share of
        the month's number, rounded down or up. Where the need comes by time of day, that is the number rostered.
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
    revision: ClassVar[int] = 2
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

    def _shares(self, problem: Problem, turn: Turn, days: list[date]) -> Iterator[Share]:
        """The bounds of each share, for those who can take any such duty."""
        heads = 0
        chances = {worker.id: 0.0 for worker in problem.workers}
        for day in days:
            rows = [row for row in problem.demand_on(day) if row.shift in turn.codes and (row.target or problem.slots)]
            heads += sum(number for code, number in problem.heads_on(day).items() if code in turn.codes)
            for worker in problem.workers:
                shifts = [problem.shift_on(day, row.shift) for row in rows if row.counts(worker, day)]
                if any(problem.can_take(worker, day, shift) for shift in shifts):
                    chances[worker.id] += worker.share
        total = sum(chances.values())
        for one, chance in chances.items():
            if not chance:
                continue
            if problem.slots:
                yield Share(one, as_fraction(chance / total), -EITHER, EITHER)
            else:
                share = round(heads * chance / total, 6)
                yield Share(one, Fraction(0), floor(share), ceil(share))

    def _reason(self, turn: Turn, share: Share) -> Reason:
        if share.part:
            part = plain_number(float(100 * share.part))
            return because(self, OF_ALL, workers=[share.worker], turn=turn.text, part=part)
        return because(self, TURN, workers=[share.worker], turn=turn.text, low=int(share.low), high=int(share.high))

    def left_out(self, problem: Problem) -> Iterator[Note]:
        """The turns that are not shared, and those who have no share of one that is; turns that are alike together."""
        present = [w.id for w in problem.workers if any(problem.available(w, day) for day in problem.dates)]
        alike: dict[Sentence, list[str]] = {}
        apart: dict[tuple[str, ...], list[str]] = {}
        for turn in map(self._turn, self.turns):
            days = self._days(problem, turn)
            sharing = {share.worker for share in self._shares(problem, turn, days)}
            rows = [row for day in days for row in problem.demand_on(day) if row.shift in turn.codes]
            if not days:
                alike.setdefault(NO_DAY, []).append(turn.text)
            elif not problem.slots and not any(row.target for row in rows):
                alike.setdefault(NOT_ASKED, []).append(turn.text)
            elif not sharing:
                alike.setdefault(NOBODY, []).append(turn.text)
            elif cannot := tuple(who for who in present if who not in sharing):
                apart.setdefault(cannot, []).append(turn.text)
        for sentence, turns in alike.items():
            yield Note(sentence, (("turns", ", ".join(turns)),))
        for people, turns in apart.items():
            yield note_on(problem, people, CANNOT, turns=", ".join(turns))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge for each duty above and below the share."""
        for turn in map(self._turn, self.turns):
            days = self._days(problem, turn)
            cells = [(day, code) for day in days for code in turn.codes]
            shares = list(self._shares(problem, turn, days))
            of_rostered = any(share.part for share in shares)
            people = list(problem.worker_by_id) if of_rostered else [share.worker for share in shares]
            done = {one: model.amount([model.works(one, *cell) for cell in cells], [1] * len(cells)) for one in people}
            whole = model.total(list(done.values())) if of_rostered else 0
            for share in shares:
                reason, each = self._reason(turn, share), done[share.worker]
                model.prefer(model.beyond(each, share.high, part=share.part, whole=whole), reason, self.weight)
                model.prefer(model.short_of(each, share.low, part=share.part, whole=whole), reason, self.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count each person's duties of each turn."""
        for turn in map(self._turn, self.turns):
            days = self._days(problem, turn)
            done = {
                worker: sum(code in turn.codes for day in days for code in roster.on(worker, day))
                for worker in problem.worker_by_id
            }
            for share in self._shares(problem, turn, days):
                low, high = (share.part * sum(done.values()) + bound for bound in (share.low, share.high))
                away = max(ceil(done[share.worker] - high), ceil(low - done[share.worker]))
                if away > 0:
                    yield Violation(self._reason(turn, share), done[share.worker], away * self.weight)
