"""``guitai-hq members purge``: what is known of members who came no more is deleted, as their consent says."""

from datetime import UTC, datetime
from pathlib import Path

from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line
from hq.commands.publish_members import publish_for, stores_with_members
from hq.config import load_config
from hq.errors import HqError
from hq.members.idle import idle
from hq.members.leaving import erase
from hq.service import wall_ms

MS_PER_DAY = 24 * 3_600_000


def purge_members(state_dir: Path, *, days: int | None, is_meant: bool, as_json: bool) -> int:
    """Delete them if it ``is_meant``, else say who they are; `HqError` ``no_schedule`` where nobody says how long."""
    wanted = load_config(state_dir).privacy.forget_after_days if days is None else days
    if wanted < 1:
        hint = "--days 1095, or forget_after_days under [privacy] of hq.toml"
        raise HqError("nobody says after how many days members are forgotten", code="no_schedule", hint=hint)
    now_ms = wall_ms()
    with opened_store(state_dir) as store:
        today = datetime.now(UTC).astimezone().date().isoformat()
        people = list(idle(store, before_ms=now_ms - wanted * MS_PER_DAY, today=today))
        for person in people if is_meant else ():
            with store.transaction():
                erase(store, person, may_forfeit=False, now_ms=now_ms)
        published = stores_with_members(store) if people and is_meant else []
    publish_for(state_dir, published)
    if as_json:
        print_json({"members": [person.id for person in people], "deleted": is_meant})
    else:
        done = "are deleted" if is_meant else "would be deleted: --yes does it"
        print_line(f"{len(people)} members who did nothing for {wanted} days {done}")
    return 0
