"""What of an entry and of a version is private, and how it is kept apart from what is hashed: pure functions.

::

    what           where it stands in an entry            where it stands in a version's parts
    leave_kind     kind of leave asked for, called off,   kind of each row of `leave`
                   granted (but work: training, outside)  (but work: training, outside)
    reason         of a request: `because`, `override`,   –
                   `decided_because`; of every entry
                   about a request, but of versions
    certificate    by when papers are due                 –
    phone          –                                      phone of each row of `workers`
    attendance     each finding of `attendance`: duty,    –
                   what, minutes, stand-in, whether it is so

In what is hashed a private value stands as `{"private": DIGEST}`; the ledger has the
value itself, and the salt of its digest, in a row of its own, whose content can be
erased. Whose a value is: the person's who is away or works overtime, else the
requester's where the request concerns them, else that of the first whom it concerns.
A finding about attendance leaves its person and month; the reason for which it was
confirmed is private where all that it was said of is one person's.
The reasons for acts of the desk (publication, withdrawal, surge, import) are not private, and a version that carries
out a request names its number (`redaction`); earlier releases noted its reason there, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from scheduler.domain import ERASED_LEAVE, WORKING_LEAVE, Month
from scheduler.i18n import Sentence

LEAVE_KIND, REASON, PHONE, CERTIFICATE = "leave_kind", "reason", "phone", "certificate"
ATTENDANCE = "attendance"
WHAT_NAMES: Mapping[str, Sentence] = {
    LEAVE_KIND: Sentence("假别", "kinds of leave"),
    REASON: Sentence("理由", "reasons"),
    PHONE: Sentence("电话", "phones"),
    CERTIFICATE: Sentence("证明期限", "days by which certificates are due"),
    ATTENDANCE: Sentence("考勤", "findings of attendance"),
}
ERASED_REASON = "（理由已删除 / reason erased）"
# What is read in place of an erased value.
ERASED: Mapping[str, str] = {
    LEAVE_KIND: ERASED_LEAVE,
    REASON: ERASED_REASON,
    PHONE: "",
    CERTIFICATE: "",
    ATTENDANCE: "",
}

MARK = "private"
SAID = "said"  # key of an entry's facts under which its reason stands, where that is private
REFERENCE = re.compile(
    rf'\{{"{MARK}":"([0-9a-f]{{64}})"\}}'
)  # in canonical JSON, where quotation marks of texts are escaped
IN_THE_CLEAR = 7  # of a finding about attendance, as `Attendance.to_json` has it
PRIVATE_PARTS = ("leave", "workers")


class PrivateValue(NamedTuple):
    """A private value.

    Attributes
    ----------
    worker : str
        Id of whose it is.
    what : str
        One of `WHAT_NAMES`.
    month : str
        The last month that it is about, as `2026-12`; empty for what belongs to no month.
    """

    worker: str
    what: str
    month: str
    content: str


class About(NamedTuple):
    """Whose the private facts of a request are, and the last month that it is about."""

    worker: str
    month: str


Hide = Callable[[PrivateValue], object]  # gives what is to stand in a value's place
Reveal = Callable[[str], str]  # gives the value of a digest


def about_request(facts: Mapping[str, Any]) -> About:
    """Whom a request is about, from the facts of its entry `requested`, hidden or not."""
    leaves = [leave for key in ("leave", "cancelled_leave") if (leave := facts.get(key))]
    rows = [row for key in ("give", "take", "overtime") if (row := facts.get(key))] + list(facts.get("cells") or ())
    by, concerned = str(facts.get("by", "")), [str(row[0]) for row in rows] + list(facts.get("parties") or ())
    away = [str(leave["worker"]) for leave in leaves] + [row[0] for row in (facts.get("overtime"),) if row]
    worker = away[0] if away else by if by in concerned or not concerned else concerned[0]
    days = [str(leave["last"]) for leave in leaves] + [str(row[1]) for row in rows]
    return About(worker, max([str(facts.get("month", "")), *(day[:7] for day in days)]))


def hide_entry(
    because: str, facts: Mapping[str, Any], about: About | None, hide: Hide
) -> tuple[str, Mapping[str, object]]:
    """An entry's reason and facts as they are hashed: every private value in the form that `hide` gives it.

    Parameters
    ----------
    about : About or None
        Whose the facts are; `None` for an entry that is not about a request: of it, findings about attendance alone.
    """
    if about is None:
        return _hide_attendance(because, facts, hide)

    def hidden(what: str, content: object, worker: str = about.worker, month: str = about.month) -> object:
        return hide(PrivateValue(worker, what, month, content)) if content and isinstance(content, str) else content

    found = dict(facts)
    for key in ("because", "override", "decided_because"):
        if key in found:
            found[key] = hidden(REASON, found[key])
    for key in ("leave", "cancelled_leave", "granted"):
        if leave := found.get(key):
            found[key] = _hide_kind(leave, hide)
    if "papers_due" in found:
        found["papers_due"] = hidden(CERTIFICATE, found["papers_due"])
    return ("", found | {SAID: hidden(REASON, because)}) if because else ("", found)


def _hide_attendance(because: str, facts: Mapping[str, Any], hide: Hide) -> tuple[str, Mapping[str, object]]:
    """An entry of attendance as it is hashed: of each finding its person and month, and the rest of it private."""
    rows: Sequence[Any] = facts.get("attendance") or ()
    clear = [row for row in rows if len(row) == IN_THE_CLEAR]
    if not clear:
        return because, facts
    hidden = {id(row): [row[0], row[1][:7], hide(_finding_value(row))] for row in clear}
    found = {**facts, "attendance": [hidden.get(id(row), row) for row in rows]}
    one = About(str(clear[0][0]), max(row[1] for row in clear)[:7])
    if not because or any(row[0] != one.worker for row in clear):
        return because, found
    return "", found | {SAID: hide(PrivateValue(one.worker, REASON, one.month, because))}


def _finding_value(row: Sequence[Any]) -> PrivateValue:
    kept = json.dumps(row[1:], ensure_ascii=False, separators=(",", ":"))
    return PrivateValue(str(row[0]), ATTENDANCE, str(row[1])[:7], kept)


def show_entry(because: str, facts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """An entry's reason and facts as they were noted, from those that are hashed with every reference replaced already."""
    return str(facts.pop(SAID, because)), facts


def hide_parts(parts: Mapping[str, Any], hide: Hide) -> dict[str, Any]:
    """The parts of a version as they are hashed: every private value in the form that `hide` gives it."""
    found = dict(parts)
    if isinstance(rows := found.get("leave"), list):
        found["leave"] = [_hide_kind(row, hide) for row in rows]
    if isinstance(rows := found.get("workers"), list):
        found["workers"] = [_hide_phone(row, hide) for row in rows]
    return found


def _hide_kind(leave: Any, hide: Hide) -> Any:
    kind = leave.get("kind") if isinstance(leave, Mapping) else None
    if not isinstance(kind, str) or kind in (*WORKING_LEAVE, ERASED_LEAVE):
        return leave
    return {**leave, "kind": hide(PrivateValue(str(leave["worker"]), LEAVE_KIND, str(leave["last"])[:7], kind))}


def _hide_phone(worker: Any, hide: Hide) -> Any:
    phone = worker.get("phone") if isinstance(worker, Mapping) else None
    if not phone or not isinstance(phone, str):
        return worker
    return {**worker, "phone": hide(PrivateValue(str(worker["id"]), PHONE, "", phone))}


def reference(digest: str) -> dict[str, str]:
    """What stands in the place of a private value."""
    return {MARK: digest}


def references_in(text: str) -> list[str]:
    """The digests that a canonical JSON text refers to."""
    return REFERENCE.findall(text)


def read_json(text: str, reveal: Reveal) -> Any:
    """What a canonical JSON text holds, with the value of every private fact that it refers to."""
    if f'{{"{MARK}":' not in text:
        return json.loads(text)

    def show(found: dict[str, Any]) -> Any:
        digest = found.get(MARK)
        return reveal(digest) if len(found) == 1 and isinstance(digest, str) else found

    return json.loads(text, object_hook=show)


def in_the_clear(because: str, facts: Mapping[str, Any], about: About | None) -> list[PrivateValue]:
    """The private values that an entry of an earlier release holds in the clear, each once."""
    found: dict[PrivateValue, None] = {}
    hide_entry(because, facts, about, lambda value: found.setdefault(value))
    return list(found)


def parts_in_the_clear(parts: Mapping[str, Any]) -> list[PrivateValue]:
    """The same of a version's parts."""
    found: dict[PrivateValue, None] = {}
    hide_parts(parts, lambda value: found.setdefault(value))
    return list(found)


def values_of(parts: Mapping[str, Any]) -> tuple[str, ...]:
    """The private values of a version's parts, and what stands for those that are erased, in their order."""
    leave, workers = (rows if isinstance(rows := parts.get(name), list) else [] for name in PRIVATE_PARTS)
    return (*(str(row.get("kind", "")) for row in leave), *(str(row.get("phone", "")) for row in workers))


# What is to be erased


class Kept(NamedTuple):
    """A private value as the ledger keeps it, without its content.

    Attributes
    ----------
    month : str
        The last month that it is about, of those that refer to it, too, where it belongs to none itself.
    erased : int or None
        The log's entry that erased it.
    is_open : bool
        Whether a request that is still open refers to it.
    """

    digest: str
    worker: str
    what: str
    month: str
    erased: int | None = None
    is_open: bool = False


class Selection(NamedTuple):
    """What is to be erased, and what of the same people or years is kept because it is not over."""

    erased: tuple[Kept, ...]
    kept: tuple[Kept, ...]


def select_leaver(values: Iterable[Kept], ids: frozenset[str], present: Month) -> Selection:
    """What is erased of somebody who has left: whatever is not of a month or a request that is not over."""
    mine = [value for value in values if value.worker in ids and value.erased is None]
    kept = tuple(value for value in mine if value.is_open or value.month >= str(present))
    return Selection(tuple(value for value in mine if value not in kept), kept)


def is_due(month: str, years: int, today: date) -> bool:
    """Whether a month, as `2026-12`, ended at least so many years ago."""
    return month < f"{today.year - years:04d}-{today.month:02d}"


def select_due(values: Iterable[Kept], years: int, today: date) -> Selection:
    """What is older than the years that the desk sets: of months that ended at least so long ago."""
    old = [value for value in values if value.erased is None and is_due(value.month, years, today)]
    kept = tuple(value for value in old if value.is_open)
    return Selection(tuple(value for value in old if value not in kept), kept)
