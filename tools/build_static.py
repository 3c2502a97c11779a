"""Build the static files of the web shell from tools/static/ and the tokens of デジタル庁デザインシステム.

    python tools/build_static.py TOKENS    TOKENS: dist/tokens-simple.css of npm @digital-go-jp/design-tokens 1.1.9
    python tools/build_static.py           rebuild with the tokens kept in tools/static/tokens.css

Only the tokens in use are carried over. Each file gets a `.gz` neighbour, which whitenoise serves.
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tools" / "static"
STATIC = ROOT / "src" / "kiban" / "shell" / "static"
TOKEN = re.compile(r"^\s*(--[\w-]+):\s*(.+?);\s*$", re.M)
NOTICE = "/* Design tokens: @digital-go-jp/design-tokens 1.1.9, (c) 2023 デジタル庁, MIT. See NOTICE. */"


def tokens_in_use(css: str, *, tokens: dict[str, str]) -> dict[str, str]:
    """The tokens that the style sheet names, and those that these name."""
    used: dict[str, str] = {}
    waiting = re.findall(r"var\((--(?:color|font|elevation)[\w-]*)\)", css)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = tokens[name]
            waiting += re.findall(r"var\((--[\w-]+)\)", tokens[name])
    return dict(sorted(used.items()))


def shrink(css: str) -> str:
    """The style sheet without comments and needless blanks."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css)
    return css.replace(";}", "}").strip()


def style_sheet() -> str:
    """The whole style sheet as it is served."""
    own = (SOURCE / "kiban.css").read_text(encoding="utf-8")
    tokens = dict(TOKEN.findall((SOURCE / "tokens.css").read_text(encoding="utf-8")))
    used = tokens_in_use(own, tokens=tokens)
    declared = ":root{" + ";".join(f"{name}:{value}" for name, value in used.items()) + "}"
    return f"{NOTICE}\n{declared}{shrink(own)}\n"


def script() -> str:
    """The enhancement script without its comment lines."""
    lines = (SOURCE / "enhance.js").read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if not line.lstrip().startswith(("//", "/*"))) + "\n"


def built() -> dict[str, str]:
    """Name and content of every static file."""
    charts = shrink((SOURCE / "evidence.css").read_text(encoding="utf-8")) + "\n"
    icon = (SOURCE / "icon.svg").read_text(encoding="utf-8")
    return {"kiban.css": style_sheet(), "evidence.css": charts, "enhance.js": script(), "icon.svg": icon}


def main() -> None:
    if len(sys.argv) > 1:
        (SOURCE / "tokens.css").write_text(Path(sys.argv[1]).read_text(encoding="utf-8"), encoding="utf-8")
    STATIC.mkdir(exist_ok=True)
    for name, text in built().items():
        data = text.encode()
        (STATIC / name).write_bytes(data)
        (STATIC / f"{name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
        print(f"{name}: {len(data)} bytes, {len(gzip.compress(data, 9, mtime=0))} compressed")


if __name__ == "__main__":
    main()
