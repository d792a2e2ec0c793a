"""Where a document is on its way: one scale for all bodies, with each body's own words kept.

Sources: ISO/IEC Directives part 1, annex on harmonised stage codes; IEC project stage codes; W3C Process
2023, section 6; OASIS TC process, section 2; 3GPP TR 21.900, section 4 (version numbers).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    PROPOSAL = "proposal"
    DRAFTING = "drafting"
    CONSULTATION = "consultation"
    APPROVAL = "approval"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StageReading:
    stage: Stage
    words: str  # as the body says it: "40.60", "REVISED", "approved, Active", "CS01"
    inferred: bool  # the source names no stage; read from the identifier, the version or the dates


def _words(**words: str) -> dict[str, Stage]:
    return {word.strip().lower(): Stage(stage) for stage, each in words.items() for word in each.split(",")}


# ISO's two-digit stages; a full code says otherwise where deletion or reprieve is decided.
_ISO = {
    "00": Stage.PROPOSAL,
    "10": Stage.PROPOSAL,
    "20": Stage.DRAFTING,
    "30": Stage.DRAFTING,
    "40": Stage.CONSULTATION,
    "50": Stage.APPROVAL,
    "60": Stage.PUBLISHED,
    "90": Stage.PUBLISHED,  # under review, to be revised (90.92), confirmed (90.93): valid until withdrawn
    "95": Stage.WITHDRAWN,
}
_ISO_CODES = {f"{stage}.98": Stage.WITHDRAWN for stage in ("00", "10", "20", "30", "40", "50")}  # project deleted
_ISO_CODES["95.92"] = Stage.PUBLISHED  # decision not to withdraw

_IEC = _words(
    proposal="PWI, PNW, NP",
    drafting="ANW, BWG, AWI, WD, 1CD, 2CD, 3CD, 4CD, CD, ACD, A2CD, A3CD, PCC, CDM, TCDV, BCDV",
    consultation="CDV, CCDV, ACDV, NCDV, DIS, CDISH, ADISSB, PRVC, RCDV",
    approval="FDIS, CFDIS, DECFDIS, RFDIS, ADIS, CDIS, BFDIS, PRVD, PRVN, CDPAS, CDTR, CDTS, CDVTR, "
    "DTR, DTS, DPAS, APUB, BPUB",
    published="PUBLISHED, PPUB, RR, STABLE, CONFIRMED",
    withdrawn="WITHDRAWN, REVISED, REPLACED, DELETED, DEL, WPUB, DELPUB, MERGED, CAN, NADIS, NFDIS",
)
_W3C = _words(
    drafting="First Public Working Draft, Working Draft, Draft Note, Group Draft Note, Draft Registry",
    consultation="Last Call Working Draft, Candidate Recommendation, Candidate Recommendation Draft, "
    "Candidate Recommendation Snapshot, Candidate Registry, "
    "Candidate Registry Snapshot, Candidate Registry Draft",
    approval="Proposed Recommendation, Proposed Edited Recommendation",
    published="Recommendation, Note, Group Note, Working Group Note, Interest Group Note, Registry, Statement",
    withdrawn="Retired, Obsolete Recommendation, Superseded Recommendation, Rescinded Recommendation, "
    "Discontinued Draft",
)
_ITU = _words(
    drafting="Draft, Under study",
    consultation="Last Call, Consented, Determined, Additional Review",
    approval="Under approval, Approved for publication",
    published="Published, In force, In force (prepublished), Prepublished",
    withdrawn="Withdrawal, Withdrawn, Superseded, Deleted",
)
_JIS = _words(published="valid", withdrawn="withdrawn, abolished")
_EASC = _words(published="new, replaces, valid, active", withdrawn="replaced, withdrawn, cancelled")
_OTHER = _words(
    proposal="proposal, proposed, preliminary",
    drafting="draft, working draft",
    consultation="enquiry, public review, consultation, last call",
    approval="approval, ballot, final draft, candidate",
    published="published, approved, active, valid, in force, final, current, standard",
    withdrawn="withdrawn, superseded, replaced, retired, obsolete, cancelled, inactive, historic",
)
_EDITORS = {stage.value: stage for stage in Stage}  # people state the common scale itself
_BY_SOURCE = {
    "editors": _EDITORS,
    "iec": _IEC,
    "w3c": _W3C,
    "itu": _ITU,
    "itu_r_old": _ITU,
    "jis": _JIS,
    "easc": _EASC,
}

# Draft words inside identifiers; digits behind a word count its rounds (CD2, CS01, draft2).
_IDENTIFIER = _words(
    proposal="PWI, NP, NWIP, PNW",
    drafting="AWI, WD, ACD, CD, CDAmd, CDCor, PD, PDAmd, PDTR, PDTS, FRAG, iwd, I-D, P, D, E, R, "
    "CSD, PSD, CND, FPWD, DNOTE, DRY",
    consultation="DIS, CDV, FCD, DAmd, DCor, DGuide, DISP, CDISP, FPDAmd, FPDCor, prEN, ipd, fpd, pd, "
    "prd, iprd, fprd, draft, CSPRD, PSPRD, CNPRD, LCWD, CR, CRD, CRY",
    approval="FDIS, FDAmd, FDCor, PRF, FprEN, DTR, DTS, DPAS, FDTR, FDTS, PR, PER, COS",
    published="CS, PS, CN, OS, REC, NOTE, RY, STMT, Pub",
    withdrawn="SPSD, OBSL, RSCND, DISC",
)
_DRAFT_LABEL = re.compile(r"[der]-?[a-z]?\d.*|d[a-z]\w*|r-?\w+", re.IGNORECASE | re.ASCII)  # IEEE "D6.1", "E2"

# What these bodies list is out: they publish no drafts here.
_ONLY_PUBLISHED = frozenset(("etsi", "ecma", "nist", "ogc", "itu", "itu_r_old", "jis", "easc", "rfcsub", "ietf"))


def read(
    source: str,
    *,
    stage: str = "",
    substage: str = "",
    status: Mapping[str, str] | None = None,
    identifier_stage: str = "",
    edition: str = "",
    published: bool = False,
) -> StageReading:
    """Place a record on the common scale.

    `source` is the body whose list the record comes from, `stage`, `substage` and `status` its own words
    (IEEE's "standard_status" among `status`), `identifier_stage` and `edition` come from `identifiers.parse`,
    `published` says whether the record has a date of publication or issue.
    """
    said = _said(source, stage.strip(), substage.strip(), status or {})
    version = _version(edition) if source == "3gpp" else None
    if version is not None and version < 3 and (said is None or said.stage is Stage.PUBLISHED):
        # The list says "published" of the specification; this version of it was no more than a draft.
        return StageReading(_draft_version(version), _version_words(edition), inferred=True)
    return said or _inferred(source, identifier_stage, edition, version, published)


def _said(source: str, stage: str, substage: str, status: Mapping[str, str]) -> StageReading | None:
    if source == "ieee":
        return _ieee(stage, status.get("standard_status", ""))
    if not stage:
        return None
    if stage[:2] in _ISO and (len(stage) == 2 or stage[2:3] == "."):
        code = f"{stage}.{substage}" if substage and len(stage) == 2 else stage
        return StageReading(_ISO_CODES.get(code[:5], _ISO[code[:2]]), code, inferred=False)
    word = stage.lower()
    found = _BY_SOURCE.get(source, {}).get(word) or _OTHER.get(word)
    return StageReading(found or Stage.UNKNOWN, stage, inferred=False)


# IEEE states a stage, a status, or both; the status of a draft only says whether a later one exists.
_IEEE_STAGE = _words(drafting="draft", withdrawn="withdrawn, superseded")
_IEEE_STATUS = _words(published="active", withdrawn="inactive, superseded")


def _ieee(stage: str, status: str) -> StageReading | None:
    words = ", ".join(filter(None, (stage, status)))
    if not words:
        return None
    found = _IEEE_STAGE.get(stage.lower()) or _IEEE_STATUS.get(status.lower()) or _OTHER.get(stage.lower())
    return StageReading(found or Stage.UNKNOWN, words, inferred=False)


def _inferred(source: str, identifier_stage: str, edition: str, version: int | None, published: bool) -> StageReading:
    if found := from_identifier(identifier_stage):
        return StageReading(found, identifier_stage, inferred=True)
    if version is not None:
        return StageReading(Stage.PUBLISHED, _version_words(edition), inferred=True)
    if published or source in _ONLY_PUBLISHED:
        return StageReading(Stage.PUBLISHED, "", inferred=True)
    return StageReading(Stage.UNKNOWN, "", inferred=True)


def from_identifier(word: str) -> Stage | None:
    """The stage that a word inside an identifier means ("DIS", "CS01"); None if it means none."""
    if not word:
        return None
    plain = word.lower()
    found = (
        _IDENTIFIER.get(plain)
        or _IDENTIFIER.get(plain.rstrip("0123456789"))
        or _IDENTIFIER.get(plain.lstrip("0123456789"))
    )
    if found:
        return found
    return Stage.DRAFTING if _DRAFT_LABEL.fullmatch(plain) else None


def _version(edition: str) -> int | None:
    major = edition.rpartition("/")[2].partition(".")[0]
    return int(major) if major.isascii() and major.isdigit() else None


def _version_words(edition: str) -> str:
    return f"version {edition.rpartition('/')[2]}"


def _draft_version(major: int) -> Stage:
    """0 is a draft, 1 is presented for information, 2 for approval (3GPP TR 21.900)."""
    return (Stage.DRAFTING, Stage.CONSULTATION, Stage.APPROVAL)[major]
