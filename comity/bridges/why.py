"""Why something was proposed, in words that people can check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

GROUPS = {
    "words": gettext_lazy("the same words"),
    "meaning": gettext_lazy("the same meaning"),
    "headings": gettext_lazy("headings"),
    "place": gettext_lazy("what stands above"),
    "guidance": gettext_lazy("guidance"),
    "known": gettext_lazy("known mappings"),
}
_GROUP_OF = {
    "stems": "words",
    "bm25": "words",
    "pairs": "words",
    "characters": "words",
    "words": "words",
    "dense": "meaning",
    "dense-within": "meaning",
    "dense-headings": "headings",
    "characters-above": "place",
    "dense-parents": "place",
    "dense-parent-clause": "place",
    "guidance-stems": "guidance",
    "guidance-dense": "guidance",
}
CONFIDENCES = (
    (0.8, gettext_lazy("very likely")),
    (0.5, gettext_lazy("likely")),
    (0.25, gettext_lazy("possible")),
    (0.0, gettext_lazy("unlikely")),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """What one group of signals added, and what share of all that was added that is."""

    label: str
    value: float
    share: float


@dataclass(frozen=True, slots=True)
class Why:
    """Evidence for people: words said by both, signals, and known mappings that lead there or look alike."""

    terms: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    path: tuple[Mapping[str, Any], ...] = ()
    weakest: str = ""
    resembles: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """The same as lines of text."""
        lines = []
        if self.terms:
            lines.append(_("shared: %(terms)s") % {"terms": ", ".join(self.terms)})
        if self.bars:
            lines.append(", ".join(f"{one.label} {one.value:.2f}" for one in self.bars))
        if self.path:
            lines.append(_("by way of: %(steps)s") % {"steps": "; ".join(step_words(one) for one in self.path)})
        if self.resembles:
            lines.append(_("like: %(step)s") % {"step": step_words(self.resembles)})
        return lines


def explained(evidence: Mapping[str, Any]) -> Why:
    """What is kept of a proposal's evidence, as people read it."""
    path = tuple(evidence.get("path") or ())
    weakest = evidence.get("weakest", -1)
    return Why(
        terms=tuple(one if one == other else f"{one} = {other}" for one, other in evidence.get("terms") or ()),
        bars=_bars(evidence.get("signals") or ()),
        path=path,
        weakest=step_words(path[weakest]) if len(path) > 1 and 0 <= weakest < len(path) else "",
        resembles=evidence.get("resembles") or {},
    )


def _bars(signals: Any) -> tuple[Bar, ...]:
    sums: dict[str, float] = {}
    for name, value in signals:
        group = _GROUP_OF.get(name, "known")
        sums[group] = sums.get(group, 0.0) + value
    whole = sum(value for value in sums.values() if value > 0) or 1.0
    found = [Bar(str(GROUPS[name]), value, max(0.0, value / whole)) for name, value in sums.items() if value > 0.005]
    return tuple(sorted(found, key=lambda one: -one.value))


def step_words(step: Mapping[str, Any]) -> str:
    """A known mapping: "NIST: NIST AI 100-1 GOVERN 1.1 → ISO/IEC 42001 5.2"."""
    ends = f"{step['source']} {step['source_ref']} → {step['target']} {step['target_ref']}"
    return f"{step['publisher']}: {ends}" if step.get("publisher") else ends


def confidence_word(value: float) -> str:
    """A confidence in a word."""
    return str(next(word for least, word in CONFIDENCES if value >= least))
