"""What people type in, read and bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from scheduler.app.wishes import WANT_NAMES
from scheduler.characters import find_hidden, name_character
from scheduler.domain import Leave
from scheduler.files.writing.wording import name_shift
from scheduler.i18n import Lang, Sentence
from scheduler.web.access import Visit
from scheduler.web.roles import Action, Reach
from scheduler.workflow.change_request import KIND_NAMES, Cell, RequestKind
from scheduler.workflow.overrides import Override

MOST_REMARK, MOST_ID = 500, 100  # characters
MOST_NUMBER = 10**6
REQUIRED = Sentence("请填写", "fill this in")
FAULTS = {  # Django's own, by its codes
    "required": REQUIRED,
    "invalid": Sentence("没有看懂，请重新填写", "this was not understood: fill it in again"),
    "invalid_choice": Sentence("请从列出的里面选一个", "choose one of those listed"),
    "max_length": Sentence("至多 %(limit_value)d 个字符", "at most %(limit_value)d characters"),
    "min_value": Sentence("至少 %(limit_value)s", "at least %(limit_value)s"),
    "max_value": Sentence("至多 %(limit_value)s", "at most %(limit_value)s"),
    "null_characters_not_allowed": Sentence("含有看不见的字符，请重新输入", "it has a hidden character: type it again"),
}
FILE_FAULTS = {
    "empty": Sentence("这个文件是空的", "the file is empty"),
    "max_length": Sentence(
        "文件名太长：至多 %(max)d 个字符", "the file's name is too long: at most %(max)d characters"
    ),
    "missing": REQUIRED,
    "invalid": REQUIRED,
}
HIDDEN = Sentence("含有看不见的字符 {name}，请重新输入", "it has the hidden character {name}; type it again")
PIN = re.compile(r"\A[0-9]{4,8}\Z", re.ASCII)
NO_MAIL = Sentence("请写邮箱地址，如 name@roster.example", "a mail address such as name@roster.example")
FOUR_DIGITS = Sentence("4 到 8 位数字", "4 to 8 digits")
NOT_WISH = Sentence("只能提自己的意愿", "you may make wishes of your own only")
ANY_SHIFT = Sentence("任何班", "any shift")
NOT_TEAM = Sentence("只能为自己提申请", "you may ask for yourself only")
BACKWARDS = Sentence("末日早于首日", "the last day lies before the first")
ASKED = (RequestKind.SWAP, RequestKind.STAND_IN, RequestKind.LEAVE, RequestKind.ABSENCE)
AWAY = (RequestKind.LEAVE, RequestKind.ABSENCE)
MOST_COVERS = 60


def read_number(text: str | None) -> int | None:
    """A positive number from an address; `None` for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and 0 < int(text) <= MOST_NUMBER else None


class Worded(forms.Form):
    """A form whose labels and faults are said in one language.

    Parameters
    ----------
    data : mapping or None
        What was sent.
    """

    labels: ClassVar[Mapping[str, Sentence]] = {}

    def __init__(self, data: Any = None, *, lang: Lang, **options: Any) -> None:
        super().__init__(data, **options)
        self.lang, self.label_suffix = lang, ""
        for name, field in self.fields.items():
            field.label = self.labels[name].say(lang) if name in self.labels else ""
            own = FILE_FAULTS if isinstance(field, forms.FileField) else {}
            field.error_messages |= {code: said.say(lang) for code, said in (FAULTS | own).items()}

    def clean(self) -> dict[str, Any]:
        """Refuse characters that nobody sees."""
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and (character := find_hidden(value)):
                self.add_error(name, HIDDEN.say(self.lang, name=name_character(character)))
        return cleaned


def remark(*, required: bool = True) -> forms.CharField:
    """A reason, on one line."""
    return forms.CharField(max_length=MOST_REMARK, required=required)


def sent_with(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form, empty or not; `None` where none was sent."""
    return request.POST if request.method == "POST" else None


class BecauseForm(Worded):
    """Why something is done."""

    because = remark()
    labels: ClassVar[Mapping[str, Sentence]] = {"because": Sentence("原因", "Reason")}


class RemarkForm(Worded):
    """A remark that nobody has to make."""

    because = remark(required=False)
    labels: ClassVar[Mapping[str, Sentence]] = {"because": Sentence("说明（可不填）", "Remark (optional)")}


class PublishForm(Worded):
    """What publishing a draft takes: reasons, where it is late, moves published cells or leaves duties open."""

    late_because = remark(required=False)
    over_because = remark(required=False)
    open_because = remark(required=False)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "late_because": Sentence("逾期发布的原因", "Why it is published late"),
        "over_because": Sentence("改动已发布格子的原因", "Why published cells move"),
        "open_because": Sentence("有班未排仍要发布的原因", "Why it is published with duties open"),
    }

    def __init__(self, data: Any = None, *, lang: Lang, late: bool, over: bool, leaves: bool) -> None:
        super().__init__(data, lang=lang)
        for name, asked in (("late_because", late), ("over_because", over), ("open_because", leaves)):
            if asked:
                self.fields[name].required = True
            else:
                del self.fields[name]


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)


def read_covers(text: str) -> list[Cell]:
    """Who takes the duty of which day over, as `write_covers` wrote it; what it did not write is left out."""
    found = []
    for part in text.split("\n")[:MOST_COVERS]:
        day, _, who = part.strip().partition(" ")
        with suppress(ValueError):
            found.append(Cell(who, date.fromisoformat(day)))
    return [one for one in found if one.worker]


def write_covers(cells: Iterable[Cell]) -> str:
    """The same as a hidden field."""
    return "\n".join(f"{one.day.isoformat()} {one.worker}" for one in cells)


class AskForm(Worded):
    """A swap, a stand-in or leave."""

    kind = forms.ChoiceField(choices=[(one.value, one.value) for one in ASKED], widget=forms.HiddenInput)
    who = forms.ChoiceField()
    day = DayField()
    other = forms.ChoiceField(required=False)
    other_day = DayField(required=False)
    last = DayField(required=False)
    leave_kind = forms.ChoiceField(required=False)
    because = remark()
    covers = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    sets_aside = forms.CharField(required=False, max_length=MOST_ID, widget=forms.HiddenInput)
    override = remark(required=False)
    instead = forms.IntegerField(required=False, min_value=1, max_value=MOST_NUMBER, widget=forms.HiddenInput)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "who": Sentence("谁", "Who"),
        "day": Sentence("哪天", "Which day"),
        "other": Sentence("跟谁", "With whom"),
        "other_day": Sentence("对方哪天", "Their day"),
        "last": Sentence("到哪天", "Until"),
        "leave_kind": Sentence("假别", "Kind of leave"),
        "because": Sentence("原因", "Reason"),
    }
    SHOWN: ClassVar[Mapping[RequestKind, tuple[str, ...]]] = {
        RequestKind.SWAP: ("who", "day", "other", "other_day"),
        RequestKind.STAND_IN: ("who", "day", "other"),
        RequestKind.LEAVE: ("who", "day", "last", "leave_kind"),
        RequestKind.ABSENCE: ("who", "day", "last", "leave_kind"),
    }

    def __init__(self, data: Any = None, *, visit: Visit, kind: RequestKind, **options: Any) -> None:
        super().__init__(data, lang=visit.lang, **options)
        self.visit, self.asked = visit, kind
        people = [(one.id, one.name) for one in visit.standing.rights.people.values() if one.on_roster and one.present]
        mine = [one for one in people if visit.reach(Action.ASK) == Reach.ALL or one[0] == visit.person]
        desk = visit.standing.files.desk
        kinds = [(one.code, one.name.say(visit.lang)) for one in desk.kinds]
        choices = {"who": mine, "other": [("", "—"), *people], "leave_kind": kinds}
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = found
            field.error_messages["invalid_choice"] = (
                NOT_TEAM.say(visit.lang) if name == "who" else REQUIRED.say(visit.lang)
            )
        for name in ("other", "other_day", "leave_kind"):
            self.fields[name].required = name in self.SHOWN[kind]

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that people fill in, in order."""
        return [self[name] for name in (*self.SHOWN[self.asked], "because")]

    def clean(self) -> dict[str, Any]:
        """Check what goes together."""
        cleaned = super().clean()
        if (last := cleaned.get("last")) and cleaned.get("day") and last < cleaned["day"]:
            self.add_error("last", ValidationError(BACKWARDS.say(self.lang)))
        return cleaned

    @property
    def asked_aside(self) -> tuple[Override, ...]:
        """What is to be set aside; what cannot be is left out."""
        return tuple(one for one in Override if one.value in self.cleaned_data["sets_aside"].split(","))

    def to_request(self) -> dict[str, Any]:
        """What `request_change` takes."""
        return self._what() | {"sets_aside": self.asked_aside, "override": self.cleaned_data["override"]}

    def _what(self) -> dict[str, Any]:
        said = self.cleaned_data
        give = Cell(said["who"], said["day"])
        if self.asked in AWAY:
            leave = Leave(give.worker, give.day, said["last"] or give.day, said["leave_kind"])
            return {"leave": leave, "covers": read_covers(said["covers"])}
        if self.asked == RequestKind.SWAP:
            return {"give": give, "take": Cell(said["other"], said["other_day"])}
        return {"give": give, "to": said["other"]}


def kind_tabs(lang: Lang) -> list[tuple[str, str]]:
    """The kinds of request that the page makes."""
    return [(one.value, KIND_NAMES[one].say(lang)) for one in ASKED]


class WishForm(Worded):
    """A wish for days of a coming month."""

    who = forms.ChoiceField()
    want = forms.ChoiceField()
    shift = forms.ChoiceField(required=False)
    first = DayField()
    last = DayField(required=False)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "who": Sentence("谁", "Who"),
        "want": Sentence("想怎样", "Wish"),
        "shift": Sentence("哪个班", "Which shift"),
        "first": Sentence("哪天", "Which day"),
        "last": Sentence("到哪天（可不填）", "Until (optional)"),
    }

    def __init__(self, data: Any = None, *, visit: Visit, first: date, last: date, **options: Any) -> None:
        super().__init__(data, lang=visit.lang, **options)
        people = [(one.id, one.name) for one in visit.standing.rights.people.values() if one.on_roster and one.present]
        mine = [one for one in people if visit.may(Action.WISH, one[0])]
        shifts = [(one.code, name_shift(one)) for one in visit.standing.files.shifts]
        wants = [(one.value, name.say(visit.lang)) for one, name in WANT_NAMES.items()]
        for name, found in (("who", mine), ("want", wants), ("shift", [("", ANY_SHIFT.say(visit.lang)), *shifts])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = found
            field.error_messages["invalid_choice"] = (NOT_WISH if name == "who" else REQUIRED).say(visit.lang)
        if len(mine) < 2:
            self.fields["who"].widget = forms.HiddenInput()
        for name in ("first", "last"):
            self.fields[name].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}

    def clean(self) -> dict[str, Any]:
        """Check what goes together."""
        cleaned = super().clean()
        if (last := cleaned.get("last")) and cleaned.get("first") and last < cleaned["first"]:
            self.add_error("last", ValidationError(BACKWARDS.say(self.lang)))
        return cleaned


class UploadForm(Worded):
    """A roster file."""

    file = forms.FileField(max_length=200)
    labels: ClassVar[Mapping[str, Sentence]] = {"file": Sentence("排班文件（.xlsx）", "Roster file (.xlsx)")}


def pin_field(*, required: bool = True) -> forms.RegexField:
    """Digits with which one signs."""
    hidden = forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 8})
    return forms.RegexField(PIN, widget=hidden, required=required)


def password_field() -> forms.CharField:
    """The password that says that it is oneself."""
    hidden = forms.PasswordInput(attrs={"autocomplete": "current-password"})
    return forms.CharField(max_length=MOST_REMARK, strip=False, widget=hidden)


class PinForm(Worded):
    """A new PIN; the password says that it is oneself who sets it."""

    pin = pin_field()
    password = password_field()
    labels: ClassVar[Mapping[str, Sentence]] = {
        "pin": Sentence("新签收码（4 到 8 位数字）", "New PIN (4 to 8 digits)"),
        "password": Sentence("登录密码", "Your password"),
    }

    def __init__(self, data: Any = None, *, lang: Lang, **options: Any) -> None:
        super().__init__(data, lang=lang, **options)
        self.fields["pin"].error_messages["invalid"] = FOUR_DIGITS.say(lang)


class MailForm(Worded):
    """Where one's mail goes; empty for nowhere."""

    email = forms.EmailField(required=False)
    password = password_field()
    labels: ClassVar[Mapping[str, Sentence]] = {
        "email": Sentence("邮箱", "Mail address"),
        "password": Sentence("登录密码", "Your password"),
    }

    def __init__(self, data: Any = None, *, lang: Lang, **options: Any) -> None:
        super().__init__(data, lang=lang, **options)
        self.fields["email"].error_messages["invalid"] = NO_MAIL.say(lang)


class AccountForm(Worded):
    """A new account with its seat."""

    username = forms.CharField(max_length=MOST_ID)
    name = forms.CharField(max_length=MOST_ID, required=False)
    email = forms.EmailField(required=False)
    desk = forms.ChoiceField()
    is_hr = forms.BooleanField(required=False)
    labels: ClassVar[Mapping[str, Sentence]] = {
        "username": Sentence("工号", "Staff number"),
        "name": Sentence("姓名", "Name"),
        "email": Sentence("邮箱（可不填）", "Mail address (optional)"),
        "desk": Sentence("部门", "Desk"),
        "is_hr": Sentence("人事（看各版、下载、签收）", "HR (reads versions, downloads, receipts)"),
    }

    def __init__(self, data: Any = None, *, lang: Lang, desks: Mapping[str, object]) -> None:
        super().__init__(data, lang=lang)
        field = self.fields["desk"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(slug, slug) for slug in desks]
