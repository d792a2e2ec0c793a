"""The forms that instruments are read from and written in, without importing what reads them."""

from __future__ import annotations

FORMATS = {
    "comity-json": "Comity JSON",
    "oscal-json": "OSCAL catalogue (JSON)",
    "oscal-xml": "OSCAL catalogue (XML)",
    "oscal-yaml": "OSCAL catalogue (YAML)",
    "ciso-assistant": "CISO Assistant library (YAML)",
    "formex": "Formex (EU acts, XML)",
    "akoma-ntoso": "Akoma Ntoso (XML)",
    "bill-xml": "Canadian bill (XML)",
    "eurlex": "EUR-Lex page (HTML)",
    "html": "web page (HTML)",
    "atlas": "MITRE ATLAS (YAML)",
    "playbook-json": "list of records (JSON)",
    "table-csv": "table (CSV)",
    "table-xlsx": "table (XLSX)",
    "markdown": "Markdown",
    "docx": "Word document (DOCX)",
    "pdf": "PDF",
    "pdf-text": "plain text",
}
"""Each form and what people call it."""

READERS = {
    "oscal-json": "oscal",
    "oscal-xml": "oscal",
    "oscal-yaml": "oscal",
    "ciso-assistant": "ciso_assistant",
    "formex": "formex",
    "akoma-ntoso": "akoma_ntoso",
    "bill-xml": "bill_xml",
    "atlas": "atlas",
    "playbook-json": "records_json",
    "comity-json": "comity_json",
    "table-csv": "table",
    "table-xlsx": "table",
    "eurlex": "eurlex",
    "html": "webpage",
    "markdown": "markdown",
    "docx": "docx",
    "pdf": "pdf",
    "pdf-text": "plain",
}
"""The module of this package that reads each form."""

WRITERS = {
    "comity-json": "comity_json",
    "oscal-json": "oscal_write",
    "markdown": "own_markdown",
    "docx": "docx_write",
}
"""The module of this package that writes each form that is written."""

OPTIONS = {
    "ciso_assistant": ("language",),
    "table": ("mapping", "language"),
    "records_json": ("mapping", "language"),
    "bill_xml": ("part",),
}
"""What a reader can be asked for beside the content."""
