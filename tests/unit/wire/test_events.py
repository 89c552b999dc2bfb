import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.wire.events import Fact, TillStarted, decode_fact, encode_fact, kind_of
from tests.unit.wire.facts import FACTS

FOLDER = Path(__file__).parents[2] / "golden"
GOLDEN = json.loads(FOLDER.joinpath("facts_1.json").read_text("utf-8"))
"""Bodies as version 0.1.0 wrote them, and what they say. Nothing here is ever changed."""
LATER = {
    f"{name}:{kind}": sample
    for name in ("facts_3", "facts_4", "facts_5", "facts_6")
    for kind, sample in json.loads(FOLDER.joinpath(f"{name}.json").read_text("utf-8")).items()
}
"""The same of facts that came, or grew, later: as they were first written then."""


def test_there_is_an_example_of_every_fact() -> None:
    assert {type(fact) for fact in FACTS} == set(get_args(Fact))


@pytest.mark.parametrize("fact", FACTS, ids=kind_of)
def test_a_fact_is_read_back_as_it_was_written(fact: Fact) -> None:
    assert decode_fact(encode_fact(fact)) == fact


@pytest.mark.parametrize("fact", FACTS, ids=kind_of)
def test_the_examples_say_every_field_that_a_fact_has(fact: Fact) -> None:
    for field in msgspec.structs.fields(fact):
        assert getattr(fact, field.name) != field.default


@pytest.mark.parametrize("fact", FACTS, ids=kind_of)
def test_the_kind_of_a_row_is_the_tag_of_its_body(fact: Fact) -> None:
    assert msgspec.msgpack.decode(encode_fact(fact))["type"] == kind_of(fact)


@pytest.mark.parametrize("fact", FACTS, ids=kind_of)
def test_a_field_of_a_newer_till_is_ignored(fact: Fact) -> None:
    body = msgspec.msgpack.decode(encode_fact(fact))
    assert decode_fact(msgspec.msgpack.encode({**body, "from_the_future": [1]})) == fact


def agrees(said: object, old: object) -> bool:
    """Whether what is said now has all that was said then; new fields may stand beside it."""
    if isinstance(said, dict) and isinstance(old, dict):
        return all(key in said and agrees(said[key], value) for key, value in old.items())
    if isinstance(said, list) and isinstance(old, list):
        return len(said) == len(old) and all(map(agrees, said, old))
    return said == old


def spelled_out(value: object) -> object:
    """Return a value as JSON says it, with the fields too that are not written because they have their default."""
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        tag = {} if config.tag_field is None else {config.tag_field: config.tag}
        return tag | {field: spelled_out(getattr(value, field)) for field in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [spelled_out(one) for one in value]
    return json.loads(msgspec.json.encode(value))


@pytest.mark.parametrize("kind", GOLDEN)
def test_facts_of_the_first_version_are_understood_for_ever(kind: str) -> None:
    fact = decode_fact(bytes.fromhex(GOLDEN[kind]["body"]))
    assert kind_of(fact) == kind
    assert agrees(spelled_out(fact), GOLDEN[kind]["says"])


@pytest.mark.parametrize("name", LATER)
def test_later_facts_are_understood_for_ever(name: str) -> None:
    fact = decode_fact(bytes.fromhex(LATER[name]["body"]))
    assert kind_of(fact) == name.partition(":")[2]
    assert agrees(spelled_out(fact), LATER[name]["says"])


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_fact(msgspec.msgpack.encode({"type": "MoonPhaseChanged"}))


def test_a_wrong_shape_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_fact(msgspec.msgpack.encode({"type": "TillStarted", "version": 1}))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_fact_or_refused(body: bytes) -> None:
    try:
        fact = decode_fact(body)
    except msgspec.DecodeError:
        return
    assert decode_fact(encode_fact(fact)) == fact


@given(st.sampled_from(FACTS), st.data())
def test_a_cut_fact_is_refused(fact: Fact, data: st.DataObject) -> None:
    body = encode_fact(fact)
    with pytest.raises(msgspec.DecodeError):
        decode_fact(body[: data.draw(st.integers(0, len(body) - 1))])


@given(st.text(max_size=30), st.integers(0, 2**31))
def test_texts_and_numbers_survive(version: str, lines: int) -> None:
    fact = TillStarted(version=version, recovered_lines=lines)
    assert decode_fact(encode_fact(fact)) == fact
