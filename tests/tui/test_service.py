import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from terminal.config.schema import ScreenConfig
from terminal.domain.errors import ConfigError, PosError
from terminal.services import screen
from terminal.services.notify import Notifier
from terminal.tui.driver import Outlet
from tests.tui.terminal import ROOT


def test_settings_of_textual_are_fixed_and_what_promises_colours_is_taken_away() -> None:
    environment = {"COLORTERM": "truecolor", "TEXTUAL_FPS": "1", "TEXTUAL_PRESS": "q", "PATH": "/bin"}
    screen.prepare(environment)
    assert environment == {
        "PATH": "/bin",
        "TEXTUAL": "",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
        "TEXTUAL_FILTERS": "",
        "TEXTUAL_FPS": "240",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "ESCDELAY": "25",
    }


def test_slow_line_may_have_its_own_delay_of_escape() -> None:
    environment = {"ESCDELAY": "400"}
    screen.prepare(environment)
    assert environment["ESCDELAY"] == "400"


def test_importing_the_service_does_not_import_textual() -> None:
    code = "import sys, terminal.services.screen; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_without_a_terminal_the_error_says_where_to_run_it(tmp_path: Path) -> None:
    config = tmp_path / "screen.toml"
    config.write_text(f'run_dir = "{tmp_path}"\n', encoding="utf-8")
    command = [sys.executable, "-m", "terminal.cli", "screen", "--config", str(config)]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("guitai screen: standard input is no terminal (run it on a console, or by ssh -t)\n")


def test_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        screen.main(["--config", "nowhere.toml"])


def test_main_needs_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "screen.toml"
    config.write_text(f'run_dir = "{tmp_path}"\n', encoding="utf-8")
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "__stdin__", nothing)
        with pytest.raises(PosError, match="no terminal"):
            screen.main(["--config", str(config)])


async def test_app_is_built_from_the_configuration(tmp_path: Path) -> None:
    app = screen.build(ScreenConfig(run_dir=str(tmp_path), language="en", demo=True), Notifier(""))
    async with app.run_test(size=(80, 25)):
        assert app.frame is not None
        assert "connecting to the till" in str(app.frame.rows)


def test_log_goes_to_standard_error_but_never_onto_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        screen.log(terminal=True)
        structlog.get_logger("x").error("screen_fault", error="torn")
        assert capfd.readouterr().err == ""
        screen.log(terminal=False)
        structlog.get_logger("x").error("screen_fault", error="torn")
        assert "screen_fault" in capfd.readouterr().err
    finally:
        structlog.reset_defaults()


class Full:
    """A file that takes nothing."""

    def write(self, text: str) -> int:
        raise OSError(text)

    def flush(self) -> None:
        raise OSError

    def fileno(self) -> int:
        return 7


def test_terminal_that_takes_nothing_is_reported_and_not_raised() -> None:
    told: list[object] = []
    outlet = Outlet(Full(), flushed=told.append, lost=lambda: told.append("lost"))  # type: ignore[arg-type]
    outlet.write("a")
    outlet.write("b")
    outlet.flush()
    assert told == ["lost", "lost", "lost", 2]
    assert outlet.fileno() == 7
