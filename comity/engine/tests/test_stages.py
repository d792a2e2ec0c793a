"""The common scale: every combination of words found in the catalogue data, and the rules behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.engine.stages import Stage, StageReading, read

# Every (source, stage, substage, IEEE status) with words of its own in the catalogue of November 2026.
SAID = [
    ("3gpp", "withdrawn", "", "", "withdrawn"),
    ("easc", "new", "", "", "published"),
    ("easc", "replaced", "", "", "withdrawn"),
    ("easc", "replaces", "", "", "published"),
    ("easc", "withdrawn", "", "", "withdrawn"),
    ("iec", "PUBLISHED", "", "", "published"),
    ("iec", "REPLACED", "", "", "withdrawn"),
    ("iec", "REVISED", "", "", "withdrawn"),
    ("iec", "WITHDRAWN", "", "", "withdrawn"),
    ("ieee", "", "", "Active", "published"),
    ("ieee", "", "", "Inactive", "withdrawn"),
    ("ieee", "", "", "Superseded", "withdrawn"),
    ("ieee", "approved", "", "Active", "published"),
    ("ieee", "approved", "", "Inactive", "withdrawn"),
    ("ieee", "draft", "", "Active", "drafting"),
    ("ieee", "draft", "", "Inactive", "drafting"),
    ("ieee", "superseded", "", "Active", "withdrawn"),
    ("ieee", "withdrawn", "", "Inactive", "withdrawn"),
    ("iso", "10", "99", "", "proposal"),
    ("iso", "20", "00", "", "drafting"),
    ("iso", "20", "20", "", "drafting"),
    ("iso", "20", "60", "", "drafting"),
    ("iso", "20", "98", "", "withdrawn"),
    ("iso", "20", "99", "", "drafting"),
    ("iso", "30", "00", "", "drafting"),
    ("iso", "30", "20", "", "drafting"),
    ("iso", "30", "60", "", "drafting"),
    ("iso", "30", "92", "", "drafting"),
    ("iso", "30", "98", "", "withdrawn"),
    ("iso", "30", "99", "", "drafting"),
    ("iso", "40", "00", "", "consultation"),
    ("iso", "40", "20", "", "consultation"),
    ("iso", "40", "60", "", "consultation"),
    ("iso", "40", "92", "", "consultation"),
    ("iso", "40", "93", "", "consultation"),
    ("iso", "40", "98", "", "withdrawn"),
    ("iso", "40", "99", "", "consultation"),
    ("iso", "50", "00", "", "approval"),
    ("iso", "50", "20", "", "approval"),
    ("iso", "50", "60", "", "approval"),
    ("iso", "50", "92", "", "approval"),
    ("iso", "50", "98", "", "withdrawn"),
    ("iso", "60", "00", "", "published"),
    ("iso", "60", "60", "", "published"),
    ("iso", "90", "20", "", "published"),
    ("iso", "90", "60", "", "published"),
    ("iso", "90", "92", "", "published"),
    ("iso", "90", "93", "", "published"),
    ("iso", "90", "99", "", "published"),
    ("iso", "95", "20", "", "withdrawn"),
    ("iso", "95", "60", "", "withdrawn"),
    ("iso", "95", "99", "", "withdrawn"),
    ("itu", "Published", "", "", "published"),
    ("itu", "Withdrawal", "", "", "withdrawn"),
    ("itu_r_old", "In force", "", "", "published"),
    ("jis", "valid", "", "", "published"),
    ("jis", "withdrawn", "", "", "withdrawn"),
    ("ogc", "draft", "", "", "drafting"),
    ("w3c", "Candidate Recommendation Draft", "", "", "consultation"),
    ("w3c", "Candidate Recommendation Snapshot", "", "", "consultation"),
    ("w3c", "Draft Note", "", "", "drafting"),
    ("w3c", "Draft Registry", "", "", "drafting"),
    ("w3c", "First Public Working Draft", "", "", "drafting"),
    ("w3c", "Last Call Working Draft", "", "", "consultation"),
    ("w3c", "Note", "", "", "published"),
    ("w3c", "Proposed Edited Recommendation", "", "", "approval"),
    ("w3c", "Proposed Recommendation", "", "", "approval"),
    ("w3c", "Recommendation", "", "", "published"),
    ("w3c", "Retired", "", "", "withdrawn"),
    ("w3c", "Statement", "", "", "published"),
    ("w3c", "Working Draft", "", "", "drafting"),
]


@pytest.mark.parametrize(("source", "stage", "substage", "status", "expected"), SAID)
def test_every_word_found_has_its_place_and_is_kept(source, stage, substage, status, expected):
    reading = read(source, stage=stage, substage=substage, status={"standard_status": status} if status else {})

    assert reading.stage == expected
    assert not reading.inferred
    assert all(word in reading.words for word in (stage, substage, status))


# Records that name no stage: (source, word in the identifier, edition, published?, expected, words).
INFERRED = [
    ("3gpp", "", "REL-8/0.1.0", True, "drafting", "version 0.1.0"),
    ("3gpp", "", "REL-8/1.0.0", True, "consultation", "version 1.0.0"),
    ("3gpp", "", "REL-8/2.0.1", True, "approval", "version 2.0.1"),
    ("3gpp", "", "REL-99/3.0.0", False, "published", "version 3.0.0"),
    ("3gpp", "", "REL-18/18.5.0", True, "published", "version 18.5.0"),
    ("3gpp", "", "2.0.0", True, "approval", "version 2.0.0"),
    ("ecma", "", "13", False, "published", ""),
    ("etsi", "", "V1.1.1", False, "published", ""),
    ("iec", "", "", True, "published", ""),
    ("iec", "", "", False, "unknown", ""),
    ("ietf", "", "", True, "published", ""),
    ("ietf", "I-D", "07", False, "drafting", "I-D"),
    ("iso", "", "", False, "unknown", ""),
    ("iso", "", "2003", True, "published", ""),
    ("itu", "", "2019-06", True, "published", ""),
    ("itu_r_old", "", "-1", True, "published", ""),
    ("nist", "", "r5", True, "published", ""),
    ("nist", "ipd", "", True, "consultation", "ipd"),
    ("nist", "2pd", "", True, "consultation", "2pd"),
    ("nist", "draft2", "", True, "consultation", "draft2"),
    ("nist", "iwd", "r2", True, "drafting", "iwd"),
    ("oasis", "", "v2.0", False, "unknown", ""),
    ("oasis", "", "v2.0", True, "published", ""),
    ("oasis", "CS02", "v2.0", False, "published", "CS02"),
    ("oasis", "PS01", "v1.0", False, "published", "PS01"),
    ("oasis", "CSD02", "v1.0", False, "drafting", "CSD02"),
    ("oecd", "", "", False, "unknown", ""),
    ("ogc", "", "r1", True, "published", ""),
    ("rfcsub", "", "", False, "published", ""),
    ("w3c", "", "", False, "unknown", ""),
    ("w3c", "NOTE", "", False, "published", "NOTE"),
    ("iso", "CD", "", False, "drafting", "CD"),
    ("iso", "CD2", "", False, "drafting", "CD2"),
    ("iso", "AWI", "", False, "drafting", "AWI"),
    ("iso", "NP", "", False, "proposal", "NP"),
    ("iso", "DIS", "", False, "consultation", "DIS"),
    ("iso", "DAmd", "", False, "consultation", "DAmd"),
    ("iso", "FDIS", "", False, "approval", "FDIS"),
    ("iso", "FDAmd", "", False, "approval", "FDAmd"),
    ("iso", "PRF", "", False, "approval", "PRF"),
    ("iso", "DTR", "", False, "approval", "DTR"),
    ("", "prEN", "", False, "consultation", "prEN"),
    ("", "D6.1", "2020-07", False, "drafting", "D6.1"),
]


@pytest.mark.parametrize(("source", "word", "edition", "published", "expected", "words"), INFERRED)
def test_without_a_stated_stage_the_reading_is_inferred(source, word, edition, published, expected, words):
    reading = read(source, identifier_stage=word, edition=edition, published=published)

    assert reading == StageReading(Stage(expected), words, inferred=True)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("CCDV", "consultation"), ("CDIS", "approval"), ("ADIS", "approval"), ("PPUB", "published"),
     ("ACD", "drafting"), ("PWI", "proposal"), ("DELPUB", "withdrawn")],
)  # fmt: skip
def test_iec_project_codes(code, expected):
    assert read("iec", stage=code).stage == expected


def test_iso_codes_may_come_in_one_piece():
    assert read("iso", stage="40.60") == read("iso", stage="40", substage="60")
    assert read("iso", stage="95.92").stage is Stage.PUBLISHED


def test_a_3gpp_draft_is_a_draft_although_its_specification_is_published():
    assert read("3gpp", stage="published", edition="REL-19/0.3.0").stage is Stage.DRAFTING
    assert read("3gpp", stage="published", edition="REL-19/19.0.0") == StageReading(
        Stage.PUBLISHED, "published", inferred=False
    )
    assert read("3gpp", stage="withdrawn", edition="REL-19/0.3.0").stage is Stage.WITHDRAWN


def test_an_unheard_of_word_is_kept_and_placed_nowhere():
    assert read("jis", stage="sleeping") == StageReading(Stage.UNKNOWN, "sleeping", inferred=False)


@given(st.text(), st.text(), st.text(), st.text(), st.text(), st.booleans())
def test_reading_never_fails(source, stage, substage, word, edition, published):
    for body in (source, "iso", "iec", "ieee", "3gpp", "w3c"):
        reading = read(
            body, stage=stage, substage=substage, identifier_stage=word, edition=edition, published=published
        )
        assert isinstance(reading.stage, Stage)
