"""The digest of a signed file, as the uplink left it beside the file."""

import re
from pathlib import Path

from terminal.wire.disk import file_sha256
from terminal.wire.files.streams import Stream, seal_name

_SEAL = re.compile(r"([0-9a-f]{64})  (.+)\n?")


def sealed_digest(path: Path, version: int, stream: Stream) -> str:
    """Return the digest that the uplink wrote beside a file, or read it whole (0.3 s for a million goods)."""
    try:
        match = _SEAL.fullmatch((path.parent / seal_name(version, stream)).read_text(encoding="ascii"))
    except (OSError, UnicodeError):
        match = None
    if match is not None and match[2] == path.name:
        return match[1]
    return file_sha256(path).hex()
