"""A desk's rules: listed with their clauses, settings changed, switched off with a reason and on again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from scheduler.app.rule_settings import BECAUSE, ON, RuleSettings, Setting, list_rules, save_rule, say_value, try_rule
from scheduler.errors import Fault, InputError
from scheduler.files.editing.settings_file import Value
from scheduler.i18n import Lang, Sentence
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import MOST_REMARK, RemarkForm
from scheduler.web.roles import Action
from scheduler.web.trials import describe_checked, read_marks

SAVED = Sentence(
    "规则“{rule}”的设置已改，并记入日志。已发布的月份照旧。",
    "The settings of rule “{rule}” are changed, and the log says so. Published months stay as they are.",
)
NOTHING = Sentence("没有改动", "nothing was changed")
SWITCH, WHY_OFF = Sentence("这条规则开着", "this rule is on"), Sentence("停用的原因", "why it is off")
UNITS = {"h": Sentence("小时", "hours"), "min": Sentence("分钟", "minutes"), "d": Sentence("天", "days")}


@dataclass(frozen=True)
class Field:
    """A setting to be typed in."""

    setting: Setting
    text: str
    fault: str = ""

    @property
    def kind(self) -> str:
        """How it is typed: `switch`, `number` or `lines`."""
        default = self.setting.default
        return "switch" if isinstance(default, bool) else "lines" if isinstance(default, tuple) else "number"

    @property
    def unit(self) -> Sentence | None:
        """In what it is measured."""
        return UNITS.get(self.setting.unit)

    @property
    def default(self) -> str:
        """The default, as it is typed."""
        return say_value(self.setting.default)


@require_GET
@at_desk(Action.SEE_TABLES)
def show_rules(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every rule with its clause, and what of it is the desk's own."""
    rows = [
        (one, [(own, say_value(own.value)) for own in one.settings if own.is_own])
        for one in list_rules(visit.desk).rules
    ]
    return render(request, "page/rules.html", {"rows": rows})


@at_desk(Action.SEE_TABLES)
def show_rule(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    """A rule with its settings; what was typed in is tried, and written where that was seen and confirmed."""
    found = list_rules(visit.desk)
    rule = next((one for one in found.rules if one.name == name), None)
    if rule is None:
        raise Http404
    if request.method != "POST":
        return _show(request, rule, found.made_on, visit)
    visit.check(Action.EDIT_TABLES)
    values = read_values(rule, request.POST)
    if not values:
        messages.info(request, NOTHING.say(visit.lang))
        return redirect("rule", visit.slug, name)
    if "again" in request.POST:
        return _show(request, rule, found.made_on, visit)
    use: dict[str, Any] = {"made_on": read_marks(request.POST), **visit.use}
    try:
        if "write" in request.POST:
            form = RemarkForm(request.POST, lang=visit.lang, prefix="trial")
            because = form.cleaned_data["because"] if form.is_valid() else ""
            save_rule(visit.desk, name, values, visit.person, because, **use)
            messages.success(request, SAVED.say(visit.lang, rule=rule.rule.title))
            return redirect("rules", visit.slug)
        done, checked = try_rule(visit.desk, name, values, visit.person, **use)
    except InputError as error:
        return _show(request, rule, found.made_on, visit, error.faults)
    ((row,),) = (one.rows for one in done.facts)
    titles = {one.name: one.meaning for one in rule.settings} | {ON: SWITCH, BECAUSE: WHY_OFF}
    context = {
        "rule": rule,
        "moved": [(titles[key.rpartition(".")[2]], before, row.after[key]) for key, before in row.before.items()],
        "kept": [(key, text) for key, text in request.POST.items() if key.startswith("s:")],
        "made_on": request.POST.get("made_on", ""),
        "form": RemarkForm(lang=visit.lang, prefix="trial"),
        **describe_checked(checked, visit.lang),
    }
    return render(request, "page/rule_trial.html", context)


def read_values(rule: RuleSettings, sent: Mapping[str, str]) -> dict[str, Value | None]:
    """The settings that were typed in and differ from those that hold, as `s:KEY`; `None` for a default.

    What is no number stays a text, so that the desk's reader says what it should have been.
    """
    values: dict[str, Value | None] = {}
    for one in rule.settings:
        text = sent.get(f"s:{one.name}")
        if text is not None and (value := _read(text.strip(), one)) != one.value:
            values[one.name] = None if value == one.default else value
    is_on = sent.get(f"s:{ON}", "yes" if rule.off_because is None else "no") == "yes"
    because = sent.get(f"s:{BECAUSE}", rule.off_because or "").strip()[:MOST_REMARK]
    if is_on != (rule.off_because is None):
        values[ON] = None if is_on else False
    if (because if not is_on else "") != (rule.off_because or ""):
        values[BECAUSE] = because if not is_on and because else None
    return values


def _read(text: str, setting: Setting) -> Value:
    default = setting.default
    if isinstance(default, bool):
        return text == "yes"
    if isinstance(default, tuple):
        return tuple(line.strip() for line in text.splitlines() if line.strip())
    if not text:
        return int(default) if isinstance(default, int) else float(default)
    try:
        return int(text) if isinstance(default, int) else float(text)
    except ValueError:
        return text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\n".join(value) if isinstance(value, tuple) else say_value(value)


def _show(
    request: HttpRequest, rule: RuleSettings, made_on: Mapping[str, str], visit: Visit, faults: Sequence[Fault] = ()
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else {}
    at = {
        fault.column.rpartition("] ")[2]: fault for fault in faults if fault.column.startswith(f"[rules.{rule.name}] ")
    }
    fields = [
        Field(
            one,
            sent.get(f"s:{one.name}", _text(one.value)),
            at[one.name].expected.say(visit.lang) if one.name in at else "",
        )
        for one in rule.settings
    ]
    context = {
        "rule": rule,
        "sections": _sections(rule, visit.lang),
        "fields": fields,
        "is_on": sent.get(f"s:{ON}", "yes" if rule.off_because is None else "no") == "yes",
        "because": sent.get(f"s:{BECAUSE}", rule.off_because or ""),
        "made_on": sent.get("made_on") or json.dumps(dict(made_on)),
        "elsewhere": [fault.say(visit.lang) for fault in faults if fault not in at.values()],
        "n_faults": len(faults),
        "may_edit": visit.may(Action.EDIT_TABLES),
    }
    return render(request, "page/rule.html", context, status=422 if faults else 200)


HEADINGS = {
    "Rule": Sentence("规则", "Rule"),
    "Why": Sentence("理由", "Why"),
    "Counts as broken": Sentence("怎样算违反", "Counts as broken"),
    "Limits": Sentence("不管什么", "Limits"),
}


def _sections(rule: RuleSettings, lang: Lang) -> list[tuple[str, str]]:
    return [
        (title.say(lang), rule.sections[name].say(lang)) for name, title in HEADINGS.items() if name in rule.sections
    ]
