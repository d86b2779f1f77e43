"""The command `settle`: balances that do not count any more from some month on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scheduler.app.settle import Settling, settle_balances
from scheduler.cli.answer import DONE, Answer, answering, both
from scheduler.cli.options import PERSON, REMARK, desk_argument, month_option, out_option, store_option
from scheduler.cli.rendering import stuck_lines
from scheduler.domain import BURDEN_NAMES, BURDENS
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.keeping_facts import SettledBalance
from scheduler.workflow.settling import say_balances

SETTLED = Sentence("已结清，自 {month} 起重新计：{what}", "Settled, counting anew from {month} on: {what}")
CARRIED = Sentence("带入 {month} 的结转：{what}", "Balances carried into {month}: {what}")
STILL_CARRIED = Sentence("仍带入 {month} 的：{what}", "Still carried into {month}: {what}")
NOTHING_CARRIED = Sentence("没有带入 {month} 的结转", "No balance is carried into {month}")


class BurdenType(click.ParamType[str]):
    """Something of which balances are kept, by its name in either language."""

    name = "COUNT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name of a burden; a usage error tells those that there are."""
        known = {word: name for name, said in BURDEN_NAMES.items() for word in (name, said.zh, said.en)}
        if (found := known.get(str(value).strip())) is None:
            listed = "、".join(f"{name}（{said.zh}）" for name, said in BURDEN_NAMES.items())
            self.fail(
                both(
                    f"没有“{value}”这项结转；有：{listed}。",
                    f"No balance {value!r}; there are {', '.join(BURDENS)}.",
                ),
                param,
                ctx,
            )
        return found


@click.command(
    help=both(
        "结清结转（清零）：自下一个月起，以前多做少做的不再算；不写谁，只列出结转。",
        "Settle balances: what was above or below the share does not count any more; without names, list them.",
    )
)
@desk_argument
@click.argument("workers", nargs=-1, type=PERSON, metavar="[ID...]")
@click.option("--all", "everybody", is_flag=True, help=both("各人的。", "Of everybody."))
@click.option(
    "--count",
    "counts",
    type=BurdenType(),
    multiple=True,
    metavar="|".join(BURDENS),
    help=both("哪一项，可写几次；不写则各项。", "Which, several times if need be; all where none is given."),
)
@month_option(required=False)
@click.option("--by", type=PERSON, default="", metavar="ID", help=both("经办人的工号。", "Id of who does it."))
@click.option("--because", type=REMARK, default="", help=both("原因。", "Why."))
@out_option
@store_option
@answering
def settle(desk: Path, workers: tuple[str, ...], counts: tuple[str, ...], lang: Lang, **options: Any) -> Answer:
    """Settle, or list."""
    burdens = tuple(dict.fromkeys(counts)) or BURDENS
    done = settle_balances(desk, workers, burdens=burdens, lang=lang, **options)
    payload = {
        "status": "SETTLED" if done.settled else "DONE",
        "month": str(done.month),
        "settled": [_balance_row(one, done) for one in done.settled],
        "carried": [_balance_row(one, done) for one in done.open],
        "notes": [note.say(lang) for note in done.notes],
        "stuck": [fault.say(lang) for fault in done.stuck],
    }
    left = STILL_CARRIED if done.settled else CARRIED
    shown: list[Any] = [SETTLED.say(lang, month=done.month, what=_say(done.settled, done))] if done.settled else []
    if done.open:
        shown.append(left.say(lang, month=done.month, what=_say(done.open, done)))
    elif not done.settled:
        shown.append(NOTHING_CARRIED.say(lang, month=done.month))
    shown += [note.say(lang) for note in done.notes]
    return Answer(payload, [*shown, *stuck_lines(done.stuck, lang)], DONE)


def _say(balances: tuple[SettledBalance, ...], done: Settling) -> Sentence:
    return say_balances(balances, done.names)


def _balance_row(one: SettledBalance, done: Settling) -> dict[str, Any]:
    return {
        "worker": one.worker,
        "name": done.names.get(one.worker, one.worker),
        "count": one.burden,
        "amount": one.amount,
    }
