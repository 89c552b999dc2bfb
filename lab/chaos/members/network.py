"""A link that loses, doubles and reorders messages, as its seed says; one of each till, both ways."""

from dataclasses import dataclass, field
from random import Random

LOST = 0.12
DOUBLED = 0.1


@dataclass(slots=True)
class Line:
    """Messages on their way, in one direction. What is taken out may come again, or never have been there."""

    random: Random
    is_honest: bool = False
    lost: int = 0
    doubled: int = 0
    _waiting: list[bytes] = field(default_factory=list)

    def send(self, message: bytes) -> None:
        """Give a message to the link."""
        if not self.is_honest and self.random.random() < LOST:
            self.lost += 1
            return
        self._waiting.append(message)
        if not self.is_honest and self.random.random() < DOUBLED:
            self.doubled += 1
            self._waiting.append(message)

    def take(self) -> bytes | None:
        """Return a message that arrives now: any of them, or none."""
        if not self._waiting:
            return None
        index = 0 if self.is_honest else self.random.randrange(len(self._waiting))
        return self._waiting.pop(index)

    def cut(self) -> None:
        """Lose all that is on its way: one end is gone."""
        self.lost += len(self._waiting)
        self._waiting.clear()
