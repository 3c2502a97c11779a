"""Notices that case work sends: the pack's words where it has them, the platform's own for what every case knows."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.cases.model import Case
from kiban.notices.actions import Message, NoticeDesk, send
from kiban.notices.model import NoticeKind, Text
from kiban.notices.texts import LANGUAGES
from kiban.procedures.model import BY_POST
from kiban.procedures.plan import Lang, Shelf

KINDS = {"returned": NoticeKind.RETURNED, "received": NoticeKind.RECEIVED, "decided": NoticeKind.DECIDED}
OWN: dict[str, dict[str, Text]] = {
    "returned": {
        "ja": Text(
            title="「{title}」の内容を確認してください",
            body="「{title}」について、確認していただきたい点があります。{until}までに、該当の項目だけを直してください。",
        ),
        "ja-easy": Text(
            title="「{title}」を 見(み)てください",
            body="「{title}」に 直(なお)すところが あります。{until}までに、その ところだけ 直(なお)してください。",
        ),
        "en": Text(
            title="Please check “{title}”",
            body="Something in “{title}” needs your attention. Please correct only the fields named by {until}.",
        ),
    },
}
"""Words of the platform itself."""


@dataclass(frozen=True, slots=True)
class CaseMessages:
    """See :class:`kiban.cases.ports.Messages`."""

    desk: NoticeDesk
    shelf: Shelf

    def tell(self, case: Case, *, notice: str, key: str) -> None:
        """Send a notice about a case; the words name the procedure, never a person or an amount.

        Who answered on paper has no inbox: the case's letter goes by post.
        """
        if case.subject.startswith(BY_POST):
            return
        texts: dict[str, Text] = {lang: self._text(case, notice, language=lang) for lang in LANGUAGES}
        send(
            self.desk,
            Message(
                key=key,
                person=case.subject,
                agency=case.agency,
                kind=KINDS.get(notice, NoticeKind.INFORMATION),
                texts=texts,
                values={},
                case=case.id,
                letter=case.letters[-1].kind if case.letters else "",
                answer_by=case.returned.until if case.returned else None,
            ),
        )

    def _text(self, case: Case, notice: str, *, language: Lang) -> Text:
        own = OWN.get(notice)
        if own is not None:
            raw = own[language]
        else:
            raw = Text(
                title=self.shelf.text(case.procedure, f"notices.{notice}.title", lang=language),
                body=self.shelf.text(case.procedure, f"notices.{notice}.body", lang=language),
            )
        values = {
            "title": self.shelf.text(case.procedure, "title", lang=language),
            "until": case.returned.until.isoformat() if case.returned else "",
        }
        return Text(title=_plain(raw.title, values), body=_plain(raw.body, values))


def _plain(words: str, values: dict[str, str]) -> str:
    """The words with their values, and with braces that the filling of the notice leaves alone."""
    for name, value in values.items():
        words = words.replace("{" + name + "}", value)
    return words.replace("{", "{{").replace("}", "}}")
