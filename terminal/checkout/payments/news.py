"""An answer of the payment host about one payment, and what every outcome of one has in common."""

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.inputs import Moment
from terminal.checkout.outcome import Applied, Said, say
from terminal.checkout.payments.asking import tend
from terminal.checkout.payments.course import ahead
from terminal.checkout.payments.errand import Errand
from terminal.checkout.payments.messages import PaySay
from terminal.checkout.payments.starting import tender_id
from terminal.checkout.state import Counter
from terminal.domain.gateways import Call
from terminal.domain.money import format_fen
from terminal.domain.payments import Heard, Payment
from terminal.wire import events as ev
from terminal.wire.counter.view import Level


class News(Struct, frozen=True, kw_only=True):
    """An answer about one payment. ``errand`` waits for none now."""

    counter: Counter
    payment: Payment
    errand: Errand
    call: Call
    heard: Heard
    moment: Moment

    @property
    def now_ms(self) -> int:
        """The present."""
        return self.moment.mono_ms


def ended(
    news: News, counter: Counter, errand: Errand, facts: tuple[ev.Fact, ...], said: Said | None = None
) -> Applied:
    """Return the counter with the errands as they are after these facts, and what is asked now."""
    others = tuple(errand if one.key == errand.key else one for one in news.counter.errands)
    errands, effects = tend(ahead(news.counter, facts), others, news.moment)
    return Applied(counter=replace(counter, errands=errands), facts=facts, effects=effects, said=said)


def said_of(message: PaySay, level: Level, payment: Payment, amount_fen: int | None = None) -> Said:
    """Return a notice that names the tender, and its amount or another one."""
    amount = format_fen(payment.amount_fen if amount_fen is None else amount_fen)
    return say(message, level, tender=tender_id(payment.kind), amount=amount)
