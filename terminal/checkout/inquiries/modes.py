"""The modes of looking into what a till knows."""

from typing import ClassVar

from msgspec import Struct

from terminal.checkout.inquiries.questions import Finding, Listed, SaleSeen, Search


class InquiryMenu(Struct, frozen=True, kw_only=True):
    """What may be looked up; a digit picks."""

    name: ClassVar[str] = "inquiry"


class ListPage(Struct, frozen=True, kw_only=True):
    """What was found. ``who`` is the member that it is about, ``fault`` the code of why nothing could be found."""

    name: ClassVar[str] = "list"
    search: Search
    found: tuple[Finding, ...] = ()
    who: str = ""
    fault: str = ""
    selected: int = 0


class DetailPage(Struct, frozen=True, kw_only=True):
    """One row of a list in full; ``selected`` is one of its own rows."""

    name: ClassVar[str] = "detail"
    back: ListPage
    about: SaleSeen | Listed
    selected: int = 0


InquiryMode = InquiryMenu | ListPage | DetailPage
