"""What a rule says of a roster: reasons as data, and violations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduler.i18n import Lang, Sentence, join_items


@dataclass(frozen=True)
class Note:
    """A sentence with its facts, to be worded later: an assumption, a remark."""

    sentence: Sentence
    facts: tuple[tuple[str, object], ...] = ()

    def say(self, lang: Lang) -> str:
        """The note in `lang`."""
        return self.sentence.say(lang, **dict(self.facts))


class Reason(NamedTuple):
    """Why something is required, as data that words itself on demand.

    Two reasons are the same when their data are: this is how the audit and
    the solver are compared.

    Attributes
    ----------
    rule : str
        Name of the rule that asks.
    sentence : Sentence
        What is asked, with places for the facts, `{who}`, `{day}` (the first
        day) and `{until}` (the last).
    workers : tuple of str
        Ids.
    days : tuple of date
    facts : tuple of (name, value)
        The numbers and codes of the sentence.
    """

    rule: str
    sentence: Sentence
    workers: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()

    def say(self, lang: Lang, names: Mapping[str, str]) -> str:
        """One sentence that a manager could argue about."""
        return self.sentence.say(lang, **self.word_facts(lang, names))

    def word_facts(self, lang: Lang, names: Mapping[str, str]) -> dict[str, object]:
        """The facts by their place in a sentence."""
        facts = dict(self.facts)
        facts["who"] = join_items((names.get(worker, worker) for worker in self.workers), lang)
        if self.days:
            facts["day"], facts["until"] = self.days[0], self.days[-1]
        return facts


class Noted(StrEnum):
    """Why something that a rule forbids is put on record and not refused."""

    EXEMPTION = "exemption"  # the desk takes its clause literally and says so (C2, C3, C4)
    LAW = "law"  # the law layer warns and does not enforce (C10, C11)


class Violation(NamedTuple):
    """A requirement that a roster does not meet, or a preference that it gives up.

    Attributes
    ----------
    found : str or int
        What stands in the roster instead.
    cost : int
        What giving up the preference costs; 0 for a broken hard rule.
    noted : Noted or None
        Why it is only put on record, where it neither breaks the roster nor costs anything.
    """

    reason: Reason
    found: str | int = ""
    cost: int = 0
    noted: Noted | None = None

    @property
    def hard(self) -> bool:
        """Whether a hard rule is broken."""
        return self.cost == 0 and self.noted is None

    def say(self, lang: Lang, names: Mapping[str, str]) -> str:
        """The reason's sentence and what was found."""
        text = self.reason.say(lang, names)
        if self.found == "":
            return text
        return Sentence("{text}（现为 {found}）", "{text} (found: {found})").say(lang, text=text, found=self.found)
