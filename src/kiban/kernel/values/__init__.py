"""GIF-shaped values: tolerant parsing of what people type, one strict normal form, JSON and CSV forms."""

from kiban.kernel.values.address import Address
from kiban.kernel.values.bank_account import AccountType, BankAccount, from_post_office
from kiban.kernel.values.codes import CorporateNumber, IndividualNumber, MunicipalityCode, TownId
from kiban.kernel.values.dates import PartialDate, fiscal_year, parse_date, parse_day, wareki
from kiban.kernel.values.errors import BadCheckDigit, BadDate, BadValue
from kiban.kernel.values.forms import OneColumn
from kiban.kernel.values.from_roman import kana_readings
from kiban.kernel.values.money import format_yen, parse_yen
from kiban.kernel.values.numbers import int_to_kanji, kanji_to_int
from kiban.kernel.values.person_name import PersonName
from kiban.kernel.values.postal import PostalCode
from kiban.kernel.values.property_id import Floor, Part, PropertyId
from kiban.kernel.values.reading import (
    Difference,
    Remark,
    check_reading,
    reading_difference,
    same_reading,
)
from kiban.kernel.values.romanisation import Spelling, doubled, romanise, romanise_name
from kiban.kernel.values.spatial_id import Box, Place, SpatialId
from kiban.kernel.values.telephone import Telephone

__all__ = [
    "AccountType",
    "Address",
    "BadCheckDigit",
    "BadDate",
    "BadValue",
    "BankAccount",
    "Box",
    "CorporateNumber",
    "Difference",
    "Floor",
    "IndividualNumber",
    "MunicipalityCode",
    "OneColumn",
    "Part",
    "PartialDate",
    "PersonName",
    "Place",
    "PostalCode",
    "PropertyId",
    "Remark",
    "SpatialId",
    "Spelling",
    "Telephone",
    "TownId",
    "check_reading",
    "doubled",
    "fiscal_year",
    "format_yen",
    "from_post_office",
    "int_to_kanji",
    "kana_readings",
    "kanji_to_int",
    "parse_date",
    "parse_day",
    "parse_yen",
    "reading_difference",
    "romanise",
    "romanise_name",
    "same_reading",
    "wareki",
]
