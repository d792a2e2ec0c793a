"""What the room holds, one module a subject."""

from comity.standards.models.catalogue import (
    Body,
    Claim,
    ColumnMapping,
    Committee,
    Document,
    DocumentType,
    Edition,
    Identifier,
    ImportRun,
    Relation,
    RelationKind,
    Selection,
    Source,
    Stage,
    Work,
)
from comity.standards.models.classification import Classification
from comity.standards.models.instruments import Clause, ClauseText, Expression, OutlineDraft
from comity.standards.models.selection import Rule, RulesInForce, SelectionDecision

__all__ = [
    "Body",
    "Claim",
    "Classification",
    "Clause",
    "ClauseText",
    "ColumnMapping",
    "Committee",
    "Document",
    "DocumentType",
    "Edition",
    "Expression",
    "Identifier",
    "ImportRun",
    "OutlineDraft",
    "Relation",
    "RelationKind",
    "Rule",
    "RulesInForce",
    "Selection",
    "SelectionDecision",
    "Source",
    "Stage",
    "Work",
]
