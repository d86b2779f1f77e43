"""The sheets of a roster's workbook, in their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scheduler.files.schema.roster_cells import GRID_TITLE
from scheduler.files.writing.arrangement_sheets import write_arrangements, write_gaps, write_stand_ins
from scheduler.files.writing.audit_sheets import write_law, write_rules
from scheduler.files.writing.duty_sheets import has_overtime, write_cover, write_duties, write_overtime, write_totals
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    ARRANGEMENTS,
    BREAK_PLAN,
    COVER,
    DETAIL,
    LAW,
    LOG,
    OPEN_DUTIES,
    OVERTIME_SHEET,
    RULES,
    SLOTS,
    STAND_INS,
    TOTALS,
)
from scheduler.files.writing.log_sheet import write_log
from scheduler.files.writing.page import Page
from scheduler.files.writing.roster_pictures import CHARTS, write_pictures
from scheduler.files.writing.roster_sheet import write_roster_sheet
from scheduler.files.writing.slot_sheets import write_breaks, write_slots
from scheduler.i18n import Lang, Sentence


class Sheet(NamedTuple):
    """A sheet of the workbook: its name, who writes it, and whether an edition has anything for it."""

    title: Sentence
    write: Callable[[Page, Edition, Lang], None]
    wanted: Callable[[Edition], bool] = lambda edition: True


def _has_law(edition: Edition) -> bool:
    return any(found.rule.in_law_report for found in edition.audit.results)


SHEETS = (
    Sheet(GRID_TITLE, write_roster_sheet),
    Sheet(DETAIL, write_duties),
    Sheet(COVER, write_cover),
    Sheet(SLOTS, write_slots, lambda edition: bool(edition.problem.slots)),
    Sheet(BREAK_PLAN, write_breaks, lambda edition: edition.breaks is not None),
    Sheet(OVERTIME_SHEET, write_overtime, has_overtime),
    Sheet(TOTALS, write_totals),
    Sheet(CHARTS, write_pictures),
    Sheet(STAND_INS, write_stand_ins),
    Sheet(OPEN_DUTIES, write_gaps, lambda edition: bool(edition.gaps)),
    Sheet(ARRANGEMENTS, write_arrangements, lambda edition: bool(edition.arrangements)),
    Sheet(RULES, write_rules),
    Sheet(LAW, write_law, _has_law),
    Sheet(LOG, write_log),
)
