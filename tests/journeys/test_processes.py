"""The real thing: core, nodes, card app and web as processes of their own; a person without JavaScript."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from kiban.identity.model import Attributes, Form, Sex
from kiban.shell.demo.place import environment
from kiban.simulators.agencies import DEMO, People, prepare, start
from kiban.simulators.agencies.processes import free_ports
from kiban.simulators.card import Issuer, Pins
from kiban.simulators.walker import Walker

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("processes")]
HANAKO = {
    "person": "hanako", "household_id": "h1", "position": 1, "relation": "世帯主", "family": "海南", "given": "花子",
    "family_kana": "カイナン", "given_kana": "ハナコ", "birth_date": "1990-04-01", "sex": "2",
    "address": {"prefecture": "和歌山県", "city": "海南市", "full_address": "和歌山県海南市日方1525番地6"},
    "resident_since": "2015-04-01",
}  # fmt: skip


@contextmanager
def process(arguments: list[str], *, port: int, environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "kiban", *arguments]
    running = subprocess.Popen(command, env=environment)
    try:
        for _ in range(300):
            if running.poll() is not None:
                raise AssertionError(f"{arguments[0]} ended with {running.returncode}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait(15)


@dataclass
class Place:
    portal: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("nation")
    issuer = Issuer(folder / "cards")
    person = Attributes(
        name="海南花子", sex=Sex.FEMALE, birth_date=dt.date(1990, 4, 1), address="和歌山県海南市日方1525番地6"
    )
    card = issuer.issue(person, pins=Pins("1234", "ABC123"), form=Form.PLASTIC, name="hanako")
    web, app = free_ports(2)
    portal = f"http://127.0.0.1:{web}"
    people = People(
        rows={"302023": {"residents": [HANAKO]}, "nenkin": {"pension": [{"person": "hanako", "category": "1"}]}},
        cards={"hanako": card.auth},
    )
    agencies = [a for a in DEMO if a.id in {"302023", "302015", "nenkin", "portal"}]
    prepare(folder / "nation", people, agencies=agencies, trust=folder / "cards" / "trust", portal_origin=portal)
    with start(folder / "nation"):
        told = environment(folder, portal=portal, app=app)
        cards = ["simulators", "card-app", "--folder", str(folder / "cards"), "--port", str(app), "--portal", portal]
        serve = ["serve", "--port", str(web)]
        with process(cards, port=app, environment=told), process(serve, port=web, environment=told):
            yield Place(portal, told)


def signed_in(place: Place, *, pin: str = "1234") -> Walker:
    walker = Walker()
    walker.open(f"{place.portal}/sign-in?next=/my-data")
    walker.submit("sign-in")
    walker.submit(choose={"card": "hanako"}, pin={"pin": pin})
    return walker


def test_a_person_signs_in_sees_their_data_and_who_looked_with_a_proof_that_holds(place: Place) -> None:
    walker = signed_in(place)
    assert walker.page.title.startswith("わたしの情報"), walker.page.text

    walker.click("resident.basic")
    assert "海南 花子" in walker.page.text
    assert "1990" in walker.page.text

    walker.open(f"{place.portal}/who-looked")
    assert "証明を確認しました" in walker.page.text
    assert "証明を確認できません" not in walker.page.text
    walker.click("/file")
    assert walker.page.html.startswith("c2sp.org/tlog-proof@v1")

    walker.open(f"{place.portal}/my-data")
    walker.submit("sign-out")
    assert walker.page.title.startswith("終了しました")
    walker.open(f"{place.portal}/cases")
    assert walker.page.title.startswith("カードで入る")


def test_a_wrong_pin_opens_nothing(place: Place) -> None:
    walker = signed_in(place, pin="9999")

    assert "わたしの情報" not in walker.page.title
    walker.open(f"{place.portal}/cases")
    assert walker.page.title.startswith("カードで入る")


def test_an_officer_signs_in_with_password_and_code(place: Place) -> None:
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE']='kiban.shell.settings'; django.setup()\n"
        "from kiban.shell.wiring.staff import staff_desk\n"
        "from kiban.identity.staff import Grant\n"
        "from kiban.identity import totp\n"
        "import time\n"
        "desk = staff_desk()\n"
        "secret = desk.create('o1', name='職員一', password='correct horse battery', by='test')\n"
        "desk.grant('o1', Grant('302015', 'officer'), by='test')\n"
        "print(totp.code(secret, int(time.time()) // 30))\n"
    )
    made = subprocess.run([sys.executable, "-c", code], env=place.environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    walker = Walker()
    walker.open(f"{place.portal}/console")
    wrong = walker.submit("staff-sign-in", type_in={"account": "o1", "password": "no", "code": "000000"})
    assert wrong.status == 422
    number = re.search(r"\d{6}", made.stdout)
    assert number
    sent = {"account": "o1", "password": "correct horse battery", "code": number[0]}
    walker.submit("staff-sign-in", type_in=sent)

    assert walker.page.title.startswith("受付箱"), walker.page.text
    assert "和歌山市 職員一" in walker.page.text
