"""Identities that a till makes itself."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.ids import sibling, uuid7


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_a_sibling_is_another_uuid_of_the_same_time(unix_ms: int, random: bytes) -> None:
    first = uuid7(unix_ms=unix_ms, random=random).hex()
    second = sibling(first)
    assert len({first, second, sibling(second)}) == 3
    assert len(second) == 32
    assert second[:12] == first[:12]
    assert (UUID(second).version, UUID(second).variant) == (7, UUID(first).variant)
