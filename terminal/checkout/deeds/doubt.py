"""What stands against an action, in one value."""

from msgspec import Struct, field

from terminal.checkout.messages import AnyAsk, Ask
from terminal.domain.staff import Right


class Doubt(Struct, frozen=True, kw_only=True):
    """A question and its parameters. With ``right`` only who has it for ``amount_fen`` may say yes.

    ``again``: also who has the right is asked once more.
    """

    question: AnyAsk = Ask.QUANTITY
    params: dict[str, str] = field(default_factory=dict)
    right: Right | None = None
    amount_fen: int = 0
    again: bool = False
