"""Files that cross a border: their digest, and their way onto the disk."""

import hashlib
import os
from pathlib import Path


def flush(path: Path) -> None:
    """Make a file durable, or the new and removed names of a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_sha256(path: Path) -> bytes:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
