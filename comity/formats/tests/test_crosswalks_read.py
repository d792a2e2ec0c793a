# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""Crosswalks in each of the forms that they are published in."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
import yaml

from comity.formats.crosswalks import detect, read, read_all, write, writers
from comity.formats.crosswalks.words import relation_of
from comity.formats.tests.crosswalks import (
    CROSSWALKS,
    PUBLISHED,
    SAMPLES,
    bare,
    from_sample,
    needs_crosswalks,
    pairs,
    refused,
    sample,
)

FILES = sorted(CROSSWALKS.glob("*.tsv"))


def table(*rows, delimiter="\t"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def sssom(*rows, about=""):
    columns = ("subject_id", "predicate_modifier", "predicate_id", "object_id", "confidence")
    return about.encode() + table(columns, *rows)


def library(*sets):
    return yaml.safe_dump({"urn": "urn:l", "objects": {"requirement_mapping_sets": list(sets)}}).encode()


def mapping_set(*entries, **more):
    urns = {f"{side}_framework_urn": f"urn:x:risk:framework:{side}" for side in ("source", "target")}
    return {**urns, "requirement_mappings": list(entries), **more}


def entry(source, target, relationship="equal"):
    return {
        "source_requirement_urn": f"urn:x:risk:req_node:source:{source}",
        "target_requirement_urn": f"urn:x:risk:req_node:target:{target}",
        "relationship": relationship,
    }


def collection(*maps, **more):
    mapping = {"source-resource": {"href": "a.json"}, "target-resource": {"href": "b.json"}, "maps": list(maps)}
    return json.dumps({"mapping-collection": {"uuid": "u", "mappings": [{**mapping, **more}]}}).encode()


def map_(sources, targets, relationship, **more):
    ends = {
        name: [{"type": "control", "id-ref": ref} for ref in refs]
        for name, refs in (("sources", sources), ("targets", targets))
    }
    return {"relationship": relationship, **ends, **more}


# Which form a file has


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_sample_is_told_by_its_content(path):
    assert detect(path.read_bytes()) == path.name.partition(".")[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xd0\xcf\x11\xe0...", "password"),
        (b"PK\x03\x04...", "not a workbook"),
        (b"\0\1\2\3" * 100, "not a text file"),
        (b'{"catalog": {}}', "no crosswalk"),
        (b"<catalog/>", "no crosswalk"),
        (b"Weight,Colour\n1,red\n", "call the columns"),
        (b"x" * (33 * 1024 * 1024), "larger than"),
    ],
)
def test_what_is_no_crosswalk_is_refused_in_words(content, message):
    assert message in refused(content)


def test_a_form_that_there_is_not_is_refused():
    assert "there is no form 'papyrus'" in refused(b"x", form="papyrus")


# Tables


def test_a_table_of_pairs_is_read_with_what_has_no_counterpart_on_either_side():
    crosswalk = from_sample("tsv.tsv")
    assert (crosswalk.source_name, crosswalk.target_name) == ("care-code.en", "tidy-guide.en")
    assert crosswalk.publisher == "Sample Institute"
    assert pairs(crosswalk) == [("1.1", "subset", "A.2"), ("1.2", "", "A.2"), ("2", "none", "B.1")]
    assert [one.publisher_word for one in crosswalk.mappings] == ["subset", "related", "not related to"]
    assert [one.line for one in crosswalk.mappings] == [2, 3, 4]
    assert (crosswalk.no_counterpart, crosswalk.target_no_counterpart) == (("3",), ("C.9",))
    assert crosswalk.warnings == ()


def test_a_table_may_have_other_delimiters_and_headers_and_lines_above():
    first, second = from_sample("csv.csv").mappings
    assert (first.relation, first.strength, first.rationale) == ("intersects", 0.7, "Both ask for a diary")
    assert (second.relation, second.strength, second.line) == ("equal", 1.0, 4)


def test_of_a_workbook_the_sheet_with_the_columns_is_read():
    crosswalk = from_sample("xlsx.xlsx")
    assert pairs(crosswalk) == [("1.1", "superset", "A.2"), ("1.2", "", "A.3")]
    assert [one.line for one in crosswalk.mappings] == [2, 3]


def test_what_is_doubtful_in_a_table_is_a_warning():
    unread, again, words = from_sample("xlsx.xlsx").warnings
    assert "not read: colour" in unread
    assert "again and kept once: 1 (the first: line 4); 1 of them with another relationship" in again
    assert "'touches'" in words


def test_rows_of_several_pairs_of_instruments_are_several_crosswalks():
    content = table(
        ["source_doc", "source_ref", "target_doc", "target_ref"],
        ["a", "1", "b", "2"],
        ["a", "1", "c", "3"],
        ["a", "2", "b", "2"],
    )
    first, second = read_all(content, file="x")
    assert (first.target_name, pairs(first)) == ("b", [("1", "", "2"), ("2", "", "2")])
    assert (second.target_name, pairs(second)) == ("c", [("1", "", "3")])
    with pytest.raises(Exception, match="holds 2 crosswalks \\(a to b; a to c\\)"):
        read(content, file="x")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["Ref", "Other"], ["1", "2"]], "line 1: there are no columns source_ref and target_ref"),
        ([["source_ref", "target_ref"]], "nothing below the header"),
        ([["source_ref", "target_ref"], ["1", ""]], "line 2: 1 is mapped to nothing"),
        ([["source_ref", "target_ref"], ["1", "2"], ["", "2"]], "line 3: 2 is mapped to nothing"),
        ([["source_ref", "target_ref", "relationship"], ["", "", "none"]], "line 2: a mapping names no clause"),
        ([["source_ref", "source id", "target_ref"], ["1", "1", "2"]], "two columns for source_ref"),
        ([["source_ref", "target_ref", "relation", "relationship"], ["1", "2", "odd", ""]], "no relation 'odd'"),
        ([["source_ref", "target_ref"], *[[str(n), "x"] for n in range(20_001)]], "more than 20,000"),
    ],
)
@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_a_table_that_says_too_little_or_too_much_is_refused(rows, message, delimiter):
    assert message in refused(table(*rows, delimiter=delimiter))


def test_columns_that_nobody_knows_are_shown_in_the_message():
    assert "(columns: Weight, Colour)" in refused(b"Weight,Colour\n1,red\n", form="csv")


@pytest.mark.parametrize(("text", "strength"), [("0.5", 0.5), ("", None), ("n/a", None), ("7", None), ("high", None)])
def test_a_strength_is_a_number_from_0_to_1_or_left_out(text, strength):
    crosswalk = read(table(["source_ref", "target_ref", "strength"], ["1", "2", text]), file="x")
    assert crosswalk.mappings[0].strength == strength
    assert bool(crosswalk.warnings) == (text in ("7", "high"))


def test_a_clause_that_is_said_to_have_none_and_yet_is_mapped_stays_mapped():
    crosswalk = read(
        table(["source_ref", "target_ref", "relationship"], ["1", "2", "equal"], ["1", "", "none"]), file="x"
    )
    assert crosswalk.no_counterpart == ()
    assert "yet mapped: 1" in crosswalk.warnings[0]


def test_an_encoding_that_was_guessed_is_a_warning_and_one_that_cannot_be_is_refused():
    french = "source_ref;target_ref;comment\n1;2;Système de management à l’essai\n"
    assert "Windows-1252" in read(french.encode("cp1252"), file="x").warnings[0]
    assert read(french.encode("utf-16"), file="x").mappings[0].rationale == "Système de management à l’essai"
    assert "line 2" in refused("source_ref;target_ref\n1;Слово о полку\n".encode("cp1251"))


@pytest.mark.parametrize(
    ("word", "relation"),
    [
        ("Equal", "equal"), ("equivalent-to", "equal"), ("subset of", "subset"), ("Superset Of", "superset"),
        ("intersects with", "intersects"), ("intersect", "intersects"), ("not_related", "none"),
        ("No relationship", "none"), ("related", ""), ("informative reference", ""), ("supports", ""), ("", ""),
    ],
)  # fmt: skip
def test_words_of_publishers_are_relations_of_sets(word, relation):
    assert relation_of(word) == relation


# NIST OLIR


def test_an_olir_workbook_goes_from_the_focal_document_to_the_reference_document():
    crosswalk = from_sample("olir.xlsx")
    assert (crosswalk.source_name, crosswalk.source_edition) == ("Care-code-v2", "2.0")
    assert (crosswalk.target_name, crosswalk.target_edition) == ("Tidy guide", "2025")
    assert (crosswalk.publisher, crosswalk.published) == ("Sample Institute", "02/03/2025")
    assert pairs(crosswalk) == [
        ("C.1-01", "subset", "10.1"),
        ("C.1-02", "none", "10.2"),
        ("C.1-02", "equal", "10.3"),
    ]
    assert [one.strength for one in crosswalk.mappings] == [0.7, 0, None]
    assert crosswalk.mappings[0].rationale == "Semantic; The guide asks for more."
    assert crosswalk.no_counterpart == ("C.1",)


def test_a_workbook_without_the_columns_of_the_template_is_no_olir_workbook():
    assert "not the OLIR template" in refused(sample("xlsx.xlsx"), form="olir")


def test_a_concept_crosswalk_of_olir_only_lists_pairs():
    book = openpyxl.Workbook()
    for row in (["Focal Document Element", "Reference Document Element (Optional)"], ["A", "1"], [None, None]):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    assert pairs(read(packed.getvalue(), file="x")) == [("A", "", "1")]


# SSSOM


def test_a_mapping_set_has_its_refs_without_the_prefixes_that_it_declares():
    crosswalk = from_sample("sssom.tsv")
    assert (crosswalk.title, crosswalk.publisher) == ("Care and tidiness", "Sample Institute")
    assert (crosswalk.source_name, crosswalk.source_edition, crosswalk.published) == ("Care code", "2", "2025-02-03")
    assert pairs(crosswalk) == [
        ("1.1", "subset", "A.2"),
        ("1.2", "equal", "A.3"),
        ("1.3", "", "A.3"),
        ("2", "none", "B.1"),
    ]
    assert [one.publisher_word for one in crosswalk.mappings][2:] == ["skos:relatedMatch", "Not skos:relatedMatch"]
    assert [one.strength for one in crosswalk.mappings] == [0.8, None, None, None]
    assert [one.line for one in crosswalk.mappings] == [13, 14, 15, 16]
    assert crosswalk.no_counterpart == ("3",)


@pytest.mark.parametrize(
    ("predicate", "relation"),
    [
        ("skos:exactMatch", "equal"), ("skos:broadMatch", "subset"), ("skos:narrowMatch", "superset"),
        ("skos:closeMatch", "intersects"), ("skos:relatedMatch", ""), ("made:up", ""),
        ("http://www.w3.org/2004/02/skos/core#exactMatch", "equal"),
    ],
)  # fmt: skip
def test_a_predicate_is_read_from_subject_to_object(predicate, relation):
    [one] = read(sssom(["a:1", "", predicate, "b:2", ""]), file="x").mappings
    assert (one.source_ref, one.relation, one.target_ref) == ("a:1", relation, "b:2")


def test_a_denied_equality_is_read_as_no_relationship_with_a_warning():
    crosswalk = read(sssom(["1", "Not", "skos:exactMatch", "2", ""]), file="x")
    assert pairs(crosswalk) == [("1", "none", "2")]
    assert "they may say less" in crosswalk.warnings[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"#a: [\nsubject_id\tpredicate_id\tobject_id\n1\tx\t2\n", "lines of # before the table"),
        (b"#a: b\n", "this is not SSSOM"),
        (b"subject_id\tobject_id\n1\t2\n", "no column predicate_id"),
        (sssom(["1", "", "skos:exactMatch", "", ""]), "line 2: 1 is mapped to nothing"),
    ],
)
def test_what_is_no_mapping_set_is_refused(content, message):
    assert message in refused(content)


# CISO Assistant


def test_a_library_gives_its_mapping_and_not_its_reverse_too():
    crosswalk = from_sample("ciso-assistant-yaml.yaml")
    assert (crosswalk.source_name, crosswalk.target_name, crosswalk.licence) == ("care", "tidy", "CC0-1.0")
    assert pairs(crosswalk) == [("1.1", "subset", "a.2"), ("1.2", "none", "a.3")]
    assert (crosswalk.mappings[0].strength, crosswalk.mappings[0].rationale) == (0.7, "semantic")
    assert [one.line for one in crosswalk.mappings] == [16, 21]
    assert "in the other direction too" in crosswalk.warnings[0]


def test_a_reverse_that_says_something_else_is_a_crosswalk_of_its_own():
    turned = mapping_set(
        {**entry("1", "2"), "source_requirement_urn": "urn:x:risk:req_node:target:9"},
        source_framework_urn="urn:x:risk:framework:target",
        target_framework_urn="urn:x:risk:framework:source",
    )
    assert len(read_all(library(mapping_set(entry("1", "2")), turned), file="x")) == 2


def test_a_library_without_a_mapping_or_with_one_to_nothing_is_refused():
    assert "it holds framework" in refused(b"objects:\n  framework: {}\n")
    assert "1 is mapped to nothing" in refused(library(mapping_set(entry("1", ""))))


# OSCAL


@pytest.mark.parametrize("form", ["json", "xml", "yaml"])
def test_a_mapping_collection_is_the_same_in_json_xml_and_yaml(form):
    crosswalk = from_sample(f"oscal-mapping-{form}.{form}")
    assert (crosswalk.source_name, crosswalk.target_name) == ("Care code", "https://example.org/tidy.json")
    assert (crosswalk.title, crosswalk.publisher) == ("Care and tidiness", "Sample Institute")
    assert (crosswalk.published, crosswalk.no_counterpart) == ("2025-02-03", ("care-3",))
    assert pairs(crosswalk)[0] == ("care-1", "equal", "tidy-2")
    assert [one.rationale for one in crosswalk.mappings][:2] == ["functional", "Both halves together."]
    assert all(one.line for one in crosswalk.mappings)


@pytest.mark.parametrize(
    ("sources", "targets", "relationship", "relation"),
    [
        ("a", "x", "subset-of", "subset"), ("a", "x", "no-relationship", "none"),
        ("ab", "x", "subset-of", "subset"), ("ab", "x", "equal-to", "subset"), ("ab", "x", "superset-of", ""),
        ("a", "xy", "superset-of", "superset"), ("a", "xy", "equivalent-to", "superset"),
        ("a", "xy", "subset-of", ""), ("ab", "x", "intersects-with", ""),
        ("ab", "xy", "equal-to", ""), ("ab", "xy", "no-relationship", "none"),
    ],
)  # fmt: skip
def test_of_a_map_of_several_each_pair_keeps_what_follows_for_it(sources, targets, relationship, relation):
    crosswalk = read(collection(map_(sources, targets, relationship)), file="x")
    assert pairs(crosswalk) == [(source, relation, target) for source in sources for target in targets]
    assert bool(crosswalk.warnings) == (len(sources) > 1 or len(targets) > 1)


def test_a_relationship_of_another_namespace_is_kept_as_a_word():
    [one] = read(collection(map_("a", "x", "equal-to", ns="https://example.org")), file="x").mappings
    assert (one.relation, one.publisher_word) == ("", "equal-to")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (collection(map_("a", "", "equal-to")), "map 1 maps a to nothing"),
        (collection(), "no mappings were found"),
        (b'{"mapping-collection": {"mappings": []}}', "not an OSCAL mapping-collection"),
        (b'{"mapping-collection": ', "this is not JSON"),
        (b'{"mapping-collection": ' + b"[" * 100_000, "nested"),
        (collection(map_(map(str, range(1_000)), map(str, range(1_000)), "equal-to")), "more than 20,000"),
    ],
)
def test_what_is_no_mapping_collection_is_refused(content, message):
    assert message in refused(content)


# What others published


@needs_crosswalks
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shared_crosswalk_is_read_whole(path):
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    crosswalk = read(path.read_bytes(), file=path.name)
    assert [(one.source_ref, one.publisher_word, one.target_ref) for one in crosswalk.mappings] == [
        (row["source_ref"], row["relationship"], row["target_ref"]) for row in rows
    ]
    assert crosswalk.warnings == ()


@needs_crosswalks
@pytest.mark.parametrize("form", writers())
def test_shared_crosswalks_are_written_and_read_back_equal(form):
    for name in ("cis-controls-8__iso-27001.tsv", "fr-recyf__eu-nis2-annex.tsv", "kr-tta-guidebook__nist-ai-rmf.tsv"):
        crosswalk = bare(read((CROSSWALKS / name).read_bytes(), file=name))
        assert bare(read(write(crosswalk, form), file=name)) == crosswalk


@needs_crosswalks
def test_the_published_library_says_what_the_shared_table_says():
    library = read(PUBLISHED.read_bytes(), file=PUBLISHED.name)
    shared = read((CROSSWALKS / "nist-csf-2.0__iso-27001.tsv").read_bytes(), file="x")
    assert {(a.casefold(), relation, b.casefold()) for a, relation, b in pairs(shared)} == set(pairs(library))
