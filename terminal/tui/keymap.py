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
    "alt+t": "f15",
    "alt+z": "f17",
    "alt+m": "f20",
    "alt+g": "f22",
    "alt+x": "f19",
}
"""For terminals on a desktop, which keep F1, F10, F11 and Shift+Fn for themselves. Only letters and digits: what a
terminal sends for Alt and a sign reads as the sign itself."""

DESKTOP_NAMES: Mapping[str, str] = {
    name.upper(): alias.title() for alias, name in DESKTOP.items() if int(name.removeprefix("f")) > 12
}
"""What a desktop's screen calls the keys behind F12, which its keyboard lacks."""

CARRIAGE_RETURN = frozenset({"enter", "return", "ctrl+m"})
LINE_FEED = frozenset({"ctrl+j", "newline"})
LINE_FEED_MS = 1000
"""A line feed that comes later behind a carriage return is a key of its own: some terminals' Enter."""


class LineFeeds:
    """Drops the line feed of CR LF, in whatever reads the two come: a scanner that ends so presses Enter once."""

    def __init__(self) -> None:
        self._return_ms: int | None = None

    def dropped(self, keys: Iterable[tuple[str, str | None]], *, at_ms: int) -> list[tuple[str, str | None]]:
        """Return the keys of one read without the line feeds that belong to a carriage return."""
        kept = []
        for key, character in keys:
            is_second = key in LINE_FEED and self._return_ms is not None and at_ms - self._return_ms <= LINE_FEED_MS
            if not is_second:
                kept.append((key, character))
            self._return_ms = at_ms if key in CARRIAGE_RETURN else None
        return kept


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
