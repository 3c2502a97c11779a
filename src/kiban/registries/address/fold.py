"""One spelling for comparing: what people write and what the registry writes become the same text.

Width, variants of characters, kanji numerals, 大字/字 and blanks are folded; where a folded character came from stays
known, so that nothing of the original is lost.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import is_normalized

import msgspec

from kiban.registries.address.later import later

UNITS = {"十": 10, "百": 100, "千": 1000}
DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
KANJI = "〇一二三四五六七八九"
SEPARATOR = "\x1f"
WAVES = "～〜~"
DASHES = f"‐‑‒–—―−－─━➖﹣﹘⁃˗₋ｰー{WAVES}"
KANA_GROUPS = (
    "ケヶがガヵヶｹ",
    "ノの之乃",
    "ツっッつ",
    "ヤゃャや",
    "ユゅュゆ",
    "ヨょョよ",
    "アァ",
    "イィ",
    "ウゥ",
    "エェヱ",
    "オォ",
    "ヰイ",
)
EXTRA_GROUPS = (
    "崎﨑嵜碕埼", "高髙", "辺邊邉", "竜龍", "沢澤", "桜櫻", "館舘", "桧檜", "条條", "槇槙", "籠篭", "薮藪",
    "釜釡", "渕淵渊", "島嶋嶌", "滝瀧", "浜濱濵", "斎齋", "富冨", "鴬鶯", "芦蘆", "峰峯", "曽曾", "広廣",
    "国國", "栄榮", "薗園", "檪櫟擽", "渓溪", "婁娄", "弥彌", "万萬", "麹麴", "頬頰", "梼檮", "蛎蠣", "砺礪",
    "祇祗", "餅餠", "鯵鰺", "潟泻", "壷壺", "靭靱", "籔薮", "坂阪", "杉椙", "兎兔菟莵", "蝋蠟", "桝枡", "椚橡",
    "吉𠮷", "屏屛", "土圡", "橋槗", "騨驒", "蘂蕊蕋", "呉吳", "内內", "姫姬", "戸户",
    # letters that look like radicals, as texts taken from PDF have them
    "民⺠", "虎⻁", "西⻄", "長⻑", "青⻘", "食⻝", "鬼⻤", "麦⻨", "黄⻩", "斉⻫", "歯⻭", "竜⻯", "亀⻲", "母⺟",
    "角⻆",
    "一壱壹弌", "二弐貳", "盤磐", "爾邇迩", "須湏", "関關", "﨟臈", "萱萓",
)  # fmt: skip
# 当用漢字・常用漢字の新字体 and its 旧字体, in pairs
OLD_FORMS = (
    "亜亞悪惡圧壓囲圍医醫為爲隠隱栄榮営營衛衞駅驛円圓塩鹽縁緣艶艷応應欧歐殴毆桜櫻奥奧横橫温溫穏穩仮假価價画畫会會絵繪壊壞懐懷概槪拡擴殻殼覚覺学學岳嶽楽樂渇渴巻卷陥陷勧勸寛寬関關歓歡"
    "観觀気氣帰歸亀龜偽僞戯戲犠犧旧舊拠據挙擧虚虛峡峽挟挾狭狹郷鄕暁曉区區駆驅勲勳薫薰径徑茎莖恵惠掲揭渓溪経經蛍螢軽輕継繼鶏鷄撃擊研硏県縣倹儉剣劍険險圏圈検檢献獻権權顕顯験驗厳嚴広廣"
    "効效恒恆黄黃鉱鑛号號国國黒黑砕碎済濟斎齋剤劑雑雜桟棧蚕蠶惨慘賛贊残殘歯齒児兒辞辭湿濕実實写寫釈釋寿壽収收従從渋澁獣獸縦縱粛肅処處緒緖叙敍将將称稱渉涉焼燒証證奨奬条條状狀乗乘浄淨"
    "剰剩畳疊縄繩壌壤嬢孃譲讓醸釀触觸嘱囑真眞寝寢慎愼尽盡図圖粋粹酔醉穂穗随隨髄髓枢樞数數瀬瀨声聲斉齊静靜窃竊摂攝専專浅淺戦戰践踐銭錢潜潛繊纖禅禪双雙壮壯争爭荘莊捜搜挿插巣巢曽曾痩瘦"
    "装裝総總騒騷増增蔵藏臓臟即卽属屬続續堕墮対對体體帯帶滞滯滝瀧択擇沢澤担擔単單胆膽団團断斷弾彈遅遲痴癡虫蟲昼晝鋳鑄庁廳徴徵聴聽勅敕鎮鎭逓遞鉄鐵点點転轉伝傳灯燈当當党黨盗盜稲稻闘鬭"
    "徳德独獨読讀届屆悩惱脳腦覇霸拝拜廃廢売賣麦麥発發髪髮抜拔晩晚蛮蠻秘祕浜濱瓶甁払拂仏佛併倂並竝餅餠辺邊変變歩步宝寶豊豐褒襃翻飜毎每万萬満滿麺麵黙默弥彌訳譯薬藥与與誉譽揺搖様樣謡謠"
    "来來頼賴乱亂覧覽竜龍両兩猟獵緑綠涙淚塁壘礼禮励勵戻戾霊靈齢齡暦曆歴歷恋戀錬鍊炉爐労勞郎郞楼樓録錄湾灣市巿清淸青靑戸戶教敎税稅説說尚尙絶絕脱脫飲飮吉𠮷桑桒鋭銳閲閱彦彥産產顔顏強强"
    "鶴靏鶴靍柳栁兪俞"
)
# 表外漢字字体表, JIS X 0213: the usual form on keyboards, and the one in print (騨驒, 倶俱), in pairs
PRINTED_FORMS = (
    "倶俱剥剝呑吞嘘噓妍姸并幷繋繫涜瀆溌潑醗醱顛顚騨驒鴎鷗鹸鹼莱萊蒋蔣躯軀填塡掻搔掴摑噛嚙嚢囊唖啞焔焰箪簞"
    "醤醬蝉蟬繍繡郷鄉間閒姫姬柵栅遠逺喜㐂崎㟢迫廹"
)
LONGEST = 500
REMEMBERED = 20_000
_CONTROLS = f"\x00-\x08\x0e-\x1e\x7f-\x9f{chr(0xD800)}-{chr(0xDFFF)}"
_MARKS = f"{_CONTROLS}\xad\u200b-\u200e\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef"
_GAPS = " \t\r\n\x0b\x0c\u3000,、/|"
_LETTERS = later("(?s:.)[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
_NUMERALS = "〇一二三四五六七八九十百千"
# one set of first letters before everything else: that is what the regular expression engine searches fast
_PIECES = later(
    rf"([\s,、/|{_MARKS}{_NUMERALS}字大小丁町々第ちチ](?:(?<=[\s,、/|{_MARKS}])[\s,、/|{_MARKS}]*"
    rf"|(?<=[{_NUMERALS}])[{_NUMERALS}]*|(?<=丁)目|(?<=字)(?!形)|(?<=[大小])\s*字(?!形)"
    r"|(?<=[0-9一二三四五六七八九]町)目|(?<=[0-9一二三四五六七八九十][ちチ])ヨ[うウ][めメ]|(?<=々)|(?<=第)(?=[0-9一二三四五六七八九十]+(?:地割|丁目))|(?<=丁)[めメ](?=[0-9{_NUMERALS}])))"
)
# numbers joined by one and the same other sign (2｜8｜1, 2・8・1); two by a bar, the dash of vertical writing, or by
# what is left of a dash that a table could not hold (2?11)
_ONE = rf"(?:[0-9]{{1,5}}|[{_NUMERALS}]{{1,5}})"
_JOINED = later(rf"(?<![0-9{_NUMERALS}]){_ONE}(?:[|?]{_ONE}|([|?・._=,/]){_ONE}\1{_ONE})(?:[|?・._=,/]{_ONE})*")
_SIGNS = later(rf"[0-9{_NUMERALS}][|?・._=,/][0-9{_NUMERALS}]")
_TO_DASH = str.maketrans("|?・._=,/", "--------")
_PLAIN = re.compile(r"[0-9]+")


def character_table(variants: dict[str, str]) -> dict[int, str]:
    """Character → its representative; ``variants`` is representative → its variants (地名異体字辞書, CC0)."""
    table: dict[int, str] = {}
    for first, others in variants.items():
        table.update({ord(other): first for other in others if other != first})
    pairs = [*_pairs(OLD_FORMS), *_pairs(PRINTED_FORMS)]
    for group in (*KANA_GROUPS, *EXTRA_GROUPS, *pairs):
        first = table.get(ord(group[0]), group[0])
        table.update({code: first for code, old in table.items() if old in group and old != first})
        table.update({ord(other): first for other in group[1:] if other != first})
        if first != group[0]:
            table[ord(group[0])] = first
    table.update({ord("が"): "ケ", ord("ガ"): "ケ", ord("ヱ"): "エ", ord("ェ"): "エ"})
    table.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
    table.update({ord(dash): "-" for dash in DASHES})
    table.update({ord("□"): "〇", ord("○"): "〇", ord("◯"): "〇", ord("零"): "〇", 0x3000: " "})
    return _settled(table)


def _pairs(forms: str) -> list[str]:
    return [forms[at : at + 2] for at in range(0, len(forms), 2)]


def _settled(table: dict[int, str]) -> dict[int, str]:
    """A representative that itself has a representative is followed to the end."""
    for code in list(table):
        seen = {chr(code)}
        while (found := table[code]) not in seen and ord(found) in table:
            seen.add(found)
            table[code] = table[ord(found)]
        if table[code] == chr(code):
            del table[code]
    return table


def number(text: str) -> int:
    """The value of kanji numerals, by place (二三) or by unit (二十三)."""
    total = run = 0
    for one in text:
        if one in UNITS:
            total += (run or 1) * UNITS[one]
            run = 0
        else:
            run = run * 10 + DIGITS[one]
    return total + run


@lru_cache(1000)
def kanji(value: int) -> str:
    """1 to 9999 in kanji numerals with units: 23 → 二十三; larger values stay digits."""
    if not 0 < value < 10000:
        return str(value) if value else "〇"
    out = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            out += ("" if digit == 1 and name else KANJI[digit]) + name
    return out


class Folded(msgspec.Struct, frozen=True, gc=False):
    """A folded text and the way back to the ``original``, the text as given.

    ``edits`` are (end in the folded text, end before folding) of each change; ``widths`` likewise from there to the
    original, where NFKC changes the length (Ⅱ → II, ㍿ → 株式会社, half-width kana with a sound mark).
    """

    given: str
    text: str
    original: str
    edits: list[tuple[int, int]]
    widths: list[tuple[int, int]]

    def place(self, position: int) -> int:
        """Where the folded text before ``position`` ends in the text of one width."""
        return _back(self.edits, position)

    def origin(self, position: int) -> int:
        """Where the folded text before ``position`` ends in the original."""
        place = _back(self.edits, position)
        return min(_back(self.widths, place) if self.widths else place, len(self.original))


def without_sign(folded: Folded, at: int) -> Folded:
    """The same without the sign at a place of the folded text (3,760)."""
    edits = [one for one in folded.edits if one[0] <= at]
    edits.append((at, folded.place(at + 1)))
    edits += [(changed - 1, before) for changed, before in folded.edits if changed > at + 1]
    return msgspec.structs.replace(folded, text=folded.text[:at] + folded.text[at + 1 :], edits=edits)


def _back(edits: list[tuple[int, int]], position: int) -> int:
    shift = 0
    for changed, before in edits:
        if changed > position:
            break
        shift = before - changed
    return position + shift


UNCHANGED: list[tuple[int, int]] = []


class _Letters(dict[int, int | str]):
    """A character table that also knows, once seen, what stays as it is: looking up what is absent is slow."""

    def __missing__(self, code: int) -> int:
        if len(self) < REMEMBERED:
            self[code] = code
        return code


class Folder:
    """Folds with one character table."""

    def __init__(self, table: dict[int, str]) -> None:
        self.table = table
        self._letters = _Letters(table)
        self._compatibles: dict[str, str] = {}
        self._other = later(f"[{re.escape(''.join(map(chr, table)))}]" if table else "(?!)")

    def __call__(self, text: str) -> Folded:
        """The folded text with its way back; any text at all can be folded."""
        wide = text[:LONGEST]
        if self._other().search(wide):
            wide = wide.translate(self._letters)
        widths = UNCHANGED
        if not is_normalized("NFKC", wide):
            wide, widths = self._compatible(text[:LONGEST])
        if _SIGNS().search(wide):
            wide = _JOINED().sub(_dashed, wide)
        parts = _PIECES().split(wide)
        if len(parts) == 1:
            return Folded(text, wide, text, UNCHANGED, widths)
        edits: list[tuple[int, int]] = []
        end = shift = 0
        for place in range(1, len(parts), 2):
            before, found = parts[place - 1], parts[place]
            start = end + len(before)
            end = start + len(found)
            if found == "丁目":
                new = "丁"
            elif found == " " and before and before[-1] > "\x7f":
                new = ""  # by far the most frequent ones first
            else:
                new = _piece(found, wide, start=start)
            parts[place] = new
            if len(new) != len(found):
                shift += len(new) - len(found)
                edits.append((end + shift, end))
        return Folded(text, "".join(parts), text, edits, widths)

    def _compatible(self, text: str) -> tuple[str, list[tuple[int, int]]]:
        """NFKC, letter by letter with its marks, and where the lengths part."""
        parts: list[str] = []
        widths: list[tuple[int, int]] = []
        size = end = 0
        for letter in _LETTERS().findall(text):
            new = self._compatibles.get(letter) or self._compatible_letter(letter)
            parts.append(new)
            size += len(new)
            end += len(letter)
            if len(new) != len(letter):
                widths.append((size, end))
        return "".join(parts), widths

    def _compatible_letter(self, letter: str) -> str:
        new = unicodedata.normalize("NFKC", letter.translate(self.table)).translate(self.table)
        if len(letter) < 3 and len(self._compatibles) < REMEMBERED:
            self._compatibles[letter] = new
        return new

    def key(self, text: str) -> str:
        """Only the folded text."""
        return self(text).text


def _dashed(found: re.Match[str]) -> str:
    return found[0].translate(_TO_DASH)


def _piece(found: str, text: str, *, start: int) -> str:
    """What becomes of a piece that stands at ``start`` of the text."""
    first, end = found[0], start + len(found)
    if first in _NUMERALS:
        return _numeral(found, text, start=start)
    if found[-1] in "目めメ":
        return "丁"
    if first == "々":
        return text[max(0, start - 3) : start].rstrip(_GAPS)[-1:] or first
    before, after = text[start - 1 : start], text[end : end + 1]
    if first in "字大小第":
        before = text[max(0, start - 3) : start].rstrip(_GAPS)[-1:]
        return SEPARATOR if _numeric(before) and _numeric(text[end : end + 3].lstrip(_GAPS)[:1]) else ""
    return SEPARATOR if before and before.isascii() and before.isalnum() and after.isascii() and after.isalnum() else ""


def _numeric(one: str) -> bool:
    return one.isdecimal() or one in DIGITS or one in UNITS


def _numeral(found: str, text: str, *, start: int) -> str:
    """A kanji numeral in digits, kept apart from digits beside it."""
    end = start + len(found)
    value = _digits(found)
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isspace() or before in _GAPS:
        before = text[max(0, start - 3) : start].rstrip(_GAPS)[-1:]
    if after.isspace() or after in _GAPS:
        after = text[end : end + 3].lstrip(_GAPS)[:1]
    if not found.strip("〇") and (before.isdecimal() or after.isdecimal()):
        return "0" * len(found)  # ３〇８２
    if before.isdecimal():
        value = SEPARATOR + value
    return value + SEPARATOR if _numeric(after) else value


@lru_cache(REMEMBERED)
def _digits(found: str) -> str:
    return str(number(found)) if len(found) < 12 else "".join(str(DIGITS.get(one, "")) for one in found)


def unfold_numbers(text: str, *, wide: bool = False) -> str:
    """Digits back to how the registry writes them: kanji numerals, or full-width digits."""
    if wide:
        return text.translate({ord(str(one)): chr(0xFF10 + one) for one in range(10)})
    return _PLAIN.sub(lambda found: kanji(int(found[0])), text)


# 丁目 as folded → as the registry spells it, in either of its kinds of digits
CHOME_NAMES = ("", *(f"{kanji(one)}丁目" for one in range(1, 100)))
KANJI_CHOME = {f"{one}丁": CHOME_NAMES[one] for one in range(1, 100)}
WIDE_CHOME = {f"{one}丁": f"{unfold_numbers(str(one), wide=True)}丁目" for one in range(1, 100)}
CHOME = re.compile(r"(?<=[0-9])丁")
LOTS = re.compile("([0-9０-９]+|[〇一二三四五六七八九十百]+)(?=地割)")
NAMED, EXCEPTION = 254, 255  # no style: spelt out with the details, or in a list of their own


@dataclass(frozen=True, slots=True)
class Style:
    """How the registry spells a folded town: marks of 大字 and 字, digits, 丁 or 丁目, 第 before 地割."""

    front: str
    border: str
    end: str
    wide: bool
    cho: bool
    ordinal: bool

    def unfold(self, head: str, tail: str = "") -> str:
        """The registry's own spelling of a folded town: 大字・町 (with 丁目) and, behind it, 小字."""
        text = self._part(head) if head else ""
        if tail:
            text = f"{text}{self.border if head else ''}{self._part(tail)}"
        text = f"{self.front}{text}{self.end}"
        return text.replace(SEPARATOR, "") if SEPARATOR in text else text

    def _part(self, text: str) -> str:
        if text.isalpha():
            return text
        if not self.ordinal and text[-1:] == "丁":
            at = -2 if text[-3:-2].isalpha() else -3
            number = (WIDE_CHOME if self.wide else KANJI_CHOME).get(text[at:])
            stem = text[:at]
            if number and stem.isalpha():
                return stem + (number[:-1] if self.cho else number)
        return self._numbered(text)

    def _numbered(self, text: str) -> str:
        if not _PLAIN.search(text):
            return text
        full = text if self.cho or "丁" not in text else CHOME.sub("丁目", text)
        spelt = unfold_numbers(full, wide=self.wide)
        return LOTS.sub(r"第\1", spelt) if self.ordinal else spelt


STYLES = tuple(
    Style(front, border, end, wide, cho, ordinal)
    for ordinal in (False, True)
    for end in ("", "字")
    for cho in (False, True)
    for wide in (False, True)
    for front in ("", "大字", "字")
    for border in ("", "字", "大字", "小字")
)
