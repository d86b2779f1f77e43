"""Notices to people whose duties change (RULES 5): a letter and a calendar file for each of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scheduler.domain import Change, Problem
from scheduler.files.papers.calendar import BECAUSE, change_events, make_calendar
from scheduler.files.papers.layout import file_stem
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.wording import say_change
from scheduler.i18n import Lang, Sentence
from scheduler.passing import make_own_folder, put_file

NOTICE_NAME = Sentence("变更", "change")
SAFE = re.compile(r"[^\w.-]")
LONGEST_PART = 96  # bytes, as of the desk's id
TO = Sentence("{name}（{id}）：", "{name} ({id}),")
MOVED = Sentence(
    "{desk} {month}排班表已改为第 {version} 版，您有 {n} 天变动：",
    "The roster of {desk} for {month} is now version {version}. It changes {n} of your days:",
)
LINE = Sentence("  {line}", "  {line}")
APPROVED = Sentence("批准：{by}", "Approved by: {by}")
IN_FORCE = Sentence("现行版本：第 {version} 版{mark}", "In force: version {version}{mark}")
MARK = Sentence("（指纹 {mark}）", " (fingerprint {mark})")
VOID = Sentence(
    "第 {n} 版作废：请停止使用，把旧表交回。其余日期不变。",
    "Version {n} is void: stop using it and return your copy. Your other days stay as they were.",
)
THE_REST = Sentence("其余日期不变。", "Your other days stay as they were.")
CALENDAR_TOO = Sentence(
    "附日历文件 {name}：导入后，原有日程会更新或取消。",
    "The calendar file {name} updates or cancels what earlier files put into your calendar.",
)
NOT_GIVEN = Sentence("未写", "not given")


def write_notices(
    folder: Path,
    edition: Edition,
    changes: Sequence[Change],
    because: str,
    lang: Lang = "zh",
    *,
    approved_by: str = "",
    replaces: int | None = None,
) -> list[Path]:
    """Write a letter and a calendar file for each person whose cells changed, and for nobody else.

    Parameters
    ----------
    folder : Path
        Made where it is not there; files of those names are replaced.
    edition : Edition
        The version now in force.
    changes : sequence of Change
        Against the version before; a cell that is the same before and after is passed over.
    because : str
        Why, as the people told may read it.
    approved_by : str
        Who approved the change.
    replaces : int or None
        The version that is void now.

    Returns
    -------
    list of Path
        Letter and calendar by turns, people in the desk's order.

    Raises
    ------
    OSError
        When a file cannot be written.
    """
    make_own_folder(folder)
    because, written = " ".join(because.split()), []
    for worker, theirs in _by_worker(edition.problem, changes).items():
        name = f"{file_stem(edition)}-{_file_part(worker)}-{NOTICE_NAME.say(lang)}"
        events = [event for change in theirs for event in change_events(edition, change, because, lang)]
        letter = _letter(edition, worker, theirs, because, lang, approved_by, replaces, edition.fingerprint)
        lines = [*letter, "", CALENDAR_TOO.say(lang, name=f"{name}.ics"), ""]
        written.append(put_file(folder / f"{name}.txt", "\n".join(lines).encode()))
        written.append(put_file(folder / f"{name}.ics", make_calendar(edition, worker, events, lang)))
    return written


def _by_worker(problem: Problem, changes: Sequence[Change]) -> dict[str, list[Change]]:
    """The cells that do change, by person, each person's by day."""
    order = {worker: place for place, worker in enumerate(problem.worker_by_id)}
    moved = [change for change in changes if set(change.before) != set(change.after)]
    moved.sort(key=lambda change: (order.get(change.worker, len(order)), change.worker, change.day))
    found: dict[str, list[Change]] = {}
    for change in moved:
        found.setdefault(change.worker, []).append(change)
    return found


def _file_part(worker: str) -> str:
    """An id as part of a file's name; one that had to be altered is told apart by a mark."""
    safe = SAFE.sub("_", worker).encode()[:LONGEST_PART].decode(errors="ignore")
    return safe if safe == worker else f"{safe}-{hashlib.sha256(worker.encode()).hexdigest()[:6]}"


def _letter(
    edition: Edition,
    worker: str,
    changes: Sequence[Change],
    because: str,
    lang: Lang,
    approved_by: str,
    replaces: int | None,
    mark: str,
) -> Iterator[str]:
    problem = edition.problem
    known = problem.worker_by_id.get(worker)
    month, version = edition.month(lang), edition.version
    yield TO.say(lang, name=known.name if known else worker, id=worker)
    yield ""
    yield MOVED.say(lang, desk=problem.desk.name, month=month, version=version, n=len(changes))
    yield from (LINE.say(lang, line=say_change(problem, change, lang)) for change in changes)
    yield ""
    yield BECAUSE.say(lang, because=because or NOT_GIVEN.say(lang))
    yield APPROVED.say(lang, by=approved_by or NOT_GIVEN.say(lang))
    yield IN_FORCE.say(lang, version=version, mark=MARK.say(lang, mark=mark) if mark else "")
    yield VOID.say(lang, n=replaces) if replaces else THE_REST.say(lang)
