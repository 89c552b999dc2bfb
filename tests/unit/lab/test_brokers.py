"""Ports for brokers: between the choice of a port and its use nobody else gets it."""

import socket
from pathlib import Path

import pytest

from lab import brokers
from lab.brokers import BrokerError, free_port

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_each_port_is_given_once() -> None:
    ports = [free_port() for _ in range(20)]
    assert len(set(ports)) == len(ports)


def test_port_is_none_that_a_client_gets_by_chance() -> None:
    if not RANGE.exists():
        pytest.skip("no Linux")
    first, last = map(int, RANGE.read_text().split())
    if first < brokers.PORTS.stop:
        pytest.skip("this machine gives every port to clients")
    assert not first <= free_port() <= last


def test_port_where_somebody_listens_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((brokers.HOST, 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(brokers, "PORTS", range(port, port + 1))
        with pytest.raises(BrokerError, match="no port is free"):
            free_port()
