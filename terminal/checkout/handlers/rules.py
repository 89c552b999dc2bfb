"""News of rules files: offered, taken over between sales, refused."""

from msgspec.structs import replace

from terminal.checkout.effects import LoadRules
from terminal.checkout.inputs import RulesFailed, RulesLoaded, RulesOffered
from terminal.checkout.messages import No, Say, refusal
from terminal.checkout.outcome import Applied, Ignored, Outcome, Turn, say
from terminal.checkout.rows import line_views
from terminal.checkout.state import Counter
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.rule_set import NO_RULES, RuleSet
from terminal.domain.text import clean
from terminal.domain.trade import NOTHING_DECLARED, DeclaredTrade
from terminal.wire import promotion_events as pev
from terminal.wire.counter.view import Level


def offered(turn: Turn[RulesOffered]) -> Outcome:
    """Remember newer rules; they are loaded between sales. A till that comes up in a sale loads that sale's own first.

    An open sale that began without any keeps none.
    """
    counter, version = turn.counter, turn.cause.version
    if counter.rules is not None and version <= counter.rules.version:
        return Ignored()
    counter = replace(counter, offered_rules=max(version, counter.offered_rules or 0))
    sale = counter.record.sale
    if counter.rules is None and sale is not None and sale.rules_version:
        return Applied(counter=counter, effects=(LoadRules(sale.rules_version),))
    return Applied(counter=counter)


def loaded(turn: Turn[RulesLoaded]) -> Outcome:
    """The rules decide from now on; an open sale is the one that they belong to, or has lost its own."""
    counter, cause = turn.counter, turn.cause
    record, version = counter.record, cause.info.version
    counter = replace(
        _decided(counter, cause.rules, cause.trade),
        rules=cause.info,
        used=cause.uses,
        offered_rules=_still_offered(counter, version),
    )
    if version == (record.rules_version if record.sale is None else record.sale.rules_version):
        return Applied(counter=counter)
    fact = pev.RulesActivated(version=version, sha256=cause.info.sha256, label=cause.info.label)
    message = Say.RULES_CHANGED if record.sale is None else Say.RULES_LOST
    level = Level.OK if record.sale is None else Level.ATTENTION
    is_first = record.rules_version == 0 and record.sale is None
    said = None if is_first else say(message, level, label=clean(cause.info.label))
    return Applied(counter=counter, facts=(fact,), said=said)


def failed(turn: Turn[RulesFailed]) -> Outcome:
    """Rules were refused: the till sells on with those that it has.

    Where these are the ones that are gone, it takes the others that it was offered, or goes on without any, and tells.
    """
    counter, version, reason = turn.counter, turn.cause.version, turn.cause.reason
    counter = replace(counter, offered_rules=_still_offered(counter, version, exactly=True))
    told = {"version": str(version), "reason": refusal(reason, otherwise=No.BOOK_INVALID)}
    said = say(Say.RULES_REFUSED, Level.ATTENTION, **told)
    refused = pev.RulesRefused(version=version, reason=reason)
    if counter.rules is not None or version != _pinned(counter):
        return Applied(counter=counter, facts=(refused,), said=said)
    other = counter.offered_rules
    if other is not None:
        return Applied(counter=counter, facts=(refused,), effects=(LoadRules(other),), said=said)
    without = _decided(counter, NO_RULES, NOTHING_DECLARED)
    return Applied(counter=without, facts=(refused, pev.RulesActivated(version=0)), said=said)


def _decided(counter: Counter, rules: RuleSet, declared: DeclaredTrade) -> Counter:
    """Return the counter with other rules, its open sale priced by them."""
    trade = declared.beside(counter.settings.rounding)
    pricer = Pricer(rules, selection=trade.selection)
    sale = counter.record.sale
    priced = None if sale is None else price_sale(sale, pricer=pricer)
    return replace(counter, declared=declared, trade=trade, pricer=pricer, priced=priced, rows=line_views(priced))


def _pinned(counter: Counter) -> int:
    """Return the rules that have to be there: those of the open sale, else those that were active last."""
    sale = counter.record.sale
    return counter.record.rules_version if sale is None else sale.rules_version


def _still_offered(counter: Counter, version: int, *, exactly: bool = False) -> int | None:
    waiting = counter.offered_rules
    if waiting is None or waiting == version or (waiting < version and not exactly):
        return None
    return waiting
