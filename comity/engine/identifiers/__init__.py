"""Identifiers of standards: what edition of which document a printed identifier names.

`parse` never raises. The family is found by the first word and, for forms that print no publisher, by
`source`, the key of the body whose list the text comes from. Every key reads back as itself:
`parse(r.key).key == r.key`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from . import ieee, iso, itu, nist, others
from .model import (
    ADDENDUM,
    AMENDMENT,
    ANNEX,
    CORRIGENDUM,
    ERRATUM,
    FRAGMENT,
    INTERPRETATION,
    SUPPLEMENT,
    Reference,
    clean,
    loose,
    normalise,
    sort_key,
    unknown,
)

__all__ = [
    "ADDENDUM",
    "AMENDMENT",
    "ANNEX",
    "CORRIGENDUM",
    "ERRATUM",
    "FRAGMENT",
    "INTERPRETATION",
    "SUPPLEMENT",
    "Reference",
    "find_candidates",
    "loose",
    "normalise",
    "parse",
    "sort_key",
    "with_edition",
]

Family = Callable[[str], Reference | None]


def _families(words: str, *families: Family) -> dict[str, tuple[Family, ...]]:
    return dict.fromkeys(words.split(), families)


# First word -> the families to try, in order.
_BY_WORD: dict[str, tuple[Family, ...]] = (
    _families("ISO IEC CISPR", iso.parse, iso.parse_joint)
    | _families("IWA CD AWI WD DIS NP", iso.parse)
    | _families("IEEE ANSI AIEE IRE ASA EEE IEEEE NACE AMPP", ieee.parse)
    | _families("ITU CCITT CCIR RECOMMENDATION", itu.parse)
    | _families("ETSI ETS ETR GTS I", others.parse_etsi, others.parse_ietf, iso.parse_regional)
    | _families("EN", others.parse_etsi, iso.parse_regional)
    | _families("TR TS", others.parse_jis, others.parse_etsi, iso.parse_regional)
    | _families("JIS", others.parse_jis, iso.parse_regional)
    | _families("NIST NISTIR NBS SP FIPS FIPSPUB LCIRC ERROR", nist.parse)
    | _families("OGC", others.parse_ogc)
    | _families("ECMA", others.parse_ecma)
    | _families("OASIS", others.parse_oasis)
    | _families("RFC BCP STD FYI IEN IETF DRAFT", others.parse_ietf)
    | _families("ГОСТ ПМГ РМГ ПНСТ GOST PMG RMG PNST", others.parse_gost)
    | _families("GB GM GA JB YD YY SJ HJ JR JT LY NY QC WS T", others.parse_gb)
    | _families("SN", others.parse_gb, iso.parse_regional)
    | _families("REGULATION DIRECTIVE DECISION IMPLEMENTING DELEGATED (EU", others.parse_eu)
    | _families("OECD", others.parse_oecd)
    | _families("W", others.parse_w3c)
    | _families("3", others.parse_3gpp)
    | _families(
        "BS DIN NF UNE SS ÖNORM NEN DS SFS UNI NBN PN ČSN STN NS KS SIST MSZ EVS LST AS IS SANS ABNT TCVN "
        "CAN PAS CEN CLC CWA HD PREN FPREN PRCEN PRCLC",
        iso.parse_regional,
        others.parse_etsi,
    )
)
_FIRST_WORD = re.compile(r"[^\W\d_]+|\(EU|3(?=GPP)", re.IGNORECASE)

# Where the text prints no publisher: what each body's list leaves out.
_BY_SOURCE: dict[str, tuple[Family, ...]] = {
    "ieee": (ieee.parse,),
    "itu": (itu.parse,),
    "itu_r_old": (lambda text: itu.parse(text, "itu_r_old"),),
    "etsi": (lambda text: others.parse_etsi(f"ETSI {text}"),),
    "3gpp": (lambda text: others.parse_3gpp(f"3GPP {text}"),),
    "jis": (lambda text: others.parse_jis(f"JIS {text}"),),
    "nist": (lambda text: nist.parse(text, "nist"),),
    "w3c": (lambda text: others.parse_w3c(f"W3C {text}"),),
    "ogc": (others.parse_ogc,),
    "ecma": (lambda text: others.parse_ecma(f"ECMA {text}"),),
    "oasis": (lambda text: others.parse_oasis(f"OASIS {text}"),),
    "iso": (lambda text: iso.parse(f"ISO {text}"),),
    "iec": (lambda text: iso.parse(f"IEC {text}"),),
    "rfcsub": (lambda text: others.parse_ietf(f"RFC {text}"),),
    "ietf": (lambda text: others.parse_ietf(f"RFC {text}"),),
    "oecd": (lambda text: others.parse_oecd(f"oecd.ai:{text}"),),
}
# These lists give the same words other meanings ("IEC 61588-2009", "ITU-R 01-201"): ask their family first.
_OWN_SPELLING = frozenset(("ieee", "itu_r_old"))
# A Recommendation named by its number alone.
_BARE_ITU = re.compile(r"[A-Z]\.\d{1,5}(?:\.\d+)*(?: \(.*\))?(?: .*\))?", re.IGNORECASE | re.ASCII)


# Families whose patterns leave no room for odd forms.
_REGULAR = frozenset(("ISO", "IEC", "CISPR", "ITU-T", "ITU-R", "ETSI", "3GPP", "JIS", "W3C"))


@lru_cache(maxsize=1 << 16)
def parse(text: str, source: str = "") -> Reference:
    """Take an identifier apart. Of an unknown form `document` and `key` are the cleaned text."""
    cleaned = clean(text)
    reference = _read(cleaned, source)
    if reference.key == cleaned or reference.publishers[0] in _REGULAR:
        return reference
    # A form so odd that its key would not read back as itself is safer left unknown.
    return reference if _read(reference.key).key == reference.key else unknown(cleaned)


def _read(text: str, source: str = "") -> Reference:
    for family in _candidates(text, source):
        if reference := family(text):
            return reference if reference.text == text else replace(reference, text=text)
    return _stated_apart(text) or unknown(text)


# What `with_edition` writes where a family has no way of its own.
_STATED_APART = re.compile(r"(?P<document>.+) ed\.(?P<edition>[\w.-]+)", re.IGNORECASE)


def _stated_apart(text: str) -> Reference | None:
    """A document whose identifier does not tell editions apart: "Regulation (EU) 2024/1689 ed.2024-07-12"."""
    match = _STATED_APART.fullmatch(text)
    if not match:
        return None
    document, edition = _read(match["document"]), match["edition"]
    if document.edition:
        return None
    return replace(document, text=text, key=f"{document.key} ed.{edition}", edition=edition)


def _candidates(text: str, source: str) -> Iterable[Family]:
    sourced = _BY_SOURCE.get(source, ())
    if source in _OWN_SPELLING:
        yield from sourced
    first = _FIRST_WORD.match(text)
    if first:
        yield from _BY_WORD.get(first[0].upper(), ())
    if source not in _OWN_SPELLING:
        yield from sourced
    if _BARE_ITU.fullmatch(text):
        yield itu.parse


# How each publisher joins an edition to its document.
_JOINERS = {
    "ECMA": " ed.{}",
    "IEEE": "-{}",
    "ETSI": " {}",
    "ITU-R": "{}",
    "NIST": "{}",
    "OGC": "{}",
    "W3C": "-{}",
}


def with_edition(reference: Reference, edition: str) -> Reference:
    """The same document in the edition that its record states apart, as ECMA-262 does 17 times.

    A reference that already names its edition is returned as it is.
    """
    edition = clean(edition)
    if reference.edition or not edition:
        return reference
    joiner = _JOINERS.get(reference.publishers[0] if reference.publishers else "", ":{}")
    printed = parse(reference.key + joiner.format(edition))
    if printed.document == reference.document and printed.edition == edition:
        return replace(printed, text=reference.text)
    return replace(reference, key=f"{reference.key} ed.{edition}", edition=edition)


def find_candidates(query: str) -> list[str]:
    """Loose keys that a person who types `query` may mean, likeliest first.

    Index every reference under `loose(reference.key)` and `loose(reference.document)` and look these up.
    """
    reference = parse(query)
    readings = (query, reference.key, reference.document)
    return list(dict.fromkeys(key for key in map(loose, readings) if key))
