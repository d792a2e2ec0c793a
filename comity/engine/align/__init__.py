"""Clause to clause: which provision of one instrument corresponds to which of another, with evidence."""

from comity.engine.align.model import (
    DECIDED,
    PROPOSED,
    PUBLISHED,
    RELATIONS,
    Alignment,
    ClauseSet,
    Embed,
    Evidence,
    Known,
    Proposal,
    Step,
    Unit,
)
from comity.engine.align.ranking import VERSION, align

__all__ = [
    "DECIDED",
    "PROPOSED",
    "PUBLISHED",
    "RELATIONS",
    "VERSION",
    "Alignment",
    "ClauseSet",
    "Embed",
    "Evidence",
    "Known",
    "Proposal",
    "Step",
    "Unit",
    "align",
]
