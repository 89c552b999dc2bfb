"""What the counter knows of the scale while a prompt asks for a weight."""

from collections.abc import Mapping

from msgspec import Struct

from terminal.checkout.drafts import Draft
from terminal.checkout.goods.messages import GoodsNo
from terminal.ports.devices import Weight, WeightState

FRESH_MS = 500
"""How long ago a weight may have been asked for to be sold by (DEVICES §7)."""
_REFUSALS: Mapping[WeightState, GoodsNo] = {
    WeightState.MOTION: GoodsNo.SCALE_RESTLESS,
    WeightState.OVER: GoodsNo.SCALE_OVER,
    WeightState.UNDER: GoodsNo.SCALE_UNDER,
    WeightState.WRONG_UNIT: GoodsNo.SCALE_UNIT,
    WeightState.GARBLED: GoodsNo.SCALE_GARBLED,
    WeightState.SILENT: GoodsNo.SCALE_SILENT,
}
FAULTS = frozenset({WeightState.WRONG_UNIT, WeightState.GARBLED, WeightState.SILENT})
"""The scale itself is not well: what it said a while ago is as good a reason as what it says now."""


class Weighing(Struct, frozen=True, kw_only=True):
    """The scale is asked again and again for as long as the weight of ``draft`` is; None: nobody asks.

    ``turn`` counts the drafts: an answer of an earlier turn means nothing. The reading under way was asked for at
    ``asked_ms``, the last one, ``seen``, at ``seen_ms``. ``since_ms``: the cashier said to take the weight, which did
    not lie still yet. ``last_g`` was taken last, and nothing else was seen on the scale since; 0 = it was.
    """

    turn: int = 0
    draft: Draft | None = None
    asked_ms: int = 0
    seen: Weight | None = None
    seen_ms: int = 0
    since_ms: int | None = None
    last_g: int = 0


def told(now: Weighing) -> str:
    """Return what a screen says of the scale: the code of a text, empty while nobody asks it."""
    if now.draft is None:
        return ""
    if now.seen is None:
        return "wait"
    if now.seen.state is not WeightState.STABLE:
        return now.seen.state
    if now.seen.grams == 0:
        return "empty"
    return "same" if now.seen.grams == now.last_g else "net" if now.seen.net else "stable"


def refusal_of(seen: Weight) -> GoodsNo | None:
    """Return why a reading is no weight to be sold by; None if it is one."""
    if seen.state is WeightState.STABLE:
        return None if seen.grams > 0 else GoodsNo.SCALE_EMPTY
    return _REFUSALS[seen.state]


def seen_by(now: Weighing, weight: Weight) -> Weighing:
    """Return what is known after a reading."""
    lies_still = weight.state is WeightState.STABLE and weight.grams == now.last_g
    return Weighing(
        turn=now.turn,
        draft=now.draft,
        asked_ms=now.asked_ms,
        seen=weight,
        seen_ms=now.asked_ms,
        since_ms=now.since_ms,
        last_g=now.last_g if lies_still or weight.state in FAULTS else 0,
    )
