"""Finding references in text: where each begins, its identifier however it is misspelt, its title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from comity.engine import identifiers
from comity.engine.references.model import Reading, Written
from comity.engine.references.spelling import HEAD, readings, settled

LONGEST_LINE = 4_000  # characters of one reference; what follows is not read
LONGEST_TITLE = 600
TOKENS = 9
_CODE = re.compile(r"\b10\.\d{4,9}/[^\s\"<>,;]{3,200}|\burn:[a-z0-9-]{2,20}:[^\s\"<>,;]{3,200}", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.|doi:\s*)\S+|<[^>]*>", re.IGNORECASE)
_BULLET = re.compile(
    r"\s*(?:[-–—•*·▪◦‣●○]|\[[A-Za-z0-9]{1,6}\]|[(（]?\d{1,3}[.)）]|[a-z][.)]|[①-⑳]|Rec(?:ommendation|\.)?(?=\s+ITU))\s*",
)
_TOKEN = re.compile(r"\S+")
_END = re.compile(r"[.,;:!?،؛。，；、)\]}»”\"'》）]+$")
_GOES_ON = re.compile(
    r"[-/+:]|[(\[]?(?:(?:19|20)\d\d|\d\d/(?:19|20)\d\d|V\d|ed\.?\d|20\d\d-\d\d|v\.?\d)|[/+]?(?:D?AMD|AM|COR|ADD|SUPPL?|"
    r"Amendment|Corrigendum|Rev|rev|Part|Redline|CSV|RLV|ISH|Err|Ext|SER|CMV|EXV|PAC)\.?\s?\d*|\d[\w.:/()-]*|[A-Z]{0,2}\d[\w.:/()-]*",
    re.IGNORECASE,
)
# In what shape IEC sells an edition.
_SHAPE = re.compile(r"(?:CSV|RLV|CMV|EXV(?:-CMV|-RLV)?|SER|PAC)(?![^\W_])")
_BEFORE = re.compile(
    r"(?:^|[;|,،؛、，；。.:•·\t])\s*(?:standards?|normes?|normas?|стандарты?|معيار|مواصفة|标准|標準|規格|표준)?\s*$",
    re.IGNORECASE,
)
_JOIN = re.compile(r"^\s*(?:[,،؛、，/&]|and|or|et|ou|y|o|und|oder|и|или|و|أو|和|及|或|と|及び)?\s*$", re.IGNORECASE)
_OPEN = re.compile(r"[(\[（【]\s*$")
_SEPARATED = re.compile(
    r"^\s*[)\]）】]*\s*(?:[,.:;|–—―\t،؛，。：；、\"“«「『《]|-\s|--|\()|^\s+[^\W\d_a-zа-яà-ÿ]|^[《「『“«\"]|^\s*[ぁ-龥]"
)
_CLAUSE = re.compile(
    r"(?i:(?:sub)?clauses?|sections?|annex(?:es)?|tables?|figures?|articles?|chapters?|and|to|§|[\s,.;–-]|\d|\b[a-z]\b)+"
)
_PUBLISHED = re.compile(
    r"[.,;]\s*(?:(?:Geneva|Genève|Ginebra|Женева|日内瓦|جنيف)\b.*|"
    r"(?:International|European|American) [A-Z][^.]{0,80}|"
    r"(?:ISO|IEC|ITU(?:-[TR])?|IEEE|ETSI|NIST|CEN|JIS|3GPP|W3C|OECD|IETF)(?:[,/ ]+(?:ISO|IEC|IEEE|ITU-T))*|"
    r"(?:19|20)\d\d(?:-\d\d){0,2}|\d+ ?pp?\.?|pp\. ?[\d–-]+|Available\b.*|Accessed\b.*|\[Online\].*)\s*\.?\s*$",
    re.IGNORECASE,
)
# A footnote's mark behind a title: not the end of a bracket in it.
_NOTE = re.compile(
    r"\s*(?:(?<![(\d])(?<=[^\W\d_])\d{1,2}\)|[¹²³⁴⁵⁶⁷⁸⁹]+|\[\d+\]|"
    r"\((?:under preparation|withdrawn|to be published)\))\s*$"
)
_MARKS = " \t\r\n.,:;،؛–—―-|，。：；、\"“”«»'‘’「」『』《》"
_HEADING = re.compile(
    r"(?:\d+(?:\.\d+)*\.?\s*)?(?:normative references?|references|bibliography|références?(?: normatives?)?|"
    r"bibliographie|referencias(?: normativas)?|bibliografía|нормативные ссылки|библиография|规范性引用文件|"
    r"参考文献|المراجع(?: المعيارية)?|引用規格)\s*:?",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"(?:the following (?:referenced )?documents?|for (?:dated|undated) references|"
    r"les documents suivants|pour les références|"
    r"los documentos (?:siguientes|indicados)|下列文件|нижеследующие|there are no normative references)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """An identifier found in a line."""

    start: int
    end: int
    readings: tuple[Reading, ...]
    lead: int  # where what leads to it begins: a separator, the word for "standard"


def find(text: str, most: int = 0) -> list[Written]:
    """The references of a text, in order; at most `most` where that is given. Never raises; offsets are into `text`.

    A line is a reference, unless several begin on it; a line that clearly goes on with the one before belongs to it.
    """
    found: list[Written] = []
    for number, start, line in _paragraphs(text):
        found += of_line(line, number, start)
        if most and len(found) >= most:
            return found[:most]
    return found


def _paragraphs(text: str) -> Iterator[tuple[int, int, str]]:
    """(line, offset, text) of what stands together. A reference broken over lines is put together again."""
    place = 0
    held: tuple[int, int, str] | None = None
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        bare = line.rstrip()
        if held and _continues(held[2], bare):
            held = (held[0], held[1], text[held[1] : place + len(bare)])
        else:
            if held and held[2].strip():
                yield held
            held = (number, place, bare)
        place += len(line)
    if held and held[2].strip():
        yield held


def _continues(before: str, line: str) -> bool:
    """Whether a line goes on with the reference before it."""
    words = line.strip()
    if not before.strip() or not words or len(before) > LONGEST_LINE // 2 or _BULLET.match(line):
        return False
    if _CODE.match(words) or _ADDRESS.match(words):
        return False
    if HEAD.match(settled(words)[0]) or _HEADING.fullmatch(before.strip()):
        return False
    return before.rstrip()[-1:] in ",-–—―(" or words[0].islower()


def of_line(line: str, number: int = 1, offset: int = 0) -> list[Written]:
    """The references of one line."""
    line = line[:LONGEST_LINE]
    if _HEADING.fullmatch(line.strip()) or _PREAMBLE.match(line.strip()):
        return []
    bullet = _BULLET.match(line)
    first = bullet.end() if bullet and bullet.end() < len(line) else len(line) - len(line.lstrip())
    places = _identifiers(line, first)
    begins = _begins(line, first, places)
    if not begins:
        return _without_beginning(line, first, places, number, offset)
    lead = line[first : begins[0].lead]
    after = _title_after(line, begins[0].end, begins[1].lead if len(begins) > 1 else len(line))
    if _is_title(lead) and not after:
        end = begins[0].end if len(begins) > 1 else len(line)
        found = [_written(line, first, end, begins[0], _title(lead), number, offset)]
        begins = begins[1:]
    else:
        # What stands before is no title: whatever it mentions must not get lost.
        before = [one for one in places if one.start < begins[0].start]
        found = [_written(line, one.start, one.end, one, "", number, offset) for one in before]
    for place, one in enumerate(begins):
        end = begins[place + 1].lead if place + 1 < len(begins) else len(line)
        title = _title_after(line, one.end, end)
        found.append(_written(line, one.start, end, one, title, number, offset))
    if len(begins) == len(found) == 2 and not found[0].title and found[1].title:
        return [_one_or_two(line, begins[0], found, number, offset)]
    return found


def _one_or_two(line: str, first: _Place, both: Sequence[Written], number: int, offset: int) -> Written:
    """Two references, or one whose title begins with an identifier ("Suppl. 5, ITU-T D.52 - Guidelines")."""
    whole = _written(line, first.start, len(line), first, _title(line[first.end :]), number, offset)
    return replace(whole, mentions=tuple(both))


def _identifiers(line: str, first: int) -> list[_Place]:
    """Identifiers in a line, from left to right, none within another."""
    plain, where = settled(line)
    found: list[_Place] = []
    position = 0
    while match := HEAD.search(plain, position):
        longest = _longest(plain, match.start())
        if longest is None:
            position = match.end()
            continue
        end, read = longest
        position = end
        start, stop = where[match.start()], where[end - 1] + 1
        if start >= first:
            found.append(_Place(start, stop, read, start))
    return found


def _longest(plain: str, start: int) -> tuple[int, tuple[Reading, ...]] | None:
    """The end and readings of the longest identifier that begins here."""
    best: tuple[int, tuple[Reading, ...]] | None = None
    numbered = False
    for count, token in enumerate(_TOKEN.finditer(plain, start, start + 160)):
        if count >= TOKENS or (numbered and not _GOES_ON.match(token[0])):
            break
        if not any(character.isdigit() or character in "OIl" for character in token[0]):
            if best is not None and (shape := _SHAPE.match(token[0])):
                end = token.start() + shape.end()
                if read := readings(plain[start:end]):
                    best = (end, read)
            if (numbered and len(token[0]) > 12) or token[0][-1:] in ",;|":
                break
            continue
        for end in _ends(token):
            read = readings(plain[start:end])
            if read and (best is None or end > best[0]):
                best = (end, read)
                break
        if any(character.isdigit() for character in token[0][-12:]):
            numbered = numbered or best is not None
        if token[0][-1:] in ",;|،؛，；、。":
            break
    return best


def _ends(token: re.Match[str]) -> Sequence[int]:
    """Where an identifier that ends in this token may end: at its end, or before punctuation."""
    whole, start = token[0], token.start()
    closed = whole[-1:] in ")]" and not any(sign in whole for sign in "([")
    ends = [] if closed else [token.end()]
    if trimmed := _END.search(whole):
        ends.append(start + trimmed.start())
        if not closed:
            ends.append(start + trimmed.start() + 1)
    ends += [start + match.start() for match in re.finditer(r"[,;،؛，；、。《「|(（—]|:(?=\D)|\.(?=[^\W\d])", whole)]
    if letters := re.search(r"(?<=\d)[\u3040-\uffff]", whole):
        ends.append(start + letters.start())
    return [end for end in dict.fromkeys(ends) if end > start]


def _begins(line: str, first: int, places: Sequence[_Place]) -> list[_Place]:
    """Those identifiers that begin a reference; others are only mentioned, in a title or a sentence."""
    found: list[_Place] = []
    for one in places:
        before = line[first : one.start]
        if not before.strip() or _follows(line, first, one, found):
            lead = _BEFORE.search(before)
            found.append(replace(one, lead=first + lead.start()) if lead else one)
    return found


def _follows(line: str, first: int, one: _Place, found: Sequence[_Place]) -> bool:
    """Whether an identifier after something else begins a reference."""
    since = found[-1].end if found else first
    between = line[since : one.start]
    if _OPEN.search(between):
        return False
    if found and _JOIN.match(between):
        return True
    if not _BEFORE.search(between):
        return False
    if found:
        return True
    rest = line[one.end :].strip(_MARKS + ")]")
    return not rest or bool(_SEPARATED.match(line[one.end :])) or between.rstrip()[-1:] in ".|\t:"


def _without_beginning(line: str, first: int, places: Sequence[_Place], number: int, offset: int) -> list[Written]:
    """A line of which no identifier begins a reference: a title before its identifier, a title, or a sentence."""
    if places and not line[places[-1].end :].strip(_MARKS + ")]）】"):
        lead = line[first : places[-1].start]
        closed = line[places[-1].end :].strip()[:1] in (")", "]", "）", "】")
        if closed and len(places) == 1 and _is_title(lead):
            # "Title (identifier)" names a reference, but there are titles that end so as well.
            one = _written(line, first, len(line), places[-1], _title(lead.rstrip("([（【 ")), number, offset)
            return [replace(one, identifier="", readings=(), title=_title(one.text), mentions=(one,))]
    title = _title(line[first:])
    mentions = tuple(_written(line, one.start, one.end, one, "", number, offset) for one in places)
    codes = tuple(_CODE.findall(line))
    if not _is_title(title) and not codes:
        return list(mentions)
    whole = line[first:].rstrip()
    return [
        Written(
            number, offset + first, offset + first + len(whole), whole, codes=codes, title=title, mentions=mentions
        )
    ]


def _written(line: str, start: int, end: int, one: _Place, title: str, number: int, offset: int) -> Written:
    whole = line[start:end].rstrip(" \t\r\n,;|،؛、，；")
    return Written(
        number,
        offset + start,
        offset + start + len(whole),
        whole,
        line[one.start : one.end],
        one.readings,
        tuple(_CODE.findall(whole)),
        title,
    )


def _title_after(line: str, start: int, end: int) -> str:
    rest = line[start:end]
    if not _SEPARATED.match(rest):
        return ""
    title = _title(rest)
    return title if _is_title(title, least=1) and not _CLAUSE.fullmatch(title) else ""


def _title(rest: str) -> str:
    """A title without what stands around it: punctuation, where and when it was published, addresses."""
    title = _ADDRESS.sub("", rest)
    while (shorter := _PUBLISHED.sub("", title)) != title:
        title = shorter
    title = _NOTE.sub("", title)
    title = re.sub(r"^\s*[)\]）】]+", "", title)
    title = " ".join(title.split()).strip(_MARKS)
    title = re.sub(r"(?:\s*[,;，；、]\s*|\s+)(?:and|et|und|y|и|و|和|及)$", "", title)
    return title[:LONGEST_TITLE].strip(_MARKS)


def _is_title(text: str, least: int = 2) -> bool:
    """Whether there are words enough to be a title: two, or four signs of a script without spaces."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    if any(len(word) >= 4 and word[0] > "\u2e80" for word in words):
        return True
    return len(words) >= least and sum(map(len, words)) >= 4


def of_fields(identifier: str, title: str, line: int = 1, codes: Sequence[str] = ()) -> Written:
    """A reference whose identifier and title stand apart, in a table or a database."""
    identifier, title = " ".join(identifier.split()), " ".join(title.split())[:LONGEST_TITLE]
    places = _identifiers(identifier, 0) if identifier else []
    text = ", ".join(part for part in (identifier, title) if part)[:LONGEST_LINE]
    if places:
        one = places[0]
        return Written(line, 0, len(text), text, identifier[one.start : one.end], one.readings, tuple(codes), title)
    read = (Reading(identifiers.parse(identifier[:250])),) if identifier else ()
    return Written(line, 0, len(text), text, identifier, read, tuple(codes), title)
