"""Commands about codes on phones, and about members whom HQ blocked or who came no more, for `hq.cli`."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name
Command = Callable[[argparse.Namespace], int]
Add = Callable[[Commands, str, Command, str], argparse.ArgumentParser]
WHO = "number of the member, a card, or a whole phone number"
EXAMPLES: Mapping[str, str] = {
    "members code": "%(prog)s M000001",
    "members unblock": "%(prog)s M000001",
    "members purge": "%(prog)s --days 1095 --yes",
    "code-keys": "%(prog)s list",
    "code-keys list": "%(prog)s",
    "code-keys new": "%(prog)s",
}


def add_commands(group: Commands, members: Commands, add: Add, state: Callable[[argparse.Namespace], Path]) -> None:
    """Add to ``members``, and to a ``group`` the commands about keys; ``state`` finds the folder of HQ."""

    def make(options: argparse.Namespace) -> int:
        from hq.commands.code_keys import make_code  # noqa: PLC0415 - starts fast

        return make_code(state(options), options.member, as_json=options.json)

    def list_keys(options: argparse.Namespace) -> int:
        from hq.commands.code_keys import list_code_keys  # noqa: PLC0415 - starts fast

        return list_code_keys(state(options), as_json=options.json)

    def new_key(options: argparse.Namespace) -> int:
        from hq.commands.code_keys import new_code_key  # noqa: PLC0415 - starts fast

        return new_code_key(state(options), as_json=options.json)

    def purge(options: argparse.Namespace) -> int:
        from hq.commands.purge import purge_members  # noqa: PLC0415 - starts fast

        return purge_members(state(options), days=options.days, is_meant=options.yes, as_json=options.json)

    def unblock(options: argparse.Namespace) -> int:
        from hq.commands.members import unblock_member  # noqa: PLC0415 - starts fast

        return unblock_member(state(options), options.member, as_json=options.json)

    lifted = add(members, "members unblock", unblock, "serve a member again whom HQ blocked for overdrawn stored value")
    lifted.add_argument("member", help=WHO)
    purged = add(members, "members purge", purge, "delete what is known of members who came no more and have no value")
    purged.add_argument("--days", type=int, help="who did nothing for so long (default: forget_after_days of hq.toml)")
    purged.add_argument("--yes", action="store_true", help="do it; without this they are only told")
    code = add(members, "members code", make, "a code as the member's phone shows it: good for a minute, once")
    code.add_argument("member", help=WHO)
    add(group, "code-keys list", list_keys, "which keys are good, and since when a book has them")
    add(group, "code-keys new", new_key, "make a key; the one before stays good until the next is made")
