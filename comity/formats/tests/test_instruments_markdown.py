# mypy: disable-error-code="no-untyped-def"
"""Markdown is read as people and converters write it, and what this product writes reads back equal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats.instruments import SourceClause, SourceInstrument, markdown, own_markdown
from comity.formats.instruments.model import settled
from comity.formats.tests.instruments import (
    TEXTS,
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
from comity.formats.tests.printed import f1
from comity.formats.text import whole


def read(text: str) -> SourceInstrument:
    return markdown.read(text.encode(), "given.md")


def test_a_law_is_read_by_its_numbers():
    found = markdown.read(sample("markdown.law.md"), "law.md")
    assert [ref for ref, _parent in outline(found)] == [
        "Ch.I",
        "Art.1",
        "Art.1(1)",
        "Art.1(1)(a)",
        "Art.1(1)(b)",
        "Art.1(2)",
        "Art.2",
        "Ch.II",
        "Art.3",
    ]
    assert (found.title, found.language) == ("Teapot Act", "en")


def test_marks_of_emphasis_links_comments_and_page_feet_are_not_text():
    found = markdown.read(sample("markdown.law.md"), "law.md")
    everything = " ".join(f"{clause.heading} {clause.text}" for clause in found.clauses)
    assert "applies to teapots as described in Article 2:" in everything
    assert not any(sign in everything for sign in ("**", "](", "PAGE", "<!--", "---", "Article 99"))


def test_tables_are_text_whatever_their_cells_begin_with():
    found = markdown.read(sample("markdown.law.md"), "law.md")
    assert next(clause.text for clause in found.clauses if clause.ref == "Art.2").endswith("1. Clay | 2")


def test_without_numbers_headings_give_the_outline():
    found = markdown.read(sample("markdown.headings.md"), "guide.md")
    assert outline(found) == [("Preamble", None), ("n:1", None), ("n:1.1", "n:1"), ("n:2", None), ("n:3", None)]
    assert [clause.heading for clause in found.clauses[1:]] == ["Water", "Hard water", "Leaves", "Warm pot"]
    assert found.clauses[3].text == "# 1. not a heading"


def test_an_identifier_of_the_top_heading_names_those_below():
    found = read(
        "## RISK07:2099 Spouts\n\n### Description\n\nThey drip.\n\n### Advice\n\n#### 1. Wipe\n\n#### 2. Wait\n"
    )
    assert [clause.ref for clause in found.clauses] == ["RISK07", "RISK07.1", "RISK07.2", "RISK07.2.1", "RISK07.2.2"]
    assert found.clauses[3].heading == "1. Wipe"


def test_a_number_is_kept_where_the_one_before_it_is_missing():
    gap = read(
        "# Pots\n\n## 1 Scope\n\nOf pots.\n\n## 2 Heat\n\nHot.\n\n## Terms\n\nLid.\n\n## 4 Stopping\n\nCold.\n"
    )
    assert [(one.ref, one.heading, one.doubts) for one in gap.clauses] == [
        ("1", "Scope", ()),
        ("2", "Heat", ()),
        ("n:1", "Terms", ("no-number",)),
        ("4", "Stopping", ("skipped",)),
    ]
    mostly_bare = read("# Pots\n\n## Scope\n\nOf pots.\n\n## Heat\n\nHot.\n\n## 4 Stopping\n\nCold.\n")
    assert [(one.ref, one.heading, one.doubts) for one in mostly_bare.clauses][1:] == [
        ("n:2", "Heat", ("no-number",)),
        ("4", "Stopping", ("skipped",)),
    ]


def test_sections_of_a_code_are_split_to_their_subsections():
    found = read(
        "SECTION 1. In the Code, add part 9:\n\n- 7-2-901. Pots. AS USED IN THIS PART:\n- (1) (a) POT MEANS A POT;\n"
        "- (b) NOT A PAN.\n- (2) LID MEANS A LID.\n- 7-2-902. Duty to warm. (1) WARM IT.\n"
    )
    assert [clause.ref for clause in found.clauses] == [
        "§7-2-901",
        "§7-2-901(1)",
        "§7-2-901(2)",
        "§7-2-902",
        "§7-2-902(1)",
    ]
    assert found.clauses[0].heading == "Pots"
    assert found.clauses[1].text == "(a) POT MEANS A POT;\n\n(b) NOT A PAN."


@needs_instruments
def test_a_chinese_regulation_reads_as_it_was_split_by_hand():
    found, beside = original("cn-algorithm-provisions.zh.md"), shared("cn-algorithm-provisions.zh")
    assert [clause.ref for clause in found.clauses] == list(beside)
    assert [differing(found, beside, name) for name in ("parent", "heading", "text")] == [[], [], []]


@needs_instruments
def test_a_risk_of_owasp_reads_as_it_was_split_by_hand():
    found = original("owasp-llm01.en.md")
    beside = {ref: one for ref, one in shared("owasp-llm-top10-2025.en").items() if ref.startswith("LLM01")}
    assert [clause.ref for clause in found.clauses] == list(beside)
    assert [differing(found, beside, name) for name in ("parent", "heading", "text")] == [[], [], []]


@needs_instruments
def test_a_state_statute_made_from_a_pdf_has_all_its_subsections():
    found, beside = original("us-co-ai-act.en.pdf2md.md"), shared("us-co-ai-act.en")
    refs = [clause.ref for clause in found.clauses]
    # The JSON lacks two subsections whose numbers the scan had spoiled ("(1 1 )").
    assert [ref for ref in refs if ref not in beside] == ["§6-1-1701(11)", "§6-1-1701(12)"]
    assert f1(refs, beside) >= 0.97
    assert differing(found, beside, "parent") == differing(found, beside, "heading") == []


@needs_instruments
@pytest.mark.parametrize("name", ["eu-ai-act.nl", "iso-42001.en", "cn-pipl.zh", "es-ens.es", "mitre-atlas.en"])
def test_instruments_written_as_markdown_read_back_equal(name):
    given_ = SourceInstrument(name, _clauses(name), "comity-json", name.rsplit(".", 1)[1])
    found = markdown.read(own_markdown.write(given_), "own.md")
    assert bare(found.clauses) == bare(given_.clauses)
    assert (found.title, found.language) == (given_.title, given_.language)


def _clauses(name: str) -> tuple[SourceClause, ...]:
    beside = shared(name).values()
    clauses = [SourceClause(one["ref"], one["parent"], "clause", one["heading"], one["text"]) for one in beside]
    return settled(name, clauses)


@settings(max_examples=60, deadline=None)
@given(trees(), TEXTS.map(whole).map(even), st.sampled_from(["", "nl", "zh-Hant", "ar"]))
def test_any_instrument_written_reads_back_equal(clauses, title, language):
    given_ = SourceInstrument(title, clauses, "comity-json", language, redistribute="no", nature="summary")
    found = markdown.read(own_markdown.write(given_), "own.md")
    assert bare(found.clauses) == bare(given_.clauses)
    assert (found.title, found.language, found.redistribute, found.nature) == (title, language, "no", "summary")


def test_a_parent_that_does_not_follow_from_the_order_is_kept():
    clauses = settled("x", [SourceClause("1"), SourceClause("2"), SourceClause("1.1", "1"), SourceClause("2.1", "2")])
    found = markdown.read(own_markdown.write(SourceInstrument("x", clauses, "")), "own.md")
    assert outline(found) == [("1", None), ("2", None), ("1.1", "1"), ("2.1", "2")]


@pytest.mark.parametrize("content", [b"", b"just a sentence", b"\xff\xfe\x00", b"\0" * 99, b"\x81\x8d" * 60])
def test_what_holds_no_clauses_is_refused_in_words(content):
    assert "given" in refused(content, "markdown")


def test_a_file_with_more_headings_than_any_instrument_is_refused():
    assert "20,000 clauses" in refused(b"# Heading\n" * 100_000, "markdown")


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text("# -*_`[]()<>|\n1aA.(第条)", max_size=300).map(str.encode)))
def test_anything_is_read_or_refused(content):
    only_refused(content, "markdown")
