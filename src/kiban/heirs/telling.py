"""The answer as a report for people and as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kiban.heirs.answer import Alternative, Found, Need, Reason, Stake, Succession
from kiban.heirs.explaining import asked, called, day_said, doubts, fraction, frame, said
from kiban.heirs.model import Family


def report(found: Found, *, language: str = "ja") -> Iterator[str]:
    """The whole answer, line by line."""
    yield frame(found.status.value, language)
    for succession in (found.first, *found.later):
        yield ""
        yield from _succession(found.family, succession, language=language)
    if found.later:
        yield ""
        yield frame("final", language)
        yield from _shares(found.family, found.final, language=language)
    if found.alternatives:
        yield ""
        yield frame("alternatives", language)
        for alternative in found.alternatives:
            yield from _alternative(found, alternative, language=language)
    if found.lacking:
        yield ""
        yield frame("lacking", language)
        for need in found.lacking:
            yield from _need(found.family, need, language=language)
    if unsure := doubts(found):
        yield ""
        yield frame("doubts", language)
        yield from (f"  ! {what}: {why}" for what, why in unsure.items())


def _succession(family: Family, done: Succession, *, language: str) -> Iterator[str]:
    day = day_said(done.day, language)
    yield frame("head", language, who=called(family, done.decedent), day=day)
    yield f"■ {frame('heirs' if done.heirs else 'nobody', language)}"
    for heir in done.heirs:
        yield f"  {called(family, heir.person)}  {fraction(heir.share, language)}"
        for stake in heir.stakes:
            yield from (_line(family, reason, language=language, indent=4) for reason in stake.reasons)
    if done.excluded:
        yield f"■ {frame('excluded', language)}"
        yield from (_line(family, one.reason, language=language, indent=2) for one in done.excluded)
    if done.remarks:
        yield f"■ {frame('remarks', language)}"
        yield from (_line(family, one, language=language, indent=2) for one in done.remarks)


def _line(family: Family, reason: Reason, *, language: str, indent: int) -> str:
    bases = "・".join(str(basis) for basis in reason.bases)
    return f"{' ' * indent}- {said(family, reason, language=language)}" + (f" [{bases}]" if bases else "")


def _shares(family: Family, shares: Mapping[str, Fraction], *, language: str) -> Iterator[str]:
    for person, share in shares.items():
        yield f"  {called(family, person)}  {fraction(share, language)}"


def _alternative(found: Found, other: Alternative, *, language: str) -> Iterator[str]:
    for question, value in other.when:
        answer = frame("yes" if value else "no", language)
        yield f"  ? {asked(found.family, question, language=language)} {frame('then', language, answer=answer)}:"
    shares = other.final if found.first.shares() == other.heirs else other.heirs
    told = list(_shares(found.family, shares, language=language)) or [f"  {frame('nobody', language)}"]
    yield from (f"    {line}" for line in told)


def _need(family: Family, need: Need, *, language: str) -> Iterator[str]:
    yield _line(family, need.reason, language=language, indent=2)
    for start, end in need.gaps if need.extent.value == "whole" else ():
        first = day_said(start, language) if start else frame("birth", language)
        last = day_said(end, language) if end else frame("now", language)
        yield f"      {frame('gap', language, start=first, end=last)}"


def as_data(found: Found, *, language: str = "ja") -> dict[str, Any]:
    """The answer as plain values for JSON; shares are fractions as text (``1/4``), days ``YYYY-MM-DD``."""
    return {
        "status": found.status.value,
        "succession": _data(found.family, found.first, language=language),
        "later": [_data(found.family, one, language=language) for one in found.later],
        "final": _texts(found.final),
        "alternatives": [
            {
                "when": [
                    {
                        "kind": question.kind,
                        "question": asked(found.family, question, language=language),
                        "answer": value,
                    }
                    for question, value in one.when
                ],
                "heirs": _texts(one.heirs),
                "final": _texts(one.final),
            }
            for one in found.alternatives
        ],
        "not_compared": doubts(found),
        "needs": [_need_data(found.family, need, language=language) for need in found.needs],
    }


def _data(family: Family, done: Succession, *, language: str) -> dict[str, Any]:
    return {
        "decedent": done.decedent,
        "day": str(done.day),
        "rank": done.rank.value if done.rank else None,
        "heirs": [
            {
                "person": heir.person,
                "name": called(family, heir.person),
                "share": str(heir.share),
                "stakes": [_stake(family, stake, language=language) for stake in heir.stakes],
            }
            for heir in done.heirs
        ],
        "excluded": [{"person": one.person, **_reason(family, one.reason, language=language)} for one in done.excluded],
        "remarks": [_reason(family, one, language=language) for one in done.remarks],
    }


def _stake(family: Family, stake: Stake, *, language: str) -> dict[str, Any]:
    return {
        "as": stake.capacity.value,
        "share": str(stake.share),
        "represents": list(stake.represents),
        "reasons": [_reason(family, one, language=language) for one in stake.reasons],
    }


def _reason(family: Family, reason: Reason, *, language: str) -> dict[str, Any]:
    return {
        "key": reason.key,
        "about": reason.about,
        "text": said(family, reason, language=language),
        "articles": [str(basis) for basis in reason.bases],
    }


def _need_data(family: Family, need: Need, *, language: str) -> dict[str, Any]:
    gaps = [[str(day) if day else None for day in gap] for gap in need.gaps]
    told = _reason(family, need.reason, language=language)
    return {"person": need.person, "extent": need.extent.value, "seen": need.seen, "gaps": gaps, **told}


def _texts(shares: Mapping[str, Fraction]) -> dict[str, str]:
    return {person: str(share) for person, share in shares.items()}
