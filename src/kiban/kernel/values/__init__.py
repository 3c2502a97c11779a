"""GIF-shaped values: tolerant parsing of what people type, one strict normal form, JSON and CSV forms."""

from kiban.kernel.values.address import Address
from kiban.kernel.values.bank_account import AccountType, BankAccount, from_post_office
from kiban.kernel.values.codes import CorporateNumber, IndividualNumber, MunicipalityCode, TownId
from kiban.kernel.values.dates import PartialDate, fiscal_year, parse_date, parse_day, wareki
from kiban.kernel.values.errors import BadCheckDigit, BadDate, BadValue
from kiban.kernel.values.forms import OneColumn
from kiban.kernel.values.money import format_yen, parse_yen
from kiban.kernel.values.numbers import int_to_kanji, kanji_to_int
from kiban.kernel.values.person_name import PersonName
from kiban.kernel.values.postal import PostalCode
from kiban.kernel.values.telephone import Telephone

__all__ = [
    "AccountType",
    "Address",
    "BadCheckDigit",
    "BadDate",
    "BadValue",
    "BankAccount",
    "CorporateNumber",
    "IndividualNumber",
    "MunicipalityCode",
    "OneColumn",
    "PartialDate",
    "PersonName",
    "PostalCode",
    "Telephone",
    "TownId",
    "fiscal_year",
    "format_yen",
    "from_post_office",
    "int_to_kanji",
    "kanji_to_int",
    "parse_date",
    "parse_day",
    "parse_yen",
    "wareki",
]
