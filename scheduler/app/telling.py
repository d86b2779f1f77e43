"""What the log's entries have to tell whom: to everybody concerned in words for them alone, to the group nothing private."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from scheduler import clock
from scheduler.app.drafts import file_name
from scheduler.app.locations import desk_folder, open_known_ledger
from scheduler.app.papers import PAPER_SECONDS
from scheduler.app.people import people_of, rights_of
from scheduler.app.readers import reader_of
from scheduler.domain import Month
from scheduler.files.papers.handouts import has_handouts
from scheduler.files.papers.notices import letter_names
from scheduler.files.papers.voiding import VOID_FOLDER
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.recent import read_recent
from scheduler.files.writing.wording import say_month
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import EntryRow, Ledger, Outline
from scheduler.workflow.change_request import STATE_NAMES, Request, people_awaited, people_concerned
from scheduler.workflow.facts import WithdrawnFacts, rehearsal_of, request_of
from scheduler.workflow.holdings import follow_copies
from scheduler.workflow.redaction import redact_request
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.request_wording import describe_request

NEW_ROSTER = Sentence(
    "{desk} {month}排班表第 {n} 版：请看、请签收", "{desk}: roster for {month}, version {n}: please sign"
)
GONE_ROSTER = Sentence("{desk} {month}排班表第 {n} 版已作废", "{desk}: roster for {month}, version {n} is void")
LOOK = Sentence(
    "您的班表有新的一份，请到网页上看并签收。", "There is a new copy of your roster: look at it on the page, and sign."
)
VOID = Sentence("您手中的班表已作废，请等新的通知。", "Your copy of the roster is void; wait for another.")
AT = Sentence("网页：{url}", "The page: {url}")
FOR_ALL = Sentence(
    "{desk} {month}排班表第 {n} 版已发布，{people} 人有新的一份，请各自查看并签收。",
    "{desk}: version {n} of the roster for {month} is published; {people} people have a new copy. Please look at yours and sign.",
)
VOID_FOR_ALL = Sentence(
    "{desk} {month}排班表第 {n} 版已作废，请等新版。",
    "{desk}: version {n} of the roster for {month} is void; wait for another.",
)
YOUR_WORD = Sentence("第 {n} 号申请等您答复", "Request {n} waits for your word")
YOUR_DECISION = Sentence("第 {n} 号申请等您批准", "Request {n} waits for your approval")
ITS_STATE = Sentence("第 {n} 号申请：{state}", "Request {n}: {state}")
BECAUSE = Sentence("说明：{because}", "Remark: {because}")
DECIDED = ("approved", "refused", "cancelled", "overtaken")


@dataclass(frozen=True)
class Telling:
    """A message that an entry of the log asks for.

    Attributes
    ----------
    sequence : int
        Of the entry.
    recipient : str
        Id of a person; empty for the desk's group.
    write : callable
        Subject and text in a language.
    calendar : bytes
        The calendar file that goes with it; empty for none.
    """

    sequence: int
    recipient: str
    write: Callable[[Lang], tuple[str, str]]
    calendar: bytes = b""


@dataclass(frozen=True)
class News:
    """What is to be told of a log, and where it ends."""

    head: int
    tellings: tuple[Telling, ...] = ()


def find_news(desk: Path, since: int | None, *, store: str | None = None, now: clock.Clock = clock.now) -> News:
    """What the entries after a place in the log have to tell; nothing is written, and of rehearsals nothing is told.

    A version whose letters are still being written, and what came after it, is left for later.

    Parameters
    ----------
    since : int or None
        The sequence of the last entry that was seen; `None` where none was yet: what is past is not told.

    Raises
    ------
    InputError
        The desk's tables hold faults.
    """
    files = read_recent(desk)
    ledger = open_known_ledger(desk, store)
    if ledger is None:
        return News(0)
    with ledger:
        head = ledger.head(files.desk.id).sequence
        if since is None or head <= since:
            return News(head)
        teller = _Teller(files, ledger)
        ends = teller.find_end(since, clock.at_desk(now, files.desk.zone))
        return News(ends, tuple(teller.tell(since, ends)))


class _Teller:
    def __init__(self, files: DeskFiles, ledger: Ledger) -> None:
        self.files, self.ledger = files, ledger
        self.entries = ledger.entries(files.desk.id)
        self.rights = rights_of(files, files.read_on)
        self.names = {who: one.name for who, one in people_of(files).items()}
        self.given = {id(one.entry): one.people for one in follow_copies(self.entries)}

    def find_end(self, since: int, now: datetime) -> int:
        """The sequence up to which there is everything that is to be told."""
        for entry in self.entries:
            is_fresh = entry.event == "published" and now - entry.at < timedelta(seconds=PAPER_SECONDS)
            if entry.sequence > since and is_fresh and not has_handouts(self._papers(entry)):
                return entry.sequence - 1
        return self.entries[-1].sequence if self.entries else since

    def tell(self, since: int, ends: int) -> Iterator[Telling]:
        for place, entry in enumerate(self.entries):
            if not since < entry.sequence <= ends or rehearsal_of(entry):
                continue
            if entry.event in ("published", "withdrawn"):
                yield from self._tell_version(entry)
            elif (number := request_of(entry)) and entry.event in ("requested", "confirmed", *DECIDED):
                yield from self._tell_request(entry, replay_requests(self.entries[: place + 1])[number])

    # Versions

    def _outline(self, entry: EntryRow) -> Outline:
        return next(one for one in self.ledger.outlines(self.files.desk.id) if one.number == entry.version)

    def _papers(self, entry: EntryRow) -> Path:
        """Where the letters of a version are."""
        return (desk_folder(self.files.path) / file_name(self._outline(entry))).with_suffix("")

    def _tell_version(self, entry: EntryRow) -> Iterator[Telling]:
        outline = self._outline(entry)
        is_new = entry.event == "published"
        people = self.given[id(entry)] if is_new else WithdrawnFacts.read(entry.facts).told or ()
        subject, short, for_all = (NEW_ROSTER, LOOK, FOR_ALL) if is_new else (GONE_ROSTER, VOID, VOID_FOR_ALL)
        papers = self._papers(entry)
        folder = papers if is_new else papers.parent / VOID_FOLDER / papers.name
        month, n = outline.month, outline.number

        def say(sentence: Sentence, lang: Lang) -> str:
            said = say_month(month, lang)
            return sentence.say(lang, desk=self.files.desk.name, month=said, n=n, people=len(people))

        for who in sorted(people):
            letter, calendar = _find_letter(folder, self.files.desk.id, month, n, who)

            def write(lang: Lang, letter: str = letter) -> tuple[str, str]:
                return say(subject, lang), self._with_address(letter or short.say(lang), lang)

            yield Telling(entry.sequence, who, write, calendar)
        if people or not is_new:
            yield Telling(entry.sequence, "", lambda lang: ("", self._with_address(say(for_all, lang), lang)))

    # Requests

    def _tell_request(self, entry: EntryRow, request: Request) -> Iterator[Telling]:
        concerned = (request.by, *people_concerned(request))
        if entry.event in DECIDED:
            told = dict.fromkeys(who for who in concerned if who != entry.by)
            for who in told:
                yield self._request_telling(entry, request, who, ITS_STATE, entry.because)
            return
        awaited = people_awaited(request) if request.is_open else ()
        if entry.event == "requested":
            for who in awaited:
                yield self._request_telling(entry, request, who, YOUR_WORD, request.because)
        if request.is_open and not awaited:
            for who in self.rights.find_approvers(request, set(concerned)):
                yield self._request_telling(entry, request, who, YOUR_DECISION, request.because)

    def _request_telling(self, entry: EntryRow, request: Request, who: str, subject: Sentence, because: str) -> Telling:
        """What somebody may read of a request."""
        shown = redact_request(request, reader_of(self.rights, who))
        may_know = bool(shown.because) == bool(request.because)

        def write(lang: Lang) -> tuple[str, str]:
            lines = ["" if shown.withheld else describe_request(shown, self.names, lang)]
            lines += [BECAUSE.say(lang, because=because)] if because and may_know else []
            said = subject.say(lang, n=request.number, state=STATE_NAMES[request.state])
            return f"{self.files.desk.name} {said}", self._with_address("\n".join([said, *filter(None, lines)]), lang)

        return Telling(entry.sequence, who, write)

    def _with_address(self, text: str, lang: Lang) -> str:
        url = self.files.page.url
        return f"{text}\n\n{AT.say(lang, url=url)}\n" if url else f"{text}\n"


def _find_letter(folder: Path, desk: str, month: Month, version: int, who: str) -> tuple[str, bytes]:
    """The letter that was written for somebody, and its calendar file; empty where there are none."""
    for name in letter_names(desk, month, version, who):
        letter, calendar = folder / f"{name}.txt", folder / f"{name}.ics"
        if letter.is_file():
            return letter.read_text("utf-8"), calendar.read_bytes() if calendar.is_file() else b""
    return "", b""
