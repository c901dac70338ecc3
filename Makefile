# Yanlu: every command a newcomer needs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2
TESTS ?= tests
SERVICES_ENV = $(or $(SERVICES_DIR),var)/services.env
ARCHIVE ?= $(firstword $(wildcard ../shared/archive/*.jsonl.gz))
PY := .venv/bin/python
export PORT HOST

.PHONY: help run install dev test test-services services services-stop services-status services-remove lint types \
	check bench messages requirements clean

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Install what the site and its demo need
	@scripts/bootstrap.sh run

dev: ## Install what tests and checks need, too
	@scripts/bootstrap.sh dev

run: install ## Install, migrate, load the demo, serve on PORT (8000) with a worker
	@$(PY) scripts/serve.py

test: dev ## Run the whole test suite (TESTS=tests/search for a part, COVERAGE=1 for coverage)
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(if $(COVERAGE),--cov --cov-report=term) $(TESTS)

test-services: dev services ## Run it on PostgreSQL, with the tests that need Redis and Elasticsearch
	@set -a; . $(SERVICES_ENV); set +a; export YANLU_TEST_SERVICES=1; \
		$(PY) -m pytest -n $(WORKERS) --dist worksteal $(if $(COVERAGE),--cov --cov-report=term) $(OPTIONS) $(TESTS)

services: install ## Start PostgreSQL, Redis and Elasticsearch of this folder's own; addresses in var/services.env
	@$(PY) -m scripts.services start $(SERVERS)

services-stop: ## Stop them; what they stored stays
	@$(PY) -m scripts.services stop $(SERVERS)

services-status: ## Say which of them answer
	@$(PY) -m scripts.services status $(SERVERS)

services-remove: ## Stop them and delete what they stored
	@$(PY) -m scripts.services remove $(SERVERS)

lint: dev ## Check style, formatting and the import law
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@PYTHONPATH=site:. .venv/bin/lint-imports

types: dev ## Check types (mypy, strict)
	@PYTHONPATH=site:. .venv/bin/mypy

check: lint types ## Lint, types, system checks, missing migrations, missing translations
	@$(PY) manage.py check
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) scripts/check_translations.py

bench: dev ## Print search quality beside Wagtail's own (ARCHIVE=file.jsonl.gz)
	@test -n "$(ARCHIVE)" || { echo "Name an archive: make bench ARCHIVE=normative.jsonl.gz"; exit 2; }
	@PYTHONPATH=site:. $(PY) -m bench.search_quality $(ARCHIVE)

messages: dev ## Collect texts for translation into locale/en
	@$(PY) scripts/check_translations.py --update
	@$(PY) scripts/compile_messages.py

requirements: dev ## Resolve the pinned requirements anew
	@scripts/lock_requirements.sh

clean: ## Remove .venv, caches and compiled files; the data folder stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage coverage.xml
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find . -name '*.mo' -not -path './.venv/*' -delete
