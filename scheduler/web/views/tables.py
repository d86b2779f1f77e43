"""A desk's tables: listed, looked at, changed in place with what it would come to shown first, on trial and for good."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scheduler.app.change_table import TableChanged
from scheduler.app.check import Checked
from scheduler.app.new_desk import drop_kept, find_kept, keep_aside, kept_at
from scheduler.app.tables import TableView, list_tables, save_table, try_table, view_table
from scheduler.app.tables_workbook import save_workbook, try_workbook, write_tables
from scheduler.errors import Fault, InputError, SchedulerError
from scheduler.files.editing.table_file import RowEdit, TableRow, mark_tables
from scheduler.files.schema.table import Column
from scheduler.files.schema.tables import TABLES
from scheduler.files.schema.text import normal_width
from scheduler.i18n import Lang, Sentence, join_sentences
from scheduler.web.access import Visit, at_desk
from scheduler.web.desk_forms import WorkbookForm
from scheduler.web.forms import RemarkForm, read_number
from scheduler.web.roles import Action
from scheduler.web.templatetags.page import slugged
from scheduler.web.trials import describe_checked, read_marks
from scheduler.workflow.table_facts import ChangedRow

PAGE_ROWS, NEW_ROWS, MOST_NEW = 40, 2, 30
SAVED = Sentence(
    "“{table}”表已改，并记入日志。已发布的月份照旧，下次排班或重新求解时才用新的内容。",
    "Table “{table}” is changed, and the log says so. Published months stay as they are; what is made from now on goes by it.",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTHING = Sentence("没有改动", "nothing was changed")


@dataclass(frozen=True)
class Field:
    """A cell to be typed in."""

    name: str
    column: Column
    text: str
    seen: str
    fault: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether something else was typed than stands in the table."""
        return self.text != self.seen


@dataclass(frozen=True)
class Line:
    """A row to be typed in; `row` is 0 for a new one."""

    row: int
    number: int
    fields: tuple[Field, ...]
    is_removed: bool = False
    fault: str = ""

    @property
    def title(self) -> str:
        """What it is called for who hears it read."""
        return self.fields[0].text if self.fields and self.fields[0].text else str(self.number)


@require_GET
@at_desk(Action.SEE_TABLES)
def show_tables(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every table that the desk has or could have."""
    context = {"tables": list_tables(visit.desk), "form": WorkbookForm(lang=visit.lang)}
    return render(request, "page/tables.html", context)


@require_GET
@at_desk(Action.SEE_TABLES)
def download(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All tables as one workbook."""
    visit.check(Action.EDIT_TABLES)
    answer = HttpResponse(write_tables(visit.desk, visit.lang), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{visit.slug}.xlsx')}"
    return answer


@require_POST
@at_desk(Action.EDIT_TABLES)
def take_workbook(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Try the workbook that was dropped, and take it over where that was seen and confirmed."""
    token = request.POST.get("token", "")
    use: dict[str, Any] = dict(visit.use)
    home = kept_at(settings.HOME)
    if "write" in request.POST:
        form = RemarkForm(request.POST, lang=visit.lang)
        because = form.cleaned_data["because"] if form.is_valid() else ""
        (book,) = find_kept(home, token)
        done = save_workbook(visit.desk, book, visit.person, because, made_on=read_marks(request.POST), **use)
        drop_kept(home, token)
        names = join_sentences(table_title(one.table) for one in done.facts)
        messages.success(request, SAVED.say(visit.lang, table=names))
        return redirect("tables", visit.slug)
    sent = WorkbookForm(request.POST, files=request.FILES, lang=visit.lang)
    if not sent.is_valid():
        return render(request, "page/tables.html", {"tables": list_tables(visit.desk), "form": sent}, status=422)
    made_on = mark_tables(visit.desk)
    file = sent.cleaned_data["file"]
    token = keep_aside(home, [(file.name, file.chunks())])
    (book,) = find_kept(home, token)
    try:
        done, checked = try_workbook(visit.desk, book, visit.person, **use)
    except SchedulerError:
        drop_kept(home, token)
        raise
    context = {
        "tables": [(table_title(one.table), _describe_rows(one.rows, one.table)) for one in done.facts],
        "token": token,
        "made_on": json.dumps(made_on),
        "form": RemarkForm(lang=visit.lang),
        "over": done.notes,
        **describe_checked(checked, visit.lang),
    }
    return render(request, "page/workbook_trial.html", context)


@at_desk(Action.SEE_TABLES)
def show_table(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    """A table; what was typed in is tried, and written where that was seen and confirmed."""
    view = view_table(visit.desk, name)
    if view is None:
        raise Http404
    if request.method != "POST":
        return _show(request, view, visit)
    visit.check(Action.EDIT_TABLES)
    if "show" in request.POST:
        return _show(request, view, visit)
    edits = read_edits(view, request.POST)
    if not edits:
        messages.info(request, NOTHING.say(visit.lang))
        return redirect(request.get_full_path())
    if "again" in request.POST:
        return _show(request, view, visit)
    use: dict[str, Any] = {"made_on": read_marks(request.POST), **visit.use}
    try:
        if "write" in request.POST:
            form = RemarkForm(request.POST, lang=visit.lang)
            because = form.cleaned_data["because"] if form.is_valid() else ""
            save_table(visit.desk, name, edits, visit.person, because, **use)
            messages.success(request, SAVED.say(visit.lang, table=view.table.title))
            return redirect("table", visit.slug, name)
        done, checked = try_table(visit.desk, name, edits, visit.person, **use)
    except InputError as error:
        return _show(request, view, visit, error.faults)
    return render(request, "page/table_trial.html", _describe_trial(request, view, done, checked, visit.lang))


def read_edits(view: TableView, sent: Mapping[str, str]) -> list[RowEdit]:
    """What was typed in that differs from what stands there: cells as `c:ROW:COLUMN`, new rows as `n:N:COLUMN`, and `x:ROW`."""
    edits = []
    columns = [column.name for column in (*view.columns, *view.others)]
    for row in view.rows:
        if f"x:{row.row}" in sent:
            edits.append(RowEdit(row.row, row.cells, {}))
            continue
        typed = {name: sent[f"c:{row.row}:{name}"].strip() for name in columns if f"c:{row.row}:{name}" in sent}
        changed = {name: text for name, text in typed.items() if text != row.cells.get(name, "")}
        if changed:
            edits.append(RowEdit(row.row, {name: row.cells.get(name, "") for name in changed}, changed))
    for number in range(MOST_NEW):
        typed = {name: sent.get(f"n:{number}:{name}", "").strip() for name in columns}
        if after := {name: text for name, text in typed.items() if text}:
            edits.append(RowEdit(0, {}, after))
    return edits


def _show(
    request: HttpRequest, view: TableView, visit: Visit, faults: tuple[Fault, ...] | list[Fault] = ()
) -> HttpResponse:
    """The table as a form, with what was typed in and the faults at their cells."""
    sent: Mapping[str, str] = request.POST if request.method == "POST" else {}
    shown: dict[str, str] = {
        **request.GET.dict(),
        **{name: sent[name] for name in ("find", "columns", "new", "from") if name in sent},
    }
    asked = shown.get("columns", "").split(",")
    further = tuple(
        column
        for column in view.others
        if column.name in asked or any(key.endswith(f":{column.name}") and value for key, value in sent.items())
    )
    columns = (*view.columns, *further)
    wanted = normal_width(shown.get("find", "")).casefold()
    found = [row for row in view.rows if wanted in normal_width(" ".join(row.cells.values())).casefold()]
    first = (read_number(shown.get("from")) or 1) - 1
    here = found[first : first + PAGE_ROWS]
    if sent:  # what was typed in anywhere stays in sight
        touched = {edit.row for edit in read_edits(view, sent)}
        here = [row for row in view.rows if row in here or row.row in touched]
    at = _by_cell(faults, columns)
    lines = [_line(row, columns, sent, at, visit.lang) for row in here]
    fresh = [_new_line(number, view, columns, sent, at, visit.lang) for number in range(_count_new(shown, sent))]
    told = {fault for line in (*lines, *fresh) for fault in (line.fault, *(one.fault for one in line.fields)) if fault}
    context = {
        "view": view,
        "columns": columns,
        "others": [column for column in view.others if column not in further],
        "lines": lines,
        "fresh": fresh,
        "made_on": json.dumps(dict(view.made_on)),
        "elsewhere": [
            fault.say(visit.lang) for fault in faults if fault.expected.say(visit.lang) not in told or not fault.row
        ],
        "n_faults": len(faults),
        "find": shown.get("find", ""),
        "n_found": len(found),
        "first": first + 1,
        "last": first + len(here),
        "before": max(1, first + 1 - PAGE_ROWS) if first else 0,
        "after": first + 1 + PAGE_ROWS if first + PAGE_ROWS < len(found) else 0,
        "asked_columns": ",".join(column.name for column in further),
        "known": {f"known-{slugged(name)}": values for name, values in view.known.items()},
        "choices": [(column, [words[0] for words in column.choices.values()]) for column in columns if column.choices],
        "may_edit": visit.may(Action.EDIT_TABLES),
    }
    return render(request, "page/table.html", context, status=422 if faults else 200)


def _count_new(shown: Mapping[str, str], sent: Mapping[str, str]) -> int:
    typed = [int(key.split(":")[1]) for key, value in sent.items() if key.startswith("n:") and value.strip()]
    asked = read_number(shown.get("new")) or NEW_ROWS
    return min(max([asked, *(number + 1 for number in typed)]), MOST_NEW)


def _by_cell(faults: tuple[Fault, ...] | list[Fault], columns: tuple[Column, ...]) -> dict[tuple[int, str], Fault]:
    """Faults by row and English name of the column; the name is empty where it is the whole row's."""
    named = {word: column.name for column in columns for word in column.headers}
    return {(fault.row, named.get(fault.column, "")): fault for fault in reversed(list(faults)) if fault.row}


def _line(
    row: TableRow,
    columns: tuple[Column, ...],
    sent: Mapping[str, str],
    at: Mapping[tuple[int, str], Fault],
    lang: Lang,
) -> Line:
    fields = []
    for column in columns:
        name, seen = f"c:{row.row}:{column.name}", row.cells.get(column.name, "")
        fault = at.get((row.row, column.name))
        fields.append(Field(name, column, sent.get(name, seen), seen, fault.expected.say(lang) if fault else ""))
    whole = at.get((row.row, ""))
    return Line(row.row, row.row, tuple(fields), f"x:{row.row}" in sent, whole.expected.say(lang) if whole else "")


def _new_line(
    number: int,
    view: TableView,
    columns: tuple[Column, ...],
    sent: Mapping[str, str],
    at: Mapping[tuple[int, str], Fault],
    lang: Lang,
) -> Line:
    row = view.last_row + 1 + number
    fields = []
    for column in columns:
        name = f"n:{number}:{column.name}"
        fault = at.get((row, column.name))
        fields.append(Field(name, column, sent.get(name, ""), "", fault.expected.say(lang) if fault else ""))
    whole = at.get((row, ""))
    return Line(0, row, tuple(fields), fault=whole.expected.say(lang) if whole else "")


def _describe_rows(
    rows: Iterable[ChangedRow], name: str, known: Mapping[int, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """The rows of a table that change, for `page/_changes.html`."""
    table = next(one for one in TABLES if one.name == name)
    titles = {column.name: column.title for column in table.columns}
    first = table.columns[0].name
    return [
        {
            "row": row.row,
            "who": known.get(row.row) or row.after.get(first) or row.before.get(first, ""),
            "is_new": not row.row,
            "is_gone": bool(row.row) and not row.after,
            "cells": [
                (titles[one], row.before.get(one, ""), row.after.get(one, ""))
                for one in dict.fromkeys((*row.before, *row.after))
            ],
        }
        for row in rows
    ]


def table_title(name: str) -> Sentence:
    """What a table is called."""
    return next(one.title for one in TABLES if one.name == name)


def _describe_trial(
    request: HttpRequest, view: TableView, done: TableChanged, checked: Checked, lang: Lang
) -> dict[str, Any]:
    """What would change, and what the arithmetic of the coming month says then."""
    first = view.columns[0].name if view.columns else ""
    known = {row.row: row.cells.get(first, "") for row in view.rows}
    changes = _describe_rows(done.facts[0].rows, view.table.name, known)
    keep = {key: value for key, value in request.POST.items() if key[:2] in ("c:", "n:", "x:")}
    return {
        "view": view,
        "changes": changes,
        "kept": list(keep.items()),
        "made_on": request.POST.get("made_on", ""),
        "form": RemarkForm(lang=lang),
        **describe_checked(checked, lang),
    }
