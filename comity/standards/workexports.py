"""Who works on what, as JSON and CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from comity.standards.exports import safe_cell
from comity.standards.queries.workmap import Count, Topic, WorkMap


def work_map_json(found: WorkMap) -> dict[str, Any]:
    """Who works on what, as plain JSON."""
    return {
        "by": found.asked.by,
        "scheme": found.asked.scheme,
        "confirmed only": found.asked.confirmed,
        "documents": found.documents,
        "suggested": found.suggested,
        "confirmed": found.confirmed,
        "columns": [{"key": one.key, "label": str(one.label), **_counts(one.count)} for one in found.columns],
        "columns left out": found.left,
        "topics": [_topic_json(found, one) for one in found.topics],
    }


def _topic_json(found: WorkMap, one: Topic) -> dict[str, Any]:
    cells = zip(one.cells, found.columns, strict=True)
    return {
        "code": one.code,
        "label": dict(one.label),
        **_counts(one.count),
        "suggested": one.suggested,
        "confirmed": one.confirmed,
        "cells": [
            {"key": column.key, **_counts(cell), "url": found.address(one, column)}
            for cell, column in cells
            if cell.all
        ],
        "prepared by": [
            {"bodies": list(group.bodies), "documents": [each.identifier for each in group.documents]}
            for group in one.groups
        ],
        "overlap": one.overlaps,
        "gap": one.gap,
        "url": found.address(one),
    }


def _counts(count: Count) -> dict[str, int]:
    return {
        "published": count.published,
        "preparing": count.preparing,
        "withdrawn": count.withdrawn,
        "unknown": count.unknown,
    }


def work_map_csv(found: WorkMap) -> bytes:
    """Every number of the map: a line a topic and column."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    head = [
        "scheme",
        "topic",
        "label",
        found.asked.by,
        "published",
        "in preparation",
        "withdrawn",
        "stage not stated",
    ]
    writer.writerow([*head, "in preparation by", "gap"])
    for one in found.topics:
        groups = "; ".join(group.label for group in one.groups)
        lines = [("", one.count), *((c.key, cell) for c, cell in zip(found.columns, one.cells, strict=True))]
        for key, cell in lines:
            numbers = [str(number) for number in _counts(cell).values()]
            row = [found.asked.scheme, one.code, str(one.label), key, *numbers, groups, one.gap]
            writer.writerow([safe_cell(value) for value in row])
    return buffer.getvalue().encode()
