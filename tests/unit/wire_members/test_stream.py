"""Pages of members: signed for one till, bounded, and whole."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.errors import InputError
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import SafeText
from terminal.wire.envelope import packed
from terminal.wire.members import stream
from terminal.wire.members.rows import MemberRow
from terminal.wire.members.stream import MembersChanged, MembersWanted
from terminal.wire.seal import Purpose, seal
from tests.unit.wire_members.members import ROWS
from tests.unit.wire_mqtt.signers import SeedSigner

TERMINAL = "S01-T03"
KEYS = (SeedSigner().public_key,)


def page(rows: tuple[MemberRow, ...] = ROWS, *, terminal: str = TERMINAL) -> MembersChanged:
    return MembersChanged(
        terminal=terminal, base=3, version=9, epoch=2, seq=77, as_of_ms=5, more=True, rows=stream.pack_rows(rows)
    )


def code(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        stream.open_changed(data, keys=KEYS, terminal=TERMINAL)
    return caught.value.code


def row(number: int, *, name: str = "") -> MemberRow:
    return MemberRow(member=Member(id=MemberId(f"M{number}"), name=SafeText(name)), version=number)


def test_page_comes_out_as_it_was_signed_as_of_the_events_of_this_till() -> None:
    sealed = stream.seal_changed(page(), SeedSigner())
    changed = stream.open_changed(sealed, keys=KEYS, terminal=TERMINAL)
    assert changed == page()
    assert changed.members() == tuple(replace(row, epoch=2, seq=77) for row in ROWS)
    assert page(()).members() == ()


def test_only_the_signature_of_hq_for_this_purpose_and_this_till_is_obeyed() -> None:
    body = msgspec.msgpack.encode(page())
    assert code(stream.seal_changed(page(), SeedSigner(2))) == "forged"
    assert code(seal(body, purpose=Purpose.ANSWER, signer=SeedSigner())) == "forged"
    assert code(stream.seal_changed(page(terminal="S01-T04"), SeedSigner())) == "members_foreign"
    assert code(b"\xc1") == "malformed"
    assert code(seal(b"\xc1", purpose=Purpose.MEMBERS, signer=SeedSigner())) == "batch_malformed"
    assert code(b"x" * ((1 << 20) + 1)) == "batch_oversized"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (b"no frame", "batch_malformed"),
        (packed(b"\xc1"), "batch_malformed"),
        (packed(msgspec.msgpack.encode([row(number) for number in range(501)])), "batch_malformed"),
        (packed(b"\0" * (3 << 20)), "batch_oversized"),
    ],
)
def test_rows_that_cannot_be_unpacked_are_refused(rows: bytes, told: str) -> None:
    with pytest.raises(InputError) as caught:
        replace(page(), rows=rows).members()
    assert caught.value.code == told


def test_question_is_read_back_and_nonsense_is_none() -> None:
    wanted = MembersWanted(since=7)
    assert stream.decode_wanted(stream.encode_wanted(wanted)) == wanted
    with pytest.raises(InputError):
        stream.decode_wanted(msgspec.msgpack.encode({"since": -1}))


@given(st.lists(st.integers(0, 200_000), max_size=12), st.integers(0, 1200))
def test_pages_hold_all_rows_in_order_and_none_is_too_large(lengths: list[int], small: int) -> None:
    rows = [row(number, name="x" * length) for number, length in enumerate(lengths + [0] * small)]
    cut = list(stream.pages(rows))
    assert [one for some in cut for one in some] == rows
    for some in cut:
        size = sum(len(msgspec.msgpack.encode(one)) for one in some)
        assert 0 < len(some) <= stream.MAX_ROWS
        assert size <= stream.TARGET_BYTES or len(some) == 1
