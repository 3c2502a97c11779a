"""GIF converter: free columns → those of 政府相互運用性フレームワーク, by a proposed mapping, and back."""

from kiban.registries.gif.back import back
from kiban.registries.gif.convert import convert
from kiban.registries.gif.mapping import Mapping, propose

__all__ = ["Mapping", "back", "convert", "propose"]
