"""The user interface speaks all three languages, completely."""

from __future__ import annotations

import re
import string
import subprocess
import sys

import pytest
import yaml

from census.source import ROOT, SRC
from kiban.shell.locale.languages import LANGUAGES
from kiban.shell.locale.texts import FOLDER, RUBY, catalogue

KANJI = re.compile(r"[一-鿿々]")
SHELL = SRC / "shell"
PAGES = sorted(SHELL.rglob("*.html"))
KEY = re.compile(r"""\b(?:t|tp|marked|plain|said)\(\s*"([\w.\-]+)"\s*[,)]""")
BUILT = re.compile(r"""f"([\w.\-]+\.)\{|\b(?:t|tp|has_text)\(\s*"([\w.\-]+\.)"\s*[~+]""")


def test_every_text_has_all_three_languages() -> None:
    missing = {key: set(LANGUAGES) - set(entry) for key, entry in catalogue().items() if set(entry) != set(LANGUAGES)}

    assert missing == {}
    assert [k for k, e in catalogue().items() if not all(str(v).strip() for v in e.values())] == []


def test_english_counts_are_right_for_one() -> None:
    """It said "1 faults" and "1 cases"."""
    assert [key for key, entry in catalogue().items() if re.search(r"\{n\} (?:\w+ )?\w+s\b", entry["en"])] == []


def test_no_key_stands_twice() -> None:
    keys = []
    for path in sorted(FOLDER.glob("*.yaml")):
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        keys += [key.value for key, _ in node.value]

    assert sorted(keys) == sorted(set(keys))


def test_the_languages_fill_in_the_same_values() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    unlike = {k: e for k, e in catalogue().items() if len({frozenset(fields(v)) for v in e.values()}) > 1}

    assert unlike == {}


def test_plain_japanese_is_short_and_has_furigana_on_every_kanji() -> None:
    easy = {key: entry["ja-easy"] for key, entry in catalogue().items()}
    bare = {key: text for key, text in easy.items() if KANJI.search(RUBY.sub("", text))}
    sentences = [s for text in easy.values() for s in re.split(r"[。！？]", RUBY.sub(r"\1", text)) if s.strip()]

    assert bare == {}
    assert sum(map(len, sentences)) / len(sentences) <= 25


def test_every_text_in_use_exists_and_every_text_is_used() -> None:
    sources = "\n".join(p.read_text(encoding="utf-8") for p in [*PAGES, *sorted(SHELL.rglob("*.py"))])
    used, beginnings = set(KEY.findall(sources)), {a or b for a, b in BUILT.findall(sources)}

    assert used - set(catalogue()) == set()
    assert [k for k in catalogue() if k not in used and not any(k.startswith(b) for b in beginnings)] == []


def test_pages_hold_no_text_of_their_own() -> None:
    japanese = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
    spoken = [str(p.relative_to(ROOT)) for p in PAGES if japanese.search(p.read_text(encoding="utf-8"))]

    assert spoken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(SHELL)))
def test_every_page_is_rendered_or_included_by_something(page: object) -> None:
    name = (
        f"{page.parent.parent.name}/{page.name}" if page.parent.name == "pages" else f"{page.parent.name}/{page.name}"
    )  # type: ignore[attr-defined]  # known at run time only
    sources = "\n".join(p.read_text(encoding="utf-8") for p in [*PAGES, *sorted(SHELL.rglob("*.py"))])

    assert f'"{name}"' in sources


def test_the_static_files_are_built_from_their_sources() -> None:
    code = (
        "import sys, gzip; sys.path.insert(0, 'tools'); import build_static as b\n"
        "for name, text in b.built().items():\n"
        "    data = (b.STATIC / name).read_bytes()\n"
        "    assert data == text.encode(), name\n"
        "    assert gzip.decompress((b.STATIC / (name + '.gz')).read_bytes()) == data, name\n"
    )

    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr + "run: python tools/build_static.py"
