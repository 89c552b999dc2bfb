"""Finds the other Python on which the unit tests have to pass too."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SUPPORTED = ("3.11", "3.13")


def others() -> list[Path]:
    """Return one interpreter of each supported version but the running one, where it is on this machine."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = (find(version) for version in SUPPORTED if version != running)
    return [path for path in found if path is not None]


def find(version: str) -> Path | None:
    """Return a Python of a version (``3.13``) that runs: on PATH, or one that pyenv keeps."""
    name = f"python{version}"
    on_path = shutil.which(name)
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [Path(on_path)] if on_path else []
    candidates += sorted(kept.glob(f"{version}.*/bin/{name}"), reverse=True)
    return next((path for path in candidates if _runs(path, version)), None)


def _runs(path: Path, version: str) -> bool:
    probe = [str(path), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    return done.stdout.strip() == version
