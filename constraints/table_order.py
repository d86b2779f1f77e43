"""Slots that are taken in the order of the people table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

TURN = Sentence("{day}“{shift}”按人员表顺序轮到{who}", "{day}, {shift}: in the order of the table it is {who}'s turn")
WIDE = str.maketrans("＞", ">")  # full-width character of an input method


class Slot(NamedTuple):
    """A shift of a day with one head."""

    day: date
    code: str


@dataclass(frozen=True)
class TableOrder(Constraint):
    """Turns in the order of the people table.

    Rule
        同一轮值表上的班次一个接一个，由能值的人按人员表顺序轮流，轮完从头再来；请假的人跳过。
        | The shifts of a rota follow one another and are taken in the order of the people table by those who can work
        them, from the top again after its end. People on leave are skipped.
    Clause
        RULES 66, C17
    Why
        按值班表顺序轮流值班，不得擅自调换或放弃。 | Turns follow the table; nobody swaps or gives up a turn without leave.
    Counts as broken
        不会“违反”；上一班之后不是轮到的人来值，计为让步，写明该轮到谁。
        | Never broken. A shift that the next person in the table does not take is a compromise that says whose turn it was.
    Limits
        只看目标恰为一人的班次；上一班没人值，顺序从下一班重新算起；上月最后一班从上月排班读出。换了人之后从实际值班的人往下轮。
        | Applies only to shifts that ask for exactly one person. After a shift that nobody took, the order starts again.
        The first shift of the month follows the last one of the history. After a deviation the order goes on from
        whoever took the shift.
    """

    orders: tuple[str, ...] = parameter(
        (),
        Sentence(
            "一天里班次的先后，如 夜>早>中；只有一个班次写 值>",
            "the shifts of a day in their order, such as NIGHT>EARLY>LATE; DUTY> where it is only one",
        ),
        examples=("{shift}>{shift}>{shift}", "{shift}>{shift}", "{shift}>"),
    )
    weight: int = parameter(20, Sentence("每处不按顺序的代价", "cost of each deviation"), low=1, high=1000)

    title: ClassVar[Sentence] = Sentence("按表轮流", "Turns in table order")
    clause: ClassVar[Sentence] = Sentence(
        "按值班表顺序轮流值班（RULES 66，C17）", "Turns are taken in the order of the table (RULES 66, C17)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def __post_init__(self) -> None:
        for text in self.orders:
            self._codes(text)

    @staticmethod
    def _codes(text: str) -> tuple[str, ...]:
        """The codes of `A>B>C` or `A>`; raises `ValueError` for a text not written so."""
        codes = tuple(code.strip() for code in text.translate(WIDE).split(">"))
        if len(codes) == 2 and not codes[1]:
            codes = codes[:1]
        elif len(codes) == 1:
            codes = ()
        if not codes or not all(codes) or len(set(codes)) < len(codes) or "|" in text:
            raise ValueError(f"“{text}” is not written A>B>C, or A> for one shift")
        return codes

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return {code for text in self.orders for code in self._codes(text)}

    def applies(self, problem: Problem) -> bool:
        """Whether orders are named; raises `ValueError` where one has a shift that the desk does not have."""
        self.check_shifts(problem)
        return bool(self.orders)

    def _slots(self, problem: Problem, codes: tuple[str, ...]) -> list[Slot]:
        """The slots with one head in their order, after the last one of the history that somebody took."""
        past = [Slot(duty.day, duty.shift) for duty in problem.history if duty.shift in codes]
        last = max(past, key=lambda slot: (slot.day, codes.index(slot.code)), default=None)
        month = [Slot(day, code) for day in problem.dates for code in codes if problem.heads_on(day).get(code) == 1]
        return [last, *month] if last else month

    @staticmethod
    def _able(problem: Problem, slot: Slot) -> list[str]:
        """Who can take a slot, in the order of the table."""
        shift = problem.shift_on(slot.day, slot.code)
        return [worker.id for worker in problem.workers if problem.can_take(worker, slot.day, shift)]

    def _turns(self, problem: Problem) -> Iterator[tuple[Slot, Slot, str, list[str]]]:
        """Two slots that follow each other, who has the turn on the second, and after whom on the first."""
        table = [worker.id for worker in problem.workers]
        for codes in map(self._codes, self.orders):
            for before, slot in pairwise(self._slots(problem, codes)):
                able = set(self._able(problem, slot))
                after: dict[str, list[str]] = {}
                for worker in self._able(problem, before) if able else ():
                    at = table.index(worker) + 1
                    turn = next(other for other in [*table[at:], *table[:at]] if other in able)
                    after.setdefault(turn, []).append(worker)
                for turn, workers in after.items():
                    yield before, slot, turn, workers

    def _reason(self, slot: Slot, turn: str) -> Reason:
        return because(self, TURN, workers=[turn], days=[slot.day], shift=slot.code)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge where the slot before was taken and the next in the table does not take this one."""
        for before, slot, turn, workers in self._turns(problem):
            reached = model.any_of([model.works(worker, *before) for worker in workers])
            passed = model.all_of([reached, model.negated(model.works(turn, *slot))])
            model.prefer(passed, self._reason(slot, turn), self.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Go through the slots, and compare who takes each with whose turn it is."""
        for before, slot, turn, workers in self._turns(problem):
            reached = any(before.code in roster.on(worker, before.day) for worker in workers)
            if reached and slot.code not in roster.on(turn, slot.day):
                there = [w.id for w in problem.workers if slot.code in roster.on(w.id, slot.day)]
                found = "、".join(problem.names[worker] for worker in there) or "–"
                yield Violation(self._reason(slot, turn), found, self.weight)
