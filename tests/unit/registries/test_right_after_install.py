"""Right after install, with no file of registers: what is answered from the package is what a base import gives."""

from __future__ import annotations

import csv
import io
import time
from itertools import islice
from pathlib import Path

import pytest
from django.test import Client

from kiban.kernel.clock import SystemClock
from kiban.kernel.events import FanOut
from kiban.registries.base import take_in_base
from kiban.registries.engine.actions import Using
from kiban.registries.reading import Registers
from kiban.registries.store import RecordStore
from kiban.registries.store.queries import page_mark
from kiban.registries.tables import registry

BASE = "/api/v1/registries"
AREAS = {"municipality": "30", "postal": "30202", "town": "30202"}


@pytest.fixture
def fresh(tmp_path: Path, settings: object) -> Path:
    settings.REGISTRIES = tmp_path / "none" / "registries.sqlite3"  # type: ignore[attr-defined]  # known at run time only
    return tmp_path / "none"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> RecordStore:
    store = RecordStore(tmp_path_factory.mktemp("base") / "r.sqlite3")
    take_in_base(store, using=Using(SystemClock(), FanOut(())), only=frozenset({"municipality"}))
    return store


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["municipality", "postal", "town"])
def test_a_fresh_folder_answers_in_all_forms_page_by_page(client: Client, fresh: Path, name: str) -> None:
    began = time.process_time()
    first = client.get(f"{BASE}/{name}?size=7")
    spent = time.process_time() - began
    seen, after = [], ""
    for _ in range(4):
        page = client.get(f"{BASE}/{name}", {"size": 7, "after": after, "area": AREAS[name]}).json()
        seen += [one[registry(name).key] for one in page["records"]]
        after = page["next"]
    table = client.get(f"{BASE}/{name}?size=7", headers={"Accept": "text/csv"}).content.decode()
    linked = client.get(f"{BASE}/{name}?size=7", headers={"Accept": "application/ld+json"}).json()
    key = first.json()["records"][3][registry(name).key]

    assert spent < 5
    assert (first.status_code, len(first.json()["records"]), first.json()["version"]) == (200, 7, 1)
    assert len(seen) == len(set(seen)) == 28
    assert len(list(csv.DictReader(io.StringIO(table)))) == 7
    assert linked["@context"][registry(name).key] == "@id"
    assert client.get(f"{BASE}/{name}?size=7", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(f"{BASE}/{name}/records/{key}").json()["key"] == key
    assert client.get(f"{BASE}/{name}/records/{key}?known=0").status_code == 404
    assert client.get(f"{BASE}/{name}/records/nobody").status_code == 404
    assert client.get(f"{BASE}/{name}/changes").json() == {"changes": [], "next": 0}
    assert not fresh.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("municipality", "海南", "302023"),
        ("postal", "6408157", "6408157"),
        ("town", "和歌山市秋葉町", "302015-0003000"),
    ],
)
def test_a_fresh_folder_finds(client: Client, fresh: Path, name: str, text: str, key: str) -> None:
    found = client.get(f"{BASE}/{name}", {"text": text}).json()["records"]

    assert any(one[registry(name).key].startswith(key) for one in found)


@pytest.mark.django_db
def test_pages_of_a_fresh_folder(client: Client, fresh: Path) -> None:
    def shown(path: str, asked: str) -> str:
        answer = client.get(f"/registries/{path}", {"q": asked})
        assert answer.status_code == 200
        return answer.content.decode()

    assert "和歌山県和歌山市" in shown("postal", "〒640-8157")
    assert "641-0056" in shown("postal", "和歌山市秋葉町1")
    assert "見つかりませんでした" in shown("postal", "000-0000")
    assert "浜松市中央区・浜松市浜名区" in shown("municipalities", "浜松市北区")
    assert "まだ登録されていません" in shown("corporations", "基盤")


def test_the_view_of_municipalities_is_what_the_import_gives(taken: RecordStore) -> None:
    views = Registers(":memory:")
    keys = [record.key for record in taken.everything("municipality")]

    assert [record.key for record in views.everything("municipality")] == keys
    for key in ["303011", "013439", "114235", "221317", "302023", *keys[::40]]:
        held = [(r.data, r.valid_from, r.valid_to, r.quality) for r in taken.history("municipality", key)]
        assert [(r.data, r.valid_from, r.valid_to, r.quality) for r in views.history("municipality", key)] == held


@pytest.mark.parametrize("name", ["municipality", "postal", "town"])
def test_pages_of_the_views_meet(name: str) -> None:
    views, area = Registers(":memory:"), AREAS[name]
    whole = [record.key for record in islice(views.everything(name, area=area), 200)]
    seen, after = [], ""
    while len(seen) < len(whole) and (page := views.present(name, area=area, after=after, size=13)):
        seen += [record.key for record in page]
        after = page_mark(page[-1], area=area)

    assert len(whole) > 20
    assert seen[: len(whole)] == whole
    assert views.search(registry(name), "") == ()
