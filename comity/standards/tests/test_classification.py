"""What documents are about: suggested, decided, added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from comity.records import log, schemes
from comity.records import services as records
from comity.records.errors import NotAllowed
from comity.records.models import Concept
from comity.records.viewer import ANYONE, NODE
from comity.standards.models import Classification, Document
from tests.support import READER, SECRETARY, ai, row

pytestmark = [pytest.mark.data, pytest.mark.django_db]


@pytest.fixture
def concepts(db) -> Callable[[str], Concept]:
    schemes.load()

    def named(name: str) -> Concept:
        scheme, code = name.split(":")
        return Concept.objects.get(scheme__code=scheme, code=code)

    return named


@pytest.fixture
def risk(take, document) -> Document:
    take(row("ISO/IEC 23894:2023", title={"en": "Artificial intelligence - Guidance on risk management"}, ai=ai()))
    return document("ISO/IEC 23894")


def suggested(document: Document, concept: Concept, **given: Any) -> Classification:
    said = {"confidence": 0.9, "engine": "topics/1", "evidence": []} | given
    return Classification(document=document, concept=concept, **said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence": 1.5},
        {"confidence": None},
        {"engine": ""},
        {"engine": "", "confidence": None},
        {"decided_at": timezone.now()},
        {"state": "confirmed"},
    ],
)
def test_the_database_refuses_what_must_never_be(risk, concepts, wrong) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        suggested(risk, concepts("ai-topic:risk"), **wrong).save()


def test_a_document_has_a_concept_once(risk, concepts) -> None:
    records.put(suggested(risk, concepts("ai-topic:risk")), by=NODE)
    with pytest.raises(IntegrityError), transaction.atomic():
        records.put(suggested(risk, concepts("ai-topic:risk")), by=NODE)


def test_only_the_secretariat_writes_classes(risk, concepts) -> None:
    one = suggested(risk, concepts("ai-topic:risk"))
    for viewer in (ANYONE, READER):
        with pytest.raises(NotAllowed):
            records.put(one, by=viewer)
    records.put(one, by=SECRETARY)
    assert not log.verify().faults


def test_a_class_is_no_more_visible_than_its_document(risk, concepts) -> None:
    records.put(suggested(risk, concepts("ai-topic:risk")), by=NODE)
    assert Classification.objects.visible_to(ANYONE).count() == 1
    risk.visibility = "private"
    records.put(risk, by=NODE)
    assert not Classification.objects.visible_to(ANYONE).exists()
    assert Classification.objects.visible_to(NODE).exists()
