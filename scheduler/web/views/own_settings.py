"""What somebody sets for themselves: the link on their slip, the PIN, the calendar."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from scheduler import clock
from scheduler.app.personal_links import own_link
from scheduler.app.shut_link import shut_link
from scheduler.domain import Month
from scheduler.files.writing.wording import say_month
from scheduler.i18n import Sentence
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import MailForm, PinForm, Worded
from scheduler.web.models import Account
from scheduler.web.roles import Action

WRONG = Sentence("密码不对", "the password is wrong")
MAIL_SET = Sentence("邮箱已保存", "the mail address is kept")
PIN_SET = Sentence("签收码已设好", "the PIN is set")
SHUT = Sentence("{month} 的二维码已停用，下面是新的", "the code of {month} is shut; below is another")


@at_desk(Action.SEE_MINE)
def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Look at one's settings, and change one of them."""
    files, what = visit.standing.files, request.POST.get("what", "")
    present = Month.of(clock.at_desk(clock.now, files.desk.zone))
    month = next((one for one in (present, present.next) if str(one) == request.GET.get("month")), present)
    back = f"{reverse('own-settings', args=[visit.slug])}?month={month}"
    if what == "shut":
        shut_link(visit.desk, visit.person, month, visit.person, **visit.use)
        messages.success(request, SHUT.say(visit.lang, month=say_month(month, visit.lang)))
        return redirect(back)
    account = Account.objects.filter(pk=visit.account.pk)
    given = request.POST if what == "mail" else None
    mail = MailForm(given, lang=visit.lang, initial={"email": visit.account.email}, auto_id="mail_%s")
    if what == "mail" and mail.is_valid() and _is_oneself(request, visit, mail):
        account.update(email=mail.cleaned_data["email"])
        messages.success(request, MAIL_SET.say(visit.lang))
        return redirect(back)
    form = PinForm(request.POST if what == "pin" else None, lang=visit.lang)
    if what == "pin" and form.is_valid() and _is_oneself(request, visit, form):
        account.update(pin=make_password(form.cleaned_data["pin"]))
        messages.success(request, PIN_SET.say(visit.lang))
        return redirect(back)
    base = files.page.url or request.build_absolute_uri("/").rstrip("/")
    address = base + own_link(files, visit.person, month, visit.store)
    context = {
        "form": form,
        "mail": mail,
        "month": say_month(month, visit.lang),
        "months": [(str(one), say_month(one, visit.lang), one == month) for one in (present, present.next)],
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_inline(
            scale=3, border=2, omitsize=True, svgclass="qr", lineclass=None
        ),
        "by_link": files.page.sign_by_link,
        "has_pin": bool(visit.account.pin),
    }
    return render(request, "page/own_settings.html", context, status=422 if form.errors or mail.errors else 200)


def _is_oneself(request: HttpRequest, visit: Visit, form: Worded) -> bool:
    """Whether the password with a form is that of whoever is logged in; guessed at no faster than at the door."""
    given = form.cleaned_data["password"]
    if authenticate(request, username=visit.account.username, password=given) == visit.account:
        return True
    form.add_error("password", WRONG.say(visit.lang))
    return False
