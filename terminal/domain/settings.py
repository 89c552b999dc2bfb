"""What HQ decides for a shop: settings of the signed book, with the defaults that hold when it says nothing."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.catalog import CardFormat, LabelFormat
from terminal.domain.ids import TERMINAL_SHAPE, Sku, StaffNumber
from terminal.domain.inspections import Inspection, InspectionTask, check_tasks
from terminal.domain.invoices import check_template
from terminal.domain.money import PriceFen, RateBp
from terminal.domain.picture import Picture
from terminal.domain.staff import DEFAULT_GRANTS, Grant
from terminal.domain.text import SafeText
from terminal.domain.watching import Watch

TerminalName = Annotated[str, Meta(pattern=rf"^{TERMINAL_SHAPE}$")]
TillKey = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
KeyBox = Annotated[str, Meta(pattern="^(?:[0-9a-f]{2}){48,2048}$")]


class RoundingMode(StrEnum):
    """How the amount asked is rounded."""

    NONE = "none"
    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


class RoundingOn(StrEnum):
    """What is rounded: the total, or only the rest that is paid in cash."""

    TOTAL = "total"
    CASH = "cash"


class Rounding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rounding of the amount asked to a unit in fen."""

    mode: RoundingMode = RoundingMode.NONE
    unit: Annotated[int, Meta(ge=1)] = 1
    on: RoundingOn = RoundingOn.TOTAL


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Above a limit the till asks again; a number that is a barcode is never money."""

    quantity: int = 99
    line_fen: PriceFen = 100_000
    cash_given_fen: PriceFen = 200_000
    weight_g: int = 50_000
    sign_in_failures: int = 5
    lockout_s: int = 300


class BothTexts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text in each language of screen and paper."""

    zh: SafeText
    en: SafeText


def spoken(text: BothTexts | SafeText, language: str) -> SafeText:
    """Return a text in a language; a single one is said in all of them."""
    if isinstance(text, BothTexts):
        return text.en if language == "en" else text.zh
    return text


class ShopTexts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What stands on the receipt above and below the sale.

    ``return_rule`` says until when and how goods come back. ``invoice_url`` is the template of the link under which a
    customer asks for an e-invoice (`terminal.domain.invoices`); `ValueError` for one that makes no link.
    """

    name: SafeText = SafeText("")
    address: SafeText = SafeText("")
    phone: SafeText = SafeText("")
    footer: tuple[SafeText, ...] = ()
    return_rule: BothTexts | SafeText = SafeText("")
    invoice_url: str = ""

    def __post_init__(self) -> None:
        check_template(self.invoice_url)


class UnknownArticle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The department under which an article that is not on file is sold at an open price."""

    sku: Sku = Sku("UNKNOWN")
    name: SafeText = SafeText("未登记商品")
    vat_bp: RateBp = 1300


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of a book.

    `ValueError` (`msgspec.ValidationError` when decoded) if two label formats read the same codes, or a label format
    those of a card, or a task has no inspection.
    """

    rounding: Rounding = Rounding()
    limits: Limits = Limits()
    labels: tuple[LabelFormat, ...] = ()
    member_cards: tuple[CardFormat, ...] = ()
    member_prefixes: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    """Only books of the first release have these: cards of any length, also where goods have such a code."""
    rights: tuple[Grant, ...] = DEFAULT_GRANTS
    shop: ShopTexts = ShopTexts()
    logo: Picture | None = None
    """Above every receipt; without one, the till prints its own."""
    unknown_article: UnknownArticle = UnknownArticle()
    reduction_reasons: tuple[SafeText, ...] = (
        SafeText("优惠券"),
        SafeText("破损"),
        SafeText("临期"),
        SafeText("价签不符"),
    )
    quick_cash_fen: tuple[Annotated[int, Meta(ge=1)], ...] = (100, 500, 1_000, 2_000, 5_000, 10_000)
    shift_required: bool = False
    """Whether nothing can be sold before a shift is open."""
    denominations_fen: tuple[Annotated[int, Meta(ge=1)], ...] = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
    """Notes and coins in the order in which a drawer is counted."""
    show_sign_in: bool = False
    """Demo only: the login page shows a staff number and PIN (`sign_in_hint`)."""
    sign_in_hint: BothTexts | SafeText = SafeText("")
    """In each language; a single text is shown in all of them."""
    approval_hint: BothTexts | SafeText | None = None
    """Demo only, as `sign_in_hint`: the page that asks for somebody with a right shows whose number and PIN do."""
    drawer_retry_s: Annotated[int, Meta(ge=0)] | None = None
    """Seconds after a cash sale in which the cashier opens the drawer that stayed shut; not set = the till's own."""
    currency: str = "CNY"
    inspections: tuple[Inspection, ...] = ()
    inspection_tasks: tuple[InspectionTask, ...] = ()
    staff_cards: dict[Annotated[str, Meta(pattern="^[0-9a-f]{64}$")], StaffNumber] = {}
    """Whose staff card it is, by the digest of its code (`terminal.domain.staff.card_digest`)."""
    staff_max_days: Annotated[int, Meta(ge=8)] = 30
    """Days without HQ after which nobody lends a right; more than those by which a wrong clock may be believed."""
    consent: SafeText | None = None
    """The version of the text that new members agree to; not set = the first."""
    watch: Watch = Watch()
    """What HQ is told of as odd."""
    till_keys: dict[TerminalName, tuple[TillKey, ...]] = {}
    """The public keys (hexadecimal) that HQ vouches for, of each terminal; `guitai-hq till-keys`."""

    code_keys: dict[TerminalName, tuple[KeyBox, ...]] = {}
    """For each terminal, boxes with the keys of codes on phones (`terminal.wire.code_keys`); `guitai-hq code-keys`."""

    def is_odd_cash(self, given_fen: int, due_fen: int) -> bool:
        """Whether cash for an amount is asked about: above the limit, or one note more than anybody would give."""
        change_fen = given_fen - due_fen
        too_much = change_fen >= 0 and given_fen > self.limits.cash_given_fen
        return too_much or change_fen >= max(self.denominations_fen, default=change_fen + 1)

    def __post_init__(self) -> None:
        check_tasks(self.inspections, self.inspection_tasks)
        shapes = {(label.prefix, label.length) for label in self.labels}
        if len(shapes) != len(self.labels):
            raise ValueError("two label formats have the same prefix and length")
        for card in self.member_cards:
            if any(label.length == card.length and card.prefix.startswith(label.prefix) for label in self.labels):
                raise ValueError(f"a label format reads cards {card.prefix!r} of {card.length} characters")
