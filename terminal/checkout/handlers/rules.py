"""News of rules files: offered, taken over between sales, refused."""

from msgspec.structs import replace

from terminal.checkout.effects import LoadRules
from terminal.checkout.inputs import RulesFailed, RulesLoaded, RulesOffered
from terminal.checkout.messages import No, Say, refusal
from terminal.checkout.outcome import Applied, Ignored, Outcome, Said, Turn, say
from terminal.checkout.rows import line_views
from terminal.checkout.state import Counter
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.rule_set import NO_RULES, RuleSet
from terminal.domain.promotions.store_values import StoreValues, set_by_store
from terminal.domain.text import SafeText, clean
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
    """The rules decide from now on; an open sale is the one that they belong to, or has lost its own.

    What the store set of the rules before holds on, where these allow it; what they do not is told.
    """
    counter, cause = turn.counter, turn.cause
    record, version = counter.record, cause.info.version
    counter, ignored = decided(counter, cause.rules, cause.trade)
    counter = replace(counter, rules=cause.info, used=cause.uses, offered_rules=_still_offered(counter, version))
    if version == (record.rules_version if record.sale is None else record.sale.rules_version):
        return Applied(counter=counter)
    label = clean(cause.info.label)
    fact = pev.RulesActivated(
        version=version, sha256=cause.info.sha256, label=cause.info.label, ignored=own_of(counter, ignored)
    )
    said = _told(counter, label=label)
    if ignored:
        said = say(Say.RULES_IGNORE, Level.ATTENTION, label=label, values=clean(", ".join(ignored)))
    return Applied(counter=counter, facts=(fact,), said=said)


def _told(counter: Counter, *, label: SafeText) -> Said | None:
    """Return what is told of other rules: nothing of the first that a till has."""
    record = counter.record
    if record.sale is not None:
        return say(Say.RULES_LOST, Level.ATTENTION, label=label)
    return None if record.rules_version == 0 else say(Say.RULES_CHANGED, label=label)


def own_of(counter: Counter, ignored: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of ignored values that were set at this till."""
    own = {f"{rule}.{param}" for rule, params in counter.record.store_values.items() for param in params}
    return tuple(name for name in ignored if name in own)


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
    without, _ = decided(counter, NO_RULES, NOTHING_DECLARED)
    return Applied(counter=without, facts=(refused, pev.RulesActivated(version=0)), said=said)


def decided(
    counter: Counter, rules: RuleSet, declared: DeclaredTrade, *, own: StoreValues | None = None
) -> tuple[Counter, tuple[str, ...]]:
    """Return the counter with HQ's rules and what the store sets of them, its open sale priced by them.

    ``own`` is what this till sets; None: what its record says. Beside it is ``rule.param`` of what the rules ignore.
    """
    trade = declared.beside(counter.settings.rounding)
    record = counter.record
    if own is None:
        own = record.store_values if record.sale is None else record.sale.store_values
    changed, ignored = set_by_store(rules, trade.values_of(counter.identity.store, own))
    pricer = Pricer(changed, selection=trade.selection)
    priced = None if record.sale is None else price_sale(record.sale, pricer=pricer)
    counter = replace(counter, declared=declared, trade=trade, hq_rules=rules, pricer=pricer)
    return replace(counter, priced=priced, rows=line_views(priced)), ignored


def _pinned(counter: Counter) -> int:
    """Return the rules that have to be there: those of the open sale, else those that were active last."""
    sale = counter.record.sale
    return counter.record.rules_version if sale is None else sale.rules_version


def _still_offered(counter: Counter, version: int, *, exactly: bool = False) -> int | None:
    waiting = counter.offered_rules
    if waiting is None or waiting == version or (waiting < version and not exactly):
        return None
    return waiting
