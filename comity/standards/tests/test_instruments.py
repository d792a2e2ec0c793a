"""Clauses of instruments: saved, saved again, in several languages and editions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import ProtectedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.formats.instruments.model import SourceClause, SourceInstrument
from comity.records import log
from comity.records.errors import NotAllowed, NotFound
from comity.records.models import Change, Text
from comity.records.viewer import ANYONE, NODE
from comity.standards import queries, services, slots
from comity.standards.errors import NotAnEdition, StillUsed, Unnamed
from comity.standards.models import Clause, ClauseText, Document, Edition, Expression
from comity.standards.queries import changes, instruments
from comity.standards.services import Target
from tests.support import READER, row

pytestmark = [pytest.mark.django_db, pytest.mark.data]

RISK = "Providers of high-risk AI systems establish a risk management system and keep it up to date."
DATA = "Training, validation and testing data sets are relevant, representative and examined for biases."
LOGS = "Systems record events automatically so that their functioning can be traced by deployers."

CLAUSES = (
    SourceClause("Ch.I", kind="chapter", heading="General"),
    SourceClause("Art.1", "Ch.I", "article", "Risk management"),
    SourceClause("Art.1(1)", "Art.1", "paragraph", "", RISK),
    SourceClause("Art.2", "Ch.I", "article", "Data"),
    SourceClause("Art.2(1)", "Art.2", "paragraph", "", DATA),
)


def act(*clauses: SourceClause, **facts: Any) -> SourceInstrument:
    about = {
        "title": "Regulation (EU) 2024/1234 (Example Act)",
        "form": "comity-json",
        "language": "en",
        "identifier": "Regulation (EU) 2024/1234",
        "date": "2024-06-13",
        "redistribute": "yes",
        "nature": "official",
    }
    return SourceInstrument(clauses=clauses or CLAUSES, **(about | facts))


def shown(document: Document, **options: Any) -> dict[str, list[str]]:
    """Text (or summary) of each clause in the languages that are read, by ref."""
    found = instruments.instrument(document, ANYONE, **options)
    assert found is not None
    return {
        place.ref: [
            (said.text or said.heading or said.summary) if said else ""
            for said in (found.texts.get(place.pk, {}).get(one.pk) for one in found.read)
        ]
        for place in found.clauses
    }


def only_document() -> Document:
    return Document.objects.get()


def test_a_text_makes_the_document_the_catalogue_lacks() -> None:
    saved = services.save_instrument(act())
    document = only_document()
    assert (document.key, document.body.code, str(document.title)) == (
        "Regulation (EU) 2024/1234",
        "EU",
        "Regulation (EU) 2024/1234 (Example Act)",
    )
    assert (saved.new, saved.changed, saved.gone) == (5, 0, [])
    assert list(shown(document)) == ["Ch.I", "Art.1", "Art.1(1)", "Art.2", "Art.2(1)"]
    read = instruments.instrument(document, ANYONE)
    assert read is not None
    assert instruments.citation(read, "Art.1(1)") == "Example Act, Art. 1(1)"


def test_a_text_joins_the_edition_the_catalogue_has(take) -> None:
    take(row("ISO/IEC 42001:2023"), row("ISO/IEC 42001:2027", stage="40.20"))
    saved = services.save_instrument(act(identifier="ISO/IEC 42001:2023"))
    assert saved.expression.edition.key == "ISO/IEC 42001:2023"
    undated = services.save_instrument(act(identifier="ISO/IEC 42001", language="fr"))
    assert undated.expression.edition.key == only_document().current


def test_the_title_is_in_every_language_a_text_of_any_edition_has_one_in() -> None:
    services.save_instrument(act())
    services.save_instrument(
        act(title="Verordening (EU) 2024/1234", language="nl", version="2026", date="2026-08-02")
    )
    title = only_document().title
    assert Edition.objects.get(date="2026-08-02").key == only_document().current
    assert title.pick("nl") == ("nl", "Verordening (EU) 2024/1234")
    assert title.pick("en") == title.pick("fr") == ("en", "Regulation (EU) 2024/1234 (Example Act)")
    services.save_instrument(act(title="Règlement (UE) 2024/1234", language="fr", version="2026", date=""))
    assert only_document().title.pick("fr") == ("fr", "Règlement (UE) 2024/1234")
    newest = Edition.objects.get(key=only_document().current)
    assert (newest.date, newest.languages) == ("2026-08-02", ["nl", "fr"])
    assert Edition.objects.count() == 2
    assert log.verify().holds


def test_a_title_without_a_language_is_not_mixed_with_those_of_other_editions(take, document) -> None:
    take(row("ISO/IEC 42001:2023"), row("ISO/IEC 42001:2027", title={"und": "New title"}))
    assert document("ISO/IEC 42001").title == {"und": "New title"}


def test_saving_the_same_again_changes_nothing() -> None:
    services.save_instrument(act())
    before = log.head().sequence
    again = services.save_instrument(act())
    assert (again.new, again.changed, again.unchanged) == (0, 0, 5)
    assert log.head().sequence == before


def test_a_changed_file_changes_what_differs_and_withdraws_what_is_gone() -> None:
    services.save_instrument(act())
    kept = Clause.objects.get(ref="Art.1(1)").rid
    changed = [replace(CLAUSES[2], text=f"{RISK} Yearly."), *CLAUSES[3:]]
    saved = services.save_instrument(act(*CLAUSES[:2], *changed[:2], SourceClause("Art.3", "Ch.I", text=LOGS)))
    assert (saved.new, saved.gone) == (1, ["Art.2(1)"])
    assert list(shown(only_document())) == ["Ch.I", "Art.1", "Art.1(1)", "Art.2", "Art.3"]
    assert Clause.objects.get(ref="Art.1(1)").rid == kept
    gone = Clause.objects.get(ref="Art.2(1)")
    assert gone.withdrawn_at is not None
    back = services.save_instrument(act())
    assert Clause.objects.get(ref="Art.2(1)").rid == gone.rid
    assert Clause.objects.get(ref="Art.2(1)").withdrawn_at is None
    assert back.gone == ["Art.3"]


def test_the_same_ref_in_another_language_is_the_same_clause() -> None:
    services.save_instrument(act())
    bare = (replace(CLAUSES[1], parent=None, heading="Risicobeheer"), replace(CLAUSES[2], text="Aanbieders."))
    services.save_instrument(act(*bare, language="nl"))
    assert Clause.objects.count() == 5
    both = shown(only_document(), languages=["en", "nl"])
    assert both["Art.1(1)"] == [RISK, "Aanbieders."]
    assert both["Art.2(1)"] == [DATA, ""]
    expressions, rows = changes.lacking(Edition.objects.get(), ANYONE)
    assert [one.language for one in expressions] == ["en", "nl"]
    assert {one.place.ref: one.lacking for one in rows} == {"Ch.I": ["nl"], "Art.2": ["nl"], "Art.2(1)": ["nl"]}


def test_the_language_that_was_not_changed_is_marked_older() -> None:
    services.save_instrument(act())
    services.save_instrument(act(*(replace(one, text="nl") for one in CLAUSES), language="nl"))
    services.save_instrument(act(*CLAUSES[:2], replace(CLAUSES[2], text="new"), *CLAUSES[3:]))
    revised = ClauseText.objects.filter(revised_at__isnull=False)
    assert [(one.clause.ref, one.expression.language) for one in revised] == [("Art.1(1)", "en")]


def test_a_text_that_may_not_be_shown_is_found_but_not_seen() -> None:
    services.save_instrument(act(redistribute="check"))
    document = only_document()
    found = instruments.instrument(document, ANYONE)
    assert found is not None
    said = [one for texts in found.texts.values() for one in texts.values()]
    assert all(not one.text and not one.guidance for one in said)
    assert any(one.hidden for one in said)
    assert shown(document)["Art.1"] == ["Risk management"]
    (hit, *_rest) = instruments.search("representative data sets examined for biases", ANYONE)
    assert hit.clause.ref == "Art.2(1)"
    assert DATA[:20] not in hit.excerpt
    source = instruments.taken(document, ANYONE)
    assert source is not None
    assert not any(clause.text for clause in source.clauses)


def test_a_person_may_say_that_a_text_may_be_shown() -> None:
    services.save_instrument(act(redistribute="check"), Target(may_show=True, licence="CC BY 4.0"))
    expression = Expression.objects.get()
    assert (expression.may_show, expression.licence) == (True, "CC BY 4.0")


def test_our_summary_stays_beside_the_text() -> None:
    short = [replace(one, text="", summary=f"In short: {one.ref}") for one in CLAUSES]
    services.save_instrument(act(*short, nature="summary"))
    services.save_instrument(act())
    texts = {one.clause.ref: one for one in ClauseText.objects.select_related("clause")}
    assert texts["Art.1(1)"].text == RISK
    assert texts["Art.1(1)"].summary == "In short: Art.1(1)"
    again = services.save_instrument(act(*short, nature="summary"))
    assert (again.changed, again.unchanged) == (0, 5)
    assert Expression.objects.get().nature == "official"


def test_a_provision_keeps_its_identity_where_its_number_changes() -> None:
    services.save_instrument(act())
    moved = (
        CLAUSES[0],
        SourceClause("Art.1", "Ch.I", "article", "Records"),
        SourceClause("Art.1(1)", "Art.1", "paragraph", "", LOGS),
        SourceClause("Art.2", "Ch.I", "article", "Risk management"),
        SourceClause("Art.2(1)", "Art.2", "paragraph", "", RISK),
    )
    services.save_instrument(act(*moved, version="2025-01-01", date="2025-01-01"))
    old, new = Edition.objects.order_by("date")
    lineage = {(one.edition_id, one.ref): one.lineage for one in Clause.objects.all()}
    assert lineage[old.pk, "Art.1(1)"] == lineage[new.pk, "Art.2(1)"]
    assert lineage[new.pk, "Art.1(1)"] not in {lineage[old.pk, ref] for ref in ("Art.1(1)", "Art.2(1)")}
    found = changes.compared(only_document(), ANYONE)
    assert found is not None
    told = {(row.kind, *[p.ref for p, _s in row.old], "->", *[p.ref for p, _s in row.new]) for row in found.rows}
    assert ("moved", "Art.1", "->", "Art.2") in told
    assert ("new", "->", "Art.1(1)") in told
    assert ("gone", "Art.2(1)", "->") in told


def test_the_edition_of_a_day_is_the_latest_then() -> None:
    services.save_instrument(act())
    services.save_instrument(act(version="2025-01-01", date="2025-01-01"))
    document = only_document()
    assert len(instruments.editions_with_clauses(document, ANYONE)) == 2
    for day, label in (("2024-12-31", ""), ("2025-01-01", "2025-01-01"), ("2030", "2025-01-01")):
        found = instruments.instrument(document, ANYONE, as_of=day)
        assert found is not None
        assert found.edition.label == label
    assert instruments.instrument(document, ANYONE, as_of="2024-01-01") is None


def test_clauses_are_found_in_any_language_and_inside_one_text() -> None:
    services.save_instrument(act())
    services.save_instrument(act(SourceClause("第一条", text="提供者应当建立风险管理体系。"), language="zh"))
    assert instruments.search("风险管理", ANYONE, languages=["zh"])[0].clause.ref == "第一条"
    inside = instruments.search("risk management", ANYONE, edition=Edition.objects.get())
    assert inside[0].clause.ref in ("Art.1", "Art.1(1)")


@pytest.mark.parametrize("query", ["Art. 1(1)", "article 1(1)", "Art.1(1)"])
def test_a_clause_is_found_by_its_number(query: str) -> None:
    services.save_instrument(act())
    assert instruments.search(query, ANYONE)[0].clause.ref == "Art.1(1)"


def test_nothing_is_found_where_nothing_is_meant() -> None:
    services.save_instrument(act())
    assert instruments.search("zzqqxx blorp", ANYONE) == []


def test_a_language_the_model_does_not_know_is_found_by_its_words() -> None:
    saved = services.save_instrument(
        act(SourceClause("1", text="Tätä asetusta sovelletaan tekoälyjärjestelmiin."), language="fi")
    )
    assert instruments.search("tekoälyjärjestelmiin", ANYONE)[0].clause.ref == "1"
    assert "fi" in saved.warnings[0]
    assert not Text.objects.filter(text__contains="tekoäly").exists()  # nothing to compare by meaning


def test_taking_a_language_away_keeps_what_others_have() -> None:
    services.save_instrument(act())
    dutch = services.save_instrument(act(CLAUSES[0], SourceClause("Art.9", "Ch.I", text="nl"), language="nl"))
    assert services.remove_expression(dutch.expression, by=NODE) == 1
    assert list(shown(only_document())) == ["Ch.I", "Art.1", "Art.1(1)", "Art.2", "Art.2(1)"]
    with pytest.raises(ProtectedError):
        Edition.objects.get().delete()
    back = services.save_instrument(act(CLAUSES[0], SourceClause("Art.9", "Ch.I", text="nl"), language="nl"))
    assert back.expression.withdrawn_at is None
    assert "Art.9" in shown(only_document())


def test_a_text_that_others_point_at_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = services.save_instrument(act())
    pointed = Clause.objects.get(ref="Art.2(1)")
    line = slots.Beside("Bridges", 1, "/")
    monkeypatch.setattr(slots, "_slots", [lambda clauses, viewer: {pointed.rid: [line]}])
    with pytest.raises(StillUsed, match=r"Art\.2\(1\)"):
        services.remove_expression(saved.expression, by=NODE)
    assert len(shown(only_document())) == 5
    monkeypatch.setattr(slots, "_slots", [])
    assert services.remove_expression(saved.expression, by=NODE) == 5
    with pytest.raises(NotFound):
        services.remove_expression(saved.expression, by=NODE)


def test_only_the_secretariat_removes() -> None:
    saved = services.save_instrument(act())
    with pytest.raises(NotAllowed):
        services.remove_expression(saved.expression, by=READER)


def test_one_provision_is_one_result_of_a_search_with_its_languages_beside() -> None:
    services.save_instrument(act())
    services.save_instrument(
        act(*(replace(one, text=one.text and f"nl {one.text}") for one in CLAUSES), language="nl")
    )
    services.save_instrument(act(version="2026", date="2026-08-02", language="nl"))
    found = instruments.search("representative data sets examined for biases", ANYONE, languages=["en"])
    hits = [one for one in found if one.clause.ref == "Art.2(1)"]
    assert [(one.language, [tag for tag, _clause in one.beside]) for one in hits] == [("en", ["nl"])]


def test_a_heading_over_what_was_found_is_no_result_of_its_own() -> None:
    logs = SourceClause("Art.3", "Ch.II", "article", "Records of events", LOGS)
    services.save_instrument(act(*CLAUSES, SourceClause("Ch.II", kind="chapter", heading="Records of events"), logs))
    assert [one.clause.ref for one in instruments.search("records of events", ANYONE)] == ["Art.3"]


def test_only_the_secretariat_imports() -> None:
    with pytest.raises(NotAllowed):
        services.save_instrument(act(), by=READER)
    assert not Clause.objects.exists()


@pytest.mark.parametrize("lacks", [{"identifier": ""}, {"language": ""}])
def test_what_nobody_says_is_asked_for(lacks: dict[str, str]) -> None:
    with pytest.raises(Unnamed):
        services.save_instrument(act(**lacks))
    assert not Document.objects.exists()


def test_a_document_without_a_current_edition_is_asked_about(take) -> None:
    take(row("ISO/IEC 42001:2023"))
    Document.objects.update(current="")
    with pytest.raises(NotAnEdition):
        services.save_instrument(act(identifier="ISO/IEC 42001"))


def test_what_was_read_is_proved_by_the_log() -> None:
    services.save_instrument(act())
    services.save_instrument(act(*CLAUSES[:3]))
    assert {"clause", "expression"} <= set(Change.objects.values_list("kind", flat=True))
    assert not log.verify().faults


def test_reading_takes_the_same_queries_whatever_the_size(django_assert_num_queries) -> None:
    many = [SourceClause(f"{n}", text=f"Provision {n} of the text.") for n in range(1, 400)]
    services.save_instrument(act(*many))
    document = queries.document(only_document().slug, ANYONE)
    assert document is not None
    with django_assert_num_queries(4):
        found = instruments.instrument(document, ANYONE, part=2)
    assert found is not None
    assert len(found.parts) > 3
    assert found.clauses[0].ref == "241"


REFS = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=8, unique=True)


@given(first=REFS, second=REFS, third=REFS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_shown_is_what_was_saved_last(db, first: list[str], second: list[str], third: list[str]) -> None:
    from django.db import transaction

    with transaction.atomic():
        for refs, language in ((first, "en"), (second, "fr"), (third, "en")):
            services.save_instrument(
                act(*(SourceClause(ref, text=f"{language} {ref}") for ref in refs), language=language)
            )
        for refs, language in ((second, "fr"), (third, "en")):
            source = instruments.taken(only_document(), ANYONE, languages=[language])
            assert source is not None
            assert {one.ref: one.text for one in source.clauses} == {ref: f"{language} {ref}" for ref in refs}
        transaction.set_rollback(True)
