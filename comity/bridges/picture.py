"""Instruments as a graph: each on a circle with its name, lines as wide as the share of clauses that correspond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import cos, degrees, pi, sin

from comity.bridges.services import Pair

WIDTH, LABEL, LEAST_RADIUS = 760, 190, 150
THIN, WIDE = 0.75, 9.0
LONGEST = 26


def drawn(names: Mapping[str, str], pairs: Sequence[Pair], label: str) -> str:
    """An SVG of these pairs, in the colour of the text around it. Neighbours on the circle have much in common.

    Args:
        names: of the instruments, by public id.
        label: what the picture shows, for people who do not see it.
    """
    order = _order(list(names), pairs)
    middle = WIDTH / 2
    radius = max(LEAST_RADIUS, middle - LABEL)
    turns = {rid: 2 * pi * place / max(1, len(order)) - pi / 2 for place, rid in enumerate(order)}
    at = {rid: (middle + radius * cos(turn), middle + radius * sin(turn)) for rid, turn in turns.items()}
    lines = [_line(one, at, names, middle) for one in sorted(pairs, key=lambda one: one.share)]
    nodes = [_node(names[rid], turns[rid], middle, radius) for rid in order]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" viewBox="0 0 {WIDTH} {WIDTH}" role="img" '
        f'aria-label="{escape(label)}" direction="ltr" font-family="sans-serif" font-size="12">'
        f"{''.join(lines)}{''.join(nodes)}</svg>"
    )


def _order(rids: list[str], pairs: Sequence[Pair]) -> list[str]:
    """Begin with the one that has most in common with others; then always the closest to the one before."""
    near: dict[str, dict[str, float]] = {rid: {} for rid in rids}
    for one in pairs:
        near[one.source][one.target] = near[one.target][one.source] = one.share
    left, order = sorted(rids), list[str]()
    while left:
        last = near[order[-1]] if order else {}
        best = max(left, key=lambda rid: (last.get(rid, 0.0), sum(near[rid].values())))
        order.append(best)
        left.remove(best)
    return order


def _line(one: Pair, at: Mapping[str, tuple[float, float]], names: Mapping[str, str], middle: float) -> str:
    (x, y), (to_x, to_y) = at[one.source], at[one.target]
    bend_x, bend_y = (middle + (x + to_x) / 2) / 2, (middle + (y + to_y) / 2) / 2
    said = escape(f"{names[one.source]} – {names[one.target]}: {one.share:.0%}")
    return (
        f'<path d="M {x:.1f} {y:.1f} Q {bend_x:.1f} {bend_y:.1f} {to_x:.1f} {to_y:.1f}" fill="none" '
        f'stroke="#1f6f9f" stroke-opacity="0.65" stroke-width="{THIN + (WIDE - THIN) * one.share:.2f}">'
        f"<title>{said}</title></path>"
    )


def _node(name: str, turn: float, middle: float, radius: float) -> str:
    x, y = middle + radius * cos(turn), middle + radius * sin(turn)
    far = radius + 10
    text_x, text_y = middle + far * cos(turn), middle + far * sin(turn)
    left = cos(turn) < -1e-9
    angle = degrees(turn) + (180 if left else 0)
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1f6f9f"/>'
        f'<text x="{text_x:.1f}" y="{text_y:.1f}" transform="rotate({angle:.1f} {text_x:.1f} {text_y:.1f})" '
        f'text-anchor="{"end" if left else "start"}" dominant-baseline="middle" fill="currentColor">'
        f"{escape(short)}<title>{escape(name)}</title></text>"
    )
