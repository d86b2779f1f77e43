"""A desk from its files: a folder of tables with `desk.toml`, or one workbook.

Files become grids of cells, cells become values by the declarations of
`tables`, rows become the values of `domain`. Every fault on the way is gathered
and raised together, in the order of the tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

from scheduler import clock
from scheduler.domain import Burden, DayKind, Leave, Official, Procedure, Shift, kind_of_leave, merge_kinds
from scheduler.errors import Fault, InputError
from scheduler.files.reading.checks import (
    ROW_CHECKS,
    check_contradictions,
    check_fixed_twice,
    check_former_ids,
    check_officials,
    check_repetitions,
    check_wish_days,
    resolve_references,
)
from scheduler.files.reading.desk_files import DeskFiles, PageTerms
from scheduler.files.reading.events import check_event_contradictions, event_rows
from scheduler.files.reading.exchange import check_exchange, exchange_ids
from scheduler.files.reading.file_bytes import READABLE
from scheduler.files.reading.folder import read_folder
from scheduler.files.reading.leave_kinds import kind_of_row, settle_kinds
from scheduler.files.reading.places import Place, first_faults, gather_faults
from scheduler.files.reading.rows import Row, Rows, table_rows
from scheduler.files.reading.settings import (
    attendance_of_settings,
    check_shifts_in_rules,
    desk_of_settings,
    read_settings,
)
from scheduler.files.reading.slots import check_slot_contradictions, read_break_terms, read_service, slot_needs
from scheduler.files.reading.source import Source
from scheduler.files.reading.table_days import table_days
from scheduler.files.reading.values import dated_rows, demand_of_row, leave_of_row, shift_of_row, worker_of_row
from scheduler.files.reading.workbook import WORKBOOKS, read_workbook
from scheduler.files.schema.demand_tables import SHIFTS
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.tables import TABLES
from scheduler.i18n import Sentence, join_sentences
from scheduler.passing import Access
from scheduler.rules.book import STRICT, read_rulebook

log = logging.getLogger(__name__)

ONE_ROW = Sentence(
    "此表至少要有一行：{what}；必填的列：{must}",
    "at least one row in this table: {what}; columns to be filled in: {must}",
)
# What is wrong between rows of different tables; references first, as the others compare what these put in place.
CHECKS: tuple[Callable[[Rows], Iterator[Fault]], ...] = (
    settle_kinds,
    resolve_references,
    check_former_ids,
    check_officials,
    check_wish_days,
    check_contradictions,
    check_event_contradictions,
    check_slot_contradictions,
    check_exchange,
)


def read_desk(path: Path) -> DeskFiles:
    """Read a desk: a folder with `desk.toml` and CSV tables, or one workbook.

    Raises
    ------
    InputError
        Every fault at once: settings, then table by table, row by row and cell
        by cell, then what is wrong between rows.
    """
    began = perf_counter()
    faults: list[Fault] = []
    source = _read_source(path, faults)
    found: list[Fault] = []
    settings = read_settings(source.settings, source.place, found) if source.settings is not None else {}
    faults.extend(first_faults(found))
    rows: dict[str, list[Row]] = {}
    for table in TABLES:
        grid = source.grids.get(table.name)
        if grid and len(grid.rows) - 1 > table.most_rows:
            expected = Sentence("“{table}”表至多 {most} 行", "at most {most} rows in table “{table}”")
            there = str(len(grid.rows) - 1)
            faults.append(grid.place.fault(expected, there, table=table.title, most=table.most_rows))
        elif grid:
            rows[table.name] = table_rows(table, grid, faults, ROW_CHECKS.get(table.name), source.columns_over)
            if table.required and not rows[table.name]:
                must = join_sentences(column.title for column in table.columns if column.required)
                faults.append(grid.place.fault(ONE_ROW, what=table.doc, must=must))
        elif table.required and table.name not in source.grids:
            expected = Sentence("缺少必需的表“{table}”{tail}", "the required table “{table}” is missing{tail}")
            beside = source.not_csv.get(table.name)
            tail = Sentence(f"（{beside.say('zh')}）", f" ({beside.say('en')})") if beside else Sentence("", "")
            faults.append(source.place_of(table).fault(expected, table=table.title, tail=tail))
    in_force = settings.get("reading", STRICT)
    rows["demand"] = [row for row in rows.get("demand", ()) if row.values.get("reading") in (None, "", in_force)]
    for table in TABLES:
        faults.extend(first_faults(check_repetitions(table, rows.get(table.name, ()))))
    for check in CHECKS:
        faults.extend(first_faults(check(rows)))
    shifts: tuple[Shift, ...] = ()
    service = read_service(settings.get("service", {}), source.place, faults)
    if not faults:
        shifts = tuple(shift_of_row(row, order) for order, row in enumerate(rows["shifts"]))
    breaks = (
        None if settings.get("breaks") is None else read_break_terms(settings["breaks"], shifts, source.place, faults)
    )
    with gather_faults(faults):
        rulebook = read_rulebook(settings.get("rules", {}), source.place.file, settings.get("reading", STRICT))
        faults.extend(first_faults(check_shifts_in_rules(rulebook, source.settings or {}, rows)))
        faults.extend(first_faults(check_fixed_twice(rows, rulebook)))
    log.info(
        "%s read in %.2f s: %s; %d faults",
        path,
        perf_counter() - began,
        ", ".join(f"{name} {len(found)}" for name, found in rows.items() if found),
        len(faults),
    )
    if faults:
        raise InputError(faults)
    return DeskFiles(
        path=path,
        shifts_place=source.place_of(SHIFTS),
        desk=replace(
            desk_of_settings(settings), leave_kinds=tuple(kind_of_row(row) for row in rows.get("leave_kinds", ()))
        ),
        workers=tuple(worker_of_row(row) for row in rows["people"]),
        shifts=shifts,
        demand=tuple(demand_of_row(row) for row in rows["demand"]),
        leave=tuple(leave for row in rows.get("leave", ()) for leave in leave_of_row(row, settings["half_day_at"])),
        uncertified=tuple(_uncertified(rows)),
        wishes_by=settings["publish_by"] if settings["wishes_by"] is None else settings["wishes_by"],
        page=PageTerms(**settings["page"]),
        dated=tuple(dated_rows(rows)),
        carried={
            row["worker"]: Burden(row["nights"], row["weekends"], row["holidays"], row["hours"])
            for row in rows.get("carried", ())
        },
        overrides={row["date"]: (DayKind(row["kind"]), row["name"]) for row in rows.get("holidays", ())},
        confirmed_years=settings["confirmed_years"],
        rules=settings["rules"],
        rulebook=rulebook,
        assumed=settings["assumed"],
        passed_over=(*source.told_of_files(), *source.columns_over),
        event_rows=tuple(event_rows(rows)),
        slots=slot_needs(rows, service, breaks, shifts),
        breaks=breaks,
        procedure=Procedure(
            publish_by=settings["publish_by"],
            holiday_lead=settings["holiday_lead"],
            recipients=settings["recipients"],
            approver_roles=settings["approver_roles"],
            rights=settings["rights"],
            officials=tuple(Official(row["id"], row["name"], row["role"]) for row in rows.get("officials", ())),
            swap_quota=settings["swap_quota"],
            swap_notice=settings["swap_notice"],
            swap_notice_hours=settings["swap_notice_hours"],
            further_notice_hours=settings["further_notice_hours"],
            further_notice_held=settings["further_notice_held"],
        ),
        heads=settings["heads"] or "",
        access=Access(settings["private_group"] or ""),
        keep_private_years=settings["keep_private_years"],
        hr_cut_off_day=settings["hr_cut_off_day"],
        arrive_early=settings["arrive_early"],
        handover_items=tuple(settings["handover_items"]),
        exchange=exchange_ids(rows.get("exchange", ())),
        attendance=attendance_of_settings(settings),
        table_days=tuple(table_days(rows)),
        read_on=clock.at_desk(clock.now, settings["zone"]).date(),
    )


def _uncertified(rows: Mapping[str, list[Row]]) -> Iterator[Leave]:
    """Approved leave of which the certificate is due and not in."""
    kinds = merge_kinds(kind_of_row(row) for row in rows.get("leave_kinds", ()))
    for row in rows.get("leave", ()):
        first, last = (date.fromordinal(day.toordinal()) for day in (row["first"], row["last"] or row["first"]))
        due = kind_of_leave(row["kind"], kinds).certificate_from
        if row["approved"] and not row["certificate"] and 0 < due <= (last - first).days + 1:
            yield Leave(row["worker"], first, last, row["kind"])


def _read_source(path: Path, faults: list[Fault]) -> Source:
    """The settings and grids of a folder or workbook."""
    place = Place(str(path))
    try:
        if path.is_dir():
            files = sorted(path.iterdir())
            if any(file.name == "desk.toml" or find_headed(TABLES, file.stem) for file in files):
                return read_folder(path, files, faults)
        elif path.suffix.lower() in WORKBOOKS:
            return read_workbook(path, faults)
        there = path.exists()
    except OSError as error:
        raise InputError([place.fault(READABLE, error.strerror or str(error))]) from error
    if there:
        expected = Sentence(
            "不是部门：应为含 desk.toml 与各表的文件夹，或 .xlsx、.xls、.ods 工作簿",
            "not a desk: a desk is a folder with desk.toml and its tables, or an .xlsx, .xls or .ods workbook",
        )
    else:
        expected = Sentence("不存在这个部门文件夹或工作簿", "there is no such desk folder or workbook")
    raise InputError([place.fault(expected)])
