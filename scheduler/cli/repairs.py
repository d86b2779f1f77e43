"""Repairs of an impossible month, as commands print them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from scheduler.audit.obstacle_words import tell_together
from scheduler.cli.first_words import Teller
from scheduler.domain import Problem, Reason
from scheduler.i18n import Lang, Sentence
from scheduler.rules import Layer

if TYPE_CHECKING:
    from scheduler.solver.repairs import Repair, Repairs

REPAIR = Sentence(
    "修复{n}：以下{many}做到，就排得出来（已试排、审核）{sure}",
    "Repair {n}: {many} the month possible (tried and audited){sure}",
)
ONE, ALL = Sentence("这一项", "this decision makes"), Sentence(" {n} 项都", "these {n} decisions together make")
CHEAPEST = Sentence("；代价最小，已证明", "; proved to be the cheapest")
PERHAPS_CHEAPER = Sentence("；也许还有代价更小的", "; there may be a cheaper one")
BENDS = {
    Layer.SAFETY: Sentence(
        "  ⚠ 要动保障休息的规定：只改本部门自己的安排，{beside}排不出来（已证明）",
        "  ⚠ bends what keeps people rested: {beside}nothing of the desk's own makes the month possible (proved)",
    ),
    Layer.LAW: Sentence(
        "  ⚠ 要动劳动法规定的底线：不动它，{beside}排不出来（已证明）",
        "  ⚠ bends what the law asks for: {beside}nothing else makes the month possible (proved)",
    ),
}
BESIDE = Sentence("又不用上面的办法，", "beside the above ")
NONE_FOUND = Sentence("时限内没有找到修复方案。", "No repair was found within the time limit.")
NONE_AT_ALL = Sentence(
    "能商量的全部放开也排不出来（已证明）：要改的只能是表里的数据，或不可破例的规则的设置。",
    "Even with everything negotiable given up the month is impossible (proved): only entries of the tables, or settings of"
    " rules that allow no exception, can help.",
)
NONE_FURTHER = Sentence(
    "没有别的办法了：其他任何修复都要用到上面的某一项（已证明）。",
    "There is no other way: every other repair needs one of the decisions above (proved).",
)
PERHAPS_FURTHER = Sentence(
    "时限内没有找到更多办法，有没有没有证明。", "No others were found in time; it is not proved that there are none."
)
MORE = Sentence("    …另有 {n} 项（--json 列出全部）", "    … {n} more (--json lists them all)")
MOST_LINES = 8


def grouped_lines(reasons: Sequence[Reason], problem: Problem, lang: Lang, most: int = MOST_LINES) -> Iterator[str]:
    """Reasons in lines, those that differ by people and days only together."""
    told = tell_together(reasons, problem, lang)
    for one in told[:most]:
        yield f"    · {one.text}" + (f"  ×{one.many}" if one.many > 1 else "")
    if len(told) > most:
        yield MORE.say(lang, n=sum(one.many for one in told[most:]))


def repair_lines(repair: Repair, number: int, problem: Problem, lang: Lang) -> Iterator[str]:
    """One repair: how sure it is, how far it goes, and its decisions."""
    many = ONE if len(repair.decisions) == 1 else ALL
    yield REPAIR.say(
        lang,
        n=number,
        many=many.say(lang, n=len(repair.decisions)),
        sure=CHEAPEST if repair.cheapest else PERHAPS_CHEAPER,
    )
    if repair.layer in BENDS:
        yield BENDS[repair.layer].say(lang, beside=BESIDE if number > 1 else "")
    yield from grouped_lines([one.said for one in repair.decisions], problem, lang)


class RepairTeller:
    """Prints each repair as soon as it is found, by a teller of first words.

    Attributes
    ----------
    number : int
        Of repairs told.
    """

    def __init__(self, teller: Teller) -> None:
        self.teller, self.number = teller, 0

    def tell(self, repair: Repair, problem: Problem) -> None:
        """Print or keep the lines of a repair."""
        self.number += 1
        self.teller.add(repair_lines(repair, self.number, problem, self.teller.lang))


def ending_lines(repairs: Repairs, lang: Lang) -> Iterator[str]:
    """Whether there are others."""
    if not repairs.found:
        yield (NONE_AT_ALL if repairs.none_further else NONE_FOUND).say(lang)
    elif repairs.none_further:
        yield NONE_FURTHER.say(lang)
    elif not repairs.enough:
        yield PERHAPS_FURTHER.say(lang)


def repairs_payload(repairs: Repairs, problem: Problem, lang: Lang) -> dict[str, Any]:
    """The repairs in JSON's types."""
    return {
        "repairs": [
            {
                "cheapest": repair.cheapest,
                "layer": repair.layer.name.lower(),
                "price": round(repair.price / 60, 2),
                "decisions": [
                    reason_row(one.said, problem, lang)
                    | {"layer": one.layer.name.lower(), "in_tables": one.in_tables}
                    | {"requirement": one.violation.say(lang, problem.names)}
                    for one in repair.decisions
                ],
            }
            for repair in repairs.found
        ],
        "none_further": repairs.none_further,
    }


def reason_row(reason: Reason, problem: Problem, lang: Lang) -> dict[str, Any]:
    """A Reason in JSON's types."""
    return {
        "rule": reason.rule,
        "sentence": reason.say(lang, problem.names),
        "workers": list(reason.workers),
        "dates": [day.isoformat() for day in reason.days],
    }
