# Kiban. Every target does its own set-up on a fresh machine.
#   make demo [ARGS=--exit]   two towns, all agencies, the portal; plays a family's move and serves until Ctrl-C
#   make test [T=path]        the test suite; make test-full adds the long ones and PostgreSQL
#   make lint                 format, rules, types, layers, census
#   make bench, bench-full    measures against named peers
.PHONY: demo test test-full lint bench bench-full setup docs format
PY := .venv/bin/python
T ?= tests
JOBS ?= 2
# what keeps records in the database: run on PostgreSQL too, where it is installed
STORES := tests/services $(addprefix tests/unit/,procedures cases benefits notices jobs identity linkage/test_desk.py)

setup:
	@tools/setup.sh test

demo:
	@tools/setup.sh run
	@$(PY) -m kiban demo $(ARGS)

test: setup
	$(PY) -m pytest -n $(JOBS) --dist loadgroup -m "not long" $(T)
ifeq ($(T),tests)
	@if $(PY) tests/postgres.py; then KIBAN_TEST_POSTGRES=1 $(PY) -m pytest -m "not long" $(STORES); fi
endif

test-full: setup
	KIBAN_TEST_RANDOM=1 $(PY) -m pytest -n $(JOBS) --dist loadgroup -m "long or not long" $(T)
	KIBAN_TEST_POSTGRES=1 $(PY) -m pytest -m "not long" $(T)

lint: setup
	.venv/bin/ruff format --check src tests bench tools setup.py
	.venv/bin/ruff check src tests bench tools setup.py
	PATH="$(CURDIR)/.venv/bin:$$PATH" cython-lint --max-line-length=120 src
	.venv/bin/lint-imports --no-cache
	.venv/bin/mypy
	$(PY) -m pytest tests/census
	$(PY) tools/generate_docs.py --check

format: setup
	.venv/bin/ruff format src tests bench tools setup.py
	.venv/bin/ruff check --fix src tests bench tools setup.py

docs: setup
	$(PY) tools/generate_docs.py

bench: setup
	$(PY) -m bench.run

bench-full: setup
	$(PY) -m bench.run --full
