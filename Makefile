# One line each; `make test` is what CI runs. PYTHON picks the interpreter the environment is made with.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test browser postgresql check fix bench clean

demo: $(VENV)/.installed ## the whole story in a scratch repository, in a minute
	$(BIN)/nbjob demo $(DIR)

test: $(VENV)/.installed browser postgresql ## the whole test suite
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadgroup

postgresql: $(VENV)/.installed ## from Debian's packages, where there is none
	scripts/postgresql $(BIN)/python

browser: ## chromium from Debian's packages, where there is none
	scripts/browser

check: $(VENV)/.installed ## format, lint, types and the quick tests
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/python -m pytest -q -m "not slow" --numprocesses=auto --dist=loadgroup

fix: $(VENV)/.installed ## what ruff can mend by itself
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(VENV)/.installed ## ratios against plain Python, git and the neighbours; ONLY="clean run" for some groups
	$(BIN)/python -m bench $(ONLY)

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"  # the first that knows groups
	$(BIN)/python -m pip install --quiet --editable ".[demo,test]" --group dev
	touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
