"""The room's routers, one module a subject."""

from comity.standards.api.changed import router as changed
from comity.standards.api.classification import router as classification
from comity.standards.api.corrections import router as corrections
from comity.standards.api.documents import router as documents
from comity.standards.api.editing import router as editing
from comity.standards.api.following import router as following
from comity.standards.api.instruments import router as instruments
from comity.standards.api.references import router as references
from comity.standards.api.selection import router as selection
from comity.standards.api.workmap import router as workmap
from comity.standards.api.works import router as works

ROUTERS = (
    classification,
    changed,
    corrections,
    editing,
    following,
    instruments,
    documents,
    references,
    selection,
    works,
    workmap,
)

__all__ = ["ROUTERS"]
