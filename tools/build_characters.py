"""Make the character tables of kiban.kernel.characters from the saved tables of 文字情報基盤.

usage: build_characters.py FOLD_CLASSES.tsv MJ_SHRINK_MAP.tsv.gz MJ_CHARACTERS.tsv.gz OUT_FOLDER
"""

from __future__ import annotations

import csv
import gzip
import sys
import unicodedata
from pathlib import Path

# The order in which a replacement is lawful or customary: unification rules first, dictionaries last.
SOURCES = {
    "JIS包摂規準UCS統合規則": "U",
    "法務省告示582号別表第四_一": "N",
    "法務省告示582号別表第四_二": "N",
    "民二5202号通知別表_正字俗字等対照表": "K",
    "民一2842号通達別表_誤字俗字正字一覧表_俗字": "K",
    "民一2842号通達別表_誤字俗字正字一覧表_別字": "K",
    "民一2842号通達別表_誤字俗字正字一覧表_無印": "K",
    "戸籍統一文字情報_親字正字": "P",
    "辞書類等による関連字": "D",
}
ORDER = "UNKPD"


def _rows(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    lines = (gzip.decompress(content) if path.suffix == ".gz" else content).decode().split("\n")
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def fold(path: Path) -> str:
    """Char + canonical pairs, closed: the canonical form folds to itself."""
    table = {row["char"]: row["canonical"] for row in _rows(path)}

    def end(char: str) -> str:
        seen = {char}
        while (after := unicodedata.normalize("NFKC", table.get(char, char))) != char and after not in seen:
            char = after
            seen.add(char)
        return char

    pairs = {char: end(char) for char in table}
    return "".join(f"{a}{b}" for a, b in sorted(pairs.items()) if a != b and len(a) == len(b) == 1)


def shrink(path: Path, characters: dict[str, list[str]]) -> str:
    """One line per character: the character, then (source, replacement) pairs in the order of preference."""
    found: dict[str, set[tuple[int, int, str]]] = {}
    for row in _rows(path):
        source = SOURCES.get(row["table"])
        if source is None or len(row["shrink_ucs"]) != 1:
            continue
        rank = int(row["rank"] or row["hops"] or 1)
        for char in characters.get(row["mj"], []):
            if char != row["shrink_ucs"]:
                found.setdefault(char, set()).add((ORDER.index(source), rank, row["shrink_ucs"]))
    lines = []
    for char, candidates in sorted(found.items()):
        kept = dict.fromkeys(f"{ORDER[order]}{to}" for order, _, to in sorted(candidates))
        lines.append(char + "".join(list(kept)[:6]))
    return "\n".join(lines)


def main() -> None:
    folds, shrinks, characters, out = map(Path, sys.argv[1:])
    chars: dict[str, list[str]] = {}
    standard = set()
    for row in _rows(characters):
        forms = {row["ucs"], row["implemented_ucs"]} - {""}
        standard |= {form for form in forms if len(form) == 1}
        chars[row["mj"]] = sorted(form for form in forms if len(form) == 1)
    parts = {
        "fold.txt.gz": fold(folds),
        "shrink.txt.gz": shrink(shrinks, chars),
        "standard.txt.gz": "".join(sorted(standard)),
    }
    for name, text in parts.items():
        packed = gzip.compress(text.encode(), 9, mtime=0)
        (out / name).write_bytes(packed)
        print(f"{name}: {len(text):,} characters, {len(packed):,} bytes")


if __name__ == "__main__":
    main()
