"""The command about rules: `rules`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from scheduler.cli.answer import BAD_INPUT, Answer, answering, both
from scheduler.cli.options import PERSON
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import Lang, Sentence
from scheduler.rules import Constraint, explained
from scheduler.rules.book import Rulebook, discovered

HEADINGS = {
    "Rule": Sentence("规则", "Rule"),
    "Clause": Sentence("条款", "Clause"),
    "Why": Sentence("理由", "Why"),
    "Counts as broken": Sentence("怎样算违反", "Counts as broken"),
    "Limits": Sentence("不管什么", "Limits"),
}


@click.command(help=both("规则及其条款、参数、怎样算违反。", "The rules: clause, parameters, what counts as broken."))
@click.argument("name", type=PERSON, required=False)
@click.option(
    "--desk", type=click.Path(path_type=Path), help=both("按此部门的设置显示。", "Show the settings of this desk.")
)
@answering
def rules(name: str | None, desk: Path | None, lang: Lang) -> Answer:
    """Print the rules from their docstrings."""
    rulebook = read_desk(desk).rulebook if desk else None
    if name is not None and name not in discovered():
        text = Sentence("没有规则“{name}”；有：{known}", "no rule “{name}”; there are: {known}").say(
            lang, name=name, known=", ".join(discovered())
        )
        return Answer({"status": "BAD_INPUT", "errors": [text]}, [text], BAD_INPUT)
    told = [_describe_rule(rule, rulebook, lang) for rule in ([name] if name else discovered())]
    if name:
        lines = _render_sections(told[0], lang)
    else:
        lines = [
            f"{rule['state']} {rule['name']:<22} {rule['title']}{Sentence('　', '  ').say(lang)}{rule['clause']}"
            for rule in told
        ]
    return Answer({"status": "DONE", "rules": told}, list(lines))


def _describe_rule(name: str, rulebook: Rulebook | None, lang: Lang) -> dict[str, Any]:
    cls: type[Constraint] = discovered()[name]
    off = {switched.rule: switched.because for switched in rulebook.off} if rulebook else {}
    rule = cls() if rulebook is None or name in off else rulebook.named(name)
    sections = {heading: text.say(lang) for heading, text in explained(cls).items()}
    return {
        "name": name,
        "state": "✗" if name in off else "✓",
        "off_because": off.get(name),
        "title": cls.title.say(lang),
        "clause": cls.clause.say(lang),
        "sections": sections,
        "parameters": [
            {
                "name": declared.name,
                "value": getattr(rule, declared.name),
                "default": declared.default,
                "unit": declared.metadata["unit"],
                "low": declared.metadata["low"],
                "high": declared.metadata["high"],
                "meaning": declared.metadata["doc"].say(lang),
            }
            for declared in dataclasses.fields(cls)
        ],
    }


def _render_sections(told: dict[str, Any], lang: Lang) -> list[str]:
    lines = [f"{told['title']} [rules.{told['name']}]"]
    for heading, title in HEADINGS.items():
        lines += [title.say(lang), f"  {told['sections'].get(heading, '')}"]
        if heading == "Why" and told["parameters"]:
            lines.append(Sentence("参数", "Parameters").say(lang))
            for parameter in told["parameters"]:
                reach = "" if parameter["low"] is None else f" [{parameter['low']:g}–{parameter['high']:g}]"
                shown = f"{parameter['name']} = {parameter['value']} {parameter['unit']}".rstrip()
                lines.append(f"  {shown}{reach}  {parameter['meaning']}")
    return lines
