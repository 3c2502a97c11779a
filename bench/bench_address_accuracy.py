"""Addresses: every accuracy measure, and every case that differs with its reason."""

from __future__ import annotations

from tests.address_cases import measures


def main(*, full: bool = False) -> None:
    """Print the measures; ``full`` adds the wanted and found values of each case that differs."""
    for measure in measures():
        print(measure)
        if not measure.name.startswith(" "):
            for miss in measure.misses:
                values = f"\n        wanted {miss.wanted}, found {miss.found}" if full else ""
                print(f"    {miss.text}: {miss.reason or 'no reason known'}{values}")


if __name__ == "__main__":
    main()
