"""A receipt as rows without a layout: what stands on it and in which order, not where."""

from msgspec import Struct

from terminal.domain.picture import Picture
from terminal.domain.text import SafeText


class Heading(Struct, frozen=True, tag=True):
    """A centred text; ``big`` doubles its height and width."""

    text: SafeText
    big: bool = False


class Pair(Struct, frozen=True, tag=True):
    """A label at the left and a value at the right."""

    label: SafeText
    value: SafeText
    strong: bool = False


class Item(Struct, frozen=True, tag=True):
    """One line of the sale: name, then code, quantity x price and amount."""

    name: SafeText
    code: SafeText
    quantity: SafeText
    price: SafeText
    amount: SafeText


class Note(Struct, frozen=True, tag=True):
    """A text at the left, wrapped."""

    text: SafeText


class Divider(Struct, frozen=True, tag=True):
    """A line across the paper."""


class Logo(Struct, frozen=True, tag=True):
    """The shop's logo; without a picture, what the printer's driver draws."""

    picture: Picture | None = None


class QrCode(Struct, frozen=True, tag=True):
    """A QR code, centred."""

    data: SafeText


class Cut(Struct, frozen=True, tag=True):
    """Feed and cut the paper."""


Row = Heading | Pair | Item | Note | Divider | Logo | QrCode | Cut


class Receipt(Struct, frozen=True, kw_only=True):
    """Rows from top to bottom."""

    rows: tuple[Row, ...]
