# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""OSCAL catalogues: the same clauses from JSON, YAML and XML, and back again."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.instruments import SourceInstrument, oscal, read, write
from comity.formats.tests.instruments import (
    TEXTS,
    bare,
    differing,
    needs_instruments,
    only_refused,
    original,
    outline,
    refused,
    sample,
    shared,
    trees,
)

PRIVACY = "nist-sp-800-53-r5-privacy.oscal-catalog"


def catalog(**more):
    return json.dumps({"catalog": {"uuid": "x", "metadata": {"title": "T"}, **more}}).encode()


def control(label="A-1", **more):
    return {"id": label.lower(), "title": "A", "props": [{"name": "label", "value": label}], **more}


def statement(prose, *parts):
    return {"name": "statement", "prose": prose, "parts": list(parts)}


def only(content):
    [clause] = read(content).clauses
    return clause


@pytest.mark.parametrize("name", ["oscal-json.json", "oscal-xml.xml", "oscal-yaml.yaml"])
def test_a_catalogue_gives_the_same_clauses_in_each_of_its_forms(name):
    instrument = read(sample(name))
    assert instrument.form == name.partition(".")[0]
    assert (instrument.title, instrument.version, instrument.date) == ("Sample catalogue", "1.0", "2024-05-06")
    assert instrument.body == "Sample Institute"
    assert outline(instrument) == [("LG", None), ("LG-1", "LG"), ("LG-1(1)", "LG-1"), ("LG-1(2)", "LG-1")]
    group, events, _clocks, old = instrument.clauses
    assert (group.kind, group.heading, group.text) == ("group", "Logging", "What happens is written down.")
    assert (events.kind, events.heading) == ("control", "Events")
    assert events.text == (
        "The operator shall:\n"
        "a. Log [Assignment: events], see Events, as in 2 * 2; and\n"
        "1. keep all of it.\n"
        "b. Review the log [Selection (one or more): daily; every two weeks]."
    )
    assert events.guidance == "First paragraph.\n\nSecond paragraph:\n\n- one\n- two"
    assert old.text == "[Withdrawn: Incorporated into LG-1(1).]"


def test_the_label_for_people_is_the_ref_and_the_id_where_there_is_none():
    labels = [{"name": "label", "class": "zero-padded", "value": "A-01"}, {"name": "label", "value": "A-1"}]
    content = catalog(controls=[{"id": "a-1", "title": "A", "props": labels}, {"id": "a-2", "title": "B"}])
    assert [clause.ref for clause in read(content).clauses] == ["A-1", "a-2"]


def test_a_group_without_a_label_is_written_as_its_controls_are():
    content = catalog(groups=[{"id": "ac", "title": "Access", "controls": [control("AC-1")]}])
    assert outline(read(content)) == [("AC", None), ("AC-1", "AC")]


def test_assessment_objectives_are_left_out():
    parts = [statement("Do it."), {"name": "assessment-objective", "prose": "Was it done?"}]
    clause = only(catalog(controls=[control(parts=parts)]))
    assert (clause.text, clause.guidance) == ("Do it.", "")


def test_parameters_that_stand_for_each_other_in_a_circle_come_to_an_end():
    params = [
        {"id": one, "select": {"choice": [f"{{{{ insert: param, {other} }}}}"] * 9}} for one, other in ("ab", "ba")
    ]
    clause = only(catalog(controls=[control(params=params, parts=[statement("{{ insert: param, a }}")])]))
    assert 0 < len(clause.text) <= 2_000


def test_parameters_that_stand_for_ever_more_of_each_other_are_read_in_no_time():
    params = [
        {"id": f"p{n}", "select": {"choice": [f"{{{{ insert: param, p{n + 1} }}}}"] * 50}} for n in range(3_000)
    ]
    clause = only(catalog(controls=[control(params=params, parts=[statement("{{ insert: param, p0 }}" * 1_000)])]))
    assert len(clause.text) <= 200_000


def test_a_parameter_that_nobody_defines_keeps_its_name():
    clause = only(catalog(controls=[control(parts=[statement("Every {{ insert: param, p_1 }}.")])]))
    assert clause.text == "Every [Assignment: p_1]."


@pytest.mark.parametrize("model", ["profile", "component-definition", "system-security-plan"])
def test_other_models_of_oscal_are_refused_by_name(model):
    assert model.split("-")[0] in refused(json.dumps({model: {"uuid": "x"}}).encode())
    namespace = 'xmlns="http://csrc.nist.gov/ns/oscal/1.0"'
    assert model.split("-")[0] in refused(f"<{model} {namespace}><metadata/></{model}>".encode())


def test_a_catalogue_without_controls_is_refused():
    assert "no clauses" in refused(catalog(groups=[]))


def test_a_hundred_thousand_controls_are_refused_and_not_waited_for():
    assert "not one instrument" in refused(catalog(controls=[{"id": f"c{n}", "title": "T"} for n in range(100_000)]))


def test_controls_nested_without_end_are_refused():
    one = control()
    for number in range(28):
        one = control(f"B-{number}", controls=[one])
    assert "nested deeper" in refused(catalog(controls=[one]))


def test_a_repeated_label_is_kept_apart_and_doubted():
    first, second = read(catalog(controls=[control(), control()])).clauses
    assert (first.ref, second.ref, second.doubts) == ("A-1", "A-1~2", ("repeated",))


@given(trees(), TEXTS, st.sampled_from(["", "2024-05-06", "2024"]), st.sampled_from(["", "ar", "zh-Hant"]))
def test_what_is_written_reads_back_equal(clauses, title, date, language):
    instrument = SourceInstrument(
        title=" ".join(title.split()),
        clauses=clauses,
        form="x",
        date=date,
        language=language,
        licence="CC0",
        body="B",
    )
    content = write(instrument, "oscal-json")
    again = read(content)
    assert bare(again.clauses) == bare(clauses)
    assert (again.title or "Untitled", again.language) == (instrument.title or "Untitled", language)
    assert (again.licence, again.body) == ("CC0", "B")
    assert not date or again.date == date
    assert oscal.write(again) == oscal.write(read(oscal.write(again)))
    as_yaml = yaml.safe_dump(json.loads(content), allow_unicode=False)
    assert bare(read(as_yaml.encode(), form="oscal-yaml").clauses) == bare(clauses)


def test_the_same_instrument_is_written_as_the_same_bytes():
    instrument = read(sample("oscal-json.json"))
    assert write(instrument, "oscal-json") == write(instrument, "oscal-json")


@pytest.mark.parametrize("form", ["oscal-json", "oscal-xml", "oscal-yaml"])
@given(
    content=st.one_of(
        st.binary(max_size=200), st.builds(lambda place: sample("oscal-json.json")[:place], st.integers(0, 4000))
    )
)
def test_anything_else_is_refused_in_words(form, content):
    only_refused(content, form)


@needs_instruments
def test_the_privacy_baseline_is_the_same_in_json_and_xml():
    as_json, as_xml = original(f"{PRIVACY}.json"), original(f"{PRIVACY}.xml")
    assert bare(as_json.clauses) == bare(as_xml.clauses)
    assert (as_json.title, as_json.body, as_json.date) == (as_xml.title, as_xml.body, as_xml.date)


@needs_instruments
def test_every_control_of_the_privacy_baseline_is_known_by_its_ref():
    instrument, beside = original(f"{PRIVACY}.json"), shared("nist-sp-800-53-r5.en")
    assert len(instrument.clauses) == 118
    assert [clause.ref for clause in instrument.clauses if clause.ref not in beside] == []
    # The file beside has enhancements under the family, OSCAL under the control that they enhance.
    enhancements = differing(instrument, beside, "parent")
    assert len(enhancements) == 21
    assert all(
        clause.parent == clause.ref.partition("(")[0] for clause in instrument.clauses if clause.ref in enhancements
    )


@needs_instruments
def test_the_sample_catalogue_of_nist_is_the_same_in_json_and_yaml():
    as_json, as_yaml = original("oscal-basic-catalog.json"), original("oscal-basic-catalog.yaml")
    assert as_json.clauses == as_yaml.clauses
    assert [clause.ref for clause in as_json.clauses] == ["1", "s1.1", "1.1.1", "1.1.2", "2", "2.1", "2.1.1", "2.1.2"]


@needs_instruments
@pytest.mark.parametrize("name", [f"{PRIVACY}.json", f"{PRIVACY}.xml", "oscal-basic-catalog.yaml"])
def test_real_catalogues_are_written_and_read_back_equal(name):
    instrument = original(name)
    assert bare(read(write(instrument, "oscal-json")).clauses) == bare(instrument.clauses)
