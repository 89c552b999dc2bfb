"""``guitai-hq init``: signing key, database, configuration. What is there already stays as it is."""

from pathlib import Path

from hq.commands.output import print_json, print_line
from hq.config import FILE_NAME as CONFIG_NAME
from hq.keys import FILE_NAME as KEY_NAME
from hq.keys import load_key, make_key
from hq.private import close_to_others
from hq.store.sqlite import FILE_NAME, SqliteStore

CONFIG = """\
# HQ. The broker that the tills connect to; docs/operations.md has the rest.
[broker]
host = "127.0.0.1"
port = 1883
# username = "hq"
# password_file = "broker-password"      # relative to this folder
# ca_file = "/etc/guitai-hq/ca.pem"      # switches TLS on

# [bounds]
# sale_fen = 5_000_000                   # a sale beyond 50,000.00 is told by an alarm

# [members]
# block_overdrawn = false                # who overdraws stored value offline is told, and not blocked

# [privacy]
# forget_after_days = 1095               # guitai-hq members purge --yes forgets who did nothing for so long
"""


def init(state_dir: Path, *, as_json: bool) -> int:
    """Make what is missing, and print the public key that terminals pin."""
    state_dir.mkdir(parents=True, exist_ok=True)
    key_path, config_path = state_dir / KEY_NAME, state_dir / CONFIG_NAME
    key = load_key(key_path) if key_path.exists() else make_key(key_path)
    SqliteStore(state_dir / FILE_NAME).close()
    if not config_path.exists():
        config_path.write_text(CONFIG, encoding="utf-8")
    close_to_others(state_dir)
    if as_json:
        print_json({"state": str(state_dir), "public_key": key.public_key.hex()})
        return 0
    print_line(f"HQ is in {state_dir}")
    print_line(f'pin this key in every uplink.toml: hq_keys = ["{key.public_key.hex()}"]')
    return 0
