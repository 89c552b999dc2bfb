"""Rules, coupons and settings of trade as people write them: the names of CHECKOUT, in case files and at HQ."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from terminal.domain.errors import InputError
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.kinds import AnyRule
from terminal.domain.trade import TradeSettings
from terminal.wire.mistakes import explained, nearest_tag

Given = dict[str, object]
"""An object as a person wrote it."""

PROPORTIONAL = "proportional"


def read_rule(given: Given) -> AnyRule:
    """Return a rule; `InputError` ``bad_rules`` names its id, what is wrong, and the nearest key or type."""
    with _named(given, AnyRule, name=f"rule {given.get('id')}", code="bad_rules"):
        return msgspec.convert(given, AnyRule)  # type: ignore[no-any-return]


def read_coupon(code: str, given: Given) -> AnyCoupon:
    """Return the coupon of a code; `InputError` ``bad_coupons`` as in `read_rule`."""
    whole = {**given, "code": code}
    with _named(whole, AnyCoupon, name=f"coupon {code}", code="bad_coupons"):
        return msgspec.convert(whole, AnyCoupon)  # type: ignore[no-any-return]


def read_trade(given: Given) -> TradeSettings:
    """Return settings of trade; `InputError` ``bad_settings`` as in `read_rule`."""
    known = {key: value for key, value in given.items() if (key, value) != ("refund_tenders", PROPORTIONAL)}
    with _named(known, TradeSettings, name="settings", code="bad_settings"):
        return msgspec.convert(known, TradeSettings)


@contextmanager
def _named(given: Given, kind: object, *, name: str, code: str) -> Iterator[None]:
    """Turn what msgspec says of an object that is no ``kind`` into an `InputError`."""
    try:
        yield
    except msgspec.ValidationError as error:
        told, hint = explained(given, kind, error)
        raise InputError(f"{name}: {told}", code=code, hint=nearest_tag(given, kind) or hint) from error
