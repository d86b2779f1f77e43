"""Sheets of the audit: its head, every rule with its settings, everything found, and the law apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from scheduler.audit.audit import RuleResult
from scheduler.domain import Violation
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    ASSUMPTION,
    AUDITED,
    BOUND,
    BREACH,
    CERTIFICATE,
    CLAUSE,
    COMPROMISE,
    COMPROMISES,
    COST,
    DESK,
    EXEMPTION,
    FAILED,
    FINDINGS,
    FINGERPRINT,
    FOUND,
    FULFILLED,
    GAP,
    IDLE,
    KIND,
    MADE_AT,
    NO,
    NONE,
    NUMBER,
    OBJECTIVE,
    OFF,
    OFF_BECAUSE,
    PROOF,
    READ_SO,
    RECOMPUTED,
    RESULT,
    RULE,
    SEED,
    SENTENCE,
    SETTING,
    SETTINGS,
    SOLVERS,
    UNITS,
    VERSION,
    WARNED,
    WARNING,
    YES,
)
from scheduler.files.writing.page import FREE, HEAD, LEFT, PLAIN, Column, Page, put_table
from scheduler.i18n import Lang, Sentence, as_written, join_items
from scheduler.rules import Constraint
from scheduler.rules.book import discovered
from scheduler.workflow.redaction import say_finding


def write_rules(page: Page, edition: Edition, lang: Lang) -> None:
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
        settings = "\n".join(filter(None, (say_settings(rule, lang), literal.get(rule.name))))
        return rule.title.say(lang), result, len(found.compromises), cost, rule.clause.say(lang), settings

    def unused(rule: Constraint | type[Constraint], why: Sentence, remark: str) -> Sequence[object]:
        return rule.title.say(lang), why.say(lang), None, None, rule.clause.say(lang), remark

    def finding(number: int, violation: Violation) -> Sequence[object]:
        title = discovered()[violation.reason.rule].title.say(lang)
        kind = BREACH if violation.hard else EXEMPTION if violation.noted else COMPROMISE
        return (
            title,
            kind.say(lang),
            number,
            violation.cost or None,
            say_finding(violation, edition.reader, edition.problem.names, lang),
        )

    house = [found for found in edition.audit.results if not found.rule.in_law_report]
    rules = [verdict(found) for found in house]
    rules += [unused(rule, IDLE, say_settings(rule, lang)) for rule in rulebook.rules if not rule.applies(problem)]
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


def write_law(page: Page, edition: Edition, lang: Lang) -> None:
    """The law layer, apart from the house rules: what its profile asks, and every line that it finds."""
    results = [found for found in edition.audit.results if found.rule.in_law_report]

    def finding(rule: Constraint, violation: Violation) -> Sequence[object]:
        kind = BREACH if violation.hard else WARNING
        return rule.title.say(lang), kind.say(lang), say_finding(violation, edition.reader, edition.problem.names, lang)

    def verdict(found: RuleResult) -> Sequence[object]:
        result = FAILED.say(lang, n=len(found.broken)) if found.broken else FULFILLED.say(lang)
        if found.noted:
            result = WARNED.say(lang, n=len(found.noted))
        return found.rule.title.say(lang), result, f"{found.rule.clause.say(lang)}\n{say_settings(found.rule, lang)}"

    for column, width in enumerate((26, 14, 110), 1):
        page.set_width(column, width)
    heads = [Column(RULE, LEFT, 0), Column(RESULT, PLAIN, 0), Column(CLAUSE, LEFT, 0)]
    row = put_table(page, 1, heads, map(verdict, results), lang)
    findings = [finding(found.rule, each) for found in results for each in (*found.broken, *found.noted)]
    heads = [Column(RULE, LEFT, 0), Column(KIND, PLAIN, 0), Column(SENTENCE, LEFT, 0)]
    put_table(page, row + 1, heads, findings, lang)


def _audit_head(edition: Edition, lang: Lang) -> Iterator[tuple[Sentence, object]]:
    yield DESK, edition.problem.desk.name
    yield VERSION, f"{edition.version} · {edition.say_status(lang)}"
    yield MADE_AT, edition.local(edition.made_at, lang)
    yield PROOF, edition.say_proof(lang)
    yield AUDITED, edition.say_audit(lang)
    yield OBJECTIVE, edition.objective
    yield RECOMPUTED, edition.audit.cost
    yield BOUND, NONE.say(lang) if edition.bound is None else edition.bound
    yield GAP, NONE.say(lang) if edition.gap is None else f"{edition.gap:.2%}"
    if edition.finder and edition.prover:
        yield SOLVERS, FOUND.say(lang, finder=edition.finder, prover=edition.prover)
    if edition.certificate:
        yield CERTIFICATE, edition.certificate.say(lang, edition.objective, edition.bound, edition.prover)
    yield SEED, edition.seed
    yield FINGERPRINT, edition.rulebook.fingerprint
    for note in edition.problem.assumptions:
        yield ASSUMPTION, note.say(lang)
    for one in edition.unattended:
        yield UNATTENDED, one.note.say(lang)


UNATTENDED = Sentence("无人在岗", "Nobody there")


def say_settings(rule: Constraint, lang: Lang) -> str:
    """A rule's parameters, one a line, with their units."""
    lines = []
    for declared in fields(rule):
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
