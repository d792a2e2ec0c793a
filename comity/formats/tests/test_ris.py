# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""NIST's RIS: one or several records, with or without the last line end."""

from __future__ import annotations

import pytest

from comity.formats.catalogue import Refusal, SourceDate, read

ONE = (
    "TY  - RPRT\nTI  - Artificial Intelligence Risk Management Framework (AI RMF 1.0) \n"
    "AU  - Tabassi, Elham\n"
    "PY  - 2023\nPB  - National Institute\nSN  - NIST AI 100-1\nDO  - 10.6028/NIST.AI.100-1\nAB  - Text\n"
    "ER  - "
)


def write(folder, text, name="one.ris"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_record_is_read_without_its_persons(tmp_path):
    [item] = read(write(tmp_path, ONE))
    assert (item.identifier, item.source, item.kind, item.doctype) == (
        "NIST AI 100-1",
        "nist",
        "report",
        "NIST AI",
    )
    assert item.titles == {"und": "Artificial Intelligence Risk Management Framework (AI RMF 1.0)"}
    assert item.dates == (SourceDate("published", "2023"),)
    assert item.urls == {"page": "https://doi.org/10.6028/NIST.AI.100-1"}
    assert item.ref == f"{tmp_path.name}/one.ris"
    assert "Tabassi" not in repr(item)


def test_an_empty_number_leaves_the_doi_as_identifier(tmp_path):
    [item] = read(write(tmp_path, "TY  - RPRT\nTI  - EO\nSN  - \nDO  - 10.1/x\nER  - \n"))
    assert item.identifier == "10.1/x"


def test_several_records_of_a_file_are_told_apart(tmp_path):
    items = list(read(write(tmp_path, ONE + "\n\n" + ONE.replace("100-1", "100-2"))))
    assert [item.ref.partition("#")[2] for item in items] == [
        "10.6028/NIST.AI.100-1",
        "10.6028/NIST.AI.100-2",
    ]
    assert [item.line for item in items] == [1, 11]


def test_a_value_goes_on_over_lines(tmp_path):
    [item] = read(write(tmp_path, "TY  - RPRT\r\nTI  - One\r\n  two\r\nSN  - X 1\r\nER  - \r\n"))
    assert item.titles == {"und": "One two"}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("TY  - RPRT\nTI  - Cut\n", 1, "not closed"),
        ("TY  - RPRT\nTI  - Cut\n" + ONE, 1, "not closed"),
        ("TY  - RPRT\nTI  - No number\nER  - \n", 1, "no identifier"),
        ("TY  - RPRT\nTI  - \xff\n".encode("latin-1") + b"SN  - X\nER  - \n", 2, "not UTF-8"),
        (ONE + "\nTI  - stray\n", 10, "outside a record"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path, text, line, reason):
    refused = [item for item in read(write(tmp_path, text)) if isinstance(item, Refusal)]
    assert [item.line for item in refused] == [line]
    assert reason in refused[0].reason


def test_an_empty_file_says_so(tmp_path):
    [item] = read(write(tmp_path, ""))
    assert item.reason == "nothing in it"
