"""IEEE and the bodies it grew from (AIEE, IRE) or printed with (ANSI, ASA, CSA, EIA).

    IEEE Std 7000-2021, ANSI/IEEE Std 802.3-1985, IEEE P7001/D-1-2020-06, IEEE Unapproved Std P1016/D-7-2008,
    IEEE Std 1003.1/Cor1-2002, IEEE Std 802.11ax-2021, IEEE Std 1010-2022 Redline

"Std" says nothing and goes. Letters of a number keep their case: 802.1Q is a standard, 802.11n an amendment.
"""

from __future__ import annotations

import calendar
import re

from . import iso
from .model import AMENDMENT, CORRIGENDUM, Reference

_BODY = "IEEE|AIEE|IRE|ANSI|ASA|EIA|CSA|ASTM|USEMCSC|ANS|NACE|AMPP|ICAP|EAB|EEE|IEEEE|MPAI"
_HEAD = re.compile(
    rf"(?P<publishers>(?:{_BODY})(?:/(?:{_BODY}))*)(?: (?P<approval>Unapproved|Approved|Active|Draft))?"
    r"(?: (?P<words>CDV?\d?|F?DIS\d?|FCD|Pub2))?"
    r"(?: ?(?:Standard|Stad|Std|St)(?![a-z]))?(?: ?Nos?\.)? ?"
    r"(?P<project>P(?=[A-Z]{0,2}\d|SI \d))?"
    r"(?P<number>(?:SI )?[A-Z]{0,3}\d[0-9A-Za-z]*(?:[./](?!Cor|D)[0-9A-Za-z]+)*)"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.ASCII,
)
_DATE = re.compile(r"[-:,] ?(?P<year>(?:19|20)\d\d)(?:-(?P<month>\d\d|[A-Z][a-z]+)\d*)?$", re.IGNORECASE | re.ASCII)
_BASE_YEAR = re.compile(r"-((?:19|20)\d\d)(?=/)", re.ASCII)
_COR = re.compile(r"/Cor ?(\d+)", re.IGNORECASE | re.ASCII)
_DRAFT = re.compile(r"/(D-?[^/]*(?:/R-?[^/]*)?|R-?[^/]*)", re.IGNORECASE)
_PART = re.compile(r"(?:-\d{1,3}(?!\d))+", re.ASCII)  # 7.4-3-2, C37.30-2
_REVISION = re.compile(r"[._-]?REV[a-z0-9]*$|v\d+$", re.IGNORECASE | re.ASCII)
_REVISED = re.compile(r"[._-]REV[a-z0-9]*", re.IGNORECASE | re.ASCII)
_LOST_802 = re.compile(r"(\d{1,2}[A-Z]*\.REV[a-z0-9]*)$", re.IGNORECASE | re.ASCII)  # "11.REVmc" is 802.11-REVmc
_AMENDING = re.compile(r"([CN]?\d[\d.]*[A-Z]*)([a-z]{1,2})", re.ASCII)
_RUN_ON = re.compile(
    r"^([^/]*\bP[A-Z]?\d[^/]*?(?<=\d))D(?=\d+(?:\.\d+)?(?:-(?:19|20)\d\d|$))", re.IGNORECASE | re.ASCII
)
_SPOKEN_DATE = re.compile(r",? (?P<month>[A-Z][a-z]{2,8})\.? (?P<year>(?:19|20)\d\d)$", re.IGNORECASE | re.ASCII)
_UNDERSCORE = re.compile(r"[_.]Cor(?:rigendum)?(?=\d)", re.IGNORECASE)
_JOINT = re.compile(r"(?:[A-Z]+/)*(?:ISO|IEC)[ /]", re.IGNORECASE)
_REDLINE = re.compile(r" Redline$", re.IGNORECASE)
_MONTHS = {name[:3].lower(): f"{number:02}" for number, name in enumerate(calendar.month_name) if name}


def _date(match: re.Match[str] | None) -> str:
    if not match:
        return ""
    month = match["month"] or ""
    month = _MONTHS.get(month[:3].lower(), "") if month and not month.isdigit() else month
    return f"{match['year']}-{month}" if month else match["year"]


def _body(publishers: str) -> tuple[str, tuple[str, ...]]:
    """(canonical prefix, codes). ANSI approved many IEEE standards; that gives no second document."""
    codes = tuple(dict.fromkeys("IEEE" if c in ("EEE", "IEEEE") else c for c in publishers.upper().split("/")))
    if "IEEE" in codes and "ANSI" in codes:
        codes = ("IEEE", *(c for c in codes if c not in ("IEEE", "ANSI")), "ANSI")
    return "/".join(c for c in codes if c != "ANSI" or "IEEE" not in codes), codes


def parse(text: str) -> Reference | None:
    # "P277D1" is "P277/D1", "P1672.2006_Cor1" is "P1672.2006/Cor1", "/D1, June 2020" is "/D1-2020-06".
    spelled = _UNDERSCORE.sub("/Cor", _RUN_ON.sub(r"\1/D", text))
    if spoken := _SPOKEN_DATE.search(spelled):
        month = _MONTHS.get(spoken["month"][:3].lower())
        spelled = f"{spelled[: spoken.start()]}-{spoken['year']}-{month}" if month else spelled
    if _JOINT.match(spelled):
        return iso.parse_joint(spelled)
    match = _HEAD.fullmatch(spelled)
    return _read(text, match) if match else None


def _read(text: str, match: re.Match[str]) -> Reference | None:
    rest, redline = _REDLINE.subn("", match["rest"])
    dated = _DATE.search(rest)
    date, rest = _date(dated), rest[: dated.start()] if dated else rest
    base = _BASE_YEAR.match(rest)
    base_year = f"-{base[1]}" if base else ""
    rest = rest[len(base_year) :]
    part = _PART.match(rest)
    number = match["number"] + (part[0] if part else "")
    rest = rest[part.end() :] if part else rest
    if revision := _REVISED.match(rest):
        number, rest = f"{number}-{revision[0][1:]}", rest[revision.end() :]
    corrigendum = _COR.search(rest)
    rest = _COR.sub("", rest, count=1)
    draft = _DRAFT.fullmatch(rest)
    if rest and not draft:
        return None
    return _assemble(
        text,
        match,
        number=_LOST_802.sub(r"802.\1", number) if not match["project"] else number,
        label=re.sub(r"^D-?D?(?=[\dA-Z])", "D", draft[1].upper()) if draft else "",
        base_year=base_year,
        corrigendum=f"/Cor {corrigendum[1]}" if corrigendum else "",
        date=date,
        redline=bool(redline),
    )


def _assemble(
    text: str,
    match: re.Match[str],
    *,
    number: str,
    label: str,
    base_year: str,
    corrigendum: str,
    date: str,
    redline: bool,
) -> Reference:
    body, publishers = _body(match["publishers"])
    number = re.sub("^[a-z]+", lambda letters: letters[0].upper(), number)
    plain = _REVISION.sub("", number)
    drafting = "P" if match["project"] or label else ""
    document = f"{body} {plain}"
    part_of, supplement = "", ""
    if corrigendum:
        part_of, supplement = document + base_year, CORRIGENDUM
    elif amending := _AMENDING.fullmatch(plain):
        part_of, supplement = f"{body} {amending[1]}", AMENDMENT
    words = (match["words"] or "").upper()
    key = f"{body} {words} " if words else f"{body} "
    key += f"{drafting}{number}{base_year}" + (f"/{label}" if label else "") + corrigendum
    edition = f"{date} Redline".strip() if redline else date
    return Reference(
        text=text,
        key=key + (f"-{date}" if date else "") + (" Redline" if redline else ""),
        document=document + (base_year if corrigendum else "") + corrigendum,
        edition=edition or base_year[1:],
        publishers=publishers,
        number=plain,
        stage=label or words or ("P" if drafting else ""),
        part_of=part_of,
        supplement=supplement,
    )
