"""Where the shared data lies, for tests that compare with real catalogues."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("COMITY_SHARED") or REPOSITORY.parent / "shared")
CATALOGUE = SHARED / "data" / "catalogue"

needs_catalogue = pytest.mark.skipif(
    not (CATALOGUE / "samples").is_dir(),
    reason="the shared catalogue data is absent (set COMITY_SHARED to its folder)",
)
