"""The units, rules, accounts and folders as systemd itself judges them."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from provisioning.devices import scanner_rule
from provisioning.plan import make_plan
from provisioning.site import UsbScanner
from provisioning.units import SERVICES, TARGET
from terminal.config.schema import DeviceConfig
from tests.unit.provisioning.sites import LAN_PRINTER, SCANNER, USB_PRINTER, site

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="runs as root")
UDEV_TERM = re.compile(r'[A-Z_]+(\{[A-Za-z0-9_]+\})?(==|!=|\+=|=)"[^"]*"')


def render(root: Path, *devices: DeviceConfig) -> Path:
    """Install a site and return its folder of units."""
    make_plan(site(*devices, scanners=(SCANNER,)), root).apply()
    return root / "etc/systemd/system"


def analyze(units: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *command], cwd=units, capture_output=True, text=True, check=False)


@needs_systemd
def test_the_units_are_clean(tmp_path: Path) -> None:
    units = render(tmp_path, LAN_PRINTER)
    done = analyze(units, "verify", "--man=no", *(str(units / name) for name in (*SERVICES, TARGET)))
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_verify_would_complain_about_an_unknown_key(tmp_path: Path) -> None:
    units = render(tmp_path)
    unit = units / SERVICES[0]
    unit.write_text(unit.read_text(encoding="utf-8").replace("WatchdogSec", "WatchdogSeconds"), encoding="utf-8")
    assert "WatchdogSeconds" in analyze(units, "verify", "--man=no", str(unit)).stderr


@needs_systemd
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_exposed_at_most_1_2(service: str, tmp_path: Path) -> None:
    units = render(tmp_path, USB_PRINTER)
    done = analyze(units, "security", "--offline=true", "--threshold=12", "--no-pager", str(units / service))
    assert done.returncode == 0, done.stdout


@needs_systemd
def test_a_till_with_a_network_printer_is_exposed_at_most_1_5(tmp_path: Path) -> None:
    units = render(tmp_path, LAN_PRINTER)
    done = analyze(units, "security", "--offline=true", "--threshold=15", "--no-pager", str(units / SERVICES[0]))
    assert done.returncode == 0, done.stdout
    assert "RestrictAddressFamilies=~AF_(INET|INET6)" in done.stdout


@needs_systemd
@as_root
def test_folders_are_shared_by_one_group_and_owned_by_one_writer(tmp_path: Path) -> None:
    render(tmp_path)
    for command in (["systemd-sysusers", f"--root={tmp_path}"], ["systemd-tmpfiles", f"--root={tmp_path}", "--create"]):
        subprocess.run(command, check=True, capture_output=True)
    users = dict(line.split(":")[0:3:2] for line in (tmp_path / "etc/passwd").read_text("utf-8").splitlines())
    groups = dict(line.split(":")[0:3:2] for line in (tmp_path / "etc/group").read_text("utf-8").splitlines())
    for folder, owner in (("till", "guitai-till"), ("books", "guitai-uplink"), ("uplink", "guitai-uplink")):
        found = (tmp_path / "var/lib/guitai" / folder).stat()
        assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (
            0o2770,
            int(users[owner]),
            int(groups["guitai"]),
        )
    for folder, group in (("guitai", "guitai"), ("guitai-counter", "guitai-counter")):
        found = (tmp_path / "run" / folder).stat()
        assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (
            0o2750,
            int(users["guitai-till"]),
            int(groups[group]),
        )


@needs_systemd
@as_root
def test_who_may_operate_the_till_is_a_group_without_the_uplink(tmp_path: Path) -> None:
    render(tmp_path)
    subprocess.run(["systemd-sysusers", f"--root={tmp_path}"], check=True, capture_output=True)
    rows = [line.split(":") for line in (tmp_path / "etc/group").read_text("utf-8").splitlines()]
    members = {name: set(people.split(",")) for name, _, _, people in rows}
    assert members["guitai-counter"] == {"guitai-screen"}
    assert members["guitai"] == {"guitai-till", "guitai-uplink"}


def test_a_service_writes_its_own_folders_alone(tmp_path: Path) -> None:
    units = render(tmp_path)
    writes = {
        name: re.findall(r"^ReadWritePaths=(.*)$", (units / name).read_text("utf-8"), re.MULTILINE) for name in SERVICES
    }
    assert writes == {
        "guitai-till.service": ["/var/lib/guitai/till /run/guitai /run/guitai-counter"],
        "guitai-screen.service": [],
        "guitai-uplink.service": ["/var/lib/guitai/books /var/lib/guitai/uplink"],
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_watched_and_always_comes_back(service: str, tmp_path: Path) -> None:
    text = (render(tmp_path) / service).read_text("utf-8")
    for line in ("Type=notify", "Restart=always", "StartLimitIntervalSec=0", "UMask=0007"):
        assert f"\n{line}\n" in text
    group = "guitai-counter" if "screen" in service else "guitai"
    assert f"\nGroup={group}\n" in text
    assert re.search(r"^WatchdogSec=\d+$", text, re.MULTILINE)


def test_every_rule_of_udev_is_a_list_of_terms(tmp_path: Path) -> None:
    render(tmp_path)
    rules = (tmp_path / "etc/udev/rules.d/70-guitai.rules").read_text("utf-8").splitlines()
    active = [rule for rule in rules if rule and not rule.startswith("#")]
    assert len(active) == 7
    for rule in active:
        assert all(UDEV_TERM.fullmatch(term) for term in rule.split(", ")), rule


def test_a_scanner_is_nobody_elses_keyboard() -> None:
    assert scanner_rule(SCANNER) == (
        'SUBSYSTEM=="input", KERNEL=="event*", ATTRS{idVendor}=="0c2e", ATTRS{idProduct}=="0b61", '
        'ENV{ID_INPUT_KEYBOARD}="", ENV{LIBINPUT_IGNORE_DEVICE}="1", SYMLINK+="guitai/scanner0", '
        'GROUP="guitai", MODE="0660", TAG+="systemd"'
    )


def test_twin_scanners_are_told_apart_by_their_port() -> None:
    twin = UsbScanner(name="left", vendor="0c2e", product="0b61", port="1-1.2")
    assert scanner_rule(twin).startswith('SUBSYSTEM=="input", KERNEL=="event*", KERNELS=="1-1.2", ATTRS{idVendor}')
