"""What takes long to make is kept from run to run, until the code that makes it changes."""

import hashlib
import inspect
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType


def kept(cache: Path, name: str, *, sources: Sequence[ModuleType], make: Callable[[Path], None]) -> Path:
    """Return the folder of this name, made by ``make`` when it is missing, or was made by other sources.

    It is whole or not there: an interrupted make leaves nothing behind that is taken for it.
    """
    folder = cache / f"{name}-{_digest(sources, make)}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.glob(f"{name}-*"):
        shutil.rmtree(old)
    part = cache / f"{name}-part"
    part.mkdir()
    make(part)
    return part.rename(folder)


def _digest(sources: Sequence[ModuleType], make: Callable[[Path], None]) -> str:
    makers = [inspect.getmodule(make), *sources]
    text = "".join(inspect.getsource(module) for module in makers if module is not None)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
