"""How members are told: masked, in few characters."""

from terminal.domain.members.cards import CardKey
from terminal.domain.members.member import Member
from terminal.domain.money import format_fen
from terminal.domain.text import clean, mask


def seen(member: Member) -> str:
    """Return a member, masked before, in a few words: phone number (else the member's own number), name, tier."""
    return " ".join(part for part in (member.phone or member.id, member.name, member.tier) if part)


def card_seen(card: CardKey) -> str:
    """Return the number of a card, masked."""
    return mask(clean(card.number))


def points_text(points: int) -> str:
    """Return points as people read them: ``1,240``."""
    return f"{points:,}"


def money_of(member: Member, today: str) -> dict[str, str]:
    """Return points and stored value as text."""
    return {"points": points_text(member.points.balance(today)), "stored": format_fen(member.stored.total)}
