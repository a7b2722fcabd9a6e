"""What leaves the computation: only what is released, only to its recipients, only through `before_open`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from secfuse.compiler.circuit.interface import Rows
from secfuse.runtime.engine import execute
from secfuse.runtime.planes import to_planes
from secfuse.runtime.sealed import PLANES, Part
from tests.compiler.circuit.samples import delays
from tests.support.trio import trio


def tables(counts: list[int]) -> dict[str, Rows]:
    """Flights in as many hours as there are counts; hour i has a wind of its own band: 2, 10, 20, 40."""
    hours = np.repeat(np.arange(len(counts), dtype=np.uint64), counts)
    delay = 100 + np.arange(len(hours)) % 7
    winds = np.array([2, 10, 20, 40][: len(counts)]) << 16
    return {
        "flights": Rows(len(hours), {"hour": hours, "delay": delay}),
        "hours": Rows(len(counts), {"hour": np.arange(len(counts), dtype=np.uint64), "wind": winds}),
    }


def opened_in(counts: list[int]) -> tuple[Any, list[tuple[str, tuple[int, ...], np.ndarray]]]:
    """What the ministry was released, and everything that was opened: (purpose, recipients, words)."""
    p, opened = trio(), []
    reconstruct = p.reconstruct

    async def spy(x: np.ndarray, combine: np.ufunc, recipients: tuple[int, ...], purpose: str) -> np.ndarray:
        rows = await reconstruct(x, combine, recipients, purpose)
        opened.append((purpose, recipients, rows[recipients[0]]))
        return rows

    p.reconstruct = spy  # type: ignore[method-assign]
    rows = tables(counts)
    done = execute(delays(), p, rows, {name: table.count for name, table in rows.items()}, {})
    return done.released[0], opened


@pytest.mark.parametrize("counts", [[12, 12, 12, 12], [12, 3, 12, 0], [1, 2, 3, 4], [9, 9, 9, 9]])
def test_a_suppressed_row_opens_as_zeros(counts: list[int]) -> None:
    released, opened = opened_in(counts)
    large = [count >= 10 for count in counts]
    assert [row is not None for row in released.rows] == large
    columns = [words for purpose, _, words in opened if "column" in purpose]
    assert len(columns) == 2, "the count and the mean; the band is public"
    suppressed = np.uint64(sum(1 << i for i, shown in enumerate(large) if not shown))
    (rows_shown,) = [words for purpose, _, words in opened if "rows shown" in purpose]
    assert not np.any(rows_shown >> np.uint64(len(counts))), "a tail is opened as zeros"
    for words in columns:
        assert not np.any(words & suppressed), "a bit of a suppressed row was opened"
        assert bool(np.any(words)) == any(large)


def test_results_are_opened_to_their_recipients_alone_and_nothing_else_but_shuffled_orders() -> None:
    _, opened = opened_in([12, 12])
    for purpose, recipients, _ in opened:
        if purpose != "order of shuffled keys":
            assert purpose.startswith("result: ")
            assert recipients == (2,), "the ministry is the third party"


def test_before_open_can_refuse_and_then_nothing_is_opened() -> None:
    p = trio()

    def refuse(purpose: str, recipients: tuple[int, ...], elements: int) -> None:
        if purpose.startswith("result"):
            raise PermissionError(purpose)

    p.before_open = refuse
    rows = tables([12, 12])
    with pytest.raises(PermissionError, match="result: rows shown"):
        execute(delays(), p, rows, {name: table.count for name, table in rows.items()}, {})


@pytest.mark.parametrize("width", [1, 2, 7, 64])
def test_opened_planes_have_a_sign_where_their_numbers_have(width: int) -> None:
    numbers = np.array([-1, 0, -(1 << width - 1), (1 << width - 1) - 1], np.int64)
    planes = to_planes(numbers.view(np.uint64), width)
    assert Part("x", PLANES, True, 4, planes).read(planes).tolist() == numbers.tolist()
    unsigned = Part("x", PLANES, False, 4, planes).read(planes)
    assert [int(v) % 2**width for v in unsigned] == [int(v) % 2**width for v in numbers]
