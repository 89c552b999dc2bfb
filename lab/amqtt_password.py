"""A plugin of amqtt: one user with one password. amqtt's own hashes with 64 MiB on the loop of the broker."""

import hmac
from dataclasses import dataclass

from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session


class PasswordPlugin(BaseAuthPlugin):  # type: ignore[misc]  # amqtt is untyped
    """Lets in who knows name and password, as a durable session, never an anonymous one."""

    @dataclass
    class Config:
        """Filled by amqtt from the broker's configuration."""

        username: str = ""
        password: str = ""

    async def authenticate(self, *, session: Session) -> bool:
        """Whether a CONNECT may come in."""
        given = f"{session.username}\0{session.password}".encode()
        wanted = f"{self.config.username}\0{self.config.password}".encode()
        return hmac.compare_digest(given, wanted)
