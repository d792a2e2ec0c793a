"""What the change log proves and what search knows of the catalogue's records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from comity.engine import identifiers
from comity.engine import selection as engine
from comity.records import kinds
from comity.records.models import seen_by
from comity.records.search import vectors
from comity.standards import policies
from comity.standards.models import (
    Body,
    Classification,
    Clause,
    ClauseText,
    Committee,
    Correction,
    Document,
    Edition,
    Editorial,
    Expression,
    Follow,
    Rule,
    SameWork,
    Selection,
    SelectionDecision,
    Stage,
    Work,
)

SEARCHED = 1_200  # characters of a clause that search reads
_BOOSTS = {Selection.AI: 3, Selection.ADJACENT: 1}


def register() -> None:
    """Tell `records` about the kinds of this room."""
    for name, model, payload, drafts, lookup in (
        ("body", Body, of_body, body_drafts, None),
        ("committee", Committee, of_committee, committee_drafts, None),
        ("work", Work, of_work, None, None),
        ("document", Document, of_document, document_drafts, documents_named),
        ("edition", Edition, of_edition, None, None),
        ("expression", Expression, of_expression, None, None),
        ("clause", Clause, of_clause, clause_drafts, clauses_numbered),
        ("rule", Rule, of_rule, None, None),
        ("editorial", Editorial, of_editorial, None, None),
    ):
        kinds.register(
            kinds.Kind(
                name=name,
                model=model,
                payload=payload,
                visible_to=seen_by,
                may_edit=policies.may_edit,
                drafts=drafts,
                lookup=lookup,
            )
        )
    kinds.register(
        kinds.Kind(
            name="classification",
            model=Classification,
            payload=of_classification,
            visible_to=policies.classes_visible_to,
            may_edit=policies.may_classify,
        )
    )
    kinds.register(
        kinds.Kind(
            name="selection_decision",
            model=SelectionDecision,
            payload=of_decision,
            visible_to=policies.classes_visible_to,
            may_edit=policies.may_edit,
        )
    )
    kinds.register(
        kinds.Kind(
            name="same_work",
            model=SameWork,
            payload=of_same_work,
            visible_to=policies.same_works_visible_to,
            may_edit=policies.may_edit,
        )
    )

    kinds.register(
        kinds.Kind(
            name="follow",
            model=Follow,
            payload=of_follow,
            visible_to=policies.follows_visible_to,
            may_edit=policies.may_edit_follow,
            personal=True,
        )
    )
    kinds.register(
        kinds.Kind(
            name="correction",
            model=Correction,
            payload=of_correction,
            visible_to=policies.corrections_visible_to,
            may_edit=policies.may_write_correction,
            personal=True,
        )
    )


def of_editorial(one: Editorial) -> dict[str, Any]:
    """What editors state of an edition: bodies of its versions are what its history is read from."""
    return {"edition": one.edition.key, "says": one.says, "why": one.why}


def of_correction(one: Correction) -> dict[str, Any]:
    """Names nobody: the reporter's address is kept apart and is never logged."""
    return {
        "about": str(one.about.rid),
        "edition": one.edition.key if one.edition else "",
        "field": str(one.field),
        "language": one.language,
        "before": one.before,
        "proposed": one.proposed,
        "reason": one.reason,
        "state": str(one.state),
        "applied": one.applied,
        "answer": one.answer,
        "decided_by": str(one.decided_by or ""),
    }


def of_follow(one: Follow) -> dict[str, Any]:
    return {"what": str(one.what), "target": one.target, "by": str(one.contributor)}


def of_body(body: Body) -> dict[str, Any]:
    return {
        "code": body.code,
        "name": body.name,
        "reach": body.reach,
        "country": body.country,
        "website": body.website,
    }


def of_committee(committee: Committee) -> dict[str, Any]:
    return {
        "designation": committee.designation,
        "name": committee.name,
        "body": committee.body_id,
        "parent": committee.parent_id,
    }


def of_work(work: Work) -> dict[str, Any]:
    body = {"key": work.key, "title": work.title}
    return body if work.withdrawn_at is None else {**body, "withdrawn": True}


def of_same_work(one: SameWork) -> dict[str, Any]:
    return {
        "first": one.first_id,
        "second": one.second_id,
        "state": str(one.state),
        "adoption": str(one.adoption),
        "confidence": round(one.confidence, 6),
        "evidence": one.evidence,
        "engine": one.engine,
        "reason": one.reason,
        "decided_by": str(one.decided_by or ""),
        "decided_at": one.decided_at.isoformat() if one.decided_at else "",
        "before": one.before,
        "made": one.made,
        "history": one.history,
        "withdrawn": one.withdrawn_at is not None,
    }


def of_document(document: Document) -> dict[str, Any]:
    return {
        "key": document.key,
        "identifier": document.identifier,
        "title": document.title,
        "body": document.body_id,
        "publishers": document.publishers,
        "committee": document.committee_id,
        "work": document.work_id,
        "type": str(document.type),
        "stage": str(document.stage),
        "date": document.date,
        "selection": int(document.selection),
        "reasons": document.reasons,
        "current": document.current,
        "withdrawn": document.withdrawn_at is not None,
    }


def of_edition(edition: Edition) -> dict[str, Any]:
    """Names the digests of its claims, so what the sources said is proved as well."""
    return {
        "key": edition.key,
        "document": edition.document_id,
        "identifier": edition.identifier,
        "title": edition.title,
        "stage": str(edition.stage),
        "words": edition.stage_words,
        "dates": edition.dates,
        "links": edition.links,
        "sources": edition.sources,
        "differences": edition.differences,
        "withdrawn": edition.withdrawn_at is not None,
    }


def of_expression(expression: Expression) -> dict[str, Any]:
    """The digest proves what its clauses said when it was read."""
    return {
        "edition": expression.edition.key,
        "language": expression.language,
        "title": expression.title,
        "nature": str(expression.nature),
        "licence": expression.licence,
        "may_show": expression.may_show,
        "source": expression.source,
        "digest": expression.digest,
        "withdrawn": expression.withdrawn_at is not None,
    }


def of_clause(clause: Clause) -> dict[str, Any]:
    return {
        "edition": clause.edition.key,
        "ref": clause.ref,
        "parent": clause.parent,
        "kind": str(clause.kind),
        "order": clause.order,
        "lineage": str(clause.lineage),
        "withdrawn": clause.withdrawn_at is not None,
    }


def of_classification(one: Classification) -> dict[str, Any]:
    return {
        "document": one.document.key,
        "concept": f"{one.concept.scheme.code}:{one.concept.code}",
        "state": str(one.state),
        "confidence": one.confidence,
        "evidence": one.evidence,
        "engine": one.engine,
        "decided_by": str(one.decided_by or ""),
        "decided_at": one.decided_at.isoformat() if one.decided_at else "",
        "withdrawn": one.withdrawn_at is not None,
    }


def of_rule(rule: Rule) -> dict[str, Any]:
    return {**engine.as_row(rule.said), "withdrawn": rule.withdrawn_at is not None}


def of_decision(decision: SelectionDecision) -> dict[str, Any]:
    return {
        "document": decision.document.key,
        "verdict": int(decision.verdict),
        "reason": decision.reason,
        "withdrawn": decision.withdrawn_at is not None,
    }


def body_drafts(bodies: Iterable[Body]) -> list[kinds.EntryDraft]:
    return [kinds.EntryDraft(one.pk, list(one.name.items()), [one.code], boost=2) for one in bodies]


def committee_drafts(committees: Iterable[Committee]) -> list[kinds.EntryDraft]:
    return [kinds.EntryDraft(one.pk, list(one.name.items()), [one.designation], boost=1) for one in committees]


def document_drafts(documents: Iterable[Document]) -> list[kinds.EntryDraft]:
    return [
        kinds.EntryDraft(
            one.pk,
            [*one.title.items(), *((language, title) for language, title in one.other_titles)],
            list(dict.fromkeys((one.identifier, one.key))),
            facets(one),
            boost(one),
        )
        for one in documents
    ]


def clause_drafts(clauses: Iterable[Clause]) -> list[kinds.EntryDraft]:
    """What clauses say in every language, whether it may be shown or not. Texts are searched by their beginning.

    In a language that the model of meaning does not know, words are all there is to compare.
    """
    found = list(clauses)
    said = _said(found)
    model = vectors.embedder()
    known = model.languages if model else frozenset()
    drafts = []
    for one in found:
        texts, words = [], [one.ref]
        for language, (heading, text, summary) in said[one.pk].items():
            whole = " ".join(filter(None, (heading, text or summary)))[:SEARCHED]
            if not known or language.split("-")[0] in known:
                texts.append((language, whole))
            else:
                words.append(whole)
        drafts.append(kinds.EntryDraft(one.pk, texts, words, boost=-1))
    return drafts


def _said(clauses: list[Clause]) -> dict[int, dict[str, tuple[str, str, str]]]:
    """Heading, text and summary of clauses by language: what was just saved, else what the database has."""
    found: dict[int, dict[str, tuple[str, str, str]]] = {one.pk: {} for one in clauses}
    unknown = []
    for one in clauses:
        if hasattr(one, "said"):
            found[one.pk] = {tag: (w.heading, w.text, w.summary) for tag, w in one.said.items()}
        else:
            unknown.append(one.pk)
    stated = ClauseText.objects.filter(clause__in=unknown) if unknown else ClauseText.objects.none()
    for clause, language, *said in stated.values_list("clause", "expression__language", "heading", "text", "summary"):
        found[clause][language] = (said[0], said[1], said[2])
    return found


def facets(document: Document) -> list[str]:
    """The values a document is counted under: over all documents, and over the AI set."""
    values = [f"body:{code}" for code in document.publishers]
    values += [f"stage:{document.stage}", f"type:{document.type}", f"year:{document.year or ''}"]
    values += [f"language:{tag}" for tag in document.languages]
    if document.committee_id:
        values.append(f"committee:{document.committee_id}")
    values.append("total:")
    if document.selection == Selection.AI:
        values += [f"ai|{value}" for value in values]
    return values


def boost(document: Document) -> int:
    value = _BOOSTS.get(Selection(document.selection), 0)
    if document.stage == Stage.WITHDRAWN:
        value -= 3
    if document.part_of:
        value -= 2
    return value


def documents_named(query: str) -> list[int]:
    """Documents an exact identifier names, dated or not, however it is written."""
    loose = identifiers.loose(query)[:200]
    if not any(character.isdigit() for character in loose):
        return []
    documents = Document.objects.filter(loose=loose).order_by("body__order", "key")
    editions = Edition.objects.filter(identifiers__loose=loose).order_by("document__body__order", "key")
    found = dict(documents.values_list("pk", "key")[:10])
    for document, key in editions.values_list("document", "document__key")[:10]:
        found.setdefault(document, key)
    own = identifiers.parse(query).document  # its namesakes of other bodies come after it
    return sorted(found, key=lambda document: found[document] != own)


_ARTICLE = re.compile(r"(?:art(?:icle|ikel|ículo|icolo)?\.?|第)\s*(\d+\w?)\s*条?\s*((?:\(\w{1,4}\))*)", re.IGNORECASE)


def clauses_numbered(query: str) -> list[int]:
    """Clauses an exact number names: "Art. 14(4)(a)", "第四条" by its figure, "GOVERN 1.1", "A.6.2.4"."""
    asked = " ".join(query.split())[:250]
    if not any(character.isdigit() for character in asked):
        return []
    article = _ARTICLE.fullmatch(asked)
    found = Clause.objects.filter(ref__iexact=f"Art.{article[1]}{article[2]}" if article else asked)
    return list(found.order_by("-edition__date", "order").values_list("pk", flat=True)[:10])
