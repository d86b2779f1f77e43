"""What the codes and signs of old rosters stand for: a shift, a day off, leave, the usual shift, or nobody knows what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.adopting.old_rosters import OldShift, Question, Says, Spans, Where
from scheduler.files.adopting.answers import Answers, hours_in
from scheduler.files.adopting.legend import Entry, Legend, meaning_of
from scheduler.files.adopting.words import (
    LONGEST,
    OFTEN,
    SIGNS,
    Kind,
    Word,
    breaks_joined,
    cased_form,
    code_form,
    hours_text,
    word_of,
)
from scheduler.i18n import Sentence, fill_in
from scheduler.timeline import DAY_MINUTES, clock_text

OFTEN_PART = 0.01  # of all cells with a code: more seldom one may be a slip
JOINED = re.compile(r"[+/、&,，\s]+")
LONGEST_CODE = 20  # characters
USUAL = "正常"

WHAT_IS = Sentence(
    "“{code}”（{times} 格，如 {where}）是什么？班次请答时刻如 08:00-16:00，休息答“休”，请假答假别，平常的班答“班”",
    "What does “{code}” mean ({times} cells, such as {where})? Answer hours such as 08:00-16:00 for a shift, “off” for a day off, a kind"
    " of leave, or “duty” for the usual shift",
)
WHICH_LEAVE = Sentence(
    "“{code}”（{times} 格，如 {where}）是哪一种假？",
    "Which kind of leave is “{code}” ({times} cells, such as {where})?",
)
HOURS_OF = Sentence(
    "班次“{code}”（{times} 格，如 {where}）几点到几点？没有图例写明（不是班次就答“休”或假别）",
    "What are the hours of shift “{code}” ({times} cells, such as {where})? No legend says (“off” or a kind of leave where it is no"
    " shift)",
)
WHICH_HOURS = Sentence(
    "班次“{code}”的时刻有几种写法：{hours}。哪一个对？",
    "The hours of shift “{code}” are written in several ways: {hours}. Which are right?",
)
WHICH_PLACE = Sentence(
    "班次“{code}”的时刻各处图例写的不同：{hours}。哪一个对？（答时刻，别处的格子就仍存疑；各处按自己的图例算，答“分开”）",
    "The hours of shift “{code}” differ from legend to legend: {hours}. Which are right? (answer hours, and the cells of the other places"
    " stay doubtful; or “apart” where each place goes by its own legend)",
)
SAME_LETTER = Sentence(
    "“{code}”（{times} 格，如 {where}）与“{other}”是不是同一个班次？（是就答“{other}”；不是就答它的时刻，如 12:00-20:00）",
    "Is “{code}” ({times} cells, such as {where}) the same shift as “{other}”? (answer “{other}” if it is, or else its hours, such as"
    " 12:00-20:00)",
)
LONG_HOURS = Sentence(
    "班次“{code}”写的是 {hours}，超过 {most} 小时：是十二小时制吗？",
    "Shift “{code}” is written {hours}, longer than {most} hours: is that a clock of twelve hours?",
)
SLIP = Sentence(
    "“{code}”只出现 {times} 次，图例里没有：可能是笔误{tail}",
    "“{code}” stands only {times} time(s) and in no legend: it may be a slip{tail}",
)
LIKE = Sentence("（“{other}”？）", " (for “{other}”?)")
NOT_KNOWN = Sentence("不知道“{code}”是什么（见问题）", "nobody says what “{code}” means (see the questions)")
OPEN_LEAVE = Sentence("不知道“{code}”是哪一种假（见问题）", "nobody says which leave “{code}” is (see the questions)")
NOTE_BESIDE = Sentence("班次后面注有“{note}”", "“{note}” stands beside the shift")


@dataclass(frozen=True)
class Meaning:
    """What a cell's word stands for; with a doubt, nothing is taken from it; nor where the person was not employed."""

    says: Says = Says.REST
    codes: tuple[str, ...] = ()
    leave: str = ""
    doubt: Sentence | None = None
    usual: bool = False
    away: bool = False


@dataclass
class CodeBook:
    """What every code of the old rosters stands for."""

    shifts: dict[str, OldShift] = field(default_factory=dict)
    by_form: dict[tuple[str, Spans], Meaning] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    usual_code: str = ""

    def meaning(self, word: Word, usual: str = "") -> Meaning:
        """What a word of a cell stands for.

        Parameters
        ----------
        usual : str
            The person's usual shift, which a tick stands for.
        """
        if word.kind is Kind.REST:
            return Meaning(Says.REST)
        if word.kind is Kind.LEAVE and word.leave:
            return Meaning(Says.LEAVE, leave=word.leave)
        if word.note and word.spans:
            return Meaning(doubt=fill_in(NOTE_BESIDE, note=word.note))
        found = self.by_form.get((word.code, word.spans)) or Meaning(doubt=fill_in(NOT_KNOWN, code=word.code))
        if found.usual and not found.doubt:
            code = usual or self.usual_code
            found = Meaning(Says.DUTY, (code,)) if code else Meaning(doubt=fill_in(NOT_KNOWN, code=word.code))
        if word.note and not found.doubt:
            return Meaning(found.says, found.codes, found.leave, fill_in(NOTE_BESIDE, note=word.note))
        return found


def read_codes(
    words: Sequence[tuple[Word, Where]],
    legend: Legend,
    answers: Answers,
    usual_spans: Sequence[Spans],
    alike: Mapping[str, str],
    apart: Mapping[str, str],
) -> CodeBook:
    """What each code among the cells stands for.

    Parameters
    ----------
    alike, apart : mapping of str to str
        See `ambiguous.Sorted`.
    usual_spans : sequence of Spans
        The hours that staff lists have for people.
    """
    book = CodeBook()
    first: dict[tuple[str, Spans], Where] = {}
    times: Counter[tuple[str, Spans]] = Counter()
    for word, where in words:
        if word.note and word.spans:
            continue
        if word.kind in (Kind.CODE, Kind.TICK) or (word.kind is Kind.LEAVE and not word.leave):
            times[word.code, word.spans] += 1
            first.setdefault((word.code, word.spans), where)
    by_code: Counter[str] = Counter()
    for (code, _), number in times.items():
        by_code[code] += number
    ticks = {word.code for word, _ in words if word.kind is Kind.TICK}
    open_leave = {word.code for word, _ in words if word.kind is Kind.LEAVE and not word.leave}
    namer = _Namer(book, legend, answers, by_code, first, alike, apart)
    many = max(OFTEN, OFTEN_PART * sum(times.values()))
    waiting = []
    for (code, spans), number in sorted(times.most_common(), key=lambda one: one[0][0] in alike):
        if code in open_leave and not spans:
            namer.leave_of(code, number)
        elif code in ticks and not legend.entries_named(code):
            namer.tick(code, number, ticks)
        elif not namer.settle(code, spans, number, number >= many):
            waiting.append((code, spans, number))
    for code, spans, number in waiting:
        namer.doubt(code, spans, number)
    book.usual_code = _usual_code(book, usual_spans, legend)
    return book


def _usual_code(book: CodeBook, usual_spans: Sequence[Spans], legend: Legend) -> str:
    """The shift that ticks and empty cells stand for, where the desk has one; made where it is not known otherwise."""
    said = [word for sign, (word, _) in legend.signs.items() if meaning_of(word) == "work"]
    for word in said:
        if entries := legend.entries_named(code_form(word)):
            return _own(book, entries[0])
    if usual_spans:
        spans = Counter(usual_spans).most_common(1)[0][0]
        same = [shift.code for shift in book.shifts.values() if shift.spans == spans]
        return same[0] if same else ""
    by_hours = {entry.spans: entry for entry in legend.entries}
    if len(by_hours) == 1 and not book.shifts:
        return _own(book, next(iter(by_hours.values())))
    unused = [
        entry for entry in by_hours.values() if not any(shift.spans == entry.spans for shift in book.shifts.values())
    ]
    return _own(book, unused[0]) if len(unused) == 1 else ""


def _own(book: CodeBook, entry: Entry) -> str:
    code = entry.names[0]
    book.shifts.setdefault(code, OldShift(code, _name(entry, code), spans=entry.spans, said=entry.where))
    return code


def _name(entry: Entry | None, code: str) -> str:
    return entry.shown if entry and entry.shown else code


class _Namer:
    """Codes settled one by one into a book."""

    def __init__(
        self,
        book: CodeBook,
        legend: Legend,
        answers: Answers,
        by_code: Counter[str],
        first: Mapping[tuple[str, Spans], Where],
        alike: Mapping[str, str],
        apart: Mapping[str, str],
    ) -> None:
        self.book, self.legend, self.answers, self.by_code, self.first = book, legend, answers, by_code, first
        self.alike, self.apart = alike, apart
        self.named: dict[Spans, str] = {}

    def settle(self, code: str, spans: Spans, number: int, often: bool) -> bool:
        """Say what a code stands for, where anything does."""
        spans = breaks_joined(spans)
        answer = self.answers.get(f"code:{code}") or ("" if spans else self.answers.get(f"hours:{code}"))
        entries = self.legend.entries_named(code)
        if answer and not (entries and hours_in(answer)) and self._answered(code, spans, number, answer):
            return True
        if code in self.alike and not spans:
            return False
        if not spans and not entries and code in self.legend.signs:
            return self._by_sign(code, number)
        if spans:
            return self._with_hours(code, spans, number, entries)
        if entries:
            own = self._own_name(code, entries[0])
            if len(entries) > 1:
                hours = self.apart.get(code) or " / ".join(f"{hours_text(one.spans)} ({one.where})" for one in entries)
                ask = WHICH_PLACE if code in self.apart else WHICH_HOURS
                self._ask_hours(own, fill_in(ask, code=own, hours=hours), hours_text(entries[0].spans))
                self._shift(own, _name(entries[0], own), (), entries[0].where, number)
            else:
                self._shift(own, _name(entries[0], own), entries[0].spans, entries[0].where, number)
            self.book.by_form[code, ()] = Meaning(Says.DUTY, (own,))
            return True
        if self._joined(code, number):
            return True
        if often and len(code) <= LONGEST_CODE and not SIGNS.fullmatch(code) and not re.fullmatch(r"\d+(\.\d+)?", code):
            self._ask_hours(code, fill_in(HOURS_OF, code=code, times=number, where=self.first[code, ()]), "")
            self._shift(code, code, (), None, number)
            self.book.by_form[code, ()] = Meaning(Says.DUTY, (code,))
            return True
        return False

    def doubt(self, code: str, spans: Spans, number: int) -> None:
        """Say of a code that nobody knows what it stands for; ask where it stands often, or where all do."""
        if code in self.alike and not spans:
            self._ask_code(code, spans, number, SAME_LETTER, other=self.alike[code])
            self.book.by_form[code, spans] = Meaning(doubt=fill_in(NOT_KNOWN, code=code))
            return
        if self._joined(code, number):
            return
        known = {
            word: own for (word, _), meaning in self.book.by_form.items() for own in meaning.codes if not meaning.doubt
        }
        sign = bool(SIGNS.fullmatch(code) or re.fullmatch(r"\d+(\.\d+)?", code))
        seldom = number < OFTEN and not (sign and number >= 2)
        if known and seldom and not self.answers.get(f"code:{code}"):
            like = next((own for word, own in known.items() if word and (word[0] == code[:1] or word in code)), "")
            tail = fill_in(LIKE, other=like) if like else Sentence("", "")
            self.book.by_form[code, spans] = Meaning(doubt=fill_in(SLIP, code=code, times=number, tail=tail))
            return
        self._ask_code(code, spans, number, WHAT_IS)
        self.book.by_form[code, spans] = Meaning(doubt=fill_in(NOT_KNOWN, code=code))

    def tick(self, code: str, number: int, ticks: set[str]) -> None:
        """A tick: the usual shift, unless there are several kinds of ticks and nothing tells them apart."""
        answer = self.answers.get(f"code:{code}")
        if answer and self._answered(code, (), number, answer):
            return
        if code in self.legend.signs:
            self._by_sign(code, number)
        elif answer or (len(ticks) > 1 and code != max(ticks, key=lambda one: self.by_code[one])):
            self._ask_code(code, (), number, WHAT_IS)
            self.book.by_form[code, ()] = Meaning(doubt=fill_in(NOT_KNOWN, code=code))
        else:
            self.book.by_form[code, ()] = Meaning(Says.DUTY, usual=True)

    def leave_of(self, code: str, number: int) -> None:
        """Leave of a kind that the word leaves open."""
        said = word_of(self.answers.get(f"code:{code}"))
        if said.kind is Kind.LEAVE and said.leave:
            self.book.by_form[code, ()] = Meaning(Says.LEAVE, leave=said.leave)
            return
        self._ask_code(code, (), number, WHICH_LEAVE)
        self.book.by_form[code, ()] = Meaning(Says.LEAVE, doubt=fill_in(OPEN_LEAVE, code=code))

    def _own_name(self, code: str, entry: Entry) -> str:
        """The one code of a shift that has several words: that which stands in most cells."""
        return max(entry.names, key=lambda name: (self.by_code[name], -len(name))) or code

    def _with_hours(self, code: str, spans: Spans, number: int, entries: Sequence[Entry]) -> bool:
        """A cell that has hours beside its code, or hours alone."""
        if not code:
            entry = next((one for one in self.legend.entries if one.spans == spans), None)
            same = next((one.code for one in self.book.shifts.values() if one.spans == spans), "")
            own = same or (self._own_name("", entry) if entry else hours_text(spans).replace(":00", ""))
        else:
            own = self._own_name(code, entries[0]) if entries else code
            there = self.book.shifts.get(own)
            if there and there.spans and there.spans != spans:
                own = f"{own}{hours_text(spans)}"
        where = self.first.get((code, spans))
        self._shift(own, own, spans, where, number)
        self.book.by_form[code, spans] = Meaning(Says.DUTY, (own,))
        self.book.by_form.setdefault((code, ()), Meaning(Says.DUTY, (own,)))
        return True

    def _by_sign(self, code: str, number: int) -> bool:
        word, where = self.legend.signs[code]
        return self._as(code, meaning_of(word) or meaning_of(code), word, where, number)

    def _as(self, code: str, meaning: str, word: str, where: Where | None, number: int) -> bool:
        if meaning == "rest":
            self.book.by_form[code, ()] = Meaning(Says.REST)
        elif meaning.startswith("leave:") and meaning != "leave:":
            self.book.by_form[code, ()] = Meaning(Says.LEAVE, leave=meaning.partition(":")[2])
        elif meaning == "work":
            entries = self.legend.entries_named(code_form(word))
            if entries:
                own = self._own_name(code, entries[0])
                self._shift(own, _name(entries[0], own), entries[0].spans, entries[0].where, number)
                self.book.by_form[code, ()] = Meaning(Says.DUTY, (own,))
            else:
                self.book.by_form[code, ()] = Meaning(Says.DUTY, usual=True)
        else:
            entries = self.legend.entries_named(code_form(word))
            if not entries:
                return False
            own = self._own_name(code_form(word), entries[0])
            self._shift(own, _name(entries[0], own), entries[0].spans, entries[0].where, number)
            self.book.by_form[code, ()] = Meaning(Says.DUTY, (own,))
        return True

    def _answered(self, code: str, spans: Spans, number: int, answer: str) -> bool:
        if told := hours_in(answer):
            self._shift(code, code, told, None, number)
            self.book.by_form[code, spans] = Meaning(Says.DUTY, (code,))
            return True
        forms = {cased_form(answer), code_form(answer)} - {code}
        if same := next((form for form in sorted(forms) if form in self.book.shifts), ""):
            self.book.by_form[code, spans] = Meaning(Says.DUTY, (same,))
            return True
        meaning = "work" if answer.casefold() in ("班", "duty", "上班") else meaning_of(answer)
        return bool(meaning) and self._as(code, meaning, answer, None, number)

    def _joined(self, code: str, number: int) -> bool:
        """Whether a code is several known ones, joined."""
        parts = [code_form(part) for part in JOINED.split(code) if part]
        if len(parts) < 2 or len(set(parts)) != len(parts):
            return False
        meanings = [self.book.by_form.get((part, ())) for part in parts]
        if any(one is None or one.doubt or one.usual or one.says is not Says.DUTY for one in meanings):
            return False
        self.book.by_form[code, ()] = Meaning(Says.DUTY, tuple(own for one in meanings if one for own in one.codes))
        return True

    def _shift(self, code: str, name: str, spans: Spans, said: Where | None, times: int) -> None:
        there = self.book.shifts.get(code)
        times += there.times if there else 0
        told = self.answers.hours(code)
        unlikely = len(spans) == 1 and LONGEST < spans[0][1] - spans[0][0] < DAY_MINUTES
        if told and (unlikely or not spans):
            spans = told
        if there and there.spans:
            spans, said = there.spans, there.said
        elif unlikely and not told:
            start, end = spans[0]
            asked = fill_in(LONG_HOURS, code=code, hours=hours_text(spans), most=LONGEST // 60)
            half = f"{clock_text(start)}-{clock_text(end - 12 * 60)}" if end - 12 * 60 > start else ""
            self._ask_hours(code, asked, half)
            spans = ()
        self.book.shifts[code] = OldShift(code, name, spans=spans, said=said, times=times)

    def _ask_hours(self, code: str, ask: Sentence, proposed: str) -> None:
        if not self.answers.hours(code) and not any(one.key == f"hours:{code}" for one in self.book.questions):
            self.book.questions.append(Question(f"hours:{code}", ask, proposed=proposed, in_table="shifts"))

    def _ask_code(self, code: str, spans: Spans, number: int, ask: Sentence, **facts: object) -> None:
        where = self.first.get((code, spans), "")
        self.book.questions.append(
            Question(f"code:{code}", fill_in(ask, code=code, times=number, where=where, **facts))
        )
