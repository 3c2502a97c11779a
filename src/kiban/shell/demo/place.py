"""The demo's place: a fresh folder, residents, cards, and every process of the platform on free loopback ports."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from kiban.exchange.keys import load_keys, public_text
from kiban.identity.model import Attributes, Form, Sex
from kiban.kernel.errors import Audience, KibanError
from kiban.population import Resident, residents
from kiban.simulators.agencies import People, Running, prepare, start
from kiban.simulators.agencies.bereaved import FAMILIES, away_rows, bereaved_family, bereaved_rows, daughter_away
from kiban.simulators.agencies.people import agency_rows, joined, story_family, story_rows
from kiban.simulators.agencies.processes import free_ports
from kiban.simulators.card import Issuer, Pins

A, B = "302023", "302015"
PIN, PASSWORD = "1234", "KIBAN2026"
"""PIN and password of the demo's test cards; printed for trying, of no use elsewhere."""
HOME = {
    "municipality_code": A, "prefecture": "和歌山県", "city": "海南市", "town": "日方", "town_id": "0070000",
    "block": "1525番地6", "full_address": "和歌山県海南市日方1525番地6",
}  # fmt: skip


class DidNotStart(KibanError):
    """A process of the demo ended or did not answer."""

    code = "DEMO-001"
    audience = Audience.OPERATOR


@dataclass(slots=True)
class Place:
    """A running demo: addresses, processes, officers, the family and its cards."""

    folder: Path
    portal: str
    environment: dict[str, str]
    nodes: Running
    families: tuple[tuple[Resident, ...], ...]
    officers: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    commands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    helpers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    residents: int = 0

    @property
    def family(self) -> tuple[Resident, ...]:
        """The family of the story."""
        return self.families[0]

    def launch(self, name: str, *arguments: str) -> None:
        """Start one process of the platform; its output goes to a log in the folder."""
        self.commands[name] = arguments
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", "kiban", *arguments]
            self.processes[name] = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def help(self, name: str, module: str) -> None:
        """Start a process that prepares something beside the demo and ends by itself."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.helpers[name] = subprocess.Popen(
                [sys.executable, "-m", module, str(self.folder)],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def restart(self, name: str) -> None:
        """Kill one process at once (SIGKILL) and start it again as it was."""
        if name in self.nodes.processes:
            self.nodes.restart(name)
            return
        process = self.processes[name]
        for child in _children(process.pid):
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.wait()
        self.launch(name, *self.commands[name])

    def wait(self, name: str, url: str) -> None:
        """Raises: DidNotStart with the end of the log."""
        until = time.monotonic() + 60
        while time.monotonic() < until and self.processes[name].poll() is None:
            try:
                urllib.request.urlopen(f"{url}/health", timeout=5).close()  # noqa: S310 our own loopback port
                return
            except OSError:
                time.sleep(0.05)
        told = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-800:].strip()
        raise DidNotStart(f"{name} did not start: {told}", remedy=f"see {self.folder / name}.log")

    def stop(self) -> None:
        """Stop what was launched."""
        every = [*self.processes.values(), *self.helpers.values()]
        for process in every:
            process.terminate()
        for process in every:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def memory(self) -> int:
        """Bytes of memory of all processes together (proportional share), 0 where the system does not tell."""
        pids = [*self.nodes.pids().values(), *(process.pid for process in self.processes.values()), os.getpid()]
        return sum(map(_pss, [*pids, *(child for pid in pids for child in _children(pid))]))


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    found = [int(child) for child in text.split()]
    return found if pid != os.getpid() else []


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


@contextmanager
def running(
    folder: Path, *, persons: int, today: dt.date, tell: Callable[[str], None], families: int = 1
) -> Iterator[Place]:
    """Everything of the demo, running; stopped at the end.

    Raises: DidNotStart.
    """
    with ExitStack() as stack:
        tell("住民と役所の記録を作っています")
        moving = tuple(story_family(A, address=HOME, number=number) for number in range(families))
        web, app = free_ports(2)
        portal = f"http://127.0.0.1:{web}"
        wanted = _Wanted(persons, today, moving, portal)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:  # its memory goes back when it ends
            counted = apart.submit(_prepare, folder, wanted).result()
        tell("各機関のノードを起動しています")
        nodes = stack.enter_context(start(folder / "nation", wait=False))
        place = Place(folder, portal, environment(folder, portal=portal, app=app), nodes, moving)
        place.residents = counted
        stack.callback(place.stop)
        place.officers = _offices(place)
        place.launch("web", "serve", "--port", str(web))
        place.launch("worker", "worker")
        place.launch("card-app", "simulators", "card-app", "--folder", str(folder / "cards"), "--port", str(app),
                     "--portal", portal)  # fmt: skip
        for agency in nodes.processes:
            nodes.wait(agency)
        place.wait("card-app", f"http://127.0.0.1:{app}")
        place.wait("web", portal)
        yield place


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be prepared: residents of each town, the day, the families, the portal's address."""

    persons: int
    today: dt.date
    families: tuple[tuple[Resident, ...], ...]
    portal: str


def _prepare(folder: Path, wanted: _Wanted) -> int:
    """Issue the cards and write every agency's folder; how many residents there are."""
    issuer = Issuer(folder / "cards")
    towns = [person for code in (A, B) for person in residents(code, persons=wanted.persons, on=wanted.today)]
    parents = [person for family in wanted.families for person in family[:2]]
    cards = {person.id: _card(issuer, person, phone=person.position == 1) for person in parents}
    mourning = [bereaved_family(A, address=HOME, number=number) for number in range(len(FAMILIES))]
    widows = [family[1] for family in mourning]
    cards |= {widow.id: _card(issuer, widow, phone=widow is widows[0]) for widow in widows}
    daughter = daughter_away()
    cards[daughter.id] = _card(issuer, daughter, phone=True)
    known = [away_rows(daughter, mourning[1][0], on=wanted.today)]
    known += [story_rows(family, on=wanted.today) for family in wanted.families]
    known += [bereaved_rows(family, on=wanted.today) for family in mourning]
    rows = joined(agency_rows(towns, on=wanted.today), *known)
    prepare(folder / "nation", People(rows, cards), trust=issuer.trust, portal_origin=wanted.portal)
    return len(towns) + sum(map(len, wanted.families))


def _card(issuer: Issuer, person: Resident, *, phone: bool) -> str:
    """A test card, on a phone or of plastic."""
    face = Attributes(
        name=f"{person.family}{person.given}",
        sex=Sex.MALE if person.sex == "1" else Sex.FEMALE,
        birth_date=person.birth_date,
        address=person.address["full_address"],
    )
    form = Form.PHONE if phone else Form.PLASTIC
    return issuer.issue(face, pins=Pins(PIN, PASSWORD), form=form, name=person.id).auth


def environment(folder: Path, *, portal: str, app: int) -> dict[str, str]:
    """What the web process is told of a nation in ``folder``; its own home is made in ``folder/web``."""
    home = folder / "web"
    home.mkdir()
    core_key = public_text(load_keys(folder / "nation" / "core" / "keys", "core").signing)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(part for part in sys.path if part),
        "KIBAN_HOME": str(home),
        "KIBAN_DATABASE": f"sqlite:///{home}/kiban.sqlite3",
        "KIBAN_PORTAL_URL": portal,
        "KIBAN_CARD_APP": f"http://127.0.0.1:{app}",
        "KIBAN_ENDPOINTS": str(folder / "nation" / "endpoints.json"),
        "KIBAN_DIRECTORY": str(folder / "nation" / "core" / "directory.jws"),
        "KIBAN_CORE_KEY": core_key,
        "KIBAN_TRUST": str(folder / "cards" / "trust"),
    }


def _offices(place: Place) -> dict[str, dict[str, str]]:
    command = [sys.executable, "-m", "kiban.shell.demo.office"]
    made = subprocess.run(command, env=place.environment, capture_output=True, text=True, check=False)
    if made.returncode:
        raise DidNotStart(f"the offices could not be set up: {made.stderr[-800:]}", remedy="run make setup again")
    found: dict[str, dict[str, str]] = json.loads(made.stdout)
    return found
