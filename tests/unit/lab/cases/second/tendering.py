"""How the second shop is paid (CHECKOUT 7)."""

from typing import TYPE_CHECKING

from tests.unit.lab.cases.second.counting import Doc, RefusedError

if TYPE_CHECKING:
    from tests.unit.lab.cases.second.selling import Selling


class Payment:
    """The tenders of one sale. ``member`` and ``shop`` are changed at once: a refused step is undone as a whole."""

    def __init__(
        self, shop: "Selling", member: Doc | None, total: int, credit: Doc | None, *, is_offline: bool
    ) -> None:
        self.shop, self.member, self.total, self.is_offline = shop, member, total, is_offline
        self.tenders = [] if credit is None else [credit]
        self.change = 0
        self.points_used = 0
        self.points_fen = 0
        self.stored_used: tuple[int, int] | None = None

    @property
    def rest(self) -> int:
        return int(self.total - sum(tender["amount"] for tender in self.tenders))

    def take(self, offered: list[Doc]) -> None:
        for offer in offered:
            match offer["type"]:
                case "cash":
                    pass
                case "stored":
                    self._stored(offer["amount"])
                case "points":
                    self._points(offer["points"])
                case kind:
                    self._record(kind, offer["amount"])
        self._cash([offer["amount"] for offer in offered if offer["type"] == "cash"])

    def _record(self, kind: str, amount: int, **more: object) -> None:
        if amount > max(0, self.rest):
            raise RefusedError("over_tender")
        if amount:
            self.tenders.append({"type": kind, "amount": amount, "left": amount, **more})

    def _owner(self) -> Doc:
        if self.member is None:
            raise RefusedError("no_member")
        return self.member

    def _stored(self, offered: int | str) -> None:
        member = self._owner()
        has = member["principal"] + member["bonus"]
        amount = offered if isinstance(offered, int) else max(0, min(has, self.rest))
        if amount > has:
            raise RefusedError("stored_insufficient")
        principal, bonus = self.stored_used or (0, 0)
        if self.is_offline and principal + bonus + amount > self.shop.leave["stored_per_sale"]:
            raise RefusedError("offline_limit")
        match self.shop.settings.get("stored", {}).get("order", "bonus_first"):
            case "bonus_first":
                of_bonus = min(member["bonus"], amount)
            case "principal_first":
                of_bonus = amount - min(member["principal"], amount)
            case _:
                of_bonus = amount * member["bonus"] // has if has else 0
        self._record("stored", amount, principal=amount - of_bonus, bonus=of_bonus)
        member["principal"] -= amount - of_bonus
        member["bonus"] -= of_bonus
        self.stored_used = principal + amount - of_bonus, bonus + of_bonus

    def _points(self, offered: int | str) -> None:
        member, program = self._owner(), self.shop.program
        if program is None:
            raise RefusedError("bad_request")
        if self.is_offline and not self.shop.leave["points"]:
            raise RefusedError("offline_limit")
        rate, step = program["redeem_fen_per_100"], program["redeem_step"]
        cap = max(0, max(0, self.total) * program["redeem_max_bp"] // 10000 - self.points_fen)
        has = max(0, self.shop.balance(member))
        if isinstance(offered, int):
            points = offered
        else:
            points = has // step * step
            while points * rate // 100 > max(0, min(cap, self.rest)):
                points -= step
        worth = points * rate // 100
        for is_wrong, code in (
            (points % step, "points_step"),
            (points > has, "points_insufficient"),
            (worth > cap, "points_over_limit"),
        ):
            if is_wrong:
                raise RefusedError(code)
        self._spend_points(member, points, worth)

    def _spend_points(self, member: Doc, points: int, worth: int) -> None:
        if worth > max(0, self.rest):
            raise RefusedError("over_tender")
        if worth:
            lots = [[*lot] for lot in self.shop.lose(member, points)]
            self._record("points", worth, points=points, gone=0, lots=lots)
            self.points_used += points
            self.points_fen += worth

    def _cash(self, amounts: list[int]) -> None:
        rest, given = self.rest, sum(amounts)
        if amounts and rest > 0 and self.shop.rounding["on"] == "cash":
            self.total += self.shop.rounded(rest) - rest
            rest = self.rest
        if rest > given:
            raise RefusedError("underpaid", short=rest - given)
        if rest:
            self.tenders.append({"type": "cash", "amount": rest, "left": rest})
        self.change = given - max(0, rest)
