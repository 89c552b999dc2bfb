"""The way to the payment host: a connection for each request, one line of JSON each way (docs/payments.md)."""

import asyncio
import ssl
from dataclasses import dataclass

import msgspec
import structlog

from terminal.domain.errors import UplinkError
from terminal.uplink.asker import NotSentError
from terminal.wire.gateway import LONGEST_LINE, Request, decode_reply, decode_request

log = structlog.get_logger("gateway")

CONNECT_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAddress:
    """Where the payment host is; ``tls`` = None speaks in the clear (lab, or a tunnel)."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None


class Gateway:
    """Asks the payment host. Nothing is tried twice: whether to ask again is the till's to say."""

    def __init__(self, address: GatewayAddress, *, connect_s: float = CONNECT_S) -> None:
        self._address = address
        self._connect_s = connect_s

    async def ask(self, body: bytes) -> bytes:
        """Return the host's reply to a request.

        `NotSentError` when the host cannot be reached or the request is none; `UplinkError` when it may have been heard
        and no reply came.
        """
        request = _request_of(body)
        reader, writer = await self._connect()
        try:
            writer.write(body + b"\n")
            return await _reply_to(request, reader)
        except OSError as error:
            raise UplinkError(f"the payment host: {error}", code="no_reply") from error
        finally:
            writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = self._address
        try:
            async with asyncio.timeout(self._connect_s):
                return await asyncio.open_connection(address.host, address.port, ssl=address.tls, limit=LONGEST_LINE)
        except (OSError, TimeoutError) as error:
            raise NotSentError(f"no payment host at {address.host}:{address.port}: {error}") from error


def _request_of(body: bytes) -> Request:
    try:
        return decode_request(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotSentError("not a request") from error


async def _reply_to(request: Request, reader: asyncio.StreamReader) -> bytes:
    """Return the line that answers a request; others are about something else, or nothing."""
    try:
        while line := await reader.readline():
            if line.endswith(b"\n") and _answers(line, request):
                return line
    except ValueError as error:  # longer than any reply
        raise UplinkError("the payment host talks nonsense", code="no_reply") from error
    raise UplinkError("the payment host hung up", code="no_reply")


def _answers(line: bytes, request: Request) -> bool:
    try:
        reply = decode_reply(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        log.warning("gateway_nonsense", count=len(line))
        return False
    if (reply.id, reply.order) == (request.id, request.order):
        return True
    log.warning("gateway_other_order", action=reply.order[:40])
    return False
