"""The modes of looking into what a till knows."""

from typing import ClassVar

from msgspec import Struct

from terminal.checkout.inquiries.questions import Finding, Question


class ListPage(Struct, frozen=True, kw_only=True):
    """What was found to a question; ``fault`` is the code of why nothing could be."""

    name: ClassVar[str] = "list"
    question: Question
    found: tuple[Finding, ...] = ()
    fault: str = ""
    selected: int = 0


InquiryMode = ListPage
