"""What the counter shows, for tests of its pages."""

from terminal.wire.counter.panels import ConfirmPanel, PagePanel
from tests.unit.checkout.counter_bench import Bench


def page(bench: Bench) -> PagePanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, PagePanel)
    return bench.view.panel


def asked(bench: Bench) -> tuple[str, bool]:
    """Return the question that stands open, and whether somebody with a right must say yes."""
    assert bench.view is not None
    assert isinstance(bench.view.panel, ConfirmPanel)
    return bench.view.panel.question, bench.view.panel.approval
