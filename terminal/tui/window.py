"""Which lines of the basket stand on the screen. A page fills up, then a new one begins: most scans repaint one row."""

CONTEXT = 2
"""Lines of the page before that stay on top of a new one."""


def first_line(*, count: int, selected: int, height: int, before: int | None) -> int:
    """Return the index of the top line.

    ``selected`` is the line that must be seen (-1: the last one), ``before`` the top line until now (None: a fresh
    screen, which shows the end of the basket on a full page).
    """
    wanted = count - 1 if selected < 0 else min(selected, count - 1)
    if count <= height or height <= 0:
        return 0
    last_page = count - height
    if before is None:
        return max(0, min(wanted - height + 1, last_page))
    context = min(CONTEXT, height - 1)
    if wanted >= before + height:
        return wanted - context
    if wanted < before:
        return max(0, wanted - height + 1 + context)
    return before
