"""Instruments: an edition's clauses, in one language after the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.engine import outlines
from comity.engine.amendments import Instruction, amendments
from comity.engine.dates import PartialDate
from comity.formats.catalogue import SourceDate, SourceRecord
from comity.formats.instruments.model import SourceClause, SourceInstrument
from comity.records import identity, log, rows
from comity.records import services as records
from comity.records.errors import NotAllowed, NotFound
from comity.records.search import vectors
from comity.records.viewer import NODE, Viewer
from comity.standards import claims, policies, slots
from comity.standards.errors import NotAnEdition, StillUsed, Unnamed
from comity.standards.models import Claim, Clause, ClauseText, Document, Edition, Expression
from comity.standards.services.batches import Batch, items_of
from comity.standards.services.lineages import lineages
from comity.standards.services.registry import Registry

SOURCE = "instruments"  # the source of what is known of a document only because its text was read
Nature = Expression.Nature


@dataclass(frozen=True, slots=True)
class Target:
    """What a person says of a file beyond what it says itself; empty means: what the file says.

    Attributes:
        document: an identifier, dated or not.
        edition: the edition or version, where the identifier does not tell editions apart.
        language: BCP 47.
        nature: one of `Expression.Nature`.
        may_show: whether the text may be read here; None: as the file's licence says.
        selected: why the document belongs to the AI set, "" where nobody says it does.
    """

    document: str = ""
    edition: str = ""
    language: str = ""
    title: str = ""
    body: str = ""
    date: str = ""
    nature: str = ""
    licence: str = ""
    may_show: bool | None = None
    selected: str = ""


@dataclass(slots=True)
class Saved:
    """What came of saving an outline; counts are of clauses."""

    expression: Expression
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)
    uncertain: int = 0
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Wording:
    """What a clause says in one language."""

    heading: str = ""
    text: str = ""
    guidance: str = ""
    summary: str = ""
    doubts: list[str] = field(default_factory=list)


@transaction.atomic
def save_instrument(found: SourceInstrument, target: Target | None = None, *, by: Viewer = NODE) -> Saved:
    """Keep the clauses a reader found (and a person corrected) as one language of an edition.

    Saving the same again changes nothing. Saving a changed file changes the clauses that differ; those that
    are not in it any more are withdrawn, so that what points at them still finds them.

    Raises:
        NotAllowed: the viewer does not import.
        Unnamed: neither the file nor the target says which document this is, or in which language.
        NotAnEdition: the document is known in several editions and none is meant.
    """
    if not policies.may_import(by):
        raise NotAllowed
    log.hold()
    about = _completed(found, target or Target())
    edition = _edition(about, target or Target(), by)
    work = _Saving(about, edition, by)
    return work.save()


def check_named(found: SourceInstrument, target: Target) -> None:
    """Whether a file and what was said of it name a document and a language, before anybody corrects its outline.

    Raises:
        Unnamed: they do not.
    """
    _completed(found, target)


def _completed(found: SourceInstrument, target: Target) -> SourceInstrument:
    """The instrument with what a person said in place of what the file says."""
    language = target.language or found.language
    identifier = target.document or found.identifier
    if not identifier:
        raise Unnamed(what=_("document"))
    if not language:
        raise Unnamed(what=_("language"))
    shown = found.redistribute if target.may_show is None else ("yes" if target.may_show else "no")
    return replace(
        found,
        identifier=identifier,
        language=_tag(language),
        version=target.edition or found.version,
        title=target.title or found.title,
        body=target.body or found.body,
        date=target.date or found.date,
        nature=target.nature or found.nature or Nature.UNKNOWN,
        licence=target.licence or found.licence,
        redistribute=shown,
    )


def _tag(language: str) -> str:
    """A BCP 47 tag in its usual spelling: "zh-hant" is "zh-Hant"."""
    primary, *rest = language.strip().replace("_", "-").split("-")
    parts = [part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part for part in rest]
    return "-".join([primary.lower(), *parts])[:35]


def _edition(found: SourceInstrument, target: Target, by: Viewer) -> Edition:
    """The edition the clauses belong to; the document and edition are made where the catalogue lacks them."""
    record = _record(found, target)
    about = claims.reference(record)
    known = Edition.objects.filter(key=about.key, withdrawn_at__isnull=True).select_related("document").first()
    if known is None and not about.edition:
        known = _current(about.document)
    news = record if known is None else _in_one_more_language(known, record)
    if news is not None:
        registry = Registry()
        Batch(items_of([news], registry), registry, by, "", f"its clauses were read from {found.form}").write()
        key = about.key if known is None else known.key
        known = Edition.objects.select_related("document").get(key=key)
    assert known is not None  # noqa: S101  (what was not known was just written)
    return known


def _in_one_more_language(edition: Edition, record: SourceRecord) -> SourceRecord | None:
    """What an edition's texts said of it, with the title of one in another language; None where that adds nothing.

    What catalogues say of an edition is left alone.
    """
    claim = Claim.objects.filter(source__key=SOURCE, edition=edition).first()
    if claim is None or not record.titles.keys() - claim.data.get("titles", {}).keys():
        return None
    said = claim.data
    return replace(
        record,
        ref=claim.ref,
        identifier=said["identifier"],
        titles={**record.titles, **said.get("titles", {})},
        publishers=tuple(said.get("publishers", ())),
        doctype=said.get("doctype", ""),
        edition=said.get("edition", ""),
        dates=tuple(SourceDate(*one) for one in said.get("dates", ())),
        urls=said.get("urls", {}),
        languages=tuple(dict.fromkeys((*said.get("languages", ()), *record.languages))),
    )


def _current(key: str) -> Edition | None:
    """The edition that an undated identifier names."""
    document = Document.objects.filter(key=key, withdrawn_at__isnull=True).first()
    if document is None:
        return None
    current = Edition.objects.filter(key=document.current).select_related("document").first()
    if current is None:
        raise NotAnEdition(document=document.identifier)
    return current


def _record(found: SourceInstrument, target: Target) -> SourceRecord:
    law = any(clause.kind == "article" for clause in found.clauses)
    body = Registry().named(found.body)
    day = _day(found.date)
    return SourceRecord(
        source=SOURCE,
        ref=" ".join(filter(None, (found.identifier, found.version))),
        file="",
        line=0,
        identifier=found.identifier,
        titles={found.language: found.title} if found.title else {},
        publishers=(body,) if body else (),
        doctype="policy" if law else "",
        edition=found.version,
        dates=(SourceDate("published", day),) if day else (),
        urls={"page": found.source} if found.source.startswith("http") else {},
        languages=(found.language,),
        fetched=timezone.now().date().isoformat(),
        selection=(("strong", "listed:AI-acronym", target.selected),) if target.selected else (),
    )


def _day(text: str) -> str:
    try:
        return str(PartialDate.parse(text)) if text else ""
    except ValueError:
        return ""


class _Saving:
    """One expression being saved. A fixed number of queries, whatever its size."""

    def __init__(self, found: SourceInstrument, edition: Edition, by: Viewer) -> None:
        self.found, self.edition, self.by = found, edition, by
        self.because = f"its text was read ({found.form})"
        self.expression = Expression.objects.filter(edition=edition, language=found.language).first() or Expression(
            rid=identity.of_fact("expression", f"{edition.key}|{found.language}"),
            edition=edition,
            language=found.language,
        )
        self.saved = Saved(self.expression, warnings=[*found.warnings, *_unknown_language(found.language)])
        self.digest = _digest(found)

    def save(self) -> Saved:
        self.saved.uncertain = sum(bool(clause.doubts) for clause in self.found.clauses)
        if self.expression.pk and self.expression.digest == self.digest:
            return self._unchanged()
        self._load()
        self.wanted = {clause.ref: self._wording(clause) for clause in self.found.clauses}
        if self._is_summary and all(wording == self._said(ref) for ref, wording in self.wanted.items()):
            return self._unchanged()
        self._put_expression()
        self._put_clauses()
        self._put_texts()
        return self.saved

    def _unchanged(self) -> Saved:
        self.saved.unchanged = len(self.found.clauses)
        return self.saved

    def _load(self) -> None:
        known = Clause.objects.filter(edition=self.edition).order_by("order")
        self.clauses: dict[str, Clause] = {clause.ref: clause for clause in known}
        for clause in self.clauses.values():
            clause.edition = self.edition  # the payload names it
        self.texts: dict[int, dict[int, Wording]] = {}  # clause -> expression -> what it says
        self.rows: dict[int, int] = {}  # clause -> key of its text in this expression
        stated = ClauseText.objects.filter(clause__edition=self.edition)
        fields = ("heading", "text", "guidance", "summary", "doubts")
        for key, clause, expression, *said in stated.values_list("pk", "clause_id", "expression_id", *fields):
            self.texts.setdefault(clause, {})[expression] = Wording(*said)
            if expression == self.expression.pk:
                self.rows[clause] = key

    @property
    def _is_summary(self) -> bool:
        """Whether these are summaries beside a text that is here already."""
        return self.found.nature == Nature.SUMMARY and self.expression.nature not in (Nature.SUMMARY, Nature.UNKNOWN)

    def _wording(self, clause: SourceClause) -> Wording:
        old = self._said(clause.ref)
        if old and self._is_summary:
            return replace(old, summary=clause.summary or old.summary)
        summary = clause.summary or (old.summary if old else "")
        return Wording(clause.heading, clause.text, clause.guidance, summary, list(clause.doubts))

    def _said(self, ref: str) -> Wording | None:
        known = self.clauses.get(ref)
        return self.texts.get(known.pk, {}).get(self.expression.pk or 0) if known else None

    def _put_expression(self) -> None:
        one, found = self.expression, self.found
        beside = self._is_summary
        if not beside:
            one.title, one.nature = found.title[:500], found.nature
            one.licence, one.source, one.form = found.licence[:500], found.source[:500], found.form
            one.may_show = found.redistribute == "yes"
            one.warnings = list(found.warnings)
            one.amendments = len(amendments(_instructions(found)))
            one.digest = self.digest
            one.withdrawn_at = None
        one.read_on = timezone.now().date().isoformat()
        here = self._refs_here()
        one.clauses_known = len(here | self.wanted.keys()) if beside else len(self.wanted)
        records.put(one, by=self.by, because=self.because)

    def _refs_here(self) -> set[str]:
        return {ref for ref, clause in self.clauses.items() if clause.pk in self.rows}

    def _put_clauses(self) -> None:
        self.missing = set() if self._is_summary else self._refs_here() - self.wanted.keys()
        outline = {clause.ref: clause.parent or "" for clause in self.found.clauses}
        only_here = {ref for ref in self.missing if not self._in_other_languages(ref)}
        rest = {ref: one.parent for ref, one in self.clauses.items() if not one.withdrawn_at and ref not in only_here}
        places = outlines.together(dict(_under(rest)), outline)
        kinds = {clause.ref: clause.kind for clause in self.found.clauses}
        first = all(place.ref not in self.clauses for place in places)
        shared = lineages(self.edition, self.found.language, self.found.clauses) if first else {}
        written = [
            clause for place in places if (clause := self._placed(place, kinds.get(place.ref), shared)) is not None
        ]
        self._tell_search(written)
        records.bulk_put(written, by=self.by, because=self.because)
        self.clauses |= {clause.ref: clause for clause in written}
        for ref in sorted(only_here, key=lambda ref: self.clauses[ref].order):
            records.withdraw(self.clauses[ref], by=self.by, because="it is not in the text any more")
            self.saved.gone.append(ref)

    def _in_other_languages(self, ref: str) -> bool:
        said = self.texts.get(self.clauses[ref].pk, {})
        return any(expression != self.expression.pk for expression in said)

    def _placed(self, place: outlines.Place, kind: str | None, shared: Mapping[str, UUID]) -> Clause | None:
        """The clause as it has to be written; None where nothing changes."""
        ref = place.ref
        clause = self.clauses.get(ref)
        new = clause is None
        if clause is None:
            key = f"{self.edition.key}|{ref}"
            clause = Clause(
                rid=identity.of_fact("clause", key),
                edition=self.edition,
                ref=ref,
                lineage=shared.get(ref) or identity.of_fact("provision", key),
            )
        before = (clause.parent, clause.kind, clause.order, clause.depth, clause.withdrawn_at)
        clause.parent, clause.order, clause.depth, clause.withdrawn_at = place.parent, place.order, place.depth, None
        clause.kind = kind or clause.kind
        moved = before != (clause.parent, clause.kind, clause.order, clause.depth, None)
        before_said = self._said(ref)
        says = ref in self.wanted and self.wanted[ref] != before_said
        if new or (says and before_said is None):
            self.saved.new += 1
        elif says or moved:
            self.saved.changed += 1
        elif ref in self.wanted:
            self.saved.unchanged += 1
        return clause if new or says or moved else None

    def _tell_search(self, written: Iterable[Clause]) -> None:
        """Give each clause what it says in every language, so that search need not read it back."""
        languages = dict(Expression.objects.filter(edition=self.edition).values_list("pk", "language"))
        for clause in written:
            said = {
                languages[expression]: wording
                for expression, wording in self.texts.get(clause.pk or 0, {}).items()
                if expression in languages and expression != self.expression.pk
            }
            if clause.ref in self.wanted:
                said[self.found.language] = self.wanted[clause.ref]
            clause.said = said  # type: ignore[attr-defined]  # read by `payloads.clause_drafts`

    def _put_texts(self) -> None:
        said = ["heading", "text", "guidance", "summary", "doubts"]
        now = timezone.now()
        new, changed = [], []
        for ref, wording in self.wanted.items():
            clause = self.clauses[ref].pk
            values = (wording.heading, wording.text, wording.guidance, wording.summary, wording.doubts)
            if clause not in self.rows:
                new.append((clause, self.expression.pk, *values))
            elif wording != self.texts[clause][self.expression.pk]:
                changed.append((*values, now, self.rows[clause]))
        rows.insert(ClauseText, ["clause", "expression", *said], new)
        rows.update(ClauseText, [*said, "revised_at"], changed)
        gone = [self.rows[self.clauses[ref].pk] for ref in self.missing]
        if gone:
            ClauseText.objects.filter(pk__in=gone).delete()


def _unknown_language(language: str) -> list[str]:
    """What to tell people whose language the model of meaning does not know."""
    model = vectors.embedder()
    if model is None or not model.languages or language.split("-")[0] in model.languages:
        return []
    return [
        gettext("Search by meaning does not know this language (%(language)s): it is searched by its words only.")
        % {"language": language}
    ]


def _instructions(found: SourceInstrument) -> list[Instruction]:
    return [
        Instruction(one.ref, one.parent or "", one.text or one.heading)
        for one in found.clauses
        if one.kind != Clause.Kind.RECITAL
    ]


def _under(parents: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Clauses with their parents; those whose parent is not there are at the top."""
    return ((ref, parent if parent in parents else "") for ref, parent in parents.items())


def _digest(found: SourceInstrument) -> str:
    """What of a reading makes it the same: all but the format, the lines and the warnings."""
    about = [
        *(found.title, found.language, found.identifier, found.body, found.version, found.date),
        *(found.licence, found.redistribute, found.nature, found.source),
    ]
    said = [[c.ref, c.parent, c.kind, c.heading, c.text, c.guidance, c.summary, c.doubts] for c in found.clauses]
    return sha256(json.dumps([about, said], ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def remove_expression(expression: Expression, *, by: Viewer) -> int:
    """Take one language of an edition away; clauses no other language has are withdrawn. Returns how many.

    Raises:
        NotAllowed: the viewer does not import.
        NotFound: somebody was first.
        StillUsed: other rooms point at a clause that would be withdrawn.
    """
    if not policies.may_import(by):
        raise NotAllowed
    expression = records.lock(expression)
    if expression.withdrawn_at is not None:
        raise NotFound
    mine = set(ClauseText.objects.filter(expression=expression).values_list("clause_id", flat=True))
    others = ClauseText.objects.filter(clause__in=mine).exclude(expression=expression)
    alone = mine - set(others.values_list("clause_id", flat=True))
    going = list(Clause.objects.filter(pk__in=alone).select_related("edition").order_by("order"))
    used = slots.used([clause.rid for clause in going], NODE)
    if used:
        raise StillUsed(clauses=", ".join([clause.ref for clause in going if clause.rid in used][:5]))
    ClauseText.objects.filter(expression=expression).delete()
    expression.digest, expression.clauses_known = "", 0  # so that the same file can be read again
    for clause in going:
        records.withdraw(clause, by=by, because=f"the text in {expression.language} was taken away")
    records.withdraw(expression, by=by, because="taken away by a person")
    return len(alone)
