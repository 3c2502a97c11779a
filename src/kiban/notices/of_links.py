"""Notices on corrected links (紐付け誤り): to the person whose record it is, and to the one whose key it carried."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.linkage.desk.ports import Telling
from kiban.linkage.desk.progress import affair_name
from kiban.notices.actions import Message, NoticeDesk, send
from kiban.notices.model import NoticeKind, Text
from kiban.notices.texts import LANGUAGES

WORDS: dict[str, dict[str, Text]] = {
    "right": {
        "ja": Text(
            title="マイナンバーの紐付けを訂正しました",
            body="「{affair}」のあなたの記録が、別の人のマイナンバーに紐付いていました。お詫びします。"
            "記録をあなたの番号に紐付け直すよう訂正しました。手続は必要ありません。",
        ),
        "ja-easy": Text(
            title="あなたの 番号(ばんごう)の まちがいを 直(なお)しました",
            body="「{affair}」の あなたの 記録(きろく)が、ほかの 人(ひと)の 番号(ばんごう)に ついて いました。"
            "ごめんなさい。直(なお)しました。あなたは 何(なに)も しなくて いいです。",
        ),
        "en": Text(
            title="We have corrected a link of your individual number",
            body="Your record in “{affair}” was linked with another person's individual number. We are sorry. "
            "We have corrected the link to your own number. You need not do anything.",
        ),
    },
    "linked": {
        "ja": Text(
            title="別の人の記録があなたのマイナンバーに紐付いていました",
            body="「{affair}」の別の人の記録が、あなたのマイナンバーに紐付いていました。お詫びします。"
            "紐付けを外すよう訂正しました。あなたの記録は変わりません。手続は必要ありません。",
        ),
        "ja-easy": Text(
            title="ほかの 人(ひと)の 記録(きろく)が ありました",
            body="「{affair}」の ほかの 人(ひと)の 記録(きろく)が、あなたの 番号(ばんごう)に ついて いました。"
            "ごめんなさい。直(なお)しました。あなたの 記録(きろく)は かわりません。",
        ),
        "en": Text(
            title="Another person's record was linked with your individual number",
            body="Another person's record in “{affair}” was linked with your individual number. We are sorry. "
            "We have removed the link. Your own records stay as they are. You need not do anything.",
        ),
    },
}
"""Neither text names the other person."""


@dataclass(frozen=True, slots=True)
class LinkMessages:
    """See :class:`kiban.linkage.desk.ports.Teller`."""

    desk: NoticeDesk

    def tell(self, telling: Telling) -> None:
        """Send the notice, once per key."""
        texts: dict[str, Text] = {language: _text(telling, language) for language in LANGUAGES}
        message = Message(
            key=telling.key, person=telling.person, agency=telling.agency, kind=NoticeKind.INFORMATION, texts=texts
        )
        send(self.desk, message)


def _text(telling: Telling, language: str) -> Text:
    words = WORDS[telling.who][language]
    name = affair_name(telling.affair, language=language).replace("《", "(").replace("》", ")")
    return Text(title=words.title, body=words.body.replace("{affair}", name))
