# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""Tables and lists of records: columns by mapping or by guess, parents by column or by number."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats.instruments import columns, read, table
from comity.formats.tests.instruments import (
    ORIGINALS,
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

PLAYBOOK_PARTS = ["section_about", "section_actions", "section_doc", "section_ref"]


def lines(*rows, delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def from_csv(content, **options):
    return read(content, file="list.csv", form="table-csv", **options)


def test_a_table_with_a_line_above_its_header_is_read():
    instrument = read(sample("table-csv.csv"), file="controls.csv")
    assert instrument.form == "table-csv"
    assert outline(instrument) == [("A.1", None), ("A.1.1", "A.1"), ("A.1.1(a)", "A.1.1"), ("B.2", None)]
    policy = instrument.clauses[1]
    assert (policy.heading, policy.text, policy.guidance, policy.line) == (
        "Policy",
        "Write a policy.\nKeep it.",
        "Short is good",
        4,
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Control ID", "Control name", "Control text"], {"ref": 0, "heading": 1, "text": 2}),
        (["Référence", "Intitulé", "Exigence"], {"ref": 0, "heading": 1, "text": 2}),
        (["Nummer", "Titel", "Wortlaut", "Hinweise"], {"ref": 0, "heading": 1, "text": 2, "guidance": 3}),
        (["Número", "Título", "Texto"], {"ref": 0, "heading": 1, "text": 2}),
        (["Номер", "Название", "Текст"], {"ref": 0, "heading": 1, "text": 2}),
        (["编号", "标题", "内容"], {"ref": 0, "heading": 1, "text": 2}),
        (["المرجع", "العنوان", "النص"], {"ref": 0, "heading": 1, "text": 2}),
        (
            ["ref_id", "parent_ref_id", "Type", "description", "Language"],
            {"ref": 0, "parent": 1, "kind": 2, "text": 3, "language": 4},
        ),
        (["title", "description", "section_about"], {"ref": 0, "heading": 1, "part:About": 2}),
        (["Weight", "Colour"], {}),
    ],
)
def test_columns_are_guessed_in_the_languages_of_the_interface(headers, expected):
    assert columns.guess(headers) == {field: headers[place] for field, place in expected.items()}


def test_a_mapping_says_which_column_is_what():
    content = lines(["A", "B", "C", "D", "E"], ["1.1", "1", "Group", "Name", "Words"], ["1", "", "odd", "Top", ""])
    mapping = {"ref": "A", "parent": "B", "kind": "C", "heading": "D", "text": "E"}
    top, below = from_csv(content, mapping=mapping).clauses
    assert (top.ref, top.kind, top.heading) == ("1", "clause", "Top")
    assert (below.ref, below.parent, below.kind, below.text) == ("1.1", "1", "group", "Words")


def test_a_column_can_be_a_clause_below_its_row():
    content = lines(["Ref", "Text", "Why"], ["1", "Do it.", "Because."], ["2", "Do that.", ""])
    instrument = from_csv(content, mapping={"ref": "Ref", "text": "Text", "part:Reason": "Why"})
    assert outline(instrument) == [("1", None), ("1 Reason", "1"), ("2", None)]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"ref": "Nr"}, "there is no column 'Nr'"),
        ({"heading": "Ref"}, 'names no column for "ref"'),
        ({"ref": "Ref", "colour": "Text"}, "there is no field 'colour'"),
        ({"ref": "Ref", "text": "Twice"}, "there are two columns 'Twice'"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping, message):
    assert message in refused(
        lines(["Ref", "Text", "Twice", "twice"], ["1", "x", "", ""]), form="table-csv", mapping=mapping
    )


@pytest.mark.parametrize(
    ("refs", "parents"),
    [
        (["4", "4.1", "4.1.1", "4.10"], [None, "4", "4.1", "4"]),
        (["AC", "AC-2", "AC-2(1)"], [None, "AC", "AC-2"]),
        (["GOVERN", "GOVERN 1", "GOVERN 1.1"], [None, "GOVERN", "GOVERN 1"]),
        (["A.6", "A.6.1.2", "A.7"], [None, "A.6", None]),
        (["Data", "Data quality"], [None, None]),
        (["4.1", "4"], ["4", None]),
    ],
)
def test_without_a_column_for_parents_numbers_say_what_stands_above(refs, parents):
    instrument = from_csv(lines(["Ref", "Text"], *([ref, "x"] for ref in refs)))
    assert dict(outline(instrument)) == dict(zip(refs, parents, strict=True))


def test_parents_in_a_circle_are_refused_with_the_line():
    assert "line 2: a stands above itself" in refused(
        lines(["Ref", "Parent", "Text"], ["a", "b", "x"], ["b", "a", "y"]), form="table-csv"
    )


def test_a_parent_that_is_not_in_the_table_is_doubted():
    [clause] = from_csv(lines(["Ref", "Parent", "Text"], ["a", "z", "x"])).clauses
    assert (clause.parent, clause.doubts) == (None, ("level",))


def test_a_row_without_a_number_and_one_that_comes_twice_are_doubted():
    one, two, three = from_csv(lines(["Ref", "Text"], ["1", "x"], ["", "y"], ["1", "z"])).clauses
    assert (two.ref, two.doubts, two.line) == ("n:3", ("no-number",), 3)
    assert (one.ref, three.ref, three.doubts) == ("1", "1~2", ("repeated",))


def test_of_a_table_in_several_languages_one_is_read():
    content = lines(["Ref", "Lang", "Text"], ["1", "en", "Look."], ["1", "fr", "Regardez."], ["2", "en", "Wait."])
    first, french = from_csv(content), from_csv(content, language="FR")
    assert (first.language, [clause.text for clause in first.clauses]) == ("en", ["Look.", "Wait."])
    assert "fr" in first.warnings[0]
    assert (french.language, [clause.text for clause in french.clauses]) == ("fr", ["Regardez."])
    assert "only in en, fr" in refused(content, form="table-csv", language="ar")


def test_a_table_that_lies_on_its_side_is_turned():
    instrument = read(sample("table-xlsx.xlsx"))
    assert outline(instrument) == outline(read(sample("playbook-json.json")))


def test_headers_are_listed_for_a_person_to_map():
    assert table.headers(sample("table-csv.csv"), "x.csv") == ["Reference", "Title", "Requirement", "Guidance"]
    assert table.headers(sample("table-xlsx.xlsx"), "x.xlsx")[:2] == ["ref", "section_about"]


def test_a_header_that_says_nothing_is_refused_with_the_columns():
    assert "Weight, Colour" in refused(lines(["Weight", "Colour"], ["1", "red"]), form="table-csv")
    assert "nothing below the header" in refused(lines(["Ref", "Text"]), form="table-csv")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_unicode_of_any_kind_is_read(encoding):
    [clause] = from_csv("Réf;Texte\n1;é中ال\n".replace("Réf", "Référence").encode(encoding)).clauses
    assert clause.text == "é中ال"


def test_an_encoding_that_was_guessed_is_a_warning_and_one_that_cannot_be_is_refused():
    french = "Référence;Texte\n1;Système de management à l’essai\n".encode("cp1252")
    assert "Windows-1252" in from_csv(french).warnings[0]
    assert "encoding cannot be told" in refused("Номер;Текст\n1;Слово о полку\n".encode("cp1251"), form="table-csv")


def test_a_formula_stays_text_and_nul_bytes_go():
    [clause] = from_csv(b"Ref,Text\n1,=HYPERLINK(x)\0\n").clauses
    assert clause.text == "=HYPERLINK(x)"


def test_a_hundred_thousand_rows_are_refused_and_not_waited_for():
    assert "not one instrument" in refused(
        lines(["Ref", "Text"], *([str(n), "x"] for n in range(100_000))), form="table-csv"
    )


@pytest.mark.parametrize("content", [b"", b"\n\n", sample("table-xlsx.xlsx")[:900], b"PK\x03\x04nothing"])
def test_what_is_no_table_is_refused(content):
    assert refused(content, form="table-xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["Ref", "Text"], ["1", "x"]))) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, b"\0" * 90_000_000 if name.endswith("sheet1.xml") else old.read(name))
    assert "zip bomb" in refused(packed.getvalue())


@given(trees())
def test_any_table_reads_back_as_it_was_written(clauses):
    rows = [
        [clause.ref, clause.parent or "", clause.kind, clause.heading, clause.text, clause.guidance]
        for clause in clauses
    ]
    # White space at the ends of lines within a cell is evened, as everywhere.
    instrument = from_csv(lines(["Ref", "Parent", "Kind", "Heading", "Text", "Guidance"], *rows))
    assert [clause.ref for clause in instrument.clauses] == [clause.ref.rstrip(" .:") for clause in clauses]
    assert [even(clause.text) for clause in instrument.clauses] == [even(clause.text) for clause in clauses]
    assert [clause.kind for clause in instrument.clauses] == [clause.kind for clause in clauses]


@settings(max_examples=20)
@given(trees(), st.randoms())
def test_any_workbook_reads_back_as_it_was_written_in_whatever_order(clauses, chance):
    rows = [
        [clause.ref, clause.parent or "", clause.kind, f"x{clause.heading}", clause.guidance] for clause in clauses
    ]
    rows = [[even(str(cell).replace("\U0001f600", "")) for cell in row] for row in rows]
    chance.shuffle(rows)
    instrument = read(workbook(["Ref", "Parent", "Kind", "Heading", "Guidance"], *rows))
    assert dict(outline(instrument)) == {
        ref.rstrip(" .:"): parent.rstrip(" .:") or None for ref, parent, *_more in rows
    }


@pytest.mark.parametrize("form", ["table-csv", "table-xlsx", "playbook-json"])
@given(content=st.one_of(st.binary(max_size=120), TEXTS.map(lambda text: f"Ref,Text\n{text}".encode())))
def test_anything_else_is_refused_in_words(form, content):
    only_refused(content, form)


@given(st.integers(0, 6000), st.binary(max_size=8))
def test_a_damaged_workbook_is_refused_in_words(place, damage):
    whole = sample("table-xlsx.xlsx")
    only_refused(whole[:place] + damage + whole[place + len(damage) :], "table-xlsx")


# Lists of records in JSON


def test_records_have_a_clause_for_each_of_their_sections():
    instrument = read(sample("playbook-json.json"))
    assert instrument.form == "playbook-json"
    assert outline(instrument)[:3] == [
        ("GOVERN 1.1", None),
        ("GOVERN 1.1 About", "GOVERN 1.1"),
        ("GOVERN 1.1 Suggested actions", "GOVERN 1.1"),
    ]
    assert instrument.clauses[0].heading == "Requirements are understood."


def test_records_are_read_by_a_mapping_of_their_keys():
    records = [{"nr": 1, "words": ["a", "b"], "on": True}, {"nr": 2.5, "words": None}, "none", {}]
    content = json.dumps({"version": 3, "records": records}).encode()
    one, two = read(content, form="playbook-json", mapping={"ref": "nr", "text": "words", "heading": "on"}).clauses
    assert (one.ref, one.text, two.ref, two.text) == ("1", "a\nb", "2.5", "")
    assert "no record has the key 'nummer'" in refused(content, form="playbook-json", mapping={"ref": "nummer"})


@pytest.mark.parametrize("content", [b"[]", b"{}", b'"x"', b"[1, 2]", b'{"a": [{}], "b": [{}]}', b'[{"weight": 1}]'])
def test_what_is_no_list_of_records_is_refused(content):
    assert refused(content, form="playbook-json")


@given(trees())
def test_any_list_of_records_reads_back_as_it_was_written(clauses):
    records = [
        {
            "ref": clause.ref,
            "parent": clause.parent,
            "heading": clause.heading,
            "text": clause.text,
            "kind": clause.kind,
        }
        for clause in clauses
        if clause.ref == clause.ref.rstrip(" .:")
    ]
    if not records:
        return
    instrument = read(json.dumps(records[::-1]).encode(), form="playbook-json")
    assert {clause.ref: even(clause.text) for clause in instrument.clauses} == {
        one["ref"]: even(one["text"]) for one in records
    }


@needs_instruments
def test_the_playbook_of_nist_is_the_file_beside():
    instrument, beside = original("nist-ai-rmf-playbook.json"), shared("nist-ai-rmf-playbook.en")
    assert outline(instrument) == [(one["ref"], one["parent"]) for one in beside.values()]
    assert differing(instrument, beside, "heading") == []
    assert differing(instrument, beside, "text") == []


@needs_instruments
def test_the_playbook_as_a_workbook_says_all_but_what_its_subcategories_are():
    """The workbook has no row for the descriptions."""
    instrument, beside = original("nist-ai-rmf-playbook.xlsx"), shared("nist-ai-rmf-playbook.en")
    assert table.headers((ORIGINALS / "nist-ai-rmf-playbook.xlsx").read_bytes(), "x")[1:] == PLAYBOOK_PARTS
    assert outline(instrument) == [(one["ref"], one["parent"]) for one in beside.values()]
    assert differing(instrument, beside, "text") == []
    assert differing(instrument, beside, "heading") == [ref for ref, one in beside.items() if one["parent"] is None]
    assert bare(instrument.clauses)[0].heading == ""
