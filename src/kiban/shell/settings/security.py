"""What a browser is allowed to do with our pages, and how long a session lives."""

from __future__ import annotations

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'{card_app}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


def content_security_policy(card_app: str) -> str:
    """The policy; forms may also lead to the card app, where a sign-in or signature goes on by redirect."""
    return CONTENT_SECURITY_POLICY.format(card_app=f" {card_app}" if card_app else "")
