"""Papers that are no receipts of sales: what they have in common."""

from collections.abc import Iterator
from typing import Protocol

from terminal.domain.ids import StaffNumber
from terminal.domain.receipt import Cut, Divider, Heading, Logo, Pair, Row
from terminal.domain.receipt_labels import LABELS
from terminal.domain.receipt_rows import Issuer
from terminal.domain.text import clean


class Slip(Protocol):
    """What a paper is about. It is composed where language, shop and time are known."""

    @property
    def at_ms(self) -> int:
        """When it happened (UTC)."""

    @property
    def staff(self) -> StaffNumber:
        """Who did it."""

    @property
    def approved_by(self) -> StaffNumber | None:
        """Who lent the right; None: nobody had to."""

    def rows(self, issuer: Issuer, local_time: str, *, training: bool) -> Iterator[Row]:
        """Yield what stands on the paper; ``local_time`` is that of ``at_ms`` in the shop."""


def framed(issuer: Issuer, title: str, local_time: str, body: Iterator[Row], *, training: bool) -> Iterator[Row]:
    """Yield a paper: the shop, a title, store, till and time, then the body. One of a training says so twice."""
    labels = LABELS[issuer.language]
    warning = (Heading(text=clean(labels.training), big=True),) if training else ()
    yield Logo(picture=issuer.logo)
    if issuer.shop.name:
        yield Heading(text=issuer.shop.name)
    yield from warning
    yield Heading(text=clean(title), big=True)
    yield pair(labels.store, issuer.identity.store)
    yield pair(labels.till, issuer.identity.till)
    yield pair(labels.time, local_time.replace("T", " "))
    yield Divider()
    yield from body
    yield from warning
    yield Cut()


def cashier(slip: Slip, issuer: Issuer, label: str) -> Iterator[Row]:
    """Yield who did it, by number and name."""
    yield pair(label, f"{slip.staff} {issuer.staff_name}".strip())


def approver(slip: Slip, issuer: Issuer, label: str) -> Iterator[Row]:
    """Yield who lent the right, by number and name; nothing where nobody had to."""
    if slip.approved_by is not None:
        yield pair(label, f"{slip.approved_by} {issuer.approver_name}".strip())


def pair(label: str, value: str, *, strong: bool = False) -> Pair:
    """Return a label and its value."""
    return Pair(label=clean(label), value=clean(value), strong=strong)
