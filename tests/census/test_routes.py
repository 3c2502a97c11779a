"""Every address of the web application has an access policy, and there is no way to a view but through its gate."""

from __future__ import annotations

import ast

from django.urls import URLPattern, get_resolver

from census.source import ROOT, length, modules
from kiban.shell.routes import Access, Policy
from kiban.shell.urls import ROUTES


def test_every_url_pattern_is_a_guarded_route() -> None:
    patterns = get_resolver().url_patterns

    assert all(isinstance(p, URLPattern) for p in patterns)
    assert [str(p.pattern) for p in patterns if not hasattr(p.callback, "route")] == []
    assert {p.callback.route for p in patterns} == set(ROUTES)


def test_every_route_has_a_policy_a_name_of_its_own_and_methods() -> None:
    names = [r.name for r in ROUTES]

    assert all(isinstance(r.policy, Policy) and isinstance(r.policy.access, Access) for r in ROUTES)
    assert len(names) == len(set(names))
    assert all(set(r.methods) <= {"GET", "POST"} for r in ROUTES)
    assert [
        r.name
        for r in ROUTES
        if r.policy.access is not Access.STAFF and r.policy.access is not Access.DESIGNER and r.policy.roles
    ] == []


def test_open_data_needs_no_session_and_changes_nothing() -> None:
    shared = {r.name for r in ROUTES if r.open_data}

    assert {r.policy.access for r in ROUTES if r.open_data} == {Access.PUBLIC, Access.MACHINE}
    assert {r.methods for r in ROUTES if r.open_data} == {("GET",)}
    assert shared >= {r.name for r in ROUTES if r.path.startswith("api/v1/registries")}
    assert shared >= {r.name for r in ROUTES if r.path.startswith("evidence/") and r.path.endswith((".csv", ".json"))}
    assert not shared & {"api_cases", "api_cases_case_id", "home", "looked"}


def test_views_are_short() -> None:
    views = {(r.view.__module__, r.view.__name__) for r in ROUTES if hasattr(r.view, "__name__")}
    long = []
    for path, tree in modules().items():
        module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and (module, node.name) in views and length(node) > 15:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")

    assert long == []
