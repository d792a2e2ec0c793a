"""The one place where the node asks others for something by HTTP: bounded, polite, and never into a private network.

A host is looked up once. What it resolves to is checked, and the connection goes to the very address that was
checked, so a name that means something else a moment later (DNS rebinding) leads nowhere else.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

from comity.records.errors import Refused, Unreachable

REDIRECTS = 5
WAITS = (1.0, 5.0, 25.0)  # seconds before each further attempt
AGAIN = (429, 502, 503, 504)  # answers that say: later
MOVED = (301, 302, 303, 307, 308)
CHUNK = 64 * 1024

Progress = Callable[[int, int], None]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Where = tuple[socket.AddressFamily, Any]  # what a socket is made of, and what it connects to

_PORTS = {"http": 80, "https": 443}
_ALLOCATED = ipaddress.IPv6Network("2000::/3")  # all of IPv6 that is anybody's in public
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Public by the registry, but answered by the machine room itself: clouds keep credentials there.
_INSIDE = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("168.63.129.16/32"))
_KIND = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a request.

    Attributes:
        final_address: where the last redirect led.
        kind: the media type as the server says ("text/html"); "" where it does not.
        sha256: of the content, in hexadecimal.
    """

    content: bytes
    final_address: str
    kind: str
    sha256: str


def fetch(
    address: str,
    *,
    most: int,
    progress: Progress | None = None,
    timeout: float = 30,
    longest: float = 300,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Get what is under an address.

    What may pass by itself (no connection, 429, 502, 503, 504) is tried again up to three times, with growing
    waits or as long as the server asks for.

    Args:
        most: bytes that are taken.
        progress: told the bytes that came, and how many there will be (0: not known).
        timeout: seconds that the other side may be silent.
        longest: seconds for everything, with redirects, waits and further attempts.

    Raises:
        Refused: the node does not go there: a private network, another scheme, a step down from https, too large.
        Unreachable: there is no answer, or not the one that was asked for; `later` is among its details where it
            was tried again and again.
    """
    clock = _Clock(timeout, longest)
    place = _place(address)
    for pause in (*WAITS, None):
        try:
            return _followed(place, most, progress, clock)
        except _Later as later:
            wait = max(pause or 0, later.wait)
            if pause is None or wait >= clock.left:
                asked = f", and asks for {later.wait:,.0f} seconds of patience" if later.wait else ""
                raise Unreachable(address=_shown(address), reason=later.reason + asked, later=True) from later
        sleep(wait)
    raise AssertionError("the last attempt returns or raises")


def is_public(address: Address) -> bool:
    """Whether an address is one in the public network, and so is the IPv4 address inside it if it has one."""
    if isinstance(address, ipaddress.IPv4Address):
        inside = any(address in network for network in _INSIDE)
        return address.is_global and not address.is_multicast and not inside
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour is not None and not is_public(address.sixtofour):
        return False
    return address in _ALLOCATED and address.is_global


class _Later(Exception):
    """It did not work now, and may in a while."""

    def __init__(self, reason: str, wait: float = 0) -> None:
        super().__init__(reason)
        self.reason, self.wait = reason, wait


class _Clock:
    """How long a request may still take, as a whole and until the next sign of life."""

    def __init__(self, timeout: float, longest: float) -> None:
        self._timeout = timeout
        self._end = time.monotonic() + longest

    @property
    def left(self) -> float:
        return self._end - time.monotonic()

    def patience(self) -> float:
        """Seconds the next wait may take.

        Raises:
            TimeoutError: none are left.
        """
        if (left := self.left) <= 0:
            raise TimeoutError("timed out")
        return min(self._timeout, left)


@dataclass(frozen=True, slots=True)
class _Place:
    """An address taken apart; every part is safe to be sent."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def named(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def address(self) -> str:
        return f"{self.scheme}://{self.named}{self.target}"


def _place(address: str) -> _Place:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError:  # UnicodeError is one
        host, port = "", None
    if not host or any(letter <= " " or letter == "\x7f" for letter in address):
        raise Refused(address=_shown(address), reason="this is no address of a web page")
    if parts.scheme not in _PORTS:
        raise Refused(address=_shown(address), reason="only http and https are spoken")
    if parts.username is not None or parts.password is not None:
        raise Refused(address=_shown(address), reason="an address must not carry a name or a password")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    return _Place(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, target)


def _shown(address: str) -> str:
    """An address that may come from anybody, fit to be printed."""
    return "".join(letter if letter.isprintable() else "?" for letter in address[:500])


def _followed(place: _Place, most: int, progress: Progress | None, clock: _Clock) -> Fetched:
    for _redirect in range(REDIRECTS + 1):
        found = _asked(place, most, progress, clock)
        if isinstance(found, Fetched):
            return found
        if place.scheme == "https" and found.scheme != "https":
            raise Refused(address=_shown(found.address), reason="a redirect leads from https down to http")
        place = found
    raise Refused(address=_shown(place.address), reason=f"there are more than {REDIRECTS} redirects")


def _asked(place: _Place, most: int, progress: Progress | None, clock: _Clock) -> Fetched | _Place:
    """One request: what is there, or where it has moved to."""
    connection = _Pinned(place, _checked(place), clock)
    headers = {
        "Host": place.named,
        "User-Agent": f"Comity/{version('comity')}",
        "Accept": "*/*",
        "Accept-Encoding": "identity",  # so that `most` is what is really read
        "Connection": "close",
    }
    try:
        connection.request("GET", place.target, headers=headers)
        return _answered(place, connection.getresponse(), most, progress)
    except ssl.SSLCertVerificationError as error:
        reason = f"its certificate does not hold ({error.verify_message})"
        raise Unreachable(address=_shown(place.address), reason=reason) from error
    except http.client.IncompleteRead as error:
        raise _Later("the answer ended too early") from error
    except http.client.HTTPException as error:
        raise _Later("the answer is not HTTP that can be read") from error
    except OSError as error:
        raise _Later(error.strerror or "no answer in time") from error
    finally:
        connection.close()


def _checked(place: _Place) -> list[Where]:
    """Where the host is, as sockets take it. Numbers in any spelling (2130706433, 0177.0.0.1) come out here too.

    Raises:
        Refused: any of it is not public.
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise _Later("its name cannot be looked up now") from error
        raise Unreachable(
            address=_shown(place.address), reason="its name is not known (is there a network?)"
        ) from error
    except (UnicodeError, OverflowError, ValueError) as error:
        raise Refused(address=_shown(place.address), reason="this is no name of a host") from error
    where: list[Where] = [(family, sockaddr) for family, _kind, _protocol, _name, sockaddr in found]
    if not settings.COMITY_ALLOW_PRIVATE:
        for _family, sockaddr in where:
            if not is_public(ipaddress.ip_address(sockaddr[0])):
                reason = f"{place.host} is {sockaddr[0]}, an address that is not public (allow_private_addresses)"
                raise Refused(address=_shown(place.address), reason=reason)
    return where


def _joined(where: list[Where], clock: _Clock) -> socket.socket:
    """A connection to the first place that takes one."""
    failure = OSError("there is no address")
    for family, sockaddr in where:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(clock.patience())
            sock.connect(sockaddr)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


class _Pinned(http.client.HTTPConnection):
    """Connects to where the host was found, whatever its name says by now. TLS still proves the name."""

    def __init__(self, place: _Place, where: list[Where], clock: _Clock) -> None:
        super().__init__(place.host, place.port)
        self._place, self._where, self._clock = place, where, clock

    def connect(self) -> None:
        sock = _joined(self._where, self._clock)
        if self._place.scheme == "https":
            try:
                sock.settimeout(self._clock.patience())
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self._place.host)
            except BaseException:
                sock.close()
                raise
        self.sock = _Timed(sock, self._clock)


class _Timed:
    """What `http.client` needs of a socket. A server that drips byte by byte is left when the clock has run out."""

    def __init__(self, sock: socket.socket, clock: _Clock) -> None:
        self._sock, self._clock = sock, clock

    def sendall(self, content: bytes) -> None:
        self._sock.settimeout(self._clock.patience())
        self._sock.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Stream(self._sock, self._clock))

    def close(self) -> None:
        self._sock.close()


class _Stream(io.RawIOBase):
    def __init__(self, sock: socket.socket, clock: _Clock) -> None:
        self._sock, self._clock = sock, clock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._clock.patience())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _answered(
    place: _Place, answer: http.client.HTTPResponse, most: int, progress: Progress | None
) -> Fetched | _Place:
    status = answer.status
    if status in MOVED and (location := answer.headers.get("Location")):
        return _moved(place, location)
    if status in AGAIN:
        raise _Later(f"it answers {status}", _asked_for(answer.headers.get("Retry-After", "")))
    if status != 200:
        hint = ", not the text: it may want a person with a browser" if status == 202 else ""
        raise Unreachable(address=_shown(place.address), reason=f"it answers {status}{hint}")
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Unreachable(address=_shown(place.address), reason="it sends it packed, without having been asked to")
    content = _read(place, answer, most, progress)
    said = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    kind = said if _KIND.fullmatch(said) else ""
    return Fetched(content, place.address, kind, sha256(content).hexdigest())


def _moved(place: _Place, location: str) -> _Place:
    said = location.encode("latin-1", "replace").decode("utf-8", "replace")  # servers write what they like
    try:
        return _place(urljoin(place.address, said))
    except ValueError as error:
        raise Refused(address=_shown(place.address), reason="it redirects to what is no address") from error


def _read(place: _Place, answer: http.client.HTTPResponse, most: int, progress: Progress | None) -> bytes:
    total = answer.length
    content = bytearray()
    while total is None or len(content) < total:
        if max(total or 0, len(content)) > most:
            raise Refused(address=_shown(place.address), reason=f"it is larger than {most:,} bytes")
        part = answer.read1(CHUNK)
        if not part:
            break
        content += part
        if progress:
            progress(len(content), total or 0)
    # `http.client` takes a connection that breaks off for the end of the content.
    if total is not None and len(content) < total:
        raise _Later("the answer ended too early")
    return bytes(content)


def _asked_for(retry_after: str) -> float:
    """Seconds that a server asks to be left alone for; 0 where it does not, or not so that it can be read."""
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return 0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
