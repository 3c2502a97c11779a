"""The exact text that is shown and signed (WYSIWYS): UTF-8, Japanese, LF; equal drafts give equal bytes."""

from __future__ import annotations

from collections.abc import Iterator

from kiban.kernel.clock import JST
from kiban.procedures.form import Section, sections
from kiban.procedures.model import Draft, FactState, FactValue, Member
from kiban.procedures.plan import OFFICE_NAMES, Shelf, office_of
from kiban.procedures.values import full_name, plain
from kiban.registries import UnknownMunicipality, town_registry

STATES = {
    FactState.KNOWN: "確認",
    FactState.CORRECTED: "訂正",
    FactState.ADDED: "本人記入",
    FactState.PENDING: "役所が後で確認",
    FactState.MISSING: "なし",
}


def content_to_sign(shelf: Shelf, draft: Draft) -> bytes:
    """The content of all applications of a draft, as the applicant reads and signs it.

    It ends with the draft's number and version, so that a signature cannot be moved to another draft.
    """
    return ("\n".join(_lines(shelf, draft)) + "\n").encode("utf-8")


def office_name(agency: str) -> str:
    """The name of a municipality, board of education, prefecture's union or other office; an unknown id stays."""
    kind, _, code = agency.rpartition("-")
    if kind == "elderly" and code in town_registry().prefectures:
        return f"{town_registry().prefectures[code]}後期高齢者医療広域連合"
    try:
        name = town_registry().municipality(code).name
    except UnknownMunicipality:
        return OFFICE_NAMES.get(agency, agency)
    return f"{name}教育委員会" if kind == "education" else name


def _lines(shelf: Shelf, draft: Draft) -> Iterator[str]:
    yield f"申請・届出　{shelf.text(draft.bundle, 'title', lang='ja')}"
    yield ""
    yield "次の手続を申請・届出します。"
    for number, name in enumerate(draft.procedures, start=1):
        office = office_of(shelf.plan(name), draft.places)
        yield f"{number}. {shelf.text(name, 'title', lang='ja')}（提出先 {office_name(office)}）"
    moving = [member for member in draft.members if member.moves]
    if moving:
        yield ""
        yield "対象の方"
        yield from (_person(member) for member in moving)
    for section in sections(shelf, draft):
        yield from _section(shelf, draft, section=section)
    yield from _attachments(draft)
    yield ""
    moment = draft.updated_at.astimezone(JST)
    yield f"作成 {moment:%Y-%m-%d %H:%M}　番号 {draft.id}　版 {draft.version}"


def _person(member: Member) -> str:
    died = f"　{member.died_on} 死亡" if member.died_on else ""
    return f"・{plain(dict(member.name))}　{member.relation}　{member.birth_date or ''}".rstrip() + died


def _section(shelf: Shelf, draft: Draft, *, section: Section) -> Iterator[str]:
    names = {member.key: full_name(member.name) for member in draft.members}
    yield ""
    yield f"【{shelf.text(section.pack, f'form.{section.id}', lang='ja')}】"
    for field in section.fields:
        label = shelf.text(field.pack, f"facts.{field.fact.id}", lang="ja")
        whose = f"（{names.get(field.member, field.member)}）" if field.member else ""
        yield f"{label}{whose}: {plain(field.value.value)} [{_origin(field.value)}]"


def _origin(value: FactValue) -> str:
    if value.state is FactState.CORRECTED:
        return f"訂正 元の内容「{plain(value.before)}」理由「{plain(value.reason)}」"
    return STATES[value.state]


def _attachments(draft: Draft) -> Iterator[str]:
    if draft.attachments:
        yield ""
        yield "【添付】"
        for one in draft.attachments:
            yield f"{plain(one.name)}　{one.size}バイト　SHA-256 {one.sha256}"
