"""The protocol's requests and answers, whatever harvesters send and records say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from comity.formats import oaipmh
from comity.formats.oaipmh import DublinCore, Header, Next, OaiError

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"


def code(*arguments: tuple[str, str]) -> str:
    with pytest.raises(OaiError) as raised:
        oaipmh.read(arguments)
    return raised.value.code


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "badVerb"),
        ((("verb", "Nonsense"),), "badVerb"),
        ((("verb", "Identify"), ("verb", "Identify")), "badVerb"),
        ((("verb", "Identify"), ("set", "ai")), "badArgument"),
        ((("verb", "ListRecords"),), "badArgument"),
        ((("verb", "GetRecord"), ("metadataPrefix", "oai_dc")), "badArgument"),
        ((("verb", "ListRecords"), ("metadataPrefix", "marc21")), "cannotDisseminateFormat"),
        ((("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("metadataPrefix", "oai_dc")), "badArgument"),
        ((("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("resumptionToken", "x")), "badArgument"),
        ((("verb", "ListSets"), ("resumptionToken", "x")), "badResumptionToken"),
        ((("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "a b")), "badArgument"),
        ((("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "0000-01-01")), "badArgument"),
        ((("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-02-30")), "badArgument"),
        ((("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-02-30T99:00:00Z")), "badArgument"),
        ((("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "")), "badArgument"),
    ],
)
def test_what_is_wrong_is_said_by_its_code(arguments: tuple[tuple[str, str], ...], expected: str) -> None:
    assert code(*arguments) == expected


def test_a_range_is_of_one_grain_and_forward() -> None:
    base = (("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc"))
    assert code(*base, ("from", "2026-01-01"), ("until", "2026-01-01T00:00:00Z")) == "badArgument"
    assert code(*base, ("from", "2026-01-02"), ("until", "2026-01-01")) == "badArgument"
    read = oaipmh.read((*base, ("from", "2026-01-01"), ("until", "2026-01-01")))
    assert (read.since, read.before) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    last = oaipmh.read((*base, ("until", "9999-12-31")))
    assert last.before == datetime(9999, 12, 31, tzinfo=UTC)


@given(st.lists(st.tuples(st.sampled_from(["verb", "from", "until", "set", "metadataPrefix", "x"]), st.text())))
def test_no_arguments_fail_otherwise(arguments: list[tuple[str, str]]) -> None:
    try:
        oaipmh.read(arguments)
    except OaiError as problem:
        answer = oaipmh.error(problem, now=NOW, base="http://node/oai")
        assert etree.fromstring(answer.encode()).find(f"{OAI}error") is not None


@given(st.text(), st.lists(st.text(max_size=30), max_size=3), st.text(max_size=20))
def test_every_text_makes_xml_and_comes_back(title: str, publishers: list[str], date: str) -> None:
    core = DublinCore({"en": title, "und": title}, ("ISO 1", title), publishers, (), date, "standard", ("en",))
    asked = oaipmh.read([("verb", "ListRecords"), ("metadataPrefix", "oai_dc")])
    record = (Header("oai:node:1", NOW, ("ai",)), core)
    answer = oaipmh.list_records(asked, [record], Next(title, 0, 2), now=NOW, base="http://node/oai")
    root = etree.fromstring(answer.encode())
    unwritable = any(
        (ord(c) < 32 and c not in "\t\n\r") or c in "\ufffe\uffff" or 0xD800 <= ord(c) < 0xE000 for c in title
    )
    if not unwritable:
        assert [one.text or "" for one in root.iter(f"{DC}title")] == [
            title.replace("\r\n", "\n").replace("\r", "\n")
        ] * 2
    assert len(list(root.iter(f"{DC}publisher"))) == len(publishers)


def test_a_withdrawn_record_is_a_header_alone() -> None:
    asked = oaipmh.read([("verb", "GetRecord"), ("metadataPrefix", "oai_dc"), ("identifier", "oai:node:1")])
    answer = oaipmh.get_record(asked, Header("oai:node:1", NOW, (), True), None, now=NOW, base="http://node/oai")
    record = etree.fromstring(answer.encode()).find(f"{OAI}GetRecord/{OAI}record")
    assert record is not None
    assert [one.tag for one in record] == [f"{OAI}header"]
    assert record[0].get("status") == "deleted"
