"""Lists of references as people hand them over: text, Word, BibTeX, CSV, Excel."""

from comity.formats.references.bibtex import Bibliography, Entry
from comity.formats.references.reading import LARGEST, Item, Listed, read

__all__ = ["LARGEST", "Bibliography", "Entry", "Item", "Listed", "read"]
