"""The rules file of a shop, as people write it: TOML, or JSON, with the names of docs/pricing.md.

::

    label = "spring"                 # optional; a date is added
    [settings]                       # see docs/pricing.md; what is not named has its default
    coupon_codes = [{ prefix = "C", length = 10 }]
    [[rules]]
    id = "HALF2"
    type = "nth_off"                 # docs/pricing/nth_off.md
    name = "第二件半价"               # what screen and receipt call it
    n = 2
    pay_bp = 5000
    scope = { cats = ["饮料"] }
    [coupons.C000000001]             # one coupon by its code
    type = "cash"
    off = 500
    [[batches]]                      # many with the same terms
    codes = "spring-codes.csv"       # relative to this file
    type = "percent"
    pay_bp = 9000

Money is whole fen, rates are basis points.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from hq.errors import RulesFileError
from hq.prices.cards import is_like_goods
from hq.rules.codes import read_codes
from hq.rules.references import Goods, unknown_names
from hq.rules.store_values import KEY
from terminal.domain.errors import InputError
from terminal.domain.members.claims import ANY_TIER
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.kinds import AnyRule, MemberPercent
from terminal.domain.promotions.rule_set import RuleSet, with_overrides
from terminal.domain.promotions.store_values import settables
from terminal.domain.trade import TradeSettings
from terminal.wire.files.values import unsafe_text
from terminal.wire.mistakes import explained
from terminal.wire.rules.building import RulesContent
from terminal.wire.rules.vocabulary import Given, read_coupon, read_rule, read_trade

NOTHING = "nothing was published"
CODES = "codes"
"""The key of a batch that names its file of codes."""
BATCH = "of a batch"


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of a file; what they hold is read by the vocabulary, one by one."""

    label: str = ""
    settings: Given = {}
    rules: list[Given] = []
    coupons: dict[str, Given] = {}
    batches: list[Given] = []


def read_rules(path: Path, *, doubts: list[str], goods: Goods | None = None) -> RulesContent:
    """Return the content of a file; `RulesFileError` names file, rule or coupon, key, and the nearest known key.

    What may be meant, and may be a slip, is added to ``doubts``: also what names no article of ``goods``. Coupons of
    batches are read when the content is used.
    """
    given = _read(path)
    if KEY in given.settings:
        raise RulesFileError(f"{path.name}: {KEY} are told by tills, never written", hint=NOTHING)
    with _named(path):
        settings = read_trade(given.settings)
        rules = tuple(map(read_rule, given.rules))
        single = [read_coupon(code, coupon) for code, coupon in given.coupons.items()]
        batches = [(_codes_of(path, batch), read_coupon(BATCH, _terms(batch))) for batch in given.batches]
    _check_rules(path, rules)
    _check_texts(path, (settings, *rules, *single, *(terms for _, terms in batches)))
    _check_memberships(path, settings)
    doubts += _doubts(rules, settings)
    if goods is not None:
        named = [(f"coupon {one.code}", one) for one in single]
        named += [(f"batch {codes.name}", terms) for codes, terms in batches]
        doubts += unknown_names(rules, named, settings, goods)
    many = chain.from_iterable(_coupons_of(codes, terms) for codes, terms in batches)
    return RulesContent(
        label=given.label,
        rules=rules,
        coupons=_fitting(path, chain(single, many), settings),
        settings=_named_settings(settings, given.settings),
    )


def _read(path: Path) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
        table: object = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except FileNotFoundError as error:
        raise RulesFileError(f"there is no {path}") from error
    except OSError as error:
        raise RulesFileError(f"{path}: {error.strerror}", hint="name a file of rules") from error
    except ValueError as error:  # of TOML, of JSON, and of what is not UTF-8
        raise RulesFileError(f"{path.name}: {error}", hint=NOTHING) from error
    try:
        return msgspec.convert(table, _File)
    except msgspec.ValidationError as error:
        told, hint = explained(table, _File, error)
        raise RulesFileError(f"{path.name}: {told}", hint=hint) from error


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name the file of what is wrong in it."""
    try:
        yield
    except InputError as error:
        raise RulesFileError(f"{path.name}: {error}", hint=error.hint or NOTHING) from error


def _terms(batch: Given) -> Given:
    return {key: value for key, value in batch.items() if key != CODES}


def _codes_of(path: Path, batch: Given) -> Path:
    name = batch.get(CODES)
    if not isinstance(name, str):
        raise InputError("a batch names no file of codes", hint='codes = "codes.csv"')
    return path.parent / name


def _check_rules(path: Path, rules: Iterable[AnyRule]) -> None:
    known: set[str] = set()
    for rule in rules:
        if not rule.id or rule.id in known:
            raise RulesFileError(f"{path.name}: rule {rule.id!r} comes twice, or has no id", hint=NOTHING)
        known.add(rule.id)


def _check_texts(path: Path, values: Iterable[Struct]) -> None:
    for value in values:
        unsafe = unsafe_text(value)
        if unsafe is not None:
            named = getattr(value, "id", getattr(value, "code", "settings"))
            raise RulesFileError(f"{path.name}: {named}: {unsafe!a:.80} has control characters", hint=NOTHING)


def _check_memberships(path: Path, settings: TradeSettings) -> None:
    """Refuse a membership that brings a tier which is none, or whose fee brings another one too."""
    tiers, known = [tier.id for tier in settings.tiers], set[str]()
    for one in settings.memberships:
        where = f"{path.name}: settings: memberships: {one.sku}"
        if one.tier not in tiers:
            listed = ", ".join(tiers) or "none"
            raise RulesFileError(f"{where}: {one.tier!r} is no tier; [[settings.tiers]] has {listed}", hint=NOTHING)
        if one.sku in known:
            raise RulesFileError(f"{where} comes twice", hint=NOTHING)
        known.add(one.sku)


def _doubts(rules: tuple[AnyRule, ...], settings: TradeSettings) -> Iterator[str]:
    """Yield what tills take, and people may not mean."""
    yield from (f"rule {rule.id} has no name: screen and receipt show its id" for rule in rules if not rule.name)
    if settings.tiers:
        yield from _unknown_tiers(rules, settings)
    yield from _unsettable(rules)
    for refused in with_overrides(rules, settings.rule_overrides)[1]:
        yield f"rule_overrides: {refused} is not the shop's to set, or out of bounds: it is ignored"
    for form in settings.coupon_codes:
        if is_like_goods(form):
            yield f"coupons {form.prefix} of {form.length} digits: goods of makers may have such a code"


def _unsettable(rules: tuple[AnyRule, ...]) -> Iterator[str]:
    """Yield what no store can set, though its rule says that stores may."""
    known = {(one.rule.id, one.param) for one in settables(RuleSet(rules))}
    for rule in rules:
        for param, (lowest, highest) in rule.store_may_set.items():
            where = f"rule {rule.id}: store_may_set: {param}"
            if (rule.id, param) not in known:
                yield f"{where} is no whole number of this rule: no store can set it"
            elif lowest > highest:
                yield f"{where} has nothing from {lowest} to {highest}: no store can set it"


def _unknown_tiers(rules: Iterable[AnyRule], settings: TradeSettings) -> Iterator[str]:
    """Yield where a tier is named that is not in the list: only members who were imported with it have it."""
    named: list[tuple[str, Iterable[str]]] = []
    for rule in rules:
        named.append((f"rule {rule.id}: who.tiers", sorted((rule.who and rule.who.tiers) or ())))
        if isinstance(rule, MemberPercent) and not isinstance(rule.pay_bp, int):
            named.append((f"rule {rule.id}: pay_bp", rule.pay_bp))
    named.append(("settings: points.tier_mult_bp", settings.points.tier_mult_bp if settings.points else ()))
    named.append(("settings: leases", (tier for tier in settings.leases if tier != ANY_TIER)))
    known = {tier.id for tier in settings.tiers}
    for where, tiers in named:
        yield from (f"{where}: {tier!r} is not in [[settings.tiers]]" for tier in tiers if tier not in known)


def _coupons_of(codes: Path, terms: AnyCoupon) -> Iterator[AnyCoupon]:
    for code, owner in read_codes(codes):
        yield replace(terms, code=code, owner=owner or terms.owner)


def _fitting(path: Path, coupons: Iterable[AnyCoupon], settings: TradeSettings) -> Iterator[AnyCoupon]:
    """Yield coupons; one that no till would take for a coupon is wrong."""
    for coupon in coupons:
        if not any(form.fits(coupon.code) for form in settings.coupon_codes):
            raise RulesFileError(
                f"{path.name}: coupon {coupon.code}: no till would know it for a coupon",
                hint=f'coupon_codes = [{{ prefix = "{coupon.code[:2]}", length = {len(coupon.code)} }}] in [settings]',
            )
        yield coupon


def _named_settings(settings: TradeSettings, given: Mapping[str, object]) -> dict[str, object]:
    """Return the settings that the file names, as they are stored."""
    whole: dict[str, object] = msgspec.to_builtins(settings)
    return {name: whole[name] for name in given}
