"""std/graph against networkx, and against the same steps in NumPy."""

from __future__ import annotations

import networkx
import numpy as np
import pytest

from tests.support.secret_arrays import Secret, called, shared

EDGES = "int in 0 .. 1"
EDGE_CHANCE = 0.2


def random_edges(seed: int, nodes: int) -> np.ndarray:
    edges = (np.random.default_rng(seed).random((nodes, nodes)) < EDGE_CHANCE).astype(int)
    edges[nodes - 1] = 0  # one leads nowhere
    return edges


def steps_of(edges: np.ndarray, damping: float, steps: int) -> np.ndarray:
    """PageRank after so many steps."""
    nodes = len(edges)
    out = edges.sum(axis=1, keepdims=True)
    follow = np.where(out == 0, 1 / nodes, edges / np.maximum(out, 1))
    rank = np.full(nodes, 1 / nodes)
    for _ in range(steps):
        rank = damping * rank @ follow + (1 - damping) / nodes
    return rank


@pytest.mark.parametrize("nodes", [1, 2, 3, 6, 9])
def test_what_can_be_reached(nodes: int) -> None:
    edges = random_edges(nodes, nodes)
    graph = networkx.from_numpy_array(edges, create_using=networkx.DiGraph)
    expected = np.array([[j in {i, *networkx.descendants(graph, i)} for j in range(nodes)] for i in range(nodes)])
    given = Secret(edges, EDGES)
    assert called("graph", "graph.closure(edges)", edges=given).tolist() == expected.squeeze().tolist()
    start = "[" + ", ".join("true" if i == 0 else "false" for i in range(nodes)) + "]"
    reached = called("graph", f"graph.reachable(edges, {start}, {nodes - 1})", edges=given)
    assert reached.tolist() == expected[0].squeeze().tolist()
    once = called("graph", f"graph.neighbours(edges, {start})", edges=given)
    assert once.tolist() == ((edges[0] == 1) | (np.arange(nodes) == 0)).squeeze().tolist()


@pytest.mark.parametrize("seed", range(3))
def test_pagerank(seed: int) -> None:
    edges = random_edges(seed, 8)
    given = Secret(edges, EDGES)
    error = 8 * 2**-22 / (1 - 0.85)
    few = called("graph", "graph.pagerank(edges, 0.85, 5)", edges=given)
    assert np.abs(few - steps_of(edges, 0.85, 5)).max() <= error
    many = called("graph", "graph.pagerank(edges, 0.85, 60)", edges=given)
    graph = networkx.from_numpy_array(edges, create_using=networkx.DiGraph)
    expected = np.array(list(networkx.pagerank(graph, 0.85, tol=1e-12, max_iter=1000).values()))
    assert np.abs(many - expected).max() <= error + 0.85**60


def test_the_same_on_shares() -> None:
    edges = random_edges(1, 5)
    given = Secret(edges, EDGES)
    assert shared("graph", "graph.closure(edges)", edges=given).tolist() == (
        called("graph", "graph.closure(edges)", edges=given).tolist()
    )
    ranks = shared("graph", "graph.pagerank(edges, 0.85, 4)", edges=given)
    assert np.abs(ranks - steps_of(edges, 0.85, 4)).max() <= 5 * 2**-22 / 0.15
