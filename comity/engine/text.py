"""From text to search terms, the same for every database.

One tokeniser decides what a term is, so that SQLite's and PostgreSQL's indexes hold the same terms and
match the same records. A term is lower-case, without diacritics in Latin script, stemmed by Snowball
where the script tells the stemmer (Latin: English Porter2, Cyrillic: Russian, Arabic: Arabic); runs of
scripts written without spaces become overlapping pairs of characters.

A title names its language, a query does not. So the stemmer follows the script, not the language:
otherwise a French title and the French words somebody types for it would be stemmed apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

MAX_TERM = 64

# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han, Hangul.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# A word: letters, marks and digits of spaced scripts. Underscores are not part of words.
_RUN = re.compile(
    rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670]+[^\W_{_UNSPACED}]*)*"
)
_PARTS = re.compile(r"[0-9]+|[^0-9]+")
_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640]+")
_stemmers = {name: Stemmer.Stemmer(name) for name in ("english", "russian", "arabic")}


def terms(text: str) -> list[str]:
    """The terms of `text` in order, repeats included.

    >>> terms("Guidance on risk management, ISO/IEC 23894")
    ['guidanc', 'on', 'risk', 'manag', 'iso', 'iec', '23894']
    >>> terms("风险管理")
    ['风险', '险管', '管理']
    """
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        found.extend(_of_run(run))
    return found


@lru_cache(maxsize=200_000)
def _of_run(run: str) -> tuple[str, ...]:
    if _is_unspaced(run[0]):
        return _pairs(run)
    # "y3172" is written "Y.3172" as often, so letters and digits are terms of their own.
    return tuple(_stem(part)[:MAX_TERM] for part in _PARTS.findall(run))


def _pairs(run: str) -> tuple[str, ...]:
    if len(run) == 1:
        return (run,)
    return tuple(run[i : i + 2] for i in range(len(run) - 1))


def _stem(word: str) -> str:
    letter = word[0]
    if letter.isdigit():
        return word
    if "\u0400" <= letter <= "\u052f":
        # Two letters are an abbreviation or a function word: "ИИ" (AI) must not become "и" (and).
        return word if len(word) < 3 else _stemmers["russian"].stemWord(word.replace("ё", "е"))
    if "\u0600" <= letter <= "\u06ff":
        return _stemmers["arabic"].stemWord(_ARABIC_MARKS.sub("", word)) or word
    return _stemmers["english"].stemWord(fold(word)) or word


def _is_unspaced(character: str) -> bool:
    return re.match(f"[{_UNSPACED}]", character) is not None


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """`word` without diacritics: "sécurité" and "securite" are one word to whoever types it."""
    plain = unicodedata.normalize("NFD", word.replace("ß", "ss").replace("ø", "o").replace("æ", "ae"))
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", plain))


def script_language(text: str) -> str:
    """A guess at the language from the script alone: "zh", "ja", "ko", "ru", "ar", "th", or "" (Latin and others)."""
    for character in text:
        if "\u3040" <= character <= "\u30ff":
            return "ja"
        if "\uac00" <= character <= "\ud7af":
            return "ko"
        if "\u0400" <= character <= "\u052f":
            return "ru"
        if "\u0600" <= character <= "\u06ff":
            return "ar"
        if "\u0e00" <= character <= "\u0e7f":
            return "th"
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in text) else ""
