"""The pack format (制度・業務・システムの三位一体): schema, loader, overlays, checks, texts."""

from kiban.packs.errors import BadPack
from kiban.packs.loaded import Loaded
from kiban.packs.loader import Packs, load_packs
from kiban.packs.model import LANGUAGES, Pack, RuleFact
from kiban.packs.schema import schema
from kiban.packs.texts import Texts

__all__ = ["LANGUAGES", "BadPack", "Loaded", "Pack", "Packs", "RuleFact", "Texts", "load_packs", "schema"]
