"""The shop file: everything of a book but the goods. TOML; the demo's stands beside its goods.

::

    label = "autumn"                 # optional; a date is added
    goods = "goods.csv"              # relative to this file
    logo = "logo.png"                # optional, relative to this file: on top of every receipt (hq.prices.logo)
    [settings]                       # see terminal.domain.settings.Settings
    [[staff]]
    number = "1001"
    name = "王小明"
    role = "cashier"
    pin = "1234"                     # 6 digits above a cashier; or pin_hash = "$argon2id$…"
"""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from hq.errors import PriceFileError
from hq.prices.cards import reads_as_card
from terminal.domain.ids import StaffNumber
from terminal.domain.settings import Settings
from terminal.domain.staff import Role, Staff, card_digest
from terminal.domain.text import clean

FILE_NAME = "shop.toml"
PIN_MEMORY_KIB = 19 * 1024
PIN_PASSES = 2
LONG_PIN = 6
"""Digits of a PIN, at least, of whoever has rights above a cashier's."""
_HOW = f"$argon2id$v=19$m={PIN_MEMORY_KIB},t={PIN_PASSES},p=1$"
_HASH = re.compile(re.escape(_HOW) + r"[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}", re.ASCII)
"""Salt of 16 bytes and hash of 32, as argon2-cffi writes them."""


class StaffEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[staff]]`` of the file."""

    number: Annotated[str, Meta(pattern=r"^[0-9]{1,10}$")]
    name: str
    role: Role
    pin: Annotated[str, Meta(pattern=r"^[0-9]{4,12}$")] | None = None
    pin_hash: str = ""
    card: Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{8,40}$")] | None = None
    """The code on the staff card: who knows it lends rights; ``card_hash`` may stand in its place."""
    card_hash: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""


class ShopFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    label: str = ""
    goods: str = ""
    logo: str = ""
    settings: Settings = Settings()
    staff: tuple[StaffEntry, ...] = ()


def read_shop(path: Path) -> ShopFile:
    """Return a shop file; `PriceFileError` names the line (syntax) or the key (content) that is wrong."""
    try:
        shop = msgspec.convert(_with_shifts(tomllib.loads(path.read_text(encoding="utf-8"))), ShopFile)
    except FileNotFoundError as error:
        raise PriceFileError(f"there is no {path}") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise PriceFileError(f"{path.name}: {error}", hint="nothing was published") from error
    twice = next((number for number, times in Counter(one.number for one in shop.staff).items() if times > 1), None)
    if twice is not None:
        raise PriceFileError(f"{path.name}: staff {twice} comes twice", hint="nothing was published")
    _check_cards(path, shop)
    if shop.settings.staff_cards:
        raise PriceFileError(f"{path.name}: staff_cards stand with the staff", hint='card = "…" under [[staff]]')
    if shop.settings.till_keys:
        hint = "guitai-hq till-keys add S01-T03 KEY"
        raise PriceFileError(f"{path.name}: till_keys stand in no shop file", hint=hint)
    if shop.settings.code_keys:
        raise PriceFileError(f"{path.name}: code_keys stand in no shop file", hint="guitai-hq code-keys new")
    if shop.settings.member_prefixes:
        raise PriceFileError(
            f"{path.name}: member_prefixes takes goods for cards, whatever their length",
            hint=f'[[settings.member_cards]] with prefix = "{shop.settings.member_prefixes[0]}" and length = 13',
        )
    return shop


def _check_cards(path: Path, shop: ShopFile) -> None:
    """Refuse a staff card that others have too: as a member's, or as another one's of the staff."""
    for one in shop.staff:
        if one.card is not None and reads_as_card(one.card, shop.settings):
            hint = "settings.member_cards says what is one"
            raise PriceFileError(f"{path.name}: the card of staff {one.number} reads as a member's card", hint=hint)
    cards = Counter(card_hash_of(one) for one in shop.staff if card_hash_of(one))
    if cards.total() > len(cards):
        raise PriceFileError(f"{path.name}: two of the staff have the same card", hint="nothing was published")


def _with_shifts(file: dict[str, object]) -> dict[str, object]:
    """Return a shop file that says whether a sale needs an open shift: it does, unless the file says otherwise."""
    settings = file.get("settings", {})
    return {**file, "settings": {"shift_required": True, **settings}} if isinstance(settings, dict) else file


def hashed(shop: ShopFile) -> ShopFile:
    """Return a shop file with hashes in place of PINs and cards; `PriceFileError` as in `hashed_entry`."""
    return replace(shop, staff=tuple(map(hashed_entry, shop.staff)))


def hashed_entry(entry: StaffEntry) -> StaffEntry:
    """Return somebody with hashes in place of the PIN (argon2id, m=19 MiB, t=2, p=1) and of the code on the card.

    `PriceFileError` names who has no PIN, one that is too short for the role, or a hash that no till can check.
    """
    _check_pin(entry)
    entry = replace(entry, card=None, card_hash=card_hash_of(entry))
    return entry if entry.pin is None else replace(entry, pin=None, pin_hash=_hashed(entry.pin))


def card_hash_of(entry: StaffEntry) -> str:
    """Return the digest of somebody's staff card; empty without one."""
    return entry.card_hash if entry.card is None else card_digest(entry.card)


def cards_of(shop: ShopFile) -> dict[str, StaffNumber]:
    """Return whose staff cards there are, as the settings of a book have them."""
    return {card_hash_of(one): StaffNumber(one.number) for one in shop.staff if card_hash_of(one)}


def staff_of(shop: ShopFile) -> tuple[Staff, ...]:
    """Return the staff table with hashed PINs; `PriceFileError` as in `hashed_entry`."""
    return tuple(
        Staff(
            number=StaffNumber(entry.number),
            name=clean(entry.name, limit=40),
            role=entry.role,
            pin_hash=entry.pin_hash,
        )
        for entry in hashed(shop).staff
    )


def _check_pin(entry: StaffEntry) -> None:
    """Four digits of a stolen book are found in minutes: who has rights above a cashier's needs more of them."""
    if (entry.pin is None) is not bool(entry.pin_hash):
        raise PriceFileError(f"staff {entry.number} needs either pin or pin_hash", hint="one of them, not both")
    if entry.pin is None:
        if _HASH.fullmatch(entry.pin_hash) is None:
            raise PriceFileError(f"staff {entry.number}: pin_hash is no argon2id hash", hint=f"it begins with {_HOW}")
    elif entry.role is not Role.CASHIER and len(entry.pin) < LONG_PIN:
        raise PriceFileError(f"staff {entry.number}: the PIN of a {entry.role} has at least {LONG_PIN} digits")


def _hashed(pin: str) -> str:
    from argon2 import PasswordHasher  # noqa: PLC0415 - only publishing needs it

    return PasswordHasher(time_cost=PIN_PASSES, memory_cost=PIN_MEMORY_KIB, parallelism=1).hash(pin)
