"""What every catalogue reader yields: one record of a source, or one refusal, both with their place.

A reader translates the *shape* of its source and nothing else. It does not decide which document a
record is about, what its stage means on the common scale, or which source is right: that is the
catalogue's work (`comity.standards`). So everything here is text as the source has it, cleaned only of
what is never content: markup, entities, control characters and stray white space.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NamedIdentifier:
    """Another identifier of the same thing: `kind` as the source calls it (URN, DOI, ISBN, ...)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class SourceDate:
    """A date as precise as the source knows it: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class SourceCommittee:
    """A group a source names as responsible: `identifier` where it gives one (`ISO/IEC JTC 1/SC 42`)."""

    name: str
    number: str = ""
    kind: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class SourceRelation:
    """A link to another document: `kind` is the raw word of the source, never reinterpreted here."""

    kind: str
    target: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record of a source, in the source's own words.

    Attributes:
        source: short key of the source ("iso", "itu_r_old", "nist", or what the importer was told).
        ref: what identifies the record within its source (its path there, or its identifier).
        file, line: where it was read; line 1 for formats with one record a file.
        identifier: the primary identifier as printed.
        titles: text by BCP 47 language tag; "und" where the source gives no language. May be empty.
        status: further raw status words by name (IEEE has four).
        urls: addresses by kind: "page", "pdf", "preview", "doi", "other".
        fetched: the day the source was read, as far as the record says ("" if it does not).
        selection: why somebody put the record in the AI set: (strength, rule, matched text) triples.
    """

    source: str
    ref: str
    file: str
    line: int
    identifier: str
    titles: dict[str, str] = field(default_factory=dict)
    identifiers: tuple[NamedIdentifier, ...] = ()
    publishers: tuple[str, ...] = ()
    kind: str = ""
    doctype: str = ""
    edition: str = ""
    version: str = ""
    stage: str = ""
    substage: str = ""
    status: dict[str, str] = field(default_factory=dict)
    dates: tuple[SourceDate, ...] = ()
    committees: tuple[SourceCommittee, ...] = ()
    ics: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    project: str = ""
    relations: tuple[SourceRelation, ...] = ()
    urls: dict[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    territory: str = ""
    fetched: str = ""
    selection: tuple[tuple[str, str, str], ...] = ()
