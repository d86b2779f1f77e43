"""What rules say about a roster: reasons as data, and violations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduler.i18n import Lang, Sentence, join_items


@dataclass(frozen=True)
class Note:
    """A sentence with its facts, put into words later: an assumption or a remark."""

    sentence: Sentence
    facts: tuple[tuple[str, object], ...] = ()

    def say(self, lang: Lang) -> str:
        """The note in `lang`."""
        return self.sentence.say(lang, **dict(self.facts))


class Reason(NamedTuple):
    """Why something is required, as data that is put into words on demand.

    Two reasons are equal if their data are; by this the audit and the solver are
    compared.

    Attributes
    ----------
    rule : str
        Name of the rule that requires it.
    sentence : Sentence
        What is required, with places for the facts, for `{who}`, for `{day}` (the
        first day) and for `{until}` (the last).
    workers : tuple of str
        Ids.
    days : tuple of date
    facts : tuple of (name, value)
        The numbers and codes in the sentence.
    """

    rule: str
    sentence: Sentence
    workers: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()

    def say(self, lang: Lang, names: Mapping[str, str]) -> str:
        """The reason as one sentence that a manager could argue about, with people's names."""
        return self.sentence.say(lang, **self.word_facts(lang, names))

    def word_facts(self, lang: Lang, names: Mapping[str, str]) -> dict[str, object]:
        """The facts by the name of their place in the sentence."""
        facts = dict(self.facts)
        facts["who"] = join_items((names.get(worker, worker) for worker in self.workers), lang)
        if self.days:
            facts["day"], facts["until"] = self.days[0], self.days[-1]
        return facts


class Noted(StrEnum):
    """Why something that a rule forbids is recorded and not refused."""

    EXEMPTION = "exemption"  # the desk follows its own clause literally and says so (C2, C3, C4)
    LAW = "law"  # the law layer warns and does not enforce (C10, C11)


class Violation(NamedTuple):
    """A requirement that a roster breaks, or a preference that it gives up.

    Attributes
    ----------
    found : str or int
        What stands in the roster instead.
    cost : int
        Cost of giving up the preference; 0 for a broken requirement.
    noted : Noted or None
        Why it is only recorded; such a violation neither breaks the roster nor costs anything.
    """

    reason: Reason
    found: str | int = ""
    cost: int = 0
    noted: Noted | None = None

    @property
    def hard(self) -> bool:
        """Whether it breaks the roster."""
        return self.cost == 0 and self.noted is None

    def say(self, lang: Lang, names: Mapping[str, str]) -> str:
        """The reason's sentence, and what was found."""
        text = self.reason.say(lang, names)
        if self.found == "":
            return text
        return Sentence("{text}（现为 {found}）", "{text} (found: {found})").say(lang, text=text, found=self.found)
