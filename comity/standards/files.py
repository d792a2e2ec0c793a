"""Documents as files: what a list, a page, the API and the command line hand over.

Each form is written from the same rows, a thousand documents at a time, so that a file of any length takes the
memory of one batch. A document is told by its current edition, or with a day by the one that was in force then.
"""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from comity.formats import citations, workbooks
from comity.formats.catalogue import relaton_write
from comity.formats.catalogue.record import (
    NamedIdentifier,
    SourceCommittee,
    SourceDate,
    SourceRecord,
    SourceRelation,
)
from comity.records.fields import direction
from comity.records.viewer import Viewer
from comity.standards import exports
from comity.standards.errors import NoSuchForm, TooManyForAWorkbook
from comity.standards.models import Document, Edition, Identifier, Relation, RelationKind, Stage
from comity.standards.queries import Then, as_of_many

BATCH = 1_000
MOST_IN_A_WORKBOOK = 20_000
"""Documents of a workbook over the web, which is sent when it is whole; the command line has no such limit."""
_CHUNK = 65_536
_PAGES = ("page", "doi", "pdf")
_STAGES = re.compile(r"(\d\d)\.(\d\d)")
# Relaton's words for what is unambiguous there; of amending it has only "updates", which says less.
_RELATON = {
    RelationKind.SUPERSEDES: "obsoletes",
    RelationKind.SUPERSEDED_BY: "obsoletedBy",
    RelationKind.ADOPTS: "adoptedFrom",
    RelationKind.ADOPTED_BY: "adoptedAs",
    RelationKind.CITED_BY: "citedBy",
    RelationKind.EDITION_OF: "editionOf",
    RelationKind.HAS_EDITION: "hasEdition",
    RelationKind.INCLUDED_IN: "includedIn",
    RelationKind.DERIVES_FROM: "derivedFrom",
    RelationKind.COMPLEMENTED_BY: "complementOf",
    RelationKind.AMENDED_BY: "amendedBy",
    RelationKind.COMPLEMENTS: "complements",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A document with the edition that tells it, and how it stood on the day asked for."""

    document: Document
    edition: Edition | None
    then: Then | None
    identifiers: tuple[tuple[str, str], ...] = ()
    relations: tuple[tuple[str, str], ...] = ()

    @property
    def identifier(self) -> str:
        """With a day that of the edition of then, or of the document as such where there was none."""
        if self.then is None:
            return self.document.identifier
        return self.then.edition.identifier if self.then.edition else self.document.key

    @property
    def date(self) -> str:
        if self.then is None:
            return self.document.date
        return self.then.edition.out if self.then.edition else ""

    @property
    def status(self) -> str:
        """The stage, or how it stood then."""
        return str(self.then.status) if self.then else self.document.stage

    @property
    def note(self) -> str:
        if self.then is None:
            return ""
        because = f" ({self.then.why})" if self.then.why else ""
        return f"as of {self.then.day}{because}"

    @property
    def publishers(self) -> tuple[str, ...]:
        """Those that are stated: where none is, the catalogue files a document under a code of its own."""
        return tuple(code for code in self.document.publishers if code != "OTHER")

    @property
    def links(self) -> dict[str, str]:
        return self.edition.links if self.edition else {}

    @property
    def address(self) -> str:
        """The publisher's page, or this node's."""
        return next((self.links[kind] for kind in _PAGES if self.links.get(kind)), self.here)

    @property
    def here(self) -> str:
        return f"{settings.COMITY_ADDRESS}{self.document.get_absolute_url()}"


def told(
    found: QuerySet[Document], viewer: Viewer, day: datetime.date | None, *, relations: bool = False
) -> Iterator[Told]:
    """Documents in the order of their keys. Two queries a thousand; one more for relations, four for a day."""
    documents = found.select_related("committee", "body").order_by("key").iterator(chunk_size=BATCH)
    while part := list(islice(documents, BATCH)):
        thens = as_of_many([one.pk for one in part], day, viewer) if day else {}
        keys = {one.pk: _edition_key(one, thens.get(one.pk)) for one in part}
        seen = Edition.objects.visible_to(viewer).filter(key__in={key for key in keys.values() if key})
        editions = {one.key: one for one in seen.defer("title", "sources", "differences")}
        primary = [one.pk for one in editions.values()]
        named = _by_edition(Identifier.objects.filter(edition__in=primary).order_by("pk"), "kind", "value")
        related = (
            _by_edition(Relation.objects.filter(edition__in=primary).order_by("kind", "target_key"), "kind", "target")
            if relations
            else {}
        )
        for one in part:
            edition = editions.get(keys[one.pk])
            key = edition.pk if edition else 0
            yield Told(one, edition, thens.get(one.pk), tuple(named.get(key, ())), tuple(related.get(key, ())))


def _edition_key(one: Document, then: Then | None) -> str:
    if then is None:
        return one.current
    return then.edition.key if then.edition else ""


def _by_edition(found: QuerySet[Any], *fields: str) -> dict[int, list[tuple[str, str]]]:
    """Pairs of each edition, each once."""
    by_edition: dict[int, dict[tuple[str, str], None]] = {}
    for edition, *pair in found.values_list("edition_id", *fields):
        by_edition.setdefault(edition, {})[(pair[0], pair[1])] = None
    return {edition: list(pairs) for edition, pairs in by_edition.items()}


# forms


@dataclass(frozen=True, slots=True)
class Asked:
    """Documents somebody wants as a file, in the language of the reader."""

    found: QuerySet[Document]
    viewer: Viewer
    day: datetime.date | None = None
    language: str = "en"
    most: int | None = None  # documents of a workbook


def _csv(asked: Asked) -> Iterator[bytes]:
    return (part.encode() for part in exports.csv_of(asked.found, day=asked.day, viewer=asked.viewer))


def _bibtex(asked: Asked) -> Iterator[bytes]:
    return _joined(citations.bibtex(_cited(asked)))


def _csl(asked: Asked) -> Iterator[bytes]:
    return _joined(citations.csl(_cited(asked)))


def _relaton(asked: Asked) -> Iterator[bytes]:
    records = (record(one) for one in told(asked.found, asked.viewer, asked.day, relations=True))
    return _joined(relaton_write.collection(records, settings.COMITY_NAME))


def _xlsx(asked: Asked) -> Iterator[bytes]:
    """Written to a file of its own first: a workbook begins with what is known last."""
    if asked.most is not None and asked.found.order_by().values("pk")[: asked.most + 1].count() > asked.most:
        raise TooManyForAWorkbook(most=asked.most)
    header = (*exports.COLUMNS, "page", *(exports.COLUMNS_THEN if asked.day else ()))
    rows = (_row(one, asked.language) for one in told(asked.found, asked.viewer, asked.day))
    links = (header.index("url"), header.index("page"))
    with tempfile.TemporaryFile() as file:
        workbooks.write(
            file,
            header,
            rows,
            title=settings.COMITY_NAME,
            links=links,
            right_to_left=direction(asked.language) == "rtl",
        )
        file.seek(0)
        while part := file.read(_CHUNK):
            yield part


def _joined(parts: Iterable[str]) -> Iterator[bytes]:
    """Chunks of a size worth sending."""
    kept: list[str] = []
    length = 0
    for part in parts:
        kept.append(part)
        length += len(part)
        if length > _CHUNK:
            yield "".join(kept).encode()
            kept, length = [], 0
    yield "".join(kept).encode()


def _row(one: Told, language: str) -> list[str]:
    document = one.document
    tag, title = document.title.pick(language)
    row = (
        document.identifier,
        document.key,
        title,
        tag,
        " ".join(document.publishers),
        document.committee.designation if document.committee else "",
        document.stage,
        document.date,
        document.type,
        one.here,
        str(document.rid),
        one.address if one.address != one.here else "",
    )
    return [exports.safe_cell(cell) for cell in row + exports.then_cells(one.then)]


def _cited(asked: Asked) -> Iterator[citations.Cited]:
    return (cited(one, asked.language) for one in told(asked.found, asked.viewer, asked.day))


def cited(one: Told, language: str) -> citations.Cited:
    """A document for reference managers, its title in the reader's language if there is one."""
    document = one.document
    tag, title = document.title.pick(language)
    numbers = {kind.upper(): value for kind, value in reversed(one.identifiers)}
    return citations.Cited(
        id=str(document.rid),
        identifier=one.identifier,
        title=title,
        language="" if tag == "und" else tag,
        publishers=one.publishers,
        committee=document.committee.designation if document.committee else "",
        kind=document.type,
        status="" if one.status == Stage.UNKNOWN else one.status,
        date=one.date,
        edition=one.edition.number if one.edition else "",
        url=one.address,
        doi=numbers.get("DOI", ""),
        isbn=numbers.get("ISBN", ""),
        note=one.note,
    )


def record(one: Told) -> SourceRecord:
    """A document as a record of its body's catalogue, as Relaton tells it."""
    document, edition = one.document, one.edition
    words = edition.stage_words if edition and not edition.stage_inferred and one.then is None else ""
    stage = words or ("" if one.status == Stage.UNKNOWN else one.status)
    code = _STAGES.fullmatch(stage)
    others = (NamedIdentifier(kind, value) for kind, value in one.identifiers if kind and value != one.identifier)
    committee = document.committee
    return SourceRecord(
        source=document.body.code.lower(),
        ref="",
        file="",
        line=0,
        identifier=one.identifier,
        titles={tag: text for tag, text in document.title.items() if text},
        identifiers=tuple(others),
        publishers=one.publishers,
        kind="standard",
        doctype=edition.doctype if edition and edition.doctype else document.type,
        edition=edition.number if edition else "",
        stage=code[1] if code else stage,
        substage=code[2] if code else "",
        dates=_dates(one),
        committees=(SourceCommittee(str(committee.name) or committee.designation, identifier=committee.designation),)
        if committee
        else (),
        ics=tuple(edition.ics) if edition else (),
        relations=tuple(SourceRelation(_RELATON.get(RelationKind(kind), kind), to) for kind, to in one.relations),
        urls={kind: url for kind, url in one.links.items() if kind in ("page", "pdf", "preview", "doi", "other")},
        languages=tuple(document.languages),
        fetched=document.read_on,
    )


def _dates(one: Told) -> tuple[SourceDate, ...]:
    stated = one.edition.dates if one.edition else {}
    if not stated and one.date:
        return (SourceDate("published", one.date),)
    day = str(one.then.day) if one.then else ""
    return tuple(SourceDate(kind, value) for kind, value in stated.items() if not day or value <= day)


@dataclass(frozen=True, slots=True)
class Form:
    """What documents can be taken away as."""

    name: str
    label: str  # a proper name, the same in every language
    ending: str
    kind: str
    write: Callable[[Asked], Iterator[bytes]]


FORMS = {
    one.name: one
    for one in (
        Form("csv", "CSV", "csv", "text/csv; charset=utf-8", _csv),
        Form("xlsx", "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
        Form("bibtex", "BibTeX", "bib", "application/x-bibtex; charset=utf-8", _bibtex),
        Form("csl", "CSL-JSON", "json", "application/vnd.citationstyles.csl+json; charset=utf-8", _csl),
        Form("relaton", "Relaton", "yaml", "application/yaml; charset=utf-8", _relaton),
    )
}


def form(named: str) -> Form:
    """A form by its name, or by the ending of its files.

    Raises:
        NoSuchForm: there is none; the message names all.
    """
    found = FORMS.get(named) or next((one for one in FORMS.values() if one.ending == named), None)
    if found is None:
        raise NoSuchForm(form=named[:40], forms=", ".join(FORMS))
    return found


def written(
    form: Form,
    found: QuerySet[Document],
    viewer: Viewer,
    *,
    day: datetime.date | None = None,
    most: int | None = None,
) -> Iterator[bytes]:
    """Documents in a form, in chunks, in the reader's language; what goes wrong at once goes wrong here.

    Raises:
        TooManyForAWorkbook: more than `most` documents.
    """
    parts = form.write(Asked(found, viewer, day, get_language() or "en", most))
    first = next(parts, b"")
    return _with_first(first, parts)


def _with_first(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts
