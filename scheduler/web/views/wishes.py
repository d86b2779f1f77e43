"""Wishes for the coming months, until the desk's closing day."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from scheduler.app.wishes import WANT_NAMES, OwnWish, Want, Wishes, make_wish, own_wishes, take_back_wish
from scheduler.errors import InputError, Refusal
from scheduler.files.writing.wording import name_shift, say_month
from scheduler.i18n import Sentence, day_name
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import WishForm, read_number
from scheduler.web.roles import Action

NOTED = Sentence("意愿已记下：{what}", "the wish is noted: {what}")
TAKEN_BACK = Sentence("意愿已撤回：{what}", "the wish is taken back: {what}")
SPAN = Sentence("{first} 至 {last}", "{first} to {last}")


@at_desk(Action.WISH)
def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Somebody's wishes, their own unless whoever makes rosters writes down another's; add one, take one back."""
    people = [one.id for one in visit.standing.rights.people.values() if one.on_roster and one.present]
    who = request.POST.get("who") or request.GET.get("who") or visit.person
    who = who if who in people else visit.person if visit.person in people else next(iter(people), "")
    visit.check(Action.WISH, who)
    found = own_wishes(visit.desk, who, store=visit.store)
    back = f"{reverse('wishes', args=[visit.slug])}?{urlencode({'who': who})}"
    if request.method == "POST" and request.POST.get("what") == "back":
        return _take_back(request, visit, who, found, back)
    form = _make_form(request, visit, who, found)
    if form and request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        want, shift = Want(said["want"]), said["shift"] if said["want"] != Want.REST else ""
        try:
            make_wish(visit.desk, who, visit.person, want, said["first"], said["last"], shift, **visit.use)
        except (Refusal, InputError) as error:
            form.add_error(None, error.say(visit.lang))
        else:
            wish = OwnWish(0, said["first"], said["last"] or said["first"], want, shift, is_open=True)
            messages.success(request, NOTED.say(visit.lang, what=_say(found, wish, visit)))
            return redirect(back)
    names = {one.id: one.name for one in visit.standing.rights.people.values()}
    context = {
        "who": who,
        "name": names.get(who, who),
        "months": [
            (say_month(one.month, visit.lang), day_name(one.closes, visit.lang), one.why_not, one)
            for one in found.months
        ],
        "wishes": [(one, _say(found, one, visit)) for one in found.wishes],
        "form": form,
        "people": [(one, names[one]) for one in people] if visit.may(Action.WISH, "?") else [],
    }
    return render(request, "page/wishes.html", context, status=422 if form and form.errors else 200)


def _make_form(request: HttpRequest, visit: Visit, who: str, found: Wishes) -> WishForm | None:
    """The form for a wish; none where no month is open."""
    if not found.open_months:
        return None
    first, last = found.open_months[0].month.first, found.open_months[-1].month.days()[-1]
    sent = request.POST if request.method == "POST" else None
    return WishForm(sent, visit=visit, first=first, last=last, initial={"who": who, "want": Want.REST, "first": first})


def _take_back(request: HttpRequest, visit: Visit, who: str, found: Wishes, back: str) -> HttpResponse:
    row, first = read_number(request.POST.get("row")) or 0, _read_day(request.POST.get("first"))
    take_back_wish(visit.desk, who, visit.person, row, first, **visit.use)
    wish = next(one for one in found.wishes if one.row == row)
    messages.success(request, TAKEN_BACK.say(visit.lang, what=_say(found, wish, visit)))
    return redirect(back)


def _read_day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return date.min


def _say(found: Wishes, wish: OwnWish, visit: Visit) -> str:
    """A wish in a few words."""
    lang = visit.lang
    days = day_name(wish.first, lang)
    days = days if wish.last == wish.first else SPAN.say(lang, first=days, last=day_name(wish.last, lang))
    shift = next((name_shift(one) for one in found.files.shifts if one.code == wish.shift), wish.shift)
    return " ".join(filter(None, (days, WANT_NAMES[wish.want].say(lang), shift)))
