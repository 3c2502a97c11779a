"""A municipality's own over the national law, end to end: a top-up claimed, and a benefit announced in a day.

Found by the batch from held data, pushed, confirmed in the portal, decided by the rule, paid by a bank file.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from journeys.test_rooms import as_person, version
from journeys.town import FAMILY, OFFICER, SECOND, Town, claimed, signed, table
from kiban.benefits.payments import check, read
from kiban.benefits.store.runs import DatabaseRuns
from kiban.cases.model import Case
from kiban.cases.store.models import CaseRow
from kiban.evidence.from_events import observe
from kiban.notices.by_post import fresh_offer, make_offer
from kiban.shell.cli import main
from kiban.shell.evidence.events import told as events_told
from kiban.shell.wiring import process
from services.sample import NOON, A

pytestmark = pytest.mark.django_db
BENEFIT = "rei-shi-tokutei-kyufu"


def test_a_towns_own_programme_stands_beside_the_national_one(town: Town) -> None:
    client = as_person(FAMILY)
    home = client.get("/").content.decode()
    assert "例市 ひとり親家庭等手当" in home
    assert "児童扶養手当の認定請求" in home
    assert "例市 くらし応援給付金" not in home, "only through a notice"

    case = claimed(town, client)

    mine = client.get(f"/cases/{case}").content.decode()
    assert "市の手当の月額" in mine
    assert "10,000" in mine, "5,000 yen for each of two children since the amendment of June 2026"
    assert "69,400" in mine, "48,050 + 11,350 of the state and 10,000 of the town"
    assert "例市ひとり親家庭等手当条例" in mine
    (paid,) = town.room.benefits.store.of_case(case, agency=A)
    assert (paid.benefit, paid.rates[0].yen) == ("rei_shi_lone_parents", 10_000)
    dues = [one.due_on for one in town.room.benefits.store.payments(paid.id, agency=A)]
    assert [day.month for day in dues] == [1, 3, 5, 7, 9, 11]


@pytest.mark.parametrize(("known", "yen"), [("2026-06-19", 6_000), ("2026-06-20", 10_000)])
def test_the_batch_gives_the_towns_amount_by_what_was_known_on_the_day(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], known: str, yen: int
) -> None:
    facts = tmp_path / "in"
    facts.mkdir()
    own = {"受給者国内居住": "true", "支給要件": "true", "合計所得": 80_000, "養育費": 0, "諸控除": 0, "扶養親族数": 0,
           "老人扶養親族数": 0, "特定扶養親族数": 0}  # fmt: skip
    child = {"障害": "false", "監護": "true", "国内居住": "true", "施設入所": "false"}
    table(facts / "世帯.csv", [{"世帯": 1, **own}])
    table(facts / "子.csv", [{"世帯": 1, "生年月日": day, **child} for day in ("2017-06-10", "2024-09-05")])
    table(facts / "扶養義務者.csv", [], head=["世帯", "義務者所得", "義務者扶養数", "義務者老人数"])
    arguments = ["--pack", str(town.packs / f"municipalities/{A}/hitorioya-uwanose"), "--on", "2026-04-01"]

    arguments += ["--known", known, "--facts", str(facts), "--out", str(tmp_path / known), "--output", "上乗せ月額"]
    assert main(["rules", "compute", *arguments]) == 0

    assert f"上乗せ月額: {yen:,}" in capsys.readouterr().out


def found(town: Town, folder: Path) -> Path:
    """The households that the batch finds entitled from held data, without a question to anybody."""
    facts = folder / "held"
    facts.mkdir()
    own = {"住民登録": "true", "課税者の扶養のみ": "false", "受給済み": "false"}
    exempt = {1: "true", 2: "false", 3: "true"}
    table(facts / "世帯.csv", [{"世帯": n, **own, "非課税世帯": exempt[n]} for n in exempt])
    births = {1: ("2017-06-10", "2024-09-05"), 2: ("2015-05-05",), 3: ()}
    children = [{"世帯": n, "生年月日": day, "同居": "true"} for n, days in births.items() for day in days]
    table(facts / "子.csv", children)
    out = folder / "found"
    pack = str(town.packs / f"municipalities/{A}/tokutei-kyufu")
    arguments = ["--pack", pack, "--on", "2026-11-01", "--facts", str(facts), "--out", str(out), "--output", "給付額"]
    assert main(["rules", "compute", *arguments]) == 0
    return out / "世帯.csv"


def announced(town: Town, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The household found, announced by the command; what it prints."""
    results = folder / "found/世帯.csv" if (folder / "found").exists() else found(town, folder)
    known = town.room.cases.store.cases_of(FAMILY.code)[0].person
    persons, letters = folder / "persons.csv", folder / "letters.csv"
    table(persons, [{"世帯": n, "受給者": known if n == 1 else f"{A}:story-{n - 1}-1"} for n in (1, 2, 3)])
    files = ["--results", str(results), "--persons", str(persons), "--letters", str(letters)]
    facts = [word for one in ("exempt", "not_received", "not_supported") for word in ("--fact", f"{one}=yes")]
    arguments = ["--pack", BENEFIT, "--agency", A, "--output", "給付額", "--until", "2026-12-31", *files, *facts]
    assert main(["benefit", "announce", *arguments]) == 0
    return capsys.readouterr().out


def test_a_benefit_is_announced_confirmed_and_paid_in_a_day(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client = as_person(FAMILY)
    claimed(town, client)  # by which the portal and the town know each other's code of this person

    assert "1 told, 1 by post" in announced(town, tmp_path, capsys)
    assert f"{A}:story-2-1," in (tmp_path / "letters.csv").read_text(encoding="utf-8")
    assert "1 told" in announced(town, tmp_path, capsys)

    inbox = client.get("/notices").content.decode()
    assert inbox.count("給付金のお知らせ") == 1, "announced twice, told once"
    (notice,) = {found for found in re.findall(r"/notices/([\w-]+)", inbox)
                 if "給付金のお知らせ" in client.get(f"/notices/{found}").content.decode()}  # fmt: skip
    told = client.get(f"/notices/{notice}").content.decode()
    assert "例市 くらし応援給付金" in told
    there = client.get(f"/begin/{BENEFIT}?notice={notice}").headers["Location"]
    page = client.get(there).content.decode()
    assert "模擬銀行" in page
    assert 'name="f-not_received"' not in page or "checked" in page or "はい" in page

    receipt = signed(client, there)  # nothing is filled in: one press, one signature
    assert "受け付けました" in client.get(receipt).content.decode()
    town.run()

    (case,) = [one for one in town.room.cases.store.cases_of(FAMILY.code) if one.procedure == BENEFIT]
    assert case.decision is not None
    assert case.decision.automatic
    mine = client.get(f"/cases/{case.id}").content.decode()
    assert "40,000" in mine, "10,000 for the household and 15,000 for each of two children"
    assert "公的給付の支給等の迅速かつ確実な実施のための" in mine, "the law it rests on"
    (paid,) = town.room.benefits.store.of_case(case.id, agency=A)
    (payment,) = town.room.benefits.store.payments(paid.id, agency=A)
    assert (payment.yen, payment.due_on) == (40_000, dt.date(2026, 12, 25))

    maker, checker = as_person(OFFICER), as_person(SECOND)
    frozen = maker.post("/console/payments", {"do": "freeze", "day": "2026-12-25"})
    assert frozen.status_code == 302, re.findall(r'error">[^<]*|<td>[^<]*', frozen.content.decode())
    (run,) = DatabaseRuns().runs(A)
    assert checker.post(f"/console/payments/runs/{run.number}", {"do": "approve"}).status_code == 302
    bank_file = maker.post(f"/console/payments/runs/{run.number}/file").content
    assert list(check(bank_file)) == []
    (batch,) = read(bank_file)
    assert [(one.yen, one.holder) for one in batch.transfers] == [(40_000, "ﾊﾏﾅｶ ｹﾝｲﾁ")]
    assert batch.day == "1225"

    counted = observe(events_told(), as_of=NOON.date(), area_of=lambda agency: agency[:5])
    taken = {one.indicator: (one.numerator, one.denominator) for one in counted if one.indicator.startswith("take_up")}
    assert taken == {"take_up": (1, 1), f"take_up-{BENEFIT}": (1, 1)}, "the offer was taken up, as the dashboard counts"


def written_to(town: Town, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The household that the portal does not know, written to; the number of its letter."""
    assert "1 told, 1 by post" in announced(town, folder, capsys)
    assert main(["benefit", "letters", "--agency", A, "--out", str(folder / "post")]) == 0
    assert "1 letters" in capsys.readouterr().out
    (letter,) = (folder / "post").glob("*.pdf")
    assert letter.read_bytes().startswith(b"%PDF")
    return letter.stem


def of_paper(town: Town) -> Case:
    """The only case of the benefit."""
    (row,) = CaseRow.objects.filter(procedure=BENEFIT)
    assert row.subject.startswith("post:")
    return town.room.cases.store.case(row.pk, agency=A)


def take_up() -> tuple[float, float | None]:
    counted = observe(events_told(), as_of=NOON.date(), area_of=lambda agency: agency[:5])
    return next((one.numerator, one.denominator) for one in counted if one.indicator == f"take_up-{BENEFIT}")


@pytest.mark.parametrize("way", ["post", "counter"])
def test_whom_the_portal_does_not_know_is_written_to_and_answers_on_paper(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    claimed(town, as_person(FAMILY))
    number = written_to(town, tmp_path, capsys)
    town.run()
    assert take_up() == (0, 2), "one notice and one letter"
    assert main(["benefit", "letters", "--agency", A, "--out", str(tmp_path / "post")]) == 0
    assert "0 letters" in capsys.readouterr().out, "a letter is printed once"
    assert main(["benefit", "letters", "--agency", A, "--out", str(tmp_path / "post"), "--again"]) == 0
    assert "1 letters" in capsys.readouterr().out

    desk = as_person(OFFICER)
    assert desk.post("/console/offers", {"number": "123"}).status_code == 422
    spaced = f"{number[:4]}-{number[4:8]}-{number[8:]}"
    there = desk.post("/console/offers", {"number": spaced}).headers["Location"]
    assert number in there
    page = desk.get(there).content.decode()
    assert "和歌山県海南市日方1番地" in page, "the address, to be compared with the paper"
    assert "模擬銀行" in page
    sent = {"version": version(page), "do": "enter"}
    assert desk.post(there, sent).status_code == 422, "how it came is said"
    page = desk.get(there).content.decode()
    assert desk.post(there, sent | {"way": way, "version": version(page)}).status_code == 302
    assert "受け付けました" in desk.get(there).content.decode()
    assert desk.post(there, sent | {"way": way}).status_code == 422, "nothing is entered twice"
    town.run()

    case = of_paper(town)
    assert case.decision is not None
    assert case.decision.automatic
    assert case.letters, "the decision is a letter that goes by post"
    (paid,) = town.room.benefits.store.of_case(case.id, agency=A)
    assert (paid.person, paid.rates[0].yen) == (f"{A}:story-2-1", 10_000 + 2 * 15_000)
    assert take_up() == (1, 2)
    assert "1 told, 1 by post" in announced(town, tmp_path, capsys), "announced again, written to once"
    assert main(["benefit", "letters", "--agency", A, "--out", str(tmp_path / "post"), "--again"]) == 0
    assert "0 letters" in capsys.readouterr().out


def test_no_on_paper_is_a_refusal_with_its_reason(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claimed(town, as_person(FAMILY))
    number = written_to(town, tmp_path, capsys)
    desk = as_person(OFFICER)
    there = desk.post("/console/offers", {"number": number}).headers["Location"]
    page = desk.get(there).content.decode()
    said = {"f-not_received": "no", "f-not_received-reason": "確認書の記入", "way": "post", "do": "enter"}
    assert desk.post(there, {"version": version(page), **said}).status_code == 302
    town.run()

    case = of_paper(town)
    assert case.decision is not None
    assert case.decision.outcome.value == "refused"
    assert town.room.benefits.store.of_case(case.id, agency=A) == ()


def test_letters_of_another_office_are_not_there(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claimed(town, as_person(FAMILY))
    number = written_to(town, tmp_path, capsys)
    other = as_person(replace(OFFICER, agency="302015"))
    assert other.post("/console/offers", {"number": number}).status_code == 422
    assert other.get(f"/console/offers/{number}").status_code == 404
    assert as_person(replace(OFFICER, roles=("payments",))).get("/console/offers").status_code == 403


def test_who_has_no_registered_account_writes_it_on_the_paper(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process.outer().nodes._rows["digital-agency", "accounts"].pop("story-2-1")  # type: ignore[attr-defined]  # a mock
    claimed(town, as_person(FAMILY))
    number = written_to(town, tmp_path, capsys)
    desk = as_person(OFFICER)
    there = desk.post("/console/offers", {"number": number}).headers["Location"]
    page = desk.get(there).content.decode()
    sent = {"version": version(page), "way": "post", "do": "enter", "f-account": "9998 101 スズキ"}
    assert desk.post(there, sent).status_code == 422, "no account: no payment"
    sent["version"] = version(desk.get(there).content.decode())
    assert desk.post(there, sent | {"f-account": "9998-101 普通 7654321 スズキ ケンイチ"}).status_code == 302
    town.run()

    (paid,) = town.room.benefits.store.of_case(of_paper(town).id, agency=A)
    assert paid.account is not None
    assert (paid.account.bank, paid.account.number, paid.account.kind) == ("9998", "7654321", "1")
    assert paid.account.holder_kana == "スズキ ケンイチ"


def test_a_letter_without_an_addressee_waits_and_stops_no_other(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claimed(town, as_person(FAMILY))
    desk, out = town.room.notices, tmp_path / "post"
    for person in (f"{A}:moved-away", f"{A}:story-2-2"):
        make_offer(desk, fresh_offer(desk, agency=A, pack=BENEFIT, person=person))
    command = ["benefit", "letters", "--agency", A, "--out", str(out)]

    assert main(command) == 1
    printed = capsys.readouterr()
    assert "1 letters" in printed.out
    assert "waits" in printed.err
    assert "moved-away" not in printed.err
    announced(town, tmp_path, capsys)
    assert main(command) == 1
    lines = (out / "letters.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3, "the list of the first run has become longer"
    assert {line.split(",")[2] for line in lines[1:]} == {path.name for path in out.glob("*.pdf")}


@pytest.mark.parametrize(
    ("persons", "what"),
    [
        ("世帯,受給者\n1,a\n1,b\n3,c\n", "twice"),
        ("世帯,受給者\n1,a\n", "no person"),
        ("世帯,受給者\n1\n3,c\n", "cells"),
    ],
)
def test_nobody_is_told_while_a_file_is_wrong(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], persons: str, what: str
) -> None:
    results, file = tmp_path / "世帯.csv", tmp_path / "persons.csv"
    table(results, [{"世帯": 1, "給付額": 10_000}, {"世帯": 2, "給付額": 0}, {"世帯": 3, "給付額": 10_000}])
    file.write_text(f"世帯,受給者\n{persons}", encoding="utf-8")
    arguments = ["--pack", BENEFIT, "--agency", A, "--results", str(results), "--output", "給付額"]

    assert main(["benefit", "announce", *arguments, "--persons", str(file)]) != 0

    assert what in capsys.readouterr().err
    assert sum(town.room.notices.store.count_offers(A).values()) == 0
