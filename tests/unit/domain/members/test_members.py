import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey, Medium, check_bindable, is_phone, is_tail
from terminal.domain.members.member import (
    Balance,
    CountCard,
    CountCardId,
    Member,
    balance_of,
    check_active,
    mask_name,
    masked,
)
from terminal.domain.members.points import Lot, PointsAccount, PointsProgram, Validity
from terminal.domain.members.stored import StoredOrder, StoredRules, StoredValue
from terminal.domain.members.tiers import Tier, higher, next_tier, reviewed, risen
from terminal.domain.members.topping import bonus_for, merge, top_up
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.promotions.kinds import RuleId, TopupBonus, TopupTier
from terminal.domain.text import SafeText
from terminal.domain.trade import TradeSettings

TODAY = "2026-03-18"
TIERS = (Tier(id="basic", min_spend=0), Tier(id="silver", min_spend=20000), Tier(id="gold", min_spend=50000))
lots = st.lists(st.tuples(st.integers(1, 500), st.sampled_from(["2026-03-17", TODAY, "2026-12-31", None])), max_size=4)


def account(*parts: tuple[int, str | None], debt: int = 0) -> PointsAccount:
    made = PointsAccount(debt=debt)
    for points, expires in parts:
        made = made.gain(points, expires)
    return made


def member(key: str = "M1", **fields: object) -> Member:
    return Member(id=MemberId(key), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "phone", "seen"),
    [
        ("张", "13812345678", ("张", "138****5678")),
        ("王小芳", "", ("王**", "")),
        ("李*", "138****5678", ("李*", "138****5678")),
    ],
)
def test_a_member_is_seen_masked_and_masking_twice_changes_nothing(
    name: str, phone: str, seen: tuple[str, str]
) -> None:
    shown = masked(member(name=SafeText(name), phone=SafeText(phone), spend=5))
    assert ((shown.name, shown.phone), shown.spend) == (seen, 5)
    assert masked(shown) == shown


def test_a_balance_counts_what_is_good_today_and_what_is_over_in_a_month() -> None:
    points = account((50, "2026-03-17"), (70, TODAY), (30, "2026-04-17"), (20, "2026-04-18"), (100, None))
    counts = {CountCardId("W"): CountCard(sku=Sku("WASH"), left=3)}
    value = StoredValue(principal=5, bonus=1)
    someone = member(points=points, counts=counts, stored=value, tier="gold")
    expected = Balance(points=220, expiring=100, stored=value, tier="gold", counts={CountCardId("W"): 3})
    assert balance_of(someone, TODAY) == expected


def test_a_card_with_another_number_each_time_is_never_bound() -> None:
    with pytest.raises(RuleError) as caught:
        check_bindable(CardKey(number="08aabbcc", medium=Medium.NFC))
    assert caught.value.code == "card_random"


@pytest.mark.parametrize(
    "key",
    [
        CardKey(number="04aabbcc", medium=Medium.NFC),
        CardKey(number="08aabbccddeeff", medium=Medium.NFC),
        CardKey(number="08aabbcc"),
    ],
)
def test_a_card_that_keeps_its_number_may_be_bound(key: CardKey) -> None:
    check_bindable(key)


@pytest.mark.parametrize(
    ("text", "phone", "tail"),
    [
        ("13812345678", True, False),
        ("23812345678", False, False),
        ("1381234567", False, False),
        ("6021", False, True),
        ("٦٠٢١", False, False),
        ("602", False, False),
    ],
)
def test_phone_numbers_and_their_ends_are_told_from_codes(text: str, *, phone: bool, tail: bool) -> None:
    assert (is_phone(text), is_tail(text)) == (phone, tail)


def test_points_that_expire_first_are_redeemed_first() -> None:
    held = account((100, None), (50, "2026-12-31"), (70, "2026-03-17"))
    left, taken = held.redeem(120, TODAY)
    assert taken == (Lot(50, "2026-12-31"), Lot(70, None))
    assert left.balance(TODAY) == 30


def test_lots_that_were_named_are_taken_and_what_one_does_not_hold_is_owed() -> None:
    account = PointsAccount(lots=(Lot(100, "2026-06-30"), Lot(200, None)))
    later = account.without((Lot(150, None),))
    assert later == PointsAccount(lots=(Lot(100, "2026-06-30"), Lot(50, None)))
    assert account.without((Lot(130, "2026-06-30"), Lot(5, "2027-01-01"))) == PointsAccount(
        lots=(Lot(200, None),), debt=35
    )


def test_lots_with_the_same_expiry_are_one_lot() -> None:
    assert account((10, TODAY), (5, None), (7, TODAY)).lots == (Lot(17, TODAY), Lot(5, None))


def test_points_gained_later_pay_a_debt_first() -> None:
    assert account(debt=30).gain(20, None) == PointsAccount(debt=10)
    assert account(debt=30).gain(50, None).lots == (Lot(20),)


@given(lots, st.integers(0, 3000))
def test_what_is_redeemed_and_given_back_leaves_the_balance_as_it_was(
    parts: list[tuple[int, str | None]], points: int
) -> None:
    held = account(*parts)
    left, taken = held.redeem(points, TODAY)
    again, lost = left.give_back(taken, TODAY)
    assert left.balance(TODAY) == held.balance(TODAY) - points
    assert lost == 0
    assert again.gain(points - sum(lot.points for lot in taken), None).balance(TODAY) == held.balance(TODAY)


def test_a_lot_that_is_over_by_now_does_not_come_back() -> None:
    left, lost = account().give_back((Lot(30, "2026-03-17"), Lot(10)), TODAY)
    assert (left.balance(TODAY), lost) == (10, 30)


def test_points_of_two_members_pay_each_others_debt() -> None:
    assert account(debt=40).merged(account((100, TODAY)), TODAY).balance(TODAY) == 60
    assert account((100, TODAY)).merged(account(debt=40), TODAY).lots == (Lot(60, TODAY),)


def test_points_that_are_over_pay_no_debt_when_two_members_become_one() -> None:
    over, owing = account((100, "2026-03-17")), account(debt=40)
    assert owing.merged(over, TODAY) == over.merged(owing, TODAY)
    assert owing.merged(over, TODAY).balance(TODAY) == -40


@pytest.mark.parametrize(
    ("validity", "expires"),
    [
        (None, None),
        (Validity(days=3), "2026-03-21"),
        (Validity(days=0), TODAY),
        (Validity(year_end_plus=1), "2027-12-31"),
    ],
)
def test_points_are_good_as_long_as_the_program_says(validity: Validity | None, expires: str | None) -> None:
    assert PointsProgram(validity=validity).expiry(f"{TODAY}T10:00:00") == expires


def test_a_validity_is_either_days_or_the_end_of_a_year() -> None:
    for days, years in ((None, None), (1, 1)):
        with pytest.raises(ValueError, match="either days or year_end_plus"):
            Validity(days=days, year_end_plus=years)


@given(st.integers(1, 300), st.integers(0, 5000))
def test_the_most_points_for_an_amount_are_worth_no_more(rate: int, amount_fen: int) -> None:
    program = PointsProgram(redeem_fen_per_100=rate)
    points = program.most_for(amount_fen)
    assert program.worth_fen(points) <= amount_fen < program.worth_fen(points + 1)


@given(st.integers(0, 999), st.integers(0, 999), st.data(), st.sampled_from(StoredOrder))
def test_parts_of_stored_value_sum_to_the_amount_and_none_is_overdrawn(
    principal: int, bonus: int, data: st.DataObject, order: StoredOrder
) -> None:
    value = StoredValue(principal=principal, bonus=bonus)
    amount_fen = data.draw(st.integers(0, value.total))
    used = value.split(amount_fen, order)
    left = value - used
    assert used.total == amount_fen
    assert min(used.principal, used.bonus, left.principal, left.bonus) >= 0


def test_a_member_rises_at_once_and_falls_in_a_review_only() -> None:
    assert risen(TIERS, "basic", 25000) == "silver"
    assert risen(TIERS, "gold", 0) == "gold"
    assert risen((), "basic", 25000) == "basic"
    assert reviewed(TIERS, "gold", 0, max_drop=1) == "silver"
    assert reviewed(TIERS, "other", 50000, max_drop=1) == "gold"
    assert reviewed((), "gold", 0, max_drop=1) == "gold"


def test_the_next_tier_is_above_the_present_one_and_not_reached() -> None:
    assert next_tier(TIERS, "basic", 0) == TIERS[1]
    assert next_tier(TIERS, "silver", 0) == TIERS[2]
    assert next_tier(TIERS, "basic", 25_000) == TIERS[2]
    assert next_tier(TIERS, "other", 100) == TIERS[1]
    assert next_tier(TIERS, "gold", 0) is None
    assert next_tier((), "gold", 0) is None


def test_of_two_tiers_the_higher_is_kept() -> None:
    assert higher(TIERS, "silver", "gold") == "gold"
    assert higher(TIERS, "gold", "silver") == "gold"
    assert higher(TIERS, "other", "basic") == "basic"
    assert higher((), "one", "other") == "one"


def test_the_best_bonus_counts_and_may_repeat() -> None:
    tiers = TopupBonus(id=RuleId("A"), tiers=(TopupTier(min=10000, bonus=1000), TopupTier(min=50000, bonus=8000)))
    each = TopupBonus(id=RuleId("B"), min=10000, bonus=900, repeat=True)
    assert bonus_for(9999, [tiers, each]) == 0
    assert bonus_for(30000, [tiers, each]) == 2700
    assert bonus_for(50000, [tiers, each]) == 8000
    assert bonus_for(1, []) == 0


def test_a_top_up_above_what_a_card_may_hold_is_refused() -> None:
    stored = StoredRules(max_balance=1000)
    assert top_up(member(), 900, 100, stored).stored == StoredValue(principal=900, bonus=100)
    with pytest.raises(RuleError) as caught:
        top_up(member(), 901, 100, stored)
    assert caught.value.code == "stored_limit"
    with pytest.raises(InputError):
        top_up(member(), 0, 0, stored)


def test_who_pays_so_much_at_once_has_a_name() -> None:
    stored = StoredRules(max_balance=2_000, max_nameless=2_000, name_from=1_000)
    assert top_up(member(), 999, 0, stored).stored.total == 999
    assert top_up(member(name="张小明"), 1_000, 0, stored).stored.total == 1_000
    with pytest.raises(RuleError) as caught:
        top_up(member(), 1_000, 0, stored)
    assert caught.value.code == "name_needed"


def test_card_of_nobody_by_name_holds_less() -> None:
    stored = StoredRules(max_balance=1000, max_nameless=400)
    somebody = member(name="张小明", stored=StoredValue(principal=400))
    assert top_up(somebody, 600, 0, stored).stored.total == 1000
    for change in (
        lambda: top_up(member(), 401, 0, stored),
        lambda: merge(member("M2", stored=StoredValue(bonus=1)), somebody, stored=stored, tiers=TIERS, today=TODAY),
    ):
        with pytest.raises(RuleError, match="may hold 400") as caught:
            change()
        assert caught.value.code == "stored_limit"
    assert (
        merge(somebody, member("M2", stored=StoredValue(bonus=1)), stored=stored, tiers=TIERS, today=TODAY)[
            0
        ].stored.total
        == 401
    )


@pytest.mark.parametrize(
    ("into", "gone", "code"),
    [
        (member(), member(), "merge_conflict"),
        (member(status="lost"), member(status="lost"), "card_lost"),
        (member(status="lost"), member("M2"), "card_lost"),
        (member(), member("M2", status="merged"), "card_merged"),
        (member(stored=StoredValue(principal=600)), member("M2", stored=StoredValue(bonus=600)), "stored_limit"),
    ],
)
def test_two_members_that_cannot_become_one_are_refused(into: Member, gone: Member, code: str) -> None:
    with pytest.raises(RuleError) as caught:
        merge(into, gone, stored=StoredRules(max_balance=1000), tiers=TIERS, today=TODAY)
    assert caught.value.code == code


def test_uses_of_a_card_that_is_not_there_change_nothing() -> None:
    card = CountCardId("K1")
    holder = member(counts={card: CountCard(sku=Sku("WASH"), left=3)})
    assert holder.with_card(card, -1).counts[card].left == 2
    assert holder.with_card(CountCardId("K2"), 1) == holder


def test_a_person_is_seen_under_masks() -> None:
    assert mask_name("张小明") == "张**"
    with pytest.raises(RuleError) as caught:
        check_active(member(status="frozen"))
    assert caught.value.code == "card_frozen"


@pytest.mark.parametrize("tiers", [(TIERS[1], TIERS[0]), (TIERS[0], Tier(id="basic", min_spend=5))])
def test_tiers_must_ascend_each_with_its_own_id(tiers: tuple[Tier, ...]) -> None:
    with pytest.raises(ValueError, match="tiers must ascend"):
        TradeSettings(tiers=tiers)
