"""`kiban demo`: two towns, all agencies, the portal; plays a family's move, then serves until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.shell.cli._extras import require

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers
    from kiban.shell.demo.account import Account
    from kiban.shell.demo.place import Place

PERSONS = 2_000
OFFICES = {"302023": "海南市", "302015": "和歌山市", "education-302015": "和歌山市教育委員会"}


def add(subparsers: Subparsers) -> None:
    """Add ``demo``."""
    demo = subparsers.add_parser("demo", help="two towns, all agencies, one family's move; then serve for trying")
    demo.add_argument("--exit", action="store_true", help="end after the story; status 0 only if every check held")
    demo.add_argument("--json", type=Path, help="write the account for machines to this file")
    demo.add_argument("--persons", type=int, default=PERSONS, help="residents of each town")
    demo.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Set up, play, report, and serve."""
    require("all", "django", "granian", "uvicorn", "numba", "duckdb", "typst")
    from kiban.kernel.clock import SystemClock, today
    from kiban.shell.demo.account import Account
    from kiban.shell.demo.link_story import LinkStory
    from kiban.shell.demo.place import running
    from kiban.shell.demo.story import Story

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    account, began, day = Account(), time.perf_counter(), today(SystemClock())
    with (
        tempfile.TemporaryDirectory(prefix="kiban-demo-") as folder,
        running(Path(folder), persons=arguments.persons, today=day, tell=lambda line: print(line, flush=True)) as place,
    ):
        account.measures["setup_seconds"] = round(time.perf_counter() - began, 2)
        place.help("links", "kiban.shell.demo.links")
        Story(place, account, moved_on=day.isoformat()).play()
        account.measures["memory_bytes"] = place.memory()
        LinkStory(place, account).play()
        report(account, place)
        if arguments.json:
            arguments.json.write_text(json.dumps(account.as_data(), ensure_ascii=False, indent=1), encoding="utf-8")
        if not arguments.exit:
            serve(place)
    return 0 if account.held else 1


def report(account: Account, place: Place) -> None:
    """The end of the account: counts, and whether everything held."""
    data = account.as_data()
    print(f"\n準備 {account.measures['setup_seconds']}秒、物語 {account.measures['story_seconds']}秒、"
          f"メモリ {account.measures['memory_bytes'] / 1e6:.0f} MB、住民 {place.residents:,}人")  # fmt: skip
    print(comparison(account))
    print(f"確認 {data['checks']}件、" + ("すべて成立" if account.held else f"不成立: {'、'.join(data['failed'])}"))


def comparison(account: Account) -> str:
    """Kiban's counts beside those of the replica of today's way."""
    from kiban.shell.demo.replica import today_counts

    today, here = today_counts(), account.measures["family"]
    account.measures["replica_of_today"] = today
    unknown = f"（ほか{today['typed_unknown_steps']}段階は不明）"
    return (
        "今のやり方（法令と手引から書いた複製で、実測ではない）と比べる: "
        f"書く・打つ文字 {today['typed_known']}以上{unknown} → {here['typed_characters']}、"
        f"暗証 {today['secrets']} → {here['pin_entries']}、来庁・来校 {today['visits']} → 1、"
        f"画面 不明 → {here['screens']}"
    )


def serve(place: Place) -> None:
    """Say how to try it by hand, and wait for Ctrl-C."""
    from kiban.shell.demo.place import PASSWORD, PIN

    print(f"\n試す: {place.portal}/")
    print(f"  カード: 浜中健一（スマホ、暗証なし）, 浜中由美（プラスチック、暗証 {PIN}）, 署名用パスワード {PASSWORD}")
    print(f"  職員: {place.portal}/console")
    for account, known in place.officers.items():
        who = f"{OFFICES[known['agency']]} {known['name']}"
        print(f"    {account}（{who}） パスワード {known['password']} 、ワンタイム鍵 {_base32(known['totp'])}")
    print(f"  紐付けの点検: {place.portal}/console/links（b-link が判断し、b-link-second が確認する）")
    print("Ctrl-C で終わります", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print("終わります")


def _base32(secret: str) -> str:
    import base64

    return base64.b32encode(bytes.fromhex(secret)).decode().rstrip("=")
