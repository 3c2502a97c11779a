"""Which column is what: proposed from headers and, where they are silent, from contents; a person confirms the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Rows
from dataclasses import dataclass, field

import yaml

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import parse_located
from kiban.kernel.values import CorporateNumber, PostalCode, Telephone, parse_date
from kiban.registries.errors import BadMapping

# GIF 個人・法人・住所・連絡先: kind → patterns of headers that offices use, the closest first.
HEADERS = (
    (
        "name_kana",
        r"(氏名|名前|お名前|対象者名|世帯主名)?[(_]?(フリガナ|ふりがな|カナ|かな)[)]?|氏名[(_]?カナ[)]?|シメイ",
    ),
    ("family_kana", r"セイ|氏[(_]?(カナ|フリガナ)[)]?|姓[(_]?(カナ|フリガナ|かな)[)]?"),
    ("given_kana", r"メイ|名[(_]?(カナ|フリガナ|かな)[)]?"),
    ("name", r"氏名|名前|お名前|申請者(氏?名)?|対象者(氏?名)|世帯主(氏?名)?|name"),
    ("family", r"姓|氏|苗字|名字"),
    ("given", r"名"),
    ("address_prefecture", r"都道府県(名)?"),
    ("address_city", r"市区町村(\(郡\)|\(群\)|名)?|市町村(名)?"),
    ("address_town", r"町字|町名|大字"),
    ("address_block", r"番地(以下)?|丁目番地(等)?"),
    ("address_building", r"(建物|住所2)(名)?(等)?([(_]?(方書|建物名?等?)[)]?)?|方書|マンション名|アパート名|住所2"),
    ("address", r"(現)?住所1?|所在地|本店所在地|居所|address"),
    ("birth_date", r"(生年月日|誕生日)([(_]?(和暦|西暦)[)]?)?"),
    ("sex", r"性別"),
    ("postal_code", r"郵便番号|〒"),
    ("telephone", r"電話(番号)?|TEL|連絡先(電話番号)?|(携帯|自宅)(電話)?(番号)?|日中(の)?連絡先"),
    ("corporate_number", r"法人番号"),
    ("corporation", r"(商号又は名称|法人名|会社名|事業者名|商号)"),
    ("date", r".*(年月日|日付|日)"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in HEADERS)
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Mapping:
    """Column → kind; ``undecided`` columns are carried over as they are; ``why`` says what each guess rests on."""

    columns: Rows[str, str]
    undecided: tuple[str, ...] = ()
    why: Rows[str, str] = field(default_factory=dict)

    def to_yaml(self) -> str:
        """The mapping file that a person confirms or changes."""
        shown = {"columns": dict(self.columns), "undecided": list(self.undecided), "why": dict(self.why)}
        return yaml.safe_dump(shown, allow_unicode=True, sort_keys=False)

    @classmethod
    def from_yaml(cls, text: str, *, file: str = "") -> Mapping:
        """Raises: BadMapping when it is no mapping, has a column twice, or names a kind that there is not."""
        try:
            read = parse_located(text, file=file).value
            columns = {str(name): str(kind) for name, kind in read["columns"].items()}
            undecided = tuple(map(str, read.get("undecided") or ()))
        except BadInput as error:
            raise BadMapping(error.what, where=error.where, remedy=error.remedy) from None
        except (TypeError, KeyError, AttributeError):
            raise BadMapping("this is no mapping file", where=Where(file), remedy="make one with gif propose") from None
        kinds = [kind for kind in columns.values() if kind != "date"]
        double = sorted({kind for kind in kinds if kinds.count(kind) > 1})
        if double:
            remedy = "name one column each and put the others under undecided"
            what = f"several columns are {', '.join(double)}"
            raise BadMapping(what, where=Where(file, field="columns"), remedy=remedy)
        strange = sorted(set(columns.values()) - {kind for kind, _ in HEADERS})
        if strange:
            remedy = f"kinds are {', '.join(kind for kind, _ in HEADERS)}"
            raise BadMapping(f"no kinds: {', '.join(strange)}", where=Where(file, field="columns"), remedy=remedy)
        return cls(columns, undecided)


def propose(header: Sequence[str], rows: Sequence[Rows[str, str]]) -> Mapping:
    """Propose a mapping from the header and the first 200 rows; a column that is not clear stays undecided.

    So does the second column of one kind (電話番号, 携帯電話): GIF has one place for it, and nothing may be lost.
    """
    columns: dict[str, str] = {}
    why: dict[str, str] = {}
    for name in header:
        kind, reason = _by_header(name), "header"
        if kind is None:
            kind = _by_content([value for row in rows[:SAMPLE] if (value := row.get(name, "").strip())])
            reason = "contents"
        if kind == "date" or (kind is not None and kind not in columns.values()):
            columns[name], why[name] = kind, reason
    return Mapping(columns, tuple(name for name in header if name not in columns), why)


def known_header(name: str) -> bool:
    """Whether offices use this name for a column of GIF."""
    return _by_header(name) is not None


def _by_header(name: str) -> str | None:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    found = next((kind for kind, pattern in _COMPILED if pattern.fullmatch(plain)), None)
    return None if found == "date" and _reads(parse_date, plain) else found


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
    if len(values) < 3:
        return None
    return next((kind for kind, reads in _CONTENT if sum(_reads(reads, v) for v in values) >= 0.95 * len(values)), None)


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except BadInput:
        return False
    return True
