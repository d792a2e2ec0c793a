"""Rows of a table or list as clauses: which column is what, and which clause stands above which.

A mapping is `{field: header}`. Fields are those of `FIELDS`, and `part:NAME`: a column whose text becomes a clause
of its own below that of the row, as "GOVERN 1.1 About" stands below "GOVERN 1.1".
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from comity.formats.errors import FormatError
from comity.formats.instruments.kinds import kind_of_ref
from comity.formats.instruments.model import KINDS, MAX_REF, SourceClause, in_order
from comity.formats.values import phrase

FIELDS = ("ref", "parent", "kind", "heading", "text", "guidance", "language")
PART = "part:"

_NAMES = {
    "ref": "ref|ref id|reference id|reference|clause id|clause number|control id|control identifier|control number"
    "|requirement id|requirement number|article number|subcategory id|identifier|id|number|no|nr|num|code|clause"
    "|article|référence|numéro|n°|referenz|nummer|kennung|referencia|número|identificador|номер|код|编号|编码|条款|序号|رقم|المرجع",
    "parent": "parent|parent ref|parent id|parent ref id|parent clause|belongs to|parent élément|obergeordnet|padre"
    "|родитель|上级|上级编号|الأصل",
    "kind": "kind|clause type|kind of clause|type|art|tipo|тип|类型|النوع",
    "heading": "heading|title|name|clause title|control title|control name|requirement title|titre|intitulé|titel"
    "|überschrift|título|título de la cláusula|заголовок|название|标题|名称|العنوان",
    "text": "text|description|requirement|requirement text|requirements|clause text|control text|control description"
    "|control statement|control specification|statement|specification|content|body|provision|texte|exigence|wortlaut"
    "|anforderung|beschreibung|texto|descripción|requisito|текст|описание|требование|内容|正文|要求|条文|النص|الوصف",
    "guidance": "guidance|implementation guidance|supplemental guidance|discussion|annotation|notes|note|remarks"
    "|recommandations|umsetzungshinweise|hinweise|orientación|guía|руководство|指南|说明|إرشادات",
    "language": "language|lang|locale|langue|sprache|idioma|язык|语言|اللغة",
}
_FIELD_NAMES = {field: names.split("|") for field, names in _NAMES.items()}
# The columns of the NIST AI RMF Playbook, which calls the number a title.
_PARTS = {
    "section about": "About",
    "section actions": "Suggested actions",
    "section doc": "Transparency & documentation",
}
_BETWEEN = " .-–_/:(§"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by field, and where it stands."""

    line: int
    cells: Mapping[str, str]


def check(mapping: Mapping[str, str], file: str) -> None:
    """Refuse a mapping of what is no field.

    Raises:
        FormatError: a field is unknown, or "ref" is not mapped.
    """
    for field in mapping:
        if field not in FIELDS and not (field.startswith(PART) and field[len(PART) :].strip()):
            raise FormatError(file, 0, f"there is no field {field!r} to map a column to")
    if "ref" not in mapping:
        raise FormatError(file, 0, 'the mapping names no column for "ref", the number of a clause')


def guess(headers: Sequence[str]) -> dict[str, str]:
    """Return a mapping guessed from headers in the languages of many tables; empty where no ref can be told."""
    free = {same(header): header for header in reversed(headers) if header.strip()}
    parts = {PART + name: free.pop(header) for header, name in _PARTS.items() if header in free}
    found: dict[str, str] = {}
    for field, names in _FIELD_NAMES.items():
        if name := next((name for name in names if name in free), ""):
            found[field] = free.pop(name)
    if "ref" not in found and "heading" in found:
        found["ref"] = found.pop("heading")
        if parts and "text" in found:
            found["heading"] = found.pop("text")
    return {**found, **parts} if "ref" in found else {}


def same(header: str) -> str:
    """A header as it is compared: small letters, and one space for what parts its words."""
    return " ".join(re.split(r"[\s_.:#*\-]+", phrase(header).casefold())).strip()


def in_language(rows: Iterable[Row], language: str, file: str) -> tuple[list[Row], str, tuple[str, ...]]:
    """Return the rows of one language, which language that is, and a warning where there are others.

    Raises:
        FormatError: there are rows in other languages only.
    """
    rows = list(rows)
    stated = list(dict.fromkeys(code for row in rows if (code := row.cells.get("language", "").strip())))
    if not stated:
        return rows, language, ()
    chosen = next((code for code in stated if not language or code.casefold() == language.casefold()), "")
    if not chosen:
        raise FormatError(file, 0, f"it has nothing in the language {language!r}, only in {', '.join(stated[:20])}")
    kept = [row for row in rows if row.cells.get("language", "").strip() in ("", chosen)]
    others = ", ".join(code for code in stated[:20] if code != chosen)
    return kept, chosen, (f"Read in {chosen}; the file has {others} too.",) if others else ()


def clauses(rows: Sequence[Row], file: str, parents: bool) -> Iterator[SourceClause]:
    """Yield the clauses of rows, parents first; without a column for parents, numbers say which those are.

    Raises:
        FormatError: parents go in a circle.
    """
    own = [_clause(row) for row in rows]
    known = {clause.ref for clause in own}
    if not parents:
        own = [replace(clause, parent=_above(clause.ref, known)) for clause in own]
    else:
        own = [_doubted(clause, known) for clause in own]
    parts = [list(_parts(row, clause.ref)) for row, clause in zip(rows, own, strict=True)]
    return in_order(file, [one for clause, below in zip(own, parts, strict=True) for one in (clause, *below)])


def _clause(row: Row) -> SourceClause:
    ref = _ref(row.cells.get("ref", "")) or f"n:{row.line}"
    kind = row.cells.get("kind", "").strip().casefold()
    return SourceClause(
        ref=ref,
        parent=_ref(row.cells.get("parent", "")) or None,
        kind=kind if kind in KINDS else kind_of_ref(ref),
        heading=row.cells.get("heading", ""),
        text=row.cells.get("text", ""),
        guidance=row.cells.get("guidance", ""),
        doubts=() if _ref(row.cells.get("ref", "")) else ("no-number",),
        line=row.line,
    )


def _ref(cell: str) -> str:
    return " ".join(cell.split())[:MAX_REF].rstrip(" .:")


def _doubted(clause: SourceClause, known: Container[str]) -> SourceClause:
    """A clause whose parent is not in the table stands at the top, and somebody should look at it."""
    if clause.parent is None or clause.parent in known:
        return clause
    return replace(clause, parent=None, doubts=(*clause.doubts, "level"))


def _parts(row: Row, ref: str) -> Iterator[SourceClause]:
    for field, text in row.cells.items():
        if field.startswith(PART) and text.strip():
            name = field[len(PART) :].strip()
            yield SourceClause(f"{ref} {name}", ref, "item", name, text, line=row.line)


def _above(ref: str, known: Container[str]) -> str | None:
    """The ref that is left of its last pieces and is known: "A.6.1" for "A.6.1.2", "AC-2" for "AC-2(1)"."""
    for _ in range(12):
        ref = ref.removesuffix(")")
        cut = max(map(ref.rfind, _BETWEEN))
        last = ref[cut + 1 :]
        # A word at the end is part of a name and no number.
        if cut < 1 or not (len(last) <= 4 or any(map(str.isdigit, last))):
            return None
        ref = ref[:cut].rstrip(_BETWEEN)
        if ref in known:
            return ref
    return None
