# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""Files that mean harm, whichever reader gets them: they are refused in words, or read without harm."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.crosswalks import FORMATS, read
from comity.formats.tests.crosswalks import SAMPLES, only_refused, refused, sample

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE mapping-collection [
<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<mapping-collection><x>&c;</x></mapping-collection>"""
OUTSIDE = (
    LAUGHS[: LAUGHS.index("<!ENTITY")]
    + '<!ENTITY c SYSTEM "file:///etc/passwd">]><mapping-collection>&c;</mapping-collection>'
)
ALIASES = "objects:\n  a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  {name}: &{name} [{', '.join([f'*{below}'] * 9)}]\n"
    for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("content", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_with_their_line(content, encoding):
    assert "defines XML entities" in refused(content.encode(encoding))


def test_yaml_that_stands_for_a_gigabyte_is_refused():
    assert "its aliases expand to" in refused(ALIASES.encode())
    assert "its aliases expand to" in refused(ALIASES.replace("objects:", "mapping-collection:").encode())
    metadata = "".join(f"#{line}\n" for line in ALIASES.splitlines())
    assert "its aliases expand to" in refused(f"{metadata}subject_id\tpredicate_id\tobject_id\n".encode())


@pytest.mark.parametrize("name", ["olir.xlsx", "xlsx.xlsx"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(name):
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sample(name))) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, b"\0" * 90_000_000 if member.endswith("sheet1.xml") else old.read(member))
    assert "zip bomb" in refused(packed.getvalue())


def test_directions_that_would_turn_a_page_round_and_nul_are_taken_away():
    [one] = read(f"source_ref\ttarget_ref\n\u202e1\0\t\u20662{'x' * 100}\n".encode(), file="x").mappings
    assert (one.source_ref, one.target_ref) == ("1", f"2{'x' * 100}")


def test_a_cell_without_end_is_refused_with_its_line():
    assert "line 2: this line is not part of a table" in refused(
        b'source_ref\ttarget_ref\n"1' + b"x" * 200_000 + b"\n"
    )


@pytest.mark.parametrize("form", FORMATS)
@given(data=st.data())
def test_anything_else_is_refused_in_words(form, data):
    [path] = SAMPLES.glob(f"{form}.*")
    whole = path.read_bytes()
    start, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 60))
    cut = whole[:start] + data.draw(st.binary(max_size=20)) + whole[start + length :]
    only_refused(data.draw(st.sampled_from([cut, data.draw(st.binary(max_size=100))])), form)
