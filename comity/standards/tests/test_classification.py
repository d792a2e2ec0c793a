"""What documents are about: suggested, decided, added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comity.records import log, schemes, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed
from comity.records.models import Change, Concept
from comity.records.viewer import ANYONE, NODE
from comity.standards import queries, services
from comity.standards.errors import DecidedAlready, NoSuchConcept
from comity.standards.models import Classification, Document
from comity.standards.queries import classification
from comity.standards.queries.classification import Queue
from comity.standards.services import classifying
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


def suggested(document: Document, concept: Concept, **facts: Any) -> Classification:
    said = {"confidence": 0.9, "engine": "topics/1", "evidence": []} | facts
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


# suggesting


def states(document: Document) -> dict[str, str]:
    shown = Classification.objects.filter(document=document, withdrawn_at=None).select_related("concept__scheme")
    return {f"{one.concept.scheme.code}:{one.concept.code}": one.state for one in shown}


def the(document: Document, name: str) -> Classification:
    scheme, code = name.split(":")
    return Classification.objects.get(document=document, concept__scheme__code=scheme, concept__code=code)


def test_suggestions_come_with_confidence_and_terms_and_once(risk, concepts) -> None:
    done = services.suggest_classes()
    assert (done.documents, done.changed, done.withdrawn) == (1, 0, 0)
    one = the(risk, "ai-topic:risk")
    assert one.state == "suggested"
    assert one.confidence > 0.5
    assert ["title", "risk management"] in one.evidence
    changes = Change.objects.count()

    again = services.suggest_classes()

    assert (again.new, again.changed, again.withdrawn) == (0, 0, 0)
    assert Change.objects.count() == changes
    assert not log.verify().faults


def test_documents_outside_the_set_are_classified_only_by_name(take, document, concepts) -> None:
    take(row("ISO 31000:2018", title={"en": "Risk management - Guidelines"}))
    one = document("ISO 31000")
    assert services.suggest_classes().documents == 0
    assert services.suggest_classes([one.rid]).new >= 1
    assert "ai-topic:risk" in states(one)


def test_keywords_and_ics_of_claims_are_told(take, document, concepts) -> None:
    take(row("ISO 24291:2025", title={"en": "Requirements"}, kw=["hospital", "dentistry"], ics=["11.060"], ai=ai()))
    subject = next(iter(classifying.subjects_of([document("ISO 24291").pk]).values()))
    assert subject.keywords == ["hospital", "dentistry"]
    assert subject.ics == ["11.060"]
    assert subject.body == "ISO"
    services.suggest_classes()
    assert "application-area:healthcare" in states(document("ISO 24291"))


def test_a_persons_decision_is_never_overwritten(take, risk, concepts) -> None:
    services.suggest_classes()
    services.reject_class(the(risk, "ai-topic:risk"), by=SECRETARY)
    added = services.add_class(risk, "sdg:16", by=SECRETARY)
    before = list(Classification.objects.exclude(state="suggested").order_by("pk").values())
    # Words that would be other evidence now.
    take(row("ISO/IEC 23894:2023", title={"en": "Risk assessment, hazards and risk factors of AI"}, ai=ai()))

    services.suggest_classes()

    assert list(Classification.objects.exclude(state="suggested").order_by("pk").values()) == before
    assert added.engine == ""
    assert added.confidence is None
    assert added.decided_by == SECRETARY.actor


def test_a_suggestion_that_is_not_made_any_more_is_withdrawn_and_comes_back(take, risk, document, concepts) -> None:
    services.suggest_classes()
    take(row("ISO/IEC 23894:2023", title={"en": "Artificial intelligence - Guidance on privacy"}, ai=ai()))
    assert services.suggest_classes().withdrawn == 1
    assert "ai-topic:risk" not in states(risk)
    assert "ai-topic:privacy" in states(risk)
    take(row("ISO/IEC 23894:2023", title={"en": "Artificial intelligence - Guidance on risk management"}, ai=ai()))
    services.suggest_classes()
    assert states(risk)["ai-topic:risk"] == "suggested"
    assert not log.verify().faults


def test_progress_is_told_and_the_task_says_what_came_of_it(risk, concepts) -> None:
    told: list[tuple[int, int]] = []
    services.suggest_classes(progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]
    task = services.start_suggesting(by=SECRETARY)
    assert services.start_suggesting(by=SECRETARY) == task
    assert tasks.run(tasks.claim("worker"))
    task.refresh_from_db()
    assert task.message.startswith("1 documents: 0 new")


# deciding


def test_who_may(risk, concepts) -> None:
    services.suggest_classes()
    one = the(risk, "ai-topic:risk")
    for verb in (
        lambda: services.suggest_classes(by=READER),
        lambda: services.start_suggesting(by=READER),
        lambda: services.confirm_class(one, by=READER),
        lambda: services.decide_classes([one.rid], "confirmed", by=READER),
        lambda: services.add_class(risk, "sdg:1", by=ANYONE),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_the_same_decision_twice_is_refused_and_another_counts(risk, concepts) -> None:
    services.suggest_classes()
    one = services.confirm_class(the(risk, "ai-topic:risk"), by=SECRETARY)
    with pytest.raises(DecidedAlready):
        services.confirm_class(one, by=SECRETARY)
    with pytest.raises(DecidedAlready):
        services.add_class(risk, "ai-topic:risk", by=SECRETARY)
    services.reject_class(one, by=SECRETARY)
    assert services.add_class(risk, "ai-topic:risk", by=SECRETARY).state == "confirmed"
    with pytest.raises(NoSuchConcept):
        services.add_class(risk, "ai-topic:nothing", by=SECRETARY)
    assert Change.objects.filter(kind="classification", record=one.rid).count() == 4  # with the suggestion


def test_many_are_decided_at_once_but_only_what_waits(risk, concepts) -> None:
    services.suggest_classes()
    first = services.reject_class(the(risk, "ai-topic:risk"), by=SECRETARY)
    rids = list(Classification.objects.values_list("rid", flat=True))
    changes = Change.objects.count()

    assert services.decide_classes(rids, "confirmed", by=SECRETARY) == len(rids) - 1

    assert Change.objects.count() == changes + (len(rids) > 1)
    assert the(risk, "ai-topic:risk").state == first.state == "rejected"
    assert not log.verify().faults


def test_agreement_counts_what_people_decided(risk, concepts) -> None:
    services.suggest_classes()
    services.confirm_class(the(risk, "ai-topic:risk"), by=SECRETARY)
    services.add_class(risk, "ai-topic:governance", by=SECRETARY)
    found = {row.code: row for row in classification.agreement(ANYONE)}
    assert (found["risk"].confirmed, found["risk"].rejected, found["risk"].percent) == (1, 0, 100)
    assert (found["governance"].added, found["governance"].percent) == (1, None)


# lists and pages of queries


def test_a_list_is_narrowed_to_a_concept_and_a_rejected_one_does_not_count(take, risk, concepts) -> None:
    take(row("ISO/IEC 1:2023", title={"en": "Artificial intelligence - Privacy"}, ai=ai()))
    services.suggest_classes()
    about = queries.Filters(concept="ai-topic:risk")
    for viewer in (ANYONE, SECRETARY):
        assert [one.key for one in queries.listing(about, viewer).rows] == ["ISO/IEC 23894"]
        assert list(queries.matching(about, viewer).values_list("key", flat=True)) == ["ISO/IEC 23894"]
        asked = queries.Filters(query="intelligence", concept="ai-topic:risk")
        assert [one.key for one in queries.listing(asked, viewer).rows] == ["ISO/IEC 23894"]
        offered = queries.facets(queries.listing(about, viewer), viewer)["concept:ai-topic"]
        assert {one.value: (one.count, one.chosen) for one in offered} == {
            "ai-topic:risk": (1, True),
            "ai-topic:privacy": (1, False),
        }
    services.reject_class(the(risk, "ai-topic:risk"), by=SECRETARY)
    assert queries.listing(about, ANYONE).rows == []
    assert queries.listing(queries.Filters(concept="no:such"), ANYONE).rows == []


def test_the_queue_takes_as_many_queries_for_one_class_as_for_many(
    take, risk, concepts, django_assert_num_queries
) -> None:
    services.suggest_classes()
    with django_assert_num_queries(3):
        classification.waiting(Queue(), ANYONE)
    take(*(row(f"ISO {n}:2020", title={"en": "Privacy, risk, bias and robots"}, ai=ai()) for n in range(30)))
    services.suggest_classes()
    with django_assert_num_queries(3):
        found = classification.waiting(Queue(), ANYONE)
    assert found.more
    assert len(found.rows) == classification.PAGE
    narrowed = classification.waiting(Queue(scheme="ai-topic", concept="ai-topic:bias", least=0.5), ANYONE)
    assert narrowed.total == 30
    assert dict(narrowed.schemes)["ai-topic"] >= 90
    assert [row.one.confidence for row in found.rows] == sorted(
        (row.one.confidence for row in found.rows), reverse=True
    )


@given(
    st.dictionaries(
        st.sampled_from(["concept", "scheme", "state", "least", "page"]),
        st.text(max_size=20) | st.sampled_from(["ai-topic:risk", "sdg", "rejected", "0.9", ".5", "1", "0", "²"]),
    )
)
def test_any_address_of_the_queue_is_read(address: dict[str, str]) -> None:
    asked = Queue.read(address)
    assert asked.state in Classification.State.values
    assert 0 <= asked.least <= 1
    assert asked.page > 0
    assert asked.concept == "" or ":" in asked.concept
