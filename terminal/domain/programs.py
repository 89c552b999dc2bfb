"""How people call the programs: ``guitai`` and ``guitai-hq`` when installed, ``./guitai hq`` in a checkout."""

import re

IN_CHECKOUT = "./guitai"
_OTHERS = re.compile(r"(?<![\w./-])guitai-(hq|sim|provision)(?= )")
_COMMANDS = re.compile(r"(?<![\w./-])guitai(?= (?:backup|doctor|restore|screen|till|uplink)\b)")


def as_called(text: str, program: str) -> str:
    """Return a sentence that names commands as an installation has them, with the names that work for ``program``."""
    if not program.startswith(IN_CHECKOUT):
        return text
    return _COMMANDS.sub(IN_CHECKOUT, _OTHERS.sub(rf"{IN_CHECKOUT} \1", text))
