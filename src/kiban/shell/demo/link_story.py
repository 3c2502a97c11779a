"""The end of the demo: two officers settle a wrong link that a real check found, and the person reads of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kiban.shell.demo.account import Account
from kiban.shell.demo.links import RESULT
from kiban.shell.demo.place import PIN, Place
from kiban.shell.demo.story import Story
from kiban.simulators.walker import Walker

PATIENCE = 300.0
"""Seconds for the check beside everything else; on a fresh machine it compiles its loops first."""


@dataclass(slots=True)
class LinkStory:
    """The work list of 和歌山市, after the family's move."""

    place: Place
    account: Account

    def play(self) -> None:
        """Open, decide by two, correct, tell; the notice is in the inbox."""
        self.account.chapter("紐付けの点検で見つかった誤りを二人の職員が直す")
        status = self.place.helpers["links"].wait(PATIENCE)
        if not self.account.check("一つの市の記録を本当に点検した", status == 0, detail="links.log"):
            return
        done = json.loads((self.place.folder / RESULT).read_text(encoding="utf-8"))
        self.account.say(f"健康保険証情報 {done['links']:,}件を点検し、{done['findings']}件が作業リストに載った")
        self._settle(f"{self.place.portal}/console/links/{done['item']}")
        self._mother_reads()

    def _settle(self, page: str) -> None:
        story, check = Story(self.place, self.account, ""), self.account.check
        maker, checker = story.officer("b-link"), story.officer("b-link-second")
        maker.open(page)
        check("記録、紐付いている人、正しいと思われる人が並ぶ", "由美" in maker.page.text and "健一" in maker.page.text)
        right = next(f.value for f in maker.page.form("act").fields if f.name == "right")
        chosen = {"verdict": "wrong", "right": right, "reason": "attributes"}
        maker.submit("act", button="propose", choose=chosen)
        check("一人では決まらない", "confirm" not in _buttons(maker), detail=maker.page.text[:300])
        checker.open(page)
        for button in ("confirm", "correct", "tell"):
            checker.submit("act", button=button)
        check("訂正し、二人の本人に知らせた", "本人に通知済み" in checker.page.text, detail=checker.page.text[:300])

    def _mother_reads(self) -> None:
        mother = Walker()
        mother.open(f"{self.place.portal}/sign-in?next=/notices")
        mother.submit("sign-in")
        mother.submit("/sign-in", button="本人確認する", choose={"card": "story-2"}, pin={"pin": PIN})
        told = "マイナンバーの紐付けを訂正しました" in mother.page.text
        self.account.check("本人にお知らせが届いた", told, detail=mother.page.text[:300])


def _buttons(walker: Walker) -> set[str]:
    return {value for form in walker.page.forms for _, _, value in form.buttons}
