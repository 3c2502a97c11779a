"""An office finds from held data who is entitled, and pushes the application, filled in: one press by the person."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from journeys.test_rooms import as_person
from journeys.town import FAMILY, OFFICER, SECOND, Town, claimed, decided, signed, table
from kiban.cases.model import Case
from kiban.shell.cli import main
from services.sample import A

pytestmark = pytest.mark.django_db
PENSION, EXEMPTION, REBUILDING = "nenkin", "kokumin-nenkin-menjo", "hisaisha-seikatsu-saiken"


def filed(town: Town, procedure: str) -> list[Case]:
    """The family's cases of the procedure, the newest first."""
    return [one for one in town.room.cases.store.cases_of(FAMILY.code) if one.procedure == procedure]


def told(client: Client, title: str) -> str:
    """The only notice of this title."""
    seen = dict.fromkeys(re.findall(r"/notices/([\w-]+)", client.get("/notices").content.decode()))
    (notice,) = [one for one in seen if title in client.get(f"/notices/{one}").content.decode()]
    return notice


def found(folder: Path, pack: Path, output: str, tables: dict[str, list[dict[str, object]]]) -> Path:
    """Computed from held data, without a question to anybody."""
    held, out = folder / "held", folder / "found"
    held.mkdir()
    for name, rows in tables.items():
        table(held / f"{name}.csv", rows)
    arguments = ["--pack", str(pack), "--on", "2026-11-01", "--facts", str(held), "--out", str(out), "--output", output]
    assert main(["rules", "compute", *arguments]) == 0
    return out / "世帯.csv"


def pushed(folder: Path, results: Path, persons: dict[int, str], *arguments: str) -> None:
    table(folder / "persons.csv", [{"世帯": number, "受給者": person} for number, person in persons.items()])
    files = ["--results", str(results), "--persons", str(folder / "persons.csv")]
    assert main(["benefit", "announce", *files, *arguments]) == 0


def test_who_can_be_exempted_is_found_and_applies_with_one_press(
    town: Town,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = as_person(FAMILY)
    there = client.get(f"/begin/{EXEMPTION}").headers["Location"]
    signed(client, there, **{"f-student": "no", "f-unemployed": "yes", "f-elderly": "0", "f-specified": "0"})
    town.run()
    (before,) = filed(town, EXEMPTION)  # by which the portal and the pension office know each other's code
    offices = [replace(one, agency=PENSION) for one in (OFFICER, SECOND)]
    decided(town, before.id, *offices)
    person = {"法定免除": "false", "学生": "false", "生年月日": "1986-04-02"}
    income = {1: 0, 2: 9_000_000, 3: 0}
    none = dict.fromkeys(("扶養親族数", "老人扶養親族数", "特定扶養親族数"), 0)
    others = none | dict.fromkeys(("失業等特例", "障害者寡婦ひとり親", "生活扶助外の扶助"), "false")
    results = found(tmp_path, town.packs / "national/mhlw" / EXEMPTION, "免除等あり", {
        "世帯": [{"世帯": n, "第一号被保険者": "true", **person} for n in income],
        "関係者": [{"世帯": n, "続柄": "本人", "所得": yen, **others} for n, yen in income.items()],
    })  # fmt: skip

    facts = [word for one in ("student=no", "unemployed=no", "elderly=0", "specified=0") for word in ("--fact", one)]
    known = {1: before.person, 2: f"{PENSION}:story-2", 3: f"{PENSION}:story-3"}
    pushed(tmp_path, results, known, "--pack", EXEMPTION, "--agency", PENSION, "--output", "免除等あり", *facts)

    assert "1 told, 1 by post" in capsys.readouterr().out, "whose income is too high is not told"
    notice = told(client, "免除・納付猶予のお知らせ")
    there = client.get(f"/begin/{EXEMPTION}?notice={notice}").headers["Location"]
    receipt = signed(client, there)  # nothing is filled in: one press, one signature
    assert "受け付けました" in client.get(receipt).content.decode()
    town.run()
    (now,) = [one for one in filed(town, EXEMPTION) if one.id != before.id]
    decided(town, now.id, *offices)
    assert "全額免除" in client.get(f"/cases/{now.id}").content.decode()
    assert "国民年金法" in client.get(f"/cases/{now.id}").content.decode()


def test_victims_are_told_of_the_rebuilding_grant_and_apply_in_the_portal(
    town: Town,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = as_person(FAMILY)
    claimed(town, client)  # by which the portal and the town know each other's code
    known = town.room.cases.store.cases_of(FAMILY.code)[0].person
    damage = {1: "全壊", 2: "一部損壊", 3: "全壊"}
    results = found(tmp_path, town.packs / "national/cao" / REBUILDING, "支援金", {
        "世帯": [{"世帯": n, "法適用": "true", "被害": word, "再建": "なし"} for n, word in damage.items()],
        "世帯員": [{"世帯": n, "在住": "true"} for n in damage for _ in range(4)],
    })  # fmt: skip

    facts = ["--fact", "applies=yes", "--fact", "damage=全壊", "--until", "2027-12-20"]
    persons = {1: known, 2: f"{A}:story-1-1", 3: f"{A}:story-2-1"}
    pushed(tmp_path, results, persons, "--pack", REBUILDING, "--agency", A, "--output", "支援金", *facts)

    assert "1 told, 1 by post" in capsys.readouterr().out, "whose home was little damaged is not told"
    notice = told(client, "被災者生活再建支援金のお知らせ")
    there = client.get(f"/begin/{REBUILDING}?notice={notice}").headers["Location"]
    page = client.get(there).content.decode()
    assert set(re.findall(r'name="f-([^"]*)"', page)) <= {"rebuild", "damage", "applies"}, "all else is known"
    signed(client, there, **{"f-rebuild": "建設購入"})
    town.run()
    (case,) = filed(town, REBUILDING)
    decided(town, case.id, OFFICER, SECOND)
    (grant,) = town.room.benefits.store.of_case(case.id, agency=A)
    (payment,) = town.room.benefits.store.payments(grant.id, agency=A)
    assert payment.yen == 3_000_000, "1,000,000 and 2,000,000: a home destroyed and built anew"
