"""The register of codes: all found, their forms hold for Kiban's own types, nothing claimed unchecked."""

from __future__ import annotations

import datetime as dt
import json
import re
from itertools import islice
from pathlib import Path

import pytest
from django.test import Client

from kiban.kernel import values
from kiban.kernel.clock import SystemClock
from kiban.kernel.errors import BadInput
from kiban.kernel.events import FanOut
from kiban.kernel.tabular import Report
from kiban.registries.base import take_in_base
from kiban.registries.code_register import AS_OF, CODE, embedded_codes, find_codes
from kiban.registries.engine import quality_report
from kiban.registries.engine.actions import Using
from kiban.registries.municipality_register import embedded_municipalities
from kiban.registries.postal import embedded_postal
from kiban.registries.reading import Registers
from kiban.registries.store import RecordStore
from kiban.registries.tables import PROGRAMME, REGISTRIES, read_table
from kiban.registries.town import embedded_towns
from kiban.shell.cli import main

CODES = {entry.key: dict(entry.data or {}) for entry in embedded_codes()}
NAMED = ["法人番号", "個人番号", "全国地方公共団体コード", "町字ID", "郵便番号", "統一金融機関コード", "店番号",
         "不動産番号", "学校コード", "医療機関コード", "保険者番号", "基礎年金番号", "被保険者番号の枝番",
         "運転免許証の番号", "適格請求書発行事業者登録番号",
         "統計に用いる標準地域コード", "日本標準産業分類の分類符号", "国名コード", "不動産ID", "空間ID"]  # fmt: skip


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("taken", [False, True])
def test_every_code_is_listed_and_found(tmp_path: Path, capsys: pytest.CaptureFixture[str], taken: bool) -> None:
    store = ["--store", str(tmp_path / "r.sqlite3")]
    if taken:
        take_in_base(
            RecordStore(tmp_path / "r.sqlite3"), using=Using(SystemClock(), FanOut(())), only=frozenset({"code"})
        )
    for name in NAMED:
        assert main(["registry", "search", "code", name, *store]) == 0
        first = told(capsys)[0]
        assert first["name"] == name
        assert first["administrator"]
        assert first["form"]
    assert main(["registry", "search", "code", "ホウジン", *store]) == 0
    assert [one["id"] for one in told(capsys)] == ["corporate-number"]
    assert main(["registry", "show", "code", "insurer-number", *store]) == 0
    assert told(capsys)[0]["data"]["verified"] == "0"  # type: ignore[index]  # a state has its data within
    assert main(["registry", "search", "code", "どこにもない", *store]) == 1


def test_the_list_keeps_its_own_rules(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "r.sqlite3")
    take_in_base(store, using=Using(SystemClock(), FanOut(())), only=frozenset({"code"}))
    report = quality_report(store, CODE, today=AS_OF + dt.timedelta(days=10))
    assert (report.records, report.good) == (len(CODES), True)
    assert {one["verified"] for one in CODES.values()} == {"0", "1"}
    assert all(one["registry"] in {"", *REGISTRIES} for one in CODES.values())
    assert all(one["kiban_type"] for one in CODES.values() if one["checked"])


def test_types_are_those_of_the_kernel_and_read_what_the_pattern_says() -> None:
    examples = {
        "corporate-number": ["7000012050002"],
        "municipality-code": [e.key for e in islice(embedded_municipalities(), 300) if e.key.isdecimal()],
        "town-id": [e.data["town_id"] for e in islice(embedded_towns(), 300) if e.data],
        "postal-code": [e.data["postal_code"] for e in islice(embedded_postal(), 300) if e.data],
        "invoice-registration-number": ["T7000012050002"],
        "property-id": ["1234567890123-0000", "1234567890123-G025"],
        "spatial-id": ["20/0/931277/412899"],
    }
    for key, texts in examples.items():
        kind = getattr(values, CODES[key]["kiban_type"])
        assert texts
        for text in texts:
            assert re.fullmatch(CODES[key]["pattern"], text), (key, text)
            assert kind.parse(text)
    for one in CODES.values():
        assert hasattr(values, one["kiban_type"] or "CorporateNumber")


def test_a_check_digit_that_is_said_to_be_checked_is() -> None:
    bases = {
        "corporate-number": ("000012050002", 0),
        "individual-number": ("98765432101", -1),
        "municipality-code": ("30201", -1),
    }
    assert set(bases) == {key for key, one in CODES.items() if one["checked"] == "check_digit"}
    for key, (base, place) in bases.items():
        kind = getattr(values, CODES[key]["kiban_type"])
        good = 0
        for digit in "0123456789":
            text = base + digit if place else digit + base
            try:
                good += bool(kind(text))
            except BadInput:
                continue
            assert re.fullmatch(CODES[key]["pattern"], text)
        assert good == 1


def test_numbers_of_persons_are_told_by_their_form_alone() -> None:
    personal = {key for key, one in CODES.items() if one["personal"] == "1"}
    assert {"individual-number", "resident-record-code", "basic-pension-number", "drivers-licence-number"} <= personal
    assert not any(CODES[key]["registry"] for key in personal)
    assert not re.search(r"[0-9]{10}", " ".join(" ".join(CODES[key].values()) for key in personal))


def test_who_administers_is_found_too() -> None:
    records = [*Registers(":memory:").everything("code")]
    assert {one.key for one in find_codes(records, "国税庁")} == {"corporate-number", "invoice-registration-number"}
    assert [one.key for one in find_codes(records, "My Number")] == ["individual-number"]
    assert len(find_codes(records, "")) == len(CODES)


@pytest.mark.django_db
def test_over_http_and_as_a_page_right_after_install(client: Client, tmp_path: Path, settings: object) -> None:
    settings.REGISTRIES = tmp_path / "none.sqlite3"  # type: ignore[attr-defined]  # known at run time only
    listed = client.get("/api/v1/registries/code").json()
    assert [one["id"] for one in listed["records"]] == sorted(CODES)
    one = client.get("/api/v1/registries/code/records/town-id").json()
    assert one["states"][0]["data"]["administrator"] == "デジタル庁"
    assert [r["name"] for r in client.get("/api/v1/registries/code?text=郵便").json()["records"]] == ["郵便番号"]
    shown = client.get("/registries/codes?q=国税庁&lang=ja").content.decode()
    assert "法人番号" in shown
    assert "町字ID" not in shown
    assert "未確認" in client.get("/registries/codes?q=学校コード&lang=ja").content.decode()


def test_an_offices_own_list_is_taken_and_a_wrong_line_told(tmp_path: Path) -> None:
    titles = ["コードID", "名称", "名称（カナ）", "英語名", "番号登録機関", "形式", "正規表現", "出典", "確認済み"]
    good = ["own", "職員番号", "ショクインバンゴウ", "staff number", "海南市", "数字6桁", "[0-9]{6}", "規程", "1"]
    bad = [*good[:6], "[0-9", *good[7:]]
    (tmp_path / "c.csv").write_text("\n".join(",".join(row) for row in (titles, good, bad)), encoding="utf-8")
    store = str(tmp_path / "r.sqlite3")
    words = ["registry", "import", "code", str(tmp_path / "c.csv"), "--as-of", "2026-11-21", "--store", store]
    assert main(words) == 1
    assert [one.key for one in RecordStore(Path(store)).everything("code")] == ["own"]


def test_titles_with_brackets_are_read(tmp_path: Path) -> None:
    titles = (
        "制度ID,制度名,制度名（カナ）,全国地方公共団体コード,対象者,対象年齢（から）,対象年齢(まで),支援内容,根拠法令"
    )
    (tmp_path / "p.csv").write_text(
        f"{titles}\np1,医療費助成,イリョウヒジョセイ,302023,子,0,15,助成,条例\n", encoding="utf-8"
    )
    report = Report("p.csv")
    (entry,) = read_table(PROGRAMME, tmp_path / "p.csv", as_of=AS_OF, report=report)
    assert report.faults == []
    assert entry.data is not None
    assert [entry.data[name] for name in ("kana", "age_from", "age_to")] == ["イリョウヒジョセイ", "0", "15"]
