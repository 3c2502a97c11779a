"""Postal codes (郵便番号)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from kiban.kernel.errors import Where
from kiban.kernel.values.codes import digits_of
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import OneColumn, typed


@dataclass(frozen=True, slots=True, order=True)
class PostalCode(OneColumn):
    """郵便番号: 7 digits without a hyphen (GIF 連絡先)."""

    value: str
    gif: ClassVar[str] = "郵便番号"

    def __post_init__(self) -> None:
        if digits_of(self.value, lengths=(7,), field=self.gif) != self.value:
            raise BadValue("not in normal form", where=Where(field=self.gif), remedy="use parse")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From 〒640-8511, ６４０８５１１ and the like."""
        written = typed(text, field=cls.gif)
        return cls(digits_of(written.removesuffix(")"), lengths=(7,), field=cls.gif))

    @property
    def display(self) -> str:
        """As an envelope shows it: 640-8511."""
        return f"{self.value[:3]}-{self.value[3:]}"

    def __str__(self) -> str:
        return self.value
