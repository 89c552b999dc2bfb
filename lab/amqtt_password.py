"""A plugin of amqtt: one password for everybody. amqtt's own hashes with 64 MiB on the loop of the broker."""

import hmac
from dataclasses import dataclass

from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session


class PasswordPlugin(BaseAuthPlugin):  # type: ignore[misc]  # amqtt is untyped
    """Lets in who knows the password, as a durable session, never an anonymous one."""

    @dataclass
    class Config:
        """Filled by amqtt from the broker's configuration."""

        password: str = ""

    async def authenticate(self, *, session: Session) -> bool:
        """Whether a CONNECT may come in."""
        return hmac.compare_digest(str(session.password).encode(), self.config.password.encode())
