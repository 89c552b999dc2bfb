"""The front door of a checkout: the worlds' commands and the appliance's, each imported when it is called."""

import sys
from collections.abc import Sequence

from terminal.cli import APPLIANCE, Command, FrontDoor, run
from terminal.domain.programs import IN_CHECKOUT

CHECKOUT = (
    Command(name="demo", target="lab.demo.cli:main", help="the whole system on this machine, to sell with"),
    Command(name="test", target="lab.testing.cli:main", help="format, lint, types, contracts, every test"),
    Command(name="cases", target="lab.cases.cli:main", help="play the cases of a file through the product"),
    Command(name="replay", target="lab.replay.cli:main", help="a year of real baskets from scanner to HQ, to the cent"),
    Command(name="run", target="lab.scenarios.cli:main", help="a scripted day with faults"),
    Command(name="bench", target="lab.benchmarks.cli:main", help="measure, beside peers and physical floors"),
    Command(name="chaos", target="lab.chaos.cli:main", help="kill services at random points and count what was lost"),
    Command(name="pictures", target="lab.pictures.cli:main", help="make the pictures of docs/img"),
    Command(
        name="hq", target="hq.cli:main", help="act as HQ: serve, publish prices, list tills and sales", has_names=True
    ),
    Command(
        name="sim",
        target="simulators.cli:main",
        help="simulated devices at the cable, and a bench of them",
        has_names=True,
    ),
    Command(
        name="provision",
        target="provisioning.cli:main",
        help="install units, rules and configuration on a host",
        has_names=True,
    ),
    Command(name="deps", target="lab.deps:main", help="install the system packages that some suites need"),
)

DOOR = FrontDoor(
    program="guitai",
    description="Guitai 柜台: firmware of a supermarket till, and the world to try it in.",
    commands=CHECKOUT + APPLIANCE,
    epilog="example: ./guitai demo",
    called=IN_CHECKOUT,
)


def main(argv: Sequence[str] | None = None) -> int:
    """``./guitai`` in a checkout."""
    return run(DOOR, sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
