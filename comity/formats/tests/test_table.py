# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""CSV and XLSX tables: columns by mapping or by guess, and no wrong decoding in silence."""

from __future__ import annotations

import datetime
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.catalogue import (
    FormatError,
    Refusal,
    SourceDate,
    SourceRecord,
    SourceRelation,
    guess_mapping,
    read,
)

CHINESE = "标准号,标准名称,状态\nGB/T 1,人工智能 术语与概念的标准和应用说明,现行\n"
FRENCH = "Numéro;Titre;Éditeur\nNF 1;Système de management à l’essai;AFNOR\n"


def write(folder, text, name="list.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def book(folder, *rows, merge=()):
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    for cells in merge:
        workbook.active.merge_cells(cells)
    workbook.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def test_a_mapping_fills_every_field(tmp_path):
    mapping = {
        "identifier": "No", "title": "Name", "title:fr": "Nom", "publisher": "By", "committee": "TC",
        "stage": "St", "published": "Day", "edition": "Ed", "url": "Link", "language": "Lang", "type": "Type",
        "keywords": "Words", "ics": "ICS", "relation:adoptedFrom": "From", "identifier:ISBN": "ISBN",
        "status:binding": "Law",
    }  # fmt: skip
    path = write(
        tmp_path,
        "No,Name,Nom,By,TC,St,Day,Ed,Link,Lang,Type,Words,ICS,From,ISBN,Law\n"
        'X 1,A &amp; B,A et B,ISO; IEC,"SC 42, AI",60,2024-05,2,'
        'https://x.org,eng,IS,"ai, risk",35.020;01.040,Y 2;Z 3,9,Hard\n',
    )
    [item] = read(path, mapping=mapping)
    assert (item.source, item.ref, item.line) == ("list", "X 1#2", 2)
    assert item.titles == {"fr": "A et B", "en": "A & B"}
    assert (item.publishers, item.keywords, item.ics) == (
        ("ISO", "IEC"),
        ("ai", "risk"),
        ("35.020", "01.040"),
    )
    assert [committee.name for committee in item.committees] == ["SC 42, AI"]
    assert item.dates == (SourceDate("published", "2024-05"),)
    assert item.relations == (SourceRelation("adoptedFrom", "Y 2"), SourceRelation("adoptedFrom", "Z 3"))
    assert (item.urls, item.languages, item.status) == (
        {"page": "https://x.org"},
        ("en",),
        {"binding": "Hard"},
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Standard number", "Title", "Status"], {"identifier": 0, "title": 1, "stage": 2}),
        (["Référence", "Intitulé", "Date de publication"], {"identifier": 0, "title": 1, "published": 2}),
        (
            ["Código", "Título", "Organismo", "Título (en)"],
            {"identifier": 0, "title": 1, "publisher": 2, "title:en": 3},
        ),
        (
            ["标准号", "中文名称", "英文名称", "发布日期"],
            {"identifier": 0, "title:zh": 1, "title:en": 2, "published": 3},
        ),
        (["Обозначение", "Наименование", "Код ОКС"], {"identifier": 0, "title": 1, "ics": 2}),
        (["رقم المواصفة", "العنوان", "الحالة"], {"identifier": 0, "title": 1, "stage": 2}),
        (["Shoe size"], {}),
    ],
)
def test_columns_are_guessed_in_six_languages(headers, expected):
    assert guess_mapping(headers) == {field: headers[place] for field, place in expected.items()}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"), (CHINESE, "utf-8-sig"), (CHINESE, "utf-16"), (CHINESE, "gb18030"),
        (FRENCH, "utf-8"), (FRENCH, "cp1252"), (FRENCH, "utf-16"),
    ],
)  # fmt: skip
def test_the_encoding_is_found_and_a_guess_is_told(tmp_path, text, encoding):
    *notes, item = read(write(tmp_path, text, encoding=encoding))
    assert list(item.titles.values())[0] in text  # noqa: RUF015
    assert bool(notes) == (not encoding.startswith("utf"))
    assert all("read as" in note.reason for note in notes)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("номер,название\nГОСТ 1,Системы искусственного интеллекта\n", "cp1251"),
        ("id,title\n1,인공지능 개념 및 용어에 관한 표준 해설서 모음집 제일권\n", "euc-kr"),
        ("id,title\n1,الذكاء الاصطناعي\n", "cp1256"),
        ("id,title\n1,情報技術の人工知能\n", "shift-jis"),
        ("id,title\n1,Sztuczna inteligencja i przyszłość\n", "cp1250"),
        ("id,title\n1,Norme générale\n", "mac-roman"),
        ("id,title\n1,Norme générale\n", "cp850"),
    ],
)
def test_an_encoding_that_cannot_be_told_is_not_guessed(tmp_path, text, encoding):
    path = write(tmp_path, text, encoding=encoding)
    with pytest.raises(FormatError, match="encoding cannot be told") as raised:
        list(read(path))
    assert raised.value.line in (1, 2)


def test_one_bad_byte_in_unicode_text_is_named_by_line(tmp_path):
    path = write(tmp_path, b"id,title\n1,\xd0\x9d\xd0\xbe\xd1\x80\n2,\xff\n")
    with pytest.raises(FormatError, match="line 3"):
        list(read(path))


@pytest.mark.parametrize(
    "title", ["Qualité—sécurité des systèmes d’IA", "Máquina · información", "Maßgebliche Größe"]
)
def test_western_words_are_western(tmp_path, title):
    _, item = read(write(tmp_path, f"id,title\n1,{title}\n", encoding="cp1252"))
    assert item.titles == {"und": title}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    text = f'id{delimiter}title\nX 1{delimiter}"a, b; c | d"\nX 2{delimiter}e\n'
    assert [item.titles["und"] for item in read(write(tmp_path, text))] == ["a, b; c | d", "e"]


def test_the_line_in_which_excel_states_the_delimiter_is_passed_over(tmp_path):
    [item] = read(write(tmp_path, "sep=;\nid;title\nX 1;a\n"))
    assert (item.identifier, item.line) == ("X 1", 3)


def test_formulas_stay_text(tmp_path):
    [item] = read(write(tmp_path, 'id,title\nX 1,"=HYPERLINK(""http://evil"",""x"")"\n'))
    assert item.titles == {"und": '=HYPERLINK("http://evil","x")'}


@pytest.mark.parametrize(
    ("text", "mapping", "reason"),
    [
        ("id,title\n1,a\n", {"identifier": "id", "title": "Titel"}, "no column 'Titel'"),
        ("id,title,title\n1,a,b\n", {"identifier": "id", "title": "title"}, "two columns 'title'"),
        ("id,title\n1,a\n", {"title": "title"}, "no column for the identifier"),
        ("id,title\n1,a\n", {"identifier": "id", "colour": "title"}, "no field 'colour'"),
        ("a,b\n1,2\n", None, "looks like an identifier"),
    ],
)
def test_a_table_that_does_not_fit_names_the_column(tmp_path, text, mapping, reason):
    path = write(tmp_path, text)
    with pytest.raises(FormatError, match=reason):
        list(read(path, mapping=mapping))


@pytest.mark.parametrize(("text", "reason"), [("", "nothing in it"), ("id,title\n", "below the header")])
def test_a_table_without_rows_says_so(tmp_path, text, reason):
    [item] = read(write(tmp_path, text))
    assert reason in item.reason


def test_bad_rows_are_refused_with_their_line(tmp_path):
    text = "id,title,date\nX 1,a\0b,3/4/2024\n,no number,\nX 1,again,\n\nX 2,c,31.12.2024\n"
    items = list(read(write(tmp_path, text)))
    assert [(item.line, type(item)) for item in items] == [
        (2, Refusal), (2, SourceRecord), (3, Refusal), (4, Refusal), (6, SourceRecord),
    ]  # fmt: skip
    assert items[1].titles == {"und": "ab"}
    assert items[-1].dates == (SourceDate("published", "2024-12-31"),)


def test_a_line_too_long_is_refused_and_the_next_is_read(tmp_path):
    text = "id,title\nX 1," + "x" * (2 * 2**20) + "\nX 2,b\n"
    items = list(read(write(tmp_path, text)))
    assert {type(item): item.line for item in items} == {Refusal: 2, SourceRecord: 3}


def test_a_workbook_is_read(tmp_path):
    path = book(tmp_path, ["id", "title", "date", "edition"], ["X 1", "a", datetime.datetime(2024, 5, 1), 2.0])
    [item] = read(path)
    assert (item.identifier, item.edition, item.dates) == (
        "X 1",
        "2",
        (SourceDate("published", "2024-05-01"),),
    )


def test_merged_cells_above_and_in_the_header_are_understood(tmp_path):
    rows = [["Our catalogue"], [], ["Number", "Title", None], [None, "English", "French"], ["X 1", "a", "b"]]
    path = book(tmp_path, *rows, merge=["A1:C1", "B3:C3"])
    mapping = {"identifier": "Number", "title:en": "Title English", "title:fr": "Title French"}
    [item] = read(path, mapping=mapping)
    assert (item.titles, item.line) == ({"en": "a", "fr": "b"}, 5)


def test_formulas_in_a_workbook_are_not_evaluated(tmp_path):
    [refused] = [item for item in read(book(tmp_path, ["id", "title"], ["=1+1", "a"])) if isinstance(item, Refusal)][
        :1
    ]
    assert "no identifier" in refused.reason


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 4 * 2**20)
    with pytest.raises(FormatError, match="bomb"):
        list(read(path))


def test_a_zip_that_is_no_workbook_is_named(tmp_path):
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(FormatError, match="not a workbook"):
        list(read(path))


def test_entities_in_a_workbook_are_not_expanded(tmp_path):
    path = book(tmp_path, ["id", "title"], ["X 1", "a"])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = b'<!DOCTYPE w [<!ENTITY e "boom">]>' + members[sheet].replace(b"X 1", b"&e;")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(FormatError, match="damaged"):
        list(read(path))


def test_a_workbook_cut_off_is_named(tmp_path):
    path = book(tmp_path, ["id", "title"], ["X 1", "a"])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FormatError, match="not a workbook"):
        list(read(path))


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=4), max_size=5))
def test_no_table_is_too_strange(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("tables") / "t.csv"
    table = "\n".join(",".join(row) for row in [["id", "title"], *cells])
    # Enough text around them that stray NULs do not make it a binary file.
    path.write_text(table + "\nX 1,a" * 100, "utf-8", "replace")
    assert all(isinstance(item, SourceRecord | Refusal) for item in read(path))
