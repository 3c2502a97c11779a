"""What the family reads on its pages, as lines for the account: what was known, asked, decided and why, paid, seen."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import takewhile

from kiban.benefits.payments import read
from kiban.simulators.walker import Page

PAYMENT = re.compile(r"(\d{4}年(?:2|4|6|8|10|12)月\d{1,2}日\(.\))(20[^円]{0,40}?月)([\d,]+円)")
"""A line of the payment table: an even month's day, the months it is for, the sum."""
DAY = re.compile(r"\d{4}年")
"""The day of the decision ends its reasons."""
GIVEN = re.compile(r"^(.+): (.+) \[(本人記入|訂正.*)\]$", re.MULTILINE)
"""A line of the signed content that the family answered itself."""


def known(page: Page) -> Iterator[str]:
    """Every fact of the plan with the agency and the day it came from."""
    source = ""
    for line in page.lines:
        if not line.term:
            source = line.text if line.text.endswith("現在）") else ""
        elif source:
            yield f"{line.term}: {line.text} {source}"


def asked(page: Page) -> Iterator[str]:
    """What the receipt's signed content says the family gave."""
    found = re.search(r"<pre>(.*?)</pre>", page.html, re.DOTALL)
    content = html.unescape(found[1]) if found else ""
    yield from (f"{label}: {value}" for label, value, _ in GIVEN.findall(content))


def decided(page: Page) -> Iterator[str]:
    """What a case's decision fixes, and its reasons with their articles."""
    yield from (f"{line.term}: {line.text}" for line in page.lines if line.term and line.heading != "理由")
    reasons = takewhile(lambda line: not DAY.match(line.text), page.under("理由"))
    yield from (f"理由: {line.text}" for line in reasons)


def paid(page: Page) -> list[str]:
    """The days, months and sums of the payment table."""
    return [f"{day} {months}分 {yen}" for day, months, yen in PAYMENT.findall(page.text)]


def bank_file(body: bytes) -> Iterator[str]:
    """The bank file record by record, as the bank reads it; account numbers by their last two digits."""
    for batch in read(body):
        payer = batch.payer
        head = f"{payer.name}、{payer.bank}-{payer.branch} …{payer.number[-2:]}"
        yield f"1 ヘッダ: 種別 {batch.kind.value}、{batch.day}、{head}"
        for one in batch.transfers:
            yield f"2 データ: {one.holder}、{one.bank}-{one.branch} …{one.number[-2:]}、{one.yen:,}円、EDI {one.key}"
        yield f"8 トレーラ: {len(batch.transfers)}件、{batch.yen:,}円"
        yield "9 エンド"


def ordered(body: bytes) -> int:
    """The sum of a bank file, in yen."""
    return sum(batch.yen for batch in read(body))


def looked(page: Page) -> Iterator[str]:
    """Who looked at what for what: the page's sentence with its day and law."""
    when = ""
    for line in page.lines:
        if line.term == "いつ":
            when = line.text
        elif line.term == "根拠":
            yield f"{when} {line.heading}（根拠 {line.text}）"
