"""How the screen leaves its terminal."""

import os
import sys

import pytest

from terminal.services.screen import let_go


def test_what_a_terminal_that_is_gone_did_not_take_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, terminal = os.openpty()
    with os.fdopen(terminal, "w", encoding="utf-8") as out:
        out.write("a picture")
        os.close(ours)
        monkeypatch.setattr(sys, "__stdout__", out)
        let_go()
        out.flush()
