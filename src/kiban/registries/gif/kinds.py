"""What a column can be in GIF (個人, 法人, 施設, 住所, 連絡先): headers that offices give it, how cells are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from kiban.kernel.errors import BadInput
from kiban.kernel.values import CorporateNumber, MunicipalityCode, PostalCode, Telephone, parse_date
from kiban.kernel.values.person_name import katakana

_KANA = r"[(_]?(カナ|かな|フリガナ|ふりがな|よみがな|よみ|読み)[)]?"
_LATIN = r"[(_]?(英字|英語|ローマ字|English)[)]?"
_AT = r"((施設|事業所|店舗|設置場所|設置施設|開催場所|医療機関|保育所|学校|避難所)?の?(所在地|住所)?_?)?"
_THING = (
    r"(?!(場所|会場|開催場所|設置場所|連絡先|問い?合わ?せ先?).*)(?!.*(地区|地域|所属|部署|担当))"
    r"(.{0,12}(施設|[所園校館院局店]|店舗|避難場所|機関|拠点|センター|トイレ|文化財|公園|広場|駐車場|スポット|"
    r"イベント|行事|催し物?|制度|停留所|バス停)の?)(名|名称)|名称"
)
# Kind → patterns of headers that offices use, the closest first; a header is compared in half width without blanks.
HEADERS = (
    (
        "name_kana",
        r"(氏名|名前|お名前|対象者名|世帯主名)?[(_]?(フリガナ|ふりがな|よみがな|カナ|かな)[)]?|氏名[(_]?カナ[)]?|シメイ",
    ),
    ("family_kana", r"セイ|氏[(_]?(カナ|フリガナ)[)]?|姓[(_]?(カナ|フリガナ|かな)[)]?"),
    ("given_kana", r"メイ|名[(_]?(カナ|フリガナ|かな)[)]?"),
    ("name", r"氏名|名前|お名前|申請者(氏?名)?|対象者(氏名)|対象者名|世帯主(氏?名)?|name"),
    ("name_roman", rf"氏名{_LATIN}|ローマ字氏名"),
    ("other_names", r"ミドルネームなど"),
    ("middle", r"ミドルネーム"),
    ("former_family", r"旧[氏姓]"),
    ("alias", r"通称名?"),
    ("family", r"姓|氏|苗字|名字"),
    ("given", r"名"),
    ("address_prefecture", rf"{_AT}都道府県名?"),
    ("address_city", rf"{_AT}(市区町村(\(郡\)|\(群\)|名)?|市町村名?)"),
    ("address_town", rf"{_AT}(町字|町名|大字町?名?|町丁目?名?)"),
    ("address_block", rf"{_AT}(番地(以下)?|丁目番地等?)"),
    (
        "address_building",
        rf"{_AT}((建物|住所2)名?等?([(_]?(方書|建物名?等?)[)]?)?|建物名?[・/]?部屋(番号|名)|方書|マンション名|アパート名|住所2)",
    ),
    (
        "address",
        (
            r"(現|施設|事業所|店舗|設置(場所|施設)?|開催場所|会場|医療機関|保育所|学校|避難所)?の?(住所1?|所在地)"
            r"(_?連結[表標]記|\((町名|地番|住居表示)\))?|連結表記|本店所在地|居所|address"
        ),
    ),
    ("address_parts", r"住所\(分割表記\)"),
    ("municipality_code", r"((所在地|住所)_)?(全国地方公共団体コード|市区?町村コード)"),
    ("town_id", r"((所在地|住所)_)?町字ID"),
    ("latitude", r"(所在地_?)?(緯度|北緯|lat|latitude)(\(.*\))?"),
    ("longitude", r"(所在地_?)?(経度|東経|lon|lng|longitude)(\(.*\))?"),
    ("birth_date", r"(生年月日|誕生日)([(_]?(和暦|西暦)[)]?)?"),
    ("sex", r"性別"),
    ("postal_code", r"(施設|事業所|所在地|住所)?_?郵便番号|〒"),
    (
        "telephone",
        (
            r"(施設|事業所|店舗|医療機関|学校|(お問い?合わ?せ|連絡)先?)?の?_?(電話(番号)?|TEL)(\((代表|自宅|固定|直通|日中)\)|1)?"
            r"|連絡先(電話番号)?|(携帯|自宅)(電話)?(番号)?|日中(の)?連絡先"
        ),
    ),
    ("extension", r"(連絡先_?)?内線(番号)?"),
    ("email", r"(連絡先)?_?(電子)?メール(アドレス)?|(連絡先)?E-?mail(アドレス)?"),
    ("form", r"(連絡先)?(FormURL|フォームURL)|(お問い?合わ?せ)フォーム(URL)?"),
    ("url", r"URL|(施設|事業所|公式)?(ホームページ|ウェブサイト|Webサイト|HP|サイト)(アドレス|URL)?"),
    ("corporate_number", r"法人番号"),
    ("publisher_code", r"都道府県コード(又は|または|、|・|/)市区?町村コード|発行者_全国地方公共団体コード"),
    ("publisher", r"地方公共団体名|発行者_名称"),
    (
        "corporation",
        r"商号(又は|または)名称|法人の?名称?|会社名|事業者名称?|商号|団体名|(運営|設置)(法人|主体|者)名?|主催((者|団体)名?)?",
    ),
    ("facility_kana", rf"({_THING}){_KANA}"),
    ("facility_roman", rf"({_THING}){_LATIN}"),
    ("facility_alias", r"(施設)?名称[(_]通称[)]?|屋号|愛称"),
    ("facility", _THING),
    ("id", r"ID|NO\.?"),
    ("time", r".*(開始|終了)時[間刻]"),
    ("date", r".+(年月日|日付|期限|(?<![曜休診業館催集用能祝平土毎終念の])日)"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in HEADERS)
KINDS = frozenset(kind for kind, _ in HEADERS)
MANY = frozenset({"date", "time"})
"""Kinds that several columns can have: such a column keeps its name."""


def plain(text: str) -> str:
    """A header in half width and without blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def by_header(name: str) -> str | None:
    """What a column of this name is; a day is not one, it is the name of a column of figures."""
    found = next((kind for kind, pattern in _COMPILED if pattern.fullmatch(plain(name))), None)
    return None if found == "date" and reads(parse_date, plain(name)) else found


def reads(parse: Callable[[str], object], text: str) -> bool:
    """Whether a text can be read so."""
    try:
        parse(text)
    except BadInput:
        return False
    return True


SEX = {
    "男": "1",
    "男性": "1",
    "男子": "1",
    "♂": "1",
    "M": "1",
    "1": "1",
    "女": "2",
    "女性": "2",
    "女子": "2",
    "♀": "2",
    "F": "2",
    "2": "2",
    "不明": "0",
    "0": "0",
}


def _sex(text: str) -> str:
    found = SEX.get(plain(text).upper())
    if found is None:
        raise BadInput(f"{text[:10]!r} is no 性別")
    return found


_TIME = re.compile(r"(午前|午後|AM|PM)?(\d{1,2})(?::(\d{2})(?::00)?|時(?:(\d{1,2})分|半)?)", re.IGNORECASE)


def parse_time(text: str) -> str:
    """9:00, ９時, 午後5時15分 → 09:00, 17:15 (24:00 stays). Raises: BadInput."""
    found = _TIME.fullmatch(plain(text))
    if found is None:
        raise BadInput(f"{text[:20]!r} is no time of day")
    half, hours, minutes = found[1], int(found[2]), found[3] or found[4] or ("30" if "半" in text else "00")
    hours += 12 if half in {"午後", "PM", "pm"} and hours < 12 else 0
    if hours * 60 + int(minutes) > 24 * 60 or int(minutes) > 59:
        raise BadInput(f"{text[:20]!r} is no time of day")
    return f"{hours:02}:{int(minutes):02}"


_ARC = re.compile(r"(\d{2,3})[°度](\d{1,2})['′’分](\d{1,2}(?:\.\d+)?)(?:['′’]{2}|[\"”秒])?")


def _degrees(text: str, *, least: float, most: float, name: str) -> str:
    bare = plain(text).lstrip("北緯東経NE")
    arc = _ARC.fullmatch(bare)
    found = f"{int(arc[1]) + int(arc[2]) / 60 + float(arc[3]) / 3600:.6f}" if arc else bare
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", found) or not least <= float(found) <= most:
        raise BadInput(f"{text[:30]!r} is no {name} in Japan")
    return found


def latitude(text: str) -> str:
    """Decimal degrees (世界測地系), also from 34°09'19". Raises: BadInput, also outside Japan."""
    return _degrees(text, least=20, most=46, name="緯度")


def longitude(text: str) -> str:
    """As :func:`latitude`."""
    return _degrees(text, least=122, most=154, name="経度")


def _matching(pattern: str, name: str) -> Callable[[str], str]:
    form = re.compile(pattern, re.IGNORECASE)

    def read(text: str) -> str:
        found = unicodedata.normalize("NFKC", text)
        if not form.fullmatch(found):
            raise BadInput(f"{text[:30]!r} is no {name}")
        return found

    return read


SINGLE: dict[str, tuple[str, Callable[[str], object]]] = {
    "id": ("ID", str),
    "facility": ("名称", str),
    "facility_kana": ("名称（カナ）", katakana),
    "facility_roman": ("名称（英字）", str),
    "facility_alias": ("名称（通称）", str),
    "birth_date": ("生年月日", parse_date),
    "sex": ("性別", _sex),
    "latitude": ("緯度", latitude),
    "longitude": ("経度", longitude),
    "postal_code": ("郵便番号", PostalCode.parse),
    "email": ("メールアドレス", _matching(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+", "mail address")),
    "form": ("フォームURL", _matching(r"https?://\S+", "web address")),
    "url": ("URL", _matching(r"https?://\S+", "web address")),
    "corporate_number": ("法人番号", CorporateNumber.parse),
    "corporation": ("商号または名称", str),
    "publisher_code": ("発行者_全国地方公共団体コード", MunicipalityCode.parse),
    "publisher": ("発行者_名称", str),
}
"""Kinds of which one cell makes one cell: the column of GIF and the reader."""
NAME = {
    "name": "氏名",
    "name_kana": "氏名（カナ）",
    "family": "氏",
    "given": "名",
    "family_kana": "氏（カナ）",
    "given_kana": "名（カナ）",
    "middle": "ミドルネーム",
    "name_roman": "氏名（英字）",
    "former_family": "旧氏",
    "alias": "通称",
    "other_names": "ミドルネームなど",
}
"""The columns from which a name is read; in the answer the middle name, 旧氏 and 通称 stand in the last."""
PLACE = {
    "municipality_code": "全国地方公共団体コード",
    "town_id": "町字ID",
    "address": "連結表記",
    "address_prefecture": "都道府県",
    "address_city": "市区町村（郡）",
    "address_town": "町字",
    "address_block": "番地以下",
    "address_building": "建物名等（方書）",
    "address_parts": "住所（分割表記）",
}
CONTACT = {"telephone": "電話番号", "extension": "内線番号"}
READERS: dict[str, Callable[[str], object]] = {
    **{kind: parse for kind, (_, parse) in SINGLE.items() if parse is not str},
    "telephone": Telephone.parse,
    "date": parse_date,
    "time": parse_time,
}
"""How the cells of a kind are read; contents that mostly do not read so are of another, whatever the header says."""
