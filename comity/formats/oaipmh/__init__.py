"""OAI-PMH 2.0: what harvesters ask and how they are answered, apart from where the records come from.

Source: The Open Archives Initiative Protocol for Metadata Harvesting, version 2.0 (2002-06-14, revised 2015-01-08).
"""

from comity.formats.oaipmh.answers import (
    DublinCore,
    Header,
    Next,
    error,
    get_record,
    identify,
    list_formats,
    list_identifiers,
    list_records,
    list_sets,
)
from comity.formats.oaipmh.requests import OaiError, Request, read

__all__ = [
    "DublinCore",
    "Header",
    "Next",
    "OaiError",
    "Request",
    "error",
    "get_record",
    "identify",
    "list_formats",
    "list_identifiers",
    "list_records",
    "list_sets",
    "read",
]
