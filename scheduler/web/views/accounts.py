"""Logging in and out, one-time links, the language, and looking after accounts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from scheduler.app.standing import find_standing
from scheduler.errors import SchedulerError
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.web.access import LANG_COOKIE, check_administrator, language_of
from scheduler.web.accounts import add_account, make_link, shut_out
from scheduler.web.channels import read_channels
from scheduler.web.forms import FOUR_DIGITS, PIN, REQUIRED, AccountForm, sent_with
from scheduler.web.home import find_desks
from scheduler.web.models import Account
from scheduler.web.roles import Action
from scheduler.web.telling import MAIL, queue

A_YEAR = 365 * 24 * 3600  # seconds
LOCKED = Sentence(
    "输错太多次，这个账户在这台机器上暂停 15 分钟。忘了密码请找管理员重设。",
    "Too many wrong passwords: this account is shut from this machine for 15 minutes. The administrator can reset it.",
)
WRONG = Sentence("工号或密码不对", "staff number or password is wrong")
PASSWORD_FAULTS = {  # Django's own, by its codes
    "password_mismatch": Sentence("两次输入的不一样", "the two are not the same"),
    "password_too_short": Sentence(
        "太短：至少 {min_length} 个字符", "too short: it takes at least {min_length} characters"
    ),
    "password_too_common": Sentence("太常见，容易被猜到：请换一个", "too common, and easily guessed: choose another"),
    "password_too_similar": Sentence(
        "和您的工号或姓名太像，容易被猜到：请换一个",
        "too much like your staff number or name, and easily guessed: choose another",
    ),
    "required": REQUIRED,
}
LINK = Sentence(
    "把这个一次性链接交给 {who}（三天内有效）：{link}", "Give this one-time link to {who} (good for three days): {link}"
)
IS_THERE = Sentence(
    "{who} 早有账户：部门和填了的内容已记下，密码照旧。忘了密码，在表里给一次性链接。",
    "{who} had an account already: its desk and what was filled in are noted, the password stays."
    " Where it is forgotten, give a one-time link below.",
)
NOT_KNOWN = Sentence(
    "部门“{desk}”的表里没有工号 {who}：加进人员表或审批人表之前，这个账户什么也看不到",
    "the tables of desk “{desk}” do not know {who}: this account sees nothing before they are entered as one of its"
    " people or officials",
)
RESET_SUBJECT = Sentence("排班网页：重设密码", "Rosters: choose a new password")
RESET_TEXT = Sentence(
    "有人要求重设您的密码。用这个一次性链接设新密码，三天内有效：\n{link}\n\n不是您要的，不用理会。\n",
    "Somebody asked for a new password of yours. This link is good once, for three days:\n{link}\n\n"
    "If it was not you, do nothing.\n",
)
RESET_SECONDS = 1800
SHUT = Sentence("{who} 不能再登录", "{who} cannot log in any more")


class LogIn(LoginView):
    """The door."""

    template_name = "page/log_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """Say whether a forgotten password can be mailed about."""
        return super().get_context_data(**context) | {"has_mail": _has_mail()}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say that one of both is wrong, but not which."""
        context = self.get_context_data(form=form, wrong=WRONG.say(language_of(self.request)))
        return self.render_to_response(context, status=422)


class LogOut(LogoutView):
    """The way out."""


@method_decorator(login_not_required, name="dispatch")
class SetPassword(PasswordResetConfirmView):
    """Where a one-time link leads: choose a password, and be logged in."""

    template_name = "page/set_password.html"
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    success_url = reverse_lazy("desks")

    def form_valid(self, form: Any) -> HttpResponse:
        """Take the PIN, too, where one is given."""
        if pin := self.request.POST.get("pin", ""):
            if not PIN.fullmatch(pin):
                form.add_error("new_password2", FOUR_DIGITS.say(language_of(self.request)))
                return self.form_invalid(form)
            form.user.pin = make_password(pin)
        return super().form_valid(form)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """Say what is wrong with what was chosen in the language of the page."""
        found = super().get_context_data(**context)
        lang = language_of(self.request)
        errors = [error for some in found["form"].errors.as_data().values() for error in some] if self.validlink else []
        return found | {"faults": [_say_fault(error, lang) for error in errors]}


def _say_fault(error: ValidationError, lang: Lang) -> str:
    if said := PASSWORD_FAULTS.get(error.code or ""):
        return said.say(lang, **(error.params or {}))
    return " ".join(error.messages)


def locked_out(request: HttpRequest, credentials: Any, *_: Any) -> HttpResponse:
    """What is said to whoever guessed too often."""
    return render(request, "page/log_in.html", {"wrong": LOCKED.say(language_of(request))}, status=429)


@login_not_required
@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Choose a language, for the account and for this device."""
    chosen, back = request.POST.get("lang", ""), request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    answer = redirect(back if is_ours else "desks")
    if chosen in LANGS:
        answer.set_cookie(LANG_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        if isinstance(request.user, Account):
            Account.objects.filter(pk=request.user.pk).update(lang=chosen)
    return answer


def _has_mail() -> bool:
    try:
        return read_channels(settings.HOME).mail is not None
    except SchedulerError:
        return False


@login_not_required
def forgot(request: HttpRequest) -> HttpResponse:
    """Mail a one-time link to whoever has an account with an address; whether somebody has is not told."""
    if not _has_mail():
        raise Http404
    who = request.POST.get("username", "")
    account = Account.objects.filter(username=who, is_active=True).exclude(email="").first() if who else None
    if account:
        lang: Lang = "en" if account.lang == "en" else "zh"
        link = request.build_absolute_uri(make_link(account))
        half_hours = int(timezone.now().timestamp()) // RESET_SECONDS  # one mail in each
        about = {
            "channel": MAIL,
            "recipient": account.username,
            "address": account.email,
            "subject": RESET_SUBJECT.say(lang),
            "text": RESET_TEXT.say(lang, link=link),
            "due_at": timezone.now(),
        }
        queue(f"reset/{account.pk}/{half_hours}", about)
    return render(request, "page/forgot.html", {"asked": request.method == "POST"})


def look_after(request: HttpRequest) -> HttpResponse:
    """Everybody's accounts; add one."""
    check_administrator(request, Action.ACCOUNTS)
    lang = language_of(request)
    form = AccountForm(sent_with(request), lang=lang, desks=find_desks(settings.HOME))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        account = add_account(
            said["username"], name=said["name"], desk=said["desk"], is_hr=said["is_hr"], email=said["email"]
        )
        if account.has_usable_password():
            messages.warning(request, IS_THERE.say(lang, who=account.title))
        else:
            _say_link(request, account)
        if not (said["is_hr"] or _is_known(said["desk"], account.username)):
            messages.warning(request, NOT_KNOWN.say(lang, desk=said["desk"], who=account.username))
        return redirect("accounts")
    rows = Account.objects.prefetch_related("seats").order_by("username")
    return render(request, "page/accounts.html", {"rows": rows, "form": form}, status=422 if form.errors else 200)


@require_POST
def change(request: HttpRequest, key: int, step: str) -> HttpResponse:
    """Make a new one-time link for an account, or shut it out; nobody shuts themselves out."""
    me, account = check_administrator(request, Action.ACCOUNTS), get_object_or_404(Account, pk=key)
    if step == "reset":
        _say_link(request, account)
    elif step == "disable" and account != me:
        shut_out(account)
        messages.success(request, SHUT.say(language_of(request), who=account.title))
    return redirect("accounts")


def _is_known(slug: str, who: str) -> bool:
    """Whether a desk's tables know somebody; of a desk that cannot be read nothing is said."""
    try:
        return find_standing(find_desks(settings.HOME)[slug], who).person is not None
    except SchedulerError:
        return True


def _say_link(request: HttpRequest, account: Account) -> None:
    link = request.build_absolute_uri(make_link(account))
    messages.success(request, LINK.say(language_of(request), who=account.title, link=link))
