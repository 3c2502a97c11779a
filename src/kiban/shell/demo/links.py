"""The demo's link check: a generated town is really checked, and the findings taken into the offices' lists.

A process of its own beside the running demo, at the lowest priority: ``python -m kiban.shell.demo.links FOLDER``. The
rate of wrong links is far above the real one, so that there is something to look at. In 和歌山市's health insurance the
family's mother has her husband's number, as a family mix-up makes it; both have an inbox in the portal.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

PERSONS, SEED = 4_000_000, 2026
"""Of the nation whose share of the town is generated: about 11,000 in 和歌山市."""
CHECKS = (("302015", "nhi", "health_insurance"), ("302015", "disability", "disability_certificate"),
          ("302023", "nhi", "health_insurance"))  # fmt: skip
RESULT = "links.json"
TOWN, FIRST = "302015", 900_000_000


def main(folder: Path) -> int:
    """Generate, check, take in; what came of it goes to ``links.json``."""
    os.nice(19)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiban.shell.settings")
    found = [_checked(folder / "links", one) for one in CHECKS]
    import django

    django.setup()
    from django.conf import settings

    from kiban.linkage.desk import Query, take_check
    from kiban.shell.wiring.link_desk import link_desk_alone

    desk = link_desk_alone()
    desk.store.set_inboxes(TOWN, _inboxes(folder))
    for one in found:
        take_check(desk, one)
    _give_register(folder / "links" / TOWN / "register", settings.LINK_REGISTERS / TOWN)
    listed = desk.store.page(Query(agency=TOWN, affair=found[0].affair, size=100)).items
    item = next(one.id for one in listed if one.record.record == str(FIRST + 2))
    done = {"item": item, "links": found[0].links, "findings": len(found[0].items)}
    partial = folder / f"{RESULT}.partial"
    partial.write_text(json.dumps(done), encoding="utf-8")
    partial.replace(folder / RESULT)
    return 0


def _checked(folder: Path, wanted: tuple[str, str, str]) -> Any:
    from kiban.linkage import Check, check
    from kiban.linkage.desk.taking import from_folder

    town, copy, affair = wanted
    place = folder / town
    if not (place / "register").exists():
        _generate(place, town)
    out = folder / f"{town}-{copy}"
    check(Check(place / "register", place / "agencies" / copy, out))
    return from_folder(out, agency=town, affair=affair)


def _generate(place: Path, town: str) -> None:
    from kiban.population.actions import Job, generate
    from kiban.population.faults import Faults
    from kiban.population.model import Settings

    copies = tuple(copy for agency, copy, _ in CHECKS if agency == town)
    faults = Faults(two_items=0.004, wrong_number=0.003, family_mixup=0.003)
    generate(Job(Settings(PERSONS, SEED, only=(town,)), place, agencies=copies, faults=faults))
    if town == TOWN:
        _add_family(place)


def _add_family(place: Path) -> None:
    """The story's parents in the register, and the mother's record with the father's number."""
    import numpy as np
    import polars as pl

    from kiban.population.numbers import individual_numbers
    from kiban.simulators.agencies.people import story_family

    parents = story_family(TOWN, address={})[:2]
    numbers = [bytes(row).decode() for row in individual_numbers(np.array([FIRST + 1, FIRST + 2]), seed=SEED)]
    home = {"prefecture": "和歌山県", "city": "和歌山市", "town": "秋葉町", "number": "1番1号"}
    rows: list[dict[str, Any]] = [
        {"family": one.family, "given": one.given, "family_kana": one.family_kana, "given_kana": one.given_kana,
         "birth_date": one.birth_date, "sex": one.sex}
        for one in parents
    ]  # fmt: skip
    people = [
        {"person_id": FIRST + at, "individual_number": number, "municipality": TOWN, **row, **home}
        for at, (row, number) in enumerate(zip(rows, numbers, strict=True), start=1)
    ]
    born = rows[1]["birth_date"].isoformat()
    record = {**rows[1], "record_id": FIRST + 2, "individual_number": numbers[0], "birth_date": born,
              "address": "和歌山市秋葉町1-1"}  # fmt: skip
    for side, added in (("register", people), ("agencies/nhi", [record])):
        path = sorted((place / side).glob("*.parquet"))[-1]
        table = pl.read_parquet(path)
        more = pl.DataFrame(added).cast({name: table.schema[name] for name in added[0]})
        pl.concat([table, more], how="diagonal").write_parquet(path)


def _inboxes(folder: Path) -> list[tuple[str, str]]:
    from kiban.simulators.agencies.prepare import Prepared

    nation = Prepared.load(folder / "nation")
    return [(str(FIRST + at), nation.code(f"story-{at}", "portal")) for at in (1, 2)]


def _give_register(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path in source.glob("*.parquet"):
        (target / path.name).hardlink_to(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
