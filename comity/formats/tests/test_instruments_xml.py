# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""Laws in XML: Formex, Akoma Ntoso and Canadian bills."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from hypothesis import given

from comity.formats.instruments import bill_xml, read
from comity.formats.tests.instruments import (
    ORIGINALS,
    acts,
    differing,
    labels,
    needs_instruments,
    original,
    outline,
    refused,
    sample,
    shared,
)


def by_ref(instrument):
    return {clause.ref: clause for clause in instrument.clauses}


def act(body):
    return f"<ACT><ENACTING.TERMS>{body}</ENACTING.TERMS></ACT>".encode()


def akoma(body):
    namespace = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
    return f'<akomaNtoso xmlns="{namespace}"><act><body>{body}</body></act></akomaNtoso>'.encode()


def bill(body):
    return f"<Bill><Body>{body}</Body></Bill>".encode()


# Formex


def test_formex_gives_the_refs_parents_and_kinds_of_an_act():
    instrument = read(sample("formex.xml"))
    assert (instrument.identifier, instrument.language, instrument.date) == ("(EU) 2024/903", "en", "2024-03-13")
    assert instrument.title == "Regulation (EU) 2024/903 on care"
    assert [(clause.ref, clause.parent, clause.kind) for clause in instrument.clauses] == [
        ("Recital 1", None, "recital"),
        ("Ch.I", None, "chapter"),
        ("Ch.I.S1", "Ch.I", "section"),
        ("Art.1", "Ch.I.S1", "article"),
        ("Art.1(1)", "Art.1", "paragraph"),
        ("Art.1(1)(a)", "Art.1(1)", "point"),
        ("Art.1(1)(a)(i)", "Art.1(1)(a)", "point"),
        ("Art.1(1)(b)", "Art.1(1)", "point"),
        ("Art.1(1)(-1)", "Art.1(1)", "point"),
        ("Art.1(1)(-2)", "Art.1(1)", "point"),
        ("Art.1(2)", "Art.1", "paragraph"),
        ("Ch.II", None, "chapter"),
        ("Art.1a", "Ch.II", "article"),
        ("Annex II", None, "annex"),
        ("Annex II.S1", "Annex II", "section"),
        ("Annex II.S1(1)", "Annex II.S1", "point"),
    ]


def test_formex_has_quotation_marks_and_no_footnotes():
    clause = by_ref(read(sample("formex.xml")))["Recital 1"]
    assert clause.text == "Machines (hereinafter ‘machines’) need care.\n\nA second paragraph."


def test_unnumbered_subparagraphs_are_text_of_their_paragraph():
    assert by_ref(read(sample("formex.xml")))["Art.1(1)"].text == "Operators shall:\n\nThey may also:"


def test_the_only_article_of_an_act_is_article_1():
    instrument = read(act("<ARTICLE><TI.ART>Sole Article</TI.ART><ALINEA>It applies.</ALINEA></ARTICLE>"))
    assert outline(instrument) == [("Art.1", None)]


def test_a_number_that_comes_twice_is_kept_apart():
    point = "<NP><NO.P>(a)</NO.P><TXT>x</TXT></NP>"
    body = f"<ARTICLE><TI.ART>Article 1</TI.ART><ALINEA>Two lists: {point}{point}</ALINEA></ARTICLE>"
    assert [clause.ref for clause in read(act(body)).clauses] == ["Art.1", "Art.1(a)", "Art.1(a)~2"]


@pytest.mark.parametrize(
    ("heading", "ref"),
    [
        ("KAPITEL I", "Ch.I"),
        ("HOOFDSTUK IV", "Ch.IV"),
        ("TITRE II", "Title.II"),
        ("ΚΕΦΑΛΑΙΟ III", "Ch.III"),
        ("Chapter 2", "Ch.2"),
    ],
)
def test_divisions_have_the_same_refs_in_every_language(heading, ref):
    article = "<ARTICLE><TI.ART>1</TI.ART></ARTICLE>"
    body = f"<DIVISION><TITLE><TI><P>{heading}</P></TI></TITLE>{article}</DIVISION>"
    assert outline(read(act(body), form="formex")) == [(ref, None), ("Art.1", ref)]


@given(acts())
def test_any_act_in_formex_reads_back_as_it_was_written(act_tree):
    parts, expected, number = [], [], 0
    for place, (heading, articles) in enumerate(act_tree, 1):
        parts.append(f"<DIVISION><TITLE><TI><P>CHAPTER {place}</P></TI><STI><P>{escape(heading)}</P></STI></TITLE>")
        expected.append((f"Ch.{place}", None, heading, ""))
        for title, paragraphs in articles:
            number += 1
            parts.append(f"<ARTICLE><TI.ART>Article {number}</TI.ART><STI.ART>{escape(title)}</STI.ART>")
            expected.append((f"Art.{number}", f"Ch.{place}", title, ""))
            for paragraph, (text, points) in enumerate(paragraphs, 1):
                ref = f"Art.{number}({paragraph})"
                parts.append(f"<PARAG><NO.PARAG>{paragraph}.</NO.PARAG><ALINEA><P>{escape(text)}</P><LIST>")
                expected.append((ref, f"Art.{number}", "", text))
                for letter, point in zip("abc", points, strict=False):
                    parts.append(f"<ITEM><NP><NO.P>({letter})</NO.P><TXT>{escape(point)}</TXT></NP></ITEM>")
                    expected.append((f"{ref}({letter})", ref, "", point))
                parts.append("</LIST></ALINEA></PARAG>")
            parts.append("</ARTICLE>")
        parts.append("</DIVISION>")
    clauses = read(act("".join(parts))).clauses
    assert [(clause.ref, clause.parent, clause.heading, clause.text) for clause in clauses] == expected


@needs_instruments
def test_the_german_gdpr_has_the_refs_and_parents_of_the_english_one():
    instrument, beside = original("gdpr.de.formex.xml"), shared("gdpr.en")
    assert outline(instrument) == [(one["ref"], one["parent"]) for one in beside.values()]


@needs_instruments
def test_the_german_gdpr_has_the_words_of_the_file_beside():
    """That file lost quotation marks and the second paragraphs of four recitals."""
    instrument, beside = original("gdpr.de.formex.xml"), shared("gdpr.de")
    mine = by_ref(instrument)
    assert set(beside) < set(mine)

    def words(text):
        return "".join(sign for sign in text if sign not in "„“’" and not sign.isspace())

    other = [ref for ref, one in beside.items() if words(mine[ref].text) != words(one["text"])]
    assert other == ["Recital 19", "Recital 50", "Recital 71", "Recital 143"]
    assert all(words(mine[ref].text).startswith(words(beside[ref]["text"])) for ref in other)
    assert [ref for ref, one in beside.items() if words(mine[ref].heading) != words(one["heading"])] == []


@needs_instruments
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("reg-2024-903", "reg-2024-903.en.formex.xml"),
        ("dir-2014-92", "dir-2014-92.en.akomantoso.xml"),
        ("fr-senat", "fr-senat.akomantoso.xml"),
    ],
)
def test_refs_parents_and_kinds_are_those_that_a_person_labelled(name, file):
    assert [(clause.ref, clause.parent, clause.kind) for clause in original(file).clauses] == labels(name)


# Akoma Ntoso


def test_akoma_ntoso_gives_the_refs_parents_and_kinds_of_an_act():
    instrument = read(sample("akoma-ntoso.xml"))
    assert (instrument.title, instrument.identifier, instrument.language) == ("Loi d’exemple", "2024-1", "fr")
    assert (instrument.date, instrument.body) == ("2024-03-04", "Parlement d’exemple")
    assert [(clause.ref, clause.parent, clause.kind) for clause in instrument.clauses] == [
        ("Recital 1", None, "recital"),
        ("Title.I", None, "part"),
        ("Title.I.Ch.II", "Title.I", "chapter"),
        ("Art.1", "Title.I.Ch.II", "article"),
        ("Art.1(1)", "Art.1", "paragraph"),
        ("Art.1(1)(a)", "Art.1(1)", "point"),
        ("Art.1(1)(b)", "Art.1(1)", "point"),
        ("Art.1(1)(-1)", "Art.1(1)", "point"),
        ("Art.2 bis", "Title.I.Ch.II", "article"),
        ("Art.2 bis(1)", "Art.2 bis", "paragraph"),
        ("Annex I", None, "annex"),
        ("Annex I(1)", "Annex I", "paragraph"),
    ]


def test_a_number_printed_again_is_taken_away_and_own_words_come_first():
    clause = by_ref(read(sample("akoma-ntoso.xml")))["Art.2 bis(1)"]
    assert clause.text == "Après l’article 1er, il est inséré :\n\na | b\n\n« Texte inséré. »"


def test_an_act_of_sections_is_cited_by_sections():
    below = "<subsection><num>(1)</num><content><p>x</p></content></subsection>"
    section = f"<section><num>5</num><heading>Care</heading>{below}</section>"
    instrument = read(akoma(f"<part><num>Part 2</num>{section}</part>"))
    assert outline(instrument) == [("Part 2", None), ("s.5", "Part 2"), ("s.5(1)", "s.5")]


def test_a_document_of_plain_paragraphs_has_their_numbers():
    instrument = read(akoma("<paragraph><num>1.</num><content><p>x</p></content></paragraph>"))
    assert [(clause.ref, clause.text) for clause in instrument.clauses] == [("1", "x")]


@given(acts())
def test_any_act_in_akoma_ntoso_reads_back_as_it_was_written(act_tree):
    parts, expected, number = [], [], 0
    for place, (heading, articles) in enumerate(act_tree, 1):
        parts.append(f"<chapter><num>CHAPTER {place}</num><heading>{escape(heading)}</heading>")
        expected.append((f"Ch.{place}", None, heading, ""))
        for title, paragraphs in articles:
            number += 1
            parts.append(f"<article><num>Article {number}</num><heading>{escape(title)}</heading>")
            expected.append((f"Art.{number}", f"Ch.{place}", title, ""))
            for paragraph, (text, points) in enumerate(paragraphs, 1):
                ref = f"Art.{number}({paragraph})"
                parts.append(f"<paragraph><num>{paragraph}.</num><list><intro><p>{escape(text)}</p></intro>")
                expected.append((ref, f"Art.{number}", "", text))
                for letter, point in zip("abc", points, strict=False):
                    parts.append(f"<point><num>({letter})</num><content><p>{escape(point)}</p></content></point>")
                    expected.append((f"{ref}({letter})", ref, "", point))
                parts.append("</list></paragraph>")
            parts.append("</article>")
        parts.append("</chapter>")
    clauses = read(akoma("".join(parts))).clauses
    assert [(clause.ref, clause.parent, clause.heading, clause.text) for clause in clauses] == expected


# Canadian bills


def test_a_bill_holds_the_acts_that_it_enacts_below_the_section_that_does_it():
    instrument = read(sample("bill-xml.xml"))
    assert (instrument.title, instrument.identifier, instrument.date) == (
        "Sample Implementation Act",
        "Bill C-0",
        "2024-06-07",
    )
    assert [(clause.ref, clause.parent, clause.kind) for clause in instrument.clauses] == [
        ("Preamble", None, "preamble"),
        ("s.1", None, "section"),
        ("Part 1", None, "part"),
        ("s.2", "Part 1", "section"),
        ("s.2/s.1", "s.2", "section"),
        ("s.2/s.2", "s.2", "section"),
        ("s.2/s.2(1)", "s.2/s.2", "paragraph"),
        ("s.2/s.2(1)(a)", "s.2/s.2(1)", "point"),
        ("s.2/s.2(1)(a)(i)", "s.2/s.2(1)(a)", "point"),
        ("s.2/s.2(2)", "s.2/s.2", "paragraph"),
        ("s.3", "Part 1", "section"),
        ("Schedule", None, "annex"),
    ]
    assert "Headings" in instrument.warnings[0]


@pytest.mark.parametrize("part", ["1", "Part 1", "s.2", "careful machines act"])
def test_one_enacted_act_is_read_with_refs_of_its_own(part):
    instrument = read(sample("bill-xml.xml"), part=part)
    assert instrument.title == "Careful Machines Act"
    assert outline(instrument) == [
        ("s.1", None),
        ("s.2", None),
        ("s.2(1)", "s.2"),
        ("s.2(1)(a)", "s.2(1)"),
        ("s.2(1)(a)(i)", "s.2(1)(a)"),
        ("s.2(2)", "s.2"),
    ]


def test_an_act_that_a_bill_does_not_enact_is_refused_with_those_it_does():
    assert "Careful Machines Act (Part 1, s.2)" in refused(sample("bill-xml.xml"), part="Part 9")
    assert "only of a bill" in refused(sample("formex.xml"), part="1")


def test_the_acts_of_a_bill_can_be_listed():
    [enacted] = bill_xml.parts(sample("bill-xml.xml"), "bill")
    assert (enacted.ref, enacted.part, enacted.title) == ("s.2", "1", "Careful Machines Act")


def test_definitions_and_inserted_sections_are_text():
    clauses = by_ref(read(sample("bill-xml.xml")))
    assert clauses["s.2/s.1"].text.splitlines()[-1] == "(a) a thing; or"
    assert (
        clauses["s.3"].text == "Section 5 of the Act is replaced by the following:\n\nReport\n\n5 A report is made."
    )


@given(acts())
def test_any_bill_reads_back_as_it_was_written(act_tree):
    parts, expected, number = [], [], 0
    for place, (heading, sections) in enumerate(act_tree, 1):
        title = f"<TitleText>{escape(heading)}</TitleText>"
        parts.append(f'<Heading level="1"><Label>PART {place}</Label>{title}</Heading>')
        expected.append((f"Part {place}", None, heading, ""))
        for margin, subsections in sections:
            number += 1
            parts.append(f"<Section><MarginalNote>{escape(margin)}</MarginalNote><Label>{number}</Label>")
            expected.append((f"s.{number}", f"Part {place}", margin, ""))
            for one, (text, points) in enumerate(subsections, 1):
                ref = f"s.{number}({one})"
                parts.append(f"<Subsection><Label>({one})</Label><Text>{escape(text)}</Text>")
                expected.append((ref, f"s.{number}", "", text))
                for letter, point in zip("abc", points, strict=False):
                    parts.append(f"<Paragraph><Label>({letter})</Label><Text>{escape(point)}</Text></Paragraph>")
                    expected.append((f"{ref}({letter})", ref, "", point))
                parts.append("</Subsection>")
            parts.append("</Section>")
    clauses = read(bill("".join(parts))).clauses
    assert [(clause.ref, clause.parent, clause.heading, clause.text) for clause in clauses] == expected


@needs_instruments
def test_part_3_of_bill_c_27_is_the_file_beside():
    instrument, beside = original("ca-c27.en.billxml.xml", part="3"), shared("ca-aida.en")
    assert outline(instrument) == [(one["ref"], one["parent"]) for one in beside.values()]
    assert differing(instrument, beside, "heading") == []
    # That file runs the paragraphs of definitions together, "means(a)physical".
    squeezed = {ref: one["text"].replace(" ", "") for ref, one in beside.items()}
    assert {clause.ref: "".join(clause.text.split()) for clause in instrument.clauses} == squeezed


@needs_instruments
def test_bill_c_27_has_three_acts():
    content = (ORIGINALS / "ca-c27.en.billxml.xml").read_bytes()
    assert [(act.part, act.ref) for act in bill_xml.parts(content, "bill")] == [
        ("1", "s.2"),
        ("2", "s.37"),
        ("3", "s.39"),
    ]
    assert len(read(content).clauses) == 943
