"""The catalogue's verbs."""

from comity.standards.services.imports import Report, import_catalogue
from comity.standards.services.uploads import is_table, receive, received, start_import
from comity.standards.services.works import link_works

__all__ = ["Report", "import_catalogue", "is_table", "link_works", "receive", "received", "start_import"]
