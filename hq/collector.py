"""Takes the journals of all tills: every row once, in a chain without gaps, answered only after the commit.

Rows may come in any order and any number of times. What is behind a gap is kept, but acknowledged only when the gap is
filled and the chain over the seam is right.
"""

from collections.abc import Sequence

import msgspec

from hq.errors import HqError, StoreConflictError
from hq.examiner import Examiner
from hq.projector import Projected, dump_record, load_record, project, store_projected
from hq.returns import ReturnExaminer
from hq.store.port import Alarm, AlarmKind, Chain, Store
from terminal.domain.errors import InputError
from terminal.wire import topics
from terminal.wire.chain import Row, genesis
from terminal.wire.envelope import (
    Acked,
    Answer,
    Batch,
    BatchRefused,
    Birth,
    ForkFound,
    GapFound,
    decode_birth,
    unpack_batch,
)
from terminal.wire.events import EpochBegan
from terminal.wire.promotion_events import RuleValueSet
from terminal.wire.record import TillRecord

READ_ROWS = 500


class ForkError(HqError):
    """Inside the collector: a row differs from one that HQ knows, or does not follow from it."""

    code = "fork"

    def __init__(self, seq: int) -> None:
        super().__init__(f"fork at {seq}")
        self.seq = seq


class Collector:
    """One thread owns it. Its methods return what to answer; call them inside a transaction of the store.

    Unless it ``blocks`` nobody, members who spent more stored value than they had are blocked.
    """

    def __init__(self, store: Store, examiner: Examiner | None = None, *, blocks: bool = True) -> None:
        self._store = store
        self._blocks = blocks
        self._examiner = examiner or Examiner()
        self._returns = ReturnExaminer(store, self._examiner.bookcase, self._examiner.keys)
        self._records: dict[tuple[str, int], tuple[int, TillRecord]] = {}
        self.rule_values = 0
        """How often tills told what their stores set of the rules."""

    def forget(self) -> None:
        """Drop what is remembered of the database: a transaction was rolled back."""
        self._records.clear()

    def birth(self, terminal: str, payload: bytes, *, now_ms: int) -> Answer:
        """Tell a terminal that connected how far HQ is; `InputError` for nonsense."""
        birth: Birth = decode_birth(payload)
        if birth.terminal != terminal:
            raise InputError(f"birth of {birth.terminal[:60]!r} on the topic of {terminal}", code="batch_foreign")
        self._saw(terminal, birth.epoch, birth.head, now_ms)
        chain = self._chain(terminal, birth.epoch)
        return _acked(chain, now_ms=now_ms, session=birth.session)

    def batch(self, terminal: str, payload: bytes, *, now_ms: int) -> Answer:
        """Take a batch. What cannot be read goes into quarantine, and others go on."""
        try:
            batch, rows = unpack_batch(payload, terminal=terminal)
        except InputError as error:
            return self._refuse(terminal, payload, reason=error.code, now_ms=now_ms)
        chain = self._chain(terminal, batch.epoch)
        try:
            self._insert(chain, batch, rows, now_ms=now_ms)
            chain = self._advance(chain, now_ms=now_ms)
        except StoreConflictError:
            return self._fork(chain, payload, fork_at=batch.first_seq, now_ms=now_ms)
        except ForkError as fork:
            return self._fork(chain, payload, fork_at=fork.seq, now_ms=now_ms)
        self._saw(terminal, batch.epoch, batch.head, now_ms)
        if chain.acked < batch.first_seq - 1:
            return _gap(chain, batch)
        return _acked(chain, now_ms=now_ms)

    def _saw(self, terminal: str, epoch: int, head: int, now_ms: int) -> None:
        store = topics.store_of(terminal)
        self._store.tills.seen(terminal, store=store, epoch=epoch, head=head, at_ms=now_ms)

    def _chain(self, terminal: str, epoch: int) -> Chain:
        known = self._store.journals.chain(terminal, epoch)
        start = genesis(terminal=terminal, epoch=epoch)
        return known or Chain(terminal=terminal, epoch=epoch, acked=0, hash=start, record=b"")

    def _insert(self, chain: Chain, batch: Batch, rows: Sequence[Row], *, now_ms: int) -> None:
        """Add what is new. What is known must be the same, and the first row must follow from the one before it."""
        journals = self._store.journals
        known = journals.hashes(chain.terminal, chain.epoch, first=batch.first_seq - 1, last=batch.last_seq)
        if batch.first_seq == 1:
            known[0] = genesis(terminal=chain.terminal, epoch=chain.epoch)
        if known.get(batch.first_seq - 1, batch.prev) != batch.prev:
            raise ForkError(batch.first_seq - 1)
        for row in rows:
            if known.get(row.seq, row.hash) != row.hash:
                raise ForkError(row.seq)
        new = [row for row in rows if row.seq not in known]
        with self._store.attempt():
            journals.add(chain.terminal, chain.epoch, new, recv_ms=now_ms)

    def _advance(self, chain: Chain, *, now_ms: int) -> Chain:
        """Follow the chain as far as it goes without a gap, and do what follows from its rows.

        `ForkError` when rows that had come before their turn do not follow: they go into quarantine.
        """
        start = chain.acked
        while rows := self._next_rows(chain):
            if chain.acked == 0:
                self._look_at_epoch(chain, rows[0], now_ms=now_ms)
            projected = project(
                self._record(chain), rows, terminal=chain.terminal, epoch=chain.epoch, examiner=self._examiner
            )
            store_projected(self._store, projected, self._returns, blocks=self._blocks)
            self.rule_values += sum(row.kind == RuleValueSet.__name__ for row in rows)
            chain = self._remember(chain, rows[-1], projected)
        if chain.acked > start:
            self._store.journals.save_chain(chain)
        if self._store.journals.hashes(chain.terminal, chain.epoch, first=chain.acked + 1, last=chain.acked + 1):
            strangers = self._store.journals.remove_after(chain.terminal, chain.epoch, chain.acked)
            payload = msgspec.msgpack.encode(strangers)
            self._store.tills.quarantine(chain.terminal, reason="fork", payload=payload, at_ms=now_ms)
            raise ForkError(chain.acked + 1)
        return chain

    def _look_at_epoch(self, chain: Chain, first: Row, *, now_ms: int) -> None:
        """Alarm about an epoch that comes out of the blue: a recovery adds one, and begins with what the till knew.

        A terminal with a new and empty disk looks the same as somebody who speaks in its name: a person must know.
        """
        known = self._store.journals.last_epoch(chain.terminal)
        if chain.epoch > known + 1:
            detail = f"epoch {chain.epoch} follows {known}: those between never came"
        elif chain.epoch > 1 and first.kind != EpochBegan.__name__:
            detail = f"epoch {chain.epoch} begins without what the till knew in epoch {known}"
        else:
            return
        self._store.tills.raise_alarm(Alarm(terminal=chain.terminal, kind=AlarmKind.EPOCH, at_ms=now_ms, detail=detail))

    def _next_rows(self, chain: Chain) -> list[Row]:
        """Return the rows that follow right behind the chain, up to the next gap or stranger."""
        rows: list[Row] = []
        seq, previous = chain.acked, chain.hash
        for row in self._store.journals.read(chain.terminal, chain.epoch, after=chain.acked, limit=READ_ROWS):
            if row.seq != seq + 1 or row.prev != previous:
                break
            rows.append(row)
            seq, previous = row.seq, row.hash
        return rows

    def _record(self, chain: Chain) -> TillRecord:
        seq, record = self._records.get((chain.terminal, chain.epoch), (-1, TillRecord()))
        if seq == chain.acked:
            return record
        return load_record(chain.record) or self._refold(chain)

    def _refold(self, chain: Chain) -> TillRecord:
        """Fold a journal anew from its first row: this HQ's record has another shape than the stored one."""
        record, after = TillRecord(), 0
        while after < chain.acked:
            limit = min(READ_ROWS, chain.acked - after)
            rows = self._store.journals.read(chain.terminal, chain.epoch, after=after, limit=limit)
            record = project(record, rows, terminal=chain.terminal, epoch=chain.epoch).record
            after = rows[-1].seq
        return record

    def _remember(self, chain: Chain, last: Row, projected: Projected) -> Chain:
        self._records[chain.terminal, chain.epoch] = (last.seq, projected.record)
        return Chain(
            terminal=chain.terminal,
            epoch=chain.epoch,
            acked=last.seq,
            hash=last.hash,
            record=dump_record(projected.record),
        )

    def _refuse(self, terminal: str, payload: bytes, *, reason: str, now_ms: int) -> Answer:
        self._store.tills.quarantine(terminal, reason=reason, payload=payload, at_ms=now_ms)
        alarm = Alarm(terminal=terminal, kind=AlarmKind.BATCH, at_ms=now_ms, detail=f"a message was refused: {reason}")
        self._store.tills.raise_alarm(alarm)
        epoch = max((row.epoch for row in self._store.tills.overview() if row.terminal == terminal), default=0)
        return BatchRefused(terminal=terminal, epoch=epoch, reason=reason)

    def _fork(self, chain: Chain, payload: bytes, *, fork_at: int, now_ms: int) -> Answer:
        """Two journals use one identity: keep the one that came first, put the other aside, call a person."""
        tills = self._store.tills
        tills.quarantine(chain.terminal, reason="fork", payload=payload, at_ms=now_ms)
        detail = f"epoch {chain.epoch}: another row {fork_at} than the one that HQ knows"
        tills.raise_alarm(Alarm(terminal=chain.terminal, kind=AlarmKind.FORK, at_ms=now_ms, detail=detail))
        return ForkFound(terminal=chain.terminal, epoch=chain.epoch, fork_at=fork_at)


def _acked(chain: Chain, *, now_ms: int, session: str = "") -> Acked:
    """Acknowledge a chain. This HQ deletes no row, so what it has committed is archived as well."""
    return Acked(
        terminal=chain.terminal,
        epoch=chain.epoch,
        acked=chain.acked,
        hash=chain.hash,
        hq_ms=now_ms,
        session=session,
        archived=chain.acked,
    )


def _gap(chain: Chain, batch: Batch) -> GapFound:
    return GapFound(terminal=chain.terminal, epoch=chain.epoch, first_seq=chain.acked + 1, last_seq=batch.first_seq - 1)
