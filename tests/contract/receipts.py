"""Receipts to print in tests."""

from terminal.domain.receipt import Cut, Divider, Heading, Item, Logo, Note, Pair, QrCode, Receipt
from terminal.domain.text import clean

TEXT = """\
                永辉超市  [2x2]
收银员                                   01 王芳
------------------------------------------------
可口可乐 330ml 罐装
6901234567892                 2 x 3.50      7.00
------------------------------------------------
合计                                      ￥7.00
谢谢惠顾
"""


def small_receipt() -> Receipt:
    """A receipt with one of each kind of row but logo and QR code."""
    return Receipt(
        rows=(
            Heading(clean("永辉超市"), big=True),
            Pair(clean("收银员"), clean("01 王芳")),
            Divider(),
            Item(clean("可口可乐 330ml 罐装"), clean("6901234567892"), clean("2"), clean("3.50"), clean("7.00")),
            Divider(),
            Pair(clean("合计"), clean("¥7.00"), strong=True),
            Note(clean("谢谢惠顾")),
            Cut(),
        )
    )


def long_receipt(lines: int = 400) -> Receipt:
    """A receipt that is longer than a printer's buffer of 4 KiB."""
    rows = tuple(Note(clean(f"第 {number} 行 可口可乐 330ml 罐装")) for number in range(lines))
    return Receipt(rows=(Logo(), *rows, QrCode(clean("https://example.com/r?1")), Cut()))
