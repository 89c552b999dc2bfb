"""``guitai doctor``: names each fault and its fix."""

import argparse
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from unicodedata import east_asian_width

from terminal.config.loader import config_file, load
from terminal.config.schema import ScreenConfig
from terminal.domain.errors import PosError
from terminal.domain.programs import as_called
from terminal.services.checkups import check_all
from terminal.services.findings import Level, Row

NAME_CELLS = 16
ALIVE = ("folder", "socket", "device", "broker", "link")
"""First words of the rows that are well only while a demo runs."""
PLUG_IN = "./guitai demo --bench plugs it in"


def main(argv: list[str], program: str = "guitai doctor") -> int:
    """Print a row for each thing; exit 1 when one failed."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Check configuration, folders, journal, price book, sockets, disk, clock, devices, the way to HQ.",
        epilog="example: %(prog)s --config /etc/guitai/till.toml --json",
    )
    till = config_file("till")
    parser.add_argument("--config", type=Path, default=till, help=f"the till's configuration; default {till}")
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")
    options = parser.parse_args(argv)
    failed = False
    rows = []
    found_rows = check_all(options.config)
    for found in _for_a_demo(found_rows) if _is_demo(options.config) else found_rows:
        row = dataclasses.replace(found, fix=as_called(found.fix, program))
        rows.append(dataclasses.asdict(row))
        failed |= row.level is Level.FAIL
        if not options.json:
            _print(row)
    if options.json:
        print(json.dumps({"healthy": not failed, "rows": rows}, ensure_ascii=False))
    return 1 if failed else 0


def _is_demo(till: Path) -> bool:
    """Whether this till is a demo's: the configuration of the screen beside it says so."""
    try:
        return load(till.with_name("screen.toml"), ScreenConfig).demo
    except PosError:
        return False


def _for_a_demo(rows: Iterator[Row]) -> Iterator[Row]:
    """Say what mends what only runs while a demo does: no service of the system, no cable."""
    runs = True
    for row in rows:
        subject = row.name.split()[0]
        if row.name == "socket counter":
            runs = row.level is Level.OK
        if row.level is Level.OK or subject not in ALIVE:
            yield row
        elif not runs:
            yield dataclasses.replace(row, fix="start ./guitai demo")
        else:
            yield dataclasses.replace(
                row, fix=PLUG_IN if subject == "device" else "leave ./guitai demo, and start it again"
            )


def _print(row: Row) -> None:
    print(f"{row.level:<5} {_pad(row.name, NAME_CELLS)} {row.says}", flush=True)
    if row.fix:
        print(f"{'':<{NAME_CELLS + 6}} → {row.fix}", flush=True)


def _pad(text: str, cells: int) -> str:
    """Return the text with blanks up to a number of cells; a Chinese character takes two."""
    taken = sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * (cells - taken)
