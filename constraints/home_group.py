"""Duties at another group's post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

MOVED = Sentence("{who}（{team}）{day}支援“{post}”：{shift}", "{who} ({team}) helps out at {post} on {day}: {shift}")


@dataclass(frozen=True)
class HomeGroup(Constraint):
    """Home group.

    Rule
        各组的人尽量上本组岗位的班，多技能的人需要时可以支援别组。
        | People work at their own group's posts as far as possible. People with further skills help other groups when
        needed.
    Clause
        RULES 124, 171
    Why
        本组的事本组熟；跨组支援要看得见。 | A group knows its own work best, and help across groups has to be visible.
    Counts as broken
        不会“违反”；每上一个别组岗位的班计为让步，写明谁支援了哪里。
        | Never broken. Each duty at another group's post is a compromise that says who helps where.
    Limits
        只管 posts 里写到的班组和有岗位的班次；能不能上别组的班由技能与可上班次决定。
        | Applies to the teams named in posts and to shifts that have a post. Skills and allowed shifts decide who can help.
    """

    posts: tuple[str, ...] = parameter(
        (),
        Sentence("班组=本组岗位，如 订单组=订单、综合组=订单|客服", "team=its posts, such as ORDERS=orders|service"),
        examples=("{team}={posts}",),
    )
    weight: int = parameter(
        1, Sentence("每支援别组一个班的代价", "cost of each duty at another group's post"), low=0, high=1000
    )

    title: ClassVar[Sentence] = Sentence("本组岗位", "Home group")
    clause: ClassVar[Sentence] = Sentence(
        "各组顶各组的岗，多技能的人可跨组支援（RULES 124、171）",
        "Groups staff their own posts; cross-skilled people may move (RULES 124, 171)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER

    def __post_init__(self) -> None:
        homes = [self._home(text) for text in self.posts]
        if len(dict(homes)) < len(homes):
            raise ValueError(f"a team twice among {self.posts}")

    @staticmethod
    def _home(text: str) -> tuple[str, tuple[str, ...]]:
        """Team and posts of `TEAM=POST|POST`; raises `ValueError` for a text not written so."""
        team, _, posts = (part.strip() for part in text.replace("＝", "=").replace("｜", "|").partition("="))
        names = tuple(post.strip() for post in posts.split("|"))
        if not team or not all(names):
            raise ValueError(f"“{text}” is not written TEAM=POST")
        return team, names

    def applies(self, problem: Problem) -> bool:
        """Whether somebody could work at another group's post."""
        return any(self._moves(problem, worker) for worker in problem.workers)

    def _moves(self, problem: Problem, worker: Worker) -> list[tuple[date, str]]:
        """The shifts at posts that are not those of the worker's team, in the order of the codes."""
        homes = dict(self._home(text) for text in self.posts)
        if not self.weight or worker.team not in homes:
            return []
        away = {
            (day, shift.code)
            for day in problem.dates
            for shift in problem.shifts_on(day)
            if shift.post and shift.post not in homes[worker.team]
        }
        return [(day, code) for code in problem.codes for day in problem.dates if (day, code) in away]

    def _reason(self, problem: Problem, worker: Worker, day: date, code: str) -> Reason:
        shift = problem.shift_on(day, code)
        return because(
            self, MOVED, workers=[worker.id], days=[day], team=worker.team, post=shift.post, shift=shift.name
        )

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Charge for each duty at another group's post."""
        for worker in problem.workers:
            for day, code in self._moves(problem, worker):
                moved = model.works(worker.id, day, code)
                model.prefer(moved, self._reason(problem, worker, day, code), self.weight)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Name each duty at another group's post."""
        for worker in problem.workers:
            moves = set(self._moves(problem, worker))
            for day in problem.dates if moves else ():
                for code in roster.on(worker.id, day):
                    if (day, code) in moves:
                        yield Violation(self._reason(problem, worker, day, code), cost=self.weight)
