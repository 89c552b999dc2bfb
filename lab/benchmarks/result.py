"""What a benchmark found: one figure, its target, and what others reach in the same run."""

from collections.abc import Mapping

from msgspec import Struct

DIGITS = 4
"""Significant digits of a figure; the rest is noise."""


class Result(Struct, frozen=True, kw_only=True):
    """One figure. Without a target it is printed for comparison, and ``holds`` is None.

    ``peers`` are other programs, libraries, or the physical floor, in the same unit.
    """

    name: str
    unit: str
    value: float
    target: float | None = None
    holds: bool | None = None
    peers: dict[str, float] = {}


def at_most(name: str, value: float, *, unit: str, target: float, peers: Mapping[str, float] | None = None) -> Result:
    """Return a figure that should not be above its target."""
    return _result(name, value, unit=unit, target=target, holds=value <= target, peers=peers)


def at_least(name: str, value: float, *, unit: str, target: float, peers: Mapping[str, float] | None = None) -> Result:
    """Return a figure that should not be below its target."""
    return _result(name, value, unit=unit, target=target, holds=value >= target, peers=peers)


def noted(name: str, value: float, *, unit: str, peers: Mapping[str, float] | None = None) -> Result:
    """Return a figure without a target."""
    return _result(name, value, unit=unit, target=None, holds=None, peers=peers)


def _result(
    name: str,
    value: float,
    *,
    unit: str,
    target: float | None,
    holds: bool | None,
    peers: Mapping[str, float] | None,
) -> Result:
    return Result(
        name=name,
        unit=unit,
        value=shortened(value),
        target=None if target is None else shortened(target),
        holds=holds,
        peers={peer: shortened(figure) for peer, figure in (peers or {}).items()},
    )


def shortened(value: float) -> float:
    """Return a figure with `DIGITS` significant digits."""
    return float(f"{value:.{DIGITS}g}")
