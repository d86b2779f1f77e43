"""Where private facts still stand after the ledger has forgotten them: tables, papers, exported logs and ledgers at hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scheduler.app.papers_at_hand import MOST_PAPERS, find_papers
from scheduler.domain import WORKING_LEAVE
from scheduler.errors import InputError
from scheduler.files.papers.change_log import is_log
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.workflow.keeping_facts import ForgottenFacts
from scheduler.workflow.private_facts import is_due

SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class CopiesLeft:
    """What is at hand that may still hold what the ledger forgets.

    Attributes
    ----------
    leave, phones : int
        Rows of the desk's own tables.
    papers : tuple of Path
        Workbooks of the months concerned; what was given out with them lies beside them.
    logs : tuple of Path
        Exported change logs.
    ledgers : tuple of Path
        Backups, and ledgers kept by `restore`.
    """

    leave: int = 0
    phones: int = 0
    papers: tuple[Path, ...] = ()
    logs: tuple[Path, ...] = ()
    ledgers: tuple[Path, ...] = ()


def find_copies(files: DeskFiles, folder: Path, store: str, ids: Collection[str], facts: ForgottenFacts) -> CopiesLeft:
    """Look through the desk's tables, its folder and that of its papers.

    Parameters
    ----------
    store : str
        The ledger's URL.
    ids : collection of str
        Whose facts are forgotten; empty where it goes by age.
    """
    ledger, today = store.removeprefix("sqlite:///"), files.read_on
    rows = [row for row in files.leave if row.kind not in WORKING_LEAVE]
    rows = [row for row in rows if (row.worker in ids if ids else is_due(f"{row.last:%Y-%m}", facts.years, today))]
    phones = [one for one in files.workers if one.id in ids and one.phone]
    papers = [
        paper.path
        for paper in find_papers(folder, files.desk.id)
        if facts.first and facts.first <= str(paper.stamp.month) <= facts.last
    ]
    home = files.path if files.path.is_dir() else files.path.parent
    logs, ledgers = list[Path](), list[Path]()
    for path in _files_in(home, folder):
        if _begins_as_ledger(path):
            ledgers += [] if path.absolute() == Path(ledger).absolute() else [path]
        elif path.suffix.lower() in (".xlsx", ".csv"):
            with suppress(InputError, OSError, ValueError):
                logs += [path] if is_log(path) else []
    return CopiesLeft(len(rows), len(phones), tuple(papers), tuple(logs), tuple(ledgers))


def _files_in(*folders: Path) -> Iterator[Path]:
    """Files of a desk's folder and its papers', each once."""
    found: dict[Path, None] = {}
    with suppress(OSError):
        for folder in folders:
            for path in sorted(folder.rglob("*"))[:MOST_PAPERS]:
                if path.is_file() and not path.is_symlink():
                    found.setdefault(path.resolve())
    yield from found


def _begins_as_ledger(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False
