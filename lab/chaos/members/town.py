"""A chain that nobody wrote: goods, rules, coupons, members, and what happens at its tills, all from one seed."""

from collections.abc import Mapping
from random import Random

import msgspec

from lab.cases.invent import Inventor
from lab.cases.schema import Case, Json
from lab.cases.setup import Setup, read_setup
from terminal.domain.errors import InputError

MEMBERS = 12
COUPONS = 60
RULES = 10
DAYS = 12
CASH = 2_000_000
"""More than any basket here costs, and no amount that HQ wonders about."""
HAPPENINGS: Mapping[str, int] = {
    "sale": 50,
    "refund": 14,
    "exchange": 8,
    "void": 8,
    "topup": 8,
    "set_status": 3,
    "cashout": 1,
    "merge": 1,
}
"""How often each happens, of a hundred or so."""


class Town(Inventor):
    """A shop with more members and coupons than a case has, and one happening after the other."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.coupons = {f"C{number}": self._coupon_of_somebody() for number in range(COUPONS)}
        for number in range(2, MEMBERS + 1):
            self.members[f"M{number}"] = self._member(f"K{number}")
            self.members[f"M{number}"]["counts"] = {f"K{number}": {"sku": self.card_sku, "left": random.randint(0, 40)}}
        self._number = 0

    def setup(self) -> Setup:
        """Return what the chain begins with: rules that make no sense together are left out."""
        rules: list[Json] = []
        for number in range(RULES):
            rules = self._with_rule(rules, number)
        return self._read(rules)

    def happening(self) -> Json:
        """Return what happens next; it may be refused."""
        random = self.random
        self._number += 1
        (op,) = random.choices([*HAPPENINGS], [*HAPPENINGS.values()])
        day = 18 + self._number * DAYS // 1200 % DAYS
        step: Json = {
            "op": op,
            "approved_by_manager": True,
            "at": f"2026-03-{day:02d}T{random.randint(9, 20):02d}:{random.randint(0, 59):02d}:00",
        }
        match op:
            case "sale":
                return step | self._sale()
            case "refund" | "void" | "exchange":
                return step | self._after_sale(f"T{self._number}", op)
            case "merge":
                return step | {"into": self._somebody(), "from": self._somebody()}
            case "set_status":
                return step | {"member": self._somebody(), "status": random.choice([*("active",) * 5, "lost"])}
            case "topup":
                return step | {"member": self._somebody(), "amount": random.randint(1, 9000), "tender": "cash"}
            case _:
                return step | {"member": self._somebody()}

    def _sale(self) -> Json:
        member = self._somebody() if self.chance(0.8) else None
        basket: Json = {"lines": self._lines()}
        if member is not None:
            basket["member"] = member
            if self.chance(0.2):
                card = {"sku": self.card_sku, "qty": 1, "count_card": f"K{member[1:]}"}
                basket["lines"] = [*self._lines(), card]
        if self.chance(0.3):
            basket["coupons"] = self.random.sample([*self.coupons], 2)
        return basket | self._paid(f"T{self._number}", member)

    def _tenders(self, member: str | None) -> list[Json]:
        """Nobody asks a host here: a payment by code is as good as paid. Cash is what somebody might carry."""
        *tenders, _ = super()._tenders(member)
        asked = [{key: value for key, value in tender.items() if key != "script"} for tender in tenders]
        return [*asked, {"type": "cash", "amount": CASH}]

    def _coupon_of_somebody(self) -> Json:
        owner = {"owner": self.random.choice(["M1", "M2", "M3"])} if self.chance(0.2) else {}
        return self._coupon() | owner

    def _with_rule(self, rules: list[Json], number: int) -> list[Json]:
        more = [*rules, self._rule(number)]
        try:
            self._read(more)
        except InputError:
            return rules
        return more

    def _read(self, rules: list[Json]) -> Setup:
        town = {
            "id": "town",
            "settings": self.settings,
            "catalog": self.catalog,
            "members": self.members,
            "rules": rules,
            "coupons": self.coupons,
        }
        return read_setup(msgspec.convert(town, Case))
