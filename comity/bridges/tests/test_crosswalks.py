"""Published crosswalks: what is taken in, what is reported, and what is refused whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from comity.bridges import exports, queries, services
from comity.bridges.errors import SameInstrument, TooLarge, UnknownInstrument, UnknownReference, UnreadableCrosswalk
from comity.bridges.models import Crosswalk, CrosswalkPair
from comity.bridges.queries import Filters
from comity.formats import crosswalks as formats
from comity.formats.instruments.model import SourceClause
from comity.records import log
from comity.records.errors import NotAllowed
from comity.records.models import Change
from comity.records.viewer import ANYONE, NODE
from comity.standards import services as standards
from comity.standards.models import Edition
from tests.support import READER, SECRETARY

from .conftest import save

pytestmark = pytest.mark.data

HEAD = "source_doc\tsource_ref\ttarget_doc\ttarget_ref\trelationship\tpublisher\n"


def table(
    *pairs: tuple[str, str], source: str = "EXAMPLE 1", target: str = "EXAMPLE 2", word: str = "subset"
) -> bytes:
    rows = [f"{source}\t{one}\t{target}\t{other}\t{word}\tExample Institute\n" for one, other in pairs]
    return (HEAD + "".join(rows)).encode()


@pytest.fixture
def both(law: Edition, framework: Edition) -> tuple[Edition, Edition]:
    return law, framework


def test_a_crosswalk_is_kept_with_its_publisher(both: Any) -> None:
    [done] = services.import_crosswalk(table(("Art.1", "GOVERN 1.1")), "walk.tsv", by=SECRETARY)
    assert (done.state, done.pairs, done.lost) == ("new", 1, [])
    pair = CrosswalkPair.objects.select_related("source", "target").get()
    assert (pair.source.ref, pair.target.ref, pair.relation, pair.word) == ("Art.1", "GOVERN 1.1", "subset", "subset")
    assert done.crosswalk.publisher == "Example Institute"
    assert Change.objects.latest("sequence").kind == "crosswalk"
    assert log.verify().holds


def test_the_same_file_again_changes_nothing(both: Any) -> None:
    content = table(("Art.1", "GOVERN 1.1"))
    [first] = services.import_crosswalk(content, "walk.tsv")
    before = Change.objects.count()
    [again] = services.import_crosswalk(content, "renamed.tsv")
    assert (again.state, again.crosswalk.rid) == ("unchanged", first.crosswalk.rid)
    assert Change.objects.count() == before


def test_a_newer_file_replaces_the_pairs(both: Any) -> None:
    services.import_crosswalk(table(("Art.1", "GOVERN 1.1"), ("Art.3", "GOVERN 1.2")), "walk.tsv")
    [again] = services.import_crosswalk(table(("Art.2", "GOVERN 1.2")), "walk.tsv")
    assert again.state == "changed"
    assert [(one.source.ref, one.target.ref) for one in CrosswalkPair.objects.all()] == [("Art.2", "GOVERN 1.2")]
    assert Crosswalk.objects.get().version == 2


def test_two_nodes_agree_on_the_id_of_a_crosswalk(both: Any) -> None:
    [done] = services.import_crosswalk(table(("Art.1", "GOVERN 1.1")), "walk.tsv")
    assert done.crosswalk.rid.version == 5


def test_refs_are_found_however_they_are_written(both: Any) -> None:
    [done] = services.import_crosswalk(table(("Article 2 (1)", "govern-1.1"), ("ART. 1", "Govern 1.2")), "walk.tsv")
    assert (done.pairs, done.lost) == (2, [])


def test_refs_that_name_no_clause_are_reported_by_line(both: Any) -> None:
    content = table(("Art.1", "GOVERN 1.1"), ("Art.99", "GOVERN 1.1"), ("Art.2", "MAP 9"), ("Art.99", "MAP 9"))
    [done] = services.import_crosswalk(content, "walk.tsv")
    assert (done.pairs, done.pairs_lost) == (1, 3)
    assert [(one.side, one.ref, one.line) for one in done.lost] == [("source", "Art.99", 3), ("target", "MAP 9", 4)]
    assert done.crosswalk.lost["source"] == {"refs": 1, "examples": [["Art.99", 3]]}


def test_a_crosswalk_of_which_nothing_is_known_is_refused(both: Any) -> None:
    with pytest.raises(UnknownReference, match=r"Art\.99"):
        services.import_crosswalk(table(("Art.99", "MAP 9")), "walk.tsv")
    assert not Crosswalk.objects.exists()


def test_texts_that_are_not_named_or_not_here_are_refused(both: Any) -> None:
    with pytest.raises(UnknownInstrument):
        services.import_crosswalk(b"source_ref\ttarget_ref\nArt.1\tGOVERN 1.1\n", "walk.tsv")
    with pytest.raises(UnknownInstrument, match="EXAMPLE 77"):
        services.import_crosswalk(table(("Art.1", "1"), target="EXAMPLE 77"), "walk.tsv")


def test_a_text_is_not_mapped_to_itself(both: Any) -> None:
    with pytest.raises(SameInstrument):
        services.import_crosswalk(table(("Art.1", "Art.2"), target="EXAMPLE 1"), "walk.tsv")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        HEAD.encode(),
        b"source\twrong\n1\t2\n",
        "source_ref\ttarget_ref\nArt.1\tGOVERN 1.1\n".encode("utf-16")[:31],
        b"\xff\xfe\x00source_ref",
        b"PK\x03\x04not a workbook",
        b"objects: [",
        b'{"mapping-collection": 1}',
    ],
)
def test_what_cannot_be_read_is_refused_in_words(both: Any, content: bytes) -> None:
    law, framework = both
    with pytest.raises((UnreadableCrosswalk, UnknownReference)) as error:
        services.import_crosswalk(content, "/etc/../walk.tsv", source=law, target=framework)
    assert len(error.value.text) > 20
    assert not Crosswalk.objects.exists()


def test_a_file_of_several_crosswalks_is_taken_whole_or_not_at_all(both: Any) -> None:
    good = table(("Art.1", "GOVERN 1.1"))
    bad = table(("Art.1", "1"), target="EXAMPLE 77").split(b"\n", 1)[1]
    with pytest.raises(UnknownInstrument):
        services.import_crosswalk(good + bad, "walk.tsv")
    assert not Crosswalk.objects.exists()


def test_too_large_a_file_is_refused(both: Any, monkeypatch) -> None:
    monkeypatch.setattr("comity.bridges.services.crosswalks.LARGEST", 10)
    with pytest.raises(TooLarge):
        services.import_crosswalk(table(("Art.1", "GOVERN 1.1")), "walk.tsv")


@pytest.mark.parametrize("viewer", [ANYONE, READER])
def test_only_the_secretariat_imports(both: Any, viewer: Any) -> None:
    with pytest.raises(NotAllowed):
        services.import_crosswalk(table(("Art.1", "GOVERN 1.1")), "walk.tsv", by=viewer)


def test_ten_thousand_pairs(db: None) -> None:
    for name in ("EXAMPLE 1", "EXAMPLE 2"):
        save(name, [SourceClause(str(n), None, "clause", f"Clause {n}") for n in range(100)])
    content = table(*((str(n), str(m)) for n in range(100) for m in range(100)))
    [done] = services.import_crosswalk(content, "walk.tsv")
    assert done.pairs == CrosswalkPair.objects.count() == 10_000


def test_pairs_that_a_publisher_denies_are_known_as_rejected(both: Any) -> None:
    law, framework = both
    services.import_crosswalk(table(("Art.1", "GOVERN 1.1")), "walk.tsv")
    services.import_crosswalk(table(("Art.3", "GOVERN 1.2"), word="no relationship"), "other.tsv", publisher="Other")
    known = {one.publisher: one for one in services.knowns(law, framework, NODE)}
    assert len(known["Example Institute"].pairs) == 1
    assert (len(known["Other"].pairs), len(known["Other"].rejected)) == (0, 1)
    assert known["Other"].standing == "published"


def test_a_crosswalk_of_an_earlier_edition_is_known_for_the_later(framework: Edition) -> None:
    old, new = (save("EXAMPLE 7", [SourceClause("1", None, "clause", "Same", "Same words.")], version=day, date=day)
                for day in ("2020", "2024"))  # fmt: skip
    services.import_crosswalk(b"source_ref\ttarget_ref\n1\tGOVERN 1.1\n", "w.tsv", source=old, target=framework)
    [known] = services.knowns(new, framework, NODE)
    assert (known.source, known.target) == (new.key, framework.key)


def test_a_publisher_and_the_engine_saying_the_same_are_shown_together(both: Any, quick: Any) -> None:
    law, framework = both
    services.import_crosswalk(table(("Art.1", "GOVERN 1.1"), ("Art.3", "GOVERN 1")), "walk.tsv")
    reverse = table(("GOVERN 1.2", "Art.2"), source="EXAMPLE 2", target="EXAMPLE 1")
    services.import_crosswalk(reverse, "back.tsv")
    bridge = services.propose(law, framework, top=3)
    rows = {row.place.ref: row for row in queries.bridge_page(bridge, ANYONE, Filters()).rows}
    proposal = next(one for one in rows["Art.1"].proposals if one.place.ref == "GOVERN 1.1")
    assert [one.publisher for one in proposal.publishers] == ["Example Institute"]
    assert rows["Art.1"].published == []
    told = [*rows["Art.2"].published, *(one for each in rows["Art.2"].proposals for one in each.publishers)]
    assert [(one.place.ref, one.relation) for one in told] == [("GOVERN 1.2", "superset")]
    found = [row.place.ref for row in queries.bridge_page(bridge, ANYONE, Filters(show="published")).rows]
    assert found == ["Art.1", "Art.2", "Art.3"]


def test_removing_a_crosswalk_and_importing_it_again(both: Any) -> None:
    content = table(("Art.1", "GOVERN 1.1"))
    [done] = services.import_crosswalk(content, "walk.tsv")
    with pytest.raises(NotAllowed):
        services.remove_crosswalk(done.crosswalk, by=READER)
    services.remove_crosswalk(done.crosswalk, by=SECRETARY)
    assert queries.crosswalks(ANYONE) == []
    [again] = services.import_crosswalk(content, "walk.tsv")
    assert again.pairs == CrosswalkPair.objects.count() == 1
    assert log.verify().holds


# taking out


@pytest.mark.parametrize("form", ["sssom", "csv", "xlsx", "oscal-mapping-json"])
def test_proposals_are_exported_with_confidence_and_as_a_machines(both: Any, quick: Any, form: str) -> None:
    bridge = services.propose(*both, top=1)
    found = formats.read(exports.write(bridge, form), file="x")
    assert len(found.mappings) == 4
    assert found.mappings[0].strength == pytest.approx(bridge.proposals.get(source__ref="Art.1").confidence, abs=1e-5)
    assert "proposed by align-2" in found.mappings[0].rationale
    assert len(formats.read(exports.write(bridge, form, least=0.5), file="x").mappings) < 4


def test_sssom_and_oscal_say_that_a_machine_proposed(both: Any, quick: Any) -> None:
    bridge = services.propose(*both, top=1)
    sssom = exports.write(bridge, "sssom").decode()
    assert "semapv:CompositeMatching" in sssom
    assert "\tconfidence\t" in sssom
    assert '"method": "automation"' in exports.write(bridge, "oscal-mapping-json").decode()
    assert formats.read(sssom.encode(), file="x").tool == "align-2"


def test_a_crosswalk_is_exported_as_it_came(both: Any) -> None:
    content = table(("Art.1", "GOVERN 1.1"), ("Art.2", "GOVERN 1.2"))
    [done] = services.import_crosswalk(content, "walk.tsv")
    found = formats.read(exports.write_crosswalk(done.crosswalk, "tsv"), file="x")
    given = formats.read(content, file="x")
    assert [(m.source_ref, m.target_ref, m.publisher_word) for m in found.mappings] == [
        (m.source_ref, m.target_ref, m.publisher_word) for m in given.mappings
    ]


# what is shipped


def test_the_shipped_crosswalks_name_only_clauses_of_the_shipped_outlines(db: None) -> None:
    for file in standards.shipped():
        standards.read_shipped(file)
    done = services.import_shipped()
    assert {Path(one.crosswalk.file).stem: one.pairs for one in done} == {
        "kr-tta-guidebook__nist-ai-rmf": 111,
        "nist-ai-600-1__nist-ai-rmf": 212,
        "nist-ai-rmf__iso-42001": 280,
        "nist-ai-rmf__sg-ai-verify": 271,
    }
    assert all(not one.lost and one.crosswalk.publisher for one in done)
    assert {one.state for one in services.import_shipped()} == {"unchanged"}
