"""What stands behind an address without being part of it: whom it is for, a telephone number, 付近, 外2筆.

方 and 気付 belong to 建物名等（方書） and stay there.
"""

from __future__ import annotations

import re

from kiban.registries.address.clutter import BRACKETS, MARKUP, OLD_NUMERALS, TURNED, bracketed, reading
from kiban.registries.address.later import KANJI, KANJI_OR_HIRAGANA, later

NOTE = "後ろに宛名・電話番号などがある"
DIGITS, DASHES = frozenset("0123456789０１２３４５６７８９"), frozenset("-‐‑–—―−－ー()（） \u3000\t\r\n")
_DIGIT, _DASH = "[0-9０-９]", r"[-‐‑–—―−－ー()（）\s]"
_NUMBER = rf"(?:[+＋]81{_DASH}?|[0０]){_DIGIT}{{1,4}}{_DASH}{{0,2}}{_DIGIT}{{1,4}}{_DASH}{{0,2}}{_DIGIT}{{3,4}}"
_CONTACT = later(
    rf"(?:^|(?<=[\s,、，/)）])|(?=[(（]))[(（]?(?:[TFＴＦ][:：.]?\s?)?{_NUMBER}(?!{_DIGIT})[)）\s]*$"
    rf"|[(（]?(?:(?i:tel|fax|ｔｅｌ|ｆａｘ|e-?mail)(?![a-z])|電話|携帯|(?<!{KANJI})内線|連絡先|郵便番号|メール[:：]|[☎℡📞✆〒]|https?://|www\.).*$"
    r"|(?:^|(?<=\s))(?:担当者?|世帯主|氏名|宛先|受取人)[:：\s].*$"
    r"|(?:^|(?<=\s))\S+@\S+\.\S+$",
    re.DOTALL,
)
# one of these, or a digit at the end, stands in what _CONTACT finds
_SIGNS_OF_CONTACT = (
    *"@☎℡📞✆〒:：", "tel", "fax", "mail", "ｔｅｌ", "ｆａｘ", "電話", "携帯", "内線", "連絡先", "郵便番号",
    "担当", "世帯主", "氏名", "宛先", "受取人", "www.",
)  # fmt: skip
_LATER = later(
    r"(?:^|(?<=\s))(?:(?:付近|附近|近辺|ほか|他|外)(?:[0-9０-９一二三四五六七八九十]+筆?)?|の?一部"
    r"|[(（](?:付近|附近|飛び?地|ほか|他)[)）])$"
)
_TITLE = later(
    rf"(?:^|(?<=[\s,、，]))(?<!(?i:c/o)\s)"
    rf"(?P<who>(?:(?:{KANJI_OR_HIRAGANA}|ヶ){{1,3}}[ \u3000])?[^\s,、，]{{1,20}}?[ \u3000]?)"
    r"(?:様|さま|(?<!御)殿|御中|宛て?|(?<=[ \u3000])行き?)$"
)
_HOUSE = later(
    rf"ビル|マンション|ハイツ|コーポ|アパート|タワー|レジデンス|メゾン|[ァ-ヴー]{{2}}{KANJI}"
    r"|[0-9０-９]|[階号室棟](?!.*株式会社)|方 "
)
_NAMED = later(
    rf"(?:^|(?<=[\s,、，]))(?<!(?i:c/o)\s)(?P<family>(?:{KANJI}|ヶ){{1,3}})[ \u3000]?"
    rf"(?P<given>{KANJI_OR_HIRAGANA}{{1,4}})?"
    rf"(?:[・、 \u3000]{KANJI_OR_HIRAGANA}{{1,3}})*$"
)
_INSTITUTION = frozenset(
    "館荘舎棟階室店社所局院校園会堂寺宮場部課省組庫塔家屋亭苑邸業科宅団地内前口台号署庁域区町村丁橋駅務鉄設産商物品販車運送房閣殿城門坂通筋倉工建構学塾湯市県府方付跡機刷器薬鋼材岬塚窯殖輸"
)
# the 300 most frequent family names or so
FREQUENT = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 渡邉 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 斉藤
齋藤 齊藤 清水 山崎 山﨑 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤
青木 坂本 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 原
内田 柴田 酒井 宮崎 横山 高木 安藤 宮本 大野 小島 谷口 今井 工藤 高田 増田 丸山 杉山 村田 大塚 新井 小山 平野
藤本 河野 上野 野口 武田 松井 千葉 菅原 岩崎 久保 木下 佐野 野村 松尾 菊地 菊池 杉本 市川 古川 大西 島田 水野
桜井 高野 渡部 吉川 山内 西田 飯田 西川 小松 北村 安田 五十嵐 川口 平田 関 中田 久保田 服部 東 岩田 土屋 川崎
福島 本田 辻 樋口 秋山 田口 永井 山中 中西 吉村 川上 石原 大橋 松岡 浜田 馬場 森本 矢野 浅野 松下 星野 大久保
吉岡 小池 野田 荒木 熊谷 松浦 大谷 内藤 黒田 尾崎 川村 永田 望月 松村 田辺 荒井 堀 平井 大島 西山 早川 栗原 広瀬
横田 石橋 萩原 岩本 片山 関口 宮田 大石 本間 高山 須藤 岡崎 小田 鎌田 吉野 伊東 篠原 上原 小西 松原 福井 古賀
大森 成田 南 小泉 内山 奥村 桑原 川島 松永 三宅 岡村 田島 比嘉 金城 大城 宮城 島袋 黒木 甲斐 奥田 沢田 澤田 神田
富田 榎本 田原 児玉 堀内 竹田 若林 西尾 坂口 塚本
"""
# what no given name is, though its last character may end one
_FIRMS = (
    "銀行", "信金", "電気", "精密", "道路", "酒造", "醸造", "製菓", "空港", "漁港", "農協", "漁協", "生協", "半島",
    "税理士", "行政書士", "司法書士", "弁護士", "商会", "金属", "園芸", "海岸",
)  # fmt: skip
_FAMILIES = frozenset(FREQUENT.split())


_MARKUP = later(rf"^(?:{MARKUP})+\s*")
_TITLES = ("様", "さま", "殿", "御中", "宛", "宛て", "行", "行き")
_SIGNS_ALONE = "[(（【〔「『<)]}>）］｝＞】〕」』〉》\"'”’。．.;；:： \u3000\t\r\n,、，"
SIGNS = frozenset("付附近外他ほ飛・／/|｜の<&") | TURNED | OLD_NUMERALS
ENDS = _INSTITUTION - frozenset("殿村橋屋城場宅倉口地") | frozenset("FfＦ") | frozenset(map(chr, range(0x30A1, 0x3100)))
HINTS = frozenset("☎℡📞✆:：〒内郵筆")  # one of these, or eight digits and dashes, stand in what _HINT finds
_PARTED = later(r"^[・／/|｜](?![0-9０-９](?![0-9０-９]*(?:[-－階]|[FＦ](?![A-Za-z]))))")
_HINT = later(r"[0０+＋][0-9０-９][-‐‑–—―−－ー()（）\s]?[-‐‑–—―−－ー()（）\s0-9０-９]{7}|[☎℡📞✆:：〒]|内線|郵便番号|筆")


def settled(building: str) -> bool:
    """Whether it ends as a house or its room does, and begins so: then nothing stands behind it, as nearly always."""
    if building[0] in SIGNS:
        return False
    if building.rstrip(")）")[-1:] not in ENDS and (building[-1] not in DIGITS or _HINT().search(building)):
        return False
    return building[0] not in BRACKETS or not (bracketed(building) or reading(building))


def parted(building: str) -> tuple[str, str]:
    """The building, and what stands behind it, each as written; a telephone number ends in a digit."""
    if not building or settled(building):
        return building, ""
    if building[0] in "<&":
        building = _MARKUP().sub("", building)
    if building[:1] and building[0] in "・／/|｜":
        building = _PARTED().sub("", building)
    end = len(building)
    while end:
        left = building[:end].rstrip(" \u3000\t\r\n,、，")
        at = _begins(left)
        if at is None:
            break
        end = at
    if end < len(building) and not building[:end].strip(_SIGNS_ALONE):  # ](https://…
        return "", building[end:].strip(" \u3000\t\r\n,、，")
    return building[:end].rstrip(" \u3000\t\r\n,、，"), building[end:].strip(" \u3000\t\r\n,、，")


def without_addressee(rest: str) -> str:
    """What is left over, without a person or a telephone number behind it; 付近 and 外2筆 are of the place."""
    end = len(rest)
    while end and (at := _begins(rest[:end].rstrip(), later=False)) is not None:
        end = at
    return rest[:end].strip()


def _begins(text: str, *, later: bool = True) -> int | None:
    """Where the last thing that is no address begins."""
    if _may_name_contact(text) and (found := _CONTACT().search(text)):
        return found.start()
    if later and (found := _LATER().search(text)):
        return found.start()
    if text.endswith(_TITLES) and (found := _TITLE().search(text)) and not _HOUSE().search(found["who"]):
        return found.start()
    if (found := _NAMED().search(text)) and _person(found):
        return found.start()
    return None


def _may_name_contact(text: str) -> bool:
    lower = text.lower()
    return "".join(text.split()).rstrip(")）")[-1:] in DIGITS or any(one in lower for one in _SIGNS_OF_CONTACT)


def _person(found: re.Match[str]) -> bool:
    """A frequent family name, alone or with a given name, that does not go on as a house or a firm does."""
    family, given = found["family"], found["given"] or ""
    for size in range(len(family), 0, -1):
        rest = family[size:] + given
        if family[:size] in _FAMILIES and (size > 1 or (len(family) == 1 and given)) and len(rest) < 5:
            return len(found[0]) == size or (found[0][-1] not in _INSTITUTION and not found[0].endswith(_FIRMS))
    return False
