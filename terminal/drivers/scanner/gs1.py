"""GS1 element strings and Digital Links, parsed by biip.

Loaded on the first such code: a shop without them never pays for it (0.2 s and its memory).
"""

from collections.abc import Iterable
from typing import Final

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from terminal.domain.text import clean

Elements = tuple[tuple[str, str], ...]

_WEIGHT_AIS: Final = "310"  # 3100…3105: net weight in kilograms, the last digit = decimals (GS1 General Specs §3.6)


def message_elements(text: str) -> Elements:
    """Return (application identifier, value) of element strings, GS between them; nothing when they are not whole."""
    try:
        return _elements(GS1Message.parse(text).element_strings)
    except (ParseError, ValueError):
        return ()


def link_elements(text: str) -> Elements:
    """Return (application identifier, value) of a GS1 Digital Link; nothing for any other address."""
    try:
        return _elements(GS1DigitalLinkURI.parse(text).element_strings)
    except (ParseError, ValueError):
        return ()


def _elements(found: Iterable[GS1ElementString]) -> Elements:
    return tuple((element.ai.ai, clean(_value(element))) for element in found)


def _value(element: GS1ElementString) -> str:
    if element.date is not None:
        return element.date.isoformat()
    if element.decimal is not None and element.ai.ai.startswith(_WEIGHT_AIS):
        return f"{element.decimal} kg"
    return element.value
