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
    pin = "1234"                     # or pin_hash = "$argon2id$…"
"""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hq.errors import PriceFileError
from terminal.domain.ids import StaffNumber
from terminal.domain.settings import Settings
from terminal.domain.staff import Role, Staff
from terminal.domain.text import clean

FILE_NAME = "shop.toml"
PIN_MEMORY_KIB = 19 * 1024
PIN_PASSES = 2


class StaffEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[staff]]`` of the file."""

    number: Annotated[str, Meta(pattern=r"^[0-9]{1,10}$")]
    name: str
    role: Role
    pin: Annotated[str, Meta(pattern=r"^[0-9]{4,12}$")] | None = None
    pin_hash: str = ""


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
        shop = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), ShopFile)
    except FileNotFoundError as error:
        raise PriceFileError(f"there is no {path}") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise PriceFileError(f"{path.name}: {error}", hint="nothing was published") from error
    if shop.settings.member_prefixes:
        raise PriceFileError(
            f"{path.name}: member_prefixes takes goods for cards, whatever their length",
            hint=f'[[settings.member_cards]] with prefix = "{shop.settings.member_prefixes[0]}" and length = 13',
        )
    return shop


def staff_of(shop: ShopFile) -> tuple[Staff, ...]:
    """Return the staff table with hashed PINs (argon2id, m=19 MiB, t=2, p=1); `PriceFileError` if one has none."""
    return tuple(
        Staff(
            number=StaffNumber(entry.number),
            name=clean(entry.name, limit=40),
            role=entry.role,
            pin_hash=entry.pin_hash or _hashed(entry),
        )
        for entry in shop.staff
    )


def _hashed(entry: StaffEntry) -> str:
    from argon2 import PasswordHasher  # noqa: PLC0415 - only publishing needs it

    if entry.pin is None:
        raise PriceFileError(f"staff {entry.number} has neither pin nor pin_hash")
    return PasswordHasher(time_cost=PIN_PASSES, memory_cost=PIN_MEMORY_KIB, parallelism=1).hash(entry.pin)
