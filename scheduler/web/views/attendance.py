"""Attendance on the page: a clock's export held against the duties, and what HR says of each finding entered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from scheduler import clock
from scheduler.app.attendance import AttendanceTold, compare_attendance, say_counts
from scheduler.app.enter_attendance import ENTERED, decide_attendance
from scheduler.app.new_desk import find_kept, keep_aside, kept_at
from scheduler.domain import Month
from scheduler.errors import Fault, InputError, SchedulerError
from scheduler.files.papers.attendance_sheet import ProposedRow
from scheduler.files.schema.clock_exports import EXPORTS_BY_NAME
from scheduler.i18n import Lang, Sentence
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import BecauseForm, read_number
from scheduler.web.hr_forms import ClockExportForm
from scheduler.web.roles import Action
from scheduler.workflow.attendance import FINDING_NAMES, Finding
from scheduler.workflow.rights import Right, say_deciders

MOST_ROWS = 100  # on a page
WORDS = {"yes": "yes", "no": "no", "back": "take back"}  # of a button, as the sheet has it
FILTERS: Mapping[str, Sentence] = {
    "open": Sentence("待确认", "to confirm"),
    "recorded": Sentence("已确认", "confirmed"),
    "rejected": Sentence("已否决", "rejected"),
}
WRONG = Sentence("“{found}”；应为：{expected}", "“{found}”; expected: {expected}")
NOT_CHOSEN = Sentence(
    "改过，却没有选中：请选中这一行，或改回去", "changed, but not chosen: choose this row, or change it back"
)
MOVED = Sentence(
    "选中的有的已不在这里（刚被别人确认或否决，或排班变了）：请看现在的，再选",
    "some of what was chosen is not here any more (somebody else has just said of it, or the roster changed): look again",
)
NOT_SEEN = Sentence("第 {row} 行：{what}", "row {row}: {what}")


@dataclass(frozen=True)
class Asked:
    """Which findings are looked at.

    Attributes
    ----------
    kept : str
        By which the clock's files are found; empty for what is confirmed alone.
    only : str
        One of `FILTERS`, or a finding that waits.
    since : int
        The first row that is shown, counted from 0.
    """

    month: Month
    cut_off: bool = False
    mapping: str = ""
    kept: str = ""
    only: str = "open"
    since: int = 0

    @classmethod
    def read(cls, said: QueryDict, visit: Visit) -> Asked:
        """From an address or a form; what was not asked for, or makes no sense, as it is by default."""
        try:
            month = Month.parse(said.get("month", ""))
        except ValueError:
            month = Month.of(clock.at_desk(clock.now, visit.standing.files.desk.zone).date())
        mapping = said.get("mapping", "")
        only = said.get("only", "")
        return cls(
            month,
            bool(said.get("cut_off")),
            mapping if mapping in EXPORTS_BY_NAME else "",
            said.get("kept", ""),
            only if only in FILTERS or only in FINDING_NAMES else "open",
            read_number(said.get("since")) or 0,
        )

    def address(self, visit: Visit, **other: Any) -> str:
        """Where they are shown, or others beside them."""
        asked = replace(self, **other)
        said = {"month": asked.month, "cut_off": asked.cut_off and 1, "mapping": asked.mapping, "kept": asked.kept}
        said |= {"only": asked.only if asked.only != "open" else "", "since": asked.since}
        return (
            f"{reverse('attendance', args=(visit.slug,))}?{urlencode({key: one for key, one in said.items() if one})}"
        )

    def shows(self, row: ProposedRow) -> bool:
        """Whether a finding is among them."""
        state = "recorded" if row.is_recorded else "rejected" if row.is_rejected else "open"
        return self.only in (state, row.attendance.finding.value if state == "open" else "")


@dataclass
class Line:
    """A finding on the page, with what was typed into it.

    Attributes
    ----------
    key : str
        Which finding it is, as the form sends it back.
    """

    number: int
    row: ProposedRow
    key: str
    finding: str
    minutes: str
    by: str
    chosen: bool = False
    faults: list[str] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)

    @property
    def said(self) -> Sentence:
        """The finding in words."""
        return FINDING_NAMES[self.row.attendance.finding]

    @property
    def is_changed(self) -> bool:
        """Whether something else stands there than what was proposed."""
        one = self.row.attendance
        return (self.finding, self.minutes or "0", self.by) != (one.finding.value, str(one.minutes), one.by)


@require_GET
@at_desk(Action.SEE_HR)
def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What HR has confirmed of a month; with a clock's files, what they say of it."""
    asked = Asked.read(request.GET, visit)
    found = _compare(asked, visit)
    return _render(request, visit, asked, found, _lines(found, asked))


@require_POST
@at_desk(Action.SEE_HR)
def compare(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take a clock's files and hold them against the duties; nothing is recorded."""
    form = ClockExportForm(request.POST, lang=visit.lang, files=request.FILES)
    asked = Asked.read(request.POST, visit)
    if form.is_valid():
        try:
            kept = keep_aside(
                kept_at(settings.HOME), [(one.name, one.chunks()) for one in form.cleaned_data["exports"]]
            )
            asked = replace(asked, kept=kept)
            _compare(asked, visit)
        except SchedulerError as error:
            for line in error.say(visit.lang).splitlines():
                form.add_error("exports", line)
        else:
            return redirect(asked.address(visit))
    asked = replace(asked, kept="")
    found = _compare(asked, visit)
    return _render(request, visit, asked, found, _lines(found, asked), form=form, status=422)


@require_POST
@at_desk(Action.CONFIRM_ATTENDANCE)
def decide(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Enter what is said of the findings that were chosen."""
    asked, sent = Asked.read(request.POST, visit), request.POST
    word, because = WORDS.get(sent.get("say", ""), ""), BecauseForm(sent, lang=visit.lang)
    found = _compare(asked, visit)
    lines = _lines(found, asked)
    said = dict(_read_lines(sent, lines, word))
    forgotten = [line for line in lines if line.is_changed and not line.chosen]
    for line in forgotten:
        line.faults.append(NOT_CHOSEN.say(visit.lang))
    told = [MOVED.say(visit.lang)] if len(said) < len(sent.getlist("row")) else []
    if because.is_valid() and word and not forgotten and not told:
        try:
            done = decide_attendance(visit.desk, said, visit.person, because.cleaned_data["because"], **visit.use)
        except InputError as error:
            told = _put_faults(error.faults, lines, visit.lang)
        except SchedulerError as error:
            told = [error.say(visit.lang)]
        else:
            messages.success(request, ENTERED.say(visit.lang, n=len(done.entered), before=done.before))
            for fault in done.stuck:
                messages.warning(request, fault.say(visit.lang))
            return redirect(asked.address(visit, since=0))
    return _render(request, visit, asked, found, lines, because=because, faults=told, status=422)


def _compare(asked: Asked, visit: Visit) -> AttendanceTold:
    paths = find_kept(kept_at(settings.HOME), asked.kept) if asked.kept else []
    terms: dict[str, Any] = {"cut_off": asked.cut_off, "mapping": asked.mapping}
    return compare_attendance(visit.desk, paths, asked.month, **terms, **visit.use)


def _lines(found: AttendanceTold, asked: Asked) -> list[Line]:
    """The findings of the page that is shown."""
    shown = [row for row in found.sheet.rows if asked.shows(row)][asked.since : asked.since + MOST_ROWS]
    return [_line(number, row) for number, row in enumerate(shown, asked.since + 1)]


def _line(number: int, row: ProposedRow) -> Line:
    one = row.attendance
    key = json.dumps([str(one.day), one.shift, one.worker, one.finding.value], ensure_ascii=False)
    return Line(number, row, key, one.finding.value, str(one.minutes or ""), one.by)


def _read_lines(sent: QueryDict, lines: Sequence[Line], word: str) -> Iterator[tuple[int, dict[str, str]]]:
    """What was chosen, as rows of the sheet by the numbers of their lines; what was typed stands in the lines then, too."""
    numbers = {sent[name]: name.removeprefix("key-") for name in sent if name.startswith("key-")}
    chosen = set(sent.getlist("row"))
    for line in lines:
        number = numbers.get(line.key)
        if number is None:
            continue
        line.chosen = number in chosen
        line.finding, line.minutes, line.by = (
            sent.get(f"{name}-{number}", "").strip() for name in ("finding", "minutes", "by")
        )
        if line.chosen:
            one = line.row.attendance
            row = {"date": str(one.day), "shift": one.shift, "id": one.worker, "confirm": word}
            typed = {"finding": line.finding, "minutes": line.minutes, "by": line.by}
            kept = {"finding": one.finding.value, "minutes": str(one.minutes), "by": one.by}
            yield line.number, row | (typed if word == WORDS["yes"] else kept)


def _put_faults(faults: Iterable[Fault], lines: Sequence[Line], lang: Lang) -> list[str]:
    """Put each fault to its line and field."""
    by_number, rest = {line.number: line for line in lines}, list[str]()
    for fault in faults:
        expected = fault.expected.say(lang)
        what = WRONG.say(lang, found=fault.found, expected=expected) if fault.found else expected
        if line := by_number.get(fault.row):
            line.faults.append(what)
            line.bad.add(fault.column)
        else:
            rest.append(NOT_SEEN.say(lang, row=fault.row, what=what))
    return rest


def _render(
    request: HttpRequest,
    visit: Visit,
    asked: Asked,
    found: AttendanceTold,
    lines: Sequence[Line],
    *,
    form: ClockExportForm | None = None,
    because: BecauseForm | None = None,
    faults: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    rights, rows = visit.standing.rights, found.sheet.rows
    may = visit.may(Action.CONFIRM_ATTENDANCE) and rights.may(visit.person, Right.ENTER)
    first = {"month": str(asked.month), "cut_off": asked.cut_off, "mapping": asked.mapping}
    filters = [(one, FILTERS.get(one) or FINDING_NAMES[Finding(one)]) for one in (*FILTERS, *FINDING_NAMES)]
    counts = [(name, asked.address(visit, only=one, since=0), one) for one, name in filters]
    shown = [replace(asked, only=one) for one, _ in filters]
    context = {
        "asked": asked,
        "found": found,
        "counts": say_counts(found, visit.lang),
        "filters": [
            (*one, n)
            for one, which in zip(counts, shown, strict=True)
            if (n := sum(map(which.shows, rows))) or one[2] == asked.only
        ],
        "lines": lines,
        "form": form or ClockExportForm(lang=visit.lang, initial=first),
        "because": because or BecauseForm(lang=visit.lang),
        "may": may,
        "deciders": say_deciders(rights, rights.find_deciders((Right.ENTER,))).say(visit.lang),
        "findings": [(one.value, name) for one, name in FINDING_NAMES.items()],
        "people": [(worker.id, worker.name) for worker in visit.standing.files.workers],
        "faults": faults,
        "earlier": asked.address(visit, since=max(0, asked.since - MOST_ROWS)) if asked.since else "",
        "later": asked.address(visit, since=asked.since + MOST_ROWS)
        if sum(map(asked.shows, rows)) > asked.since + MOST_ROWS
        else "",
    }
    return render(request, "page/attendance.html", context, status=status)
