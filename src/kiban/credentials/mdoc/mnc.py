"""The My Number Card on a phone as an mdoc: its type, its elements, and what a reader may take of it.

Document type and elements as the public wallet library multipaz lists them (``MyNumberCard.kt``); the operator's own
specification was not at hand, so compare with it first. The 個人番号 in it may be asked for and taken only by those
whom the law names (番号法 14条, 15条, 20条): without a ground given by the caller a response with it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kiban.credentials.errors import Malformed, NotAllowed
from kiban.credentials.mdoc.reading import VerifiedMdoc
from kiban.kernel.errors import BadInput
from kiban.kernel.values import IndividualNumber

DOC_TYPE: Final = "org.iso.23220.1.jp.mnc"
NATIONAL: Final = "org.iso.23220.1.jp"
INTERNATIONAL: Final = "org.iso.23220.1"
NUMBER: Final = "individual_number_unicode"
ELEMENTS: Final = {
    NATIONAL: {
        "full_name_unicode": "氏名", "resident_address_unicode": "住所", "local_gov_code_unicode": "市区町村コード",
        NUMBER: "個人番号", "portrait": "顔写真", "sex_unicode": "性別", "birth_date_unicode": "生年月日",
    },
    INTERNATIONAL: {"sex": "性別", "birth_date": "生年月日", "age_in_years": "年齢", "age_over_20": "20歳以上"},
}  # fmt: skip
VERIFIED: Final = False
"""Whether type and elements were compared with the operator's specification."""


@dataclass(frozen=True, slots=True)
class CardOnPhone:
    """What a phone's My Number Card told this reader. Personal: no repr shows it.

    ``elements``: values by element, both namespaces together; ``number``: the 個人番号 where it was lawfully asked for.
    """

    issuer: str
    elements: Mapping[str, Any] = field(repr=False)
    number: IndividualNumber | None = None


def card_on_phone(document: VerifiedMdoc, *, ground: str = "") -> CardOnPhone:
    """The elements of a verified document of this type.

    Args:
        document: as `verify_response` found it.
        ground: the article under which the 個人番号 may be taken, e.g. ``番号法14条1項``; none: it may not.

    Raises:
        Malformed: another type, or elements that it does not have.
        NotAllowed: it carries the 個人番号, and no ground was given.
    """
    if document.doc_type != DOC_TYPE:
        raise Malformed("this is no My Number Card on a phone")
    unknown = sorted(
        name for space, found in document.claims.items() for name in found if name not in ELEMENTS.get(space, {})
    )
    if unknown:
        raise Malformed(f"the card has no element {unknown[0][:60]!r}")
    elements = {name: value for found in document.claims.values() for name, value in found.items()}
    given = elements.pop(NUMBER, None)
    if given is not None and not ground:
        raise NotAllowed(
            "it carries the 個人番号, and this reader has no ground to take it", remedy="do not ask for it"
        )
    return CardOnPhone(document.issuer, elements, _number(given) if given is not None else None)


def _number(value: Any) -> IndividualNumber:
    try:
        return IndividualNumber.parse(value if isinstance(value, str) else "")
    except BadInput:
        raise Malformed("the 個人番号 in the card is none") from None
