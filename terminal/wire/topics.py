"""Names of MQTT topics: the whole tree stands here, and nowhere else.

::

    pos/v1/up/{terminal}/ev | birth | rep | state | want | req/chunk | req/ask   written by one terminal, read by HQ
    pos/v1/down/{terminal}/ack | res | members | reply             written by HQ, read by one terminal
    pos/v1/cast/{audience}/{stream}/head                           written by HQ (retained); audience = all | s/{store}
    pos/v1/hq/state                                                written by HQ (retained, last will)

Least privilege by pattern: a terminal may write ``pos/v1/up/%u/#``, and read ``pos/v1/down/%u/#``, the casts and HQ's
state; ``broker/acl`` says so to the broker, and HQ believes the topic.
"""

import re
from enum import StrEnum

from terminal.domain.errors import InputError
from terminal.domain.ids import TERMINAL_SHAPE
from terminal.wire.files.streams import Stream

ROOT = "pos/v1"
HQ_STATE = f"{ROOT}/hq/state"
EVERYBODY = "all"
_TERMINAL = re.compile(TERMINAL_SHAPE)
_STORE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_UP = re.compile(rf"{ROOT}/up/([^/]+)/(.+)")


class Up(StrEnum):
    """Last levels of what a terminal writes."""

    BATCH = "ev"
    BIRTH = "birth"
    REPORT = "rep"
    STATE = "state"
    WANT = "want"
    CHUNK_REQUEST = "req/chunk"
    ASK = "req/ask"


class Down(StrEnum):
    """Last levels of what HQ writes to one terminal."""

    ANSWER = "ack"
    CHUNK = "res"
    MEMBERS = "members"
    REPLY = "reply"


def check_terminal(name: str) -> str:
    """Return a terminal's name (``S01-T03``) if it can stand in a topic; `InputError` ``bad_terminal`` otherwise."""
    if _TERMINAL.fullmatch(name) is None:
        raise InputError(f"not a terminal's name: {name[:60]!r}", code="bad_terminal", hint="like S01-T03")
    return name


def check_store(name: str) -> str:
    """Return a store's name if it can stand in a topic; `InputError` ``bad_store`` otherwise."""
    if _STORE.fullmatch(name) is None:
        raise InputError(f"not a store's name: {name[:60]!r}", code="bad_store", hint="like S01")
    return name


def store_of(terminal: str) -> str:
    """Return the store of a terminal: what stands before the last hyphen."""
    return check_terminal(terminal).rpartition("-")[0]


def store_audience(store: str) -> str:
    """Return the audience that all terminals of a store share."""
    return f"s/{check_store(store)}"


def up(terminal: str, leaf: Up) -> str:
    """Return a topic that a terminal writes."""
    return f"{ROOT}/up/{check_terminal(terminal)}/{leaf}"


def down(terminal: str, leaf: Down) -> str:
    """Return a topic that HQ writes to one terminal."""
    return f"{ROOT}/down/{check_terminal(terminal)}/{leaf}"


def head(stream: Stream, audience: str) -> str:
    """Return the topic of the retained manifest of an audience's newest book of a stream."""
    return f"{ROOT}/cast/{audience}/{stream}/head"


def audiences(terminal: str) -> tuple[str, ...]:
    """Return the audiences that a terminal belongs to."""
    return EVERYBODY, store_audience(store_of(terminal))


def read_up(topic: str) -> tuple[str, Up]:
    """Return (terminal, leaf) of a topic that a terminal wrote; `InputError` ``bad_topic`` or ``bad_terminal``."""
    match = _UP.fullmatch(topic)
    if match is None or match[2] not in set(Up):
        raise InputError(f"not a topic of a terminal: {topic[:80]!r}", code="bad_topic")
    return check_terminal(match[1]), Up(match[2])


def terminal_filters(terminal: str) -> tuple[str, ...]:
    """Return what a terminal subscribes to."""
    return (
        HQ_STATE,
        down(terminal, Down.ANSWER),
        down(terminal, Down.CHUNK),
        down(terminal, Down.MEMBERS),
        down(terminal, Down.REPLY),
        *(head(stream, audience) for stream in Stream for audience in audiences(terminal)),
    )


def hq_filters() -> tuple[str, ...]:
    """Return what HQ subscribes to: all that terminals write, and what is said of itself."""
    return (HQ_STATE, *(f"{ROOT}/up/+/{leaf}" for leaf in Up))
