"""The settings of a desk's rules, changed in its file: comments and all other settings stay as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import tomlkit
from tomlkit.items import Table as TomlTable

from scheduler.errors import InputError
from scheduler.files.editing.table_file import SETTINGS_FILE, RowEdit, open_table
from scheduler.files.reading.file_bytes import decode_text, read_bytes
from scheduler.files.reading.places import Place
from scheduler.files.schema.settings import SETTINGS
from scheduler.i18n import Lang, Sentence

Value = bool | int | float | str | tuple[str, ...]
HEADED = Sentence("一节设置，如 [rules.weekly_rest_day]", "a section of settings, such as [rules.weekly_rest_day]")


def edit_rule(desk: Path, rule: str, values: Mapping[str, Value | None], lang: Lang) -> tuple[Path, bytes]:
    """The file that holds a desk's settings, with those of a rule changed; and its content.

    Parameters
    ----------
    values : mapping
        By key; `None` takes the setting away, so that the default holds.

    Raises
    ------
    InputError
        The file cannot be read, or not be changed here.
    """
    if desk.is_dir():
        return desk / SETTINGS_FILE, _edit_toml(desk / SETTINGS_FILE, rule, values)
    table = open_table(desk, SETTINGS.name)
    there = {row.cells.get("key", ""): row for row in table.list_rows()}
    edits = []
    for key, value in values.items():
        name = f"rules.{rule}.{key}"
        row = there.get(name)
        if value is not None:
            edits.append(RowEdit(row.row if row else 0, {}, {"key": name, "value": _toml(value)}))
        elif row:
            edits.append(RowEdit(row.row, {}, {}))
    return desk, table.edit(edits, lang)


def _edit_toml(file: Path, rule: str, values: Mapping[str, Value | None]) -> bytes:
    place = Place(str(Path(file.parent.name) / file.name))
    document = tomlkit.parse(decode_text(read_bytes(file, place), place))
    rules = document.setdefault("rules", tomlkit.table(is_super_table=True))
    table = rules.setdefault(rule, tomlkit.table()) if isinstance(rules, TomlTable) else None
    if not isinstance(table, TomlTable):
        raise InputError([place._replace(column=f"rules.{rule}").fault(HEADED)])
    for key, value in values.items():
        if value is not None:
            table[key] = list(value) if isinstance(value, tuple) else value
        elif key in table:
            table.remove(key)
    if not table.unwrap():
        rules.remove(rule)
    if not rules.unwrap():
        document.remove("rules")
    return tomlkit.dumps(document).encode()


def _toml(value: Value) -> str:
    """A value as desk.toml writes it, in a cell of a workbook; a plain text as it is."""
    if isinstance(value, str):
        return value
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
