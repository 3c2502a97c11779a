"""The four attributes (基本4情報) of a 署名用電子証明書: SAN otherNames with UTF8String values, and back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from cryptography import x509

from kiban.identity import profile as oid
from kiban.identity.errors import BadCertificate
from kiban.identity.model import Attributes, Sex

ERAS = (
    (dt.date(2019, 5, 1), "5"),
    (dt.date(1989, 1, 8), "4"),
    (dt.date(1926, 12, 25), "3"),
    (dt.date(1912, 7, 30), "2"),
)
MEIJI, NO_ERA, UNKNOWN_BIRTH = "1", "0", "000000000"
SUBSTITUTE = "〓"
LONGEST_ADDRESS = 200
NEEDED = (oid.NAME, oid.SEX, oid.BIRTH_DATE, oid.ADDRESS)


def substituted(text: str) -> tuple[str, str]:
    """The text as a certificate can write it (JIS X 0208, 0212), and its 代替文字 positions, a digit per character.

    Which sign stands for a substituted character is not told by the sources at hand; the geta 〓 is used.
    """
    marks = ["0" if _writable(char) else "1" for char in text]
    kept = (char if mark == "0" else SUBSTITUTE for char, mark in zip(text, marks, strict=True))
    return "".join(kept), "".join(marks)


def _writable(char: str) -> bool:
    try:
        char.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return True


def era_date(day: dt.date | None) -> str:
    """生年月日 as ``EYYYYMMDD``: E 1 明治 … 5 令和, the year Gregorian; nine zeros where it is not known."""
    if day is None:
        return UNKNOWN_BIRTH
    era = next((digit for begin, digit in ERAS if day >= begin), MEIJI)
    return f"{era}{day:%Y%m%d}"


def plain_date(text: str) -> dt.date | None:
    """The day of ``EYYYYMMDD``; None for zeros in month or day.

    Raises:
        BadCertificate: not of this form, or the era does not fit the day.
    """
    if not re.fullmatch(r"[0-5][0-9]{8}", text):
        raise BadCertificate("the birth date in the certificate is not EYYYYMMDD")
    if "00" in (text[5:7], text[7:9]):
        return None
    try:
        day = dt.date(int(text[1:5]), int(text[5:7]), int(text[7:9]))
    except ValueError:
        raise BadCertificate("the birth date in the certificate is no day of the calendar") from None
    if text[0] != NO_ERA and era_date(day) != text:
        raise BadCertificate("the era of the birth date in the certificate does not fit its day")
    return day


def write(person: Attributes) -> list[tuple[str, str]]:
    """Identifier and text of each otherName, in the order of the identifiers."""
    name, name_marks = substituted(person.name)
    address, address_marks = substituted(person.address[:LONGEST_ADDRESS])
    return [
        (oid.NAME, name),
        (oid.NAME_SUBSTITUTES, name_marks),
        (oid.SEX, person.sex.value),
        (oid.BIRTH_DATE, era_date(person.birth_date)),
        (oid.ADDRESS, address),
        (oid.ADDRESS_SUBSTITUTES, address_marks),
    ]


def read(names: Iterable[x509.GeneralName]) -> Attributes:
    """The attributes of a certificate's subject alternative name.

    Raises:
        BadCertificate: one is missing, stands twice, or is not of its form.
    """
    values: dict[str, str] = {}
    for name in names:
        if not isinstance(name, x509.OtherName) or not name.type_id.dotted_string.startswith(f"{oid.ATTRIBUTE_ARC}."):
            continue
        if name.type_id.dotted_string in values:
            raise BadCertificate("an attribute stands twice in the certificate")
        values[name.type_id.dotted_string] = utf8_string(name.value)
    if any(needed not in values for needed in NEEDED):
        raise BadCertificate("the certificate lacks one of the four attributes")
    return _checked(values)


def _checked(values: Mapping[str, str]) -> Attributes:
    sex, address = values[oid.SEX], values[oid.ADDRESS]
    if sex not in set(Sex) or len(address) > LONGEST_ADDRESS:
        raise BadCertificate("the sex or the address in the certificate is not of its form")
    marks = (values.get(oid.NAME_SUBSTITUTES, ""), values.get(oid.ADDRESS_SUBSTITUTES, ""))
    for text, positions in zip((values[oid.NAME], address), marks, strict=True):
        if positions and (set(positions) - {"0", "1"} or len(positions) != len(text)):
            raise BadCertificate("the positions of substituted characters do not fit the text")
    return Attributes(
        name=values[oid.NAME],
        sex=Sex(sex),
        birth_date=plain_date(values[oid.BIRTH_DATE]),
        address=address,
        name_substitutes=marks[0],
        address_substitutes=marks[1],
    )


def utf8_string(der: bytes) -> str:
    """The text of a DER UTF8String (X.690 section 8.23), strictly: shortest length form, nothing after it.

    Raises:
        BadCertificate: it is not one.
    """
    length, start = (der[1], 2) if len(der) > 1 else (0, 2)
    if length >= 0x80:
        octets = length & 0x7F
        start = 2 + octets
        length = int.from_bytes(der[2:start], "big")
        if octets not in (1, 2) or length < 0x80 or (octets == 2 and length < 0x100):
            raise BadCertificate("an attribute of the certificate is not in DER")
    if len(der) < 2 or der[0] != 0x0C or len(der) != start + length:
        raise BadCertificate("an attribute of the certificate is not a UTF8String")
    try:
        return der[start:].decode()
    except UnicodeDecodeError:
        raise BadCertificate("an attribute of the certificate is not UTF-8") from None


def der_utf8(text: str) -> bytes:
    """A DER UTF8String."""
    body = text.encode()
    size = len(body)
    octets = b"" if size < 0x80 else size.to_bytes(1 if size < 0x100 else 2, "big")
    return b"\x0c" + (bytes([0x80 | len(octets)]) + octets if octets else bytes([size])) + body


def same_person(person: Attributes, *, name: str, birth_date: dt.date, address: str) -> bool:
    """Whether a certificate's attributes are those of a register's record.

    Substituted characters and the spaces between family and given name do not count; the sex is not compared, because
    certificates may say "unknown".
    """
    written_name, written_address = substituted(_closed(name))[0], substituted(_closed(address)[:LONGEST_ADDRESS])[0]
    return (
        person.birth_date == birth_date
        and _alike(_closed(person.name), written_name)
        and _alike(_closed(person.address), written_address)
    )


def _closed(text: str) -> str:
    return re.sub(r"[\s　]+", "", text)


def _alike(left: str, right: str) -> bool:
    return len(left) == len(right) and all(a == b or SUBSTITUTE in (a, b) for a, b in zip(left, right, strict=True))
