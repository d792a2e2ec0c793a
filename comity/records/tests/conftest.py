"""What tests of outgoing requests stand on."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from comity.records.tests.servers import (
    PUBLIC,
    Server,
    World,
    serving,
)


@pytest.fixture
def server() -> Iterator[Server]:
    yield from serving()


@pytest.fixture
def here(settings: object) -> None:
    """The administrator allows private addresses, as a test on one machine needs."""
    settings.COMITY_ALLOW_PRIVATE = True


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    one = World()
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def found(host: str, port: int, *words: object, **options: object) -> object:
        if host not in one.names:
            return look_up(host, port, *words, **options)
        one.looked_up.append(host)
        meant = one.names[host]
        # A name with several meanings, one after the other, is a host that rebinds.
        address = meant.pop(0) if len(meant) > 1 else meant[0]
        return look_up(address, port, *words, **options)

    def connected(sock: socket.socket, where: tuple[str, int]) -> None:
        one.joined.append(where[0])
        connect(sock, ("127.0.0.1", where[1]) if where[0] == PUBLIC else where)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket.socket, "connect", connected)
    return one
