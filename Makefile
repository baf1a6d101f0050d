# What a person does with this checkout. `make` alone lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-quick test-faults lint bench bench-large corpus-report lock clean system-run system-test

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: .venv/runs ## set up what is missing, then build recipes/welcome.yaml into dist/
	$(BIN)/bundler build recipes/welcome.yaml

test: lint ## set up what is missing, then run every check there is
	$(BIN)/pytest --numprocesses auto --dist loadfile

test-quick: lint ## the checks that need no judge, server, whole release or large set
	$(BIN)/pytest --numprocesses auto --dist loadfile -m "not slow"

test-faults: .venv/tests ## break a release and a stick at every step in every way; takes up to an hour
	$(BIN)/pytest --every-fault tests/test_releases_survive_every_fault.py tests/test_sticks_survive_every_fault.py

lint: .venv/tests
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy --no-error-summary

bench: .venv/tests ## measure time and memory beside other programs
	for script in $(filter-out benchmarks/large.py benchmarks/large_pdf.py benchmarks/corpus_report.py,$(wildcard benchmarks/[a-z]*.py)); do $(BIN)/python $$script || exit 1; done

bench-large: .venv/tests ## measure an archive of 15,000 made-up articles (ARTICLES=1000000 for more), a PDF of 10,000
	$(BIN)/python benchmarks/large.py $(ARTICLES)
	$(BIN)/python benchmarks/large_pdf.py

corpus-report: .venv/tests ## count what the readers make of real archives; ARCHIVES="one another" for others
	$(BIN)/python benchmarks/corpus_report.py $(ARCHIVES)

lock: .venv/tests ## choose the newest versions that pyproject.toml allows, and write them down with hashes
	.ci/lock --upgrade

clean: ## remove what was set up and cached here; dist/ stays
	rm -rf .venv .cache node_modules build .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find bundler tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

.venv/runs: requirements.lock pyproject.toml .ci/python | system-run
	.ci/python -m venv .venv
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/tests: .venv/runs requirements-dev.lock package.json package-lock.json | system-test
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@if command -v npm >/dev/null; then \
		npm ci --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error; \
	else \
		echo "npm is missing: the tests that ask the HTML validator cannot run" >&2; test -z "$$CI"; \
	fi
	@touch $@

system-run:
	@.ci/parts run

system-test: system-run
	@.ci/parts test
