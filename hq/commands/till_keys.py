"""``guitai-hq till-keys``: the keys that HQ vouches for. ``guitai-hq code``: whether the code of a receipt is right."""

from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line, print_table
from hq.store.port import SaleRow
from hq.till_keys import TillKeys
from terminal.domain.errors import InputError
from terminal.domain.money import format_fen
from terminal.domain.sale_codes import SaleCode, read_sale_code
from terminal.wire.seal import Purpose, signed_by

PUBLISH = "tills know it from the next book of prices on: guitai-hq publish"


class Verdict(StrEnum):
    """What the code of a receipt is worth."""

    RIGHT = "right"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    OTHER_SALE = "other_sale"


class Judged(Struct, frozen=True, kw_only=True):
    """A code, and what HQ has of its sale."""

    verdict: Verdict
    terminal: str
    receipt_no: str
    total_fen: int
    cash_fen: int
    day: str
    sales: tuple[SaleRow, ...]


def list_keys(state_dir: Path, *, as_json: bool) -> int:
    """Print the keys of each terminal."""
    keys = TillKeys(state_dir).all()
    if as_json:
        print_json({"keys": keys})
        return 0
    print_table(("till", "key"), [(terminal, key) for terminal in sorted(keys) for key in keys[terminal]])
    return 0


def change_keys(state_dir: Path, terminal: str, key: str, *, vouch: bool, as_json: bool) -> int:
    """Vouch for a key, or no longer."""
    keys = TillKeys(state_dir)
    changed = keys.add(terminal, key) if vouch else keys.remove(terminal, key)
    if as_json:
        print_json({"terminal": terminal, "key": key.lower(), "changed": changed})
    else:
        print_line(f"{terminal}: {'done' if changed else 'it was so already'}; {PUBLISH}")
    return 0


def judge_code(state_dir: Path, text: str, *, as_json: bool) -> int:
    """Print what a code says and what HQ has of its sale; return 1 unless all agrees."""
    code = read_sale_code(text)
    if code is None:
        raise InputError("this is no code of a receipt", hint="scan the square code at the foot of a receipt")
    keys = TillKeys(state_dir).of(code.terminal)
    with opened_store(state_dir) as store:
        sales = tuple(store.sales.of_receipt(code.terminal, code.receipt_no))
    verdict = _verdict(code, keys, sales)
    if as_json:
        print_json(
            Judged(
                verdict=verdict,
                terminal=code.terminal,
                receipt_no=code.receipt_no,
                total_fen=code.total_fen,
                cash_fen=code.cash_fen,
                day=code.day,
                sales=sales,
            )
        )
    else:
        print_line(f"{code.receipt_no} over {format_fen(code.total_fen)} {code.day}: {verdict}".replace("  ", " "))
        for sale in sales:
            print_line(f"HQ has {sale}" if sale.digest.hex().startswith(code.digest) else f"HQ has another: {sale}")
        if not sales:
            print_line("HQ has no such sale yet")
    return 0 if verdict is Verdict.RIGHT else 1


def _verdict(code: SaleCode, keys: tuple[bytes, ...], sales: tuple[SaleRow, ...]) -> Verdict:
    if not code.signature:
        return Verdict.UNSIGNED
    if signed_by(code.signed, code.signature, purpose=Purpose.SALE, keys=keys) is None:
        return Verdict.FORGED
    said = (code.total_fen, code.cash_fen)
    same = [one for one in sales if one.digest.hex().startswith(code.digest) and (one.total_fen, one.cash_fen) == said]
    return Verdict.RIGHT if same or not sales else Verdict.OTHER_SALE
