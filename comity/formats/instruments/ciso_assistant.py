"""Libraries of CISO Assistant (YAML): frameworks with their requirement nodes, and translations of these.

A node that the library gives no `ref_id` is known by the end of its URN, which is the same in every language
and edition: "n:node3".
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.formats.errors import FormatError
from comity.formats.instruments.model import SourceClause, SourceInstrument, in_order, settled
from comity.formats.instruments.trees import Tree, line, mapping, prose, yaml_tree
from comity.formats.values import mappings

_GUIDANCE = ("annotation", "typical_evidence")
# Objects that a library may hold and that have no clauses.
_OTHERS = {
    "requirement_mapping_set": "a mapping between two frameworks",
    "requirement_mapping_sets": "a mapping between two frameworks",
    "risk_matrix": "a risk matrix",
    "risk_matrices": "a risk matrix",
    "threats": "a list of threats",
    "reference_controls": "a list of reference controls",
    "metric_definitions": "a list of metrics",
    "preset": "a preset",
}


def read(content: bytes, file: str, language: str = "") -> SourceInstrument:
    """Read the framework of one library, in its own language or in one that it has translations in.

    What has no translation stays in the language of the library; a warning says how much that is.

    Raises:
        FormatError: it is no such library, or one without a framework (a mapping, a risk matrix), or it has
            nothing in this language; or its nodes stand above each other in a circle.
    """
    library = mapping(yaml_tree(content, file))
    framework = _framework(library, file)
    nodes = mappings(framework.get("requirement_nodes"))
    own = line(library.get("locale"))
    chosen = "" if language.casefold() == own.casefold() else language
    if chosen and not any(_translation(one, chosen) for one in (library, framework, *nodes)):
        raise FormatError(file, 0, f"it has nothing in the language {chosen!r}; its own is {own or 'not stated'}")
    left = sum(not _translation(node, chosen) for node in nodes) if chosen else 0
    translated = {**framework, **_translation(library, chosen), **_translation(framework, chosen)}
    return SourceInstrument(
        title=line(translated.get("name")) or line(library.get("name")),
        clauses=settled(file, _clauses(nodes, file, chosen)),
        form="ciso-assistant",
        language=chosen or own,
        identifier=line(framework.get("ref_id")) or line(library.get("ref_id")),
        body=line(library.get("provider")),
        version=line(library.get("version")),
        date=line(library.get("publication_date")),
        licence=line(library.get("copyright")),
        source=line(framework.get("urn")) or line(library.get("urn")),
        warnings=(f"{left} of {len(nodes)} clauses have no translation and are in {own!r}.",) if left else (),
    )


def languages(content: bytes, file: str) -> tuple[str, ...]:
    """The languages that a library can be read in, its own first. Errors as `read`."""
    library = mapping(yaml_tree(content, file))
    framework = _framework(library, file)
    found = [line(library.get("locale"))]
    for one in (library, framework, *mappings(framework.get("requirement_nodes"))):
        found += mapping(one.get("translations"))
    return tuple(dict.fromkeys(filter(None, found)))


def _framework(library: Tree, file: str) -> Tree:
    objects = mapping(library.get("objects"))
    frameworks = mappings(objects.get("framework") or objects.get("frameworks"))
    if len(frameworks) > 1:
        raise FormatError(file, 0, f"it holds {len(frameworks)} frameworks: give each a file of its own")
    if frameworks:
        return frameworks[0]
    for name, words in _OTHERS.items():
        if name in objects:
            raise FormatError(file, 0, f"this library holds {words}, not an instrument: it has no clauses")
    raise FormatError(file, 0, "this is not a CISO Assistant library: it has no objects.framework")


def _clauses(nodes: list[Tree], file: str, language: str) -> Iterator[SourceClause]:
    """The clauses in order, with refs that stand for one node each, for a library may use a `ref_id` again."""
    known = _by_urn(nodes)
    above = {_urn(node, "parent_urn") for node in nodes}
    tree = in_order(file, [SourceClause(urn, _urn(node, "parent_urn") or None) for urn, node in known.items()])
    refs: dict[str, str] = {}
    times: dict[str, int] = {}
    for place in tree:
        node, words = known[place.ref], {**known[place.ref], **_translation(known[place.ref], language)}
        own = _ref(node, place.ref)
        times[own] = times.get(own, 0) + 1
        refs[place.ref] = own if times[own] == 1 else f"{own}~{times[own]}"
        yield SourceClause(
            ref=refs[place.ref],
            parent=refs[place.parent] if place.parent is not None else None,
            kind="group" if place.ref in above and not _is_true(node.get("assessable")) else "control",
            heading=line(words.get("name")),
            text=prose(words.get("description")),
            guidance="\n\n".join(
                filter(None, (prose(words.get(name)) for name in ("annotation", "typical_evidence")))
            ),
            doubts=tuple(_doubts(node, times[own], place.parent)),
        )


def _by_urn(nodes: list[Tree]) -> dict[str, Tree]:
    """The nodes by URN; one without, or with that of another, is known by its place."""
    known: dict[str, Tree] = {}
    for place, node in enumerate(nodes, 1):
        urn = _urn(node, "urn")
        known[urn if urn and urn not in known else f"{urn}#{place}"] = node
    return known


def _doubts(node: Tree, times: int, parent: str | None) -> Iterator[str]:
    if not line(node.get("ref_id")):
        yield "no-number"
    if times > 1:
        yield "repeated"
    if parent is None and _urn(node, "parent_urn"):
        yield "level"


def _ref(node: Tree, urn: str) -> str:
    return line(node.get("ref_id")) or f"n:{urn.rpartition(':')[2]}"


def _urn(node: Tree, name: str) -> str:
    return line(node.get(name)).casefold()


def _is_true(value: object) -> bool:
    return prose(value).casefold() == "true"


def _translation(one: Tree, language: str) -> Tree:
    """What a library, framework or node says in a language, only where it says something."""
    translations = mapping(one.get("translations"))
    wanted = language.casefold()
    found = next((words for code, words in translations.items() if wanted and code.casefold() == wanted), {})
    return {name: text for name, text in mapping(found).items() if prose(text)}
