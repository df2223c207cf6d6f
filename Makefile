# The workflow, executable. `make run` and `make test` need nothing but a Debian with Python 3.11 to 3.13 and make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help run demo test check fix strings connector test-wordpress migration lock clean

help: ## Show what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.venv/.run: requirements.lock pyproject.toml
	@tools/setup.sh requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml
	@tools/setup.sh requirements-dev.lock
	@touch .venv/.run $@

run: .venv/.run ## Start Otklik with a filled demo on http://127.0.0.1:8000
	@exec $(BIN)/otklik serve --demo

demo: .venv/.run ## Throw the demo away and start a fresh one
	@$(BIN)/otklik inbox demo --fresh
	@exec $(BIN)/otklik serve --demo

test: .venv/.dev ## Every check: style, types, floors, catalogues, tests on SQLite and PostgreSQL, browser
	@tools/test.sh

check: .venv/.dev ## The quick checks: style, types, floors, catalogues
	@tools/check.sh

fix: .venv/.dev ## Mend what can be mended by machine
	@$(BIN)/ruff check --fix .

strings: .venv/.dev ## Collect the sentences of the interface into the catalogues
	@$(BIN)/python -m tools.strings

connector: .venv/.dev ## Begin a new connector: make connector NAME=platform
	@test -n "$(NAME)" || { echo "Say which one: make connector NAME=platform"; exit 2; }
	@$(BIN)/python -m tools.new_connector "$(NAME)"

test-wordpress: .venv/.dev ## Try the WordPress connector on a real WordPress on loopback (Debian packages, root)
	@tools/wordpress.sh

migration: .venv/.dev ## Write a migration for changed tables: make migration NAME="what changed"
	@test -n "$(NAME)" || { echo 'Say what changed: make migration NAME="add colour to brand"'; exit 2; }
	@$(BIN)/python -m tools.new_migration "$(NAME)"

lock: ## Pin the newest allowed versions of all dependencies
	@tools/lock.sh

clean: ## Remove the virtual environment and caches, keep var/
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
