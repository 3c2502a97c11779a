"""Push notices, with a prefilled application inside when there is one (お知らせ)."""

from kiban.notices.actions import Delivery, Inbox, Message, NoticeDesk, inbox, mark_read, open_prefilled, send
from kiban.notices.announce import Announced, Announcement, Entitled, announce
from kiban.notices.model import Notice, NoticeKind, Outward, Prefilled, Text

__all__ = [
    "Announced",
    "Announcement",
    "Delivery",
    "Entitled",
    "Inbox",
    "Message",
    "Notice",
    "NoticeDesk",
    "NoticeKind",
    "Outward",
    "Prefilled",
    "Text",
    "announce",
    "inbox",
    "mark_read",
    "open_prefilled",
    "send",
]
