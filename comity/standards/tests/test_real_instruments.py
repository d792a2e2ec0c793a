"""The AI Act as it is published: its languages, its consolidation, the act of 2026 that amends it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from comity.formats.tests.shared import SHARED
from comity.records.viewer import ANYONE
from comity.standards import services
from comity.standards.models import Clause, Document
from comity.standards.queries import changes
from comity.standards.services import Target

ORIGINALS = SHARED / "data" / "instruments" / "originals"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the shared data is not on this machine"),
]
ACT = "Regulation (EU) 2024/1689"
AMENDING = "Regulation (EU) 2026/9999"  # it had no number yet when it was adopted
LABELS = Path(__file__).with_name("data") / "eu-ai-act-2026.amendments.tsv"


def take(file: str, **said: object) -> services.Saved:
    content = (ORIGINALS / file).read_bytes()
    found = services.read_instrument(content, file)
    return services.save_instrument(found, Target(**{"nature": "official", "may_show": True, **said}))


def test_two_languages_of_the_act_are_the_same_clauses() -> None:
    take("eu-ai-act.en.eurlex.html", document=ACT)
    english = Clause.objects.count()
    dutch = take("eu-ai-act.nl.eurlex.html", document=ACT)
    assert Clause.objects.count() - english <= 1  # one point is numbered otherwise there
    _expressions, rows = changes.lacking(dutch.expression.edition, ANYONE)
    assert len(rows) <= 2


def test_the_consolidation_differs_from_the_official_text_in_what_was_checked_by_hand() -> None:
    """Read side by side: the preamble is left out, footnotes are numbered anew, the closing formula stays."""
    take("eu-ai-act.nl.eurlex.html", document=ACT, date="2024-06-13")
    take("eu-ai-act.nl.consolidated-corrigenda.html", document=ACT, edition="2024-07-12", date="2024-07-12")
    found = changes.compared(Document.objects.get(), ANYONE, language="nl")
    assert found is not None
    assert found.without_recitals
    told = {(row.kind, *(place.ref for place, _said in (*row.old, *row.new))) for row in found.rows}
    gone = {refs[1] for refs in told if refs[0] == "gone"}
    assert gone == {f"Recital {number}" for number in range(1, 181)}
    changed = {refs[1] for refs in told if refs[0] != "gone"}
    footnotes = {"Art.78(1)(a)", "Art.108(1)", *(f"Art.{n}" for n in (*range(102, 108), 109, 110))}
    assert changed <= footnotes | {"Art.113"}


def test_the_act_of_2026_says_what_it_amends() -> None:
    take("eu-ai-act.nl.eurlex.html", document=ACT)
    saved = take(
        "eu-ai-act-amendment-PE-30-2026.nl.pdf", document=AMENDING, language="nl", title="Wijzigingsverordening"
    )
    rows = changes.amendments(saved.expression.edition, ["nl"], ANYONE)
    with LABELS.open(encoding="utf-8", newline="") as file:
        right = {
            (row["clause"], row["act"], row["action"], tuple(row["targets"].replace("_", " ").split(" ")))
            for row in csv.DictReader(file, delimiter="\t")
        }
    told = {
        (
            row.amendment.clause,
            row.amendment.act,
            str(row.amendment.action),
            tuple(" ".join(row.amendment.targets).split(" ")),
        )
        for row in rows
    }
    assert told == right
    assert saved.expression.amendments == len(rows)
    of_the_act = [row for row in rows if row.amendment.act == "(EU) 2024/1689"]
    assert {row.document.key for row in of_the_act if row.document} == {ACT}
    known = set(Clause.objects.filter(edition__document__key=ACT).values_list("ref", flat=True))
    targets = {target for row in of_the_act for target in row.amendment.targets if target}
    assert targets - known == {"Annex I.S1(1)"}  # the points of that list have no clauses of their own
