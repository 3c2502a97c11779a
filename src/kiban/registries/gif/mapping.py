"""Which column is what: proposed from headers and, where they are silent, from contents; a person confirms the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as Rows
from dataclasses import dataclass, field, replace

import yaml

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import parse_located
from kiban.kernel.values import CorporateNumber, PostalCode, Telephone, parse_date
from kiban.registries.errors import BadMapping
from kiban.registries.gif.kinds import KINDS, MANY, READERS, by_header, plain, reads

SAMPLE = 200
ENOUGH = 3
"""So many filled cells must a column have before its contents say what it is, or is not."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Column → kind; ``undecided`` columns are carried over as they are; ``why`` says what each guess rests on.

    ``municipality`` is the 6-digit code of the place where addresses that name none are.
    """

    columns: Rows[str, str]
    undecided: tuple[str, ...] = ()
    why: Rows[str, str] = field(default_factory=dict)
    municipality: str = ""

    def column(self, kind: str) -> str:
        """The column of a kind, nothing when there is none."""
        return next((name for name, one in self.columns.items() if one == kind), "")

    def to_yaml(self) -> str:
        """The mapping file that a person confirms or changes."""
        shown = {"columns": dict(self.columns), "undecided": list(self.undecided), "why": dict(self.why)}
        if self.municipality:
            shown["municipality"] = self.municipality
        return yaml.safe_dump(shown, allow_unicode=True, sort_keys=False)

    @classmethod
    def from_yaml(cls, text: str, *, file: str = "", kinds: Collection[str] = KINDS) -> Mapping:
        """Raises: BadMapping when it is no mapping, has a column twice, or names a kind that there is not."""
        try:
            read = parse_located(text, file=file).value
            columns = {str(name): str(kind) for name, kind in read["columns"].items()}
            undecided = tuple(map(str, read.get("undecided") or ()))
        except BadInput as error:
            raise BadMapping(error.what, where=error.where, remedy=error.remedy) from None
        except (TypeError, KeyError, AttributeError):
            where = Where(file, field="columns")
            raise BadMapping("this is no mapping file", where=where, remedy="make one with propose") from None
        _check(columns, file=file, known=kinds)
        return cls(columns, undecided, municipality=str(read.get("municipality") or ""))

    def for_table(self, header: Sequence[str], *, file: str = "") -> Mapping:
        """The mapping for a table: columns that it does not name are carried over too.

        Raises:
            BadMapping: the table lacks a column that the mapping names.
        """
        there = {plain(name): name for name in header}
        missing = [name for name in self.columns if plain(name) not in there]
        if missing:
            remedy = f"it has: {', '.join(header)}"
            what = f"the table has no column {', '.join(missing)}"
            raise BadMapping(what, where=Where(file, field=missing[0]), remedy=remedy)
        columns = {there[plain(name)]: kind for name, kind in self.columns.items()}
        return replace(self, columns=columns, undecided=tuple(name for name in header if name not in columns))


def _check(columns: Rows[str, str], *, file: str, known: Collection[str]) -> None:
    kinds = [kind for kind in columns.values() if kind not in MANY]
    double = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    if double:
        what, remedy = (
            f"several columns are {', '.join(double)}",
            "name one column each and put the others under undecided",
        )
        raise BadMapping(what, where=Where(file, field="columns"), remedy=remedy)
    if strange := sorted(set(columns.values()) - set(known)):
        what, remedy = f"no kinds: {', '.join(strange)}", f"one of {', '.join(sorted(known))}"
        raise BadMapping(what, where=Where(file, field="columns"), remedy=remedy)


def propose(header: Sequence[str], rows: Sequence[Rows[str, str]]) -> Mapping:
    """Propose a mapping from the header and the first 200 rows; a column that is not clear stays undecided.

    Headers speak first, unless the contents deny them; then contents. The second column of one kind (電話番号, then
    携帯電話) stays undecided: GIF has one place for it, and nothing may be lost.
    """
    return proposed(header, rows, told=by_headers(header), readers=READERS, by_content=_by_content)


def proposed(
    header: Sequence[str],
    rows: Sequence[Rows[str, str]],
    *,
    told: Rows[str, str],
    readers: Rows[str, Callable[[str], object]],
    by_content: Callable[[Sequence[str]], str | None] = lambda _: None,
) -> Mapping:
    """As :func:`propose`, for any kinds: what the headers told, the reader of each kind, what contents alone tell."""
    cells = {name: [value for row in rows[:SAMPLE] if (value := row.get(name, "").strip())] for name in header}
    kinds: dict[str, str] = {}
    why: dict[str, str] = {}
    for name, kind in told.items():
        if _denied(readers.get(kind), cells[name]):
            why[name] = f"the header says {kind}, the contents do not"
        elif kind in MANY or kind not in kinds.values():
            kinds[name], why[name] = kind, "header"
    for name in header:
        seen = None if name in kinds else by_content(cells[name])
        if seen is not None and (seen in MANY or seen not in kinds.values()):
            kinds[name], why[name] = seen, "contents"
    return Mapping({n: kinds[n] for n in header if n in kinds}, tuple(n for n in header if n not in kinds), why)


def by_headers(header: Sequence[str]) -> dict[str, str]:
    """What the headers say, each in the company of the others."""
    found = {name: kind for name in header if (kind := by_header(name))}
    names = {plain(name) for name in header}
    kinds = set(found.values())
    other: dict[str, str] = {}
    if names & {"地方公共団体名", "所在地_全国地方公共団体コード"}:  # the first code is that of who publishes the table
        other |= {name: "publisher_code" for name in found if plain(name) == "全国地方公共団体コード"}
    if "facility" in kinds and not kinds & {"name", "family"}:  # a reading or a 通称 is the facility's
        turned = {"name_kana": "facility_kana", "alias": "facility_alias"}
        other |= {name: turned[kind] for name, kind in found.items() if turned.get(kind, kind) not in kinds}
    return found | other


def _denied(parse: Callable[[str], object] | None, values: Sequence[str]) -> bool:
    return parse is not None and len(values) >= ENOUGH and sum(reads(parse, one) for one in values) < len(values) / 2


_PREFECTURE = re.compile(r"(東京都|北海道|(京都|大阪)府|.{2,3}県).+[市区町村郡]")
_CONTENT: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("corporate_number", CorporateNumber.parse),
    ("address", lambda text: _PREFECTURE.match(text) or _no()),
    ("telephone", lambda text: Telephone.parse(text) if text.startswith(("0", "０", "+")) else _no()),
    ("postal_code", lambda text: PostalCode.parse(text) if re.match(r"〒|\d{3}-\d{4}$", text) else _no()),
    ("date", parse_date),
)


def _no() -> str:
    raise BadInput("no")


def _by_content(values: Sequence[str]) -> str | None:
    if len(values) < ENOUGH:
        return None
    return next((kind for kind, parse in _CONTENT if sum(reads(parse, v) for v in values) >= 0.95 * len(values)), None)
