"""What the numbers of two bodies have to do with each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.engine import identifiers
from comity.engine.identifiers import Reference

# Bodies whose identifiers may hold those of the body they adopt from, or repeat its number.
_LETTERED = re.compile(r"^[A-Z]{1,2}[ .](?=\d)")
_PARTS = re.compile(r"[-.]")
_LEAST_DIGITS = 4
_OWN_NUMBERS = frozenset(("ITU-T", "ITU-R", "3GPP", "ETSI", "W3C", "IETF"))  # no other body repeats these
# IEEE tells amendments by letters (802.3bv); the others print a number behind a word.
_ORDINAL = re.compile(r"[A-Za-z.][ .]?0*(\d+)$")
# ETSI publishes 3GPP's specifications of the series 21 to 55 under 1 and the number: TS 25.306 is TS 125 306.
_SERIES = re.compile(r"1(2[1-9]|[34]\d|5[0-5]) (\d{3}(?:-\w+)*)")
_SPECIFICATION = re.compile(r"(2[1-9]|[34]\d|5[0-5])\.(\d{3}(?:-\w+)*)")


@dataclass(frozen=True, slots=True)
class Number:
    """One identifier, as far as other bodies may repeat it.

    Attributes:
        printed: the number as its body writes it.
        main, part: "24748" and "7000"; a letter of the body's own ("X 23894") is left out.
        publishers: all the identifier names, the publisher first: EN ISO 12100 names CEN and ISO.
        series: what a rule of number series makes of it: "TS 25.306". ISO/IEC/IEEE 8802-3 is IEEE 802.3.
        supplement: kind and number ("amendment 2"); "" for what stands alone.
    """

    main: str
    part: str
    publishers: tuple[str, ...]
    printed: str = ""
    series: str = ""
    supplement: str = ""

    @property
    def telling(self) -> bool:
        """Whether sharing it says something without a title: national bodies use four digits of their own."""
        return sum(sign.isdigit() for sign in self.main) > _LEAST_DIGITS

    @property
    def shareable(self) -> bool:
        """Whether two bodies having it is hardly chance."""
        alone = not self.publishers[:1] or self.publishers[0] not in _OWN_NUMBERS
        return alone and sum(sign.isdigit() for sign in self.main) >= _LEAST_DIGITS


def number(identifier: str) -> Number:
    """Never raises; an identifier that is not understood has no main number."""
    found = identifiers.parse(identifier)
    plain = _LETTERED.sub("", found.number)
    main, _, part = _PARTS.sub("-", plain).partition("-")
    ordinal = _ORDINAL.search(found.document) if found.supplement and found.publishers[:1] != ("IEEE",) else None
    return Number(
        main=main if main.isascii() and main.isalnum() else "",
        part=part.casefold(),
        publishers=found.publishers,
        printed=found.number,
        series=_series(found),
        supplement=f"{found.supplement} {ordinal[1]}" if ordinal else found.supplement,
    )


def _series(found: Reference) -> str:
    first = found.publishers[0] if found.publishers else ""
    if first in ("ETSI", "3GPP") and found.type in ("TS", "TR"):
        match = (_SERIES if first == "ETSI" else _SPECIFICATION).fullmatch(found.number)
        return f"{found.type} {match[1]}.{match[2]}" if match else ""
    plain = found.number.replace(".", "-").casefold()
    if found.supplement:
        return ""
    if first == "IEEE" and plain.startswith("802-"):
        return plain
    return plain[1:] if first == "ISO" and plain.startswith("8802-") else ""


_NAMED = re.compile(
    r"\b(3GPP|GSM|ISO|IEC|ITU-T|ECMA|IEEE)\b[A-Z/ -]*?(?:Recommendation |T[SR] |DIS )?\s*-?([A-Z]?\.?\d[\d.-]*\d)",
)


def named(source: str) -> set[tuple[str, str]]:
    """Bodies and numbers that a bracket in a title names: "(GSM 04.11)" is 3GPP's 04.11."""
    return {("3GPP" if body == "GSM" else body, printed) for body, printed in _NAMED.findall(source)}
