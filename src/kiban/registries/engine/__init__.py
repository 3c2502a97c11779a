"""The registry engine: records in two times with source, quality and lineage; deltas, changes, reports, catalogue."""

from kiban.registries.engine.model import Change, Entry, Field, Record, RegistryInfo, Source
from kiban.registries.engine.quality import QualityReport, quality_report

__all__ = ["Change", "Entry", "Field", "QualityReport", "Record", "RegistryInfo", "Source", "quality_report"]
