"""The sheet of the change log in a roster's workbook: what touched the month, as far as it is its reader's business.

Everybody's names no reason for which somebody is away, and where that was only asked for, nobody either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from scheduler.files.writing import labels
from scheduler.files.writing import log_titles as titles
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.log_tables import Field, LogTable, Names, Value, Wording, name_all
from scheduler.files.writing.log_wording import REPLACED
from scheduler.files.writing.page import FREE, Column, Page, column_of, put_listing, put_table
from scheduler.files.writing.step_columns import STEP_FIELDS
from scheduler.files.writing.version_columns import VERSION_FIELDS
from scheduler.i18n import Lang, Sentence, fill_in
from scheduler.workflow.desk_log import VersionLife
from scheduler.workflow.log_steps import Step
from scheduler.workflow.redaction import redact_life, redact_step
from scheduler.workflow.version import OF_VERSIONS

COUNTERPART = Sentence("对方", "Counterpart")
MORE_IN_LOG = Sentence("…共 {n} 处，见 scheduler log --xlsx", "… {n} in all, see scheduler log --xlsx")
LEFT_OUT = Sentence(
    "请假、缺勤、销假不写是谁、哪几天；原因、签收和逐格的改动见 scheduler log --xlsx（给有权查阅的人）",
    "Of leave and absences it is not told whose and which days; reasons, receipts and every cell: scheduler log --xlsx,"
    " for those who may read them",
)
ROSTER_MOVES = 20  # in one cell
TOLD_BY_VERSIONS = ("received", "returned", "superseded")


def write_log(page: Page, edition: Edition, lang: Lang) -> None:
    """Every version of the month that was ever in force, and the steps that it does not tell; of a draft, the versions' steps."""
    wording = Wording(lang, ZoneInfo(edition.problem.desk.zone), edition.names or edition.problem.names)
    log = [redact_step(step, edition.reader) for step in edition.log]
    if not edition.issued:
        steps = _table(DRAFT_FIELDS, [step for step in log if step.event in OF_VERSIONS])
        put_listing(page, _columns(steps), _rows(steps, wording), lang)
        return
    versions = _table(LIFE_FIELDS, [redact_life(life, edition.reader) for life in edition.issued])
    below = put_table(page, 1, _columns(versions), _rows(versions, wording), lang)
    fields = (*PUBLIC_FIELDS, STEP["because"]) if edition.reader.reads_all else PUBLIC_FIELDS
    steps = _table(fields, [step for step in log if not _is_told_by_versions(step)])
    widths = [page.width(column) for column in range(1, len(steps.fields) + 1)]
    below = put_table(page, below + 1, _columns(steps), _rows(steps, wording), lang)
    for column, width in enumerate(widths, 1):
        page.set_width(column, max(width, page.width(column)))
    if not edition.reader.reads_all:
        page.put(below + 1, 1, LEFT_OUT.say(lang), FREE._replace(wrap=False))


def _table(fields: tuple[Field, ...], rows: Sequence[object]) -> LogTable:
    return LogTable("", labels.LOG, titles.STEPS_ABOUT, fields, rows)


def _columns(table: LogTable) -> list[Column]:
    return [column_of(field) for field in table.fields]


def _rows(table: LogTable, wording: Wording) -> list[list[object]]:
    return [
        [wording.tell(value, ROSTER_MOVES, MORE_IN_LOG) for value in values] for values in table.values(wording.names)
    ]


def _is_told_by_versions(step: Step) -> bool:
    """Whether the table of versions says as much: copies, what was replaced, how a request was carried out."""
    return step.event in TOLD_BY_VERSIONS or (step.event == "drafted" and step.request is not None)


def _ended_because(life: VersionLife, _: Names) -> Value:
    """What came in its place, or why it was withdrawn."""
    if life.ended is None:
        return None
    return fill_in(REPLACED, n=life.ended.other) if life.ended.other else life.ended.because


def _counterpart(life: VersionLife, names: Names) -> Value:
    request = life.request
    return name_all((who for who in request.sides if who != request.by), names) if request else None


STEP, LIFE = ({field.key: field for field in fields} for fields in (STEP_FIELDS, VERSION_FIELDS))
BECAUSE = STEP["because"]
DRAFT_FIELDS = (STEP["at"], STEP["event"], STEP["version"], STEP["by_name"], replace(BECAUSE, widest=80))
LIFE_FIELDS = (
    LIFE["version"],
    LIFE["published_at"],
    LIFE["ended_at"],
    replace(LIFE["ended_because"], value=_ended_because),
    LIFE["request"],
    LIFE["asked_by"],
    Field("counterpart", COUNTERPART, COUNTERPART, _counterpart),
    replace(LIFE["published_by_name"], title=titles.APPROVER),
    LIFE["because"],
    LIFE["moves"],
    LIFE["outstanding"],
)
PUBLIC_FIELDS = (
    STEP["version"],
    STEP["at"],
    STEP["event"],
    STEP["kind"],
    STEP["request"],
    STEP["concerned"],
    STEP["by_name"],
    STEP["state"],
    STEP["what"],
)
