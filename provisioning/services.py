"""The configuration of the three services, derived from the site."""

from msgspec import Struct

from provisioning.keys import KeyStep
from provisioning.site import SiteConfig
from provisioning.steps import FileStep, Step
from terminal.config.schema import ScreenConfig, TillConfig, UplinkConfig
from terminal.wire.toml import dump

STATE = "/var/lib/guitai"
RUN = "/run/guitai"
COUNTER = "/run/guitai-counter"
COUNTER_GROUP = "guitai-counter"
KEY_FILE = "/etc/guitai/till.key"
NOTICE = "# Written by guitai-provision; change the site file and apply it.\n"


def steps(site: SiteConfig) -> tuple[Step, ...]:
    """Return the step of the till's key, and one a service."""
    configs = (_step("till", _till(site)), _step("screen", _screen(site)), _step("uplink", _uplink(site)))
    return (KeyStep(path=KEY_FILE), *configs)


def _step(service: str, config: Struct) -> FileStep:
    return FileStep(path=f"/etc/guitai/{service}.toml", text=NOTICE + dump(config))


def _till(site: SiteConfig) -> TillConfig:
    return TillConfig(
        identity=site.identity,
        state_dir=f"{STATE}/till",
        books_dir=f"{STATE}/books",
        run_dir=RUN,
        counter_dir=COUNTER,
        counter_group=COUNTER_GROUP,
        time_zone=site.time_zone,
        clock_jump_days=site.clock_jump_days,
        clock_checked=site.clock_checked,
        devices=site.devices,
        receipt_language=site.receipt_language,
        key_file=KEY_FILE,
    )


def _screen(site: SiteConfig) -> ScreenConfig:
    return ScreenConfig(run_dir=COUNTER, language=site.language)


def _uplink(site: SiteConfig) -> UplinkConfig:
    return UplinkConfig(
        identity=site.identity,
        state_dir=f"{STATE}/till",
        books_dir=f"{STATE}/books",
        data_dir=f"{STATE}/uplink",
        run_dir=RUN,
        hq_keys=site.hq_keys,
        broker=site.broker,
        gateway=site.gateway,
    )
