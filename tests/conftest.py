"""What every test shares."""

from __future__ import annotations

import os

from django.conf import settings as django_settings
from hypothesis import settings

import postgres

# a busy machine is no fault of the code; the same examples each time, new ones in test-full
settings.register_profile("kiban", deadline=None, derandomize=not os.environ.get("KIBAN_TEST_RANDOM"))
settings.load_profile("kiban")

if os.environ.get("KIBAN_TEST_POSTGRES") and "KIBAN_DATABASE" not in os.environ:
    os.environ["KIBAN_DATABASE"] = postgres.start()  # workers of a parallel run inherit it
os.environ.setdefault("KIBAN_DATABASE", "sqlite:///:memory:")
os.environ.setdefault("KIBAN_RULES_CACHE", "")  # rule files are parsed; test_kept.py turns it on
os.environ.setdefault("KIBAN_SECRET_KEY", "for-tests-only-for-tests-only-for-tests-only-for-tests")
os.environ["DJANGO_SETTINGS_MODULE"] = "kiban.shell.settings"
# they are read here: an option of pytest-django would have them read before the database stands in the environment
KIND = os.environ["KIBAN_DATABASE"].partition(":")[0]
assert KIND in django_settings.DATABASES["default"]["ENGINE"], f"settings were read before {KIND} was named"
