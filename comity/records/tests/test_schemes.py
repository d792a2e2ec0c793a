"""Concepts every node has."""

from __future__ import annotations

import pytest

from comity.records import schemes
from comity.records.models import Concept


@pytest.mark.data
@pytest.mark.django_db
def test_concepts_are_there_in_six_languages_and_loading_again_changes_nothing() -> None:
    count = schemes.load()
    assert schemes.load() == count == Concept.objects.count()
    goals = Concept.objects.filter(scheme__code="sdg")
    assert goals.count() == 17
    assert all(set(one.label) == set(schemes.LANGUAGES) and all(one.label.values()) for one in Concept.objects.all())
    assert str(goals.get(code="13").label) == "Climate action"
