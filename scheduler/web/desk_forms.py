"""What people give when a desk is made, or its tables come back as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from scheduler.i18n import Lang, Sentence
from scheduler.web.forms import Worded


class ManyFiles(forms.FileField):
    """Several files at once."""

    class Input(forms.ClearableFileInput):
        """Where they are chosen or dropped."""

        allow_multiple_selected = True

    widget = Input

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each as a file."""
        return [super(ManyFiles, self).clean(one, initial) for one in data or [None]]


class NamedDeskForm(Worded):
    """The folder of a new desk."""

    name = forms.CharField(max_length=64)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "name": Sentence("文件夹名（如 front-desk）", "Name of its folder (such as front-desk)"),
        "sample": Sentence("样例", "Sample"),
        "file": Sentence("填好的工作簿（.xlsx）", "The workbook, filled in (.xlsx)"),
        "rosters": Sentence(
            "排班表、员工表、班次说明（xlsx、xls、ods、csv，可多选）",
            "Rosters, staff lists, legends (xlsx, xls, ods, csv; several at once)",
        ),
    }


class SampleDeskForm(NamedDeskForm):
    """A desk like a sample.

    Parameters
    ----------
    samples : mapping of str to str
        What their desks are called, by their names.
    """

    sample = forms.ChoiceField()

    def __init__(self, data: Any = None, *, lang: Lang, samples: Mapping[str, str], **options: Any) -> None:
        super().__init__(data, lang=lang, **options)
        field = self.fields["sample"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, f"{title} ({name})") for name, title in samples.items()]


class FilledDeskForm(NamedDeskForm):
    """A desk that is one workbook."""

    file = forms.FileField(max_length=200)


class OldRostersForm(NamedDeskForm):
    """A desk from the rosters there are."""

    rosters = ManyFiles(max_length=200)


class WorkbookForm(Worded):
    """All tables of a desk."""

    file = forms.FileField(max_length=200)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "file": Sentence("改好的工作簿（.xlsx）", "The changed workbook (.xlsx)")
    }
