"""Languages: a sentence stands once, in both languages, beside the code that needs it.

A `Sentence` cannot be made in one language only, so a message without its
translation is a type error, not a gap that a user finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


class Sentence(NamedTuple):
    """One message in Chinese and English, with `{named}` places for its facts."""

    zh: str
    en: str

    def say(self, lang: Lang, **facts: object) -> str:
        """The sentence in `lang` with its places filled in."""
        template = self.zh if lang == "zh" else self.en
        return template.format(**{name: word_fact(fact, lang) for name, fact in facts.items()})


def as_written(text: str) -> Sentence:
    """A text that a user wrote: in one language, or in both as `中文 | English`."""
    zh, _, en = text.replace("{", "{{").replace("}", "}}").partition(" | ")
    return Sentence(zh, en or zh)


def word_fact(fact: object, lang: Lang) -> object:
    """A fact as it is put into a sentence: dates and sentences in `lang`, the rest as it is."""
    if isinstance(fact, Sentence):
        return fact.say(lang)
    if isinstance(fact, date):
        return day_name(fact, lang)
    return fact


WEEKDAYS: tuple[Sentence, ...] = (
    Sentence("一", "Mon"),
    Sentence("二", "Tue"),
    Sentence("三", "Wed"),
    Sentence("四", "Thu"),
    Sentence("五", "Fri"),
    Sentence("六", "Sat"),
    Sentence("日", "Sun"),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_name(day: date, lang: Lang) -> str:
    """A day as people say it: `12月7日(周一)`, `Mon 7 Dec`."""
    weekday = WEEKDAYS[day.weekday()].say(lang)
    if lang == "zh":
        return f"{day.month}月{day.day}日(周{weekday})"
    return f"{weekday} {day.day} {MONTHS[day.month - 1]}"


def join_items(items: Iterable[str], lang: Lang) -> str:
    """Items in a row, as the language separates them."""
    return ("、" if lang == "zh" else ", ").join(items)


# --- Places and faults -------------------------------------------------------


def fill_in(sentence: Sentence, **facts: object) -> Sentence:
    """A sentence with its facts filled in for good: a fault words its expectation without any."""
    return Sentence(*(sentence.say(lang, **facts).replace("{", "{{").replace("}", "}}") for lang in LANGS))
