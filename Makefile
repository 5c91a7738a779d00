# `make` alone prints what there is; `make run` is all that one needs to see the site.

# Which Python the virtual environment is made of. Empty: the first of these that works.
PYTHON ?=
PYTHONS := python3.13 python3.12 python3.11 python3
PORT ?= 8000
PYTEST_ARGS ?= -n auto
BENCH_N ?= 2000
BENCH_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
AUDIT := $(VENV)/audit/bin
MANAGE := $(BIN)/python manage.py
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
WORKER := $(MANAGE) db_worker --verbosity 0 --no-startup-delay
TESTING := DJANGO_SETTINGS_MODULE=newsroom.settings.test
ON_SQLITE := DATABASE_URL=sqlite:///tests.sqlite3

.DEFAULT_GOAL := help
.PHONY: help setup run test bench check audit format messages clean

help: ## print this
	@echo "Newsroom: a multilingual newsroom. Targets:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Variables: PORT=$(PORT)  PYTHON=(first of $(PYTHONS))  PYTEST_ARGS=\"$(PYTEST_ARGS)\"  BENCH_N=$(BENCH_N)"

setup: $(VENV)/.runtime ## install, make the database, fill it with demo content; can be run again
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) make_demo_accounts >/dev/null  # first: it stops where DEBUG is off
	@$(MANAGE) seed_structure
	@$(MANAGE) seed_demo --only-if-empty
	@echo "Making the pictures' files, a minute or two the first time"
	@$(WORKER) --batch & first=$$!; $(WORKER) --batch && wait $$first
	@$(MANAGE) make_renditions  # for those whose job was interrupted
	@$(MANAGE) make_demo_accounts

run: setup ## set up, then serve the site and work off its jobs; Ctrl-C ends both (PORT=8000)
	@echo "English  http://127.0.0.1:$(PORT)/en/"
	@echo "Arabic   http://127.0.0.1:$(PORT)/ar/"
	@echo "Turkish  http://127.0.0.1:$(PORT)/tr/"
	@echo "Kurdish  http://127.0.0.1:$(PORT)/ku/"
	@echo "Admin    http://127.0.0.1:$(PORT)/admin/  (sign-in: above)"
	@$(WORKER) --no-reload & worker=$$!; $(MANAGE) runserver 127.0.0.1:$(PORT) & server=$$!; \
	trap 'kill $$worker $$server 2>/dev/null; wait' EXIT; trap 'exit 0' INT TERM; wait $$server

test: $(VENV)/.dev ## run all tests: on SQLite, on PostgreSQL, and in a browser
	@echo "--- SQLite"
	$(TESTING) $(ON_SQLITE) $(BIN)/python -m pytest $(PYTEST_ARGS) -m "not browser"
	@echo "--- PostgreSQL"
	$(TESTING) $(BIN)/python tests/postgres.py $(BIN)/python -m pytest $(PYTEST_ARGS) -m "not browser and not one_database"
	@echo "--- Chromium"
	$(TESTING) $(ON_SQLITE) $(BIN)/python -m pytest $(PYTEST_ARGS) -m browser

bench: $(VENV)/.runtime ## measure what pages cost, with BENCH_N articles; a few minutes (docs/performance.md)
	@$(BIN)/python benchmarks/load.py --sizes $(BENCH_N) $(BENCH_ARGS)

check: $(VENV)/.dev ## lint, and ask Django whether settings, migrations and catalogues are in order
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TESTING) $(ON_SQLITE) $(MANAGE) check --fail-level WARNING
	$(TESTING) $(ON_SQLITE) $(MANAGE) makemigrations --check --dry-run
	$(TESTING) $(ON_SQLITE) $(MANAGE) compile_catalogues --check

audit: $(AUDIT)/.audit ## list what production installs in var/sbom.json (CycloneDX), ask for known weaknesses of it
	@mkdir -p var
	@$(AUDIT)/python -W ignore::UserWarning -m cyclonedx_py requirements requirements-all.txt --pyproject pyproject.toml \
		--output-file var/sbom.json
	@$(AUDIT)/pip-audit --strict --disable-pip --no-deps --progress-spinner off -r requirements-all.txt || \
		{ echo "The audit did not pass: pip-audit found a weakness, or it could not ask its service on pypi.org (the" \
		"lines above say which). While it cannot ask, nothing is known: run it again where it can." >&2; exit 1; }

format: $(VENV)/.dev ## put the code into the one format
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

messages: $(VENV)/.dev ## collect the strings to translate, compile the catalogues
	$(MANAGE) makemessages --locale ar --locale tr --locale ku --no-wrap --no-obsolete --add-location file \
		--ignore "$(VENV)/*" --ignore "newsroom/*" --ignore "tests/*" --ignore "var/*"
	$(MANAGE) compile_catalogues

clean: ## delete what was installed and compiled; the data in var/ stays
	rm -rf $(VENV) .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip is the last thing that venv makes: without it the environment is a torso and is made anew.
$(BIN)/pip:
	@for python in $(or $(PYTHON),$(PYTHONS)); do \
	  if $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version)"; exec $$python -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "No usable Python among: $(or $(PYTHON),$(PYTHONS)). Newsroom needs 3.11 or newer, with venv" >&2; \
	echo "(on Debian and Ubuntu: apt install python3-venv), or name one: make PYTHON=/path/to/python" >&2; \
	exit 1

$(VENV)/.runtime: requirements.txt | $(BIN)/pip
	@echo "Installing requirements.txt"
	@$(PIP_INSTALL) -r requirements.txt && touch $@

# It looks at requirements-all.txt, which has all others in it that production can install.
$(AUDIT)/.audit: requirements-audit.txt | $(BIN)/pip
	@echo "Installing requirements-audit.txt"
	@$(BIN)/python -m venv $(VENV)/audit
	@$(AUDIT)/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.txt && touch $@

$(VENV)/.dev: requirements-dev.txt requirements-s3.txt requirements-opensearch.txt $(VENV)/.runtime
	@echo "Installing requirements-dev.txt"
	@$(PIP_INSTALL) -r requirements-dev.txt && touch $@
