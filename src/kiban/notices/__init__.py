"""Push notices, with a prefilled application inside when there is one (お知らせ)."""

from kiban.notices.actions import Delivery, Inbox, Message, NoticeDesk, inbox, mark_read, open_prefilled, send
from kiban.notices.announce import Announced, Announcement, Entitled, announce
from kiban.notices.by_post import answer_offer, make_offer, post_offers
from kiban.notices.confirmation import Addressee, confirmation
from kiban.notices.model import Notice, NoticeKind, Offer, OfferState, Outward, Prefilled, Text

__all__ = [
    "Addressee",
    "Announced",
    "Announcement",
    "Delivery",
    "Entitled",
    "Inbox",
    "Message",
    "Notice",
    "NoticeDesk",
    "NoticeKind",
    "Offer",
    "OfferState",
    "Outward",
    "Prefilled",
    "Text",
    "announce",
    "answer_offer",
    "confirmation",
    "inbox",
    "make_offer",
    "mark_read",
    "open_prefilled",
    "post_offers",
    "send",
]
