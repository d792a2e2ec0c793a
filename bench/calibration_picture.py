"""A picture of calibration: of proposals said to be right with some confidence, how many are."""

from __future__ import annotations

from collections.abc import Sequence

SIDE, EDGE = 300, 44


def picture(bins: Sequence[tuple[float, float, float, int]]) -> str:
    """SVG of (lower bound, mean confidence, share right, proposals): a point a bin, its area by how many it holds."""
    most = max(count for *_rest, count in bins)
    size = SIDE + 2 * EDGE
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" font-family="sans-serif" '
        'font-size="11" fill="#222">',
        "<title>Confidence said and share right</title>",
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
    ]
    for tenth in range(0, 11, 2):
        value = tenth / 10
        rows.append(f'<path d="M{_x(0)} {_y(value)}H{_x(1)}" stroke="#e5e5e5"/>')
        rows.append(f'<text x="{_x(0) - 6}" y="{_y(value) + 4}" text-anchor="end">{value:g}</text>')
        rows.append(f'<text x="{_x(value)}" y="{_y(0) + 16}" text-anchor="middle">{value:g}</text>')
    points = " ".join(f"{_x(said)},{_y(right)}" for _low, said, right, _count in bins)
    rows.append(f'<polyline points="{points}" fill="none" stroke="#1f4e79" stroke-width="1.5"/>')
    for _low, said, right, count in bins:
        radius = 2 + 9 * (count / most) ** 0.5
        rows.append(f'<circle cx="{_x(said)}" cy="{_y(right)}" r="{radius:.1f}" fill="#1f4e79" fill-opacity=".75"/>')
    rows.append(f'<text x="{_x(0.5)}" y="{size - 6}" text-anchor="middle">confidence said</text>')
    rows.append(
        f'<text x="12" y="{_y(0.5)}" text-anchor="middle" transform="rotate(-90 12 {_y(0.5)})">share right</text>'
    )
    return "\n".join([*rows, "</svg>"]) + "\n"


def _x(value: float) -> float:
    return round(EDGE + SIDE * value, 1)


def _y(value: float) -> float:
    return round(EDGE / 2 + SIDE * (1 - value), 1)
