"""A version edited by hand: shown, changed cell by cell with its audit, undone, saved as a draft or asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from scheduler.app.editing import Editing, Effect, Judged, Saved, open_editing, save_edited
from scheduler.app.holding import check_held
from scheduler.app.left_edits import LeftEdits, find_superseded
from scheduler.app.wording import asked_reasons, change_line, say_candidate, say_their_day
from scheduler.characters import find_hidden
from scheduler.domain import Change, Roster
from scheduler.errors import Refusal, RosterMoved
from scheduler.files.writing.wording import name_shift, say_span
from scheduler.i18n import Sentence, join_items
from scheduler.ledger.store import VersionRow
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import BecauseForm, RemarkForm, sent_with
from scheduler.web.month_table import MonthTable, make_table, say_shifts
from scheduler.web.roles import Action
from scheduler.web.shift_keys import find_keys
from scheduler.web.working_copies import count_steps, read_copy, take_step, throw_away
from scheduler.workflow.redaction import say_finding
from scheduler.workflow.working_copy import Cell, Codes, EditStep, WorkingCopy

MOST_CELLS = 20_000  # of one step: more than a month of 600 people has
MOST_TOLD = 3
NOT_UNDERSTOOD = Sentence(
    "没有看懂要改什么，请刷新后再试", "it was not clear what to change: reload the page and try again"
)
MORE = Sentence("等 {n} 格", "{n} cells in all")
COST = Sentence("代价 {n:+d}", "cost {n:+d}")
BREAKS = Sentence("新违反 {n} 处：{what}", "breaks {n}: {what}")
MENDS = Sentence("{n} 处不再违反", "{n} kept again")
NO_CHANGE = Sentence("没有变化", "nothing changes")
FINE = Sentence("规则都守住", "no rule is broken by it")
PINNED = Sentence("现在定住 {n} 格：排其余时不动", "{n} cells are pinned now: they stay when the rest is solved")
SAVED = Sentence("已存为第 {n} 版（草稿）", "saved as version {n} (draft)")
ASKED = Sentence("已提第 {n} 号申请，等别人批准后生效", "request {n} is made; it takes somebody else's approval")
NOT_THERE = Sentence("这格已不是这个班", "the cell does not hold this shift any more")
TABLES_CHANGED = Sentence(
    "您打开之后表里的数据或相邻月份变了：整张表已按现在的重新核对",
    "the desk's tables, or a month beside this one, have changed since you opened the page: all is checked anew",
)
THROWN = Sentence("改动已丢弃", "what was changed is thrown away")
MOVED_BEFORE_SAVING = Sentence(
    "您打开这页之后表又改过，没有存：请看过再存",
    "the table was changed after you opened this page, and nothing was saved: look at it, then save",
)
NOTHING_LEFT = Sentence("第 {n} 版没有可带走的改动", "version {n} has no changes to be carried over")
CARRIED = Sentence(
    "{cells} 格改动已带到第 {n} 版，还没有存", "{cells} changed cells are carried over to version {n}, not saved yet"
)
NOT_CARRIED = Sentence(
    "没有带过来的（这些格在用的版本里已不同）：{cells}",
    "not carried over, since these cells are different in the version in force: {cells}",
)


@dataclass(frozen=True)
class State:
    """A version as it is being edited, and what is told of it."""

    visit: Visit
    editing: Editing
    copy: WorkingCopy

    @cached_property
    def judged(self) -> Judged:
        """Audited."""
        return self.editing.judge(self.copy.roster)

    @cached_property
    def table(self) -> MonthTable:
        """Drawn."""
        return make_table(self.judged.view, self.visit.lang, pins=self.copy.pins)

    def context(self) -> dict[str, Any]:
        """For templates."""
        table, judged = self.table, self.judged
        return {
            "view": judged.view,
            "row": self.editing.row,
            "copy": self.copy,
            "editing": self.editing,
            "table": table,
            "status": judged.view.edition.say_status(self.visit.lang),
            "changes": judged.changes,
            "cost": judged.cost,
            "more_cost": judged.cost - self.editing.start.cost,
            "hard": [one for one in table.findings if one.hard],
            "soft": [one for one in table.findings if one.cost],
            "law": [one for one in table.findings if not one.hard and not one.cost],
        }


@dataclass(frozen=True)
class Left:
    """What was edited in a version before another took its place."""

    row: VersionRow
    live: VersionRow
    edits: LeftEdits
    names: Mapping[str, str]

    def context(self) -> dict[str, Any]:
        """For templates."""
        cells = [Change(*cell, Roster(self.live.duties).on(*cell), codes) for cell, codes in self.edits.cells.items()]
        return {"row": self.row, "live": self.live, "names": self.names, "cells": cells, "moved": self.edits.moved}


def _find_left(visit: Visit, number: int) -> Left | None:
    """What was edited in a superseded version and not saved."""
    found = find_superseded(visit.standing.files, visit.desk, number, store=visit.store)
    if found is None or not count_steps(visit.slug, found[0]):
        return None
    row, live = found
    edits = LeftEdits.of(read_copy(visit.slug, row), read_copy(visit.slug, live))
    return Left(row, live, edits, row.people)


def _open(visit: Visit, number: int) -> Editing:
    return open_editing(visit.desk, number, reader=visit.reader, files=visit.standing.files, **visit.use)


def _state(visit: Visit, editing: Editing) -> State:
    return State(visit, editing, read_copy(visit.slug, editing.row))


@require_GET
@at_desk(Action.EDIT)
def edit(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """The month as a table to be edited."""
    try:
        editing = _open(visit, number)
    except Refusal:
        if left := _find_left(visit, number):
            return render(request, "page/left_edits.html", left.context(), status=409)
        raise
    state = _state(visit, editing)
    problem = state.editing.problem
    keys = find_keys(problem.month_codes)
    shifts = [
        {"code": one.shift.code, "name": one.shift.name or one.shift.code, "key": keys.get(one.shift.code, "")}
        | {"times": say_span(one.shift.start, one.shift.end, visit.lang)}
        for one in problem.shift_periods
    ]
    context = state.context() | {
        "shifts": list({one["code"]: one for one in shifts}.values()),
        "keys": " ".join(f"{code}={key}" for code, key in keys.items()),
        "title": state.judged.view.edition.title(visit.lang),
        "month_name": state.judged.view.edition.month(visit.lang),
        "days": problem.dates,
        "choices": join_items(dict.fromkeys(one["code"] for one in shifts), visit.lang),
    }
    return render(request, "page/edit.html", context)


@require_POST
@at_desk(Action.EDIT)
def change(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Give cells other shifts, or pin them."""

    def act(editing: Editing, copy: WorkingCopy) -> EditStep | None:
        cells, pins = _read_changes(request, editing)
        return copy.edit(cells, pins=pins, seen=_seen(request, copy), names=editing.problem.names, **_maker(visit))

    return _step(request, visit, number, act)


@require_POST
@at_desk(Action.EDIT)
def undo(request: HttpRequest, visit: Visit, number: int, what: str) -> HttpResponse:
    """Take the last step back, or do it again."""

    def act(_: Editing, copy: WorkingCopy) -> EditStep:
        make = copy.undo if what == "undo" else copy.redo
        return make(seen=_seen(request, copy), **_maker(visit))

    return _step(request, visit, number, act)


@require_POST
@at_desk(Action.EDIT)
def weigh(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """What a change would do, before it is made."""
    editing = _open(visit, number)
    state = _state(visit, editing)
    cells, _ = _read_changes(request, editing)
    after = editing.judge(state.copy.roster.replace_cells(cells))
    effect = Effect.of(state.judged, after)
    context = {"said": say_effect(effect, editing, visit), "is_bad": bool(effect.broken)}
    return render(request, "page/_effect.html", context)


def _maker(visit: Visit) -> dict[str, Any]:
    return {"by": visit.person, "at": datetime.now(UTC)}


def _seen(request: HttpRequest, copy: WorkingCopy) -> int:
    """The revision that whoever edits was looking at; the newest where none is said."""
    said = request.POST.get("seen", "")
    return min(int(said), copy.revision) if said.isascii() and said.isdigit() else copy.revision


def _read_changes(request: HttpRequest, editing: Editing) -> tuple[dict[Cell, Codes], list[Cell]]:
    """The cells that are to change, and those to pin or let go.

    Raises
    ------
    Refusal
    """
    sent, pins = request.POST.get("changes", "[]"), request.POST.get("pins", "[]")
    with suppress(ValueError, TypeError, RecursionError):
        changes = [(str(who), date.fromisoformat(day), str(text)[:100]) for who, day, text in json.loads(sent)]
        pinned = [(str(who), date.fromisoformat(day)) for who, day in json.loads(pins)]
        if len(changes) + len(pinned) <= MOST_CELLS and not any(find_hidden(text) for _, _, text in changes):
            cells = editing.read_cells(changes)
            editing.read_cells((who, day, "") for who, day in pinned)
            return cells, pinned
    raise Refusal(NOT_UNDERSTOOD)


def _step(
    request: HttpRequest, visit: Visit, number: int, act: Callable[[Editing, WorkingCopy], EditStep | None]
) -> HttpResponse:
    """Take a step, and answer with what is different now from what whoever made it was looking at."""
    try:
        editing = _open(visit, number)
    except Refusal:
        if request.htmx and _find_left(visit, number):  # type: ignore[attr-defined]
            return _reload()  # which offers to carry over what was changed
        raise
    before = _state(visit, editing)
    status, said, is_bad = 200, "", False
    try:
        after = State(visit, editing, take_step(visit.slug, editing.row, lambda copy: act(editing, copy)))
    except Refusal as error:
        if not request.htmx:  # type: ignore[attr-defined]
            raise
        after, said, is_bad = _state(visit, editing), error.say(visit.lang), True
        status = 409 if isinstance(error, RosterMoved) else 422
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("edit", visit.slug, editing.row.number)
    if request.POST.get("stamp") != editing.stamp:
        messages.warning(request, TABLES_CHANGED.say(visit.lang))
        if said:
            messages.error(request, said)
        return _reload()
    if not said:
        effect = Effect.of(before.judged, after.judged)
        said, is_bad = say_effect(effect, editing, visit), bool(effect.broken)
        if not effect.changes and before.copy.pins != after.copy.pins:
            said = PINNED.say(visit.lang, n=len(after.copy.pins))
    seen = State(visit, editing, WorkingCopy(after.copy.base, after.copy.steps[: _seen(request, after.copy)]))
    context = after.context() | {"said": said, "is_bad": is_bad, "moved": find_moved(seen.table, after.table)}
    return render(request, "page/_edit_update.html", context, status=status)


def _reload() -> HttpResponse:
    """The answer that has the page's script load the page anew."""
    answer = HttpResponse()
    answer.headers["HX-Refresh"] = "true"
    return answer


def find_moved(before: MonthTable, after: MonthTable) -> dict[str, list[Any]]:
    """The cells, sums, heads of columns and cells of the foot that are not as they were."""
    found: dict[str, list[Any]] = {"cells": [], "sums": [], "foot": [], "columns": []}
    for old_group, new_group in zip(before.groups, after.groups, strict=True):
        for old, new in zip(old_group.rows, new_group.rows, strict=True):
            found["cells"] += [new for old, new in zip(old.cells, new.cells, strict=True) if old != new]
            found["sums"] += [new for old, new in zip(old.sums, new.sums, strict=True) if old != new]
    for old_foot, new_foot in zip(before.foot, after.foot, strict=True):
        found["foot"] += [new for old, new in zip(old_foot.cells, new_foot.cells, strict=True) if old != new]
    found["columns"] = [new for old, new in zip(before.columns, after.columns, strict=True) if old != new]
    return found


def say_effect(effect: Effect, editing: Editing, visit: Visit) -> str:
    """What becomes of the version by a step, in a line."""
    lang, names = visit.lang, editing.problem.names
    if not effect.changes:
        return NO_CHANGE.say(lang)
    told = [change_line(one, names, lang) for one in effect.changes[:MOST_TOLD]]
    if len(effect.changes) > MOST_TOLD:
        told.append(MORE.say(lang, n=len(effect.changes)))
    said = [join_items(told, lang)]
    if effect.cost:
        said.append(COST.say(lang, n=effect.cost))
    if effect.mended:
        said.append(MENDS.say(lang, n=len(effect.mended)))
    if effect.broken:
        what = [say_finding(one, visit.reader, names, lang) for one in effect.broken[:MOST_TOLD]]
        said.append(BREAKS.say(lang, n=len(effect.broken), what=join_items(what, lang)))
    else:
        said.append(FINE.say(lang))
    return ("；" if lang == "zh" else "; ").join(said)


@require_GET
@at_desk(Action.EDIT)
def choose(request: HttpRequest, visit: Visit, number: int, day: date) -> HttpResponse:
    """What there is to know of a cell while it is edited, and what it could hold."""
    who = request.GET.get("who", "")
    state = _state(visit, _open(visit, number))
    problem = state.editing.problem
    if who not in problem.worker_by_id or day not in problem.day_by_date:
        raise Http404
    codes = state.copy.roster.on(who, day)
    index = problem.dates.index(day)
    rows = (row for group in state.table.groups for row in group.rows)
    cell = next(row.cells[index] for row in rows if row.worker.id == who)
    context = state.context() | {
        "who": who,
        "day": day,
        "name": problem.names[who],
        "codes": codes,
        "shifts": say_shifts(problem, day, codes, visit.lang),
        "choices": [
            (one.code, json.dumps([[who, day.isoformat(), one.code]]), name_shift(one), one.code in codes)
            for one in problem.shifts_on(day)
        ],
        "rest": json.dumps([[who, day.isoformat(), ""]]),
        "pin": json.dumps([[who, day.isoformat()]]),
        "is_pinned": (who, day) in state.copy.pins,
        "said": cell.title.splitlines(),
    }
    return render(request, "page/_choose.html" if request.htmx else "page/choose.html", context)  # type: ignore[attr-defined]


@require_GET
@at_desk(Action.EDIT)
def candidates(request: HttpRequest, visit: Visit, number: int, day: date) -> HttpResponse:
    """Everybody else ranked for somebody's duty, as the month stands while it is edited; each can be given it."""
    editing = _open(visit, number)
    copy, problem = read_copy(visit.slug, editing.row), editing.problem
    who, code = request.GET.get("who", ""), request.GET.get("shift", "")
    codes = copy.roster.on(who, day)
    if code not in codes:  # it was changed after the panel was opened
        return HttpResponse(NOT_THERE.say(visit.lang), content_type="text/plain; charset=utf-8")
    left = "+".join(one for one in codes if one != code)
    found = editing.rank(copy.roster.replace_cells({(who, day): [one for one in codes if one != code]}), day, code)
    rows = [
        {
            "name": problem.names[one.worker],
            "that_day": say_their_day(one, visit.lang),
            "word": say_candidate(found, one, visit.lang),
            "kind": one.word.value,
            "one": one,
            "changes": json.dumps(
                [
                    [who, day.isoformat(), left],
                    [one.worker, day.isoformat(), "+".join((*copy.roster.on(one.worker, day), code))],
                ]
            ),
        }
        for one in found.ranked
        if one.worker != who
    ]
    context = {"found": found, "rows": rows, "day": day, "shift": found.shift, "row": editing.row, "copy": copy}
    partial = request.htmx  # type: ignore[attr-defined]
    return render(request, "page/_edit_candidates.html" if partial else "page/edit_candidates.html", context)


@at_desk(Action.EDIT)
def save(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Save it as a draft, or ask for what was changed where the version is in force."""
    state = _state(visit, _open(visit, number))
    kind = BecauseForm if state.editing.is_live else RemarkForm
    form = kind(sent_with(request), lang=visit.lang)
    broken: list[str] = []
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        if seen != str(state.copy.revision):
            raise RosterMoved(MOVED_BEFORE_SAVING)
        done = save_edited(
            visit.desk, number, state.copy.cells, visit.person, form.cleaned_data["because"], **visit.use
        )
        if done.is_recorded:
            throw_away(visit.slug, number)
            return _say_saved(request, visit, done)
        names = done.problem.names
        broken = [say_finding(one, visit.reader, names, visit.lang) for one in done.broken]
        broken = asked_reasons(done.asked, visit.lang) if done.asked else broken
    context = state.context() | {"form": form, "broken": broken, "names": state.editing.problem.names}
    return render(request, "page/save_edited.html", context, status=422 if broken or form.errors else 200)


def _say_saved(request: HttpRequest, visit: Visit, done: Saved) -> HttpResponse:
    for note in done.notes:
        messages.warning(request, note.say(visit.lang))
    if done.draft:
        messages.success(request, SAVED.say(visit.lang, n=done.draft.number))
        address = reverse("month", args=[visit.slug, done.draft.month])
        return redirect(f"{address}?version={done.draft.number}")
    assert done.asked is not None
    messages.success(request, ASKED.say(visit.lang, n=done.asked.request.number))
    return redirect("requests", visit.slug)


@require_POST
@at_desk(Action.EDIT)
def carry_over(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Do in the version in force what was done in a version before it took that one's place."""
    left = _find_left(visit, number)
    if left is None:
        raise Refusal(NOTHING_LEFT, n=number)
    editing = _open(visit, left.live.number)

    def act(copy: WorkingCopy) -> EditStep | None:
        edits = LeftEdits.of(read_copy(visit.slug, left.row), copy)
        check_held(editing.problem, edits.cells)
        names = editing.problem.names
        return copy.edit(edits.cells, pins=edits.pins, seen=copy.revision, names=names, **_maker(visit))

    take_step(visit.slug, left.live, act)
    throw_away(visit.slug, number)
    messages.success(request, CARRIED.say(visit.lang, cells=len(left.edits.cells), n=left.live.number))
    if left.edits.moved:
        told = [change_line(one, left.names, visit.lang) for one in left.edits.moved]
        messages.warning(request, NOT_CARRIED.say(visit.lang, cells=join_items(told, visit.lang)))
    return redirect("edit", visit.slug, left.live.number)


@require_POST
@at_desk(Action.EDIT)
def discard(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Throw away what was changed; the version stays as it is."""
    left = _find_left(visit, number)
    row = left.row if left else _open(visit, number).row
    throw_away(visit.slug, number)
    messages.success(request, THROWN.say(visit.lang))
    return redirect(f"{reverse('month', args=[visit.slug, row.month])}?version={number}")
