"""VAT that is contained in prices, once per rate (CHECKOUT 6)."""

from collections.abc import Iterable

from msgspec import Struct

from terminal.domain.money import BASIS, half_up


class VatAmount(Struct, frozen=True, kw_only=True):
    """Gross and tax of one rate (basis points), in fen."""

    rate_bp: int
    gross_fen: int
    tax_fen: int


def contained_tax(gross_fen: int, rate_bp: int) -> int:
    """Return the tax in a gross amount: HALF-UP(gross * rate / (1 + rate)), mirrored for negative amounts."""
    return half_up(gross_fen * rate_bp, BASIS + rate_bp)


def vat_by_rate(nets: Iterable[tuple[int, int]]) -> tuple[VatAmount, ...]:
    """Return gross and tax per rate, by rising rate, of (rate in basis points, net in fen) of each line."""
    gross_by_rate: dict[int, int] = {}
    for rate_bp, net_fen in nets:
        gross_by_rate[rate_bp] = gross_by_rate.get(rate_bp, 0) + net_fen
    return tuple(
        VatAmount(rate_bp=rate_bp, gross_fen=gross_fen, tax_fen=contained_tax(gross_fen, rate_bp))
        for rate_bp, gross_fen in sorted(gross_by_rate.items())
    )
