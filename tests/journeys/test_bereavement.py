"""After a death in the family (おくやみ): what offices know is not asked, each office does its part, money is paid."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client

from journeys.test_rooms import as_person, version
from journeys.town import FAMILY, OFFICER, SECOND, Town, decided, signed
from kiban.cases.model import Case, CaseState
from kiban.procedures.shelf import PackShelf
from kiban.shell.principals import Principal
from kiban.simulators.agencies.bereaved import STORY
from services.sample import A, B

pytestmark = pytest.mark.django_db
DEAD, WIDOW, SON = (f"{STORY}-{number}" for number in (1, 2, 3))
PERSON = replace(FAMILY, code=WIDOW, name="下津 和子")
DAY, PENSION = "2026-11-15", "nenkin"
CLOSED_BY_RULE = {"setainushi-henko", "kokuho-shibo", "kaigo-soshitsu", "nenkin-shibo"}
OWN, NATIONAL = "rei-shi-kokuho-sosaihi", "kokuho-sosaihi"
HEAD = {"f-setainushi-henko-new_head": "m1", "f-sozokunin-daihyo-representative-d1": "h1"}
UNION, ELDERLY = "koki-sosaihi", "elderly-30"
PAID = {OWN, "mishikyu-nenkin"}
TAX = "sozokunin-daihyo"
GIVEN = {**HEAD, f"f-{OWN}-held_funeral": "yes"}


def begun(client: Client) -> str:
    return str(client.get("/begin/okuyami").headers["Location"])


def filed(town: Town) -> dict[str, Case]:
    return {one.procedure: one for one in town.room.cases.store.cases_of(WIDOW)}


def supplied(town: Town, case: str, *, officer: Principal, yen: str, known_by: str) -> None:
    """The officer enters the amount of the ordinance, which no applicant knows."""
    desk, there = as_person(officer), f"/console/cases/{case}"
    page = desk.get(there).content.decode()
    assert "条例などで確かめてください" in page
    amount = {"f-ordinance_amount": yen, "known_by": known_by}
    assert desk.post(there, {"do": "supply", "version": version(page), **amount}).status_code == 302
    town.run()


def test_everything_that_the_offices_know_stands_there_and_only_the_family_s_own_is_asked(town: Town) -> None:
    page = as_person(PERSON).get(begun(as_person(PERSON))).content.decode()

    for known in ("下津 誠一", "下津 和子", "下津 直樹", "2026年11月15日", "模擬銀行", "住民基本台帳法"):
        assert known in page, known
    asked = set(re.findall(r'name="(f-[\w-]+)"', page))
    assert asked - {"f-account", "f-account-reason"} == set(GIVEN)
    options = re.findall(r'name="f-setainushi-henko-new_head"[^>]*value="(\w+)"', page)
    assert options == ["m1", "m2"], "the living, not the deceased"
    assert "引っ越す人" not in page


def test_each_office_does_its_part_under_one_signature(town: Town) -> None:
    client = as_person(PERSON)
    receipt = client.get(signed(client, begun(client), **GIVEN)).content.decode()
    assert "下津 誠一" in receipt
    assert "2026-11-15 死亡" in receipt
    town.run()

    cases = filed(town)
    assert {name for name, one in cases.items() if one.state is CaseState.CLOSED} == CLOSED_BY_RULE
    assert set(cases) == CLOSED_BY_RULE | PAID | {TAX}
    assert {one.agency for name, one in cases.items() if "nenkin" in name} == {PENSION}
    made = {(one.kind, one.person.rpartition(":")[2], one.data.get("date")) for one in town.offices.changes.values()}
    ended = {(kind, DEAD, DAY) for kind in ("nhi_left", "care_left", "benefit_ended")}
    assert made == {("head_changed", WIDOW, None), *ended}


def test_the_town_s_ordinance_says_the_amount_of_the_funeral_grant(town: Town) -> None:
    client = as_person(PERSON)
    assert "葬祭費の支給申請" not in client.get("/").content.decode(), "the town's own is in the bundle, not beside it"
    signed(client, begun(client), **GIVEN)
    town.run()
    case = filed(town)[OWN]

    pages = decided(town, case.id, OFFICER, SECOND)

    assert all("50,000円" in one for one in pages)
    (grant,) = town.room.benefits.store.of_case(case.id, agency=A)
    assert [one.yen for one in town.room.benefits.store.payments(grant.id, agency=A)] == [50_000]


def test_where_no_overlay_says_it_an_officer_enters_the_ordinance_s_amount(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PackShelf, "own", lambda _self, procedure, *, agency: procedure)  # a town without its own
    client = as_person(PERSON)
    signed(client, begun(client), **HEAD, **{f"f-{NATIONAL}-held_funeral": "yes"})
    town.run()
    case = filed(town)[NATIONAL]
    supplied(town, case.id, officer=OFFICER, yen="30000", known_by="国民健康保険条例")

    pages = decided(town, case.id, OFFICER, SECOND)

    assert all("30,000円" in one for one in pages)
    assert "国民健康保険法 58条1項" in pages[0]
    (grant,) = town.room.benefits.store.of_case(case.id, agency=A)
    (payment,) = town.room.benefits.store.payments(grant.id, agency=A)
    assert payment.yen == 30_000
    assert "国民健康保険審査会" in client.get(f"/cases/{case.id}").content.decode()


def test_the_spouse_is_paid_the_pension_up_to_the_month_of_death(town: Town) -> None:
    client = as_person(PERSON)
    there = begun(client)
    assert "136000" in client.get(there).content.decode().replace(",", ""), "October and November, of 68,000 yen"
    signed(client, there, **GIVEN)
    town.run()
    case = filed(town)["mishikyu-nenkin"]

    pages = decided(town, case.id, *(replace(one, agency=PENSION) for one in (OFFICER, SECOND)))

    assert all("136,000円" in one for one in pages)
    assert "配偶者で、生計を同じくしていた" in pages[0]
    (grant,) = town.room.benefits.store.of_case(case.id, agency=PENSION)
    (payment,) = town.room.benefits.store.payments(grant.id, agency=PENSION)
    assert payment.yen == 136_000


def test_who_was_75_or_older_has_the_union_s_grant_and_not_the_town_s(town: Town) -> None:
    client = as_person(replace(PERSON, code=f"{STORY}-1-2", name="大崎 和子"))
    there = begun(client)
    page = client.get(there).content.decode()
    assert "葬祭費の支給申請（後期高齢者医療）" in page
    assert f'name="f-{OWN}-held_funeral"' not in page
    receipt = client.get(signed(client, there, **HEAD, **{f"f-{UNION}-held_funeral": "yes"})).content.decode()
    assert "和歌山県後期高齢者医療広域連合" in receipt
    town.run()
    (case,) = [one for one in town.room.cases.store.cases_of(f"{STORY}-1-2") if one.procedure == UNION]
    assert case.agency == ELDERLY
    first, second = (replace(one, agency=ELDERLY) for one in (OFFICER, SECOND))
    supplied(town, case.id, officer=first, yen="30000", known_by="広域連合の後期高齢者医療に関する条例")

    pages = decided(town, case.id, first, second)

    assert all("30,000円" in one for one in pages)
    assert "高齢者の医療の確保に関する法律 86条1項" in pages[0]
    (grant,) = town.room.benefits.store.of_case(case.id, agency=ELDERLY)
    assert [one.yen for one in town.room.benefits.store.payments(grant.id, agency=ELDERLY)] == [30_000]
    mine = client.get(f"/cases/{case.id}").content.decode()
    assert "和歌山県後期高齢者医療審査会" in mine
    assert "和歌山県後期高齢者医療広域連合を被告として" in mine
    changed = [(one.agency, one.kind, one.person.rpartition(":")[2]) for one in town.offices.changes.values()]
    assert (ELDERLY, "elderly_funeral", f"{STORY}-1-1") in changed


def test_the_son_can_claim_the_grant_after_the_mother_notified_the_end_of_the_insurance(town: Town) -> None:
    (row,) = [one for one in town.offices.tables[A]["nhi"] if one["person"] == DEAD]
    row |= {"insured": 0, "until": DAY}
    client = as_person(replace(PERSON, code=SON, name="下津 直樹"))
    there = begun(client)
    page = client.get(there).content.decode()
    assert "資格の喪失がもう登録されています" in page
    account = "9998-101 普通 7654321 シモツ ナオキ"  # the son has registered none
    signed(client, there, **GIVEN, **{"f-account": account})
    town.run()

    mine = {one.procedure: one for one in town.room.cases.store.cases_of(SON)}
    assert OWN in mine
    assert "kokuho-shibo" not in mine
    assert all("50,000円" in one for one in decided(town, mine[OWN].id, OFFICER, SECOND))


def test_a_grant_that_was_paid_and_a_pension_that_was_settled_are_offered_to_nobody_again(town: Town) -> None:
    (row,) = [one for one in town.offices.tables[A]["nhi"] if one["person"] == DEAD]
    row |= {"insured": 0, "until": DAY, "funeral": 1}
    (row,) = [one for one in town.offices.tables[PENSION]["benefits"] if one["person"] == DEAD]
    row |= {"recipient": 0, "unpaid": 0}
    client = as_person(replace(PERSON, code=SON, name="下津 直樹"))
    there = begun(client)
    page = client.get(there).content.decode()
    assert "葬祭費がもう支給されています" in page
    assert 'name="f-account"' not in page, "nothing is paid, so no account is asked for"
    signed(client, there, **HEAD)
    town.run()

    assert {one.procedure for one in town.room.cases.store.cases_of(SON)} == {"setainushi-henko", "kaigo-soshitsu", TAX}


def test_the_heirs_come_from_the_family_register_and_an_officer_checks_that_all_have_signed(town: Town) -> None:
    widow = f"{STORY}-1-2"
    client = as_person(replace(PERSON, code=widow, name="大崎 和子"))
    there = begun(client)
    page = client.get(there).content.decode()
    assert "大崎 和子（妻、2分の1）、有田 恵（長女、4分の1）、大崎 直樹（子、4分の1）" in page, "one lives elsewhere"
    assert re.findall(rf'name="f-{TAX}-representative-d1"[^>]*value="(\w+)"', page) == ["h1", "h2", "h3"]
    given = {**HEAD, f"f-{UNION}-held_funeral": "yes", f"f-{TAX}-representative-d1": "h3"}
    refused = client.post(there, {"version": version(page), "do": "sign", **given, f"f-{TAX}-representative-d1": "h9"})
    assert refused.status_code == 422
    assert "税の書類を受け取る代表者" in refused.content.decode()
    signed(client, there, **given)
    town.run()

    (case,) = [one for one in town.room.cases.store.cases_of(widow) if one.procedure == TAX]
    assert case.state is CaseState.WITH_OFFICER
    desk, there = as_person(OFFICER), f"/console/cases/{case.id}"
    page = desk.get(there).content.decode()
    assert "有田 恵（長女、4分の1）" in page
    assert "連署" in page
    assert desk.post(there, {"do": "complete", "outcome": "ok", "version": version(page)}).status_code == 302
    town.run()

    assert town.room.cases.store.case_of(case.id, subject=widow).state is CaseState.CLOSED
    (made,) = [one for one in town.offices.changes.values() if one.kind == "tax_representative"]
    assert (made.person.rpartition(":")[2], made.data["representative"]["name"]) == (f"{STORY}-1-1", "大崎 直樹")


def test_where_the_register_does_not_tell_the_heirs_nobody_has_to_name_them(town: Town) -> None:
    (row,) = [one for one in town.offices.tables[A]["families"] if one["person"] == DEAD]
    row["record"]["persons"]["p3"]["death"] = "unknown"  # nobody knows whether the son is alive: two answers
    client = as_person(PERSON)
    page = client.get(begun(client)).content.decode()

    assert "戸籍の記録からは分かりません" in page
    assert f'name="f-{TAX}-representative-d1"' not in page
    assert "税の担当にお尋ねください" in page


def test_the_mother_claims_the_child_allowance_anew_and_the_children_are_paid_what_was_unpaid(town: Town) -> None:
    mother = f"{STORY}-2-2"
    client = as_person(replace(PERSON, code=mother, name="藤白 美咲"))
    there = begun(client)
    page = client.get(there).content.decode()
    assert "50,000円" in page, "October and November, of 25,000 yen"
    assert "児童手当の認定請求（受給者の死亡）" in page
    signed(client, there, **HEAD, **{f"f-{OWN}-held_funeral": "yes"})
    town.run()
    cases = {one.procedure: one for one in town.room.cases.store.cases_of(mother)}
    assert set(cases) >= {"jido-teate-shibo", "jido-teate-mishiharai"}

    anew, unpaid = cases["jido-teate-shibo"], cases["jido-teate-mishiharai"]
    assert all("25,000円" in one for one in decided(town, anew.id, OFFICER, SECOND))
    assert all("50,000円" in one for one in decided(town, unpaid.id, OFFICER, SECOND))

    (grant,) = town.room.benefits.store.of_case(anew.id, agency=A)
    assert grant.first_month == "2026-12", "the month after that of the death, claimed within 15 days"
    (once,) = town.room.benefits.store.of_case(unpaid.id, agency=A)
    assert [one.yen for one in town.room.benefits.store.payments(once.id, agency=A)] == [50_000]
    changed = {(one.kind, one.person.rpartition(":")[2]) for one in town.offices.changes.values()}
    dead = f"{STORY}-2-1"
    assert {("allowance_ended", dead), ("allowance_settled", dead), ("allowance_started", mother)} <= changed


def test_a_daughter_who_lives_elsewhere_finishes_what_is_hers_at_the_father_s_town_and_union(town: Town) -> None:
    daughter = replace(PERSON, code=f"{STORY}-away-1", name="有田 恵", agencies=(B,))
    client = as_person(daughter)
    there = str(client.get("/begin/okuyami-tooku").headers["Location"])
    page = client.get(there).content.decode()
    for known in (
        "大崎 義男",
        "父",
        "和歌山県海南市日方1番地",
        "和歌山県和歌山市七番丁23番地",
        "有田 恵（長女、4分の1）",
    ):
        assert known in page, known
    asked = set(re.findall(r'name="(f-[\w-]+)"', page)) - {"f-account", "f-account-reason"}
    assert asked == {f"f-{UNION}-held_funeral", f"f-{TAX}-representative-d1"}

    receipt = client.get(
        signed(client, there, **{f"f-{UNION}-held_funeral": "yes", f"f-{TAX}-representative-d1": "h2"})
    )
    town.run()

    assert "大崎 義男" in receipt.content.decode()
    cases = {one.procedure: one for one in town.room.cases.store.cases_of(daughter.code)}
    assert {name: one.agency for name, one in cases.items()} == {UNION: ELDERLY, TAX: A}
    first, second = (replace(one, agency=ELDERLY) for one in (OFFICER, SECOND))
    supplied(town, cases[UNION].id, officer=first, yen="30000", known_by="広域連合の後期高齢者医療に関する条例")
    assert all("30,000円" in one for one in decided(town, cases[UNION].id, first, second))
    (grant,) = town.room.benefits.store.of_case(cases[UNION].id, agency=ELDERLY)
    assert [one.yen for one in town.room.benefits.store.payments(grant.id, agency=ELDERLY)] == [30_000]


def test_whose_relatives_are_all_alive_has_nothing_to_do_elsewhere(town: Town) -> None:
    client = as_person(FAMILY)
    there = str(client.get("/begin/okuyami-tooku").headers["Location"])
    page = client.get(there).content.decode()

    assert f'name="f-{TAX}' not in page
    assert "held_funeral" not in page
    answer = client.post(there, {"version": version(page), "do": "sign"})
    assert answer.status_code == 422
    assert "届け出るものがありません" in answer.content.decode()


def test_whose_number_the_pension_office_knows_is_notified_by_nobody(town: Town) -> None:
    (row,) = [one for one in town.offices.tables[PENSION]["benefits"] if one["person"] == DEAD]
    row["number_recorded"] = 1
    client = as_person(PERSON)
    page = client.get(begun(client)).content.decode()

    assert "マイナンバーの登録があるので、届出は要りません" in page
    signed(client, begun(client), **GIVEN)
    town.run()
    assert set(filed(town)) == (CLOSED_BY_RULE | PAID | {TAX}) - {"nenkin-shibo"}


def test_nobody_else_and_nobody_dead_becomes_the_head(town: Town) -> None:
    client = as_person(PERSON)
    there = begun(client)
    page = client.get(there).content.decode()

    for stranger in ("d1", "m9"):
        chosen = {**GIVEN, "f-setainushi-henko-new_head": stranger}
        answer = client.post(there, {"version": version(page), "do": "sign", **chosen})
        assert answer.status_code == 422
        assert "「新しい世帯主になる方」" in answer.content.decode()


def test_a_family_in_which_nobody_died_is_told_that_nothing_is_to_be_done(town: Town) -> None:
    client = as_person(FAMILY)
    there = begun(client)
    page = client.get(there).content.decode()

    assert "世帯主の変更の届出はありません" in page
    answer = client.post(there, {"version": version(page), "do": "sign"})
    assert answer.status_code == 422, "nothing to sign"
    assert "届け出るものがありません" in answer.content.decode()
    assert filed(town) == {}


def test_who_was_chosen_can_be_corrected_after_a_case_was_sent_back(town: Town) -> None:
    (row,) = [one for one in town.offices.tables[A]["removed"] if one["person"] == DEAD]
    row["relation"] = None  # the register does not say who the deceased was: an officer looks at it
    client = as_person(PERSON)
    signed(client, begun(client), **GIVEN)
    town.run()
    case = filed(town)["setainushi-henko"]
    desk, there, mine = as_person(OFFICER), f"/console/cases/{case.id}", f"/cases/{case.id}"
    asked = {"do": "send_back", "fields": "new_head", "message": "どなたか確かめてください"}
    assert desk.post(there, {**asked, "version": version(desk.get(there).content.decode())}).status_code == 302

    page = client.get(mine).content.decode()
    assert re.findall(r'name="f-new_head"[^>]*value="(\w+)"', page) == ["m1", "m2"]
    assert client.post(mine, {"version": version(page), "f-new_head": "m2"}).status_code == 302

    given = town.room.cases.store.case_of(case.id, subject=WIDOW).facts["new_head"].value
    assert isinstance(given, dict)
    assert (given["key"], given["given"]) == ("m2", "直樹")
