"""GIF converter: a table with free columns → the columns of 政府相互運用性フレームワーク, by a proposed mapping."""

from kiban.registries.gif.convert import convert
from kiban.registries.gif.mapping import Mapping, propose

__all__ = ["Mapping", "convert", "propose"]
