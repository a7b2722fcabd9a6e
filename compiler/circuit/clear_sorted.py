"""Meaning of the operations that see a column as a sequence: sort, scan, shift.

Lives here: the rules of CLEAR (evaluate.py) for which the order of the rows matters. Not here: rows as a set
(clear_rows.py).
"""

from __future__ import annotations

import numpy as np

from .step import Step, held, narrow


def sort(step: Step) -> tuple[np.ndarray, ...]:
    """Rows that count first, each part by the keys one after the other, ties in the order they had."""
    valid, *columns = step.arrays()
    descending = step.node.attr("descending")
    assert isinstance(descending, tuple), "the directions are a list"
    keys = columns[: step.number("keys")]
    digits = [~key if down else key for key, down in zip(keys, descending, strict=True)]  # ~ turns every order around
    order = np.lexsort([*reversed(digits), ~valid])  # the last one counts most
    return tuple(column[order] for column in (valid, *columns))


def scan(step: Step) -> np.ndarray:
    """For each element what its group, which begins at the last start, comes to up to and with it."""
    starts, x = step.arrays()
    begun = starts.copy()
    begun[:1] = True
    match step.text("what"):
        case "sum":
            return _sums(begun, x)
        case "least":
            return held(_running(np.minimum, begun, x), step.result)
        case "greatest":
            return held(_running(np.maximum, begun, x), step.result)
        case "first":
            return held(x[_start_of(begun)], step.result)
        case other:
            raise AssertionError(f"no scan is called {other}")


def _start_of(begun: np.ndarray) -> np.ndarray:
    """For each element the index of the last start up to it."""
    return np.maximum.accumulate(np.where(begun, np.arange(len(begun)), 0))


def _sums(begun: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Sums since the start: those since the beginning, less what the start did not yet count. Right modulo 2**64."""
    total = np.cumsum(x)
    return narrow(total - (total - x)[_start_of(begun)])


def _running(extreme: np.ufunc, begun: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The extreme of each group so far."""
    ends = np.append(np.flatnonzero(begun)[1:], len(x))
    out = x.copy()
    for start, end in zip(np.flatnonzero(begun), ends, strict=False):
        extreme.accumulate(x[start:end], out=out[start:end])
    return out


def shift(step: Step) -> np.ndarray:
    """Element i is x[i - distance]; 0 where there is none."""
    x, distance = step.array(0), step.number("distance")
    out = np.zeros_like(x)
    moved = max(len(x) - abs(distance), 0)
    if distance >= 0:
        out[len(x) - moved :] = x[:moved]
    else:
        out[:moved] = x[len(x) - moved :]
    return out
