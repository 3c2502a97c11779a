"""Officers by name and role on officers' pages; ledgers and records keep the accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kiban.identity.staff import StaffMember, roles
from kiban.shell.locale import texts
from kiban.shell.wiring.words import KEY

Members = Callable[[Iterable[str]], Mapping[str, StaffMember]]
CASES = ("counter", "officer", "examiner", "approver")
PAYMENTS = ("payments", "approver")
LINKS = ("linkage", "searcher")


def nobody(_: Iterable[str]) -> Mapping[str, StaffMember]:
    """A house without staff accounts."""
    return {}


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Says who the accounts of an agency's officers are."""

    members: Members = nobody

    def named(self, accounts: Iterable[str], *, agency: str, duties: tuple[str, ...]) -> Mapping[str, str]:
        """Each account's officer: name, and of ``duties`` those roles that they have at the agency."""
        wanted = {one for one in accounts if one}
        known = self.members(wanted) if wanted else {}
        return {one: _named(one, known.get(one), agency=agency, duties=duties) for one in wanted}


def _named(account: str, member: StaffMember | None, *, agency: str, duties: tuple[str, ...]) -> str:
    if member is None:
        return texts.said("actor.unknown") if KEY.fullmatch(account) else account
    held = [_role(one) for one in duties if member.may(one, agency=agency)]
    return (
        texts.said("actor.named", name=member.name, roles=texts.said("actor.and").join(held)) if held else member.name
    )


def _role(role: str) -> str:
    names = roles()[role]
    return texts.RUBY.sub(r"\1(\2)", str(names[texts.language()]))
