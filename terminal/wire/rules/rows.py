"""Rows of a rules file, and the values that they are."""

import msgspec
from msgspec.structs import replace

from terminal.domain.errors import BookInvalidError
from terminal.domain.promotions.coupons import ISSUED, AnyCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import AnyRule

SQL_RULES = "SELECT id, body FROM rule ORDER BY id"
SQL_COUPON = "SELECT body, status, owner FROM coupon JOIN terms ON terms.id = coupon.terms WHERE code = ?"
SQL_OWNED = (
    "SELECT code, body, status, owner FROM coupon JOIN terms ON terms.id = coupon.terms"
    " WHERE owner IS NOT NULL ORDER BY code"
)
NO_CODE = CouponCode("")

_encoder = msgspec.msgpack.Encoder(order="deterministic")
_rule_decoder: msgspec.msgpack.Decoder[AnyRule] = msgspec.msgpack.Decoder(AnyRule)
_terms_decoder: msgspec.msgpack.Decoder[AnyCoupon] = msgspec.msgpack.Decoder(AnyCoupon)


def rule_row(rule: AnyRule) -> tuple[str, bytes]:
    """Return the row (id, body) of a rule."""
    return rule.id, _encoder.encode(rule)


def rule_of(row: tuple[str, bytes]) -> AnyRule:
    """Return the rule of a row; `BookInvalidError` names one of an unknown type, with an unknown key, without sense."""
    try:
        rule = _rule_decoder.decode(row[1])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BookInvalidError(f"rule {row[0]}: {error}") from error
    if rule.id != row[0]:
        raise BookInvalidError(f"rule {row[0]} says that it is {rule.id}")
    return rule


def coupon_row(coupon: AnyCoupon) -> tuple[str, bytes, str, str | None]:
    """Return the row of a coupon: its code, its terms, its status, and the member who owns it."""
    return (
        coupon.code,
        _encoder.encode(replace(coupon, code=NO_CODE, status=ISSUED, owner=None)),
        coupon.status,
        (coupon.owner),
    )


def terms_of(body: bytes) -> AnyCoupon:
    """Return the terms of coupons: one without a code. `BookInvalidError` when they make no sense."""
    try:
        return _terms_decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BookInvalidError(f"a coupon: {error}") from error


def coupon_of(code: str, row: tuple[bytes, str, str | None]) -> AnyCoupon:
    """Return the coupon of a row (terms, status, owner); `BookInvalidError` when its terms make no sense."""
    owner = None if row[2] is None else MemberId(row[2])
    return replace(terms_of(row[0]), code=CouponCode(code), status=row[1], owner=owner)
