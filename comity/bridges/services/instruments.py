"""Which text is meant by a name, and what of it is compared."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from comity.bridges.errors import UnknownInstrument
from comity.bridges.models import CrosswalkPair
from comity.engine.align import ClauseSet, Unit
from comity.engine.units import Numbered, Span, spans
from comity.records.viewer import Viewer
from comity.standards import queries as standards
from comity.standards.models import Clause, ClauseText, Edition, Expression
from comity.standards.queries import instruments

FACTS = Path(__file__).resolve().parent.parent / "facts"
_LANGUAGE = re.compile(r"\.[a-z]{2}(?:-[A-Za-z]{2,4})?$")


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """What instruments are called besides their identifiers."""
    with (FACTS / "names.tsv").open(encoding="utf-8", newline="") as file:
        return {row["name"].casefold(): row["identifier"] for row in csv.DictReader(file, delimiter="\t")}


def edition_called(name: str, viewer: Viewer, edition: str = "") -> Edition:
    """The text that a name means: the public id of an edition, an identifier, a slug, or what people call it.

    Args:
        edition: label, date or identifier of the edition; else the one the name says, or the latest with clauses.

    Raises:
        UnknownInstrument: no such text is here.
    """
    name = name.replace("\x00", "").strip()[:500]  # PostgreSQL takes no NUL
    direct = _by_id(name, viewer)
    if direct is not None:
        return direct
    for called in dict.fromkeys(
        filter(None, (name, _names().get(_LANGUAGE.sub("", name).casefold()), _titled(name)))
    ):
        document = standards.find(called, viewer)
        known = instruments.editions_with_clauses(document, viewer) if document else []
        if edition and known:
            chosen = instruments.edition_of(known, edition)
        else:
            chosen = instruments.edition_of(known, called) or instruments.edition_of(known)
        if chosen is not None:
            return Edition.objects.select_related("document").get(pk=chosen.pk)
    raise UnknownInstrument(name=f"{name} {edition}".strip())


def _by_id(name: str, viewer: Viewer) -> Edition | None:
    try:
        rid = UUID(name)
    except ValueError:
        return None
    texts = Expression.objects.visible_to(viewer).values("edition")
    found = Edition.objects.visible_to(viewer).filter(rid=rid, pk__in=texts)
    return found.select_related("document").first()


def _titled(name: str) -> str:
    """The identifier of the document whose title ends in this name in brackets, or is this name."""
    if len(name) < 4:
        return ""
    titled = Expression.objects.filter(title__iexact=name) | Expression.objects.filter(title__icontains=f"({name})")
    found = set(titled.filter(withdrawn_at__isnull=True).values_list("edition__document__identifier", flat=True)[:3])
    return found.pop() if len(found) == 1 else ""


def clause_set(
    edition: Edition, language: str = "", *, viewer: Viewer, mapped: Iterable[str] | None = None
) -> ClauseSet:
    """The clauses of an edition that can have counterparts, in one language and beside it in all others it has.

    A unit is named by the lineage of its clause, which is the same in every language and edition; its words are its
    own text and that of all below it, or our summary where there is no text. What may not be shown is compared too.
    Five queries.

    Args:
        language: the first of those here where it is not, English before others.
        mapped: refs that are units whatever the rule says; those that published crosswalks name by default.
    """
    clauses = list(Clause.objects.visible_to(viewer).filter(edition=edition).order_by("order"))
    expressions = instruments.expressions_of(edition, viewer)
    said = _said(edition, expressions)
    worded = {clause for words in said.values() for clause, one in words.items() if one.text}
    numbered = [Numbered(one.ref, one.parent, one.kind, one.pk in worded) for one in clauses]
    units = spans(numbered, set(mapped_refs(edition) if mapped is None else mapped))
    by_ref = {one.ref: one for one in clauses}
    sets = {
        one.language: ClauseSet(edition.key, one.language, _units(units, by_ref, said.get(one.pk, {})))
        for one in expressions
    }
    chosen = language if language in sets else main_language(expressions)
    if chosen not in sets:
        return ClauseSet(edition.key, language, ())
    others = {tag: one for tag, one in sets.items() if tag != chosen and one.units}
    return ClauseSet(edition.key, chosen, sets[chosen].units, others)


def _said(edition: Edition, expressions: Sequence[Expression]) -> dict[int, dict[int, ClauseText]]:
    """What clauses say, by expression and clause."""
    found: dict[int, dict[int, ClauseText]] = {}
    for one in ClauseText.objects.filter(clause__edition=edition, expression__in=list(expressions)):
        found.setdefault(one.expression_id, {})[one.clause_id] = one
    return found


def mapped_refs(edition: Edition) -> set[str]:
    """Refs of an edition that published crosswalks map. Two queries."""
    pairs = CrosswalkPair.objects.filter(crosswalk__withdrawn_at__isnull=True)
    return {
        *pairs.filter(source__edition=edition).values_list("source__ref", flat=True).distinct(),
        *pairs.filter(target__edition=edition).values_list("target__ref", flat=True).distinct(),
    }


def _units(units: Sequence[Span], by_ref: Mapping[str, Clause], said: Mapping[int, ClauseText]) -> tuple[Unit, ...]:
    found: dict[str, Unit] = {}
    words = {ref: said[one.pk] for ref, one in by_ref.items() if one.pk in said}
    for span in units:
        own = words.get(span.ref)
        heading = own.heading if own else ""
        below = [part for ref in span.below if ref in words for part in (words[ref].heading, _own(words[ref]))]
        text = "\n".join(filter(None, (_own(own) if own else "", *below)))
        above = [words[ref] for ref in span.above if ref in words]
        if heading or text:
            key = str(by_ref[span.ref].lineage)
            found.setdefault(
                key,
                Unit(
                    key=key,
                    heading=heading,
                    text=text,
                    path=tuple(one.heading for one in above if one.heading),
                    context="\n".join(filter(None, map(_own, above))),
                    guidance=own.guidance if own else "",
                ),
            )
    return tuple(found.values())


def _own(said: ClauseText) -> str:
    return said.text or said.summary


def main_language(expressions: Sequence[Expression]) -> str:
    """The language to compare in where nothing else decides: English, then an official text, then the first."""
    ordered = sorted(
        expressions,
        key=lambda one: (one.language != "en", one.nature != Expression.Nature.OFFICIAL, one.language),
    )
    return ordered[0].language if ordered else ""


def shared_language(source: Edition, target: Edition, viewer: Viewer) -> str:
    """The language in which both texts are here, if there is one. Two queries."""
    here, there = (instruments.expressions_of(one, viewer) for one in (source, target))
    both = {one.language for one in here} & {one.language for one in there}
    return main_language([one for one in here if one.language in both])
