"""Goods come back that another till sold: HQ tells their sale, and a forged receipt is refused at once."""

from functools import reduce

import pytest
from msgspec.structs import replace

from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.after.modes import FindingReceipt, Returning
from terminal.checkout.inputs import Answered
from terminal.checkout.modes import Selling
from terminal.domain.members.entries import with_entries
from terminal.wire import asking
from terminal.wire.doorbell import Answer, Ask, Failure
from terminal.wire.found import afterwards
from terminal.wire.returning import digest_of
from tests.unit.checkout.after.desk import MANAGER, give_back, shop, till
from tests.unit.checkout.after.elsewhere import ELSEWHERE, KEYS, NUMBER, Till, code, online, the_sale
from tests.unit.checkout.after.test_members import shopped
from tests.unit.checkout.memory_members import WANG, MemoryMembers
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
)
from tests.unit.checkout.shown import page
from tests.unit.wire_mqtt.signers import SeedSigner


def test_goods_of_another_till_come_back_with_all_that_hq_tells_of_their_sale() -> None:
    here = online()
    question = here.scan()
    assert (question.receipt_no, question.digest) == (NUMBER, "0123456789abcdef")
    assert here.bench.notice == AfterSay.ASKING
    here.hear(question, here.reply())
    assert isinstance(here.bench.mode, Returning)
    assert here.bench.notice == AfterSay.FOUND
    here.bench.scan(COLA)
    here.bench.scan(CHIPS)
    fact = give_back(here.bench)
    assert (fact.terminal, fact.epoch, fact.receipt_no) == (ELSEWHERE, 3, NUMBER)
    assert (fact.sale_id, fact.amount_fen, fact.number) == (here.sale.sale.id, 1040, "S01-T03-1-R00001")
    assert fact.digest == digest_of(fact)
    assert here.bench.notice == AfterSay.RETURNED_HERE


def test_what_came_back_before_is_known_from_hq_and_from_this_till() -> None:
    here = online()
    here.hear(here.scan(), here.reply())
    here.bench.scan(CHIPS)
    first = give_back(here.bench)
    here.bench.press("enter")
    here.hear(here.scan(), here.reply())
    assert page(here.bench).rows[2][3] == "1"
    assert here.bench.scan(CHIPS)
    assert here.bench.notice == AfterNo.QTY_EXCEEDS_SOLD
    here.bench.press("escape")
    here.hear(here.scan(), here.reply(first, as_of_epoch=1, as_of_seq=len(here.bench.facts)))
    assert page(here.bench).rows[2][3] == "1"
    mode = here.bench.mode
    assert isinstance(mode, Returning)
    assert mode.found == reduce(afterwards, [first], here.sale)


def test_a_number_that_is_typed_is_asked_for_without_a_digest() -> None:
    here = online()
    here.bench.press("f7")
    here.bench.effects.clear()
    here.bench.write(NUMBER.lower(), "enter")
    (ask,) = [effect for effect in here.bench.effects if isinstance(effect, Ask)]
    question = asking.decode_question(ask.body)
    assert isinstance(question, asking.ReceiptAsk)
    assert (question.receipt_no, question.digest) == (NUMBER, "")


@pytest.mark.parametrize(
    ("text", "no"),
    [
        (code(SeedSigner(9)), AfterNo.FORGED),
        (code().replace("|1940|", "|9940|"), AfterNo.FORGED),
        (code().replace(NUMBER, "S02-T09-3-000008"), AfterNo.FORGED),
    ],
)
def test_a_forged_receipt_is_refused_without_asking(text: str, no: AfterNo) -> None:
    here = online()
    here.bench.effects.clear()
    here.bench.scan(text)
    assert here.bench.notice == no
    assert not [effect for effect in here.bench.effects if isinstance(effect, Ask)]


def test_a_till_that_is_too_new_for_this_book_and_one_without_a_key_are_left_to_hq() -> None:
    here = online()
    assert here.scan(code(SeedSigner(9)).replace(ELSEWHERE, "S03-T01")).receipt_no.startswith("S03-T01")
    plain = "|".join(("GT1", *code().split("|")[1:5]))
    assert here.scan(plain).digest == "0123456789abcdef"


@pytest.mark.parametrize(
    ("reply", "no"),
    [
        (asking.Refused(reason=asking.No.UNKNOWN_RECEIPT), AfterNo.NOT_AT_HQ),
        (asking.Refused(reason=asking.No.OTHER_RECEIPT), AfterNo.OTHER_SALE),
    ],
)
def test_what_hq_does_not_know_does_not_come_back(reply: asking.Reply, no: AfterNo) -> None:
    here = online()
    here.hear(here.scan(), reply)
    assert (here.bench.mode, here.bench.notice) == (FindingReceipt(), no)


def test_an_answer_about_another_receipt_is_none() -> None:
    here = online()
    completed = replace(here.sale.completed, receipt_no="S02-T09-3-000099")
    here.hear(here.scan(), here.reply(completed=completed))
    assert (here.bench.mode, here.bench.notice) == (FindingReceipt(), AfterNo.HQ_SILENT)


@pytest.mark.parametrize("answer", [Answer(id="", failure=Failure.TIMEOUT), Answer(id="", body=b"nonsense")])
def test_hq_that_does_not_answer_is_told(answer: Answer) -> None:
    here = online()
    here.bench.send(Answered(replace(answer, id=here.scan().id)))
    assert (here.bench.mode, here.bench.notice) == (FindingReceipt(), AfterNo.HQ_SILENT)


def test_offline_a_receipt_of_another_till_is_refused() -> None:
    bench = till(MANAGER, shops=shop(till_keys=KEYS))
    bench.scan(code())
    assert bench.notice == AfterNo.OTHER_TILL


def test_an_answer_that_comes_after_the_cashier_left_is_for_nobody() -> None:
    here = online()
    question = here.scan()
    here.bench.press("escape")
    here.hear(question, here.reply())
    assert here.bench.mode == Selling()


@pytest.mark.parametrize("key", ["f19", "f13"])
def test_only_its_own_till_voids_a_sale_and_prints_its_receipt_again(key: str) -> None:
    here = online()
    here.hear(here.scan(), here.reply())
    here.bench.press(key)
    assert here.bench.notice == AfterNo.AT_ITS_TILL


def test_the_member_is_as_hq_knows_them_now() -> None:
    bench = shopped()
    here = Till(online(members=MemoryMembers()).bench, sale=the_sale(bench))
    owner = replace(WANG, member=with_entries(WANG.member, here.sale.completed.entries))
    here.hear(here.scan(), here.reply(owner=owner))
    here.bench.press("f5")
    fact = give_back(here.bench)
    assert fact.member is not None
    assert (fact.member.id, fact.member.stored, fact.member.name) == (WANG.member.id, WANG.member.stored, "")
    assert fact.entries


def test_a_member_of_whom_nobody_knows_anything_is_as_the_sale_left_them() -> None:
    here = Till(online(members=MemoryMembers()).bench, sale=the_sale(shopped()))
    here.hear(here.scan(), here.reply())
    mode = here.bench.mode
    assert isinstance(mode, Returning)
    assert mode.owner is not None
    assert mode.owner.id == WANG.member.id
