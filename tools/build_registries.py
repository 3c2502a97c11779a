"""Make the postal codes and the former municipalities of kiban.registries from the saved official data.

usage: build_registries.py POSTAL.parquet MERGED.parquet OUT_FOLDER
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

import pyarrow.parquet as pq

from kiban.kernel.values import parse_day


def main() -> None:
    postal, merged, out = map(Path, sys.argv[1:])
    rows = pq.read_table(postal).to_pylist()
    lines = [
        "\t".join((r["postal_code"], r["jisx0402"], r["neighborhood"] or "", r["neighborhood_kana"] or ""))
        for r in sorted(rows, key=lambda r: (r["postal_code"], r["jisx0402"], r["neighborhood"] or ""))
    ]
    (out / "postal.tsv.xz").write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))
    former = sorted(
        {
            (r["都道府県"], r["変更前"], r["変更後"], parse_day(r["変更日"].removesuffix("日") + "日").isoformat())
            for r in pq.read_table(merged).to_pylist()
        }
    )
    (out / "former.tsv.xz").write_bytes(lzma.compress("\n".join(map("\t".join, former)).encode(), preset=9))
    print(len(lines), "postal rows,", len(former), "former municipalities")


if __name__ == "__main__":
    main()
