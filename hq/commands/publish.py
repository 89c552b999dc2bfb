"""``guitai-hq publish``: a price file becomes a signed book.

It is written into the store; the HQ that serves finds it there and shows it to the tills, now or when it is started.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from hq.code_keys import CodeKeys
from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line
from hq.commands.pushing import audience_of, check_known, check_order, people, print_waited, wait_for
from hq.config import BOOKS
from hq.errors import PriceFileError
from hq.keys import FILE_NAME as KEY_NAME
from hq.keys import load_key
from hq.prices.cards import warnings_of
from hq.prices.goods import read_articles, read_barcodes, what_comes_twice
from hq.prices.kept import keep_hashed
from hq.prices.logo import read_logo
from hq.prices.shop import FILE_NAME as SHOP_NAME
from hq.prices.shop import ShopFile, cards_of, hashed, read_shop, staff_of
from hq.publisher import Publisher
from hq.service import wall_ms
from hq.till_keys import TillKeys
from terminal.domain.errors import BookInvalidError
from terminal.domain.settings import Settings
from terminal.wire.book.building import BookContent

KEPT_LOGO = "shop-logo.png"
"""In the folder of HQ, beside the shop file that was published last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOrder:
    """What to publish, for whom, and how long to wait for the tills (0 = not at all).

    ``is_new_store`` lets a book be made for a store of which HQ knows nothing yet, ``may_shrink`` one that has less
    than half the articles of the one before. `HqError` as in `check_order`.
    """

    file: Path
    store: str | None = None
    is_new_store: bool = False
    shop: Path | None = None
    label: str = ""
    wait_s: float = 0.0
    may_shrink: bool = False

    def __post_init__(self) -> None:
        check_order(store=self.store, label=self.label, wait_s=self.wait_s)


def publish(state_dir: Path, order: PublishOrder, *, as_json: bool) -> int:
    """Publish; with ``wait_s`` return 1 when a till that is online has not even got the book in time.

    A till with an open sale has it and uses it from the next sale on: that is as it should be.
    """
    doubts: list[str] = []
    content = read_content(state_dir, order, doubts=doubts)
    key = load_key(state_dir / KEY_NAME)
    with opened_store(state_dir) as store:
        if order.store and not order.is_new_store:
            check_known(store, order.store)
        publisher = Publisher(store, key, state_dir / BOOKS, now_ms=wall_ms)
        try:
            book = publisher.publish(content, audience=audience_of(order.store), may_shrink=order.may_shrink)
            CodeKeys(state_dir).publish(now_ms=wall_ms())
        except BookInvalidError as error:
            raise what_comes_twice(_goods_of(order)) or error from error
        warnings = [*warnings_of(content.settings), *doubts]
        if not as_json:
            print_line(f"book {book.ver} ({book.label}), {book.rows} articles, for {people(book)}")
            for warning in warnings:
                print_line(f"warning: {warning}")
        active, waiting = wait_for(store, book, order.wait_s) if order.wait_s > 0 else ([], [])
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
        print_waited(book, active, waiting)
    return 1 if any(till.book_ready < book.ver for till in waiting) else 0


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
    settings = replace(settings, staff_cards=cards_of(shop))
    return BookContent(
        label=order.label or shop.label,
        articles=read_articles(goods, settings, doubts=doubts),
        barcodes=read_barcodes(goods, settings),
        staff=staff_of(shop),
        settings=_with_keys(state_dir, settings),
    )


def _with_keys(state_dir: Path, settings: Settings) -> Settings:
    """Return settings with the keys of all tills, and in boxes for each of them those of codes on phones."""
    tills = TillKeys(state_dir).all()
    return replace(settings, till_keys=tills, code_keys=CodeKeys(state_dir).boxes(tills))


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
    return replace(shop.settings, logo=read_logo(logo)) if shop.logo else shop.settings
