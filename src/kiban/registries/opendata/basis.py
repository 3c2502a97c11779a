"""What inventory and rating rest on: reasons, licences, frequencies, texts in three languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = ("ja", "ja-easy", "en")


@cache
def basis() -> dict[str, Any]:
    """The file of the package."""
    text = files("kiban.registries").joinpath("data/opendata.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def told(code: str, language: str, **values: object) -> str:
    """A finding in words."""
    return str(basis()["texts"][code][language]).format(**values)
