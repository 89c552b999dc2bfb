"""Keys for tests: made from a seed, so that every run signs alike."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class SeedSigner:
    """Implements `terminal.wire.seal.Signer`."""

    def __init__(self, seed: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)
