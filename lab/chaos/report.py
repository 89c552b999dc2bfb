"""What a chaos run says at its end."""

import statistics
from collections.abc import Sequence

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
    kills = ", ".join(f"{victim} {count}" for victim, count in summary.kills.items())
    moments = ", ".join(f"{moment} {count}" for moment, count in summary.moments.items())
    rows = [
        f"baskets {found.baskets}, lines {found.lines}, events {found.events}, in {summary.seconds} s, "
        f"seed {summary.seed}",
        f"kill -9 {sum(summary.kills.values())} times: {kills}",
        f"  in the middle of: {moments}",
        *(
            f"  {victim} worked again after {one.p50_ms} ms (median), {one.max_ms} ms (longest), {one.times} times"
            for victim, one in summary.recovery.items()
        ),
        f"scans {found.scans}: {found.scans_answered} had their outcome, {found.scans_kept} were kept before it was "
        f"seen, {found.scans_repeated} were scanned again",
        f"scans lost {found.lost_scans}, doubled {found.doubled_scans}",
        f"lines lost {found.lost_lines}, doubled {found.doubled_lines}",
        f"sales lost {found.lost_sales}, doubled {found.doubled_sales}",
        f"data set {format_fen(found.data_total)}  till {format_fen(found.till_total)}  "
        f"HQ {format_fen(found.hq_total)}, mismatches {found.mismatches}",
        f"chain: {found.chain_rows} rows checked",
        f"drawer: {found.drawer_pulses} pulses, at most {found.most_pulses_of_one_sale} at one sale",
        f"paper: {found.receipts.originals} receipts, at most {found.receipts.most_of_one_sale} of one sale, "
        f"{found.receipts.copies} marked copies, {found.receipts.without} sales without paper",
        f"faults {len(found.faults)}",
        *(f"  {fault}" for fault in found.faults[:SHOWN_FAULTS]),
    ]
    return "\n".join(rows)


def as_line(summary: Summary) -> str:
    """Return the summary as one line of JSON."""
    return msgspec.json.encode(summary).decode()
