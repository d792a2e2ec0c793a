"""The smaller families, each a pattern or two: ETSI, 3GPP, JIS, W3C, OGC, Ecma, OASIS, IETF, GOST, GB, EU.

W3C short names and OASIS names are written in lower case in `document` and `key`: their servers treat case as
noise, and their own lists mix "CSAF" with "csaf".
"""

from __future__ import annotations

import re

from . import iso
from .model import AMENDMENT, CORRIGENDUM, ERRATUM, Reference

# --- ETSI: ETSI TS 128 653 V18.1.0 (2024-07), ETSI ETR 001 ed.1 (1990-08), ETSI ETS 300 011/A1 ed.1 ---

_ETSI = re.compile(
    r"(?:ETSI[ /])?(?P<type>TS|TR|EN|ES|EG|ETS|I-ETS|SR|GS|GR|ETR|GTS|TCRTR|NET|TBR)[ -]?"
    r"(?P<number>(?:GSM )?\d\d\.\d\d(?:-[A-Z]{3})?|\d{3} ?\d{3}(?:-\d+)*|\d{3}(?:-\d+)*|"
    r"[A-Z0-9]{2,}(?:-[A-Z0-9]+)? \d{3}(?:-\d+)*)"
    r"(?P<base>/A\d+(?=/))?(?:/(?P<supplement>[AC])(?P<count>\d+))?"
    r"(?: (?P<edition>V ?\d+\.\d+\.\d+|ed\. ?\d+))?(?: ?\(\d{4}(?:-\d\d)?\))?",
    re.IGNORECASE | re.ASCII,
)
_MIXED_CASE = {"MWT": "mWT", "THZ": "THz"}
_SIX = re.compile(r"^(\d{3}) ?(\d{3})", re.ASCII)


def parse_etsi(text: str) -> Reference | None:
    match = _ETSI.fullmatch(text)
    if not match or not (text[:4].upper() == "ETSI" or _SIX.match(match["number"])):
        return None
    number = _SIX.sub(r"\1 \2", match["number"].upper())
    group, space, rest = number.partition(" ")
    number = _MIXED_CASE.get(group, group) + space + rest
    kind = match["type"].upper()
    edition = (match["edition"] or "").replace(" ", "")
    edition = edition.upper() if edition[:1] in "vV" else edition.lower()
    base = document = f"ETSI {kind} {number}{(match['base'] or '').upper()}"
    if match["supplement"]:
        document += f"/{match['supplement'].upper()}{match['count']}"
    return Reference(
        text=text,
        # The date repeats what the version says: no version has two dates in ETSI's catalogue.
        key=f"{document} {edition}" if edition else document,
        document=document,
        edition=edition,
        publishers=("ETSI",),
        number=number,
        type=kind,
        part_of=base if match["supplement"] else "",
        supplement={"A": AMENDMENT, "C": CORRIGENDUM}.get((match["supplement"] or "").upper(), ""),
    )


# --- 3GPP: 3GPP TS 36.423:REL-8/8.5.0; releases also appear as R96, Rel-15, Release 2000, Ph1-DCS ---

_3GPP = re.compile(
    r"3GPP (?P<type>TS|TR) (?P<number>\d\d\.\d{2,3})(?P<suffix>U|dcs|ext)?(?P<part>(?:-\d+)*[a-z]?)"
    r"(?::(?P<release>R(?:EL(?:EASE)?)?[ -]?\d+|Ph\d(?:-(?:DCS|EXT))?|UMTS)(?=/|$))?"
    r"(?:(?:[/:]| ?V|(?<=\d) )(?P<version>\d+\.\d+\.\d+))?",
    re.IGNORECASE | re.ASCII,
)


def _release(printed: str) -> str:
    upper = printed.upper()
    if upper.startswith("PH"):
        return upper[:3]  # "-DCS" is already in the number, 02.06dcs
    if upper == "UMTS":
        return upper
    digits = re.sub(r"\D", "", upper)
    return f"REL-{2000 if digits == '00' else int(digits)}"


def parse_3gpp(text: str) -> Reference | None:
    match = _3GPP.fullmatch(text)
    if not match:
        return None
    suffix = match["suffix"] or ""
    number = match["number"] + (suffix.upper() if suffix in "uU" else suffix.lower()) + match["part"].lower()
    version, release = match["version"] or "", match["release"]
    printed = _release(release) if release else _implied_release(number, version)
    edition = "/".join(filter(None, (printed, version)))
    document = f"3GPP {match['type'].upper()} {number}"
    return Reference(
        text=text,
        key=f"{document}:{edition}" if edition else document,
        document=document,
        edition=edition,
        publishers=("3GPP",),
        number=number,
        type=match["type"].upper(),
    )


def _implied_release(number: str, version: str) -> str:
    """From series 21 on the first number of a version under change control is the release (TR 21.900)."""
    major = int(version.partition(".")[0]) if version else 0
    if major < 3 or int(number[:2]) < 21 or not number[-1].isdigit():
        return ""
    return "REL-99" if major == 3 else f"REL-{major}"


# --- JIS: JIS Z 3001-2:2018, JIS K 0101:1998/AMENDMENT 1:2017, TR X 0001:1996 ---

_JIS = re.compile(
    r"(?:(?P<jis>JIS)[ /])?(?:(?P<type>TR|TS)[ /])?(?P<field>[A-Z]) ?"
    r"(?P<number>\d{4,5}(?:-\d+)*)(?P<iteration>(?!))?(?::(?P<year>\d{4})(?P<reissue>R)?)?(?P<tail>[/+ ].*)?",
    re.IGNORECASE | re.ASCII,
)


def parse_jis(text: str) -> Reference | None:
    match = _JIS.fullmatch(text)
    if not match or not (match["jis"] or match["type"]):
        return None
    kind, field = (match["type"] or "").upper(), match["field"].upper()
    head = " ".join(filter(None, ("JIS", kind, field)))
    return iso.build(text, head, head, match, publishers=("JIS",), type=kind, number_prefix=f"{field} ")


# --- W3C: W3C CR-css3-namespace-20080523, W3C clear-site-data ---

_W3C = re.compile(
    r"W3C[ :](?:(?P<stage>WD|FPWD|LCWD|DNOTE|NOTE|CRD|CRY|CR|REC|PR|PER|DRY|RY|SPSD|OBSL|RSCND|STMT|DISC)-)?"
    r"(?P<name>[A-Za-z0-9][\w.+-]*?)(?:-(?P<date>(?:19|20)\d{6}|9\d{5}|0\d{5}))?(?P<page>/[\w./-]+)?",
    re.IGNORECASE | re.ASCII,
)


def parse_w3c(text: str) -> Reference | None:
    match = _W3C.fullmatch(text)
    if not match:
        return None
    name = match["name"].lower()
    stage, page = (match["stage"] or "").upper(), (match["page"] or "").lower()
    date = match["date"] or ""
    if len(date) == 6:
        date = ("19" if date[0] == "9" else "20") + date
    document = f"W3C {name}{page}"
    key = f"W3C {stage}-{name}" if stage else f"W3C {name}"
    return Reference(
        text=text,
        key=(f"{key}-{date}" if date else key) + page,
        document=document,
        edition=date,
        publishers=("W3C",),
        number=name,
        stage=stage,
    )


# --- OGC: 06-023R1, 04-095c1 (corrigendum), 09-102r3a ---

_OGC = re.compile(
    r"(?:OGC[ -])?(?P<number>\d\d-\d{3})(?:c(?P<corrigendum>\d+)|(?P<edition>(?:r\d+)?[a-z]?))",
    re.IGNORECASE | re.ASCII,
)


def parse_ogc(text: str) -> Reference | None:
    match = _OGC.fullmatch(text)
    if not match:
        return None
    base = document = f"OGC {match['number']}"
    if match["corrigendum"]:
        document += f"c{match['corrigendum']}"
    edition = (match["edition"] or "").lower()
    corrects = bool(match["corrigendum"])
    return Reference(
        text=text,
        key=document + edition,
        document=document,
        edition=edition,
        publishers=("OGC",),
        number=match["number"],
        part_of=base if corrects else "",
        supplement=CORRIGENDUM if corrects else "",
    )


# --- Ecma: ECMA-262, ECMA-418-1, ECMA TR/100, ECMA MEM/1962; the edition is told apart elsewhere ---

_ECMA = re.compile(
    r"ECMA[ -](?:(?P<type>TR|MEM)[ /-])?(?P<number>\d+(?:-\d+)?)"
    r"(?:,? (?:ed\. ?(?P<edition>\d+)|(?P<ordinal>\d+)(?:st|nd|rd|th) ed(?:ition|\.)))?",
    re.IGNORECASE | re.ASCII,
)


def parse_ecma(text: str) -> Reference | None:
    match = _ECMA.fullmatch(text)
    if not match:
        return None
    kind = (match["type"] or "").upper()
    document = f"ECMA {kind}/{match['number']}" if kind else f"ECMA-{match['number']}"
    edition = match["edition"] or match["ordinal"] or ""
    key = f"{document} ed.{edition}" if edition else document
    return Reference(text, key, document, edition, ("ECMA",), match["number"], kind)


# --- OASIS: OASIS csaf-v2.0-CS02, OASIS OSLC-AM-3.0-Part1-PS01, OASIS XACML-v3.0-Errata01 ---

_OASIS_VERSION = re.compile(r"v\d+(?:\.\d+)*|\d+\.\d+(?:\.\d+)*|vr\d+", re.IGNORECASE | re.ASCII)
_OASIS_STAGE = re.compile(r"(?:CSD|CS|CSPRD|PSD|PS|PSPRD|WD|CND|CN|CNPRD|OS|COS)\d*", re.IGNORECASE | re.ASCII)
_OASIS_PART = re.compile(r"part(?=\d)", re.IGNORECASE)
_OASIS = re.compile(r"OASIS[ :](?P<name>[A-Z0-9][\w. \]+-]*)", re.IGNORECASE | re.ASCII)


def parse_oasis(text: str) -> Reference | None:
    match = _OASIS.fullmatch(text)
    if not match:
        return None
    name: list[str] = []
    edition: list[str] = []
    stage = erratum = ""
    for word in re.split(r"[ -]+", match["name"].replace("]", "").strip(" -")):
        if _OASIS_VERSION.fullmatch(word):
            edition.append("v" + word.lower().lstrip("v"))
        elif _OASIS_STAGE.fullmatch(word) and name:
            stage = word.upper()
        elif re.fullmatch(r"errata\d*", word, re.IGNORECASE):
            erratum = word.lower()
        else:
            name.append(_OASIS_PART.sub("pt", word.lower()))
    if not name:
        return None
    return _oasis(text, name, "-".join(edition), stage, erratum)


def _oasis(text: str, name: list[str], version: str, stage: str, erratum: str) -> Reference:
    plus = "plus" in name or "complete" in name  # the standard with its errata worked in
    words = [word for word in name if word not in ("plus", "complete")]
    shape = "-".join(word for word in ("plus" if "plus" in name else "", erratum) if word) if plus else ""
    shape += "-complete" if "complete" in name else ""
    document = base = "OASIS " + "-".join(words or name)
    edition = "-".join(filter(None, (version, shape)))
    part_of = supplement = ""
    if erratum and not plus:
        part_of, supplement = f"{base}-{version}" if version else base, ERRATUM
        document = edition = f"{part_of}-{erratum}"
        edition = ""
    key = "-".join(filter(None, (document, edition, stage)))
    return Reference(text, key, document, edition, ("OASIS",), "-".join(words), "", stage, part_of, supplement)


# --- IETF: RFC 9110, BCP 9, STD 3, FYI 2, draft-ietf-quic-http-34 ---

_RFC = re.compile(r"(?:IETF )?(?P<series>RFC|BCP|STD|FYI|IEN)[ -]?0*(?P<number>\d+)", re.IGNORECASE | re.ASCII)
_DRAFT = re.compile(
    r"(?:I-D[ .])?(?P<name>draft-[a-z0-9]+(?:-[a-z0-9]+)*?)(?:-(?P<edition>\d\d))?", re.IGNORECASE | re.ASCII
)


def parse_ietf(text: str) -> Reference | None:
    if match := _RFC.fullmatch(text):
        key = f"{match['series'].upper()} {match['number']}"
        return Reference(text, key, key, "", ("IETF",), match["number"], match["series"].upper())
    if match := _DRAFT.fullmatch(text):
        name, edition = match["name"].lower(), match["edition"] or ""
        key = f"{name}-{edition}" if edition else name
        return Reference(text, key, name, edition, ("IETF",), name, "I-D", "I-D")
    return None


# --- GOST and EASC: ГОСТ Р 59276-2020, ПМГ 13-95, РМГ 146-2019; Latin letters name the same ---

_GOST = re.compile(
    r"(?P<series>ГОСТ|ПМГ|РМГ|ПНСТ|GOST|PMG|RMG|PNST)(?: (?P<russian>[РRВV])(?= ))? ?"
    r"(?P<adopted>(?:ISO|ИСО|IEC|МЭК)(?:/(?:TS|TO|IEC|МЭК))* )?"
    r"(?P<number>\d+(?:[.-]\d+)*?)(?:-(?P<year>(?:19|20)?\d\d))?",
    re.IGNORECASE,
)
_CYRILLIC = {
    "GOST": "ГОСТ",
    "PMG": "ПМГ", "RMG": "РМГ", "PNST": "ПНСТ", "R": "Р", "V": "В", "ISO": "ISO", "ИСО": "ISO",
    "МЭК": "IEC", "": "",
}  # fmt: skip


def parse_gost(text: str) -> Reference | None:
    match = _GOST.fullmatch(text)
    if not match:
        return None
    words = [match["series"].upper(), (match["russian"] or "").upper()]
    words = [_CYRILLIC.get(word, word) for word in words]
    adopted = "/".join(_CYRILLIC.get(w, w) for w in (match["adopted"] or "").strip().upper().split("/"))
    document = " ".join(filter(None, (*words, adopted, match["number"])))
    year = match["year"] or ""
    year = "19" + year if len(year) == 2 else year
    # Before 2000 the year is printed with two digits.
    key = document + (f"-{year[2:] if year[:2] == '19' else year}" if year else "")
    publisher = "ROSSTANDART" if words[1] == "Р" or words[0] == "ПНСТ" else "EASC"
    return Reference(text, key, document, year, (publisher,), match["number"], words[0])


# --- China: GB/T 41867-2022, GB 44495-2024, JB/T 13368-2018, T/CESA 1169-2021 ---

_GB = re.compile(
    r"(?P<series>(?:GB|GM|GA|JB|YD|YY|SJ|HJ|JR|JT|LY|NY|QC|SN|WS)(?:/[TZ])?|T/[A-Z]{3,8}|DB\d\d/T)[ -]?"
    r"(?P<number>\d+(?:\.\d+)*)(?:-(?P<year>(?:19|20)\d\d|\d\d(?!\d)))?",
    re.IGNORECASE | re.ASCII,
)


def parse_gb(text: str) -> Reference | None:
    match = _GB.fullmatch(text)
    if not match:
        return None
    series, year = match["series"].upper(), match["year"] or ""
    year = "19" + year if len(year) == 2 else year
    document = f"{series} {match['number']}"
    publisher = "SAC" if series.startswith("GB") else series.split("/")[1] if series.startswith("T/") else series[:2]
    return Reference(text, f"{document}-{year}" if year else document, document, year, (publisher,), match["number"])


# --- EU law: Regulation (EU) 2024/1689, Directive 95/46/EC ---

_EU = re.compile(
    r"(?:(?P<type>(?:Implementing |Delegated )?(?:Regulation|Directive|Decision)) )?"
    r"(?:\((?P<body>EU|EC|EEC|Euratom)\) (?:No )?(?P<number>\d{1,4}/\d{2,4})|"
    r"(?P<old>\d{2,4}/\d{1,4})/(?P<of>EC|EEC|EU))",
    re.IGNORECASE | re.ASCII,
)


def parse_eu(text: str) -> Reference | None:
    match = _EU.fullmatch(text)
    if not match:
        return None
    kind = (match["type"] or "").title()
    number = match["number"] or match["old"]
    body = (match["body"] or match["of"]).upper()
    name = f"({body}) {number}" if match["number"] else f"{number}/{body}"
    key = f"{kind} {name}".strip()
    return Reference(text, key, key, "", ("EU",), number, kind)


# --- OECD.AI policy records: oecd.ai:f25446be7d7c ---

_OECD = re.compile(r"(?:oecd\.ai:)(?P<number>[0-9a-f]{6,40})", re.IGNORECASE | re.ASCII)


def parse_oecd(text: str) -> Reference | None:
    match = _OECD.fullmatch(text)
    if not match:
        return None
    key = f"oecd.ai:{match['number'].lower()}"
    return Reference(text, key, key, "", ("OECD",), match["number"].lower())
