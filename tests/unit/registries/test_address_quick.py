"""The compiled reading of plain lines answers as the engine does, or not at all."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.registries.address import quick
from kiban.registries.address.index import embedded
from kiban.registries.address.parse import Engine, engine
from shared_data import shared
from unit.registries.test_address_fresh import golden, made
from unit.registries.test_address_odd import odd

FOLDER = Path(quick.__file__).parent
COMPILED = sorted(FOLDER.glob("*.so"))
needs_compiled = pytest.mark.skipif(not quick.COMPILED, reason="installed where no compiler was at hand")
ODD = tuple(
    "大小字第々ちチヨ目丁町番地号のノ甲イ部線条通上下入東西南北市区村郡形階室棟館外先街-－ー・._=/|、,（()　 \n\x1f"
    "〇一二十百千09３〒日本郵髙﨑ヶが゙Ⅱﾊé𠮷AFL"
)
PIECES = (
    *ODD, "丁目", "番地の", "大字", "字", "第2", "地割", "101号室", "３階", "ビル", "様", "目丁", "-2", "ハイツⅡ",
    "ハイツ205", "ビル3・4F", "第2地方庁舎", "ニッセイ", "ホテル", "ハ部", "FKビル", "BHビル", "B1",
    "コーポ03-1234-5678", "荘㈱", "荘2筆",
)  # fmt: skip


@cache
def python_alone() -> Engine:
    alone = Engine(embedded())
    alone.quick = None
    return alone


def differing(texts: Iterator[str]) -> tuple[int, int, list[str]]:
    """How many, how many of them plain, and those that are answered in two ways."""
    total = plain = 0
    wrong = []
    read = engine().quick
    assert read is not None
    for text in texts:
        total += 1
        answer = read(text)
        if answer is not None:
            plain += 1
            if answer != python_alone().normalise(text):
                wrong.append(text)
    return total, plain, wrong


def listed(name: str) -> Iterator[str]:
    with gzip.open(shared(f"data/address-{name}-dev.jsonl.gz"), "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["input"]


def changed(texts: Iterator[str], *, seed: int) -> Iterator[str]:
    """Each text with some of its characters lost, or others put in."""
    chance = random.Random(seed)
    for text in texts:
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(("", *PIECES)) + text[at + chance.randrange(2) :]
        yield text


@pytest.mark.skipif(shutil.which("cc") is None, reason="no compiler here")
def test_it_is_compiled_and_of_today() -> None:
    sources = [path for path in FOLDER.iterdir() if path.suffix in (".pyx", ".pxd")]
    assert quick.COMPILED, "run make setup"
    assert min(path.stat().st_mtime for path in COMPILED) >= max(path.stat().st_mtime for path in sources), (
        "sources changed since they were compiled: run python setup.py build_ext --inplace"
    )


@needs_compiled
@pytest.mark.parametrize(("name", "share"), [("office", 0.985), ("generated", 0.95), ("cases", 0.4)])
def test_real_and_noisy_lists(name: str, share: float) -> None:
    total, plain, wrong = differing(listed(name))
    assert not wrong, wrong[:5]
    assert plain >= share * total


@needs_compiled
def test_golden_addresses() -> None:
    _, plain, wrong = differing(text for _, text, *_ in (*golden(), *odd()))
    assert not wrong, wrong[:5]
    assert plain > 500


@needs_compiled
def test_any_town_in_any_notation_whole_and_changed() -> None:
    texts = [text for text, *_ in made(seed=7, count=6_000)]
    for some in (texts, changed(iter(texts), seed=8)):
        total, plain, wrong = differing(iter(some))
        assert not wrong, wrong[:5]
        assert plain > 0.2 * total


@needs_compiled
@given(st.lists(st.sampled_from(("東京都", "港区", "芝公園", "旭川市", "京都市北区", *PIECES)), max_size=14))
def test_any_text(pieces: list[str]) -> None:
    _, _, wrong = differing(iter(("".join(pieces), "横浜市青葉区荏田町" + "".join(pieces))))
    assert not wrong


@needs_compiled
@pytest.mark.long
def test_half_a_million_changed_addresses() -> None:
    texts = [text for text, *_ in made(seed=9, count=250_000)]
    for seed in (1, 2):
        _, _, wrong = differing(changed(iter(texts), seed=seed))
        assert not wrong, wrong[:5]


@pytest.mark.parametrize(
    "text", ["東京都港区芝公園4目丁2-8目", "港区芝公園4丁2目1目", "札幌市中央区南1条西5目丁 Ⅱビル"]
)
def test_turned_characters_are_put_right_once_only(text: str) -> None:
    answer = engine().normalise(text)
    assert answer.level >= 4
    assert answer.notes[-1] == "入れ替わった字を読み替えた"
