"""The command line: parse, call `app`, render."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, cast

import click

from scheduler.cli.answer import BAD_INPUT, BROKEN, both
from scheduler.cli.copies import import_, trace
from scheduler.cli.desk import check, init, schema
from scheduler.cli.roster import generate, show, verify
from scheduler.cli.rules import rules
from scheduler.cli.swaps import swap
from scheduler.cli.versions import log, publish, receipts, repair, status, withdraw


class Program(click.Group):
    """The group of commands: answers in any terminal, and in JSON where asked to, wrong options included."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the program."""
        for stream in (sys.stdout, sys.stderr):  # a terminal that knows no Chinese shows "?", it does not fail
            cast(TextIOWrapper, stream).reconfigure(errors="replace")
        words = sys.argv[1:] if args is None else list(args)
        try:
            return super().main(words, *rest, **(extra | {"standalone_mode": False}))
        except click.ClickException as error:
            if "--json" in words:
                click.echo(json.dumps({"status": "BAD_INPUT", "errors": [error.format_message()]}))
            else:
                error.show()
            sys.exit(BAD_INPUT)
        except click.Abort:
            sys.exit(BROKEN)


@click.group(
    cls=Program,
    help=both(
        "客服台排班：把书面规则变成已证明、已审核的月度排班表。",
        "Rosters for service desks: written rules in, a proved and audited month out.",
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="desk-scheduler")
def main() -> None:
    """The program."""


for command in (
    *(init, schema, check, generate, verify, show, rules),
    *(publish, withdraw, receipts, status, log, repair, swap, trace, import_),
):
    main.add_command(command)
