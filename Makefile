# Everything a contributor types. Needs Python 3.11+ and make, nothing else:
# each target makes the virtual environment it needs, once.

VENV ?= .venv
PYTHONS ?= python3.13 python3.12 python3.11 python3
CORPUS ?= ../shared/corpus

BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
# Pages with a generated part: those that carry a cog marker.
GENERATED = $(shell grep -rlF '[[[cog' README.md docs --include='*.md')

.DEFAULT_GOAL := help
.PHONY: help test demo fix docs bench accuracy torture clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 16

test: $(VENV)/.dev ## run every check and every test
	@echo "ruff, mypy, import-linter"
	@$(BIN)/ruff check --quiet --output-format=concise
	@$(BIN)/ruff format --check --quiet || { echo "not formatted: run 'make fix'"; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }
	@$(PY) -m pytest -q -n auto

demo: $(VENV)/.runtime ## show the main job, from webhook to candidate card
	@$(BIN)/deliveryledger demo

fix: $(VENV)/.dev ## format, apply safe fixes, regenerate the reference
	@$(BIN)/ruff check --quiet --fix || true
	@$(BIN)/ruff format --quiet
	@$(MAKE) --no-print-directory docs

docs: $(VENV)/.dev ## regenerate the reference pages from the code
	@$(PY) -m cogapp -r $(GENERATED)

bench: $(VENV)/.dev $(VENV)/.bench ## measure against raw sqlite3, django-anymail and flufl.bounce
	@$(PY) -m tests.benchmarks.run
	@$(PY) -m tests.benchmarks.against_anymail
	@$(PY) -m tests.benchmarks.webhook_load --seconds 10
	@$(PY) -m tests.benchmarks.mail_speed
	@$(PY) -m tests.benchmarks.suggest_speed

accuracy: $(VENV)/.dev ## measure readers and classification on the corpus
	@if [ -d "$(CORPUS)" ]; then $(PY) -m tests.accuracy.run "$(CORPUS)"; else echo "no corpus here"; fi
	@$(PY) -m tests.accuracy.typos "$(CORPUS)"

torture: $(VENV)/.dev $(VENV)/.fuzz ## kill, fill, contend, mutate and fuzz, the long form
	@$(PY) -m tests.torture.run
	@$(PY) -m tests.torture.erasing
	@$(PY) -m tests.torture.payloads
	@$(PY) -m tests.torture.mails
	@$(PY) -m tests.torture.fuzz_mails
	@$(PY) -m tests.torture.cvs --count 20000

clean: ## remove what the other targets made
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests examples -name __pycache__ -type d -prune -exec rm -rf {} +

# --- virtual environment: a stamp per set of dependencies, made again when pyproject.toml changes ---

$(VENV)/.made:
	@python=; for each in $(PYTHONS); do \
	  if "$$each" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then python="$$each"; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "cannot make $(VENV): looked for Python 3.11 or newer with venv and ensurepip as $(PYTHONS)" >&2; \
	  for each in $(PYTHONS); do command -v "$$each" >/dev/null 2>&1 && "$$each" -c \
	    'import importlib.util as u, platform as p; print("  found", p.python_version(), "" if u.find_spec("ensurepip") else "without ensurepip")' >&2; done; \
	  echo "install one (Debian, Ubuntu: apt-get install python3 python3-venv) or run make PYTHONS=/path/to/python" >&2; \
	  exit 1; fi; \
	echo "making $(VENV) with $$python, once"; \
	"$$python" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: pyproject.toml | $(VENV)/.made
	@echo "installing deliveryledger"
	@$(PIP) --editable .
	@touch $@

# pip knows dependency groups from 25.1 on only, so the group is read with tomllib: any pip will do.
$(VENV)/.dev: pyproject.toml | $(VENV)/.made
	@echo "installing deliveryledger and its development tools"
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")' > $(VENV)/dev.txt
	@$(PIP) --editable '.[all]' --requirement $(VENV)/dev.txt
	@touch $(VENV)/.runtime $@

# What we are measured against; without it the benchmark says that it is missing.
$(VENV)/.bench: pyproject.toml | $(VENV)/.dev
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["bench"], sep="\n")' > $(VENV)/bench.txt
	@$(PIP) --requirement $(VENV)/bench.txt && touch $@ || echo "django-anymail or flufl.bounce cannot be installed here"

# The fuzzer is compiled and has no wheel for every Python; without it the fuzzing says that it is missing.
$(VENV)/.fuzz: pyproject.toml | $(VENV)/.dev
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["fuzz"], sep="\n")' > $(VENV)/fuzz.txt
	@$(PIP) --only-binary :all: --requirement $(VENV)/fuzz.txt && touch $@ || echo "atheris cannot be installed here"
