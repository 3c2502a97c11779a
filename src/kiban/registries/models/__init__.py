"""Data models as data: those of GIF, recommended lists of municipalities, the registries; schema, check, fill."""

from kiban.registries.models.checking import Wrong, wrongs
from kiban.registries.models.files import Checked, check_file
from kiban.registries.models.library import model, models
from kiban.registries.models.model import DataModel, Item, Mark
from kiban.registries.models.schema import context, dictionary, json_schema

__all__ = [
    "Checked",
    "DataModel",
    "Item",
    "Mark",
    "Wrong",
    "check_file",
    "context",
    "dictionary",
    "json_schema",
    "model",
    "models",
    "wrongs",
]
