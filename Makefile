# The commands of this project. The work itself is in scripts/ and in manage.py.
VENV ?= .venv
PYTHON = $(VENV)/bin/python
export VENV

.PHONY: run mailhost test messages constraints clean

run: ## Start everything; open https://localhost:8443
	@scripts/setup.sh run
	@$(PYTHON) manage.py run

mailhost: ## A whole mail host with Postfix and Dovecot; as root on Debian
	@scripts/setup.sh run
	@scripts/mailhost.sh || true # the next line says what is missing
	@$(PYTHON) manage.py mailhost

test: ## Set up what is missing, then lint, types, layers, translations and all tests
	@scripts/test.sh

messages: ## Bring locale/*/LC_MESSAGES/django.po up to date
	@scripts/setup.sh run
	@$(PYTHON) -m panel.translations update

constraints: ## Resolve all dependencies anew and pin what was found
	@scripts/constraints.sh

clean: ## Remove what can be made again; the data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
