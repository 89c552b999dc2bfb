"""The papers of a shift."""

import pytest

from terminal.domain.ids import Identity, StaffNumber
from terminal.domain.receipt import Pair
from terminal.domain.receipt_rows import Issuer
from terminal.domain.sale import TenderKind
from terminal.domain.settings import ShopTexts
from terminal.domain.shifts import Counted, OpenShift, ReportKind, Shift
from terminal.domain.slips.shift import Count, ReportSlip
from terminal.domain.text import SafeText, clean

ISSUER = Issuer(
    identity=Identity(store="S01", till="T03", epoch=1),
    shop=ShopTexts(name=clean("鲜美超市")),
    staff_name=clean("王芳"),
)


def test_a_z_report_has_top_ups_and_only_what_lay_in_the_drawer() -> None:
    sums = Shift(number=7, float_fen=50_000).topped_up(10_000, TenderKind.CASH)
    counted = (Counted(10_000, 6), Counted(5_000, 0))
    slip = ReportSlip(
        kind=ReportKind.Z,
        shift=OpenShift(sums=sums, day="2026-11-23", opened_ms=0, staff=StaffNumber("1001")),
        staff=StaffNumber("1001"),
        at_ms=5,
        count=Count(counted=counted, counted_fen=60_000, over_short_fen=0),
    )
    rows = slip.rows(ISSUER, "2026-11-23T22:00:00", training=False)
    said = {row.label: row.value for row in rows if isinstance(row, Pair)}
    assert [value for label, value in said.items() if "充值" in label] == ["100.00"]
    assert [value for label, value in said.items() if label.startswith("100.00")] == ["600.00"]
    assert not [label for label in said if label.startswith("50.00")]


@pytest.mark.parametrize(("changed", "said"), [(0, None), (2, "2")])
def test_prices_that_were_changed_stand_there_where_some_were(changed: int, said: str | None) -> None:
    shift = OpenShift(
        sums=Shift(number=7, float_fen=0),
        day="2026-11-23",
        opened_ms=0,
        staff=StaffNumber("1001"),
        prices_changed=changed,
    )
    slip = ReportSlip(kind=ReportKind.X, shift=shift, staff=StaffNumber("1001"), at_ms=5)
    rows = slip.rows(ISSUER, "2026-11-23T22:00:00", training=False)
    assert {row.label: row.value for row in rows if isinstance(row, Pair)}.get(SafeText("改价")) == said
