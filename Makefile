# A checkout becomes an environment, and the environment a demonstration, a verdict or a set of figures.

VENV := .venv
BIN := $(VENV)/bin
# The folders that Python's tools leave behind, beside those of a build.
LITTER := .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
# `make PYTHON=/path/to/python3` picks the interpreter; otherwise the first of these that is new enough.
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python

# JupyterHub's images ask pip for the user's folder, which no virtual environment has.
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONPATH PYTHONHOME

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-fast lint types arrow bench clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.hookkit ## scaffold a hook, run it, show its product, its manifest and its image
	@$(BIN)/hookkit demo

test: lint types arrow ## everything: lint, types, the import arrow, all tests
	$(BIN)/pytest --numprocesses=auto --dist=worksteal

test-fast: lint types ## the daily loop: lint, types, unit and architecture tests
	$(BIN)/pytest --numprocesses=auto --dist=worksteal -m "not engine and not slow" tests/unit tests/architecture

lint: $(VENV)/.development
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.development
	$(BIN)/mypy

arrow: $(VENV)/.development
	$(BIN)/lint-imports

bench: $(VENV)/.development ## print the figures of benchmarks/
	@set -e; for name in startup contract check images local; do echo "== $$name"; $(BIN)/python benchmarks/$$name.py; done

clean: ## remove the environment, the caches and what was built
	rm -rf $(VENV) $(LITTER)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- the environment

# `--exact`: a package that pyproject.toml no longer names leaves the environment, so that no test can lean on it.
$(VENV)/.development: pyproject.toml | $(BIN)/uv
	@$(BIN)/uv pip install --quiet --exact --python $(BIN)/python --editable '.[cli]' --group dev
	@touch $@ $(VENV)/.hookkit

$(VENV)/.hookkit: pyproject.toml | $(BIN)/uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[cli]'
	@touch $@

$(BIN)/uv: | $(BIN)/python
	@echo "preparing $(VENV)"
	@if uv --version >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python uv; \
	    else $(BIN)/python -m pip install --quiet uv; fi

# An environment whose interpreter has gone (a link that leads nowhere) is made anew.
$(shell test -x $(BIN)/python || rm -rf $(VENV))

$(BIN)/python:
	@for python in $(PYTHON); do \
	    "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	    exec "$$python" -m venv $(VENV); \
	done; \
	echo "make: no Python >= 3.11 with its venv module here: install one (Debian: python3 and python3-venv)," \
	    "or name it: make PYTHON=/path/to/python3" >&2; exit 1
