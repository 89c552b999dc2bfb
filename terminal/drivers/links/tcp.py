"""``tcp:host:port``: network printers on port 9100. Most serve one client at a time and forget to hang up."""

import socket
from typing import Final

from terminal.drivers.links.address import TcpAddress
from terminal.drivers.links.descriptor import DescriptorLink, mapped_errors

CONNECT_TIMEOUT_S: Final = 5.0
_OPTIONS: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 10),  # s of silence before the first probe
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),  # s between probes
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.SOL_SOCKET, socket.SO_SNDBUF, 8192),  # B: a printer that takes nothing is felt after a few KiB, not MiB
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),  # a status query is 3 bytes: never wait to fill a segment
)


def connect(address: tuple[str, int]) -> socket.socket:
    """Connect within 5 s and keep the connection honest: a half-open one is found out within 25 s."""
    with mapped_errors(f"{address[0]}:{address[1]}"):
        connection = socket.create_connection(address, timeout=CONNECT_TIMEOUT_S)
        for level, option, value in _OPTIONS:
            connection.setsockopt(level, option, value)
        return connection


def open_tcp(address: TcpAddress) -> DescriptorLink:
    """Connect to a network printer."""
    connection = connect((address.host, address.port))
    connection.setblocking(False)
    return DescriptorLink(connection.fileno(), what=f"{address.host}:{address.port}", release=connection.close)
