"""std/neural against NumPy, which does the same steps in floating point."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from tests.support.written_arrays import computed, given

IRIS = StandardScaler().fit_transform(load_iris().data) / 2
KINDS = load_iris().target
PARTS = ("first", "before", "second", "behind")
either_way = pytest.mark.parametrize("shares", [False, True], ids=["plain", "shares"])


def start(rows: int, columns: int) -> np.ndarray:
    """The weights that std/neural starts from."""
    i, j = np.mgrid[:rows, :columns]
    return ((i * 389 + j * 631 + i * j * 97) % 1009 - 504) * 0.001


def softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def learned(x: np.ndarray, y: np.ndarray, neurons: int, rounds: int, size: int) -> list[np.ndarray]:
    """The same descent in floating point, at rate 1."""
    first, before, second, behind = start(x.shape[1], neurons), np.zeros(neurons), start(neurons, 3), np.zeros(3)
    for b in [*range(len(x) // size)] * rounds:
        part = x[b * size : b * size + size]
        hidden = np.maximum(part @ first + before, 0)
        wrong = softmax(hidden @ second + behind) - np.eye(3)[y[b * size : b * size + size]]
        blame = (wrong @ second.T) * (hidden > 0)
        first, before = first - part.T @ blame / size, before - blame.sum(axis=0) / size
        second, behind = second - hidden.T @ wrong / size, behind - wrong.sum(axis=0) / size
    return [first, before, second, behind]


def forward(x: np.ndarray, net: list[np.ndarray]) -> np.ndarray:
    return np.maximum(x @ net[0] + net[1], 0) @ net[2] + net[3]


@either_way
def test_softmax_is_within_four_ulp(shares: bool) -> None:
    x = np.array([[0.0, 1.0, -3.0], [9.0, 9.0, 8.5], [-40.0, 0.0, 30.0], [0.0, 0.0, 0.0]])
    (found,) = computed(given("x", x) + "let p = neural.softmax(x)\n", "p", shares=shares)
    assert np.abs(found - softmax(x)).max() <= 4 * 2**-16


@either_way
def test_a_network_says_what_numpy_says(shares: bool) -> None:
    random = np.random.default_rng(3)
    net = [random.normal(size=shape) for shape in ((4, 6), (6,), (6, 3), (3,))]
    steps = given("x", IRIS[:50]) + "".join(given(name, part) for name, part in zip(PARTS, net, strict=True))
    fields = ", ".join(f"{name} = {name}" for name in PARTS)
    steps += f"let scores = neural.forward(x, {{{fields}}})\nlet kinds = neural.classes(scores)\n"
    scores, kinds = computed(steps, "scores", "kinds", shares=shares)
    truth = forward(IRIS[:50], net)
    assert np.abs(scores - truth).max() < 2 * 2**-16 * np.abs(net[2]).sum(axis=0).max() + 10 * 2**-16
    assert (kinds == truth.argmax(axis=1)).all()


@either_way
def test_a_network_learns_to_tell_flowers_apart(shares: bool) -> None:
    order = np.random.default_rng(0).permutation(len(IRIS))
    x, y = IRIS[order], KINDS[order]
    rounds = 4 if shares else 40
    steps = (
        given("x", x)
        + given("y", y, 0)
        + f"""
let net   = neural.train(x, y, [1 for i in 0 ..< 150], 6, 3, 1.0, {rounds}, 3, 50)
let kinds = neural.classes(neural.forward(x, net))
let found = net.second
"""
    )
    kinds, second = computed(steps, "kinds", "found", shares=shares)
    truth = learned(x, y, 6, rounds, 50)
    same = (kinds == forward(x, truth).argmax(axis=1)).mean()
    assert same >= 0.98
    assert np.abs(second - truth[2]).max() < 0.05
    assert (kinds == y).mean() > (0.8 if shares else 0.95)


def test_rows_that_do_not_count_teach_nothing() -> None:
    x, y = IRIS[::3], KINDS[::3]
    counts = (np.arange(50) % 2).astype(np.float64)
    other = np.where(counts == 1, y, 2 - y)
    found = []
    for labels in (y, other):
        steps = given("x", x) + given("y", labels, 0) + given("counts", counts, 0)
        steps += "let net = neural.train(x, y, counts, 4, 3, 1.0, 3, 1, 50)\nlet found = net.first\n"
        found += computed(steps, "found")
    assert (found[0] == found[1]).all()
