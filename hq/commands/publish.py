"""``guitai-hq publish``: a price file becomes a signed book.

It is written into the store; the HQ that serves finds it there and shows it to the tills, now or when it is started.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line
from hq.config import BOOKS
from hq.errors import HqError, PriceFileError
from hq.keys import FILE_NAME as KEY_NAME
from hq.keys import load_key
from hq.prices.cards import warnings_of
from hq.prices.goods import read_articles, read_barcodes, what_comes_twice
from hq.prices.kept import keep_hashed
from hq.prices.logo import read_logo
from hq.prices.shop import FILE_NAME as SHOP_NAME
from hq.prices.shop import ShopFile, hashed, read_shop, staff_of
from hq.publisher import Publisher
from hq.service import wall_ms
from hq.store.port import BookRow, Store, TillRow
from terminal.domain.errors import BookInvalidError
from terminal.domain.settings import Settings
from terminal.domain.text import is_safe
from terminal.wire.book.building import BookContent
from terminal.wire.topics import EVERYBODY, audiences, store_audience

KEPT_LOGO = "shop-logo.png"
"""In the folder of HQ, beside the shop file that was published last."""
KNOWN_SHOWN = 20
"""Stores that an error names."""
LOOK_S = 0.1
MAX_LABEL = 80
"""Characters of a book's name: tills refuse a manifest with more."""
READY_S = 2.0
"""How long a till that has the book may take to use it, before it is told that a sale is open there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOrder:
    """What to publish, for whom, and how long to wait for the tills (0 = not at all).

    ``is_new_store`` lets a book be made for a store of which HQ knows nothing yet, ``may_shrink`` one that has less
    than half the articles of the one before. `HqError` ``bad_order`` for a store, a label or a time without sense.
    """

    file: Path
    store: str | None = None
    is_new_store: bool = False
    shop: Path | None = None
    label: str = ""
    wait_s: float = 0.0
    may_shrink: bool = False

    def __post_init__(self) -> None:
        if self.store is not None and not self.store:
            raise HqError("--store is empty", code="bad_order", hint="name a store, or leave --store out for all")
        if len(self.label) > MAX_LABEL or not is_safe(self.label):
            hint = f"at most {MAX_LABEL}, no control characters"
            raise HqError(f"the label has {len(self.label)} characters", code="bad_order", hint=hint)
        if self.wait_s < 0:
            raise HqError(f"--wait {self.wait_s:g} is below 0", code="bad_order", hint="seconds, 0 = not at all")


def publish(state_dir: Path, order: PublishOrder, *, as_json: bool) -> int:
    """Publish; with ``wait_s`` return 1 when a till that is online has not even got the book in time.

    A till with an open sale has it and uses it from the next sale on: that is as it should be.
    """
    audience = store_audience(order.store) if order.store is not None else EVERYBODY
    doubts: list[str] = []
    content = read_content(state_dir, order, doubts=doubts)
    key = load_key(state_dir / KEY_NAME)
    with opened_store(state_dir) as store:
        if order.store and not order.is_new_store:
            _check_known(store, order.store)
        publisher = Publisher(store, key, state_dir / BOOKS, now_ms=wall_ms)
        try:
            book = publisher.publish(content, audience=audience, may_shrink=order.may_shrink)
        except BookInvalidError as error:
            raise what_comes_twice(_goods_of(order)) or error from error
        warnings = [*warnings_of(content.settings), *doubts]
        if not as_json:
            print_line(f"book {book.ver} ({book.label}), {book.rows} articles, for {_people(book)}")
            for warning in warnings:
                print_line(f"warning: {warning}")
        active, waiting = _wait(store, book, order.wait_s) if order.wait_s > 0 else ([], [])
    if as_json:
        print_json(
            {
                "version": book.ver,
                "label": book.label,
                "articles": book.rows,
                "audience": book.audience,
                "sha256": book.sha256,
                "warnings": warnings,
                "active": [till.terminal for till in active],
                "waiting": [till.terminal for till in waiting],
            }
        )
    elif order.wait_s > 0:
        _print_waited(book, active, waiting)
    return 1 if any(till.book_ready < book.ver for till in waiting) else 0


def _check_known(store: Store, name: str) -> None:
    """`HqError` ``unknown_store`` unless a till of this store was here, or a book was made for it before."""
    known = {till.store for till in store.tills.overview()}
    known |= {head.audience.removeprefix("s/") for head in store.books.heads() if head.audience != EVERYBODY}
    if name in known:
        return
    shown = ", ".join(sorted(known)[:KNOWN_SHOWN]) + (", …" if len(known) > KNOWN_SHOWN else "")
    raise HqError(
        f"HQ knows no store {name}; it knows {shown or 'none yet'}",
        code="unknown_store",
        hint=f"for a store that is about to open: --store {name} --new-store",
    )


def read_content(state_dir: Path, order: PublishOrder, *, doubts: list[str]) -> BookContent:
    """Return the content of a price file; `PriceFileError` names file, line and column of what is wrong.

    ``doubts`` are filled while the articles are read.
    """
    goods = _goods_of(order)
    if goods != order.file:
        shop, folder = read_shop(order.file), order.file.parent
        settings = _settings_of(shop, folder / shop.logo)
    else:
        shop, settings = _shop_of(state_dir, order)
    return BookContent(
        label=order.label or shop.label,
        articles=read_articles(goods, settings, doubts=doubts),
        barcodes=read_barcodes(goods, settings),
        staff=staff_of(shop),
        settings=settings,
    )


def _goods_of(order: PublishOrder) -> Path:
    """Return the CSV of an order: the file itself, or what its shop file names."""
    if order.file.suffix.lower() != ".toml":
        return order.file
    shop = read_shop(order.file)
    if not shop.goods:
        raise PriceFileError(f"{order.file.name}: goods is missing", hint='goods = "goods.csv"')
    return order.file.parent / shop.goods


def _shop_of(state_dir: Path, order: PublishOrder) -> tuple[ShopFile, Settings]:
    """Return shop file and settings for a CSV: as named, from beside it, or as they were published last."""
    kept = state_dir / SHOP_NAME
    beside = order.file.parent / SHOP_NAME
    named = order.shop or (beside if beside.exists() else kept)
    if not named.exists():
        raise PriceFileError(
            f"no {SHOP_NAME} for {order.file.name}", hint="name it by --shop: staff and settings of the shop"
        )
    shop = hashed(read_shop(named))
    if kept.exists() and named.samefile(kept):
        keep_hashed(named, shop, state_dir)
        return shop, _settings_of(shop, state_dir / KEPT_LOGO)
    logo = named.parent / shop.logo
    settings = _settings_of(shop, logo)
    if shop.logo:
        shutil.copyfile(logo, state_dir / KEPT_LOGO)
    keep_hashed(named, shop, state_dir)
    return shop, settings


def _settings_of(shop: ShopFile, logo: Path) -> Settings:
    """Return the settings of a shop file, with the dots of its logo if it names one."""
    return msgspec.structs.replace(shop.settings, logo=read_logo(logo)) if shop.logo else shop.settings


def _wait(store: Store, book: BookRow, wait_s: float) -> tuple[list[TillRow], list[TillRow]]:
    """Return the tills of the audience that use the book, and those that are online and do not yet."""
    deadline, patience = time.monotonic() + wait_s, None
    while True:
        tills = [till for till in store.tills.overview() if book.audience in audiences(till.terminal)]
        active = [till for till in tills if till.book_active >= book.ver]
        waiting = [till for till in tills if till.online and till.book_active < book.ver]
        if waiting and all(till.book_ready >= book.ver for till in waiting):
            patience = min(deadline, time.monotonic() + READY_S) if patience is None else patience
            if time.monotonic() >= patience:
                return active, waiting
        if (active and not waiting) or time.monotonic() >= deadline:
            return active, waiting
        time.sleep(LOOK_S)


def _people(book: BookRow) -> str:
    return "all stores" if book.audience == EVERYBODY else f"store {book.audience.removeprefix('s/')}"


def _print_waited(book: BookRow, active: list[TillRow], waiting: list[TillRow]) -> None:
    for till in active:
        print_line(f"{till.terminal}: uses book {till.book_active}")
    for till in waiting:
        if till.book_error:
            print_line(f"{till.terminal}: still uses book {till.book_active}, refused {till.book_error}")
        elif till.book_ready >= book.ver:
            print_line(f"{till.terminal}: has book {book.ver}; an open sale keeps its prices, the next one has the new")
        else:
            print_line(f"{till.terminal}: still uses book {till.book_active}")
    if not active and not waiting:
        print_line("no till is online: each takes it when it comes back")
