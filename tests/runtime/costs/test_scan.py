"""Scans and compactions send what their formulas say, and the network is as cheap as its docstring has it."""

from __future__ import annotations

import numpy as np
import pytest

from secfuse.runtime.algorithms import scan
from secfuse.runtime.algorithms.compact import compacted
from secfuse.runtime.costs import scan as costs
from secfuse.runtime.costs.sort import sorted_planes as sort_cost
from secfuse.runtime.planes import WORD, words_for
from secfuse.runtime.protocols import Scheme
from tests.support.tallies import measured

SIZES = [0, 1, 2, 3, 64, 65, 700, WORD * scan.FEW, WORD * scan.FEW + 1, 5 * WORD * scan.FEW + 300, 20_000]


def column(p: Scheme, k: int, count: int) -> np.ndarray:
    """Shares of zero planes."""
    return p.zeros((k, words_for(count)))


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("k", [1, 2, 7, 33])
def test_scans(k: int, count: int) -> None:
    def starts(p: Scheme) -> np.ndarray:
        return column(p, 1, count)[:, :, 0]

    found = measured(lambda p: scan.scan_first(p, starts(p), column(p, k, count), count))
    assert found == costs.scan_first(k, count).tally()
    found = measured(lambda p: scan.scan_least(p, starts(p), column(p, k, count), count))
    assert found == costs.scan_least(k, count).tally()
    for width in (k, k + 2, k + count.bit_length()):
        for signed in (False, True):
            found = measured(lambda p, w=width, s=signed: scan.scan_sum(p, starts(p), column(p, k, count), count, w, s))
            assert found == costs.scan_sum(k, count, width).tally()


@pytest.mark.parametrize("count", [*SIZES, 128, 257])
@pytest.mark.parametrize("k", [1, 40, 64, 130])
def test_compactions(k: int, count: int) -> None:
    found = measured(lambda p: compacted(p, column(p, 1, count)[:, :, 0], column(p, k, count), count))
    assert found == costs.compacted(k, count).tally()


def test_a_scan_takes_about_two_merges_an_element() -> None:
    k, count = 32, 100_000
    found = costs.scan_first(k, count)
    assert found.ands < 2.6 * k * count
    assert found.rounds < 26


def test_compacting_is_far_cheaper_than_sorting() -> None:
    sizes = 40, 100_000
    compacting, sorting = costs.compacted(*sizes), sort_cost(sizes[0], 1, sizes[1])
    assert 15 * compacting.rounds < sorting.rounds
    assert 2 * sum(compacting.link_bytes) < sum(sorting.link_bytes)
