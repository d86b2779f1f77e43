"""Titles whose holders lead whole weeks in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from scheduler.domain import Problem, Reason, Roster, Violation, Worker
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import weeks

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

PRESENT = Sentence(
    "{who}：{day}至{until}这一周当{title}，最多休息 {most} 天",
    "{who}: {title} of the week of {day}, so at most {most} day(s) off until {until}",
)
HELD = Sentence(
    "{day}至少一名{title}在岗（本周为{who}，休息时有人代）", "{day}: at least one {title} on duty, {who} or a deputy"
)
NOBODY = Sentence("{day}至少一名{title}在岗", "{day}: at least one {title} on duty")
LEADS = Sentence("{day}至{until}本周{title}：{who}", "{title} of the week of {day} to {until}: {who}")
DEPUTY = Sentence("{day}{lead}不在岗，{title}由{who}代", "{day}: {lead} is off, {who} deputises as {title}")


class Week(NamedTuple):
    """One title in one week: its days in the month on which the desk works, and who leads.

    Attributes
    ----------
    days : tuple of date
        Of the month, in order.
    holders : tuple of str
        Ids of everybody who holds it, in the order of turns from the lead on.
    most : int
        Days off that the lead has left in the week: those allowed, less those taken before the month.
    """

    title: str
    days: tuple[date, ...]
    holders: tuple[str, ...]
    most: int

    @property
    def lead(self) -> str:
        """The lead's id; empty where nobody holds the title."""
        return self.holders[0] if self.holders else ""


@dataclass(frozen=True)
class WeeklyLead(Constraint):
    """Titles whose holders lead whole weeks in turn.

    Rule
        同一职务的人按人员表顺序每周轮流带班：当周除规定的休息天数和请假外天天在岗，不在岗的那天由另一名同职务的人代。
        | The holders of a title lead whole weeks in turn, in the order of the people table. The lead is on duty every day
        of the week except for leave and the allowed rest days; on each day off another holder is on duty as deputy.
    Clause
        RULES 11, 123, C12
    Why
        每周都说得出谁是值班经理、值班主管，休息日也有人代。
        | Every week has its duty manager, and a deputy for the rest day.
    Counts as broken
        带班的人当周休息超过规定天数；某天没有一个担任此职务的人在岗。
        | The lead has more days off in the week than allowed, or on some day nobody with the title is on duty.
    Limits
        有人上班要求的日子才算；当周能上班不到一半日子的人，本周由顺序中下一个人带，以后的次序不变。学员不算担任职务。
        跨月的一周，上月已休的天数先扣掉（上月的请假也算休）。
        | Only days on which the desk needs people count. A person who is away on more than half of the week's days passes
        the week to the next in order; later weeks keep their order. Trainees hold no title. In a week that began last
        month, days off of last month (leave included) count as used.
    """

    titles: tuple[str, ...] = parameter(
        (),
        Sentence("每周轮流带班的职务（角色）", "roles whose holders lead a week in turn"),
        examples=("{role}",),
    )
    rest_days: int = parameter(
        1, Sentence("带班的一周最多休息几天", "days off in the lead's week at most"), unit="d", low=0, high=6
    )
    since: tuple[str, ...] = parameter(
        ("2026-01-05",),
        Sentence(
            "人员表中第一人带班的那一周里的一天，如 2026-01-05",
            "a day of a week led by the first in the table, such as 2026-01-05",
        ),
        examples=("2026-01-05", "2026-03-18"),
    )

    title: ClassVar[Sentence] = Sentence("每周轮流带班", "Weekly leads in turn")
    clause: ClassVar[Sentence] = Sentence(
        "值班经理、值班主管每周轮流，休息日有人代（RULES 11、123，C12）",
        "Duty managers and supervisors take weeks in turn, with deputies (RULES 11, 123, C12)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 15
    layer: ClassVar[Layer] = Layer.DESK

    def __post_init__(self) -> None:
        if len(self.since) > 1 or len(set(self.titles)) < len(self.titles) or not all(self.titles):
            raise ValueError(f"one day at most and each title once: {self.since}, {self.titles}")
        for text in self.since:
            date.fromisoformat(text)

    def applies(self, problem: Problem) -> bool:
        """Whether titles are named."""
        return bool(self.titles)

    def _weeks(self, problem: Problem) -> Iterator[Week]:
        """Every title in every week of the month."""
        start = date.fromisoformat(self.since[0]) if self.since else date(2026, 1, 5)
        (epoch,) = weeks((start,), problem.desk.first_weekday)
        past = {(duty.worker, duty.day) for duty in problem.history}
        worked = {day for _, day in past}
        for title in self.titles:
            holders = [worker for worker in problem.workers if title in worker.roles]
            for week in weeks(problem.dates, problem.desk.first_weekday):
                open_days = (day for day in week if day in problem.day_by_date)
                days = tuple(day for day in open_days if any(problem.heads_on(day).values()))
                if not days:
                    continue
                turn = (week[0] - epoch[0]).days // 7 % len(holders) if holders else 0
                order = [*holders[turn:], *holders[:turn]]
                fit = (at for at, one in enumerate(order) if 2 * len(self._present(problem, one, days)) >= len(days))
                at = next(fit, 0)
                ids = tuple(worker.id for worker in (*order[at:], *order[:at]))
                known = [day for day in week if day < problem.first and day in worked]
                off = sum((ids[0], day) not in past for day in known) if ids else 0
                yield Week(title, days, ids, max(0, self.rest_days - off))

    @staticmethod
    def _present(problem: Problem, worker: Worker, days: tuple[date, ...]) -> list[date]:
        return [day for day in days if problem.available(worker, day) and worker.qualified(day)]

    def _leads_days(self, problem: Problem, week: Week) -> list[date]:
        """The days on which the week's lead is there unless resting."""
        return self._present(problem, problem.worker_by_id[week.lead], week.days) if week.lead else []

    @staticmethod
    def _deputies(problem: Problem, week: Week, day: date) -> list[str]:
        """Who can hold the title on the day, the lead first."""
        return [worker for worker in week.holders if problem.worker_by_id[worker].qualified(day)]

    def _present_reason(self, week: Week, days: list[date]) -> Reason:
        return because(self, PRESENT, workers=[week.lead], days=[days[0], days[-1]], title=week.title, most=week.most)

    def _held_reason(self, week: Week, day: date) -> Reason:
        sentence, workers = (HELD, [week.lead]) if week.lead else (NOBODY, [])
        return because(self, sentence, workers=workers, days=[day], title=week.title)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Bound the lead's days off, and ask for a holder of the title on each day."""
        for week in self._weeks(problem):
            days = self._leads_days(problem, week)
            if days:
                off = [model.rests_on(week.lead, day) for day in days]
                model.require(off, at_most=week.most, because=self._present_reason(week, days))
            for day in week.days:
                on = [model.works_on(worker, day) for worker in self._deputies(problem, week, day)]
                model.require(on, at_least=1, because=self._held_reason(week, day))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the lead's days off week by week, and look for a holder of the title day by day."""
        for week in self._weeks(problem):
            days = self._leads_days(problem, week)
            off = sum(not roster.on(week.lead, day) for day in days)
            if off > week.most:
                yield Violation(self._present_reason(week, days), off)
            for day in week.days:
                if not any(roster.on(worker, day) for worker in self._deputies(problem, week, day)):
                    yield Violation(self._held_reason(week, day), 0)

    def arranges(self, problem: Problem, roster: Roster) -> list[Reason]:
        """Who leads each week, and who deputises on each day that the lead is off."""
        lines = []
        for week in self._weeks(problem):
            if not week.lead:
                continue
            span = [week.days[0], week.days[-1]]
            lines.append(because(self, LEADS, workers=[week.lead], days=span, title=week.title))
            for day in week.days:
                on = [worker for worker in self._deputies(problem, week, day) if roster.on(worker, day)]
                if on and on[0] != week.lead:
                    lead = problem.names[week.lead]
                    lines.append(because(self, DEPUTY, workers=on[:1], days=[day], title=week.title, lead=lead))
        return sorted(lines, key=lambda line: line.days[0])
