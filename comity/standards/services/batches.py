"""One batch of source records becomes claims, editions and documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.text import slugify

from comity.engine import identifiers
from comity.engine.identifiers import Reference
from comity.formats.catalogue import SourceRecord
from comity.records import identity, rows
from comity.records import services as records
from comity.records.fields import Multilingual
from comity.records.viewer import Viewer
from comity.standards import claims
from comity.standards.claims import Merged, Statement
from comity.standards.models import (
    Claim,
    Document,
    Edition,
    Identifier,
    Relation,
    Selection,
    Source,
    Stage,
)
from comity.standards.services import events, selecting
from comity.standards.services.registry import Naming, Registry

OTHER_TITLES = 12  # titles of earlier editions that are kept to be searched
_RANK = {Stage.PUBLISHED: 3, Stage.UNKNOWN: 1, Stage.WITHDRAWN: 0}
_STRENGTHS = {"strong": Selection.AI, "weak": Selection.ADJACENT}


@dataclass(slots=True)
class Outcome:
    """Counts, and a line for every merge and difference."""

    counts: Counter[str] = field(default_factory=Counter)
    details: list[dict[str, Any]] = field(default_factory=list)


class Known(NamedTuple):
    """The claim that is kept of a record, from an earlier import."""

    key: int
    edition: int
    digest: bytes


@dataclass(slots=True)
class Item:
    """A record of the batch with what it is about, what it says, and the claim it replaces.

    `claim` is the key of its claim, once that is written. One that says nothing (any more) takes its claim away.
    """

    record: SourceRecord
    about: Reference
    data: claims.Data
    digest: bytes
    source: Source
    known: Known | None = None
    claim: int = 0

    @property
    def ref(self) -> str:
        return self.record.ref[:255]

    @property
    def same(self) -> bool:
        return self.known is not None and self.known.digest == self.digest


@dataclass(slots=True)
class Draft:
    """A document as the batch changes it: the editions it states, others that are known, and the key of the
    one that stands for the document (None if no edition is left)."""

    document: Document
    stated: dict[str, Merged]
    others: dict[str, Edition]
    current: str | None


def items_of(found: Iterable[SourceRecord], registry: Registry) -> list[Item]:
    """What source records are about and say. Of two with one place in the source, the later one counts.

    A file cannot speak for this node's editors: what it calls so is a source of another name.
    """
    items: dict[tuple[str, str], Item] = {}
    for record in found:
        if record.source == claims.EDITORS:
            record = replace(record, source=f"{claims.EDITORS} (import)")
        data = claims.state(record)
        source = registry.source(record.source or "import")
        items[source.key, record.ref[:255]] = Item(
            record, claims.reference(record), data, claims.digest(data), source
        )
    return list(items.values())


class Batch:
    """Writes some thousand source records; a fixed number of queries whatever their number."""

    def __init__(self, items: list[Item], registry: Registry, by: Viewer, read_on: str, because: str) -> None:
        self.registry, self.by, self.read_on, self.because = registry, by, read_on, because
        self.rules = selecting.in_force()
        self.outcome = Outcome()
        self.items = items
        self.written: set[int] = set()  # keys of the documents that changed
        self.committees: dict[str, Naming] = {}  # of the documents whose current edition is written

    def write(self) -> Outcome:
        self._find_claims()
        fresh = [item for item in self.items if not item.same]
        self.outcome.counts["unchanged"] += len(self.items) - len(fresh)
        self._load(fresh)
        statements = self._statements(fresh)
        merged = {key: claims.merge(found, self.about[key]) for key, found in statements.items()}
        self._write_documents(merged)
        self._write_editions(merged)
        self._write_claims(fresh)
        self._write_identifiers(statements)
        self._write_relations(fresh)
        # After the claims, for rules look at keywords.
        self.outcome.counts["reselected"] += selecting.renew(self.rules, self.written, by=self.by)
        self._tell(fresh, merged)
        return self.outcome

    # reading

    def _find_claims(self) -> None:
        claimed = Claim.objects.filter(
            source__in={item.source.pk for item in self.items}, ref__in=[item.ref for item in self.items]
        )
        known = {
            (source, ref): Known(key, edition, bytes(digest))
            for source, ref, key, edition, digest in claimed.values_list("source", "ref", "pk", "edition", "digest")
        }
        for item in self.items:
            item.known = known.get((item.source.pk, item.ref))

    def _load(self, fresh: list[Item]) -> None:
        """Editions and documents the batch touches, as they are now."""
        self.about = {item.about.key: item.about for item in fresh}
        moved = {item.known.edition for item in fresh if item.known}
        known = Edition.objects.filter(key__in=list(self.about)) | Edition.objects.filter(pk__in=moved)
        self.editions = {edition.key: edition for edition in known}
        for key, edition in self.editions.items():
            self.about.setdefault(key, about_edition(edition))
        selected = [item for item in self.items if item.record.selection]
        wanted = {about.document for about in self.about.values()} | {item.about.document for item in selected}
        self.documents = {one.key: one for one in Document.objects.filter(key__in=wanted)}
        self.siblings: dict[int, list[Edition]] = defaultdict(list)
        siblings = Edition.objects.filter(document__in=[one.pk for one in self.documents.values()])
        for edition in siblings.defer("dates", "languages", "links", "ics", "sources"):
            self.siblings[edition.document_id].append(edition)

    def _statements(self, fresh: list[Item]) -> dict[str, list[Statement]]:
        """All that is stated of each touched edition: by the batch, and by the claims it leaves alone."""
        found: dict[str, list[Statement]] = {key: [] for key in self.about}
        replaced = {item.known.key for item in fresh if item.known}
        for item in filter(lambda one: one.data, fresh):
            found[item.about.key].append(
                _statement(item.source, item.record.ref, self._read_on(item), item.data, item.digest)
            )
        for key, statement in claimed(self.editions.values(), but=replaced):
            found[key].append(statement)
        empty = [key for key, statements in found.items() if not statements]
        self.orphans = [self.editions[key] for key in empty]
        return {key: statements for key, statements in found.items() if statements}

    # writing

    def _write_documents(self, merged: dict[str, Merged]) -> None:
        drafts = self._drafts(merged)
        merged = merged | self._merge_again(drafts)
        before = {draft.document.key: events.standing(draft.document) for draft in drafts}
        for draft in drafts:
            self._show(draft, merged)
        touched = {draft.document.key: draft.document for draft in drafts}
        for key, committee in self.registry.committees_of(self.committees).items():
            touched[key].committee = committee
        _give_slugs([one for one in touched.values() if one.pk is None])
        records.bulk_put(list(touched.values()), by=self.by, because=self.because)
        self.documents |= touched
        self.written = {one.pk for one in touched.values()}
        for draft in drafts:
            if draft.current is None:
                records.withdraw(draft.document, by=self.by, because="no source names an edition of it any more")
        events.record(before, touched.values())

    def _drafts(self, merged: dict[str, Merged]) -> list[Draft]:
        """The documents that change: by an edition the batch states or takes away, or by being selected."""
        stated: dict[str, dict[str, Merged]] = defaultdict(dict)
        for key, edition in merged.items():
            stated[self.about[key].document][key] = edition
        gone = {orphan.key for orphan in self.orphans}
        selections = self._selections()
        drafts = []
        for key in sorted(stated.keys() | self._reselected(selections) | {self.about[k].document for k in gone}):
            document = self.documents.get(key) or Document(
                rid=identity.of_fact("document", key), key=key, loose=identifiers.loose(key)[:200]
            )
            if key in selections:
                _select(document, *selections[key])
            siblings = {one.key: one for one in self.siblings.get(document.pk or 0, ())}
            others = {k: one for k, one in siblings.items() if k not in gone and k not in stated[key]}
            drafts.append(Draft(document, stated[key], others, _current(others.values(), stated[key], self.about)))
        return drafts

    def _merge_again(self, drafts: list[Draft]) -> dict[str, Merged]:
        """Editions the batch leaves alone that now stand for their documents, as their claims state them."""
        editions = [
            draft.others[draft.current]
            for draft in drafts
            if draft.current in draft.others and draft.current != draft.document.current
        ]
        found: dict[str, list[Statement]] = defaultdict(list)
        for key, statement in claimed(editions):
            found[key].append(statement)
        self.about |= {one.key: about_edition(one) for one in editions}
        return {key: claims.merge(statements, self.about[key]) for key, statements in found.items()}

    def _selections(self) -> dict[str, tuple[int, list[list[str]]]]:
        found: dict[str, tuple[int, list[list[str]]]] = {}
        for item in self.items:
            for strength, rule, matched in item.record.selection:
                if self.rules is not None and not rule.startswith(selecting.LISTED):
                    continue  # the node's own rules decide, not those of whoever made the file
                level, reasons = found.setdefault(item.about.document, (Selection.NONE, []))
                if [rule, matched] not in reasons:
                    reasons.append([rule, matched])
                found[item.about.document] = (max(level, _STRENGTHS.get(strength, 0)), reasons)
        return found

    def _reselected(self, selections: dict[str, tuple[int, list[list[str]]]]) -> set[str]:
        """Documents whose place in the AI set changes though no claim does."""
        found = set()
        for key, (level, reasons) in selections.items():
            document = self.documents.get(key)
            if document is None or selecting.decided(document):
                continue
            if level > document.selection or any(one not in document.reasons for one in reasons):
                found.add(key)
        self.outcome.counts["reselected"] += len(found)
        return found

    def _show(self, draft: Draft, merged: dict[str, Merged]) -> None:
        """Put on a document what its editions say: first of all the one that stands for it."""
        document = draft.document
        editions: list[Merged | Edition] = [*draft.stated.values(), *draft.others.values()]
        if draft.current is None:
            return
        document.withdrawn_at = None
        if draft.current in merged:
            self._show_current(document, self.about[draft.current], merged[draft.current])
        document.current = draft.current
        document.editions_known = len(editions)
        document.title = _title(draft)
        document.other_titles = _other_titles(document, draft)
        document.differs = any(one.differences for one in editions)

    def _show_current(self, document: Document, about: Reference, current: Merged) -> None:
        codes = about.publishers or current.publishers or ("OTHER",)
        bodies = [self.registry.body(code) for code in codes]
        document.identifier = current.identifier[:255]
        document.body, document.publishers = bodies[0], [body.code for body in bodies]
        document.part_of = about.part_of[:255]
        document.stage, document.date = current.stage, current.date
        document.year = int(current.date[:4]) if current.date[:4].isdigit() else None
        document.type, document.territory = current.type, current.territory[:80]
        document.languages = sorted({tag for tag in [*current.titles, *current.languages] if tag != "und"})
        read = [one["read"] for one in current.sources if one["source"] != claims.EDITORS]
        document.read_on = max(read or [one["read"] for one in current.sources])
        self.committees[document.key] = (*current.committee, bodies[0])

    def _write_editions(self, merged: dict[str, Merged]) -> None:
        written = []
        for key, one in merged.items():
            about = self.about[key]
            edition = self.editions.get(key) or Edition(rid=identity.of_fact("edition", key), key=key)
            edition.document = self.documents[about.document]
            edition.label = about.edition[:80]
            _fill(edition, one)
            written.append(edition)
        records.bulk_put(written, by=self.by, because=self.because)
        self.editions |= {edition.key: edition for edition in written}

    def _write_claims(self, fresh: list[Item]) -> None:
        Claim.objects.filter(pk__in=[item.known.key for item in fresh if item.known and not item.data]).delete()
        fresh = [item for item in fresh if item.data]
        new = [item for item in fresh if item.known is None]
        changed = [item for item in fresh if item.known is not None]
        for item, key in zip(new, rows.reserve(Claim, len(new)), strict=True):
            item.claim = key
        for item in changed:
            assert item.known is not None  # noqa: S101  (that is what they were chosen by)
            item.claim = item.known.key
        place, said = ["source", "ref"], ["edition", "data", "digest", "read_on", "file", "line"]
        rows.insert(
            Claim, ["id", *place, *said], [(item.claim, item.source.pk, item.ref, *self._said(item)) for item in new]
        )
        if changed:
            Relation.objects.filter(claim__in=[item.claim for item in changed]).delete()
            rows.update(Claim, said, [(*self._said(item), item.claim) for item in changed])
        for orphan in self.orphans:
            records.withdraw(orphan, by=self.by, because="its source now says it is another edition")
        self.outcome.counts["new"] += len(new)
        self.outcome.counts["changed"] += len(changed)

    def _said(self, item: Item) -> tuple[Any, ...]:
        return (
            self.editions[item.about.key].pk,
            item.data,
            item.digest,
            self._read_on(item),
            item.record.file.rsplit("/", 1)[-1][:255],
            item.record.line,
        )

    def _read_on(self, item: Item) -> str:
        return item.record.fetched or self.read_on or item.source.read_on

    def _write_identifiers(self, statements: dict[str, list[Statement]]) -> None:
        known = [self.editions[key].pk for key in statements if self.editions[key].version > 1]
        if known:
            Identifier.objects.filter(edition__in=known).delete()
        found = [row for key, stated in statements.items() for row in self._identifiers_of(key, stated)]
        rows.insert(Identifier, ["edition", "kind", "value", "key", "loose"], found)

    def _identifiers_of(self, key: str, statements: list[Statement]) -> list[rows.Row]:
        edition, about = self.editions[key].pk, self.about[key]
        values = {("own", about.key[:255]): about.text}
        for statement in statements:
            for kind, value in statement.data.get("identifiers", ()):
                values.setdefault((kind[:40], identifiers.normalise(value)[:255]), value)
        return [
            (edition, kind, value[:255], normal, identifiers.loose(normal)[:200])
            for (kind, normal), value in values.items()
        ]

    def _write_relations(self, fresh: list[Item]) -> None:
        columns = ["edition", "claim", "kind", "words", "target", "target_key", "target_document", "dated", "note"]
        rows.insert(Relation, columns, (row for item in fresh if item.data for row in self._relations_of(item)))

    def _relations_of(self, item: Item) -> Iterable[rows.Row]:
        edition, source = self.editions[item.about.key].pk, item.record.source
        found: dict[tuple[str, str], rows.Row] = {}
        for one in item.record.relations:
            target = identifiers.parse(one.target, source)
            if target.key == item.about.key:
                continue  # sources do point records at themselves
            kind = claims.relation_kind(source, one.kind, one.note, item.about, target)
            found[kind, target.key] = (
                edition,
                item.claim,
                kind,
                one.kind[:40],
                target.text[:255],
                target.key[:255],
                target.document[:255],
                bool(target.edition),
                one.note[:255],
            )
        return found.values()

    def _tell(self, fresh: list[Item], merged: dict[str, Merged]) -> None:
        for item in fresh:
            one = merged.get(item.about.key)
            if one is None or len(one.sources) < 2:
                continue
            self.outcome.counts["merged"] += 1
            detail = {
                "what": "merged",
                "file": item.record.file.rsplit("/", 1)[-1],
                "line": item.record.line,
                "identifier": item.record.identifier,
                "with": [f"{s['source']}: {s['ref']}" for s in one.sources if s["ref"] != item.record.ref],
            }
            if one.differences:
                self.outcome.counts["differing"] += 1
                detail |= {"what": "differs", "differences": one.differences}
            self.outcome.details.append(detail)


def _statement(source: Source, ref: str, read_on: str, data: claims.Data, digest: bytes) -> Statement:
    return Statement(source.key, frozenset(source.publishers), ref, read_on, data, digest.hex())


def claimed(editions: Iterable[Edition], but: Iterable[int] = ()) -> Iterator[tuple[str, Statement]]:
    """What is claimed of editions, with their keys; claims with the keys `but` are left out. One query."""
    keys = {edition.pk: edition.key for edition in editions}
    if keys:
        for claim in Claim.objects.filter(edition__in=keys).exclude(pk__in=set(but)).select_related("source"):
            yield (
                keys[claim.edition_id],
                _statement(claim.source, claim.ref, claim.read_on, claim.data, bytes(claim.digest)),
            )


def about_edition(edition: Edition) -> Reference:
    """What an edition's identifier says. The key is read, for some sources state the edition apart."""
    return replace(identifiers.parse(edition.key), text=edition.identifier)


def _select(document: Document, level: int, reasons: list[list[str]]) -> None:
    if selecting.decided(document):
        return
    document.selection = max(document.selection, level)
    document.reasons = document.reasons + [one for one in reasons if one not in document.reasons]


def _current(others: Iterable[Edition], stated: dict[str, Merged], about: dict[str, Reference]) -> str | None:
    """Key of the edition that stands for the document: in force before draft before withdrawn, then latest."""
    labelled: list[tuple[str, str, Edition | Merged]] = [(one.key, one.label, one) for one in others]
    labelled += [(key, about[key].edition, one) for key, one in stated.items()]
    candidates = [
        (_RANK.get(Stage(one.stage), 2), bool(label), identifiers.sort_key(label), one.date, key)
        for key, label, one in labelled
    ]
    return max(candidates)[-1] if candidates else None


def _title(draft: Draft) -> Multilingual:
    """The title of the edition that stands for the document; in languages it lacks, that of the latest that has one.

    A title in a language nobody stated may be in any, so nothing is added to it.
    """
    editions = [(key, one.date, one.titles) for key, one in draft.stated.items()]
    editions += [(key, one.date, one.title) for key, one in draft.others.items()]
    editions.sort(key=lambda one: (one[0] == draft.current, one[1], one[0]), reverse=True)
    (_key, _date, first), *rest = editions
    found = Multilingual(first)
    if "und" not in found:
        for _key, _date, titles in rest:
            found |= {tag: title for tag, title in titles.items() if tag != "und" and tag not in found}
    return Multilingual(found)


def _other_titles(document: Document, draft: Draft) -> list[list[str]]:
    shown = set(document.title.values())
    found: dict[str, str] = {}
    for titles in [*(one.titles for one in draft.stated.values()), *(one.title for one in draft.others.values())]:
        for language, title in titles.items():
            if title not in shown:
                found.setdefault(title, language)
    return [[language, title] for title, language in sorted(found.items())][:OTHER_TITLES]


def _fill(edition: Edition, merged: Merged) -> None:
    edition.identifier = merged.identifier[:255]
    edition.number, edition.version_label = merged.number[:40], merged.version_label[:40]
    edition.title = Multilingual(merged.titles)
    edition.stage, edition.stage_words = merged.stage, merged.stage_words[:120]
    edition.stage_inferred = merged.stage_inferred
    edition.date, edition.dates = merged.date, merged.dates
    edition.doctype, edition.languages = merged.doctype[:120], merged.languages
    edition.links, edition.ics = merged.links, merged.ics
    edition.sources, edition.differences = merged.sources, merged.differences
    edition.withdrawn_at = None


def _give_slugs(documents: Sequence[Document]) -> None:
    wanted = {one.key: _slug(one.key) for one in documents}
    taken = set(Document.objects.filter(slug__in=set(wanted.values())).values_list("slug", flat=True))
    for one in documents:
        slug = wanted[one.key]
        if slug in taken:
            slug = f"{slug[:180]}-{one.rid.hex[:8]}"
        taken.add(slug)
        one.slug = slug


def _slug(key: str) -> str:
    return slugify(key.replace("/", "-").replace(".", "-").replace(":", "-"), allow_unicode=True)[:190] or "document"
