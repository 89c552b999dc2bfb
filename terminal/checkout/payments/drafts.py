"""What is done about a payment by code, before it is done: it waits for somebody with the right."""

from msgspec import Struct


class PayInCash(Struct, frozen=True):
    """Pay out of the drawer what the payment host refused to give back under the number ``refund``."""

    refund: str
