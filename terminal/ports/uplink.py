"""What the uplink needs of the journal and of the way to HQ."""

from typing import Protocol

from terminal.ports.journal import Head
from terminal.wire.chain import Row


class Outbox(Protocol):
    """The journal as the uplink reads it: read-only, epoch after epoch, all files of one, from one thread at a time.

    Every read ends before it returns. A writer that is not up yet, or rotates at this moment, means "nothing now".
    """

    def head(self) -> Head | None:
        """Return the last durable row; None while there is no journal."""

    def read(self, after_seq: int, *, limit: int) -> tuple[Row, ...]:
        """Return at most ``limit`` rows after a sequence, oldest first."""

    def next_epoch(self) -> bool:
        """Go on to the next epoch, when HQ has all of this one; False when there is none.

        A till begins one when its data was damaged or moved to another terminal (`terminal.offline.recovery`).
        """

    def close(self) -> None:
        """Close the files."""


class Link(Protocol):
    """The session with the broker. Nothing is kept while it is down."""

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> bool:
        """Send a message; return False if the link is down (nothing is sent later)."""

    def look_again(self, topic: str) -> None:
        """Ask the broker once more for what it retains under a topic."""

    def drop(self, reason: str) -> None:
        """End the connection; a new one is made."""
