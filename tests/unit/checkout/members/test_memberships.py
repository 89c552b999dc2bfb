"""Paid membership at the till: a line of the sale, a tier until a date, and a word in time."""

import pytest
from msgspec.structs import replace

from terminal.checkout.modes import Completed, Selling, Tendering
from terminal.domain.document import disagreements
from terminal.domain.ids import Sku
from terminal.domain.members.entries import Account
from terminal.domain.members.membership import Membership
from terminal.domain.members.tiers import Tier
from terminal.wire.counter.panels import MemberDetails, MemberPanel
from terminal.wire.documents import document_of
from terminal.wire.payment_events import PaymentStarted
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER, PHONE
from tests.unit.checkout.memory_shop import (
    CHIPS,
    WECHAT,
)
from tests.unit.checkout.tendering.tender_bench import PROGRAM, done, shop

TIERS = (Tier(id="basic", min_spend=0), Tier(id="gold", min_spend=50_000), Tier(id="black", min_spend=1_000_000))
FEE = Membership(sku=Sku("CHIPS"), tier="black", days=365)


def joining(paid_until: str | None = None, paid_tier: str = "", tier: str = "gold", *, brings: str = "black") -> Bench:
    """Return a till where crisps are the fee of a membership, and a member before it."""
    bench = shop(PROGRAM, tiers=TIERS, memberships=(replace(FEE, tier=brings),))
    wang = bench.members.rows[0]
    someone = replace(wang.member, paid_until=paid_until, paid_tier=paid_tier, tier=tier)
    bench.members.rows = (replace(wang, member=someone), *bench.members.rows[1:])
    return bench


def test_the_fee_is_a_line_and_brings_the_tier_until_a_date() -> None:
    bench = joining()
    bench.scan(MEMBER)
    bench.scan(CHIPS)
    bench.press("f12")
    fact = done(bench)
    entries = {entry.account: entry.value for entry in fact.entries if entry.value}
    assert entries == {Account.PAID_UNTIL: "2027-11-23 black"}
    assert fact.balance is not None
    assert (fact.balance.tier, fact.balance.paid_until) == ("black", "2027-11-23")
    last = bench.counter.record.last
    assert last is not None
    trade = bench.counter.trade
    assert disagreements(document_of(last.sale, fact), trade.rounding, pricer=bench.counter.pricer, trade=trade) == ()


def test_nobody_cannot_join() -> None:
    bench = joining()
    bench.scan(CHIPS)
    bench.press("f12")
    assert (bench.notice, bench.mode) == ("error.membership_of_nobody", Selling())
    bench.scan(MEMBER)
    bench.press("f12")
    assert bench.mode == Completed()


@pytest.mark.parametrize("paying", ["slip", "code"])
def test_no_card_and_no_code_is_charged_for_a_fee_of_nobody(paying: str) -> None:
    bench = joining()
    bench.scan(CHIPS)
    bench.press("enter")
    bench.press("f10") if paying == "slip" else bench.scan(WECHAT)
    assert (bench.notice, bench.mode) == ("error.membership_of_nobody", Tendering())
    assert bench.of_kind(PaymentStarted) == []
    bench.scan(MEMBER)
    bench.press("f10", *"123456", "enter")
    assert bench.mode == Completed()


@pytest.mark.parametrize(
    ("until", "notice", "tier"),
    [
        ("2026-11-22", "notice.membership_over", "basic"),
        ("2026-12-01", "notice.membership_ends", "black"),
        ("2027-11-23", "notice.member_bound", "black"),
    ],
)
def test_who_is_bound_is_told_when_the_time_is_over_or_soon_will_be(until: str, notice: str, tier: str) -> None:
    bench = joining(until, "black", "basic")
    bench.scan(MEMBER)
    sale = bench.counter.record.sale
    assert sale is not None
    assert sale.member is not None
    assert (bench.notice, sale.member.tier) == (notice, tier)


def test_a_renewal_after_the_end_begins_today() -> None:
    bench = joining("2026-11-01", "black")
    bench.scan(MEMBER)
    bench.scan(CHIPS)
    bench.press("f12")
    balance = done(bench).balance
    assert balance is not None
    assert (balance.tier, balance.paid_until) == ("black", "2027-11-23")


def test_the_page_says_until_when() -> None:
    bench = joining("2027-01-31", "black")
    details = on_page(bench)
    assert (details.paid_until, details.tier, details.next_tier) == ("2027-01-31", "black", "")


@pytest.mark.parametrize(("until", "tier"), [("2026-11-22", "basic"), ("2026-11-23", "black")])
def test_page_and_sale_say_the_same_tier(until: str, tier: str) -> None:
    bench = joining(until, "black", "basic")
    details = on_page(bench)
    bench.press("enter")
    sale = bench.counter.record.sale
    assert sale is not None
    assert sale.member is not None
    assert (details.tier, sale.member.tier) == (tier, tier)


def test_a_cheaper_membership_does_not_bring_a_dearer_one_back_to_life() -> None:
    bench = joining("2026-11-22", "black", "basic", brings="gold")
    bench.scan(MEMBER)
    bench.scan(CHIPS)
    bench.press("f12")
    balance = done(bench).balance
    assert balance is not None
    assert (balance.tier, balance.paid_until) == ("gold", "2027-11-23")
    assert on_page(bench).tier == "gold"


def on_page(bench: Bench) -> MemberDetails:
    bench.press("f4", *PHONE, "enter")
    assert bench.view is not None
    assert isinstance(bench.view.panel, MemberPanel)
    assert bench.view.panel.details is not None
    return bench.view.panel.details
