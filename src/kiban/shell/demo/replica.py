"""REPLICA of the way a moving family goes today, for comparison: written from law and official manuals, not measured.

What the family must write is counted from the items that each form has by law, with the demo family's own values, by
the same counter of characters as Kiban's side. What no manual gives (screens, clicks) is None and is shown as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NAMES = ("浜中健一", "浜中由美", "浜中陽葵", "浜中湊")
KANA = ("ハマナカケンイチ", "ハマナカユミ", "ハマナカヒマリ", "ハマナカミナト")
BIRTHS = ("昭和63年4月12日", "平成2年8月3日", "平成29年6月10日", "令和6年9月5日")
OLD, NEW = "和歌山県海南市日方1525番地6", "和歌山県和歌山市秋葉町1番1号"
DAY, PHONE = "令和8年11月21日", "09000000000"
PORTAL_GUIDE = "デジタル庁 引越し手続オンラインサービスの案内、市の案内（鹿児島市、渋川市、酒田市）"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the family does today.

    Attributes:
        typed: characters written or typed; None where no manual gives them.
        screens, clicks: of an online service; None where no manual gives them, 0 on paper.
        source: the law or manual that the step is taken from.
    """

    what: str
    source: str
    typed: int | None = None
    screens: int | None = None
    clicks: int | None = None
    card_reads: int = 0
    secrets: int = 0
    visits: int = 0


def written(*values: str) -> int:
    """Characters of what must be written."""
    return sum(map(len, values))


REPLICA = (
    Step("マイナポータルにカードで入る", PORTAL_GUIDE, card_reads=1, secrets=1),
    Step("転出届と転入予約を入力する（予約は日付だけ）", PORTAL_GUIDE, secrets=1),
    Step("転出届に署名用のパスワードで署名する", PORTAL_GUIDE, card_reads=1, secrets=1, typed=0),
    Step("新しい市の窓口で転入届を書く", "住民基本台帳法22条1項（氏名、住所、転入をした日、従前の住所、続柄）",
         typed=written(*NAMES, *BIRTHS, NEW, OLD, DAY, "世帯主", "妻", "子", "子"), screens=0, clicks=0, visits=1,
         card_reads=1, secrets=1),
    Step("国民健康保険の資格取得届を書く", "国民健康保険法施行規則2条・3条（氏名、生年月日、住所、取得の日と理由）",
         typed=written(*NAMES, *BIRTHS, NEW, DAY, "転入", PHONE), screens=0, clicks=0),
    Step("古い市に国民健康保険の資格喪失届を出す", "国民健康保険法施行規則11条から13条（氏名、喪失の日と理由）",
         typed=written(*NAMES, DAY, "転出"), screens=0, clicks=0, visits=1),
    Step("新しい市に児童手当の認定請求書を書く", "児童手当法施行規則1条の4（請求者、配偶者、児童、口座）",
         typed=written(NAMES[0], KANA[0], BIRTHS[0], NEW, PHONE, NAMES[1], BIRTHS[1], *NAMES[2:], *BIRTHS[2:], "子",
                       "子", "模擬銀行", "本店", "普通", "1234567", KANA[0]), screens=0, clicks=0),
    Step("古い市に児童手当の受給事由消滅届を出す", "児童手当法施行規則7条（氏名、消滅の日と理由）",
         typed=written(NAMES[0], OLD, DAY, "転出"), screens=0, clicks=0),
    Step("今の学校で在学証明書を受け取る", "学校教育法施行規則（転学の手続）、市の案内", screens=0, clicks=0, visits=1),
    Step("教育委員会で転入学の手続をする", "学校教育法施行令5条・6条、市教育委員会の案内", screens=0, clicks=0),
    Step("新しい学校に在学証明書を出す", "学校教育法施行規則（転学の手続）、市の案内", screens=0, clicks=0, visits=1),
)  # fmt: skip


def today_counts() -> dict[str, Any]:
    """The sums of what is known, and how many steps leave each count unknown."""
    counted: dict[str, Any] = {"label": "replica of today's way, from law and manuals; a lower bound"}
    for name in ("typed", "screens", "clicks"):
        values = [getattr(step, name) for step in REPLICA]
        counted[f"{name}_known"] = sum(value for value in values if value is not None)
        counted[f"{name}_unknown_steps"] = sum(value is None for value in values)
    for name in ("card_reads", "secrets", "visits"):
        counted[name] = sum(getattr(step, name) for step in REPLICA)
    return counted
