"""The settings of a desk.toml."""

from __future__ import annotations

import re
import tomllib

from scheduler.errors import Fault, InputError
from scheduler.files.reading.places import Place
from scheduler.files.reading.source import SECTIONS, Setting, Settings, unknown_section_fault
from scheduler.i18n import Sentence


def read_toml(text: str, place: Place, faults: list[Fault]) -> Settings:
    """The settings of a desk.toml by section and key; unknown sections go to `faults`.

    Raises
    ------
    InputError
        When the text is no TOML, or written so that reading it takes forever.
    """
    for number, written in enumerate(text.split("\n"), 1):
        if len(written) > LONGEST_LINE or len(DOT.findall(written)) > MOST_DOTS:
            raise InputError([place._replace(row=number).fault(SHORT_LINE, written, most=LONGEST_LINE, dots=MOST_DOTS)])
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a `ValueError`, too
        line = re.search(r"at line (\d+)", str(error))
        here = place._replace(row=int(line[1]) if line else text.count("\n") + 1)
        raise InputError([here.fault(Sentence("合规的 TOML", "valid TOML"), str(error))]) from error
    settings: Settings = {}
    for section, values in tree.items():
        if section not in SECTIONS or not isinstance(values, dict):
            faults.append(unknown_section_fault(section, place))
            continue
        settings[section] = {
            key: Setting(value, place._replace(column=f"{section}.{key}")) for key, value in values.items()
        }
    return settings


LONGEST_LINE = 10_000  # characters
MOST_DOTS, DOT = 100, re.compile(r"(?<!\.)\.(?!\.)")  # of keys in keys: each costs as much as all before it
SHORT_LINE = Sentence(
    "至多 {most} 字、{dots} 个点的行（长列表请分成几行）",
    "a line of at most {most} characters and {dots} dots (a long list goes on several lines)",
)


def read_toml_value(text: str) -> object:
    """What a text means in desk.toml, or the text itself where it means nothing there."""
    try:
        tree = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return tree["value"] if len(tree) == 1 else text  # further lines could be settings of their own
