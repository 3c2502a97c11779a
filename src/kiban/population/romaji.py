"""Kana to Roman letters as in passports (ヘボン式; 旅券法施行規則 別表): no long vowels; n before b, m, p is m."""

from __future__ import annotations

ROWS = {
    "ア": "A I U E O", "カ": "KA KI KU KE KO", "サ": "SA SHI SU SE SO", "タ": "TA CHI TSU TE TO",
    "ナ": "NA NI NU NE NO", "ハ": "HA HI FU HE HO", "マ": "MA MI MU ME MO", "ラ": "RA RI RU RE RO",
    "ガ": "GA GI GU GE GO", "ザ": "ZA JI ZU ZE ZO", "ダ": "DA JI ZU DE DO", "バ": "BA BI BU BE BO",
    "パ": "PA PI PU PE PO",
}  # fmt: skip
COLUMNS = (
    "アイウエオ", "カキクケコ", "サシスセソ", "タチツテト", "ナニヌネノ", "ハヒフヘホ", "マミムメモ", "ラリルレロ",
    "ガギグゲゴ", "ザジズゼゾ", "ダヂヅデド", "バビブベボ", "パピプペポ",
)  # fmt: skip
SINGLE = {kana: roman for column in COLUMNS for kana, roman in zip(column, ROWS[column[0]].split(), strict=True)} | {
    "ヤ": "YA",
    "ユ": "YU",
    "ヨ": "YO",
    "ワ": "WA",
    "ヲ": "O",
    "ン": "N",
    "ヴ": "BU",
    "ヰ": "I",
    "ヱ": "E",
}
SMALL = {"ャ": "YA", "ュ": "YU", "ョ": "YO", "ァ": "A", "ィ": "I", "ゥ": "U", "ェ": "E", "ォ": "O"}
IRREGULAR = {"SHI": "SH", "CHI": "CH", "JI": "J"}


def romaji(kana: str) -> str:
    """A katakana name in capital Roman letters: ``サトウ`` → ``SATO``; other characters stay."""
    out: list[str] = []
    double = False
    for char in kana:
        if char == "ッ":
            double = True
        elif char in SMALL and out:
            out[-1] = _contracted(out[-1], SMALL[char])
        else:
            roman = SINGLE.get(char, "" if char == "ー" else char)
            out.append(("T" if roman.startswith("CH") else roman[:1]) + roman if double else roman)
            double = False
    return _short(_labial("".join(out)))


def _contracted(before: str, small: str) -> str:
    for full, stem in IRREGULAR.items():
        if before.endswith(full):
            return before[: -len(full)] + stem + small[-1]
    return before[:-1] + small


def _labial(text: str) -> str:
    for letter in "BMP":
        text = text.replace(f"N{letter}", f"M{letter}")
    return text


def _short(text: str) -> str:
    for long, short in (("OU", "O"), ("OO", "O"), ("UU", "U")):
        text = text[:1] + text[1:].replace(long, short) if text[:2] != long else short + text[2:].replace(long, short)
    return text
