"""Who and what puts documents in the AI set: rules that are tried before they are applied, and people."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comity.engine import selection as engine
from comity.engine.selection import BadTerm, Facts, Matcher
from comity.records import identity, log, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed
from comity.records.fields import Multilingual
from comity.records.models import Task
from comity.records.viewer import Viewer
from comity.standards import policies
from comity.standards.errors import BadRule, NothingInForce
from comity.standards.models import Claim, Document, Rule, RulesInForce, Selection, SelectionDecision
from comity.standards.services.registry import FACTS

BATCH = 2_000
MOST_RULES = 500
MOST_UNLESS = 60
NAMED = 6  # rules that the log names as the cause of a batch
PERSON = "person:"  # what a person decided, among the reasons of a document
LISTED = "listed:"  # that a list names the document: a fact, not a rule's finding
OUT, IN = "person:out", "person:in"
Reasons = list[list[str]]
Progress = Callable[[int, int], None]

_STRENGTHS = {"ai": engine.AI, "adjacent": engine.ADJACENT, "none": engine.NONE}
_WHY = {
    "empty": gettext_lazy("“%(term)s” has no word in it."),
    "long": gettext_lazy("“%(term)s” is longer than 100 characters."),
    "words": gettext_lazy("“%(term)s” has more than 12 words."),
    "star": gettext_lazy("“%(term)s”: a * stands only at the end of a word."),
    "short": gettext_lazy(
        "“%(term)s”: before a * there have to be at least two letters, or it finds nearly everything."
    ),
}


# the rules as people edit them


@lru_cache(maxsize=1)
def shipped_rules() -> tuple[engine.Rule, ...]:
    """The rules a node begins with: `facts/rules.tsv`."""
    with open(FACTS / "rules.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        engine.Rule(
            row["field"],
            row["name"],
            tuple(row["terms"].split(" | ")),
            _STRENGTHS[row["strength"]],
            tuple(filter(None, row["unless"].split(" | "))),
            row["capitals"] == "yes",
        )
        for row in rows
    )


def rules(viewer: Viewer) -> list[Rule]:
    """The rules as they are edited. While nobody has edited any, those that are shipped. Two queries at most."""
    found = list(Rule.objects.visible_to(viewer))
    return found if found or Rule.objects.exists() else _unsaved()


def _unsaved() -> list[Rule]:
    """The shipped rules as records that are not written: they have their public ids already."""
    found = [
        Rule(
            rid=identity.of_fact("rule", one.key),
            field=one.field,
            name=one.name,
            terms=list(one.terms),
            unless=list(one.unless),
            strength=one.strength,
            exact=one.exact,
        )
        for one in shipped_rules()
    ]
    return sorted(found, key=lambda one: (one.field, one.name))


def _own() -> None:
    """Make the shipped rules the node's own, before the first of them is edited."""
    if not Rule.objects.exists():
        records.bulk_put(_unsaved(), by=Viewer(node=True), because="the rules that are shipped")


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as a person wrote it."""

    field: str
    name: str
    terms: Sequence[str]
    strength: int = Selection.AI
    unless: Sequence[str] = ()
    exact: bool = False


@transaction.atomic
def save_rule(draft: Draft, *, by: Viewer, rid: UUID | None = None) -> Rule:
    """Write a new rule, or the one with the public id `rid` anew. It counts once the rules are applied.

    Raises:
        NotAllowed: only the secretariat edits rules.
        BadRule: a term cannot be looked for, or another rule of this field has the name.
    """
    _check(by)
    _well_formed(draft)
    log.hold()
    _own()
    rule = Rule.objects.select_for_update().get(rid=rid, withdrawn_at__isnull=True) if rid else Rule()
    others = Rule.objects.filter(withdrawn_at__isnull=True).exclude(pk=rule.pk)
    if others.filter(field=draft.field, name=draft.name).exists():
        raise BadRule(reason=_("There is a rule called “%(name)s” for this field.") % {"name": draft.name})
    if rule.pk is None and others.count() >= MOST_RULES:
        raise BadRule(reason=_("There are %(most)s rules. Join some before you add more.") % {"most": MOST_RULES})
    rule.field, rule.name, rule.strength, rule.exact = draft.field, draft.name, draft.strength, draft.exact
    rule.terms, rule.unless = list(draft.terms), list(draft.unless)
    return records.put(rule, by=by, because="rule of the selection edited")


@transaction.atomic
def remove_rule(rid: UUID, *, by: Viewer) -> Rule:
    """Take a rule away. What it selected stays until the rules are applied."""
    _check(by)
    log.hold()
    _own()
    return records.withdraw(
        Rule.objects.select_for_update().get(rid=rid, withdrawn_at__isnull=True), by=by, because="rule removed"
    )


def _check(by: Viewer) -> None:
    if not policies.may_select(by):
        raise NotAllowed


def _well_formed(draft: Draft) -> None:
    if draft.field not in Rule.Field.values or int(draft.strength) not in Rule.Strength.values:
        raise BadRule(reason=_("A rule looks in a title, a committee, keywords or an identifier."))
    if not draft.name or ":" in draft.name or len(draft.name) > 60:
        raise BadRule(reason=_("The name of a rule has at most 60 characters, none of them a colon."))
    if not draft.terms:
        raise BadRule(reason=_("A rule needs at least one term to look for."))
    if len(draft.terms) > engine.MOST_TERMS or len(draft.unless) > MOST_UNLESS:
        raise BadRule(reason=_("A rule has at most %(most)s terms. Make two of it.") % {"most": engine.MOST_TERMS})
    for term in (*draft.terms, *draft.unless):
        try:
            engine.parse(term)
        except BadTerm as error:
            raise BadRule(reason=str(_WHY[error.code]) % {"term": error.term[:120]}) from error


# what rules would change


@dataclass(frozen=True, slots=True)
class Difference:
    """A document that would be, or was, selected otherwise."""

    pk: int
    key: str
    slug: str
    identifier: str
    title: Multilingual
    before: int
    after: int
    reasons_before: Reasons
    reasons: Reasons

    def get_absolute_url(self) -> str:
        return f"/standards/{self.slug}/"


@dataclass(slots=True)
class Trial:
    """What rules would change, nothing written; how many documents each would catch."""

    added: list[Difference] = field(default_factory=list)
    removed: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    caught: Counter[str] = field(default_factory=Counter)
    looked_at: int = 0
    total: int = 0
    decided: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many documents come in, go out, or stay for other reasons; and how many AI standards there are then."""
        return {
            "added": len(self.added),
            "removed": len(self.removed),
            "changed": len(self.changed),
            "total": self.total,
            "decided": self.decided,
        }

    @property
    def differences(self) -> list[Difference]:
        return [*self.added, *self.removed, *self.changed]


def try_rules(*, by: Viewer, given: Iterable[engine.Rule] | None = None, progress: Progress | None = None) -> Trial:
    """What would change if the edited rules (or those that are given) were applied. Nothing is written.

    Five queries, and a look at every document: some seconds for a catalogue of 130,000.
    """
    _check(by)
    matcher = Matcher([one.said for one in rules(by)] if given is None else given)
    return _tried(matcher, Document.objects.filter(withdrawn_at__isnull=True), progress)


def _tried(matcher: Matcher, found: QuerySet[Document], progress: Progress | None = None) -> Trial:
    trial = Trial()
    count = found.count() if progress else 0
    for known, facts in _facts(found):
        trial.looked_at += 1
        after, reasons = _selected(matcher, known, facts)
        trial.caught.update(rule for rule, _matched in reasons)
        trial.total += after == Selection.AI
        trial.decided += known.decision is not None
        if after != known.selection or sorted(reasons) != sorted(known.reasons):
            _difference_of(trial, known, after, reasons)
        if progress and trial.looked_at % BATCH == 0:
            progress(trial.looked_at, count)
    return trial


def _difference_of(trial: Trial, known: _Known, after: int, reasons: Reasons) -> None:
    one = Difference(
        known.pk,
        known.key,
        known.slug,
        known.identifier,
        known.title,
        known.selection,
        after,
        known.reasons,
        reasons,
    )
    into = trial.added if after > known.selection else trial.removed if after < known.selection else trial.changed
    into.append(one)


@dataclass(frozen=True, slots=True)
class _Known:
    """A document as it is selected now."""

    pk: int
    key: str
    slug: str
    identifier: str
    title: Multilingual
    selection: int
    reasons: Reasons
    decision: tuple[int, str] | None


COLUMNS = (
    "pk",
    "key",
    "slug",
    "identifier",
    "title",
    "selection",
    "reasons",
    "other_titles",
    "committee__designation",
    "committee__name",
)


def _facts(found: QuerySet[Document], keys: Sequence[int] | None = None) -> Iterator[tuple[_Known, Facts]]:
    """Documents as they are selected now, with what rules look at. Three queries."""
    keywords: dict[int, set[str]] = defaultdict(set)
    claims = Claim.objects.filter(data__has_key="keywords")
    decisions = SelectionDecision.objects.filter(withdrawn_at__isnull=True)
    if keys is not None:
        claims, decisions = claims.filter(edition__document__in=keys), decisions.filter(document__in=keys)
    for document, words in claims.values_list("edition__document", "data__keywords").iterator(chunk_size=BATCH):
        keywords[document].update(str(word) for word in words or ())
    decided = {
        pk: (verdict, reason) for pk, verdict, reason in decisions.values_list("document", "verdict", "reason")
    }
    for row in found.order_by("pk").values_list(*COLUMNS).iterator(chunk_size=BATCH):
        pk, key, slug, identifier, title, selection, reasons, others, designation, name = row
        known = _Known(pk, key, slug, identifier, title, selection, reasons, decided.get(pk))
        yield (
            known,
            Facts(
                (*title.values(), *(other for _tag, other in others)),
                (designation, *name.values()) if designation else (),
                tuple(sorted(keywords.get(pk, ()))),
                (key, identifier),
            ),
        )


def _selected(matcher: Matcher, known: _Known, facts: Facts) -> tuple[int, Reasons]:
    """What a document is by a person's decision, else by the lists that name it and the rules together."""
    if known.decision is not None:
        verdict, reason = known.decision
        return verdict, [[OUT if verdict == Selection.NONE else IN, reason]]
    listed = [one for one in known.reasons if one[0].startswith(LISTED)]
    outcome = matcher.select(facts)
    selection = max(outcome.selection, Selection.AI if listed else Selection.NONE)
    return int(selection), [*listed, *([rule, words] for rule, words in outcome.reasons)]


# applying


def start_applying(*, by: Viewer) -> Task:
    """Queue the rules to be applied in the background."""
    _check(by)
    return tasks.enqueue("standards.select", once=True, actor=str(by.actor or ""))


def apply_rules(*, by: Viewer, progress: Progress | None = None) -> Trial:
    """Select by the edited rules. From then on imports select by them as well.

    Some thousand documents a transaction; run again, it goes on with what is left.
    """
    _check(by)
    given = [one.said for one in rules(by)]
    matcher = Matcher(given)
    trial = try_rules(by=by, given=given)
    keys = [one.pk for one in trial.differences]
    for start in range(0, len(keys), BATCH):
        _select(matcher, keys[start : start + BATCH], by)
        if progress:
            progress(min(start + BATCH, len(keys)), len(keys))
    with transaction.atomic():
        log.hold()
        RulesInForce.objects.create(actor=by.actor, rules=[engine.as_row(one) for one in given], counts=trial.counts)
        log.bump("rule")
    return trial


@transaction.atomic
def _select(matcher: Matcher, keys: Sequence[int], by: Viewer) -> int:
    """Select these documents by rules, looking at them anew under the lock. Returns how many changed."""
    log.hold()
    trial = _tried_again(matcher, keys)
    new = {one.pk: one for one in trial.differences}
    documents = list(Document.objects.filter(pk__in=new))
    for one in documents:
        one.selection, one.reasons = new[one.pk].after, new[one.pk].reasons
    records.bulk_put(documents, by=by, because=_because(new.values()))
    return len(documents)


def _tried_again(matcher: Matcher, keys: Sequence[int]) -> Trial:
    trial = Trial()
    for known, facts in _facts(Document.objects.filter(pk__in=keys, withdrawn_at__isnull=True), keys):
        after, reasons = _selected(matcher, known, facts)
        if after != known.selection or sorted(reasons) != sorted(known.reasons):
            _difference_of(trial, known, after, reasons)
    return trial


def _because(differences: Iterable[Difference]) -> str:
    """The rules by which a batch was selected, the most frequent first: what the log says of it."""
    causes = Counter(rule for one in differences for rule, _words in one.reasons or one.reasons_before)
    named = ", ".join(rule for rule, _count in causes.most_common(NAMED))
    more = f" and {len(causes) - NAMED} more" if len(causes) > NAMED else ""
    return f"selected by rules: {named}{more}"[:500]


def in_force() -> Matcher | None:
    """The rules that were applied last, ready to be used; None where none ever were. One query."""
    latest = RulesInForce.objects.values_list("rules", flat=True).first()
    return None if latest is None else Matcher(engine.from_row(row) for row in latest)


def renew(matcher: Matcher | None, keys: Iterable[int], *, by: Viewer) -> int:
    """Select documents that an import wrote by the rules in force. Returns how many changed. Five queries a batch."""
    if matcher is None:
        return 0
    waiting, changed = iter(sorted(keys)), 0
    while part := list(islice(waiting, BATCH)):
        changed += _select(matcher, part, by)
    return changed


# people


@transaction.atomic
def decide_selection(document: Document, verdict: int, reason: str, *, by: Viewer) -> Document:
    """Put a document in the AI set, or take it out, whatever the rules say, and say why.

    Raises:
        NotAllowed: only the secretariat decides.
        BadRule: no reason is given, or the verdict is none.
    """
    _check(by)
    words = " ".join(reason.split())[:1_000]
    if not words:
        raise BadRule(reason=_("Say why: the reason is shown on the page of the document."))
    if verdict not in Selection.values:
        raise BadRule(reason=_("A document is an AI standard, adjacent, or not in the set."))
    document = records.lock(document)
    decision = _decision(document)
    if decision is None:
        decision = SelectionDecision(
            document=document,
            visibility=document.visibility,
            before={"selection": document.selection, "reasons": document.reasons},
        )
    decision.verdict, decision.reason = verdict, words
    records.put(decision, by=by, because="selection decided by a person")
    document.selection = verdict
    document.reasons = [[OUT if verdict == Selection.NONE else IN, words]]
    return records.put(document, by=by, because=f"selection decided by a person: {words}"[:500])


@transaction.atomic
def undo_decision(document: Document, *, by: Viewer) -> Document:
    """Let the rules in force decide again; where there are none, what held before the decision does.

    Raises:
        NothingInForce: no person decided on this document.
    """
    _check(by)
    document = records.lock(document)
    decision = _decision(document)
    if decision is None:
        raise NothingInForce
    records.withdraw(decision, by=by, because="decision taken back")
    before = decision.before
    document.selection, document.reasons = before.get("selection", 0), before.get("reasons", [])
    document = records.put(document, by=by, because="a person's decision taken back")
    renew(in_force(), [document.pk], by=by)
    document.refresh_from_db()
    return document


def _decision(document: Document) -> SelectionDecision | None:
    found: SelectionDecision | None = SelectionDecision.objects.filter(
        document=document, withdrawn_at__isnull=True
    ).first()
    return found


def decided(document: Document) -> bool:
    """Whether a person decided if a document is in the AI set."""
    return any(rule.startswith(PERSON) for rule, _why in document.reasons)


def as_plain(one: Difference) -> dict[str, Any]:
    """A difference as plain JSON."""
    return {
        "document": one.key,
        "identifier": one.identifier,
        "title": dict(one.title),
        "before": one.before,
        "after": one.after,
        "because": [f"{rule}: {words}" for rule, words in one.reasons],
        "was because": [f"{rule}: {words}" for rule, words in one.reasons_before],
        "url": one.get_absolute_url(),
    }
