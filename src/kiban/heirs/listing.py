"""The heirs as the list that a legal affairs bureau certifies (法定相続情報一覧図, 不動産登記規則 247条).

It tells what family registers show: who renounced or is disqualified stands in it as an heir, who was disinherited does
not, the unborn do not, and shares are not stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiban.heirs.answer import Found, Stake
from kiban.heirs.explaining import called, day_said
from kiban.heirs.finding import find
from kiban.heirs.kinship import Kin
from kiban.heirs.model import Capacity, Disqualification, Family, Person, Renunciation, Sex
from kiban.heirs.worlds import World

BY_SEX = {
    "spouse": ("夫", "妻", "配偶者"),
    "older": ("兄", "姉", "兄弟姉妹"),
    "younger": ("弟", "妹", "兄弟姉妹"),
    "nephew": ("甥", "姪", "甥姪"),
    "parent": ("父", "母", "父母"),
    "adoptive": ("養父", "養母", "養親"),
    "grandparent": ("祖父", "祖母", "祖父母"),
    "ancestor": ("直系尊属", "直系尊属", "直系尊属"),
}
DOWN = {1: "孫", 2: "曽孫"}


class Row(Struct, frozen=True):
    """A person of the list; ``represented`` is who is represented, as the form has it (被代襲者, with the day)."""

    name: str
    relation: str
    birth: str
    address: str = ""
    represented: tuple[str, ...] = ()


class Listing(Struct, frozen=True):
    """The list: the decedent with last address, last domicile, birth and death, and the heirs."""

    decedent: str
    address: str
    domicile: str
    birth: str
    death: str
    rows: tuple[Row, ...]

    def lines(self) -> Iterator[str]:
        """The list as text, in the form that enumerates (列挙形式)."""
        yield f"被相続人 {self.decedent} 法定相続情報"
        yield ""
        yield from (f"最後の住所 {self.address or '（記入）'}", f"最後の本籍 {self.domicile or '（記入）'}")
        yield from (f"出生 {self.birth}", f"死亡 {self.death}", f"（被相続人） {self.decedent}")
        for row in self.rows:
            yield ""
            yield from (f"被代襲者（{one}）" for one in row.represented)
            yield from (f"住所 {row.address}",) if row.address else ()
            yield from (f"出生 {row.birth}", f"（{row.relation}） {row.name}")
        yield from ("", "以下余白", "作成日 （記入）", "作成者 （住所・氏名を記入）")

    def data(self) -> dict[str, Any]:
        """The same as plain values for JSON."""
        return {
            "decedent": self.decedent,
            "last_address": self.address,
            "last_domicile": self.domicile,
            "birth": self.birth,
            "death": self.death,
            "heirs": [
                {
                    "name": row.name,
                    "relation": row.relation,
                    "birth": row.birth,
                    "address": row.address,
                    "represented": list(row.represented),
                }
                for row in self.rows
            ],
        }


def listing(family: Family) -> Listing:
    """The list for the family's decedent. Raises: BadFamily, OutOfScope, TooOpen."""
    kept = tuple(event for event in family.events if not isinstance(event, Renunciation | Disqualification))
    gone = {one.id: replace(one, unborn=False, stillborn=True) for one in family.persons.values() if one.unborn}
    found = find(replace(family, events=kept, persons={**family.persons, **gone}))
    own = found.family.persons[family.decedent]
    rows = tuple(_row(found, heir.person, stake=heir.stakes[0]) for heir in found.heirs)
    name = called(family, own.id)
    return Listing(name, own.address, own.domicile, _birth(own), _day(own.death), rows)


def _row(found: Found, person: str, *, stake: Stake) -> Row:
    told = found.family.persons[person]
    relation = relation_of(found, person, stake=stake)
    represented = tuple(_lost(found, one) for one in stake.represents)
    return Row(called(found.family, person), relation, _birth(told), told.address, represented)


def relation_of(found: Found, person: str, *, stake: Stake) -> str:
    """An heir's relation to the decedent: the register's word where it is told, else as general as the facts are."""
    told = found.family.persons[person]
    relation = told.relation or _relation(found, told, stake=stake)
    return relation + ("・代襲者" if stake.represents and "代襲者" not in relation else "")


def _lost(found: Found, person: str) -> str:
    told = found.family.persons[person]
    return f"{day_said(told.death, 'ja')}死亡" if told.death else "廃除"


def _birth(person: Person) -> str:
    return _day(person.birth)


def _day(day: Any) -> str:
    return day_said(day, "ja") if day else "（記入）"


def _relation(found: Found, person: Person, *, stake: Stake) -> str:
    if stake.capacity is Capacity.SPOUSE:
        return _by_sex("spouse", person)
    kin = Kin(found.family, found.first.day, world=World())
    if found.first.rank is Capacity.CHILD:
        adopted = any(link.adopted and link.parent == found.first.decedent for link in kin.parents(person.id))
        return DOWN.get(len(stake.represents), "直系卑属") if stake.represents else "養子" if adopted else "子"
    if found.first.rank is Capacity.SIBLING:
        return _by_sex("nephew", person) if stake.represents else _sibling(found, person)
    return _ascendant(found, kin, person=person)


def _ascendant(found: Found, kin: Kin, *, person: Person) -> str:
    above = {link.parent: link for link in kin.parents(found.first.decedent)}
    if person.id in above:
        return _by_sex("adoptive" if above[person.id].adopted else "parent", _sexed(found.family, person))
    grand = {up.parent for parent in above for up in kin.parents(parent)}
    return _by_sex("grandparent" if person.id in grand else "ancestor", _sexed(found.family, person))


def _sexed(family: Family, person: Person) -> Person:
    """The person with the sex that being a father or mother tells."""
    if person.sex:
        return person
    fathers = {one.father for one in family.persons.values()}
    mothers = {one.mother for one in family.persons.values()}
    sex = Sex.MALE if person.id in fathers else Sex.FEMALE if person.id in mothers else Sex.UNKNOWN
    return replace(person, sex=sex)


def _sibling(found: Found, person: Person) -> str:
    own = found.family.persons[found.first.decedent]
    if person.birth is None or own.birth is None:
        return "兄弟姉妹"
    return _by_sex("older" if person.birth < own.birth else "younger", person)


def _by_sex(words: str, person: Person) -> str:
    male, female, unknown = BY_SEX[words]
    return male if person.sex is Sex.MALE else female if person.sex is Sex.FEMALE else unknown
