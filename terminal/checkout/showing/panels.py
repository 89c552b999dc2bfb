"""The panel of each mode, as the wire has it."""

from datetime import datetime, timedelta
from typing import assert_never

from terminal.checkout.after import showing as after
from terminal.checkout.after.modes import AfterMode, BareReturn, FindingReceipt, Returned, Returning
from terminal.checkout.deeds.ending import handed_back_fen
from terminal.checkout.drafts import Draft, NewPriceOf, QuantityOf, ReasonOf, ReasonOfPrice, Subject
from terminal.checkout.goods.scale import told
from terminal.checkout.handlers.prompt import choices
from terminal.checkout.inquiries import showing as inquiries
from terminal.checkout.inquiries.modes import DetailPage, InquiryMenu, InquiryMode, ListPage
from terminal.checkout.modes import (
    Completed,
    Confirming,
    HeldList,
    Help,
    Locked,
    MemberForm,
    MemberPage,
    Mode,
    NoBook,
    Paying,
    PriceCheck,
    Prompting,
    Reasons,
    Searching,
    Selling,
    Status,
    Tendering,
)
from terminal.checkout.reasons import showing as reasons
from terminal.checkout.rows import weight_text
from terminal.checkout.shifts import showing as shifts
from terminal.checkout.shifts.modes import Counting, MovingCash, ReportPage, ShiftMode, ShiftPage
from terminal.checkout.showing import payments
from terminal.checkout.showing.member import form_panel, member_panel, short
from terminal.checkout.state import Counter
from terminal.checkout.store import showing as store
from terminal.checkout.store.modes import (
    Attending,
    CampaignPage,
    Inspecting,
    StockMenu,
    StockPage,
    StoreMenu,
    StoreMode,
    TaskList,
)
from terminal.checkout.tendering import showing as tendering
from terminal.checkout.tendering.drafts import SlipOf
from terminal.checkout.tendering.modes import Redeeming
from terminal.domain.catalog import Article
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import price_sale
from terminal.domain.sale import Tender
from terminal.domain.settings import BothTexts, Settings
from terminal.domain.text import SafeText, clean
from terminal.wire.counter import panels
from terminal.wire.held_sale import HeldSale

_SALE = panels.SalePanel()
_TOPICS: dict[type[Mode], str] = {
    NoBook: "no_book",
    Locked: "login",
    Selling: "sale",
    Prompting: "prompt",
    Searching: "search",
    Tendering: "tender",
    Redeeming: "redeem",
    Paying: "paying",
    Completed: "completed",
    FindingReceipt: "return",
    Returning: "return",
    Returned: "returned",
    BareReturn: "bare_return",
    HeldList: "held",
    PriceCheck: "price_check",
    ShiftPage: "shift",
    MovingCash: "cash_move",
    Counting: "count",
    ReportPage: "report",
    StoreMenu: "store",
    Attending: "attendance",
    StockMenu: "stock",
    StockPage: "stock",
    TaskList: "inspection",
    Inspecting: "inspection",
    CampaignPage: "campaigns",
    InquiryMenu: "inquiry",
    ListPage: "list",
    DetailPage: "list",
    MemberPage: "member",
    Reasons: "reasons",
    MemberForm: "member_form",
    Confirming: "confirm",
    Help: "help",
    Status: "status",
}


def panel_of(counter: Counter, *, journal_seq: int) -> panels.Panel:  # noqa: C901, PLR0911, PLR0912 - one row per mode
    """Return what stands over the basket."""
    mode = counter.mode
    if isinstance(mode, StoreMode):
        return store.panel(counter, mode)
    if isinstance(mode, InquiryMode):
        return inquiries.panel(mode)
    if isinstance(mode, ShiftMode):
        return shifts.panel(counter, mode)
    if isinstance(mode, AfterMode):
        return after.panel(counter, mode)
    match mode:
        case Selling():
            return _SALE
        case NoBook(reason=reason):
            return panels.NoBookPanel(reason=reason)
        case Locked():
            return _login(counter, mode)
        case Prompting():
            return _prompt(counter, mode)
        case Searching():
            return panels.SearchPanel(query=mode.query, rows=_choices(mode.found), selected=mode.selected)
        case Tendering():
            return tendering.tender(counter, mode)
        case Redeeming():
            return tendering.redeem(counter, mode)
        case Paying():
            return payments.paying(counter)
        case Completed():
            return _completed(counter)
        case HeldList():
            rows = tuple(_held(held) for held in reversed(counter.record.held))
            return panels.HeldPanel(rows=rows, selected=mode.selected)
        case PriceCheck():
            return _price(mode)
        case MemberPage():
            return member_panel(counter, mode)
        case Reasons():
            return reasons.reasons(counter)
        case MemberForm():
            return form_panel(counter, mode)
        case Confirming():
            return _confirm(counter, mode)
        case Help(below=below):
            return panels.HelpPanel(topic=_TOPICS[type(below)])
        case Status():
            return panels.StatusPanel(
                journal_seq=journal_seq,
                version=counter.version,
                epoch=counter.identity.epoch,
                clock_doubted=counter.record.clock_doubted is not None,
                key_problem=counter.key_problem,
                payments=payments.rows(counter),
            )
        case _:
            assert_never(mode)


def _step(mode: Locked | Confirming) -> str:
    return "number" if mode.number is None else "pin"


def _login(counter: Counter, mode: Locked) -> panels.LoginPanel:
    settings = counter.settings
    return panels.LoginPanel(
        step=_step(mode),
        staff=mode.number or "",
        hint=_hint(settings, settings.sign_in_hint),
        has_sale=counter.record.sale is not None,
        checking=mode.checking,
    )


def _confirm(counter: Counter, mode: Confirming) -> panels.ConfirmPanel:
    settings = counter.settings
    return panels.ConfirmPanel(
        question=mode.question,
        params=dict(mode.params),
        approval=mode.approval,
        step=_step(mode),
        hint=_hint(settings, settings.approval_hint) if mode.approval else {},
    )


def _hint(settings: Settings, hint: BothTexts | SafeText | None) -> dict[str, str]:
    """Return a hint of the demo by language: the screen knows which one it speaks."""
    if hint is None or not settings.show_sign_in:
        return {}
    return {"zh": hint.zh, "en": hint.en} if isinstance(hint, BothTexts) else {"zh": hint, "en": hint}


def _prompt(counter: Counter, mode: Prompting) -> panels.PromptPanel:
    about, code = _about(counter, mode.subject)
    scale, seen = told(counter.weighing), counter.weighing.seen
    weight = weight_text(seen.grams) if seen is not None and seen.grams else ""
    return panels.PromptPanel(
        what=mode.need, about=about, code=code, choices=choices(counter), scale=scale, weight=weight
    )


def _about(counter: Counter, subject: Subject) -> tuple[str, str]:
    """Return name and code of what a prompt is about."""
    match subject:
        case Draft(query=query, article=article):
            name = article.name if article is not None else counter.settings.unknown_article.name
            return name, clean(query.code)
        case QuantityOf() | ReasonOf() | NewPriceOf() | ReasonOfPrice():
            row = counter.rows[subject.number - 1]
            return row.name, row.code
        case SlipOf(amount_fen=amount_fen):
            return "", format_fen(amount_fen)
        case _:
            return "", ""


def _choices(articles: tuple[Article, ...]) -> tuple[panels.Choice, ...]:
    return tuple(
        panels.Choice(
            pick=str(index), code=article.plu or article.sku, name=article.name, price=format_fen(article.price_fen)
        )
        for index, article in enumerate(articles, start=1)
    )


def _handed_over(tender: Tender) -> int:
    return tender.amount_fen if tender.given_fen is None else tender.given_fen


def _completed(counter: Counter) -> panels.CompletedPanel:
    last = counter.record.last
    if last is None:
        return panels.CompletedPanel(receipt_no="", total="", given="", change="")
    done = last.completed
    return panels.CompletedPanel(
        receipt_no=done.receipt_no,
        total=format_fen(done.total_fen),
        given="" if done.total_fen < 0 else format_fen(sum(_handed_over(tender) for tender in done.tenders)),
        change=format_fen(handed_back_fen(done) + after.paid_out_fen(counter, done)),
        printed=last.printed,
        drawer=last.drawer,
        back=after.given_back(counter, done),
    )


def _held(held: HeldSale) -> panels.HeldRow:
    priced = price_sale(held.sale)
    first = next((row.line.name for row in priced.lines), "")
    return panels.HeldRow(
        label=held.label,
        time=_held_at(held),
        owner=held.owned_by,
        pieces=str(priced.pieces),
        amount=format_fen(priced.due_fen if held.due_fen is None else held.due_fen),
        member=short(held.sale),
        first=first,
    )


def _held_at(held: HeldSale) -> str:
    """Return the shop's time of the hold: that of the first line, and what passed since then."""
    passed = timedelta(milliseconds=max(0, held.held_ms - held.sale.started_ms))
    return (datetime.fromisoformat(held.sale.local_time) + passed).strftime("%H:%M")


def _price(mode: PriceCheck) -> panels.PriceCheckPanel:
    article = mode.article
    if article is None:
        return panels.PriceCheckPanel(code=mode.code, found=not mode.code)
    member_fen = article.member_price_fen
    return panels.PriceCheckPanel(
        code=mode.code,
        name=article.name,
        price=format_fen(article.price_fen),
        member_price=format_fen(member_fen) if member_fen is not None else "",
        unit=article.unit,
        recalled=article.terms.recalled or "",
    )
