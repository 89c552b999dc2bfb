"""A cashier's hands at a till of a town: acts that end where they began, whatever the till says to them."""

from collections.abc import Callable, Sequence
from random import Random

from lab.chaos.town import shop
from lab.chaos.town.till import MANAGER, PIN, TownTill
from terminal.checkout.modes import Confirming

MOST_STEPS = 16
TENDERS = ("stored", "stored", "slip", "points", "points", "points", "voucher", "code", "code", "back")
SUPERVISOR, SUPERVISORS_PIN = "2001", "135790"


class Hands:
    """They press keys and scan codes; ``code`` is the next one on a customer's phone."""

    def __init__(self, till: TownTill, random: Random, *, code: Callable[[], str]) -> None:
        self.till = till
        self.random = random
        self._code = code

    # --- pages -------------------------------------------------------------------------------------------------------

    def rest(self) -> bool:
        """Come back to an empty sale; return whether that was possible: not while a payment is under way."""
        till = self.till
        for step in range(MOST_STEPS):
            if till.mode == "locked":
                till.sign_in(MANAGER, PIN)
            elif till.record.sale is None and till.mode in {"sale", "completed"}:
                return True
            elif till.mode == "confirm":
                self.agree()
            elif till.record.sale is not None and till.mode in {"sale", "tender"}:
                self._end_sale(step)
            elif till.mode == "paying":
                return False
            else:
                till.press("escape")
        return till.record.sale is None

    def agree(self) -> None:
        """Say yes, with somebody's number and PIN where they are asked for."""
        for _ in range(4):
            mode = self.till.counter.mode
            if not isinstance(mode, Confirming):
                return
            if mode.approval:
                self.till.sign_in(SUPERVISOR, SUPERVISORS_PIN)
            else:
                self.till.press("enter")

    def _end_sale(self, step: int) -> None:
        """Pay what is open in cash; when that does not help, take tenders back and drop the sale."""
        if step < MOST_STEPS // 2:
            self.till.press("enter", "f12")
            self.agree()
            return
        self.till.press("enter", "/")
        self.agree()
        self.till.press("escape", "f19")
        self.agree()
        if self.till.mode == "prompt":
            self.till.press("1")

    # --- a sale ------------------------------------------------------------------------------------------------------

    def fill(self, most: int) -> None:
        """Scan goods."""
        for _ in range(self.random.randint(1, most)):
            code = self.random.choice(shop.GOODS)
            times = self.random.choice(("", "", "2*", "3*")) if code != shop.WEIGHED else ""
            self.till.scan(code, times=times)
            self.agree()

    def sell(self) -> None:
        """Sell a basket to a member or to anybody, with whatever pays."""
        random, till = self.random, self.till
        if random.random() < 0.2:
            till.press("f6", "enter")
            self.agree()
        self.fill(3)
        if random.random() < 0.4:
            self._touch()
        if random.random() < 0.1:
            till.press("f5")
            self.fill(1)
        if random.random() < 0.15:
            till.scan(random.choice((shop.MEMBERSHIP, shop.COUNT_CARD)))
        if random.random() < 0.85:
            till.scan(random.choice((shop.CARDS[0], *shop.CARDS)))
        if random.random() < 0.3:
            till.scan(random.choice(shop.COUPONS))
        if random.random() < 0.3:
            self.use_count_card()
        self.pay()

    def _touch(self) -> None:
        """Give a line another price, take some off it, or make it more pieces or none."""
        random, till = self.random, self.till
        for _ in range(random.randint(1, 3)):
            till.press(*random.choice(((), ("up",), ("home",))))
            price = random.choice(("0", "0.01", "1", "2.5", "7.77", ""))
            keys = random.choice((("f3", *price, "enter", "1"), (*(price or "1"), "f3", "1"), ("2", "f2"), ("-",)))
            till.press(*keys)
            self.agree()
            if till.mode == "prompt":
                till.press("escape")

    def use_count_card(self) -> None:
        """Let a use of a count card pay for a line."""
        self.till.press("home", "f4", "f8")
        self.agree()
        self.till.press("escape")

    def pay(self) -> None:
        """Pay with some tenders, the rest in cash; a payment by code may stay under way."""
        self.till.press("enter")
        for _ in range(self.random.randint(0, 3)):
            if self.till.record.sale is None or self.till.mode == "paying":
                return
            self._tender(self.random.choice(TENDERS))
            self.agree()
        if self.till.record.sale is not None and self.till.mode != "paying":
            self.till.press("f12")
            self.agree()

    def _tender(self, kind: str) -> None:
        till, random = self.till, self.random
        amount = random.choice(("", "0.01", "1", "3.33", "5", "20"))
        match kind:
            case "stored":
                till.press(*amount, "f11")
            case "slip":
                till.press(*amount, "f10")
                if till.mode == "prompt":
                    till.press(*f"{random.randrange(10**7, 10**8)}", "enter")
            case "points":
                till.press("f8", *random.choice(("1", "40", "100", "200", "700")), "enter", "escape")
            case "voucher":
                till.press(*(amount or "1"), "f8")
            case "code":
                till.press(*amount)
                till.scan(self._code())
            case _:
                till.press("/")

    # --- after it ----------------------------------------------------------------------------------------------------

    def take_back(self, receipts: Sequence[str], codes: Sequence[str]) -> None:
        """Let goods come back: of a receipt by its number or its code, for money or for others, or as if never sold."""
        random, till = self.random, self.till
        if codes and random.random() < 0.4:
            till.scan(random.choice(codes))
        elif receipts:
            till.press("f7")
            till.write(random.choice(receipts[-8:]), "enter")
        if till.mode != "return":
            return
        what = random.choice(("part", "all", "void", "exchange", "exchange", "exchange"))
        if what == "void":
            till.press("f19", "1")
            self.agree()
            return
        self._choose(everything=what == "all")
        if what == "exchange":
            self._exchange()
            return
        till.press("f12", "1")
        self.agree()

    def _choose(self, *, everything: bool) -> None:
        if everything or self.random.random() < 0.3:
            self.till.press("f5")
            return
        self.till.scan(self.random.choice(shop.GOODS))
        for _ in range(self.random.randint(1, 4)):
            self.till.press(self.random.choice(("+", "+", "down", "f3")))

    def _exchange(self) -> None:
        self.till.press("f6", "2")
        self.agree()
        if self.till.record.exchange is None:
            return
        self.fill(2)
        if self.random.random() < 0.2:
            self.use_count_card()
        self.pay()

    def bare(self) -> None:
        """Take goods back without a receipt."""
        self.till.press("f7", "f2")
        self.till.scan(self.random.choice(shop.GOODS[:5]))
        self.till.press("f12", "1")
        self.agree()

    def pay_out_refused(self) -> None:
        """Pay in cash what the payment host refused to give back."""
        self.till.press("f18", "1")
        self.agree()

    # --- members, shifts ---------------------------------------------------------------------------------------------

    def _member(self, card: str) -> None:
        self.till.press("f4")
        self.till.write(card, "enter")

    def top_up(self) -> None:
        """Put money on a card."""
        self._member(self.random.choice(shop.CARDS))
        self.till.press("f2", *"50", "enter", "enter")
        self.agree()

    def cash_out(self) -> None:
        """Pay a card out."""
        self._member(self.random.choice(shop.CARDS))
        self.till.press("f9")
        self.agree()

    def gift(self) -> None:
        """Give goods or a coupon for points, or take the last of them back."""
        self._member(self.random.choice((shop.CARDS[0], *shop.CARDS)))
        self.till.press("f12", self.random.choice("1230"), "enter")
        self.agree()

    def merge(self) -> None:
        """Let one member become another."""
        gone, into = self.random.sample(shop.CARDS, 2)
        self._member(gone)
        self.till.press("f6")
        self.till.write(into, "enter")
        self.agree()

    def change_shift(self) -> None:
        """Begin a shift, or count the drawer and end it."""
        self.till.press("f17")
        if self.till.record.shift is None:
            self.till.press(*"500", "enter")
        else:
            self.till.press("7", *"5", "enter", "f12")
        self.agree()
        self.till.press("enter", "escape")
