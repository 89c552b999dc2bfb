"""Taking a person out of what the facts of tills say: name, phone, birthday, numbers of cards, who sent them."""

from collections.abc import Container

import msgspec

from terminal.domain.promotions.coupons import MemberId

_PERSONAL = frozenset({"name", "phone", "referral"})
_CARDS = frozenset({"card", "replaces"})
_FORGOTTEN = {"number": "-"}
"""In the place of a card that is told by its key."""


def scrubbed(body: bytes, members: Container[MemberId]) -> bytes:
    """Return a fact without what identifies members, of the same shape; one that cannot be read is returned as it is.

    What a fact names as ``member``, or holds with its ``id``, is about that member; entries have nothing personal.
    """
    try:
        value = msgspec.msgpack.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body
    return msgspec.msgpack.encode(_clean(value, members))


def _clean(value: object, members: Container[MemberId]) -> object:
    match value:
        case dict():
            is_theirs = _is_of(value, members)
            return {key: _of_field(key, inner, members, is_theirs=is_theirs) for key, inner in value.items()}
        case list():
            return [_clean(inner, members) for inner in value]
        case _:
            return value


def _is_of(value: dict[object, object], members: Container[MemberId]) -> bool:
    """Whether a value is one of the members, or a fact about one. An entry has an account, and nothing to hide."""
    if "account" in value:
        return False
    named = value.get("member")
    whose = named.get("id") if isinstance(named, dict) else named
    return any(isinstance(one, str) and one in members for one in (whose, value.get("id"), value.get("gone")))


def _of_field(key: object, value: object, members: Container[MemberId], *, is_theirs: bool) -> object:
    if key == "record" and isinstance(value, bytes):
        return scrubbed(value, members)
    if not is_theirs:
        return _clean(value, members)
    if key in _PERSONAL and isinstance(value, str):
        return ""
    if key == "birthday":
        return None
    if key in _CARDS or key == "member_card":
        return _FORGOTTEN if isinstance(value, dict) else "" if isinstance(value, str) else value
    return _clean(value, members)
