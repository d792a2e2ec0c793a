"""The room's routers, one module a subject."""

from comity.standards.api.documents import router as documents
from comity.standards.api.instruments import router as instruments

ROUTERS = (instruments, documents)

__all__ = ["ROUTERS"]
