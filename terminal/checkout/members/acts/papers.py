"""What all acts for members have in common: an id, a paper, and the page that shows what there is afterwards."""

from msgspec.structs import replace

from terminal.checkout.effects import FindMember, PrintSlip, Seeking
from terminal.checkout.members.binding import paid_again
from terminal.checkout.modes import MemberForm, MemberPage
from terminal.checkout.outcome import Permit
from terminal.checkout.state import Counter
from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.slips.member import MemberAct, MemberSlip
from terminal.wire import events as ev
from terminal.wire.events import Fact


def act_of(permit: Permit) -> ActionId:
    """Return the id of what is done."""
    return ActionId(f"act:{permit.moment.fresh_id}")


def paper_of(act: MemberAct, member: Member, staff: StaffNumber, permit: Permit) -> MemberSlip:
    """Return the paper of what is done."""
    return MemberSlip(
        act=act,
        member=member,
        staff=staff,
        at_ms=permit.moment.wall_ms,
        number=permit.moment.fresh_id,
        approved_by=permit.approver,
    )


def printed(paper: MemberSlip) -> PrintSlip:
    """Return the effect that prints a paper."""
    return PrintSlip(action=ActionId(f"slip:member:{paper.number}"), slip=paper)


FIRST_CONSENT = "1"
"""Version of the text that members agree to, where HQ names none."""


def consent_of(counter: Counter) -> str:
    """Return the version of the text that members agree to."""
    return counter.settings.consent or FIRST_CONSENT


def on_page(counter: Counter) -> Counter:
    """Return the counter on the page of members, also from a form that stands on it, with nothing typed."""
    mode = counter.mode
    page = mode.page if isinstance(mode, MemberForm) else mode if isinstance(mode, MemberPage) else MemberPage()
    return replace(counter, mode=page, text="")


def shown_again(member: MemberId) -> FindMember:
    """Return the question whose answer shows a member as it is now."""
    return FindMember(seeking=Seeking.LIST, member=member)


def off_the_sale(counter: Counter, staff: StaffNumber, *members: MemberId) -> tuple[Fact, ...]:
    """Return the facts that take members off the open sale: what is known of them there is true no more."""
    sale = counter.record.sale
    if sale is None or sale.member is None or sale.member.id not in members:
        return ()
    return (*paid_again(counter), ev.MemberUnbound(staff=staff))
