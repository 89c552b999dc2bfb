"""Rules as people write them: what is wrong is told with id, key and the nearest one."""

import pytest

from terminal.domain.errors import InputError
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.promotions.kinds import SpendOff
from terminal.domain.trade import TradeSettings
from terminal.wire.rules.vocabulary import Given, read_coupon, read_rule, read_trade

RULE: Given = {"id": "SPEND", "type": "spend_off", "min": 5000, "off": 500, "scope": {"cats": ["a"]}}


def told(given: Given) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        read_rule(given)
    assert caught.value.code == "bad_rules"
    return str(caught.value), caught.value.hint


def test_rule_is_read_with_the_names_of_the_pages() -> None:
    rule = read_rule(RULE)
    assert isinstance(rule, SpendOff)
    assert (str(rule.id), rule.min, rule.off, sorted(rule.scope.cats)) == ("SPEND", 5000, 500, ["a"])


@pytest.mark.parametrize(
    ("changed", "message", "hint"),
    [
        ({"minn": 1}, "rule SPEND: unknown key minn", "did you mean min?"),
        ({"scope": {"cat": ["a"]}}, "rule SPEND: unknown key scope.cat", "did you mean cats?"),
        ({"tiers": [{"min": 1, "of": 1}]}, "rule SPEND: unknown key tiers[0].of", "did you mean off?"),
        ({"type": "spend_of"}, "rule SPEND: type: Invalid value 'spend_of'", "did you mean spend_off?"),
        ({"off": "5"}, "rule SPEND: off: Expected `int | null`, got `str`", "correct this key"),
        ({"tiers": [{"min": 1, "off": 1}]}, "rule SPEND: needs either min and off, or tiers", "correct this key"),
    ],
)
def test_mistake_in_a_rule_is_told_with_its_key(changed: Given, message: str, hint: str) -> None:
    assert told({**RULE, **changed}) == (message, hint)


def test_rule_without_a_type_is_told_which_there_are() -> None:
    message, hint = told({"id": "SPEND"})
    assert message == "rule SPEND: Object missing required field `type`"
    assert hint.startswith("known here: add_on, bundle, gift")


def test_coupon_has_its_code() -> None:
    assert read_coupon("FIVE", {"type": "cash", "off": 500}) == CashCoupon(code=CouponCode("FIVE"), off=500)
    with pytest.raises(InputError, match="coupon FIVE: unknown key of") as caught:
        read_coupon("FIVE", {"type": "cash", "of": 500})
    assert (caught.value.code, caught.value.hint) == ("bad_coupons", "did you mean off?")


def test_settings_say_that_refunds_are_in_proportion() -> None:
    assert read_trade({"refund_tenders": "proportional"}) == TradeSettings()
    assert read_trade({"refund_tenders": ["cash"]}).refund_tenders == ("cash",)
    with pytest.raises(InputError, match="settings: unknown key tier"):
        read_trade({"tier": []})
