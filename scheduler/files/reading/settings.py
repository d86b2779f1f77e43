"""The settings of `desk.toml`, as a desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scheduler.characters import find_hidden, name_character
from scheduler.domain import WEEKDAY_KEYS, Desk, Opening
from scheduler.errors import Fault
from scheduler.files.reading.grids import cell_text
from scheduler.files.reading.places import NearestWords, Place, headers_of
from scheduler.files.reading.rows import Rows
from scheduler.files.reading.source import ONLY_ONCE, Setting, Settings
from scheduler.files.schema.cells import DAY_KEY, LINE_BREAKS, OPENING
from scheduler.files.schema.settings import (
    ATTENDANCE_KEYS,
    BREAK_KEYS,
    DESK_KEYS,
    HEADING_KEYS,
    NOBODY,
    PAGE_KEYS,
    RIGHT_KEYS,
    SERVICE_KEYS,
)
from scheduler.files.schema.shared_columns import REFERENCES
from scheduler.files.schema.table import NOT_SEEN, Column, find_headed
from scheduler.hr.attendance import AttendanceTerms
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook


def check_shifts_in_rules(rulebook: Rulebook, settings: Settings, rows: Rows) -> Iterator[Fault]:
    """Shifts of which a rule's settings speak and the shifts table does not."""
    known = {row.values.get("code") for row in rows.get("shifts", ())}
    nearest = NearestWords(filter(None, known))
    for rule in rulebook.rules:
        for code in sorted(set(rule.shifts_named()) - known):
            expected, tail = REFERENCES["shifts.code"], nearest.tail(code)
            yield settings["rules"][rule.name].place.fault(
                Sentence("{what}{tail}", "{what}{tail}"), code, what=expected, tail=tail
            )


def read_settings(settings: Settings, place: Place, faults: list[Fault]) -> dict[str, Any]:
    """The values of [desk], with the hours of [opening] as `opening` and the tables of [rules] as `rules`.

    Those of [service], [breaks], [page], [attendance] and [rights] stand under these names; those of [breaks] are
    `None` without the section.
    """
    for section, keys in settings.items():
        if len(keys) > MOST_ENTRIES:
            faults.append(place.fault(FEW_ENTRIES, f"[{section}] {len(keys)}", most=MOST_ENTRIES))
    settings = {
        section: {key: setting for key, setting in keys.items() if _is_sound(section, setting, faults)}
        for section, keys in settings.items()
        if len(keys) <= MOST_ENTRIES
    }
    values = _keyed(DESK_KEYS, settings.get("desk", {}), place, faults)
    values["service"] = _keyed(SERVICE_KEYS, settings.get("service", {}), place, faults)
    given = settings.get("breaks")
    values["breaks"] = None if given is None else _keyed(BREAK_KEYS, given, place, faults)
    values["page"] = _keyed(PAGE_KEYS, settings.get("page", {}), place, faults)
    values["attendance"] = _keyed(ATTENDANCE_KEYS, settings.get("attendance", {}), place, faults)
    values["rights"] = _rights(settings.get("rights", {}), place, faults)
    values["opening"] = _openings(settings.get("opening", {}), faults)
    values["rules"] = {}
    for name, setting in settings.get("rules", {}).items():
        if isinstance(setting.value, dict):
            values["rules"][name] = setting.value
        else:
            expected = Sentence(
                "规则的一节，如 [rules.weekly_rest_day]", "a rule's table such as [rules.weekly_rest_day]"
            )
            faults.append(setting.place.fault(expected, str(setting.value)))
    return values


def _is_sound(section: str, setting: Setting, faults: list[Fault]) -> bool:
    """Whether a setting is of a size to be worked with and, in a rule's table, of texts that can be seen; a fault if not."""
    left: list[tuple[int, Any]] = [(0, setting.value)]
    while left:
        depth, value = left.pop()
        if depth > DEEPEST:
            faults.append(setting.place.fault(SHALLOW, "…", most=DEEPEST))
            return False
        if isinstance(value, dict | list) and len(value) > MOST_ENTRIES:
            faults.append(setting.place.fault(FEW_ENTRIES, str(len(value)), most=MOST_ENTRIES))
            return False
        if isinstance(value, dict):
            left += [(depth + 1, part) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            left += [(depth + 1, item) for item in value]
        elif isinstance(value, int) and value.bit_length() >= MOST_BITS:
            faults.append(setting.place.fault(SMALL_NUMBER, f"{value:#x}", most=MOST_BITS))
            return False
        elif section == "rules" and isinstance(value, str) and (hidden := find_hidden(value.translate(LINE_BREAKS))):
            faults.append(setting.place.fault(NOT_SEEN, value, character=name_character(hidden)))
            return False
    return True


DEEPEST = 8  # lists and tables within each other
MOST_ENTRIES = 2000  # of one of them
FEW_ENTRIES = Sentence("至多 {most} 项", "at most {most} entries")
MOST_BITS = 63  # of a whole number, as TOML and databases have it
SHALLOW = Sentence("至多 {most} 层的列表或表", "lists and tables at most {most} deep")
SMALL_NUMBER = Sentence("绝对值小于 2 的 {most} 次方的整数", "a whole number nearer to 0 than 2 to the power of {most}")


def _keyed(
    columns: Sequence[Column], given: Mapping[str, Setting], place: Place, faults: list[Fault]
) -> dict[str, Any]:
    """The values of a section's keys, by their English names; one that could not be read is not there."""
    values: dict[str, Any] = {}
    nearest = NearestWords(headers_of(columns))
    for key, setting in given.items():
        column = find_headed(columns, key)
        if not column:
            tail = nearest.tail(key)
            faults.append(setting.place.fault(Sentence("已知的设置项{tail}", "a known setting{tail}"), key, tail=tail))
            continue
        if column.name in values:
            faults.append(setting.place.fault(ONLY_ONCE, key))
        text = cell_text(setting.value, column.kind)
        try:
            values[column.name] = column.read(text)
        except ValueError as error:
            faults.append(setting.place.fault(column.wanted(text, error), text))
    for column in columns:
        if not any(find_headed((column,), key) for key in given):
            if column.required:
                expected = Sentence("缺少必需的设置项“{key}”", "the required setting “{key}” is missing")
                faults.append(place.fault(expected, key=column.title))
            else:
                values[column.name] = column.read("")
    return values


def _rights(given: Mapping[str, Setting], place: Place, faults: list[Fault]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who holds the rights that are written down, in the order of their keys."""
    values = _keyed(RIGHT_KEYS, given, place, faults)
    written = {column.name for key in given if (column := find_headed(RIGHT_KEYS, key))}
    return tuple(
        (name, tuple(dict.fromkeys(one for one in listed if one.casefold() not in NOBODY)))
        for name, listed in values.items()
        if name in written
    )


def attendance_of_settings(values: Mapping[str, Any]) -> AttendanceTerms:
    """How the desk looks at punches, as the values of [attendance] say."""
    told = values["attendance"]
    return AttendanceTerms(
        late_after=told["late_after"],
        early_before=told["early_before"],
        reach=told["reach"],
        mapping=told["mapping"] or "",
        columns={name: tuple(told[name]) for name in HEADING_KEYS if told[name]},
    )


def _openings(given: Mapping[str, Setting], faults: list[Fault]) -> tuple[Opening, ...]:
    """The opening hours of [opening]."""
    opening: dict[str, list[Opening]] = {}
    for key, setting in given.items():
        kind, text = DAY_KEY, key
        try:
            kind.check_text(text)
            day = kind.read(text)
            kind, text = OPENING, cell_text(setting.value, OPENING)
            kind.check_text(text)
            spans = kind.read(text)
        except ValueError:
            faults.append(setting.place.fault(kind.form, text))
            continue
        if day in opening:
            faults.append(setting.place.fault(ONLY_ONCE, key))
        opening[day] = [Opening(day, start, end) for start, end in spans]
    return tuple(hours for day in opening.values() for hours in day) or Desk.opening


def desk_of_settings(values: Mapping[str, Any]) -> Desk:
    """The desk that the values of [desk] and [opening] describe."""
    return Desk(
        values["id"],
        values["name"] or values["id"],
        zone=values["zone"],
        first_weekday=WEEKDAY_KEYS.index(values["week_starts"]),
        day_hours=values["hours_a_day"],
        hours_by=values["hours_by"],
        tail_minutes=values["tail_minutes"],
        midday=values["half_day_at"],
        calendar=values["calendar"],
        opening=values["opening"],
        follow_lieu=values["follow_lieu"],
        workdays=values["workdays"],
        notice=values["notice"],
    )
