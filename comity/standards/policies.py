"""Who may see and write what in the catalogue."""

from __future__ import annotations

from typing import Any

from comity.records.viewer import Viewer

EDITORS = ("secretariat",)


def may_edit(viewer: Viewer, record: Any) -> bool:
    """The catalogue is written by the secretariat; everybody else reports errors."""
    return viewer.has_role(*EDITORS)


def may_import(viewer: Viewer) -> bool:
    return viewer.has_role(*EDITORS)
