"""Rules files on the till."""

import hashlib
from contextlib import closing
from pathlib import Path

import pytest

from terminal.domain.errors import BookError
from terminal.offline.rules import SqliteRulesShelf
from terminal.wire.files.streams import Stream, seal_name
from terminal.wire.rules.building import build_rules
from tests.unit.wire_rules.rules import CONTENT, FIVE


def test_rules_of_a_version_are_opened_with_their_seal(tmp_path: Path) -> None:
    build_rules(tmp_path / "rules-3.db", CONTENT)
    (tmp_path / "catalog-9.db").touch()
    shelf = SqliteRulesShelf(tmp_path)
    assert shelf.versions() == (3,)
    with closing(shelf.open(3)) as rules:
        assert rules.info.sha256 == hashlib.sha256((tmp_path / "rules-3.db").read_bytes()).hexdigest()
        assert (rules.info.version, rules.info.label, len(rules.rules.rules)) == (3, "spring", 3)
        assert rules.coupon(FIVE.code) == FIVE
    (tmp_path / seal_name(3, Stream.RULES)).write_text(f"{'ab' * 32}  rules-3.db\n")
    with closing(shelf.open(3)) as rules:
        assert rules.info.sha256 == "ab" * 32


def test_rules_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(BookError) as caught:
        SqliteRulesShelf(tmp_path).open(4)
    assert caught.value.code == "book_missing"
    assert SqliteRulesShelf(tmp_path / "nowhere").versions() == ()
