"""Which extra of the package brings a library that a command needs and that a plain install does not have."""

from __future__ import annotations

import argparse
import ast
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import Audience, KibanError

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

EXTRAS = {
    "credentials": ("asn1crypto", "cbor2", "pyhanko", "pyhanko_certvalidator"),  # two come with pyhanko
    "data": ("duckdb", "polars", "pyarrow"),
    "evidence": ("scipy",),
    "fast": ("numba",),
    "linkage": ("splink",),
    "node": ("httptools", "uvicorn", "uvloop"),
    "payments": ("zengin_code",),
    "postgres": ("psycopg",),
    "spark": ("pyspark",),
    "web": ("argon2", "django", "granian", "jinja2", "markupsafe", "ninja", "segno", "typst", "whitenoise"),
}


class NotInstalled(KibanError):
    """A command needs a library that comes with an extra of the package."""

    code = "KIBAN-003"
    audience = Audience.OPERATOR


def not_installed(error: ModuleNotFoundError, group: str = "") -> NotInstalled:
    """What to say of a library that is not there: the extra of the group of commands, or the one that has it.

    Raises: the error itself when the module is Kiban's own.
    """
    module = (error.name or "").partition(".")[0]
    if module in {"", "kiban"}:
        raise error
    holding = next((extra for extra, modules in EXTRAS.items() if module in modules), "all")
    extra = group if group in EXTRAS else holding
    return NotInstalled(f"this needs {module}, which is not installed", remedy=f"pip install 'kiban[{extra}]'")


def require(extra: str, *modules: str) -> None:
    """Before much is begun: the libraries are there. Raises: NotInstalled."""
    for module in modules:
        if find_spec(module) is None:
            raise NotInstalled(f"this needs {module}, which is not installed", remedy=f"pip install 'kiban[{extra}]'")


def add_closed(subparsers: Subparsers, name: str, *, error: ModuleNotFoundError) -> None:
    """A group whose library is not there: listed with what it needs, refused when it is used."""
    told = not_installed(error, name)

    def refuse(_: argparse.Namespace) -> int:
        raise told

    about = _docstring(f"kiban.shell.cli.{name}").partition(": ")[2].partition("\n")[0].rstrip(".")
    group = subparsers.add_parser(name, help=f"{about} (needs {told.remedy})".strip())
    group.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    group.set_defaults(func=refuse)


def _docstring(module: str) -> str:
    """What a module that cannot be imported says of itself."""
    spec = find_spec(module)
    source = Path(spec.origin).read_text("utf-8") if spec and spec.origin else ""
    return ast.get_docstring(ast.parse(source)) or ""
