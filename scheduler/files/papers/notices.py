"""Letters to people and calendar files for them (RULES 1, 5): their month at first, then what changes for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from pathlib import Path

from scheduler.domain import Month, Problem
from scheduler.files.papers.calendar import BECAUSE, CalendarStep, day_events, make_calendar
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import IF_CALLED
from scheduler.files.writing.wording import say_day, say_month, say_moved
from scheduler.i18n import LANGS, Lang, Sentence, day_name
from scheduler.passing import OWNER_ALONE, Access, file_part, make_own_folder, put_file
from scheduler.workflow.holdings import FREE_DAY, MovedDay, PersonNews, PrintedDay

MONTH_NAME, CHANGE_NAME, VOID_NAME = Sentence("班表", "month"), Sentence("变更", "change"), Sentence("作废", "void")
TO = Sentence("{name}（{id}）：", "{name} ({id}),")
FIRST = Sentence(
    "{desk} {month}排班表第 {version} 版已发布，您的班如下：",
    "Version {version} of the roster of {desk} for {month} is published. Your duties:",
)
DAY = Sentence("{day}：{what}", "{day}: {what}")
OTHER_DAYS = Sentence(
    "其余日期休息。共 {n} 班、{hours:h} 小时。", "You are off on other days. Duties: {n}, hours: {hours:h}."
)
OVERTIME_TOO = Sentence("另有加班 {n} 次、{hours:h} 小时。", "Overtime besides: {n}, hours: {hours:h}.")
STANDBY_TOO = Sentence("另有备班 {n} 次：{what}。", "Standing by besides: {n}; {what}.")
MOVED = Sentence(
    "{desk} {month}排班表已改为第 {version} 版，您有 {n} 天变动：",
    "The roster of {desk} for {month} is now version {version}. It changes {n} of your days:",
)
AGAINST_VOID = Sentence(
    "您手中的第 {n} 版已撤回作废。与它相比，有 {days} 天变动：",
    "Version {n}, which you hold, was withdrawn. {days} of its days are changed:",
)
AS_BEFORE = Sentence(
    "您手中的第 {n} 版已撤回作废；您的班与它相同。",
    "Version {n}, which you hold, was withdrawn; your duties are the same.",
)
LINE = Sentence("  {line}", "  {line}")
APPROVED = Sentence("批准：{by}", "Approved by: {by}")
PUBLISHED = Sentence("发布：{by}", "Published by: {by}")
IN_FORCE = Sentence("现行版本：第 {version} 版{mark}", "In force: version {version}{mark}")
MARK = Sentence("（指纹 {mark}）", " (fingerprint {mark})")
VOID = Sentence(
    "第 {n} 版作废：请停止使用，把旧表交回。其余日期不变。",
    "Version {n} is void: stop using it and return your copy. Your other days stay as they were.",
)
RETURN_IT = Sentence("请把第 {n} 版交回。", "Return your copy of version {n}.")
SIGN = Sentence("收到请签收。", "Please sign for your copy.")
WITHDRAWN = Sentence(
    "{desk} {month}排班表第 {version} 版已于 {at} 撤回作废，您手中的第 {held} 版请停止使用并交回。",
    "Version {version} of the roster of {desk} for {month} was withdrawn at {at}. Stop using version {held}, which you hold,"
    " and return it.",
)
NOTHING_YET = Sentence(
    "该月现在没有在用的排班表；新版发布后另行通知。",
    "No roster of that month is in force now; you will be told of the new one.",
)
WITHDRAWN_BY = Sentence("经办：{by}", "By: {by}")
CALENDAR_TOO = Sentence(
    "附日历文件 {name}：导入后，原有日程会更新或取消。",
    "The calendar file {name} updates or cancels what earlier files put into your calendar.",
)
CALENDAR_FIRST = Sentence(
    "附日历文件 {name}：导入后可在日历中查看。", "The calendar file {name} puts them into your calendar."
)
NOT_GIVEN = Sentence("未写", "not given")


@dataclass(frozen=True)
class Letterhead:
    """What all letters of a step have in common.

    Attributes
    ----------
    step : CalendarStep
        The publication or withdrawal that they tell of.
    by : str
        Name of who published, approved or withdrew; empty where that is not known.
    """

    step: CalendarStep
    _: KW_ONLY
    by: str = ""


def write_notices(
    folder: Path,
    edition: Edition,
    news: Sequence[PersonNews],
    head: Letterhead,
    lang: Lang = "zh",
    access: Access = OWNER_ALONE,
) -> list[Path]:
    """Write a letter for each person for whom a version says something new, and a calendar file where duties are concerned.

    Parameters
    ----------
    folder : Path
        Made where it is not there; files of those names are replaced.
    edition : Edition
        The version now in force.
    news : sequence of PersonNews
        Those who are told; whoever has no good copy is told the whole month, and others what differs from theirs.
    access : Access
        Who may read these files.

    Returns
    -------
    list of Path
        People in the desk's order, for each the letter and then the calendar.

    Raises
    ------
    OSError
        When a file cannot be written.
    """
    make_own_folder(folder)
    order = {worker: place for place, worker in enumerate(edition.problem.worker_by_id)}
    written: list[Path] = []
    for each in sorted(news, key=lambda one: (order.get(one.worker, len(order)), one.worker)):
        letter = (
            _month_letter(edition, each, head, lang) if each.is_whole else _change_letter(edition, each, head, lang)
        )
        days = _whole_month(each) if each.is_whole or not (each.holding and each.holding.in_calendar) else each.moved
        kind, told = (MONTH_NAME, CALENDAR_FIRST) if each.is_whole else (CHANGE_NAME, CALENDAR_TOO)
        name = _file_name(edition.problem.desk.id, edition.problem.month, edition.version, each.worker, kind, lang)
        written += _put(folder / name, edition.problem, each, letter, days, head.step, lang, told, access)
    return written


def write_withdrawal(
    folder: Path,
    problem: Problem,
    held: Sequence[PersonNews],
    head: Letterhead,
    lang: Lang = "zh",
    access: Access = OWNER_ALONE,
) -> list[Path]:
    """Write to everybody who holds a copy that it is void, and take the duties that have not begun out of their calendars.

    Parameters
    ----------
    held : sequence of PersonNews
        Those who hold a copy; what it prints of a day is the day before the change, and a day that is taken out has moved.

    Returns
    -------
    list of Path

    Raises
    ------
    OSError
        When a file cannot be written.
    """
    make_own_folder(folder)
    written: list[Path] = []
    for each in held:
        name = _file_name(problem.desk.id, problem.month, head.step.version, each.worker, VOID_NAME, lang)
        letter = _withdrawal_letter(problem, each, head, lang)
        written += _put(folder / name, problem, each, letter, each.moved, head.step, lang, CALENDAR_TOO, access)
    return written


def is_withdrawal_written(folder: Path, desk: str, month: Month, version: int, workers: Sequence[str]) -> bool:
    """Whether the letters of a withdrawal are there, in either language."""
    names = [[_file_name(desk, month, version, worker, VOID_NAME, lang) for lang in LANGS] for worker in workers]
    return all(any((folder / f"{name}.txt").exists() for name in each) for each in names)


def letter_names(desk: str, month: Month, version: int, worker: str) -> list[str]:
    """The names, without their ends, that a letter of a version to somebody may have."""
    kinds = (MONTH_NAME, CHANGE_NAME, VOID_NAME)
    return [_file_name(desk, month, version, worker, kind, lang) for kind in kinds for lang in LANGS]


def _put(
    path: Path,
    problem: Problem,
    news: PersonNews,
    letter: Iterator[str],
    days: Sequence[MovedDay],
    step: CalendarStep,
    lang: Lang,
    told: Sentence,
    access: Access,
) -> list[Path]:
    """Write a letter, and before it a calendar file where there are events: where the letter is, nothing is missing."""
    events = [event for moved in days for event in day_events(problem, news.worker, moved, step, lang)]
    lines = [*letter, ""]
    text, calendar = path.with_name(f"{path.name}.txt"), path.with_name(f"{path.name}.ics")
    content = make_calendar(problem, _name(problem, news), events, lang) if events else b""
    found = [put_file(calendar, content, access)] if events else []
    lines += [told.say(lang, name=calendar.name), ""] if events else []
    return [put_file(text, "\n".join(lines).encode(), access), *found]


def _whole_month(news: PersonNews) -> list[MovedDay]:
    """Every day of a person's month, with what stood there on the copy that they hold."""
    moved = {each.day: each for each in news.moved}
    return [moved.get(day, MovedDay(day, printed, printed)) for day, printed in news.month.items()]


def _file_name(desk: str, month: Month, version: int, worker: str, kind: Sentence, lang: Lang) -> str:
    return f"{desk}-{month}-v{version}-{file_part(worker)}-{kind.say(lang)}"


def _name(problem: Problem, news: PersonNews) -> str:
    known = problem.worker_by_id.get(news.worker)
    return known.name if known else news.name


def _month_letter(edition: Edition, news: PersonNews, head: Letterhead, lang: Lang) -> Iterator[str]:
    """The whole month, and what of it is new beside a copy that was withdrawn."""
    problem, version = edition.problem, edition.version
    yield TO.say(lang, name=_name(problem, news), id=news.worker)
    yield ""
    yield FIRST.say(lang, desk=problem.desk.name, month=edition.month(lang), version=version)
    yield from _month_lines(problem, news.month, lang)
    yield ""
    if news.holding:
        yield (AGAINST_VOID if news.moved else AS_BEFORE).say(lang, n=news.holding.version, days=len(news.moved))
        yield from (LINE.say(lang, line=say_moved(problem, moved, lang)) for moved in news.moved)
        yield RETURN_IT.say(lang, n=news.holding.version)
        yield ""
    if head.step.because:
        yield BECAUSE.say(lang, because=head.step.because)
    yield PUBLISHED.say(lang, by=head.by or NOT_GIVEN.say(lang))
    yield _say_in_force(edition, lang)
    yield SIGN.say(lang)


def _month_lines(problem: Problem, month: Mapping[date, PrintedDay], lang: Lang) -> Iterator[str]:
    """A line for each day with a duty or leave, and what they add up to."""
    for day, printed in month.items():
        if printed.duties or printed.leave or printed.overtime or printed.away or printed.standby:
            line = DAY.say(lang, day=day_name(day, lang), what=say_day(problem, day, printed, lang))
            yield LINE.say(lang, line=line)
    duties = [duty for printed in month.values() for duty in printed.duties]
    yield OTHER_DAYS.say(lang, n=len(duties), hours=sum(duty.paid_hours for duty in duties))
    extra = [overtime for printed in month.values() for overtime in printed.overtime]
    if extra:
        hours = sum((overtime.end - overtime.start).total_seconds() for overtime in extra) / 3600
        yield OVERTIME_TOO.say(lang, n=len(extra), hours=hours)
    if standby := sum(len(printed.standby) for printed in month.values()):
        yield STANDBY_TOO.say(lang, n=standby, what=IF_CALLED)


def _change_letter(edition: Edition, news: PersonNews, head: Letterhead, lang: Lang) -> Iterator[str]:
    """The days that differ from the copy that somebody holds."""
    problem, version = edition.problem, edition.version
    facts = {"desk": problem.desk.name, "month": edition.month(lang)}
    yield TO.say(lang, name=_name(problem, news), id=news.worker)
    yield ""
    yield MOVED.say(lang, **facts, version=version, n=len(news.moved))
    yield from (LINE.say(lang, line=say_moved(problem, moved, lang)) for moved in news.moved)
    yield ""
    yield BECAUSE.say(lang, because=head.step.because or NOT_GIVEN.say(lang))
    yield APPROVED.say(lang, by=head.by or NOT_GIVEN.say(lang))
    yield _say_in_force(edition, lang)
    if news.holding:
        yield VOID.say(lang, n=news.holding.version)


def _say_in_force(edition: Edition, lang: Lang) -> str:
    mark = MARK.say(lang, mark=edition.fingerprint) if edition.fingerprint else ""
    return IN_FORCE.say(lang, version=edition.version, mark=mark)


def _withdrawal_letter(problem: Problem, news: PersonNews, head: Letterhead, lang: Lang) -> Iterator[str]:
    step = head.step
    yield TO.say(lang, name=_name(problem, news), id=news.worker)
    yield ""
    facts = {"desk": problem.desk.name, "month": say_month(problem.month, lang), "version": step.version}
    held = news.holding.version if news.holding else step.version
    yield WITHDRAWN.say(lang, **facts, at=f"{step.at:%Y-%m-%d %H:%M}", held=held)
    yield NOTHING_YET.say(lang)
    yield ""
    yield BECAUSE.say(lang, because=step.because or NOT_GIVEN.say(lang))
    yield WITHDRAWN_BY.say(lang, by=head.by or NOT_GIVEN.say(lang))


def strike_days(month: Mapping[date, PrintedDay], step: CalendarStep) -> tuple[MovedDay, ...]:
    """The days of a month with duties that have not begun when it is withdrawn, as these fall away."""
    found = []
    for day, printed in month.items():
        begun = tuple(duty for duty in printed.duties if duty.start <= step.at)
        extra = tuple(overtime for overtime in printed.overtime if overtime.start <= step.at)
        standby = tuple(duty for duty in printed.standby if duty.start <= step.at)
        if (begun, extra, standby) != (printed.duties, printed.overtime, printed.standby):
            found.append(MovedDay(day, printed, FREE_DAY._replace(duties=begun, overtime=extra, standby=standby)))
    return tuple(found)
