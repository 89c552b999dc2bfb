"""The rules by which udev hands the till its devices."""

from provisioning.site import SiteConfig, UsbScanner
from provisioning.steps import FileStep, Step
from provisioning.templates import fill

RULES = "/etc/udev/rules.d/70-guitai.rules"


def steps(site: SiteConfig) -> tuple[Step, ...]:
    """Return the step of the rules."""
    scanners = "".join(f"{scanner_rule(scanner)}\n" for scanner in site.scanners)
    return (FileStep(path=RULES, text=fill("udev.rules", scanners=scanners)),)


def scanner_rule(scanner: UsbScanner) -> str:
    """Return the rule of one scanner: no keyboard for anyone else, a name of its own, the till's group.

    All ``ATTRS`` and ``KERNELS`` of a rule match one parent: the USB device at that port.
    """
    parts = ['SUBSYSTEM=="input"', 'KERNEL=="event*"']
    if scanner.port:
        parts.append(f'KERNELS=="{scanner.port}"')
    parts += [
        f'ATTRS{{idVendor}}=="{scanner.vendor}"',
        f'ATTRS{{idProduct}}=="{scanner.product}"',
        'ENV{ID_INPUT_KEYBOARD}=""',
        'ENV{LIBINPUT_IGNORE_DEVICE}="1"',
        f'SYMLINK+="guitai/{scanner.name}"',
        'GROUP="guitai"',
        'MODE="0660"',
        'TAG+="systemd"',
    ]
    return ", ".join(parts)
