"""Sets pages with typst: a source, its data as JSON, the files beside it; the same input gives the same bytes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiban.credentials.errors import NotTypeset


def typeset(source: str, data: Mapping[str, Any], *, files: Mapping[str, bytes] | None = None) -> bytes:
    """PDF/UA-1 of a typst source that reads its data from ``sys.inputs.data``.

    Raises:
        NotTypeset: typst refuses, in its own words.
    """
    import typst  # an extra: libraries that only verify need not install it

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.typ"
        path.write_text(source, encoding="utf-8")
        for name, content in (files or {}).items():
            (Path(folder) / name).write_bytes(content)
        try:
            made: bytes = typst.compile(
                str(path),
                format="pdf",
                root=folder,
                pdf_standards=["ua-1"],
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            )
        except typst.TypstError as error:
            raise NotTypeset(f"the page cannot be set: {error}") from error
    return made
