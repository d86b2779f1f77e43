"""What is printed and given out when a roster is published (RULES 1, 9, 40).

One workbook for everybody: pages for the notice board, and the list on which
everybody signs for a copy. For each person a slip, in a file that is theirs
alone. And the mail that goes with the workbook, as a text to paste and as a
message to open. Nothing here is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.files.papers.board import write_board
from scheduler.files.papers.issue import LEADER_ROLES, Issue, list_recipients
from scheduler.files.papers.layout import file_stem, issued_at
from scheduler.files.papers.mail import write_message, write_text
from scheduler.files.papers.receipts import write_receipts
from scheduler.files.papers.slips import Slips
from scheduler.files.put import pack
from scheduler.files.reading.file_bytes import read_bytes
from scheduler.files.reading.places import Place
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.page import Look, Page, clean, lay_out
from scheduler.files.writing.properties import HANDOUTS, SLIP, Stamp, set_stamp
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.passing import OWNER_ALONE, Access, file_part, make_own_folder, put_file
from scheduler.timeline import weeks
from scheduler.workflow.holdings import PersonNews
from scheduler.workflow.version import Recipient

# Files
HANDOUTS_NAME, MAIL_NAME = Sentence("分发", "handouts"), Sentence("邮件", "mail")
CONTENTS = Sentence("公告栏、分发签收表", "notice board, receipts")
THE_ROSTER = Sentence("排班表", "roster")

# Sheets
BOARD, RECEIPTS, SLIP_SHEET = (
    Sentence("公告栏 {day}", "Board {day}"),
    Sentence("分发签收", "Receipts"),
    Sentence("个人班表", "Slip"),
)


def write_handouts(
    folder: Path,
    edition: Edition,
    recipients: Sequence[Recipient],
    lang: Lang = "zh",
    *,
    replaces: int | None = None,
    leaders: Collection[str] = LEADER_ROLES,
    attached: Sequence[Path] = (),
    news: Sequence[PersonNews] | None = None,
    access: Access = OWNER_ALONE,
    links: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write what is given out with an edition; files of those names are replaced, one by one.

    Parameters
    ----------
    folder : Path
        Made where it is not there.
    recipients : sequence of Recipient
        Completed by `list_recipients`.
    replaces : int or None
        The version that was published last before this one, and is void.
    leaders : collection of str
        Roles whose phone a slip tells to those on the same shift.
    attached : sequence of Path
        Further files that go with the mail, such as the roster's workbook.
    news : sequence of PersonNews, optional
        Those who get a copy, with what differs from the one that they hold; everybody by default. Where a version is
        re-issued, most slips say what they said.
    access : Access
        Who may read the slips.
    links : mapping of str to str, optional
        The address at which each person finds their roster of the month; it stands on the slip as a QR code.

    Returns
    -------
    list of Path
        The workbook, the slips, the mail as text, the mail as a message.

    Raises
    ------
    OSError
        When a file cannot be written.
    InputError
        When one of those attached cannot be read.
    """
    make_own_folder(folder)
    issue = Issue(
        edition=edition,
        recipients=list_recipients(edition, recipients, news),
        lang=lang,
        replaces=replaces,
        leaders=leaders,
        news=news,
        links=links or {},
    )
    book = folder / f"{file_stem(edition)}-{HANDOUTS_NAME.say(lang)}.xlsx"
    mail = f"{file_stem(edition)}-{MAIL_NAME.say(lang)}"
    packed = _make_workbook(issue)
    files = [(path.name, read_bytes(path, Place(path.name)), THE_ROSTER) for path in attached]
    text = write_text(issue, [(name, what) for name, _, what in files] + [(book.name, CONTENTS)])
    message = write_message(issue, text, [(name, content) for name, content, _ in files] + [(book.name, packed)])
    return [
        put_file(book, packed),
        *_write_slips(folder, issue, access),
        put_file(folder / f"{mail}.txt", text.encode()),
        put_file(folder / f"{mail}.eml", message),
    ]


def _make_workbook(issue: Issue) -> bytes:
    """The notice board, the receipts and the slips."""
    book, edition, problem = Workbook(), issue.edition, issue.problem
    book.remove(book.worksheets[0])
    styles: dict[Look, Any] = {}

    def add_sheet(title: str, write: Callable[[Page], None], landscape: bool = False, fitted: bool = True) -> None:
        sheet: Worksheet = book.create_sheet(title)
        write(Page(sheet, styles))
        sheet.sheet_view.showGridLines = False
        left = f"{problem.desk.name} {edition.month(issue.lang)} {title}"
        lay_out(sheet, issue.lang, left, issue.say_version(issue.lang), landscape=landscape, fitted=fitted)

    for week in weeks(problem.dates, problem.desk.first_weekday):
        first = next(day for day in week if day in problem.day_by_date)
        add_sheet(issue.say(BOARD, day=issue.say_day(first)), partial(write_board, issue, week), landscape=True)
    add_sheet(issue.say(RECEIPTS), partial(write_receipts, issue))
    return _pack(book, issue, HANDOUTS, issue.say(HANDOUTS_NAME))


def has_handouts(folder: Path) -> bool:
    """Whether a folder has the board and receipts of a version, and its mail, which is written last."""
    books = (folder.glob(f"*-{HANDOUTS_NAME.say(lang)}.xlsx") for lang in LANGS)
    return any(any(found) for found in books) and any(folder.glob("*.eml"))


def _write_slips(folder: Path, issue: Issue, access: Access) -> Iterator[Path]:
    """A file for each person, which nobody else gets: it tells of which kind their leave is, and a phone."""
    slips, problem = Slips(issue), issue.problem
    for number, worker in issue.slips:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title = issue.say(SLIP_SHEET)
        slips.write(Page(sheet, {}), number, worker)
        sheet.sheet_view.showGridLines = False
        left = f"{problem.desk.name} {issue.edition.month(issue.lang)} {sheet.title}"
        lay_out(sheet, issue.lang, left, issue.say_version(issue.lang), landscape=False, fitted=False)
        name = f"{file_stem(issue.edition)}-{file_part(worker.id)}-{issue.say(SLIP_SHEET)}.xlsx"
        packed = _pack(book, issue, SLIP, f"{issue.say(SLIP_SHEET)} {worker.name}", worker.id)
        yield put_file(folder / name, packed, access)


def _pack(book: Workbook, issue: Issue, part: str, title: str, reader: str = "") -> bytes:
    """A workbook's bytes, stamped with the version that it is of.

    Parameters
    ----------
    part, reader : str
        As in `Stamp`.
    """
    edition, at = issue.edition, issued_at(issue.edition)
    set_stamp(
        book,
        Stamp(
            desk=issue.problem.desk.id,
            month=issue.problem.month,
            version=edition.version,
            status=edition.status,
            fingerprint=edition.fingerprint,
            lang=issue.lang,
            part=part,
            head=edition.head,
            digest=edition.digest,
            reader=reader,
        ),
    )
    book.properties.title = clean(f"{edition.title(issue.lang)} {title}")
    book.properties.creator = clean(issue.problem.desk.name)
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return pack(book, at)
