"""The whole plan of a host, and the three things to do with it: look, make, wake up."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning import devices, machine, services, units
from provisioning.site import SiteConfig
from provisioning.steps import Finding, State, Step

LIVE = Path("/")
# Nothing here restarts a running till: that is done by a person, between two sales.
WAKE = (
    ("systemd-sysusers",),
    ("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/guitai.conf"),
    ("systemctl", "daemon-reload"),
    ("udevadm", "control", "--reload"),
    ("udevadm", "trigger", "--subsystem-match=input", "--subsystem-match=tty", "--subsystem-match=usbmisc"),
    ("sysctl", "--quiet", "--load", "/etc/sysctl.d/90-guitai.conf"),
    ("systemctl", "start", "--no-block", "guitai.target"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of a host under a root."""

    root: Path
    steps: tuple[Step, ...]

    def check(self) -> tuple[Finding, ...]:
        """Return what each step finds."""
        return tuple(step.check(self.root) for step in self.steps)

    def apply(self) -> tuple[Finding, ...]:
        """Make what differs; return what was found before, for those steps alone."""
        done = []
        for step in self.steps:
            finding = step.check(self.root)
            if finding.state is not State.FINE:
                step.apply(self.root)
                done.append(finding)
        return tuple(done)


def make_plan(site: SiteConfig, root: Path) -> Plan:
    """Return the plan of a site: accounts and folders first, services last."""
    rooms = (machine, devices, services, units)
    return Plan(root=root, steps=tuple(step for room in rooms for step in room.steps(site)))


def wake(run: Callable[[Sequence[str]], bool]) -> list[str]:
    """Run the commands that make a live host take new files; return those that failed."""
    return [" ".join(command) for command in WAKE if not run(command)]


def run_command(command: Sequence[str]) -> bool:
    """Run one command of the host; return whether it is there and went well."""
    try:
        return subprocess.run(command, check=False).returncode == 0
    except FileNotFoundError:
        return False
