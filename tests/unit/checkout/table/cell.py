"""What a cell of the table says."""

Cell = tuple[str, str, str]
"""Mode after, notice, facts."""
