"""The JSON Schema of ``pack.yaml``, made from the types, so that editors complete and check it."""

from __future__ import annotations

from typing import Any

import msgspec

from kiban.packs.model import Pack


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a pack."""
    made = msgspec.json.schema(Pack)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Kiban pack", **made}
