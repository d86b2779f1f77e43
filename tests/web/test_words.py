"""What is said on the page names no command and no option: whoever reads it has a button, or somebody to ask."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import scheduler.app
import scheduler.audit
import scheduler.ledger
import scheduler.web
import scheduler.workflow
from scheduler.app import publish
from scheduler.i18n import LANGS, Sentence, on_the_page

OPTION = re.compile(r"(?<![\w-])--[a-z]|scheduler [a-z]+|swap request|\bgenerate\b(?= |$)(?<!to generate)")
# Of use cases that only commands call.
COMMANDS_ALONE = {
    f"scheduler.app.{name}"
    for name in (
        *("settle", "keeping", "forget", "reserves", "verify_log", "import_history", "adopt_history", "find_ledger"),
        *("readers", "surge"),
    )
} | {"scheduler.ledger.connection", "scheduler.web.serving"}


def modules() -> Iterator[str]:
    for package in (scheduler.app, scheduler.audit, scheduler.ledger, scheduler.web, scheduler.workflow):
        for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in one.name and one.name not in COMMANDS_ALONE:
                yield one.name


def sentences(value: object) -> Iterator[Sentence]:
    if isinstance(value, Sentence):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from sentences(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from sentences(one)


def on_page(sentence: Sentence, lang: str) -> str:
    names = re.findall(r"(?<!\{)\{(\w+)", sentence.zh + sentence.en)
    with on_the_page():
        return sentence.say("zh" if lang == "zh" else "en", **dict.fromkeys(names, 1))


def test_no_sentence_that_reaches_the_page_names_a_command_or_an_option(home):
    found = [
        (name, on_page(one, lang))
        for name in modules()
        for thing in vars(importlib.import_module(name)).values()
        for one in sentences(thing)
        for lang in LANGS
        if OPTION.search(on_page(one, lang))
    ]
    assert found == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_command_line_goes_on_naming_them(lang):
    assert "--late-because" in publish.LATE.say(lang, why="x")
    with on_the_page():
        assert "--" not in publish.LATE.say(lang, why="x")
    assert "⟦" not in publish.LATE.say(lang, why="x") + on_page(publish.LATE, lang)


def test_a_refusal_on_the_page_says_what_to_do_there(home, log_in, monkeypatch):
    sent = {"kind": "stand_in", "who": "T1", "day": "2026-12-01", "other": "T5", "because": "x"}
    answer = log_in("T1").post("/desks/front/requests/new/", sent).content.decode()
    assert "由排班人在服务器上补记" in answer
    assert "--" not in re.sub(r"<!--.*?-->", "", answer)


def test_faults_of_forms_are_told_in_the_language_of_the_page(home):
    """Django words some of its own, in English."""
    from django import forms
    from django.core.files.uploadedfile import SimpleUploadedFile

    from scheduler.web.forms import DayField, Worded

    class Everything(Worded):
        day = DayField()
        number = forms.IntegerField(min_value=1, max_value=5)
        low = forms.IntegerField(min_value=3)
        choice = forms.ChoiceField(choices=[("a", "a")])
        text = forms.CharField(max_length=3)
        file = forms.FileField(max_length=3)
        gone = forms.CharField()

    sent = {"day": "x", "number": "9", "low": "1", "choice": "z", "text": "1234"}
    for file in (SimpleUploadedFile("1234", b"x"), SimpleUploadedFile("1", b"")):
        form = Everything(sent, files={"file": file}, lang="zh")
        assert set(form.errors) == set(form.fields)
        assert not re.search("[a-zA-Z]", "".join(str(error) for errors in form.errors.values() for error in errors))


def test_what_stands_between_words_is_of_the_pages_language_too():
    for path in Path(scheduler.web.__file__).parent.glob("templates/**/*.html"):
        bare = re.sub(r"\{%.*?%\}", "", path.read_text("utf-8"), flags=re.S)
        assert not re.search("[：；，、（）。]", bare), path
