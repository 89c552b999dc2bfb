"""The key that begins and ends a training."""

from terminal.checkout.deeds.empty import without_empty_sale
from terminal.checkout.deeds.gate import request
from terminal.checkout.drafts import BeginTraining, EndTraining
from terminal.checkout.messages import No
from terminal.checkout.outcome import KeyTurn, Outcome, reject


@without_empty_sale
def toggle(turn: KeyTurn) -> Outcome:
    """Ask whether to practise, or to stop; a real sale is ended or held first."""
    counter = turn.counter
    if counter.is_training:
        return request(counter, EndTraining(), turn.moment)
    if counter.record.sale is not None:
        return reject(No.SALE_OPEN)
    return request(counter, BeginTraining(), turn.moment)
