"""Pages of what a till knows: some sales were done, to a member too, and the drawer was opened."""

from collections.abc import Callable, Mapping

from lab.demo.shop import PIN, STAFF
from lab.pictures.till import PictureTill

COLA, CHIPS, MILK = "6901939621257", "6924743915763", "6907992512570"
PHONE = "13800136021"
SUPERVISOR, SUPERVISORS_PIN = "2001", "135790"
BETWEEN_MS = 240_000


def asked_for(*keys: str) -> Callable[[PictureTill], None]:
    """Return a scene of the page of inquiries after some keys."""

    def scene(till: PictureTill) -> None:
        _worked(till)
        till.press("f20", "4", *keys)

    return scene


def brought_back(*keys: str) -> Callable[[PictureTill], None]:
    """Return the same, when a customer brought something back."""

    def scene(till: PictureTill) -> None:
        _worked(till)
        till.press("f7", "enter", "+", "f12", "1")
        till.sign_in(SUPERVISOR, SUPERVISORS_PIN)
        till.press("enter", "f20", "4", *keys)

    return scene


def given_for_points(*keys: str) -> Callable[[PictureTill], None]:
    """Return the same, when a member got goods and a coupon for points, and gave the coupon back."""

    def scene(till: PictureTill) -> None:
        till.get_rules()
        _worked(till)
        till.go_online()
        till.press(
            "f4", *PHONE, "enter", "f12", "1", "enter", "enter", "f12", "3", "enter", "enter", "f12", "0", "enter"
        )
        till.sign_in(SUPERVISOR, SUPERVISORS_PIN)
        till.press("escape", "f20", "4", *keys)

    return scene


def _worked(till: PictureTill) -> None:
    till.get_book()
    till.sign_in(STAFF, PIN)
    _sold(till, COLA, paid=("f12",))
    _sold(till, MILK, CHIPS, paid=(*"50", "f8", "f12"), phone=PHONE)
    _sold(till, CHIPS, paid=(*"10", "f12"))
    till.press("enter", "f17")
    till.write("500", "enter")
    till.press("f17", "3", *"50", "enter", "1", "escape")


def _sold(till: PictureTill, *codes: str, paid: tuple[str, ...], phone: str = "") -> None:
    for code in codes:
        till.scan(code)
    if phone:
        till.write(phone, "enter")
    till.press(*paid)
    till.clock.now_ms += BETWEEN_MS


INQUIRIES: Mapping[str, Callable[[PictureTill], None]] = {
    "inquiry": asked_for(),
    "inquiry_sales": asked_for("1"),
    "inquiry_gifts": given_for_points("5"),
    "inquiry_coupons": given_for_points("6"),
    "inquiry_sale": asked_for("1", "down", "enter"),
    "inquiry_sought": asked_for("1", *"12.50", "enter"),
    "inquiry_member": asked_for("2", *"13800136021", "enter"),
    "inquiry_returns": brought_back("3"),
    "inquiry_return": brought_back("3", "enter"),
    "inquiry_came_back": brought_back("1"),
    "inquiry_cash": asked_for("4"),
    "help_inquiry": asked_for("1", "f1"),
}
