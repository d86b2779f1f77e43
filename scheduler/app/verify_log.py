"""What is proved about a desk's past: the log held against itself, its versions, its guards, the papers, and heads noted elsewhere.

::

    held against each other            finds
    entries, by their hashes           an entry changed, removed, moved, put in between
    lives, replayed from the entries   steps that cannot have happened so, whoever computed hashes anew
    versions against the entries       a version changed, lost, put in; a status that no entry gives
    private facts against both         one changed, lost, put in, or erased without an entry
    schema, triggers, indexes, file    guards dropped or weakened, rows cut off at the end, a damaged file
    identity of desk and ledger        another desk's ledger; a copied folder on one store
    papers in the desk's folder        a ledger rolled back, lost, exchanged; two that claim to be in force
    heads noted elsewhere              the same, and whatever was forged as a whole
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

from scheduler import clock
from scheduler.app.heads import A_HEAD, HeadsFile, NotedHead, find_heads_file, load_verifier, parse_head
from scheduler.app.identity import find_stranger
from scheduler.app.locations import desk_folder
from scheduler.app.papers_at_hand import Paper, check_head, check_papers, find_future, find_papers, hashes_of
from scheduler.domain import Roster
from scheduler.errors import Fault, InputError, LedgerDamaged
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Sentence, fill_in
from scheduler.ledger.store import NOTHING_YET, BrokenLink, EntryRow, Head, Ledger, Outline, VersionRow
from scheduler.workflow.facts import rehearsal_of
from scheduler.workflow.lives import find_breaches
from scheduler.workflow.version import EVENT_NAMES

BADLY_SIGNED = Sentence("{place} 的签名与公钥不符", "the signature of {place} is not that of the public key")
UNSIGNED = Sentence("{place} 没有签名", "{place} is not signed")
NO_HEADS = Sentence("记录头文件 {file} 里没有本部门的记录头", "the file of heads {file} has none of this desk")

# What was held against what
CHAIN = Sentence("记录 {n} 条的哈希链", "the chain of hashes of {n} entries")
LIVES = Sentence("版本 {versions} 个与申请的每一步", "every step of {versions} versions and of the requests")
CONTENTS = Sentence("各版本的班次、数据与状态", "duties, facts and status of the versions")
GUARDS = Sentence("表结构、触发器、索引与文件", "schema, triggers, indexes and file")
PRIVATE = Sentence("另存的私密内容 {n} 项", "{n} private facts that are kept apart")
IDENTITY = Sentence("部门与账册的身份", "the identity of desk and ledger")
PAPERS = Sentence("文件夹中的文件 {n} 份", "{n} papers in the folder")
HEADS = Sentence("另处记下的记录头 {n} 个", "{n} heads noted elsewhere")
SIGNATURES = Sentence("其签名", "their signatures")

# How far
NOTHING_OUTSIDE = Sentence(
    "没有核对任何账册之外的凭据：末尾被删去、整册换旧或重写，只看账册是看不出的（用 --head 或 --heads）",
    "nothing outside of the ledger was held against it: an end cut off, a ledger rolled back or written anew cannot be told"
    " from the ledger alone (use --head or --heads)",
)
ANCHORED = Sentence(
    "账册之外的凭据到第 {n} 条为止；其后 {k} 条只由账册自己证明",
    "what is noted outside reaches to entry {n}; the {k} after it are vouched for by the ledger alone",
)
UNREAD = Sentence(
    "记录无法读取：没有与文件和记录头核对", "the log cannot be read: papers and heads were not held against it"
)
BY_EARLIER = Sentence(
    "第 1 至 {n} 条由较早的版本写成：没有记下由哪个账户写入，时间可差一小时",
    "entries 1 to {n} were written by an earlier release: the account is not recorded, and times may be an hour apart",
)
WITHOUT_FACTS = Sentence(
    "第 {numbers} 版由较早的版本登记，没有记下所依据的数据：只核对了班次与内容摘要",
    "versions {numbers} were recorded by an earlier release without what they were made with: duties and digests only were"
    " checked",
)
WITHOUT_HEADS = Sentence(
    "{n} 份文件出自较早的版本，没有印记录头：只核对了版本、状态与指纹",
    "{n} papers come from an earlier release and carry no head: version, status and fingerprint only were checked",
)
FORGOTTEN_ALREADY = Sentence(
    "{n} 项私密内容已按第 {entries} 条记录删除：只核对了确由该记录删除，内容无从核对",
    "{n} private facts were erased by entries {entries}: that it was these that erased them is checked, what they said cannot be",
)
IN_THE_CLEAR = Sentence(
    "{n} 项私密内容由较早的版本直接写在记录和数据里：已核对，但不能删除",
    "{n} private facts were recorded in the clear by an earlier release: they are checked, and cannot be erased",
)
REHEARSED = Sentence("{n} 条记录是演练：其时间是设定的", "{n} entries are of a rehearsal: their time was set")
UNKNOWN_EVENTS = Sentence(
    "{n} 条记录的事项本程序不认识（{events}），没有重演",
    "{n} entries are of a kind that this program does not know ({events}), and were not replayed",
)
IN_THE_FUTURE = Sentence(
    "最后一条记录（{at}）在未来：写它的或现在的时钟不对",
    "the last entry ({at}) lies in the future: the clock by which it was written, or that of today, is wrong",
)

# What nobody finds so; as in the README
CANNOT_FIND = (
    Sentence(
        "凭账册自身看不出：末尾被整齐删去、整册换成旧的、连同全部哈希重写",
        "from the ledger alone: an end cut off neatly, an older copy put in its place, all of it written anew with its hashes",
    ),
    Sentence(
        "凭记录头和文件也看不出：最后一个记录头或文件之后的改动；连记录头与文件一起伪造",
        "with heads and papers: what was done after the last of them; and whoever forges them along with the ledger",
    ),
    Sentence(
        "看不出：--by 是不是本人；从未登记的事；当时谁有权、提前量够不够（那时的表不在记录里）；同一库中别的部门",
        "whether --by was that person; what was never recorded; who had a right, or how much notice was due, by tables of"
        " then; other desks of the same store",
    ),
)


@dataclass(frozen=True)
class Proof:
    """What was held against what, and what that found.

    Attributes
    ----------
    broken : tuple of BrokenLink
        Where something is not what was recorded.
    notes : tuple of Sentence
        How far the proof reaches, and what looks odd without being wrong.
    checked : tuple of Sentence
        What was held against what.
    """

    broken: tuple[BrokenLink, ...]
    _: KW_ONLY
    head: Head = NOTHING_YET
    notes: tuple[Sentence, ...] = ()
    checked: tuple[Sentence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What is to be held against a ledger from outside of it.

    Attributes
    ----------
    head : str
        A head that somebody types in, or the name of a file of heads.
    heads : Path or None
        A file of heads; by default that of the desk.
    key : Path or None
        The public key that has signed it.
    papers : Path or None
        Where the papers are; by default where the desk has them.
    """

    head: str = ""
    heads: Path | None = None
    key: Path | None = None
    papers: Path | None = None


def verify_ledger(
    files: DeskFiles, ledger: Ledger | None, store: str | None, outside: Outside, now: clock.Clock = clock.now
) -> Proof:
    """Hold a desk's ledger against itself, the papers at hand and heads noted elsewhere; nothing is written.

    Parameters
    ----------
    ledger : Ledger or None
        `None` where there is none.

    Raises
    ------
    InputError
        What is given as a head or key is none.
    """
    found = _Findings(files, ledger, store, outside, now)
    found.verify()
    return Proof(tuple(found.broken), head=found.head, notes=tuple(found.notes), checked=tuple(found.checked))


@dataclass
class _Findings:
    """A verification at work."""

    files: DeskFiles
    ledger: Ledger | None
    store: str | None
    outside: Outside
    now: clock.Clock
    head: Head = NOTHING_YET
    broken: list[BrokenLink] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)
    checked: list[Sentence] = field(default_factory=list)
    entries: Sequence[EntryRow] = ()
    outlines: Sequence[Outline] = ()
    is_read: bool = False  # or the entries are of a kind that no release has written

    def verify(self) -> None:
        """Look at everything; what cannot be read is told, and the rest is looked at all the same."""
        heads = self._heads()
        if self.ledger:
            for look in (
                self._look_at_tables,
                self._look_at_chain,
                self._look_at_contents,
                self._look_at_identity,
                self._look_at_lives,
                self._look_at_private,
            ):
                self._attempt(look, self.ledger)
        papers = find_papers(self.outside.papers or desk_folder(self.files.path), self.files.desk.id)
        if self.is_read or self.ledger is None:
            self._hold_against_papers(papers)
            self._hold_against_heads(heads)
            self._say_how_far(papers, heads)
        else:
            self.notes.append(UNREAD)

    def _attempt(self, look: Callable[[Ledger], None], ledger: Ledger) -> None:
        try:
            look(ledger)
        except LedgerDamaged as error:
            link = BrokenLink(fill_in(error.sentence, **error.facts))
            if link not in self.broken:
                self.broken.append(link)
        except InputError as error:
            self.broken += [BrokenLink(_of_fault(fault)) for fault in error.faults]

    def _look_at_tables(self, ledger: Ledger) -> None:
        self.broken += ledger.find_damage()
        self.checked.append(GUARDS)

    def _look_at_chain(self, ledger: Ledger) -> None:
        name = self.files.desk.id
        self.broken += ledger.broken_links(name)
        self.entries, self.outlines = ledger.entries(name), ledger.outlines(name)
        self.head = ledger.head(name)
        self.checked.append(fill_in(CHAIN, n=len(self.entries)))
        self.is_read = True

    def _look_at_contents(self, ledger: Ledger) -> None:
        self.broken += ledger.unlike_contents(self.files.desk.id)
        self.checked.append(CONTENTS)

    def _look_at_identity(self, ledger: Ledger) -> None:
        if stranger := find_stranger(self.files, ledger, self.store):
            self.broken.append(BrokenLink(stranger))
        self.checked.append(IDENTITY)

    def _look_at_lives(self, ledger: Ledger) -> None:
        rows = ledger.versions(self.files.desk.id)
        rosters = {row.number: Roster(row.duties) for row in rows}
        breaches = find_breaches(self.entries, self.files.desk.zone, _read_quotas(ledger, rows), rosters)
        self.broken += [BrokenLink(one.sentence, one.sequence, one.version) for one in breaches]
        self.checked.append(fill_in(LIVES, versions=len(rows)))
        if bare := [str(row.number) for row in rows if row.made_with is None]:
            self.notes.append(fill_in(WITHOUT_FACTS, numbers=", ".join(bare)))

    def _look_at_private(self, ledger: Ledger) -> None:
        found = ledger.private_facts(self.files.desk.id)
        self.checked.append(fill_in(PRIVATE, n=len(found.kept)))
        if forgotten := [value.erased for value in found.kept if value.erased is not None]:
            by = ", ".join(map(str, sorted(set(forgotten))))
            self.notes.append(fill_in(FORGOTTEN_ALREADY, n=len(forgotten), entries=by))
        if found.clear:
            self.notes.append(fill_in(IN_THE_CLEAR, n=len(found.clear)))

    def _hold_against_papers(self, papers: Sequence[Paper]) -> None:
        found = check_papers(papers, self.outlines, self.entries)
        self.broken += [BrokenLink(one.sentence) for one in found]
        self.notes += find_future(papers, self.files.desk.zone)
        if papers:
            self.checked.append(fill_in(PAPERS, n=len(papers)))
        if bare := sum(not paper.stamp.head for paper in papers):
            self.notes.append(fill_in(WITHOUT_HEADS, n=bare))

    def _heads(self) -> list[NotedHead]:
        """The heads that were noted elsewhere: typed in, and in a file."""
        noted: list[NotedHead] = []
        text, name = self.outside.head, self.files.desk.id
        given = [self.outside.heads] if self.outside.heads else []
        if text and (typed := parse_head(text)):
            noted.append(typed)
        elif text and Path(text).is_file():
            given.append(Path(text))
        elif text:
            raise InputError([Fault("--head", A_HEAD, found=text)])
        for path in given:
            noted += self._read_signed(HeadsFile(path).read(name), path)
        own = None if given else find_heads_file(self.files.path, self.files.heads)
        if own:
            try:
                kept = own.read(name)
            except InputError as error:  # one that the desk has kept, and that is gone
                self.broken += [BrokenLink(_of_fault(fault)) for fault in error.faults]
            else:
                noted += self._read_signed(kept, own.path)
        return noted

    def _read_signed(self, noted: list[NotedHead], path: Path) -> list[NotedHead]:
        """The heads of a file, their signatures checked where a key is given."""
        if not noted:
            self.notes.append(fill_in(NO_HEADS, file=path))
        if self.outside.key:
            is_signed = load_verifier(self.outside.key)
            for head in noted:
                if not head.signature:
                    self.broken.append(BrokenLink(fill_in(UNSIGNED, place=head.place)))
                elif not is_signed(head.signature, head.signed):
                    self.broken.append(BrokenLink(fill_in(BADLY_SIGNED, place=head.place)))
            self.checked.append(SIGNATURES)
        return noted

    def _hold_against_heads(self, heads: Sequence[NotedHead]) -> None:
        hashes = hashes_of(self.entries)
        found = [check_head(head, hashes) for head in heads]
        self.broken += [BrokenLink(sentence) for sentence in found if sentence]
        if heads:
            self.checked.append(fill_in(HEADS, n=len(heads)))

    def _say_how_far(self, papers: Sequence[Paper], heads: Sequence[NotedHead]) -> None:
        """How far the proof reaches, and what is odd."""
        anchors = [head.sequence for head in heads]
        anchors += [noted.sequence for paper in papers if (noted := parse_head(paper.stamp.head))]
        reached, last = max(anchors, default=0), self.head.sequence
        if not anchors:
            self.notes.append(NOTHING_OUTSIDE)
        elif last > reached:
            self.notes.append(fill_in(ANCHORED, n=reached, k=last - reached))
        self.notes += _describe_entries(self.entries)
        at = clock.at_desk(self.now, self.files.desk.zone)
        earnest = [entry.at for entry in self.entries if not rehearsal_of(entry)]
        if earnest and max(earnest) > at:
            said = f"{max(earnest).astimezone(at.tzinfo):%Y-%m-%d %H:%M}"
            self.notes.append(fill_in(IN_THE_FUTURE, at=said))


def find_contradictions(
    files: DeskFiles, ledger: Ledger | None, store: str | None, folder: Path | None = None
) -> tuple[Sentence, ...]:
    """Where a desk's ledger and its papers, or its identity, cannot both be right: quick, and nothing is written.

    Raises
    ------
    LedgerError, InputError
    """
    name, stranger = files.desk.id, find_stranger(files, ledger, store) if ledger else None
    rows, entries = (ledger.outlines(name), ledger.entries(name)) if ledger else ([], [])
    papers = find_papers(folder or desk_folder(files.path), name)
    return (*((stranger,) if stranger else ()), *(one.sentence for one in check_papers(papers, rows, entries)))


def _describe_entries(entries: Sequence[EntryRow]) -> Iterator[Sentence]:
    """What is to be known of entries that are not broken."""
    if earlier := [entry.sequence for entry in entries if not entry.ran]:
        yield fill_in(BY_EARLIER, n=max(earlier))
    if rehearsed := sum(bool(rehearsal_of(entry)) for entry in entries):
        yield fill_in(REHEARSED, n=rehearsed)
    if unknown := [entry.event for entry in entries if entry.event not in EVENT_NAMES]:
        yield fill_in(UNKNOWN_EVENTS, n=len(unknown), events=", ".join(dict.fromkeys(unknown)))


def _read_quotas(ledger: Ledger, rows: Sequence[VersionRow]) -> Mapping[int, int | None]:
    """The most swaps of a person in a month, by version, as far as that was recorded."""
    found: dict[int, int | None] = {}
    for row in rows:
        procedure = ledger.parts(row, ["procedure"]).get("procedure")
        quota = procedure.get("swap_quota") if isinstance(procedure, Mapping) else None
        found[row.number] = quota if isinstance(quota, int) else None
    return found


def _of_fault(fault: Fault) -> Sentence:
    return fill_in(Sentence("{zh}", "{en}"), zh=fault.say("zh"), en=fault.say("en"))
