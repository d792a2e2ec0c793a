"""The Markdown of OSCAL prose, as plain text and back, and its XML form as that Markdown.

OSCAL has prose in two forms that say the same: elements (`<p>`, `<em>`, `<insert>`) in XML, Markdown in JSON and
YAML. See the OSCAL documentation, "Markup data types".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from comity.formats.instruments import xml

BLOCKS = frozenset(("p", "ul", "ol", "table", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"))
_WRAPPED = {"em": "*", "i": "*", "strong": "**", "b": "**", "code": "`", "q": '"'}
_ESCAPED = re.compile(r"[\\*`\[\]{}]")
_TOKEN = re.compile(
    r"\\(?P<escaped>[^\w\s])"
    r"|\{\{\s{0,9}insert:\s{0,9}param,\s{0,9}(?P<insert>[^\s{}]{1,200})\s{0,9}\}\}"
    r"|(?<!!)\[(?P<link>[^\[\]\\]{1,1000})\]\([^()\s]{0,2000}\)"
    r"|`(?P<code>[^`\n]{1,1000})`"
    r"|(?<![\w*])\*{1,2}(?=[^\s*])|(?<=[^\s*\\])\*{1,2}(?![\w*])"
)
# A space that stands before the mark only because a parameter stood there.
_LOOSE = re.compile(r"(?<=[\]\w]) (?=[;.,)](?:\s|$))")


def plain(prose: str, insert: Callable[[str], str]) -> str:
    """Return Markdown as text: links as their words, emphasis gone, and `insert(id)` for each parameter."""

    def meant(token: re.Match[str]) -> str:
        if token["insert"]:
            return insert(token["insert"])
        if token["link"]:
            return plain(token["link"], insert)
        return token["escaped"] or token["code"] or ""

    return _TOKEN.sub(meant, prose)


def escaped(text: str) -> str:
    """Return text as Markdown that `plain` makes this text of again."""
    return _ESCAPED.sub(r"\\\g<0>", text)


def prose(element: xml.Element) -> str:
    """The Markdown of the blocks directly below an element, paragraphs separated by an empty line."""
    return "\n\n".join(_block(one, "") for one in xml.children(element) if xml.name(one) in BLOCKS)


def inline(element: xml.Element) -> str:
    """The Markdown of an element that has words and no blocks."""
    text = escaped(_even(element.text))
    for one in xml.children(element):
        text += _wrapped(one) + escaped(_even(one.tail))
    return text


def _block(element: xml.Element, indent: str) -> str:
    own = xml.name(element)
    if own in ("ul", "ol"):
        mark = "- " if own == "ul" else "1. "
        return "\n".join(indent + mark + _item(item, indent + "  ") for item in xml.children(element, "li"))
    if own == "table":
        rows = xml.descendants(element, "tr")
        return "\n".join(" | ".join(inline(cell).strip() for cell in xml.children(row, "td", "th")) for row in rows)
    if own == "blockquote":
        return prose(element)
    return inline(element).strip()


def _item(element: xml.Element, indent: str) -> str:
    below = [_block(one, indent) for one in xml.children(element) if xml.name(one) in BLOCKS]
    own = escaped(_even(element.text)) + "".join(
        ("" if xml.name(one) in BLOCKS else _wrapped(one)) + escaped(_even(one.tail)) for one in xml.children(element)
    )
    return "\n".join(filter(None, (own.strip(), *below)))


def _wrapped(element: xml.Element) -> str:
    own, words = xml.name(element), inline(element)
    if own == "insert":
        return "{{ insert: param, " + (element.get("id-ref") or element.get("param-id") or "") + " }}"
    if own == "a":
        return f"[{words}]({element.get('href') or ''})"
    if own == "br":
        return "\n"
    mark = _WRAPPED.get(own, "")
    return f"{mark}{words}{mark}"


def _even(text: str | None) -> str:
    return " ".join(f"|{text or ''}|".split())[1:-1]
