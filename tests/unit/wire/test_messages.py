from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.wire import doorbell
from terminal.wire.counter import messages, panels
from terminal.wire.counter.view import (
    DeviceView,
    Header,
    InputLine,
    KeyHint,
    Level,
    LineView,
    Notice,
    Sections,
    Totals,
    UplinkView,
)

LINE = LineView(1, "6901", "农夫山泉", "3", "1.80", "5.40", ("tag.member",), voided=True)
SECTIONS = Sections(
    header=Header(store="S01", till="T03", staff_number="1024", staff_name="王芳", receipt_no="7", clock="19:30"),
    totals=Totals(pieces="3", lines=1, gross="5.40", due="5.40", member="880****3456"),
    notice=Notice(serial=7, level=Level.REJECTED, message="unknown_item", params={"code": "6901"}),
    input=InputLine(text="6*", hint="hint.sale"),
    devices=(DeviceView(name="printer", kind="printer", link="open", state="error", detail="paper_out"),),
    uplink=UplinkView(state="online", queue=2, oldest_s=5, book_version=12, book_label="20261123.2"),
    panel=panels.SearchPanel(query="lssp", rows=(panels.Choice(pick="1", code="6924", name="乐事", price="6.90"),)),
    keys=(KeyHint("F12", "key.cash"),),
)
TO_TILL: tuple[messages.ToTill, ...] = (
    messages.Hello(role=messages.ClientRole.OBSERVER, client="browser"),
    messages.Keys(names=("1", "f12"), at_ms=5, chunk=9, rows=14),
    messages.Paste(lines=("6901", "6902"), at_ms=5),
    messages.Painted(rev=3),
    messages.Pong(serial=4),
    messages.ScreenFault(error="KeyError", count=2),
)
FROM_TILL: tuple[messages.FromTill, ...] = (
    messages.SnapshotPage(rev=3, page=0, pages=1, lines=(LINE,), sections=SECTIONS, selected=0, journal_seq=77),
    messages.Delta(base=3, rev=4, sections=SECTIONS, lines=((0, LINE),), count=1, selected=0, journal_seq=78),
    messages.Ping(serial=4),
    messages.Refused(code="operator_taken"),
)
PANELS: tuple[panels.Panel, ...] = (
    panels.SalePanel(),
    panels.NoBookPanel(reason="book_torn"),
    panels.LoginPanel(
        step="pin", staff="1024", hint={"zh": "1024/0000", "en": "1024/0000"}, has_sale=True, checking=True
    ),
    panels.PromptPanel(what="reason", about="乐事", code="6924", choices=("破损",)),
    panels.SearchPanel(query="ls", selected=1),
    panels.PayingPanel(tender="tender.wechat", amount="12.80", stage="unknown", waited_s=61, queued=2),
    panels.TenderPanel(
        due="13.54",
        remaining="3.54",
        rows=(panels.TenderRow(kind="tender.voucher", amount="10.00", note="****1234"),),
        quick=(panels.QuickCash(amount="3.54", exact=True),),
    ),
    panels.CompletedPanel(receipt_no="S01-T03-1-000042", total="13.54", given="20.00", change="6.46", printed="sent"),
    panels.CompletedPanel(
        receipt_no="S01-T03-1-000043",
        total="2.00",
        given="2.00",
        change="0.00",
        back=(panels.BackRow(tender="tender.card", amount="11.80", how="give.card"),),
    ),
    panels.HeldPanel(
        rows=(
            panels.HeldRow(
                label="G07", time="19:21", owner="王芳", pieces="6", amount="58.40", member="-", first="乐事"
            ),
        )
    ),
    panels.PriceCheckPanel(code="6924", name="乐事", price="6.90", member_price="6.50", unit="each"),
    panels.MemberPanel(
        asked_for="6021",
        rows=(panels.MemberLine(who="138****6021 王*", tier="gold", points="1,240", stored="86.20"),),
        details=panels.MemberDetails(
            who="138****6021 王* gold",
            expiring=(("240", "2026-12-10"),),
            counts=(panels.CountLine(name="洗车", left="3", until="2027-01-31"),),
            coupons=(panels.CouponLine(name="满50减5", until="2026-12-31"),),
        ),
        as_of="11-23 09:02",
    ),
    panels.PagePanel(
        page="store",
        lines=(panels.Line(message="attendance.which", params={"day": "2026-11-23"}),),
        rows=(("1", "store.attendance"),),
        selected=0,
    ),
    panels.ReasonsPanel(
        number="1",
        code="6924",
        name="乐事",
        rows=(panels.WhyRow(message="why.list", params={"detail": "6.90 x 2"}, amount="13.80"),),
        near=(panels.Line(message="near.pieces", params={"rule": "零食3件18元", "pieces": "1"}),),
        book="7",
        rules="3",
    ),
    panels.ConfirmPanel(question="void_sale", params={"total": "13.54"}, approval=True, step="pin"),
    panels.HelpPanel(topic="sale"),
    panels.StatusPanel(journal_seq=77, version="0.1.0"),
)
FOR_UPLINK: tuple[doorbell.FromTillToUplink, ...] = (
    doorbell.JournalGrew(epoch=1, seq=77),
    doorbell.BookNow(version=12, refused="book_torn"),
    doorbell.Ask(id="7", kind="payment", deadline_ms=5000, body=b"?"),
)
FOR_TILL: tuple[doorbell.FromUplinkToTill, ...] = (
    doorbell.BookReady(version=13, sha256="ab" * 32),
    doorbell.BookRejected(version=13, reason="book_forged"),
    doorbell.Answer(id="7", body=b"!"),
    doorbell.Answer(id="7", failure=doorbell.Failure.TIMEOUT),
    doorbell.LinkChanged(
        online=True, acked_seq=70, archived_seq=64, epoch=2, oldest_unacked_ms=5, hq_zero_ms=-3, hq_quality=12
    ),
)


def name_of(message: object) -> str:
    return type(message).__name__


def test_there_is_an_example_of_every_message_and_panel() -> None:
    assert {type(message) for message in TO_TILL} == set(get_args(messages.ToTill))
    assert {type(message) for message in FROM_TILL} == set(get_args(messages.FromTill))
    assert {type(panel) for panel in PANELS} == set(get_args(panels.Panel))
    assert {type(message) for message in FOR_UPLINK} == set(get_args(doorbell.FromTillToUplink))
    assert {type(message) for message in FOR_TILL} == set(get_args(doorbell.FromUplinkToTill))


@pytest.mark.parametrize("message", TO_TILL, ids=name_of)
def test_what_a_screen_says_reaches_the_till(message: messages.ToTill) -> None:
    assert messages.decode_to_till(messages.encode(message)) == message


@pytest.mark.parametrize("message", FROM_TILL, ids=name_of)
def test_what_the_till_says_reaches_a_screen(message: messages.FromTill) -> None:
    assert messages.decode_from_till(messages.encode(message)) == message


@pytest.mark.parametrize("panel", PANELS, ids=name_of)
def test_every_panel_reaches_a_screen(panel: panels.Panel) -> None:
    delta = messages.Delta(base=1, rev=2, sections=Sections(panel=panel))
    assert messages.decode_from_till(messages.encode(delta)) == delta


def test_a_delta_carries_only_the_sections_that_changed() -> None:
    delta = messages.Delta(base=1, rev=2, sections=Sections(input=InputLine(text="6")))
    assert msgspec.msgpack.decode(messages.encode(delta))["sections"] == {"input": {"text": "6", "hint": "hint.sale"}}


@pytest.mark.parametrize("message", FOR_UPLINK, ids=name_of)
def test_what_the_till_rings_reaches_the_uplink(message: doorbell.FromTillToUplink) -> None:
    assert doorbell.decode_for_uplink(doorbell.encode(message)) == message


@pytest.mark.parametrize("message", FOR_TILL, ids=name_of)
def test_what_the_uplink_rings_reaches_the_till(message: doorbell.FromUplinkToTill) -> None:
    assert doorbell.decode_for_till(doorbell.encode(message)) == message


@given(st.binary(max_size=40))
def test_nonsense_on_a_socket_is_refused_and_nothing_else(body: bytes) -> None:
    for decode in (
        messages.decode_to_till,
        messages.decode_from_till,
        doorbell.decode_for_uplink,
        doorbell.decode_for_till,
    ):
        with pytest.raises(msgspec.DecodeError):
            decode(body)


@pytest.mark.parametrize("message", [*FROM_TILL, *FOR_TILL], ids=name_of)
def test_a_message_for_the_other_side_is_refused(message: messages.FromTill | doorbell.FromUplinkToTill) -> None:
    with pytest.raises(msgspec.ValidationError):
        messages.decode_to_till(msgspec.msgpack.encode(message))
