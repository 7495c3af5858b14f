# `make run` and `make test` are all a newcomer needs; both set up .venv first when it is missing.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.PHONY: run test check faults attacks sweep lint types requirements clean

run: .venv/.run
	$(BIN)/streamlit run app.py

# One more than two cores have use for: much of the time a test waits for a process it started. In the order of the
# folders, so that the few long tests of the browser do not all come last.
WORKERS := $(shell $(PYTHON) -c "import os; print(max(3, os.cpu_count() or 3))")
test: .venv/.test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# A thousand seeded runs with a misbehaving language model; the last line counts them.
faults: .venv/.test
	$(BIN)/python -m bench.faults

attacks: .venv/.test
	$(BIN)/python -m bench.attacks

sweep: .venv/.test
	$(BIN)/python -m bench.sweep

check: lint types test

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.test
	$(BIN)/pyright --pythonpath $(BIN)/python

# uv takes seconds; where it cannot reach the index as pip does (a proxy, a certificate), pip takes its minute.
install = $(BIN)/python -m uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes -r $(1) \
	|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)

.venv/.run: requirements.txt
	$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and 'Groundwork needs Python 3.11, 3.12 or 3.13; set PYTHON=python3.12, say')"
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	$(call install,requirements.txt)
	touch $@

.venv/.test: .venv/.run requirements-test.txt
	$(call install,requirements-test.txt)
	touch $@

# After a change of pyproject.toml. Index addresses are left out on purpose.
COMPILE := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade
requirements: .venv/.run
	echo uv | $(BIN)/python -m uv pip compile - -o requirements-uv.txt $(COMPILE)
	$(BIN)/python -m uv pip compile pyproject.toml -o requirements.txt -c constraints.txt $(COMPILE)
	$(BIN)/python -m uv pip compile pyproject.toml --extra test -o requirements-test.txt -c requirements.txt $(COMPILE)


clean:
	rm -rf .venv
