"""What can go wrong. An impossible or undecided month is a result, not an error.

::

    SchedulerError
    ├── InputError                the desk's files: every fault at once, each with its place
    │   └── RulebookError         the desk's rules: every bad field at once
    ├── LedgerError               the ledger cannot be opened, or does not hold what was asked for
    │   ├── LedgerDamaged         it is not what was written
    │   ├── LedgerBusy            others held it for as long as was waited
    │   └── LedgerUnavailable     its disk or its server does not answer
    ├── Refusal                   what was asked may not happen: the life of a version or request has no such step
    │   ├── UnknownPerson         nobody has that id
    │   └── RosterMoved           the live roster is not the one that was checked
    │       └── HeadMoved         the log has grown since it was looked at; whoever looks again may go on
    ├── TooLarge                  a desk beyond what a model is built of
    ├── Unavailable               a disk or folder does not answer
    │   └── PapersStuck           some papers could not be brought in line with the ledger
    └── SolverFault               a bug: the model is invalid, or the audit disagrees with the solver
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from scheduler.characters import make_visible
from scheduler.i18n import Lang, Sentence, fill_in


@dataclass(frozen=True)
class Fault:
    """One fault in a file.

    Attributes
    ----------
    file : str
        The file as the user named it.
    sheet, row, column : str, int, str
        The place in the file, as far as it is known: `row` counts from 1, and 0 means
        the whole table; `column` is the header as it was found, or a spreadsheet letter.
    found : str
        What was found there.
    expected : Sentence
        What was expected.
    """

    file: str
    expected: Sentence
    _: KW_ONLY
    sheet: str = ""
    row: int = 0
    column: str = ""
    found: str = ""

    def say(self, lang: Lang) -> str:
        """One line: the place, what was found, and what was expected; whatever a terminal would obey is named instead."""
        return make_visible(self._word(lang))

    def _word(self, lang: Lang) -> str:
        place = [self.file]
        if self.sheet:
            place.append(Sentence("工作表“{x}”", "sheet “{x}”").say(lang, x=self.sheet))
        if self.row:
            place.append(Sentence("第 {x} 行", "row {x}").say(lang, x=self.row))
        if self.column:
            place.append(Sentence("“{x}”列", "column “{x}”").say(lang, x=self.column))
        where = ("，" if lang == "zh" else ", ").join(place)
        expected = self.expected.say(lang)
        if self.found:
            return Sentence(
                "{where}：现为“{found}”；应为：{expected}", "{where}: found “{found}”; expected: {expected}"
            ).say(lang, where=where, found=self.found, expected=expected)
        return Sentence("{where}：{expected}", "{where}: {expected}").say(lang, where=where, expected=expected)


class SchedulerError(Exception):
    """Base of every error of this program; `say` gives the text for the user."""

    def __init__(self, sentence: Sentence, **facts: object) -> None:
        self.sentence = sentence
        self.facts = {
            name: make_visible(str(fact)) if isinstance(fact, str | Path) else fact for name, fact in facts.items()
        }
        super().__init__(sentence.say("en", **self.facts))

    def say(self, lang: Lang) -> str:
        """The error in the user's language."""
        return self.sentence.say(lang, **self.facts)


class InputError(SchedulerError):
    """The desk's files hold faults.

    Parameters
    ----------
    faults : sequence of Fault
        All of them, in the order of the files.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(Sentence("输入有 {n} 处问题", "{n} faults in the input"), n=len(self.faults))

    def say(self, lang: Lang) -> str:
        """A line for each fault."""
        return "\n".join(fault.say(lang) for fault in self.faults)


class RulebookError(InputError):
    """The desk's `[rules.*]` tables name unknown rules, unknown keys or values out of range."""


class LedgerError(SchedulerError):
    """The ledger cannot be opened, or does not hold what was asked for."""


class LedgerDamaged(LedgerError):
    """The ledger is not what was written: cut off, emptied, overwritten."""


class LedgerBusy(LedgerError):
    """Others held the ledger all the time that was waited for; nothing is recorded, and the same command may run again."""


class LedgerUnavailable(LedgerError):
    """The ledger's disk or server does not do its part; nothing is recorded, and the same command may run again."""


class Refusal(SchedulerError):
    """What was asked may not happen, and nothing was changed."""


class UnknownPerson(Refusal):
    """Nobody has that id, and nothing was changed.

    Parameters
    ----------
    called : sequence of str
        Ids of those whose name it is.
    facts : object
        What else the sentence says.
    """

    def __init__(self, sentence: Sentence, who: str, called: Sequence[str], **facts: object) -> None:
        self.who, self.called = who, tuple(called)
        if len(called) > 1:
            super().__init__(NAMESAKES, name=who, n=len(called), ids=", ".join(called))
        else:
            super().__init__(sentence, id=who, **facts)


class RosterMoved(Refusal):
    """The live roster is no longer the one on which the step was checked."""


class HeadMoved(RosterMoved):
    """Somebody wrote to the desk's log between a look and the step that was meant to follow it."""


class TooLarge(SchedulerError):
    """The desk has more people, days and shifts than a model is built of."""


class Unavailable(SchedulerError):
    """A disk or folder does not do its part; nothing is recorded, and the same command may run again."""


class PapersStuck(Unavailable):
    """Papers that could not be brought in line with the ledger, each with what is in its way; the others are.

    Parameters
    ----------
    faults : sequence of Fault
        All of them.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(STUCK_PAPERS, n=len(self.faults))


class SolverFault(SchedulerError):
    """A bug: the model is invalid, or the independent audit disagrees with the solver."""


NAMESAKES = Sentence(
    "有 {n} 个人叫“{name}”，请写工号：{ids}",
    "{n} people are called {name}; give the id of the one that is meant: {ids}",
)
STUCK_PAPERS = Sentence(
    "有 {n} 份文件还不能与账册一致；排除原因后请再运行 scheduler repair",
    "{n} papers cannot be brought in line with the ledger yet; remove the cause, then run scheduler repair again",
)
WRONG_NAMES = {
    errno.ENOENT: Sentence("没有这个文件夹", "there is no such folder"),
    errno.ENOTDIR: Sentence("路径中有一段是文件，不是文件夹", "a part of the path is a file and no folder"),
    errno.EISDIR: Sentence("这是文件夹，不是文件", "it is a folder and no file"),
    errno.EEXIST: Sentence("已有同名的文件", "there is a file of that name"),
    errno.ENAMETOOLONG: Sentence("名字太长", "the name is too long"),
    errno.EINVAL: Sentence("名字里有系统不接受的字符", "the name has characters that the system does not take"),
    errno.ELOOP: Sentence("链接绕成了圈", "its links go round in a circle"),
}
FOLDER = Sentence("不能写在这里：{why}", "nothing can be written here: {why}")
CANNOT_WRITE = Sentence(
    "无法写入 {path}（{why}）；什么都没有记入账册，排除原因后可重试",
    "cannot write {path} ({why}); nothing is recorded, and the command may run again once that is mended",
)


def failure_of(error: OSError, path: Path) -> SchedulerError:
    """What an error of the file system is to the user: a wrong name is bad input, a full disk or a locked folder is not.

    Parameters
    ----------
    path : Path
        What was to be written, where the error does not say.
    """
    where = error.filename or path
    if error.errno in WRONG_NAMES:
        return InputError([Fault(str(where), fill_in(FOLDER, why=WRONG_NAMES[error.errno]))])
    return Unavailable(CANNOT_WRITE, path=where, why=error.strerror or str(error))
