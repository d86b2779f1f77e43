"""What is asked of a search for a roster: which month, around which cells, for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from scheduler.domain import Month
from scheduler.i18n import Lang, Sentence
from scheduler.web.forms import Worded

IN_SECONDS, MINUTES = Sentence("{s} 秒", "{s} seconds"), Sentence("{n:g} 分钟", "{n:g} min")
SECONDS = (15, 30, 60, 120, 300, 900, 3600)


class SearchForm(Worded):
    """How long a roster is looked for, and whether duties may stay open."""

    seconds = forms.TypedChoiceField(choices=[(one, "") for one in SECONDS], coerce=float, initial=60)
    allow_gaps = forms.BooleanField(required=False)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "month": Sentence("月份", "Month"),
        "how": Sentence("怎么排", "How"),
        "hold_changed": Sentence("我改过的格子也定住", "Hold the cells that I changed, too"),
        "seconds": Sentence("最多算多久", "For at most"),
        "allow_gaps": Sentence("人不够也排：缺口危害最小", "Even where people are missing: gaps of the least harm"),
    }

    def __init__(self, data: Any = None, *, lang: Lang, **options: Any) -> None:
        super().__init__(data, lang=lang, **options)
        field = self.fields["seconds"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one, (MINUTES if one >= 60 else IN_SECONDS).say(lang, n=one / 60, s=one)) for one in SECONDS]


class MakeForm(SearchForm):
    """A month to make."""

    month = forms.ChoiceField()
    field_order = ("month", "seconds", "allow_gaps")

    def __init__(self, data: Any = None, *, lang: Lang, months: Sequence[Month], **options: Any) -> None:
        super().__init__(data, lang=lang, **options)
        field = self.fields["month"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one), str(one)) for one in months]


class SolveForm(SearchForm):
    """The rest of a draft to make anew."""

    HOW: ClassVar[Mapping[str, Sentence]] = {
        "fewest": Sentence("改动最少", "fewest changes"),
        "best": Sentence("整月最好", "the best month"),
    }
    how = forms.ChoiceField(widget=forms.RadioSelect, initial="fewest")
    hold_changed = forms.BooleanField(required=False, initial=True)
    field_order = ("how", "hold_changed", "seconds", "allow_gaps")

    def __init__(self, data: Any = None, *, lang: Lang, **options: Any) -> None:
        super().__init__(data, lang=lang, **options)
        field = self.fields["how"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, said.say(lang)) for name, said in self.HOW.items()]
