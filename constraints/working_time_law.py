"""The law on working time, reported apart from the desk's rules: it warns, or is enforced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import (
    Day,
    DayKind,
    Duty,
    HoursSystem,
    Noted,
    Problem,
    Protection,
    ProtectionKind,
    Reason,
    Roster,
    Shift,
    Violation,
    Worker,
)
from scheduler.i18n import Sentence, plain_number
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import DAY_MINUTES, ONE_DAY, Span, weeks

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

# What the law says, in minutes.
A_DAY = 8 * 60  # Labour Law 36; State Council regulation on working hours (1995) 3
MORE_A_DAY = 3 * 60  # Labour Law 41
A_WEEK = 44 * 60  # Labour Law 36; beyond 40 h it is overtime (regulation of 1995, 3)
MORE_A_MONTH = 36 * 60  # Labour Law 41; for hours reckoned over a period: 劳部发〔1997〕271号
NIGHT = ((0, 6 * 60), (22 * 60, DAY_MINUTES))  # 劳安字〔1989〕1号: night work of women is that from 22:00 to 6:00
REST = DAY_MINUTES  # Labour Law 38 asks for a day; the ministry's commentary: 24 h in a row

STANDARD, IRREGULAR = HoursSystem.STANDARD, HoursSystem.IRREGULAR
IN_CHINESE = dict(zip(("标准", "综合", "不定时"), HoursSystem, strict=True))
WIDE = str.maketrans("＝｜、", "=||")  # full-width characters of an input method
STEP = 8 * 60  # of a month's excess, as it is avoided
SHOWN = 3  # days or weeks that a finding lists; further ones are only counted

DAY = Sentence(
    "{who}：每天工时不超过 8 小时，已批加班另计、至多 3 小时（劳动法第36、41条）",
    "{who}: at most 8 h a day, approved overtime apart, of which at most 3 h (Labour Law 36, 41)",
)
WEEK = Sentence(
    "{who}：每周工时（当天已批加班另计）不超过 44 小时，超过 40 小时为加班（劳动法第36条，国务院工时规定第3条）",
    "{who}: at most 44 h a week, overtime approved for the day apart; beyond 40 h it is overtime"
    " (Labour Law 36, State Council on working hours 3)",
)
WEEK_OFF = Sentence(
    "{who}：{day}至{until}这一周有一个整天、连续 24 小时以上的休息（劳动法第38条）",
    "{who}: a day off, of 24 h or more on end, in the week of {day} (Labour Law 38)",
)
PAID = Sentence(
    "{who}：本月工时超过标准工时 {norm:h} 小时的部分是加班，按加班付工资或补休（劳动法第44条）",
    "{who}: hours beyond the month's norm of {norm:h} h are overtime, paid as such or given back (Labour Law 44)",
)
MONTH = Sentence(
    "{who}：本月加班不超过 36 小时，即工时不超过 {hours:h} 小时（标准工时 {norm:h} 小时；劳动法第41条）",
    "{who}: at most 36 h of overtime this month, {hours:h} h with the norm of {norm:h} h (Labour Law 41)",
)
PERIOD_PAID = Sentence(
    "{who}：综合计算工时，以本月为周期，超过 {norm:h} 小时的部分是加班（劳部发〔1994〕503号第5条，劳动法第44条）",
    "{who}: hours are reckoned over this month, beyond {norm:h} h they are overtime"
    " (劳部发〔1994〕503号 5, Labour Law 44)",
)
PERIOD = Sentence(
    "{who}：综合计算工时，以本月为周期，加班不超过 36 小时，即工时不超过 {hours:h} 小时"
    "（标准工时 {norm:h} 小时；劳部发〔1994〕503号第5条，劳动法第41条）",
    "{who}: hours are reckoned over this month, at most 36 h of overtime, {hours:h} h with the norm of {norm:h} h"
    " (劳部发〔1994〕503号 5, Labour Law 41)",
)
NO_NIGHT = Sentence(
    "{who}：{kind}，22 点至次日 6 点不安排上班（{article}）", "{who}: {kind}, no work from 22:00 to 6:00 ({article})"
)
NO_OVERTIME = Sentence(
    "{who}：{kind}，不安排加班：受保护的日子每天不超过 8 小时，合计不超过 {hours:h} 小时（{article}）",
    "{who}: {kind}, no overtime: on protected days at most 8 h each and {hours:h} h together ({article})",
)
HOLIDAY = Sentence(
    "{who}：法定节假日上班，工资不低于 300%（劳动法第44条第3项）",
    "{who}: work on statutory holidays, paid at 300% or more (Labour Law 44, 3)",
)
KINDS = {
    ProtectionKind.PREGNANT: Sentence("怀孕七个月以上", "pregnant from the seventh month"),
    ProtectionKind.NURSING: Sentence("哺乳未满一周岁婴儿", "nursing a child under one"),
    ProtectionKind.MINOR: Sentence("未成年工", "minor"),
}
ARTICLES = {
    ProtectionKind.PREGNANT: Sentence(
        "劳动法第61条，女职工劳动保护特别规定第6条", "Labour Law 61, protection of female employees 6"
    ),
    ProtectionKind.NURSING: Sentence(
        "劳动法第63条，女职工劳动保护特别规定第9条", "Labour Law 63, protection of female employees 9"
    ),
    ProtectionKind.MINOR: Sentence("劳动法第58条，未成年人保护法第61条", "Labour Law 58, protection of minors 61"),
}

ORDER = (NO_NIGHT, NO_OVERTIME, WEEK_OFF, DAY, MONTH, PERIOD, WEEK, PAID, PERIOD_PAID, HOLIDAY)


@dataclass(frozen=True)
class WorkingTimeLaw(Constraint):
    """The law on working time.

    Rule
        标准工时制：每天 8 小时、每周 40 小时，加班每天至多 3 小时、每月至多 36 小时，每周休息一日；怀孕七个月以上、
        哺乳期、未成年员工不上夜班、不加班。默认只提示：逐条写明法条，不算违规，不计代价；enforce = true 时必须做到。
        | Standard hours: 8 h a day and 40 h a week, overtime of at most 3 h a day and 36 h a month, a rest day every
        week. Workers who are pregnant from the seventh month, nursing or minors work neither at night nor overtime. By
        default the rule only warns, with the article: nothing counts as broken and nothing is charged. With
        enforce = true all of it has to be kept.
    Clause
        RULES 18, 168, C10, C11
    Why
        店规可以比法律严，不能比法律松；六天工作制的加班要让人看见。
        | House rules may be stricter than the law but not laxer; the overtime of a six-day week has to be visible.
    Counts as broken
        某天工时超过 8 小时加当天已批加班（至多 3 小时）；一周工时扣除已批加班超过 44 小时；一周没有连续 24 小时的整天休息；
        本月工时超过标准工时加 36 小时；受保护的人 22 点至 6 点有班，有加班，或超过 8 小时、超过受保护日子的标准工时。
        超过标准工时但未超 36 小时的，以及法定节假日上班的，只各记一行。写明起止时间的加班计入当天、当月工时，不计入每周 44 小时；
        有这样的加班的日子不算休息。
        | A day of more than 8 h plus the overtime approved for it (at most 3 h); a week of more than 44 h without approved
        overtime; a week without a day off of 24 h in a row; a month of more than its norm plus 36 h; a protected worker
        on duty between 22:00 and 6:00, on overtime, for more than 8 h a day, or for more than the norm of the protected
        days. Hours above the norm but within the 36 h, and duties on statutory holidays, are only listed, a line each.
        Overtime with a time of its own counts in the hours of its day and month, not in the 44 h of the week; its days are
        no rest.
    Limits
        标准工时按日历工作日乘 8 小时，扣除已批请假，不看店规的工作日和个人约定；培训、外出在工作日按 8 小时计入当周。
        综合计算工时制（须经批准）以一个月为周期，工时只看本月合计；不定时工作制只看每周休息和特殊保护。跨到下月的一周只看
        本月内的日子。劳动法第42条的抢修救险、第60、62、65条的经期、产假、体检、哺乳时间不在此检查；法律未明文禁止
        未成年工夜班，此处从严。
        | The norm is the calendar's working days times 8 h, less approved leave, whatever the desk's own working days or
        its agreements with a worker. Training and outside duty on working days count as 8 h of their week. Under the
        comprehensive system (which needs approval) only the month's total of hours is checked; under the irregular
        system only weekly rest and protection. Of a week that ends next month only the days of this month are checked.
        Emergencies (42) and articles 60, 62 and 65, nursing breaks included, are not checked. No article forbids nights
        of minors; here they count as forbidden.
    """

    enforce: bool = parameter(
        False, Sentence("true：必须做到；false：只提示", "true: has to be kept; false: only warned of")
    )
    system: tuple[str, ...] = parameter(
        (STANDARD,),
        Sentence(
            "工时制：standard（标准）、comprehensive（综合）或 irregular（不定时）；可按角色另写，如 irregular=客服经理|外勤；"
            "人员表写了的按人员表",
            "hours system: standard, comprehensive or irregular; others by role, such as irregular=manager|field;"
            " the people table's comes first",
        ),
        examples=("standard", "综合", "irregular={role}"),
    )

    title: ClassVar[Sentence] = Sentence("工时法规", "The law on working time")
    clause: ClassVar[Sentence] = Sentence(
        "遵守工时、加班、休息和特殊保护的法律规定（RULES 18、168，C10、C11）",
        "Lawful hours, overtime, rest and protection (RULES 18, 168, C10, C11)",
    )
    revision: ClassVar[int] = 2
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER  # it warns, or has to be kept: no repair bends it
    about_one: ClassVar[bool] = True
    in_law_report: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._systems()

    def _systems(self) -> dict[str, HoursSystem]:
        """The hours system by role, that of everybody else under an empty role; raises `ValueError`."""
        found: dict[str, HoursSystem] = {}
        for text in self.system:
            word, given, roles = (part.strip() for part in text.translate(WIDE).partition("="))
            system = IN_CHINESE.get(word, word)
            for role in roles.split("|") if given else [""]:
                if system not in tuple(HoursSystem) or role.strip() in found or bool(role.strip()) != bool(given):
                    raise ValueError(f"“{text}” is no hours system, or said twice")
                found[role.strip()] = HoursSystem(system)
        return found

    def applies(self, problem: Problem) -> bool:
        """Whether the desk keeps the Chinese calendar."""
        return problem.desk.calendar == "CN"

    # What both statements speak of

    def hours_system(self, worker: Worker) -> HoursSystem:
        """That of the worker's own row, else that of their first role that has one, else everybody's."""
        if worker.hours_system:
            return worker.hours_system
        systems = self._systems()
        return next((systems[role] for role in worker.roles if role in systems), systems.get("", STANDARD))

    def _norm(self, problem: Problem, worker: Worker) -> int:
        """Minutes of the month's standard time: 8 h for each working day of the calendar, approved leave apart."""
        return self._standard(problem, worker, problem.days)

    @staticmethod
    def _standard(problem: Problem, worker: Worker, days: Iterable[Day]) -> int:
        return round(A_DAY * sum(problem.present_part(worker, day.date) for day in days if not day.is_off))

    def _protected_norm(self, problem: Problem, worker: Worker) -> int:
        days = [day for day in problem.days if worker.protected(day.date)]
        return self._standard(problem, worker, days)

    def _extra(self, problem: Problem, worker: str) -> dict[date, int]:
        """Minutes of overtime with a time of its own, by its days, also before the month."""
        extra: dict[date, int] = {}
        for work in problem.extra_work.get(worker, ()):
            extra[work.day] = extra.get(work.day, 0) + work.overtime.minutes
        return extra

    def _taken(self, problem: Problem, worker: str) -> set[date]:
        """The days that overtime with a time of its own takes."""
        found = set()
        for work in problem.extra_work.get(worker, ()):
            found |= {work.day + ONE_DAY * n for n in range(-(-(work.overtime.end or 1) // DAY_MINUTES))}
        return found

    def _away(self, problem: Problem, worker: str, days: Iterable[date]) -> int:
        """Minutes of training and outside duty on working days of the month."""
        here = (day for day in days if day in problem.day_by_date and not problem.day_by_date[day].is_off)
        return A_DAY * sum(problem.at_work_elsewhere(worker, day) for day in here)

    def _touches_night(self, worker: Worker, day: date, shift: Shift) -> bool:
        """Whether a shift begun on the day reaches into a night from which the worker is protected."""
        return any(
            worker.protected(day + ONE_DAY * later) is not None
            and any(
                shift.start < end + later * DAY_MINUTES and start + later * DAY_MINUTES < shift.end
                for start, end in NIGHT
            )
            for later in (0, 1)
        )

    def _protection(self, problem: Problem, worker: Worker) -> Protection | None:
        """The first protection in force in the month, or on the day after it, into which a duty may reach."""
        if not worker.protections:
            return None
        reach = (*problem.dates, problem.last + ONE_DAY)
        return next((found for day in reach if (found := worker.protected(day))), None)

    def _left(
        self,
        problem: Problem,
        approved: dict[tuple[str, date], int],
        worker: str,
        week: Sequence[date],
        past: Iterable[Duty],
    ) -> int:
        """Minutes that a week's cap leaves for duties of the month, after its duties before the month."""
        return max(0, A_WEEK - _plain(problem, approved, past) - self._away(problem, worker, week))

    def _can_rest(self, problem: Problem, worker: Worker, week: Sequence[date]) -> bool:
        """Whether the roster can still give a rest day in the week: some day of the month without training or outside duty."""
        return any(day >= problem.first and not problem.at_work_elsewhere(worker.id, day) for day in week)

    def _whole_weeks(self, problem: Problem) -> list[tuple[date, ...]]:
        """The weeks that end in the month."""
        return [week for week in weeks(problem.dates, problem.desk.first_weekday) if week[-1] <= problem.last]

    # Reasons

    def _of(self, problem: Problem, worker: Worker, sentence: Sentence, **facts: object) -> Reason:
        """A Reason for a worker's month."""
        return because(self, sentence, workers=[worker.id], days=[problem.first, problem.last], **facts)

    def _paid_reason(self, problem: Problem, worker: Worker) -> Reason:
        sentence = PAID if self.hours_system(worker) == STANDARD else PERIOD_PAID
        return self._of(problem, worker, sentence, norm=self._norm(problem, worker) / 60)

    def _month_reason(self, problem: Problem, worker: Worker) -> Reason:
        norm = self._norm(problem, worker)
        sentence = MONTH if self.hours_system(worker) == STANDARD else PERIOD
        return self._of(problem, worker, sentence, hours=(norm + MORE_A_MONTH) / 60, norm=norm / 60)

    def _rest_reason(self, worker: Worker, week: Sequence[date]) -> Reason:
        return because(self, WEEK_OFF, workers=[worker.id], days=[week[0], week[-1]])

    def _protected_reason(self, problem: Problem, worker: Worker, kind: ProtectionKind, sentence: Sentence) -> Reason:
        facts: dict[str, object] = {"kind": KINDS[kind], "article": ARTICLES[kind]}
        if sentence is NO_OVERTIME:
            facts["hours"] = self._protected_norm(problem, worker) / 60
        return self._of(problem, worker, sentence, **facts)

    # To the solver

    def most_duties(self, problem: Problem, worker: Worker, days: Sequence[date]) -> int | None:
        """Where enforced: the days of each whole week less one, and as many shortest shifts as the month's hours hold."""
        if not self.enforce:
            return None
        given = set(days)
        most = len(days) - sum(given.issuperset(week) for week in self._whole_weeks(problem))
        shortest = min((problem.paid_minutes(day, code) for day in days for code in problem.codes_on(day)), default=0)
        if self.hours_system(worker) != IRREGULAR and shortest:
            most = min(most, (self._norm(problem, worker) + MORE_A_MONTH) // shortest)
        return most

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Where enforced: forbid what reaches into a protected night."""
        for worker in problem.workers if self.enforce else ():
            protection = self._protection(problem, worker)
            if protection:
                reason = self._protected_reason(problem, worker, protection.kind, NO_NIGHT)
                for day in problem.dates:
                    for shift in problem.shifts_on(day):
                        if self._touches_night(worker, day, shift):
                            model.forbid(worker.id, day, shift.code, reason)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Where enforced: bound each person's days, weeks and month, and ask for a rest day in each week."""
        if not self.enforce:
            return
        for worker in problem.workers:
            system = self.hours_system(worker)
            if system == STANDARD:
                self._encode_days_and_weeks(problem, model, worker)
            if system != IRREGULAR:
                most = self._norm(problem, worker) + MORE_A_MONTH - problem.extra_minutes(worker.id)
                self._bound(problem, model, worker, problem.dates, most, self._month_reason(problem, worker))
            self._encode_rest(problem, model, worker)
            self._encode_protection(problem, model, worker)

    def _bound(
        self, problem: Problem, model: RosterModel, worker: Worker, days: Sequence[date], most: int, reason: Reason
    ) -> None:
        """At most so many paid minutes on these days of the month."""
        cells = [model.works(worker.id, day, code) for day in days for code in problem.codes_on(day)]
        paid = [problem.paid_minutes(day, code) for day in days for code in problem.codes_on(day)]
        model.require(cells, at_most=most, weights=paid, step=60, because=reason)

    def _encode_days_and_weeks(self, problem: Problem, model: RosterModel, worker: Worker) -> None:
        approved, extra = problem.duty_overtime, self._extra(problem, worker.id)
        a_day, a_week = self._of(problem, worker, DAY), self._of(problem, worker, WEEK)
        for day in problem.dates:
            more = extra.get(day, 0)
            most = A_DAY + min(approved.get((worker.id, day), 0) + more, MORE_A_DAY) - more
            longest = max((problem.paid_minutes(day, code) for code in problem.codes_on(day)), default=0)
            if not model.exclusive or longest > most or most < 0:
                self._bound(problem, model, worker, [day], most, a_day)
        past = [duty for duty in problem.history if duty.worker == worker.id]
        for week in weeks(problem.dates, problem.desk.first_weekday):
            cells = [(d, code) for d in week if d in problem.day_by_date for code in problem.codes_on(d)]
            model.require(
                [model.works(worker.id, day, code) for day, code in cells],
                at_most=self._left(problem, approved, worker.id, week, [duty for duty in past if duty.day in week]),
                weights=[
                    max(0, problem.paid_minutes(day, code) - approved.get((worker.id, day), 0)) for day, code in cells
                ],
                step=60,
                because=a_week,
            )

    def _encode_rest(self, problem: Problem, model: RosterModel, worker: Worker) -> None:
        taken = self._taken(problem, worker.id)
        for week in self._whole_weeks(problem):
            if not self._can_rest(problem, worker, week):
                continue
            free = []
            for day in week:
                if day in taken or problem.at_work_elsewhere(worker.id, day):
                    continue
                parts = [model.rests_on(worker.id, day)]
                eve, morrow = day - ONE_DAY, day + ONE_DAY
                for shift in (late for late in problem.shifts_on(eve) if late.end > DAY_MINUTES):
                    ended = problem.span(eve, shift.code).end
                    evening = model.works(worker.id, eve, shift.code)
                    early = [c for c in problem.codes_on(morrow) if problem.span(morrow, c).start - ended < REST]
                    morning = model.any_of([model.works(worker.id, morrow, other) for other in early])
                    parts.append(model.negated(model.all_of([evening, morning])))
                free.append(model.all_of(parts))
            model.require(free, at_least=1, because=self._rest_reason(worker, week))

    def _encode_protection(self, problem: Problem, model: RosterModel, worker: Worker) -> None:
        days = [day for day in problem.dates if worker.protected(day)]
        protection = self._protection(problem, worker)
        if not days or not protection:
            return
        reason = self._protected_reason(problem, worker, protection.kind, NO_OVERTIME)
        extra = self._extra(problem, worker.id)
        for day in days:
            self._bound(problem, model, worker, [day], A_DAY, reason)
            if day in extra:
                model.require([1], at_most=0, because=reason)
        self._bound(problem, model, worker, days, self._protected_norm(problem, worker), reason)

    def avoid(self, problem: Problem, model: RosterModel) -> None:
        """Where only warned of: avoid weeks beyond their 44 h, and each `STEP` of a month beyond its 36 h of overtime."""
        approved = problem.duty_overtime
        for worker in problem.workers if not self.enforce else ():
            system = self.hours_system(worker)
            past = [duty for duty in problem.history if duty.worker == worker.id]
            for week in weeks(problem.dates, problem.desk.first_weekday) if system == STANDARD else ():
                cells, minutes, most = [], [], 0
                for day in (day for day in week if day in problem.day_by_date):
                    there = problem.codes_on(day)
                    counted = [
                        max(0, problem.paid_minutes(day, code) - approved.get((worker.id, day), 0)) for code in there
                    ]
                    cells += [model.works(worker.id, day, code) for code in there]
                    minutes += counted
                    most += max(counted, default=0) if model.exclusive else sum(counted)
                left = self._left(problem, approved, worker.id, week, [duty for duty in past if duty.day in week])
                if most > left:
                    model.avoid(model.beyond(model.amount(cells, minutes), left, most - left))
            if system != IRREGULAR:
                cells = [model.works(worker.id, day, code) for day in problem.dates for code in problem.codes_on(day)]
                minutes = [problem.paid_minutes(day, code) for day in problem.dates for code in problem.codes_on(day)]
                left = self._norm(problem, worker) + MORE_A_MONTH - problem.extra_minutes(worker.id)
                model.avoid(model.beyond(model.amount(cells, minutes), left, STEP))

    # Of a finished roster

    def count_avoided(self, problem: Problem, roster: Roster) -> int:
        """Count each person's weeks beyond 44 h, and the steps of a month beyond its overtime."""
        count, approved = 0, problem.duty_overtime
        for worker in problem.workers if not self.enforce else ():
            system = self.hours_system(worker)
            duties = [duty for duty in roster.duties if duty.worker == worker.id]
            month = [duty for duty in duties if duty.day >= problem.first]
            if system == STANDARD:
                for week in weeks(problem.dates, problem.desk.first_weekday):
                    past = [duty for duty in duties if duty.day in week and duty.day < problem.first]
                    plain = _plain(problem, approved, [duty for duty in month if duty.day in week])
                    count += plain > self._left(problem, approved, worker.id, week, past)
            if system != IRREGULAR:
                total = sum(problem.paid_minutes(duty.day, duty.shift) for duty in month)
                above = total + problem.extra_minutes(worker.id) - self._norm(problem, worker) - MORE_A_MONTH
                count += max(0, -(-above // STEP))
        return count

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Add up each person's days, weeks and month, and look for their rest days; the most serious first."""
        yield from sorted(self._found(problem, roster), key=lambda each: ORDER.index(each.reason.sentence))

    def _found(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        noted = None if self.enforce else Noted.LAW
        mine: dict[str, list[Duty]] = {worker.id: [] for worker in problem.workers}
        for duty in roster.duties:
            mine[duty.worker].append(duty)
        for worker in problem.workers:
            system, duties = self.hours_system(worker), mine[worker.id]
            extra = self._extra(problem, worker.id)
            month = [duty for duty in duties if duty.day >= problem.first]
            paid: dict[date, int] = {}
            for duty in month:
                paid[duty.day] = paid.get(duty.day, 0) + problem.paid_minutes(duty.day, duty.shift)
            if system == STANDARD:
                for reason, found in self._long_days_and_weeks(problem, extra, worker, duties, paid):
                    yield Violation(reason, found, noted=noted)
            if system != IRREGULAR:
                norm, total = self._norm(problem, worker), sum(paid.values())
                total += sum(minutes for day, minutes in extra.items() if day in problem.day_by_date)
                found = f"{plain_number(total / 60, 2)} h, +{plain_number((total - norm) / 60, 2)} h"
                if total > norm + MORE_A_MONTH:
                    yield Violation(self._month_reason(problem, worker), found, noted=noted)
                elif total > norm:
                    yield Violation(self._paid_reason(problem, worker), found, noted=Noted.LAW)
            yield from self._weeks_without_rest(problem, worker, duties)
            for reason, found in self._against_protection(problem, worker, month, paid, extra):
                yield Violation(reason, found, noted=noted)
            if system != IRREGULAR:
                holidays = _on_holidays(problem, duties)
                for day, minutes in extra.items():
                    if day in problem.day_by_date and problem.day_by_date[day].kind == DayKind.STATUTORY:
                        holidays[day] = holidays.get(day, 0) + minutes
                if holidays:
                    yield Violation(self._of(problem, worker, HOLIDAY), _listed(holidays), noted=Noted.LAW)

    def _long_days_and_weeks(
        self,
        problem: Problem,
        extra: dict[date, int],
        worker: Worker,
        duties: Sequence[Duty],
        paid: dict[date, int],
    ) -> Iterator[tuple[Reason, str]]:
        approved, days = problem.duty_overtime, {}
        for day in problem.dates:
            more = extra.get(day, 0)
            whole = paid.get(day, 0) + more
            if whole > A_DAY + min(approved.get((worker.id, day), 0) + more, MORE_A_DAY):
                days[day] = whole
        if days:
            yield self._of(problem, worker, DAY), _listed(days)
        long = {}
        for week in weeks(problem.dates, problem.desk.first_weekday):
            here = [duty for duty in duties if week[0] <= duty.day <= week[-1]]
            past = [duty for duty in here if duty.day < problem.first]
            plain = _plain(problem, approved, [duty for duty in here if duty.day >= problem.first])
            if plain > self._left(problem, approved, worker.id, week, past):
                long[week[0]] = plain + _plain(problem, approved, past) + self._away(problem, worker.id, week)
        if long:
            yield self._of(problem, worker, WEEK), _listed(long, days=7)

    def _weeks_without_rest(self, problem: Problem, worker: Worker, duties: Sequence[Duty]) -> Iterator[Violation]:
        spans: dict[date, list[Span]] = {}
        for duty in duties:
            spans.setdefault(duty.day, []).append(problem.span(duty.day, duty.shift))
        taken = self._taken(problem, worker.id)
        for week in self._whole_weeks(problem):
            for day in week:
                if day in spans or day in taken or problem.at_work_elsewhere(worker.id, day):
                    continue
                until = max((span.end - problem.minute_at(day, 0) for span in spans.get(day - ONE_DAY, ())), default=0)
                since = min(
                    (span.start - problem.minute_at(day, 0) for span in spans.get(day + ONE_DAY, ())), default=2 * REST
                )
                if until <= 0 or since - until >= REST:
                    break
            else:
                hard = self.enforce and self._can_rest(problem, worker, week)
                yield Violation(self._rest_reason(worker, week), noted=None if hard else Noted.LAW)

    def _against_protection(
        self, problem: Problem, worker: Worker, month: Sequence[Duty], paid: dict[date, int], extra: dict[date, int]
    ) -> Iterator[tuple[Reason, str]]:
        protection = self._protection(problem, worker)
        if not protection:
            return
        nights = {
            duty.day: paid[duty.day]
            for duty in month
            if self._touches_night(worker, duty.day, problem.shift_on(duty.day, duty.shift))
        }
        if nights:
            yield self._protected_reason(problem, worker, protection.kind, NO_NIGHT), _listed(nights)
        kept = {day: minutes for day, minutes in paid.items() if worker.protected(day)}
        days = {
            day: paid.get(day, 0) + extra.get(day, 0)
            for day in problem.dates
            if worker.protected(day) and (day in extra or paid.get(day, 0) > A_DAY)
        }
        total = sum(kept.values())
        if days or total > self._protected_norm(problem, worker):
            found = _listed(days) if days else f"{plain_number(total / 60, 2)} h"
            yield self._protected_reason(problem, worker, protection.kind, NO_OVERTIME), found


def _plain(problem: Problem, approved: dict[tuple[str, date], int], duties: Iterable[Duty]) -> int:
    """Paid minutes of duties, each without the overtime approved for its day."""
    return sum(
        max(0, problem.paid_minutes(duty.day, duty.shift) - approved.get((duty.worker, duty.day), 0)) for duty in duties
    )


def _on_holidays(problem: Problem, duties: Iterable[Duty]) -> dict[date, int]:
    """Paid minutes on each statutory holiday of the month, those of a duty begun the day before included."""
    found: dict[date, int] = {}
    for _, day, code in duties:
        for touched, minutes in zip((day, day + ONE_DAY), problem.paid_by_day(day, code), strict=True):
            there = problem.day_by_date.get(touched)
            if minutes and there and there.kind == DayKind.STATUTORY:
                found[touched] = found.get(touched, 0) + minutes
    return found


def _listed(minutes: dict[date, int], days: int = 1) -> str:
    """Days, or spans of so many days, with their hours: the first of many, and how many there are."""
    shown = []
    for first in sorted(minutes)[:SHOWN]:
        name = f"{first:%m-%d}" if days == 1 else f"{first:%m-%d}..{first + (days - 1) * ONE_DAY:%m-%d}"
        shown.append(f"{name} {plain_number(minutes[first] / 60, 2)} h")
    return ", ".join(shown) + (f" … ({len(minutes)})" if len(minutes) > SHOWN else "")
