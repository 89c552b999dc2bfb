"""Devices that come, go and fail; receipts and drawers; steps that cannot be made durable."""

import pytest

from terminal.checkout.effects import PrintReceipt, PulseDrawer, Sound
from terminal.checkout.inputs import DeviceReported, DrawerReported, ReceiptReported, ScanFaulted, ScreenFaulted
from terminal.checkout.messages import Hint, Say
from terminal.checkout.modes import Completed, Confirming, Locked, Selling
from terminal.domain.ids import ActionId, StaffNumber
from terminal.ports.devices import (
    DeviceKind,
    DeviceState,
    DeviceStatus,
    DrawerOutcome,
    DrawerResult,
    LinkState,
    PrintOutcome,
    PrintResult,
    ScanFault,
    ScanFaultKind,
    Tone,
)
from terminal.wire.counter.view import DeviceView, Level
from terminal.wire.device_events import DeviceChanged, DrawerActed, ReceiptActed
from terminal.wire.events import Fact, NoSaleOpened, ScanHandled
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    with_settings,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
)


def status(link: LinkState, state: DeviceState = DeviceState.CLOSED, detail: str = "") -> DeviceReported:
    return DeviceReported(DeviceStatus(name="printer0", kind=DeviceKind.PRINTER, link=link, state=state, detail=detail))


OPEN = status(LinkState.OPEN, DeviceState.IDLE)
BUSY = status(LinkState.OPEN, DeviceState.BUSY)
OPENING = status(LinkState.OPENING)
ABSENT = status(LinkState.ABSENT)
NO_PAPER = status(LinkState.OPEN, DeviceState.ERROR, "paper_out")


def test_only_what_really_changed_is_a_fact() -> None:
    bench = selling()
    kinds = [len(bench.send(event)) for event in (OPENING, OPEN, OPEN, BUSY, OPEN, ABSENT, OPENING, ABSENT, OPEN)]
    assert kinds == [0, 1, 0, 0, 0, 1, 0, 0, 1]


def test_the_status_row_follows_each_report() -> None:
    bench = selling()
    bench.send(OPEN)
    bench.send(BUSY)
    assert bench.view is not None
    assert bench.view.devices == (DeviceView(name="printer0", kind="printer", link="open", state="busy"),)


def test_two_devices_keep_their_places() -> None:
    bench = selling()
    gun = DeviceStatus(name="gun", kind=DeviceKind.SCANNER, link=LinkState.OPEN, state=DeviceState.IDLE)
    bench.send(DeviceReported(gun))
    bench.send(OPEN)
    bench.send(NO_PAPER)
    assert [(known.now.name, known.now.detail) for known in bench.counter.devices] == [
        ("gun", ""),
        ("printer0", "paper_out"),
    ]


def test_a_device_that_goes_is_told_and_one_that_comes_back_too() -> None:
    bench = selling()
    bench.send(OPEN)
    assert bench.notice == "notice.signed_in"
    bench.send(ABSENT)
    assert (bench.notice, bench.counter.notice.params) == (
        "notice.device_lost",
        {"device": "device.printer", "detail": "detail.device_absent"},
    )
    count = bench.effects.count(Sound(Tone.APPLIED))
    bench.send(OPEN)
    assert (bench.notice, bench.effects.count(Sound(Tone.APPLIED))) == ("notice.device_back", count)


def test_paper_out_is_told_with_its_reason() -> None:
    bench = selling()
    bench.send(OPEN)
    (fact,) = bench.send(NO_PAPER)
    assert fact == DeviceChanged(name="printer0", device="printer", link="open", state="error", detail="paper_out")
    assert bench.counter.notice.params["detail"] == "detail.paper_out"
    bench.send(status(LinkState.FAILED, detail="gremlins"))
    assert bench.counter.notice.params["detail"] == "detail.device_failed"


def test_paper_near_its_end_is_told_and_told_to_be_over() -> None:
    bench = selling()
    bench.send(status(LinkState.OPEN, DeviceState.IDLE, "near_end"))
    assert bench.notice == "notice.device_lost"
    bench.send(OPEN)
    assert bench.notice == "notice.device_back"


DRAWER = DeviceReported(
    DeviceStatus(name="drawer", kind=DeviceKind.DRAWER, link=LinkState.OPEN, state=DeviceState.IDLE, detail="closed")
)


def sold() -> Bench:
    bench = selling()
    bench.send(OPEN)
    bench.send(DRAWER)
    bench.scan(COLA)
    bench.press("f12")
    return bench


@pytest.mark.parametrize("result", [PrintResult.PRINTED, PrintResult.SENT])
def test_a_printed_receipt_is_quiet(result: PrintResult) -> None:
    bench = sold()
    (fact,) = bench.printed(result)
    assert isinstance(fact, ReceiptActed)
    assert (fact.copy, fact.result, bench.notice) == (0, result, "notice.completed")
    assert bench.counter.record.last is not None
    assert bench.counter.record.last.printed == result


@pytest.mark.parametrize(
    ("result", "notice"),
    [
        (PrintResult.NOT_STARTED, "notice.receipt_not_printed"),
        (PrintResult.UNKNOWN, "notice.receipt_unknown"),
    ],
)
def test_a_receipt_that_may_not_be_on_paper_is_told_and_not_sent_again(result: PrintResult, notice: str) -> None:
    bench = sold()
    jobs = [effect for effect in bench.effects if isinstance(effect, PrintReceipt)]
    bench.printed(result, "paper_out")
    assert (bench.notice, bench.counter.notice.level) == (notice, Level.ATTENTION)
    assert bench.counter.notice.params == {"receipt_no": "S01-T03-1-000001", "detail": "detail.paper_out"}
    assert [effect for effect in bench.effects if isinstance(effect, PrintReceipt)] == jobs


def pulsed(bench: Bench, result: DrawerResult, detail: str = "") -> list[Fact]:
    """Report the pulse of the last sale."""
    pulse = next(effect for effect in bench.effects if isinstance(effect, PulseDrawer))
    return bench.send(DrawerReported(DrawerOutcome(action=pulse.action, result=result, detail=detail)))


def first_words(bench: Bench) -> str:
    """Return what a till says that comes up with this record."""
    again = Bench(record=bench.counter.durable)
    assert again.counter.notice.params["receipt_no"] == "S01-T03-1-000001"
    return again.notice


def test_paper_and_drawer_of_which_nothing_is_known_are_told_after_a_restart() -> None:
    bench = sold()
    assert first_words(bench) == Say.BOTH_UNCONFIRMED
    bench.printed()
    assert first_words(bench) == Say.DRAWER_UNCONFIRMED
    pulsed(bench, DrawerResult.PULSED)
    assert first_words(bench) == Say.RESTARTED_DONE
    bench = sold()
    pulsed(bench, DrawerResult.OPENED)
    assert first_words(bench) == Say.RECEIPT_UNCONFIRMED


def test_a_sale_without_cash_owes_no_drawer_after_a_restart() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("3.50", "f8")
    bench.press("f12")
    bench.printed()
    assert first_words(bench) == Say.RESTARTED_DONE


@pytest.mark.parametrize("drawer_first", [True, False])
def test_a_shut_drawer_and_a_missing_receipt_are_named_together(drawer_first: bool) -> None:
    bench = sold()
    if drawer_first:
        pulsed(bench, DrawerResult.FAILED, "cover_open")
        assert bench.notice == Say.DRAWER_FAILED
    bench.printed(PrintResult.NOT_STARTED, "cover_open")
    if not drawer_first:
        assert bench.notice == Say.RECEIPT_NOT_PRINTED
        pulsed(bench, DrawerResult.FAILED, "cover_open")
    assert (bench.notice, bench.counter.notice.params) == (
        Say.RECEIPT_AND_DRAWER,
        {"result": "result.not_started", "detail": "detail.cover_open"},
    )
    assert bench.view is not None
    assert bench.view.input.hint == Hint.OWES_BOTH


def test_the_page_of_a_done_sale_offers_what_is_owed_until_it_is_done() -> None:
    bench = sold()
    pulsed(bench, DrawerResult.STUCK)
    bench.printed(PrintResult.UNKNOWN, "cover_open")
    bench.press("f13")
    copy = ActionId(next(effect for effect in bench.effects[::-1] if isinstance(effect, PrintReceipt)).action)
    bench.send(ReceiptReported(PrintOutcome(action=copy, result=PrintResult.NOT_STARTED, detail="cover_open")))
    assert bench.notice == Say.RECEIPT_NOT_PRINTED
    bench.send(ReceiptReported(PrintOutcome(action=copy, result=PrintResult.PRINTED)))
    assert bench.view is not None
    assert (bench.mode, bench.view.input.hint) == (Completed(), Hint.OWES_DRAWER)
    bench.press("f9", "escape")
    assert bench.mode == Completed()
    bench.press("f9", "4")
    assert (bench.mode, bench.notice) == (Completed(), Say.DRAWER_OPENING)
    pulse = next(effect for effect in bench.effects[::-1] if isinstance(effect, PulseDrawer))
    bench.send(DrawerReported(DrawerOutcome(action=pulse.action, result=DrawerResult.OPENED)))
    assert bench.view.input.hint == Hint.COMPLETED
    assert isinstance(bench.facts[-2], NoSaleOpened)
    assert (bench.facts[-2].reason, bench.facts[-2].approved_by) == ("shut", None)


def stayed_shut(result: DrawerResult = DrawerResult.FAILED, **settings: object) -> Bench:
    """Return a till whose cashier took cash, and whose drawer did not open."""
    bench = with_settings(**settings)
    bench.scan(COLA)
    bench.press("f12")
    pulsed(bench, result)
    return bench


def opened(bench: Bench) -> list[str | None]:
    """Pick that the drawer stayed shut; return the sale that each opening makes up for, or nothing."""
    bench.press("f9", "4")
    assert isinstance(bench.mode, Confirming) == (bench.of_kind(NoSaleOpened) == [])
    return [fact.makes_up_for for fact in bench.of_kind(NoSaleOpened) if isinstance(fact, NoSaleOpened)]


@pytest.mark.parametrize("result", [DrawerResult.FAILED, DrawerResult.STUCK])
def test_the_drawer_that_is_known_to_have_stayed_shut_is_opened_without_an_approver(result: DrawerResult) -> None:
    bench = stayed_shut(result)
    last = bench.counter.record.last
    assert last is not None
    bench.now_ms = last.completed.completed_ms + 300_000 - 3 * 120
    assert opened(bench) == [last.sale.id]


@pytest.mark.parametrize("result", [DrawerResult.OPENED, DrawerResult.PULSED, DrawerResult.UNKNOWN])
def test_a_drawer_that_may_have_opened_needs_an_approver(result: DrawerResult) -> None:
    assert opened(stayed_shut(result)) == []


def test_a_drawer_that_was_made_up_for_needs_an_approver_the_second_time() -> None:
    bench = stayed_shut()
    assert len(opened(bench)) == 1
    again = next(effect for effect in bench.effects[::-1] if isinstance(effect, PulseDrawer))
    bench.send(DrawerReported(DrawerOutcome(action=again.action, result=DrawerResult.OPENED)))
    bench.press("f9", "4")
    assert isinstance(bench.mode, Confirming)


@pytest.mark.parametrize("minutes", [6, -1])
def test_a_drawer_of_another_time_needs_an_approver(minutes: int) -> None:
    bench = stayed_shut()
    bench.now_ms += minutes * 60_000
    assert opened(bench) == []


def test_another_reason_and_a_sale_without_cash_need_an_approver() -> None:
    bench = stayed_shut()
    bench.press("f9", "3")
    assert isinstance(bench.mode, Confirming)
    bench = selling()
    bench.scan(COLA)
    bench.write("3.50", "f8", "f12")
    assert opened(bench) == []


def test_hq_decides_how_long_a_drawer_is_made_up_for() -> None:
    assert opened(stayed_shut(drawer_retry_s=0)) == []
    bench = stayed_shut(drawer_retry_s=600)
    bench.now_ms += 500_000
    assert len(opened(bench)) == 1


def test_a_receipt_alone_that_is_missing_is_offered_alone() -> None:
    bench = sold()
    pulsed(bench, DrawerResult.OPENED)
    bench.printed(PrintResult.NOT_STARTED, "paper_out")
    assert bench.view is not None
    assert bench.view.input.hint == Hint.OWES_RECEIPT


def test_news_of_the_same_fault_does_not_hide_what_the_done_sale_owes() -> None:
    bench = sold()
    pulsed(bench, DrawerResult.FAILED, "cover_open")
    bench.printed(PrintResult.NOT_STARTED, "cover_open")
    bench.send(status(LinkState.OPEN, DeviceState.ERROR, "cover_open"))
    assert bench.notice == Say.RECEIPT_AND_DRAWER
    bench.send(OPEN)
    assert bench.notice == Say.DEVICE_BACK
    bench.press("escape")
    bench.send(NO_PAPER)
    assert bench.notice == Say.DEVICE_LOST


def test_a_till_without_printer_and_drawer_says_so_and_offers_neither() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12")
    pulsed(bench, DrawerResult.FAILED, "no_drawer")
    assert bench.notice == Say.NO_DRAWER
    bench.printed(PrintResult.NOT_STARTED, "no_printer")
    assert bench.view is not None
    assert (bench.notice, bench.view.input.hint) == (Say.NO_PRINTER, Hint.COMPLETED)


def test_news_of_the_paper_of_an_older_sale_names_no_receipt() -> None:
    bench = sold()
    outcome = PrintOutcome(action=ActionId("print:older:0"), result=PrintResult.UNKNOWN, detail="cover_open")
    bench.send(ReceiptReported(outcome))
    assert (bench.notice, bench.counter.notice.params["receipt_no"]) == (Say.RECEIPT_UNKNOWN, "")


def test_outcomes_of_actions_that_are_not_ours_mean_nothing() -> None:
    bench = sold()
    for action in ("print:x", "print:x:y", "tea"):
        outcome = PrintOutcome(action=ActionId(action), result=PrintResult.PRINTED)
        assert bench.send(ReceiptReported(outcome)) == []
    assert bench.send(DrawerReported(DrawerOutcome(action=ActionId("tea"), result=DrawerResult.OPENED))) == []


@pytest.mark.parametrize(
    ("result", "notice"),
    [
        (DrawerResult.OPENED, "notice.completed"),
        (DrawerResult.PULSED, "notice.completed"),
        (DrawerResult.STUCK, "notice.drawer_stuck"),
        (DrawerResult.FAILED, "notice.drawer_failed"),
        (DrawerResult.UNKNOWN, "notice.drawer_failed"),
    ],
)
def test_what_became_of_the_drawer_is_kept_and_a_fault_told(result: DrawerResult, notice: str) -> None:
    bench = sold()
    pulse = next(effect for effect in bench.effects if isinstance(effect, PulseDrawer))
    (fact,) = pulsed(bench, result)
    assert isinstance(fact, DrawerActed)
    assert bench.counter.record.last is not None
    assert (fact.sale_id, fact.result) == (bench.counter.record.last.sale.id, result)
    assert bench.notice == notice
    assert bench.effects.count(pulse) == 1


def test_a_pulse_without_a_sale_names_none() -> None:
    bench = Bench().sign_in("2001")
    bench.press("f9", "1")
    pulse = next(effect for effect in bench.effects if isinstance(effect, PulseDrawer))
    (fact,) = bench.send(DrawerReported(DrawerOutcome(action=pulse.action, result=DrawerResult.OPENED)))
    assert isinstance(fact, DrawerActed)
    assert fact.sale_id is None


def test_a_damaged_scan_is_journaled_in_any_mode() -> None:
    bench = Bench()
    (fact,) = bench.send(ScanFaulted(ScanFault(device="gun", kind=ScanFaultKind.OVERRUN, at_ms=1)))
    assert isinstance(fact, ScanHandled)
    assert (fact.reason, fact.state, fact.code, bench.notice) == ("overrun", "locked", "", "error.scan_again")
    assert bench.counter.notice.params == {"detail": "detail.overrun"}


def test_an_error_of_the_screen_touches_no_sale() -> None:
    bench = selling()
    bench.scan(COLA)
    assert bench.send(ScreenFaulted("boom")) == []
    assert (bench.notice, bench.due) == ("notice.screen_fault", "3.50")


@pytest.mark.parametrize(("code", "notice"), [("disk_full", "error.disk_full"), ("gremlins", "error.journal_failed")])
def test_what_cannot_be_made_durable_did_not_happen(code: str, notice: str) -> None:
    bench = selling()
    bench.scan(COLA)
    record = bench.counter.record
    bench.refusing = code
    assert bench.scan(WATER) == []
    assert (bench.notice, bench.counter.record, bench.due) == (notice, record, "3.50")
    assert bench.effects[-1] == Sound(Tone.REJECTED)
    bench.press("f12")
    assert (bench.mode, [effect for effect in bench.effects if isinstance(effect, PulseDrawer)]) == (Selling(), [])
    bench.refusing = ""
    bench.scan(WATER)
    assert bench.due == "5.50"


def test_a_sign_in_that_cannot_be_made_durable_may_be_tried_again() -> None:
    bench = Bench()
    bench.refusing = "disk_full"
    bench.sign_in()
    assert bench.mode == Locked(number=StaffNumber("1001"))
    bench.refusing = ""
    bench.write("1234", "enter")
    bench.check_pin()
    assert bench.mode.name == "sale"


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ("no_answer", "device_timeout"),
        ("stalled", "device_timeout"),
        ("printer_busy", "device_busy"),
        ("paper_out", "paper_out"),
        ("printer_error", "device_failed"),
        ("device_denied", "device_failed"),
        ("", ""),
    ],
)
def test_every_detail_that_a_screen_gets_has_words(detail: str, shown: str) -> None:
    bench = selling()
    bench.send(status(LinkState.OPEN, DeviceState.ERROR, detail))
    assert bench.view is not None
    assert [device.detail for device in bench.view.devices] == [shown]
    assert bench.notice == Say.DEVICE_LOST
    assert bench.counter.notice.params["detail"] == f"detail.{shown or 'device_failed'}"


@pytest.mark.parametrize(("link", "shown"), [(LinkState.OPEN, "open"), (LinkState.ABSENT, "device_absent")])
def test_how_a_drawer_stands_is_told_as_it_is(link: LinkState, shown: str) -> None:
    bench = selling()
    detail = "open" if link is LinkState.OPEN else "device_absent"
    drawer = DeviceStatus(
        name="printer0-drawer", kind=DeviceKind.DRAWER, link=link, state=DeviceState.IDLE, detail=detail
    )
    bench.send(DeviceReported(drawer))
    assert bench.view is not None
    assert [device.detail for device in bench.view.devices] == [shown]
