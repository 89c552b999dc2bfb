"""What the pages say is true: their examples run, their links lead somewhere."""

import re
import stat
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import hq.cli
import provisioning.cli
from hq.prices.logo import MAX_FILE_BYTES
from hq.prices.shop import ShopFile
from lab.cli import DOOR
from provisioning.site import load_site
from terminal.checkout.device_words import DETAILS
from terminal.checkout.handlers.devices import AKIN
from terminal.cli import APPLIANCE
from terminal.config.schema import DeviceConfig
from terminal.domain.picture import MAX_DATA_BYTES, MAX_HEIGHT_DOTS, MAX_WIDTH_DOTS, Picture
from terminal.domain.settings import ShopTexts, spoken
from terminal.domain.watching import Watch
from terminal.drivers.escpos.options import read_drawer_options, read_printer_options
from terminal.drivers.registry import build_devices, known_drivers
from terminal.drivers.scanner.driver import read_tuning
from terminal.drivers.settings import DeviceSettings
from terminal.ports.devices import DeviceEvent
from terminal.wire.book.checking import check_book
from terminal.wire.rules.checking import check_rules
from terminal.wire.topics import Down, Up
from terminal.wire.updates import Refusal
from tests.pngs import grey_png

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")
CALL = re.compile(r"(?:\./guitai|\bguitai) ([a-z]\w*)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [body for kind, body in BLOCK.findall(text) if kind == language]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    known = {command.name for command in DOOR.commands if command.exists}
    calls = [call for _, body in BLOCK.findall(page.read_text(encoding="utf-8")) for call in CALL.findall(body)]
    assert set(calls) <= known


def test_the_appliances_commands_are_all_there() -> None:
    assert [command.name for command in APPLIANCE if command.name in {"doctor", "backup", "restore"}] == [
        *(command.name for command in APPLIANCE if command.exists and command.name in {"doctor", "backup", "restore"}),
    ]


def test_the_site_file_of_the_operations_page_is_one(tmp_path: Path) -> None:
    (example,) = blocks("docs/operations.md", "toml")
    path = tmp_path / "site.toml"
    path.write_text(example, encoding="utf-8")
    site = load_site(path)
    assert (site.identity.store, len(site.devices), site.scanners[0].name) == ("S01", 2, "scanner0")


def test_the_provisioning_commands_of_the_operations_page_run(tmp_path: Path) -> None:
    site, script = blocks("docs/operations.md", "toml")[0], blocks("docs/operations.md", "sh")[0]
    (tmp_path / "site.toml").write_text(site, encoding="utf-8")
    calls = [line.split("#")[0].split()[1:] for line in script.splitlines()]
    assert len(calls) == 4
    for call in calls:
        place = [*call, "--root", str(tmp_path / "root")] if "--root" not in call else list(call)
        argv = [str(tmp_path / "root") if word == "/mnt/image" else word for word in place]
        argv = [str(tmp_path / word) if word == "site.toml" else word for word in argv]
        assert provisioning.cli.main(argv) in {0, 1}
    assert (tmp_path / "root/etc/guitai/till.toml").exists()


async def test_the_devices_of_the_devices_page_can_be_built() -> None:
    (example,) = blocks("docs/devices.md", "toml")
    found = [msgspec.convert(entry, DeviceConfig) for entry in tomllib.loads(example)["devices"]]
    reported: list[DeviceEvent] = []
    devices = build_devices(found, reported.append)
    assert (devices.printer is not None, devices.drawer is not None, len(found)) == (True, True, 6)
    assert devices.card_terminal is not None
    assert devices.scale is not None


def test_the_folder_and_the_commands_of_the_publishing_page_publish(tmp_path: Path) -> None:
    page = "docs/publishing.md"
    files = {"goods.csv": blocks(page, "csv")[0], "shop.toml": blocks(page, "toml")[0]}
    for file, content in files.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "logo.png").write_bytes(grey_png(384, 128))
    state = ["--state", str(tmp_path / "hq")]
    assert hq.cli.main([*state, "init"]) == 0
    calls = [line.split("#")[0].split()[1:] for line in blocks(page, "sh")[0].splitlines()]
    for version, call in enumerate(calls, start=1):
        argv = [{"30": "0.01"}.get(word, str(tmp_path / word) if word in files else word) for word in call]
        assert hq.cli.main([*state, *argv]) == 0
        summary = check_book(tmp_path / f"hq/books/catalog-{version}.db")
        assert (summary.articles, summary.settings.shop.name) == (2, "柜台超市")
        assert summary.settings.logo == Picture(width_bytes=48, data=b"\xff" * MAX_DATA_BYTES)


def test_what_is_watched_stands_in_the_shop_file_as_the_publishing_page_says() -> None:
    (block,) = (block for block in blocks("docs/publishing.md", "toml") if "[settings.watch]" in block)
    watch = msgspec.convert(tomllib.loads(block)["settings"]["watch"], Watch)
    assert (watch.redemptions, watch.minutes, watch.members) == (5, 10, {"1001": "M0001"})


def test_what_stands_on_the_receipt_is_set_as_the_publishing_page_says() -> None:
    (block,) = (block for block in blocks("docs/publishing.md", "toml") if "invoice_url" in block)
    shop = msgspec.convert(tomllib.loads(block)["settings"]["shop"], ShopTexts)
    assert spoken(shop.return_rule, "en") == "within 7 days with the receipt"
    assert "{check}" in shop.invoice_url


def test_the_rules_of_the_publishing_page_are_published(tmp_path: Path) -> None:
    page = "docs/publishing.md"
    (rules,) = (block for block in blocks(page, "toml") if "[[rules]]" in block)
    files = {"rules.toml": rules, "codes.csv": blocks(page, "csv")[1]}
    for file, content in files.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    state = ["--state", str(tmp_path / "hq")]
    assert hq.cli.main([*state, "init"]) == 0
    calls = [line.split("#")[0].split()[1:] for line in blocks(page, "sh")[1].splitlines()]
    for version, call in enumerate(calls, start=1):
        argv = [{"30": "0.01"}.get(word, str(tmp_path / word) if word in files else word) for word in call]
        assert hq.cli.main([*state, *argv, *(["--new-store"] if "--store" in argv else [])]) == 0
        summary = check_rules(tmp_path / f"hq/books/rules-{version}.db")
        assert (summary.label, summary.rules, summary.coupons) == ("spring", 2, 3)


def test_the_inspections_of_the_store_page_are_settings_of_a_shop_file() -> None:
    (example,) = blocks("docs/store.md", "toml")
    settings = msgspec.convert(tomllib.loads(example), ShopFile).settings
    assert [task.inspection for task in settings.inspection_tasks] == [one.id for one in settings.inspections]


def test_the_bounds_of_a_logo_on_the_publishing_page_are_those_of_the_code() -> None:
    text = (ROOT / "docs/publishing.md").read_text(encoding="utf-8")
    assert f"A PNG of at most {MAX_WIDTH_DOTS} x {MAX_HEIGHT_DOTS} dots" in text
    assert f"It may have {MAX_DATA_BYTES:,} bytes" in text
    assert f"The file may have {MAX_FILE_BYTES // 1024} KiB" in text


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "docs"], ids=name)
def test_a_page_starts_with_what_is_out_of_scope(page: Path) -> None:
    second = page.read_text(encoding="utf-8").split("\n\n")[1]
    assert second.startswith("**Out of scope here:**")


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "adr"], ids=name)
def test_a_decision_has_its_context_and_its_consequences(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    number = int(page.name[:4])
    assert text.startswith(f"# {number}. ")
    for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
        assert text.count(part) == 1


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/adr").iterdir())
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_names_its_picture_and_speaks_chinese_too() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "docs/img/checkout-80x25.png" in text
    assert "中文摘要" in text


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("script", ["guitai", ".ci/run"])
def test_a_script_is_plain_posix_shell_and_may_be_run(script: str) -> None:
    path = ROOT / script
    assert path.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert path.stat().st_mode & stat.S_IXUSR
    assert subprocess.run(["sh", "-n", str(path)], check=False, capture_output=True).stderr == b""


def test_make_check_is_the_test_command() -> None:
    assert "\ncheck:\n\t./guitai test\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


def read_keys(build: Callable[[DeviceSettings], object]) -> set[str]:
    """Return the settings that a driver reads."""
    settings = DeviceSettings(DeviceConfig(name="d", driver="d"))
    build(settings)
    return set(settings.known)


def test_every_setting_of_a_driver_stands_on_the_devices_page() -> None:
    text = (ROOT / "docs/devices.md").read_text(encoding="utf-8")
    keys = read_keys(read_printer_options) | read_keys(read_drawer_options) | read_keys(read_tuning)
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
    assert [name for name in known_drivers() if f'driver = "{name}"' not in text] == []


def test_every_detail_that_a_screen_can_say_stands_on_the_devices_page() -> None:
    text = (ROOT / "docs/devices.md").read_text(encoding="utf-8")
    codes = {detail.removeprefix("detail.") for detail in DETAILS} - {"none"}
    assert [code for code in sorted(codes | set(AKIN)) if f"`{code}`" not in text] == []


def test_every_topic_and_every_refusal_stands_on_the_wire_page() -> None:
    text = (ROOT / "docs/wire.md").read_text(encoding="utf-8")
    leaves = [f"pos/v1/up/{{terminal}}/{leaf}" for leaf in Up] + [f"pos/v1/down/{{terminal}}/{leaf}" for leaf in Down]
    assert [name for name in (*leaves, *Refusal) if f"`{name}`" not in text] == []


def test_every_test_that_the_operations_page_names_exists() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert [(file, test) for file, test in named if f"def {test}(" not in (ROOT / file).read_text("utf-8")] == []
    told = {int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert told == set(range(1, 26))
