"""What came of checking references, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comity.engine.references import Finding, Outcome, Problem
from comity.standards.queries.referencefacts import Named
from comity.standards.queries.references import Checked

GOOD, WARN, STOP = "good", "warn", "stop"
_SAYS = {
    Problem.IDENTIFIER: gettext_lazy("The identifier is %(says)s."),
    Problem.NO_IDENTIFIER: gettext_lazy("It has no identifier: this is %(says)s."),
    Problem.TITLE: gettext_lazy("The title is “%(says)s”."),
    Problem.TITLE_SPELLING: gettext_lazy("The title is spelt “%(says)s”."),
    Problem.TITLE_PART: gettext_lazy("The whole title is “%(says)s”."),
    Problem.TITLE_OF_EDITION: gettext_lazy("This is the title of another edition. The title is “%(says)s”."),
    Problem.NO_EDITION: gettext_lazy("No edition of that date is known here; %(says)s is."),
    Problem.NEWER: gettext_lazy("There is a newer edition: %(says)s."),
    Problem.SUPERSEDED: gettext_lazy("Withdrawn. Superseded by %(says)s."),
    Problem.WITHDRAWN: gettext_lazy("Withdrawn. What follows it is not known here."),
    Problem.DRAFT: gettext_lazy("A draft, not a published standard."),
    Problem.IDENTICAL: gettext_lazy("The same work is also published by others."),
}
_STOPS = frozenset((Problem.SUPERSEDED, Problem.WITHDRAWN, Problem.TITLE, Problem.NO_EDITION))


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, with the documents that show it."""

    problem: str
    text: str
    evidence: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One reference as the page and the files show it."""

    number: int
    written: str
    outcome: str
    verdict: str
    tone: str
    document: Named | None
    said: tuple[Said, ...]
    instead: tuple[str, str]
    candidates: tuple[Named, ...]

    @property
    def corrected(self) -> str:
        """What to write: as it stands where nothing is wrong, or where nobody can tell."""
        return ", ".join(part for part in self.instead if part) or self.written


def lines(found: list[Checked]) -> list[Line]:
    return [_line(one) for one in found]


def _line(one: Checked) -> Line:
    said = tuple(_said(finding, one) for finding in one.verdict.findings)
    verdict, tone = _verdict(one)
    return Line(
        one.written.line,
        one.written.text,
        str(one.outcome),
        verdict,
        tone,
        one.found,
        said,
        one.verdict.instead,
        tuple(one.candidates),
    )


def _said(finding: Finding, one: Checked) -> Said:
    evidence = tuple(one.named[pk] for pk in finding.documents if pk in one.named)
    text = str(_SAYS[finding.problem])
    if finding.problem is Problem.TITLE and evidence:
        text = _("The written title is that of another document. The title is “%(says)s”.")
    return Said(str(finding.problem), text % {"says": finding.says}, evidence)


def _verdict(one: Checked) -> tuple[str, str]:
    if one.outcome is Outcome.NOT_FOUND:
        return _("not found"), STOP
    if one.outcome is Outcome.AMBIGUOUS:
        return _("not clear"), WARN
    problems = {finding.problem for finding in one.verdict.findings}
    for problem, says in (
        (Problem.SUPERSEDED, _("superseded")),
        (Problem.WITHDRAWN, _("withdrawn")),
        (Problem.NO_EDITION, _("edition not known")),
        (Problem.TITLE, _("wrong title")),
        (Problem.NEWER, _("newer edition")),
        (Problem.DRAFT, _("draft")),
        (Problem.NO_IDENTIFIER, _("without identifier")),
        (Problem.TITLE_PART, _("title not whole")),
    ):
        if problem in problems:
            return says, STOP if problem in _STOPS else WARN
    return (_("spelling"), WARN) if problems - {Problem.IDENTICAL} else (_("right"), GOOD)


def counts(found: list[Line]) -> dict[str, int]:
    """How many references got each verdict, in the order in which they appear."""
    told: dict[str, int] = {}
    for one in found:
        told[one.verdict] = told.get(one.verdict, 0) + 1
    return told


def as_json(one: Line) -> dict[str, Any]:
    """One reference as plain JSON."""
    return {
        "line": one.number,
        "written": one.written,
        "outcome": one.outcome,
        "document": _named(one.document) if one.document else None,
        "findings": [
            {"problem": each.problem, "text": each.text, "documents": [_named(two) for two in each.evidence]}
            for each in one.said
        ],
        "instead": {"identifier": one.instead[0], "title": one.instead[1]} if one.instead[0] else None,
        "candidates": [_named(two) for two in one.candidates],
    }


def _named(one: Named) -> dict[str, Any]:
    return {
        "id": one.rid,
        "identifier": one.identifier,
        "document": one.key,
        "title": dict(one.title),
        "url": one.address,
    }
