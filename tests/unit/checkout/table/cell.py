"""What a cell of the table says, and the cells that many modes share."""

Cell = tuple[str, str, str]
"""Mode after, notice, facts."""

HELP_AND_STATUS: dict[str, Cell] = {"f1": ("help", "", ""), "f18": ("status", "", "")}


def no_scans(mode: str, code: str) -> dict[str, Cell]:
    """Return the cells of a mode that refuses every scan with one code and stays as it is."""
    refused = (mode, f"error.{code}", f"rejected:{code}")
    twice = (mode, "error.double", "rejected:double")
    return {**dict.fromkeys(("item", "member", "pay", "unknown", "bad"), refused), "double": twice}
