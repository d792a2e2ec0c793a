"""Two small texts, and an engine that is quick and easy to foretell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from comity.engine import align as engine
from comity.engine.align import Alignment, ClauseSet, Evidence, Proposal
from comity.formats.instruments.model import SourceClause, SourceInstrument
from comity.standards.models import Edition
from comity.standards.services import save_instrument

LAW = (
    SourceClause("Ch.I", kind="chapter", heading="Duties"),
    SourceClause("Art.1", "Ch.I", "article", "Risk management", "Providers manage risk of each system."),
    SourceClause("Art.2", "Ch.I", "article", "Human oversight", "People can stop the system."),
    SourceClause("Art.2(1)", "Art.2", "paragraph", "", "People watch the system at work."),
    SourceClause("Art.2(1)(a)", "Art.2(1)", "point", "", "by a button"),
    SourceClause("Art.3", "Ch.I", "article", "Penalties", "Member States lay down fines."),
)
FRAMEWORK = (
    SourceClause("GOVERN 1", kind="group", heading="Govern", summary="Rules are there."),
    SourceClause("GOVERN 1.1", "GOVERN 1", "item", "", "", summary="Providers manage risk of AI."),
    SourceClause("GOVERN 1.2", "GOVERN 1", "item", "Oversight", "", summary="People oversee the system."),
)


def save(identifier: str, clauses: Sequence[SourceClause], language: str = "en", **facts: Any) -> Edition:
    found = SourceInstrument(
        facts.pop("title", ""), tuple(clauses), "comity-json", language=language, identifier=identifier, **facts
    )
    return save_instrument(found).expression.edition


@pytest.fixture
def law(db: None) -> Edition:
    return save("EXAMPLE 1", LAW, redistribute="yes", title="Regulation 1 (Example Act)")


@pytest.fixture
def framework(db: None) -> Edition:
    return save("EXAMPLE 2", FRAMEWORK, redistribute="yes", title="Framework for examples")


def by_words(
    source: ClauseSet, target: ClauseSet, *, embed: Any = None, known: Any = (), others: Any = None, top: int = 5,
    **_more: Any,
) -> Alignment:  # fmt: skip
    """Counterparts by shared words: their share is the confidence."""
    if embed is not None:
        embed([one.text or one.heading for one in (*source.units, *target.units)])
    proposals, none = [], {}
    for one in source.units:
        mine = set(f"{one.heading} {one.text}".casefold().split())
        found = []
        for other in target.units:
            shared = sorted(mine & set(f"{other.heading} {other.text}".casefold().split()))
            found.append((len(shared) / max(1, len(mine)), other.key, shared))
        found.sort(key=lambda each: (-each[0], each[1]))
        none[one.key] = 1 - found[0][0]
        proposals += [
            Proposal(one.key, key, rank, share, share, "intersects" if shared else "", share,
                     Evidence((("stems", share), ("dense", 0.0)), tuple((word, word) for word in shared)))
            for rank, (share, key, shared) in enumerate(found[:top], 1)
        ]  # fmt: skip
    return Alignment(tuple(proposals), none, tuple(one.key for one in reversed(source.units)))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Alignment]:
    """An engine that counts shared words, and no model of meaning."""
    from comity.records.search import vectors

    monkeypatch.setattr(engine, "align", by_words)
    monkeypatch.setattr(vectors, "embedder", lambda: None)
    return by_words
