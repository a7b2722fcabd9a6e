"""The same transformation for the circuit and for each of its regions.

Lives here: `everywhere`. Not here: what is transformed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from secfuse.compiler.circuit.graph import Circuit, Node


def everywhere(circuit: Circuit, transform: Callable[[tuple[Node, ...]], tuple[list[Node], list[int]]]) -> Circuit:
    """`transform` takes nodes and gives as many others, and for each old node the number of the one that replaces it.

    A circuit's outputs stay where they are: effects are never replaced.
    """
    regions = []
    for region in circuit.regions:
        nodes, instead = transform(region.nodes)
        regions.append(replace(region, nodes=tuple(nodes), results=tuple(instead[r] for r in region.results)))
    nodes, _ = transform(circuit.nodes)
    return replace(circuit, nodes=tuple(nodes), regions=tuple(regions))
