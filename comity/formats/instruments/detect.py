"""Find out what form an instrument's file has: by its content first, by its name where the content leaves it open."""

from __future__ import annotations

import csv
import itertools
import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from comity.formats.errors import FormatError
from comity.formats.instruments import columns
from comity.formats.instruments.formats import FORMATS

HEADER_ROWS = 20
_HEAD = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
_NAMES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".csv": "table-csv",
    ".tsv": "table-csv",
    ".txt": "pdf-text",
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
}
# What a name promises, and only the content can keep.
_PROMISES = {
    ".pdf": "a PDF",
    ".docx": "a Word document",
    ".xlsx": "a workbook",
    ".json": "JSON of a form that is read",
    ".yaml": "YAML of a form that is read",
    ".yml": "YAML of a form that is read",
    ".xml": "XML",
}
_PROLOGUE = re.compile(
    r"\s*(?:<\?.{0,2000}?\?>|<!--.{0,20000}?-->|<!DOCTYPE[^>\[]{0,2000}(?:\[[^\]]{0,20000}\]\s*)?>)", re.DOTALL
)
_ROOT = re.compile(r"\s*<(?:[\w.-]{1,80}:)?([A-Za-z_][\w.-]{0,80})")
_ROOTS = {
    "akomaNtoso": "akoma-ntoso",
    "Bill": "bill-xml",
    **dict.fromkeys(("ACT", "CONS.ACT", "CONS.DOC", "ANNEX", "CONS.ANNEX", "GENERAL", "AGR", "DECISION"), "formex"),
}
_OSCAL_NAMESPACE = "http://csrc.nist.gov/ns/oscal/"
_EURLEX = re.compile(
    rb"""class=["'](?:[^"']{0,200} )?(?:oj-)?(?:ti-art|sti-art|doc-ti|title-article-norm|title-doc-first"""
    rb"""|eli-container|eli-subdivision)[ "']"""
)
_HTML = re.compile(r"\s*<(?:html|head|body|div|table|h[1-6]|p|article|section|main|ul|ol)\b", re.IGNORECASE)
_JSON_START = re.compile(r'\s*(?:\{\s*(?:"|\})|\[\s*(?:[{\[\]"]|$))')
_OSCAL_KEY = re.compile(
    r'\s*\{\s*(?:"\$schema"\s*:\s*"[^"]{0,500}"\s*,\s*)?"(?:catalog|profile|component-definition|system-security-plan'
    r'|assessment-plan|assessment-results|plan-of-action-and-milestones|mapping-collection)"\s*:'
)
_CLAUSES_KEY = re.compile(rb'"clauses"\s*:')
_YAML = (
    (re.compile(rb"^objects:", re.MULTILINE), "ciso-assistant"),
    (re.compile(rb"^matrices:", re.MULTILINE), "atlas"),
    (re.compile(rb"^(?:catalog|profile|component-definition):", re.MULTILINE), "oscal-yaml"),
)
_HASH_HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)


def detect(content: bytes, file: str = "") -> str:
    """Return the form of a file, one of `FORMATS`.

    Raises:
        FormatError: it is empty, or nothing that is read.
    """
    if not content.strip():
        raise FormatError(file, 0, "the file is empty")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _packed(content, file)
    if content[:4] == _OLE:
        raise FormatError(file, 0, "an old or protected Office file: save it as .docx or .xlsx without a password")
    suffix = PurePath(file).suffix.lower()
    head = _text(content)
    if head.count("\0") > len(head) // 20:
        raise FormatError(file, 0, "this is not a text file, nor any other form that is read")
    form = _marked(content, head, file, suffix) or _data(content, head, suffix) or _NAMES.get(suffix, "")
    if form:
        return form
    if suffix in _PROMISES:
        raise FormatError(file, 0, f"this is named as {_PROMISES[suffix]}, but is not one (read are: {_known()})")
    return _written(head)


def _packed(content: bytes, file: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise FormatError(file, 0, f"this is a damaged zip file: {error}"[:200]) from None
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names or "[Content_Types].xml" in names:
        return "table-xlsx"
    raise FormatError(file, 0, "this is a zip file: unpack it, and read what is inside")


def _text(content: bytes) -> str:
    """The beginning of a file, good enough to be recognised."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content[:_HEAD].decode("utf-16", "replace")
    return content[:_HEAD].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _marked(content: bytes, head: str, file: str, suffix: str) -> str:
    """The form of XML and HTML, "" of what is neither."""
    if not head.lstrip("\ufeff \t\r\n").startswith("<") or suffix in (".md", ".markdown"):
        return ""
    position = 1 if head.startswith("\ufeff") else 0
    while found := _PROLOGUE.match(head, position):
        position = found.end()
    root = _ROOT.match(head, position)
    name = root[1] if root else ""
    if name.lower() == "html" or "<!doctype html" in head[:2000].lower() or suffix in (".html", ".htm", ".xhtml"):
        return "eurlex" if _EURLEX.search(content) else "html"
    if _OSCAL_NAMESPACE in head[position : position + 2000]:
        return "oscal-xml"
    if name in _ROOTS:
        return _ROOTS[name]
    if suffix != ".xml" and _HTML.match(head, position):
        return "eurlex" if _EURLEX.search(content) else "html"
    words = f"its root is <{name[:40]}>" if name else "it has no root element"
    raise FormatError(file, 0, f"this is XML of a kind that is not read: {words}")


def _data(content: bytes, head: str, suffix: str) -> str:
    """The form of JSON and YAML, "" of what is neither."""
    if suffix in (".md", ".markdown", ".csv", ".tsv", ".txt"):
        return ""
    if _JSON_START.match(head):
        if _OSCAL_KEY.match(head):
            return "oscal-json"
        return "comity-json" if head.lstrip()[0] == "{" and _CLAUSES_KEY.search(content) else "playbook-json"
    # Below the first marks of a YAML document, Markdown has its title between lines of dashes.
    if head.startswith("---\ncomity:"):
        return ""
    return next((form for key, form in _YAML if key.search(content)), "")


def _written(head: str) -> str:
    """What a text without a telling name is: Markdown by its headings, a table by its first lines, or neither."""
    if _HASH_HEADING.search(head) or head.startswith("---\n"):
        return "markdown"
    return "table-csv" if any(_has_header(head, mark) for mark in "\t;,|") else "pdf-text"


def _has_header(head: str, mark: str) -> bool:
    """Whether one of the first rows names columns that clauses have."""
    rows = csv.reader(head.splitlines()[: 2 * HEADER_ROWS], delimiter=mark)
    try:
        return any(len(columns.guess(cells)) > 1 for cells in itertools.islice(rows, HEADER_ROWS) if len(cells) > 1)
    except csv.Error:
        return False


def _known() -> str:
    return ", ".join(FORMATS.values())
