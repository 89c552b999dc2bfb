"""check and apply as a technician uses them, into a root folder."""

import json
from pathlib import Path

import pytest

from provisioning import cli
from provisioning.cli import main
from provisioning.plan import WAKE, make_plan, run_command, wake
from provisioning.steps import State
from terminal.config.loader import load
from terminal.config.schema import ScreenConfig, TillConfig, UplinkConfig
from terminal.domain.errors import ConfigError
from terminal.wire.key_file import load_key_file
from tests.unit.provisioning.sites import LAN_PRINTER, SCANNER, USB_PRINTER, site, site_file

KEY = "etc/guitai/till.key"
GATE = "etc/systemd/system/guitai-till.service.d/network-printer.conf"


def arguments(command: str, folder: Path, *more: str) -> list[str]:
    return [command, "--root", str(folder / "root"), "--config", str(folder / "site.toml"), *more]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site_file(tmp_path, site(LAN_PRINTER, scanners=(SCANNER,)))
    return tmp_path


def test_check_of_a_bare_root_names_every_path_and_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments("check", folder)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "missing   /etc/systemd/system/guitai-till.service" in lines
    assert lines[-1] == "19 of 19 differ"


def test_apply_is_a_dry_run_by_default(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments("apply", folder)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "19 of 19 differ; nothing was changed, --yes does it"
    assert not (folder / "root").exists()


def test_apply_twice_changes_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments("apply", folder, "--yes")) == 0
    key = load_key_file(folder / "root" / KEY).public_key.hex()
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "19 of 19 changed",
        f"at HQ: guitai-hq till-keys add S01-T03 {key}",
    ]
    assert main(arguments("apply", folder, "--yes")) == 0
    assert capsys.readouterr().out == "nothing to do\n"
    assert main(arguments("check", folder)) == 0
    assert capsys.readouterr().out == "nothing to do\n"


def test_apply_repairs_the_one_file_that_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(arguments("apply", folder, "--yes"))
    unit = folder / "root/etc/systemd/system/guitai-uplink.service"
    whole = unit.read_text(encoding="utf-8")
    unit.write_text(whole.replace("NoNewPrivileges=yes", "NoNewPrivileges=no"), encoding="utf-8")
    capsys.readouterr()
    assert main(arguments("apply", folder, "--yes")) == 0
    out = capsys.readouterr().out
    assert "          -NoNewPrivileges=no\n          +NoNewPrivileges=yes\n" in out
    assert "\n1 of 19 changed\nat HQ: guitai-hq till-keys add S01-T03 " in out
    assert unit.read_text(encoding="utf-8") == whole


def test_the_gate_for_a_network_printer_is_opened_for_its_address_and_closed_again(folder: Path) -> None:
    main(arguments("apply", folder, "--yes"))
    assert "IPAddressAllow=192.168.1.50\n" in (folder / "root" / GATE).read_text(encoding="utf-8")
    site_file(folder, site(USB_PRINTER))
    assert main(arguments("apply", folder, "--yes")) == 0
    assert not (folder / "root" / GATE).exists()


def test_the_three_services_can_read_what_was_written_for_them(folder: Path) -> None:
    main(arguments("apply", folder, "--yes"))
    etc = folder / "root/etc/guitai"
    till = load(etc / "till.toml", TillConfig)
    assert (till.identity.till, till.devices, till.state_dir) == ("T03", (LAN_PRINTER,), "/var/lib/guitai/till")
    assert load(etc / "screen.toml", ScreenConfig) == ScreenConfig(run_dir="/run/guitai-counter")
    assert (till.run_dir, till.counter_dir, till.counter_group) == (
        "/run/guitai",
        "/run/guitai-counter",
        "guitai-counter",
    )
    assert till.key_file == f"/{KEY}"
    uplink = load(etc / "uplink.toml", UplinkConfig)
    assert (uplink.state_dir, uplink.data_dir) == (till.state_dir, "/var/lib/guitai/uplink")


def test_json_is_one_object_on_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments("check", folder, "--json")) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["command"], report["steps"], report["differences"]) == ("check", 19, 19)
    assert report["public_key"] == ""
    assert report["findings"][0] == {"path": "/etc/sysusers.d/guitai.conf", "state": "missing", "detail": ""}
    assert main(arguments("apply", folder, "--yes", "--json")) == 0
    applied = json.loads(capsys.readouterr().out)
    assert applied["differences"] == 19
    assert applied["public_key"] == load_key_file(folder / "root" / KEY).public_key.hex()
    assert main(arguments("check", folder, "--json")) == 0
    assert json.loads(capsys.readouterr().out)["differences"] == 0


def test_a_wrong_site_is_one_line_and_exit_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "site.toml").write_text("scaners = []\n", encoding="utf-8")
    assert main(arguments("apply", folder, "--yes")) == 2
    error = capsys.readouterr().err
    assert error == f"guitai-provision: {folder}/site.toml: unknown key scaners (did you mean scanners?)\n"
    assert not (folder / "root").exists()


def test_a_missing_site_says_where_one_is_to_begin_with(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "site.toml").unlink()
    assert main(arguments("check", folder)) == 2
    assert capsys.readouterr().err == (
        f"guitai-provision: {folder}/site.toml: there is no such file "
        "(a technician writes it; docs/operations.md has one to begin with)\n"
    )


def test_a_wrong_site_without_a_hint_is_one_line_too(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise ConfigError("no", hint="")

    monkeypatch.setattr(cli, "load_site", refuse)
    assert main(arguments("check", folder)) == 2
    assert capsys.readouterr().err == "guitai-provision: no\n"


def test_a_root_that_cannot_be_written_is_one_line_and_exit_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "root").write_text("a file", encoding="utf-8")
    assert main(arguments("apply", folder, "--yes")) == 1
    assert "Not a directory (run it as root, or name a folder with --root)\n" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["check"], ["paint", "--config", "x"]])
def test_bad_usage_ends_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: guitai-provision")


def test_a_live_host_is_woken_after_a_change_and_told_when_to_restart(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "LIVE", folder / "root")
    ran: list[str] = []

    def run(command: tuple[str, ...]) -> bool:
        ran.append(command[0])
        return command[0] != "sysctl"

    monkeypatch.setattr(cli, "run_command", run)
    assert main(arguments("apply", folder, "--yes")) == 1
    captured = capsys.readouterr()
    assert captured.out.endswith("between two sales: systemctl restart guitai.target\n")
    assert captured.err == "guitai-provision: did not work: sysctl --quiet --load /etc/sysctl.d/90-guitai.conf\n"
    assert ran == [command[0] for command in WAKE]


def test_commands_that_fail_or_are_not_there_are_named() -> None:
    assert run_command(("true",))
    assert not run_command(("false",))
    assert not run_command(("guitai-no-such-program",))
    assert wake(lambda command: command[0] != "udevadm") == [
        "udevadm control --reload",
        "udevadm trigger --subsystem-match=input --subsystem-match=tty --subsystem-match=usbmisc",
    ]


def test_a_power_cut_between_any_two_steps_leaves_a_root_that_apply_completes(tmp_path: Path) -> None:
    plan = make_plan(site(USB_PRINTER, scanners=(SCANNER,)), tmp_path)
    for step in plan.steps:
        step.apply(tmp_path)
        plan.check()
    assert {finding.state for finding in plan.check()} == {State.FINE}
    assert plan.apply() == ()
