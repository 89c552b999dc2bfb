"""Pages of what HQ lets the store set of its promotions."""

from collections.abc import Callable, Mapping

from lab.demo.shop import PIN, STAFF
from lab.pictures.till import PictureTill


def seen(*keys: str) -> Callable[[PictureTill], None]:
    """Return a scene of the page after some keys."""

    def scene(till: PictureTill) -> None:
        till.get_book()
        till.sign_in(STAFF, PIN)
        till.get_rules()
        till.press("f20", "5", *keys)

    return scene


CAMPAIGNS: Mapping[str, Callable[[PictureTill], None]] = {
    "campaigns": seen("down", *"16.8"),
    "campaigns_why": seen("down", *"16.8", "enter"),
    "campaigns_approval": seen("down", *"16.8", "enter", "2"),
    "campaigns_bounds": seen(*"35", "enter"),
    "help_campaigns": seen("f1"),
}
