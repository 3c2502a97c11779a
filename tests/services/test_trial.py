"""A pack played to its end on synthetic applicants, as `kiban pack try` does it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kiban.cases.store.models import CaseRow
from kiban.packs import load_packs
from kiban.shell.trial import Trying, try_pack
from kiban.shell.wiring.library import pack_library
from shared_data import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_bundle_of_the_move_comes_to_its_end_for_every_household() -> None:
    library = pack_library(load_packs(ROOT / "packs"))
    family, *others = try_pack(library, Trying("hikkoshi", applicants=3))

    assert family.done
    assert all(one.done for one in others)
    assert (family.asked, family.typed) == (2, 0)
    assert dict(family.ended) == {"accepted": 2, "granted": 5}
    assert family.letters == 6
    assert family.payments > 0
    assert family.notices == 7


def test_one_procedure_is_played_within_its_bundle() -> None:
    library = pack_library(load_packs(ROOT / "packs"))
    (tried,) = try_pack(library, Trying("hikkoshi", only="jido-teate", applicants=1))

    assert tried.done
    assert dict(tried.ended) == {"granted": 1}
    assert tried.payments > 0


def test_a_child_too_young_for_school_is_not_told_a_grade() -> None:
    library = pack_library(load_packs(ROOT / "packs"))
    (tried,) = try_pack(library, Trying("hikkoshi", only="tenko", applicants=1))

    assert dict(tried.ended) == {"granted": 1}
    (case,) = CaseRow.objects.filter(procedure="tenko")
    school, grade = (case.body["decision"]["results"][rule] for rule in ("学齢", "学年"))
    assert len(school) == 2, "the family of the story has a pupil and a baby"
    assert sorted(zip(school, grade, strict=True), key=str) == [(None, None), (True, grade[school.index(True)])]
    assert grade[school.index(True)] > 0


def test_a_trial_of_nobody_is_no_success() -> None:
    command = [sys.executable, "-m", "kiban", "pack", "try", "jido-teate", "--applicants", "1", "--ages", "200-210"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1, done.stdout
    assert "nobody of the synthetic residents is of these ages" in done.stdout
