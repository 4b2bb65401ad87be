# make sandbox   try the bot in the browser: no token, no network (PORT=8081 make sandbox for another port)
# make test      everything that must hold: lint, types, imports, tests on SQLite and on PostgreSQL
# make coverage  the tests on SQLite once more, traced: which lines and branches they reach (twice as long)
# make lint      only ruff, mypy and import-linter
# make run       the bot itself, with the settings of .env
# Each first sets up .venv from uv.lock; uv comes into .tools when the machine has none.

PORT ?= 8080
BIN := .venv/bin
JOBS ?= 3
PYTEST := $(BIN)/python -m pytest -rs
NICE := nice -n 10
GROUPS := processes on-postgresql-2 on-sqlite-2 on-sqlite-1 on-postgresql-1 others lint

export UV_PYTHON_DOWNLOADS := never
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE

.PHONY: sandbox run test coverage $(GROUPS)
.ONESHELL:
.SHELLFLAGS := -euc

sandbox: .venv/.ready
	@exec $(BIN)/saqbol sandbox --port $(PORT)

run: .venv/.ready
	@exec $(BIN)/saqbol run

lint: .venv/.ready
	@$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# JOBS groups at a time, the long ones first; a group's output comes when it ends. Three for two cores:
# processes wait a lot; but they are held to the clock, so the others give way to them.
test: .venv/.ready
	@$(MAKE) --no-print-directory --jobs=$(JOBS) --keep-going --output-sync=target $(GROUPS) ||
		{ echo "failed: see *** above" >&2; exit 1; }

coverage: .venv/.ready
	@$(BIN)/coverage run -m pytest -k "not postgresql"
	$(BIN)/coverage report --skip-covered --skip-empty

on-sqlite-1: .venv/.ready
	@echo "== Conversations A to D on SQLite"
	$(NICE) $(PYTEST) -k "not postgresql" tests/conversations/test_[a-d]*.py

on-sqlite-2: .venv/.ready
	@echo "== Conversations E to Z on SQLite"
	$(NICE) $(PYTEST) -k "not postgresql" tests/conversations/test_[!a-d]*.py

on-postgresql-1: .venv/.ready
	@echo "== Conversations A to D on PostgreSQL"
	$(NICE) $(PYTEST) -k postgresql tests/conversations/test_[a-d]*.py

on-postgresql-2: .venv/.ready
	@echo "== Conversations E to Z, and all else on PostgreSQL"
	$(NICE) $(PYTEST) -k postgresql tests --ignore-glob="*/conversations/test_[a-d]*.py"

processes: .venv/.ready
	@echo "== Processes and pages"
	$(PYTEST) -k "not postgresql" tests/process tests/browser

others: .venv/.ready .venv/.node
	@echo "== All that is neither conversation, process nor page"
	export SAQBOL_NODE_MODULES=$(CURDIR)/.venv/node/node_modules
	$(NICE) $(PYTEST) -k "not postgresql" tests --ignore=tests/conversations --ignore=tests/process --ignore=tests/browser

# what the Node receiver of partners/examples needs; where there is no npm its test skips and says so
.venv/.node: .venv/.ready
	@if command -v npm >/dev/null; then
		timeout 90 npm install --silent --no-save --no-package-lock --prefix .venv/node standardwebhooks@1.0.0 >/dev/null 2>&1 ||
			echo "npm could not install standardwebhooks" >&2
	fi
	touch $@

.venv/.ready: pyproject.toml uv.lock
	@stop() { echo "$$1" >&2; exit 1; }
	python= found=
	for each in $(PYTHON) python3.11 python3; do
		version=$$($$each -c 'import sys; print("%d.%d" % sys.version_info[:2], sys.version_info >= (3, 11))' 2>/dev/null) || continue
		case $$version in *True) python=$$(command -v $$each); break;; *) found=$${version% *};; esac
	done
	if [ -z "$$python" ]; then
		[ -z "$$found" ] || stop "Python 3.11 or newer is needed, this machine has $$found: apt install python3.11 python3.11-venv, or make PYTHON=/path/to/python3.11"
		stop "Python 3.11 with venv is needed: apt install python3-venv"
	fi
	echo "Setting up .venv ..."
	uv=$$(command -v uv || true)
	if [ -z "$$uv" ] && ! .tools/bin/uv --version >/dev/null 2>&1; then
		rm -rf .tools
		if $$python -m venv .tools >/dev/null 2>&1; then
			said=$$(.tools/bin/python -m pip install --quiet uv 2>&1) || stop "uv could not be installed by pip: $$(echo "$$said" | tail -n 1)"
		elif rm -rf .tools; $$python -m pip --version >/dev/null 2>&1; then
			said=$$($$python -m pip install --quiet --target .tools uv 2>&1) || stop "uv could not be installed by pip: $$(echo "$$said" | tail -n 1)"
		else
			stop "Python 3.11 with venv is needed: apt install python3-venv"
		fi
	fi
	uv=$${uv:-.tools/bin/uv}
	sync="sync --quiet --all-extras --frozen --python $$python"
	# the second try trusts the machine's own certificates too, as behind a company's proxy
	$$uv $$sync 2>/dev/null || UV_SYSTEM_CERTS=true $$uv $$sync || stop "The packages of uv.lock could not be installed: see above"
	touch $@
