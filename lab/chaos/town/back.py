"""What came back of each receipt at the tills of a town: HQ had set the receipt aside for the till, or never heard."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from hq.store.port import Alarm, AlarmKind
from terminal.domain.members.claims import ClaimId
from terminal.wire.claim_events import ClaimAsked, ClaimsReturned
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.return_events import SaleReturned

TOO_MUCH = "more came back than was sold"
"""What HQ says of such a receipt."""


class Back(Struct, frozen=True, kw_only=True):
    """A return; ``till`` is the place of its journal, ``is_set_aside`` says that no other till could do the like."""

    till: int
    fact: SaleReturned
    is_set_aside: bool


def of_returns(journals: Sequence[Sequence[Fact]], alarms: Iterable[Alarm]) -> Iterator[str]:
    """No more comes back of a sale than was sold, but where a till did not hear of the other; then HQ tells of it.

    Of a sale that is back whole no tax is left.
    """
    told = {_receipt_of(alarm) for alarm in alarms if is_too_much(alarm)}
    sold = {fact.receipt_no: fact for facts in journals for fact in facts if isinstance(fact, SaleCompleted)}
    back = by_receipt(journals)
    yield from (f"{number}: HQ says that {TOO_MUCH}" for number in sorted(told - unheard(back)))
    for number, sale in sold.items():
        yield from _of_sale(number, sale, back.get(number, []), is_told=number in told)


def by_receipt(journals: Sequence[Sequence[Fact]]) -> dict[str, list[Back]]:
    """Return all that came back with a receipt, by its number.

    A till gives back at once what HQ did not set aside: what it has still asked for is granted.
    """
    found = defaultdict[str, list[Back]](list)
    for till, facts in enumerate(journals):
        asked: dict[ClaimId, str] = {}
        for fact in facts:
            match fact:
                case ClaimAsked(claim=claim, receipt=receipt):
                    asked[claim] = receipt
                case ClaimsReturned(claims=claims):
                    asked = {claim: receipt for claim, receipt in asked.items() if claim not in claims}
                case SaleReturned(receipt_no=number) if number:
                    found[number].append(Back(till=till, fact=fact, is_set_aside=number in asked.values()))
                case _:
                    pass
    return found


def unheard(back: Mapping[str, Sequence[Back]]) -> set[str]:
    """Return the receipts of which several tills took something back, one at least without having heard of all."""
    return {number for number, ones in back.items() if len({one.till for one in ones}) > 1 and not _all_set_aside(ones)}


def is_too_much(alarm: Alarm) -> bool:
    """Whether HQ tells of a receipt of which more came back than was sold."""
    return alarm.kind is AlarmKind.RETURN and TOO_MUCH in alarm.detail


def _receipt_of(alarm: Alarm) -> str:
    return alarm.detail.removeprefix("of receipt ").partition(" ")[0]


def _all_set_aside(ones: Iterable[Back]) -> bool:
    return all(one.is_set_aside for one in ones)


def _of_sale(number: str, sale: SaleCompleted, ones: Sequence[Back], *, is_told: bool) -> Iterator[str]:
    amount_fen = _amount_fen(ones)
    if amount_fen > sale.total_fen and not is_told:
        yield f"{number}: {amount_fen} came back of {sale.total_fen}, and HQ does not say so"
    heard = [[one for one in ones if one.till == till] for till in sorted({one.till for one in ones})]
    for known in (*heard, [one for one in ones if one.is_set_aside]):
        if _amount_fen(known) > sale.total_fen:
            yield f"{number}: {_amount_fen(known)} came back of {sale.total_fen} where all of it was known"
    tax = Tally[int]()
    tax.update({vat.rate_bp: vat.tax_fen for vat in sale.vat})
    for vat in (vat for one in ones for vat in one.fact.vat):
        tax[vat.rate_bp] -= vat.tax_fen
    if ones and amount_fen == sale.total_fen and all(one.fact.sale_id for one in ones) and any(tax.values()):
        yield f"{number}: all is back, and tax of {dict(tax)} is left"


def _amount_fen(ones: Iterable[Back]) -> int:
    return sum(one.fact.amount_fen for one in ones)
