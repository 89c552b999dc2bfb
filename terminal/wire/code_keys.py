"""The keys of codes on phones, as a price book carries them: for each till a box that it alone can open."""

from collections.abc import Callable, Iterable

import msgspec

from terminal.domain.errors import InputError
from terminal.domain.members.phone_codes import CodeKey
from terminal.wire.box import put_in_box

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[CodeKey, ...])


def boxed(keys: Iterable[CodeKey], public_key: bytes) -> str:
    """Return keys as hexadecimal digits that only the owner of an Ed25519 key can read; `InputError` ``bad_key``."""
    return put_in_box(_encoder.encode(tuple(keys)), public_key).hex()


def unboxed(boxes: Iterable[str], open_box: Callable[[bytes], bytes]) -> tuple[CodeKey, ...]:
    """Return the keys of the first box that can be opened; none if no box can be."""
    for box in boxes:
        try:
            return _decoder.decode(open_box(bytes.fromhex(box)))
        except (InputError, msgspec.DecodeError, ValueError):
            continue
    return ()
