"""BibTeX that reads back what was written, and CSL-JSON that keeps to its schema."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.citations import Cited, bibtex, csl, csl_item
from comity.formats.references import bibtex as reading
from comity.formats.text import plain

TITLE = "50 % of “R&D”: $x_1$ #2 {a} a~b a^b c:\\d Système d’information — 人工智能 ذكاء"
NASTY = st.text(alphabet=st.sampled_from('\\{}%&$#_~^"@,= \nabÉéß人ذ'), max_size=30) | st.text(max_size=20)
# Private-use characters are what the reader keeps braces in while it reads.
TEXTS = NASTY.map(plain).filter(lambda text: text and not any(unicodedata.category(sign) == "Co" for sign in text))
CITED = st.builds(
    Cited,
    id=st.uuids().map(str),
    identifier=TEXTS,
    title=TEXTS,
    language=st.sampled_from(["", "en", "ar"]),
    publishers=st.lists(TEXTS, max_size=2).map(tuple),
    committee=st.sampled_from(["", "ISO/IEC JTC 1/SC 42"]),
    kind=st.sampled_from(["", "standard"]),
    status=st.sampled_from(["", "published"]),
    date=st.sampled_from(["", "1999", "2023-12", "2023-12-18"]),
    url=st.sampled_from(["", "https://example.org/a_b?x=1&y={2}#%20"]),
)


@given(st.lists(CITED, max_size=5))
def test_bibtex_reads_back_what_was_written(documents: list[Cited]) -> None:
    entries = reading.read("".join(bibtex(documents)), "test.bib").entries
    assert [one.kind for one in entries] == ["techreport"] * len(documents)
    assert len({one.key.lower() for one in entries}) == len(documents)
    for entry, one in zip(entries, documents, strict=True):
        assert entry.fields["title"] == one.title
        assert entry.fields["number"] == one.identifier
        assert entry.fields.get("institution", "") == " and ".join(one.publishers)
        assert entry.fields.get("year", "") == one.date[:4]


@given(TEXTS)
def test_braces_of_bibtex_are_balanced_however_they_are_counted(title: str) -> None:
    written = "".join(bibtex([Cited("1", "X 1", title)]))
    depth = 0
    for sign in written:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert re.search(r"(?<!\\)[&%$#_~^]", written) is None


def test_an_entry_is_as_reference_managers_expect_it() -> None:
    one = Cited(
        "0190",
        "ISO/IEC 42001:2023",
        TITLE,
        "en",
        ("ISO", "IEC"),
        kind="standard",
        status="published",
        date="2023-12",
        url="https://x.org/a_b",
    )
    assert "".join(bibtex([one])) == (
        "@techreport{ISO-IEC-42001-2023,\n"
        r"  title = {{50 \% of “R\&D”: \$x\_1\$ \#2 \textbraceleft{}a\textbraceright{} a\textasciitilde{}b "
        r"a\textasciicircum{}b c:\textbackslash{}d Système d’information — 人工智能 ذكاء}},"
        "\n"
        "  number = {ISO/IEC 42001:2023},\n  institution = {ISO and IEC},\n  year = {2023},\n  month = 12,\n"
        "  type = {standard},\n  url = {https://x.org/a_b},\n  note = {published},\n}\n"
    )


@pytest.mark.parametrize("names", [["A 1", "A-1", "a 1"], ["ГОСТ", "ГОСТ Р", "标准"], ["", "", ""]])
def test_keys_are_one_of_a_kind(names: list[str]) -> None:
    written = "".join(bibtex(Cited("same-end-00000000", name, "T") for name in names))
    keys = re.findall(r"@techreport\{(.*),", written)
    assert len({key.lower() for key in keys}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", key) for key in keys)


STRINGS = {"title", "authority", "publisher", "genre", "status", "language", "URL", "DOI", "ISBN", "note", "id"}
EITHER = {"number", "edition"}


@given(st.lists(CITED, max_size=4))
def test_csl_keeps_to_the_essentials_of_its_schema(documents: list[Cited]) -> None:
    items = json.loads("".join(csl(documents)))
    assert len(items) == len(documents)
    for item in items:
        assert item["type"] == "standard"
        assert set(item) <= STRINGS | EITHER | {"type", "issued"}
        assert all(type(item[name]) is str and item[name] for name in item if name != "issued")
        if "issued" in item:
            [parts] = item["issued"].pop("date-parts")
            assert item["issued"] == {}
            assert 1 <= len(parts) <= 3
            assert all(type(part) is int for part in parts)


def test_csl_says_who_when_and_how_it_stands() -> None:
    one = Cited("1", "ITU-T Y.1", "T", "fr", ("ITU-T",), "SG 13", "recommendation", "in force", "2020-02-03")
    assert csl_item(one) == {
        "id": "1",
        "type": "standard",
        "title": "T",
        "number": "ITU-T Y.1",
        "authority": "SG 13",
        "publisher": "ITU-T",
        "genre": "recommendation",
        "status": "in force",
        "language": "fr",
        "issued": {"date-parts": [[2020, 2, 3]]},
    }
