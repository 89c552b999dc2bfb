"""A receipt of another till, and a till that asks HQ for its sale, or cannot."""

import base64
from dataclasses import dataclass, field

from msgspec.structs import replace

from terminal.checkout.inputs import Answered, LinkReported
from terminal.wire import asking
from terminal.wire import events as ev
from terminal.wire.doorbell import Answer, Ask, LinkChanged
from terminal.wire.found import FoundSale
from terminal.wire.return_events import SaleReturned
from terminal.wire.seal import Purpose, signature_of
from tests.unit.checkout.after.desk import MANAGER, only, shop, sold, till
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_sales import MemorySales
from tests.unit.checkout.memory_shop import (
    Rules,
)
from tests.unit.wire_mqtt.signers import SeedSigner

ELSEWHERE, NUMBER = "S02-T09", "S02-T09-3-000007"
SIGNER = SeedSigner()
KEYS = {ELSEWHERE: (SeedSigner(2).public_key.hex(), SIGNER.public_key.hex())}


def code(signer: SeedSigner = SIGNER, total_fen: int = 1940, cash_fen: int | None = None) -> str:
    """Return the code of the receipt of the other till, all paid in cash unless less was."""
    paid_fen = total_fen if cash_fen is None else cash_fen
    body = f"GT2|{ELSEWHERE}|{NUMBER}|{total_fen}|0123456789abcdef|2026-11-23|{paid_fen}"
    signature = signature_of(body.encode(), purpose=Purpose.SALE, signer=signer)
    return f"{body}|{base64.b32encode(signature).decode().rstrip('=')}"


def the_sale(bench: Bench) -> FoundSale:
    """Return the one sale of a bench, as another till did it."""
    done = only(bench, ev.SaleCompleted)
    found = MemorySales(bench.facts, bench.start).by_receipt(done.receipt_no)
    assert found is not None
    return replace(found, completed=replace(found.completed, receipt_no=NUMBER))


@dataclass
class Till:
    """A till that asks HQ about a sale of another one."""

    bench: Bench
    sale: FoundSale = field(default_factory=lambda: the_sale(sold()))

    def scan(self, text: str | None = None) -> asking.ReceiptAsk:
        """Scan the code, and return what HQ is asked."""
        self.bench.effects.clear()
        self.bench.scan(code() if text is None else text)
        (ask,) = [effect for effect in self.bench.effects if isinstance(effect, Ask)]
        question = asking.decode_question(ask.body)
        assert isinstance(question, asking.ReceiptAsk)
        assert (ask.kind, ask.id, ask.deadline_ms) == (asking.HQ, question.id, asking.DEADLINE_MS)
        return question

    def hear(self, question: asking.ReceiptAsk, reply: asking.Reply) -> None:
        told = asking.Told(terminal="S01-T03", id=question.id, hq_ms=1, reply=reply)
        self.bench.send(Answered(Answer(id=question.id, body=asking.encode_told(told))))

    def reply(self, *returns: SaleReturned, **more: object) -> asking.Receipt:
        told = asking.Receipt(
            terminal=ELSEWHERE, epoch=3, sale=self.sale.sale, completed=self.sale.completed, returns=returns
        )
        return replace(told, **more)


def without_hq(staff: str = MANAGER, *, cap_fen: int = 1500, **more: object) -> Bench:
    """Return a till that cannot ask HQ, and where so much may come back by a code alone."""
    rules = {1: Rules((), (), {"other_till_max": cap_fen})}
    shops = more.pop("shops", shop(till_keys=KEYS))
    return till(staff, shops=shops, rules=rules, offer_rules=1, **more)


def online(*, cap_fen: int = 0, **more: object) -> Till:
    """Return a till that can ask HQ."""
    bench = without_hq(cap_fen=cap_fen, **more)  # type: ignore[arg-type]
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    return Till(bench)
