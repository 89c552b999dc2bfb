"""What a town's shop sells, and to whom: the demo's goods, with rules, coupons and settings that a seed chooses."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec

from hq.commands.publish import PublishOrder, read_content
from hq.rules.file import read_rules
from hq.till_keys import TillKeys
from lab.demo.people import people
from lab.demo.shop import RULES_FILE, SHOP_FILE
from lab.pictures.scenes import APPLES, CHIPS, COLA, MEMBER, MILK, OPENING_DAY, SOY_SAUCE, WATER
from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.members.member import CountCard
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.promotions.kinds import AnyRule, MemberPercent, NthOff, RuleId, SpendOff, SpendTier
from terminal.domain.text import clean
from terminal.wire.book.building import BookContent
from terminal.wire.members.rows import MemberRow
from terminal.wire.rules.building import RulesContent

WEIGHED = APPLES
GOODS = (WATER, WATER, COLA, CHIPS, CHIPS, MILK, SOY_SAUCE, WEIGHED)
"""Codes of articles, the cheap ones more often; one is the label of a scale."""
MEMBERSHIP, COUNT_CARD = "2900000300064", "2900000300040"
"""Articles that make something of a member: a paid membership, and a card for bottles of water."""
CARDS = (MEMBER, "9918600136021", "9917700136021")
"""The cards of the town's members, in their order."""
COUPONS = ("9810000000013", "9810000000020", "9810000000037")
PRICES = {"100006": (350, 380, 299), "100061": (690, 650)}
"""Articles whose price HQ changes, and to what."""
USES = 9


@cache
def _demo() -> BookContent:
    """Return the demo's prices; to read them and to hash its PINs takes longer than a town does."""
    with TemporaryDirectory() as folder:
        content = read_content(Path(folder), PublishOrder(file=SHOP_FILE, label="town"), doubts=[])
        return replace(content, articles=list(content.articles), barcodes=list(content.barcodes))


def book(keys: TillKeys, random: Random, *, shift_required: bool) -> BookContent:
    """Return a price book: that of the demo, with a few other prices, and keys of tills."""
    content = _demo()
    chosen = {sku: random.choice(prices) for sku, prices in PRICES.items()}
    articles = [msgspec.structs.replace(one, price_fen=chosen.get(one.sku, one.price_fen)) for one in content.articles]
    settings = msgspec.structs.replace(content.settings, shift_required=shift_required, till_keys=keys.all())
    return replace(content, articles=articles, settings=settings)


def trade(random: Random) -> dict[str, object]:
    """Return settings that a town keeps for its life."""
    given = dict(read_rules(RULES_FILE, doubts=[]).settings)
    lease = {"any": {"stored_fen": 3000, "points": 300, "uses": 2, "share_bp": 5000, "hours": 1}}
    points = {
        "fen_per_point": random.choice([10, 100]),
        "redeem_step": random.choice([1, 100]),
        "redeem_fen_per_100": 100,
        "redeem_max_bp": random.choice([5000, 10_000]),
        "clawback": random.choice(["negative", "withhold"]),
        "tier_mult_bp": {"金卡": 12_000},
        "validity": random.choice([None, {"days": 30}, {"year_end_plus": 1}]),
    }
    stored = {"order": random.choice(["bonus_first", "principal_first", "proportional"])}
    rounding = {
        "mode": random.choice(["none", "down", "half_up", "up"]),
        "unit": random.choice([1, 10]),
        "on": random.choice(["total", "cash"]),
    }
    changes: Mapping[str, object] = {
        "points": points,
        "stored": stored,
        "rounding": rounding,
        "refund_tenders": random.choice([[], [], ["cash", "card"], ["stored"]]),
        "leases": random.choice([{}, lease]),
        "commission": {"default_bp": 300},
        "count_cards": [{"sku": "300004", "card": "WATER", "pays": "100001", "uses": 3, "days": 30}],
        "points_gifts": [{"sku": "100001", "points": 30}, {"sku": "100134", "points": 200}],
        "points_coupons": [
            {"points": 50, "days": 30, "coupon": {"type": "cash", "code": "JF", "off": 200, "min": 500}}
        ],
    }
    return given | dict(changes)


def rules(random: Random, settings: Mapping[str, object]) -> RulesContent:
    """Return rules of a day, with the town's coupons and settings."""
    chosen: list[AnyRule] = [
        NthOff(id=RuleId("HALF"), name=clean("第二件半价"), n=2, pay_bp=random.choice([5000, 0, 7000])),
        MemberPercent(id=RuleId("MEMBER"), name=clean("会员折扣"), pay_bp=random.choice([9500, 9000])),
        SpendOff(id=RuleId("OVER"), name=clean("满减"), tiers=(SpendTier(min=2000, off=random.choice([100, 333])),)),
    ]
    own = tuple(coupon for row in members() for coupon in row.coupons)
    coupons = tuple(CashCoupon(code=CouponCode(code), name=clean("代金券"), off=100, min=300) for code in COUPONS)
    owned = tuple(msgspec.structs.replace(coupon, owner=members()[0].member.id, min=1000) for coupon in own)
    given = random.sample(chosen, random.randint(0, len(chosen)))
    return RulesContent(label="", rules=tuple(given), coupons=(*coupons, *owned), settings=dict(settings))


def members() -> tuple[MemberRow, ...]:
    """Return the members of the demo, each with a card that is good, the first with more uses on its count card."""
    rows = people(OPENING_DAY)
    many = {key: CountCard(sku=one.sku, left=USES, until=one.until) for key, one in rows[0].member.counts.items()}
    first = msgspec.structs.replace(rows[0].member, counts=many)
    others = [
        msgspec.structs.replace(row, cards=(MemberCard(key=CardKey(number=card)),))
        for row, card in zip(rows[1:], CARDS[1:], strict=True)
    ]
    return (msgspec.structs.replace(rows[0], member=first), *others)
