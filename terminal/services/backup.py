"""``guitai backup`` and ``guitai restore``: a till's journal and record, out to another medium and back."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import msgspec

from terminal.config.loader import config_file, load
from terminal.config.schema import TillConfig
from terminal.offline import backup as copies
from terminal.offline.clock import SystemClock
from terminal.offline.files import present_epoch


def main(argv: list[str], program: str = "guitai backup") -> int:
    """Copy the data of a till, which may be selling, to a folder."""
    parser = _parser(program, "Copy the journal and the record while the till sells.")
    parser.add_argument("folder", type=Path, help="where the copy goes; files that have not changed are kept")
    options = parser.parse_args(argv)
    config = load(options.config, TillConfig)
    folder = Path(config.state_dir)
    who = replace(config.identity.as_identity(), epoch=present_epoch(folder, config.identity.epoch))
    now_ms = SystemClock(config.time_zone).stamp().wall_ms
    copy = copies.back_up(folder, options.folder, who, now_ms=now_ms)
    _tell(copy, f"copied to {options.folder}", as_json=options.json)
    return 0


def restore(argv: list[str], program: str = "guitai restore") -> int:
    """Put a copy back where there is no journal; the till must be off."""
    parser = _parser(program, "Put a copy back; the till must be off.")
    parser.add_argument("folder", type=Path, help="what guitai backup made")
    options = parser.parse_args(argv)
    copy = copies.restore(options.folder, Path(load(options.config, TillConfig).state_dir))
    _tell(copy, f"put back from {options.folder}", as_json=options.json)
    return 0


def _parser(program: str, text: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=text, epilog="example: %(prog)s /media/usb/S01-T03")
    till = config_file("till")
    parser.add_argument("--config", type=Path, default=till, help=f"the till's configuration; default {till}")
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")
    return parser


def _tell(copy: copies.Backup, what: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(msgspec.to_builtins(copy)))
    else:
        files = len(copy.files)
        print(f"{copy.terminal}, epoch {copy.epoch}: {files} files {what}, up to event {copy.head_seq}")
