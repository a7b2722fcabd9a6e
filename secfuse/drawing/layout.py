"""Where cards stand: in layers from top to bottom, few crossings, every line as straight as its neighbours allow.

Lives here: `arrange`, the classic steps (Sugiyama, Tagawa, Toda 1981): layers, places within a layer by the mean of the
neighbours, then coordinates. A flow that passes a layer has a place of its own there. Not here: looks (svg.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from secfuse.compiler.circuit.measure import layers

Flow: TypeAlias = tuple[str, str]
Spot: TypeAlias = "str | tuple[str, str, int]"  # a card, or a flow that passes a layer

SWEEPS = 12
GAP_X, GAP_Y = 28.0, 54.0
PASSING = 12.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Upper left corners of cards, points of flows from card to card, and the size of it all."""

    corners: dict[str, tuple[float, float]]
    paths: dict[Flow, tuple[tuple[float, float], ...]]
    width: float
    height: float


def arrange(sizes: Mapping[str, tuple[float, float]], flows: tuple[Flow, ...]) -> Layout:
    """Places for cards of those sizes (width, height). The flows must not go round in a circle."""
    depth = _depths(sizes, flows)
    rows, links = _with_passing(sizes, flows, depth)
    wide = {spot: sizes[spot][0] if isinstance(spot, str) else PASSING for row in rows for spot in row}
    for sweep in range(SWEEPS):
        _order(rows, links, downwards=sweep % 2 == 0)
    centre = _centres(rows, links, wide)
    left = min((centre[s] - wide[s] / 2 for row in rows for s in row), default=0.0)
    centre = {spot: x - left for spot, x in centre.items()}
    tops, height = [], 0.0
    for row in rows:
        tops.append(height)
        height += max((sizes[s][1] for s in row if isinstance(s, str)), default=0.0) + GAP_Y
    corners = {key: (centre[key] - sizes[key][0] / 2, tops[depth[key]]) for key in sizes}
    width = max((centre[s] + wide[s] / 2 for row in rows for s in row), default=0.0)
    return Layout(corners, _paths(sizes, flows, depth, centre, tops, rows), width, max(0.0, height - GAP_Y))


def _depths(sizes: Mapping[str, tuple[float, float]], flows: tuple[Flow, ...]) -> dict[str, int]:
    """As early as possible; what depends on nothing, just before its first user."""
    depth = {key: place for place, layer in enumerate(layers(sizes, flows)) for key in layer}
    fed = {end for _, end in flows}
    for key in sizes:
        users = [depth[end] for start, end in flows if start == key]
        if key not in fed and users:
            depth[key] = min(users) - 1
    return depth


def _with_passing(
    sizes: Mapping[str, tuple[float, float]], flows: tuple[Flow, ...], depth: dict[str, int]
) -> tuple[list[list[Spot]], list[tuple[Spot, Spot]]]:
    """Every layer with what stands in it and what passes it; the links between neighbouring layers."""
    rows: list[list[Spot]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for key in sizes:
        rows[depth[key]].append(key)
    links: list[tuple[Spot, Spot]] = []
    for start, end in flows:
        last: Spot = start
        for layer in range(depth[start] + 1, depth[end]):
            passing = (start, end, layer)
            rows[layer].append(passing)
            links.append((last, passing))
            last = passing
        links.append((last, end))
    return rows, links


def _neighbours(links: list[tuple[Spot, Spot]], downwards: bool) -> dict[Spot, list[Spot]]:
    found: dict[Spot, list[Spot]] = {}
    for upper, lower in links:
        spot, other = (lower, upper) if downwards else (upper, lower)
        found.setdefault(spot, []).append(other)
    return found


def _order(rows: list[list[Spot]], links: list[tuple[Spot, Spot]], downwards: bool) -> None:
    """Each layer by the mean place of its neighbours in the layer before (or behind); equal means stay as they are."""
    neighbours = _neighbours(links, downwards)
    place = {spot: (i + 0.5) / len(row) for row in rows for i, spot in enumerate(row)}
    for row in rows if downwards else reversed(rows):
        wanted = {
            s: sum(place[n] for n in neighbours[s]) / len(neighbours[s]) if s in neighbours else place[s] for s in row
        }
        row.sort(key=wanted.__getitem__)
        place.update((spot, (i + 0.5) / len(row)) for i, spot in enumerate(row))


def _centres(rows: list[list[Spot]], links: list[tuple[Spot, Spot]], wide: Mapping[Spot, float]) -> dict[Spot, float]:
    """Centres: first side by side, then drawn to the mean of the neighbours, above and below in turn."""
    centre: dict[Spot, float] = {}
    for row in rows:
        x = -sum(wide[s] + GAP_X for s in row) / 2
        for spot in row:
            centre[spot] = x + wide[spot] / 2
            x += wide[spot] + GAP_X
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        neighbours = _neighbours(links, downwards)
        for row in rows if downwards else reversed(rows):
            wanted = [
                sum(centre[n] for n in neighbours[s]) / len(neighbours[s]) if s in neighbours else centre[s]
                for s in row
            ]
            centre.update(zip(row, _apart(wanted, [wide[s] for s in row]), strict=True))
    return centre


def _apart(wanted: list[float], widths: list[float]) -> list[float]:
    """The centres nearest to the wanted ones (least squares) that keep order and distance: pool adjacent violators."""
    offsets = [0.0]
    for left, right in zip(widths, widths[1:], strict=False):
        offsets.append(offsets[-1] + (left + right) / 2 + GAP_X)
    blocks: list[tuple[float, int]] = []
    for x, offset in zip(wanted, offsets, strict=False):
        mean, count = x - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, more = blocks.pop()
            mean, count = (before * more + mean * count) / (more + count), more + count
        blocks.append((mean, count))
    flat = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=False)]


def _paths(
    sizes: Mapping[str, tuple[float, float]],
    flows: tuple[Flow, ...],
    depth: Mapping[str, int],
    centre: Mapping[Spot, float],
    tops: list[float],
    rows: list[list[Spot]],
) -> dict[Flow, tuple[tuple[float, float], ...]]:
    """From the lower edge of a card, through the layers that are passed, to the upper edge of another."""
    high = [max((sizes[s][1] for s in row if isinstance(s, str)), default=0.0) for row in rows]
    middle: dict[Flow, list[tuple[float, float]]] = {}
    for start, end in flows:
        middle[start, end] = []
        for layer in range(depth[start] + 1, depth[end]):
            x = centre[start, end, layer]
            middle[start, end] += [(x, tops[layer]), (x, tops[layer] + high[layer])]
    leaving, entering = {}, {}
    for key in sizes:
        out = [flow for flow in flows if flow[0] == key]
        into = [flow for flow in flows if flow[1] == key]
        leaving.update(_ports(centre[key], sizes[key][0], {f: (middle[f] or [(centre[f[1]], 0)])[0][0] for f in out}))
        entering.update(
            _ports(centre[key], sizes[key][0], {f: (middle[f] or [(centre[f[0]], 0)])[-1][0] for f in into})
        )
    return {
        flow: (
            (leaving[flow], tops[depth[flow[0]]] + sizes[flow[0]][1]),
            *middle[flow],
            (entering[flow], tops[depth[flow[1]]]),
        )
        for flow in flows
    }


def _ports(centre: float, width: float, towards: Mapping[Flow, float]) -> dict[Flow, float]:
    """Where flows meet the edge of a card: side by side around its middle, in the order in which they lead away."""
    order = sorted(towards, key=lambda flow: (towards[flow], flow))
    step = min(26.0, width * 0.7 / max(1, len(order)))
    return {flow: centre + (i - (len(order) - 1) / 2) * step for i, flow in enumerate(order)}
