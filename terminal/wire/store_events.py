"""Facts about the work of a store beside selling.

``approved_by`` names who lent the right when ``staff`` had none.
"""

from msgspec import Struct

from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.inspections import Rating
from terminal.domain.stock import DocumentId, StockDocument, StockLine
from terminal.domain.text import SafeText


class TrainingBegan(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """From now on the till practises: what is sold stands in facts of its own (`terminal.wire.events.InTraining`)."""

    staff: StaffNumber
    approved_by: StaffNumber | None = None


class TrainingEnded(Struct, frozen=True, kw_only=True, tag=True):
    """The till sells for real again; what was open or held in the training is gone."""

    staff: StaffNumber


class Clocked(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody came to work, or went, at a local time (YYYY-MM-DDTHH:MM:SS)."""

    staff: StaffNumber
    name: SafeText
    coming: bool
    local_time: str


class StockBegun(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A document of stock was begun; it has no lines yet."""

    document: StockDocument
    approved_by: StaffNumber | None = None


class StockLineSet(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """The line of an article in the document is this one now; ``device`` names the scanner, or is empty for keys."""

    line: StockLine
    device: str = ""


class StockLineRemoved(Struct, frozen=True, kw_only=True, tag=True):
    """The line of an article was taken out of the document."""

    sku: Sku


class StockDropped(Struct, frozen=True, kw_only=True, tag=True):
    """The document was dropped before it was booked."""

    document: DocumentId
    staff: StaffNumber


class StockBooked(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A document is booked, at a local time: goods move as it says. What has its id is booked once, wherever it comes.

    ``count`` counts the documents of the epoch, ``number`` is what people call it.
    """

    document: StockDocument
    number: str
    count: int
    staff: StaffNumber
    local_time: str
    at_ms: int
    approved_by: StaffNumber | None = None


class SlipRequested(Struct, frozen=True, kw_only=True, tag=True):
    """A marked copy of the paper of the last document was asked for."""

    document: DocumentId
    copy: int
    staff: StaffNumber


class InspectionDone(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """An inspection was made, at a local time: ``task`` names it once (`terminal.domain.inspections.Due`)."""

    task: str
    inspection: str
    name: SafeText
    due: str
    staff: StaffNumber
    ratings: tuple[Rating, ...]
    local_time: str
    remark: SafeText = SafeText("")
    approved_by: StaffNumber | None = None


class SalespersonSet(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A line of the open sale was sold by this person; None = by nobody in particular."""

    number: int
    salesperson: StaffNumber | None = None


class LinePriceChanged(Struct, frozen=True, kw_only=True, tag=True):
    """A line has another price of one piece, or of one kg; None: that of its article again.

    ``reason`` is empty then. ``approved_by`` names whose right it was.
    """

    number: int
    price_fen: int | None
    reason: SafeText
    approved_by: StaffNumber


StoreOfTill = TrainingBegan | TrainingEnded | Clocked
"""True also while somebody is trained."""
StoreOfWork = StockBegun | StockLineSet | StockLineRemoved | StockDropped | StockBooked | SlipRequested | InspectionDone
"""Only practised while somebody is trained."""
