"""What else can price a basket: each in an environment of its own, set up once, fed with the same case file.

Each has the rules of the case as near as its own kinds come; its script in ``peers/promotions`` says how near that is.
"""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from lab.benchmarks.measure.timing import percentile
from lab.benchmarks.registry import Run
from lab.supervise import PYTHON

SCRIPTS = Path(__file__).parents[1] / "peers" / "promotions"
SET_UP_S = 600
MEASURE_S = 900
READY = "ready"
"""The file that stands in an environment that is whole."""

Command = tuple[str, ...]


class PromotionPeer(Struct, frozen=True, kw_only=True):
    """A peer: the file of its pinned packages, what makes its environment of it, and what runs its script there."""

    name: str
    packages: str
    script: str
    runs: int
    install: Callable[[Path], Sequence[Command]]
    command: Callable[[Path, Path], Command]


class _Found(Struct, frozen=True):
    """What a script prints: milliseconds of each run, and how many rules of the case the peer can express."""

    ms: list[float]
    rules: int


def _install_of_pip(folder: Path) -> Sequence[Command]:
    pip = (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet")
    return (*PYTHON, "-m", "venv", str(folder)), (*pip, *_requirements(folder))


def _requirements(folder: Path) -> Command:
    (file,) = folder.glob("*.txt")
    return "--requirement", str(file)


def _install_of_npm(folder: Path) -> Sequence[Command]:
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "--no-package-lock")
    return (("npm", "install", "--prefix", str(folder), *quiet),)


def _by_python(folder: Path, script: Path) -> Command:
    return str(folder / "bin" / "python"), "-P", str(script)


def _by_node(folder: Path, script: Path) -> Command:
    return "node", str(script), str(folder)


PEERS = (
    PromotionPeer(
        name="django-oscar",
        packages="oscar.txt",
        script="oscar_peer.py",
        runs=1,
        install=_install_of_pip,
        command=_by_python,
    ),
    PromotionPeer(
        name="tryton",
        packages="tryton.txt",
        script="tryton_peer.py",
        runs=1,
        install=_install_of_pip,
        command=_by_python,
    ),
    PromotionPeer(
        name="medusa",
        packages="package.json",
        script="medusa_peer.mjs",
        runs=20,
        install=_install_of_npm,
        command=_by_node,
    ),
)


def medians_ms(cases: Path, run: Run, peers: Sequence[PromotionPeer] = PEERS) -> dict[str, float]:
    """Return the median of what each peer needs for the basket of a case file, in ms.

    One that cannot be set up, or fails, is told and left out.
    """
    found = {}
    for peer in peers:
        try:
            found[peer.name] = _median_ms(peer, cases, run)
        except (OSError, subprocess.SubprocessError, msgspec.DecodeError) as error:
            run.say(f"{peer.name} is left out: {_reason(error)}")
    return found


def _median_ms(peer: PromotionPeer, cases: Path, run: Run) -> float:
    folder = _environment(peer, run)
    run.say(f"{peer.name}: {cases.stem}")
    command = (*peer.command(folder, SCRIPTS / peer.script), str(cases), str(peer.runs))
    ended = subprocess.run(command, capture_output=True, check=True, timeout=MEASURE_S, cwd=run.scratch)
    found = msgspec.json.decode(ended.stdout.splitlines()[-1] if ended.stdout else b"", type=_Found)
    return percentile(found.ms, 50)


def _environment(peer: PromotionPeer, run: Run) -> Path:
    """Return the folder of a peer's environment; one that is not whole, or of other packages, is made anew."""
    packages = (SCRIPTS / peer.packages).read_bytes()
    folder = run.cache / f"peer-{peer.name}"
    ready = folder / READY
    if ready.exists() and ready.read_bytes() == packages:
        return folder
    run.say(f"{peer.name}: setting it up once …")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / peer.packages).write_bytes(packages)
    for command in peer.install(folder):
        subprocess.run(command, capture_output=True, check=True, timeout=SET_UP_S)
    ready.write_bytes(packages)
    return folder


def _reason(error: Exception) -> str:
    """Return the last thing that a peer said, or the error."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) and error.stderr else b""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else str(error)[:200]
