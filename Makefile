# `make` alone tells what there is. `python -m crm_app` does the work; make only prepares the venv.
.DEFAULT_GOAL := help
.PHONY: help run dev test check lint bench chaos migrate reset venv venv-dev
PY := .venv/bin/python

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: venv ## start everything on http://localhost:3000 (another port: make run PORT=3001)
	@exec $(PY) -m crm_app run

dev: venv ## the same, and it reloads when a file is saved
	@exec $(PY) -m crm_app run --dev

test: lint ## everything that CI runs; a part of it: make test T=tests/run
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && $(if $(T),$(PY) -m pytest $(T), \
		$(PY) -m pytest -n 2 --ignore=tests/journeys --cov --cov-report= && \
		$(PY) -m pytest tests/journeys --cov --cov-append --cov-report=term:skip-covered)
	@$(if $(T),:,$(PY) -m tests.coverage_rules)

check: lint ## the same without a browser
	@exec $(PY) -m pytest -m "not browser" $(T)

lint: venv-dev ## format, lint, types and import contracts alone
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@.venv/bin/basedpyright
	@$(PY) -m mypy
	@.venv/bin/lint-imports

bench: venv-dev ## measure: medians beside a baseline of the same run
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && exec $(PY) -m benchmarks

chaos: venv-dev ## 2,000 people, 200 kills, a bad line, 10,000 webhooks (make chaos SEED=7 PEOPLE=60 KILLS=8 EVENTS=500): nobody twice, nothing lost
	@SHARE=1 RACES=1000 $(PY) -m pytest -q -s tests/test_day.py tests/test_stop_race.py
	@$(PY) -m tests.oracle $(if $(SEED),--seed $(SEED)) --runs $(or $(RUNS),10000)
	@$(PY) -m tests.flight $(if $(SEED),--seed $(SEED)) --events $(or $(EVENTS),10000)
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && $(PY) -m tests.load
	@exec $(PY) -m tests.chaos $(if $(SEED),--seed $(SEED)) --people $(or $(PEOPLE),2000) --kills $(or $(KILLS),200)

migrate: venv ## bring the database's tables up to date
	@exec $(PY) -m crm_app migrate

reset: venv ## empty a sandbox; refused on a live system
	@exec $(PY) -m crm_app reset

venv:
	@.ci/venv requirements.txt

venv-dev:
	@.ci/venv requirements.txt requirements-dev.txt
