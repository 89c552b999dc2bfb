"""What is done after a sale until the screen is worth a picture."""

from collections.abc import Callable, Mapping

from lab.demo.shop import PIN, STAFF
from lab.pictures.codes import code
from lab.pictures.till import PictureTill
from terminal.wire.gateway import PAYMENT, OrderState, Pay, decode_request

Scene = Callable[[PictureTill], None]
CHIPS, MILK, SOY_SAUCE = "6924743915763", "6907992512570", "6902265360100"
SUPERVISOR, SUPERVISORS_PIN = "2001", "135790"


def by_code(till: PictureTill) -> None:
    """Goods of another till come back while HQ cannot be asked."""
    till.get_book()
    till.sign_in(STAFF, PIN)
    till.get_rules()
    for scanned in (code(), CHIPS, SOY_SAUCE, CHIPS):
        till.scan(scanned)
    till.press("f3")


def refused(paying: Scene, *names: str) -> Scene:
    """Return the scene in which the payment host does not give back what a customer's code had paid."""

    def scene(till: PictureTill) -> None:
        paying(till)
        request = decode_request(till.asked(PAYMENT).body)
        till.hear(OrderState.PAID, request.amount if isinstance(request, Pay) else 0)
        till.press("escape", "f7", "enter", "f5", "f12", "1")
        till.sign_in(SUPERVISOR, SUPERVISORS_PIN)
        till.hear(OrderState.DECLINED)
        till.press(*names)

    return scene


def returns_of(basket: Scene) -> Mapping[str, Scene]:
    """Return the scenes after the sale of a basket."""

    def paid(*names: str) -> Scene:
        def scene(till: PictureTill) -> None:
            basket(till)
            till.press("f12", "f7", *names)

        return scene

    def refunded(*names: str) -> Scene:
        def scene(till: PictureTill) -> None:
            paid("enter")(till)
            till.scan(CHIPS)
            till.scan(MILK)
            till.press("f12", "1")
            till.sign_in(SUPERVISOR, SUPERVISORS_PIN)
            till.press(*names)

        return scene

    def bare(*names: str) -> Scene:
        def scene(till: PictureTill) -> None:
            till.get_rules()
            paid("f2")(till)
            till.scan(CHIPS)
            till.scan(MILK)
            till.press("up", "+", "f3", *names)

        return scene

    return {
        "bare_return": bare(),
        "return_by_code": by_code,
        "help_bare_return": bare("f1"),
        "find_receipt": paid(),
        "return": paid("enter", "2", "+", "down", "down", "+", "f3"),
        "return_reason": paid("enter", "+", "f12"),
        "return_ask": paid("enter", "+", "f12", "1"),
        "returned": refunded(),
        "help_return": paid("enter", "f1"),
        "help_returned": refunded("f1"),
    }
