"""The demo's members, and what its customers hold before the scanner."""

from contextlib import closing
from datetime import date
from pathlib import Path

from hq.rules.file import read_rules
from hq.store.sqlite import FILE_NAME, SqliteStore
from lab.demo.people import CARD, import_people, people
from lab.demo.shop import CUSTOMERS_FILE, RULES_FILE, Demo
from lab.world import Broker
from simulators.bench.goods import load_goods
from terminal.domain.barcode import PayChannel, pay_code_channel

TODAY = date(2026, 11, 30)


def test_hq_knows_the_members_and_what_they_have_and_a_second_visit_changes_nothing(tmp_path: Path) -> None:
    SqliteStore(tmp_path / FILE_NAME).close()
    import_people(tmp_path, today=TODAY, now_ms=1)
    import_people(tmp_path, today=date(2027, 1, 1), now_ms=2)
    with closing(SqliteStore(tmp_path / FILE_NAME)) as store:
        for row in people(TODAY):
            member = row.member
            person = store.people.get(member.id)
            assert person is not None
            assert (person.name, person.phone, person.birthday) == (member.name, member.phone, member.birthday)
            balance = store.ledger.balance(member.id)
            assert (balance.points, balance.stored, balance.counts) == (member.points, member.stored, member.counts)
            assert (balance.tier, balance.spend) == (member.tier, member.spend)
            assert store.people.cards(member.id) == row.cards


def test_the_coupons_of_a_member_are_those_of_the_rules() -> None:
    owned = {coupon.code: coupon for coupon in read_rules(RULES_FILE, doubts=[]).coupons if coupon.owner is not None}
    known = {coupon.code: coupon for row in people(TODAY) for coupon in row.coupons}
    assert owned.keys() == known.keys()
    assert all((owned[code].name, owned[code].min) == (one.name, one.min) for code, one in known.items())


def test_every_way_to_pay_by_code_is_on_the_bench_and_the_card_of_a_member() -> None:
    codes = [good.code for good in load_goods(CUSTOMERS_FILE)]
    assert codes[0] == CARD
    assert {pay_code_channel(code) for code in codes[1:]} == set(PayChannel)


def test_the_uplink_is_told_where_the_payment_host_is(tmp_path: Path) -> None:
    demo = Demo(tmp_path, Broker(port=1, password="x"), payment_port=9301)
    assert (demo.gateway.host, demo.gateway.port) == ("127.0.0.1", 9301)
    assert "9301" in demo.payment_host().arguments
