# `./guitai` is the front door; these are the habits of developers.
LOCKED = uv export --quiet --project $(LOCKS) --format requirements-txt --no-emit-project --no-header --no-default-groups

.PHONY: check format locks

check:
	./guitai test

format:
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# Newest versions of everything, with hashes and without any address; uv.lock itself names a host and stays outside.
# Extras that packages ask for are named, which uv does not: pip 23 takes the newest coverage[toml] beside a pinned coverage.
locks: LOCKS := $(shell mktemp -d)
locks:
	cp pyproject.toml README.md $(LOCKS)
	uv lock --quiet --project $(LOCKS)
	$(LOCKED) > requirements.lock
	$(LOCKED) --extra hq --extra lab > requirements-lab.lock
	$(LOCKED) --extra hq --extra lab --extra replay > requirements-replay.lock
	$(LOCKED) --all-extras --group dev > requirements-dev.lock
	sed -i 's/^coverage==/coverage[toml]==/; s/^markdown-it-py==/markdown-it-py[linkify]==/; s/^pwdlib==/pwdlib[argon2]==/' requirements*.lock
	rm -r $(LOCKS)
	! grep -n '://' requirements*.lock
