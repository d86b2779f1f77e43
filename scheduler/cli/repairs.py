"""Repairs of an impossible month, as commands print them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scheduler.app.making_words import repair_lines
from scheduler.cli.first_words import Teller
from scheduler.domain import Problem, Reason
from scheduler.i18n import Lang

if TYPE_CHECKING:
    from scheduler.solver.repairs import Repair, Repairs


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
