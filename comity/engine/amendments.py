"""What an amending act does to another: which provisions it replaces, inserts, adds or deletes.

Reads the instruction of each clause ("in Article 17, paragraph 2 is replaced by the following:"), not the new text
that follows in quotation marks. What a clause does not name itself it takes from the clauses above it: under
"Article 2 is amended as follows:", "(a) paragraph 2 is replaced" is about Article 2(2). Dutch, English, French,
German, Italian and Spanish, as EU acts are drafted (Joint Practical Guide, guideline 18).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    REPLACED = "replaced"
    INSERTED = "inserted"
    ADDED = "added"
    DELETED = "deleted"
    AMENDED = "amended"


@dataclass(frozen=True, slots=True)
class Instruction:
    """A clause of an amending act: its ref, that of its parent ("" at the top), and its words."""

    ref: str
    parent: str
    text: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """What one clause does.

    Attributes:
        clause: ref of the amending clause.
        act: the act that is amended as the text names it ("(EU) 2024/1689"); "" where it names none.
        targets: refs in that act; those of the clause above where only new numbers are given; "" for the whole act.
    """

    clause: str
    act: str
    action: Action
    targets: tuple[str, ...]


_ACTIONS = (
    (
        Action.DELETED,
        r"deleted|geschrapt|vervalt|gestrichen|aufgehoben|supprimée?s?|suprimen?|soppress[oaie]|repealed",
    ),
    (Action.INSERTED, r"inserted|ingevoegd|eingefügt|insérée?s?|insertan?|inserit[oaie]"),
    (Action.ADDED, r"added|toegevoegd|angefügt|ajoutée?s?|añaden?|aggiunt[oaie]"),
    (
        Action.REPLACED,
        r"replaced|vervangen|ersetzt|folgende Fassung|folgender Fassung|remplacée?s?|sustituyen?|sostituit[oaie]",
    ),
    (
        Action.AMENDED,
        r"amended|gewijzigd|geändert|modifiée?s?|modifican?|modificat[oaie]",
    ),
)
_ACTION = [(action, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for action, words in _ACTIONS]
_BIS = r"(?:\s?(?:bis|ter|quater|quinquies|sexies|septies))"
_NUMBER = rf"\d{{1,3}}[a-z]?{_BIS}?"
_LETTER = rf"[a-z]{{1,2}}{_BIS}?"
_AND = r"(?:\s?,\s?|\s(?:and|en|et|und|y|e|to|tot en met|à)\s)"


def _several(one: str) -> str:
    return rf"(?:{one})(?:{_AND}(?:{one}))*"


_ROMAN = r"[IVXL]{1,6}(?![a-z])"
_POINT = rf"(?:[(]?{_LETTER}[)]|[a-z]{_BIS}?|[(]?{_NUMBER}[)]?)"
# Each unit: how it is called, and what its numbers look like.
_UNITS = [
    (unit, re.compile(rf"\b(?:{words})\s({_several(number)})(?!\w)", re.IGNORECASE))
    for unit, words, number in (
        ("article", "articles?|artikel(?:en|s)?|artículos?|articol[oi]", rf"{_NUMBER}(?:[(]\d+[)])?"),
        ("section", "sections?|afdeling(?:en)?|abschnitte?|sección|secciones|sezion[ei]", "[A-F]"),
        ("annex", "annex(?:es|e)?|bijlagen?|anhang|anhänge|anexos?|allegat[oi]", _ROMAN),
        (
            "paragraph",
            "paragraphs?|lid|leden|absatz|absätze|paragraphes?|apartados?|paragraf[oi]",
            rf"[(]?{_NUMBER}[)]?",
        ),
        ("point", "points?|punt(?:en|[oi])?|buchstaben?|nummern?|letras?|letter[ae]", _POINT),
    )
]
_ACT = re.compile(
    r"(?:\((?:EU|EC|EEC|EG|CE|UE)\)\s?(?:n[ro°º.]{1,2}\s?)?\d{1,4}/\d{1,4}|\d{4}/\d{1,4}/(?:EU|EC|EG|CE|UE))", re.I
)
_OPENING = re.compile(r"[“„«‘\"]|:\s*$|:\s*\n")


def amendments(clauses: Sequence[Instruction]) -> list[Amendment]:
    """What an amending act does, clause by clause; clauses that do nothing are left out. In order."""
    by_ref = {clause.ref: clause for clause in clauses}
    holding = {clause.parent for clause in clauses}
    found = []
    for clause in clauses:
        said = _instruction(clause.text)
        action = next((action for action, words in _ACTION if words.search(said)), None)
        if action is None or (action == Action.AMENDED and clause.ref in holding):
            continue  # its points say what is done
        chain = _above(clause, by_ref)
        act = _act(chain)
        if act:
            found.append(
                Amendment(clause.ref, act, action, tuple(_targets([_instruction(one.text) for one in chain])))
            )
    return found


def _act(chain: Sequence[Instruction]) -> str:
    """The act that is amended: named by the clause itself, or by one above it that says that it amends.

    Other clauses name acts as well, and say that data are deleted or parts replaced.
    """
    for one in chain:
        said = _instruction(one.text)
        match = _ACT.search(said)
        if match and (one is chain[0] or any(words.search(said) for _action, words in _ACTION)):
            return match[0] if one is not chain[0] or _units(said) else ""
    return ""


def _instruction(text: str) -> str:
    """The words before the new text: up to a quotation mark, or a colon that ends a line."""
    end = _OPENING.search(text)
    return text[: end.start()] if end else text[:600]


def _above(clause: Instruction, by_ref: dict[str, Instruction]) -> list[Instruction]:
    """The clause and those above it, nearest first."""
    chain = [clause]
    while chain[-1].parent in by_ref and len(chain) < 12:
        chain.append(by_ref[chain[-1].parent])
    return chain


def _targets(instructions: Sequence[str]) -> list[str]:
    """Refs of what is named, from the clause upward until the article or annex is known."""
    points: list[str] = []
    paragraphs: list[str] = []
    sections: list[str] = [""]
    for said in instructions:
        for unit, numbers in reversed(_units(said)):
            if unit == "article":
                return [f"Art.{n}{rest}" for n in numbers for rest in _below(paragraphs, points)]
            if unit == "annex":
                return [
                    f"Annex {n}{s}{rest}" for n in numbers for s in sections for rest in _below(paragraphs, points)
                ]
            if unit == "section":  # the letters of an annex's sections are numbers in refs
                sections = [f".S{ord(letter.upper()) - 64}" for letter in numbers]
            if unit == "paragraph" and not paragraphs:
                paragraphs = numbers
            elif unit == "point":
                points = [f"{above})({point}" for above in numbers for point in points] if points else numbers
    return [""] if not (paragraphs or points) else []


def _below(paragraphs: list[str], points: list[str]) -> list[str]:
    return [
        f"{f'({paragraph})' if paragraph else ''}{f'({point})' if point else ''}"
        for paragraph in paragraphs or [""]
        for point in points or [""]
    ]


def _units(said: str) -> list[tuple[str, list[str]]]:
    """What an instruction names in its order: (unit, numbers)."""
    said = _ACT.sub(" ", said)  # "Regulation (EU) 2024/1689" has numbers too
    found = [(match.start(), unit, _numbers(match[1])) for unit, words in _UNITS for match in words.finditer(said)]
    return [(unit, numbers) for _start, unit, numbers in sorted(found)]


def _numbers(listed: str) -> list[str]:
    """The numbers of a list: "2 en 3" gives 2 and 3, "b bis) en c)" gives "b bis" and "c"."""
    parts = (part.strip() if "(" in part.strip()[1:] else part.strip("() ") for part in re.split(_AND, listed))
    return [" ".join(part.split()) for part in parts if part]
