"""What the machine itself is told: accounts, folders, logs, watchdog, keys that reach nothing."""

from provisioning.site import SiteConfig
from provisioning.steps import FileStep, Step
from provisioning.templates import fill

_PLACES = {
    "sysusers.conf": "/etc/sysusers.d/guitai.conf",
    "tmpfiles.conf": "/etc/tmpfiles.d/guitai.conf",
    "journald.conf": "/etc/systemd/journald.conf.d/guitai.conf",
    "system.conf": "/etc/systemd/system.conf.d/guitai.conf",
    "logind.conf": "/etc/systemd/logind.conf.d/guitai.conf",
    "sysctl.conf": "/etc/sysctl.d/90-guitai.conf",
}


def steps(_site: SiteConfig) -> tuple[Step, ...]:
    """Return one step a file; they are the same for every till."""
    return tuple(FileStep(path=path, text=fill(name)) for name, path in _PLACES.items())
