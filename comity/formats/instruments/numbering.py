"""How provisions are numbered, in the languages and styles of real instruments.

A `Label` is what a line begins with: "Article 9", "第九条", "4.2.1", "A.6.2.4", "PR.AA-05", "(a)". Whether it is
the number of a clause, or words that only look like one, is for `outline` to decide from the sequence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

DIVISIONS = ("part", "title", "chapter", "section", "subsection")
"""Headings over articles, the widest first."""
PREFIXES = {"part": "Part ", "title": "Title.", "chapter": "Ch.", "section": "S", "subsection": "SS"}
"""What stands before the number of each in a ref."""

_WORDS = {
    "part": "part partie parte teil deel del часть część část časť osa rész μέρος partea dalis daļa الجزء phần",
    "title": "title titre título titulo titel titolo tytuł titlu hlava titulo τίτλος cím дял الباب",
    "chapter": "chapter chapitre capítulo capitulo kapitel hoofdstuk capitolo capo глава rozdział kapitola fejezet"
    " luku peatükk capitolul κεφάλαιο poglavje poglavlje nodaļa skyrius kapittel раздел الفصل bölüm bab chương",
    "section": "section sección secção seção seccion abschnitt afdeling sezione oddział oddíl oddiel avsnitt avdeling"
    " secțiunea τμήμα szakasz jagu osasto oddelek odjeljak iedaļa skirsnis القسم kısım",
    "subsection": "subsection unterabschnitt onderafdeling sous-section subsección subsecção sottosezione pododdział",
    "article": "article art artikel artículo articulo articolo artigo artykuł článek článok artikla artikkel člen"
    " članak pants straipsnis άρθρο статья ст член артикул articolul مادة المادة madde cikk pasal điều artikeln",
    "annex": "annex annexe anexo anhang bijlage allegato приложение załącznik bilaga bilag příloha príloha melléklet"
    " liite lisa pielikums priedas prilog priloga παράρτημα anexa anexă appendix schedule ملحق الملحق ek vedlegg",
}
FAMILY = {word: family for family, words in _WORDS.items() for word in words.split()}
"""The kind of provision that a word names."""

_HAN = {
    **dict.fromkeys("编編部", "part"),
    "章": "chapter",
    **dict.fromkeys("节節", "section"),
    **dict.fromkeys("条條", "article"),
    "款": "subsection",
}
_KOREAN = {"편": "part", "장": "chapter", "절": "section", "조": "article", "관": "subsection"}
_HAN_DIGITS = {**{digit: value for value, digit in enumerate("〇一二三四五六七八九")}, "零": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_NUMERAL = r"\d{1,4}[a-z]{0,4}|[IVXLC]{1,8}(?:bis)?|[ivxlc]{1,8}|[A-Z]"

_HAN_NUMERAL = f"[0-9０-９{''.join(_HAN_DIGITS)}十百千]"
_HAN_LABEL = re.compile(rf"第\s*({_HAN_NUMERAL}{{1,9}})\s*([{''.join(_HAN)}])(?:[之の]([一二三四五六七八九十]))?")
_HAN_ANNEX = re.compile(
    r"(?:附\s?件|附\s?录|附\s?錄|附\s?属\s?書|別\s?表|별표)"
    r"\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}|[A-Z])?(?=[\s:：.]|$)"
)
_KOREAN_LABEL = re.compile(rf"제\s*(\d{{1,4}})\s*([{''.join(_KOREAN)}])(?:의\s*(\d{{1,2}}))?")
_WORD_LABEL = re.compile(
    r"([^\W\d_]{2,14}(?:-section)?)\.?[ \t\xa0]{1,3}(?:[Nn]?[°º]\s?|№\s?)?"
    rf"\(?({_NUMERAL}|[٠-٩]{{1,3}})(?![\w-])\)?"
)
_WORD_AFTER = re.compile(
    r"(\d{1,4}(?:[./][a-z])?)[. ]{1,2}"
    r"(cikk|artikla|artikkel|luku|straipsnis|pants|člen|članak|fejezet|§|madde)(?!\w)"
)
_CODE = re.compile(
    r"(?:§+\s?|[Ss]ec(?:tion)?\.?\s)?(\d{1,4}[A-Za-z]?(?:-\d{1,6}){1,3}(?:\.\d{1,3})?)\.(?=\s)"
    r"|§+\s?(\d{1,6}[a-z]{0,2}(?:\.\d{1,6})?)\.?(?![\w-])"
)
_CONTROL = re.compile(
    r"([A-Z][A-Z0-9&]{0,7}(?:\.[A-Z]{1,5})?-\d{1,4}[a-z]?(?:\.\d{1,3})*(?:\(\d{1,3}\))?)(?:\)\s?([ivx]{1,5})\.)?(?![\w-])"
    r"|([A-Z]{2,12} \d{1,2}(?:\.\d{1,2}){0,2})(?![\w-]|\.\d)"
    r"|([A-Z]{2,8}\d{2,4}|[A-Z]\d{1,3})(?=[:.]|[ \t\xa0]?[-–—:]\s)"
    r"|([A-Z]{2,6}\.[A-Z]{1,5})(?=[ :])"
)
_DECIMAL = re.compile(r"((?:[A-Z]\.)?\d{1,3}(?:\.\d{1,3}){1,7}|[A-Z]\.\d{1,3})\.?(?![\w%-]|\.\d|,\d)")
_NUMBER = re.compile(r"(\d{1,3})(?=[ \t\xa0]{1,8}\S)")
_POINT = re.compile(
    r"(?P<open>[(（]?)\s?(?P<number>\d(?:\s?\d){0,2}|[a-z]{1,5}|[A-Z]{1,5}|[一二三四五六七八九十]{1,3})"
    r"(?P<bis> (?:bis|ter|quater|quinquies|sexies|septies|octies))?\s?"
    r"(?P<close>[)）.、])(?=\s|[^\W\d_a-zA-Z]|[(（\"“‘„«]|$)"
)
_BULLET = re.compile(r"[•·▪●○◦⚫➢➤▶►✓\uf0a7\uf0b2\uf0b7\uf0d8*-]\s+(?=\S)")
DASH = re.compile(r"[—–]\s+(?=\S)")
"""What stands before a point that has no number."""
_LATIN_ORDER = ("", "bis", "ter", "quater", "quinquies", "sexies", "septies", "octies")


@dataclass(frozen=True, slots=True)
class Label:
    """A number at the beginning of a line.

    Attributes:
        family: a division, "article", "annex", "code", "control", "decimal", "number" or "point".
        number: as it goes into a ref.
        readings: its possible places, as (sort of numeral, place in that sequence): "(i)" may be 9th or 1st.
        style: how points are printed, without the numeral: "()", ")", ".".
        end: where it ends in the line.
    """

    family: str
    number: str
    readings: tuple[tuple[str, int], ...]
    style: str
    end: int

    @property
    def order(self) -> int:
        return self.readings[0][1] if self.readings else 0


def division_of(text: str) -> tuple[str, str] | None:
    """The division that a heading such as "HOOFDSTUK III" names, and its number."""
    label = worded(" ".join(text.split()))
    return (label.family, label.number) if label and label.family in DIVISIONS else None


def worded(line: str) -> Label | None:
    """A label with a word in it: "Article 9", "CHAPTER III", "Annex A", "第九条", "제9조", "المادة 9"."""
    first = line[:1]
    if first == "第":
        return _han(line)
    if first == "제" and (found := _KOREAN_LABEL.match(line)):
        number = f"{found[1]}-{found[3]}" if found[3] else found[1]
        return Label(_KOREAN[found[2]], number, (("1", int(found[1])),), "제", found.end())
    if first in ("附", "別", "별") and (found := _HAN_ANNEX.match(line)):
        number = str(han_value(found[1]) or found[1]) if found[1] else ""
        return Label("annex", number, tuple(readings(number)), "附", found.end())
    return _latin(line) if first.isalnum() else None


def _han(line: str) -> Label | None:
    found = _HAN_LABEL.match(line)
    value = han_value(found[1]) if found else 0
    if found is None or not value:
        return None
    number = f"{value}-{han_value(found[3])}" if found[3] else str(value)
    return Label(_HAN[found[2]], number, (("1", value),), "第", found.end())


def _latin(line: str) -> Label | None:
    if line[0].isdigit():
        found = _WORD_AFTER.match(line)
        if found is None:
            return None
        after = "article" if found[2] == "§" else FAMILY[found[2]]
        return Label(after, found[1], tuple(readings(found[1])), "word", found.end())
    found = _WORD_LABEL.match(line)
    family = FAMILY.get(found[1].lower(), "") if found else ""
    if found is None or not family:
        word = line.strip(" .:").lower()
        alone = FAMILY.get(word) == "annex" and word != "schedule"
        return Label("annex", "", (), "word", len(line)) if alone else None
    number = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in found[2])
    number, end = _with_latin(number, line, found.end())
    if family in DIVISIONS and number.islower() and not number[0].isdigit():
        return None  # "part of", "title i" in running text
    places = tuple(readings(number))
    return Label(family, number, tuple(sorted(places, key=lambda place: place[0] not in "1I")), "word", end)


def _with_latin(number: str, line: str, end: int) -> tuple[str, int]:
    """A number with the "bis" or the ordinal sign that may follow it."""
    following = line[end : end + 12]
    for sign in ("º", "°", "er ", ".º"):
        if following.startswith(sign):
            return number, end + len(sign)
    word = following.strip().split(" ")[0].strip(".,;:")
    if word in _LATIN_ORDER and word:
        return f"{number} {word}", end + following.index(word) + len(word)
    return number, end


def label_of(line: str) -> Label | None:
    """The label that a line begins with, the surest reading of it."""
    if not line:
        return None
    first = line[0]
    if first in "(（":
        return point(line)
    if (first in "§Ss" or first.isdigit()) and (found := _CODE.match(line)):
        return _code(found)
    if label := worded(line):
        return label
    if first.isupper() and (found := _CONTROL.match(line)):
        number = next(group for group in (found[1], found[3], found[4], found[5]) if group)
        return Label("control", f"{number}.{found[2]}" if found[2] else number, (), "", found.end())
    if line[1:2].isalpha() and not first.isdigit():
        return point(line)
    if found := _DECIMAL.match(line):
        return Label("decimal", found[1], (("1", int(found[1].split(".")[-1])),), "", found.end())
    if label := point(line):
        return label
    found = _NUMBER.match(line) if first.isdigit() else None
    return Label("number", found[1], (("1", int(found[1])),), "", found.end()) if found else None


def _code(found: re.Match[str]) -> Label:
    """A section of a code; sections such as 6-1-1701 are ordered by their last number."""
    number = found[1] or found[2]
    last = re.findall(r"\d+", number)[-1] if found[1] else "0"
    return Label("code", f"§{number}", (("1", int(last)),), "", found.end())


def point(line: str) -> Label | None:
    """A point: "(a)", "a)", "1.", "(iv)", "（一）"."""
    found = _POINT.match(line)
    if found is None:
        return None
    opening, number = found["open"].replace("（", "("), found["number"].replace(" ", "")
    closing = found["close"].replace("）", ")").replace("、", ".")
    if opening and closing != ")":
        return None
    places = tuple(readings(number))
    if not places:
        return None
    return Label("point", number + (found["bis"] or ""), places, opening + closing, found.end())


def readings(number: str) -> Iterator[tuple[str, int]]:
    """What a numeral may be: 1 digits, a or A letters, i or I Roman, 一 Chinese; each with its place."""
    if not number:
        return
    digits = re.match(r"\d+", number)
    if digits:
        yield "1", int(digits[0])
    elif value := han_value(number):
        yield "一", value
    elif number.isascii():
        if value := roman_value(number):
            yield ("i" if number.islower() else "I"), value
        if len(set(number)) == 1 and len(number) <= 2:
            yield ("a" if number.islower() else "A"), ord(number[0].lower()) - 96 + 26 * (len(number) - 1)


def roman_value(numeral: str) -> int:
    """The value of a Roman numeral of one case; 0 where it is none that is written properly."""
    if not (numeral.islower() or numeral.isupper()) or not set(numeral.lower()) <= set(_ROMAN):
        return 0
    values = [_ROMAN[sign] for sign in numeral.lower()]
    total = sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))
    return total if total > 0 and roman(total) == numeral.lower() else 0


def roman(value: int) -> str:
    """A number below 400 as a Roman numeral in small letters."""
    parts = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    numeral = ""
    for unit, sign in parts:
        numeral += sign * (value // unit)
        value %= unit
    return numeral


def han_value(numeral: str) -> int:
    """The value of a Chinese numeral or of full-width digits, 0 where it is neither."""
    plain = unicodedata.normalize("NFKC", numeral)
    if plain.isascii():
        return int(plain) if plain.isdigit() else 0
    total = digit = 0
    for sign in plain:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
        elif sign in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[sign]
            digit = 0
        else:
            return 0
    return total + digit


def without_bullet(line: str) -> str:
    """`line` without the sign of a list before it."""
    return _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
