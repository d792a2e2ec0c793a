"""Where requests of the node may go: addresses in public, redirects, certificates."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comity.records import outgoing
from comity.records.errors import Refused, Unreachable
from comity.records.tests.servers import (
    PUBLIC,
    TEXT,
    Server,
    World,
    fetch,
    moved,
    says,
    serving,
)

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
