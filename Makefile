# Needs Python 3.11 or 3.12, git and make. Everything else is installed into .venv and .venv-airflow*, once.
# (The package itself runs on 3.10 as well; the locked versions of its tests need 3.11.)
# Each tool is called as `python -m tool`: the scripts in a venv break in folders with a space in their path.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

fits := import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))
ifndef PYTHON
PYTHON := $(shell for p in python3.11 python3.12 python3; do \
	"$$p" -c '$(fits)' 2>/dev/null && { echo "$$p"; break; }; done)
endif

PY := .venv/bin/python
JOBS ?= 2

# A test or a demo never touches the Airflow and the Dagster of whoever runs it.
unexport AIRFLOW_HOME DAGSTER_HOME PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: help
help:  ## this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -nE 's/^([a-z0-9-]+):.*## (.*)/make \1: \2/p' Makefile

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or 3.12 on the PATH; say which: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@"$(PYTHON)" -c '$(fits)' || { echo "make: $(PYTHON) is not Python 3.11 or 3.12" >&2; exit 2; }

.PHONY: env
env: python  ## all environments: .venv (Dagster, Airflow 2.11), .venv-airflow3, .venv-airflow27, .venv-spark and .venv-lint
	@"$(PYTHON)" scripts/environments.py

.PHONY: demo
demo: env  ## the whole way on the bundled order pipeline; BREAK=1 shows how a wrong conversion is caught
	@$(PY) -m migrator demo $(if $(filter 1 yes true,$(BREAK)),--break) && status=0 || status=$$?; \
		echo "exit status $$status"; exit $$status

.PHONY: demo-full
demo-full: env  ## the whole platform: all bundled DAGs on PostgreSQL, S3, dbt and Spark, then both systems side by side
	@$(PY) -m migrator demo --full $(ARGS) && status=0 || status=$$?; echo "exit status $$status"; exit $$status

.PHONY: test
test: env  ## unit tests, then both systems on the same fixtures
	$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: env  ## ruff and mypy --strict
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv-lint/bin/python -m mypy

.PHONY: fresh
fresh: env  ## whether generated pages and projects are what the code would write now
	$(PY) -m pytest -q tests/test_golden.py tests/test_docs.py -k fresh
	$(PY) -m scripts.coverage_page --check

.PHONY: renew
renew: env  ## writes generated pages and projects again; read the diff
	$(PY) -m migrator rules --write
	$(PY) -m migrator convert airflow_dags --plan migrate.yaml --out dagster_defs
	$(PY) -m migrator import airflow_dags --out dagster_defs/phase_one
	$(PY) -m scripts.coverage_page
	$(PY) -m scripts.effort_page

.PHONY: truth
truth: env  ## what each Airflow loads from its example DAGs: what the scanner is scored against
	.venv/bin/python tests/scan/truth/__main__.py tests/scan/truth/airflow-2.11.2.json
	.venv-airflow3/bin/python tests/scan/truth/__main__.py tests/scan/truth/airflow-3.3.2.json
	.venv-airflow27/bin/python tests/scan/truth/__main__.py tests/scan/truth/airflow-2.7.3.json
	.venv/bin/python tests/scan/truth/__main__.py tests/scan/truth/cases-2.11.2.json tests/scan/cases tests/scan/repository
	.venv-airflow3/bin/python tests/scan/truth/__main__.py tests/scan/truth/cases-3.3.2.json tests/scan/cases tests/scan/repository

.PHONY: coverage
coverage: env  ## docs/coverage.md: what becomes of Airflow's own example DAGs
	$(PY) -m scripts.coverage_page $(ARGS)

.PHONY: parity-corpus
parity-corpus: env  ## docs/behaviour.md: do Airflow's own example DAGs do the same in Dagster?
	$(PY) -m scripts.behaviour $(ARGS)

.PHONY: tour
tour: env  ## the pictures of docs/tour.md, from both interfaces; look at them before they are committed
	$(PY) -m scripts.tour $(ARGS)

.PHONY: bench
bench: env  ## speed as ratios within one run, so that any machine can judge them
	$(PY) -m bench $(ARGS)

.PHONY: fuzz
fuzz: env  ## ten minutes of files that nobody should have written: does each scan keep its promises?
	$(PY) -m fuzz $(ARGS)

.PHONY: mutants
mutants: env  ## mistakes made by chance in converted code and in data: does a comparison see them?
	$(PY) -m mutants $(ARGS)

.PHONY: lock
lock: env  ## constraints/*.txt from what the environments hold
	$(PY) -m scripts.lock

.PHONY: clean
clean:  ## removes what runs leave behind; the environments stay
	rm -rf build dist .migrate demo_output demo_full_output .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean  ## removes the environments as well
	rm -rf .venv .venv-lint .venv-spark .venv-airflow3 .venv-airflow27
