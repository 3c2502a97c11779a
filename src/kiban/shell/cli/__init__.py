"""The `kiban` command: one module per group of commands, found by name.

A module `kiban.shell.cli.<group>` offers `add(subparsers)`; each sub-command sets `func`, which takes the parsed
arguments and returns an exit status. Exit statuses: 0 done, 1 a check failed or the input was refused,
2 wrong use, 3 a setting is wrong, 4 stopped by the user.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kiban import __version__
from kiban.kernel.errors import Audience, KibanError
from kiban.kernel.whole import whole
from kiban.shell.cli._extras import add_closed, not_installed

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
    Command = Callable[[argparse.Namespace], int]

REFUSED, MISCONFIGURED, STOPPED = 1, 3, 4
REMEDIES = {
    errno.ENOSPC: "make room, then give the same command again",
    errno.EACCES: "use a file and folder that you may read and write",
    errno.EROFS: "use a place that can be written",
    errno.EISDIR: "name a file",
}


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
    _describe(top)
    return top


class _Help(argparse.HelpFormatter):
    """Tells the value that an option has when it is not given."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        kept = action.option_strings and action.default not in (None, False, "", argparse.SUPPRESS)
        return f"{action.help} (default: %(default)s)" if action.help and kept and action.default != [] else action.help


def _describe(command: argparse.ArgumentParser) -> None:
    """Each page of help begins with what the list of commands says of it."""
    command.formatter_class = _Help
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            told = {choice.dest: choice.help for choice in action._choices_actions}
            for name, below in action.choices.items():
                below.description = below.description or told.get(name)
                _describe(below)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; errors are printed with place and remedy, never as a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    only = words[0] if words and words[0] in groups() else None
    arguments = parser(only).parse_args(words)
    try:
        _check_texts(arguments)
        status: int = arguments.func(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KibanError as error:
        print(f"kiban: {error}", file=sys.stderr)
        return MISCONFIGURED if error.audience is Audience.OPERATOR else REFUSED
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
    except OSError as error:
        print(f"kiban: {_told(error)}", file=sys.stderr)
        return REFUSED
    return status


def _check_texts(arguments: argparse.Namespace) -> None:
    """Half characters are refused before a command begins; a path may have them, and a command with ``any_text``.

    Raises: BadInput.
    """
    given = {} if getattr(arguments, "any_text", False) else vars(arguments)
    for name, value in given.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                whole(text, field=name)


def _told(error: OSError) -> str:
    """A fault of the machine in words: the file, why, and what to do."""
    if isinstance(error, FileNotFoundError):
        return f"there is no file {error.filename} → compare the path"
    if not error.filename and error.errno == errno.ENOSPC:  # what waits for standard output has nowhere to go
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    place = error.filename or "what was being written"
    remedy = REMEDIES.get(error.errno or 0, "")
    return f"{place}: {error.strerror or error}" + (f" → {remedy}" if remedy else "")
