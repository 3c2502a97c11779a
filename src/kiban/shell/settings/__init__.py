"""Django settings, read from `KIBAN_*` environment variables; every one is documented in docs/operator.md."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from kiban.shell.places import kept
from kiban.shell.settings.applications import stores
from kiban.shell.settings.database import database
from kiban.shell.settings.environment import (
    LEVELS,
    flag,
    folder,
    home,
    number,
    one_of,
    origin,
    origins,
    secret,
    text,
    words,
)
from kiban.shell.settings.security import PERMISSIONS_POLICY, content_security_policy
from kiban.shell.settings.static import folder_mark

HOME = home("KIBAN_HOME", "var")
HTTPS = flag("KIBAN_HTTPS", default=False)

# records
DATABASES = {"default": database(text("KIBAN_DATABASE", f"sqlite:///{HOME / 'kiban.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.sessions", *stores()]

# the web application
DEBUG = False
SECRET_KEY = secret("KIBAN_SECRET_KEY", kept_in=HOME / "secret-key")
ALLOWED_HOSTS = words("KIBAN_HOSTS", "localhost,127.0.0.1,[::1]")
ROOT_URLCONF = "kiban.shell.urls"
WSGI_APPLICATION = "kiban.shell.wsgi.application"
APPEND_SLASH = False
MIDDLEWARE = [
    "kiban.shell.middleware.headers.SecurityHeaders",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kiban.shell.middleware.language.Language",
    "django.middleware.csrf.CsrfViewMiddleware",
    "kiban.shell.middleware.refusals.Refusals",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# language and time
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("ja-easy", "やさしい日本語"), ("en", "English")]

# the one cookie
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the way back from the card app is a navigation from another origin
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "kiban.shell.common.refused.csrf"
CSRF_TRUSTED_ORIGINS = origins("KIBAN_TRUSTED_ORIGINS")
RESIDENT_IDLE_SECONDS = number("KIBAN_RESIDENT_IDLE_SECONDS", 15 * 60)
WORKER_LEASE_SECONDS = number("KIBAN_WORKER_LEASE_SECONDS", 30)
STAFF_IDLE_SECONDS = number("KIBAN_STAFF_IDLE_SECONDS", 30 * 60)
SIGN_IN_TRIES_PER_MINUTE = number("KIBAN_SIGN_IN_TRIES_PER_MINUTE", 20)

# what a browser may do
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
BEHIND_PROXY = flag("KIBAN_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
CARD_APP = origin("KIBAN_CARD_APP", "http://127.0.0.1:8019")
CONTENT_SECURITY_POLICY = content_security_policy(CARD_APP)
PERMISSIONS = PERMISSIONS_POLICY

# static files, built by tools/build_static.py; the address changes with the content, so that it may be kept for ever
STATIC_ROOT = Path(__file__).resolve().parents[1] / "static"
STATIC_URL = f"/static/{folder_mark(STATIC_ROOT)}/"
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
mimetypes.add_type("text/javascript", ".js", strict=True)

# the other parts of the platform
PORTAL_URL = origin("KIBAN_PORTAL_URL", "http://127.0.0.1:8000")
ENDPOINTS = text("KIBAN_ENDPOINTS", "")
DIRECTORY = text("KIBAN_DIRECTORY", "")
CORE_KEY = text("KIBAN_CORE_KEY", "")
TRUST = text("KIBAN_TRUST", "")
PACKS = folder("KIBAN_PACKS", Path(__file__).resolve().parents[4] / "packs")
REGISTRIES = kept("KIBAN_REGISTRIES", "registries.sqlite3")
CATALOGUE = kept("KIBAN_CATALOGUE", "catalogue")
LINK_REGISTERS = kept("KIBAN_LINK_REGISTERS", "link-registers")
EVIDENCE = kept("KIBAN_EVIDENCE", "evidence")
INDICATOR_SECONDS = number("KIBAN_INDICATOR_SECONDS", 3600)
RELEASE_NOTE = text("KIBAN_BANNER", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": one_of("KIBAN_LOG_LEVEL", "WARNING", known=LEVELS)},
    "loggers": {"kiban.access": {"level": "INFO"}, "django.security": {"level": "WARNING"}},
}
