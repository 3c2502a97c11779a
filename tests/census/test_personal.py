"""Stored personal data has a class, every action that writes leaves an event, every term has one identifier."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import Any

import yaml

from census.source import ROOT, SRC, Function, modules

CLASSES = {"none", "code", "personal", "sensitive", "secret", "staff"}
TELLING = {"person", "subject", "name", "body", "data", "payload", "content", "signature", "certificate", "officer",
           "pdf", "holder", "account", "password_hash", "totp_sealed", "session_data"}  # fmt: skip
READS = {"recommend", "demanded_attachments", "inbox", "timeline", "public_timeline", "case_id_of", "work_list",
         "statistics", "letter", "due"}  # fmt: skip
ACTIONS = ("procedures/actions.py", "procedures/submission.py", "cases/actions.py", "cases/officers.py",
           "benefits/actions.py", "benefits/payments/actions.py", "notices/actions.py",
           "linkage/desk/actions.py")  # fmt: skip


def test_every_column_has_a_class_of_personal_data() -> None:
    from django.apps import apps

    declared: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docs/data/personal-data.yaml").read_text("utf-8"))
    wrong = []
    for model in apps.get_models():
        table, columns = model._meta.db_table, {field.column for field in model._meta.concrete_fields}
        about = declared.get(table)
        if about is None or not about.get("keep") or about.get("others") not in CLASSES:
            wrong.append(f"{table} is not declared with others and keep")
            continue
        named = set(about) - {"others", "keep"}
        wrong += [f"{table}.{column} does not exist" for column in named - columns]
        wrong += [f"{table}.{column}: no such class" for column in named if about[column] not in CLASSES]
        if about["others"] == "none":
            wrong += [f"{table}.{column} needs a class of its own" for column in columns & TELLING - named]

    assert wrong == []
    assert set(declared) == {model._meta.db_table for model in apps.get_models()}


def test_every_action_leaves_its_audit_event() -> None:
    by_name: dict[str, set[str]] = {}
    for path, tree in modules().items():
        package = path.relative_to(SRC).parts[0]
        for node in ast.walk(tree):
            if isinstance(node, Function):
                by_name.setdefault(f"{package}.{node.name}", set()).update(_called(node))
    telling = {name for name, called in by_name.items() if called & {"emit"}}
    while True:
        heard = {one.partition(".")[2] for one in telling}
        more = {name for name, called in by_name.items() if called & heard} - telling
        if not more:
            break
        telling |= more
    silent = [
        f"{file} {node.name}"
        for file in ACTIONS
        for node in modules()[SRC / file].body
        if isinstance(node, Function)
        and not node.name.startswith("_")
        and node.name not in READS
        and _takes_a_desk(node)
        and f"{file.partition('/')[0]}.{node.name}" not in telling
    ]

    assert silent == []


def _called(node: Function) -> set[str]:
    found = set()
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        function = call.func
        found.add(function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""))
    return found


def _takes_a_desk(node: Function) -> bool:
    return bool(node.args.args) and node.args.args[0].arg == "desk"


def test_every_term_has_one_identifier_and_it_exists() -> None:
    terms = yaml.safe_load((ROOT / "glossary.yaml").read_text("utf-8"))
    names = {name for tree in modules().values() for node in ast.walk(tree) if (name := _defined(node))}
    names |= {part for path in modules() for part in path.relative_to(SRC).with_suffix("").parts} | {"kiban"}
    words = Counter(one["term"] for one in terms)
    identifiers = Counter(one["id"] for one in terms)
    source = "\n".join(path.read_text("utf-8") for path in modules())

    assert [term for term, count in words.items() if count > 1] == []
    assert [name for name, count in identifiers.items() if count > 1] == []
    last = {one: one.split(".")[-1] for one in identifiers}
    missing = [one for one, word in last.items() if word not in names and not re.search(rf"\b{word}\b", source)]
    assert missing == []


def _defined(node: ast.AST) -> str:
    return node.name if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) else ""
