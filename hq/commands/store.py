"""``guitai-hq store``: the work of stores beside selling, as their tills told it."""

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from hq.attendance import attendances
from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_table, when
from hq.store.port import Store
from terminal.domain.inspections import score
from terminal.domain.money import format_fen
from terminal.domain.slips.stock import quantity_text
from terminal.domain.stock import DocumentKind
from terminal.wire.promotion_events import RuleValueSet
from terminal.wire.store_events import Clocked, InspectionDone, StockBooked
from terminal.wire.topics import store_of

FIRST, LAST = "0000-01-01", "9999-12-31"
FactT = TypeVar("FactT", bound=Struct)


class Asked(Struct, frozen=True, kw_only=True):
    """Which store (empty = all) and which business date (None = all) is asked about."""

    store: str = ""
    date: str | None = None


def facts_of(store: Store, kind: type[FactT], asked: Asked) -> list[tuple[str, FactT]]:
    """Return facts of a kind with their terminals; one that cannot be read is passed over (an alarm named it)."""
    first, last = (FIRST, LAST) if asked.date is None else (asked.date, asked.date)
    rows = store.journals.of_store_work(kind.__name__, store=asked.store, first=first, last=last)
    found = []
    for terminal, _, row in rows:
        with suppress(msgspec.DecodeError):
            found.append((terminal, msgspec.msgpack.decode(row.body, type=kind)))
    return found


def show_attendance(state_dir: Path, asked: Asked, *, as_json: bool) -> int:
    """Print who was at work, when, and for how long."""
    with opened_store(state_dir) as store:
        clockings = facts_of(store, Clocked, asked)
    rows = attendances((store_of(terminal), one) for terminal, one in clockings)
    if as_json:
        print_json({"attendance": [{**msgspec.to_builtins(one), "minutes": one.minutes} for one in rows]})
        return 0
    print_table(
        ("store", "staff", "name", "came", "left", "hours"),
        [(one.store, one.staff, one.name, _time(one.came), _time(one.went), _hours(one.minutes)) for one in rows],
    )
    return 0


def show_stock(state_dir: Path, *, store: str, sku: str, as_json: bool) -> int:
    """Print how much of each article there is, and when it was counted last."""
    with opened_store(state_dir) as opened:
        rows = opened.stocks.levels(store=store, sku=sku)
    if as_json:
        print_json({"stock": rows})
        return 0
    print_table(
        ("store", "sku", "name", "on hand", "frozen", "in transit", "counted", "at"),
        [
            (
                row.store,
                row.sku,
                row.name,
                quantity_text(row.level.on_hand, row.unit),
                quantity_text(row.level.frozen, row.unit),
                quantity_text(row.level.in_transit, row.unit),
                "-" if row.counted is None else quantity_text(row.counted, row.unit),
                when(row.counted_ms),
            )
            for row in rows
        ],
    )
    return 0


def show_commission(state_dir: Path, asked: Asked, *, as_json: bool) -> int:
    """Print what salespeople earned, by business date."""
    with opened_store(state_dir) as store:
        rows = store.commissions.by_day(store=asked.store, biz_date=asked.date)
    if as_json:
        print_json({"commission": rows})
        return 0
    print_table(
        ("date", "store", "staff", "sales", "commission"),
        [(row.biz_date, row.store, row.staff, row.documents, format_fen(row.fen)) for row in rows],
    )
    return 0


def show_documents(state_dir: Path, asked: Asked, *, as_json: bool) -> int:
    """Print the documents of stock that were booked, and what those of counts found."""
    with opened_store(state_dir) as store:
        found = facts_of(store, StockBooked, asked)
    if as_json:
        print_json({"documents": [{"till": till, **msgspec.to_builtins(one)} for till, one in found]})
        return 0
    print_table(
        ("number", "document", "time", "staff", "approved", "reference", "reason", "lines", "variance"),
        [
            (
                one.number,
                one.document.kind,
                _time(one.local_time),
                one.staff,
                one.approved_by or "-",
                one.document.reference or "-",
                one.document.reason or "-",
                len(one.document.lines),
                format_fen(one.document.variance_fen) if one.document.kind is DocumentKind.COUNT else "-",
            )
            for _, one in found
        ],
    )
    return 0


def show_inspections(state_dir: Path, asked: Asked, *, as_json: bool) -> int:
    """Print the inspections that were made, and their points."""
    with opened_store(state_dir) as store:
        found = facts_of(store, InspectionDone, asked)
    if as_json:
        print_json({"inspections": [{"till": till, **msgspec.to_builtins(one)} for till, one in found]})
        return 0
    print_table(
        ("till", "task", "inspection", "until", "made", "staff", "points", "remark"),
        [
            (
                till,
                one.task,
                one.name,
                one.due,
                _time(one.local_time),
                one.staff,
                "{}/{}".format(*score(one.ratings)),
                one.remark or "-",
            )
            for till, one in found
        ],
    )
    return 0


def show_campaigns(state_dir: Path, asked: Asked, *, as_json: bool) -> int:
    """Print what stores set of HQ's rules, who agreed, and why."""
    with opened_store(state_dir) as store:
        found = facts_of(store, RuleValueSet, asked)
    if as_json:
        print_json({"campaigns": [{"till": till, **msgspec.to_builtins(one)} for till, one in found]})
        return 0
    print_table(
        ("till", "time", "rule", "name", "parameter", "before", "now", "reason", "staff", "approved"),
        [
            (
                till,
                _time(one.local_time),
                one.rule,
                one.name,
                one.param,
                "-" if one.before is None else one.before,
                "HQ's" if one.value is None else one.value,
                one.reason,
                one.staff,
                one.approved_by or "-",
            )
            for till, one in found
        ],
    )
    return 0


def _time(local: str) -> str:
    return local[:16].replace("T", " ") or "-"


def _hours(minutes: int | None) -> str:
    return "-" if minutes is None else f"{minutes // 60}:{minutes % 60:02d}"
