"""What stores set of HQ's rules: seen, carried with the next rules, and priced with again."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.bookcase import Bookcase, KnownRules
from hq.examiner import Examiner
from hq.keys import make_key
from hq.projector import project
from hq.publisher import Publisher
from hq.rules.store_values import told_by
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.catalog import Article
from terminal.domain.document import Document, Under, finish
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.kinds import LineOff, RuleId, SpecialPrice
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.promotions.store_values import StoreValue, StoreValues, newest
from terminal.domain.sale import Entry, Sale, SaleLine
from terminal.domain.settings import Settings
from terminal.domain.text import SafeText, clean
from terminal.domain.trade import NOTHING_DECLARED
from terminal.wire.book.building import BookContent
from terminal.wire.documents import completion
from terminal.wire.events import Fact
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.promotion_events import RulesActivated, RuleValueSet
from terminal.wire.record import TillRecord
from terminal.wire.rules.building import RulesContent
from terminal.wire.rules.opening import OpenRules
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.unit.hq.commands import collect, run, run_json

COLA = Article(sku=Sku("1"), name=SafeText("可乐"), price_fen=355)
OFF = LineOff(id=RuleId("OFF"), name=SafeText("直降"), off=50, store_may_set={"off": (50, 100)})
RULES_FILE = """
label = "spring"
[[rules]]
id = "OFF"
name = "直降"
type = "line_off"
off = 50
store_may_set = { off = [50, 100] }
"""


def value_set(value: int | None, *, set_ms: int = 1_000, rule: str = "OFF") -> RuleValueSet:
    return RuleValueSet(
        rule=rule,
        param="off",
        value=value,
        before=50,
        name=clean("直降"),
        reason=clean("clearance"),
        rules_version=1,
        staff=StaffNumber("1001"),
        local_time="2026-11-23T08:10:00",
        set_ms=set_ms,
        approved_by=StaffNumber("9002"),
    )


def sold(values: StoreValues, *, off: int) -> Document:
    """Return a sale of a cola whose till took so much off, and had set these values when it began."""
    line = SaleLine(
        number=1, sku=COLA.sku, name=COLA.name, code=SafeText("690"), price_fen=355, entry=Entry.SCAN, quantity=1
    )
    sale = Sale(
        id=SaleId("a" * 32),
        staff=StaffNumber("1001"),
        book_version=1,
        local_time="2026-11-23T19:30:00",
        started_ms=1,
        lines=(line,),
        rules_version=1,
        store_values=values,
    )
    pricer = Pricer(RuleSet((replace(OFF, off=off),)))
    priced = price_sale(sale, pricer=pricer)
    taking = Taking.begin(priced.due_fen, Wallet(today="2026-11-23"))
    paid = taking.finish(taking.cash_rest_fen)
    return finish(sale, priced, paid, receipt_no="1", under=Under(rules=pricer.rules))


@pytest.fixture
def examiner(store: SqliteStore, tmp_path: Path) -> Iterator[Examiner]:
    publisher = Publisher(store, make_key(tmp_path / "key.pem"), tmp_path / "books", now_ms=lambda: 1)
    publisher.publish(BookContent(label="", articles=(COLA,), settings=Settings()), audience="all")
    publisher.publish(RulesContent(label="", rules=(OFF,)), audience="all")
    others = {"S01": {"OFF": {"off": {"value": 70, "set_ms": 500}}}}
    publisher.publish(RulesContent(label="", rules=(OFF,), settings={"store_values": others}), audience="all")
    bookcase = Bookcase(store, tmp_path / "books")
    yield Examiner(bookcase=bookcase)
    bookcase.close()


def finds(examiner: Examiner, document: Document) -> list[str]:
    completed = completion(document, receipt_count=1, completed_ms=1)
    return [detail for _, detail in examiner.differences(document, completed, terminal=TERMINAL)]


def test_a_sale_is_priced_again_with_what_the_store_had_set_when_it_began(examiner: Examiner) -> None:
    eighty: StoreValues = {"OFF": {"off": StoreValue(value=80, set_ms=1_000)}}
    assert finds(examiner, sold(eighty, off=80)) == []
    assert finds(examiner, sold({}, off=50)) == []
    assert finds(examiner, sold({"OFF": {"off": StoreValue(set_ms=2_000)}}, off=50)) == []


def test_a_price_that_nobody_set_is_found(examiner: Examiner) -> None:
    eighty: StoreValues = {"OFF": {"off": StoreValue(value=80, set_ms=1_000)}}
    assert "discount differs" in finds(examiner, sold({}, off=80))
    assert "discount differs" in finds(examiner, sold(eighty, off=100))
    beyond: StoreValues = {"OFF": {"off": StoreValue(value=300, set_ms=1_000)}}
    assert "discount differs" in finds(examiner, sold(beyond, off=300))


def test_what_another_till_set_is_in_the_rules_and_the_later_value_holds(examiner: Examiner) -> None:
    def with_rules_2(document: Document) -> Document:
        return replace(document, sale=replace(document.sale, rules_version=2))

    assert finds(examiner, with_rules_2(sold({}, off=70))) == []
    later: StoreValues = {"OFF": {"off": StoreValue(value=80, set_ms=501)}}
    assert finds(examiner, with_rules_2(sold(later, off=80))) == []
    assert "discount differs" in finds(examiner, with_rules_2(sold({}, off=50)))


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (value_set(80), ""),
        (value_set(None), ""),
        (value_set(101), "OFF.off 101 is not from 50 to 100"),
        (value_set(80, rule="ON"), "ON.off is not the store's to set"),
        (replace(value_set(80), rules_version=9), "it is about rules 9, and 1 decide"),
    ],
)
def test_what_hq_does_not_allow_is_an_alarm(examiner: Examiner, fact: RuleValueSet, told: str) -> None:
    journal = MemoryJournal()
    journal.append(RulesActivated(version=1), fact)
    found = project(TillRecord(), journal.rows, terminal=TERMINAL, epoch=1, examiner=examiner)
    alarms = [(alarm.kind, alarm.detail) for alarm in found.alarms]
    assert alarms == ([(AlarmKind.RULE, f"row 2 (RuleValueSet): {told}")] if told else [])


def test_of_all_tills_of_a_store_the_newest_value_is_carried() -> None:
    facts = [("S01-T03", 9, value_set(80, set_ms=5)), ("S01-T04", 9, value_set(60, set_ms=7))]
    told = told_by([*facts, ("S01-T03", 9, value_set(70, set_ms=6)), ("S02-T01", 2_000, value_set(90))])
    assert told == {
        "S01": {"OFF": {"off": StoreValue(value=60, set_ms=7)}},
        "S02": {"OFF": {"off": StoreValue(value=90, set_ms=1_000)}},
    }


def test_what_is_set_after_a_till_whose_clock_is_ahead_holds_also_at_that_till() -> None:
    ahead = StoreValue(value=80, set_ms=3_600_000)
    facts = [
        ("S01-T03", 1_010, value_set(70, set_ms=3_599_000)),
        ("S01-T03", 1_010, value_set(80, set_ms=ahead.set_ms)),
        ("S01-T04", 2_010, value_set(60, set_ms=2_000)),
    ]
    assert told_by(facts[:2]) == {"S01": {"OFF": {"off": ahead}}}
    for order in (facts, facts[::-1]):
        told = told_by(order)["S01"]
        assert told == {"OFF": {"off": StoreValue(value=60, set_ms=ahead.set_ms + 1)}}
        assert newest(told, {"OFF": {"off": ahead}}) == told
    again = StoreValue(value=90, set_ms=ahead.set_ms + 2)
    facts.append(("S01-T03", 3_010, value_set(90, set_ms=again.set_ms)))
    assert told_by(facts) == {"S01": {"OFF": {"off": again}}}


@pytest.fixture
def told(state: Path, tmp_path: Path) -> Path:
    """A file of rules, at an HQ where a till of S01 set something of them."""
    facts: tuple[Fact, ...] = (value_set(80), value_set(70, set_ms=900), value_set(5, rule="OLD"))
    journal = MemoryJournal()
    journal.append(*facts)
    collect(state, journal)
    path = tmp_path / "rules.toml"
    path.write_text(RULES_FILE, encoding="utf-8")
    return path


def carried(state: Path, version: int) -> dict[str, StoreValues]:
    path = state / "books" / book_name(version, Stream.RULES)
    with closing(OpenRules(path, version=version)) as opened:
        return opened.trade.settings.store_values


def warned(state: Path, capsys: pytest.CaptureFixture[str], rules: Path) -> list[str]:
    """Publish; return what is warned of about stores."""
    warnings = run_json(state, capsys, "publish-rules", str(rules))["warnings"]
    assert isinstance(warnings, list)
    return [warning for warning in warnings if warning.startswith("store ")]


def test_the_next_rules_carry_what_stores_set(state: Path, told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert warned(state, capsys, told) == []
    assert carried(state, 1) == {"S01": {"OFF": {"off": StoreValue(value=80, set_ms=1_000)}}}
    run(state, "publish-rules", str(told), "--store", "S02", "--new-store")
    assert carried(state, 2) == {}


def test_what_new_rules_do_not_allow_is_left_out_with_a_warning(
    state: Path, told: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told.write_text(RULES_FILE.replace("[50, 100]", "[50, 60]"), encoding="utf-8")
    assert warned(state, capsys, told) == ["store S01 set OFF.off: these rules do not allow it any more, it is ignored"]
    assert carried(state, 1) == {}


def test_nobody_writes_what_tills_tell(state: Path, told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told.write_text("[settings.store_values]\n", encoding="utf-8")
    assert run(state, "publish-rules", str(told)) == 2
    assert "store_values are told by tills, never written" in capsys.readouterr().err


@pytest.mark.usefixtures("told")
def test_hq_lists_what_stores_set_with_both_names(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(state, "store", "campaigns", "--store", "S01", "--date", "2026-11-23") == 0
    head, first, *_ = (line.split() for line in capsys.readouterr().out.splitlines())
    assert head == ["till", "time", "rule", "name", "parameter", "before", "now", "reason", "staff", "approved"]
    time = ["2026-11-23", "08:10"]
    assert first == ["S01-T03", *time, "OFF", "直降", "off", "50", "80", "clearance", "1001", "9002"]
    found = run_json(state, capsys, "store", "campaigns")["campaigns"]
    assert isinstance(found, list)
    assert [one["value"] for one in found] == [80, 70, 5]
    assert run_json(state, capsys, "store", "campaigns", "--store", "S02") == {"campaigns": []}


def test_uses_are_told_to_tills_where_a_store_may_set_the_limit() -> None:
    daily = SpecialPrice(id=RuleId("S"), prices={COLA.sku: 300}, store_may_set={"daily_member_units": (1, 9)})
    total = replace(OFF, id=RuleId("T"), store_may_set={"total_limit": (1, 9)})
    assert KnownRules(Pricer(RuleSet((OFF, daily, total))), NOTHING_DECLARED).limited == {"S", "T"}
