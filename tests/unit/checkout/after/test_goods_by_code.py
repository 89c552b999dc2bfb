"""Without HQ the signed code of another till's receipt is good for some cash, and not for more than HQ allows."""

import pytest
from msgspec.structs import replace

from terminal.checkout.after.messages import AfterAsk, AfterNo, AfterSay
from terminal.checkout.after.modes import BareReturn, FindingReceipt
from terminal.checkout.desk import KEPT_MS
from terminal.checkout.effects import PulseDrawer
from terminal.checkout.inputs import Answered, LinkReported
from terminal.checkout.messages import No
from terminal.domain.catalog import Terms
from terminal.domain.sale import TenderKind
from terminal.domain.sale_codes import DAYS_GOOD
from terminal.domain.staff import Grant, Right, Role
from terminal.wire import asking
from terminal.wire.doorbell import Answer, Failure, LinkChanged
from terminal.wire.moving import moved_by
from terminal.wire.record import TillRecord
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.returning import digest_of
from tests.unit.checkout.after.desk import CASHIER, MANAGER, SENIOR, give_back, only, papers, shop, till
from tests.unit.checkout.after.elsewhere import ELSEWHERE, KEYS, NUMBER, Till, code, online, without_hq
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    CHIPS,
    COLA,
    SETTINGS,
    UNKNOWN,
    WECHAT,
    Rules,
    Shop,
    article,
)
from tests.unit.checkout.shown import asked, page
from tests.unit.wire_mqtt.signers import SeedSigner


def test_goods_come_back_for_cash_at_their_lowest_price_by_a_code_alone() -> None:
    bench = without_hq()
    bench.scan(code())
    assert isinstance(bench.mode, BareReturn)
    assert (bench.notice, bench.counter.notice.params["amount"]) == (AfterSay.BY_CODE, "15.00")
    bench.scan(COLA)
    bench.scan(CHIPS)
    bench.scan(COLA)
    assert [row[1:5] for row in page(bench).rows] == [
        ("可口可乐", "3.50", "2", "7.00"),
        ("乐事薯片", "6.90", "1", "6.90"),
    ]
    bench.press("down", "f3")
    bench.effects.clear()
    fact = give_back(bench)
    assert (fact.kind, fact.receipt_no, fact.terminal, fact.sale_id) == (ReturnKind.BY_CODE, NUMBER, ELSEWHERE, None)
    assert (fact.amount_fen, fact.code, fact.sold_on) == (1390, code(), "2026-11-23")
    assert [(one.kind, one.amount_fen) for one in fact.tenders] == [(TenderKind.CASH, 1390)]
    assert [(line.line, line.units, line.shelf, line.damaged) for line in fact.lines] == [
        (0, 2, 2, False),
        (0, 1, 0, True),
    ]
    assert digest_of(fact) == fact.digest
    assert {sku: level.on_hand for sku, level in moved_by(fact, TillRecord(), TillRecord()).items()} == {
        fact.lines[0].sku: 2
    }
    assert [effect for effect in bench.effects if isinstance(effect, PulseDrawer)]
    assert [paper.fact for paper in papers(bench)] == [fact]
    assert bench.notice == AfterSay.RETURNED_HERE


def test_what_other_tills_gave_by_the_same_code_is_off_the_cap_and_what_this_one_gave_counts_once() -> None:
    here = online(cap_fen=1500)
    here.hear(here.scan(), asking.Refused(reason=asking.No.UNKNOWN_RECEIPT))
    here.bench.scan(COLA)
    own = give_back(here.bench)
    here.bench.press("enter")
    other = replace(own, number="S09-T01-1-R00004")
    here.hear(here.scan(), asking.Refused(reason=asking.No.UNKNOWN_RECEIPT, returns=(own, other)))
    assert (here.bench.notice, here.bench.counter.notice.params["amount"]) == (AfterSay.BY_CODE, "8.00")


def test_not_more_than_the_cap_and_not_more_than_the_sale() -> None:
    bench = without_hq()
    bench.scan(code())
    bench.scan(CHIPS)
    bench.scan(CHIPS)
    bench.scan(COLA)
    bench.press("f12")
    assert (bench.notice, bench.counter.notice.params) == (AfterNo.REFUND_LIMIT, {"limit": "15.00"})
    bench.press("-")
    assert give_back(bench).amount_fen == 1380
    small = without_hq()
    small.scan(code(total_fen=500))
    small.scan(CHIPS)
    small.press("f12")
    assert (small.notice, small.counter.notice.params) == (AfterNo.REFUND_LIMIT, {"limit": "5.00"})


def test_not_more_than_was_paid_in_cash() -> None:
    bench = without_hq()
    bench.scan(code(cash_fen=690))
    assert bench.counter.notice.params["amount"] == "6.90"
    bench.scan(CHIPS)
    bench.scan(CHIPS)
    bench.press("f12")
    assert (bench.notice, bench.counter.notice.params) == (AfterNo.REFUND_LIMIT, {"limit": "6.90"})
    bench.press("-")
    assert give_back(bench).amount_fen == 690


def test_a_code_of_a_sale_that_was_paid_without_cash_brings_no_cash() -> None:
    bench = without_hq()
    bench.scan(code(cash_fen=0))
    assert (bench.mode, bench.notice) == (FindingReceipt(), AfterNo.OTHER_TILL)


FEE = article("VIP", "年费会员", 1000, plu="99")
SERVICE = article("SVC", "送货", 1000, plu="98", terms=Terms(service=True))
NO_GOODS: dict[int, Shop] = {
    1: Shop(settings=replace(SETTINGS, till_keys=KEYS), articles=(*ARTICLES, FEE, SERVICE)),
}
ALLOWED = {"other_till_max": 1500, "no_receipt_max": 1500, "memberships": [{"sku": "VIP", "tier": "gold", "days": 365}]}


@pytest.mark.parametrize("plu", ["99", "98"])
@pytest.mark.parametrize("is_by_code", [True, False])
def test_neither_a_membership_nor_a_service_comes_back_without_its_sale(plu: str, is_by_code: bool) -> None:
    bench = till(shops=NO_GOODS, rules={1: Rules((), (), ALLOWED)}, offer_rules=1)
    if is_by_code:
        bench.scan(code())
    else:
        bench.press("f7", "f2")
    assert isinstance(bench.mode, BareReturn)
    bench.write(plu)
    bench.press("enter")
    assert bench.notice == AfterNo.NOT_RETURNABLE
    assert page(bench).rows == ()


def test_what_came_back_by_a_code_counts_when_it_is_shown_again() -> None:
    bench = without_hq()
    bench.scan(code())
    bench.scan(CHIPS)
    give_back(bench)
    bench.press("enter")
    bench.scan(code())
    assert bench.counter.notice.params["amount"] == "8.10"
    bench.scan(CHIPS)
    give_back(bench)
    bench.press("enter")
    bench.scan(code(total_fen=690))
    assert bench.notice == AfterNo.OTHER_TILL


@pytest.mark.parametrize("cap_fen", [0, 1500])
def test_a_code_that_nobody_vouches_for_is_good_for_nothing(cap_fen: int) -> None:
    bench = without_hq(cap_fen=cap_fen)
    unknown = code(SeedSigner(9)).replace(ELSEWHERE, "S03-T01")
    plain = "|".join(("GT1", *code().split("|")[1:5]))
    for text in (unknown, plain, *(() if cap_fen else (code(),))):
        bench.scan(text)
        assert (bench.mode, bench.notice) == (FindingReceipt(), AfterNo.OTHER_TILL)
    bench.scan(code(SeedSigner(9)))
    assert bench.notice == AfterNo.FORGED


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.NOT_SENT])
def test_hq_that_does_not_answer_leaves_the_code(failure: Failure) -> None:
    here = online(cap_fen=1500)
    here.bench.send(Answered(Answer(id=here.scan().id, failure=failure)))
    assert isinstance(here.bench.mode, BareReturn)


def test_the_right_of_refunds_is_asked_for() -> None:
    bench = without_hq(CASHIER)
    bench.scan(code())
    bench.scan(CHIPS)
    bench.press("f12", "1")
    assert asked(bench) == (AfterAsk.REFUND, True)
    bench.press("escape")
    assert isinstance(bench.mode, BareReturn)


def test_what_does_not_come_back_without_its_lines() -> None:
    bench = without_hq()
    bench.scan(code())
    bench.write("12345", "enter")
    assert bench.notice == AfterNo.NOT_RETURNABLE
    for text, no in ((UNKNOWN, No.UNKNOWN_ITEM), (WECHAT, No.NOT_GOODS)):
        assert bench.scan(text)
        assert bench.notice == no
    assert page(bench).rows == ()
    bench.press("f12")
    assert bench.notice == AfterNo.NOTHING_CHOSEN
    bench.press("+")
    assert bench.notice == AfterNo.NOTHING_CHOSEN
    bench.press("f3")
    assert bench.notice == AfterNo.NOTHING_CHOSEN


def test_a_shift_counts_it_as_a_refund() -> None:
    bench = without_hq()
    bench.press("f17", "0", "enter")
    bench.scan(code())
    bench.scan(CHIPS)
    give_back(bench)
    shift = bench.counter.record.shift
    assert shift is not None
    assert (shift.sums.refund_count, shift.sums.refunds_fen, shift.sums.by_tender) == (1, 690, {TenderKind.CASH: -690})
    assert only(bench, type(bench.facts[-1])) is bench.facts[-1]
    assert MANAGER == "9002"


def test_what_came_back_by_a_code_is_less_of_what_hq_says_is_left() -> None:
    here = Till(without_hq(cap_fen=1500))
    bench = here.bench
    bench.scan(code())
    bench.scan(CHIPS)
    bench.scan(CHIPS)
    by_code = give_back(bench)
    bench.press("enter")
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    told = here.reply(by_code, as_of_epoch=1, as_of_seq=len(bench.facts))
    for reply in (here.reply(), told):
        here.hear(here.scan(), reply)
        assert page(bench).lines[0].params["left"] == "5.60"
        bench.press("f5", "f12")
        assert bench.notice == AfterNo.OVER_REFUND
        assert only(bench, SaleReturned) is by_code
        bench.press("escape")
    here.hear(here.scan(), told)
    bench.scan(COLA)
    assert give_back(bench).amount_fen == 350


def test_what_came_back_with_hqs_word_counts_for_the_code() -> None:
    here = online(cap_fen=1500)
    bench = here.bench
    here.hear(here.scan(), here.reply())
    bench.scan(CHIPS)
    give_back(bench)
    bench.press("enter")
    bench.send(LinkReported(LinkChanged(online=False, acked_seq=0)))
    bench.scan(code())
    assert bench.counter.notice.params["amount"] == "8.10"
    bench.press("escape")
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    here.hear(here.scan(), here.reply())
    bench.press("f5")
    give_back(bench)
    bench.press("enter")
    bench.send(LinkReported(LinkChanged(online=False, acked_seq=0)))
    bench.scan(code())
    assert bench.notice == AfterNo.OTHER_TILL


@pytest.mark.parametrize(("day", "is_good"), [("2026-11-22", False), ("2026-12-27", True), ("2026-12-28", False)])
def test_a_code_alone_is_good_as_long_as_it_is_known_what_came_back_by_it(day: str, is_good: bool) -> None:
    assert DAYS_GOOD * 24 * 3_600_000 == KEPT_MS
    here = Till(without_hq())
    bench = here.bench
    now = bench.moment()
    bench.moment = lambda: replace(now, local_iso=f"{day}T00:00:00")  # type: ignore[method-assign]
    for hears in (False, True):
        if hears:
            bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
            here.hear(here.scan(), asking.Refused(reason=asking.No.UNKNOWN_RECEIPT))
        else:
            bench.scan(code())
        assert isinstance(bench.mode, BareReturn if is_good else FindingReceipt)
        assert bench.notice == (AfterSay.BY_CODE if is_good else AfterNo.CODE_TOO_OLD)
        assert is_good or bench.counter.notice.params == {"day": "2026-11-23", "days": "35"}
        bench.press("escape")


def test_what_came_back_by_the_code_before_counts_for_the_limit_of_the_right() -> None:
    limited = Grant(role=Role.SENIOR, right=Right.REFUND, limit_fen=1_000)
    others = (grant for grant in SETTINGS.rights if (grant.role, grant.right) != (limited.role, limited.right))
    bench = without_hq(SENIOR, shops=shop(till_keys=KEYS, rights=(*others, limited)))
    bench.scan(code())
    bench.scan(CHIPS)
    give_back(bench)
    bench.press("enter")
    bench.scan(code())
    bench.scan(CHIPS)
    bench.press("f12", "1")
    assert asked(bench) == (AfterAsk.REFUND, True)
    bench.press("escape", "escape", "escape")
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    here = Till(bench)
    here.hear(here.scan(), here.reply())
    bench.scan(COLA)
    bench.press("f12", "1")
    assert asked(bench) == (AfterAsk.REFUND, True)
