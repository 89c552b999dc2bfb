"""The settings of one device, each read once with its kind; a key that nobody read is an error at start."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Protocol

from terminal.domain.errors import ConfigError

SettingValue = str | int | bool


class DeviceSpec(Protocol):
    """One device of the configuration (`terminal.config.schema.DeviceConfig` is one)."""

    @property
    def name(self) -> str:
        """What people call it; unique."""

    @property
    def driver(self) -> str:
        """The name of its driver in the registry."""

    @property
    def address(self) -> str:
        """The address of its link."""

    @property
    def settings(self) -> Mapping[str, SettingValue]:
        """What only its driver understands."""


class DeviceSettings:
    """Reads settings by kind; all errors are `ConfigError` and name the device and the key."""

    def __init__(self, spec: DeviceSpec) -> None:
        self._device = spec.name
        self._values = spec.settings
        self._known: list[str] = []

    @property
    def known(self) -> tuple[str, ...]:
        """The keys that were read so far."""
        return tuple(self._known)

    def choice(self, key: str, default: str, choices: tuple[str, ...]) -> str:
        """Return one of the words that are allowed."""
        value = self._read(key, default)
        if value not in choices:
            raise ConfigError(f"device {self._device}: {key} = {value!r} is none of {', '.join(choices)}")
        return str(value)

    def number(self, key: str, default: int, *, minimum: int, maximum: int) -> int:
        """Return a whole number within bounds."""
        value = self._read(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise ConfigError(f"device {self._device}: {key} = {value!r} is no number from {minimum} to {maximum}")
        return value

    def text(self, key: str, default: str, *, longest: int) -> str:
        """Return a text of visible ASCII, neither empty nor longer."""
        value = self._read(key, default)
        if (
            not isinstance(value, str)
            or not 1 <= len(value) <= longest
            or not (value.isascii() and value.isprintable())
        ):
            raise ConfigError(f"device {self._device}: {key} = {value!r} is no text of 1 to {longest} ASCII characters")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._read(key, default)
        if not isinstance(value, bool):
            raise ConfigError(f"device {self._device}: {key} = {value!r} is neither true nor false")
        return value

    def finish(self) -> None:
        """Refuse every key that nobody read, and name the nearest one that exists."""
        for key in self._values:
            if key not in self._known:
                near = get_close_matches(key, self._known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise ConfigError(f"device {self._device}: unknown setting {key!r}{hint}")

    def _read(self, key: str, default: SettingValue) -> SettingValue:
        self._known.append(key)
        return self._values.get(key, default)
