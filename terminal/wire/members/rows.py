"""Rows of ``members.db``: the values that they are, and how they are asked for."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.errors import MembersError
from terminal.domain.members.cards import TAIL_DIGITS, MemberCard
from terminal.domain.members.member import Member
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.promotions.coupons import AnyCoupon, MemberId

SQL_BY_ID = "SELECT body FROM member WHERE id = ?"
SQL_PAGE = "SELECT body FROM member WHERE id > ? ORDER BY id LIMIT ?"
SQL_BY_PHONE = "SELECT body FROM member WHERE phone = ?1 AND phone <> '' ORDER BY id LIMIT ?2"
SQL_BY_TAIL = "SELECT body FROM member WHERE tail = ?1 AND tail <> '' ORDER BY phone, id LIMIT ?2"
SQL_BY_CARD = (
    "SELECT body, status FROM card JOIN member ON member.id = card.member "
    "WHERE number = ? AND medium = ? AND format = ?"
)
SQL_PUT_MEMBER = (
    "INSERT INTO member(id, phone, tail, epoch, seq, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET "
    "phone = excluded.phone, tail = excluded.tail, epoch = excluded.epoch, seq = excluded.seq, body = excluded.body"
)
SQL_PUT_CARD = "INSERT OR REPLACE INTO card(number, medium, format, member, status) VALUES (?, ?, ?, ?, ?)"
SQL_DROP_CARD = "DELETE FROM card WHERE number = ? AND medium = ? AND format = ? AND member = ?"
SQL_META = "SELECT v FROM meta WHERE k = ?"
SQL_PUT_META = "INSERT OR REPLACE INTO meta(k, v) VALUES (?, ?)"


class MemberRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What HQ tells a till of a member, as of the event ``seq`` of the till's ``epoch``: later ones are not in it.

    ``uses`` are HQ's figures of limited rules; what it says of a day holds on ``uses_day`` (YYYY-MM-DD) alone.
    ``into`` is whom a member became that was merged. ``version`` rises with every change
    (`terminal.wire.members.stream`): an older row never takes a newer one's place.
    """

    member: Member
    cards: tuple[MemberCard, ...] = ()
    coupons: tuple[AnyCoupon, ...] = ()
    uses: Uses = NO_USES
    uses_day: str = ""
    epoch: int = 0
    seq: int = 0
    version: int = 0
    into: MemberId | None = None

    def is_behind(self, other: "MemberRow") -> bool:
        """Whether another row of the same member knows more: of a later version, or as of a later event."""
        return (self.version, self.epoch, self.seq) < (other.version, other.epoch, other.seq)

    def uses_on(self, today: str) -> Uses:
        """Return HQ's figures as they hold on a day: what it says of another one is over."""
        return self.uses if today == self.uses_day else replace(self.uses, member_today={}, units_today={})


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[MemberRow] = msgspec.msgpack.Decoder(MemberRow)


def encode_row(row: MemberRow) -> bytes:
    """Return a row as MessagePack."""
    return _encoder.encode(row)


def decode_row(body: bytes) -> MemberRow:
    """Return the row of a body; `MembersError` when it is of another shape."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MembersError(f"a row of a member does not decode: {error}") from error


def member_values(row: MemberRow) -> tuple[str | int | bytes, ...]:
    """Return the values of `SQL_PUT_MEMBER`."""
    member = row.member
    return (member.id, member.phone, member.phone[-TAIL_DIGITS:], row.epoch, row.seq, encode_row(row))


def card_values(card: MemberCard) -> tuple[str, str, str]:
    """Return what a card is found by."""
    return (card.key.number, card.key.medium.value, card.key.format)
