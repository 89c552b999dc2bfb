"""From the counter to what screens show. What did not change stays the same object, so that a difference is cheap."""

from typing import TypeVar

from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.handlers.coupons import label, no_of
from terminal.checkout.handlers.devices import shown_detail
from terminal.checkout.modes import Completed, Confirming, Help, Locked, Searching, Status
from terminal.checkout.showing.hints import hint, key_line
from terminal.checkout.showing.member import with_member
from terminal.checkout.showing.panels import panel_of
from terminal.checkout.state import Counter, next_receipt
from terminal.checkout.store.modes import Attending
from terminal.domain.money import format_fen
from terminal.domain.pricing.redeeming import Redeemed
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.text import clean
from terminal.wire.counter.view import CouponView, DeviceView, Header, InputLine, Totals, UplinkView, View

SHOWN = 60
"""Characters of the input that are shown: the last ones."""

T = TypeVar("T")


def project(counter: Counter, previous: View | None, *, clock: str, journal_seq: int = 0) -> View:
    """Return the view of a counter; ``previous`` itself when nothing changed. ``clock`` is ``HH:MM``."""
    old = previous if previous is not None else View()
    view = View(
        header=_kept(_header(counter, clock), old.header),
        totals=_kept(_totals(counter), old.totals),
        notice=counter.notice,
        input=_kept(_input(counter), old.input),
        devices=_kept(_devices(counter), old.devices),
        uplink=_kept(_uplink(counter, journal_seq), old.uplink),
        panel=_kept(panel_of(counter, journal_seq=journal_seq), old.panel),
        keys=key_line(counter.mode),
        lines=counter.rows,
        selected=counter.selected - 1,
    )
    return old if previous is not None and _is_same(view, old) else view


def _kept(new: T, old: T) -> T:
    return old if new == old else new


def _is_same(view: View, old: View) -> bool:
    return (
        view.lines is old.lines
        and view.selected == old.selected
        and view.notice is old.notice
        and view.header is old.header
        and view.totals is old.totals
        and view.input is old.input
        and view.devices is old.devices
        and view.uplink is old.uplink
        and view.panel is old.panel
        and view.keys is old.keys
    )


def _header(counter: Counter, clock: str) -> Header:
    staff, last = counter.record.staff, counter.record.last
    done = isinstance(counter.mode, Completed) and last is not None
    return Header(
        store=clean(counter.identity.store),
        till=clean(counter.identity.till),
        staff_number=staff.number if staff is not None else "",
        staff_name=staff.name if staff is not None else "",
        receipt_no=last.completed.receipt_no if done and last is not None else next_receipt(counter),
        clock=clock if counter.record.clock_doubted is None else f"{clock}?",
        shop=counter.settings.shop.name,
        training=counter.is_training,
    )


def _totals(counter: Counter) -> Totals:
    sale, priced = counter.record.sale, counter.priced
    if sale is None or priced is None:
        return Totals()
    totals = Totals(
        pieces=str(priced.pieces),
        lines=len(priced.lines),
        gross=format_fen(priced.gross_fen),
        discount=format_fen(-priced.discount_fen),
        due=format_fen(taking_of(counter).total_fen),
        presented=tuple(map(_coupon, sale.coupons, priced.basket.coupons)),
        by_priority=not priced.basket.exact,
    )
    return with_member(totals, sale, counter.trade)


def _coupon(coupon: AnyCoupon, redeemed: Redeemed) -> CouponView:
    refusal = "" if redeemed.refusal is None else no_of(redeemed.refusal).value
    return CouponView(name=label(coupon), amount=format_fen(-redeemed.effect.off_fen), refusal=refusal)


def _input(counter: Counter) -> InputLine:
    mode = counter.mode
    text = (counter.text + counter.keys.run)[-SHOWN:]
    match mode:
        case Help() | Status():
            text = ""
        case Searching(query=query, prefix=prefix):
            text = prefix + query + counter.keys.run
        case Locked(number=number) | Confirming(number=number) | Attending(number=number) if number is not None:
            text = "*" * len(text)
        case _:
            pass
    return InputLine(text=clean(text), hint=hint(counter).value)


def _devices(counter: Counter) -> tuple[DeviceView, ...]:
    return tuple(
        DeviceView(
            name=clean(device.now.name),
            kind=device.now.kind,
            link=device.now.link,
            state=device.now.state,
            detail=shown_detail(device.now),
        )
        for device in counter.devices
    )


def _uplink(counter: Counter, journal_seq: int) -> UplinkView:
    link, book = counter.link, counter.book
    label = clean(book.label) if book is not None else ""
    version = book.version if book is not None else 0
    rules = counter.rules
    rules_version, rules_label = (0, clean("")) if rules is None else (rules.version, clean(rules.label))
    if link is None:
        return UplinkView(book_version=version, book_label=label, rules_version=rules_version, rules_label=rules_label)
    acked_seq = link.acked_seq if link.epoch == counter.identity.epoch else 0
    queue = max(0, journal_seq - acked_seq)
    way = "online" if link.online else "offline"
    return UplinkView(
        state=link.trouble.value if link.trouble is not None else way,
        queue=queue,
        oldest_s=counter.oldest_s if queue else 0,
        book_version=version,
        book_label=label,
        rules_version=rules_version,
        rules_label=rules_label,
    )
