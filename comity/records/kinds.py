"""Which kinds of record there are. Rooms register theirs at startup, so no arrow points upward."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model, Q

    from comity.records.viewer import Viewer


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What a room tells search about one record.

    Attributes:
        texts: its titles as (language, text).
        identifiers: other words it is found by, which have no meaning to compare.
        facets: values it is counted under, as the room writes them ("stage:published").
        boost: -9 to 9, how much likelier than its peers it is to be what people look for.
    """

    object: int
    texts: Sequence[tuple[str, str]]
    identifiers: Sequence[str] = ()
    facets: Sequence[str] = ()
    boost: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record and what its room says of it.

    Attributes:
        payload: the record as plain JSON: what the change log proves.
        drafts: what search should know of some records, in a fixed number of queries; None if nothing.
        visible_to: predicate in SQL of what a viewer may read.
        may_edit: whether a viewer may write a record.
        lookup: keys of the records that an exact identifier, however written, names; best first.
        personal: its digests are salted, and salts can be erased.
    """

    name: str
    model: type[Model]
    payload: Callable[[Any], dict[str, Any]]
    visible_to: Callable[[Viewer], Q]
    may_edit: Callable[[Viewer, Any], bool]
    drafts: Callable[[Iterable[Any]], list[EntryDraft]] | None = None
    lookup: Callable[[str], list[int]] | None = None
    personal: bool = False


_by_model: dict[type[Any], Kind] = {}
_by_name: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _by_model[kind.model] = kind
    _by_name[kind.name] = kind


def of(model: type[Any]) -> Kind:
    return _by_model[model]


def named(name: str) -> Kind:
    return _by_name[name]


def every() -> list[Kind]:
    return list(_by_name.values())
