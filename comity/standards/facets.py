"""The filters of the list, as the page shows them: groups of links that keep everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from comity.standards.models import DocumentType, Stage
from comity.standards.queries import FACETS, Choice, Filters
from comity.standards.queries.classification import ClassRow

LABELS = {
    "body": _("Body"),
    "stage": _("Stage"),
    "type": _("Kind"),
    "year": _("Year"),
    "language": _("Language of a title"),
    "committee": _("Committee"),
    "concept:ai-topic": _("AI topic"),
    "concept:ai-lifecycle": _("Stage of an AI system's life"),
    "concept:sector": _("Sector"),
    "concept:human-activity": _("Human activity"),
    "concept:application-area": _("Application area"),
    "concept:sdg": _("Sustainable Development Goal"),
}
OPEN = ("body", "stage")


@dataclass(frozen=True, slots=True)
class Offer:
    """A value one can narrow the list to, or stop narrowing it to."""

    label: Any
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    label: Any
    open: bool
    choices: list[Offer]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in force, with the address that takes it away."""

    label: str
    without: str


def facet_groups(facets: Mapping[str, list[Choice]], filters: Filters, given: Mapping[str, str]) -> list[Group]:
    """All groups of filters, each value with the address that applies it or takes it away."""
    kept = _kept(given)
    return [
        Group(
            LABELS[name], name in OPEN or any(one.chosen for one in choices), [_offer(one, kept) for one in choices]
        )
        for name, choices in facets.items()
    ]


def facet_choices(facets: Mapping[str, list[Choice]], filters: Filters, given: Mapping[str, str]) -> list[Chosen]:
    """The filters in force."""
    return _in_force(facets, filters, _kept(given))


KNOWN = (*FACETS, "q", "all", "sort", "as_of")


def _kept(given: Mapping[str, str]) -> dict[str, str]:
    """What of the address a change of filter keeps: not the page, and nothing that is unknown."""
    return {key: value for key, value in given.items() if key in KNOWN and value}


def _offer(choice: Choice, kept: Mapping[str, str]) -> Offer:
    label = language_name(choice.label) if choice.facet == "language" else choice.label
    address = _without(kept, choice.facet) if choice.chosen else _address({**kept, choice.facet: choice.value})
    return Offer(label, choice.count, choice.chosen, address)


def _in_force(facets: Mapping[str, list[Choice]], filters: Filters, kept: Mapping[str, str]) -> list[Chosen]:
    found = []
    for name, value in filters.chosen().items():
        group = f"concept:{value.split(':')[0]}" if name == "concept" else name
        labels = {choice.value: choice.label for choice in facets.get(group, ())}
        label = labels.get(value) or _plain(name, value)
        label = language_name(str(label)) if name == "language" else label
        said = gettext("%(facet)s: %(value)s") % {"facet": LABELS.get(group, name), "value": label}
        found.append(Chosen(said, _without(kept, name)))
    if filters.query:
        found.append(Chosen(gettext("“%(words)s”") % {"words": filters.query}, _without(kept, "q")))
    return found


def _plain(name: str, value: str) -> Any:
    if name == "stage":
        return Stage(value).label
    return DocumentType(value).label if name == "type" else value


def _without(kept: Mapping[str, str], name: str) -> str:
    return _address({key: value for key, value in kept.items() if key != name})


def _address(given: Mapping[str, str]) -> str:
    return f"?{urlencode(given)}" if given else "?"


_WRITTEN = {"zh": "zh-hans"}  # Django knows Chinese only by its script


def language_name(tag: str) -> str:
    """A language in its own words, as far as Django knows it; else its tag."""
    try:
        return str(get_language_info(_WRITTEN.get(tag, tag.lower()))["name_local"])
    except KeyError:
        return tag


def language_choices() -> list[tuple[str, str]]:
    """Languages to choose from, each as its tag and its names: its own, and that in the reader's language."""
    tags = [tag for tag, info in LANG_INFO.items() if "name_local" in info and (len(tag) < 4 or tag[-5:-4] == "-")]
    found = []
    for tag in [*(tag for tag in tags if tag not in _WRITTEN.values()), *_WRITTEN]:
        info = get_language_info(_WRITTEN.get(tag, tag))
        names = dict.fromkeys((info["name_local"], str(info["name_translated"])))
        language, dash, script = tag.partition("-")
        found.append((f"{language}{dash}{script.title()}", " – ".join(names)))
    return sorted(found, key=lambda one: one[1].casefold())


def language_tag(given: str) -> str:
    """The tag of a language that was chosen, or typed by its tag or one of its names."""
    typed = given.strip().casefold()
    named = (tag for tag, names in language_choices() if typed in (names.casefold(), *names.casefold().split(" – ")))
    return next(named, given.strip())


def by_scheme(classes: Sequence[ClassRow]) -> list[tuple[Any, list[ClassRow]]]:
    """What a document is about, a group a scheme, under the scheme's name."""
    found: dict[str, list[ClassRow]] = {}
    for one in classes:
        found.setdefault(one.scheme, []).append(one)
    return [(LABELS[f"concept:{scheme}"], rows) for scheme, rows in found.items()]
