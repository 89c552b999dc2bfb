"""The moving parts of a receipt printer: paper, cutter, head, cover, buzzer, and what was noted about the bytes."""

from dataclasses import dataclass

from simulators.escpos.paper import CutKind, Item, Receipt
from simulators.escpos.status import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something wrong in the bytes, at an offset from the last power-up."""

    offset: int
    what: str


class Mechanism:
    """Prints items, cuts receipts off, and stops by itself: at the end of a roll, at a jammed cutter."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self.near_end = False
        self.paper_out = False
        self.cover_open = False
        self.head_hot = False
        self.unrecoverable = False
        self.cutter_jammed = False
        self.cutter_error = False
        self.roll_dots: int | None = None
        self.offset = 0
        self.receipts: list[Receipt] = []
        self.incidents: list[Incident] = []
        self.buzzes: list[tuple[int, int]] = []
        self._printing: list[Item] = []
        self._uncut = CutKind.NONE

    def condition(self, *, pin3_high: bool) -> Condition:
        """What the sensors say."""
        return Condition(
            near_end=self.near_end,
            paper_out=self.paper_out,
            cover_open=self.cover_open,
            cutter_error=self.cutter_error,
            unrecoverable=self.unrecoverable,
            head_hot=self.head_hot,
            pin3_high=pin3_high,
        )

    def unfinished(self) -> Receipt:
        """The paper since the last cut."""
        return Receipt(items=tuple(self._printing), columns=self._columns)

    def print_item(self, item: Item) -> None:
        """Put an item on the paper; a roll that ends with it is out from then on."""
        self._printing.append(item)
        if self.roll_dots is not None:
            self.roll_dots -= item.height_dots
            if self.roll_dots <= 0:
                self.roll_dots = None
                self.near_end = self.paper_out = True

    def cut(self, kind: CutKind) -> None:
        """Cut the paper; a jammed cutter remembers the cut and stands in error."""
        if self.cutter_jammed:
            self.cutter_error = True
            self._uncut = kind
            return
        self.receipts.append(Receipt(items=tuple(self._printing), columns=self._columns, cut=kind))
        self._printing = []

    def tear_off(self) -> None:
        """Take what hangs out of the printer, if anything does."""
        if self._printing:
            self.receipts.append(Receipt(items=tuple(self._printing), columns=self._columns, cut=CutKind.TORN))
            self._printing = []

    def cut_again(self) -> None:
        """Leave the error with the cut that failed."""
        self.cutter_error = False
        self.cut(self._uncut)

    def complain(self, what: str) -> None:
        """Note what is wrong with the bytes."""
        self.incidents.append(Incident(offset=self.offset, what=what))

    def buzz(self, times: int, length: int) -> None:
        """Sound the buzzer ``times`` times for ``length`` · 100 ms."""
        self.buzzes.append((times, length))
