"""The probabilistic search: records of an agency against a register without trusting a key; the best person of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from splink import Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule

from kiban.linkage.fingerprints import Source
from kiban.linkage.model import Judgement
from kiban.linkage.probabilistic.backends import given, local
from kiban.linkage.probabilistic.levels import JAPANESE, Model
from kiban.linkage.probabilistic.records import table
from kiban.linkage.store import results

MATCHES = "matches.jsonl"
QUOTES = {"duckdb": '"', "spark": "`"}
RANKED = """
    select record_l, record_r, match_probability, match_weight, place from (
        select *, row_number() over (
            partition by unique_id_r order by round(match_weight, 6) desc, unique_id_l
        ) as place
        from {this}
    ) as ranked where place <= 2 order by unique_id_r, place
"""
PAIRS_FOR_CHANCE, PAIRS_FOR_LEARNING, SEED = 4e6, 400_000, 1


@dataclass(frozen=True, slots=True)
class Matching:
    """A search to run: register and records (folders or files), where the result goes.

    ``undecided`` is the folder of a finished link check of these files: then only the records of its work list without
    a person who fits are searched, and the weights are learnt from all links.
    """

    register: Path
    records: Path
    out: Path
    undecided: Path | None = None
    listed_from: float = 0.5


class Match(msgspec.Struct, frozen=True):
    """A record's best person: its probability, and by how many bits it leads before the next best (-1: nobody else)."""

    record: str
    person: str
    probability: float
    lead: float


def match(job: Matching, *, model: Model = JAPANESE, backend: Callable[[], Any] = local) -> list[Match]:
    """Search, write ``matches.jsonl`` into ``out`` and return the same.

    Args:
        job: what is searched.
        model: comparisons, search keys and training pairs.
        backend: makes one of Splink's database interfaces for the search: `local`, or `spark` beyond one machine. The
            weights are always learnt on `local`, from samples of pairs.

    Raises:
        BadFile: a file without a key column or name, or an unfinished check.
    """
    register, source = Source.of(job.register), Source.of(job.records)
    sides = table(register), table(source)
    wanted = sides[1] if job.undecided is None else _undecided(sides[1], job.undecided)
    found: list[Match] = []
    if len(wanted) and len(sides[0]):
        trained = learn(sides, model=model, api=local())
        found = [one for one in best(wanted, sides[0], trained=trained, api=backend())
                 if one.probability >= job.listed_from]  # fmt: skip
    job.out.mkdir(parents=True, exist_ok=True)
    results.write_lines(job.out / MATCHES, found)
    return found


def matches(folder: Path) -> list[Match]:
    """The matches of a finished search."""
    return results.read_lines(folder / MATCHES, Match)


def _undecided(records: Any, folder: Path) -> Any:
    unknown = [one.record.record for one in results.findings(folder)
               if not one.candidates or one.judgement is not Judgement.WRONG]  # fmt: skip
    return records.filter(pc.is_in(records["record"], pa.array(unknown, pa.string())))


def settings(model: Model, *, register: int) -> SettingsCreator:
    """Splink's settings; before looking, one of all persons is the right one."""
    return SettingsCreator(
        link_type="link_only", comparisons=list(model.comparisons),
        blocking_rules_to_generate_predictions=[*map(CustomRule, model.blocking)],
        probability_two_random_records_match=1 / max(register, 2), retain_matching_columns=False,
        additional_columns_to_retain=["record"],
    )  # fmt: skip


def learn(sides: tuple[Any, Any], *, model: Model, api: Any) -> dict[str, Any]:
    """Weights from the files themselves: chance from random pairs, the same person from linked or alike pairs.

    Args:
        sides: tables of register and records.
        model: what is compared.
        api: Splink's database interface.
    """
    left, right = _registered(sides, api)
    linker = Linker([left, right], settings(model, register=len(sides[0])), log_level="ERROR")
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_CHANCE, seed=SEED)
    keyed = model.keyed and all(side["link_key"].null_count < len(side) for side in sides)
    for rule in (model.keyed,) if keyed else model.training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=PAIRS_FOR_LEARNING)
    found: dict[str, Any] = linker.misc.save_model_to_json()
    return found


def _registered(sides: tuple[Any, Any], api: Any) -> Any:
    return (api.register(given(side, api), dataset_display_name=name) for side, name in zip(sides, "ab", strict=True))


def _spoken(trained: dict[str, Any], api: Any) -> dict[str, Any]:
    """The same model in the SQL of another backend: the levels are SQL that all of them read, but for quoted names."""
    old, new = trained["sql_dialect"], api.sql_dialect.sql_dialect_str
    comparisons = [
        one | {"comparison_levels": [
            level | {"sql_condition": level["sql_condition"].replace(QUOTES[old], QUOTES[new])}
            for level in one["comparison_levels"]
        ]}
        for one in trained["comparisons"]
    ]  # fmt: skip
    return trained | {"sql_dialect": new, "comparisons": comparisons}


def best(records: Any, register: Any, *, trained: dict[str, Any], api: Any) -> list[Match]:
    """The best person of each record and its lead before the second best, in the order of the records."""
    left, right = _registered((register, records), api)
    linker = Linker([left, right], _spoken(trained, api), log_level="ERROR")
    scored = linker.inference.predict(threshold_match_weight=-20)
    found: list[Match] = []
    top = 0.0
    for one in scored.query_sql(RANKED).as_record_list():
        if one["place"] == 1:
            top = one["match_weight"]
            found.append(Match(one["record_r"], one["record_l"], round(one["match_probability"], 6), -1.0))
        else:
            found[-1] = msgspec.structs.replace(found[-1], lead=round(top - one["match_weight"], 2))
    return found
