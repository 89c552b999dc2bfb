"""Two tills and HQ: what one sold comes back at the other one, from the code on the paper to HQ's books."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.authoriser import Authoriser
from hq.bookcase import Bookcase
from hq.collector import Collector
from hq.commands.publish import PublishOrder, read_content
from hq.commands.verify import check_chain
from hq.examiner import Examiner
from hq.keys import make_key
from hq.members.rows import RowMaker
from hq.publisher import Publisher
from hq.store.sqlite import FILE_NAME, SqliteStore
from hq.till_keys import TillKeys
from lab.demo.shop import SHOP_FILE, STORE
from lab.pictures.till import LABEL, PictureTill
from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.handlers.books import MINUTE
from terminal.checkout.inputs import Answered, Fired, LinkReported
from terminal.domain.receipt import QrCode
from terminal.domain.sale_codes import read_sale_code
from terminal.domain.trade import TradeSettings
from terminal.offline.reader import JournalReader
from terminal.wire import asking
from terminal.wire.doorbell import Answer
from terminal.wire.envelope import pack_batch
from terminal.wire.key_file import make_key_file
from terminal.wire.return_events import ReturnKind
from terminal.wire.rules.building import RulesContent

MILK, WATER = "6907992512570", "6921168509256"
MANAGER, PIN = "3001", "975310"


class Chain:
    """HQ, which vouches for the keys of its two tills, and answers what they ask."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        keys = TillKeys(folder)
        for till in ("T01", "T02"):
            (folder / till).mkdir()
            keys.add(f"{STORE}-{till}", make_key_file(folder / till / "key").public_key.hex())
        self.store = SqliteStore(folder / FILE_NAME)
        self.books = folder / "books"
        publisher = Publisher(self.store, make_key(folder / "hq.pem"), self.books, now_ms=lambda: 1)
        content = read_content(folder, PublishOrder(file=SHOP_FILE, label=LABEL), doubts=[])
        publisher.publish(content, audience="all")
        limits = {"no_receipt_max": 5000, "other_till_max": 1000}
        publisher.publish(RulesContent(label="", settings=limits), audience="all")
        self.bookcase = Bookcase(self.store, self.books)
        self.examiner = Examiner(bookcase=self.bookcase, keys=keys)
        self._authoriser = Authoriser(
            self.store,
            RowMaker(self.store, self.bookcase, today=lambda: "2025-11-21"),
            trade=lambda _: TradeSettings(),
            now_ms=lambda: 1,
            today=lambda: "2025-11-21",
        )

    @contextmanager
    def till(self, till: str, *, online: bool = True) -> Iterator[PictureTill]:
        place = self.folder / till
        made = PictureTill(place / "till", self.books, key_file=str(place / "key"), till=till)
        with closing(made) as opened:
            opened.get_book()
            opened.get_rules()
            if online:
                opened.go_online()
            opened.sign_in(MANAGER, PIN)
            yield opened

    def deliver(self, till: str) -> None:
        rows = JournalReader(self.folder / till / "till", epoch=1, max_rows=1000).read(0, limit=1000)
        terminal = f"{STORE}-{till}"
        with self.store.transaction():
            payload = pack_batch(rows[:100], terminal=terminal, epoch=1, head=len(rows), sent_ms=1)
            Collector(self.store, self.examiner).batch(terminal, payload, now_ms=1)

    def told(self, terminal: str, question: asking.Question) -> asking.Told:
        return self._authoriser.answer(terminal, question)

    def answer(self, till: str, shop: PictureTill) -> None:
        ask = shop.asked(asking.HQ)
        with self.store.transaction():
            told = self.told(f"{STORE}-{till}", asking.decode_question(ask.body))
        shop.happen(Answered(Answer(id=ask.id, body=asking.encode_told(told))))

    def close(self) -> None:
        self.bookcase.close()
        self.store.close()


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with closing(Chain(tmp_path)) as made:
        yield made


def code_of(shop: PictureTill) -> str:
    """Return the code of the sale on the last paper, which may have one for the invoice too."""
    codes = (row.data for row in shop.papers[-1].rows if isinstance(row, QrCode))
    return next(code for code in codes if read_sale_code(code) is not None)


def test_what_one_till_sold_comes_back_at_the_other_one_and_is_right_at_hq(chain: Chain) -> None:
    with ExitStack() as stack:
        seller, taker = stack.enter_context(chain.till("T01")), stack.enter_context(chain.till("T02"))
        seller.scan(MILK)
        seller.scan(WATER)
        seller.press("f12", "enter")
        code = code_of(seller)
        taker.scan(code)
        chain.answer("T02", taker)
        assert taker.view.notice.message == AfterSay.BY_CODE
        taker.press("escape")
        chain.deliver("T01")
        taker.scan(code)
        chain.answer("T02", taker)
        taker.scan(WATER)
        taker.press("f12", "1", "enter")
        assert taker.record.returned is not None
        fact = taker.record.returned.fact
        assert (fact.kind, fact.terminal, fact.epoch) == (ReturnKind.REFUND, f"{STORE}-T01", 1)
        taker.press("enter")
        chain.deliver("T02")
        taker.scan(code)
        chain.answer("T02", taker)
        taker.scan(WATER)
        assert taker.view.notice.message == AfterNo.QTY_EXCEEDS_SOLD
    (row,) = chain.store.returns.newest()
    assert (row.terminal, row.is_right) == (f"{STORE}-T02", True)
    assert chain.store.tills.alarms() == []
    reports = [check_chain(chain.store, one, chain.examiner) for one in chain.store.journals.chains()]
    assert [(report.fault, report.differing) for report in reports] == [("", 0), ("", 0)]


def test_what_came_back_by_code_is_in_hqs_answer_and_counts_once(chain: Chain) -> None:
    with ExitStack() as stack:
        seller, taker = stack.enter_context(chain.till("T01")), stack.enter_context(chain.till("T02"))
        code = sell(seller, WATER, WATER)
        taker.scan(code)
        chain.answer("T02", taker)
        taker.scan(WATER)
        taker.press("f12", "1", "enter", "enter")
        chain.deliver("T01")
        chain.deliver("T02")
        taker.scan(code)
        with chain.store.transaction():
            question = asking.decode_question(taker.asked(asking.HQ).body)
            assert isinstance(question, asking.ReceiptAsk)
            told = chain.told(f"{STORE}-T03", replace(question, reserve=False))
        assert isinstance(told.reply, asking.Receipt)
        assert [fact.kind for fact in told.reply.returns] == [ReturnKind.BY_CODE]
        chain.answer("T02", taker)
        taker.press("f5", "f12")
        assert taker.view.notice.message == AfterNo.OVER_REFUND
        taker.press("-", "f12", "1", "enter")
        assert taker.view.notice.message == AfterSay.RETURNED_HERE
        chain.deliver("T02")
    assert [row.is_right for row in chain.store.returns.newest()] == [True, True]
    assert chain.store.tills.alarms() == []


def test_the_same_goods_that_come_back_at_both_tills_are_told(chain: Chain) -> None:
    with ExitStack() as stack:
        seller, taker = stack.enter_context(chain.till("T01")), stack.enter_context(chain.till("T02"))
        seller.scan(WATER)
        seller.press("f12", "enter")
        code = code_of(seller)
        chain.deliver("T01")
        taker.scan(code)
        chain.answer("T02", taker)
        for shop in (seller, taker):
            if shop is seller:
                shop.scan(code)
            shop.scan(WATER)
            shop.press("f12", "1", "enter")
    chain.deliver("T02")
    chain.deliver("T01")
    (alarm,) = chain.store.tills.alarms()
    assert alarm.kind == "return"
    assert f"{STORE}-T01-1-R00001" in alarm.detail
    assert f"{STORE}-T02-1-R00001" in alarm.detail


def sell(shop: PictureTill, *codes: str) -> str:
    """Sell for cash, and return the code of the receipt."""
    for scanned in codes:
        shop.scan(scanned)
    shop.press("f12", "enter")
    return code_of(shop)


def test_a_shift_with_every_kind_of_return_is_right_at_hq_and_its_z_report_is_signed(chain: Chain) -> None:
    with ExitStack() as stack:
        shop, other = stack.enter_context(chain.till("T01")), stack.enter_context(chain.till("T02", online=False))
        shop.press("f17", *"500", "enter")
        code = sell(shop, MILK, WATER)
        shop.press("f7", "enter")
        shop.scan(MILK)
        shop.press("f12", "1", "enter", "enter")
        sell(shop, WATER)
        shop.press("f7", "enter", "f19", "1", "enter", "enter")
        shop.press("f7", "f2")
        shop.scan(WATER)
        shop.press("f12", "1", "enter", "enter")
        shop.press("f17", "7", *"5", "enter", "f12", "enter", "escape")
        other.scan(code)
        other.scan(WATER)
        other.press("f12", "1", "enter", "enter")
    chain.deliver("T01")
    chain.deliver("T02")
    kinds = {row.kind: row.is_right for row in chain.store.returns.newest()}
    assert kinds == dict.fromkeys((ReturnKind.REFUND, ReturnKind.VOID, ReturnKind.NO_RECEIPT, ReturnKind.BY_CODE), True)
    (z,) = chain.store.shifts.newest()
    assert (z.is_right, z.closed.report.sums.refund_count, z.closed.report.sums.void_count) == (True, 2, 1)
    assert [(alarm.kind, alarm.detail) for alarm in chain.store.tills.alarms()] == []
    reports = [check_chain(chain.store, one, chain.examiner) for one in chain.store.journals.chains()]
    assert [(report.fault, report.differing) for report in reports] == [("", 0), ("", 0)]


@pytest.mark.parametrize(("back", "bought"), [(WATER, (MILK,)), (MILK, (WATER,)), (WATER, (WATER,))])
def test_an_exchange_at_either_till_is_right_at_hq_and_leaves_the_old_receipt_as_it_is(
    chain: Chain, back: str, bought: tuple[str, ...]
) -> None:
    with ExitStack() as stack:
        shop, other = stack.enter_context(chain.till("T01")), stack.enter_context(chain.till("T02"))
        code = sell(shop, MILK, WATER, WATER)
        chain.deliver("T01")
        for till in (shop, other):
            till.scan(code)
            if till is other:
                chain.answer("T02", till)
            till.scan(WATER if till is shop else back)
            till.press("f6", "2", "enter")
            sell(till, *bought)
            chain.deliver("T01" if till is shop else "T02")
    rows = chain.store.returns.newest()
    assert [(row.kind, row.is_right) for row in rows] == [(ReturnKind.EXCHANGE, True)] * 2
    assert [(alarm.kind, alarm.detail) for alarm in chain.store.tills.alarms()] == []
    sales = chain.store.sales.newest(terminal=None, biz_date=None, limit=10)
    assert [(sale.is_right, sale.tenders[0].kind) for sale in sales[:2]] == [(True, "credit")] * 2
    reports = [check_chain(chain.store, one, chain.examiner) for one in chain.store.journals.chains()]
    assert [(report.fault, report.differing) for report in reports] == [("", 0), ("", 0)]


def test_what_came_back_elsewhere_is_refused_by_a_seller_that_heard_of_it_and_is_cut_off_now(chain: Chain) -> None:
    with ExitStack() as stack:
        seller, taker = stack.enter_context(chain.till("T01")), stack.enter_context(chain.till("T02"))
        code = sell(seller, MILK, WATER)
        chain.deliver("T01")
        taker.scan(code)
        chain.answer("T02", taker)
        taker.scan(WATER)
        taker.press("f12", "1", "enter")
        chain.deliver("T02")
        seller.happen(Fired(MINUTE))
        chain.answer("T01", seller)
        seller.happen(LinkReported(None))
        seller.scan(code)
        assert seller.view.notice.message == AfterSay.FOUND_ALONE
        seller.scan(WATER)
        assert seller.view.notice.message == AfterNo.QTY_EXCEEDS_SOLD
        seller.scan(MILK)
        seller.press("f12", "1", "enter")
        chain.deliver("T01")
    assert [row.is_right for row in chain.store.returns.newest()] == [True, True]
    assert chain.store.tills.alarms() == []
