"""The Jinja2 environment of all pages: strict, escaping, one for the whole process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.urls import reverse
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from kiban.shell import unsent
from kiban.shell.locale import formats, texts
from kiban.shell.locale.languages import HTML_CODES, LANGUAGES
from kiban.shell.principals import principal, visitor
from kiban.shell.screens import FormField

SHELL = Path(__file__).resolve().parents[1]
SECTIONS = {
    "components": SHELL / "components",
    **{name: SHELL / name / "pages" for name in ("common", "portal", "console", "studio", "evidence", "registries")},
}


@cache
def environment() -> Environment:
    """The environment with our filters and globals."""
    made = Environment(
        loader=PrefixLoader({name: FileSystemLoader(folder) for name, folder in SECTIONS.items()}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(
        date=_read(formats.as_date),
        day=_read(formats.as_day),
        time=_read(formats.as_time),
        yen=_read(formats.as_yen),
        ruby=texts.with_ruby,
        unread=texts.without_readings,
        whole=lambda text: Markup('<span class="whole">{}</span>').format(text),
    )
    made.globals.update(
        t=texts.marked,
        tp=texts.plain,
        has_text=texts.has,
        asset=asset,
        url=address,
        keep=lambda: Markup(' data-keep="{}"').format(address("typed")),
        languages=LANGUAGES,
        banner=settings.RELEASE_NOTE,
    )
    made.filters.update(pairs=pairs, payments=payments, runs=runs, by=by)
    made.globals["parts"] = made.get_template("components/parts.html").module
    made.globals["facts"] = made.get_template("components/facts.html").module
    made.globals["decisions"] = made.get_template("components/decision.html").module
    return made


def _read(form: Callable[[Any], str]) -> Callable[[Any], Markup]:
    """A form of values as a filter of pages: with readings where the language has them."""
    return lambda value: texts.with_ruby(form(value))


def pairs(rows: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Rows of a description list from term–text pairs."""
    return [{"term": term, "text": text} for term, text in rows]


def payments(rows: Iterable[tuple[dt.date, str, str]]) -> list[tuple[str, str, str]]:
    """Rows of a payment table."""
    return [(formats.as_date(day), months, amount) for day, months, amount in rows]


def runs(fields: Iterable[FormField]) -> list[list[list[FormField]]]:
    """Shown facts by who said so and when; in each, those of several members that only the member tells apart."""
    said = (list(group) for _, group in groupby(fields, key=lambda f: (f.source, formats.as_time(f.as_of))))
    return [[list(group) for _, group in groupby(same, key=_alike)] for same in said]


def _alike(field: FormField) -> str:
    alone = field.edit == "correct" or not field.whose or field.before or field.state == "pending"
    return field.key if alone else field.title


def by(rows: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Rows under the value of one of their attributes, both in the order in which they came."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name, ""), []).append(row)
    return list(found.items())


def asset(name: str) -> str:
    """The address of a static file; it changes with the content."""
    return f"{settings.STATIC_URL}{name}"


def address(name: str, **parts: Any) -> str:
    """The address of a route by its name."""
    return reverse(name, kwargs=parts or None)


def page(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """Render a template for this request; with ``errors`` the answer is a 422 unless said otherwise."""
    status = 422 if status == 200 and values.get("errors") else status
    values.setdefault("errors", ())
    kept = _unsent(request, status)
    values["typed"] = {**values.get("typed", {}), **kept.typed}
    values["lists"] = {**values.get("lists", {}), **kept.lists}
    language, section = texts.language(), entrance(request, template)
    html = (
        environment()
        .get_template(template)
        .render(
            request=request,
            section=section,
            who=visitor(request) if section == "portal" else principal(request),
            language=language,
            html_language=HTML_CODES[language],
            csrf=lambda: csrf_field(request),
            unsent=kept.at,
            here=lambda code: in_language(request, code, failed=bool(values["errors"])),
            **values,
        )
    )
    return HttpResponse(html, status=status)


def _unsent(request: HttpRequest, status: int) -> unsent.Unsent:
    """What the reader typed on this page before and did not send; nothing on a page that answers a form."""
    route = getattr(request.resolver_match.func, "route", None) if request.resolver_match else None
    if route is None or not route.keeps or request.method != "GET" or status != 200:
        return unsent.Unsent()
    return unsent.found(unsent.typist(request, route), request.path)


def entrance(request: HttpRequest, template: str) -> str:
    """Whose entrance a page stands in: that of its template; a page of all entrances stands in the reader's."""
    first = template.split("/")[0]
    if first in {"console", "studio"}:
        return first
    person = visitor(request)
    if person.kind != "staff":
        return "portal"
    return "studio" if set(person.roles) == {"designer"} else "console"


def in_language(request: HttpRequest, code: str, *, failed: bool) -> str:
    """The address of this page in another language; what was asked for stays, what was refused does not."""
    query = QueryDict(mutable=True) if failed else request.GET.copy()
    query["lang"] = code
    return f"?{query.urlencode()}"


def csrf_field(request: HttpRequest) -> Markup:
    """The hidden field that proves that a form is ours."""
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(get_token(request))
