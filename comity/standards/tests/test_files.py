"""Documents as files: each form holds what the list holds, of the day asked for, for the reader who asked."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from comity.cli.catalogue import export_catalogue
from comity.formats import workbooks
from comity.formats.catalogue import SourceRecord, read
from comity.formats.references import bibtex
from comity.records import services as records
from comity.records.models import Visibility
from comity.records.viewer import ANYONE, NODE
from comity.standards import files, queries, services
from comity.standards.errors import NoSuchForm, TooManyForAWorkbook
from comity.standards.models import Document, RelationKind
from comity.standards.queries import day_of
from tests.support import ai, row, write

CELLS = ['=HYPERLINK("http://evil.example","x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.fixture
def filled(take) -> None:
    take(
        row(
            "ISO/IEC 42001:2018",
            publisher=["ISO", "IEC"],
            title={"en": "Management of R&D_1", "ar": "إدارة"},
            dates={"published": ["2018-03"]},
            stage="95",
            substage="99",
            ai=ai(),
        ),
        row(
            "ISO/IEC 42001:2023",
            publisher=["ISO", "IEC"],
            title={"en": "Management of R&D_1", "ar": "إدارة"},
            dates={"published": ["2023-12-18"]},
            stage="60",
            substage="60",
            edition="2",
            url="https://www.iso.org/standard/81230.html",
            ids=[["DOI", "10.1000/x"]],
            ics=["35.020"],
            rel=[{"type": "obsoletes", "id": "ISO/IEC 42001:2018"}],
            langs=["en", "fr"],
            ai=ai(),
        ),
        row("ISO 9:2000", title={"en": CELLS[0]}, dates={"published": ["2000"]}),
    )


def everything() -> object:
    return Document.objects.visible_to(ANYONE)


def told(name: str, found: object = None, **options: object) -> bytes:
    chosen = everything() if found is None else found
    return b"".join(files.written(files.form(name), chosen, ANYONE, **options))  # type: ignore[arg-type]


def sheet(content: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def holds(name: str, content: bytes) -> list[str]:
    """The identifiers in a file."""
    text = content.decode() if name != "xlsx" else ""
    if name == "xlsx":
        return [str(line[0]) for line in list(sheet(content).values)[1:]]
    if name == "csv":
        return [line.split(",")[0] for line in text.splitlines()[1:]]
    if name == "bibtex":
        return [one.fields["number"] for one in bibtex.read(text, "x").entries]
    if name == "csl":
        return [one["number"] for one in json.loads(text)]
    return [item["docidentifier"][0]["content"] for item in yaml.safe_load(text)["root"]["items"] or []]


@pytest.mark.parametrize("name", files.FORMS)
def test_a_form_holds_the_documents_of_the_list(filled, name: str) -> None:
    assert holds(name, told(name)) == ["ISO 9:2000", "ISO/IEC 42001:2023"]
    some = queries.matching(queries.Filters.read({"body": "IEC"}), ANYONE)
    assert holds(name, told(name, some)) == ["ISO/IEC 42001:2023"]
    assert holds(name, told(name, Document.objects.none())) == []


@pytest.mark.parametrize("name", files.FORMS)
def test_no_form_holds_what_the_viewer_may_not_see(filled, name: str) -> None:
    document = Document.objects.get(key="ISO/IEC 42001")
    document.visibility = Visibility.PRIVATE
    records.put(document, by=NODE)
    assert holds(name, told(name)) == ["ISO 9:2000"]


@pytest.mark.parametrize("name", ["bibtex", "csl", "relaton"])
def test_with_a_day_the_edition_of_then_is_cited(filled, name: str) -> None:
    assert "ISO/IEC 42001:2018" in holds(name, told(name, day=day_of("2020")))
    before = told(name, day=day_of("2010")).decode()
    assert holds(name, before.encode())[1] == "ISO/IEC 42001"
    assert "not-yet-published" in before


def test_with_a_day_a_workbook_has_the_columns_of_the_day(filled) -> None:
    rows = list(sheet(told("xlsx", day=day_of("2020"))).values)
    then = dict(zip(rows[0], rows[2], strict=True))
    assert (then["as of"], then["edition then"]) == ("2020-12-31", "ISO/IEC 42001:2018")


def test_what_is_cited_says_all_that_is_known(filled) -> None:
    [one] = [item for item in json.loads(told("csl")) if item["number"] == "ISO/IEC 42001:2023"]
    assert one.pop("id") == str(Document.objects.get(key="ISO/IEC 42001").rid)
    assert one == {
        "type": "standard",
        "title": "Management of R&D_1",
        "number": "ISO/IEC 42001:2023",
        "authority": "ISO, IEC",
        "publisher": "ISO, IEC",
        "genre": one["genre"],
        "status": "published",
        "edition": "2",
        "language": "en",
        "URL": "https://www.iso.org/standard/81230.html",
        "DOI": "10.1000/x",
        "issued": {"date-parts": [[2023, 12, 18]]},
    }
    assert r"title = {{Management of R\&D\_1}}" in told("bibtex").decode()


def test_a_publisher_that_nobody_states_is_not_cited(take) -> None:
    take(row("Some guideline", body="oecd"))
    assert Document.objects.get().publishers == ["OTHER"]
    [one] = json.loads(told("csl"))
    assert not {"publisher", "authority"} & one.keys()
    assert "institution" not in told("bibtex").decode()
    assert "contributor" not in told("relaton").decode()


@pytest.mark.parametrize("cell", CELLS)
def test_a_workbook_has_no_formula(take, cell: str) -> None:
    take(row("ISO 9:2000", title={"en": cell}))
    for line in sheet(told("xlsx")).iter_rows(min_row=2):
        for one in line:
            assert one.data_type in ("s", "n")  # "n" is an empty cell
            assert not str(one.value or "").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_workbook_keeps_its_header_in_sight_and_links_to_pages(filled, settings) -> None:
    page = sheet(told("xlsx"))
    assert page.freeze_panes == "A2"
    assert not page.sheet_view.rightToLeft
    assert page["A1"].font.bold
    assert page["J3"].hyperlink.target == f"{settings.COMITY_ADDRESS}/standards/iso-iec-42001/"
    assert page["L3"].hyperlink.target == "https://www.iso.org/standard/81230.html"


def test_a_workbook_for_readers_of_arabic_runs_from_right_to_left(filled) -> None:
    from django.utils import translation

    with translation.override("ar"):
        page = sheet(told("xlsx"))
        cited = json.loads(told("csl"))
    assert page.sheet_view.rightToLeft
    assert page["C3"].value == "إدارة"
    assert (cited[1]["title"], cited[1]["language"]) == ("إدارة", "ar")


def test_a_workbook_over_the_web_has_a_limit(filled) -> None:
    assert told("xlsx", most=2)
    with pytest.raises(TooManyForAWorkbook) as refused:
        files.written(files.form("xlsx"), everything(), ANYONE, most=1)  # type: ignore[arg-type]
    assert "than a workbook takes here (1)" in refused.value.text


def test_what_one_sheet_does_not_take_goes_on_the_next(monkeypatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    monkeypatch.setattr(workbooks, "MOST_LINKS", 1)
    out = io.BytesIO()
    workbooks.write(out, ["a"], [[f"https://a.example/{n}"] for n in range(5)], title="x:y", links=[0])
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    assert [[line[0] for line in page.values] for page in book.worksheets] == [
        ["a", "https://a.example/0", "https://a.example/1"],
        ["a", "https://a.example/2", "https://a.example/3"],
        ["a", "https://a.example/4"],
    ]
    first = book.worksheets[0]
    assert [first["A2"].hyperlink is None, first["A3"].hyperlink is None] == [False, True]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=3))
def test_a_workbook_takes_any_text(rows: list[list[str]]) -> None:
    out = io.BytesIO()
    workbooks.write(out, ["a", "b"], rows, title="any")
    assert len(list(sheet(out.getvalue()).values)) <= len(rows) + 1


def test_an_unknown_form_is_refused_with_the_names_of_all() -> None:
    with pytest.raises(NoSuchForm) as refused:
        files.form("docx")
    assert refused.value.text == "There is no form “docx”. There are: csv, xlsx, bibtex, csl, relaton."


def test_relaton_read_back_makes_the_documents_it_was_made_of(filled, tmp_path: Path) -> None:
    """In a catalogue that knows nothing else: the claims give what the file was written from."""
    written = tmp_path / "out.yaml"
    written.write_bytes(told("relaton"))
    expected = [files.record(one) for one in files.told(everything(), ANYONE, None, relations=True)]  # type: ignore[arg-type]
    found = [item for item in read(written) if isinstance(item, SourceRecord)]
    for item, record in zip(found, expected, strict=True):
        again = {
            name: getattr(item, name) for name in ("identifier", "titles", "identifiers", "dates", "ics", "urls")
        }
        assert again == {name: getattr(record, name) for name in again}
        assert (item.stage, item.substage, item.relations) == (record.stage, record.substage, record.relations)


def test_what_is_taken_in_from_relaton_stands_as_it_stood(filled, tmp_path: Path) -> None:
    def shown() -> list[tuple[object, ...]]:
        fields = ("key", "identifier", "stage", "date", "publishers", "title", "languages")
        return list(Document.objects.order_by("key").values_list(*fields))

    before, relations = shown(), queries.dossier(Document.objects.get(key="ISO/IEC 42001"), ANYONE).links
    written = tmp_path / "out.yaml"
    written.write_bytes(told("relaton"))
    report = services.import_catalogue([written], source="other")
    assert (report.counts["read"], report.counts["refused"]) == (2, 0)
    assert shown() == before
    assert queries.dossier(Document.objects.get(key="ISO/IEC 42001"), ANYONE).links.keys() == relations.keys()


def test_every_relation_is_read_back_as_what_it_is() -> None:
    from comity.engine import identifiers
    from comity.standards.claims import relation_kind

    about, target = identifiers.parse("ISO 9:2000"), identifiers.parse("ISO 9:1990")
    read_back = {
        kind: relation_kind("x", files._RELATON.get(kind, kind.value), "", about, target) for kind in RelationKind
    }
    assert {kind: found for kind, found in read_back.items() if found != kind} == {}


@pytest.mark.parametrize("name", files.FORMS)
def test_the_number_of_queries_is_that_of_batches(filled, name: str, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(4):
        told(name)


# the command line


@pytest.mark.parametrize("name", files.FORMS)
def test_the_command_writes_each_form(filled, name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("comity.cli.catalogue.need_node", lambda: None)
    out = tmp_path / "out"
    words = ["--format", name, "--all", "--where", "body=IEC", "--output", str(out)]
    done = CliRunner().invoke(export_catalogue, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert holds(name, out.read_bytes()) == ["ISO/IEC 42001:2023"]
    assert not out.with_name("out.part").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "docx"], "'docx' is not one of"),
        (["--where", "colour=red"], "Filters: body, stage"),
        (["--where", "stage=soon"], "the catalogue has no such stage"),
        (["--where", "year"], "FILTER=VALUE"),
        (["--as-of", "2018"], "claims are not of a day"),
    ],
)
def test_the_command_says_what_it_cannot_do(db, words: list[str], said: str, monkeypatch) -> None:
    monkeypatch.setattr("comity.cli.catalogue.need_node", lambda: None)
    done = CliRunner().invoke(export_catalogue, words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_collection_with_damage_is_told_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "broken.yaml", ["root:", "  items:", "  - id: ["])
    items = list(read(path))
    assert [(item.line, "not YAML" in item.reason) for item in items] == [(4, True)]  # type: ignore[union-attr]


def test_the_command_offers_the_forms_there_are() -> None:
    [choice] = [one.type.choices for one in export_catalogue.params if one.name == "form"]  # type: ignore[attr-defined]
    assert list(choice) == ["jsonl", *files.FORMS]
