"""Steps: each knows one path of the host, can tell whether it is as it should be, and can make it so."""

import difflib
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from terminal.wire.disk import flush


class State(StrEnum):
    """What a step found at its path."""

    FINE = "fine"
    MISSING = "missing"
    CHANGED = "changed"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A path of the host and how it is; ``detail`` shows the difference to a person."""

    path: str
    state: State
    detail: str = ""


class Step(Protocol):
    """One path. ``root`` is ``/`` on a live host, or the folder of an image."""

    @property
    def path(self) -> str:
        """The absolute path on the host."""

    def check(self, root: Path) -> Finding:
        """Look, and change nothing."""

    def apply(self, root: Path) -> None:
        """Make it as it should be; `OSError` when the disk refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStep:
    """A text file with a mode."""

    path: str
    text: str
    mode: int = 0o644

    def check(self, root: Path) -> Finding:
        """Compare text and mode."""
        place = below(root, self.path)
        if not place.exists():
            return Finding(path=self.path, state=State.MISSING)
        if place.is_symlink() or not place.is_file():
            return Finding(path=self.path, state=State.CHANGED, detail="not a plain file")
        found = place.read_text(encoding="utf-8", errors="replace")
        if found != self.text:
            return Finding(path=self.path, state=State.CHANGED, detail=_difference(found, self.text))
        mode = place.stat().st_mode & 0o7777
        if mode != self.mode:
            return Finding(path=self.path, state=State.CHANGED, detail=f"mode {mode:04o}, not {self.mode:04o}")
        return Finding(path=self.path, state=State.FINE)

    def apply(self, root: Path) -> None:
        """Write beside, then rename: a reader sees the old file or the new one, also after a power cut."""
        place = below(root, self.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(self.text)
            os.fchmod(file.fileno(), self.mode)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
        flush(place.parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStep:
    """A symbolic link, such as an enabled or a masked unit."""

    path: str
    target: str

    def check(self, root: Path) -> Finding:
        """Compare where it points to; the target itself need not exist."""
        place = below(root, self.path)
        if place.is_symlink() and str(place.readlink()) == self.target:
            return Finding(path=self.path, state=State.FINE)
        if place.is_symlink():
            return Finding(
                path=self.path, state=State.CHANGED, detail=f"points to {place.readlink()}, not {self.target}"
            )
        state = State.CHANGED if place.exists() else State.MISSING
        return Finding(path=self.path, state=state, detail=f"a link to {self.target}")

    def apply(self, root: Path) -> None:
        """Link beside, then rename."""
        place = below(root, self.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.new")
        beside.unlink(missing_ok=True)
        beside.symlink_to(self.target)
        beside.replace(place)
        flush(place.parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentStep:
    """A file of ours that this site does not need (any more)."""

    path: str

    def check(self, root: Path) -> Finding:
        """Look whether it lies there."""
        place = below(root, self.path)
        lies_there = place.exists() or place.is_symlink()
        return Finding(path=self.path, state=State.UNWANTED if lies_there else State.FINE)

    def apply(self, root: Path) -> None:
        """Remove it."""
        below(root, self.path).unlink(missing_ok=True)


def below(root: Path, path: str) -> Path:
    """Return where an absolute path of the host lies under ``root``."""
    return root / path.lstrip("/")


def _difference(found: str, wanted: str) -> str:
    lines = difflib.unified_diff(found.splitlines(), wanted.splitlines(), "found", "wanted", lineterm="", n=1)
    return "\n".join(lines)
