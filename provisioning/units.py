"""The services and their target; the fence of a till with a network printer has one gate."""

from provisioning.site import SiteConfig, network_printers
from provisioning.steps import AbsentStep, FileStep, LinkStep, Step
from provisioning.templates import fill

FOLDER = "/etc/systemd/system"
SERVICES = ("guitai-till.service", "guitai-screen.service", "guitai-uplink.service")
TARGET = "guitai.target"
NETWORK_PRINTER = "guitai-till.service.d/network-printer.conf"
# The screen's terminal has no login beside it, and Ctrl+Alt+Del restarts no till.
MASKED = ("getty@tty1.service", "ctrl-alt-del.target")


def steps(site: SiteConfig) -> tuple[Step, ...]:
    """Return the steps of the units, in the order in which they are written."""
    return (
        *(FileStep(path=f"{FOLDER}/{name}", text=fill(name, program=site.program)) for name in SERVICES),
        FileStep(path=f"{FOLDER}/{TARGET}", text=fill(TARGET)),
        _network_printer(site),
        LinkStep(path=f"{FOLDER}/multi-user.target.wants/{TARGET}", target=f"{FOLDER}/{TARGET}"),
        *(LinkStep(path=f"{FOLDER}/{name}", target="/dev/null") for name in MASKED),
    )


def _network_printer(site: SiteConfig) -> Step:
    path = f"{FOLDER}/{NETWORK_PRINTER}"
    addresses = network_printers(site)
    if not addresses:
        return AbsentStep(path=path)
    return FileStep(path=path, text=fill(NETWORK_PRINTER, addresses=" ".join(addresses)))
