"""A secretariat officer brings in a table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity.records import tasks
from comity.records.models import Task
from comity.standards.models import ColumnMapping, Document

TABLE = "Norma;Título;Entidad;Fecha\nGB/T 99999-2024;Gestión de riesgos de la IA;GB;2024-05\n"


def run_tasks() -> None:
    while found := tasks.claim("test"):
        tasks.run(found)


def hand_over(client: Client, name: str, content: bytes, **more: str) -> str:
    answer = client.post("/standards/import/", {"file": SimpleUploadedFile(name, content), **more})
    assert answer.status_code == 302, answer.content.decode()[:2_000]
    return str(answer["Location"])


def test_a_table_is_imported_with_a_mapping_that_is_saved(clients: dict[str, Client]) -> None:
    client = clients["secretariat"]
    page = hand_over(client, "national.csv", TABLE.encode(), source="gb", read_on="2026-11-01")
    html = client.get(page).content.decode()
    assert re.search(r'name="identifier".*?<option value="Norma" selected', html, re.DOTALL)
    choice = {"identifier": "Norma", "title": "Título", "publisher": "Entidad", "published": "Fecha", "save_as": "gb"}
    progress = client.post(page, choice)["Location"]
    assert b"background worker" in client.get(progress).content
    run_tasks()
    assert b"1 new" in client.get(progress).content
    document = Document.objects.get(key="GB/T 99999")
    assert str(document.title) == "Gestión de riesgos de la IA"
    assert ColumnMapping.objects.get(name="gb").columns["identifier"] == "Norma"
    assert client.get(document.get_absolute_url()).status_code == 200


def test_a_file_that_is_no_catalogue_is_refused_at_once(clients: dict[str, Client]) -> None:
    answer = clients["secretariat"].post("/standards/import/", {"file": SimpleUploadedFile("a.bin", b"\x00\x01\x02")})
    assert answer.status_code == 400
    assert b"nothing to import" in answer.content
    assert not Task.objects.filter(name="standards.import").exists()


@pytest.mark.parametrize("name", ["act.md", "Act.DOCX", "act.html"])
def test_a_text_is_sent_to_the_page_of_texts(name: str, clients: dict[str, Client]) -> None:
    answer = clients["secretariat"].post("/standards/import/", {"file": SimpleUploadedFile(name, b"# Act")})
    assert answer.status_code == 400
    assert b"This is a text, not a catalogue" in answer.content
    assert b'href="/standards/import/instrument/"' in answer.content


def test_what_was_typed_is_shown_again_with_the_error(clients: dict[str, Client]) -> None:
    given = {"file": SimpleUploadedFile("a.csv", TABLE.encode()), "source": "gb", "read_on": "2026-13-45"}
    html = clients["secretariat"].post("/standards/import/", given).content.decode()
    assert "This is not a date" in html
    assert 'value="gb"' in html


def test_a_mapping_without_an_identifier_is_explained(clients: dict[str, Client]) -> None:
    page = hand_over(clients["secretariat"], "national.csv", TABLE.encode())
    answer = clients["secretariat"].post(page, {"title": "Título"})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/passwd.csv", ".hidden.csv", "名称.csv"])
def test_a_file_stays_where_it_is_put_whatever_it_is_called(
    name: str, clients: dict[str, Client], settings: object
) -> None:
    page = hand_over(clients["secretariat"], name, TABLE.encode())
    assert clients["secretariat"].get(page).status_code == 200
    uploads = Path(settings.COMITY_HOME) / "uploads"  # type: ignore[attr-defined]
    assert all(path.is_dir() for path in uploads.glob("*/*"))
    assert len(list(uploads.glob("*/data/*.csv"))) >= 1


def test_an_expert_imports_nothing(clients: dict[str, Client]) -> None:
    answer = clients["expert"].post("/standards/import/", {"file": SimpleUploadedFile("a.csv", TABLE.encode())})
    assert answer.status_code == 403
