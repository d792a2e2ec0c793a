"""NIST and NBS, as DOI suffixes, file names and people print them.

    NIST SP 800-53r5, NIST SP 800-53 Rev. 5, NIST.SP.800-53r5, NISTIR 8259A, NIST FIPS 140-3, NBS CIRC 24sup1,
    NIST SP 800-57pt1r4, NIST IR 8401 ipd, NIST SP 800-108r1-upd1

Conservative: only what NIST's publication identifier syntax (2022) names is taken off the number, so volumes,
parts and sections stay with the document; what does not fit names only itself.
"""

from __future__ import annotations

import re

from .model import ADDENDUM, ERRATUM, SUPPLEMENT, Reference

_SERIES_WORDS = {
    "HANDBOOK": "HB",
    "REPORT": "RPT",
    "FIPS PUB": "FIPS",
    "FIPSPUB": "FIPS",
    "INTERAGENCY REPORT": "IR",
    "TECHNICAL NOTE": "TN",
    "SPECIAL PUBLICATION": "SP",
}
_SERIES = (
    r"SP|FIPS(?: ?PUB)?|IR|TN|AI|HB|Handbook|CSWP|AMS|GCR|NCSTAR|NSRDS|MONO|MP|BSS|BMS|BH|CIRC|CIS|CSM|CS|"
    r"CRPL-F-[AB]|BRPD-CRPL-D|CRPL|DCI|EAB|IP|IRPL|PC|RPT|report|SIBS|TIBM|TTB|VTS|LCIRC|CHIPS|"
    r"Special Publication|Interagency Report|Technical Note"
)
_HEAD = re.compile(
    rf"(?:error: ?)?(?:10\.6028/)?(?P<body>NIST|NBS)[ .](?:AI (?=NIST))?(?:(?:NIST|NBS) )?"
    rf"(?P<series>{_SERIES})"
    r"(?: ?; ?|[ .-]|(?=B?\d))(?P<rest>\S.*)",
    re.IGNORECASE | re.ASCII,
)
_BARE = re.compile(r"(?P<series>SP|FIPS(?: ?PUB)?|NIST ?IR|LCIRC|IR|TN)[ .-](?P<rest>\d.*)", re.IGNORECASE | re.ASCII)

_STAGE = re.compile(r"[ .-](?P<stage>ipd|iprd|iwd|fpd|fprd|prd|\dpd|\dprd|draft\d*)$", re.IGNORECASE)
_UPDATE = re.compile(r"[-/]upd(?P<update>\d*)$", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"(?<=[\dA-Z]) ?(?P<language>es|pt|id|pl|ar|bg|fr|chi|viet|port|por|spa|"
    r"ara|ind|may|pol|bul|fre|gre|jpn|kor|nor|ukr)$",
    re.ASCII,
)
_SUPPLEMENT = re.compile(
    r"(?<=[\da-z])(?P<word>supp|sup|add|errata)(?P<count>(?:[A-Z][a-z]+)?[\d/-]*(?:rev)?)$",
    re.IGNORECASE | re.ASCII,
)
_KINDS = {"sup": SUPPLEMENT, "supp": SUPPLEMENT, "add": ADDENDUM, "errata": ERRATUM}
_EDITION = re.compile(
    r"(?<=[\dA-Za-z])(?P<edition>(?:(?<=\d)(?:e|ver|r)(?=[\d.A-Z]|$)|(?<=[\dA-Z])r(?=[\d.A-Z]|$))"
    r"(?:[A-Z][a-z]{2,8})?[\d./]*(?:e\d+)?(?:rev[A-Za-z]*\d+)?)$",
    re.ASCII,
)
_GLUED = re.compile(r"-|r|ver|e\d")
_PRINTED_YEAR = re.compile(r" ((?:19|20)\d\d)ed\.$")
_REV = re.compile(r" ?,? ?Rev(?:ision|\.)? ?(?=\d)", re.IGNORECASE)
_REVISED_BY_DASH = re.compile(r"(?P<number>\d+)-(?P<edition>\d{1,2}(?:-(?:19|20)\d\d|-[A-Z][a-z]{2}\d+)?)", re.ASCII)
_SP_BY_DASH = re.compile(r"(?P<number>800-\d+[A-Z]?)-(?P<edition>\d)", re.ASCII)
_PADDED = re.compile(r"^800-0+(?=\d)")
_NUMBER = re.compile(r"[A-Za-z0-9()][A-Za-z0-9()._/-]*", re.ASCII)


def parse(text: str, source: str = "") -> Reference | None:
    spelled = re.sub(r"^NIST ?IR(?=[ .-]?\d)", "NIST IR ", text, flags=re.IGNORECASE).replace("IR  ", "IR ")
    if match := _HEAD.fullmatch(spelled):
        return _read(text, match["body"].upper(), _series(match["series"]), match["rest"])
    if source == "nist" or spelled[:2].upper() in ("SP", "FI", "LC"):
        match = _BARE.fullmatch(spelled)
        if match:
            series = _series(match["series"])
            return _read(text, "NBS" if series == "LCIRC" else "NIST", series, match["rest"])
    return None


def _series(word: str) -> str:
    return _SERIES_WORDS.get(word.upper(), word.upper())


def _take(pattern: re.Pattern[str], rest: str) -> tuple[re.Match[str] | None, str]:
    match = pattern.search(rest)
    return (match, rest[: match.start()]) if match else (None, rest)


def _read(text: str, body: str, series: str, rest: str) -> Reference | None:
    rest = _PRINTED_YEAR.sub(r"e\1", _PADDED.sub("800-", _REV.sub("r", rest)))
    stage, rest = _take(_STAGE, rest)
    update, rest = _take(_UPDATE, rest)
    language, rest = _take(_LANGUAGE, rest)
    supplement, rest = _take(_SUPPLEMENT, rest)
    edition, rest = _take(_EDITION, rest)
    if not _NUMBER.fullmatch(rest):
        return None
    number, edition_text = rest, edition["edition"] if edition else ""
    pattern = {"FIPS": _REVISED_BY_DASH, "SP": _SP_BY_DASH}.get(series)
    if not edition and pattern and (dashed := pattern.fullmatch(rest)):
        number, edition_text = dashed["number"], f"-{dashed['edition']}"
    if update:
        edition_text += f"-upd{update['update']}"
    if language:
        edition_text = f"{edition_text} {language['language']}".strip()
    return _assemble(
        text, f"{body} {series}", number, edition_text, supplement, stage["stage"].lower() if stage else ""
    )


def _assemble(
    text: str, head: str, number: str, edition: str, supplement: re.Match[str] | None, stage: str
) -> Reference:
    body, _, series = head.partition(" ")
    document = f"{head} {number}"
    part_of = kind = ""
    glue = "" if _GLUED.match(edition) else " "
    dated = f"{document}{glue}{edition}" if edition else document
    if supplement:
        part_of, kind = dated, _KINDS[supplement["word"].lower()]
        dated = document = part_of + supplement["word"].lower() + supplement["count"]
        edition = ""
    return Reference(
        text=text,
        key=f"{dated} {stage}" if stage else dated,
        document=document,
        edition=edition,
        publishers=(body,),
        number=number,
        type=series,
        stage=stage,
        part_of=part_of,
        supplement=kind,
    )
