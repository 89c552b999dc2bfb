"""Plays one case: ids, repeats and undecided payments around its steps (CHECKOUT 1, 7)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from lab.cases import selling, store
from lab.cases.gateway import PaymentFailedError, PaymentPendingError
from lab.cases.schema import AnyStep, Case, Json
from lab.cases.selling import Turn
from lab.cases.setup import given, read_setup
from lab.cases.shapes import Result
from lab.cases.shop import Shop
from terminal.domain.errors import InputError, PosError, RuleError, UnderpaidError
from terminal.domain.gateways import Attempt

_PLAYERS: Mapping[str, Callable[..., Result]] = {
    "quote": selling.quote,
    "sale": selling.sale,
    "suspend": selling.suspend,
    "resume": selling.resume,
    "exchange": selling.exchange_step,
    "refund": store.refund_step,
    "void": store.void_step,
    "refund_no_receipt": store.refund_no_receipt,
    "topup": store.topup,
    "cashout": store.cashout,
    "member": store.show_member,
    "set_status": store.set_status,
    "merge": store.merge_step,
    "tier_review": store.tier_review,
    "shift_open": store.shift_open,
    "cash_move": store.cash_move,
    "x_report": store.x_report,
    "shift_close": store.shift_close,
    "receive": store.receive,
    "stocktake": store.stocktake,
}
_MUST_HAVE_ID = frozenset({"sale", "resume", "exchange", "suspend"})
_ONE_NAMESPACE = frozenset({"sale", "resume", "exchange", "topup", "cashout", "refund", "refund_no_receipt"})
"""Whose ids are looked at before anything else; those of held baskets are another matter."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)


class Pending(Struct, frozen=True, kw_only=True):
    """A step whose payment is undecided: what it asked, when it was first tried, and where its tenders stand."""

    asked: Json
    at: str
    attempts: Sequence[Attempt | None]


class Player:
    """One case on one shared state."""

    def __init__(self, case: Case) -> None:
        self._now = case.now
        self.shop = Shop(read_setup(case))
        self._results: dict[str, Result] = {}
        self._pending: dict[str, Pending] = {}

    def play(self, step: Json) -> Result:
        """Return the result of one step."""
        given = step.get("id")
        op = step.get("op")
        key = given if isinstance(given, str) and isinstance(op, str) and op in _ONE_NAMESPACE else None
        try:
            if key is not None and key in self._results:
                return {**self._results[key], "replayed": True}
            return self._first(step, key)
        except UnderpaidError as error:
            return {"status": "error", "error": error.code, "short": error.short_fen}
        except InputError as error:
            return refused(error)
        except PosError as error:
            return {"status": "error", "error": error.code}

    def _first(self, step: Json, key: str | None) -> Result:
        """Play a step that was not done yet."""
        pending = self._undecided(step, key)
        at = _moment(step.get("at"), self._now) if pending is None else pending.at
        turn = Turn(at=at, before=() if pending is None else pending.attempts)
        try:
            result = _PLAYERS[_op(step)](self.shop, decoded(step), turn)
        except PaymentPendingError as error:
            self._pending[key or ""] = Pending(asked=_asked(step), at=at, attempts=error.attempts)
            return {"status": error.code, "payments": error.payments}
        except PaymentFailedError as error:
            self._pending.pop(key or "", None)
            return {"status": "error", "error": error.code, "payments": error.payments}
        if key is not None:
            self._results[key] = result
            self._pending.pop(key, None)
        return result

    def _undecided(self, step: Json, key: str | None) -> Pending | None:
        """Return what an earlier try of the same step left; `RuleError` ``payment_undecided`` for any other step."""
        for pending_id, pending in self._pending.items():
            if key == pending_id and _asked(step) == pending.asked:
                return pending
            if key == pending_id or ("of" in step and step["of"] == pending.asked.get("of")):
                raise RuleError(f"a payment of {pending_id} is undecided", code="payment_undecided")
        return None


def _op(step: Json) -> str:
    """Return what a step does; `InputError` if there is no such step, or it lacks the id that it needs."""
    op = step.get("op")
    if not isinstance(op, str) or op not in _PLAYERS:
        raise InputError(f"no step {op!r}")
    if op in _MUST_HAVE_ID and not step.get("id"):
        raise InputError(f"a {op} needs an id")
    return op


def _moment(given: object, now: str) -> str:
    """Return the time of a step; `InputError` if that is none."""
    at = now if given is None else given
    if not isinstance(at, str) or _TIME.fullmatch(at) is None:
        raise InputError(f"no time {at!r}")
    try:
        datetime.fromisoformat(at)
    except ValueError as error:
        raise InputError(f"no time {at!r}") from error
    return at


def decoded(step: Json) -> AnyStep:
    """Return a step as the product takes it; `InputError` if it makes no sense."""
    try:
        return msgspec.convert(given(step), AnyStep)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise InputError(str(error)) from error


def _asked(step: Json) -> Json:
    """Return a step without its time and its scripts: what must be the same when it is tried again."""
    asked = {key: value for key, value in step.items() if key != "at"}
    tenders = asked.get("tenders")
    if isinstance(tenders, list):
        asked["tenders"] = [_without_script(tender) for tender in tenders]
    return asked


def _without_script(tender: object) -> object:
    if not isinstance(tender, dict):
        return tender
    return {key: value for key, value in tender.items() if key != "script"}


def refused(error: InputError) -> Result:
    """Return the result of a step that makes no sense, or whose case makes none."""
    return {"status": "error", "error": error.code, "because": str(error)}


def play_case(case: Case) -> list[Result]:
    """Return the results of all steps of a case. What is expected is not looked at.

    A rule set that makes no sense is refused whole, and so is every step.
    """
    try:
        player = Player(case)
    except InputError as error:
        return [refused(error) for _ in case.steps]
    return [player.play(step) for step in case.steps]
