"""OSCAL catalogues (NIST, version 1.1) in JSON, YAML and XML.

Groups and controls become clauses, known by their label, or by their id where they have none. The parts "statement"
and "item" are the text of a control, its other parts the guidance; assessment objectives and methods are for
assessors and are left out. Parameters stand in the text as "[Assignment: ...]" and "[Selection: ...]".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.formats.errors import FormatError
from comity.formats.instruments import markup, oscal_xml
from comity.formats.instruments.model import KINDS, SourceClause, SourceInstrument, settled
from comity.formats.instruments.oscal_write import NAMESPACE, write
from comity.formats.instruments.trees import Tree, json_tree, line, mapping, prose, yaml_tree
from comity.formats.values import mappings

__all__ = ["read", "write"]

_OTHERS = {
    "profile": "a profile, which only chooses controls: resolve it into a catalogue first",
    "component-definition": "a component definition, not a catalogue",
    "system-security-plan": "a system security plan, not a catalogue",
    "assessment-plan": "an assessment plan, not a catalogue",
    "assessment-results": "assessment results, not a catalogue",
    "plan-of-action-and-milestones": "a plan of action, not a catalogue",
    "mapping-collection": "a mapping between catalogues, not a catalogue",
}
_TEXT = ("statement", "item")
_LEFT_OUT = ("assessment", "objective")
_PUBLISHERS = ("publisher", "creator", "author", "prepared-by")
_MAX_INSERTED = 2_000
"""Characters that stand for one parameter, and (below) for all parameters of a catalogue."""
_MAX_INSERTED_IN_ALL = 20_000_000
_MAX_NESTED = 10


def read(content: bytes, file: str) -> SourceInstrument:
    """Read a catalogue; the same content gives the same clauses in JSON, YAML and XML.

    Raises:
        FormatError: it is none of the three, another model of OSCAL, or has no controls.
    """
    form, data = _parsed(content, file)
    catalog = mapping(data.get("catalog"))
    if not catalog:
        other = next((words for name, words in _OTHERS.items() if name in data), "not an OSCAL catalogue")
        raise FormatError(file, 0, f"this is {other}")
    metadata = mapping(catalog.get("metadata"))
    own = _own(metadata)
    reader = _Reader(_parameters(catalog), _refs(catalog))
    return SourceInstrument(
        title=reader.line(metadata.get("title")),
        clauses=settled(file, reader.clauses(catalog, None)),
        form=form,
        language=own.get("language", ""),
        identifier=own.get("identifier", "") or _identifier(metadata),
        body=own.get("body", "") or _body(metadata),
        version=line(metadata.get("version")),
        date=own.get("date", "") or line(metadata.get("published") or metadata.get("last-modified"))[:10],
        licence=own.get("licence", ""),
        redistribute=redistribute if (redistribute := own.get("redistribute", "")) in ("yes", "no") else "check",
        nature=own.get("nature", ""),
        source=own.get("source", ""),
    )


def _parsed(content: bytes, file: str) -> tuple[str, Tree]:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<" or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "oscal-xml", oscal_xml.tree(content, file)
    if start == b"{":
        return "oscal-json", mapping(json_tree(content, file))
    return "oscal-yaml", mapping(yaml_tree(content, file))


class _Reader:
    """What all of a catalogue needs: its parameters, and the refs of its controls, both by id."""

    def __init__(self, parameters: dict[str, Tree], refs: dict[str, str]) -> None:
        self.parameters = parameters
        self.refs = refs
        self.known: dict[str, str] = {}  # what stands for each parameter
        self.left = _MAX_INSERTED_IN_ALL
        self.depth = 0  # of parameters within parameters

    def clauses(self, above: Tree, parent: str | None) -> Iterator[SourceClause]:
        for name, kind in (("controls", "control"), ("groups", "group")):
            for one in mappings(above.get(name)):
                own, ref = _own(one), _ref(one)
                text, guidance = self.parts(one, kind)
                yield SourceClause(
                    ref=ref,
                    parent=parent,
                    kind=said if (said := own.get("kind", "")) in KINDS else kind,
                    heading="" if "untitled" in own else self.line(one.get("title")),
                    text=text or self.withdrawn(one),
                    guidance=guidance,
                    summary=own.get("summary", ""),
                    line=int(line(one.get("_line")) or 0),
                )
                # One without label and id is numbered later, and nothing can stand below it by name.
                yield from self.clauses(one, ref or parent)

    def parts(self, one: Tree, kind: str) -> tuple[str, str]:
        """The text and the guidance of a control or group."""
        parts = [part for part in mappings(one.get("parts")) if not line(part.get("name")).startswith(_LEFT_OUT)]
        text = [part for part in parts if line(part.get("name")) in _TEXT]
        if not text and kind == "group":
            text = [part for part in parts if "guidance" not in line(part.get("name"))]
        elif not text:
            text = [part for part in parts if line(part.get("name")) == "overview"]
        used = set(map(id, text))
        return self.join(text), self.join([part for part in parts if id(part) not in used])

    def join(self, parts: Sequence[Tree]) -> str:
        return "\n\n".join(filter(None, ("\n".join(self.lines(part)) for part in parts)))

    def lines(self, part: Tree) -> Iterator[str]:
        """The paragraphs of a part: its label and title before its words, then those of its own parts."""
        own = self.plain(prose(part.get("prose"))).strip()
        head = " ".join(filter(None, (_label(part), self.line(part.get("title")))))
        if head or own:
            yield f"{head} {own}".strip() if not part.get("title") else f"{head}\n{own}".strip()
        for below in mappings(part.get("parts")):
            yield from self.lines(below)

    def withdrawn(self, one: Tree) -> str:
        """What the publisher prints in place of a control that is no more."""
        if not any(prop.get("name") == "status" and prop.get("value") == "withdrawn" for prop in _props(one)):
            return ""
        goals = [
            self.refs.get(line(link.get("href")).lstrip("#"), "")
            for link in mappings(one.get("links"))
            if link.get("rel") in ("incorporated-into", "moved-to", "addressed-by")
        ]
        known = ", ".join(filter(None, goals))
        return f"[Withdrawn: Incorporated into {known}.]" if known else "[Withdrawn.]"

    def plain(self, text: str) -> str:
        return markup.plain(text, self.inserted)

    def line(self, value: object) -> str:
        return " ".join(self.plain(prose(value)).split())

    def inserted(self, name: str) -> str:
        """What stands for a parameter; its name where parameters stand for each other in a circle or without end."""
        if name not in self.known and self.depth < _MAX_NESTED:
            self.known[name] = f"[Assignment: {name}]"
            self.depth += 1
            self.known[name] = self.meant(name, self.parameters.get(name, {}))[:_MAX_INSERTED]
            self.depth -= 1
        text = self.known.get(name, "")
        self.left -= len(text)
        return text if text and self.left > 0 else f"[Assignment: {name}]"

    def meant(self, name: str, parameter: Tree) -> str:
        """The values of a parameter, a choice, or its label."""
        if values := [prose(value) for value in _listed(parameter.get("values"))]:
            return ", ".join(values)
        choice = mapping(parameter.get("select"))
        if choices := [self.plain(prose(one)).strip() for one in _listed(choice.get("choice"))]:
            several = " (one or more)" if line(choice.get("how-many")) == "one-or-more" else ""
            return f"[Selection{several}: {'; '.join(choices)}]"
        return f"[Assignment: {self.line(parameter.get('label')) or name}]"


def _parameters(one: Tree) -> dict[str, Tree]:
    """The parameters of a catalogue, group or control and of all below it, by id."""
    found = {line(parameter.get("id")): parameter for parameter in mappings(one.get("params"))}
    for below in _below(one):
        found |= _parameters(below)
    return found


def _refs(one: Tree) -> dict[str, str]:
    found = {line(below.get("id")): _ref(below) for below in _below(one)}
    for below in _below(one):
        found |= _refs(below)
    return found


def _below(one: Tree) -> list[Tree]:
    return [*mappings(one.get("controls")), *mappings(one.get("groups"))]


def _ref(one: Tree) -> str:
    """The label; else the id, in capitals where the labels of its controls begin with it so ("AC" over "AC-1")."""
    if label := _label(one):
        return label
    own = line(one.get("id"))
    first = next((label for below in mappings(one.get("controls")) if (label := _label(below))), "")
    return first[: len(own)] if own and first.casefold().startswith(own.casefold()) else own


def _label(one: Tree) -> str:
    """The value of the label that is for people: one of a class is written for some tool."""
    labels = [prop for prop in _props(one) if prop.get("name") == "label" and line(prop.get("value"))]
    best = next((prop for prop in labels if not prop.get("class")), labels[0] if labels else {})
    return line(best.get("value"))


def _own(one: Tree) -> dict[str, str]:
    """What `write` put down for which OSCAL has no place."""
    return {line(prop.get("name")): line(prop.get("value")) for prop in _props(one) if prop.get("ns") == NAMESPACE}


def _props(one: Tree) -> list[Tree]:
    return mappings(one.get("props"))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _identifier(metadata: Tree) -> str:
    return next((line(one.get("identifier")) for one in mappings(metadata.get("document-ids"))), "")


def _body(metadata: Tree) -> str:
    """The party that publishes, else the one that made it."""
    names = {line(party.get("uuid")): line(party.get("name")) for party in mappings(metadata.get("parties"))}
    roles = {line(one.get("role-id")): one for one in mappings(metadata.get("responsible-parties"))}
    for role in _PUBLISHERS:
        for party in _listed(mapping(roles.get(role)).get("party-uuids")):
            if found := names.get(prose(party)):
                return found
    return ""
