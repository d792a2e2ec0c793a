# Two commands are enough: `make demo` and `make test`. `comity --help` is the tool for everything else.

PYTEST := .venv/bin/python -m pytest
# Each worker has its own database and its own folder of a node; who has nothing left takes from the other.
WORKERS ?= 2
SPREAD := -n $(WORKERS) --dist worksteal
# What drives whole nodes, or a browser, takes longer.
FAST := not slow and not browser

.DEFAULT_GOAL := help
.PHONY: help env dev demo test check lint types fast data browser bench docs lock

help: ## This list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

env: ## Make .venv with what a node needs
	@scripts/env

dev:
	@scripts/env dev

demo: env ## Make a node with the AI standards in ./node and open it on localhost:8000
	COMITY_HOME=node .venv/bin/comity demo

test: lint types ## Everything CI runs; installs PostgreSQL and Chromium from Debian where they are missing
	$(PYTEST) $(SPREAD) -m "not browser"
	scripts/postgres $(MAKE) --no-print-directory data
	scripts/chromium $(MAKE) --no-print-directory browser

check: lint types fast ## Lint, types and the fast tests: two minutes at most

lint: dev ## Format, style, and the arrows between rooms
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports

types: dev ## mypy, strict
	.venv/bin/mypy

fast: dev
	$(PYTEST) $(SPREAD) -m "$(FAST)"

# The tests of the data layer on the PostgreSQL of COMITY_TEST_POSTGRES (see scripts/postgres).
data: dev
	DATABASE_URL="$$COMITY_TEST_POSTGRES" $(PYTEST) $(SPREAD) -m data

browser: dev
	$(PYTEST) -m browser

bench: ## Run all benchmarks and write bench/RESULTS.md
	@scripts/env bench
	.venv/bin/python -m bench

docs: dev ## Check the documentation: links, and that it names what the code has
	$(PYTEST) tests/docs tests/test_house.py

lock: dev ## Lock the dependencies anew after pyproject.toml changed
	scripts/lock
