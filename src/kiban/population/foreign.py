"""Names of foreign residents (外国人住民) by nationality, as the register has them: Roman letters, and kana as reading.

Shares of nationalities after 在留外国人統計 (end of 2024), from general knowledge (``verified: false``).
"""

from __future__ import annotations

from dataclasses import dataclass

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Nationality:
    """A country (ISO 3166-1 alpha-3), its share of 64 foreign households, and names with readings."""

    code: str
    share: int
    family: Pairs
    male: Pairs
    female: Pairs


def _pairs(text: str) -> Pairs:
    words = (word.partition("/") for word in text.split())
    return tuple((name.replace("_", " "), kana) for name, _, kana in words)


NATIONALITIES = (
    Nationality(
        "CHN",
        16,
        _pairs("WANG/ワン LI/リー ZHANG/チャン LIU/リュウ CHEN/チェン YANG/ヤン HUANG/ホワン ZHAO/チャオ"),
        _pairs("WEI/ウェイ JIE/ジエ HAO/ハオ QIANG/チャン LEI/レイ MING/ミン"),
        _pairs("FANG/ファン NA/ナー LI/リー YAN/イェン XIN/シン TING/ティン"),
    ),
    Nationality(
        "VNM",
        12,
        _pairs("NGUYEN/グエン TRAN/チャン LE/レー PHAM/ファム HOANG/ホアン VU/ヴー DANG/ダン"),
        _pairs("VAN_HUNG/ヴァンフン MINH_TUAN/ミントゥアン DUC_ANH/ドゥックアイン QUANG/クアン HAI/ハイ"),
        _pairs("THI_HOA/ティホア THI_LAN/ティラン NGOC_ANH/ゴックアイン LINH/リン THI_MAI/ティマイ"),
    ),
    Nationality(
        "KOR",
        11,
        _pairs("KIM/キム LEE/イ PARK/パク CHOI/チェ JUNG/チョン KANG/カン"),
        _pairs("MINJUN/ミンジュン SEONGHO/ソンホ JIHUN/ジフン YOUNGSU/ヨンス"),
        _pairs("SOYEON/ソヨン JIYOUNG/ジヨン MINJI/ミンジ EUNJU/ウンジュ"),
    ),
    Nationality(
        "PHL",
        9,
        _pairs("SANTOS/サントス REYES/レイエス CRUZ/クルス GARCIA/ガルシア BAUTISTA/バウティスタ"),
        _pairs("JOSE/ホセ MARK_ANTHONY/マークアンソニー JOHN_PAUL/ジョンポール CARLO/カルロ"),
        _pairs("MARIA/マリア ANGELICA/アンジェリカ JENNIFER/ジェニファー ROSE_ANN/ローズアン"),
    ),
    Nationality(
        "NPL",
        6,
        _pairs("SHRESTHA/シュレスタ THAPA/タパ GURUNG/グルン TAMANG/タマン RAI/ライ"),
        _pairs("RAM/ラム BIKASH/ビカス SURESH/スレス PRAKASH/プラカス"),
        _pairs("SITA/シタ ANITA/アニタ SUNITA/スニタ MAYA/マヤ"),
    ),
    Nationality(
        "BRA",
        5,
        _pairs("SILVA/シルバ SOUZA/ソウザ OLIVEIRA/オリベイラ TANAKA/タナカ SATO/サトウ"),
        _pairs("LUCAS/ルーカス RODRIGO/ロドリゴ MARCOS/マルコス DANIEL_KENJI/ダニエルケンジ"),
        _pairs("ANA_PAULA/アナパウラ JULIANA/ジュリアナ FERNANDA_YUKI/フェルナンダユキ"),
    ),
    Nationality(
        "IDN",
        5,
        _pairs("SETIAWAN/スティアワン WIJAYA/ウィジャヤ SANTOSO/サントソ HIDAYAT/ヒダヤット"),
        _pairs("BUDI/ブディ AGUS/アグス RIZKI/リズキ"),
        _pairs("DEWI/デウィ SITI/シティ PUTRI/プトリ"),
    ),
)
