"""What the registries refuse."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class UnknownMunicipality(KibanError):
    """No municipality has this code."""

    code = "REGISTRY-001"
    audience = Audience.USER


class UnknownTown(KibanError):
    """The municipality has no town with this id."""

    code = "REGISTRY-002"
    audience = Audience.USER


class UnknownRegistry(KibanError):
    """There is no registry of this id."""

    code = "REGISTRY-010"
    audience = Audience.USER
    status = 404


class UnknownRecord(KibanError):
    """The registry has no record under this key on that day."""

    code = "REGISTRY-011"
    audience = Audience.USER
    status = 404


class BadSubscription(KibanError):
    """A subscription to corporate changes without a law, or to items that the registry has not."""

    code = "REGISTRY-012"
    audience = Audience.OPERATOR


class BadMapping(KibanError):
    """A mapping file of columns that cannot be read or names a kind that there is not."""

    code = "REGISTRY-013"
    audience = Audience.USER


class BadPush(KibanError):
    """A subscriber, a key or a delivery that the push of changes does not accept."""

    code = "REGISTRY-014"
    audience = Audience.OPERATOR


class UnknownSubscriber(KibanError):
    """There is no subscriber of this name."""

    code = "REGISTRY-015"
    audience = Audience.OPERATOR


class BadStore(KibanError):
    """The file of the registers cannot be opened, or is no such file."""

    code = "REGISTRY-017"
    audience = Audience.OPERATOR


class StoreBusy(KibanError):
    """Another command is writing to the file of the registers, or the disk is full."""

    code = "REGISTRY-018"
    audience = Audience.OPERATOR


class UnknownPlace(KibanError):
    """No municipality of today or of the past has this name or code."""

    code = "REGISTRY-016"
    audience = Audience.USER
    status = 404


class UnknownModel(KibanError):
    """There is no data model of this id or title."""

    code = "REGISTRY-019"
    audience = Audience.USER
    status = 404


class UnknownDataset(KibanError):
    """The catalogue has no data set of this key."""

    code = "REGISTRY-020"
    audience = Audience.USER
    status = 404
