"""Identifiers as people type and scan them: what is meant by a wrong dash, a letter for a digit, a lacking slash."""

from __future__ import annotations

import re
from functools import lru_cache

from comity.engine import identifiers
from comity.engine.identifiers import Reference
from comity.engine.references.model import Reading

_INVISIBLE = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069™®©"
)
_SAME = {ord(dash): "-" for dash in "‐‑‒–—―−⁃﹘﹣－"}
_SAME |= {ord(slash): "/" for slash in "⁄∕／＼\\"}
_SAME |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；（）＼／－"}
_SAME |= {ord("（"): "(", ord("）"): ")", ord("∶"): ":", ord("꞉"): ":"}
_SAME |= {
    ord(space): " "
    for space in "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t"
}
_SAME |= {ord("٠") + digit: str(digit) for digit in range(10)} | {ord("۰") + digit: str(digit) for digit in range(10)}

_ISO = r"[I1l|][S5\$][O0Q]"
_IEC = r"[I1l|][E3][CG]"
_OWN = (
    "ISO|IEC|CISPR|IEEE|IWA|ITU|UIT|CCITT|ETSI|JIS|NISTIR|NIST|NBS|FIPS|OGC|ECMA|OASIS|RFC|BCP|IETF|ANSI|GOST|3GPP|"
    "W3C|OECD|CWA"
)
_NATIONAL = (
    "BS|DIN|NF|UNE|SS|NEN|DS|SFS|UNI|NBN|PN|STN|NS|KS|SIST|MSZ|EVS|LST|AS|IS|SANS|ABNT|TCVN|CAN|PAS|CEN|CLC|HD|prEN|"
    "FprEN|EN|GB|GM|YD|YY|SJ|JR|SN|EG|TS|TR"
)
HEAD = re.compile(
    rf"(?<![^\W_])(?:(?i:{_ISO}(?=[\s/_.:-]|\d|{_IEC}|T[RS][ \d])|{_IEC}(?=[\s/_.:-]|\d|T[RS][ \d])|"
    rf"(?:{_OWN})(?![^\W\d_]))|"
    rf"(?:{_NATIONAL})(?=[ /-]|\d)|(?:ИСО|МЭК|МСЭ|ГОСТ|ПНСТ)(?![^\W\d_])|"
    r"(?i:Commission |Council |Implementing |Delegated )*(?i:Regulation|Directive|Decision) \(E[UC]\))"
)
"""Where an identifier may begin, in a settled text."""

_WORDS = (
    (re.compile(r"^ИСО/МЭК", re.I), "ISO/IEC"),
    (re.compile(r"^ИСО", re.I), "ISO"),
    (re.compile(r"^МЭК", re.I), "IEC"),
    (re.compile(r"^(?:МСЭ|UIT)[- ]?([TRТР])", re.I), r"ITU-\1"),
    (
        re.compile(rf"^((?:{_NATIONAL})[ -]+(?:EN[ -]+)?)?{_ISO}[\s/_.:-]*{_IEC}(?:[\s/_.:-]+|(?=\d))", re.I),
        r"\1ISO/IEC ",
    ),
    (re.compile(rf"^((?:{_NATIONAL})[ -]+(?:EN[ -]+)?)?{_ISO}(?:[\s_.:-]+|(?=\d|T[RS][ \d]))", re.I), r"\1ISO "),
    (re.compile(rf"^((?:{_NATIONAL})[ -]+(?:EN[ -]+)?)?{_IEC}(?:[\s_.:-]+|(?=\d|T[RS][ \d]))", re.I), r"\1IEC "),
    (re.compile(rf"^{_ISO}/", re.I), "ISO/"),
    (re.compile(r"^ISO(?:/IEC)? ?/? ?IEC ?/? ?IEEE\b ?", re.I), "ISO/IEC/IEEE "),
    (re.compile(r"^ITU[- ]?([TRТР])(?: Rec(?:ommendation|\.)?)?[ -]*(?=[A-Z])", re.I), r"ITU-\1 "),
    (re.compile(r"^(ITU-[TR]) ([A-Z])\.? ?(?=\d)", re.I), r"\1 \2."),
    (re.compile(r"^RFC[ -]?(?=\d)", re.I), "RFC "),
    (re.compile(r"^(IEEE|NIST|JIS|ETSI|ECMA|OGC|3GPP|ANSI|GOST)\b", re.I), lambda match: match[1].upper()),
    (re.compile(r"^IEEE (?:standard|std\.?|st)[ .]+", re.I), "IEEE Std "),
    (re.compile(r"^IEEE[ -]?(?=\d)", re.I), "IEEE "),
    (re.compile(r"^ECMA[ -]?(?=\d)", re.I), "ECMA-"),
    (re.compile(r"^JIS[ -]?([A-Z])[ -]?(?=\d)", re.I), lambda match: f"JIS {match[1].upper()} "),
    (re.compile(r"^(NIST) (SP|IR|AI|TN|HB|FIPS)[ -]?(?=\d)", re.I), lambda match: f"NIST {match[2].upper()} "),
    (re.compile(r"^(ETSI (?:EN|TS|TR|ES|EG)) (\d{3})[ -]?(\d{3})", re.I), r"\1 \2 \3"),
    (re.compile(r"^(3GPP) (TS|TR)[ -]?(?=\d)", re.I), lambda match: f"3GPP {match[2].upper()} "),
)
_GLUED = re.compile(r"\b(TR|TS|PAS|CD|DIS|FDIS|Guide)(?=\d{3})")
_YEAR = re.compile(r"(?<=[\dA-Za-z)])\s*(?:[:./,_-]|\s|\s*[(\[])\s*((?:19|20)\d\d)[)\]]?(?=$|[/+ ])")
_TOKEN = re.compile(r"(?<![^\W\d_])[0-9OoIlSB|]*[0-9][0-9OoIlSB|]*(?![^\W\d_])|(?<=[ :.-])[OoIlSB|]+(?=[0-9])")
_LETTERS = str.maketrans("OoIl|SB", "0011158")


def settled(text: str) -> tuple[str, list[int]]:
    """The text with one sign for those that look alike, invisible ones left out; and where each sign stood."""
    if text.isascii():
        return text.translate(_SAME), list(range(len(text)))
    kept = [(place, sign) for place, sign in enumerate(text) if sign not in _INVISIBLE]
    return "".join(sign for _place, sign in kept).translate(_SAME), [place for place, _sign in kept]


def known(reference: Reference) -> bool:
    """Whether some family of identifiers knows this form, and it names a document by a number."""
    return bool(reference.publishers) and any(character.isdigit() for character in reference.number or reference.key)


@lru_cache(maxsize=1 << 14)
def readings(printed: str) -> tuple[Reading, ...]:
    """What a printed identifier may be, likeliest first: as it stands, then with what is often mistyped put right."""
    found: dict[str, Reading] = {}
    for repaired, spelling in enumerate(_spellings(printed)):
        reference = identifiers.parse(spelling[:250])
        if known(reference) and _whole(reference):
            found.setdefault(reference.key, Reading(reference, repaired > 0))
    return tuple(found.values())[:4]


def _whole(reference: Reference) -> bool:
    """Not merely a word and a year."""
    return reference.number != reference.edition or not reference.edition


def _spellings(printed: str) -> list[str]:
    """The identifier in the spellings it may be meant in: as printed, repaired, with the year behind a colon."""
    plain = _GLUED.sub(r"\1 ", " ".join(printed.split()).strip())
    worded = plain
    for pattern, word in _WORDS:
        worded = pattern.sub(word, worded)
    digits = _TOKEN.sub(lambda match: match[0].translate(_LETTERS), worded)
    spelled = [plain, worded, digits]
    for one in (worded, digits):
        spelled.append(_YEAR.sub(r":\1", one))
        spelled.append(_YEAR.sub(r"-\1", one))
    return list(dict.fromkeys(" ".join(one.split()) for one in spelled))
