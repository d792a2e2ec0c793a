# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""Cleaning takes away what is never content and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.catalogue.dates import date, source_date
from comity.formats.catalogue.languages import tag
from comity.formats.text import MAX_TEXT, clean, plain

HOSTILE = st.text(
    st.sampled_from(
        [*"<>/!-&;#amplt= \"'x38", "\0", "\x85", "\xad", "\u202e", "\u037e", "\u0338", "\ud800", "\u0301"]
    )
    | st.characters(),
    max_size=60,
)
MARKS = (
    *("<b>", "</b>", "<script>", "</script>", "<style>", "</style>", "<br/>", "<!--", "-->", "<![endif]>"),
    *(
        "&lt;",
        "&gt;",
        "&amp;",
        "&#38;",
        "&#97;",
        "&#x0;",
        "mp;",
        "lt;",
        "<",
        ">",
        "b",
        "script",
        " ",
        "&",
        "x",
        "/",
    ),
    "\0",
)
PIECES = st.lists(st.sampled_from(MARKS), max_size=25).map("".join)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("x <y<=6) and z", "x <y<=6) and z"),
        ("Using the <?access-control?> Instruction", "Using the <?access-control?> Instruction"),
        ("sécurité augmentée <<e>>", "sécurité augmentée <<e>>"),
        ("<< Records Management >>", "<< Records Management >>"),
        ("p <a and b> q", "p <a and b> q"),
        ("AT&T; R&D &copying; &2014;", "AT&T; R&D &copying; &2014;"),
        ("CO<sub>2</sub> and <em>more</em>", "CO2 and more"),
        ("one<br />two<p>three</p>", "one two three"),
        ('<a href ="http://x.org/?a>b">Link</a>', "Link"),
        ("Software &amp; Systems", "Software & Systems"),
        ("Software &amp;amp;amp; Systems", "Software & Systems"),
        ("IEEE 7000&#8482;", "IEEE 7000™"),
        ("&amp;lt;b&amp;gt;bold&lt;/b&gt;", "bold"),
        ("before<script>alert('x')</script>after", "beforeafter"),
        ("before<SCRIPT type='a'>alert(1)", "before"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;title", "title"),
        ("<scr<b></b>ipt>x</script>y", ""),
        ("a<style>b{}</style><!-- c --><![endif]-->d", "ad"),
        ("<!--[if x]><span style='a:b'>FORMTEXT</span><![endif]-->", ""),
        ("LegalDocumentML\r\n(LegalDocML)\tTC", "LegalDocumentML (LegalDocML) TC"),
        ("  a \u00a0 b\u3000c ", "a b c"),
        ("a\0b\x07c\u200bd\ufeff", "abcd"),
        ("\u202eevil\u202c", "evil"),
        ("users\x92 privacy \x96 WirelessHART\x99", "users’ privacy – WirelessHART™"),
        ("Geiger-M\x9fller", "Geiger-M\ufffdller"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_title_keeps_its_content_and_loses_the_rest(raw, cleaned):
    assert clean(raw) == cleaned


@given(HOSTILE | PIECES)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
    assert plain(plain(text)) == plain(text)


@given(PIECES)
def test_no_tag_survives_however_it_was_put_together(text):
    cleaned = clean(text).lower()
    assert "<script>" not in cleaned
    assert "<b>" not in cleaned
    assert "<br/>" not in cleaned


@pytest.mark.parametrize("text", ["&amp;" * 30_000, "<!--" * 30_000, "<script>" * 30_000, '<a x="' * 30_000])
def test_text_made_to_be_slow_is_cut_and_cleaned(text):
    assert len(clean(text)) <= MAX_TEXT


def test_identifiers_keep_what_looks_like_markup():
    assert plain(" ISO  <b>1</b> &amp; ") == "ISO <b>1</b> &amp;"


@pytest.mark.parametrize(
    ("code", "script", "expected"),
    [
        ("en", "", "en"), ("rus", "", "ru"), ("fre", "", "fr"), ("fra", "", "fr"), ("EN", "", "en"),
        ("en_us", "", "en-US"), ("zh-hant", "", "zh-Hant"), ("zh", "Hans", "zh"), ("zh", "Hant", "zh-Hant"),
        ("en", "Lant", "en"), ("ja", "Jpan", "ja"), ("sr", "Lant", "sr-Latn"), ("French", "", "fr"),
        ("русский", "", "ru"), ("yue", "", "yue"), ("und", "", "und"), ("", "", "und"), ("xx", "", "und"),
        ("???", "", "und"), ("pt-BR", "", "pt-BR"),
    ],
)  # fmt: skip
def test_language_codes_become_bcp_47(code, script, expected):
    assert tag(code, script) == expected


@given(st.text(), st.text())
def test_no_language_code_is_too_strange(code, script):
    assert tag(code, script)


@pytest.mark.parametrize("text", ["2020", "2020-02", "2020-02-29", "0001"])
def test_dates_keep_their_precision(text):
    assert date(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "2020-13-45",
        "0000",
        "0000-01-01",
        "2021-02-29",
        "20",
        "2020-1-1",
        "2020-02-29T00:00",
        "٢٠٢٠",
        "n.d.",
        "",
    ],
)
def test_what_is_no_date_is_kept_out(text):
    assert date(text) == ""


def test_the_first_of_january_that_easc_and_gost_invent_is_only_a_year():
    assert source_date("published", "1995-01-01", source="easc").value == "1995"
    assert source_date("published", "1995-01-02", source="gost").value == "1995-01-02"
    assert source_date("published", "1995-01-01", source="iso").value == "1995-01-01"
