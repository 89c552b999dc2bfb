"""Between what a return did, the fact that tells it, and what that leaves of the sale: one way, for till and HQ."""

import hashlib
from collections.abc import Iterable

from msgspec import msgpack
from msgspec.structs import replace

from terminal.domain.after.refund import ReturnedLine, Undone
from terminal.domain.after.sold import Sold
from terminal.domain.after.taking import take
from terminal.domain.ids import ActionId, Identity
from terminal.domain.members.entries import entries_between
from terminal.domain.members.member import Member, balance_of
from terminal.domain.sale import Sale, SaleLine
from terminal.domain.text import SafeText
from terminal.wire.return_events import GoodsBack, PartTaken, ReturnKind, SaleReturned


def return_number(identity: Identity, number: int) -> str:
    """Return the printed number of the n-th return of an epoch: ``S01-T03-1-R00042``."""
    return f"{identity.terminal}-{identity.epoch}-R{number:05d}"


def paper_action(act: ActionId, copy: int = 0) -> ActionId:
    """Return the id of the print job of a return's paper: the same return and copy always have the same."""
    return ActionId(f"slip:{act}:{copy}")


def digest_of(fact: SaleReturned) -> bytes:
    """Return the SHA-256 of all that a return says but its digest; what has its default is left out."""
    return hashlib.sha256(msgpack.encode(replace(fact, digest=b""))).digest()


def sealed(fact: SaleReturned) -> SaleReturned:
    """Return a return with its digest."""
    return replace(fact, digest=digest_of(fact))


def told(head: SaleReturned, done: Undone, sale: Sale, before: Member | None) -> SaleReturned:
    """Return the fact of what came back of a sale, with its digest.

    ``head`` says who did it, when and why; ``before`` is the member of the sale as known before it.
    """
    return told_of(head, done, sale.live_lines, before)


def told_of(head: SaleReturned, done: Undone, sold: Iterable[SaleLine], before: Member | None) -> SaleReturned:
    """Return the fact of what came back of a sale with these lines; the rest as in `told`."""
    lines = {line.number: line for line in sold}
    stock = {line.number: line.stock for line in done.sold.lines}
    fact = replace(
        head,
        sale_id=done.sold.id,
        sold_on=done.sold.day,
        amount_fen=done.amount_fen,
        lines=tuple(_goods(lines[one.line], one, stock=stock[one.line]) for one in done.lines),
        tenders=done.tenders,
        taken=tuple(PartTaken(part, fen) for part, fen in done.taken),
        vat=done.vat,
        points=done.points,
        stored=done.stored,
        counts=done.counts,
        counts_lost=done.counts_lost,
        coupons=done.coupons,
        rules=done.sold.rules if head.kind is ReturnKind.VOID else (),
        commission=done.commission,
    )
    if before is not None and done.member is not None:
        fact = replace(
            fact,
            member=nameless(before),
            entries=entries_between(before, done.member, today=done.sold.day),
            balance=balance_of(done.member, head.local_time[:10]),
        )
    return sealed(fact)


def nameless(member: Member) -> Member:
    """Return what a member has, without the person: whoever deletes a person need not look here."""
    return replace(member, name=SafeText(""), phone=SafeText(""), birthday=None)


def _goods(line: SaleLine, back: ReturnedLine, *, stock: int) -> GoodsBack:
    return GoodsBack(
        line=line.number,
        sku=line.sku,
        name=line.name,
        units=back.units,
        amount_fen=back.amount_fen,
        unit=line.unit,
        weight_g=line.weight_g,
        shelf=0 if back.damaged else back.units * stock,
        damaged=back.damaged,
    )


def less_returned(sold: Sold, fact: SaleReturned) -> Sold:
    """Return a sale after a return of it. What the sale does not have, or not any more, is passed over.

    Two tills may have given back the same, each without knowing of the other.
    """
    if fact.kind is ReturnKind.BY_CODE:
        return replace(sold, by_code_fen=sold.by_code_fen + fact.amount_fen, was_refunded=True)
    places = {line.number: index for index, line in enumerate(sold.lines)}
    back = [(places[one.line], one.units) for one in fact.lines if one.line in places]
    parts = list(sold.parts)
    for one in fact.taken:
        if one.part < len(parts):
            part = parts[one.part]
            parts[one.part], _ = take(part, one.fen if part.left_fen < 0 else min(one.fen, part.left_fen))
    after = sold.with_returned(back, fact.amount_fen)
    clawed = 0 if fact.points is None else fact.points.clawed
    return replace(
        after, parts=tuple(parts), earned=after.earned - clawed, voided=sold.voided or fact.kind is ReturnKind.VOID
    )
