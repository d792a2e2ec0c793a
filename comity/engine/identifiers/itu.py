"""ITU-T and ITU-R.

    ITU-T Y.3172 (06/2019), ITU-T E.156 (2020) Amd. 1 (06/2020), ITU-T G Suppl. 39 (02/2016),
    ITU-T F.400/X.400 (06/1999)
    ITU-R M.1741-0 (Recommendation or Report), ITU-R 130-1/6 (Question), ITU-R 20.HDB (Handbook)

Relation targets leave out the sector: "E.156 (09/2025)". Dates decide for ITU-T, a "-N" and an ITU-R series
for ITU-R. The printed version "(V16)", "v.1" repeats what the date says, so the key leaves it out.
"""

from __future__ import annotations

import re

from .model import ADDENDUM, AMENDMENT, ANNEX, CORRIGENDUM, ERRATUM, SUPPLEMENT, Reference

_PREFIX = re.compile(
    r"(?:Recommendation )?(?:ITU|CCITT|CCIR)[ -]?(?P<sector>[TR](?![A-Z.]))?"
    r"(?:[ -](?:REC(?:OMMENDATION)?\b\.?)?)? *",
    re.IGNORECASE,
)
_R_SERIES = "BO|BR|BS|BT|F|IS|M|P|PI|R|RA|RS|S|SA|SF|SM|SNG|TF|V"
_R_FORM = re.compile(rf"(?:{_R_SERIES})\.\d+-\d+", re.IGNORECASE | re.ASCII)

_SPACE_FOR_DOT = re.compile(r"^([A-Z]) (?=\d+ \()", re.ASCII)  # "G 231 (10/1976)"
_DATE = re.compile(r" ?\((?:(?P<month>0[1-9]|1[0-2])/)?(?P<year>(?:18|19|20)\d\d)\)$", re.ASCII)
_VERSION = re.compile(r" (?:\(V ?\d+\)|v\.? ?\d+)(?= |$)", re.IGNORECASE | re.ASCII)
_SUPPLEMENTS = (
    (
        re.compile(r"[ /](?:Technical )?(?:Cor|Corr|Corrigendum)\.? ?(?P<count>\d+)$", re.I),
        "Cor.",
        CORRIGENDUM,
    ),
    (re.compile(r" (?:Amd|Amend|Amendment)\.? ?(?P<count>\d+)$", re.I), "Amd.", AMENDMENT),
    (re.compile(r" (?:Err|Erratum)\.? ?(?P<count>\d+)$", re.I), "Err.", ERRATUM),
    (re.compile(r" (?:Add|Addendum)\.? ?(?P<count>\d+)$", re.I), "Add.", ADDENDUM),
    (re.compile(r" (?:Suppl|Sup|Supplement)\.? ?(?P<count>[\d.]+[A-Z]?)$", re.I), "Suppl.", SUPPLEMENT),
    (
        re.compile(r" (?:App|Appendix)\.? ?(?P<count>[IVX\d]+[A-Z]?(?: test vectors| software)?)$", re.I),
        "App.",
        ANNEX,
    ),
    (re.compile(r" Annex ?(?P<count>[A-Z]?\d*\+?)$", re.I), "Annex", ANNEX),
    (re.compile(r" (?P<count>attachment)s?$", re.I), "", ANNEX),
)
_NAME = r"(?:[A-Z]\.\d+[A-Z]?(?:\.\d+[a-z]?)*(?:-\d+)?|[A-Z]{2,5}-[A-Z0-9]+(?:\.\d+)*)"
_MARK = r"(?: ?(?:bis|ter|quater|quarter|R|[A-Z])(?=[ /]|$))?"
_T_NUMBER = re.compile(rf"{_NAME}{_MARK}(?:[/-]{_NAME}{_MARK})*", re.IGNORECASE | re.ASCII)
_T_SERIES = re.compile(r"[A-Z](?:[.-]\d+(?= )|-\d+| ?\d+-\d+)?(?: series)?", re.IGNORECASE | re.ASCII)
_SUFFIX = re.compile(r"(?<=\d)(?: ?(bis|ter|quater)| (R)|(R)(?=$|/))(?=$|[ /])", re.IGNORECASE)

_R_EDITION = re.compile(
    rf"(?P<report>Report )?(?P<series>{_R_SERIES})[.-](?P<number>\d+)(?:-(?P<edition>\d+))?",
    re.IGNORECASE | re.ASCII,
)
_R_QUESTION = re.compile(
    r"(?:Question )?(?P<number>\d+)(?:-(?P<edition>\d+))?/(?P<group>\d+)", re.IGNORECASE | re.ASCII
)
_R_GROUP = re.compile(r"SG0?(?P<group>\d+)\.(?P<number>\d+)-(?P<edition>\d+)", re.IGNORECASE | re.ASCII)
_R_HANDBOOK = re.compile(r"(?P<number>\d+)\.HDB", re.IGNORECASE | re.ASCII)
_R_OTHER = re.compile(r"[A-Z0-9]{1,4}(?:[./-][A-Z0-9\[\]/-]+)*", re.IGNORECASE | re.ASCII)
# The old ITU-R crawl cut the year of an unnumbered edition to three digits: M.2229-201 is M.2229 of 2011.
# Numbers that a Recommendation and a Report both bear; the cut year stands on Reports only.
_TWICE = frozenset(
    (
        "BT.2025",
        "M.2013",
        "M.2030",
        "M.2034",
        "M.2082",
        "M.2083",
        "M.2114",
        "M.2120",
        "M.2121",
        "M.2122",
        "M.2134",
    )
)
_CUT_YEAR = re.compile(r"(?:19|20)\d", re.ASCII)


def parse(text: str, source: str = "") -> Reference | None:
    prefix = _PREFIX.match(text)
    name = (text[prefix.end() :] if prefix else text).rstrip(": ")
    name = _SPACE_FOR_DOT.sub(r"\1.", name)
    sector = (prefix["sector"] or "").upper() if prefix else ""
    if not sector:
        sector = "R" if text[:4].upper() == "CCIR" or _R_FORM.fullmatch(name) or source == "itu_r_old" else "T"
    return _parse_r(text, name, source == "itu_r_old") if sector == "R" else _parse_t(text, name)


# --- ITU-T ---


def _parse_t(text: str, name: str) -> Reference | None:
    dated = _DATE.search(name)
    edition = (f"{dated['year']}-{dated['month']}" if dated["month"] else dated["year"]) if dated else ""
    name = name[: dated.start()] if dated else name
    name = _VERSION.sub("", name) if "V" in name or "v" in name else name
    found = _split(name)
    if found is None:
        return None
    document, number, part_of, supplement = found
    return Reference(
        text=text,
        key=f"{document} {_printed_date(edition)}" if edition else document,
        document=document,
        edition=edition,
        publishers=("ITU-T",),
        number=number,
        part_of=part_of,
        supplement=supplement,
    )


def _printed_date(edition: str) -> str:
    year, _, month = edition.partition("-")
    return f"({month}/{year})" if month else f"({year})"


def _split(name: str) -> tuple[str, str, str, str] | None:
    """(document, number, part of, supplement) of a name without its own date."""
    if _T_NUMBER.fullmatch(name):
        number = _SUFFIX.sub(lambda m: f" {(m[1] or '').lower() or 'R'}", name[0].upper() + name[1:])
        return f"ITU-T {number}", number, "", ""
    for pattern, label, kind in _SUPPLEMENTS:
        if match := pattern.search(name):
            return _supplement(name[: match.start()], f"{label} {match['count']}".strip(), kind)
    return None


def _supplement(base: str, label: str, kind: str) -> tuple[str, str, str, str] | None:
    dated = _DATE.search(base)
    bare = base[: dated.start()] if dated else base
    if kind is SUPPLEMENT and _T_SERIES.fullmatch(bare):  # of a whole series, which is no document
        series = re.sub(r" *series$", " series", bare[0].upper() + bare[1:])
        return f"ITU-T {series} {label}", f"{series} {label}", "", kind
    found = _split(bare)
    if found is None:
        return None
    document, number, _, _ = found
    year = f" {_printed_date(dated['year'])}" if dated else ""
    part_of = document + year
    return f"{part_of} {label}", number, part_of, kind


# --- ITU-R ---


def _parse_r(text: str, name: str, old: bool) -> Reference | None:
    if match := _R_EDITION.fullmatch(name):
        number = f"{match['series'].upper()}.{match['number']}"
        number = f"Report {number}" if match["report"] and number in _TWICE else number
        edition = match["edition"]
        if edition and old and _CUT_YEAR.fullmatch(edition):
            edition, number = "0", f"Report {number}" if number in _TWICE else number
        return _r(text, f"ITU-R {number}", number, f"-{edition}" if edition else "")
    if match := _R_QUESTION.fullmatch(name) or _R_GROUP.fullmatch(name):
        edition = match["edition"] or ""
        edition = "" if not edition or _CUT_YEAR.fullmatch(edition) else f"-{edition}"
        number = f"{match['number']}/{match['group']}"
        key = f"ITU-R {match['number']}{edition}/{match['group']}"
        return Reference(text, key, f"ITU-R {number}", edition, ("ITU-R",), number, "Question")
    if match := _R_HANDBOOK.fullmatch(name) or (re.fullmatch(r"(?P<number>\d+)-\d{3}", name) if old else None):
        number = f"{match['number']}.HDB"
        return Reference(text, f"ITU-R {number}", f"ITU-R {number}", "", ("ITU-R",), number, "Handbook")
    return _r(text, f"ITU-R {name.upper()}", name.upper(), "") if _R_OTHER.fullmatch(name) else None


def _r(text: str, document: str, number: str, edition: str) -> Reference:
    return Reference(text, document + edition, document, edition, ("ITU-R",), number)
