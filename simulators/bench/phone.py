"""A customer's phone: it shows a code of a member, another one each time. A command makes it, as a shop would."""

import subprocess
from collections.abc import Sequence

SECONDS = 20.0


class PhoneError(RuntimeError):
    """The phone shows no code; the message says what its command said."""


class Phone:
    """One phone. A fresh code is what its command prints; the last one stays on the display."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self.shown = ""

    def fresh(self) -> str:
        """Show a fresh code; `PhoneError` if there is none."""
        try:
            done = subprocess.run(self._command, capture_output=True, text=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PhoneError(f"the phone: {error}") from error
        if done.returncode or not done.stdout.strip():
            raise PhoneError(f"the phone: {done.stderr.strip() or 'it shows nothing'}")
        self.shown = done.stdout.strip()
        return self.shown
