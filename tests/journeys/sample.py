"""A platform made of sample values: every page in every state, without the rest of the platform.

The pages' own tests use it. The story of the family runs on the real platform.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from journeys.sample_links import Links
from kiban.identity.errors import SignInRefused, UnknownRequest
from kiban.kernel.clock import JST
from kiban.procedures.errors import UnknownDraft
from kiban.shell import screens as s
from kiban.shell.console.offer_screens import OffersPage, OfferView
from kiban.shell.console.payment_screens import PayLine, PaymentsPage, RunCard, RunPage, WorkCard
from kiban.shell.console.visit_screens import Expected, Hour, VisitDay
from kiban.shell.errors import NotThere
from kiban.shell.locale import texts
from kiban.shell.portal.look_screens import Looked
from kiban.shell.ports import CardBack, Platform, Submitted
from kiban.shell.principals import Principal
from kiban.shell.wiring.proofs import ProofDesk

NOW = dt.datetime(2026, 11, 21, 9, 30, tzinfo=JST)
RESIDENT = Principal(kind="resident", code="p-0001", name="海南 花子", door="d-1")
OFFICER = Principal(
    kind="staff",
    code="wakayama-01",
    name="和歌山市 市民課 職員一",
    agency="302015",
    roles=("clerk", "officer", "counter", "payments", "approver", "linkage", "searcher", "inspector"),
)
DESIGNER = Principal(kind="staff", code="designer-01", name="設計 一", agency="core", roles=("designer",))


def option(value: str, text: str) -> s.Option:
    return s.Option(value, text)


def easy(text: str, read: str) -> str:
    """A text as packs have it: in plain Japanese with its readings."""
    return read if texts.language() == "ja-easy" else text


def sections() -> tuple[s.FormSection, ...]:
    known: dict[str, Any] = {"source": "海南市（住民基本台帳）", "as_of": NOW}
    you = (
        s.FormField("f-name", "name", "氏名", "text", "fixed", shown="海南 花子", **known),
        s.FormField(
            "f-address", "address", "いまの住所", "text", "confirm", shown="和歌山県海南市日方1525番地6", **known
        ),
        s.FormField(
            "f-phone", "phone", "電話番号", "text", "correct", shown="073-482-4111", raw="073-482-4111", **known
        ),
        s.FormField(
            "f-kana",
            "kana",
            "フリガナ",
            "text",
            "correct",
            "カイナン ハナコ",
            "カイナン ハナコ",
            state="corrected",
            reason="戸籍と違うため",
            before="カイナン ハナ",
            **known,
        ),
        s.FormField("f-pension", "pension", "年金の種別", "text", "confirm", state="pending", source="日本年金機構"),
    )
    new = (
        s.FormField(
            "f-new",
            "new_address",
            "新しい住所",
            "address",
            "ask",
            picked=(option("30", "和歌山県"), option("302015", "和歌山市")),
            options=(option("1", "七番丁"), option("2", "八番丁")),
        ),
        s.FormField(
            "f-to", "to", "引っ越し先の部屋", "address", "ask", picked=tuple(option(str(n), f"町{n}") for n in range(4))
        ),
        s.FormField("f-day", "move_date", "引っ越す日", "date", "ask", raw="2026-12-01"),
        s.FormField("f-cabin", "cabin", "部屋数", "integer", "ask", required=False),
        s.FormField(
            "f-head",
            "head",
            "世帯主になりますか",
            "boolean",
            "ask",
            options=(option("yes", "はい"), option("no", "いいえ")),
        ),
        s.FormField(
            "f-school",
            "school",
            "転校先",
            "choice",
            "ask",
            options=tuple(option(str(n), easy(f"第{n}小学校", f"第{n}小学校(しょうがっこう)")) for n in range(9)),
        ),
        s.FormField("f-lease", "lease", "同意書", "file", "ask", required=False),
    )
    return (s.FormSection("you", "あなた", you), s.FormSection("new", "引っ越し先", new))


def plan() -> s.Plan:
    included = (
        s.Included("move-in", "転入届", "和歌山市", "yes", (s.Cited("住所が変わるため", "住民基本台帳法22条"),)),
        s.Included("pension", "国民年金", "日本年金機構", "no", ()),
        s.Included("child", "児童手当", "和歌山市", "unknown", (s.Cited("所得を確認するため"),)),
    )
    movers = (
        s.Mover("m1", "海南 花子", "世帯主・1988年4月2日生", True, fixed=True),
        s.Mover("m2", "海南 太郎", "子・2018年6月1日生", True),
    )
    return s.Plan(
        "d1",
        3,
        "moving",
        easy("引越し", "引越(ひっこ)し"),
        "引越しの手続",
        sections(),
        movers,
        included,
        slots=(option("s1", "2026年12月2日 10:00"), option("s2", "2026年12月2日 10:30")),
        delayed=("日本年金機構",),
        typed=0,
        saved_at=NOW,
    )


DUE, NUMBER = dt.date(2026, 12, 20), "2026-000123"
CARD = s.CaseCard("c1", "児童手当 認定請求", "和歌山市", "審査中", "info", "照会中", DUE, NUMBER)
DECISION = s.DecisionView(
    "認定します",
    "good",
    (s.Cited("子が二人いるため", "児童手当法6条1項", "https://laws.e-gov.go.jp/law/346AC0000000073#Mp-At_6"),),
    (("支給月額", "20,000円"),),
    "この決定に不服があるときは、三か月以内に審査請求ができます。",
    True,
    NOW,
)
LETTERS = (s.LetterCard("l1", "認定通知書", NOW),)
TIMELINE = (s.Moment(NOW, "受け付けました"), s.Moment(NOW, "日本年金機構に照会しました", "自動"))


def case_view() -> s.CaseView:
    fields = (s.FormField("f-account", "account", "口座名義", "text", "ask"),)
    return s.CaseView(
        replace(CARD, title=easy("児童手当 認定請求", "子(こ)どもの お金(かね)")),
        (("審査", "done"), ("決定", "now"), ("通知", "next")),
        TIMELINE,
        DECISION,
        LETTERS,
        ((dt.date(2027, 2, 15), "12月・1月分", "40,000円"),),
        fields,
        "口座の名義が確かめられませんでした。",
        dt.date(2026, 12, 5),
        True,
        4,
        s.VisitView("2026年12月2日(水) 10:00 和歌山市", others=(option("s2", "2026年12月3日(木) 10:30"),)),
        (option("satisfied", "満足した"), option("dissatisfied", "不満だった")),
    )


def office_case() -> s.OfficeCase:
    evidence = (
        s.Evidence("氏名", "海南 花子", "申請者の確認", "海南 花子", "海南市 2026年11月21日"),
        s.Evidence("所得", "3,200,000円", "申請者の訂正", "3,400,000円", "海南市 2026年11月21日", differs=True),
    )
    return s.OfficeCase(
        replace(CARD, title=easy("児童手当 認定請求", "子(こ)どもの お金(かね)")),
        "海南 花子",
        "decide",
        evidence,
        TIMELINE,
        DECISION,
        None,
        LETTERS,
        frozenset({"claim", "decide", "confirm", "release", "send_back", "visited", "retry", "supply"}),
        (option("granted", "認定"), option("refused", "却下")),
        (option("account", "口座名義"), option("income", "所得")),
        "日本年金機構に2回問い合わせました。",
        (s.FormField("f-income", "income", "所得", "money", "ask", hint="海南市（地方税関係情報）に問い合わせるか…"),),
        "職員二",
        "職員一",
        4,
        "2026年12月2日(水) 10:00",
        "yes",
    )


def look(key: str, **changes: Any) -> s.Look:
    made = s.Look(
        key,
        NOW,
        "和歌山市",
        "日本年金機構",
        "児童手当",
        ("年金の種別",),
        "番号法19条8号 別表",
        True,
        12,
        80,
        "kiban.example/log 80",
        enquiry=key,
        ledger="日本年金機構",
    )
    return replace(made, **changes)


NOTICE = s.NoticeView(
    "n1",
    "和歌山市",
    "児童手当を認定しました",
    "2027年2月から支払います。\n\n口座は公金受取口座です。",
    NOW,
    False,
    "c1",
    "l1",
    "moving",
    "引越し",
    dt.date(2026, 12, 20),
)


@dataclass
class Cards:
    closed: list[str] = field(default_factory=list)

    def begin_sign_in(self, *, session: str, return_to: str, language: str, reader: str = "") -> str:
        return f"{return_to}?answer=good"

    def finish_sign_in(self, back: CardBack) -> Principal:
        if back.answer != "good":
            raise UnknownRequest("there is no such request")
        return RESIDENT

    def begin_signature(self, draft: str, *, person: Principal, session: str, return_to: str, language: str) -> str:
        return f"{return_to}?answer=good"

    def finish_signature(self, draft: str, *, person: Principal, back: CardBack) -> str:
        if back.answer != "good":
            raise UnknownRequest("there is no such request")
        return "r1"

    def asked(self, handle: str) -> bytes:
        raise UnknownRequest("there is no such request")

    def answered(self, handle: str, body: bytes) -> bytes:
        raise UnknownRequest("there is no such request")

    def close(self, person: Principal) -> None:
        self.closed.append(person.door)


@dataclass
class Residents:
    full: bool = True

    def bundles(self, person: Principal) -> tuple[s.BundleCard, ...]:
        return (
            (s.BundleCard("moving", "引越し", "転出から転入、児童手当、国民健康保険、転校まで。"),) if self.full else ()
        )

    def begin(self, bundle: str, *, person: Principal, notice: str = "") -> str:
        return "d1"

    def plan(self, draft: str, *, person: Principal) -> s.Plan:
        if draft != "d1":
            raise UnknownDraft("there is no such draft")
        return plan() if self.full else s.Plan("d1", 1, "moving", "引越し", "", ())

    def save(self, draft: str, *, person: Principal, sent: Submitted) -> tuple[s.Problem, ...]:
        self.plan(draft, person=person)
        if sent.values.get("do") != "sign":
            return ()
        shown = {f.name: f for part in plan().sections for f in part.fields}
        missing = [
            name for name in ("f-day", "f-head", "f-school", "f-new") if name in shown and not sent.values.get(name)
        ]
        return (
            tuple(s.Problem(name, f"「{shown[name].label}」を入力してください") for name in missing)
            if self.full
            else ()
        )

    def problems(self, draft: str, *, person: Principal) -> tuple[s.Problem, ...]:
        return ()

    def discard(self, draft: str, *, person: Principal) -> None:
        self.plan(draft, person=person)

    def receipt(self, receipt: str, *, person: Principal) -> s.ReceiptView:
        if receipt != "r1":
            raise NotThere("there is no such receipt")
        return s.ReceiptView(
            "r1",
            "引越し",
            NOW,
            "引越しの届出\n氏名 海南 花子",
            "0a1b2c",
            (CARD,),
            "2026年12月2日 10:00 和歌山市 市民課",
        )

    def receipt_file(self, receipt: str, *, person: Principal) -> bytes:
        return b"{}"

    def cases(self, person: Principal) -> tuple[s.CaseCard, ...]:
        return (CARD, replace(CARD, id="c2", tone="good", status="完了", due=None)) if self.full else ()

    def case(self, case: str, *, person: Principal) -> s.CaseView:
        if case != "c1":
            raise NotThere("there is no such case")
        return case_view() if self.full else s.CaseView(CARD, (), (), visit=s.VisitView(""), surveyed=True)

    def answer(self, case: str, *, person: Principal, sent: Submitted) -> tuple[s.Problem, ...]:
        return () if sent.values.get("f-account") else (s.Problem("f-account", "「口座名義」を入力してください"),)

    def survey(self, case: str, *, person: Principal, sent: Submitted) -> tuple[s.Problem, ...]:
        chosen = sent.values.get("satisfaction") or sent.values.get("do") == "pass"
        return () if chosen else (s.Problem("satisfaction", "答えを選んでください"),)

    def move_visit(self, case: str, *, person: Principal, sent: Submitted) -> tuple[s.Problem, ...]:
        return () if sent.values.get("slot") else (s.Problem("slot", "「希望の日時」を選んでください"),)

    def withdraw(self, case: str, *, person: Principal, version: int) -> None:
        self.case(case, person=person)

    def letter(self, case: str, *, person: Principal, letter: str) -> bytes:
        return b"%PDF-1.7"

    def notices(self, person: Principal) -> tuple[s.NoticeView, ...]:
        return (NOTICE, replace(NOTICE, id="n2", read=True)) if self.full else ()

    def notice(self, notice: str, *, person: Principal) -> s.NoticeView:
        return NOTICE if self.full else replace(NOTICE, case="", letter="", bundle="", answer_by=None)

    def looks(self, person: Principal) -> Looked:
        shown = (look("k1"), look("k2", proven=False, fault="署名が合いません"), look("k3", own=True))
        silent = (("日本年金機構", NOW), ("海南市", None))
        return Looked(shown, silent) if self.full else Looked(())

    def look_file(self, look: str, *, person: Principal) -> bytes:
        return b"{}"

    def holdings(self, person: Principal) -> tuple[s.Holding, ...]:
        return (s.Holding("302023", "resident.basic", "海南市", "氏名・住所"),) if self.full else ()

    def own(self, person: Principal, *, holder: str, item: str) -> s.OwnRecord:
        return s.OwnRecord(
            "海南市", "氏名・住所", (("氏名", "海南 花子"), ("住所", "和歌山県海南市日方1525番地6")), NOW
        )


@dataclass
class Offices:
    full: bool = True

    def sign_in(self, *, account: str, password: str, code: str) -> Principal:
        if password != "right":
            raise SignInRefused("account, password or code is wrong")
        return OFFICER

    def work(self, person: Principal, *, page: int, state: str, number: str = "") -> s.WorkPage:
        line = s.WorkLine(
            "c1", "児童手当 認定請求", "審査中", "info", "決定", "職員一", NOW, DUE, True, "海南 花子", NUMBER, True
        )
        return (
            s.WorkPage((line, replace(line, id="c2", overdue=False, officer="")), 42, page, 3)
            if self.full and not number
            else s.WorkPage((), 0, 1, 0)
        )

    def case(self, case: str, *, person: Principal) -> s.OfficeCase:
        if case != "c1":
            raise NotThere("there is no such case")
        return (
            office_case()
            if self.full
            else replace(
                office_case(), actions=frozenset(), drafted=None, letters=(), evidence=(), waiting="", review="own"
            )
        )

    def act(self, case: str, *, person: Principal, action: str, sent: Submitted) -> tuple[s.Problem, ...]:
        if action == "review" and not sent.values.get("agrees"):
            return (s.Problem("agrees", "見直しの結果を選んでください"),)
        if action == "supply" and not sent.values.get("f-income"):
            return (
                s.Problem("f-income", "「所得」を入力してください"),
                s.Problem("known_by", "「何で確かめたか」を入力してください"),
            )
        if action == "confirm":
            return (s.Problem("act-button", "提案した人とは別の職員が確認してください"),)
        if action == "send_back" and not sent.values.get("message"):
            return (
                s.Problem("fields", "直してもらう項目を選んでください"),
                s.Problem("message", "申請者への説明を書いてください"),
            )
        return (
            () if action != "decide" or sent.values.get("outcome") else (s.Problem("outcome", "決定を選んでください"),)
        )

    def letter(self, case: str, *, person: Principal, letter: str) -> bytes:
        return b"%PDF-1.7"

    def figures(self, person: Principal) -> s.Figures:
        return (
            s.Figures((("決定した件数", "12"),), (("児童手当", 12),), (("審査中", 3),))
            if self.full
            else s.Figures((), (), ())
        )


PACK = s.PackCard("resident-move-in", "転入届", "市区町村", "procedure", 0)


@dataclass
class Studio:
    full: bool = True
    card: s.PackCard = PACK

    def packs(self) -> tuple[s.PackCard, ...]:
        return (self.card, replace(self.card, id="moving", kind="bundle", faults=2)) if self.full else ()

    def pack(self, pack: str) -> s.PackView:
        if not self.full:
            return s.PackView(self.card, "", (), (), (), ())
        return s.PackView(
            replace(self.card, faults=1),
            "引っ越した先での届出",
            ("pack.yaml:12: 根拠がありません",),
            sections(),
            (("審査", "審査担当", "14日"),),
            (s.Cited("", "住民基本台帳法22条"),),
            LETTERS,
            (("resident-move-out", "転出届"),),
        )

    def letter(self, pack: str, letter: str) -> bytes:
        return b"%PDF-1.7"


@dataclass
class Offers:
    full: bool

    def page(self, person: Principal) -> OffersPage:
        return OffersPage(3, 128, 41) if self.full else OffersPage(0, 0, 0)

    def find(self, typed: str, *, person: Principal) -> tuple[str, tuple[s.Problem, ...]]:
        return "", (s.Problem("number", "この番号の確認書はありません。番号を確かめてください。"),)

    def offer(self, number: str, *, person: Principal) -> OfferView:
        title = "住民税非課税世帯への給付金"
        return OfferView("123456789012", title, 30_000 if self.full else 0, plan() if self.full else None, "post")

    def enter(self, number: str, *, person: Principal, sent: Submitted) -> tuple[s.Problem, ...]:
        return (s.Problem("way", "返事の方法を選んでください。"),)


@dataclass
class Visits:
    full: bool

    def day(self, person: Principal, *, asked: str) -> VisitDay:
        day = dt.date(2026, 12, 2)
        named = Expected("c1", "2026-000123", "転入届", "海南 花子", "来庁待ち", "info")
        hours = (
            Hour("10:00", 3, 5, (named, replace(named, name="", status="来庁済み", tone="good"))),
            Hour("10:30", 5, 5, ()),
        )
        return VisitDay(day, hours if self.full else (), dt.date(2026, 12, 1), dt.date(2026, 12, 3), self.full)


@dataclass
class Payments:
    full: bool

    def page(self, person: Principal) -> PaymentsPage:
        if not self.full:
            return PaymentsPage((), (), (), (), True)
        work = (WorkCard(1, "返却された", "00000000100000000017", 35_000, "c1", NUMBER),)
        return PaymentsPage(
            (option("2027-02-10", "2月10日：2件、40000円"),),
            ((dt.date(2027, 2, 10), PayLine("c1", NUMBER, "口座がありません", 20_000)),),
            (RUN,),
            work,
            True,
            (option("21", "総合振込（21）"), option("11", "給与振込（11）")),
            "ｶｲﾅﾝｼ 9999 ﾀﾒｼ 001 ﾎﾝﾃﾝ …34（1234567890）",
            1,
        )

    def act(self, person: Principal, *, sent: Submitted) -> tuple[s.Problem, ...]:
        return (s.Problem("day", "支払日を選んでください"),) if sent.values.get("do") == "freeze" else ()

    def run(self, number: int, *, person: Principal) -> RunPage:
        if number != 1:
            raise NotThere("there is no such run")
        sums = (("依頼", 40_000), ("返却", 0))
        lines = (PayLine("c1", NUMBER, "銀行で処理中", 20_000, "00000000100000000016"),) if self.full else ()
        actions = frozenset({"approve", "reject", "file"}) if self.full else frozenset[str]()
        return RunPage(RUN, "総合振込（21）", "職員一（支払担当）", "", "ab" * 32, sums, lines, actions)

    def act_on(self, number: int, *, person: Principal, sent: Submitted) -> tuple[s.Problem, ...]:
        return (s.Problem("reason", "理由を書いてください"),) if sent.values.get("do") == "reject" else ()

    def file(self, number: int, *, person: Principal, iso: bool = False) -> bytes:
        return b""


RUN = RunCard(1, dt.date(2027, 2, 10), 2, 40_000, "warn", "承認待ち")


def sample(*, full: bool = True) -> Platform:
    residents = Residents(full)
    proofs, links = ProofDesk(None, {}), Links(full)
    return Platform(
        Cards(),
        residents,
        residents,
        residents,
        Offices(full),
        proofs,
        Studio(full),
        Payments(full),
        links,
        Offers(full),
        Visits(full),
    )
