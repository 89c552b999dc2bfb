"""amqtt, with a session that lives on when its client comes again before the old connection has ended."""

import asyncio

from amqtt.broker import Broker as Amqtt
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.session import Session


class Broker(Amqtt):  # type: ignore[misc]  # amqtt is untyped
    """A broker whose clients may take their own session over.

    amqtt gives both connections the same session, and the end of the old one, which may come before or after, marks it
    as disconnected: from then on everything for that client is kept for later, for ever.
    """

    async def _client_message_loop(self, client_session: Session, handler: BrokerProtocolHandler) -> None:
        _mark_connected(client_session)
        await super()._client_message_loop(client_session, handler)

    async def _handle_disconnect(
        self, client_session: Session, handler: BrokerProtocolHandler, disconnect_waiter: asyncio.Future[object]
    ) -> None:
        await super()._handle_disconnect(client_session, handler, disconnect_waiter)
        session, latest = self._sessions.get(client_session.client_id, (None, None))
        if session is client_session and latest is not handler:
            _mark_connected(client_session)


def _mark_connected(session: Session) -> None:
    if not session.transitions.is_connected():
        session.transitions.connect()
