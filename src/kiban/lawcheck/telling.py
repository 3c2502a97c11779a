"""What was found, as rows of a table, as JSON, and as a page or a text to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from kiban.lawcheck import counting
from kiban.lawcheck.actions import Scanned
from kiban.lawcheck.checking import Remark, principles
from kiban.lawcheck.counting import Count
from kiban.lawcheck.model import Finding, Standing
from kiban.lawcheck.paths import named
from kiban.lawcheck.terms import kinds

HEADER = (
    "law_id", "title", "path", "place", "kind", "kind_ja", "purpose", "words", "standing", "grade", "phase", "reason",
    "technology", "remedy", "sentence",
)  # fmt: skip
STANDINGS = {
    Standing.DEMANDED: "求めている", Standing.OPENED: "電子も認める", Standing.PENALTY: "罰則",
    Standing.DEFINITION: "定義", Standing.REFERENCE: "引用・準用", Standing.EXEMPT: "不要とする",
    Standing.UNCLEAR: "要確認",
}  # fmt: skip
LONGEST = 400
"""Characters of a sentence in a report to read; the table has it whole."""


def row(scanned: Scanned, finding: Finding) -> tuple[str, ...]:
    """A finding as a row below ``HEADER``."""
    kind = kinds().by_id[finding.kind]
    return (
        finding.law_id, scanned.title(finding.law_id), finding.path, named(finding.path), finding.kind, kind.ja,
        finding.purpose, finding.words, str(finding.standing), str(finding.grade), str(finding.phase or ""),
        finding.reason, "、".join(kind.technology), kind.remedy, finding.sentence,
    )  # fmt: skip


def rows(scanned: Scanned, findings: Iterable[Finding]) -> Iterator[tuple[str, ...]]:
    """A table of findings, its header first."""
    yield HEADER
    yield from (row(scanned, finding) for finding in findings)


def record(scanned: Scanned, finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    told: dict[str, Any] = dict(zip(HEADER, row(scanned, finding), strict=True))
    return told | {"phase": finding.phase, "technology": list(kinds().by_id[finding.kind].technology)}


def remark_record(remark: Remark) -> dict[str, Any]:
    """A remark of a check as JSON."""
    kind = remark.finding.kind if remark.finding else None
    return {
        "principle": remark.principle, "path": remark.path, "place": remark.place, "kind": kind, "words": remark.words,
        "why": remark.why, "remedy": remark.remedy, "technology": list(remark.technology), "basis": remark.basis,
        "sentence": remark.sentence,
    }  # fmt: skip


def counts(scanned: Scanned, findings: Sequence[Finding]) -> dict[str, list[Count]]:
    """Counts under their headings, as a report shows them."""
    names = {kind.id: kind.ja for kind in kinds().by_id.values()}
    kind_rows = [Count(names[one.heading], one.clauses, one.articles, one.laws) for one in counting.by_kind(findings)]
    law_rows = [
        Count(scanned.title(one.heading), one.clauses, one.articles, one.laws) for one in counting.by_law(findings)[:50]
    ]
    return {
        "類型別": kind_rows,
        "法令の種類別": counting.by_type(scanned, findings),
        "府省別（制定した府省）": counting.by_ministry(scanned, findings)[:50],
        "法令別（多い順に50まで）": law_rows,
    }


def page(scanned: Scanned, findings: Sequence[Finding]) -> str:
    """A page that stands alone: counts and findings as tables."""
    said = f"{scanned.articles:,}条を調べ、{len(findings):,}の条項を見つけました。"
    parts = [f"<h1>アナログ規制の点検</h1><p>{said}改めるかどうかは、条文を読む人が決めます。</p>"]
    for heading, counted in counts(scanned, findings).items():
        body = "".join(_cells((one.heading, *map(_number, (one.clauses, one.articles, one.laws)))) for one in counted)
        parts.append(_table(heading, ("区分", "条項", "条", "法令"), body=body))
    body = "".join(_found(scanned, one) for one in findings)
    parts.append(_table("見つかった条項", ("法令", "場所", "類型", "条文", "確かさ", "改める例"), body=body))
    return PAGE.format(title="アナログ規制の点検", body="\n".join(parts))


def _number(value: int) -> str:
    return f"{value:,}"


def _found(scanned: Scanned, finding: Finding) -> str:
    kind = kinds().by_id[finding.kind]
    clause = _marked(finding)
    cells = (scanned.title(finding.law_id), named(finding.path), f"{kind.ja}（{finding.purpose}）")
    tail = (f"{STANDINGS[finding.standing]}・{finding.grade}", kind.remedy)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + f"<td>{clause}</td>" + "".join(
        f"<td>{escape(cell)}</td>" for cell in tail
    ) + "</tr>"  # fmt: skip


def _marked(finding: Finding) -> str:
    at = finding.sentence.find(finding.words)
    first = max(0, at - LONGEST // 2)
    before, after = finding.sentence[first:at], finding.sentence[at + len(finding.words) :][: LONGEST // 2]
    return f"{'…' if first else ''}{escape(before)}<mark>{escape(finding.words)}</mark>{escape(after)}"


def _cells(cells: Iterable[str]) -> str:
    head, *rest = cells
    return f'<tr><th scope="row">{escape(head)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in rest) + "</tr>"


def _table(caption: str, header: Sequence[str], *, body: str) -> str:
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def markdown(scanned: Scanned, findings: Sequence[Finding]) -> str:
    """The same as a text."""
    lines = ["# アナログ規制の点検", "", f"{scanned.articles:,}条を調べ、{len(findings):,}の条項を見つけました。", ""]
    for heading, counted in counts(scanned, findings).items():
        lines += [f"## {heading}", "", "| 区分 | 条項 | 条 | 法令 |", "| --- | --: | --: | --: |"]
        lines += [f"| {_cell(one.heading)} | {one.clauses:,} | {one.articles:,} | {one.laws:,} |" for one in counted]
        lines.append("")
    lines += ["## 見つかった条項", "", "| 法令 | 場所 | 類型 | 語 | 改める例 |", "| --- | --- | --- | --- | --- |"]
    for one in findings:
        kind = kinds().by_id[one.kind]
        cells = (scanned.title(one.law_id), named(one.path), kind.ja, one.words, kind.remedy)
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def review(title: str, remarks: Sequence[Remark]) -> str:
    """A check as a text: per principle what is to be changed, where, and what to write instead."""
    lines = [f"# デジタル原則への適合性の確認：{title}", "", f"{len(remarks)}件の指摘があります。"]
    for principle in principles():
        own = [one for one in remarks if one.principle == principle.id]
        lines += ["", f"## {principle.ja}（{len(own)}件）", "", f"{principle.says}。根拠：{principle.basis}", ""]
        lines += [_told(one) for one in own] or ["指摘はありません。"]
    return "\n".join(lines) + "\n"


def _told(remark: Remark) -> str:
    words = f"「{remark.words}」" if remark.words else ""
    told = f"- **{remark.place}** {words} {remark.why}\n  - 改める例：{remark.remedy}"
    return told + (f"\n  - 使える技術：{'、'.join(remark.technology)}" if remark.technology else "")


PAGE = """<!DOCTYPE html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: sans-serif; line-height: 1.7; color: #1a1a1a; margin: 1rem auto; max-width: 80rem; }}
table {{ border-collapse: collapse; margin: 1.5rem 0; }}
caption {{ font-weight: bold; text-align: left; padding: .3rem 0; }}
th, td {{ border: 1px solid #767676; padding: .3rem .6rem; text-align: left; vertical-align: top; }}
mark {{ background: #ffe066; color: #1a1a1a; }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
