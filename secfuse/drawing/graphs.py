"""A picture as text for other programs: Mermaid, Graphviz, JSON.

Lives here: `mermaid_of`, `dot_of`, `data_of`. Cards are the nodes of these graphs. What comes from a program is escaped
in the manner of each. Not here: our own drawing (svg.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .picture import Card, Picture
from .svg import COLOURS, cost_of

_MERMAID: Mapping[str, str] = {
    "#": "#35;",
    '"': "#quot;",
    "<": "#lt;",
    ">": "#gt;",
    "&": "#amp;",
    "`": "#96;",
    "\\": "#92;",
}
_DOT: Mapping[str, str] = {"\\": "\\\\", '"': '\\"'}


def mermaid_of(picture: Picture) -> str:
    """A Mermaid flowchart."""
    names = _names(picture)
    lines = ["flowchart TD"]
    for card in picture.cards:
        label = "<br/>".join(_replaced(line, _MERMAID) for line in _label(card))
        lines.append(f'  {names[card.key]}["{label}"]:::{card.place}')
    lines += [f"  {names[start]} --> {names[end]}" for start, end in picture.flows]
    for place in dict.fromkeys(card.place for card in picture.cards):
        fill, edge, ink = COLOURS[place]
        lines.append(f"  classDef {place} fill:{fill},stroke:{edge},color:{ink}")
    return "\n".join(lines) + "\n"


def dot_of(picture: Picture) -> str:
    """A Graphviz digraph."""
    names = _names(picture)
    lines = [
        f'digraph "{_replaced(picture.title, _DOT)}" {{',
        '  node [shape=box, style="rounded,filled", fontname="Helvetica"]',
    ]
    for card in picture.cards:
        fill, edge, _ = COLOURS[card.place]
        label = "\\n".join(_replaced(line, _DOT) for line in _label(card))
        lines.append(f'  {names[card.key]} [label="{label}", fillcolor="{fill}", color="{edge}"]')
    lines += [f"  {names[start]} -> {names[end]}" for start, end in picture.flows]
    return "\n".join([*lines, "}"]) + "\n"


def data_of(picture: Picture) -> dict[str, Any]:
    """All of it as plain data."""
    return asdict(picture)


def _names(picture: Picture) -> dict[str, str]:
    return {card.key: f"c{place}" for place, card in enumerate(picture.cards)}


def _label(card: Card) -> list[str]:
    """What stands in a card, line by line."""
    line = f"{card.line}: " if card.line else ""
    chips = ", ".join(f"{chip.op} {chip.kind}" + (f" ×{chip.count}" if chip.count > 1 else "") for chip in card.chips)
    return [text for text in (f"{line}{card.title}", card.detail, chips, cost_of(card)) if text]


def _replaced(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(letter, letter) for letter in text)
