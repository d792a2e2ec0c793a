"""What an identifier says, and the spelling rules that every family of identifiers shares."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

AMENDMENT = "amendment"
CORRIGENDUM = "corrigendum"
SUPPLEMENT = "supplement"
ERRATUM = "erratum"
ADDENDUM = "addendum"
ANNEX = "annex"
INTERPRETATION = "interpretation"  # IEC interpretation sheet, /ISH1
FRAGMENT = "fragment"  # IEC: a part of a draft circulated on its own, /FRAG5


@dataclass(frozen=True, slots=True)
class Reference:
    """One identifier, taken apart.

    `key` names this very edition or draft; `document` names the document whatever its edition, so it is
    what an undated reference names. An amendment is a document of its own ("ISO/IEC 22989:2022/Amd 1")
    that says in `part_of` the key of what it amends.
    """

    text: str
    key: str
    document: str
    edition: str = ""
    publishers: tuple[str, ...] = ()
    number: str = ""
    type: str = ""
    stage: str = ""
    part_of: str = ""
    supplement: str = ""


# Signs that never carry meaning, taken out before NFKC would spell them as letters ("TM").
_SIGNS: dict[int, str | None] = {ord(sign): None for sign in "™®©℠\u200b\u200c\u200d\u2060\ufeff\u00ad"}
# Every dash and minus becomes the ASCII hyphen; the fraction and division slashes become "/".
_SIGNS |= {ord(dash): "-" for dash in "‐‑‒–—―−⁃﹘﹣－"}
_SIGNS |= {ord(slash): "/" for slash in "⁄∕"}
_LANGUAGE = re.compile(r"\s*\([EFRSDAC](?:[/,][EFRSDAC])*\)$", re.ASCII)
# Spaces that mean nothing: "ISO / IEC", "42001 : 2023", "2009 + AMD1". A colon inside a title keeps its own.
_SPACED = re.compile(
    r"\s*(/)\s*|(?<=\w)\s*(:)\s*(?=\d|R\d|REL|PH\d|UMTS)|(?<=\d)\s*(\+)\s*(?=AMD?\d|A\d)", re.IGNORECASE
)
_RUN_TOGETHER = re.compile(r"\s*\((?:TM|R)\)", re.IGNORECASE)
_NEEDS_WORK = re.compile(r"\s\s|[\t\n\r\f\v]|\s[/:+]|[/:+]\s|\((?:TM|R|[EFRSDAC](?:[/,][EFRSDAC])*)\)|^\s|\s$", re.I)


def clean(text: str) -> str:
    """The identifier as printed, minus accidents: odd characters, dashes and spaces, (E), trademark signs."""
    if not text.isascii():
        text = _composed(text)
    if not _NEEDS_WORK.search(text):
        return text
    text = _SPACED.sub(_sign, " ".join(_RUN_TOGETHER.sub("", text).split()))
    while (shorter := _LANGUAGE.sub("", text)) != text:
        text = shorter
    return text.strip()


def _sign(match: re.Match[str]) -> str:
    return match[1] or match[2] or match[3]


def _composed(text: str) -> str:
    # Composing can bring out a sign or a space that the table removes, so go on until nothing changes.
    for _ in range(8):
        done = unicodedata.normalize("NFKC", text.translate(_SIGNS))
        if done == text:
            break
        text = done
    return text


def normalise(text: str) -> str:
    """Canonical spelling only, in upper case; says nothing about what the identifier means."""
    for _ in range(8):
        done = clean(clean(text).upper())
        if done == text:
            break
        text = done
    return text


def unknown(text: str) -> Reference:
    """A form that no family knows: it names only itself."""
    return Reference(text=text, key=text, document=text)


_PUBLISHERS = (
    "3GPP2|3GPP|W3C|ITU-?(?:[TRD](?![^\\W\\d_]))?|CCITT|CCIR|ISO|IEC|CISPR|IEEE|AIEE|ANSI|USEMCSC|ASTM|SAE|HL7|CIE|ETSI|"
    "NISTIR|NIST|NBS|OGC|ECMA|OASIS|IETF|JIS|CEN|CLC|CENELEC|EN|BSI|BS|DIN|KS|NF|UNE|NEN|ГОСТ|GOST|EASC"
)
_NOT_LOOSE = re.compile(rf"(?<![^\W_])(?:{_PUBLISHERS})(?![^\W\d_])|(?<=[\W_])STD(?![^\W\d_])")
_KEEP = re.compile(r"[\W_]+")


def loose(text: str) -> str:
    """The identifier as a hurried person types it: letters and digits, upper case, no publisher, no "Std".

    loose("iso 42001") == loose("ISO/IEC 42001") == "42001"; zeros in front are kept.
    """
    upper = normalise(text)
    short = _KEEP.sub("", _NOT_LOOSE.sub(" ", upper))
    return short or _KEEP.sub("", upper)


_DIGITS = re.compile(r"\d+", re.ASCII)


def sort_key(edition: str) -> tuple[tuple[int, ...], str]:
    """Order the editions of one document: numbers count as numbers, so V1.10.1 comes after V1.9.1.

    3GPP prints the release before the version ("REL-8/8.5.0"); within one specification the version decides.
    """
    _, slash, version = edition.rpartition("/")
    counted = version if slash and version[:1].isdigit() else edition
    return tuple(int(digits) for digits in _DIGITS.findall(counted)[:12]), edition
