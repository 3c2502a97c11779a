"""Changes of the registers pushed to subscribers outside, and what a subscriber needs to take them in."""

from kiban.registries.push.actions import replay, subscribe, subscriber_named, subscribers, unsubscribe
from kiban.registries.push.inbox import Inbox
from kiban.registries.push.model import Subscriber, Told
from kiban.registries.push.sender import Pusher, send
from kiban.registries.push.signature import Key, verify

__all__ = [
    "Inbox",
    "Key",
    "Pusher",
    "Subscriber",
    "Told",
    "replay",
    "send",
    "subscribe",
    "subscriber_named",
    "subscribers",
    "unsubscribe",
    "verify",
]
