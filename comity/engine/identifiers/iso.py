"""ISO, IEC and who prints like them: joint bodies, European and national adoptions, IEEE's joint standards.

Shapes, from ISO's and IEC's directives and the catalogue's data:
    ISO/IEC TR 24027:2021, ISO/DIS 10239.2, ISO/IEC 22989:2022/CD Amd 1, IEC 60050-101:1998/AMD1:2000,
    IEC 60038:2009+AMD1:2021 CSV, ISO/IEC DIR 1 ISO SUP:2003, EN ISO 12100:2010, BS 7799-2:2002
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .model import (
    ADDENDUM,
    AMENDMENT,
    ANNEX,
    CORRIGENDUM,
    FRAGMENT,
    INTERPRETATION,
    SUPPLEMENT,
    Reference,
)

# Words between publisher and number. A word may say the stage, the type of document, or both.
STAGE_WORDS = {
    word: (word, "")
    for word in ("PWI", "NP", "NWIP", "AWI", "ACD", "WD", "CD", "CDV", "FCD", "DIS", "FDIS", "PRF", "CDISP")
}
STAGE_WORDS |= {
    "DTR": ("DTR", "TR"),
    "PDTR": ("PDTR", "TR"),
    "FDTR": ("FDTR", "TR"),
    "DTS": ("DTS", "TS"),
    "PDTS": ("PDTS", "TS"),
    "FDTS": ("FDTS", "TS"),
    "DPAS": ("DPAS", "PAS"),
    "DISP": ("DISP", "ISP"),
    "DGUIDE": ("DGuide", "Guide"),
}
TYPE_WORDS = {word: word for word in ("TR", "TS", "PAS", "ISP", "SRD", "R", "TTA", "DATA", "IWA", "CA", "ACEE")}
TYPE_WORDS["GUIDE"] = "Guide"
_SLASHED = frozenset(STAGE_WORDS) | frozenset(TYPE_WORDS) - {"GUIDE", "IWA"}

_PUBLISHER = "ISO|IEC|CISPR|IEEE|ASTM|CIE|HL7|SAE|ASME|OECD|UNDP|IDF|ANSI|ASQ|IUPAC|ILAC|IIW|OIML|ICC|CSA"
_WORD = "|".join(sorted([*STAGE_WORDS, *TYPE_WORDS], key=len, reverse=True))
_NUMBER = r"(?:\d+[A-Z]{0,3}(?:-[A-Z0-9]*)*(?:/\d(?=[:/]|$))?)"
_YEAR = r"(?:19|20)\d\d(?:-\d\d)?"
_REST = (
    rf"(?P<number>{_NUMBER})(?:\.(?P<iteration>\d))?(?::(?P<year>{_YEAR})(?P<reissue>R)?)?"
    r"(?P<tail>[/+ ].*)?"
)
_CORE = re.compile(_REST, re.IGNORECASE | re.ASCII)
_PLAIN = re.compile(
    rf"(?P<publishers>(?:{_PUBLISHER})(?:/(?:{_PUBLISHER}))*)"
    rf"(?:[ /]+(?P<words>(?:{_WORD})\d?(?:[ /]+(?:{_WORD}))*))?[ -]?{_REST}",
    re.IGNORECASE | re.ASCII,
)
_IWA = re.compile(rf"(?:ISO/)?(?:(?P<words>{_WORD})[ /])?IWA *{_REST}", re.IGNORECASE | re.ASCII)
_NAMED = re.compile(
    rf"(?P<document>IEC (?:GIORGI|CENT-CHAL)|ISO/IEC SYMBOL|ISO/IEC VIM|ISO/IEC JTC 1 DIR|"
    r"ISO/IEC DIR(?:[ +][A-Z0-9+ ]+)?)"
    rf"(?::(?P<edition>{_YEAR}(?: DB)?))?",
    re.IGNORECASE | re.ASCII,
)
_PAPER = re.compile(
    r"(?P<document>IEC (?:White Paper|Trend Report|Technology Report|Technology and Market Outlook Paper|"
    rf"WT|HANDB) ?[\w][\w :-]*?)(?::(?P<edition>{_YEAR}))?",
    re.IGNORECASE,
)
_COMMITTEE_PAPER = re.compile(r"ISO/(?:IEC/?)?(?:TC|JTC|PC) ?\d+[A-Z0-9/ -]*", re.IGNORECASE | re.ASCII)

# What a supplement calls itself -> how we print it, what it is.
SUPPLEMENTS = {
    "AMD": ("Amd", AMENDMENT),
    "AM": ("Amd", AMENDMENT),
    "A": ("Amd", AMENDMENT),
    "AMENDMENT": ("Amd", AMENDMENT),
    "COR": ("Cor", CORRIGENDUM),
    "AC": ("Cor", CORRIGENDUM),
    "CORRIGENDUM": ("Cor", CORRIGENDUM),
    "ADD": ("Add", ADDENDUM),
    "EXT": ("Ext", ADDENDUM),
    "SUPPL": ("Suppl", SUPPLEMENT),
    "SUP": ("Suppl", SUPPLEMENT),
    "ISH": ("ISH", INTERPRETATION),
    "FRAG": ("FRAG", FRAGMENT),
    "EXPLANATION": ("Expl", ANNEX),
    "EXPL": ("Expl", ANNEX),
}
_PIECE = re.compile(
    r"(?P<sign>[/+])(?:(?P<stage>PWI|NP|AWI|WD|CD|CDV|DIS|FDIS|PRF|FPD|PD|FD|D) ?)??"
    r"(?P<kind>AMENDMENT|AMD|AM|CORRIGENDUM|COR|AC|ADD|EXT|SUPPL|SUP|ISH|FRAG|EXPLANATION|EXPL|A(?=\d))"
    rf"\.? ?(?P<count>\d*)(?:\.(?P<iteration>\d+))?(?::(?P<year>{_YEAR})(?P<reissue>R)?)?",
    re.IGNORECASE | re.ASCII,
)
# IEC sells the same edition in several shapes: consolidated, redline, commented, extended, series, database.
_SHAPE = re.compile(
    r" ?(?P<shape>CSV|RLV|CMV|EXV-CMV|EXV-RLV|EXV|SER|DB|PAC|REDLINE|ED\d+)(?=[/ +]|$)", re.IGNORECASE
)
_SYMBOL = re.compile(r" SYMBOL (?P<symbol>[\w .-]+)$", re.IGNORECASE | re.ASCII)  # JIS Z 8210 sells single symbols
_COMPACT = {"D", "FD", "PD", "FPD"}  # printed in one word with the kind: DAmd, FDAmd


@dataclass(slots=True)
class _Building:
    """The identifier as far as it has been read."""

    key: str
    document: str
    dated: str  # the document with its year, without draft words: the next supplement's document starts so
    edition: str
    stage: str
    part_of: str = ""
    supplement: str = ""

    def shape(self, word: str) -> None:
        word = "Redline" if word.upper() == "REDLINE" else word.upper()
        self.key += f" {word}"
        self.dated += f" {word}"
        self.edition = f"{self.edition} {word}".strip()

    def consolidate(self, name: str, year: str) -> None:
        mark = f"+{name}:{year}" if year else f"+{name}"
        self.key += mark
        self.dated += mark
        self.edition += mark

    def supplement_with(self, piece: re.Match[str]) -> None:
        label, kind = SUPPLEMENTS[piece["kind"].upper()]
        stage = (piece["stage"] or "").upper()
        name = _counted(label, piece["count"])
        year = _joined(piece["year"], piece["reissue"])
        if piece["sign"] == "+":
            return self.consolidate(name, year)
        printed = stage + name if stage in _COMPACT else f"{stage} {name}".strip()
        if piece["iteration"]:
            printed += f".{piece['iteration']}"
        self.part_of, self.supplement = self.key, kind
        self.document = f"{self.dated}/{name}"
        self.key += f"/{printed}" + (f":{year}" if year else "")
        self.dated = self.document + (f":{year}" if year else "")
        self.edition, self.stage = year, (stage + label if stage in _COMPACT else stage)
        return None

    def read(self, tail: str) -> bool:
        """Take in everything after the number and year; False if some of it makes no sense."""
        position = 0
        while position < len(tail):
            if piece := _PIECE.match(tail, position):
                self.supplement_with(piece)
            elif piece := _SHAPE.match(tail, position):
                self.shape(piece["shape"])
            elif piece := _SYMBOL.match(tail, position):
                self.part_of, self.supplement = self.key, ANNEX
                self.key += f" SYMBOL {piece['symbol'].upper()}"
                self.document += f" SYMBOL {piece['symbol'].upper()}"
            else:
                return False
            position = piece.end()
        return True


def _joined(year: str | None, reissue: str | None) -> str:
    return (year or "") + ("R" if reissue else "")


def _counted(label: str, count: str) -> str:
    if label in ("ISH", "FRAG"):
        return label + count
    return f"{label} {count.lstrip('0') or '0'}" if count else label


def build(
    text: str,
    head: str,
    head_of_document: str,
    match: re.Match[str],
    *,
    publishers: tuple[str, ...],
    **known: str,
) -> Reference | None:
    """Put the parts of `match` (number, iteration, year, tail) behind a head that a family has read."""
    number = match["number"].upper()
    year = _joined(match["year"], match["reissue"])
    iteration = f".{match['iteration']}" if match["iteration"] else ""
    suffix = f":{year}" if year else ""
    document = f"{head_of_document} {number}"
    built = _Building(
        key=f"{head} {number}{iteration}{suffix}",
        document=document,
        dated=document + suffix,
        edition=year,
        stage=known.get("stage", ""),
    )
    if match["tail"] and not built.read(match["tail"].rstrip(": ")):
        return None
    return Reference(
        text=text,
        key=built.key,
        document=built.document,
        edition=built.edition,
        publishers=publishers,
        number=known.get("number_prefix", "") + number,
        type=known.get("type", ""),
        stage=built.stage,
        part_of=built.part_of,
        supplement=built.supplement,
    )


_RANK = {"ISO": 0, "IEC": 1}


def publishers_of(text: str) -> tuple[str, ...]:
    """Publishers in one order whatever the printed one: IEEE/ISO/IEC is ISO/IEC/IEEE."""
    codes = text.upper().split("/")
    return tuple(sorted(dict.fromkeys(codes), key=lambda code: _RANK.get(code, 2))) if len(codes) > 1 else (codes[0],)


_NO_WORDS: tuple[str, str, str] = ("", "", "")


def _read_words(words: str | None) -> tuple[str, str, str]:
    """(words in canonical spelling, stage, type)."""
    if not words:
        return _NO_WORDS
    stage = kind = ""
    for word in re.split(r"[ /]+", words.upper()):
        round_of = word[-1] if word[-1:].isdigit() else ""  # IEEE prints rounds as CD2
        word = word.rstrip("0123456789")
        if word in TYPE_WORDS:
            kind = TYPE_WORDS[word]
            continue
        stage, implied = STAGE_WORDS[word]
        stage, kind = stage + round_of, implied or kind
    printed = stage if stage.rstrip("0123456789").startswith(("DT", "DP", "PD", "DG", "FDT")) else f"{stage} {kind}"
    return printed.strip(), stage, kind


def heads(publishers: tuple[str, ...], words: str | None) -> tuple[str, str, str, str]:
    """(head of the key, head of the document, stage, type). ISO alone joins words by "/": ISO/TS, ISO/DIS."""
    printed, stage, kind = _read_words(words)
    if kind == "IWA":
        return f"{stage} IWA".strip(), "IWA", stage, kind
    body = "/".join(publishers)
    return _join(body, printed), _join(body, kind), stage, kind


def _join(body: str, words: str) -> str:
    if not words:
        return body
    return f"{body}/{words}" if body == "ISO" and words.split()[0].upper() in _SLASHED else f"{body} {words}"


def parse(text: str) -> Reference | None:
    if match := _PLAIN.fullmatch(text):
        publishers = publishers_of(match["publishers"])
        head, document, stage, kind = heads(publishers, match["words"])
        return build(text, head, document, match, publishers=publishers, stage=stage, type=kind)
    if match := _IWA.fullmatch(text):
        _, stage, _ = _read_words(match["words"])
        return build(text, f"{stage} IWA".strip(), "IWA", match, publishers=("ISO",), stage=stage, type="IWA")
    return _parse_named(text)


def _parse_named(text: str) -> Reference | None:
    publishers = ("ISO", "IEC") if text[:7].upper() == "ISO/IEC" else (text[:3].upper(),)
    if match := _NAMED.fullmatch(text):
        document, edition = (
            re.sub(r" ?\+ ?", " + ", match["document"].upper()),
            (match["edition"] or "").upper(),
        )
        kind = "DIR" if " DIR" in document else ""
        key = f"{document}:{edition}" if edition else document
        return Reference(text, key, document, edition, publishers, document.split(" ", 1)[1], kind)
    if match := _PAPER.fullmatch(text):
        document, edition = match["document"], match["edition"] or ""
        key = f"{document}:{edition}" if edition else document
        return Reference(text, key, document, edition, publishers, document.split(" ", 1)[1], "Paper")
    if _COMMITTEE_PAPER.fullmatch(text):
        paper = re.sub(r"/SC/QC (\d+)", r"/SC \1/QC", text.upper())
        return Reference(text, paper, paper, publishers=publishers, number=paper.split("/", 1)[1])
    return None


# --- IEEE's spelling of joint standards: ISO/IEC/IEEE 29119.5-2024, ISO/IEC/IEEE DIS P14764-2021-01 ---

_JOINT = re.compile(
    rf"(?P<publishers>(?:{_PUBLISHER})(?:/(?:{_PUBLISHER}))*)"
    rf"(?:[ /](?P<words>(?:{_WORD})\d?(?: (?:{_WORD}))*))?(?: Std)?"
    r" (?P<project>P)?(?P<number>\d+[A-Z]*(?:[.-](?!(?:19|20)\d\d(?:-\d\d)?(?:[/ ]|$))[0-9A-Z]+)*)"
    r"(?P<base>-(?:19|20)\d\d(?=/))?(?:/(?P<draft>[DE]-?[A-Z0-9.-]*?))?"
    r"(?:/(?P<supplement>(?:Amd|Cor) ?\d+))?(?::|-|$|(?= Redline))"
    rf"(?P<year>{_YEAR})?(?P<tail>(?:/(?:Amd|Cor) ?\d+(?::{_YEAR})?)*(?: Redline)?)",
    re.IGNORECASE | re.ASCII,
)


def parse_joint(text: str) -> Reference | None:
    """A joint standard as IEEE prints it; the key is the one that ISO's and IEC's spelling gives."""
    match = _JOINT.fullmatch(text)
    if not match:
        return None
    publishers = publishers_of(match["publishers"])
    head, document, stage, kind = heads(publishers, match["words"])
    # IEEE writes 11073.10101 and 802.3 for ISO's 11073-10101 and 8802-3.
    number = re.sub(r"^802[.-]", "8802-", match["number"]).replace(".", "-").upper()
    year = f":{match['year']}" if match["year"] else ""
    if match["project"] and not match["words"] and match["draft"] is None:
        return _project(text, publishers, number, match)
    if match["draft"] is None:
        supplement = f"/{match['supplement']}" if match["supplement"] else ""
        core = _CORE.fullmatch(f"{number}{year}{supplement}{match['tail']}")
        return core and build(text, head, document, core, publishers=publishers, stage=stage, type=kind)
    label = re.sub(r"^([DE])-", r"\1", match["draft"].upper())
    draft = (
        (f"{match['base']}" if match["base"] else "")
        + f"/{label}"
        + (f"/{match['supplement']}" if match["supplement"] else "")
    )
    return Reference(
        text=text,
        key=f"{head} P{number}{draft}{year}{match['tail']}",
        document=f"{document} {number}",
        edition=match["year"] or "",
        publishers=publishers,
        number=number,
        type=kind,
        stage=label,
    )


def _project(text: str, publishers: tuple[str, ...], number: str, match: re.Match[str]) -> Reference:
    """A draft that prints nothing but its project number: IEEE/ISO/IEC P12207."""
    body, date = "/".join(publishers), match["year"] or ""
    supplement = f"/{match['supplement']}" if match["supplement"] else ""
    key = f"{body} P{number}{supplement}" + (f":{date}" if date else "") + match["tail"]
    return Reference(text, key, f"{body} {number}", date, publishers, number, stage="P")


# --- European and national bodies, which often adopt an ISO or IEC text under its own number ---

NATIONAL = {
    "BS": "BSI",
    "DIN": "DIN",
    "NF": "AFNOR",
    "UNE": "UNE",
    "SS": "SIS",
    "SN": "SNV",
    "ÖNORM": "ASI",
    "NEN": "NEN",
    "DS": "DS",
    "SFS": "SFS",
    "UNI": "UNI",
    "NBN": "NBN",
    "PN": "PKN",
    "ČSN": "UNMZ",
    "STN": "UNMS",
    "I.S.": "NSAI",
    "NS": "SN",
    "KS": "KATS",
    "SIST": "SIST",
    "MSZ": "MSZT",
    "EVS": "EVS",
    "LST": "LST",
    "AS/NZS": "SA",
    "AS": "SA",
    "IS": "BIS",
    "SANS": "SABS",
    "SS-EN": "SIS",
    "ABNT NBR": "ABNT",
    "TCVN": "STAMEQ",
    "CAN/CSA": "CSA",
    "PAS": "BSI",
}
_BODY = "|".join(re.escape(body) for body in sorted(NATIONAL, key=len, reverse=True))
_ADOPTING = re.compile(
    rf"(?P<national>(?:{_BODY})(?:[ -](?:[A-Z](?= )|SPEC|VDE))?)?[ -]?(?P<european>(?:F?PR)?EN|CEN|CLC|HD)?"
    r" ?(?P<adopted>(?:ISO|IEC|CISPR)[ /].*|(?:ISO|IEC)\d.*)",
    re.IGNORECASE,
)
_OWN = re.compile(
    rf"(?P<national>(?:{_BODY})(?:[ -](?:[A-Z](?= ?\d)|SPEC|VDE|PAS|PD))?)?[ -]?"
    rf"(?P<european>(?:F?PR)?EN|(?:PR)?CEN/CLC/(?:TR|TS)|(?:PR)?CEN/(?:TR|TS)|"
    rf"(?:PR)?CLC/(?:TR|TS)|CWA|HD)? ?{_REST}",
    re.IGNORECASE,
)


def _prefix(match: re.Match[str]) -> tuple[str, str, tuple[str, ...], str] | None:
    """(prefix of the key, of the document, publishers, stage) or None where nothing stands in front."""
    national = re.sub("[ -]+", " ", (match["national"] or "").upper())
    european = (match["european"] or "").upper()
    if not national and not european:
        return None
    final = re.sub("^F?PR", "", european)
    stage = european[: len(european) - len(final)].replace("FPR", "Fpr").replace("PR", "pr")
    publishers: tuple[str, ...] = ()
    if national:
        publishers = (NATIONAL.get(national) or NATIONAL.get(national.split()[0], national),)
    if final:
        publishers += ("CENELEC",) if final in ("HD", "CLC") or final.startswith("CLC/") else ("CEN",)
    key = f"{national} {stage}{final}".strip()
    return key, f"{national} {final}".strip(), publishers, f"{stage}EN" if stage else ""


def parse_regional(text: str) -> Reference | None:
    if match := _ADOPTING.fullmatch(text):
        prefix, inner = _prefix(match), parse(match["adopted"])
        return _adopt(text, prefix, inner) if prefix and inner and inner.number else None
    if match := _OWN.fullmatch(text):
        if not (prefix := _prefix(match)):
            return None
        key, document, publishers, stage = prefix
        kind = document[-2:] if document.endswith(("/TR", "/TS")) else ""
        return build(text, key, document, match, publishers=publishers, stage=stage, type=kind)
    return None


def _adopt(text: str, prefix: tuple[str, str, tuple[str, ...], str], inner: Reference) -> Reference:
    key, document, publishers, stage = prefix
    return Reference(
        text=text,
        key=f"{key} {inner.key}",
        document=f"{document} {inner.document}",
        edition=inner.edition,
        publishers=publishers + inner.publishers,
        number=inner.number,
        type=inner.type,
        stage=stage or inner.stage,
        part_of=f"{key} {inner.part_of}" if inner.part_of else "",
        supplement=inner.supplement,
    )
