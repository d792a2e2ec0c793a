"""The AI set: rules tried and applied, people's decisions, and imports that keep both."""

from __future__ import annotations

import pytest

from comity.engine.selection import AI, agreement
from comity.records import log
from comity.records.errors import NotAllowed
from comity.records.models import Change
from comity.records.viewer import ANYONE, NODE
from comity.standards import queries, services
from comity.standards.errors import BadRule, NothingInForce
from comity.standards.models import Document, Rule, RulesInForce, Selection, SelectionDecision
from comity.standards.queries import selection
from comity.standards.services import Draft
from comity.standards.services.registry import FACTS
from comity.standards.services.selecting import shipped_rules
from tests.support import READER, SECRETARY, ai, row

pytestmark = [pytest.mark.django_db, pytest.mark.data]

QUANTUM = Draft("title", "quantum", ["quantum*"])


@pytest.fixture
def few(take):
    """Two documents that a file put in the set, and two that nothing did."""
    take(
        row("ISO 1", title={"en": "Artificial intelligence – Terms"}, ai=ai("title:artificial-intelligence", "Art")),
        row("ISO 2", title={"en": "Ships"}, ai=ai("abstract:AI", "machine learning")),
        row("ISO 3", title={"en": "Quantum computing"}),
        row("ISO 4", title={"en": "Screws"}, kw=["Machine learning"]),
    )


def chosen() -> dict[str, int]:
    return {key: level for key, level in Document.objects.values_list("key", "selection") if level}


def because(key: str) -> list[str]:
    return [rule for rule, _words in Document.objects.get(key=key).reasons]


# trying


def test_a_trial_says_what_would_come_in_and_go_out_and_writes_nothing(few):
    before, head = chosen(), log.head()
    services.try_rules(by=SECRETARY)
    trial = services.try_rules(by=SECRETARY)

    assert [(one.key, one.after) for one in trial.added] == [("ISO 4", Selection.ADJACENT)]
    assert [one.key for one in trial.removed] == ["ISO 2"]
    assert [one.reasons for one in trial.added] == [[["keyword:AI", "Machine learning"]]]
    assert (trial.looked_at, trial.total, trial.caught["keyword:AI"]) == (4, 1, 1)
    assert (chosen(), log.head(), Rule.objects.count()) == (before, head, 0)


def test_a_trial_has_a_fixed_number_of_queries(few, take, django_assert_num_queries):
    with django_assert_num_queries(5):
        services.try_rules(by=SECRETARY)
    take(*(row(f"ISO {n}", title={"en": "AI"}, kw=["AI"]) for n in range(10, 60)))
    with django_assert_num_queries(5):
        services.try_rules(by=SECRETARY)


@pytest.mark.parametrize("viewer", [ANYONE, READER])
def test_only_the_secretariat_tries_applies_edits_and_decides(few, viewer):
    document = Document.objects.get(key="ISO 3")
    for verb in (
        lambda: services.try_rules(by=viewer),
        lambda: services.apply_rules(by=viewer),
        lambda: services.start_applying(by=viewer),
        lambda: services.save_rule(QUANTUM, by=viewer),
        lambda: services.remove_rule(services.rules(NODE)[0].rid, by=viewer),
        lambda: services.decide_selection(document, Selection.AI, "why", by=viewer),
        lambda: services.undo_decision(document, by=viewer),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert not RulesInForce.objects.exists()


# applying


def test_applying_does_what_the_trial_said_and_a_second_time_nothing(few):
    trial = services.try_rules(by=SECRETARY)
    done = services.apply_rules(by=SECRETARY)

    assert done.counts == trial.counts
    assert chosen() == {"ISO 1": Selection.AI, "ISO 4": Selection.ADJACENT}
    assert because("ISO 1") == ["title:artificial-intelligence"]
    assert not services.apply_rules(by=SECRETARY).differences
    assert log.verify().holds


def test_the_log_names_the_rules_and_who_applied_them(few):
    services.save_rule(QUANTUM, by=SECRETARY)
    services.apply_rules(by=SECRETARY)

    change = Change.objects.filter(kind="document").latest("sequence")
    assert "title:quantum" in change.because
    assert change.actor == SECRETARY.actor


def test_an_edited_rule_counts_only_once_it_is_applied(few, take):
    services.apply_rules(by=SECRETARY)
    services.save_rule(QUANTUM, by=SECRETARY)
    take(row("ISO 5", title={"en": "Quantum keys"}))
    assert "ISO 5" not in chosen()

    services.apply_rules(by=SECRETARY)
    assert {"ISO 3", "ISO 5"} <= chosen().keys()
    take(row("ISO 6", title={"en": "Quantum dots"}))
    assert because("ISO 6") == ["title:quantum"]


def test_what_a_list_names_stays(take):
    take(row("ISO 1", title={"en": "Ships"}, ai=ai("listed:AI-acronym", "a list")))
    services.apply_rules(by=SECRETARY)
    assert (chosen(), because("ISO 1")) == ({"ISO 1": Selection.AI}, ["listed:AI-acronym"])


def test_a_withdrawn_document_is_left_alone(few):
    from comity.records import services as records

    document = Document.objects.get(key="ISO 2")
    records.withdraw(document, by=NODE, because="a test")
    services.apply_rules(by=SECRETARY)
    assert Document.objects.get(key="ISO 2").version == document.version


# imports afterwards


def test_before_rules_are_applied_an_import_says_what_is_in_the_set(few):
    assert chosen() == {"ISO 1": Selection.AI, "ISO 2": Selection.AI}


def test_an_import_keeps_what_the_rules_decided_and_selects_what_is_new_by_them(few, take):
    services.apply_rules(by=SECRETARY)
    report = take(
        row("ISO 2", title={"en": "Ships"}, edition="2", ai=ai("abstract:AI", "machine learning")),
        row("ISO 7", title={"en": "Use of AI"}),
        row("ISO 8", title={"en": "Screws"}, kw=["AI"]),
        row("ISO 9", title={"en": "Ships"}, ai=ai("title:AI", "AI")),
    )
    assert chosen().keys() == {"ISO 1", "ISO 4", "ISO 7", "ISO 8"}
    assert (because("ISO 7"), because("ISO 8")) == (["title:AI-acronym"], ["keyword:AI-acronym"])
    assert report.counts["reselected"] >= 2
    assert not services.try_rules(by=SECRETARY).differences


def test_importing_again_after_applying_changes_nothing(take):
    facts = [FACTS / "ai_standards.jsonl.gz"]
    services.import_catalogue(facts)
    services.apply_rules(by=SECRETARY)
    before, head = chosen(), log.head()
    assert not services.import_catalogue(facts).changed
    assert (chosen(), log.head()) == (before, head)


def test_an_import_keeps_what_a_person_decided(few, take):
    for key, verdict in (("ISO 1", Selection.NONE), ("ISO 3", Selection.AI)):
        services.decide_selection(Document.objects.get(key=key), verdict, "we say so", by=SECRETARY)
    take(
        row("ISO 1", title={"en": "AI terms"}, edition="2", ai=ai("title:AI", "AI")),
        row("ISO 3", title={"en": "Quantum computers"}, edition="2"),
    )
    assert (because("ISO 1"), because("ISO 3")) == (["person:out"], ["person:in"])
    services.apply_rules(by=SECRETARY)
    take(row("ISO 1", title={"en": "AI terms, again"}, edition="3", ai=ai("title:AI", "AI")))
    assert (because("ISO 1"), because("ISO 3")) == (["person:out"], ["person:in"])
    assert "ISO 1" not in chosen()


# people


def test_a_decision_is_shown_with_its_reason_and_can_be_taken_back(few):
    document = Document.objects.get(key="ISO 1")
    services.decide_selection(document, Selection.NONE, "  about\nships ", by=SECRETARY)
    document = Document.objects.get(key="ISO 1")
    assert (document.selection, document.reasons) == (Selection.NONE, [["person:out", "about ships"]])

    services.decide_selection(document, Selection.ADJACENT, "about ships and AI", by=SECRETARY)
    assert SelectionDecision.objects.filter(withdrawn_at__isnull=True).count() == 1
    services.undo_decision(Document.objects.get(key="ISO 1"), by=SECRETARY)
    assert because("ISO 1") == ["title:artificial-intelligence"]
    with pytest.raises(NothingInForce):
        services.undo_decision(Document.objects.get(key="ISO 1"), by=SECRETARY)
    assert log.verify().holds


def test_when_a_decision_is_taken_back_the_rules_in_force_decide(few):
    services.decide_selection(Document.objects.get(key="ISO 2"), Selection.AI, "keep it", by=SECRETARY)
    services.apply_rules(by=SECRETARY)
    assert because("ISO 2") == ["person:in"]
    services.undo_decision(Document.objects.get(key="ISO 2"), by=SECRETARY)
    assert "ISO 2" not in chosen()


@pytest.mark.parametrize(("verdict", "reason"), [(Selection.AI, "  "), (7, "why")])
def test_a_decision_without_a_reason_or_a_verdict_is_refused(few, verdict, reason):
    with pytest.raises(BadRule):
        services.decide_selection(Document.objects.get(key="ISO 1"), verdict, reason, by=SECRETARY)
    assert not SelectionDecision.objects.exists()


# editing


def test_the_first_edit_makes_the_shipped_rules_the_nodes_own(few):
    assert len(services.rules(ANYONE)) == len(shipped_rules())
    first = services.rules(ANYONE)[0]
    services.remove_rule(first.rid, by=SECRETARY)
    left = services.rules(ANYONE)
    assert len(left) == len(shipped_rules()) - 1
    assert first.key not in {one.key for one in left}


def test_a_node_may_do_without_any_rule(few):
    for one in services.rules(ANYONE):
        services.remove_rule(one.rid, by=SECRETARY)
    services.apply_rules(by=SECRETARY)
    assert (services.rules(ANYONE), chosen()) == ([], {})


@pytest.mark.parametrize(
    "draft",
    [
        Draft("title", "", ["a b"]),
        Draft("title", "a:b", ["a b"]),
        Draft("title", "it", []),
        Draft("title", "it", ["*"]),
        Draft("title", "it", ["a*"]),
        Draft("title", "it", ["fine"], unless=["–"]),
        Draft("title", "it", [f"t{n}" for n in range(61)]),
        Draft("body", "it", ["ISO"]),
        Draft("title", "it", ["fine"], strength=9),
        Draft("title", "AIML", ["a name that is taken"]),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_a_reason(few, draft):
    with pytest.raises(BadRule) as refused:
        services.save_rule(draft, by=SECRETARY)
    assert refused.value.text
    assert "%" not in refused.value.text
    assert Rule.objects.count() in (0, len(shipped_rules()))


def test_the_overview_counts_what_each_rule_caught_and_sees_edits(few, django_assert_num_queries):
    with django_assert_num_queries(5):
        found = selection.overview(ANYONE)
    counts = {row.rule.key: row.documents for row in found.rules}
    assert (counts["title:artificial-intelligence"], found.others, found.total) == (1, [("abstract:AI", 1)], 2)
    assert (found.applied, found.pending) == (None, True)

    services.apply_rules(by=SECRETARY)
    assert not selection.overview(ANYONE).pending
    services.save_rule(QUANTUM, by=SECRETARY)
    assert selection.overview(ANYONE).pending


def test_the_documents_of_a_rule_are_those_that_name_it(few):
    rule = next(one for one in services.rules(ANYONE) if one.key == "title:artificial-intelligence")
    rows, total = selection.documents_of(rule, ANYONE)
    assert ([one.key for one in rows], total) == (["ISO 1"], 1)
    assert queries.document(rows[0].slug, ANYONE) is not None


# how good the shipped rules are


def test_the_shipped_rules_choose_what_the_shipped_facts_do():
    """None of the given set is lost; what else they choose is said in docs/users/why-it-is-here.md."""
    services.import_catalogue([FACTS / "ai_standards.jsonl.gz"])
    given = set(chosen())
    trial = services.try_rules(by=NODE, given=shipped_rules())
    after = given - {one.key for one in trial.removed if one.after < AI}
    assert agreement(after, given).recall == 1.0
