# make demo      the newsroom, the daemon and its edits on the screen     (ARGS="--for 60s" ends by itself)
# make run       the daemon on sources.yaml                               (ARGS="--once" for a single pass)
# make test      every test, with coverage                                (ARGS="-k differ" for some)
# make test-fast      those that take no browser, no program of its own and no hours   (a minute)
# make test-calendar  the fast ones on days and in zones where a clock does odd things
# make check     what needs no running: lint, format, types, floors, file length
# make bench     the published figures, measured again
# make bench-store   those of the history alone                           (VERSIONS=1000000 for years of one)
# make bench-revisit   when to look: every schedule at equal cost           (ARGS="--seeds 1" for a quick one)
# make mutants   would the tests notice? small faults put into the source   (ARGS="--each 10 --room differ")
# make docs      docs/cli.md from the commands' own help, the tables of db/datasette.yaml from db/README.md
# make sample    build/sample.db, a small public history of the fictional newsroom  (ARGS=60s for a quick one)
# make lock      requirements.lock from pyproject.toml                    (ARGS=--upgrade for newer ones)
# make clean     everything that was built; the database stays
#
# All it needs is Python 3.11 or later, make and git.

.PHONY: help demo run test test-fast test-calendar check bench bench-store bench-revisit mutants docs sample lock clean
.DEFAULT_GOAL := help

ENV    := .venv
BIN    := $(ENV)/bin
STAMP  := $(ENV)/.installed
LIMIT  := 400
ARGS   ?=
JOBS   ?= auto
FRESH   = import sys; sys.exit(sys.version_info < (3, 11))
VERSIONS ?= 20000
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c '$(FRESH)' 2>/dev/null && { echo $$p; break; }; done)
PIP    := PIP_ROOT_USER_ACTION=ignore $(BIN)/python -m pip --disable-pip-version-check

# A file's tests stay together: what they share is made once.
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile
# Python 3.12 tells of lines that run without tracing; an older one has to trace.
COVER  := $(shell $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo COVERAGE_CORE=sysmon)

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile

demo: $(STAMP)
	@$(BIN)/tracker demo $(ARGS)

run: $(STAMP)
	@$(BIN)/tracker run $(ARGS)

# Coverage is measured on the fast tests: tracing what starts programs and browsers costs as much again and shows little more.
ifeq ($(strip $(ARGS)),)
test: $(STAMP)
	@$(COVER) $(PYTEST) -m "not slow" --cov --cov-report=term --cov-fail-under=90
	@$(PYTEST) -m slow
else
test: $(STAMP)
	@$(PYTEST) $(ARGS)
endif

test-fast: $(STAMP)
	@$(PYTEST) -m "not slow" $(ARGS)

test-calendar: $(STAMP)
	@.ci/calendar $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@find $(wildcard tracker tests benchmarks) -name '*.py' -exec wc -l {} + \
	| awk '$$2 != "total" && $$1 > $(LIMIT) {print $$2 " has " $$1 " lines; $(LIMIT) are allowed"; long = 1} END {exit long}'

bench: $(STAMP)
	@.ci/bench $(ARGS)

bench-store: $(STAMP)
	$(BIN)/python -m benchmarks.store --versions $(VERSIONS)
	$(BIN)/python -m benchmarks.store_crash --rounds 200
	$(BIN)/python -m pytest --no-cov -q tests/cli/test_tampering.py
	$(BIN)/python -m benchmarks.rebuild --versions 10000
	test ! -d ../shared/corpus || $(BIN)/python -m benchmarks.store_rivals --versions 10000
	test ! -d ../shared/bench || $(BIN)/python -m benchmarks.store_captures

bench-revisit: $(STAMP)
	@$(PIP) install -qq "matplotlib>=3.9,<4"
	@$(BIN)/python -m benchmarks.revisit --plot $(ARGS)

mutants: $(STAMP)
	@$(BIN)/python -m benchmarks.mutants $(ARGS)

docs: $(STAMP)
	@$(BIN)/python -m tracker.cli.reference > docs/cli.md.new && mv docs/cli.md.new docs/cli.md
	@$(BIN)/python -m tracker.web.metadata

# The newsroom and its texts are ours and are given away (CC0): docs/sample.md.
sample: $(STAMP)
	@rm -rf build/sample && mkdir -p build/sample
	@$(BIN)/tracker demo --for $(or $(ARGS),10m) --database build/sample/live.db > build/sample/log
	@$(BIN)/tracker --database build/sample/live.db backup --afresh build/sample/sample.db
	@mv build/sample/sample.db build/sample.db && ls -l build/sample.db

# Made with the oldest Python that is to work (Debian 12 has 3.11.2: PYTHON=/usr/bin/python3), in its own environment: a
# newer one locks libraries that an older one refuses.
lock: $(STAMP)
	@test -x build/lock/bin/pip-compile || { $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install -qq --upgrade pip pip-tools; }
	@$(BIN)/python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb")); \
	print(*p["dependency-groups"]["dev"], *p["build-system"]["requires"], "editables", sep="\n")' > build/lock/tools.in
	@cp requirements.lock build/lock/new.lock 2>/dev/null || :
	@build/lock/bin/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--extra web --output-file build/lock/new.lock $(ARGS) pyproject.toml build/lock/tools.in
	@{ echo "# Made by \`make lock\`: everything tracker runs on, is tested with and is built with. Do not edit."; \
	sed -e '/^#/d' -e '/^--/d' -e '/^$$/d' build/lock/new.lock; } > requirements.lock
	@! grep -nE '://|file:' requirements.lock

clean:
	rm -rf $(ENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	find $(wildcard tracker tests benchmarks) -name __pycache__ -type d -prune -exec rm -rf {} +

# A half-made, moved or foreign environment is made anew; a finished one is left alone until what it holds has changed.
$(STAMP): requirements.lock pyproject.toml tracker/__init__.py
	@test -n "$(PYTHON)" || { \
	echo "tracker needs Python 3.11 or later; this machine has $$(python3 --version 2>&1 || echo none)." >&2; \
	echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up $(ENV) with $$($(PYTHON) --version) (a minute or two, once) …"
	@test "$$($(BIN)/python -c 'import sys, pip; print(sys.prefix)' 2>/dev/null)" = "$(CURDIR)/$(ENV)" \
	|| $(PYTHON) -m venv --clear $(ENV) \
	|| { echo "No environment could be made; on Debian and Ubuntu: apt install python3-venv" >&2; rm -rf $(ENV); exit 1; }
	@$(PIP) install -qq --no-deps --require-hashes -r requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@echo "$(CURDIR)" > $@

ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif
