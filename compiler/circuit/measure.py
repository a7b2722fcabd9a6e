"""Questions about graphs, answered by networkx: layers, longest paths, minimum cuts.

Lives here: the only import of networkx. A graph is handed in as nodes and edges and forgotten afterwards; circuits are
stored as tuples (graph.py). Not here: what a weight means, and how a graph looks (drawing).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

import networkx as nx

from .graph import Node

N = TypeVar("N", bound=Hashable)


def uses(nodes: tuple[Node, ...]) -> tuple[tuple[int, int], ...]:
    """The def-use edges (definition, user) of a circuit or a region, each once, in order."""
    return tuple((argument, index) for index, node in enumerate(nodes) for argument in dict.fromkeys(node.args))


def layers(nodes: Iterable[N], edges: Iterable[tuple[N, N]]) -> tuple[tuple[N, ...], ...]:
    """Every node in the first layer behind all that it depends on; within a layer in the order of `nodes`.

    >>> layers("abcd", [("a", "b"), ("b", "d"), ("c", "d")])
    (('a', 'c'), ('b',), ('d',))
    """
    given = tuple(nodes)
    order = {node: place for place, node in enumerate(given)}
    found = nx.topological_generations(_graph(given, edges))
    return tuple(tuple(sorted(layer, key=order.__getitem__)) for layer in found)


def cycles(nodes: Iterable[N], edges: Iterable[tuple[N, N]]) -> tuple[frozenset[N], ...]:
    """The sets of nodes that depend on each other, of two or more nodes, in the order of their first nodes.

    >>> [sorted(found) for found in cycles("abcd", [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")])]
    [['b', 'c']]
    """
    order = {node: place for place, node in enumerate(nodes)}
    graph = nx.DiGraph()
    graph.add_nodes_from(order)
    graph.add_edges_from(edges)
    found = (frozenset(part) for part in nx.strongly_connected_components(graph) if len(part) > 1)
    return tuple(sorted(found, key=lambda part: min(map(order.__getitem__, part))))


def critical_path(weights: Mapping[N, int], edges: Iterable[tuple[N, N]]) -> tuple[tuple[N, ...], int]:
    """The path of the greatest sum of its nodes' weights, and that sum; of several the first by the order of `weights`.

    >>> critical_path({"a": 1, "b": 5, "c": 1}, [("a", "c"), ("b", "c")])
    (('b', 'c'), 6)
    """
    graph = _graph(weights, edges)
    order = {node: place for place, node in enumerate(weights)}
    length: dict[N, int] = {}
    previous: dict[N, N | None] = {}
    for node in nx.topological_sort(graph):
        before = sorted(graph.predecessors(node), key=order.__getitem__)
        longest = max(before, key=length.__getitem__, default=None)
        length[node] = weights[node] + (0 if longest is None else length[longest])
        previous[node] = longest
    end = max(weights, key=length.__getitem__, default=None)
    total, path = (0 if end is None else length[end]), []
    while end is not None:
        path.append(end)
        end = previous[end]
    return tuple(reversed(path)), total


def minimum_cut(edges: Iterable[tuple[N, N, int | None]], source: N, sink: N) -> tuple[int, frozenset[N]]:
    """The least that must be cut so that nothing leads from source to sink, and the nodes on the source's side.

    edges: (from, to, capacity), None for what cannot be cut; capacities of the same edge add up. Of several minimum
    cuts it is the one nearest to the sink: there is only one of these, whatever order the search takes. Raises
    ValueError if no cut exists.

    >>> minimum_cut([("s", "a", 3), ("a", "t", 2), ("s", "t", 4)], "s", "t")[0]
    6
    """
    graph = nx.DiGraph()
    graph.add_nodes_from((source, sink))
    for start, end, capacity in edges:
        assert capacity is None or capacity >= 0, f"a capacity of {capacity} means nothing"
        known = graph.get_edge_data(start, end)
        if capacity is None or known is not None and "capacity" not in known:
            graph.add_edge(start, end)
            graph[start][end].pop("capacity", None)
        else:
            graph.add_edge(start, end, capacity=capacity + (0 if known is None else known["capacity"]))
    try:
        value, (near, _) = nx.minimum_cut(graph, source, sink)
    except nx.NetworkXUnbounded:
        raise ValueError("a path that cannot be cut leads from source to sink") from None
    return value, frozenset(near)


def _graph(nodes: Iterable[N], edges: Iterable[tuple[N, N]]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    assert nx.is_directed_acyclic_graph(graph), "what depends on itself has no layer"
    return graph
