"""What a chaos run says at its end."""

import statistics
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from lab.chaos.audit import Findings
from lab.chaos.killer import Killer
from lab.chaos.plan import Moment, Victim
from terminal.domain.money import format_fen

SHOWN_FAULTS = 20
MEASURED = (Victim.TILL, Victim.SCREEN)


class Recovery(Struct, frozen=True, kw_only=True):
    """From the kill until it worked again: the till could sell, the screen had painted."""

    times: int
    p50_ms: int
    max_ms: int


class Summary(Struct, frozen=True, kw_only=True):
    """The last line of ``--json``."""

    ok: bool
    seed: int
    seconds: int
    kills: dict[Victim, int]
    moments: dict[Moment, int]
    recovery: dict[Victim, Recovery]
    findings: Findings


def summarize(findings: Findings, killer: Killer, *, seed: int, seconds: float) -> Summary:
    """Return the figures."""
    return Summary(
        ok=not findings.faults,
        seed=seed,
        seconds=round(seconds),
        kills={victim: killer.kills[victim] for victim in Victim},
        moments={moment: killer.moments[moment] for moment in Moment},
        recovery={victim: _recovery(killer.recoveries.get(victim, ())) for victim in MEASURED},
        findings=findings,
    )


def _recovery(times_s: Sequence[float]) -> Recovery:
    if not times_s:
        return Recovery(times=0, p50_ms=0, max_ms=0)
    return Recovery(
        times=len(times_s), p50_ms=round(statistics.median(times_s) * 1000), max_ms=round(max(times_s) * 1000)
    )


def text(summary: Summary) -> str:
    """Return the report for people."""
    found = summary.findings
    scans, paper = found.scans, found.receipts
    totals = {"data set": found.data_total, "till": found.till_total, "HQ": found.hq_total}
    rows = [
        f"seed {summary.seed}: {found.baskets} baskets, {found.lines} lines, {found.books} price books",
        *_kills(summary),
        f"scans {scans.scanned}: {scans.answered} had their outcome; of those without one that was seen",
        f"  {scans.kept} stood in the basket when the till was back, {scans.repeated} were scanned again",
        f"lost: {scans.lost} scans, {found.lost_lines} lines, {found.lost_sales} sales",
        f"doubled: {scans.doubled} scans, {found.doubled_lines} lines, {found.doubled_sales} sales",
        "  ".join(f"{side} {format_fen(total)}" for side, total in totals.items()),
        f"mismatches {found.mismatches}",
        f"chain: {found.chain_rows} of {found.events} events checked",
        f"drawer: {found.drawer_pulses} pulses, at most {found.most_pulses_of_one_sale} at one sale",
        f"paper: {paper.originals} receipts, at most {paper.most_of_one_sale} of one sale",
        f"  {paper.copies} marked copies, {paper.without} sales without paper",
        f"faults {len(found.faults)}",
        *(f"  {fault}" for fault in found.faults[:SHOWN_FAULTS]),
    ]
    return "\n".join(rows)


def _kills(summary: Summary) -> Iterator[str]:
    victims = ", ".join(f"{victim} {count}" for victim, count in summary.kills.items())
    moments = ", ".join(f"{moment} {count}" for moment, count in summary.moments.items())
    yield f"kill -9 {sum(summary.kills.values())} times in {summary.seconds} s: {victims}"
    yield f"  in the middle of: {moments}"
    for victim, one in summary.recovery.items():
        if one.times:
            yield f"  {victim} worked again after {one.p50_ms} ms (median), {one.max_ms} ms (longest of {one.times})"


def as_line(summary: Summary) -> str:
    """Return the summary as one line of JSON."""
    return msgspec.json.encode(summary).decode()
