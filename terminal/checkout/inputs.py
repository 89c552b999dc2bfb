"""Everything that can happen to the counter: the event kinds of its table."""

from dataclasses import dataclass

from terminal.checkout.effects import CheckPin, FindArticles, LookUp
from terminal.domain.catalog import Article
from terminal.domain.settings import Settings
from terminal.domain.staff import Staff
from terminal.ports.catalog import BookInfo
from terminal.ports.devices import DeviceStatus, DrawerOutcome, PrintOutcome, Scan, ScanFault
from terminal.wire.counter.messages import Keys, Paste
from terminal.wire.doorbell import LinkChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a step knows of time and chance: injected, so that a step can be repeated.

    ``fresh_id`` is a new UUIDv7 (32 hexadecimal digits); other ids of the same step are derived from it.
    ``local_iso`` is the shop's time ``YYYY-MM-DDTHH:MM:SS``.
    """

    wall_ms: int
    mono_ms: int
    local_iso: str
    fresh_id: str


@dataclass(frozen=True, slots=True)
class KeysRead:
    """Keys of one read of the operator's terminal."""

    keys: Keys


@dataclass(frozen=True, slots=True)
class Pasted:
    """A bracketed paste of the operator's terminal: each line is one scan."""

    paste: Paste


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scanner read a code (or the keyboard layer took a burst for one: device ``keyboard``)."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class ScanFaulted:
    """A scanner read something that is not whole."""

    fault: ScanFault


@dataclass(frozen=True, slots=True)
class DeviceReported:
    """A device came, went, or changed its state."""

    status: DeviceStatus


@dataclass(frozen=True, slots=True)
class ReceiptReported:
    """A print job ended."""

    outcome: PrintOutcome


@dataclass(frozen=True, slots=True)
class DrawerReported:
    """A drawer pulse ended."""

    outcome: DrawerOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What an in-store label said beside its article: weight in grams, or amount in fen, or both."""

    weight_g: int | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """The answer to `LookUp`: the article, with what a label said; else a ``reason`` (``unknown_item``, …)."""

    query: LookUp
    article: Article | None = None
    label: Label | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlesFound:
    """The answer to `FindArticles`."""

    query: FindArticles
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PinChecked:
    """The answer to `CheckPin`: the member of staff if number and PIN are right."""

    query: CheckPin
    staff: Staff | None


@dataclass(frozen=True, slots=True)
class BookOffered:
    """A verified book lies in the folder (from the uplink, or found at start)."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookOpened:
    """The answer to `OpenBook`: the book is open and becomes the one that decides."""

    info: BookInfo
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFailed:
    """The answer to `OpenBook`, or news from the uplink: the book was refused; the till sells on."""

    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class LinkReported:
    """News of the way to HQ; None = the uplink process is gone."""

    link: LinkChanged | None


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer that was armed ended."""

    timer: str


@dataclass(frozen=True, slots=True)
class ScreenFaulted:
    """The screen survived an error of its own."""

    error: str


Input = (
    KeysRead
    | Pasted
    | Scanned
    | ScanFaulted
    | DeviceReported
    | ReceiptReported
    | DrawerReported
    | LookedUp
    | ArticlesFound
    | PinChecked
    | BookOffered
    | BookOpened
    | BookFailed
    | LinkReported
    | Fired
    | ScreenFaulted
)
