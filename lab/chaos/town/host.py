"""The payment host of a town: the simulator's cashbox without its socket, and how its answers come, or do not."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec

from simulators.payment_host.cashbox import Cashbox
from simulators.payment_host.ledger import Ledger
from simulators.payment_host.protocol import Request
from terminal.wire.doorbell import Answer, Ask, Failure

SILENT = 0.12
"""How often an answer is lost, and as often the question."""
HONEST_ENDINGS = ("99",) * 12
LYING_ENDINGS = ("01", "02", "03", "04", "05", "07", "08", "09", "13", "14", "16", "17")
"""Endings of codes whose scripts need no clock."""
_requests = msgspec.json.Decoder(Request)


@dataclass(slots=True)
class Host:
    """One book of orders for all tills. While it is ``away`` nothing is answered, and nothing is done."""

    folder: Path
    random: Random
    away: bool = False
    book: Ledger = field(init=False)
    _cashbox: Cashbox = field(init=False)
    _codes: int = 0

    def __post_init__(self) -> None:
        self.book = Ledger(self.folder / "host.jsonl")
        self._cashbox = Cashbox(self.book)

    def fresh_code(self) -> str:
        """Return a code on a customer's phone that nobody has shown before; its ending names a script."""
        self._codes += 1
        ending = self.random.choice((*HONEST_ENDINGS, *LYING_ENDINGS))
        return f"13{self._codes:014d}{ending}"

    def answer(self, ask: Ask, *, is_honest: bool = False) -> Answer:
        """Do what a till asks, and answer; a lost question is not heard, a lost answer was."""
        silence = Answer(id=ask.id, failure=Failure.TIMEOUT)
        if self.away and not is_honest:
            return Answer(id=ask.id, failure=self.random.choice((Failure.TIMEOUT, Failure.NOT_SENT)))
        if not is_honest and self.random.random() < SILENT:
            return silence
        said = self._cashbox.take(_requests.decode(ask.body)).answer
        if said is None or (not is_honest and self.random.random() < SILENT):
            return silence
        return Answer(id=ask.id, body=msgspec.json.encode(said))

    def held(self) -> dict[str, int]:
        """Return what the shop has of each order."""
        return {order.order: order.held for order in self.book.orders()}

    def close(self) -> None:
        """Close the book."""
        self.book.close()
