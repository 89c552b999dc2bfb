"""The key with which a till signs: made on the terminal, and never leaving it. HQ is told its public half."""

from dataclasses import dataclass
from pathlib import Path

from provisioning.site import SiteConfig
from provisioning.steps import Finding, State, below
from terminal.wire.key_file import KeyFileError, load_key_file, make_key_file

OPEN, MISSING = "key_open", "key_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStep:
    """A private key for its owner alone. One that is there stays; a damaged one is put aside, and a new one made."""

    path: str

    def check(self, root: Path) -> Finding:
        """Look whether there is a key, and nobody else reads it."""
        try:
            load_key_file(below(root, self.path))
        except KeyFileError as error:
            state = State.MISSING if error.code == MISSING else State.CHANGED
            return Finding(path=self.path, state=state, detail="" if state is State.MISSING else str(error))
        return Finding(path=self.path, state=State.FINE)

    def apply(self, root: Path) -> None:
        """Make a key, or close one to others."""
        place = below(root, self.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            load_key_file(place)
        except KeyFileError as error:
            if error.code == OPEN:
                place.chmod(0o600)
                return
            if place.exists() or place.is_symlink():
                place.replace(place.with_name(f"{place.name}.damaged"))
            make_key_file(place)


def public_key(root: Path, path: str) -> str:
    """Return the public half of a till's key, in hexadecimal; nothing if there is none."""
    try:
        return load_key_file(below(root, path)).public_key.hex()
    except KeyFileError:
        return ""


def introduction(site: SiteConfig, root: Path, path: str) -> str:
    """Return what a person at HQ has to be told of a till's key; nothing if there is none."""
    key = public_key(root, path)
    return f"at HQ: guitai-hq till-keys add {site.identity.as_identity().terminal} {key}" if key else ""
