"""Instruments as readers see them: editions with clauses, their languages, parts, and what changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from comity.engine import sections
from comity.engine.outlines import within
from comity.formats.instruments.model import SourceClause, SourceInstrument
from comity.records.search import ranking
from comity.records.viewer import Viewer
from comity.standards.models import Clause, ClauseText, Document, Edition, Expression
from comity.standards.queries.rows import Row

# "(Text with EEA relevance)", as the titles of EU acts end in every language.
_EEA = re.compile(r"\s*\([^()]*\b(?:EEA|EER|EWR|EEE|SEE|EØS|EES|ETA|EGT|EHP|EOG|EMP|ΕΟΧ|ЕИП)\b[^()]*\)\s*$")
_NAME = re.compile(r"\(([^()\d]{4,60})\)$")
PART = 120  # clauses that a page of a long instrument holds
FOUND = 50
LEAST = 0.2  # score of a clause that shares no word with the question


@dataclass(frozen=True, slots=True)
class Place:
    """A clause in the outline: what stands in one edition, and its heading in the language that is read."""

    pk: int
    rid: UUID
    ref: str
    parent: str
    kind: str
    order: int
    depth: int
    lineage: UUID


@dataclass(slots=True)
class Said:
    """What a clause says in one language, as far as it may be shown."""

    heading: str = ""
    text: str = ""
    guidance: str = ""
    summary: str = ""
    doubts: list[str] = field(default_factory=list)
    hidden: bool = False
    revised_at: Any = None


@dataclass(slots=True)
class Part:
    """A run of clauses that is read at once."""

    start: int
    end: int
    first: Place
    until: Place | None
    heading: str
    open: bool = False


@dataclass(slots=True)
class Instrument:
    """An edition with its clauses, in the languages that are read beside each other.

    Attributes:
        editions: those of the document that have clauses, latest first.
        expressions: in all languages, those that are read first.
        read: those that are read, one or two.
        elsewhere: other editions in their languages.
        outline: all clauses in order; `headings` of those by key, in the language read.
        part: the part that is open; `texts` by clause and expression, of that part only.
        missing: how many clauses each language lacks.
    """

    document: Document | Row
    edition: Edition
    editions: list[Edition]
    expressions: list[Expression]
    read: list[Expression]
    elsewhere: list[Expression] = field(default_factory=list)
    outline: list[Place] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    texts: dict[int, dict[int, Said]] = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)

    @property
    def part(self) -> Part | None:
        return next((one for one in self.parts if one.open), None)

    @property
    def clauses(self) -> list[Place]:
        part = self.part
        return self.outline[part.start : part.end] if part else []


def readable(document: Document | Row, viewer: Viewer) -> list[Expression]:
    """What of a document can be read clause by clause: editions latest first, each in its languages. One query."""
    editions = Edition.objects.visible_to(viewer).filter(document=document.pk)
    found = Expression.objects.visible_to(viewer).filter(edition__in=editions).select_related("edition")
    return list(found.order_by("-edition__date", "-edition_id", "language"))


def editions_with_clauses(document: Document | Row, viewer: Viewer) -> list[Edition]:
    """Editions of a document that can be read clause by clause, latest first. One query."""
    return list(dict.fromkeys(one.edition for one in readable(document, viewer)))


def documents(viewer: Viewer, most: int = 60) -> list[Document]:
    """Documents that can be read clause by clause, by identifier. One query."""
    texts = Expression.objects.visible_to(viewer).values("edition__document")
    found = Document.objects.visible_to(viewer).filter(pk__in=texts)
    return list(found.only("slug", "identifier", "title").order_by("identifier")[:most])


def edition_of(editions: Sequence[Edition], label: str = "", as_of: str = "") -> Edition | None:
    """The edition that is meant: by its label, identifier or date, or the latest of a day; else the latest."""
    if label:
        names = ((one, (one.label, one.identifier, one.key, one.date, str(one.rid))) for one in editions)
        return next((one for one, called in names if label in called), None)
    if as_of:
        return next((one for one in editions if one.date and one.date <= as_of), None)
    return editions[0] if editions else None


def expression(
    document: Document | Row, viewer: Viewer, *, edition: str = "", language: str = ""
) -> Expression | None:
    """One language of an edition, the latest edition if none is meant; None where that is not known. Two queries."""
    chosen = edition_of(editions_with_clauses(document, viewer), edition)
    found = expressions_of(chosen, viewer) if chosen else []
    return next((one for one in found if one.language == language), None)


def expressions_of(edition: Edition, viewer: Viewer) -> list[Expression]:
    """The languages an edition can be read in. One query."""
    found = Expression.objects.visible_to(viewer).filter(edition=edition).select_related("edition")
    return list(found.order_by("language"))


def instrument(
    document: Document | Row,
    viewer: Viewer,
    *,
    edition: str = "",
    as_of: str = "",
    languages: Sequence[str] = (),
    ref: str = "",
    part: int = 0,
    inside: bool = True,
) -> Instrument | None:
    """What the reader's page shows; None where no such edition can be read. Four queries.

    Args:
        languages: those to read, the first of which gives the headings; what is not there is passed over.
        ref: the clause to open the part of; else the part by its number from 0.
        inside: with its clauses; else only what it is (one query).
    """
    known = readable(document, viewer)
    editions = list(dict.fromkeys(one.edition for one in known))
    chosen = edition_of(editions, edition, as_of)
    if chosen is None:
        return None
    if not edition and not as_of:  # the latest edition may be known in another language only
        spoken_in = (
            one.edition for tag in languages for one in known if one.language.split("-")[0] == tag.split("-")[0]
        )
        chosen = next(spoken_in, chosen)
    expressions = [one for one in known if one.edition_id == chosen.pk]
    found = Instrument(document, chosen, editions, expressions, to_read(expressions, languages))
    found.elsewhere = [one for one in known if one.edition_id != chosen.pk]
    if inside:
        _look_inside(found, viewer, ref, part)
    return found


def _look_inside(found: Instrument, viewer: Viewer, ref: str, part: int) -> None:
    found.outline = places(found.edition, viewer)
    found.headings, found.missing = _headings(found.edition, found.read, found.expressions)
    found.parts = _parts(found.outline, found.headings)
    _open(found.parts, found.outline, ref, part)
    found.texts = texts([one.pk for one in found.clauses], found.read)


def places(edition: Edition, viewer: Viewer) -> list[Place]:
    """All clauses of an edition in order. One query."""
    rows = Clause.objects.visible_to(viewer).filter(edition=edition).order_by("order")
    return [
        Place(*row)
        for row in rows.values_list("pk", "rid", "ref", "parent", "kind", "order", "depth", "lineage").iterator()
    ]


def to_read(expressions: Sequence[Expression], languages: Sequence[str]) -> list[Expression]:
    by_language = {one.language: one for one in expressions}
    wanted = [by_language[tag] for tag in dict.fromkeys(languages) if tag in by_language]
    wanted += [one for tag in languages for one in expressions if one.language.split("-")[0] == tag]
    rest = sorted(expressions, key=lambda one: (one.nature != Expression.Nature.OFFICIAL, one.language != "en"))
    return list(dict.fromkeys([*wanted, *rest]))[: max(1, min(2, len(set(languages) & set(by_language))))]


def _headings(
    edition: Edition, read: Sequence[Expression], expressions: Sequence[Expression]
) -> tuple[dict[int, str], dict[int, int]]:
    """Headings in the first language read, and how many clauses each language lacks. One query."""
    first = read[0].pk if read else 0
    found, counts = {}, Counter[int]()
    stated = ClauseText.objects.filter(clause__edition=edition, clause__withdrawn_at__isnull=True)
    for clause, expression, heading in stated.values_list("clause_id", "expression_id", "heading").iterator():
        counts[expression] += 1
        if expression == first:
            found[clause] = heading
    return found, {one.pk: max(counts.values(), default=0) - counts[one.pk] for one in expressions}


def _parts(outline: Sequence[Place], headings: Mapping[int, str]) -> list[Part]:
    found = []
    for start, end in sections.cut([place.depth for place in outline], PART):
        first = outline[start]
        highest = [one for one in outline[start:end] if one.depth <= first.depth]
        until = highest[-1] if len(highest) > 1 else None
        found.append(Part(start, end, first, until, headings.get(first.pk, "")))
    return found


def _open(parts: Sequence[Part], outline: Sequence[Place], ref: str, number: int) -> None:
    where = next((place for place, one in enumerate(outline) if one.ref == ref), None) if ref else None
    for index, part in enumerate(parts):
        part.open = part.start <= where < part.end if where is not None else index == number


def texts(clauses: Sequence[int], expressions: Iterable[Expression]) -> dict[int, dict[int, Said]]:
    """What clauses say, by clause and expression; nothing but the heading where it may not be shown. One query."""
    shown = {one.pk: one.may_show for one in expressions}
    found: dict[int, dict[int, Said]] = {}
    stated = ClauseText.objects.filter(clause__in=clauses, expression__in=list(shown))
    fields = ("heading", "text", "guidance", "summary", "doubts", "revised_at")
    for clause, expression, *said in stated.values_list("clause_id", "expression_id", *fields):
        heading, text, guidance, summary, doubts, revised = said
        if not shown[expression]:
            hidden = bool(text or guidance)
            text = guidance = ""
        else:
            hidden = False
        found.setdefault(clause, {})[expression] = Said(heading, text, guidance, summary, doubts, hidden, revised)
    return found


def clause(document: Document | Row, ref: str, viewer: Viewer, edition: Edition | None = None) -> Clause | None:
    """A clause by its ref: of one edition, or of the latest that has it. One query."""
    rows = Clause.objects.visible_to(viewer).filter(edition__document=document.pk, ref=ref)
    rows = rows.filter(edition=edition) if edition else rows
    return rows.select_related("edition__document").order_by("-edition__date", "-edition_id").first()


def citation(found: Instrument, ref: str) -> str:
    """How a clause is cited, in the language that is read: "Artificial Intelligence Act, Art. 9(2)(a)"."""
    name = short_name(found.read[0]) if found.read else found.document.identifier
    return f"{name or found.document.identifier}, {spoken(ref)}"


def short_name(named: Document | Row | Expression) -> str:
    """The name people call an instrument by, if its title ends in one in brackets; else its identifier."""
    ending = _NAME.search(_EEA.sub("", str(named.title)))
    if ending:
        return ending[1]
    return named.edition.identifier if isinstance(named, Expression) else named.identifier


@lru_cache(maxsize=4096)
def spoken(ref: str) -> str:
    """A ref as it is printed: "Art.9(2)(a)" as "Art. 9(2)(a)"; other refs as they are."""
    for short in ("Art.", "Ch.", "s."):
        if ref.startswith(short) and len(ref) > len(short):
            return f"{short} {ref[len(short) :]}"
    return ref


# search


@dataclass(frozen=True, slots=True)
class FoundClause:
    """A provision that a search found, with where it stands and the beginning of what it says.

    Attributes:
        clause: that of the edition and `language` that suit the reader best.
        beside: the same provision in its other languages: (language, clause).
    """

    clause: Clause
    language: str
    heading: str
    excerpt: str
    reason: str
    beside: tuple[tuple[str, Clause], ...] = ()


def search(
    query: str, viewer: Viewer, *, edition: Edition | None = None, languages: Sequence[str] = (), most: int = FOUND
) -> list[FoundClause]:
    """Provisions that answer a query in any language, best first; within one edition if that is given.

    What several languages and editions say of one provision is one result. Headings over what was found are left out.
    """
    rows = Clause.objects.visible_to(viewer)
    scope = {"clause": rows.filter(edition=edition) if edition else None}
    found = ranking.search(query, viewer=viewer, within=scope, most=most).hits
    # Of thousands of clauses some are always near; what shares no word has to mean nearly the same.
    reasons = {hit.object: hit.reason for hit in found if hit.reason != "meaning" or hit.score >= LEAST}
    wanted = {tag: place for place, tag in enumerate(languages)}
    stated: dict[int, list[ClauseText]] = {}
    for one in _stated_by(rows.filter(pk__in=list(reasons))):
        stated.setdefault(one.clause_id, []).append(one)
    provisions: dict[UUID, list[ClauseText]] = {}
    for key in reasons:
        for one in stated.get(key, ()):
            provisions.setdefault(one.clause.lineage, []).append(one)
    holding = {(one.clause.edition_id, one.clause.parent) for texts in stated.values() for one in texts}
    return [
        _found(texts, wanted, reasons[texts[0].clause_id])
        for texts in provisions.values()
        if not all(_only_holds(one, holding) for one in texts)
    ]


def _only_holds(one: ClauseText, holding: Container[tuple[int, str]]) -> bool:
    """Whether a clause is a heading over others that were found."""
    return not (one.text or one.summary) and (one.clause.edition_id, one.clause.ref) in holding


def _found(texts: Sequence[ClauseText], wanted: Mapping[str, int], reason: str) -> FoundClause:
    """One provision, of which `texts` are what its languages and editions say."""

    def rank(one: ClauseText) -> int:
        tag = one.expression.language
        return wanted.get(tag, wanted.get(tag.split("-")[0], len(wanted) + (tag != "en")))

    latest = sorted(texts, key=lambda one: one.clause.edition.date, reverse=True)
    best = min(latest, key=rank)
    language = best.expression.language
    others: dict[str, Clause] = {}
    for one in latest:
        if one.expression.language != language:
            others.setdefault(one.expression.language, one.clause)
    excerpt = best.summary or (best.text[:240] if best.expression.may_show else "")
    return FoundClause(
        best.clause, language, best.heading, excerpt, reason, tuple(sorted(others.items(), key=itemgetter(0)))
    )


def _stated_by(clauses: Any) -> Iterable[ClauseText]:
    """What clauses say in all languages. One query."""
    found = ClauseText.objects.filter(clause__in=clauses, expression__withdrawn_at__isnull=True)
    return found.select_related("clause__edition__document", "expression").defer("guidance")


# taking out


def source_of(edition: Edition, languages: Sequence[str], viewer: Viewer) -> SourceInstrument | None:
    """One language of an edition as a file has it; the first of those asked for that there is. Three queries.

    Where the text may not be shown, only numbers, headings and our summaries are in it.
    """
    read = to_read(expressions_of(edition, viewer), languages)[:1]
    if not read:
        return None
    expression = read[0]
    found = places(edition, viewer)
    said = {key: words[expression.pk] for key, words in texts([one.pk for one in found], read).items()}
    kinds = {one.ref: one.kind for one in found}
    words = {one.ref: said[one.pk] for one in found if one.pk in said}
    order, parents = [one.ref for one in found], {one.ref: one.parent for one in found}
    clauses = tuple(
        SourceClause(
            ref,
            parent or None,
            kinds[ref],
            words[ref].heading,
            words[ref].text,
            words[ref].guidance,
            words[ref].summary,
        )
        for ref, parent in within(order, parents, set(words))
    )
    return SourceInstrument(
        title=expression.title,
        clauses=clauses,
        form=expression.form,
        language=expression.language,
        identifier=edition.identifier,
        version=edition.label,
        date=edition.date,
        licence=expression.licence,
        redistribute="yes" if expression.may_show else "no",
        nature=expression.nature,
        source=expression.source,
    )


def taken(
    document: Document | Row, viewer: Viewer, *, edition: str = "", as_of: str = "", languages: Sequence[str] = ()
) -> SourceInstrument | None:
    """An edition of a document as a file has it; None where that is not known. Four queries."""
    chosen = edition_of(editions_with_clauses(document, viewer), edition, as_of)
    return source_of(chosen, languages, viewer) if chosen else None


def below(source: SourceInstrument, ref: str) -> SourceInstrument | None:
    """A clause with all that it holds; None where there is none of that number."""
    inside: set[str | None] = {ref}
    found = []
    for clause in source.clauses:
        if clause.ref == ref:
            found.append(replace(clause, parent=None))
        elif clause.parent in inside:
            inside.add(clause.ref)
            found.append(clause)
    return replace(source, clauses=tuple(found)) if found and found[0].ref == ref else None
