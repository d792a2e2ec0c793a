# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""A file's format is found by content and name; what cannot be read is named."""

from __future__ import annotations

import gzip

import pytest

from comity.formats.catalogue import FormatError, detect, files, read

CASES = [
    ("a.jsonl", b'{"id": 1}\n', "jsonl"),
    ("a.json", b'[{"id": 1}]', "json"),
    ("a.json", b'{"id": 1}\n{"id": 2}\n', "jsonl"),
    ("a.json", b'{\n"id": 1}', "json"),
    ("a", b' {"id": 1}\n', "jsonl"),
    ("a.gz", gzip.compress(b'{"id": 1}\n', mtime=0), "jsonl.gz"),
    ("a.jsonl", gzip.compress(b'{"id": 1}\n', mtime=0), "jsonl.gz"),
    ("a.YML", b"id: 1\n", "yaml"),
    ("a", b"---\nid: 1\n", "yaml"),
    ("a.txt", b"\xef\xbb\xbfTY  - RPRT\n", "ris"),
    ("a.csv", b"id,title\n", "csv"),
    ("a.csv", "id,título\n".encode("utf-16"), "csv"),
    ("a.bin", b"PK\x03\x04....", "xlsx"),
]
UNREADABLE = [
    ("a.xls", b"\xd0\xcf\x11\xe0....", "password"),
    ("a.xlsx", b"plain text", "not one"),
    ("a.csv", b"\0\1\2\3" * 100, "not text"),
    ("a.csv", "id,title\n".encode("utf-16-le"), "not text"),
    ("a.pdf", b"%PDF-1.7 text", "none of the formats"),
    ("a.gz", gzip.compress(b"%PDF", mtime=0), "not JSON Lines"),
    ("a.json.gz", gzip.compress(b"[1]", mtime=0), "unpacked first"),
]


@pytest.mark.parametrize(("name", "data", "form"), CASES)
def test_the_format_is_found(tmp_path, name, data, form):
    (tmp_path / name).write_bytes(data)
    assert detect(tmp_path / name) == form


@pytest.mark.parametrize(("name", "data", "reason"), UNREADABLE)
def test_what_cannot_be_read_is_named_at_once(tmp_path, name, data, reason):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FormatError, match=reason) as raised:
        read(tmp_path / name)
    assert raised.value.file == str(tmp_path / name)


def test_directories_are_walked_in_order(tmp_path):
    for name in ("b/2.yaml", "b/1.jsonl.gz", "a/x.ris", "a/README.md", ".git/c.json", "b/.hidden.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    named = tmp_path / "a/README.md"
    found = [path.relative_to(tmp_path).as_posix() for path in files([tmp_path, named])]
    assert found == ["a/x.ris", "b/1.jsonl.gz", "b/2.yaml", "a/README.md"]


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_path_with_nothing_to_read_is_named(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match=name):
        files([tmp_path / name])


def test_a_directory_is_not_a_file(tmp_path):
    with pytest.raises(FormatError, match="directory"):
        read(tmp_path)
