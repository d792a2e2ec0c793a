# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""Which form a file has, by content and by name, and reading it by that form."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.instruments import FORMATS, FormatError, detect, formats, read, write, writers
from comity.formats.tests.instruments import ORIGINALS, SAMPLES, needs_instruments, refused, sample

OWN = [
    "akoma-ntoso.xml", "atlas.yaml", "bill-xml.xml", "ciso-assistant.yaml", "comity-json.json", "formex.xml",
    "oscal-json.json", "oscal-xml.xml", "oscal-yaml.yaml", "playbook-json.json", "table-csv.csv", "table-xlsx.xlsx",
]  # fmt: skip
ORIGINAL_FORMS = {
    "ca-c27.en.billxml.xml": "bill-xml",
    "ciso-assistant.iso42001-2023.yaml": "ciso-assistant",
    "ciso-assistant.mapping-csf2-iso27001.yaml": "ciso-assistant",
    "ciso-assistant.nist-ai-rmf-1.0.yaml": "ciso-assistant",
    "cn-algorithm-provisions.zh.md": "markdown",
    "cn-genai-measures.zh.html": "html",
    "dir-2014-92.en.akomantoso.xml": "akoma-ntoso",
    "eu-ai-act-amendment-PE-30-2026.nl.pdf": "pdf",
    "eu-ai-act.en.eurlex.html": "eurlex",
    "eu-ai-act.nl.consolidated-corrigenda.html": "eurlex",
    "eu-ai-act.nl.eurlex.html": "eurlex",
    "fr-senat.akomantoso.xml": "akoma-ntoso",
    "gdpr.de.formex.xml": "formex",
    "jp-ai-gfb.en.pdftext.txt": "pdf-text",
    "mitre-atlas.yaml": "atlas",
    "nist-ai-rmf-playbook.json": "playbook-json",
    "nist-ai-rmf-playbook.xlsx": "table-xlsx",
    "nist-sp-800-53-r5-privacy.oscal-catalog.json": "oscal-json",
    "nist-sp-800-53-r5-privacy.oscal-catalog.xml": "oscal-xml",
    "oscal-basic-catalog.json": "oscal-json",
    "oscal-basic-catalog.yaml": "oscal-yaml",
    "owasp-llm01.en.md": "markdown",
    "reg-2024-903.en.formex.xml": "formex",
    "us-co-ai-act.en.pdf2md.md": "markdown",
}


def packed(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("named", [True, False])
def test_samples_are_told_by_their_content(name, named):
    assert detect(sample(name), name if named else "") == name.partition(".")[0]


@needs_instruments
@pytest.mark.parametrize("name", ORIGINAL_FORMS)
@pytest.mark.parametrize("named", [True, False])
def test_originals_are_told_with_and_without_their_names(name, named):
    assert detect((ORIGINALS / name).read_bytes(), name if named else "") == ORIGINAL_FORMS[name]


@pytest.mark.parametrize(
    ("content", "file", "form"),
    [
        (b"%PDF-1.7\n", "", "pdf"),
        (packed("[Content_Types].xml", "word/document.xml"), "", "docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "law.docx", "table-xlsx"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html><p>x</p></html>", "", "html"),
        (b'<html><p class="oj-ti-art">Article 1</p></html>', "", "eurlex"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<html xmlns="http://www.w3.org/1999/xhtml"></html>', "", "html"),
        (b"<div><p>Article 1</p></div>", "page.html", "html"),
        ("<?xml version='1.0' encoding='utf-16'?><Bill/>".encode("utf-16"), "", "bill-xml"),
        (b"# Title\n\nText", "", "markdown"),
        (b"- a\n- b", "list.md", "markdown"),
        (b"---\ncomity: instrument\n---\n", "", "markdown"),
        (b"Ref\tText\n1\tx\n2\ty\n", "", "table-csv"),
        (b"1. Scope\n\nThis applies, as it says, to all.\nAnd more, of it\n", "", "pdf-text"),
        (b"Article 1", "law.txt", "pdf-text"),
        (b"[1] see below", "", "pdf-text"),
        (b"[]", "x.json", "playbook-json"),
    ],
)
def test_other_content_is_told_too(content, file, form):
    assert detect(content, file) == form


@pytest.mark.parametrize(
    ("content", "file", "message"),
    [
        (b"", "x.json", "empty"),
        (b" \n", "", "empty"),
        (b"\0" * 100 + b"abc", "", "not a text file"),
        (b"\xd0\xcf\x11\xe0rest", "old.doc", "save it as .docx"),
        (packed("a.txt"), "a.zip", "unpack it"),
        (b"PK\x03\x04rest", "", "damaged zip"),
        (b"<rss/>", "", "its root is <rss>"),
        (b"<?xml version='1.0'?>", "x.xml", "no root element"),
        (b"hello", "x.pdf", "named as a PDF"),
        (b"hello: there\n", "x.yaml", "named as YAML"),
        (b"hello", "x.docx", "named as a Word document"),
    ],
)
def test_what_is_not_read_is_refused_in_words(content, file, message):
    with pytest.raises(FormatError) as caught:
        detect(content, file)
    assert message in str(caught.value)


@given(st.binary(max_size=200), st.sampled_from(["", "a.xml", "a.json", "a.md", "a.txt", "a.html", "a.yaml"]))
def test_anything_has_a_form_or_is_refused(content, file):
    try:
        form = detect(content, file)
    except FormatError:
        return
    assert form in FORMATS


def test_a_file_is_read_by_its_path_and_called_by_its_name(tmp_path):
    path = tmp_path / "act.xml"
    path.write_bytes(sample("formex.xml"))
    assert read(path).clauses == read(str(path)).clauses == read(sample("formex.xml")).clauses
    path.write_bytes(b"<ACT>")
    with pytest.raises(FormatError) as caught:
        read(path)
    assert caught.value.file == "act.xml"


def test_files_that_cannot_be_opened_are_refused(tmp_path):
    for path, message in ((tmp_path / "none.xml", "no such file"), (tmp_path, "directory")):
        with pytest.raises(FormatError) as caught:
            read(path)
        assert message in str(caught.value)


def test_a_file_beyond_the_size_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(40 * 1024 * 1024)
    with pytest.raises(FormatError, match="larger than 32 MB"):
        read(path)


def test_a_form_that_there_is_not_is_refused():
    assert "there is no form 'word'" in refused(b"x", form="word")


def test_a_language_is_taken_on_where_the_file_has_none():
    assert read(sample("playbook-json.json"), language="en").language == "en"
    assert read(sample("formex.xml"), language="fr").language == "en"


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("form", writers())
def test_every_instrument_can_be_written_in_every_form(name, form):
    instrument = read(sample(name))
    again = read(write(instrument, form))
    assert [clause.ref for clause in again.clauses] == [clause.ref for clause in instrument.clauses]


def test_every_form_has_a_label_a_reader_and_a_sample():
    assert set(FORMATS) == set(formats.READERS)
    assert set(formats.WRITERS) <= set(FORMATS)
    assert set(OWN) <= {path.name for path in SAMPLES.iterdir()}


def test_readers_are_imported_only_when_they_are_needed():
    heavy = "('lxml', 'openpyxl', 'docx', 'pypdf', 'yaml')"
    words = f"import sys, comity.formats.instruments; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
