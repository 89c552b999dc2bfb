"""Keeps Textual's message pumps alive: a pump whose handler raises would end for good."""

from textual.message import Message
from textual.message_pump import MessagePump


class Guarded(MessagePump):
    """Stands in front of App, Screen and Widget: an error in a handler ends at the app's last resort."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:  # noqa: BLE001 - the screen's last resort: it counts the error, shows it, and goes on
            self.app._handle_exception(error)  # noqa: SLF001 - Textual's own hook for unhandled errors
