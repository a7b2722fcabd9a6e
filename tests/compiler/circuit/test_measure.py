"""Layers, longest paths and minimum cuts, against definitions that are tried out in full."""

from __future__ import annotations

import doctest
from itertools import product
from random import Random

import pytest

from secfuse.compiler.circuit import measure
from secfuse.compiler.circuit.measure import critical_path, layers, minimum_cut, uses

from .random_circuits import random_circuit


def test_the_examples_are_true() -> None:
    assert doctest.testmod(measure).attempted == 4
    assert not doctest.testmod(measure).failed


def test_a_layer_needs_only_what_lies_before_it() -> None:
    for seed in range(20):
        nodes = random_circuit(seed).nodes
        found = layers(range(len(nodes)), uses(nodes))
        place = {index: depth for depth, layer in enumerate(found) for index in layer}
        assert sorted(place) == list(range(len(nodes)))
        for index, node in enumerate(nodes):
            assert place[index] == max((place[a] + 1 for a in node.args), default=0)


def test_the_critical_path_is_a_path_and_none_is_longer() -> None:
    for seed in range(20):
        nodes, random = random_circuit(seed).nodes, Random(seed)
        weights = {index: random.randrange(5) for index in range(len(nodes))}
        path, total = critical_path(weights, uses(nodes))
        assert total == sum(weights[index] for index in path)
        assert all(a in nodes[b].args for a, b in zip(path, path[1:], strict=False))
        ends: list[int] = []
        for index, node in enumerate(nodes):
            ends.append(weights[index] + max((ends[a] for a in node.args), default=0))
        assert total == max(ends)
    assert critical_path({}, ()) == ((), 0)


def cut_of(edges: list[tuple[str, str, int | None]], near: frozenset[str]) -> float:
    crossing = [c for a, b, c in edges if a in near and b not in near]
    return float("inf") if None in crossing else sum(c for c in crossing if c is not None)


def test_a_cut_is_the_least_of_all_cuts_and_the_nearest_to_the_sink() -> None:
    for seed in range(150):
        random = Random(seed)
        names = ["s", "t", *"abcd"]
        edges: list[tuple[str, str, int | None]] = [
            (*random.sample(names, 2), random.choice([0, 1, 2, 3, 3, None]))  # type: ignore[misc]
            for _ in range(random.randrange(14))
        ]
        sides = [
            frozenset({"s", *(n for n, in_ in zip("abcd", ins, strict=True) if in_)})
            for ins in product((0, 1), repeat=4)
        ]
        best = min(cut_of(edges, side) for side in sides)
        if best == float("inf"):
            with pytest.raises(ValueError, match="cannot be cut"):
                minimum_cut(edges, "s", "t")
            continue
        value, near = minimum_cut(edges, "s", "t")
        used = {name for edge in edges for name in edge[:2]} | {"s", "t"}
        minimal = [side & used for side in sides if cut_of(edges, side) == best]
        assert value == best == cut_of(edges, near)
        assert near == frozenset().union(*minimal), (seed, edges)
