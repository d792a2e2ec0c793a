"""From files to the catalogue: what is merged, what is kept apart, what is refused, and that a rerun is nothing."""

from __future__ import annotations

import json

import pytest

from comity.records import log
from comity.records.models import Change, Text
from comity.records.viewer import ANYONE
from comity.standards import queries, services
from comity.standards.errors import NothingToImport
from comity.standards.models import (
    Claim,
    Committee,
    Document,
    Edition,
    Identifier,
    ImportRun,
    Relation,
    RelationKind,
    Selection,
    Stage,
)
from comity.standards.services import imports
from comity.standards.services.registry import FACTS
from comity.standards.tests.state import catalogue
from tests.support import ai, row

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def relations() -> list[tuple[str, str, str]]:
    return sorted(Relation.objects.values_list("edition__key", "kind", "target_key"))


# the facts that are shipped


def test_the_shipped_facts_are_taken_whole_and_a_second_run_changes_nothing():
    facts = [FACTS / "ai_standards.jsonl.gz"]
    first = services.import_catalogue(facts)
    before, changes = catalogue(), log.head()
    second = services.import_catalogue(facts)

    assert first.counts["refused"] == 0
    assert first.counts["new"] == first.counts["read"] == Claim.objects.count()
    assert not second.changed
    assert second.counts["unchanged"] == second.counts["read"] == first.counts["read"]
    assert (catalogue(), log.head()) == (before, changes)
    assert log.verify().holds
    assert not list(queries.altered_claims())
    assert not Document.objects.exclude(selection=Selection.AI).exists()


@pytest.mark.parametrize(
    "identifier",
    ["ISO/IEC 42001", "ISO/IEC 23894", "ISO/IEC 22989", "ITU-T Y.3172", "IEEE 7000", "NIST AI 100-1"],
)
def test_standards_everybody_knows_are_among_the_shipped_facts(identifier):
    services.import_catalogue([FACTS / "ai_standards.jsonl.gz"])

    assert queries.find(identifier, ANYONE) is not None


def test_no_abstract_is_shipped():
    import gzip

    with gzip.open(FACTS / "ai_standards.jsonl.gz", "rt", encoding="utf-8") as lines:
        assert not [line for line in lines if "abstract" in json.loads(line)]


# one edition, several records


def test_a_stale_twin_is_merged_and_the_record_read_later_counts(take, edition):
    """9,629 ISO identifiers have a crawl of 2024-01-16 beside a newer one."""
    take(
        row("ISO 14610:2012", src="iso-14610:2012.yaml", fetched="2024-01-16", stage="60", substage="60"),
        row("ISO 14610:2012", src="iso-14610-2012.yaml", fetched="2025-06-02", stage="95", substage="99"),
    )

    one = edition("ISO 14610:2012")
    assert (one.stage, [claim["read"] for claim in one.sources]) == ("withdrawn", ["2025-06-02", "2024-01-16"])
    assert [(d["field"], [v["value"] for v in d["values"]]) for d in one.differences] == [
        ("stage", ["withdrawn", "published"])
    ]
    assert Document.objects.get().differs


def test_the_publishers_own_catalogue_counts_before_one_read_later(take, edition):
    take(row("ISO 1:2016", body="iso", title={"en": "Own"}, fetched="2020-01-01"))
    take(row("ISO 1:2016", body="jis", title={"en": "Theirs"}, fetched="2026-01-01"))

    assert edition("ISO 1:2016").title == {"en": "Own"}


def test_titles_that_differ_only_in_punctuation_are_no_difference(take, edition):
    take(
        row("ISO 1:2016", src="a", title={"en": "Robots — Vocabulary"}),
        row("ISO 1:2016", src="b", title={"en": "Robots - vocabulary"}),
    )

    assert edition("ISO 1:2016").differences == []


def test_a_date_known_more_precisely_elsewhere_is_no_difference_and_is_shown(take, edition):
    take(
        row("ISO 1:2016", src="a", dates={"published": "2016"}),
        row("ISO 1:2016", src="b", dates={"published": "2016-05-03"}),
    )

    assert (edition("ISO 1:2016").date, edition("ISO 1:2016").differences) == ("2016-05-03", [])


def test_stages_kept_as_records_of_their_own_are_editions_of_one_document(take, document):
    """ISO keeps AWI, CD, DIS of one project as separate records."""
    take(
        row("ISO/IEC AWI 42001", stage="20", substage="00"),
        row("ISO/IEC CD 42001", stage="30", substage="60"),
        row("ISO/IEC DIS 42001", stage="40", substage="60"),
        row("ISO/IEC 42001:2023", stage="60", substage="60"),
    )

    one = document("ISO/IEC 42001")
    assert Document.objects.count() == 1
    assert (one.editions_known, one.current, one.stage) == (4, "ISO/IEC 42001:2023", "published")


def test_a_draft_does_not_stand_for_a_document_that_is_in_force(take, document):
    take(row("ISO/IEC 42001:2023", stage="60", substage="60"), row("ISO/IEC DIS 42001", stage="40", substage="20"))

    assert document("ISO/IEC 42001").current == "ISO/IEC 42001:2023"


def test_a_withdrawn_edition_does_not_stand_for_a_document_with_one_in_force(take, document):
    take(
        row("ISO 9:1999", stage="60", substage="60", title={"en": "Old"}),
        row("ISO 9:2020", stage="95", substage="99", title={"en": "New"}),
    )

    assert (document("ISO 9").current, document("ISO 9").title) == ("ISO 9:1999", {"en": "Old"})


def test_when_the_current_edition_changes_the_document_says_what_the_new_one_says(take, document):
    group = {"name": "A", "identifier": "ISO/TC 1"}
    take(row("ISO 9:2020", stage="60", substage="60", title={"en": "New"}, doctype="guide", fetched="2021-01-01"))
    take(row("ISO 9:1999", stage="60", substage="60", title={"en": "Old"}, doctype="standard", group=[group]))
    take(row("ISO 9:2020", stage="95", substage="99", title={"en": "New"}, doctype="guide", fetched="2022-01-01"))

    one = document("ISO 9")
    assert (one.current, one.title, one.type) == ("ISO 9:1999", {"en": "Old"}, "standard")
    assert one.committee is not None
    assert one.committee.designation == "ISO/TC 1"


def test_a_second_primary_identifier_is_kept_as_another_name(take):
    take(row("IEEE Std 7000-2021", body="ieee", ids=[["IEEE", "IEEE Std 7000™-2021"], ["DOI", "10.1109/X"]]))

    assert Identifier.objects.filter(kind="DOI", value="10.1109/X").exists()
    assert queries.find("10.1109/X", ANYONE) == Document.objects.get()


def test_a_twin_text_of_two_bodies_makes_one_work(take, document):
    """1,068 ITU records name the ISO/IEC standard with the same text."""
    take(
        row("ITU-T X.509 (10/2019)", body="itu", ids=[["twin", "ISO/IEC 9594-8:2020"]]),
        row("ISO/IEC 9594-8:2020"),
    )

    assert document("ITU-T X.509").work == document("ISO/IEC 9594-8").work is not None


# relations


def test_the_updates_of_iso_point_at_the_later_document(take):
    take(row("ISO 9:1999", rel=[{"type": "updates", "id": "ISO 9:2020"}]))

    assert relations() == [("ISO 9:1999", RelationKind.SUPERSEDED_BY, "ISO 9:2020")]


def test_the_updates_of_iso_to_an_amendment_means_it_is_amended(take):
    take(row("ISO 9:1999", rel=[{"type": "updates", "id": "ISO 9:1999/Amd 1:2001"}]))

    assert relations()[0][1] == RelationKind.AMENDED_BY


@pytest.mark.parametrize(("words", "kind"), [("revises", "supersedes"), ("amends", "amends"), ("corrects", "amends")])
def test_the_updates_of_ieee_mean_what_their_note_says(take, words, kind):
    take(row("IEEE Std 1-2020", body="ieee", rel=[{"type": "updates", "id": "IEEE Std 2-2010", "desc": words}]))

    assert relations()[0][1] == kind


def test_a_record_that_points_at_itself_has_no_relation(take):
    """3GPP has 29 `adoptedAs` that do."""
    take(row("ISO 9:1999", rel=[{"type": "adoptedAs", "id": "ISO 9:1999"}]))

    assert relations() == []


def test_a_relation_written_twice_is_kept_once(take):
    take(row("ISO 9:1999", rel=[{"type": "cites", "id": "ISO 1"}, {"type": "cites", "id": "ISO  1"}]))

    assert len(relations()) == 1


def test_a_relation_comes_alive_when_its_target_is_imported(take, document):
    take(row("ISO 9:1999", rel=[{"type": "obsoletes", "id": "ISO 8:1990"}]))
    (link,) = next(iter(queries.dossier(document("ISO 9"), ANYONE).links.values()))
    assert link.document is None

    take(row("ISO 8:1990"))
    (link,) = next(iter(queries.dossier(document("ISO 9"), ANYONE).links.values()))
    assert link.document.key == "ISO 8"


def test_itu_targets_find_records_though_they_lack_the_sectors_name(take, document):
    take(
        row("ITU-T Y.3173 (02/2020)", body="itu", rel=[{"type": "cites", "id": "Y.3172 (06/2019)"}]),
        row("ITU-T Y.3172 (06/2019)", body="itu"),
    )

    found = queries.dossier(document("ITU-T Y.3173"), ANYONE)
    assert [link.document.key for links in found.links.values() for link in links] == ["ITU-T Y.3172"]


def test_the_relations_of_a_changed_record_are_replaced(take):
    take(row("ISO 9:1999", rel=[{"type": "cites", "id": "ISO 1"}]))
    take(row("ISO 9:1999", rel=[{"type": "cites", "id": "ISO 2"}]))

    assert [target for _edition, _kind, target in relations()] == ["ISO 2"]


def test_many_thousand_relations_on_one_record_are_all_kept_and_a_page_shows_some(take, document):
    take(row("ISO 9:1999", rel=[{"type": "cites", "id": f"ISO {n}"} for n in range(10, 20_010)]))

    found = queries.dossier(document("ISO 9"), ANYONE)
    shown = sum(len(links) for links in found.links.values())
    assert Relation.objects.count() == 20_000
    assert shown + found.links_left == 20_000
    assert shown == queries.SHOWN_LINKS
    links, total = queries.relations_page(document("ISO 9"), ANYONE, 200)
    assert (len(links), total) == (100, 20_000)


# works


def test_an_adoption_a_body_declares_makes_one_work(take, document):
    take(row("ISO 9:1999"), row("EN ISO 9:2000", body="etsi", rel=[{"type": "adoptedFrom", "id": "ISO 9:1999"}]))

    documents = Document.objects.exclude(work=None)
    assert len({one.work_id for one in documents}) == 1
    assert documents.count() == 2


def test_equal_titles_alone_make_no_work(take):
    take(row("ISO 9:1999", title={"en": "Robots"}), row("JIS B 9:2001", body="jis", title={"en": "Robots"}))

    assert not Document.objects.exclude(work=None).exists()


def test_a_third_document_joins_the_work_of_two(take):
    take(row("ISO 9:1999"), row("JIS B 9:2001", body="jis", rel=[{"type": "adoptedFrom", "id": "ISO 9"}]))
    take(row("GOST 9-2005", body="easc", rel=[{"type": "identical", "id": "ISO 9"}]))

    assert len(set(Document.objects.values_list("work", flat=True))) == 1
    assert Document.objects.exclude(work=None).count() == 3


def test_an_adoption_of_something_unknown_makes_no_work(take):
    take(row("JIS B 9:2001", body="jis", rel=[{"type": "adoptedFrom", "id": "ISO 9:1999"}]))

    assert not Document.objects.exclude(work=None).exists()


# titles, languages, committees, the AI set


def test_a_record_without_a_title_is_kept(take, document):
    """1,592 errata and amendments of the ITU have none."""
    take(row("ITU-T X.1 (2000) Cor. 1 (01/2001)", body="itu", title=None))

    assert str(Document.objects.get().title) == ""


def test_markup_and_entities_in_titles_are_not_content(take, document):
    take(row("IEC 1:2000", body="iec", title={"en": "<p>Robots &amp; <b>people</b></p><script>alert(1)</script>"}))

    title = str(document("IEC 1").title)
    assert "<" not in title
    assert "Robots & people" in title


@pytest.mark.parametrize(("given", "kept"), [("rus", "ru"), ("eng", "en"), ("EN", "en"), ("Latn", "und")])
def test_language_codes_of_other_lists_become_tags(take, document, given, kept):
    take(row("GOST 1-2000", body="easc", title={given: "Роботы"}))

    assert list(Document.objects.get().title) == [kept]


@pytest.mark.parametrize(
    "title",
    ["Robots \x00 and people", "Robots \ud800 and people", "Robots \u202e and people", "x" * 100_000, "\U0001f916"],
    ids=["NUL", "surrogate", "override", "long", "emoji"],
)
def test_odd_characters_in_a_title_do_not_stop_an_import(take, title):
    report = take(json.dumps(row("ISO 9:1999", title={"en": title})), row("ISO 10:1999"))

    assert report.counts["new"] == 2
    assert log.verify().holds
    assert "\x00" not in str(Document.objects.get(key="ISO 9").title)


def test_committees_stand_in_their_tree(take):
    take(row("ISO/IEC 22989:2022", group=[{"name": "AI", "identifier": "ISO/IEC JTC 1/SC 42"}]))

    one = Committee.objects.get(designation="ISO/IEC JTC 1/SC 42")
    assert one.parent is not None
    assert one.parent.designation == "ISO/IEC JTC 1"


def test_what_one_file_puts_in_the_ai_set_another_does_not_take_out(take, document):
    take(row("ISO 9:1999", ai=ai()))
    take(row("ISO 9:1999", title={"en": "Changed"}))
    take(row("ISO 9:1999", ai=ai(strength="weak", rule="keyword:AI")))

    one = document("ISO 9")
    assert one.selection == Selection.AI
    assert sorted(one.reasons) == [["keyword:AI", "AI"], ["title:AI", "AI"]]


def test_a_document_newly_in_the_ai_set_is_reported_though_no_claim_changed(take, document):
    take(row("ISO 9:1999"))
    report = take(row("ISO 9:1999", ai=ai()))

    assert (report.counts["unchanged"], report.counts["reselected"]) == (1, 1)
    assert document("ISO 9").selection == Selection.AI


def test_a_source_that_corrects_an_identifier_moves_its_claim(take):
    take(row("ISO 9:1999", src="a"))
    take(row("ISO 10:1999", src="a"))

    assert list(Claim.objects.values_list("edition__key", flat=True)) == ["ISO 10:1999"]
    assert Edition.objects.get(key="ISO 9:1999").withdrawn_at is not None
    assert log.verify().holds


def test_an_edition_that_comes_back_is_seen_again(take):
    take(row("ISO 9:1999", src="a"))
    take(row("ISO 10:1999", src="a"))
    take(row("ISO 9:1999", src="a"))

    assert list(Edition.objects.visible_to(ANYONE).values_list("key", flat=True)) == ["ISO 9:1999"]


def test_two_nodes_that_know_a_standard_know_it_under_one_id(take):
    take(row("ISO/IEC 42001:2023"))

    assert str(Document.objects.get().rid) == "bb0c201a-58b6-5a22-b55a-f410258ef81c"


# what cannot be taken


def test_what_cannot_be_read_is_refused_by_file_and_line_and_the_rest_is_taken(take):
    report = take(row("ISO 1:2016"), "{broken", row("", title={"en": "no identifier"}), "[1, 2]", row("ISO 2:2016"))

    assert (report.counts["new"], report.counts["refused"]) == (2, 3)
    assert [(refusal.file.rsplit("/", 1)[-1], refusal.line) for refusal in report.refusals] == [
        ("1.jsonl", 2),
        ("1.jsonl", 3),
        ("1.jsonl", 4),
    ]
    told = [json.loads(line) for line in report.details.read_text().splitlines()]
    assert [one["line"] for one in told if one["what"] == "refused"] == [2, 3, 4]


def test_a_file_of_something_else_is_refused_once(take, monkeypatch):
    report = take(*["not json at all"] * 1_000)

    assert report.counts["refused"] == 1
    assert len(report.refusals) == 1


def test_a_cut_off_file_gives_what_stands_before_the_cut(tmp_path):
    import gzip

    whole = gzip.compress("".join(json.dumps(row(f"ISO {n}:2000")) + "\n" for n in range(1, 2_001)).encode())
    file = tmp_path / "cut.jsonl.gz"
    file.write_bytes(whole[: len(whole) // 2])
    report = services.import_catalogue([file])

    assert report.counts["new"] > 100
    assert "cut off" in report.refusals[-1].reason
    assert log.verify().holds


def test_nothing_at_the_path_is_an_error_for_people(tmp_path):
    with pytest.raises(NothingToImport):
        services.import_catalogue([tmp_path / "nowhere.jsonl"])


def test_a_batch_that_fails_leaves_nothing_of_itself(take, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 10)
    original = imports.Batch.write
    calls = []

    def write(batch):
        outcome = original(batch)
        calls.append(batch)
        if len(calls) == 2:
            raise OSError("No space left on device")
        return outcome

    monkeypatch.setattr(imports.Batch, "write", write)
    with pytest.raises(OSError, match="No space"):
        take(*(row(f"ISO {n}:2000") for n in range(1, 31)))

    assert Document.objects.count() == 10
    assert ImportRun.objects.get().lines == 10
    assert log.verify().holds


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path, monkeypatch, db):
    from tests.support import write

    monkeypatch.setattr(imports, "BATCH", 10)
    file = write(tmp_path / "thirty.jsonl", (row(f"ISO {n}:2000") for n in range(1, 31)))

    class Stopped(Exception): ...

    def stop(_file: str, done: int, _total: int) -> None:
        if done >= 20:
            raise Stopped

    with pytest.raises(Stopped):
        services.import_catalogue([file], progress=stop)
    report = services.import_catalogue([file])

    assert (report.counts["resumed"], report.counts["read"], report.counts["new"]) == (20, 10, 10)
    assert Document.objects.count() == 30
    assert ImportRun.objects.get().state == ImportRun.State.DONE


def test_an_import_says_how_far_it_is(tmp_path, monkeypatch):
    from tests.support import write

    monkeypatch.setattr(imports, "BATCH", 10)
    file = write(tmp_path / "thirty.jsonl.gz", (row(f"ISO {n}:2000") for n in range(1, 31)))
    said: list[tuple[str, int, int]] = []
    services.import_catalogue([file], progress=lambda *words: said.append(words))

    assert said[0] == ("thirty.jsonl.gz", 10, 30)
    assert said[-1] == ("thirty.jsonl.gz", 30, 30)


def test_many_records_are_few_entries_of_the_log(take):
    take(*(row(f"ISO {n}:2000") for n in range(1, 301)))

    assert Change.objects.filter(kind__in=("document", "edition")).count() == 2
    assert Change.objects.filter(kind="document").get().count == 300


def test_every_title_waits_for_its_vector(take):
    take(
        row("ISO 1:2000", title={"en": "Robots", "fr": "Robots industriels"}),
        row("ISO 2:2000", title={"en": "Robots"}),
    )

    assert set(Text.objects.values_list("text", flat=True)) >= {"Robots", "Robots industriels"}


def test_stages_of_every_body_are_on_one_scale(take):
    take(
        row("ISO 1:2000", stage="60", substage="60"),
        row("IEC 2:2000", body="iec", stage="WITHDRAWN"),
        row("ISO/CD 3", stage="30", substage="20"),
    )

    assert dict(Edition.objects.values_list("identifier", "stage")) == {
        "ISO 1:2000": Stage.PUBLISHED,
        "IEC 2:2000": Stage.WITHDRAWN,
        "ISO/CD 3": Stage.DRAFTING,
    }
