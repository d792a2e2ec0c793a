"""Requests that the node makes: where they may go, how long and how large they may be, how often they are tried.

A server in this process answers; where a host has to be in public, the name is looked up and connected to by the
test, so that nothing leaves the machine.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comity.records import outgoing
from comity.records.errors import Refused, Unreachable

PUBLIC = "93.184.215.14"
TEXT = b"Article 1. Subject matter. " * 1_000

Handler = BaseHTTPRequestHandler
Answer = Callable[[Handler], None]


@dataclass
class Server:
    """A server of this process: what it says, and what it was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    scheme: str = "http"

    def address(self, path: str = "/text", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _headers in self.asked]


def says(content: bytes = TEXT, status: int = 200, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(content))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def moved(to: str, status: int = 302) -> Answer:
    return says(b"", status, Location=to)


def in_turn(*answers: Answer) -> Answer:
    """One answer after the other; the last one for ever."""
    waiting = list(answers)

    def answer(handler: Handler) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)

    return answer


def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one.asked.append((self.path, dict(self.headers)))
            one.answers.get(self.path, says(b"nothing", 404))(self)

        def log_message(self, *_words: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    http.daemon_threads = True
    if context:
        http.socket = context.wrap_socket(http.socket, server_side=True)
    one = Server(http.server_port, scheme="https" if context else "http")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield one
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    yield from serving()


@pytest.fixture
def here(settings: object) -> None:
    """The administrator allows private addresses, as a test on one machine needs."""
    settings.COMITY_ALLOW_PRIVATE = True


@dataclass
class World:
    """Names and what they mean. Connections to public addresses come out at this process's servers."""

    names: dict[str, list[str]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)


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


def fetch(address: str, **options: object) -> outgoing.Fetched:
    """Without waiting, and without patience for a test that hangs."""
    return outgoing.fetch(
        address, **({"most": 1 << 20, "timeout": 5, "longest": 60, "sleep": lambda _s: None} | options)
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


# where requests may go


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",
        "168.63.129.16",
        "0.0.0.0",  # noqa: S104
        "255.255.255.255",
        "224.0.0.1",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff0e::1]",
        "[::]",
        "[::10.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b::169.254.169.254]",
        "[64:ff9b:1::1]",
        "[2002:a00:1::]",
        "[2001:0:a00:1::]",
        "[2001:db8::1]",
        "2130706433",
        "0177.0.0.1",
        "0x7f.1",
        "0x7f000001",
        "127.1",
        "0",
        "１２７.0.0.1",
    ],
)
def test_a_host_that_is_not_public_is_refused(world: World, host: str) -> None:
    with pytest.raises(Refused):
        fetch(f"http://{host}/")
    assert world.joined == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::"],
)
def test_a_name_that_means_an_address_that_is_not_public_is_refused(world: World, address: str) -> None:
    world.names["text.example"] = [address]
    with pytest.raises(Refused, match="not public"):
        fetch("https://text.example/")
    assert world.joined == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert outgoing.is_public(ipaddress.ip_address(address))


def test_a_name_that_means_a_public_and_a_private_address_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in (PUBLIC, "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_options: both)
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        fetch("http://text.example/")
    assert world.joined == []


def test_the_setting_lets_private_addresses_through(server: Server, here: None) -> None:
    server.answers["/text"] = says()
    assert fetch(server.address(host="localhost")).content == TEXT


@pytest.mark.parametrize(
    ("said", "allowed"), [("", False), ("false", False), ('"false"', False), ("1", False), ("true", True)]
)
def test_only_true_in_the_settings_allows_private_addresses(tmp_path: Path, said: str, allowed: bool) -> None:
    (tmp_path / "node.toml").write_text(f"allow_private_addresses = {said}\n" if said else "")
    words = [sys.executable, "-c", "from comity.config import settings; print(settings.COMITY_ALLOW_PRIVATE)"]
    done = subprocess.run(words, env=os.environ | {"COMITY_HOME": str(tmp_path)}, capture_output=True, text=True)
    assert done.stdout.strip() == str(allowed), done.stderr


def test_the_connection_goes_to_the_address_that_was_checked(server: Server, world: World) -> None:
    world.names["text.example"] = [PUBLIC, "127.0.0.1"]
    server.answers["/text"] = says()
    found = fetch(server.address(host="text.example"))

    assert found.content == TEXT
    assert world.looked_up == ["text.example"]
    assert world.joined == [PUBLIC]
    assert server.asked[0][1]["Host"] == f"text.example:{server.port}"


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://text.example/", "gopher://text.example/", "//text.example/"]
)
def test_only_http_is_spoken(world: World, address: str) -> None:
    world.names["text.example"] = [PUBLIC]
    with pytest.raises(Refused):
        fetch(address)
    assert world.joined == []


@pytest.mark.parametrize(
    "address",
    [
        "http://me:secret@text.example/",
        "http://me@text.example/",
        "http:///text",
        "http://text.example:99999/",
        "http://text.example:port/",
        "http://text.example/a b",
        "http://text.example/\r\nX: y",
        "http://[text.example/",
        "http://" + "x" * 300 + ".example/",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(world: World, address: str) -> None:
    world.names["text.example"] = [PUBLIC]
    with pytest.raises(Refused) as refused:
        fetch(address)
    assert refused.value.text.isprintable()
    assert world.joined == []


# redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: Server, here: None, status: int) -> None:
    server.answers |= {"/text": moved("b?x=1", status), "/b?x=1": says()}
    found = fetch(server.address())

    assert found.content == TEXT
    assert found.final_address == server.address("/b?x=1")


def test_five_redirects_are_followed_and_six_are_not(server: Server, here: None) -> None:
    server.answers |= {f"/{n}": moved(f"/{n + 1}") for n in range(6)}
    server.answers["/6"] = says()
    assert fetch(server.address("/1")).content == TEXT
    with pytest.raises(Refused, match="more than 5"):
        fetch(server.address("/0"))


@pytest.mark.parametrize("to", ["http://127.0.0.1:{port}/b", "http://inside.example:{port}/b", "http://[::1]/b"])
def test_a_redirect_into_a_private_network_is_refused(server: Server, world: World, to: str) -> None:
    world.names |= {"text.example": [PUBLIC], "inside.example": ["10.0.0.1"]}
    server.answers |= {"/text": moved(to.format(port=server.port)), "/b": says()}
    with pytest.raises(Refused, match="not public"):
        fetch(server.address(host="text.example"))
    assert world.joined == [PUBLIC]
    assert server.paths == ["/text"]


def test_a_redirect_to_the_same_name_is_looked_up_and_checked_anew(server: Server, world: World) -> None:
    world.names["text.example"] = [PUBLIC, "10.0.0.1"]
    server.answers |= {"/text": moved("/b"), "/b": says()}
    with pytest.raises(Refused, match="not public"):
        fetch(server.address(host="text.example"))
    assert server.paths == ["/text"]


@pytest.mark.parametrize("to", ["file:///etc/passwd", "http://[", "http://a:b@text.example/"])
def test_a_redirect_to_what_is_no_address_is_refused(server: Server, here: None, to: str) -> None:
    server.answers["/text"] = moved(to)
    with pytest.raises(Refused):
        fetch(server.address())


# https


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for text.example that signed itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "text.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("text.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "text.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return file


@pytest.fixture
def secure(certificate: Path, world: World) -> Iterator[Server]:
    """A server that proves to be text.example, which is in public."""
    world.names |= {"text.example": [PUBLIC], "other.example": [PUBLIC]}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from serving(context)


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def test_the_name_is_proved_though_the_connection_goes_to_an_address(
    secure: Server, world: World, trusted: None
) -> None:
    secure.answers["/text"] = says()
    assert fetch(secure.address(host="text.example")).content == TEXT
    assert world.joined == [PUBLIC]


@pytest.mark.parametrize(
    ("host", "trust"), [("other.example", True), ("text.example", False)], ids=["another name", "nobody vouches"]
)
def test_a_certificate_that_does_not_hold_ends_it_at_once(
    secure: Server, world: World, certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, trust: bool
) -> None:
    if trust:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure.answers["/text"] = says()
    with pytest.raises(Unreachable, match="certificate"):
        fetch(secure.address(host=host))
    assert secure.asked == []
    assert len(world.joined) == 1


def test_a_redirect_from_https_down_to_http_is_refused(
    secure: Server, server: Server, world: World, trusted: None
) -> None:
    server.answers["/text"] = says()
    secure.answers["/text"] = moved(server.address(host="text.example"))
    with pytest.raises(Refused, match="down to http"):
        fetch(secure.address(host="text.example"))
    assert server.asked == []


def test_a_redirect_from_http_up_to_https_is_followed(
    secure: Server, server: Server, world: World, trusted: None
) -> None:
    secure.answers["/text"] = says()
    server.answers["/text"] = moved(secure.address(host="text.example"))
    assert fetch(server.address(host="text.example")).content == TEXT


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
