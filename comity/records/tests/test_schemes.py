"""Concepts every node has."""

from __future__ import annotations

from collections import Counter

import pytest

from comity.records import schemes
from comity.records.models import Concept, Scheme


@pytest.mark.data
@pytest.mark.django_db
def test_concepts_are_there_in_six_languages_and_loading_again_changes_nothing() -> None:
    count = schemes.load()
    assert schemes.load() == count == Concept.objects.count()
    goals = Concept.objects.filter(scheme__code="sdg")
    assert goals.count() == 17
    assert all(set(one.label) == set(schemes.LANGUAGES) and all(one.label.values()) for one in Concept.objects.all())
    counts = Counter(Concept.objects.values_list("scheme__code", flat=True))
    assert counts == {
        "ai-topic": 16,
        "ai-lifecycle": 8,
        "sector": 21,
        "human-activity": 16,
        "application-area": 24,
        "sdg": 17,
    }
    assert all(set(one.title) == set(schemes.LANGUAGES) for one in Scheme.objects.all())
    assert str(goals.get(code="13").label) == "Climate action"
