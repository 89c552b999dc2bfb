"""Facts of members that were made at a till, one after the other."""

from terminal.domain.ids import ActionId, SaleId, StaffNumber
from terminal.domain.members.cards import CardKey
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import member_events as mev

ACT = ActionId("act:1")
CASHIER = StaffNumber("1001")
WANG = MemberId("M0001")
CODE = CardKey(number="8800000001")
FRESH = CardKey(number="8800000099")


def entry(account: Account = Account.SPEND, amount: int = 100, member: str = WANG, **more: object) -> Entry:
    return Entry(member=MemberId(member), account=account, amount=amount, **more)  # type: ignore[arg-type]


def sold(*entries: Entry) -> ev.SaleCompleted:
    return ev.SaleCompleted(
        sale_id=SaleId("0" * 32),
        receipt_no="S01-T03-1-000001",
        receipt_count=1,
        book_version=1,
        gross_fen=100,
        discount_fen=0,
        rounding_fen=0,
        total_fen=100,
        change_fen=0,
        net_fen=(100,),
        tenders=(),
        vat=(),
        digest=b"",
        completed_ms=1,
        entries=entries,
    )


def topped_up(amount_fen: int, member: str = WANG) -> mev.ToppedUp:
    return mev.ToppedUp(
        act=ACT,
        staff=CASHIER,
        member=MemberId(member),
        amount_fen=amount_fen,
        tender=Tender(kind=TenderKind.CASH, amount_fen=amount_fen),
        bonus_fen=amount_fen // 10,
        entries=(entry(Account.PRINCIPAL, amount_fen, member), entry(Account.BONUS, amount_fen // 10, member)),
    )


def registered(key: str = "N1", phone: str = "13700006021", card: CardKey | None = FRESH) -> mev.MemberRegistered:
    member = Member(id=MemberId(key), name=clean("赵云"), phone=clean(phone))
    return mev.MemberRegistered(act=ACT, staff=CASHIER, member=member, consent="1", consent_ms=5, card=card)


def issued(member: str, card: CardKey, replaces: CardKey | None = None) -> mev.CardIssued:
    return mev.CardIssued(act=ACT, staff=CASHIER, member=MemberId(member), card=card, replaces=replaces)


def reported(member: str, card: CardKey, status: str = "lost") -> mev.CardStatusSet:
    return mev.CardStatusSet(act=ACT, staff=CASHIER, member=MemberId(member), card=card, status=status)
