"""Frequent family names with kana, for persons of a demo whose name is given: none is anybody's in particular."""

from __future__ import annotations


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Kanji and kana from words like 佐藤/サトウ."""
    found = (word.partition("/") for word in text.split())
    return tuple((kanji, kana) for kanji, _, kana in found)


FAMILY = pairs("""
佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 伊藤/イトウ 渡辺/ワタナベ
山本/ヤマモト 中村/ナカムラ 小林/コバヤシ 加藤/カトウ 吉田/ヨシダ 山田/ヤマダ
佐々木/ササキ 山口/ヤマグチ 松本/マツモト 井上/イノウエ 木村/キムラ 林/ハヤシ
斎藤/サイトウ 清水/シミズ 山崎/ヤマザキ 森/モリ 池田/イケダ 橋本/ハシモト
阿部/アベ 石川/イシカワ 山下/ヤマシタ 中島/ナカジマ 石井/イシイ 小川/オガワ
前田/マエダ 岡田/オカダ 長谷川/ハセガワ 藤田/フジタ 後藤/ゴトウ 近藤/コンドウ
村上/ムラカミ 遠藤/エンドウ 青木/アオキ 坂本/サカモト 西村/ニシムラ 福田/フクダ
太田/オオタ 三浦/ミウラ 藤井/フジイ 岡本/オカモト 松田/マツダ 中川/ナカガワ
中野/ナカノ 原田/ハラダ 小野/オノ 田村/タムラ 竹内/タケウチ 金子/カネコ
和田/ワダ 中山/ナカヤマ 石田/イシダ 上田/ウエダ 森田/モリタ 柴田/シバタ
宮本/ミヤモト 坂口/サカグチ 宇治田/ウジタ 南方/ミナカタ 楠本/クスモト 湯川/ユカワ
玉置/タマキ 貴志/キシ 榎本/エノモト 硲/ハザマ 髙橋/タカハシ 渡邉/ワタナベ
""")
