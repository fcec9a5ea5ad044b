# Everything one does with this repository. `make help` prints the targets with their ## comments.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The system's Python, 3.11 or 3.12: what Superset runs with is not built for newer ones.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
UV_VERSION := 0.13.9
BIN := .venv/bin
WORKERS ?= 4
BEGAN_AT := $(shell date +%s.%N)
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile $(UPGRADE) --quiet --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-emit-find-links

# Container images like to forbid it; every process would then compile all that it imports, which takes as long again.
export PYTHONDONTWRITEBYTECODE :=

# A machine without certificates: uv falls back on those it brings along.
ifeq ($(wildcard /etc/ssl/certs/*.pem /etc/ssl/certs/*.crt /etc/ssl/*.pem),)
export UV_SYSTEM_CERTS ?= false
endif

.PHONY: help demo stop test check format macros dbt-docs bench bench-agent lock upgrade environments

help: ## print this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

demo: .venv/installed ## everything, from nothing: two million events of 24 people, mined and shown
	@$(BIN)/task-mining demo --began-at $(BEGAN_AT)

stop: .venv/installed ## stop every process of it; the data stays
	@$(BIN)/task-mining down

test: environments ## the whole test suite, on WORKERS=4 workers
	@$(BIN)/python -m pytest -n $(WORKERS)

check: .venv/installed ## format, lint, types, import contracts, SQL, architecture
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/sqlfluff lint dbt/models
	@$(BIN)/python -m pytest -q tests/architecture

macros: .venv/installed ## carry the domain's tables (event kinds, active kinds) to dbt
	@$(BIN)/python -m pipelines.resources.domain_macros

dbt-docs: .venv/installed ## every model and column as pages to browse: .task-mining/dbt-docs/static_index.html
	@$(BIN)/dbt --quiet docs generate --static --empty-catalog --project-dir dbt --profiles-dir dbt \
	  --target-path $(CURDIR)/.task-mining/dbt-docs --log-path $(CURDIR)/.task-mining/dbt-docs --log-level-file none

format: .venv/installed ## let ruff and sqlfluff mend what they can
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix
	@$(BIN)/sqlfluff fix dbt/models

bench: .venv/installed ## the figures, each beside a peer in the same run
	@$(BIN)/python -m benchmarks

bench-agent: .venv/installed ## what the agent costs at the workstation
	@$(BIN)/python -m benchmarks.agent

lock: .venv/installed ## resolve changed requirements into the three locks; versions that still fit stay
	@$(COMPILE) --extra agent --extra server -o requirements.lock pyproject.toml
	@$(COMPILE) --extra dev -c requirements.lock $$(sed -nE '/^pynput==/d; s/^([a-z0-9.-]+)==.*/--no-emit-package \1/p' requirements.lock) \
	  -o requirements-dev.lock pyproject.toml
	@$(COMPILE) --no-annotate -o superset/requirements.lock superset/requirements.in

upgrade: UPGRADE := --upgrade
upgrade: lock ## the same with the newest allowed versions

environments: .venv/installed
	@$(BIN)/python -m standalone.superset.environment

# --no-deps: the locks name every package; evdev, which pynput would ask for in the tests, is left out on purpose.
.venv/installed: requirements.lock requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "There is no Python here: install Python 3.11 and run make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' || \
	  { echo "$(PYTHON) is neither 3.11 nor 3.12: run make PYTHON=/path/to/python3.11."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make virtual environments: install python3-venv and run make again."; exit 1; }
	@echo "Installing packages into .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps \
	  -r requirements.lock -r requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@
