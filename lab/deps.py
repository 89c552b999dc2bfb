"""``./guitai deps``: the system packages that some suites and pictures need; as root ``./guitai test`` calls it."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

STDERR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPackage:
    """A Debian package, how to see that it is there (a program, or a file), and what for."""

    name: str
    program: str = ""
    file: str = ""
    purpose: str

    @property
    def present(self) -> bool:
        """Whether its program is on PATH (or where Debian puts daemons), or its file exists."""
        if self.file:
            return Path(self.file).exists()
        return shutil.which(self.program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None


PACKAGES = (
    SystemPackage(name="mosquitto", program="mosquitto", purpose="the broker of the uplink's tests"),
    SystemPackage(name="tmux", program="tmux", purpose="runs of the real screen in a terminal"),
    SystemPackage(name="librsvg2-bin", program="rsvg-convert", purpose="pictures of the screen"),
    SystemPackage(name="systemd", program="systemd-analyze", purpose="checks of the units"),
    SystemPackage(
        name="fonts-noto-cjk",
        file="/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        purpose="Chinese on pictures and receipts",
    ),
    SystemPackage(
        name="fonts-wqy-zenhei", file="/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", purpose="Chinese on receipts"
    ),
)


def missing(packages: Sequence[SystemPackage] = PACKAGES) -> list[SystemPackage]:
    """Return the packages that are not there."""
    return [package for package in packages if not package.present]


def install_command(packages: Sequence[SystemPackage]) -> list[str]:
    """Return the command that installs them."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *(package.name for package in packages)]


def install(packages: Sequence[SystemPackage]) -> bool:
    """Install packages as root with apt; return whether all went well. The installer's words go to stderr."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], install_command(packages)):
        if subprocess.run(command, env=environment, stdout=STDERR, check=False).returncode:
            return False
    return True


def ensure(packages: Sequence[SystemPackage] = PACKAGES, *, may_install: bool) -> list[SystemPackage]:
    """Install what is missing where that is allowed and possible; say in one line what still misses, and return it."""
    lacking = missing(packages)
    if lacking and may_install and shutil.which("apt-get") and install(lacking):
        lacking = missing(packages)
    if lacking:
        names = ", ".join(f"{package.name} ({package.purpose})" for package in lacking)
        print(f"guitai: not installed: {names}; as root: {' '.join(install_command(lacking))}", file=sys.stderr)
    return lacking


def main(argv: list[str]) -> int:
    """``./guitai deps [--dry-run]``; exit 1 when something still misses."""
    parser = argparse.ArgumentParser(
        prog="guitai deps",
        description="Install the system packages that some suites need.",
        epilog="example: sudo ./guitai deps",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what is missing")
    options = parser.parse_args(argv)
    return 1 if ensure(may_install=os.geteuid() == 0 and not options.dry_run) else 0
