"""Bars of one-dimensional symbols, as strings of modules: ``1`` black, ``0`` white.

EAN-13, EAN-8 and UPC-A are drawn truly (GS1 General Specifications, section 5.2). Other kinds are drawn as a pattern of
their data, which no scanner reads: receipts of ours use none of them.
"""

_LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_RIGHT = tuple("".join("1" if bit == "0" else "0" for bit in code) for code in _LEFT)
_EVEN = tuple(code[::-1] for code in _RIGHT)
_PARITIES = ("AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA")
_GUARD, _MIDDLE = "101", "01010"
_LENGTHS = {"EAN13": 12, "EAN8": 7, "UPC-A": 11}


def bars_of(kind: str, data: str) -> str:
    """The modules of a symbol."""
    length = _LENGTHS.get(kind)
    if length is None or not data.isdigit() or len(data) not in {length, length + 1}:
        return _GUARD + "".join(f"{byte:08b}0" for byte in data.encode("latin-1")) + _GUARD
    digits = with_check_digit(data[:length])
    if kind == "EAN8":
        return _framed("".join(_LEFT[int(digit)] for digit in digits[:4]), digits[4:])
    full = digits.rjust(13, "0")
    left = zip(full[1:7], _PARITIES[int(full[0])], strict=True)
    return _framed("".join((_LEFT if parity == "A" else _EVEN)[int(digit)] for digit, parity in left), full[7:])


def with_check_digit(digits: str) -> str:
    """Digits with their GS1 check digit (weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def _framed(left: str, right: str) -> str:
    return _GUARD + left + _MIDDLE + "".join(_RIGHT[int(digit)] for digit in right) + _GUARD
