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
from comity.standards.models.corrections import Correction, CorrectionContact, CorrectionTally
from comity.standards.models.editing import Editorial
from comity.standards.models.events import DocumentEvent
from comity.standards.models.following import Digest, Follow
from comity.standards.models.instruments import Clause, ClauseText, Expression, OutlineDraft
from comity.standards.models.selection import Rule, RulesInForce, SelectionDecision
from comity.standards.models.works import AdoptionKind, SameWork

__all__ = [
    "AdoptionKind",
    "Body",
    "Claim",
    "Classification",
    "Clause",
    "ClauseText",
    "ColumnMapping",
    "Committee",
    "Correction",
    "CorrectionContact",
    "CorrectionTally",
    "Digest",
    "Document",
    "DocumentEvent",
    "DocumentType",
    "Edition",
    "Editorial",
    "Expression",
    "Follow",
    "Identifier",
    "ImportRun",
    "OutlineDraft",
    "Relation",
    "RelationKind",
    "Rule",
    "RulesInForce",
    "SameWork",
    "Selection",
    "SelectionDecision",
    "Source",
    "Stage",
    "Work",
]
