"""The command line: parse, call `app`, render."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from importlib import import_module
from io import StringIO, TextIOWrapper
from keyword import iskeyword
from typing import Any, cast

import click

from scheduler.characters import make_visible
from scheduler.cli.answer import BAD_INPUT, BROKEN, both

# Where each command stands: a module is imported when one of its commands is asked for, not before.
PLACES = {
    "desk": ("init", "schema", "check"),
    "roster": ("generate", "verify"),
    "show": ("show",),
    "explain": ("explain",),
    "rules": ("rules",),
    "versions": ("publish", "withdraw", "receipts", "status", "log", "repair"),
    "change_requests": ("swap",),
    "copies": ("trace", "import"),
    "surge": ("surge",),
    "candidates": ("candidates",),
    "why": ("why",),
    "stress": ("stress",),
    "settle": ("settle",),
    "compare": ("compare",),
    "hr": ("hr",),
    "attendance": ("attendance",),
    "sheets": ("sheets",),
    "exchange": ("export",),
    "keeping": ("backup", "restore"),
    "adopt": ("adopt",),
    "forgetting": ("forget",),
    "serving": ("serve", "users"),
}


class Commands(MutableMapping[str, click.Command]):
    """The commands by name, each imported on first use."""

    def __init__(self) -> None:
        self._modules = {name: module for module, names in PLACES.items() for name in names}
        self._found: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._found:
            module = import_module(f"scheduler.cli.{self._modules[name]}")
            self._found[name] = getattr(module, f"{name}_" if iskeyword(name) else name)
        return self._found[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._modules.setdefault(name, "")
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        del self._modules[name]
        self._found.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


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
                said = StringIO()
                error.show(said)  # what was typed stands in it
                for line in said.getvalue().splitlines():
                    click.echo(make_visible(line), err=True)
            sys.exit(BAD_INPUT)
        except click.Abort:
            sys.exit(BROKEN)


@click.group(
    cls=Program,
    commands=Commands(),
    help=both(
        "客服台排班：把书面规则变成已证明、已审核的月度排班表。",
        "Rosters for service desks: written rules in, a proved and audited month out.",
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="desk-scheduler")
def main() -> None:
    """The program."""
