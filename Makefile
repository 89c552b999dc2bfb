# `./guitai` is the front door; these are the habits of developers.
LOCKED = uv export --quiet --project $(LOCKS) --format requirements-txt --no-emit-project --no-header --no-default-groups

.PHONY: check format locks

check:
	./guitai test

format:
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# Newest versions of everything, with hashes and without any address; uv.lock itself names a host and stays outside.
locks: LOCKS := $(shell mktemp -d)
locks:
	cp pyproject.toml README.md $(LOCKS)
	uv lock --quiet --project $(LOCKS)
	$(LOCKED) > requirements.lock
	$(LOCKED) --extra hq --extra lab > requirements-lab.lock
	$(LOCKED) --extra hq --extra lab --extra replay > requirements-replay.lock
	$(LOCKED) --all-extras --group dev > requirements-dev.lock
	rm -r $(LOCKS)
	! grep -n '://' requirements*.lock
