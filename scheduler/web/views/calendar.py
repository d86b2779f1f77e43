"""One's own duties as a calendar to subscribe to, by a secret address that can be changed or shut."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from scheduler.app.own_calendar import own_calendar
from scheduler.i18n import LANGS, Lang
from scheduler.web.access import Visit, at_desk, visit_desk
from scheduler.web.models import Seat, Subscription
from scheduler.web.roles import Action
from scheduler.web.secret_addresses import digest_secret, make_secret

ICALENDAR = "text/calendar; charset=utf-8"


@at_desk(Action.SEE_MINE)
def subscribe(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make the address anew, which shuts the one before and is shown this once, or shut it."""
    seat = Seat.objects.get(account=visit.account, desk=visit.slug)
    address = ""
    if request.method == "POST" and request.POST.get("what") == "shut":
        Subscription.objects.filter(seat=seat).delete()
        return redirect("subscribe", visit.slug)
    if request.method == "POST":
        secret = make_secret()
        Subscription.objects.update_or_create(seat=seat, defaults={"secret": digest_secret(secret)})
        address = request.build_absolute_uri(reverse("calendar", args=[secret]))
    context = {
        "address": address,
        "app_address": address and f"webcal{address[address.index(':') :]}",
        "kept": Subscription.objects.filter(seat=seat).first(),
    }
    return render(request, "page/subscribe.html", context)


@login_not_required
@require_safe
def show(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar of whoever has this address; as if it were not there once they have it no more."""
    found = Subscription.objects.select_related("seat__account").filter(secret=digest_secret(secret)).first()
    if found is None or not found.seat.account.is_active:
        raise Http404
    account = found.seat.account
    lang: Lang = next((one for one in LANGS if one == account.lang), LANGS[0])
    visit = visit_desk(account, found.seat.desk, lang)
    visit.check(Action.SEE_MINE)
    mine = own_calendar(visit.desk, visit.person, **visit.use)
    changed = int(mine.changed.timestamp()) if mine.changed else None
    tag = quote_etag(mine.mark)
    answer = get_conditional_response(request, etag=tag, last_modified=changed)
    if answer is None:
        answer = HttpResponse(mine.write(), content_type=ICALENDAR)
        answer.headers["Content-Disposition"] = 'inline; filename="duties.ics"'
    answer.headers["ETag"] = tag
    if changed:
        answer.headers["Last-Modified"] = http_date(changed)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
