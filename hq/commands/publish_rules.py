"""``guitai-hq publish-rules``: a file of rules, coupons and settings of trade becomes signed rules."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from dataclasses import replace as change
from pathlib import Path

from hq.bookcase import Bookcase, OpenBook
from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line
from hq.commands.pushing import audience_of, check_known, check_order, people, print_waited, wait_for
from hq.config import BOOKS
from hq.keys import FILE_NAME as KEY_NAME
from hq.keys import load_key
from hq.publisher import Publisher
from hq.rules.file import read_rules
from hq.rules.store_values import carrying, told_to
from hq.service import wall_ms
from hq.store.port import BookRow, Store
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.rules.building import RulesContent
from terminal.wire.rules.checking import check_rules
from terminal.wire.rules.opening import OpenRules


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOrder:
    """What to publish, for whom, and how long to wait for the tills (0 = not at all); `HqError` as in `check_order`."""

    file: Path
    store: str | None = None
    is_new_store: bool = False
    label: str = ""
    wait_s: float = 0.0

    def __post_init__(self) -> None:
        check_order(store=self.store, label=self.label, wait_s=self.wait_s)


def publish_rules(state_dir: Path, order: RulesOrder, *, as_json: bool) -> int:
    """Publish; with ``wait_s`` return 1 when a till that is online has not even got the rules in time.

    `RulesFileError` names file, rule or coupon, and key of what is wrong; then nothing is published.
    """
    doubts: list[str] = []
    key = load_key(state_dir / KEY_NAME)
    with opened_store(state_dir) as store:
        content = _read(state_dir, order, store, doubts)
        if order.store and not order.is_new_store:
            check_known(store, order.store)
        publisher = Publisher(store, key, state_dir / BOOKS, now_ms=wall_ms)
        told = told_to(store, only=order.store or "")
        content = carrying(content, told, only=order.store, doubts=doubts)
        content = change(content, label=order.label or content.label)
        rules = publisher.publish(content, audience=audience_of(order.store))
        summary = check_rules(state_dir / BOOKS / book_name(rules.ver, Stream.RULES))
        _tell_owners(store, state_dir, rules)
        if not as_json:
            counted = f"{summary.rules} rules, {summary.coupons} coupons"
            print_line(f"rules {rules.ver} ({rules.label}), {counted}, for {people(rules)}")
            for doubt in doubts:
                print_line(f"warning: {doubt}")
        active, waiting = wait_for(store, rules, order.wait_s) if order.wait_s > 0 else ([], [])
    if as_json:
        print_json(
            {
                "version": rules.ver,
                "label": rules.label,
                "rules": summary.rules,
                "coupons": summary.coupons,
                "audience": rules.audience,
                "sha256": rules.sha256,
                "warnings": doubts,
                "active": [till.terminal for till in active],
                "waiting": [till.terminal for till in waiting],
            }
        )
    elif order.wait_s > 0:
        print_waited(rules, active, waiting)
    return 1 if any(till.ready(Stream.RULES) < rules.ver for till in waiting) else 0


class _PublishedGoods:
    """`hq.rules.references.Goods`: what the newest price books have."""

    def __init__(self, books: Sequence[OpenBook]) -> None:
        self._books = books

    def has_article(self, sku: str) -> bool:
        return any(book.article(sku) is not None for book in self._books)

    def has_category(self, category: str) -> bool:
        return any(book.has_category(category) for book in self._books)


def _read(state_dir: Path, order: RulesOrder, store: Store, doubts: list[str]) -> RulesContent:
    """Read the file beside the goods that the stores sell; without any goods that is told."""
    with closing(Bookcase(store, state_dir / BOOKS)) as bookcase:
        books = bookcase.newest_books(audience_of(order.store))
        content = read_rules(order.file, doubts=doubts, goods=_PublishedGoods(books) if books else None)
    if not books:
        doubts.append("no goods are published yet: whether articles and categories are there was not looked up")
    return content


def _tell_owners(store: Store, state_dir: Path, rules: BookRow) -> None:
    """Let the tills hear of the coupons that members own now."""
    with closing(OpenRules(state_dir / BOOKS / book_name(rules.ver, Stream.RULES), version=rules.ver)) as opened:
        owners = dict.fromkeys(coupon.owner for coupon in opened.owned() if coupon.owner is not None)
    with store.transaction():
        store.people.touch(owner for owner in owners if store.people.get(owner) is not None)
