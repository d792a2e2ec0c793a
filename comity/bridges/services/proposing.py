"""Bridges: the engine proposes, with where its proposals come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comity.bridges import policies
from comity.bridges.errors import NothingToAlign, SameInstrument
from comity.bridges.models import Bridge, BridgeClause, Crosswalk, CrosswalkPair, Proposal, Relation
from comity.bridges.services.instruments import clause_set, shared_language
from comity.bridges.vectors import Kept
from comity.engine import align as engine
from comity.engine.align import PUBLISHED, Alignment, ClauseSet, Known, Step
from comity.records import log, rows, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed
from comity.records.models import Task
from comity.records.search import vectors
from comity.records.viewer import NODE, Viewer
from comity.standards.models import Clause, Edition

Progress = Callable[[int, int], None]
TOP, MOST = 5, 20
LIKELY = 0.5  # confidence from which a proposal is likelier right than wrong
POSSIBLE = 0.25  # and from which it is worth a look


def propose(
    source: Edition, target: Edition, *, top: int = TOP, by: Viewer = NODE, progress: Progress | None = None
) -> Bridge:
    """Have the engine propose counterparts in `target` for the clauses of `source`, and keep them as a bridge.

    What was proposed before is replaced. The computing holds no lock; writing is one transaction with one entry of
    the log, which names engine, model and what was known.

    Raises:
        NotAllowed: the viewer has no proposals made.
        SameInstrument: both are one text.
        NothingToAlign: one of them has no clause with words.
    """
    _check(source, target, by)
    top = max(1, min(top, MOST))
    language = shared_language(source, target, NODE)
    sets = {one.pk: clause_set(one, language, viewer=NODE) for one in (source, target)}
    here, there = sets[source.pk], sets[target.pk]
    for edition, units in ((source, here), (target, there)):
        if not units.units:
            raise NothingToAlign(instrument=edition.identifier)
    known, editions = _knowns(source, target, NODE)
    others = {one.key: clause_set(one, language, viewer=NODE) for one in editions if one.pk not in sets}
    steps = 1 + len(here.units) + len(there.units)
    tell = progress or (lambda _done, _total: None)
    tell(0, steps)
    model = vectors.embedder()
    before = [0]

    def embedded(count: int) -> None:
        before[0] = before[0] or count
        tell(min(steps - 1, count - before[0]), steps)

    found = engine.align(
        here,
        there,
        embed=Kept(model, embedded) if model else None,
        known=known,
        others=others,
        top=top,
        model_languages=model.languages if model else frozenset(),
    )
    bridge = _Writing(source, target, found, [*others.values(), here, there], known, by).write(
        top, model.model if model else "", [here.language, there.language]
    )
    tell(steps, steps)
    return bridge


def _check(source: Edition, target: Edition, by: Viewer) -> None:
    if not policies.may_propose(by):
        raise NotAllowed
    if source.pk == target.pk:
        raise SameInstrument


@transaction.atomic
def start_proposing(source: Edition, target: Edition, *, top: int = TOP, by: Viewer) -> Task:
    """Queue the proposing; who waits for the same already waits for that.

    Raises:
        NotAllowed, SameInstrument: as `propose`.
    """
    _check(source, target, by)
    return tasks.enqueue(
        "bridges.propose",
        once=True,
        source=str(source.rid),
        target=str(target.rid),
        top=max(1, min(top, MOST)),
        actor=str(by.actor or ""),
    )


def knowns(source: Edition, target: Edition, viewer: Viewer) -> list[Known]:
    """What is known already and may help: published pairs of either text, and between texts they are mapped to."""
    return _knowns(source, target, viewer)[0]


def _knowns(source: Edition, target: Edition, viewer: Viewer) -> tuple[list[Known], list[Edition]]:
    """What is known, and the editions it is known of. Three queries.

    A crosswalk of another edition of one of the two counts for it: provisions keep their lineage.
    """
    ends = {source.document_id, target.document_id}
    seen = Crosswalk.objects.visible_to(viewer).select_related("source", "target")
    touching = list(seen.filter(Q(source__document__in=ends) | Q(target__document__in=ends)))
    near = {one for walk in touching for one in (walk.source.document_id, walk.target.document_id)}
    between = seen.filter(source__document__in=near - ends, target__document__in=near - ends)
    walks = sorted([*touching, *between], key=lambda one: (one.source.key, one.target.key, one.publisher, one.pk))
    pairs = _pairs(walks)
    names = {one.document_id: one.key for one in (source, target)}
    known = []
    editions: dict[int, Edition] = {}
    for walk in walks:
        editions |= {one.pk: one for one in (walk.source, walk.target) if one.document_id not in ends}
        kept, denied = pairs.get(walk.pk, ([], []))
        known.append(
            Known(
                source=names.get(walk.source.document_id, walk.source.key),
                target=names.get(walk.target.document_id, walk.target.key),
                pairs=tuple(kept),
                standing=PUBLISHED,
                publisher=walk.publisher or walk.title,
                rejected=tuple(denied),
            )
        )
    return [one for one in known if one.source != one.target], list(editions.values())


Keys = list[tuple[str, str]]


def _pairs(walks: Iterable[Crosswalk]) -> dict[int, tuple[Keys, Keys]]:
    """Pairs of lineages by crosswalk: those that correspond, and those that it says do not. One query."""
    found: dict[int, tuple[Keys, Keys]] = {}
    stated = CrosswalkPair.objects.filter(crosswalk__in=[one.pk for one in walks]).order_by("pk")
    for walk, source, target, relation in stated.values_list(
        "crosswalk_id", "source__lineage", "target__lineage", "relation"
    ):
        kept = found.setdefault(walk, ([], []))
        kept[relation == Relation.NONE].append((str(source), str(target)))
    return found


class _Writing:
    """A bridge being written."""

    def __init__(
        self,
        source: Edition,
        target: Edition,
        found: Alignment,
        sets: Sequence[ClauseSet],
        known: Sequence[Known],
        by: Viewer,
    ) -> None:
        self.source, self.target, self.found, self.known, self.by = source, target, found, known, by
        self.names = {one.name for one in sets}

    @transaction.atomic
    def write(self, top: int, model: str, languages: list[str]) -> Bridge:
        log.hold()
        self.clauses = {side.pk: self._clauses(side) for side in (self.source, self.target)}
        self.refs = self._refs()
        bridge = self._bridge()
        proposals = self._proposals()
        bridge.engine, bridge.model, bridge.proposed_at = engine.VERSION, model, timezone.now()
        bridge.top, bridge.languages = top, languages
        bridge.knew = [
            {"publisher": one.publisher, "source": one.source, "target": one.target, "pairs": len(one.pairs)}
            for one in self.known
        ]
        bridge.warnings = [[code, dict(details)] for code, details in self.found.warnings]
        best: dict[int, float] = {}
        for one in proposals:
            best[one[0]] = max(best.get(one[0], 0.0), one[4])
        here = self.clauses[self.source.pk]
        order = [here[key].pk for key in self.found.order if key in here]
        none = {here[key].pk: value for key, value in self.found.none.items() if key in here}
        listed = sorted(none.keys() | best.keys(), key=lambda pk: self._place(pk))
        bridge.clauses, bridge.proposed = len(listed), len(proposals)
        bridge.confident = sum(value >= LIKELY for value in best.values())
        bridge.lacking = sum(none.get(pk, 0) >= LIKELY > best.get(pk, 0) for pk in listed)
        bridge.digest = sha256(json.dumps(self._stated(proposals), ensure_ascii=False).encode()).hexdigest()
        bridge.withdrawn_at = None
        records.put(bridge, by=self.by, because=self._because(bridge))
        self._rows(bridge, listed, order, none, best, proposals)
        return bridge

    def _because(self, bridge: Bridge) -> str:
        by = bridge.model or "no model of meaning"
        return f"proposed by {bridge.engine} with {by}, knowing {len(self.known)} published crosswalks"

    def _clauses(self, edition: Edition) -> dict[str, Clause]:
        """Clauses by lineage."""
        found = Clause.objects.filter(edition=edition, withdrawn_at__isnull=True).order_by("-order")
        return {str(one.lineage): one for one in found}

    def _place(self, pk: int) -> int:
        return self._order[pk]

    def _refs(self) -> dict[tuple[str, str], str]:
        """Refs by the name of the edition and the lineage, for what evidence names."""
        self._order = {one.pk: one.order for one in self.clauses[self.source.pk].values()}
        keys = {one.key: one.pk for one in (self.source, self.target)}
        found = {(name, lineage): one.ref for name, pk in keys.items() for lineage, one in self.clauses[pk].items()}
        others = Clause.objects.filter(edition__key__in=self.names - keys.keys())
        found |= {
            (name, str(lineage)): ref for name, lineage, ref in others.values_list("edition__key", "lineage", "ref")
        }
        return found

    def _bridge(self) -> Bridge:
        known = Bridge.objects.filter(source=self.source, target=self.target).first()
        one = known or Bridge(source=self.source, target=self.target, slug=self._slug())
        one.source, one.target = self.source, self.target  # the payload names them
        one.title = f"{self.source.identifier} → {self.target.identifier}"
        return one

    def _slug(self) -> str:
        """Of the two documents; with the editions where another bridge between the documents has that."""
        plain = f"{self.source.document.slug[:120]}--{self.target.document.slug[:120]}"
        dated = f"{plain[:230]}-{str(self.source.rid)[:8]}-{str(self.target.rid)[:8]}"
        return dated if Bridge.objects.filter(slug=plain).exists() else plain

    def _proposals(self) -> list[tuple[Any, ...]]:
        """Rows in the order of `Proposal`'s columns after the bridge."""
        here, there = self.clauses[self.source.pk], self.clauses[self.target.pk]
        return [
            (
                here[one.source].pk,
                there[one.target].pk,
                one.rank,
                round(one.score, 6),
                round(min(1.0, max(0.0, one.confidence)), 6),
                one.relation,
                round(one.relation_confidence, 6),
                self._evidence(one.evidence),
            )
            for one in self.found.proposals
            if one.source in here and one.target in there
        ]

    def _evidence(self, why: engine.Evidence) -> dict[str, Any]:
        """As JSON: what has to be said of it later, with refs instead of lineages."""
        return {
            "signals": [[name, round(value, 6)] for name, value in why.signals],
            "terms": [list(pair) for pair in why.terms],
            "path": [self._step(one) for one in why.path],
            "weakest": why.weakest,
            "resembles": self._step(why.resembles) if why.resembles else None,
        }

    def _step(self, one: Step) -> dict[str, Any]:
        return {
            "publisher": one.publisher,
            "standing": one.standing,
            "source": one.source,
            "source_ref": self.refs.get((one.source, one.source_key), ""),
            "target": one.target,
            "target_ref": self.refs.get((one.target, one.target_key), ""),
            "likeness": round(one.likeness, 6),
        }

    def _stated(self, proposals: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What the digest is over: the same on every node, so refs and no keys."""
        refs = {one.pk: one.ref for side in self.clauses.values() for one in side.values()}
        return [[refs[one[0]], refs[one[1]], *one[2:]] for one in proposals]

    def _rows(
        self,
        bridge: Bridge,
        listed: Sequence[int],
        order: Sequence[int],
        none: Mapping[int, float],
        best: Mapping[int, float],
        proposals: Sequence[tuple[Any, ...]],
    ) -> None:
        Proposal.objects.filter(bridge=bridge).delete()
        BridgeClause.objects.filter(bridge=bridge).delete()
        teaching = {pk: place for place, pk in enumerate(order, 1)}
        rows.insert(
            BridgeClause,
            ["bridge", "clause", "order", "teaching", "none", "best"],
            [
                (
                    bridge.pk,
                    pk,
                    self._place(pk),
                    teaching.get(pk, len(order) + 1),
                    round(min(1.0, max(0.0, none.get(pk, 0.0))), 6),
                    best.get(pk, 0.0),
                )
                for pk in listed
            ],
        )
        said = ["source", "target", "rank", "score", "confidence", "relation", "relation_confidence", "evidence"]
        rows.insert(Proposal, ["bridge", *said], [(bridge.pk, *one) for one in proposals])


@transaction.atomic
def remove_bridge(bridge: Bridge, *, by: Viewer) -> None:
    """Take a bridge away, with what was proposed. It can be proposed again.

    Raises:
        NotAllowed: the viewer has no proposals made.
    """
    if not policies.may_propose(by):
        raise NotAllowed
    bridge = records.lock(bridge)
    Proposal.objects.filter(bridge=bridge).delete()
    BridgeClause.objects.filter(bridge=bridge).delete()
    bridge.clauses = bridge.proposed = bridge.confident = bridge.lacking = 0
    records.withdraw(bridge, by=by, because="taken away by a person")
