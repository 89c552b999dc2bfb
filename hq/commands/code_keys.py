"""``guitai-hq code-keys``: the keys of codes on phones. ``guitai-hq members code``: one that is good for a minute."""

from pathlib import Path

from hq.code_keys import CodeKeys
from hq.commands.members import meant
from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line, print_table, when
from hq.errors import MemberError
from hq.service import wall_ms
from terminal.domain.members.phone_codes import LIFE_MS, make_phone_code


def list_code_keys(state_dir: Path, *, as_json: bool) -> int:
    """Print which keys are good, and since when; never a secret."""
    kept = CodeKeys(state_dir).good()
    if as_json:
        rows = [{"key": one.key.number, "made_ms": one.made_ms, "published_ms": one.published_ms} for one in kept]
        print_json({"keys": rows})
        return 0
    print_table(
        ("key", "made", "in a book since"),
        [(one.key.number, when(one.made_ms, none="not yet"), when(one.published_ms, none="not yet")) for one in kept],
    )
    return 0


def new_code_key(state_dir: Path, *, as_json: bool) -> int:
    """Make a key; tills learn it from the next book of prices on."""
    made = CodeKeys(state_dir).make(now_ms=wall_ms())
    if as_json:
        print_json({"key": made.key.number})
    else:
        print_line(f"key {made.key.number} is made; tills learn it from the next book of prices on: guitai-hq publish")
    return 0


def make_code(state_dir: Path, text: str, *, as_json: bool) -> int:
    """Print a code of a member, as a phone would show it; `MemberError` as in `meant`."""
    now_ms = wall_ms()
    key = CodeKeys(state_dir).for_codes(now_ms=now_ms)
    with opened_store(state_dir) as store:
        person = meant(store, text)
    try:
        code = make_phone_code(person.id, made_ms=now_ms, key=key)
    except ValueError as error:
        raise MemberError(
            f"{person.id}: {error}", code="no_code", hint="numbers have up to 32 letters and digits"
        ) from error
    if as_json:
        print_json({"member": person.id, "code": code, "until_ms": now_ms + LIFE_MS})
    else:
        print_line(code)
    return 0
