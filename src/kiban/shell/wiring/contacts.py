"""Outward channels of residents."""

from __future__ import annotations


class NoChannels:
    """Nobody has chosen an outward channel: the inbox is the only place. See `kiban.notices.ports.Contacts`."""

    def channels(self, person: str) -> tuple[str, ...]:  # noqa: ARG002 the port's name
        return ()

    def language(self, person: str) -> str:  # noqa: ARG002 the port's name
        return "ja"
