"""Scripted gateways of a sale, and attempts that wait for the same step to be tried again (CHECKOUT 7)."""

from collections.abc import Sequence

from terminal.domain.errors import RuleError
from terminal.domain.gateways import Answer, Attempt, AttemptState, Call
from terminal.domain.sale import TenderKind
from terminal.domain.trade import GatewayTries

Payments = list[dict[str, object]]
_STANDS = frozenset({AttemptState.PAID, AttemptState.UNKNOWN})
_FAILED = frozenset({AttemptState.DECLINED, AttemptState.REVERSED})


class PaymentPendingError(RuleError):
    """Nobody knows whether a customer has paid."""

    code = "pending_payment"

    def __init__(self, payments: Payments, attempts: "list[Attempt | None]") -> None:
        super().__init__("the state of a payment is unknown")
        self.payments = payments
        self.attempts = attempts


class PaymentFailedError(RuleError):
    """A payment was declined or reversed, and so all others of the sale were given back."""

    def __init__(self, state: AttemptState, payments: Payments) -> None:
        super().__init__(f"a payment was {state}", code=f"payment_{state}")
        self.payments = payments


class ScriptedTender:
    """One tender at its gateway. ``script`` are the answers to its calls in this step, then only time-outs.

    One without a script has a gateway only if an earlier try of the step called it (``before``).
    """

    def __init__(
        self, kind: TenderKind, script: Sequence[Answer] | None, tries: GatewayTries, before: Attempt | None
    ) -> None:
        self.kind = kind
        self.calls: list[str] = []
        self.has_gateway = script is not None or before is not None
        self._answers = iter(script or ())
        self._tries = tries
        self.attempt = before

    def run(self) -> AttemptState:
        """Call the gateway until the state is known, or nothing more may be asked.

        What an earlier try left begins with a query in the place of ``pay``; all others come after it as ever.
        """
        tries = self._tries
        fresh = Attempt(kind=self.kind, queries=tries.query_max, reverses=tries.reverse_max)
        if self.attempt is not None and self.attempt.state in _STANDS:
            fresh = self.attempt.again(queries=tries.query_max + 1, reverses=tries.reverse_max)
        return self._play(fresh)

    def reverse(self) -> AttemptState:
        """Give back what may have been paid."""
        if self.attempt is not None and self.attempt.state in _STANDS:
            return self._play(self.attempt.undone(self._tries.reverse_max))
        return self.attempt.state if self.attempt is not None else AttemptState.CREATED

    def _play(self, attempt: Attempt) -> AttemptState:
        while (call := attempt.next_call) is not None:
            self.calls.append(Call(call).value)
            attempt = attempt.answered(call, next(self._answers, Answer.TIMEOUT))
        self.attempt = attempt
        return attempt.state


def charge(tenders: Sequence[ScriptedTender]) -> Payments:
    """Pay all that have a gateway, in order; return what was called.

    `PaymentPendingError` if one is unknown, also one that should be reversed; `PaymentFailedError` if one failed.
    """
    failed: AttemptState | None = None
    for one in [one for one in tenders if one.has_gateway]:
        state = one.run()
        if state in _FAILED:
            failed = state
            for other in tenders:
                if other is not one:
                    other.reverse()
        if state is not AttemptState.PAID:
            break
    payments: Payments = [
        {"type": str(one.kind), "state": str(one.attempt.state), "calls": one.calls}
        for one in tenders
        if one.calls and one.attempt is not None
    ]
    attempts = [one.attempt for one in tenders]
    if any(attempt is not None and attempt.state is AttemptState.UNKNOWN for attempt in attempts):
        raise PaymentPendingError(payments, attempts)
    if failed is not None:
        raise PaymentFailedError(failed, payments)
    return payments
