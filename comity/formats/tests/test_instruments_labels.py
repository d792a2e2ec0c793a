# mypy: disable-error-code="no-untyped-def"
"""Readers give exactly the provisions that were labelled twice from the same originals (see data/README.md)."""

from __future__ import annotations

import pytest

from comity.formats.tests.instruments import labels, needs_instruments, original, outline


@needs_instruments
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("gdpr.de", "gdpr.de.formex.xml"),
        ("iso-42001", "ciso-assistant.iso42001-2023.yaml"),
        ("nist-ai-rmf-1.0", "ciso-assistant.nist-ai-rmf-1.0.yaml"),
        ("jp-ai-gfb", "jp-ai-gfb.en.pdftext.txt"),
    ],
)
def test_refs_and_parents_are_those_labelled_twice(name, file):
    assert outline(original(file)) == [(ref, parent) for ref, parent, _kind in labels(name)]


@needs_instruments
def test_sections_and_subsections_of_the_colorado_act_are_those_labelled_twice():
    rows = [(ref, parent) for ref, parent, _kind in labels("us-co-ai-act") if ref.startswith("§")]
    sections = {ref for ref, parent in rows if parent is None}
    wanted = [(ref, parent) for ref, parent in rows if parent is None or parent in sections]
    assert outline(original("us-co-ai-act.en.pdf2md.md")) == wanted


@needs_instruments
def test_kinds_are_those_labelled_twice_where_the_guide_named_them():
    assert [clause.kind for clause in original("gdpr.de.formex.xml").clauses] == [
        kind for *_, kind in labels("gdpr.de")
    ]
