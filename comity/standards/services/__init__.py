"""The catalogue's verbs."""

from comity.standards.services.imports import Report, import_catalogue
from comity.standards.services.instruments import (
    Saved,
    Target,
    check_named,
    remove_expression,
    save_instrument,
)
from comity.standards.services.outlines import (
    LARGEST,
    Correction,
    correct_outline,
    corrected,
    draft_outline,
    drafted,
    has_no_number,
    outline_table,
    read_instrument,
    read_shipped,
    save_outline,
    shipped,
    with_table,
)
from comity.standards.services.uploads import is_table, receive, received, start_import
from comity.standards.services.works import link_works

__all__ = [
    "LARGEST",
    "Correction",
    "Report",
    "Saved",
    "Target",
    "check_named",
    "correct_outline",
    "corrected",
    "draft_outline",
    "drafted",
    "has_no_number",
    "import_catalogue",
    "is_table",
    "link_works",
    "outline_table",
    "read_instrument",
    "read_shipped",
    "receive",
    "received",
    "remove_expression",
    "save_instrument",
    "save_outline",
    "shipped",
    "start_import",
    "with_table",
]
