# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""The project's own JSON, libraries of CISO Assistant and the YAML of ATLAS."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.instruments import SourceInstrument, ciso_assistant, read, write
from comity.formats.instruments.kinds import kind_of_ref
from comity.formats.tests.instruments import (
    INSTRUMENTS,
    LINES,
    ORIGINALS,
    bare,
    differing,
    even,
    needs_instruments,
    only_refused,
    original,
    outline,
    refused,
    sample,
    shared,
    trees,
)

FILES = sorted(INSTRUMENTS.glob("*.json"))


def own(*clauses, **more):
    return json.dumps({"id": "x", "clauses": list(clauses), **more}).encode()


def clause(ref, parent=None, **more):
    return {"ref": ref, "parent": parent, "heading": "", "text": "", **more}


def library(*nodes, **more):
    framework = {"urn": "urn:x", "ref_id": "X", "name": "X", "requirement_nodes": list(nodes)}
    return yaml.safe_dump({"urn": "urn:l", "locale": "en", "objects": {"framework": framework}, **more}).encode()


def node(ref, parent=None, **more):
    above = {"parent_urn": f"urn:x:{parent}"} if parent else {}
    return {"urn": f"urn:x:{ref}", "ref_id": ref, "assessable": True, "name": "N", **above, **more}


# The project's own form


def test_the_own_form_has_all_that_an_instrument_has():
    instrument = read(sample("comity-json.json"))
    assert (instrument.form, instrument.identifier, instrument.language) == ("comity-json", "sample-act", "en")
    assert (instrument.licence, instrument.redistribute) == ("CC0-1.0", "yes")
    assert outline(instrument)[3] == ("Art.1(a)", "Art.1")
    assert instrument.clauses[-1].guidance == "A diary is enough."
    assert [one.kind for one in instrument.clauses] == ["recital", "chapter", "article", "point", "point", "control"]


@pytest.mark.parametrize(
    ("ref", "kind"),
    [
        ("Recital 12", "recital"), ("Preamble", "preamble"), ("Ch.III", "chapter"), ("Ch.III.S2", "section"),
        ("Part I", "part"), ("Title.II.Ch.1", "chapter"), ("Title.II", "part"), ("Art.9", "article"),
       
        ("Art.9 bis", "article"), ("Art.9(2)", "paragraph"), ("Art.9(a)", "point"), ("Art.9(2)(a)", "point"),
        ("Art.43(1)(a)~2", "point"),
        ("Annex III", "annex"), ("Annex III(1)", "point"), ("Annex VIII.S1", "section"), ("Annex", "annex"),
        ("s.3", "section"), ("s.3(2)", "paragraph"), ("s.3(2)(a)", "point"), ("§6-1-1701", "section"),
        ("GOVERN 1.1", "clause"), ("A.6.1.2", "clause"), ("4.1", "clause"),
    ],
)  # fmt: skip
def test_refs_of_laws_say_what_a_clause_is(ref, kind):
    assert kind_of_ref(ref) == kind


@given(trees(), LINES)
def test_what_is_written_reads_back_equal(clauses, title):
    instrument = SourceInstrument(
        title=title,
        clauses=clauses,
        form="x",
        language="ar",
        redistribute="no",
        date="2024",
        version="2",
        nature="machine",
    )
    again = read(write(instrument, "comity-json"))
    assert bare(again.clauses) == bare(clauses)
    assert (again.title, again.language, again.redistribute) == (title, "ar", "no")
    assert (again.date, again.version, again.nature) == ("2024", "2", "machine")
    assert write(again, "comity-json") == write(instrument, "comity-json")


def test_the_parent_has_to_come_first():
    assert "does not come before it" in refused(own(clause("a", "b"), clause("b")))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"{", b'{"clauses": 1}', b'{"clauses": []}', b'{"clauses": [1]}', b'{"clauses": [{}] ',
        b"[" * 100_000,
        b'{"clauses": ' + b"[" * 90 + b"]" * 90 + b"}",
        b'{"clauses": [{"ref": ' + b"9" * 5000 + b"}]}",
        '{"clauses": [{"ref": "é"}]}'.encode("latin-1"), b'{"clauses": [{"ref": "a\0"}]',
    ],
)  # fmt: skip
def test_what_is_not_the_own_form_is_refused(content):
    assert refused(content, form="comity-json")


def test_broken_json_is_refused_with_the_line():
    assert "line 2: this is not JSON" in refused(b'{"clauses": [\n{"ref" 1}]}', form="comity-json")


def test_lone_surrogates_and_nul_do_not_come_through():
    [only] = read(own(clause("a\ud800", text="x\ud800\0y\u202e", heading="\udfff"))).clauses
    assert (only.ref, only.text, only.heading) == ("a\ufffd", "x\ufffdy", "\ufffd")


def test_a_hundred_thousand_clauses_are_refused_and_not_waited_for():
    assert "not one instrument" in refused(own(*(clause(str(number)) for number in range(100_000))))


@needs_instruments
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shared_instrument_reads_and_writes_back_equal(path):
    content = path.read_bytes()
    instrument = read(content, file=path.name)
    before, after = json.loads(content), json.loads(write(instrument, "comity-json"))
    for one in (*before["clauses"], *after["clauses"]):
        one["text"] = even(one["text"])
    assert after == before
    assert not any(one.doubts for one in instrument.clauses)
    assert bare(read(write(instrument, "comity-json")).clauses) == bare(instrument.clauses)


@needs_instruments
def test_most_shared_instruments_are_written_byte_for_byte():
    """The others have spaces before line ends, or several empty lines in a row."""
    other = [path.stem for path in FILES if write(read(path), "comity-json") != path.read_bytes()]
    assert len(FILES) - len(other) >= 59


# CISO Assistant


def test_a_library_gives_its_framework_with_parents_first():
    instrument = read(sample("ciso-assistant.yaml"))
    assert (instrument.title, instrument.identifier, instrument.body) == (
        "Care framework",
        "CARE",
        "Sample Institute",
    )
    assert (instrument.date, instrument.version, instrument.language) == ("2025-02-03", "3", "en")
    assert outline(instrument) == [("1", None), ("1.2", "1"), ("n:node3", "1")]
    plan, review, note = instrument.clauses
    assert (plan.kind, review.kind) == ("group", "control")
    assert (review.text, review.guidance) == ("Review the plan.\nEvery year.", "Ask the people concerned.")
    assert note.doubts == ("no-number",)


def test_a_library_is_read_in_one_of_its_languages():
    instrument = read(sample("ciso-assistant.yaml"), language="fr")
    assert (instrument.title, instrument.language) == ("Référentiel de soin", "fr")
    assert [one.heading for one in instrument.clauses] == ["Planifier", "Revue", ""]
    assert "1 of 3 clauses have no translation" in instrument.warnings[0]
    assert ciso_assistant.languages(sample("ciso-assistant.yaml"), "x") == ("en", "fr")
    assert "nothing in the language 'ar'" in refused(sample("ciso-assistant.yaml"), language="ar")


def test_nodes_in_a_circle_are_refused():
    assert "stands above itself" in refused(library(node("a", "b"), node("b", "a"), node("c")))


def test_a_number_of_two_nodes_keeps_the_children_of_each():
    first, second = node("1", urn="urn:x:first"), node("1", urn="urn:x:second")
    below = [node("1.1", "first"), node("1.2", "second")]
    assert outline(read(library(first, second, *below))) == [("1", None), ("1~2", None), ("1.1", "1"), ("1.2", "1~2")]


def test_a_parent_that_is_not_there_is_doubted():
    [only] = read(library(node("a", "gone"))).clauses
    assert (only.parent, only.doubts) == (None, ("level",))


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        ({"requirement_mapping_sets": []}, "a mapping between two frameworks, not an instrument"),
        ({"risk_matrix": []}, "a risk matrix"),
        ({"framework": [{"name": "a"}, {"name": "b"}]}, "2 frameworks"),
        ({}, "not a CISO Assistant library"),
    ],
)
def test_libraries_without_a_framework_are_refused_by_what_they_hold(objects, message):
    assert message in refused(yaml.safe_dump({"urn": "x", "objects": objects}).encode(), form="ciso-assistant")


@given(trees(kinds=("control",)))
def test_any_framework_reads_back_as_it_was_written(clauses):
    nodes = [
        node(one.ref, one.parent, name=one.heading, description=one.text, annotation=one.guidance) for one in clauses
    ]
    # URNs are compared without regard to case.
    if len({one["urn"].casefold() for one in nodes}) < len(nodes):
        return
    assert bare(read(library(*nodes)).clauses) == bare(clauses)


@pytest.mark.parametrize("form", ["ciso-assistant", "atlas", "oscal-yaml"])
@pytest.mark.parametrize(
    "content",
    [
        b"a: " + b"[" * 200, b"a: b\x00c\nobjects:\n", b"objects: &a [*a]", b"\xe9: 1", b"---\n...", b"x",
        b"? [a]\n: b",
        b"a: &a [" + b"x," * 1000 + b"]\nb: &b [" + b"*a," * 900 + b"]\n", b"- " * 20_000,
    ],
)  # fmt: skip
def test_yaml_that_means_harm_is_refused(form, content):
    assert refused(content, form=form)


@pytest.mark.parametrize(("form", "name"), [("ciso-assistant", "ciso-assistant.yaml"), ("atlas", "atlas.yaml")])
@given(data=st.data())
def test_any_other_yaml_is_refused_in_words(form, name, data):
    whole = sample(name)
    place, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 40))
    only_refused(whole[:place] + data.draw(st.binary(max_size=12)) + whole[place + length :], form)


@needs_instruments
def test_iso_42001_is_the_file_beside():
    """That file has four clauses that the library has not: 6.1.1 to 6.1.4, without text."""
    instrument, beside = original("ciso-assistant.iso42001-2023.yaml"), shared("iso-42001.en")
    missing = ["6.1.1", "6.1.2", "6.1.3", "6.1.4"]
    assert outline(instrument) == [(one["ref"], one["parent"]) for ref, one in beside.items() if ref not in missing]
    assert differing(instrument, beside, "heading") == []
    assert differing(instrument, beside, "text") == []


@needs_instruments
def test_the_ai_rmf_has_the_refs_and_parents_of_the_file_beside():
    """That file was made by somebody else: it has no preambles, some words are others, four headings are added."""
    instrument, beside = original("ciso-assistant.nist-ai-rmf-1.0.yaml"), shared("nist-ai-rmf-1.0.en")
    numbered = [one for one in outline(instrument) if not one[0].startswith("n:")]
    assert sorted(numbered) == sorted((one["ref"], one["parent"]) for one in beside.values())
    assert len(instrument.clauses) == 113
    assert differing(instrument, beside, "heading") == ["GOVERN", "MAP", "MEASURE", "MANAGE"]


@needs_instruments
def test_a_mapping_set_is_refused_as_a_mapping():
    content = (ORIGINALS / "ciso-assistant.mapping-csf2-iso27001.yaml").read_bytes()
    assert "a mapping between two frameworks, not an instrument" in refused(content)


# ATLAS


def test_atlas_gives_tactics_techniques_and_mitigations():
    instrument = read(sample("atlas.yaml"))
    assert (instrument.title, instrument.version, instrument.date) == ("Sample threats", "1.2.0", "2026-01-02")
    assert [(one.ref, one.parent, one.kind) for one in instrument.clauses] == [
        ("AML.TA0001", None, "group"),
        ("AML.T0001", None, "item"),
        ("AML.T0001.000", "AML.T0001", "item"),
        ("AML.M0001", None, "control"),
    ]


def test_cross_references_of_atlas_are_kept_as_names_and_images_as_they_are():
    looking, _look, left, _curtain = read(sample("atlas.yaml")).clauses
    assert looking.text == "The adversary looks, see Taking."
    assert left.text == "First.\n\nSecond, see `![image](x.png)`."


@given(trees(kinds=("item",)))
def test_any_atlas_reads_back_as_it_was_written(clauses):
    techniques = [
        {
            "id": one.ref,
            "name": one.heading,
            "description": one.text,
            **({"subtechnique-of": one.parent} if one.parent else {}),
        }
        for one in clauses
        if "](" not in one.text
    ]
    if len(techniques) == len(clauses):
        content = yaml.safe_dump({"matrices": [{"techniques": techniques}]}).encode()
        assert [(one.ref, one.parent, one.heading, one.text) for one in read(content, form="atlas").clauses] == [
            (one.ref, one.parent, one.heading, one.text) for one in clauses
        ]


@needs_instruments
def test_atlas_is_the_file_beside():
    """That file lost the image in an example, which says how an address leaks secrets."""
    instrument, beside = original("mitre-atlas.yaml"), shared("mitre-atlas.en")
    assert outline(instrument) == [(one["ref"], one["parent"]) for one in beside.values()]
    assert differing(instrument, beside, "heading") == []
    assert differing(instrument, beside, "text") == ["AML.T0077"]
