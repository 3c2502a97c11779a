"""Case work's notices: the pack's words in three languages, put into the applicant's inbox."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.cases import Case
from kiban.notices import Message, NoticeDesk, NoticeKind, Text, send
from kiban.procedures.plan import Lang, Shelf

LANGUAGES: tuple[Lang, ...] = ("ja", "ja-easy", "en")
KINDS = {"returned": NoticeKind.RETURNED, "decided": NoticeKind.DECIDED, "received": NoticeKind.RECEIVED}


class NoChannels:
    """Nobody has chosen an outward channel: the inbox is the only place."""

    def channels(self, person: str) -> tuple[str, ...]:  # noqa: ARG002 the port's name
        return ()

    def language(self, person: str) -> str:  # noqa: ARG002 the port's name
        return "ja"


@dataclass(frozen=True, slots=True)
class CaseMessages:
    """See `kiban.cases.ports.Messages`."""

    desk: NoticeDesk
    shelf: Shelf

    def tell(self, case: Case, *, notice: str, key: str) -> None:
        texts = {language: self._text(case, notice, language) for language in LANGUAGES}
        letter = case.letters[-1].id if case.letters else ""
        until = case.returned.until if case.returned and notice == "returned" else None
        message = Message(
            key=key,
            person=case.subject,
            agency=case.agency,
            kind=KINDS.get(notice, NoticeKind.INFORMATION),
            texts=texts,
            case=case.id,
            letter=letter,
            answer_by=until,
        )
        send(self.desk, message)

    def _text(self, case: Case, notice: str, language: Lang) -> Text:
        pack = case.procedure
        title = self.shelf.text(pack, f"notices.{notice}.title", lang=language)
        return Text(title=title, body=self.shelf.text(pack, f"notices.{notice}.body", lang=language))
