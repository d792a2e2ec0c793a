"""The forms that crosswalks are read from and written in, without importing what reads them."""

from __future__ import annotations

FORMATS = {
    "tsv": "table of pairs (TSV)",
    "csv": "table of pairs (CSV)",
    "xlsx": "table of pairs (XLSX)",
    "olir": "NIST OLIR workbook (XLSX)",
    "sssom": "SSSOM (TSV)",
    "ciso-assistant-yaml": "CISO Assistant mapping (YAML)",
    "oscal-mapping-json": "OSCAL control mapping (JSON)",
    "oscal-mapping-xml": "OSCAL control mapping (XML)",
    "oscal-mapping-yaml": "OSCAL control mapping (YAML)",
}
"""Each form and what people call it."""

READERS = {
    "tsv": "table",
    "csv": "table",
    "xlsx": "table",
    "olir": "olir",
    "sssom": "sssom",
    "ciso-assistant-yaml": "ciso_assistant",
    "oscal-mapping-json": "oscal",
    "oscal-mapping-xml": "oscal",
    "oscal-mapping-yaml": "oscal",
}
"""The module of this package that reads each form."""

WRITERS = {
    "tsv": ("table_write", "tsv"),
    "csv": ("table_write", "csv_"),
    "xlsx": ("table_write", "xlsx"),
    "sssom": ("sssom_write", "write"),
    "ciso-assistant-yaml": ("ciso_assistant_write", "write"),
    "oscal-mapping-json": ("oscal_write", "write"),
}
"""The module of this package that writes each form that is written, and its function."""
