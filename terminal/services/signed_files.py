"""The checks of ``guitai doctor`` of what HQ sent: price book, rules file, members."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terminal.config.schema import TillConfig
from terminal.domain.errors import MembersError, PosError
from terminal.services.findings import Level, Row
from terminal.wire.book.checking import check_book
from terminal.wire.files.streams import Stream, book_name, versions_in
from terminal.wire.members.checking import check_members
from terminal.wire.members.schema import NAME as MEMBERS
from terminal.wire.rules.checking import check_rules

SENT_AGAIN = "is the uplink online? HQ sends it again"
OLD_DAYS = 3
"""What HQ sent of members is worth a word when it is older."""
_PASSING = frozenset({"members_unready"})


def book(config: TillConfig) -> Iterator[Row]:
    """Whether the newest price book is whole."""
    folder = Path(config.books_dir)
    versions = versions_in(folder)
    if not versions:
        yield Row(name="price book", level=Level.FAIL, says=f"none in {folder}", fix=SENT_AGAIN)
        return
    yield _judged("price book", lambda: _book_says(folder, versions[-1]))


def _book_says(folder: Path, version: int) -> str:
    summary = check_book(folder / book_name(version))
    return f"version {version} ({summary.label}), {summary.articles} articles"


def rules(config: TillConfig) -> Iterator[Row]:
    """Whether the newest rules file is whole; a shop may have none."""
    folder = Path(config.books_dir)
    versions = versions_in(folder, Stream.RULES)
    if not versions:
        yield Row(name="rules file", level=Level.SKIP, says="HQ sent none: no promotion, no points, no tiers")
        return
    yield _judged("rules file", lambda: _rules_say(folder, versions[-1]))


def _rules_say(folder: Path, version: int) -> str:
    summary = check_rules(folder / book_name(version, Stream.RULES))
    return f"version {version} ({summary.label}), {summary.rules} rules, {summary.coupons} coupons"


def _judged(name: str, says: Callable[[], str]) -> Row:
    """Return the row of a file that never changes."""
    try:
        return Row(name=name, level=Level.OK, says=says())
    except PosError as error:
        return Row(name=name, level=Level.FAIL, says=str(error), fix=error.hint or SENT_AGAIN)


def members(config: TillConfig) -> Iterator[Row]:
    """Whether the file of members is whole and not too old; a shop may have no members."""
    path = Path(config.books_dir) / MEMBERS
    if not path.exists():
        yield Row(name="members", level=Level.SKIP, says="HQ sent none: only members of this till are found")
        return
    try:
        summary = check_members(path)
    except MembersError as error:
        if error.code in _PASSING:
            yield Row(name="members", level=Level.WARN, says=str(error), fix="the uplink is at it: ask again soon")
        else:
            fix = error.hint or "systemctl restart guitai-uplink: it makes the file anew, and HQ sends all members"
            yield Row(name="members", level=Level.FAIL, says=str(error), fix=fix)
        return
    says = f"{summary.members} members, {summary.cards} cards, version {summary.version}"
    if not summary.as_of_ms:
        yield Row(name="members", level=Level.WARN, says=f"{says}, not whole yet", fix=SENT_AGAIN)
        return
    age = timedelta(milliseconds=max(0, int(datetime.now(tz=UTC).timestamp() * 1000) - summary.as_of_ms))
    if age.days >= OLD_DAYS:
        fix = "balances are of then: the rows of broker and link say why HQ tells nothing newer"
        yield Row(name="members", level=Level.WARN, says=f"{says}, {age.days} days old", fix=fix)
    else:
        yield Row(name="members", level=Level.OK, says=says)
