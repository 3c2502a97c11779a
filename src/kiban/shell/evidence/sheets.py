"""Pages of the review sheets: search, totals, one sheet, one payee, quality, download."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from kiban.evidence.charts import flow_chart, logic_chart
from kiban.evidence.errors import NoSuchSheet
from kiban.evidence.logic import check
from kiban.evidence.sheets import BudgetRule, SheetQuery
from kiban.evidence.store import SheetStore
from kiban.evidence.store.official import sheet_logic
from kiban.evidence.store.sheets import Payee
from kiban.evidence.studies import studies_of
from kiban.shell.components.environment import page
from kiban.shell.evidence.library import warehouse
from kiban.shell.locale.texts import language, plain

PER_PAGE = 50
FIELDS = ("year", "name", "ministry", "payee", "budget_min", "rule")
MONEY = ("initial_budget", "supplementary", "total_budget", "executed", "next_request")


def store() -> SheetStore | None:
    """The sheets, or None when nothing is loaded."""
    found = warehouse()
    return None if found is None else SheetStore(found)


def asked(request: HttpRequest, years: list[int]) -> SheetQuery:
    """The question in the address; what cannot be read is left out, and the form shows what was understood."""
    given = {name: request.GET.get(name, "").strip() for name in FIELDS}
    year = int(given["year"]) if given["year"].isdecimal() and int(given["year"]) in years else years[0]
    rule = BudgetRule(given["rule"]) if given["rule"] in set(BudgetRule) else BudgetRule.HELD
    digits = given["budget_min"].replace(",", "")
    least = int(digits) if digits.isdecimal() and len(digits) < 18 else None
    return SheetQuery(
        year, name=given["name"], ministry=given["ministry"], payee=given["payee"], budget_rule=rule,
        initial_budget_min=least,
    )  # fmt: skip


def search(request: HttpRequest) -> HttpResponse:
    """The search form, the matching sheets, and their totals by ministry (or by bureau within one)."""
    sheets = store()
    if sheets is None or not (years := sheets.years()):
        return page(request, "evidence/empty.html")
    return page(request, "evidence/sheets.html", **_results(sheets, asked(request, years), request=request))


def _results(sheets: SheetStore, query: SheetQuery, *, request: HttpRequest) -> dict[str, Any]:
    number = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdecimal() else 1
    count = sheets.count(query)
    return {
        "query": query,
        "years": [{"value": str(year), "text": str(year)} for year in sheets.years()],
        "rules": [{"value": rule.value, "text": plain(f"evidence.rule.{rule.value}")} for rule in BudgetRule],
        "rule_text": query.budget_rule.explain(query.sheet_year, language()),
        "count": count,
        "found": sheets.search(query, limit=PER_PAGE, offset=(number - 1) * PER_PAGE),
        "totals": sheets.totals(query, "bureau" if query.ministry else "ministry"),
        "number": number,
        "pages": -(-count // PER_PAGE),
        "again": urlencode({name: request.GET.get(name, "") for name in FIELDS if request.GET.get(name)}),
    }


class _Line:
    """A file that hands each written line back."""

    def write(self, text: str) -> str:
        return text


def download(request: HttpRequest) -> StreamingHttpResponse:
    """All matching sheets as CSV, streamed, never cut off."""
    sheets = _loaded()
    writer = csv.writer(_Line(), lineterminator="\r\n")

    def lines() -> Iterator[str]:
        for rows in sheets.export(asked(request, sheets.years())):
            yield "".join(writer.writerow(row) for row in rows)

    return StreamingHttpResponse(
        lines(), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="review-sheets.csv"'},
    )  # fmt: skip


def sheet(request: HttpRequest, *, year: int, number: int) -> HttpResponse:
    """One sheet: money by budget year, flow, payees, measured effects."""
    sheets = _loaded()
    try:
        found = sheets.sheet(year, number)
    except NoSuchSheet as error:
        raise Http404 from error
    payees = sheets.payees(year, number)
    money = [{"term": plain(f"evidence.money.{name}"), "text": _yen(found[name])} for name in MONEY]
    studies = studies_of(sheets.warehouse, year, project_id=number)
    shown = {"sheet": found, "payees": payees, "flow": _flow(found, payees), "money": money, "studies": studies}
    return page(request, "evidence/sheet.html", **shown, **_logic(sheets, year, number=number))


def _logic(sheets: SheetStore, year: int, *, number: int) -> dict[str, Any]:
    """The sheet's logic model as a picture, with what it lacks."""
    model = sheet_logic(sheets.warehouse, year, project=number)
    if model is None:
        return {"logic": None, "missing": ()}
    missing = sorted({finding.what for finding in check(model)})
    return {"logic": logic_chart(model, title=plain("evidence.plan.model")), "missing": missing}


def _loaded() -> SheetStore:
    sheets = store()
    if sheets is None:
        raise Http404
    return sheets


def _yen(value: object) -> str:
    return f"{value:,}円" if isinstance(value, int) else "―"


def _flow(sheet: dict[str, object], payees: list[Payee]) -> Any:
    """Blocks of payees as a flow; within a block the payees are added up."""
    ministry = str(sheet["ministry"])
    sums: dict[tuple[str, str], int] = {}
    for payee in payees:
        steps = payee.chain.split("→")
        start = ministry if len(steps) <= 2 else f"{steps[-2]}"
        sums[start, steps[-1]] = sums.get((start, steps[-1]), 0) + (payee.amount or 0)
    flows = [(start, to, yen) for (start, to), yen in sums.items() if yen > 0]
    return flow_chart(flows[:30], title=plain("evidence.sheet.flow")) if flows else None


def payee(request: HttpRequest, *, corporate_number: str) -> HttpResponse:
    """What one corporation received over all sheets."""
    sheets = store()
    received = sheets.received_by(corporate_number) if sheets else []
    if not received:
        raise Http404
    return page(request, "evidence/payee.html", number=corporate_number, received=received)


def quality(request: HttpRequest, *, year: int) -> HttpResponse:
    """How many sheets have a doubtful figure."""
    sheets = store()
    if sheets is None or year not in sheets.years():
        raise Http404
    return page(request, "evidence/quality.html", year=year, found=sheets.quality(year))
