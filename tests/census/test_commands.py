"""Every command says what it does, and every argument what it is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from kiban.shell.cli import parser


def commands(command: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield name, command
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below, made in action.choices.items():
                yield from commands(made, f"{name} {below}")


def test_each_command_and_argument_is_described() -> None:
    silent = []
    found = dict(commands(parser(), "kiban"))
    for name, command in found.items():
        silent += [] if command.description else [name]
        silent += [
            f"{name} {'/'.join(action.option_strings) or action.dest}"
            for action in command._actions
            if not action.help and not isinstance(action, argparse._SubParsersAction)
        ]

    assert silent == []
    assert len(found) > 90


def test_no_group_is_listed_as_not_installed() -> None:
    assert "pip install" not in parser().format_help()
