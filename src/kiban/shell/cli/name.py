"""`kiban name roman|kana|same|reading`: readings of names (フリガナ) in kana and Roman letters."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

WAYS = ("passport", "passport-oh", "kunrei", "hepburn")


def add(subparsers: Subparsers) -> None:
    """Add the ``name`` commands."""
    group = subparsers.add_parser("name", help="readings of names in kana and Roman letters")
    verbs = group.add_subparsers(dest="what", required=True, metavar="WHAT")
    roman = verbs.add_parser("roman", help="a reading in Roman letters, in one way or all")
    roman.add_argument("kana", help="the reading, 氏 and 名 with a blank")
    roman.add_argument("--written", default="", help="the same name in kanji: tells which vowels are long")
    roman.add_argument("--way", choices=WAYS, help="one way alone")
    roman.set_defaults(func=to_roman)
    kana = verbs.add_parser("kana", help="kana that Roman letters may stand for, likelier ones first")
    kana.add_argument("roman", help="a name in Roman letters of any way of writing")
    kana.add_argument("--most", type=int, default=20, help="at most so many")
    kana.set_defaults(func=to_kana)
    same = verbs.add_parser("same", help="whether two readings may be of one name (exit 0) or not (1)")
    same.add_argument("first", help="a reading in kana or Roman letters")
    same.add_argument("second", help="another one")
    same.set_defaults(func=alike)
    check = verbs.add_parser("reading", help="what a family register would ask of a reading; 1 when anything")
    check.add_argument("family", help="reading of 氏")
    check.add_argument("given", help="reading of 名")
    check.set_defaults(func=reading)


def to_roman(arguments: argparse.Namespace) -> int:
    """Print the letters, or every way with its name; 1 when one of them has no rule for the sounds."""
    from kiban.kernel.values import BadValue, Spelling, romanise

    if arguments.way:
        print(romanise(arguments.kana, Spelling(arguments.way), written=arguments.written))
        return 0
    refused = 0
    for way in Spelling:
        try:
            print(way, romanise(arguments.kana, way, written=arguments.written), sep="\t")
        except BadValue as error:
            refused = 1
            print(way, f"- ({error.what})", sep="\t")
    return refused


def to_kana(arguments: argparse.Namespace) -> int:
    """Print one reading a line; 1 when the letters spell no Japanese."""
    from kiban.kernel.values import kana_readings

    found = kana_readings(arguments.roman, most=max(1, arguments.most))
    for one in found:
        print(one)
    return 0 if found else 1


def alike(arguments: argparse.Namespace) -> int:
    """Print the likeness."""
    from kiban.kernel.characters import Likeness
    from kiban.kernel.values import same_reading

    found = same_reading(arguments.first, arguments.second)
    print(found)
    return 0 if found in (Likeness.SAME, Likeness.COMPATIBLE) else 1


def reading(arguments: argparse.Namespace) -> int:
    """Print each remark, and whether the rule behind it could be read."""
    from kiban.kernel.values import PersonName, check_reading
    from kiban.kernel.values.person_name import katakana

    name = PersonName(family_kana=katakana(arguments.family), given_kana=katakana(arguments.given))
    found = check_reading(name)
    for one in found:
        place = f"{one.where.field} {one.where.column or ''}".strip()
        print(f"{place}: {one.what}" + ("" if one.verified else " (not verified)"))
    return 1 if found else 0
