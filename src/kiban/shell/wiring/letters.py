"""Letters of cases as accessible PDF (PDF/UA-1) by typst: addressee, decision, reasons with articles, results, appeal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import typst

from kiban.cases import Case
from kiban.kernel.clock import Clock
from kiban.procedures.plan import Shelf
from kiban.procedures.values import plain

TEMPLATE = Path(__file__).with_name("letter.typ")
OUTCOMES = {"granted": "認定します。", "refused": "却下します。", "accepted": "受理しました。"}


@cache
def compiler() -> typst.Compiler:
    """One compiler for the process: fonts are read once."""
    return typst.Compiler(str(TEMPLATE))


@dataclass(frozen=True, slots=True)
class CaseLetters:
    """See `kiban.cases.ports.Letters`. ``offices`` names agencies."""

    shelf: Shelf
    offices: dict[str, str]
    clock: Clock

    def render(self, case: Case, *, letter: str) -> bytes:
        """The letter in Japanese, the language of the authorities."""
        return render(self.content(case, letter))

    def content(self, case: Case, letter: str) -> dict[str, object]:
        """What the template lays out; everything is text."""
        decision = case.decision or case.draft
        pack = case.procedure
        results = decision.results if decision else {}
        return {
            "title": self.shelf.text(pack, f"letters.{letter}.title", lang="ja"),
            "procedure": self.shelf.text(pack, "title", lang="ja"),
            "office": self.offices.get(case.agency, case.agency),
            "number": case.id,
            "date": f"{self.clock.now():%Y年%m月%d日}",
            "name": plain(dict(case.members[0].name)) if case.members else "申請者",
            "outcome": OUTCOMES[decision.outcome.value] if decision else "",
            "reasons": [f"{r.text}（{r.law} {r.article}）" for r in decision.reasons] if decision else [],
            "results": [[self.shelf.text(pack, f"results.{k}", lang="ja"), _amount(v)] for k, v in results.items()],
            "appeal": decision.appeal if decision else "",
        }


def _amount(value: object) -> str:
    return f"{value:,}円" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def render(content: dict[str, object]) -> bytes:
    """The template filled in, as PDF/UA-1."""
    inputs = {"letter": msgspec.json.encode(content).decode()}
    made = compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    if not isinstance(made, bytes):
        raise TypeError("typst gave several files for one letter")
    return made
