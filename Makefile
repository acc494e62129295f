# The whole project from a bare machine: needs only make and Python 3.11 or newer. `make` alone lists the targets.

PYTHON ?= python3
CORES ?= all
GPUS ?= 1
STUDY ?=
ONLY ?=
# The lock's only hand-chosen pin: torch decides which graphics drivers will do.
TORCH ?= 2.13.0

export PIP_DISABLE_PIP_VERSION_CHECK = 1

# The jobs of the workflow call `python`: that must be the environment's.
IN_VENV = PATH="$(CURDIR)/.venv/bin:$$PATH"
CONFIG = $(if $(STUDY),--configfile studies/$(STUDY).yaml)

# A moved .venv is broken too: its scripts and the editable install hold absolute paths.
BROKEN := $(shell test "`cat .venv/stamp 2>/dev/null`" = "`pwd -P`" && .venv/bin/python -c 'import pip' 2>/dev/null || echo broken)

.PHONY: help figures report docs site test lint format capabilities lock clean broken

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile
	@echo "Variables: PYTHON=$(PYTHON) CORES=$(CORES) GPUS=$(GPUS) STUDY=$(STUDY) (figures and report: studies/<STUDY>.yaml) ONLY=$(ONLY) (one figure, such as weights)"

figures: .venv/stamp ## Build every figure, or the one that ONLY names
	$(IN_VENV) snakemake $(if $(ONLY),$(ONLY) )--cores $(CORES) --resources gpu=$(GPUS) $(CONFIG)

report: figures ## Build every figure, then results/report.zip
	$(IN_VENV) snakemake --report results/report.zip $(CONFIG)

docs: figures ## Bring figures, tables and numbers of docs/ up to date with the default study
	$(IN_VENV) python -m workflow_scripts.documents

site: .venv/stamp ## Build the pages of docs/ as a site: build/site/index.html
	$(IN_VENV) snakemake site --cores $(CORES)

test: .venv/stamp ## Run the tests
	$(IN_VENV) pytest

lint: .venv/stamp ## Check style without changing anything
	$(IN_VENV) ruff check
	$(IN_VENV) ruff format --check
	$(IN_VENV) snakefmt --check Snakefile rules

format: .venv/stamp ## Format the Python files and the rules
	$(IN_VENV) ruff check --fix
	$(IN_VENV) ruff format
	$(IN_VENV) snakefmt Snakefile rules

capabilities: .venv/stamp ## Say what this machine can do
	$(IN_VENV) inrcodec capabilities

# The stamp is as old as the start of the installation: a requirement edited meanwhile makes it stale.
.venv/stamp: pyproject.toml requirements.lock $(BROKEN)
	@$(PYTHON) -c '' 2>/dev/null || \
	  { echo "$(PYTHON) is missing or does not run: name a Python 3.11 or newer with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is `$(PYTHON) --version 2>&1`, too old: name a Python 3.11 or newer with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "$(PYTHON) lacks venv or ensurepip (on Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "Creating .venv (about two minutes, more where torch brings CUDA along) ..."
	@rm -f .venv/stamp
	@$(PYTHON) -m venv --clear .venv
	@pwd -P > .venv/unfinished
	@.venv/bin/python -m pip install --quiet --requirement requirements.lock
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@mv .venv/unfinished .venv/stamp
	@echo ".venv is ready."

# On the oldest supported Python, since its pins install on the newer ones but not the other way round.
lock: ## Write requirements.lock anew (PYTHON=python3.11)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "the lock is made with Python 3.11: name one with PYTHON=..." >&2; exit 1; }
	@echo "Resolving every requirement (about two minutes) ..."
	@$(PYTHON) -m venv --clear build/lock
	@build/lock/bin/python -m pip install --quiet --upgrade setuptools --editable '.[test]' torch==$(TORCH)
	@build/lock/bin/python -m pip freeze --all --exclude pip --exclude-editable > build/lock/freeze
	@{ echo "# Every package of the test extra, pinned. Written by: make lock"; \
	  echo "# What torch brings along for CUDA is left to its own wheel, and so is the choice of its build."; \
	  sed -E '/^(nvidia|cuda|triton)/d; s/[+].*//' build/lock/freeze; } > requirements.lock
	@rm -rf build/lock

clean: ## Remove the environment and caches; results/ and resources/ stay, they cost hours
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis
