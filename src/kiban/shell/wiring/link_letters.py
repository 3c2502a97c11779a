"""The letter on a corrected link, for who has no inbox or wants paper; on the house's own letter template."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from kiban.cases.letters.render import compile_letter
from kiban.kernel.clock import JST
from kiban.linkage.desk.model import Item
from kiban.linkage.desk.progress import affair_name
from kiban.linkage.model import Person

WORDS = {
    "right": {
        "title": "マイナンバーの紐付けの訂正について（お知らせ）",
        "outcome": "あなたの記録が別の方のマイナンバーに紐付いていました。深くお詫びします。次のとおり訂正しました。",
        "reason": "点検で見つかった違いを二人の職員が確かめ、記録があなたのものと分かったためです。",
        "change": "記録をあなたのマイナンバーに紐付け直します。手続は必要ありません。",
    },
    "linked": {
        "title": "別の方の記録が紐付いていたことについて（お知らせ）",
        "outcome": "別の方の記録があなたのマイナンバーに紐付いていました。深くお詫びします。次のとおり訂正しました。",
        "reason": "点検で見つかった違いを二人の職員が確かめ、記録が別の方のものと分かったためです。",
        "change": "その記録の紐付けを外します。あなたの記録は変わりません。手続は必要ありません。",
    },
}


def letter(item: Item, who: str, *, office: str) -> bytes:
    """PDF/UA-1 of the letter; the same finding gives the same bytes."""
    source = (files("kiban.cases.letters") / "letter.typ").read_text(encoding="utf-8")
    return compile_letter(source, letter_data(item, who, office=office))


def letter_data(item: Item, who: str, *, office: str) -> dict[str, Any]:
    """What the template reads. The other person is not in it."""
    words, person = WORDS[who], _addressee(item, who)
    moment = next(s.at for s in reversed(item.history) if s.what in {"corrected", "removed"}).astimezone(JST)
    date = f"{moment.year}年{moment.month}月{moment.day}日"
    affair = affair_name(item.affair, language="ja")
    return {
        "title": words["title"],
        "date": date,
        "number": f"{item.agency}-{item.id}",
        "addressee": person.name,
        "office": office,
        "outcome": words["outcome"],
        "reasons": [words["reason"]],
        "results": [["事務", affair], ["訂正した日", date], ["訂正の内容", words["change"]]],
        "appeal": "",
        "facts": {},
    }


def _addressee(item: Item, who: str) -> Person:
    choice = item.choice(item.right) if who == "right" else None
    return choice.person if choice else item.linked.person
