"""What HR gives on the page: an earlier workbook, a clock's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from scheduler.files.schema.clock_exports import EXPORTS
from scheduler.i18n import Lang, Sentence
from scheduler.web.desk_forms import ManyFiles
from scheduler.web.forms import Worded

BY_HEADINGS = Sentence("按表头认", "told by its headings")


class HrWorkbookForm(Worded):
    """An HR workbook that was taken before."""

    file = forms.FileField(max_length=200)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "file": Sentence("以前的人事工时表（.xlsx）", "The earlier HR workbook (.xlsx)")
    }


class ClockExportForm(Worded):
    """A clock's files, and of which days."""

    exports = ManyFiles(max_length=200)
    month = forms.RegexField(r"\A20[0-9]{2}-(0[1-9]|1[0-2])\Z", widget=forms.TextInput(attrs={"type": "month"}))
    cut_off = forms.BooleanField(required=False)
    mapping = forms.ChoiceField(required=False)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "exports": Sentence(
            "打卡记录（xlsx、xls、ods、csv，可多选）", "The clock's export (xlsx, xls, ods, csv; several at once)"
        ),
        "month": Sentence("月份（如 2026-12）", "Month (such as 2026-12)"),
        "cut_off": Sentence("按考勤截止日", "By the cut-off day"),
        "mapping": Sentence("哪种导出", "Which export"),
    }

    def __init__(self, data: Any = None, *, lang: Lang, **options: Any) -> None:
        super().__init__(data, lang=lang, **options)
        field = self.fields["mapping"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", BY_HEADINGS.say(lang)), *((one.name, one.title.say(lang)) for one in EXPORTS)]
