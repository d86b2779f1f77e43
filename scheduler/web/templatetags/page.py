"""Tags and filters that every template knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from scheduler.app.wording import OFF
from scheduler.i18n import Lang, Sentence, day_name, join_items
from scheduler.web.month_table import Cell
from scheduler.workflow.log_steps import Step
from scheduler.workflow.version import EVENT_NAMES

register = template.Library()


def _lang(context: Context) -> Lang:
    return "en" if context.get("lang") == "en" else "zh"


@register.simple_tag(takes_context=True)
def say(context: Context, zh: str, en: str, **facts: Any) -> str:
    """A text in the language of the page; it stands once in the template, in both languages."""
    return Sentence(zh, en).say(_lang(context), **facts)


@register.simple_tag(takes_context=True)
def word(context: Context, thing: Any, **facts: Any) -> str:
    """What says itself in two languages (a sentence, a note, a fault) in the language of the page."""
    return str(thing.say(_lang(context), **facts)) if thing else ""


@register.simple_tag(takes_context=True)
def day(context: Context, at: date) -> str:
    """A day as people write it."""
    return day_name(at, _lang(context))


@register.simple_tag(takes_context=True)
def codes(context: Context, found: tuple[str, ...]) -> str:
    """The shifts of a cell; a day off by its word."""
    return "+".join(found) or OFF.say(_lang(context))


@register.simple_tag(takes_context=True)
def listed(context: Context, items: Iterable[str]) -> str:
    """Items with the separator of the page's language."""
    return join_items(items, _lang(context))


@register.filter
def event(step: Step) -> Sentence:
    """What happened in a step."""
    return EVENT_NAMES.get(step.event, Sentence(step.event, step.event))


@register.filter
def number(value: float) -> str:
    """A number without needless decimals."""
    return f"{round(value, 2):g}"


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """The value of a key; nothing where there is none."""
    return mapping.get(key, "")


@register.filter
def slugged(name: str) -> str:
    """A name with a dot as it may stand in an id of the page."""
    return name.replace(".", "-")


@register.simple_tag
def hidden(name: str, value: Any) -> SafeString:
    """A hidden field of a form."""
    return format_html('<input type="hidden" name="{}" value="{}">', name, value)


@register.filter
def td(cell: Cell, kind: str = "") -> SafeString:
    """A cell of the roster's table: a person's day (`c`), a sum (`n`), or cover."""
    name = format_html(' id="{}"', cell.id) if cell.id else ""
    title = format_html(' title="{}"', cell.title) if cell.title else ""
    of = format_html("<small>{}</small>", cell.of) if cell.of else ""
    return format_html('<td{} class="{}"{}>{}{}</td>', name, f"{kind} {cell.css}".strip(), title, cell.text, of)
