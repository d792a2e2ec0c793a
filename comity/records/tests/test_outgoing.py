"""Requests that the node makes: where they may go, how long and how large they may be, how often they are tried.

A server in this process answers; where a host has to be in public, the name is looked up and connected to by the
test, so that nothing leaves the machine.
"""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from email.utils import format_datetime
from hashlib import sha256

import pytest

from comity.records import outgoing
from comity.records.errors import Refused, Unreachable
from comity.records.tests.servers import (
    TEXT,
    Handler,
    Server,
    fetch,
    in_turn,
    says,
)

# what comes back


def test_a_text_comes_with_its_kind_and_checksum(server: Server, here: None) -> None:
    server.answers["/text?uri=OJ:L_1&x=%20"] = says(Content_Type="Text/HTML; charset=utf-8")
    progress: list[tuple[int, int]] = []
    found = fetch(server.address("/text?uri=OJ:L_1&x=%20#art_5"), progress=lambda *now: progress.append(now))

    assert found.content == TEXT
    assert found.sha256 == sha256(TEXT).hexdigest()
    assert found.kind == "text/html"
    assert found.final_address == server.address("/text?uri=OJ:L_1&x=%20")
    assert progress[-1] == (len(TEXT), len(TEXT))


def test_a_request_names_the_program_and_asks_for_nothing_packed(server: Server, here: None) -> None:
    server.answers["/text"] = says()
    fetch(server.address())
    headers = server.asked[0][1]

    assert headers["User-Agent"].startswith("Comity/")
    assert headers["User-Agent"] != "Comity/"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Host"] == f"127.0.0.1:{server.port}"


def test_an_answer_without_a_length_is_read_to_its_end(server: Server, here: None) -> None:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(TEXT)

    server.answers["/text"] = answer
    assert fetch(server.address()).content == TEXT


def test_an_answer_in_chunks_is_put_together(server: Server, here: None) -> None:
    def answer(handler: Handler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"5\r\nArtic\r\n4\r\nle 1\r\n0\r\n\r\n")

    server.answers["/text"] = answer
    assert fetch(server.address()).content == b"Article 1"


def test_a_packed_answer_is_not_taken_for_the_text(server: Server, here: None) -> None:
    server.answers["/text"] = says(Content_Encoding="gzip")
    with pytest.raises(Unreachable, match="packed"):
        fetch(server.address())


@pytest.mark.parametrize("kind", ["\x1b[31mred", "x" * 200 + "/y", "html"])
def test_a_kind_that_is_none_is_left_out(server: Server, here: None, kind: str) -> None:
    server.answers["/text"] = says(Content_Type=kind)
    assert fetch(server.address()).kind == ""


# how much, how long


@pytest.mark.parametrize("length", [{}, {"Content_Length": "7"}], ids=["said", "said wrong"])
def test_what_is_larger_than_asked_for_is_refused(server: Server, here: None, length: dict[str, str]) -> None:
    server.answers["/text"] = says(**length)
    with pytest.raises(Refused, match="larger than 6 bytes"):
        fetch(server.address(), most=6)
    assert server.paths == ["/text"]


def test_an_endless_answer_is_left_when_it_is_too_large(server: Server, here: None) -> None:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(TEXT)

    server.answers["/text"] = answer
    with pytest.raises(Refused, match="larger"):
        fetch(server.address(), most=100_000)


def test_exactly_as_much_as_asked_for_is_taken(server: Server, here: None) -> None:
    server.answers["/text"] = says()
    assert fetch(server.address(), most=len(TEXT)).content == TEXT


def test_an_answer_that_breaks_off_is_not_taken_for_whole(server: Server, here: None) -> None:
    server.answers["/text"] = says(Content_Length=str(len(TEXT) + 1))
    with pytest.raises(Unreachable, match="too early"):
        fetch(server.address())
    assert len(server.asked) == 4

    server.answers["/text"] = in_turn(says(Content_Length=str(len(TEXT) + 1)), says())
    assert fetch(server.address()).content == TEXT


@pytest.mark.parametrize(("patience", "times"), [({"timeout": 0.1}, 4), ({"timeout": 30, "longest": 0.3}, 1)])
def test_a_silent_server_is_left(server: Server, here: None, patience: dict[str, float], times: int) -> None:
    done = threading.Event()
    server.answers["/text"] = lambda _handler: done.wait(20) and None
    begun = time.monotonic()
    with pytest.raises(Unreachable, match=r"no answer in time|timed out"):
        fetch(server.address(), **patience)
    done.set()

    assert time.monotonic() - begun < 5
    assert len(server.asked) == times


@pytest.mark.parametrize("part", ["body", "head"])
def test_a_server_that_drips_is_left_when_the_time_is_over(server: Server, here: None, part: str) -> None:
    done = threading.Event()

    def answer(handler: Handler) -> None:
        drop = b"a" if part == "head" else b"X: y\r\n"
        if part == "body":
            handler.send_response(200)
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
        while not done.wait(0.05):
            handler.wfile.write(drop)

    server.answers["/text"] = answer
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        fetch(server.address(), longest=0.6)
    done.set()

    assert time.monotonic() - begun < 5
    assert len(server.asked) == 1


# trying again


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass_is_tried_again_with_growing_waits(
    server: Server, here: None, waits: list[float], status: int
) -> None:
    server.answers["/text"] = says(b"", status)
    with pytest.raises(Unreachable, match=str(status)) as told:
        fetch(server.address(), sleep=waits.append)

    assert len(server.asked) == 4
    assert len(waits) == 3
    assert 0 < waits[0] < waits[1] < waits[2]
    assert told.value.details["later"]


def test_a_server_that_recovers_is_read(server: Server, here: None, waits: list[float]) -> None:
    server.answers["/text"] = in_turn(says(b"", 503), says(b"", 502), says())
    assert fetch(server.address(), sleep=waits.append).content == TEXT
    assert len(waits) == 2


@pytest.mark.parametrize("status", [202, 204, 400, 401, 403, 404, 410, 418, 500, 304])
def test_what_does_not_pass_is_not_tried_again(server: Server, here: None, waits: list[float], status: int) -> None:
    server.answers["/text"] = says(b"", status)
    with pytest.raises(Unreachable, match=str(status)):
        fetch(server.address(), sleep=waits.append)
    assert len(server.asked) == 1
    assert waits == []


def test_the_wait_a_server_asks_for_is_kept(server: Server, here: None, waits: list[float]) -> None:
    server.answers["/text"] = in_turn(says(b"", 429, Retry_After="17"), says())
    fetch(server.address(), sleep=waits.append)
    assert waits == [17]


def test_the_moment_a_server_names_is_kept(server: Server, here: None, waits: list[float]) -> None:
    when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=40)
    server.answers["/text"] = in_turn(says(b"", 503, Retry_After=format_datetime(when, usegmt=True)), says())
    fetch(server.address(), sleep=waits.append)
    assert 35 < waits[0] <= 40


@pytest.mark.parametrize("said", ["soon", "-5", "Mon, 01 Jan 2001 00:00:00 GMT", "1e9", "٣"])
def test_a_wait_that_makes_no_sense_is_our_own(server: Server, here: None, waits: list[float], said: str) -> None:
    def answer(handler: Handler) -> None:
        handler.wfile.write(f"HTTP/1.0 503 No\r\nRetry-After: {said}\r\n\r\n".encode())

    server.answers["/text"] = in_turn(answer, says())
    fetch(server.address(), sleep=waits.append)
    assert waits == [outgoing.WAITS[0]]


def test_a_wait_longer_than_there_is_time_is_not_begun(server: Server, here: None, waits: list[float]) -> None:
    server.answers["/text"] = says(b"", 503, Retry_After="3600")
    with pytest.raises(Unreachable, match="3,600 seconds"):
        fetch(server.address(), sleep=waits.append)
    assert len(server.asked) == 1
    assert waits == []


def test_no_connection_is_tried_again(here: None, waits: list[float]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers here
        with pytest.raises(Unreachable):
            fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/", sleep=waits.append)
    assert len(waits) == 3


def test_a_name_that_does_not_exist_is_not_tried_again(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    def nothing(*_words: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    with pytest.raises(Unreachable, match="not known"):
        fetch("https://text.example/", sleep=waits.append)
    assert waits == []


def test_what_is_not_http_is_said_without_repeating_it(server: Server, here: None) -> None:
    server.answers["/text"] = lambda handler: handler.wfile.write(b"\x1b[31mSSH-2.0\r\n\r\n") and None
    with pytest.raises(Unreachable) as told:
        fetch(server.address())
    assert told.value.text.isprintable()
