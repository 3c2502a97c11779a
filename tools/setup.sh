#!/usr/bin/env bash
# Sets up everything on a fresh machine: Debian packages that are missing, the virtual environment, the locked packages.
# Usage: tools/setup.sh [run|test]   run: what `make demo` needs; test: also the checks and the browser.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-test}

install_missing() {  # NAME COMMAND-OR-FILE: install the Debian package NAME unless COMMAND-OR-FILE is there
  { command -v "$2" || [ -e "$2" ]; } >/dev/null 2>&1 && return 0
  local root=""
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "setup: the Debian package $1 is missing; as root, run: apt-get install $1" >&2
      return 0
    fi
    root=sudo
  fi
  [ -n "${fresh:-}" ] || { $root apt-get update -qq >/dev/null; fresh=1; }
  echo "setup: installing the Debian package $1"
  DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

install_missing fonts-noto-cjk /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
if [ "$what" = test ]; then
  install_missing chromium chromium
  install_missing postgresql /usr/lib/postgresql
fi

python=$(command -v python3.11 || command -v python3)
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup: Python 3.11 or newer is needed" >&2; exit 1; }
[ -x .venv/bin/python ] || "$python" -m venv .venv

locks="requirements.lock"
[ "$what" = test ] && locks="$locks requirements-dev.lock"
compiled=src/kiban/registries/address/quick
stamp=.venv/.kiban-$(cat $locks pyproject.toml setup.py $compiled/*.p?? | sha256sum | cut -c1-16)
if [ ! -e "$stamp" ]; then
  echo "setup: installing the locked Python packages"
  arguments=()
  for lock in $locks; do arguments+=(-r "$lock"); done
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "${arguments[@]}"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
  touch "$stamp"
fi
