"""The files of ``systemd/``, with their ``@names@`` filled in."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "systemd"
_NAME = re.compile(r"@([a-z_]+)@")


def fill(name: str, **values: str) -> str:
    """Return a file of ``systemd/`` with each ``@name@`` replaced; `KeyError` for one that has no value."""
    text = (SOURCE / name).read_text(encoding="utf-8")
    return _NAME.sub(lambda match: values[match[1]], text)
