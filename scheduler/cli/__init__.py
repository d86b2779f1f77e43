"""The command line: parse, call `app`, render."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Any, cast

import click

from scheduler.cli.answer import both
from scheduler.cli.desk import check, init, schema
from scheduler.cli.roster import generate, show, verify
from scheduler.cli.rules import rules


class Program(click.Group):
    """The group of commands; a terminal that knows no Chinese shows `?` and does not fail."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the program."""
        for stream in (sys.stdout, sys.stderr):
            cast(TextIOWrapper, stream).reconfigure(errors="replace")
        return super().main(*args, **extra)


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


for command in (init, schema, check, generate, verify, show, rules):
    main.add_command(command)
