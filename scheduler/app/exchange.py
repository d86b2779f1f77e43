"""A published month told to a clock-in system: bodies in batches, what is missing, what was read back, a sheet filled in."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlsplit

from scheduler import clock
from scheduler.app.hr import FOR_HR
from scheduler.app.month_view import MonthView, view_month
from scheduler.app.session import guard_writes
from scheduler.domain import Month
from scheduler.errors import InputError, Refusal
from scheduler.files.papers.schedule_sheet import Filled, fill_schedule
from scheduler.files.reading.file_bytes import decode_text, read_bytes
from scheduler.files.reading.places import Place
from scheduler.files.writing.csv_text import csv_bytes
from scheduler.hr.exchange import (
    CALLS_A_MINUTE,
    PATHS,
    SYSTEM_NAMES,
    Difference,
    ExchangeIds,
    Exported,
    NotAnswered,
    System,
    compare_cells,
    export_roster,
    read_back,
)
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow
from scheduler.passing import put_file

CREDENTIAL_IN = "SCHEDULER_EXCHANGE_TOKEN"  # the variable of the environment that holds the token
SECONDS = 30.0
NO_IDS = Sentence(
    "“对接”表里没有{system}的编号（exchange.csv：system、worker 或 shift、theirs）",
    "the exchange table has no ids of {system} (exchange.csv: system, worker or shift, theirs)",
)
NO_JSON = Sentence(
    "{system}返回的 JSON 文本（第 {line} 行第 {column} 个字符起不成 JSON）",
    "the JSON that {system} answered (it is none from line {line}, character {column})",
)
NO_ANSWER = Sentence(
    "{system}返回的排班（{query} 的返回，每条有人、日期、班次）",
    "a schedule that {system} answered (to {query}; each row with a person, a day and a shift)",
)
FAILED_THERE = Sentence(
    "{system}的成功返回：对方说没有成功，请重新读回",
    "an answer of {system} that says it was done: this one says that it failed; read it back again",
)
QUERIES = {
    System.WECOM: "getcheckinschedulist",
    System.FEISHU: "user_daily_shifts/query",
    System.DINGTALK: "schedule/listbyusers",
}
NO_TOKEN = Sentence("发送要有环境变量 {name}", "sending needs the variable {name} of the environment")
NO_ADDRESS = Sentence(
    "https 的地址，或本机的 http，如 https://qyapi.example.com",
    "an https address, or http on this machine, such as https://qyapi.example.com",
)
GAPS_FIRST = Sentence(
    "还缺编号，没有发送：先补齐，或用允许有缺的选项",
    "ids are missing, and nothing was sent: fill them in first, or allow gaps",
)
NOT_TAKEN = Sentence(
    "第 {n} 个请求未被接受（{why}）；前 {done} 个已发送。再次发送是安全的：同一天以最后一次为准",
    "request {n} was not taken ({why}); {done} before it were sent. Sending again is safe: of a day the last one counts",
)
HEADS = {
    "missing": (Sentence("缺什么", "Missing"), Sentence("本部门", "Ours"), Sentence("说明", "What")),
    "differences": (
        Sentence("工号", "id"),
        Sentence("姓名", "name"),
        Sentence("日期", "date"),
        Sentence("本部门", "ours"),
        Sentence("对方", "theirs"),
    ),
}
NOT_THERE = Sentence("（没有）", "(none)")


@dataclass(frozen=True)
class ExchangeTold:
    """What was written, sent and compared.

    Attributes
    ----------
    differences : tuple of Difference or None
        `None` where nothing was read back.
    sent : int
        Requests that were taken.
    """

    system: System
    row: VersionRow
    exported: Exported
    names: Mapping[str, str]
    _: KW_ONLY
    written: tuple[Path, ...] = ()
    differences: tuple[Difference, ...] | None = None
    filled: Filled | None = None
    sent: int = 0


def export_month(
    desk: Path,
    to: System,
    month: Month | None = None,
    *,
    days: tuple[date, date] | None = None,
    operator: str = "",
    out: Path | None = None,
    read: Sequence[Path] = (),
    template: Path | None = None,
    send: str = "",
    with_gaps: bool = False,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
    wait: Callable[[float], None] = sleep,
) -> ExchangeTold:
    """Tell a system a month that is in force.

    Parameters
    ----------
    days : (date, date), optional
        The first and the last day that are told.
    operator : str
        Their id of whoever does it.
    out : Path, optional
        The folder for request bodies and the table of what is missing; with `template` the workbook that is written.
    read : sequence of Path
        Answers of the system, read back: compared cell by cell.
    template : Path, optional
        The group's own exported sheet, to be filled in.
    send : str
        The address of the system, where the bodies are to be sent.
    with_gaps : bool
        Whether to send although ids are missing.

    Raises
    ------
    InputError, LedgerError, Refusal
    """
    view = view_month(desk, month, reader=FOR_HR, drafts=False, store=store, now=now)
    files = view.files
    ids = next((one for one in files.exchange if one.system == to), None)
    if ids is None:
        raise Refusal(NO_IDS, system=SYSTEM_NAMES[to])
    names = {worker.id: worker.name for worker in files.workers}
    cells = dict(_cells(view, days))
    exported = export_roster(ids, cells, names, operator=operator, zone=files.desk.zone)
    differences = tuple(_compare(ids, exported, read, files.desk.zone)) if read else None
    written: list[Path] = []
    filled = None
    if template and out:
        with guard_writes(out.parent):
            filled = fill_schedule(template, out, view.row.month, _their_names(ids, cells, view), _known(ids, names))
        written.append(out)
    elif out:
        with guard_writes(out):
            written += _write(out, to, view, exported, differences, names, lang)
    sent = _send(to, exported, send, with_gaps, wait) if send else 0
    return ExchangeTold(
        to, view.row, exported, names, written=tuple(written), differences=differences, filled=filled, sent=sent
    )


def _cells(view: MonthView, days: tuple[date, date] | None) -> Iterator[tuple[tuple[str, date], tuple[str, ...]]]:
    """Who works what on each day of their employment."""
    for worker in view.edition.problem.workers:
        for day in view.edition.problem.dates:
            if worker.employed(day) and (not days or days[0] <= day <= days[1]):
                yield (worker.id, day), tuple(view.edition.roster.on(worker.id, day))


def _their_names(
    ids: ExchangeIds, cells: Mapping[tuple[str, date], tuple[str, ...]], view: MonthView
) -> dict[tuple[str, date], str]:
    """What is written into a sheet of theirs: the names of shifts there, of several on a day all."""
    problem = view.edition.problem

    def name(code: str, day: date) -> str:
        return (ids.shifts[code].name if code in ids.shifts else "") or problem.shift_on(day, code).name

    return {(who, day): "+".join(name(code, day) for code in codes) for (who, day), codes in cells.items()}


def _known(ids: ExchangeIds, names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Under which words somebody may stand in a sheet of theirs; a name that two have is none."""
    called = list(names.values())
    return {
        who: tuple(
            word
            for word in (who, ids.people[who].id if who in ids.people else "", name if called.count(name) == 1 else "")
            if word
        )
        for who, name in names.items()
    }


def _compare(ids: ExchangeIds, exported: Exported, read: Sequence[Path], zone: str) -> list[Difference]:
    found: dict[tuple[str, date], str] = {}
    for path in read:
        place = Place(path.name)
        system = SYSTEM_NAMES[ids.system]
        text = decode_text(read_bytes(path, place), place)
        try:
            found |= read_back(ids, json.loads(text), zone)
        except json.JSONDecodeError as error:
            raise InputError([place.fault(NO_JSON, system=system, line=error.lineno, column=error.colno)]) from error
        except NotAnswered as error:
            raise InputError([place.fault(FAILED_THERE, str(error), system=system)]) from error
        except (ValueError, RecursionError) as error:
            raise InputError([place.fault(NO_ANSWER, system=system, query=QUERIES[ids.system])]) from error
    return compare_cells(ids, exported.cells, found)


def _write(
    out: Path,
    to: System,
    view: MonthView,
    exported: Exported,
    differences: Sequence[Difference] | None,
    names: Mapping[str, str],
    lang: Lang,
) -> Iterator[Path]:
    out.mkdir(parents=True, exist_ok=True)
    stem, access = f"{to}-{view.row.month}-v{view.row.number}", view.files.access_for(FOR_HR)
    for number, body in enumerate(exported.bodies, 1):
        text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
        yield put_file(out / f"{stem}-{number:02d}.json", text.encode(), access)
    rows: list[Sequence[object]] = [[title.say(lang) for title in HEADS["missing"]]]
    rows += [[one.kind, one.ours, one.sentence.say(lang)] for one in exported.gaps]
    yield put_file(out / f"{stem}-missing.csv", csv_bytes(rows), access)
    if differences is not None:
        rows = [[title.say(lang) for title in HEADS["differences"]]]
        rows += [
            [
                one.worker,
                names.get(one.worker, ""),
                one.day,
                *(NOT_THERE.say(lang) if code is None else code for code in (one.ours, one.theirs)),
            ]
            for one in differences
        ]
        yield put_file(out / f"{stem}-differences.csv", csv_bytes(rows), access)


def _send(to: System, exported: Exported, address: str, with_gaps: bool, wait: Callable[[float], None]) -> int:
    """Send the bodies one after another, no faster than the system allows.

    Raises
    ------
    Refusal
        It is no address, there is no token, ids are missing, or a body is not taken.
    """
    where = urlsplit(address)
    is_here = where.hostname in ("localhost", "127.0.0.1", "::1")
    if not where.hostname or not (where.scheme == "https" or (where.scheme == "http" and is_here)):
        raise Refusal(NO_ADDRESS)
    token = os.environ.get(CREDENTIAL_IN, "")
    if not token:
        raise Refusal(NO_TOKEN, name=CREDENTIAL_IN)
    if exported.gaps and not with_gaps:
        raise Refusal(GAPS_FIRST)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    for number, body in enumerate(exported.bodies, 1):
        if number > 1:
            wait(60 / CALLS_A_MINUTE[to])
        if why := _post(kind(where.hostname, where.port, timeout=SECONDS), to, where.path.rstrip("/"), body, token):
            raise Refusal(NOT_TAKEN, n=number, why=why, done=number - 1)
    return len(exported.bodies)


def _post(connection: http.client.HTTPConnection, to: System, base: str, body: Mapping[str, Any], token: str) -> str:
    """Send one body; why it was not taken, empty where it was."""
    path, headers = base + PATHS[to], {"Content-Type": "application/json; charset=utf-8"}
    if to == System.FEISHU:
        headers["Authorization"] = f"Bearer {token}"
    else:
        path += f"?access_token={token}"
    try:
        connection.request("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers)
        answer = connection.getresponse()
        said = json.loads(answer.read(2**20) or b"{}")
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    code = said.get("errcode", said.get("code", 0)) if isinstance(said, dict) else "?"
    if answer.status == 200 and code == 0:
        return ""
    told = said.get("errmsg", said.get("msg", "")) if isinstance(said, dict) else ""
    return f"{answer.status} {code} {told}".strip()[:200]
