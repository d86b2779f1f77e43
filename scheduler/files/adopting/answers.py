"""What was answered to the questions about old rosters: read, and asked again where it is not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from scheduler.adopting.old_rosters import Question, Spans
from scheduler.files.adopting.words import breaks_joined, spans_in
from scheduler.i18n import Sentence, fill_in

NOT_UNDERSTOOD = Sentence(
    "回答“{answer}”没有用上，要的是{form}。{ask}", "The answer “{answer}” was not used; it takes {form}. {ask}"
)
NO_QUESTION = Sentence(
    "回答“{key}”＝“{answer}”没有用上：没有这个问题",
    "the answer “{answer}” to “{key}” was not used: there is no such question",
)
MONTH = Sentence("年月，如 2026-12", "a year and month such as 2026-12")
FORMS = {
    "hours": Sentence(
        "0:00 到 24:00 之间的时刻，如 08:00-16:00；跨夜写 22:00-06:00；不是班次就答“休”或假别，如“年假”",
        "hours between 0:00 and 24:00 such as 08:00-16:00, or 22:00-06:00 over midnight; “off” or a kind of leave such as “annual”"
        " where it is no shift",
    ),
    "code": Sentence(
        "时刻，如 08:00-16:00；另一个班次的代码；“休”、“班”，或假别，如“年假”",
        "hours such as 08:00-16:00, the code of another shift, “off”, “duty”, or a kind of leave such as “annual”",
    ),
    "blank": Sentence("“休”或“班”", "“off” or “duty”"),
    "year": Sentence("年份，如 2026", "a year such as 2026"),
    "month": MONTH,
    "period": MONTH,
    "dates": MONTH,
    "day": Sentence(
        "第一列那一天，星期须相符，如 2026-12-07", "the day of the first column, of that weekday, such as 2026-12-07"
    ),
    "same": Sentence("1 或 2，或表上的一个工号", "1 or 2, or one of the ids"),
    "several": Sentence("“都”或“一人”", "“all” or “one”"),
    "status": Sentence("“在职”或“离职”", "“active” or “left”"),
    "hidden": Sentence("“算”或“不算”", "“yes” or “no”"),
}


class Answers(dict[str, str]):
    """Answers by the keys of their questions, which know after which of them nobody has looked."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__({key: answer.strip() for key, answer in answers.items() if answer.strip()})
        self._unused = set(self)

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
        """What was answered to a question; empty for nothing."""
        self._unused.discard(key)
        return super().get(key, default)

    def unused(self) -> Iterator[Sentence]:
        """The answers to questions that nobody asks."""
        return (fill_in(NO_QUESTION, key=key, answer=self[key]) for key in self if key in self._unused)

    def hours(self, code: str) -> Spans:
        """The hours that were answered for a shift."""
        return hours_in(self.get(f"hours:{code}"))

    def asked_again(self, question: Question) -> Question:
        """A question that is open; with what was answered, where that was not understood."""
        answer = self.get(question.key)
        if not answer:
            return question
        form = FORMS[question.key.partition(":")[0]]
        return replace(
            question, refused=answer, ask=fill_in(NOT_UNDERSTOOD, answer=answer, form=form, ask=question.ask)
        )


def hours_in(answer: str) -> Spans:
    """The hours of an answer that holds hours and no other figures."""
    found = spans_in(answer, loose=True)
    rest = answer
    for one in reversed(found):
        rest = rest[: one.begin] + rest[one.stop :]
    return () if re.search(r"\d", rest) else breaks_joined(tuple(one.span for one in found))
