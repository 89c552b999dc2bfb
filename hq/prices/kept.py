"""The shop file that HQ keeps for goods that come alone: as it was published, with hashes for PINs and staff cards."""

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from hq.errors import PriceFileError
from hq.prices.shop import FILE_NAME, ShopFile, StaffEntry, hashed_entry
from terminal.wire.disk import flush
from terminal.wire.toml import dump_table


def keep_hashed(source: Path, shop: ShopFile, state_dir: Path) -> None:
    """Keep a shop file in HQ's folder, whole or not at all. ``shop`` is what `hashed` made of ``source``."""
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    for row, entry in zip(table.get("staff", ()), shop.staff, strict=True):
        row.pop("pin", None)
        row["pin_hash"] = entry.pin_hash
        if row.pop("card", None) is not None:
            row["card_hash"] = entry.card_hash
    _keep(table, state_dir)


def forget_pins(state_dir: Path) -> bool:
    """Put hashes where an older HQ kept PINs, and return whether there were any; `PriceFileError` if it is no TOML.

    A PIN that would not be published any more gets no hash: the next one who publishes hears that it is missing.
    """
    try:
        table = tomllib.loads((state_dir / FILE_NAME).read_text(encoding="utf-8"))
        rows = [row for row in table.get("staff", ()) if isinstance(row, dict) and "pin" in row]
    except FileNotFoundError:
        return False
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise PriceFileError(f"{state_dir / FILE_NAME}: {error}") from error
    for row in rows:
        with suppress(msgspec.ValidationError, PriceFileError):
            row["pin_hash"] = hashed_entry(msgspec.convert(row, StaffEntry)).pin_hash
        del row["pin"]
    if rows:
        _keep(table, state_dir)
    return bool(rows)


def _keep(table: Mapping[str, object], state_dir: Path) -> None:
    part = state_dir / f"{FILE_NAME}.part"
    part.write_text(dump_table(table), encoding="utf-8")
    flush(part)
    part.replace(state_dir / FILE_NAME)
    flush(state_dir)
