"""A till with an open shift, for tests of shifts."""

from terminal.checkout.effects import PrintSlip
from terminal.checkout.shifts.modes import ShiftPage
from terminal.domain.receipt import Pair, Receipt
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.settings import ShopTexts
from terminal.domain.slips.shift import MoveSlip, ReportSlip
from terminal.domain.text import SafeText
from tests.unit.checkout.counter_bench import (
    IDENTITY,
    Bench,
    selling,
)


def in_shift(bench: Bench | None = None, *, float_text: str = "500") -> Bench:
    """Return a bench with an open shift."""
    bench = selling() if bench is None else bench
    bench.press("f17")
    bench.write(float_text, "enter")
    return bench


def sell(bench: Bench, *codes: str) -> None:
    for code in codes:
        bench.scan(code)
    bench.press("f12")


def move(bench: Bench, entry: str, amount: str, reason: str = "1") -> None:
    if not isinstance(bench.mode, ShiftPage):
        bench.press("f17")
    bench.press(entry)
    bench.write(amount, "enter")
    bench.press(reason)


def count(bench: Bench, *pieces: str) -> None:
    """Count the drawer from the largest note on, and say yes."""
    bench.press("f17", "7")
    for one in pieces:
        bench.write(one, "enter")
    bench.press("f12")


def slip(bench: Bench) -> ReportSlip | MoveSlip:
    (*_, effect) = (effect for effect in bench.effects if isinstance(effect, PrintSlip))
    assert isinstance(effect.slip, ReportSlip | MoveSlip)
    return effect.slip


def paper(printed: ReportSlip | MoveSlip, language: Language = Language.EN) -> dict[str, str]:
    """Return the pairs on a paper."""
    rows = printed.rows(
        Issuer(identity=IDENTITY, shop=ShopTexts(), staff_name=SafeText("王芳"), language=language),
        "2026-11-23T19:45:00",
        training=False,
    )
    return {row.label: row.value for row in Receipt(rows=tuple(rows)).rows if isinstance(row, Pair)}
