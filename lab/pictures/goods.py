"""Pages of goods that want more than a scan."""

from collections.abc import Callable

from lab.demo.shop import PIN, STAFF
from lab.pictures.till import PictureTill

COLA = "6901939621257"
BOTTLE, FORMULA, EARPHONES, POWER_BANK = "2900000300019", "2900000300026", "2900000300033", "2900000300057"


def tracked(code: str) -> Callable[[PictureTill], None]:
    """Return a scene of goods whose number is asked for."""

    def scene(till: PictureTill) -> None:
        till.get_book()
        till.sign_in(STAFF, PIN)
        till.scan(code)

    return scene


def deposits(till: PictureTill) -> None:
    """A customer brings more bottles back than a cashier may pay for."""
    till.get_book()
    till.sign_in(STAFF, PIN)
    till.write("0", "-")
    till.scan(BOTTLE, times="120*")


def lent(till: PictureTill) -> None:
    """A customer brings bottles back and buys less than they are worth."""
    till.get_book()
    till.sign_in(STAFF, PIN)
    till.write("0", "-")
    till.scan(BOTTLE, times="12*")
    till.scan(COLA)
