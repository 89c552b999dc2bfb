"""The paper of a sale that was put aside, and the code by which it is found again."""

import re
from collections.abc import Iterator

from msgspec import Struct

from terminal.domain.ids import TERMINAL_SHAPE, HoldId, StaffNumber
from terminal.domain.money import format_fen
from terminal.domain.receipt import Heading, Note, QrCode, Row
from terminal.domain.receipt_labels import LABELS, Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.slips.slip import cashier, framed, pair
from terminal.domain.text import SafeText, clean

MARK = "GH1"
_CODE = re.compile(rf"{MARK}\|({TERMINAL_SHAPE})\|([0-9a-f]{{32}})", re.ASCII)


class HoldCode(Struct, frozen=True):
    """Which sale, and the till that put it aside."""

    terminal: str
    hold_id: HoldId

    def __str__(self) -> str:
        return f"{MARK}|{self.terminal}|{self.hold_id}"


def hold_code(text: str) -> HoldCode | None:
    """Return what the code of such a paper says; None for any other text."""
    found = _CODE.fullmatch(text)
    return None if found is None else HoldCode(found[1], HoldId(found[2]))


class HoldSlip(Struct, frozen=True, kw_only=True):
    """One paper. ``due_fen`` is what the sale came to; it is priced anew when it is paid."""

    label: str
    code: HoldCode
    lines: int
    due_fen: int
    staff: StaffNumber
    at_ms: int
    approved_by: StaffNumber | None = None

    def rows(self, issuer: Issuer, local_time: str, *, training: bool) -> Iterator[Row]:
        """Yield the paper."""
        labels = HOLD_LABELS[issuer.language]
        yield from framed(issuer, labels.title, local_time, self._body(issuer, labels), training=training)

    def _body(self, issuer: Issuer, labels: "HoldLabels") -> Iterator[Row]:
        yield Heading(text=clean(self.label), big=True)
        yield from cashier(self, issuer, LABELS[issuer.language].cashier)
        yield pair(labels.lines, str(self.lines))
        yield pair(labels.due, format_fen(self.due_fen), strong=True)
        yield QrCode(data=SafeText(str(self.code)))
        yield Note(text=clean(labels.how))


class HoldLabels(Struct, frozen=True, kw_only=True):
    """One language."""

    title: str
    lines: str
    due: str
    how: str


HOLD_LABELS: dict[Language, HoldLabels] = {
    Language.ZH: HoldLabels(title="挂单", lines="商品行", due="当时金额", how="扫此码取单, 按取单时的价格重新计价"),
    Language.EN: HoldLabels(
        title="HELD SALE", lines="Lines", due="Came to", how="Scan to recall; priced anew when it is recalled"
    ),
}
