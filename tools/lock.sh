#!/usr/bin/env bash
# Writes the two lock files from pyproject.toml; run after a change of dependencies, in the virtual environment.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() { python -m piptools compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-emit-trusted-host --no-annotate "$@"; }
compile --extra all --output-file requirements.lock pyproject.toml
sed -i "/^kiban @/d" requirements.lock  # the project itself is installed as editable
python - <<'PY' > .dev.in
import tomllib
print("-c requirements.lock")
print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"]))
PY
compile --output-file requirements-dev.lock .dev.in
rm .dev.in
