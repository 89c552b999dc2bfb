"""Where results differ from what a case expects; further keys of a result are no difference (CHECKOUT 1)."""

from collections.abc import Iterator


def differences(expected: object, got: object, path: str) -> list[str]:
    """Return a line for each difference: objects key by key, arrays of the same length and order, values exactly."""
    return [*_differences(expected, got, path)]


def _differences(expected: object, got: object, path: str) -> Iterator[str]:
    match expected, got:
        case dict(), dict():
            for key, value in expected.items():
                if key in got:
                    yield from _differences(value, got[key], f"{path}.{key}")
                else:
                    yield f"{path}.{key}: missing, expected {value!r}"
        case list(), list() if len(expected) == len(got):
            for index, (value, other) in enumerate(zip(expected, got, strict=True)):
                yield from _differences(value, other, f"{path}[{index}]")
        case _ if type(expected) is not type(got) or expected != got:
            yield f"{path}: expected {expected!r}, got {got!r}"
