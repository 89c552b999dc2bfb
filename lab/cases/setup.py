"""From the small vocabulary of a case file to the product's own types (CHECKOUT 1 to 5)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lab.cases.schema import Case, CatalogEntry, Json, LabelEntry, MemberEntry
from terminal.domain.catalog import Article, LabelField, LabelFormat, LabelPart, Terms
from terminal.domain.errors import InputError
from terminal.domain.ids import Sku
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, MemberId
from terminal.domain.promotions.rule_set import RuleSet, with_overrides
from terminal.domain.text import clean
from terminal.domain.trade import TradeSettings
from terminal.wire.rules.vocabulary import read_coupon, read_rule, read_trade

PLU_DIGITS = 5
_LABEL_PARTS = {
    "price": (LabelPart.AMOUNT,),
    "weight": (LabelPart.WEIGHT,),
    "price_weight": (LabelPart.AMOUNT, LabelPart.WEIGHT),
}
_DECIMALS = {LabelPart.AMOUNT: 2, LabelPart.WEIGHT: 3}


class Setup(Struct, frozen=True, kw_only=True):
    """What a case begins with. ``codes`` and ``plus`` find an article; ``override_errors`` are refused parameters."""

    settings: TradeSettings
    labels: tuple[LabelFormat, ...]
    articles: Mapping[Sku, Article]
    codes: Mapping[str, Sku]
    plus: Mapping[str, Sku]
    stock: Mapping[Sku, int]
    rules: RuleSet
    override_errors: tuple[str, ...]
    coupons: Mapping[CouponCode, AnyCoupon]
    members: Mapping[MemberId, Member]


def read_setup(case: Case) -> Setup:
    """Return what a case begins with.

    `InputError` ``bad_settings``, ``bad_rules``, ``bad_coupons``, ``bad_catalog`` or ``bad_members`` names what makes
    no sense.
    """
    settings, labels = _settings(given(case.settings or {}))
    rules = [read_rule(given(rule)) for rule in case.rules or ()]
    with _refused("rules"):
        overridden, errors = with_overrides(rules, settings.rule_overrides)
    coupons = {CouponCode(code): read_coupon(code, given(coupon)) for code, coupon in (case.coupons or {}).items()}
    with _refused("catalog"):
        catalog = msgspec.convert(_all_given(case.catalog), dict[str, CatalogEntry])
    with _refused("members"):
        members = msgspec.convert(_all_given(case.members), dict[str, MemberEntry])
    return Setup(
        settings=settings,
        labels=labels,
        articles={Sku(sku): _article(sku, entry) for sku, entry in catalog.items()},
        codes={entry.barcode: Sku(sku) for sku, entry in catalog.items() if entry.barcode is not None},
        plus={entry.plu: Sku(sku) for sku, entry in catalog.items() if entry.plu is not None},
        stock={Sku(sku): entry.stock for sku, entry in catalog.items() if entry.stock is not None},
        rules=RuleSet(overridden),
        override_errors=errors,
        coupons=coupons,
        members={MemberId(key): _member(key, entry) for key, entry in members.items()},
    )


def given(part: Json) -> Json:
    """Return what is said of an object: a key of null is as if it was not there."""
    return {key: value for key, value in part.items() if value is not None}


def _all_given(parts: Mapping[str, Json] | None) -> dict[str, Json]:
    return {key: given(part) for key, part in (parts or {}).items()}


NEVER_FEN = 2**53
"""Members of cases need no names."""


@contextmanager
def _refused(part: str) -> Iterator[None]:
    """Turn what makes no sense in a part of a case into `InputError` ``bad_<part>``."""
    try:
        yield
    except (msgspec.ValidationError, ValueError) as error:
        raise InputError(str(error), code=f"bad_{part}") from error


def _settings(said: Json) -> tuple[TradeSettings, tuple[LabelFormat, ...]]:
    with _refused("settings"):
        labels = msgspec.convert(said.get("barcode") or (), tuple[LabelEntry, ...])
        formats = tuple(_label(label) for label in labels)
    trade = read_trade({key: value for key, value in said.items() if key != "barcode"})
    stored = replace(trade.stored, max_nameless=trade.stored.max_balance, name_from=NEVER_FEN)
    return replace(trade, stored=stored), formats


def _label(label: LabelEntry) -> LabelFormat:
    fields = [LabelField(part=part, digits=5, decimals=_DECIMALS[part]) for part in _LABEL_PARTS[label.kind]]
    plu = LabelField(part=LabelPart.PLU, digits=PLU_DIGITS)
    return LabelFormat(prefix=label.prefix, length=label.len, fields=(plu, *fields), check=label.check)


def _article(sku: str, entry: CatalogEntry) -> Article:
    return Article(
        sku=Sku(sku),
        name=clean(sku),
        price_fen=entry.price,
        unit=entry.unit,
        category=entry.cat,
        vat_bp=entry.vat,
        member_price_fen=entry.member_price,
        open_price=entry.open_price,
        deposit=entry.deposit,
        discountable=entry.discountable,
        plu=entry.plu,
        terms=_terms(entry),
    )


def _terms(entry: CatalogEntry) -> Terms:
    return Terms(earns=entry.earns, returnable=entry.returnable, lowest_30d_fen=entry.lowest_30d, low_stock=entry.low)


def _member(key: str, entry: MemberEntry) -> Member:
    points = PointsAccount()
    if entry.points_lots is None:
        points = PointsAccount(lots=(Lot(entry.points),) if entry.points > 0 else (), debt=max(0, -entry.points))
    for lot in entry.points_lots or ():
        points = points.gain(lot.points, lot.expires)
    return Member(
        id=MemberId(key),
        tier=entry.tier or "",
        status=entry.status,
        points=points,
        stored=StoredValue(principal=entry.principal, bonus=entry.bonus),
        spend=entry.spend,
        counts={
            CountCardId(card): CountCard(sku=Sku(held.sku), left=held.left, until=held.until)
            for card, held in entry.counts.items()
        },
        birthday=entry.birthday,
        name=clean(entry.name),
        phone=clean(entry.phone),
    )
