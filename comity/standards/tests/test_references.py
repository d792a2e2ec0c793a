"""References of a draft against the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comity.engine.references import Outcome, Problem
from comity.records.models import Visibility
from comity.records.viewer import ANYONE
from comity.standards import queries
from comity.standards.errors import TooManyReferences
from comity.standards.models import Document, Edition
from comity.standards.queries import references
from comity.standards.why_references import as_json, lines
from tests.support import row

pytestmark = pytest.mark.data

QMS = "Widgets - Quality of widgets"


GONE = {"stage": "95", "substage": "99"}
OUT = {"stage": "60", "substage": "60"}


def after(identifier: str) -> list[dict[str, str]]:
    return [{"type": "obsoletedBy", "id": identifier}]


ROWS = (
    row("ISO 9001:2008", title={"en": "Widgets - Old quality"}, dates={"published": "2008-11-15"}, **GONE),
    row(
        "ISO 9001:2015",
        title={"en": QMS, "fr": "Gadgets - Qualité", "zh": "小部件质量要求"},
        dates={"published": "2015-09-15"},
        **OUT,
    ),
    row("ISO/IEC 42001:2023", title={"en": "Management system of widgets"}, **OUT),
    row("ISO 100:1990", title={"en": "First of a circle"}, rel=after("ISO 101:1991"), **GONE),
    row("ISO 101:1991", title={"en": "Second of a circle"}, rel=after("ISO 100:1990"), **GONE),
    row("ISO 200:2000", title={"en": "Twins in title"}, **OUT),
    row("ISO 201:2000", title={"en": "Twins in title"}, **OUT),
    row("ISO 300:1990", title={"en": "Gone for good"}, rel=after("ISO 9001:2015"), **GONE),
)


@pytest.fixture
def filled(take: Callable[..., Any]) -> None:
    take(*ROWS, read_on="2025-06-30")


def check(text: str) -> references.Checked:
    (found,) = references.check_text(text, ANYONE)
    return found


def problems(text: str) -> list[Problem]:
    return [one.problem for one in check(text).verdict.findings]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("text", "key", "wrong"),
    [
        (f"ISO 9001:2015, {QMS}", "ISO 9001", []),
        ("ISO 9001", "ISO 9001", []),
        (f"ISO 9001:2015, {QMS.upper()}", "ISO 9001", []),
        ("ISO 9001:2015 小部件质量要求", "ISO 9001", []),
        ("小部件质量要求", "ISO 9001", [Problem.NO_IDENTIFIER]),
        ("Gadgets — Qualité", "ISO 9001", [Problem.NO_IDENTIFIER]),
        ("Widgets - Quality of wigdets", "ISO 9001", [Problem.NO_IDENTIFIER, Problem.TITLE_SPELLING]),
        ("ISO 42001:2023", "ISO/IEC 42001", [Problem.IDENTIFIER]),
        ("ISO/lEC 42O01:2023", "ISO/IEC 42001", [Problem.IDENTIFIER]),
        ("ISO 9001:2008, Widgets - Old quality", "ISO 9001", [Problem.NEWER]),
        ("ISO 9001:2015, Widgets - Old quality", "ISO 9001", [Problem.TITLE_OF_EDITION]),
        ("ISO 9001:2011", "ISO 9001", [Problem.NO_EDITION]),
        ("ISO 9001:2015, Management system of widgets", "ISO 9001", [Problem.TITLE]),
        ("ISO 300:1990", "ISO 300", [Problem.SUPERSEDED]),
        ("As said in ISO 9001:2015 it is so", "ISO 9001", []),
    ],
)
def test_references_are_resolved_and_what_is_wrong_is_said(text: str, key: str, wrong: list[Problem]) -> None:
    found = check(text)
    assert found.found is not None
    assert found.found.key == key
    assert [one.problem for one in found.verdict.findings] == wrong


@pytest.mark.usefixtures("filled")
def test_a_circle_of_supersession_ends_and_names_no_successor() -> None:
    assert problems("ISO 100:1990") == [Problem.WITHDRAWN]


@pytest.mark.usefixtures("filled")
def test_what_is_not_known_and_what_is_not_clear_is_never_answered() -> None:
    assert check("ISO 99999:2020").outcome is Outcome.NOT_FOUND
    twins = check("Twins in title")
    assert twins.outcome is Outcome.AMBIGUOUS
    assert [one.key for one in twins.candidates] == ["ISO 200", "ISO 201"]


@pytest.mark.usefixtures("filled")
def test_the_successor_is_what_to_write() -> None:
    found = lines([check("ISO 300:1990, Gone for good")])[0]
    assert found.corrected == f"ISO 9001:2015, {QMS}"
    assert as_json(found)["findings"][0]["documents"][0]["document"] == "ISO 9001"


@pytest.mark.usefixtures("filled")
def test_a_day_decides_what_was_in_force() -> None:
    (then,) = references.check_text("ISO 9001:2008, Widgets - Old quality", ANYONE, queries.day_of("2010"))
    assert [one.problem for one in then.verdict.findings] == []


@pytest.mark.usefixtures("filled")
def test_what_the_viewer_may_not_see_is_not_found() -> None:
    Edition.objects.filter(document__key="ISO/IEC 42001").update(visibility=Visibility.PRIVATE)
    Document.objects.filter(key="ISO/IEC 42001").update(visibility=Visibility.PRIVATE)
    for text in ("ISO/IEC 42001:2023", "ISO 42001", "Management system of widgets", "Management systen of widgets"):
        assert check(text).outcome is Outcome.NOT_FOUND


@pytest.mark.usefixtures("filled")
def test_the_number_of_queries_does_not_grow_with_the_list() -> None:
    some = [f"ISO {n}:2015, {QMS}\nISO 300:1990\nTwins in titel\nISO 100\n" for n in range(9001, 9021)]
    counts = []
    for text in ("".join(some[:2]), "".join(some)):
        references.check_text(text, ANYONE)
        with CaptureQueriesContext(connection) as captured:
            references.check_text(text, ANYONE)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 50


@pytest.mark.usefixtures("filled")
def test_too_many_references_are_refused() -> None:
    with pytest.raises(TooManyReferences):
        references.check_text("ISO 9001\n" * (references.MOST + 1), ANYONE)
