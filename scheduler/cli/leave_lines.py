"""What `check` says of a desk's kinds of leave, and of certificates that are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.domain import CountsIn, Leave, LeaveKind, Problem
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence, join_items

OWN_KINDS = Sentence("本店的假别：{kinds}", "The desk's kinds of leave: {kinds}")
ONE_KIND = Sentence("{name}（{terms}）", "{name} ({terms})")
PAID, UNPAID = Sentence("带薪", "paid"), Sentence("不带薪", "unpaid")
WORKED = Sentence("算出勤", "counts as worked")
COUNTED = {
    CountsIn.DAYS: Sentence("按日历天", "in calendar days"),
    CountsIn.DUTIES: Sentence("按工作日", "in working days"),
}
CERTIFIED = Sentence("满 {days} 天须证明", "a certificate from {days} day(s) on")
MISSING = Sentence("证明未交：{rows}", "Certificates that are due: {rows}")
ONE_MISSING = Sentence("{who}({id}) {first}至{last} {kind}", "{who}({id}), {first} to {last}, {kind}")


def missing_certificates(files: DeskFiles, problem: Problem) -> list[Leave]:
    """Leave that touches the month, of which a certificate is due and not in."""
    return [one for one in files.uncertified if one.first <= problem.last and problem.first <= one.last]


def leave_lines(files: DeskFiles, problem: Problem, lang: Lang) -> list[str]:
    """The desk's own kinds of leave with their terms, and what certificates are due."""
    lines = []
    if own := files.desk.leave_kinds:
        kinds = (ONE_KIND.say(lang, name=kind.name, terms=join_items(_terms(kind, lang), lang)) for kind in own)
        lines.append(OWN_KINDS.say(lang, kinds=join_items(kinds, lang)))
    if missing := missing_certificates(files, problem):
        rows = (
            ONE_MISSING.say(
                lang,
                who=problem.names.get(one.worker, one.worker),
                id=one.worker,
                first=one.first,
                last=one.last,
                kind=files.desk.leave_label(one.kind),
            )
            for one in missing
        )
        lines.append(MISSING.say(lang, rows=join_items(rows, lang)))
    return lines


def _terms(kind: LeaveKind, lang: Lang) -> list[str]:
    said = [PAID if kind.paid else UNPAID, COUNTED[kind.counts], *([WORKED] if kind.worked else [])]
    texts = [one.say(lang) for one in said]
    return texts + ([CERTIFIED.say(lang, days=kind.certificate_from)] if kind.certificate_from else [])


def leave_data(files: DeskFiles, problem: Problem) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The same in JSON's types."""
    return {
        "leave_kinds": [
            {
                "kind": kind.code,
                "name": kind.name.zh,
                "paid": kind.paid,
                "worked": kind.worked,
                "counts": str(kind.counts),
                "certificate_from": kind.certificate_from,
            }
            for kind in files.desk.leave_kinds
        ],
        "certificates_due": [
            {"worker": one.worker, "first": str(one.first), "last": str(one.last), "kind": one.kind}
            for one in missing_certificates(files, problem)
        ],
    }
