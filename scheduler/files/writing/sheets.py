"""The sheets beside the roster: duties, cover, totals, rules, law, arrangements, stand-ins, log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduler.audit.audit import RuleResult
from scheduler.audit.stand_ins import MOST as MOST_STAND_INS
from scheduler.audit.stand_ins import StandIn, stand_ins
from scheduler.audit.statistics import Cover, carried_balances, count_cover, total_workers
from scheduler.domain import Duty, Reason, Violation
from scheduler.files.schema.roster_cells import GRID_TITLE
from scheduler.files.writing.edition import Edition, LogLine
from scheduler.files.writing.labels import (
    ANYBODY,
    ARRANGEMENTS,
    ASSUMPTION,
    AT_TIME,
    AUDITED,
    BECAUSE,
    BOUND,
    BREACH,
    BREAK,
    BREAK_PLAN,
    BY,
    CALENDAR,
    CERTIFICATE,
    CLAUSE,
    COMPROMISE,
    COMPROMISES,
    COST,
    COVER,
    COVER_WORDS,
    DATE,
    DESK,
    DETAIL,
    END,
    EVENT,
    EXEMPTION,
    FAILED,
    FINDINGS,
    FINGERPRINT,
    FOUND,
    FULFILLED,
    GAP,
    HEADS,
    ID,
    IDLE,
    KIND,
    LAW,
    LEAST,
    LOG,
    MADE_AT,
    MISSING,
    MOST,
    NAME,
    NEEDS_OVERTIME,
    NO,
    NOBODY_FREE,
    NONE,
    NUMBER,
    OBJECTIVE,
    OFF,
    OFF_BECAUSE,
    PAID_HOURS,
    PROOF,
    READ_SO,
    RECOMPUTED,
    RESULT,
    RULE,
    RULES,
    SEED,
    SENTENCE,
    SETTING,
    SETTINGS,
    SHIFT,
    SHIFT_NAME,
    SLOTS,
    SOLVERS,
    STAND_IN_PLACE,
    STAND_INS,
    START,
    STATE,
    TARGET,
    TEAM,
    TOTAL_TITLES,
    TOTALS,
    UNITS,
    UNTIL,
    VERSION,
    WARNED,
    WARNING,
    WEEKDAY,
    WHO,
    YES,
)
from scheduler.files.writing.page import DAY, FREE, HEAD, LEFT, PLAIN, TEXT, TIME, Column, Page, put_listing, put_table
from scheduler.files.writing.roster_sheet import write_roster_sheet
from scheduler.files.writing.wording import breaks_said, calendar_said, cover_sign
from scheduler.i18n import WEEKDAYS, Lang, Sentence, as_written, join_items
from scheduler.rules import Constraint
from scheduler.rules.book import discovered
from scheduler.timeline import moment
from scheduler.workflow.version import EVENT_NAMES as EVENTS


def _detail(page: Page, edition: Edition, lang: Lang) -> None:
    problem, zone = edition.problem, edition.problem.desk.zone

    def row(duty: Duty) -> Sequence[object]:
        shift, worker = problem.shift_by_code[duty.shift], problem.worker_by_id[duty.worker]
        start, end = (moment(at, zone).replace(tzinfo=None) for at in problem.span(duty.day, duty.shift))
        day = (duty.day, WEEKDAYS[duty.day.weekday()].say(lang), shift.code, shift.name)
        return *day, worker.id, worker.name, worker.team, start, end, breaks_said(shift, lang), shift.paid_minutes / 60

    looks = {DATE: DAY, SHIFT: TEXT, ID: TEXT, START: TIME, END: TIME}
    titles = (DATE, WEEKDAY, SHIFT, SHIFT_NAME, ID, NAME, TEAM, START, END, BREAK, PAID_HOURS)
    columns = [Column(title, looks.get(title, PLAIN)) for title in titles]
    put_listing(page, columns, map(row, edition.roster.duties), lang)


def _cover(page: Page, edition: Edition, lang: Lang) -> None:
    def row(need: Cover) -> Sequence[object]:
        calendar = calendar_said(edition.problem.day_by_date[need.date], lang)
        asked = (need.shift, need.who or ANYBODY.say(lang), need.least, need.target, need.most)
        state = f"{cover_sign(need)} {COVER_WORDS[cover_sign(need)].say(lang)}".strip()
        weekday = WEEKDAYS[need.date.weekday()].say(lang)
        return need.date, weekday, calendar, *asked, need.heads, max(need.target - need.heads, 0), state

    looks = {DATE: DAY, SHIFT: TEXT}
    titles = (DATE, WEEKDAY, CALENDAR, SHIFT, WHO, LEAST, TARGET, MOST, HEADS, MISSING, STATE)
    put_listing(
        page,
        [Column(title, looks.get(title, PLAIN)) for title in titles],
        map(row, count_cover(edition.problem, edition.roster)),
        lang,
    )


def _totals(page: Page, edition: Edition, lang: Lang) -> None:
    problem = edition.problem
    after = carried_balances(problem, edition.roster)
    rows = [
        total.row
        | {"beyond_norm": total.hours - total.norm_hours}
        | {f"after_{name}": amount for name, amount in asdict(after[total.id]).items()}
        for total in total_workers(problem, edition.roster)
    ]
    names = [*TOTAL_TITLES, *(f"shift:{shift.code}" for shift in problem.shifts)]
    columns = [Column(title, TEXT if name == "id" else PLAIN) for name, title in TOTAL_TITLES.items()]
    columns += [Column(shift.code) for shift in problem.shifts]
    put_listing(page, columns, ([row[name] for name in names] for row in rows), lang)
    page.sheet.freeze_panes = "C2"


def _rules(page: Page, edition: Edition, lang: Lang) -> None:
    """The audit: its head, every rule, and everything that it found."""
    problem, rulebook = edition.problem, edition.rulebook
    for column, width in enumerate((26, 14, 12, 10, 64, 52), 1):
        page.set_width(column, width)
    row = 1
    for label, value in _audit_head(edition, lang):
        page.put(row, 1, label.say(lang), HEAD._replace(across="left"))
        page.set_height(row, 16 * page.spread(row, range(2, 7), str(value), LEFT))
        row += 1

    literal = {one.rule: READ_SO.say(lang, because=as_written(one.because)) for one in rulebook.literal}

    def verdict(found: RuleResult) -> Sequence[object]:
        rule, broken = found.rule, len(found.broken)
        result = FAILED.say(lang, n=broken) if broken else FULFILLED.say(lang)
        if rule.name in literal:
            result = f"{EXEMPTION.say(lang)} {len(found.noted)}"
        cost = sum(violation.cost for violation in found.compromises)
        settings = "\n".join(filter(None, (settings_said(rule, lang), literal.get(rule.name))))
        return rule.title.say(lang), result, len(found.compromises), cost, rule.clause.say(lang), settings

    def unused(rule: Constraint | type[Constraint], why: Sentence, remark: str) -> Sequence[object]:
        return rule.title.say(lang), why.say(lang), None, None, rule.clause.say(lang), remark

    def finding(number: int, violation: Violation) -> Sequence[object]:
        title = discovered()[violation.reason.rule].title.say(lang)
        kind = BREACH if violation.hard else EXEMPTION if violation.noted else COMPROMISE
        return title, kind.say(lang), number, violation.cost or None, violation.say(lang, problem.names)

    house = [found for found in edition.audit.results if found.rule.layer == "house"]
    rules = [verdict(found) for found in house]
    rules += [unused(rule, IDLE, settings_said(rule, lang)) for rule in rulebook.rules if not rule.applies(problem)]
    rules += [
        unused(discovered()[off.rule], OFF, OFF_BECAUSE.say(lang, because=as_written(off.because)))
        for off in rulebook.off
    ]
    looks = {RULE: LEFT, CLAUSE: LEFT, SETTINGS: LEFT, SENTENCE: LEFT}
    columns = [
        Column(title, looks.get(title, PLAIN), 0) for title in (RULE, RESULT, COMPROMISES, COST, CLAUSE, SETTINGS)
    ]
    row = put_table(page, row + 1, columns, rules, lang) + 1
    found = [violation for each in house for violation in each.broken]
    found += [*edition.exemptions, *edition.audit.compromises]
    page.put(row, 1, f"{FINDINGS.say(lang)} ({len(found)})", FREE._replace(bold=True, wrap=False))
    columns = [Column(title, looks.get(title, PLAIN), 0) for title in (RULE, KIND, NUMBER, COST, SENTENCE)]
    put_table(page, row + 1, columns, [finding(*each) for each in enumerate(found, 1)], lang)


def _law(page: Page, edition: Edition, lang: Lang) -> None:
    """The law layer, apart from the house rules: what its profile asks, and every line that it finds."""
    results = [found for found in edition.audit.results if found.rule.layer == "law"]
    names = edition.problem.names

    def finding(rule: Constraint, violation: Violation) -> Sequence[object]:
        kind = BREACH if violation.hard else WARNING
        return rule.title.say(lang), kind.say(lang), violation.say(lang, names)

    def verdict(found: RuleResult) -> Sequence[object]:
        result = FAILED.say(lang, n=len(found.broken)) if found.broken else FULFILLED.say(lang)
        if found.noted:
            result = WARNED.say(lang, n=len(found.noted))
        return found.rule.title.say(lang), result, f"{found.rule.clause.say(lang)}\n{settings_said(found.rule, lang)}"

    for column, width in enumerate((26, 14, 110), 1):
        page.set_width(column, width)
    heads = [Column(RULE, LEFT, 0), Column(RESULT, PLAIN, 0), Column(CLAUSE, LEFT, 0)]
    row = put_table(page, 1, heads, map(verdict, results), lang)
    findings = [finding(found.rule, each) for found in results for each in (*found.broken, *found.noted)]
    heads = [Column(RULE, LEFT, 0), Column(KIND, PLAIN, 0), Column(SENTENCE, LEFT, 0)]
    put_table(page, row + 1, heads, findings, lang)


def _arrangements(page: Page, edition: Edition, lang: Lang) -> None:
    """What the rules settle beside the duties: leads of weeks, fallbacks, cleaning, sittings."""
    names = edition.problem.names

    def row(line: Reason) -> Sequence[object]:
        first, last = (line.days[0], line.days[-1]) if line.days else (None, None)
        weekday = WEEKDAYS[first.weekday()].say(lang) if first else ""
        who = join_items((names[worker] for worker in line.workers), lang)
        title = discovered()[line.rule].title.say(lang)
        return first, last if last != first else None, weekday, title, who, line.say(lang, names)

    columns = (
        Column(DATE, DAY),
        Column(UNTIL, DAY),
        Column(WEEKDAY),
        Column(RULE, LEFT),
        Column(WHO, LEFT, 50),
        Column(SENTENCE, LEFT, 90),
    )
    put_listing(page, columns, map(row, edition.arrangements), lang)


def _stand_ins(page: Page, edition: Edition, lang: Lang) -> None:
    """Who could take each shift's duty where somebody cannot come, the first to be asked first (RULES 47, 48)."""
    problem = edition.problem

    def called(one: StandIn) -> str:
        worker = problem.worker_by_id[one.worker]
        said = " ".join(filter(None, (problem.names[worker.id], worker.phone)))
        return said + (NEEDS_OVERTIME.say(lang) if one.overtime else "")

    def row(slot: tuple[date, str], found: Sequence[StandIn]) -> Sequence[object]:
        day, code = slot
        crew = [duty.worker for duty in edition.roster.duties if (duty.day, duty.shift) == slot]
        names = join_items((problem.names[worker] for worker in crew), lang)
        named = [called(one) for one in found] or [NOBODY_FREE.say(lang)]
        return day, WEEKDAYS[day.weekday()].say(lang), code, names, *named, *[""] * (MOST_STAND_INS - len(named))

    columns = [Column(DATE, DAY), Column(WEEKDAY), Column(SHIFT, TEXT), Column(WHO, LEFT, 40)]
    columns += [Column(STAND_IN_PLACE.say(lang, n=n), LEFT, 34) for n in range(1, MOST_STAND_INS + 1)]
    found = stand_ins(problem, edition.rulebook, edition.roster)
    put_listing(page, columns, (row(*each) for each in found.items()), lang)


def _audit_head(edition: Edition, lang: Lang) -> Iterator[tuple[Sentence, object]]:
    yield DESK, edition.problem.desk.name
    yield VERSION, f"{edition.version} · {edition.status_said(lang)}"
    yield MADE_AT, edition.local(edition.made_at, lang)
    yield PROOF, edition.proof_said(lang)
    yield AUDITED, edition.audit_said(lang)
    yield OBJECTIVE, edition.objective
    yield RECOMPUTED, edition.audit.cost
    yield BOUND, NONE.say(lang) if edition.bound is None else edition.bound
    yield GAP, NONE.say(lang) if edition.gap is None else f"{edition.gap:.2%}"
    if edition.finder and edition.prover:
        yield SOLVERS, FOUND.say(lang, finder=edition.finder, prover=edition.prover)
    if edition.certificate:
        yield CERTIFICATE, edition.certificate.said(lang, edition.objective, edition.bound, edition.prover)
    yield SEED, edition.seed
    yield FINGERPRINT, edition.rulebook.fingerprint
    for note in edition.problem.assumptions:
        yield ASSUMPTION, note.say(lang)


def settings_said(rule: Constraint, lang: Lang) -> str:
    """A rule's parameters, one a line, with their units."""
    lines = []
    for declared in fields(rule):  # type: ignore[arg-type]
        value, unit = getattr(rule, declared.name), declared.metadata["unit"]
        if isinstance(value, bool):
            value = (YES if value else NO).say(lang)
        elif isinstance(value, tuple):
            value = join_items(value, lang) or NONE.say(lang)
        elif isinstance(value, float):
            value = f"{value:g}"
        words = f"{value} {UNITS[unit].say(lang)}" if unit else value
        lines.append(SETTING.say(lang, doc=declared.metadata["doc"], value=words))
    return "\n".join(lines)


def _log(page: Page, edition: Edition, lang: Lang) -> None:
    zone = ZoneInfo(edition.problem.desk.zone)

    def row(line: LogLine) -> Sequence[object]:
        event = EVENTS.get(line.event, Sentence(line.event, line.event)).say(lang)
        at = line.at.astimezone(zone).replace(tzinfo=None, microsecond=0)
        return at, event, line.version, line.by, line.because

    columns = (Column(AT_TIME, TIME), Column(EVENT), Column(VERSION), Column(BY), Column(BECAUSE, LEFT, 80))
    if not edition.issued:
        put_listing(page, columns, map(row, edition.log), lang)
        return
    from scheduler.files.writing.change_log_table import version_table

    heads, rows = version_table(edition.issued, edition.problem.names, edition.problem.desk.zone, lang)
    below = put_table(page, 1, heads, rows, lang)
    steps = (Column(VERSION, widest=0), Column(AT_TIME, TIME, 0), Column(EVENT, widest=0), Column(BY, widest=0))
    told = [(version, at, event, by) for at, event, version, by, _ in map(row, edition.log)]  # why may be private
    put_table(page, below + 1, steps, told, lang)


def _slots(page: Page, edition: Edition, lang: Lang) -> None:
    from scheduler.files.writing.slot_sheets import write_slots  # it writes with the pen of this module

    write_slots(page, edition, lang)


def _breaks(page: Page, edition: Edition, lang: Lang) -> None:
    from scheduler.files.writing.slot_sheets import write_breaks

    write_breaks(page, edition, lang)


class Sheet(NamedTuple):
    """A sheet of the workbook: its name, who writes it, and whether an edition has anything for it."""

    title: Sentence
    write: Callable[[Page, Edition, Lang], None]
    wanted: Callable[[Edition], bool] = lambda edition: True


def _has_law(edition: Edition) -> bool:
    return any(found.rule.layer == "law" for found in edition.audit.results)


SHEETS = (
    Sheet(GRID_TITLE, write_roster_sheet),
    Sheet(DETAIL, _detail),
    Sheet(COVER, _cover),
    Sheet(SLOTS, _slots, lambda edition: bool(edition.problem.slots)),
    Sheet(BREAK_PLAN, _breaks, lambda edition: edition.breaks is not None),
    Sheet(TOTALS, _totals),
    Sheet(STAND_INS, _stand_ins),
    Sheet(ARRANGEMENTS, _arrangements, lambda edition: bool(edition.arrangements)),
    Sheet(RULES, _rules),
    Sheet(LAW, _law, _has_law),
    Sheet(LOG, _log),
)
