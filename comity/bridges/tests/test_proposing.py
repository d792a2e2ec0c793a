"""What is compared, what is proposed, and what is kept of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from comity.bridges import queries, services
from comity.bridges.errors import NothingToAlign, SameInstrument, UnknownInstrument
from comity.bridges.models import Bridge, Proposal
from comity.bridges.queries import Filters
from comity.bridges.vectors import Kept
from comity.formats.instruments.model import SourceClause
from comity.records import log, tasks
from comity.records.errors import NotAllowed
from comity.records.models import Change, Task, Visibility
from comity.records.viewer import ANYONE, NODE
from comity.standards import services as standards
from comity.standards.models import Clause, Edition
from tests.support import READER, SECRETARY

from .conftest import FRAMEWORK, LAW, save

pytestmark = pytest.mark.data


def refs(edition: Edition) -> dict[str, str]:
    """Lineage by ref."""
    return {one.ref: str(one.lineage) for one in Clause.objects.filter(edition=edition)}


# what is compared


def test_units_have_their_words_what_is_below_and_what_stands_above(law: Edition) -> None:
    units = {one.key: one for one in services.clause_set(law, viewer=NODE).units}
    known = refs(law)
    assert set(units) == {known[ref] for ref in ("Art.1", "Art.2", "Art.2(1)", "Art.3")}
    article, paragraph = units[known["Art.2"]], units[known["Art.2(1)"]]
    assert article.heading == "Human oversight"
    assert article.text == "People can stop the system.\nPeople watch the system at work.\nby a button"
    assert article.path == ("Duties",)
    assert paragraph.text == "People watch the system at work.\nby a button"
    assert paragraph.path == ("Duties", "Human oversight")
    assert paragraph.context == "People can stop the system."


def test_a_summary_stands_where_there_is_no_text(framework: Edition) -> None:
    texts = [one.text for one in services.clause_set(framework, viewer=NODE).units]
    assert texts == ["Providers manage risk of AI.", "People oversee the system."]


def test_other_languages_have_the_same_keys(law: Edition) -> None:
    save("EXAMPLE 1", [SourceClause("Art.1", None, "article", "Gestion des risques", "Texte.")], "fr")
    found = services.clause_set(law, "en", viewer=NODE)
    assert list(found.versions) == ["fr"]
    assert [one.key for one in found.versions["fr"].units] == [refs(law)["Art.1"]]
    assert services.clause_set(law, "fr", viewer=NODE).language == "fr"


def test_what_a_publisher_mapped_is_compared(law: Edition, framework: Edition) -> None:
    services.import_crosswalk(b"source_ref\ttarget_ref\nArt.1\tGOVERN 1\n", "x.tsv", source=law, target=framework)
    known = refs(framework)
    assert known["GOVERN 1"] in {one.key for one in services.clause_set(framework, viewer=NODE).units}


@pytest.mark.parametrize("name", ["EXAMPLE 1", "example 1", "Example Act", "  example-1 "])
def test_a_text_is_found_by_what_people_call_it(law: Edition, name: str) -> None:
    assert services.edition_called(name, ANYONE) == law


def test_a_text_that_is_not_here_is_unknown(law: Edition) -> None:
    for name in ("", "EXAMPLE 99", "\x00", "Act"):
        with pytest.raises(UnknownInstrument):
            services.edition_called(name, NODE)


# proposing


def test_a_bridge_keeps_proposals_with_where_they_come_from(law: Edition, framework: Edition, quick: Any) -> None:
    seen: list[tuple[int, int]] = []
    bridge = services.propose(law, framework, by=SECRETARY, progress=lambda *said: seen.append(said))
    assert (bridge.source, bridge.target, bridge.clauses) == (law, framework, 4)
    assert bridge.engine == "align-2"
    assert bridge.model == ""
    assert bridge.proposed_at is not None
    assert bridge.slug == "example-1--example-2"
    first = Proposal.objects.filter(bridge=bridge, source__ref="Art.1").order_by("rank").first()
    assert first is not None
    assert first.target.ref == "GOVERN 1.1"
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 0


def test_proposing_is_one_entry_of_a_log_that_holds(law: Edition, framework: Edition, quick: Any) -> None:
    before = Change.objects.count()
    services.propose(law, framework, by=SECRETARY)
    assert Change.objects.count() == before + 1
    last = Change.objects.latest("sequence")
    assert (last.kind, last.actor) == ("bridge", SECRETARY.actor)
    assert "align-2" in last.because
    assert log.verify().holds


def test_proposing_again_replaces_what_was_proposed(law: Edition, framework: Edition, quick: Any) -> None:
    first = services.propose(law, framework, top=2)
    again = services.propose(law, framework, top=1)
    assert first.pk == again.pk
    assert Proposal.objects.filter(bridge=first).count() == 4
    assert again.version == 2


def test_only_the_secretariat_proposes(law: Edition, framework: Edition, quick: Any) -> None:
    for viewer in (ANYONE, READER):
        with pytest.raises(NotAllowed):
            services.propose(law, framework, by=viewer)
        with pytest.raises(NotAllowed):
            services.start_proposing(law, framework, by=viewer)
    assert not Bridge.objects.exists()


def test_a_text_has_no_bridge_to_itself(law: Edition, quick: Any) -> None:
    with pytest.raises(SameInstrument):
        services.propose(law, law)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bridge.objects.create(source=law, target=law, slug="x", title="x")


def test_a_text_without_words_cannot_be_compared(law: Edition, quick: Any) -> None:
    bare = save("EXAMPLE 3", [SourceClause("1", None, "clause", "", "")])
    for pair in ((law, bare), (bare, law)):
        with pytest.raises(NothingToAlign):
            services.propose(*pair)
    assert not Bridge.objects.exists()


def test_an_engine_that_fails_leaves_what_was_there(
    law: Edition, framework: Edition, quick: Any, monkeypatch
) -> None:
    services.propose(law, framework)
    kept = list(Proposal.objects.values_list("pk", flat=True))
    monkeypatch.setattr("comity.bridges.services.proposing._Writing._rows", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.propose(law, framework, top=1)
    assert list(Proposal.objects.values_list("pk", flat=True)) == kept
    assert Bridge.objects.get().version == 1


def test_two_editions_of_one_document_can_be_bridged(quick: Any, db: None) -> None:
    old, new = (save("EXAMPLE 7", LAW, version=day, date=day) for day in ("2020", "2024"))
    bridge = services.propose(old, new)
    back = services.propose(new, old)
    assert bridge.slug != back.slug
    assert bridge.confident > 0


def test_a_task_proposes_and_says_what_came_of_it(law: Edition, framework: Edition, quick: Any) -> None:
    task = services.start_proposing(law, framework, by=SECRETARY)
    assert services.start_proposing(law, framework, by=SECRETARY).pk == task.pk
    found = tasks.claim("test")
    assert found is not None
    assert tasks.run(found)
    task.refresh_from_db()
    assert task.state == Task.State.DONE
    assert task.message.startswith("8 proposals for 4 clauses")
    assert Change.objects.latest("sequence").actor == SECRETARY.actor


def test_a_bridge_that_was_removed_can_be_proposed_again(law: Edition, framework: Edition, quick: Any) -> None:
    bridge = services.propose(law, framework)
    with pytest.raises(NotAllowed):
        services.remove_bridge(bridge, by=READER)
    services.remove_bridge(bridge, by=SECRETARY)
    assert queries.bridges(ANYONE) == []
    assert not Proposal.objects.exists()
    assert services.propose(law, framework).pk == bridge.pk
    assert len(queries.bridges(ANYONE)) == 1
    assert log.verify().holds


def test_a_text_with_proposals_stays_until_the_bridge_is_removed(
    law: Edition, framework: Edition, quick: Any
) -> None:
    from comity.standards.errors import StillUsed
    from comity.standards.models import Expression

    bridge = services.propose(law, framework)
    expression = Expression.objects.get(edition=law)
    with pytest.raises(StillUsed):
        standards.remove_expression(expression, by=NODE)
    services.remove_bridge(bridge, by=NODE)
    standards.remove_expression(expression, by=NODE)


# reading


def test_a_bridge_to_a_private_text_is_not_there_for_others(law: Edition, framework: Edition, quick: Any) -> None:
    bridge = services.propose(law, framework)
    document = framework.document
    document.visibility = Visibility.PRIVATE
    document.save()
    assert queries.bridges(ANYONE) == []
    assert queries.bridge(bridge.slug, READER) is None
    assert queries.bridge(bridge.slug, NODE) == bridge
    rids = list(Clause.objects.filter(edition=law).values_list("rid", flat=True))
    assert queries.counterparts(rids, ANYONE) == {}


def test_a_page_takes_as_many_queries_for_many_clauses_as_for_few(quick: Any, db: None) -> None:
    counts = []
    for size in (2, 40):
        source = save(
            f"EXAMPLE {size}1", [SourceClause(str(n), None, "clause", f"Risk {n}", "risk") for n in range(size)]
        )
        target = save(
            f"EXAMPLE {size}2", [SourceClause(str(n), None, "clause", f"Risk {n}", "risk") for n in range(size)]
        )
        services.import_crosswalk(b"source_ref\ttarget_ref\n1\t0\n", "x.tsv", source=source, target=target)
        bridge = services.propose(source, target)
        with CaptureQueriesContext(connection) as found:
            queries.bridge_page(bridge, ANYONE, Filters())
        counts.append(len(found))
        with CaptureQueriesContext(connection) as found:
            queries.counterparts(list(Clause.objects.filter(edition=source).values_list("rid", flat=True)), ANYONE)
        assert len(found) <= 4
    assert counts[0] == counts[1] <= 9


def test_rows_are_filtered_and_ordered(law: Edition, framework: Edition, quick: Any) -> None:
    bridge = services.propose(law, framework)

    def shown(**given: str) -> list[str]:
        page = queries.bridge_page(bridge, ANYONE, Filters.read(given))
        return [row.place.ref for row in page.rows]

    assert shown() == ["Art.1", "Art.2", "Art.2(1)", "Art.3"]
    assert shown(order="teaching") == ["Art.3", "Art.2(1)", "Art.2", "Art.1"]
    assert shown(clause="Art.2") == ["Art.2"]
    assert shown(q="fines") == ["Art.3"]
    assert "Art.3" in shown(show="none")
    assert shown(show="published") == []
    assert shown(page="9") == []
    assert shown(show="nonsense", page="x", q="\x00") == shown()


def test_a_changed_text_makes_a_bridge_stale(law: Edition, framework: Edition, quick: Any) -> None:
    bridge = services.propose(law, framework)
    assert not queries.bridge_page(bridge, ANYONE, Filters()).stale
    save("EXAMPLE 2", FRAMEWORK[:2], redistribute="yes", title="Framework for examples")
    assert queries.bridge_page(bridge, ANYONE, Filters()).stale


def test_a_text_that_may_not_be_shown_is_compared_and_not_shown(framework: Edition, quick: Any) -> None:
    secret = save("EXAMPLE 8", LAW, redistribute="no")
    bridge = services.propose(secret, framework)
    page = queries.bridge_page(bridge, ANYONE, Filters())
    assert bridge.confident >= 0
    assert {row.place.text for row in page.rows} == {""}


# vectors


class Model:
    model, dimensions, languages = "counting", 4, frozenset({"en"})

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Any) -> Any:
        self.asked += texts
        return np.array([[len(text), 1, 0, 0] for text in texts], np.float32)


def test_a_text_is_embedded_once_and_the_same_ever_after(settings, tmp_path) -> None:
    settings.COMITY_HOME = tmp_path
    model = Model()
    first = Kept(model)(["a", "bb", "a"])
    again = Kept(model)(["bb", "a", "ccc"])
    assert model.asked == ["a", "bb", "ccc"]
    assert first.tolist() == [again[1].tolist(), again[0].tolist(), again[1].tolist()]
    assert Kept(model)([]).shape == (0, 4)


def test_half_a_row_that_a_killed_process_left_does_no_harm(settings, tmp_path) -> None:
    settings.COMITY_HOME = tmp_path
    model = Model()
    Kept(model)(["a"])
    [file] = tmp_path.rglob("clauses.f32")
    file.write_bytes(file.read_bytes() + b"half a row")
    Kept(model)(["bb"])
    assert Kept(model)(["a", "bb"])[:, 0].tolist() == [1, 2]
    assert model.asked == ["a", "bb"]
