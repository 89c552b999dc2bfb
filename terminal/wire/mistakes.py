"""What is wrong with a file that a person wrote: the key, and the nearest one that is known there."""

import difflib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from msgspec import inspect

_AT = " - at `$"


def explained(data: object, kind: object, error: msgspec.ValidationError) -> tuple[str, str]:
    """Return what is wrong with ``data``, which is no ``kind``, and a hint.

    An unknown key comes first, with the nearest one that is known there; else key and expected type.
    """
    for key, known in unknown_keys(data, kind):
        return f"unknown key {key}", _nearest(key.rpartition(".")[2], known)
    reason, _, where = str(error).partition(_AT)
    key = where.rstrip("`").lstrip(".")
    return f"{key}: {reason}" if key else reason, "correct this key"


def nearest_tag(data: dict[str, object], kind: object) -> str:
    """Return a hint when ``data`` is of none of a union's tagged Structs; empty if it is of one."""
    from msgspec import inspect  # noqa: PLC0415 - only a wrong file pays for it

    shape = inspect.type_info(kind)
    members = shape.types if isinstance(shape, inspect.UnionType) else ()
    tagged = [member for member in members if isinstance(member, inspect.StructType) and member.tag_field is not None]
    if not tagged or any(_is_meant(data, member) for member in tagged):
        return ""
    return _nearest(str(data.get(tagged[0].tag_field or "", "")), [str(member.tag) for member in tagged])


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known))}"


def unknown_keys(data: object, kind: object, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield each key (dotted, with ``[index]``) that ``kind`` does not know, with the keys that it knows there.

    Of a union, the Struct is meant whose tag the data has.
    """
    from msgspec import inspect  # noqa: PLC0415 - only a wrong file pays for it

    shape = kind if isinstance(kind, inspect.Type) else inspect.type_info(kind)
    if isinstance(shape, inspect.StructType) and isinstance(data, dict):
        fields = {field.encode_name: field.type for field in shape.fields}
        for key, value in data.items():
            if key in fields:
                yield from unknown_keys(value, fields[key], f"{prefix}{key}.")
            elif key != shape.tag_field:
                yield f"{prefix}{key}", list(fields)
    elif isinstance(shape, inspect.VarTupleType | inspect.ListType) and isinstance(data, list):
        for index, item in enumerate(data):
            yield from unknown_keys(item, shape.item_type, f"{prefix.rstrip('.')}[{index}].")
    elif isinstance(shape, inspect.UnionType):
        for member in shape.types:
            if not isinstance(member, inspect.StructType) or member.tag_field is None or _is_meant(data, member):
                yield from unknown_keys(data, member, prefix)


def _is_meant(data: object, member: "inspect.StructType") -> bool:
    return isinstance(data, dict) and member.tag_field is not None and data.get(member.tag_field) == member.tag
