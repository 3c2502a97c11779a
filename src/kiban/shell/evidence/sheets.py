"""Pages of the review sheets: search, totals, one sheet, one payee, quality, download."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from kiban.evidence.charts import Chart, flow_chart, logic_chart
from kiban.evidence.errors import NoSuchSheet
from kiban.evidence.logic import where_it_stops
from kiban.evidence.sheets import BudgetRule, SheetQuery
from kiban.evidence.sheets.flow import Paid, money_flow
from kiban.evidence.store import SheetStore
from kiban.evidence.store.official import on_track, sheet_logic
from kiban.evidence.store.quality import DOUBTS
from kiban.evidence.store.sheets import Payee
from kiban.evidence.studies import studies_of
from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import parse_integer
from kiban.shell.components.environment import page
from kiban.shell.evidence.days import shown, store_of
from kiban.shell.evidence.findings import lacking
from kiban.shell.locale.texts import language, plain

PER_PAGE = 50
PAYMENTS_PER_PAGE = 200
TEXTS = ("name", "words", "ministry", "bureau", "payee")
AMOUNTS = {"budget_min": "initial_budget_min", "change_min": "change_min", "executed_min": "executed_min"}
FIELDS = ("year", "rule", *TEXTS, *AMOUNTS)
SHOWN_PAYEES = 200
MONEY = ("initial_budget", "supplementary", "total_budget", "executed", "next_request")


def store(request: HttpRequest) -> SheetStore | None:
    """The sheets as known on the day asked for, or None when nothing is loaded."""
    found = store_of(request)
    return None if found is None else SheetStore(found)


def asked(request: HttpRequest, years: list[int]) -> SheetQuery:
    """The question in the address; what cannot be read is left out, and the form shows what was understood."""
    given = {name: request.GET.get(name, "").strip() for name in FIELDS}
    year = int(given["year"]) if given["year"].isdecimal() and int(given["year"]) in years else years[0]
    rule = BudgetRule(given["rule"]) if given["rule"] in set(BudgetRule) else BudgetRule.HELD
    texts = {name: given[name] for name in TEXTS}
    amounts = {field: _amount(given[name]) for name, field in AMOUNTS.items()}
    return SheetQuery(year, budget_rule=rule, **texts, **amounts)  # type: ignore[arg-type]  # names are fields


def _amount(text: str) -> int | None:
    """Yen as people type it (１億 is not read, １００，０００，０００ is); None when it is no amount."""
    try:
        value = parse_integer(text)
    except BadInput:
        return None
    return value if value is None or abs(value) < 10**18 else None


def search(request: HttpRequest) -> HttpResponse:
    """The search form, the matching sheets, and their totals by ministry (or by bureau within one)."""
    sheets = store(request)
    if sheets is None or not (years := sheets.years()):
        return page(request, "evidence/empty.html")
    return shown(request, "evidence/sheets.html", **_results(sheets, asked(request, years), request=request))


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


PAYEES_OF_SHEET = (
    "SELECT block, payee, corporate_number, amount, role, contract, chain, depth FROM payees "
    "WHERE sheet_year = ? AND project_id = ? ORDER BY depth, block, amount DESC NULLS LAST"
)


class _Line:
    """A file that hands each written line back."""

    def write(self, text: str) -> str:
        return text


def download(request: HttpRequest) -> StreamingHttpResponse:
    """All matching sheets as CSV, streamed, never cut off."""
    sheets = _loaded(request)
    return _csv(sheets.export(asked(request, sheets.years())), name="review-sheets.csv")


def _csv(batches: Iterator[list[tuple[Any, ...]]], *, name: str) -> StreamingHttpResponse:
    writer = csv.writer(_Line(), lineterminator="\r\n")
    lines = ("".join(writer.writerow(row) for row in rows) for rows in batches)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def sheet(request: HttpRequest, *, year: int, number: int) -> HttpResponse:
    """One sheet: money by budget year, flow, payees, measured effects."""
    sheets = _loaded(request)
    try:
        found = sheets.sheet(year, number)
    except NoSuchSheet as error:
        raise Http404 from error
    payees = sheets.payees(year, number)
    money = [{"term": plain(f"evidence.money.{name}"), "text": _yen(found[name])} for name in MONEY]
    studies = studies_of(sheets.warehouse, year, project_id=number)
    about: dict[str, Any] = {"sheet": found, "flow": _flow(found, payees), "money": money, "studies": studies}
    listed: dict[str, Any] = {"payees": payees[:SHOWN_PAYEES], "all_payees": len(payees), "number": number}
    accounts = sheets.accounts(year, number)
    return shown(
        request, "evidence/sheet.html", accounts=accounts, **about, **listed, **_logic(sheets, year, number=number)
    )


def payees_file(request: HttpRequest, *, year: int, number: int) -> StreamingHttpResponse:
    """All payees of one sheet as CSV, never cut off."""
    rows = _loaded(request).warehouse.stream(PAYEES_OF_SHEET, [year, number])
    return _csv(rows, name=f"payees-{year}-{number}.csv")


def _logic(sheets: SheetStore, year: int, *, number: int) -> dict[str, Any]:
    """The sheet's logic model as a picture, with what it lacks."""
    model = sheet_logic(sheets.warehouse, year, project=number)
    if model is None:
        return {"logic": None, "missing": (), "stops": ()}
    missing = lacking(model)
    stops = [
        (model.nodes[stop.moved].label, model.nodes[stop.stopped].label)
        for stop in where_it_stops(model, on_track(sheets.warehouse, year, project=number))
    ]
    return {
        "logic": logic_chart(model, title=plain("evidence.plan.model"), language=language()),
        "missing": missing,
        "stops": stops,
    }


def _loaded(request: HttpRequest) -> SheetStore:
    sheets = store(request)
    if sheets is None:
        raise Http404
    return sheets


def _yen(value: object) -> str:
    return f"{value:,}円" if isinstance(value, int) else "―"


def _flow(sheet: dict[str, object], payees: list[Payee]) -> Chart | None:
    """Blocks of payees as a flow; within a block the payees are added up."""
    steps = money_flow(str(sheet["ministry"]), [Paid(one.chain, one.name, one.amount) for one in payees])
    return flow_chart(steps, title=plain("evidence.sheet.flow"), language=language()) if steps else None


def payee(request: HttpRequest, *, corporate_number: str) -> HttpResponse:
    """What one corporation received over all sheets, two hundred on a page."""
    sheets = store(request)
    received = sheets.received_by(corporate_number) if sheets else []
    if sheets is None or not received:
        raise Http404
    named: dict[str, Any] = {"number": corporate_number, "names": sheets.names_of(corporate_number)}
    at, pages = _at(request, len(received), size=PAYMENTS_PER_PAGE)
    listed = received[(at - 1) * PAYMENTS_PER_PAGE : at * PAYMENTS_PER_PAGE]
    return shown(request, "evidence/payee.html", **named, received=listed, at=at, pages=pages)


def _at(request: HttpRequest, count: int, *, size: int) -> tuple[int, int]:
    """The page asked for and how many there are."""
    pages, given = max(1, -(-count // size)), request.GET.get("page", "")
    return min(max(1, int(given)), pages) if given.isdecimal() else 1, pages


def quality(request: HttpRequest, *, year: int) -> HttpResponse:
    """How many sheets have a doubtful figure, and the sheets of one kind of doubt."""
    sheets = _loaded(request)
    if year not in sheets.years():
        raise Http404
    doubt = request.GET.get("doubt", "")
    found = sheets.doubtful(year, doubt) if doubt in DOUBTS else []
    at, pages = _at(request, len(found), size=PER_PAGE)
    listed: dict[str, Any] = {"rows": found[(at - 1) * PER_PAGE : at * PER_PAGE], "at": at, "pages": pages}
    return shown(request, "evidence/quality.html", year=year, found=sheets.quality(year), doubt=doubt, **listed)


def quality_file(request: HttpRequest, *, year: int) -> StreamingHttpResponse:
    """Every doubtful figure of a year as CSV."""
    sheets = _loaded(request)
    return _csv(sheets.doubts_file(year), name=f"data-quality-{year}.csv")
