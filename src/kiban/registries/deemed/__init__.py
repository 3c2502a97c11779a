"""Corporate change deemed filed (特定法人事項変更届出に関する特例): filed once, counted everywhere.

A programme subscribes with the law under which its own notification is due and the items that it concerns; each change
reaches it once, also after a crash or when it subscribes late. The legal effect is that of the special provision: only
what the Minister of Justice gave under its article 13 is deemed filed, from the moment it stands in the agency's file;
a change known from another source (国税庁の公表) is told, and the notification remains due. What was filed by the
corporation itself before stays its own filing.
"""

from kiban.registries.deemed.actions import deliver, filings, note_filing, replay
from kiban.registries.deemed.model import BASIS, DeemedFiling, Effect, OwnFiling, Provision, Subscription
from kiban.registries.deemed.reading import provision, read_subscriptions

__all__ = [
    "BASIS",
    "DeemedFiling",
    "Effect",
    "OwnFiling",
    "Provision",
    "Subscription",
    "deliver",
    "filings",
    "note_filing",
    "provision",
    "read_subscriptions",
    "replay",
]
