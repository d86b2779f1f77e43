"""What a column of old files says of people's employment: in service, on probation, gone, or nothing that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scheduler.adopting.old_rosters import OldPerson, Question, Status
from scheduler.files.schema.other_columns import IN_SERVICE, NO, YES
from scheduler.files.schema.text import comparable
from scheduler.i18n import Sentence, fill_in

HEADS = {  # of the columns that tell of it, by the fact of a person
    "status": "状态 在职状态 员工状态 人员状态 用工状态 任职状态 在职情况 在岗状态 status employment_status employee_status",
    "status_active": "在职 是否在职 是否在岗 active employed",
    "status_gone": "离职 是否离职 已离职 是否停用 停用 left resigned inactive disabled",
    "status_trial": "试用 是否试用 试用情况",
    "status_regular": "转正 是否转正 已转正 转正情况 转正状态",
}
FACTS = tuple(HEADS)
MEANT = {  # yes and no
    "status_active": ("在职", "离职"),
    "status_gone": ("离职", "在职"),
    "status_trial": ("试用", "在职"),
    "status_regular": ("在职", "试用"),
}
LEFT_WORDS = (
    "离职 已离职 离岗 辞职 已辞职 辞退 退休 已退休 离退 解除 终止 停用 已停用 离开 已离开 不在职"
    " left resigned terminated inactive retired quit former disabled"
)
TRIAL_WORDS = "试用 试用期 试用中 见习 见习期 实习 实习期 实习生 未转正 probation trial trainee intern"

UNCLEAR = Sentence(
    "不知道“{text}”是还在上班还是不再上班（见问题）",
    "whether “{text}” is still at work is not known (see the questions)",
)
WHICH = Sentence(
    "状态“{text}”（{names}）的人排不排班？（答“在职”或“离职”；暂时不上班的答“在职”，再写进请假表）",
    "Are people of the status “{text}” ({names}) rostered? (answer “active” or “left”; for who is away for a while “active”, and enter"
    " leave)",
)


def _words(*texts: str) -> frozenset[str]:
    return frozenset(map(comparable, " ".join(texts).split()))


_FACTS = {word: fact for fact, heads in HEADS.items() for word in _words(heads)}
_LEFT, _TRIAL, _SERVES = _words(LEFT_WORDS), _words(TRIAL_WORDS), _words(IN_SERVICE, "未离职")
_YES, _NO = _words(YES), _words(NO)


def status_fact(head: str) -> str:
    """The fact that a column of that heading tells of somebody's employment; empty for any other column."""
    return _FACTS.get(comparable(head), "")


def status_text(fact: str, text: str) -> str:
    """A cell of such a column as a status: where the heading asks for yes or no, what that means."""
    word, meant = comparable(text), MEANT.get(fact)
    return text if not meant or word not in _YES | _NO else meant[word in _NO]


def read_status(text: str) -> Status | None:
    """What a status says; `None` where nobody can tell."""
    word = comparable(text)
    known = ((Status.LEFT, _LEFT), (Status.TRIAL, _TRIAL), (Status.SERVES, _SERVES))
    return next((status for status, words in known if word in words), None)


class Statuses:
    """The statuses of old files, with what was answered about them."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers

    def of(self, text: str) -> Status | None:
        """What a status says, or what was answered about it."""
        answer = self._answers.get(_key(text), "")
        return read_status(text) or (read_status(answer) if answer else None)

    def settle(self, people: Sequence[OldPerson]) -> tuple[list[OldPerson], list[Question]]:
        """Everybody with their status, and a question for each text of unknown meaning."""
        settled: list[OldPerson] = []
        unclear: dict[str, list[str]] = {}
        for person in people:
            texts = [status_text(fact, person.facts[fact]) for fact in FACTS if person.facts.get(fact)]
            found = {text: self.of(text) for text in texts}
            for text in (text for text, status in found.items() if status is None):
                unclear.setdefault(text, []).append(person.name)
            status = next((one for one in (Status.LEFT, Status.TRIAL) if one in found.values()), Status.SERVES)
            facts = {name: fact for name, fact in person.facts.items() if name not in FACTS}
            settled.append(replace(person, facts=facts, status=status))
        questions = [
            Question(_key(text), fill_in(WHICH, text=text, names="、".join(names))) for text, names in unclear.items()
        ]
        return settled, questions


def _key(text: str) -> str:
    return f"status:{' '.join(text.split())}"
