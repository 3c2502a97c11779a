"""The family's move, played through the real HTTP interfaces by people without JavaScript; every step is checked."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

from kiban.benefits.payments import check as check_file
from kiban.identity import totp
from kiban.shell.demo import reading
from kiban.shell.demo.account import Account
from kiban.shell.demo.place import PASSWORD, PIN, A, B, Place
from kiban.simulators.walker import LostWay, Page, Walker

NEW_TOWN, NEW_BLOCK, NEW_HOUSE = "0003000", "1", "1"
PROCEDURES = ("転出届", "転入届", "児童手当の認定請求", "児童手当の受給事由消滅届", "国民健康保険の資格取得届",
              "国民健康保険の資格喪失届", "転校")  # fmt: skip
PATIENCE = 30.0


@dataclass(slots=True)
class Story:
    """One telling of the story."""

    place: Place
    account: Account
    moved_on: str

    def play(self) -> None:
        """All chapters in order."""
        started = time.perf_counter()
        resident = self._files()
        self._offices_receive(resident)
        self._counter_visit()
        first, second = self._decisions()
        self._family_sees(resident)
        self._paid(first, second)
        self._who_looked(resident)
        self._new_town_knows()
        self.account.measures["story_seconds"] = round(time.perf_counter() - started, 2)

    # the family

    def _files(self) -> Walker:
        check = self.account.check
        self.account.chapter("家族がスマートフォンで引越しを届け出る")
        resident = Walker()
        resident.open(f"{self.place.portal}/")
        resident.submit("begin-hikkoshi")
        check(
            "カードの画面が求めるのは本人の操作だけ", "浜中健一" in resident.page.text, detail=resident.page.text[:200]
        )
        resident.submit("sign-in", button="浜中健一")
        check(
            "役所が知っていることは、はじめから入っている",
            "浜中 陽葵" in resident.page.text,
            detail=resident.page.text[:300],
        )
        self._tell("知っていたこと", reading.known(resident.page))
        self._fill(resident)
        resident.submit("/sign", choose={"card": "story-1"}, pin={"pin": PASSWORD})
        check(
            "受付票が出た", "/receipts/" in resident.page.url, detail=f"{resident.page.url} {resident.page.text[:300]}"
        )
        self._tell("家族が答えたこと", reading.asked(resident.page))
        self._count(resident)
        for title in PROCEDURES:
            check(f"「{title}」を受け付けた", title in resident.page.text)
        return resident

    def _tell(self, what: str, lines: Iterable[str]) -> None:
        """Lines read from a page under a title; that there are some is a check."""
        told = list(lines)
        self.account.say(f"{what}（{len(told)}件）")
        for line in told:
            self.account.say(f"  {line}")
        self.account.check(f"{what}が画面にある", bool(told))

    def _fill(self, resident: Walker) -> None:
        """The new address by picker, the day and the visit; nothing is typed."""
        field = "f-new_address"
        for level, part in enumerate((B, NEW_TOWN, NEW_BLOCK, NEW_HOUSE), start=1):
            resident.submit("plan", button=f"pick-{field}", choose={f"{field}-{level}": part})
        self.account.check("住所は選ぶだけで決まる", "住所がそろいました" in resident.page.text)
        slots = next((f.options for f in resident.page.form("plan").fields if f.name == "slot"), [])
        self.account.check("来庁の予約を選べる", len(slots) > 1)
        chosen = {"f-moved_on": self.moved_on, **({"slot": slots[1]} if len(slots) > 1 else {})}
        resident.submit("plan", button="sign", choose=chosen)
        shown = "【引越しの日と新しい住所】" in resident.page.html
        self.account.check("署名する内容がそのまま見える", shown, detail=resident.page.text[:400])

    def _count(self, resident: Walker) -> None:
        counts = resident.counts
        measured = {
            "screens": counts.screens,
            "decisions": counts.decisions,
            "clicks": counts.clicks,
            "typed_characters": counts.typed,
            "pin_entries": 1 if counts.pin_characters else 0,
            "server_seconds": round(counts.server_seconds, 3),
        }
        self.account.measures["family"] = measured
        self.account.say(f"画面 {counts.screens}、判断 {counts.decisions}、打った文字 {counts.typed}、暗証 1回、"
                         f"待った時間 {counts.server_seconds:.2f}秒")  # fmt: skip
        self.account.check("画面は5つまで", counts.screens <= 5, detail=str(counts.titles))
        self.account.check("判断は12まで", counts.decisions <= 12, detail=str(counts.decisions))
        self.account.check("打った文字は0", counts.typed == 0, detail=str(counts.typed))

    # the offices

    def officer(self, account: str) -> Walker:
        """An officer signed in with password and one-time code."""
        known = self.place.officers[account]
        walker = Walker()
        walker.open(f"{self.place.portal}/console")
        code = totp.code(bytes.fromhex(known["totp"]), int(time.time()) // 30)
        walker.submit("staff-sign-in", type_in={"account": account, "password": known["password"], "code": str(code)})
        if not walker.page.title.startswith("受付箱"):
            raise LostWay(f"{account} could not sign in: {walker.page.text[:200]}", remedy="see web.log")
        return walker

    def _offices_receive(self, resident: Walker) -> None:
        self.account.chapter("窓口ごとに受け付け、自動で決められるものは決まる")
        page = self._until(
            resident,
            "/cases",
            wanted=lambda page: (
                _line(page, "転校", status="認めました") and _line(page, "転出届", status="受理しました")
            ),
        )
        self.account.check(
            "転出届は来庁なしで終わった", _line(page, "転出届", status="受理しました"), detail=page.text[:600]
        )
        self.account.check("国保の喪失は終わった", _line(page, "国民健康保険の資格喪失届", status="認めました"))
        self.account.check("転校は終わった", _line(page, "転校", status="認めました"))

    def _until(self, walker: Walker, address: str, *, wanted: object) -> Page:
        """Reload a page until it shows what is wanted, or patience ends."""
        assert callable(wanted)
        until = time.monotonic() + PATIENCE
        while True:
            page = walker.open(f"{self.place.portal}{address}")
            if wanted(page) or time.monotonic() > until:
                return page
            time.sleep(0.1)

    def _counter_visit(self) -> None:
        self.account.chapter("予約した時間に和歌山市の窓口で本人確認を受ける")
        counter = self.officer("b-counter")
        case = self._case(counter, "転入届")
        counter.open(case)
        self.account.check(
            "窓口には用意ができている", "visited" in _buttons(counter.page), detail=counter.page.text[:300]
        )
        counter.submit("act", button="visited")
        page = self._until(counter, case, wanted=lambda page: "受理" in page.text and "visited" not in _buttons(page))
        self.account.check("転入届を受理した", "受理" in page.text, detail=page.text[:400])

    def _case(self, officer: Walker, title: str) -> str:
        """The address of the family's case of a procedure in an officer's inbox."""
        found: list[str] = []

        def listed(page: Page) -> bool:
            found[:] = [address for text, address in page.links if text.startswith(title) and "/cases/" in address]
            return bool(found)

        page = self._until(officer, "/console", wanted=listed)
        if not found:
            raise LostWay(f"the inbox has no case {title}", remedy=page.text[:400])
        return found[0]

    def _decisions(self) -> tuple[Walker, Walker]:
        self.account.chapter("児童手当を二人の職員が決める")
        first, second = self.officer("b-officer"), self.officer("b-approver")
        case = self._case(first, "児童手当の認定請求")
        page = first.open(case)
        self.account.check("理由と条文つきの案ができている", "児童手当法" in page.text, detail=page.text[:500])
        amount = re.search(r"月額\s*([\d,]+)円", page.text)
        owed = "25,000" if amount is not None and amount[1] == "25,000" else ""
        self.account.check("月額は25,000円（3歳未満15,000円、もう一人10,000円）", bool(owed), detail=page.text[:900])
        first.submit("act", button="decide", choose={"outcome": "granted"})
        self.account.check("一人では決まらない", "別の職員の確認" in first.page.text, detail=first.page.text[:300])
        second.open(case)
        second.submit("act", button="confirm")
        page = self._until(second, case, wanted=lambda page: "PDF" in page.text)
        self.account.check("認定通知書ができた", "児童手当認定通知書" in page.text, detail=page.text[:400])
        return first, second

    def _paid(self, first: Walker, second: Walker) -> None:
        """The first payday as the bank gets it; the bank code is unassigned, so that no bank takes it."""
        check = self.account.check
        self.account.chapter("最初の支払日の銀行のファイルを、二人の職員が作る")
        page = first.open(f"{self.place.portal}/console/payments")
        days = next((f.options for f in page.form("freeze").fields if f.name == "day"), [])
        day = next(filter(None, days), "")
        first.submit("freeze", button="freeze", choose={"day": day})
        second.open(f"{self.place.portal}/console/payments")
        run = second.page.link("/console/payments/runs/").removeprefix(self.place.portal)
        second.open(f"{self.place.portal}{run}")
        second.submit("act", button="approve")
        first.open(f"{self.place.portal}{run}")
        body = first.submit(f"{run}/file").body
        self._tell(f"{day} に支払う銀行のファイル（全銀形式、{len(body)}バイト）", reading.bank_file(body))
        faults = [str(finding) for finding in check_file(body)]
        check("銀行の検査（全銀形式）に一つもかからない", not faults, detail="; ".join(faults[:3]))
        same = f"{reading.ordered(body)}円" in page.text.replace(",", "")
        check("ファイルの合計は支払の予定と同じ", same, detail=page.text[:400])

    # what the family sees

    def _family_sees(self, resident: Walker) -> None:
        self.account.chapter("家族が結果、支払の予定、通知書を見る")
        done = [(title, "受理しました" if title in {"転出届", "転入届"} else "認めました") for title in PROCEDURES]
        page = self._until(
            resident, "/cases", wanted=lambda page: all(_line(page, title, status=status) for title, status in done)
        )
        self.account.check(
            "7つの手続がすべて終わった",
            all(_line(page, title, status=status) for title, status in done),
            detail=page.text[:700],
        )
        for title in PROCEDURES:
            self._tell(f"「{title}」で決まったことと理由", reading.decided(resident.open(page.link(title))))
        case = page.link("児童手当の認定請求").removeprefix(self.place.portal)
        self._tell("偶数月の支払の予定", reading.paid(self._until(resident, case, wanted=reading.paid)))
        resident.open(resident.page.link("/letters/"))
        self.account.check("通知書はPDF", resident.page.html.startswith("%PDF"))
        resident.open(f"{self.place.portal}/notices")
        self.account.check("お知らせが届いている", "未読" in resident.page.text, detail=resident.page.text[:300])

    def _who_looked(self, resident: Walker) -> None:
        self.account.chapter("だれが見たかを、証明つきで確かめる")
        page = resident.open(f"{self.place.portal}/who-looked")
        proven, broken = page.text.count("証明を確認しました"), page.text.count("証明を確認できません")
        self._tell("だれが見たか", reading.looked(page))
        self.account.check("見た役所の名前が出る", "和歌山市" in page.text, detail=page.text[:300])
        self.account.check("証明はすべて正しい", proven > 0 and broken == 0, detail=f"{broken}")
        resident.click("/file")
        receipt = resident.page.html
        self.account.check(
            "証明は持ち帰れる（2.5kBまで）", receipt.startswith("c2sp.org/tlog-proof@v1") and len(receipt) <= 2560
        )

    def _new_town_knows(self) -> None:
        self.account.chapter("新しい市の住民になった")
        partner = Walker()
        partner.open(f"{self.place.portal}/sign-in?next=/my-data")
        partner.submit("sign-in")
        partner.submit("/sign-in", button="本人確認する", choose={"card": "story-2"}, pin={"pin": PIN})
        self.account.check(
            "配偶者のカードでも入れる", partner.page.title.startswith("わたしの情報"), detail=partner.page.text[:300]
        )
        page = partner.open(partner.page.link("resident.basic"))
        self.account.check("住民票は和歌山市にある", "和歌山市秋葉町" in page.text, detail=page.text[:400])


def _buttons(page: Page) -> set[str]:
    return {value for form in page.forms for _, _, value in form.buttons}


def _line(page: Page, title: str, *, status: str) -> bool:
    """Whether the line of a procedure shows a status."""
    at = page.text.find(title)
    return at >= 0 and status in page.text[at : at + len(title) + 60]


__all__ = ["A", "Story"]
