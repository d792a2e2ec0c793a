# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""XML that means harm, whichever reader gets it: it is refused in words, or read without harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.instruments import laws, read, xml
from comity.formats.tests.instruments import even, only_refused, refused, sample

XML_FORMS = {form: f"{form}.xml" for form in ("formex", "akoma-ntoso", "bill-xml", "oscal-xml")}


def act(body):
    return f"<ACT><ENACTING.TERMS>{body}</ENACTING.TERMS></ACT>".encode()


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE ACT [
<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<ACT>&c;</ACT>"""
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE ACT [<!ENTITY x SYSTEM "file:///etc/passwd">]><ACT>&x;</ACT>'


@pytest.mark.parametrize("form", XML_FORMS)
@pytest.mark.parametrize("content", [LAUGHS, OUTSIDE, LAUGHS.replace("<!ENTITY", "<!ENTITY %")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_with_their_line(form, content, encoding):
    message = refused(content.encode(encoding), form=form)
    assert "defines XML entities" in message
    assert "line" in message


def test_an_entity_bomb_in_an_encoding_that_hides_it_is_refused():
    content = LAUGHS.replace('"1.0"', '"1.0" encoding="cp037"', 1).encode("cp037")
    assert refused(content, form="formex")


def test_character_references_are_read_and_nothing_is_fetched():
    content = (
        '<!DOCTYPE ACT SYSTEM "http://127.0.0.1:1/x.dtd">'
        + act("<ARTICLE><TI.ART>1</TI.ART><P>&#233;&nbsp;e</P></ARTICLE>").decode()
    )
    assert read(content.encode()).clauses[0].text == "é e"


@pytest.mark.parametrize("form", XML_FORMS)
def test_xml_nested_without_end_is_refused(form):
    for depth in (150, 100_000):
        assert "deep" in refused(b"<ACT>" * depth + b"</ACT>" * depth, form=form)


@pytest.mark.parametrize(("form", "name"), XML_FORMS.items())
def test_a_file_that_is_cut_off_is_refused_with_the_line(form, name):
    content = sample(name)
    assert "this is not XML" in refused(content[: len(content) // 2], form=form)
    assert "line" in refused(content[: len(content) // 2], form=form)


@pytest.mark.parametrize(("form", "name"), XML_FORMS.items())
@pytest.mark.parametrize("change", ["nul", "encoding", "empty", "other"])
def test_what_is_no_xml_of_the_form_is_refused(form, name, change):
    content = {
        "nul": sample(name).replace(b"Care", b"Ca\0re").replace(b"Events", b"Ev\0ents").replace(b"Objet", b"O\0bjet"),
        "encoding": sample(name).replace(b"UTF-8", b"US-ASCII", 1).replace(b"are", "aré".encode("latin-1")),
        "empty": b" \n",
        "other": b"<html><p>x</p></html>",
    }[change]
    if change == "encoding":
        only_refused(content, form)
    else:
        assert refused(content, form=form)


def test_a_hundred_thousand_articles_are_refused_and_not_waited_for():
    body = "".join(f"<ARTICLE><TI.ART>Article {n}</TI.ART></ARTICLE>" for n in range(100_000))
    assert "not one instrument" in refused(act(body))


def test_long_runs_of_spaces_are_read_in_no_time():
    body = "<ARTICLE><TI.ART>Article 1</TI.ART><P>a" + " \n" * 500_000 + "b</P></ARTICLE>"
    assert read(act(body)).clauses[0].text == "a b"


@pytest.mark.parametrize(
    ("form", "head", "one", "tail"),
    [
        (
            "akoma-ntoso",
            "<akomaNtoso><act><body><article><num>1</num>",
            "<wrapUp/>",
            "</article></body></act></akomaNtoso>",
        ),
        ("formex", "<ACT><ENACTING.TERMS><ARTICLE>", "<GR.SEQ/>", "</ARTICLE></ENACTING.TERMS></ACT>"),
        (
            "bill-xml",
            "<Bill><Body><Section>",
            "<AmendedText><BillInternal/></AmendedText>",
            "</Section></Body></Bill>",
        ),
        ("oscal-xml", "<catalog><control>", '<part name="statement"><p>x</p></part>', "</control></catalog>"),
    ],
)
def test_many_elements_side_by_side_are_read_in_no_time(form, head, one, tail):
    # Where each looked at all of the others, this would take minutes.
    assert read((head + one * 19_000 + tail).encode(), form=form).clauses


def test_a_file_beyond_the_size_is_refused():
    assert "larger than" in refused(act("<P>" + "x" * (33 * 1024 * 1024) + "</P>"), form="formex")


def test_directions_that_would_turn_a_page_round_are_taken_away():
    body = "<ARTICLE><TI.ART>Article 1</TI.ART><P>\u202eأبجد\u2066 AI\u2069</P></ARTICLE>"
    assert read(act(body)).clauses[0].text == "أبجد AI"


@pytest.mark.parametrize("form", XML_FORMS)
@given(data=st.data())
def test_anything_else_is_refused_in_words(form, data):
    whole = sample(XML_FORMS[form])
    start, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 60))
    cut = whole[:start] + data.draw(st.binary(max_size=20)) + whole[start + length :]
    only_refused(data.draw(st.sampled_from([cut, data.draw(st.binary(max_size=100))])), form)


@given(st.text(max_size=60))
def test_the_number_of_any_label_is_one_line(label):
    assert laws.numeral(label) == even(laws.numeral(label))
    assert laws.numbered(label) == even(laws.numbered(label))


def test_words_stand_as_they_are_printed_and_not_as_the_file_is_set_out():
    root = xml.parse(b"<a>x<b> y </b>\n ( <c>z</c>\n ) </a>", "x")
    assert xml.words(root, leave=("b",)) == "x ( z)"
