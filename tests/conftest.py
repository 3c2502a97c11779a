"""What every test shares."""

from __future__ import annotations

import os

os.environ.setdefault("KIBAN_DATABASE", "sqlite:///:memory:")
os.environ.setdefault("KIBAN_SECRET_KEY", "for-tests-only-for-tests-only-for-tests-only-for-tests")
