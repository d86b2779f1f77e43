"""Django's settings for the page; where it lives and by which names it is called comes from the environment (`serving`).

The `default` database holds accounts, sessions and failed log-ins. Every ledger keeps the connection of its own that
`scheduler.ledger.connection` gives it, and `databases.Router` keeps the tables of each out of the other.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from scheduler.ledger.connection import parse_address
from scheduler.web.serving import (
    DATABASE_FILE,
    HOME_VARIABLE,
    KEY_FILE,
    NAMES_VARIABLE,
    PAGE_STORE_VARIABLE,
    PROXY_VARIABLE,
    TLS_VARIABLE,
)

HOME = Path(os.environ.get(HOME_VARIABLE, ".")).absolute()
STORE = os.environ.get(PAGE_STORE_VARIABLE) or None  # of accounts and of all ledgers; else files in the home

KEY_PATH = HOME / KEY_FILE
SECRET_KEY = KEY_PATH.read_text(encoding="ascii") if KEY_PATH.is_file() else get_random_secret_key()
DEBUG = False
ALLOWED_HOSTS = [name for name in os.environ.get(NAMES_VARIABLE, "localhost,127.0.0.1,[::1]").split(",") if name]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "scheduler.ledger",
    "scheduler.jobs.apps.JobsConfig",
    "scheduler.web.apps.PageConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "scheduler.web.middleware.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "scheduler.web.middleware.LogInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "scheduler.web.middleware.Language",
    "scheduler.web.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "scheduler.web.urls"
ASGI_APPLICATION = "scheduler.web.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "scheduler.web.middleware.page_context",
            ],
            "builtins": ["scheduler.web.templatetags.page"],
        },
    }
]
DATABASES = {"default": parse_address(STORE or f"sqlite:///{HOME / DATABASE_FILE}").database}
DATABASE_ROUTERS = ["scheduler.web.databases.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False  # every text stands in both languages beside the code that uses it, see `scheduler.i18n`

AUTH_USER_MODEL = "page.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "scheduler.web.backends.PinBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "log-in"
LOGIN_REDIRECT_URL = "desks"
LOGOUT_REDIRECT_URL = "log-in"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds: how long a link to set a password is good

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "scheduler.web.views.accounts.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "pin"]
AXES_VERBOSE = False

IS_SECURE = bool(os.environ.get(TLS_VARIABLE))
SESSION_COOKIE_AGE = 12 * 3600  # seconds
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "scheduler.web.views.faults.stale_form"
SECURE_HSTS_SECONDS = 3600 if IS_SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get(PROXY_VARIABLE):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600  # seconds

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},  # what the page answers with 500
        "axes": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}

MOST_BYTES = 12 * 1024 * 1024  # of a request: a roster workbook has seldom more than one megabyte
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes of a form; files are bounded by `MOST_BYTES`
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1500  # 40 rows of a table of people, without scripts
FILE_UPLOAD_PERMISSIONS = 0o600
