"""The catalogue's verbs."""

from comity.standards.services.imports import Report, import_catalogue
from comity.standards.services.works import link_works

__all__ = ["Report", "import_catalogue", "link_works"]
