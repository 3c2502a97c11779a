"""Pages of indicators and of plans."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from kiban.evidence.charts import Chart, bar_chart, choropleth, classes, line_chart, logic_chart
from kiban.evidence.errors import BadSheet
from kiban.evidence.measures import Measure, is_late
from kiban.evidence.model import Indicator
from kiban.evidence.store.observations import Figure, ObservationStore
from kiban.evidence.store.plans import PlanStore
from kiban.evidence.studies import studies_about
from kiban.registries import town_registry
from kiban.shell.components.environment import page
from kiban.shell.evidence.days import known_day, shown, store_of
from kiban.shell.evidence.findings import lacking
from kiban.shell.evidence.library import shapes, warehouse
from kiban.shell.locale.texts import language, plain

PER_PAGE = 100


def index(request: HttpRequest) -> HttpResponse:
    """The entrance: sheets, plans, indicators."""
    found = warehouse()
    return page(request, "evidence/index.html", plans=PlanStore(found).names() if found else [])


def _figures(request: HttpRequest) -> ObservationStore:
    found = store_of(request)
    if found is None:
        raise Http404
    return ObservationStore(found)


def indicators(request: HttpRequest) -> HttpResponse:
    """All indicators."""
    found = store_of(request)
    known = ObservationStore(found).indicators() if found else []
    return shown(request, "evidence/indicators.html", indicators=known)


def _indicator(store: ObservationStore, name: str) -> Indicator:
    try:
        return store.indicator(name)
    except BadSheet as error:
        raise Http404 from error


def _month(request: HttpRequest, nation: list[Figure]) -> dt.date | None:
    asked = request.GET.get("month", "")
    months = [figure.month for figure in nation]
    return next((m for m in months if m.isoformat()[:7] == asked), months[-1] if months else None)


def indicator(request: HttpRequest, *, key: str) -> HttpResponse:
    """One indicator: the nation by month, prefectures in one month, each with its table."""
    store, known = _figures(request), known_day(request)
    it = _indicator(store, key)
    nation = store.nation(it, known)
    month = _month(request, nation)
    months = [f"{figure.month:%Y-%m}" for figure in nation]
    line = line_chart({it.title: [f.value for f in nation]}, months, title=it.title, unit=it.unit, language=language())
    about: dict[str, Any] = {
        "line": line,
        "month": month,
        "months": months,
        "bars": _bars(store, it, known=known, month=month),
    }
    return shown(request, "evidence/indicator.html", it=it, **about, **_freshness(it, nation, known=known))


def _bars(store: ObservationStore, it: Indicator, *, known: dt.date, month: dt.date | None) -> Chart | None:
    regions = store.prefectures(it, known, month=month) if month else []
    return (
        bar_chart(
            [(prefecture_name(f.area), f.value) for f in regions], title=it.title, unit=it.unit, language=language()
        )
        if regions
        else None
    )


def _freshness(it: Indicator, nation: list[Figure], *, known: dt.date) -> dict[str, Any]:
    as_of = max((figure.as_of for figure in nation), default=None)
    return {
        "as_of": as_of,
        "stale": as_of is not None and (known - as_of).days > it.stale_after_days,
        "has_map": shapes() is not None,
    }


def indicator_map(request: HttpRequest, *, key: str) -> HttpResponse:
    """One indicator on the map of municipalities, with the ranking as its table."""
    store, known, map_shapes = _figures(request), known_day(request), shapes()
    it = _indicator(store, key)
    month = _month(request, store.nation(it, known))
    if map_shapes is None or month is None:
        raise Http404
    ranked = store.municipalities(it, known, month=month)
    values = {f.area: f.value for f in ranked}
    chart = choropleth(map_shapes, values, title=f"{it.title} {month:%Y-%m}", unit=it.unit, language=language())
    best = [(str(rank), f.area, area_name(f.area), f.value) for rank, f in enumerate(ranked[:20], start=1)]
    others = [one for one in store.indicators() if one.id != it.id]
    about: dict[str, Any] = {"month": month, "best": best, "others": others}
    return shown(request, "evidence/map.html", it=it, chart=chart, **about, **_freshness(it, ranked, known=known))


def ranking(request: HttpRequest, *, key: str) -> HttpResponse:
    """Every municipality (of a prefecture) in one month, best first, a hundred on a page."""
    store, known = _figures(request), known_day(request)
    it = _indicator(store, key)
    month = _month(request, store.nation(it, known))
    if month is None:
        raise Http404
    prefecture = request.GET.get("prefecture", "")
    prefecture = prefecture if prefecture.isdecimal() and len(prefecture) == 2 else ""
    figures = store.municipalities(it, known, month=month, prefecture=prefecture)
    again = f"?month={month:%Y-%m}&prefecture={prefecture}&"
    listed = _page_of(figures, request) | _freshness(it, figures, known=known)
    return shown(request, "evidence/ranking.html", it=it, month=month, again=again, **listed)


def _page_of(figures: list[Figure], request: HttpRequest) -> dict[str, Any]:
    asked = request.GET.get("page", "")
    number = max(1, int(asked)) if asked.isdecimal() else 1
    first = (number - 1) * PER_PAGE
    listed = enumerate(figures[first : first + PER_PAGE], first + 1)
    rows = [(str(place), f.area, area_name(f.area), f.value) for place, f in listed]
    return {"rows": rows, "number": number, "pages": -(-len(figures) // PER_PAGE)}


def indicator_classes(request: HttpRequest, *, key: str) -> HttpResponse:
    """The classes of all municipalities in one line: what a map that is already there needs for another indicator."""
    store, known, map_shapes = _figures(request), known_day(request), shapes()
    it = _indicator(store, key)
    month = _month(request, store.nation(it, known))
    if map_shapes is None or month is None:
        raise Http404
    values = {f.area: f.value for f in store.municipalities(it, known, month=month)}
    return HttpResponse(
        f"{it.title} {month:%Y-%m}\n{classes(map_shapes, values)}\n", content_type="text/plain; charset=utf-8"
    )


def area_page(request: HttpRequest, *, key: str, area: str) -> HttpResponse:
    """One municipality: its own line, its place, and those of nearest size beside it."""
    store, known = _figures(request), known_day(request)
    it = _indicator(store, key)
    own = store.profile(it, known, area=area)
    month = _month(request, own)
    if month is None:
        raise Http404
    place, count = store.rank(it, known, month=month, area=area)
    charts: dict[str, Any] = _area_charts(it, own, near=store.similar(it, known, month=month, area=area))
    about: dict[str, Any] = {"name": area_name(area), "place": place, "count": count, "month": month}
    return shown(request, "evidence/area.html", it=it, **about, **charts, **_freshness(it, own, known=known))


def _area_charts(it: Indicator, own: list[Figure], *, near: list[Figure]) -> dict[str, Any]:
    """The area's line, and bars of those of nearest size."""
    months = [f"{figure.month:%Y-%m}" for figure in own]
    line = line_chart(
        {area_name(own[0].area): [f.value for f in own]}, months, title=it.title, unit=it.unit, language=language()
    )
    bars = [(area_name(figure.area), figure.value) for figure in near]
    return {"line": line, "bars": bar_chart(bars, title=it.title, unit=it.unit, language=language()) if bars else None}


@cache
def _names() -> dict[str, str]:
    return {code[:5]: f"{one.prefecture}{one.name}" for code, one in town_registry().municipalities.items()}


@cache
def _prefectures() -> dict[str, str]:
    return {code[:2]: one.prefecture for code, one in town_registry().municipalities.items()}


def prefecture_name(code: str) -> str:
    """A prefecture by its 2-digit code; the code where the registry does not know it."""
    return _prefectures().get(code, code)


def area_name(area: str) -> str:
    """A municipality by its 5-digit code; the code where the registry does not know it."""
    return _names().get(area, area)


def plan(request: HttpRequest, *, key: str) -> HttpResponse:
    """The measures of a plan; what is not set is shown as not set."""
    on = known_day(request)
    measures = [(it, is_late(it, on)) for it in _plan(request, key)]
    return shown(request, "evidence/plan.html", plan=key, measures=measures)


def _plan(request: HttpRequest, name: str) -> list[Measure]:
    found = store_of(request)
    measures = PlanStore(found).plan(name) if found else []
    if not measures:
        raise Http404
    return measures


def measure(request: HttpRequest, *, key: str, number: str) -> HttpResponse:
    """One measure: KPIs, logic model, what is missing to measure it, history."""
    it = next((m for m in _plan(request, key) if m.policy.id == f"{key}/{number}"), None)
    store = store_of(request)
    if it is None or store is None:
        raise Http404
    model = it.logic_model()
    about: dict[str, Any] = {"it": it, "plan": key, "number": number, "unset": plain("evidence.plan.unset")}
    missing = lacking(model)
    chart = logic_chart(model, title=it.policy.title, language=language())
    about |= {"history": PlanStore(store).history(it.policy.id), "studies": studies_about(store, it.policy.id)}
    return shown(request, "evidence/measure.html", **about, missing=missing, chart=chart)
