"""What services tell their manager and their log, and how the uplink's configuration is read."""

import io
import socket
from pathlib import Path

import pytest
import structlog

from terminal.config.schema import BrokerConfig
from terminal.domain.errors import ConfigError
from terminal.services.logs import keep_allowed, set_up_logs
from terminal.services.notify import Notifier
from terminal.services.uplink import broker_address, pinned_keys


def test_manager_hears_what_a_service_tells(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        notifier = Notifier(str(tmp_path / "notify"))
        notifier.ready()
        notifier.watchdog()
        notifier.status("all is well")
        notifier.stopping()
        told = [manager.recv(100) for _ in range(4)]
    assert told == [b"READY=1", b"WATCHDOG=1", b"STATUS=all is well", b"STOPPING=1"]


def test_manager_in_the_abstract_namespace_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = f"guitai-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        Notifier().ready()
        assert manager.recv(100) == b"READY=1"


def test_manager_that_is_not_there_disturbs_nobody(tmp_path: Path) -> None:
    Notifier("").ready()
    Notifier(str(tmp_path / "none")).ready()


def test_log_shows_only_fields_that_are_known_to_be_harmless() -> None:
    fields = keep_allowed(None, "info", {"event": "sold", "seq": 7, "reason": "x" * 900, "card": "6222000000000000"})
    assert fields == {"event": "sold", "seq": 7, "reason": "x" * 500, "card": "…"}


@pytest.mark.parametrize(("verbose", "lines"), [(False, 1), (True, 2)])
def test_log_is_lines_on_stderr(verbose: bool, lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = io.StringIO()
    monkeypatch.setattr("sys.stderr", sink)
    try:
        set_up_logs(verbose=verbose)
        log = structlog.get_logger("test")
        log.debug("looked", pin="1234")
        try:
            int("k")
        except ValueError:
            log.exception("failed", code="c")
    finally:
        structlog.reset_defaults()
    told = sink.getvalue()
    assert told.count("event=") == lines
    assert "1234" not in told
    assert "event='failed' level='error' code='c'" in told
    assert "ValueError" in told


def test_broker_and_password_are_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("word\n")
    config = BrokerConfig(host="broker", port=8883, username="till", password_file=str(tmp_path / "secret"))
    assert broker_address(config).password == "word"
    with pytest.raises(ConfigError, match="password file"):
        broker_address(BrokerConfig(password_file=str(tmp_path / "none")))


@pytest.mark.parametrize("keys", [(), ("",), ("12",), ("zz" * 32,), ("12" * 33,)])
def test_keys_that_are_none_are_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as caught:
        pinned_keys(keys)
    assert "64 hexadecimal digits" in str(caught.value) or "not hexadecimal" in str(caught.value)


def test_keys_are_read() -> None:
    assert pinned_keys(("00" * 32, "ff" * 32)) == (b"\0" * 32, b"\xff" * 32)
