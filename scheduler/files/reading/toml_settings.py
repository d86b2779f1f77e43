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
        When the text is no TOML.
    """
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


def read_toml_value(text: str) -> object:
    """What a text means in desk.toml, or the text itself where it means nothing there."""
    try:
        tree = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return tree["value"] if len(tree) == 1 else text  # further lines could be settings of their own
