"""What an applicant may do to a draft: confirm, correct with a reason, add; pure."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from kiban.kernel.errors import KibanError
from kiban.procedures.errors import BadAnswers, BadValue, CorrectionNeedsReason, FieldFault, UnknownField
from kiban.procedures.form import Field, fields
from kiban.procedures.inheritance import heirs_of
from kiban.procedures.model import Change, Changes, Draft, FactState, FactValue, Value
from kiban.procedures.plan import Shelf
from kiban.procedures.values import plain, read

OFFICIAL = frozenset({FactState.KNOWN, FactState.CORRECTED})
LONGEST_REASON = 200


def changed(shelf: Shelf, draft: Draft, *, changes: Changes) -> Draft:
    """The draft with the applicant's changes.

    Raises: BadAnswers, which names every field that was refused; then nothing is changed.
    """
    form = {field.key: field for field in fields(shelf, draft)}
    facts, faults, typed = dict(draft.facts), [], 0
    for key, change in changes.items():
        try:
            before = facts.get(key, FactValue())
            _of_the_list(draft, form.get(key), value=change.value)
            facts[key] = _changed(form.get(key), key=key, change=change)
            typed += _typed(form[key], before=before, after=facts[key])
        except KibanError as error:
            faults.append(FieldFault(key, error.code, error.remedy))
    if faults:
        raise BadAnswers(tuple(faults))
    return replace(draft, facts=facts, typed=draft.typed + typed)


def _of_the_list(draft: Draft, field: Field | None, *, value: Value) -> None:
    """Raises BadValue when who was chosen is nobody of the living household, or none of the heirs."""
    if field is None or field.fact.type not in {"member", "heir"} or value is None:
        return
    listed = {one.key for one in draft.members if one.died_on is None}
    if field.fact.type == "heir":
        listed = {one["key"] for one in heirs_of(draft.facts, member=field.member)}
    if not isinstance(value, dict) or value.get("key") not in listed:
        raise BadValue(f"{field.key} is nobody of the list", remedy="choose a person of the list")


def _changed(field: Field | None, *, key: str, change: Change) -> FactValue:
    if field is None:
        raise UnknownField(f"the form has no field {key}", remedy="reload the page")
    value, old = read(field.fact, change.value), field.value
    if old.state in OFFICIAL:
        return _corrected(field, value=value, reason=change.reason.strip())
    if value is None:
        return replace(old, value=None, state=FactState.MISSING, source="")
    return FactValue(value=value, source="applicant", state=FactState.ADDED)


def _corrected(field: Field, *, value: Value, reason: str) -> FactValue:
    """A value that an office holds: taken as confirmed when it is equal, corrected with its reason otherwise."""
    old = field.value
    known = old.before if old.state is FactState.CORRECTED else old.value
    if value == known:
        return replace(old, value=known, before=None, reason="", state=FactState.KNOWN)
    if field.fact.edit != "correct":
        raise UnknownField(f"{field.key} cannot be changed here", remedy="ask the office that keeps the register")
    if not reason:
        raise CorrectionNeedsReason(f"{field.key} is corrected without a reason", remedy="say why it is to be changed")
    text = plain(reason)[:LONGEST_REASON]
    return FactValue(
        value=value,
        before=known,
        reason=text,
        source=old.source,
        as_of=old.as_of,
        receipt=old.receipt,
        state=FactState.CORRECTED,
    )


CHOSEN = frozenset({"choice", "boolean", "date", "address", "school", "account", "household", "member", "heir"})
"""Types that are picked, not typed."""


def _typed(field: Field, *, before: FactValue, after: FactValue) -> int:
    """Characters that were typed for this change (the goal is none)."""
    reason = len(after.reason) if after.reason != before.reason else 0
    if field.fact.type in CHOSEN or after.value == before.value:
        return reason
    return reason + len(plain(after.value))


def unknown_procedures(offered: Collection[str], chosen: Collection[str]) -> tuple[str, ...]:
    """Chosen procedures that the bundle does not offer."""
    return tuple(name for name in chosen if name not in offered)
