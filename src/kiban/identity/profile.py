"""The certificate profile of the 公的個人認証サービス (JPKI), as data: policies, attribute identifiers, levels.

Sources: identifiers and key usages as several independent public code bases and published certificate dumps have them;
the profile specification of the operator (J-LIS プロファイル仕様書) was not readable when this was written, so
``verified`` is False and an operator who may join the real service must compare first. The attribute identifiers are
those of the real service, so that one reader serves both; the *policies* of the test cards are our own, under an
identifier made from a UUID (X.667), so that no real system can take a test card for a real one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kiban.identity.model import Assurance, Form, Kind, Level

JPKI_ARC = "1.2.392.200149.8.5"
TEST_ARC = "2.25.227803145309285071653146927815203344897"

ATTRIBUTE_ARC = f"{JPKI_ARC}.5"
NAME, NAME_SUBSTITUTES, SEX, BIRTH_DATE, ADDRESS, ADDRESS_SUBSTITUTES = (f"{ATTRIBUTE_ARC}.{n}" for n in range(1, 7))


@dataclass(frozen=True, slots=True)
class Policy:
    """What one certificate policy says of a certificate."""

    kind: Kind
    form: Form


@dataclass(frozen=True, slots=True)
class Profile:
    """What a valid certificate of one service looks like.

    Attributes:
        name: for messages.
        policies: policy identifier → kind and form; exactly one of them stands in a certificate.
        longest: longest validity of a certificate.
        verified: whether the values were compared with the operator's specification.
    """

    name: str
    policies: Mapping[str, Policy]
    longest: dt.timedelta = dt.timedelta(days=5 * 366 + 31)
    verified: bool = False

    def policy(self, kind: Kind, form: Form) -> str:
        """The identifier of one kind in one form."""
        return next(oid for oid, policy in self.policies.items() if policy == Policy(kind, form))


JPKI = Profile(
    "JPKI",
    {
        f"{JPKI_ARC}.1.1.20": Policy(Kind.SIGN, Form.PLASTIC),
        f"{JPKI_ARC}.1.3.30": Policy(Kind.AUTH, Form.PLASTIC),
        f"{JPKI_ARC}.1.1.40": Policy(Kind.SIGN, Form.PHONE),
    },
)
TEST_CARDS = Profile(
    "TEST-JPKI",
    {
        f"{TEST_ARC}.1.20": Policy(Kind.SIGN, Form.PLASTIC),
        f"{TEST_ARC}.3.30": Policy(Kind.AUTH, Form.PLASTIC),
        f"{TEST_ARC}.1.40": Policy(Kind.SIGN, Form.PHONE),
        f"{TEST_ARC}.3.50": Policy(Kind.AUTH, Form.PHONE),
    },
    verified=True,
)

# 行政手続等での本人確認におけるデジタルアイデンティティの取扱いに関するガイドライン (DS-511); its wording was not
# readable. The mapping is the usual one: a key proven by its PIN or gesture is 3, and the card was handed over at 3.
ASSURANCE: Mapping[Kind, Assurance] = {
    Kind.SIGN: Assurance(Level.THREE, Level.THREE),
    Kind.AUTH: Assurance(Level.THREE, Level.THREE),
}
ASSURANCE_VERIFIED = False
