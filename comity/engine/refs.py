"""Refs of clauses as different publishers write them, made comparable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

_WORDS = re.compile(r"^(?:clause|control|section|subcategory|requirement|principle|item|no\.?|§)\s*(?=[a-z]?\.?\d)")
_ARTICLE = re.compile(r"^(?:article|artikel|artículo|articolo|artigo|art)\b\.?\s*(?=\d)")
_CHINESE = re.compile(r"^第\s*(\d+)\s*条")
_ANNEX = re.compile(r"^(?:annex|anhang|annexe|anexo)\s+(?=[a-z]\.\d)")
_GAP = re.compile(r"[\s_/–—-]+")
_BEFORE_BRACKET = re.compile(r"\s+(?=\()")


def canonical(ref: str) -> str:
    """A ref without what publishers vary: case, the word before its number, spaces and dashes.

    >>> canonical("Article 9 (2)(a)"), canonical("GOVERN 1.1"), canonical("Annex A.6.2")
    ('art.9(2)(a)', 'govern-1.1', 'a.6.2')
    """
    text = unicodedata.normalize("NFKC", ref).casefold().strip()
    text = _CHINESE.sub(r"art.\1", _ARTICLE.sub("art.", text))
    text = _BEFORE_BRACKET.sub("", _ANNEX.sub("", _WORDS.sub("", text)))
    return _GAP.sub("-", text).strip("-.")


class Refs:
    """The refs of an outline, found as they are printed, in another case, or written another way.

    A way of writing that would fit several clauses fits none.
    """

    def __init__(self, refs: Iterable[str]) -> None:
        known = list(refs)
        self._exact = frozenset(known)
        self._ways: tuple[Mapping[str, str], ...] = (_only(known, str.casefold), _only(known, canonical))

    def find(self, ref: str) -> str:
        """The ref of the clause that is meant; "" where there is none, or not one alone."""
        if ref in self._exact:
            return ref
        by_case, by_form = self._ways
        return by_case.get(ref.casefold()) or by_form.get(canonical(ref), "")


def _only(refs: Iterable[str], form: Callable[[str], str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for ref in refs:
        key = form(ref)
        found[key] = "" if found.setdefault(key, ref) != ref else ref
    return found
