"""Ids of the texts about what a till knows; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class AskedHint(StrEnum):
    """What stands beside the input."""

    LIST = "hint.list"


FILLED: Mapping[str, tuple[str, ...]] = {}
IDS = (AskedHint,)
