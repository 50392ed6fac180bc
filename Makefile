# Proxy settings are for fetching packages; what runs on loopback must not see them.
LOCAL := env -u HTTP_PROXY -u HTTPS_PROXY -u ALL_PROXY -u NO_PROXY \
             -u http_proxy -u https_proxy -u all_proxy -u no_proxy
BIN := .venv/bin

# What the recipes and scripts call. A machine that lacks one is told so, once, before anything runs.
MISSING := $(strip $(foreach tool,bash env awk cat dirname rm,$(if $(shell command -v $(tool) 2>/dev/null),,$(tool))))
ifneq ($(MISSING),)
$(error not on the PATH: $(MISSING). Install it (on Debian and Ubuntu: apt install bash coreutils mawk), then again)
endif

.DEFAULT_GOAL := help
.PHONY: help demo test orders check bench chaos soak coverage format venv cluster browser lock clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

demo: venv cluster ## Start everything on this machine: page, kubeconfig, three lines to try
	@$(LOCAL) $(BIN)/python -m sandbox up

test: venv cluster browser ## Set up what is missing, then run every test (ARGS="tests/unit -x")
	@$(LOCAL) $(BIN)/python -m pytest $(ARGS)

orders: venv cluster browser ## Run the tests that share clusters in ten orders (SEEDS="1 2")
	@for seed in $(or $(SEEDS),1 2 3 4 5 6 7 8 9 10); do \
	  $(LOCAL) $(BIN)/python -m pytest -q -m shared --randomly-seed=$$seed $(ARGS) || exit; \
	done

check: venv ## Lint, format, types, import contracts, spelling
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

bench: venv cluster ## Measure, beside a floor measured in the same run
	@$(LOCAL) $(BIN)/python -m bench $(ARGS)

chaos: venv cluster ## Kill everything for ten minutes and count what outlives its lease (ARGS="--for 2m --seed 7")
	@$(LOCAL) -u DAYPASS_REQUIRE_REAL $(BIN)/python -m chaos $(ARGS)

soak: venv ## Run 50,000 random life cycles with crashes between any two steps
	@$(LOCAL) DAYPASS_SOAK=50000 $(BIN)/python -m pytest -q -n auto --timeout=0 tests/property/test_lifecycle_machine.py $(ARGS)

coverage: venv ## Show that domain and use cases are covered to the last branch
	@$(LOCAL) $(BIN)/python -m pytest -q tests/unit tests/property \
	  --cov=daypass.domain --cov=daypass.usecases --cov-branch \
	  --cov-report=term-missing --cov-fail-under=100

format: venv ## Format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

venv: ## Make the virtual environment
	@scripts/venv

cluster: venv ## Build the API server that demo and tests use (once, then cached)
	@scripts/cluster

browser: ## Find or install the browser that the tests of the page use
	@scripts/browser

lock: ## Write requirements/*.txt anew (ARGS=--upgrade)
	@scripts/lock $(ARGS)

clean: ## Remove the virtual environment, run state and caches of this folder
	rm -rf .venv .venv.lock .sandbox .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
	  .hypothesis .coverage .coverage.* htmlcov test-results dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
