"""Languages: each sentence is written once, in both languages, beside the code that uses it.

A `Sentence` cannot be made in one language only, so that a missing translation
is a type error and not a gap that a user finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


# A way on that is another at the command line than on the page stands in a sentence as ⟦at the command line‖on the page⟧.
WAYS_ON = re.compile("⟦([^⟦⟧‖]*)‖([^⟦⟧‖]*)⟧")
_is_page: ContextVar[bool] = ContextVar("is_page", default=False)


@contextmanager
def on_the_page() -> Iterator[None]:
    """Word sentences for people at the page, who have no options to write, as long as the block runs."""
    token = _is_page.set(True)
    try:
        yield
    finally:
        _is_page.reset(token)


def _choose_ways(template: str) -> str:
    return WAYS_ON.sub(lambda found: found[2 if _is_page.get() else 1], template) if "⟦" in template else template


class Sentence(NamedTuple):
    """One message in Chinese and English, with places `{name}` for its facts; `{hours:h}` for numbers as people write them.

    `⟦…‖…⟧` holds what is said at the command line, and what is said on the page in its place.
    """

    zh: str
    en: str

    def say(self, lang: Lang, **facts: object) -> str:
        """The sentence in `lang`, with its facts filled in."""
        template = _choose_ways(self.zh if lang == "zh" else self.en)
        worded = {name: word_fact(fact, lang) for name, fact in facts.items()}
        if ":h}" in template or ":+h}" in template:
            worded |= {name: _Plain(fact) for name, fact in worded.items() if isinstance(fact, int | float)}
        return template.format(**worded)


class _Plain(float):
    def __format__(self, spec: str) -> str:
        """As `plain_number` for `h` and `+h`; as any number for other forms, a whole one without a point."""
        if spec.endswith("h"):
            return plain_number(self, signed=spec == "+h")
        return format(int(self) if self.is_integer() else float(self), spec)


def plain_number(number: float, places: int = 1, *, signed: bool = False) -> str:
    """A number of hours or duties as people write it: 73.3, 7.25, 8; hundredths where they are exact, or asked for.

    Two places tell every minute from the next.
    """
    hundredths = round(number, 2)
    rounded = (hundredths if abs(hundredths - number) < 1e-6 else round(number, places)) + 0.0  # no minus before nought
    return f"{rounded:+.12g}" if signed else f"{rounded:.12g}"


def as_template(text: str) -> str:
    """A text as the template of a sentence that says just this."""
    return text.replace("{", "{{").replace("}", "}}")


def as_written(text: str) -> Sentence:
    """The sentence that a user wrote: one text for both languages, or `中文 | English`."""
    zh, _, en = as_template(text).partition(" | ")
    return Sentence(zh, en or zh)


def word_fact(fact: object, lang: Lang) -> object:
    """Put a fact into words: dates and sentences in `lang`; any other fact is left as it is."""
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
    """A day as people write it: `12月7日(周一)`, `Mon 7 Dec`."""
    weekday = WEEKDAYS[day.weekday()].say(lang)
    if lang == "zh":
        return f"{day.month}月{day.day}日(周{weekday})"
    return f"{weekday} {day.day} {MONTHS[day.month - 1]}"


def join_items(items: Iterable[str], lang: Lang) -> str:
    """Join items with the separator of the language."""
    return ("、" if lang == "zh" else ", ").join(items)


def join_sentences(sentences: Iterable[Sentence]) -> Sentence:
    """Sentences in a row, as one."""
    sentences = tuple(sentences)
    return Sentence(*(as_template(join_items((one.say(lang) for one in sentences), lang)) for lang in LANGS))


def fill_in(sentence: Sentence, **facts: object) -> Sentence:
    """Fill facts into a sentence for good, so that it can be worded without them; braces in the facts are kept as text."""
    return Sentence(*(sentence.say(lang, **facts).replace("{", "{{").replace("}", "}}") for lang in LANGS))
