"""Who may operate the till: root, its own user, and the members of one group. The kernel says who called.

An uplink that was taken over must not sign in as a cashier: the rights of a socket's file are the first fence, and this
one still stands when somebody made a mistake with a folder.
"""

import grp
import os
import socket
import struct
from dataclasses import dataclass
from typing import Protocol

from terminal.domain.errors import ConfigError

SO_PEERGROUPS = 59
"""<asm-generic/socket.h>: the supplementary groups of who connected, as an array of gid_t (Linux 4.13)."""
MOST_GROUPS = 256
"""Read of one caller: Python reads options of at most 1 KiB. Of who is in more, the primary group counts."""
_CREDENTIALS = struct.Struct("iII")
"""``struct ucred``: pid, uid, gid (unix(7), SO_PEERCRED)."""


class Peer(Protocol):
    """A connected Unix socket."""

    def getsockopt(self, level: int, option: int, size: int, /) -> bytes:
        """Return the bytes of an option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is at the other end, as it was when it connected."""

    pid: int
    uid: int
    gids: frozenset[int]


def caller_of(peer: Peer) -> Caller:
    """Return who connected."""
    size = _CREDENTIALS.size
    pid, uid, gid = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    try:
        more = peer.getsockopt(socket.SOL_SOCKET, SO_PEERGROUPS, MOST_GROUPS * 4)
    except OSError:
        more = b""
    return Caller(pid=pid, uid=uid, gids=frozenset((gid, *struct.unpack(f"{len(more) // 4}I", more))))


class Admission:
    """Decides about each connection to the operator's door."""

    def __init__(self, group: str = "") -> None:
        """Take the members of a group as well; `ConfigError` if this host has none of that name."""
        self._gid: int | None = None
        if group:
            try:
                self._gid = grp.getgrnam(group).gr_gid
            except KeyError as error:
                hint = "systemd-sysusers makes it"
                raise ConfigError(f"counter_group: this host has no group {group}", hint=hint) from error

    def admits(self, caller: Caller) -> bool:
        """Whether somebody may operate the till."""
        return caller.uid in (0, os.geteuid()) or self._gid in caller.gids
