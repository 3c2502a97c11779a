"""The words of a pack in three languages, by path: ``title``, ``facts.name``, ``notices.done.body``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiban.kernel.located import Located, read_located
from kiban.packs.errors import MissingText
from kiban.packs.model import LANGUAGES, Lang, Pack


@dataclass(frozen=True, slots=True)
class Texts:
    """Language → path → words, and where each language's file is."""

    words: Mapping[Lang, Mapping[str, str]]
    files: Mapping[Lang, Located] = field(default_factory=dict)

    def say(self, path: str, *, lang: Lang) -> str:
        """The words at a path; Japanese where the language lacks them; the path where nobody wrote any."""
        return self.words[lang].get(path) or self.words["ja"].get(path, path)

    def over(self, base: Texts) -> Texts:
        """These words laid over another pack's (an overlay says only what differs)."""
        return Texts({lang: {**base.words[lang], **self.words[lang]} for lang in LANGUAGES}, self.files)


def read_texts(folder: Path, *, name: str) -> Texts:
    """The texts of a pack's folder; a language without a file has no words.

    Raises: BadInput when a file is no YAML.
    """
    found = {lang: folder / f"texts.{lang}.yaml" for lang in LANGUAGES}
    files = {lang: read_located(path, name=f"{name}/{path.name}") for lang, path in found.items() if path.exists()}
    return Texts({lang: dict(_flat(files[lang].value)) if lang in files else {} for lang in LANGUAGES}, files)


def _flat(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{at}.{key}" if at else str(key))
    elif value is not None:
        yield at, str(value).strip()


def paths(pack: Pack) -> Iterator[str]:
    """Every path that the pack's pages, letters and notices show."""
    yield from ("title", "summary")
    if pack.kind == "procedure":
        yield "office"
    yield from (f"form.{section.id}" for section in pack.form)
    yield from (f"facts.{fact}" for fact in pack.facts)
    yield from (f"choices.{name}.{choice}" for name, fact in pack.facts.items() for choice in fact.choices)
    yield from (f"questions.{question.id}" for question in pack.questions)
    yield from (f"attachments.{one.id}" for one in pack.attachments)
    yield from (f"steps.{step.id}" for step in pack.steps)
    yield from (f"notices.{notice}.{part}" for notice in pack.notices for part in ("title", "body"))
    yield from (f"letters.{letter}.title" for letter in pack.letters)
    if pack.benefit and pack.benefit.amount:
        yield f"results.{pack.benefit.amount}"
    yield from (f"results.{rule}" for step in pack.steps for rule in step.results)


def missing(pack: Pack, texts: Texts, *, name: str) -> Iterator[MissingText]:
    """A fault for each text that is absent in a language."""
    for path in dict.fromkeys(paths(pack)):
        for lang in LANGUAGES:
            if not texts.words[lang].get(path):
                yield MissingText(
                    f"the text {path} is missing in {name}/texts.{lang}.yaml", remedy=f"add {path} in this language"
                )


def unused(pack: Pack, texts: Texts, *, base: bool) -> Iterator[MissingText]:
    """A fault for each text that nothing shows (``base``: an overlay may keep the words of what it extends)."""
    used = set(paths(pack))
    for located in texts.files.values() if not base else ():
        for path, _ in _flat(located.value):
            if path not in used:
                place = tuple(path.split("."))
                yield MissingText(
                    f"nothing shows the text {path}", where=located.where(place), remedy="remove it or correct its path"
                )
