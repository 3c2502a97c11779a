"""The `kiban` command: one module per group of commands, found by name.

A module `kiban.shell.cli.<group>` offers `add(subparsers)`; each sub-command sets `func`, which takes the parsed
arguments and returns an exit status. Exit statuses: 0 done, 1 a check failed or the input was refused,
2 wrong use, 3 a setting is wrong, 4 stopped by the user.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kiban import __version__
from kiban.kernel.errors import Audience, KibanError
from kiban.shell.cli._extras import add_closed, not_installed

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
    Command = Callable[[argparse.Namespace], int]

REFUSED, MISCONFIGURED, STOPPED = 1, 3, 4


def groups() -> list[str]:
    """Names of the command groups, in alphabetical order; a module with a leading underscore is a part of another."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The command-line parser; with ``only``, of that group alone (so that one command imports one module)."""
    top = argparse.ArgumentParser(prog="kiban", description="Kiban (基盤): the common digital platform.")
    top.add_argument("--version", action="version", version=f"kiban {__version__}")
    subparsers = top.add_subparsers(dest="group", required=True, metavar="GROUP")
    for name in [only] if only else groups():
        try:
            importlib.import_module(f"{__name__}.{name}").add(subparsers)
        except ModuleNotFoundError as error:
            add_closed(subparsers, name, error=error)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; errors are printed with place and remedy, never as a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    only = words[0] if words and words[0] in groups() else None
    arguments = parser(only).parse_args(words)
    try:
        status: int = arguments.func(arguments)
    except KibanError as error:
        print(f"kiban: {error}", file=sys.stderr)
        return MISCONFIGURED if error.audience is Audience.OPERATOR else REFUSED
    except FileNotFoundError as error:
        print(f"kiban: there is no file {error.filename}", file=sys.stderr)
        return REFUSED
    except (FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        print(f"kiban: {error.filename}: {error.strerror}", file=sys.stderr)
        return REFUSED
    except ModuleNotFoundError as error:
        print(f"kiban: {not_installed(error, arguments.group)}", file=sys.stderr)
        return MISCONFIGURED
    except EOFError:
        print("kiban: the input ended before the question was answered", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("kiban: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # `kiban ... | head` is a lawful way to read
        sys.stderr.close()
        return 0
    return status
