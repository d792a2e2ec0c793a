"""The same work published twice: proposed, decided, undone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from comity.records import log, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed, Stale
from comity.records.models import Change, Visibility
from comity.records.viewer import ANYONE, NODE
from comity.standards import queries, services
from comity.standards.errors import AlreadyDecided, NeedsReason, NotDecided
from comity.standards.models import Document, SameWork, Work
from tests.support import READER, SECRETARY, row

pytestmark = pytest.mark.data

IEEE = row(
    "IEEE Std 7000-2021",
    body="ieee",
    title={"und": "IEEE Standard Model Process for Addressing Ethical Concerns during System Design"},
    dates={"published": "2021-09-15"},
)
ISO = row(
    "ISO/IEC/IEEE 24748-7000:2022",
    title={
        "en": "Systems and software engineering — Life cycle management — "
        "Part 7000: Standard model process for addressing ethical concerns during system design"
    },
    dates={"published": "2022-11-01"},
)
OTHERS = (
    row("JIS X 23894:2024", body="jis", title={"en": "Information technology -- Guidance on risk management of AI"}),
    row("ISO/IEC 23894:2023", title={"en": "Information technology — Guidance on risk management of AI"}),
    row("ISO 1:2022", title={"en": "Standard reference temperature of geometrical product specifications"}),
)


def pair(first: str, second: str, **facts: Any) -> SameWork:
    """A proposal between two documents, as the engine would write it."""
    sides = sorted((Document.objects.get(key=first), Document.objects.get(key=second)), key=lambda one: one.pk)
    return records.put(SameWork(first=sides[0], second=sides[1], confidence=0.9, **facts), by=NODE)


def works() -> dict[str, int | None]:
    return dict(Document.objects.values_list("key", "work"))


def in_sight() -> set[tuple[str, bool]]:
    return {(key, gone is None) for key, gone in Work.objects.values_list("key", "withdrawn_at")}


@pytest.fixture
def four(take: Callable[..., Any]) -> None:
    take(*(row(f"ISO {number}:2020", title={"en": f"Title {number}"}) for number in (1001, 1002, 1003, 1004)))


# proposing


def test_ieee_7000_is_proposed_though_number_and_title_differ(take: Callable[..., Any]) -> None:
    take(IEEE, ISO, *OTHERS)
    assert services.propose_works() == {"new": 2, "changed": 0, "kept": 0, "withdrawn": 0}
    found = {frozenset((one.first.key, one.second.key)): one for one in queries.same_works(NODE)}
    hard = found[frozenset(("IEEE 7000", "ISO/IEC/IEEE 24748-7000"))]
    assert hard.state == SameWork.State.PROPOSED
    assert hard.confidence > 0.8
    assert {each["sign"] for each in hard.evidence} >= {"title-end", "part-is-number", "years"}
    assert set(works().values()) == {None}, "nothing is joined by proposing"


def test_proposing_again_changes_nothing(take: Callable[..., Any]) -> None:
    take(IEEE, ISO, *OTHERS)
    services.propose_works()
    before = list(SameWork.objects.values_list("rid", "version"))
    assert services.propose_works() == {"new": 0, "changed": 0, "kept": 2, "withdrawn": 0}
    assert list(SameWork.objects.values_list("rid", "version")) == before


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_what_was_decided_is_never_proposed_again(take: Callable[..., Any], decision: str) -> None:
    take(IEEE, ISO)
    services.propose_works()
    one = SameWork.objects.get()
    getattr(services, decision)(one, reason="seen both", by=SECRETARY)
    before = list(SameWork.objects.values())
    assert services.propose_works() == {"new": 0, "changed": 0, "kept": 0, "withdrawn": 0}
    assert list(SameWork.objects.values()) == before


def test_what_the_engine_proposes_no_longer_is_withdrawn_and_comes_back(take: Callable[..., Any]) -> None:
    take(IEEE, ISO)
    services.propose_works()
    ieee = Document.objects.get(key="IEEE 7000")
    title, ieee.title = ieee.title, {"und": "Something else entirely about bridges and tunnels"}
    records.put(ieee, by=NODE)
    assert services.propose_works()["withdrawn"] == 1
    assert queries.works_page(queries.WorkFilters(), NODE).total == 0
    ieee.title = title
    records.put(ieee, by=NODE)
    assert services.propose_works()["changed"] == 1
    assert queries.works_page(queries.WorkFilters(), NODE).total == 1


def test_documents_that_are_not_public_are_not_proposed_nor_shown(take: Callable[..., Any]) -> None:
    take(IEEE, ISO)
    services.propose_works()
    ieee = Document.objects.get(key="IEEE 7000")
    ieee.visibility = Visibility.PRIVATE
    records.put(ieee, by=NODE)
    assert queries.works_page(queries.WorkFilters(), ANYONE).total == 0
    assert services.propose_works()["withdrawn"] == 1


def test_only_the_secretariat_has_pairs_proposed(take: Callable[..., Any]) -> None:
    for viewer in (READER, ANYONE):
        with pytest.raises(NotAllowed):
            services.start_proposing_works(by=viewer)
        with pytest.raises(NotAllowed):
            services.propose_works(by=viewer)
    take(IEEE, ISO)
    task = services.start_proposing_works(by=SECRETARY)
    assert services.start_proposing_works(by=SECRETARY).pk == task.pk
    claimed = tasks.claim("me")
    while claimed is not None and claimed.pk != task.pk:
        claimed = tasks.claim("me")
    assert claimed is not None
    assert tasks.run(claimed)
    assert SameWork.objects.count() == 1


# deciding


def test_accepting_makes_a_work_and_undoing_takes_it_away(four: None) -> None:
    one = pair("ISO 1001", "ISO 1002")
    services.accept(one, adoption="IDT", reason="word for word", by=SECRETARY)
    first, second = Document.objects.filter(key__in=("ISO 1001", "ISO 1002"))
    assert first.work_id == second.work_id is not None
    one.refresh_from_db()
    assert (one.state, one.adoption, one.reason, one.decided_by) == (
        "accepted",
        "IDT",
        "word for word",
        SECRETARY.actor,
    )
    services.undo(one, reason="it was not", by=SECRETARY)
    assert set(works().values()) == {None}
    assert in_sight() == {("ISO 1001", False)}
    one.refresh_from_db()
    assert (one.state, one.decided_by, one.decided_at) == ("proposed", None, None)
    assert [each["did"] for each in one.history] == ["accepted", "undone"]
    assert log.verify().holds


def test_works_with_children_on_both_sides_are_merged_and_parted_again(four: None) -> None:
    services.accept(pair("ISO 1001", "ISO 1002"), by=SECRETARY)
    services.accept(pair("ISO 1003", "ISO 1004"), by=SECRETARY)
    before, seen = works(), in_sight()
    bridge = pair("ISO 1002", "ISO 1003")
    services.accept(bridge, by=SECRETARY)
    assert len(set(works().values())) == 1
    assert in_sight() == {("ISO 1001", True), ("ISO 1003", False)}
    services.undo(bridge, by=SECRETARY)
    assert works() == before
    assert in_sight() == seen
    assert log.verify().holds


def test_accepting_again_after_undoing_shows_the_same_work_again(four: None) -> None:
    one = pair("ISO 1001", "ISO 1002")
    for _turn in range(2):
        services.accept(one, by=SECRETARY)
        assert in_sight() == {("ISO 1001", True)}
        services.undo(one, by=SECRETARY)
        assert in_sight() == {("ISO 1001", False)}


def test_a_circle_holds_together_until_two_of_its_links_are_undone(four: None) -> None:
    circle = [pair("ISO 1001", "ISO 1002"), pair("ISO 1002", "ISO 1003"), pair("ISO 1001", "ISO 1003")]
    for one in circle:
        services.accept(one, by=SECRETARY)
    services.undo(circle[2], by=SECRETARY)
    assert len({works()[f"ISO {number}"] for number in (1001, 1002, 1003)}) == 1
    services.undo(circle[1], by=SECRETARY)
    assert works()["ISO 1003"] is None
    assert works()["ISO 1001"] == works()["ISO 1002"] is not None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_the_order_of_undoing_nothing_is_left_joined(four: None, order: tuple[int, ...]) -> None:
    chain = [pair("ISO 1001", "ISO 1002"), pair("ISO 1002", "ISO 1003"), pair("ISO 1003", "ISO 1004")]
    for one in chain:
        services.accept(one, by=SECRETARY)
    assert len(set(works().values())) == 1
    left = set(range(3))
    for place in order:
        services.undo(chain[place], by=SECRETARY)
        left.discard(place)
        now = works()
        for other in left:
            assert now[chain[other].first.key] == now[chain[other].second.key] is not None
        assert now[chain[place].first.key] is None or now[chain[place].first.key] != now[chain[place].second.key]
    assert set(works().values()) == {None}
    assert not Work.objects.filter(withdrawn_at__isnull=True).exists()
    assert log.verify().holds


def test_what_bodies_declare_stays_joined_when_a_decision_is_undone(take: Callable[..., Any]) -> None:
    take(
        row("IEEE Std 2000-2020", body="ieee", rel=[{"type": "adoptedFrom", "id": "ISO 2000:2020"}]),
        row("ISO 2000:2020"),
        row("ISO 3000:2020"),
    )
    before = works()
    assert before["IEEE 2000"] == before["ISO 2000"] is not None
    one = pair("ISO 2000", "ISO 3000")
    services.accept(one, by=SECRETARY)
    assert len(set(works().values())) == 1
    assert services.link_works(by=NODE) == 0, "an import does not tear apart what was decided"
    services.undo(one, by=SECRETARY)
    assert works() == before


def test_a_decision_moves_along_when_a_body_declares_another_work(take: Callable[..., Any], four: None) -> None:
    one = pair("ISO 1003", "ISO 1004")
    services.accept(one, by=SECRETARY)
    take(row("IEEE Std 2000-2020", body="ieee", rel=[{"type": "adoptedFrom", "id": "ISO 1004:2020"}]))
    now = works()
    assert now["IEEE 2000"] == now["ISO 1004"] == now["ISO 1003"] is not None
    services.undo(one, by=SECRETARY)
    now = works()
    assert now["ISO 1003"] is None
    assert now["IEEE 2000"] == now["ISO 1004"] is not None


def test_rejecting_needs_a_reason_and_joins_nothing(four: None) -> None:
    one = pair("ISO 1001", "ISO 1002")
    with pytest.raises(NeedsReason):
        services.reject(one, reason="  ", by=SECRETARY)
    services.reject(one, reason="another part", by=SECRETARY)
    assert set(works().values()) == {None}
    services.undo(one, by=SECRETARY)
    one.refresh_from_db()
    assert one.state == SameWork.State.PROPOSED


def test_only_the_secretariat_decides(four: None) -> None:
    one = pair("ISO 1001", "ISO 1002")
    for viewer in (ANYONE, READER):
        for verb, told in (("accept", {}), ("reject", {"reason": "x"}), ("undo", {})):
            with pytest.raises(NotAllowed):
                getattr(services, verb)(one, by=viewer, **told)
    assert SameWork.objects.get().version == one.version


def test_the_second_decision_is_refused_and_an_old_page_as_well(four: None) -> None:
    one = pair("ISO 1001", "ISO 1002")
    with pytest.raises(Stale):
        services.accept(one, by=SECRETARY, expected=one.version - 1)
    with pytest.raises(NotDecided):
        services.undo(one, by=SECRETARY)
    services.accept(one, by=SECRETARY, expected=one.version)
    seen = SameWork.objects.get()
    with pytest.raises(AlreadyDecided):
        services.reject(one, reason="late", by=SECRETARY)
    with pytest.raises(Stale):
        services.undo(one, by=SECRETARY, expected=seen.version - 1)
    assert SameWork.objects.get().version == seen.version


def test_every_decision_is_in_the_log(four: None) -> None:
    one = pair("ISO 1001", "ISO 1002")
    start = log.head().sequence
    services.accept(one, reason="word for word", by=SECRETARY)
    rows = Change.objects.filter(sequence__gt=start)
    assert {(each.kind, each.actor) for each in rows} == {
        ("work", SECRETARY.actor),
        ("document", SECRETARY.actor),
        ("same_work", SECRETARY.actor),
    }
    assert rows.get(kind="same_work").because == "word for word"


def test_of_two_who_decide_at_once_one_is_told(emptied: None, tmp_path: Any) -> None:
    from tests.support import write

    services.import_catalogue([write(tmp_path / "a.jsonl", [row("ISO 1001:2020"), row("ISO 1002:2020")])])
    one = pair("ISO 1001", "ISO 1002")
    gate, told = Barrier(2), []

    def decide(verb: str) -> None:
        try:
            gate.wait(10)
            getattr(services, verb)(one, reason=verb, by=SECRETARY)
            told.append("done")
        except AlreadyDecided:
            told.append("late")
        finally:
            connection.close()

    threads = [Thread(target=decide, args=(verb,)) for verb in ("accept", "reject")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["done", "late"]
    final = SameWork.objects.get()
    joined = works()["ISO 1001"] is not None
    assert joined == (final.state == SameWork.State.ACCEPTED)


def test_a_decision_without_its_time_is_refused_by_the_database(four: None) -> None:
    from django.db import IntegrityError

    one = pair("ISO 1001", "ISO 1002")
    with pytest.raises(IntegrityError), transaction.atomic():
        SameWork.objects.filter(pk=one.pk).update(state="accepted")


# reading


def test_a_page_of_pairs_is_filtered_by_body_state_and_confidence(take: Callable[..., Any]) -> None:
    take(IEEE, ISO, *OTHERS)
    services.propose_works()
    page = queries.works_page
    assert page(queries.WorkFilters(), ANYONE).total == 2
    (japanese,) = page(queries.WorkFilters(body="JIS"), ANYONE).rows
    assert {side.body.code for side in japanese.sides} == {"ISO", "JIS"}
    assert page(queries.WorkFilters(body="ITU-T"), ANYONE).total == 0
    assert page(queries.WorkFilters(state="accepted"), ANYONE).total == 0
    assert page(queries.WorkFilters(least=100), ANYONE).total == 0
    assert queries.WorkFilters.read({"state": "x", "least": "7", "page": "0"}) == queries.WorkFilters()


def test_the_page_of_a_document_names_what_was_decided(four: None) -> None:
    one = pair("ISO 1001", "ISO 1002")
    seen = Document.objects.get(key="ISO 1001")
    assert queries.dossier(seen, ANYONE).decisions == []
    services.accept(one, adoption="MOD", reason="two clauses differ", by=SECRETARY)
    found = queries.dossier(Document.objects.get(key="ISO 1001"), ANYONE)
    assert [(each.adoption, each.reason) for each in found.decisions] == [("MOD", "two clauses differ")]
    assert [each.key for each in found.same_work] == ["ISO 1002"]
