"""Names of keys: what a terminal calls them, and what the till calls them (`terminal.wire.counter.messages.Keys`)."""

from collections.abc import Iterable, Mapping

NAMED = frozenset(
    {
        "enter",
        "tab",
        "escape",
        "backspace",
        "delete",
        "up",
        "down",
        "pageup",
        "pagedown",
        "home",
        "end",
        *(f"f{number}" for number in range(1, 25)),
    }
)

ALWAYS: Mapping[str, str] = {
    "return": "enter",
    "ctrl+m": "enter",
    "ctrl+j": "enter",
    "newline": "enter",
    "ctrl+i": "tab",
    "ctrl+h": "backspace",
    "shift+delete": "delete",
    "shift+tab": "tab",
    **{f"shift+f{number}": f"f{number + 12}" for number in range(1, 13)},
}
"""Other names of the same keys. Consoles send Shift+F1 as F13, some terminals say it in words."""

DESKTOP: Mapping[str, str] = {
    **{f"alt+{number}": f"f{number}" for number in range(1, 10)},
    "alt+0": "f10",
    "alt+v": "f11",
    "alt+c": "f12",
    "alt+h": "f1",
    "alt+p": "f14",
    "alt+r": "f13",
    "alt+l": "f16",
    "alt+s": "f18",
    "alt+x": "f19",
}
"""For terminals on a desktop, which keep F1, F10, F11 and Shift+Fn for themselves. Only letters and digits: what a
terminal sends for Alt and a sign reads as the sign itself."""


class KeyMap:
    """Turns a terminal's keys into the till's; what the till does not know is None."""

    def __init__(self, aliases: Mapping[str, str] | None = None) -> None:
        self._aliases = {**ALWAYS, **(aliases or {})}

    def name(self, key: str, character: str | None) -> str | None:
        """Return the till's name of one key, given the terminal's and the character that it types (None: none)."""
        key = self._aliases.get(key, key)
        if key in NAMED:
            return key
        if character is not None and len(character) == 1 and character.isprintable():
            return character
        return key if len(key) == 1 and key.isprintable() else None

    def names(self, keys: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
        """Return the till's names of the keys of one read, in order."""
        named = (self.name(key, character) for key, character in keys)
        return tuple(name for name in named if name is not None)
