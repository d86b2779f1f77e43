"""What a request does beside its cells, what could be asked for instead and whom to ring, as text and for `--json`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scheduler.app.change_requests import Asked
from scheduler.domain import Fixed, Month
from scheduler.i18n import Lang, Sentence, join_items, plain_number
from scheduler.timeline import clock_text
from scheduler.workflow.change_request import Cell, Request, RequestKind
from scheduler.workflow.effects import Effects, HoursMoved, Shortfall
from scheduler.workflow.objections import (
    BEGUN,
    MOVED,
    NO_DUTY,
    NOT_EMPLOYED,
    NOTICE,
    NOTICE_OF_DAY,
    ON_DUTY,
    ON_LEAVE,
    PAST,
    QUOTA,
    TAKEN,
    Objection,
)
from scheduler.workflow.offer_search import MOST_OFFERS
from scheduler.workflow.offers import LEFT_OUT, NO_FEWER, NOT_COUNTED, Against, Candidate, Offer, Ring
from scheduler.workflow.verdict import GRANTABLE

MOST_LINES = 6  # of one kind, unless everything is asked for
MOST_NAMES = 8

# What speaks against people, in a word.
GROUPS: Mapping[Sentence, Sentence] = {
    ON_LEAVE: Sentence("请假", "on leave"),
    NOT_EMPLOYED: Sentence("不在职", "not employed"),
    ON_DUTY: Sentence("当天自己有班", "on duty that day"),
    QUOTA: Sentence("次数已满", "no swap left this month"),
    TAKEN: Sentence("另有申请待批", "in another open request"),
    NOTICE: Sentence("提前时间不够", "too little notice"),
    NOTICE_OF_DAY: Sentence("提前时间不够", "too little notice"),
    BEGUN: Sentence("班已开始", "begun"),
    PAST: Sentence("已过去", "past"),
    NO_DUTY: Sentence("没有班", "no duty"),
    MOVED: Sentence("班已变动", "moved since"),
    LEFT_OUT: Sentence("已写明不找", "left out (--not)"),
    NOT_COUNTED: Sentence("角色或技能不符", "role or skill missing"),
    NO_FEWER: Sentence("改动不比原来少", "no fewer changes"),
}

OFF_THAT_DAY, ON_THAT_DAY = Sentence("当天休息", "off that day"), Sentence("当天有班", "on duty that day")
STANDS = Sentence(
    "{day}，本月 {hours:h} h（应 {share:h} h），同班次 {same} 次",
    "{day}, {hours:h} h this month (fair share {share:h} h), {same} such duties",
)
WITH_OVERTIME = Sentence("，须先批加班 {hours:h} 小时", ", {hours:h} h of overtime to be approved first")
CHOSEN = Sentence("，答复里已安排", ", has it in the answer")


# What it does beside its cells


def effect_payload(effects: Effects) -> dict[str, Any]:
    """What drops below the wished number, and whose hours move, for `--json`."""
    return {
        "below_target": [shortfall_row(row) for row in effects.below],
        "hours": [
            {"worker": one.worker, "month": str(one.month), "before": one.before, "after": one.after}
            for one in effects.hours
        ],
    }


def shortfall_row(row: Shortfall) -> dict[str, Any]:
    """A shift or a stretch of slots that is short, for `--json`."""
    return {
        "date": row.day.isoformat(),
        "shift": row.shift or None,
        "start": None if row.shift else clock_text(row.start),
        "end": None if row.shift else clock_text(row.end),
        "who": row.who,
        "least": row.least,
        "target": row.target,
        "before": row.before,
        "after": row.after,
        "missing": row.missing,
    }


def effect_lines(effects: Effects, names: Mapping[str, str], lang: Lang, is_full: bool) -> Iterator[str]:
    """Lines on what drops below the wished number, and on whose hours move."""
    if effects.below:
        yield Sentence("低于目标：", "Below target:").say(lang)
        yield from _cut_short([f"  {shortfall_line(row, lang)}" for row in effects.below], lang, is_full)
    if effects.hours:
        months = {one.month for one in effects.hours}
        said = [_say_hours(one, names, lang, months) for one in effects.hours]
        yield Sentence("工时变动：{who}", "Hours move: {who}").say(
            lang, who=join_items(_cut_names(said, is_full), lang)
        )


def _say_hours(one: HoursMoved, names: Mapping[str, str], lang: Lang, months: set[Month]) -> str:
    of_month = f"（{one.month}）" if len(months) > 1 and lang == "zh" else f" ({one.month})" if len(months) > 1 else ""
    return f"{names.get(one.worker, one.worker)} {plain_number(one.before)}→{plain_number(one.after)} h{of_month}"


def shortfall_line(row: Shortfall, lang: Lang) -> str:
    """A shift or a stretch of slots that is short, as text."""
    where = row.shift or f"{clock_text(row.start)}–{clock_text(row.end)}"
    said = Sentence(
        "{day}“{where}”{who}：{before}→{after} 人（目标 {target}，最少 {least}），缺 {missing}",
        "{day}, {where}{who}: {before}→{after} people (target {target}, least {least}), {missing} missing",
    )
    facts = {"before": row.before, "after": row.after, "target": row.target, "least": row.least}
    return said.say(lang, day=row.day, where=where, who=f" {row.who}" if row.who else "", missing=row.missing, **facts)


def _cut_short(lines: Sequence[str], lang: Lang, is_full: bool) -> list[str]:
    """Lines, the last ones counted only where there are many."""
    if is_full or len(lines) <= MOST_LINES:
        return list(lines)
    more = Sentence("  …另 {n} 行（--verbose 全列）", "  … {n} more (--verbose lists all)")
    return [*lines[: MOST_LINES - 1], more.say(lang, n=len(lines) - MOST_LINES + 1)]


def _cut_names(names: Sequence[str], is_full: bool) -> list[str]:
    if is_full or len(names) <= MOST_NAMES:
        return list(names)
    return [*names[: MOST_NAMES - 1], f"…+{len(names) - MOST_NAMES + 1}"]


# Commands


def offer_command(asked: Asked, one: Request, desk: Path, store: str | None, out: Path | None) -> str:
    """The command that asks for an offer; it takes the place of the request where that was recorded."""
    words = ["scheduler", "swap", "request", str(desk), *_request_words(one)]
    words += [word for who in one.spared for word in ("--not", who)]
    words += ["--instead", str(asked.instead)] if asked.instead else []
    words += ["--by", one.by, "--because", one.because]
    words += [word for what in one.set_aside for word in ("--override", what)]
    words += ["--override-because", one.override] if one.override else []
    words += ["--store", store] if store else []
    words += ["--out", str(out)] if out else []
    return shlex.join(words)


def _request_words(one: Request) -> list[str]:
    """The options that say what is asked for."""
    if one.give:
        return ["--give", _cell(one.give), *(["--take", _cell(one.take)] if one.take else ["--to", one.to])]
    if one.surge:
        return ["--surge", one.surge[0].isoformat(), "--factor", f"{one.surge[1]:g}"]
    words: list[str] = []
    if leave := one.leave:
        option = "--absent" if one.kind == RequestKind.ABSENCE else "--leave"
        words = [
            option,
            _cell(Cell(leave.worker, leave.first)) + (f"T{leave.times.en.replace('–', '-')}" if leave.is_part else ""),
            "--until",
            leave.last.isoformat(),
            "--kind",
            leave.kind,
        ]
        takers = (Cell(cell.worker, cell.day) for cell in one.cells if cell.shift and cell.worker != leave.worker)
        words += [word for cell in dict.fromkeys(takers) for word in ("--cover", _cell(cell))]
        words += ["--papers-due", one.papers_due.isoformat()] if one.papers_due else []
    return words


def _cell(cell: Cell) -> str:
    return f"{cell.worker}@{cell.day.isoformat()}"


# Offers


class OfferText:
    """The offers of a request in one language.

    Parameters
    ----------
    describe : callable
        What a request asks for, in words.
    where : (Path, str or None, Path or None)
        The desk, its store and the folder of its papers, as they were typed.
    """

    def __init__(
        self,
        asked: Asked,
        describe: Callable[[Request, Mapping[str, str], Lang], str],
        where: tuple[Path, str | None, Path | None],
        lang: Lang,
        is_full: bool,
    ) -> None:
        self.asked, self.describe, self.where, self.lang, self.is_full = asked, describe, where, lang, is_full
        self.names, self.offers = asked.stretch.names, asked.offers

    # For `--json`

    def payload(self) -> dict[str, Any]:
        """All of it for `--json`."""
        found = self.offers
        return {
            "offers": [self._offer_row(one) for one in found.offers],
            "against": [self._candidate_row(one) for one in found.against],
            "ring": [self._ring_row(one) for one in found.rings],
            "looked_at": {"tried": found.tried, "untried": found.untried, "cut": found.is_cut},
            "short_at_best": [shortfall_row(row) for row in found.short],
            "largest": found.is_largest,
        }

    def alternatives(self) -> list[dict[str, Any]]:
        """Of a refused request, up to three others that are allowed as they stand."""
        if self.asked.verdict.word in GRANTABLE:
            return []
        plain = [one.request for one in self.offers.offers if not one.further and one.request.give]
        return [
            {"kind": one.kind.value, "give": _cell_or_none(one.give), "take": _cell_or_none(one.take), "to": one.to}
            for one in plain[:3]
        ]

    def _offer_row(self, one: Offer) -> dict[str, Any]:
        request, leave, surge = one.request, one.request.leave, one.request.surge
        return {
            "kind": request.kind.value,
            "give": _cell_or_none(request.give),
            "take": _cell_or_none(request.take),
            "to": request.to,
            "leave": leave and {"worker": leave.worker, "first": str(leave.first), "last": str(leave.last)},
            "surge": surge and [surge[0].isoformat(), surge[1]],
            "further": one.further,
            "proved": one.is_proved,
            "below_target": [shortfall_row(row) for row in one.below],
            "partner": one.partner and self._candidate_row(one.partner),
            "command": self._command(request),
        }

    def _candidate_row(self, one: Candidate) -> dict[str, Any]:
        phone = {"phone": self.asked.phones[one.worker]} if one.worker in self.asked.phones else {}
        return {
            "worker": one.worker,
            **phone,
            "against": [each.say(self.lang, self.names) for each in one.against],
            "overtime": one.overtime.minutes / 60 if one.overtime else 0,
            "chosen": one.is_chosen,
            "free": one.standing.is_free,
            "hours": one.standing.hours,
            "share": one.standing.share,
            "same": one.standing.same,
        }

    def _ring_row(self, one: Ring) -> dict[str, Any]:
        return {
            "date": one.day.isoformat(),
            "shift": one.shift,
            "instead_of": one.instead_of or None,
            "candidates": [self._candidate_row(each) | self._command_row(one, each) for each in one.candidates],
            "untried": list(one.untried),
        }

    def _command_row(self, ring: Ring, one: Candidate) -> dict[str, str]:
        command = self._cover_command(ring, one)
        return {"command": command} if command else {}

    def _cover_command(self, ring: Ring, one: Candidate) -> str:
        """The command that has somebody take a duty over; empty where it takes overtime first, or no duty is given up."""
        if not ring.instead_of or one.against or one.overtime or one.is_chosen:
            return ""
        request = self.asked.request
        others = (cell for cell in request.cells if cell.shift and (cell.day, cell.shift) != (ring.day, ring.shift))
        return self._command(replace(request, cells=(*others, Fixed(one.worker, ring.day, ring.shift))))

    def _command(self, request: Request) -> str:
        return offer_command(self.asked, request, *self.where)

    # As text

    def lines(self) -> Iterator[str]:
        """All of it as text."""
        yield from self._short_lines()
        yield from self._offer_lines()
        yield from self._against_lines(self.offers.against, "  ")
        yield from self._looked_at_lines()
        for ring in self.offers.rings[: None if self.is_full else MOST_LINES]:
            yield from self._ring_lines(ring)
        if not self.is_full and len(self.offers.rings) > MOST_LINES:
            more = Sentence("…另 {n} 个班（--verbose 全列）", "… {n} more duties (--verbose lists all)")
            yield more.say(self.lang, n=len(self.offers.rings) - MOST_LINES)

    def _short_lines(self) -> Iterator[str]:
        if self.offers.short:
            head = Sentence("照此倍数，尽力排也还缺：", "At this factor, at the best, these stay short:")
            yield head.say(self.lang)
            yield from _cut_short(
                [f"  {shortfall_line(row, self.lang)}" for row in self.offers.short], self.lang, self.is_full
            )

    def _offer_lines(self) -> Iterator[str]:
        granted = self.asked.verdict.word in GRANTABLE
        if not self.offers.offers:
            return
        head = (
            Sentence("改动更少的办法：", "These need fewer changes:")
            if granted
            else Sentence("可以改为：", "Instead, this would be allowed:")
        )
        yield head.say(self.lang)
        most = None if self.is_full else MOST_OFFERS
        for n, one in enumerate(self.offers.offers[:most], 1):
            yield f"  {n}. {self.describe(one.request, self.names, self.lang)}{self._needs(one)}"
            if one.partner:
                yield f"     {self._standing(one.partner)}"
            yield from (f"     {shortfall_line(row, self.lang)}" for row in one.below[: None if self.is_full else 2])
            yield f"     {self._command(one.request)}"
        if most and len(self.offers.offers) > most:
            more = Sentence("  …另有 {n} 种也行（--verbose 全列）", "  … {n} more would do (--verbose lists all)")
            yield more.say(self.lang, n=len(self.offers.offers) - most)

    def _needs(self, one: Offer) -> str:
        if not one.further:
            return Sentence("：不牵动别人", ": nothing else moves").say(self.lang)
        said = Sentence("：另须改动 {n} 格{proof}", ": {n} further changes{proof}")
        proof = Sentence("（未证明最少）", " (not proved fewest)").say(self.lang) if not one.is_proved else ""
        return said.say(self.lang, n=one.further, proof=proof)

    def _standing(self, one: Candidate) -> str:
        """Who it is, their phone for those who may see it, and how their month stands."""
        name, phone = self.names.get(one.worker, one.worker), self.asked.phones.get(one.worker, "")
        stands = one.standing
        day = (OFF_THAT_DAY if stands.is_free else ON_THAT_DAY).say(self.lang)
        said = STANDS.say(self.lang, day=day, hours=stands.hours, share=round(stands.share, 1), same=stands.same)
        said += WITH_OVERTIME.say(self.lang, hours=one.overtime.minutes / 60) if one.overtime else ""
        said += CHOSEN.say(self.lang) if one.is_chosen else ""
        return Sentence("{who}：{said}", "{who}: {said}").say(self.lang, who=f"{name} {phone}".strip(), said=said)

    def _against_lines(self, candidates: Sequence[Candidate], indent: str) -> Iterator[str]:
        """Who could not, by what speaks against them; each with the whole sentence where everything is asked for."""
        if not candidates:
            return
        yield indent[2:] + Sentence("不行的：", "These cannot:").say(self.lang)
        if self.is_full:
            for one in candidates:
                name = self.names.get(one.worker, one.worker)
                said = join_items((each.say(self.lang, self.names) for each in one.against), self.lang)
                named = Sentence("{who}：{said}", "{who}: {said}").say(self.lang, who=name, said=said)
                yield indent + (said if name in said else named)
            return
        groups: dict[str, list[str]] = {}
        for one in candidates:
            groups.setdefault(self._group(one.against[0]), []).append(self.names.get(one.worker, one.worker))
        for title, people in groups.items():
            line = Sentence("{title}：{who}", "{title}: {who}")
            who = join_items(_cut_names(people, self.is_full), self.lang)
            yield indent + line.say(self.lang, title=title, who=who)

    def _group(self, against: Against) -> str:
        """What speaks against somebody, in a word: of a rule its name."""
        if isinstance(against, Objection):
            group = GROUPS.get(against.sentence)
            return group.say(self.lang) if group else against.say(self.lang, self.names)
        return self.asked.rules[against.reason.rule].say(self.lang)

    def _looked_at_lines(self) -> Iterator[str]:
        found = self.offers
        if not found.tried and not found.untried:
            return
        said = Sentence("查了 {tried} 种办法{rest}", "{tried} possibilities looked at{rest}")
        rest = ""
        if found.untried:
            cut = Sentence("，还有 {n} 种没有查（已到工作量上限）", ", {n} not (limit of work reached)")
            enough = Sentence("，还有 {n} 种没有查（好办法已够）", ", {n} not (there were enough as good as can be)")
            rest = (cut if found.is_cut else enough).say(self.lang, n=found.untried)
        yield said.say(self.lang, tried=found.tried, rest=rest)
        if self.asked.request.surge and found.offers:
            proved = Sentence("已证明：再大一档就排不出", "proved: no larger step can be met")
            not_proved = Sentence("未证明：更大的倍数也许可以", "not proved: a larger factor may do")
            yield (proved if found.is_largest else not_proved).say(self.lang)
        if self.asked.request.surge and not found.offers:
            none = Sentence("没有找到排得出的倍数", "No factor was found that can be met")
            yield none.say(self.lang)

    def _ring_lines(self, ring: Ring) -> Iterator[str]:
        head = (
            Sentence("{day}“{shift}”（{who}的班）可以找：", "{day}, {shift} ({who}'s duty), whom to ring:")
            if ring.instead_of
            else Sentence("{day}“{shift}”仍缺人，可以找：", "{day}, {shift} is short, whom to ring:")
        )
        able = [one for one in ring.candidates if one.is_able]
        who = self.names.get(ring.instead_of, ring.instead_of)
        yield head.say(self.lang, day=ring.day, shift=ring.shift, who=who)
        if not able:
            yield Sentence("  没有人可以接", "  nobody can take it").say(self.lang)
        yield from (f"  {n}. {self._standing(one)}" for n, one in enumerate(able, 1))
        commands = filter(None, (self._cover_command(ring, one) for one in able))
        yield from (f"     {command}" for command in list(commands)[:1])
        yield from self._against_lines([one for one in ring.candidates if not one.is_able], "    ")
        if ring.untried:
            left = Sentence("    没有查的：{who}", "    not looked at: {who}")
            people = [self.names.get(one, one) for one in ring.untried]
            yield left.say(self.lang, who=join_items(_cut_names(people, self.is_full), self.lang))


def _cell_or_none(cell: Cell | None) -> str | None:
    return _cell(cell) if cell else None
