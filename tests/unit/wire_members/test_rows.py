"""Rows of members: what is written is read back, and what is not ours is refused."""

import msgspec
import pytest

from terminal.domain.errors import MembersError
from terminal.wire.members.rows import MemberRow, card_values, decode_row, encode_row, member_values
from tests.unit.wire_members.members import LI, ROWS, WANG, ZHANG


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.member.id))
def test_a_row_is_read_back_as_it_was_written(row: MemberRow) -> None:
    assert decode_row(encode_row(row)) == row


def test_what_a_newer_hq_tells_besides_is_ignored() -> None:
    body = msgspec.msgpack.decode(encode_row(LI))
    assert decode_row(msgspec.msgpack.encode({**body, "from_the_future": 1})) == LI


@pytest.mark.parametrize("body", [b"", b"\x80", b"\xc1", b"\x81\xa6member\xa1x", encode_row(WANG)[:-1]])
def test_a_body_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(MembersError, match="does not decode"):
        decode_row(body)


def test_a_member_is_found_by_the_last_four_digits_of_the_phone() -> None:
    assert member_values(WANG)[:5] == ("M0001", "13812346021", "6021", 1, 1200)
    assert member_values(ZHANG)[1:3] == ("", "")


def test_a_card_is_found_by_number_medium_and_format() -> None:
    assert [card_values(card) for card in WANG.cards] == [("8800000001", "code", ""), ("01026f6c3a", "em4100", "10hex")]
