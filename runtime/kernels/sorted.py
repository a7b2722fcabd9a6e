"""A column as a sequence: sort, scan, shift.

Lives here: one kernel an operation. The algorithms are algorithms/sort.py, compact.py and scan.py.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.types import Bundle, Elem
from secfuse.runtime.algorithms.bits import PLANE, extended
from secfuse.runtime.algorithms.compact import compacted
from secfuse.runtime.algorithms.scan import scan_first, scan_least, scan_sum
from secfuse.runtime.algorithms.sort import sorted_planes
from secfuse.runtime.planes import shifted, tail_mask
from secfuse.runtime.protocols import Scheme

from .value import Bits, Ring, Secret, Step, flag, planes, ring


async def sort(step: Step) -> tuple[Secret, ...]:
    """Rows that count first, then by the keys; by validity alone without comparisons (compact.py).

    1. one unsigned number: whether the row does not count, then the keys, each inverted where it descends and its top
       bit where it is signed
    2. sort by it (sort.py makes it distinct by the row's position, which makes the sort stable)
    3. undo 1
    """
    p, keys, count = step.scheme, step.number("keys"), _length(step)
    parts = [await planes(step, i, None, count) for i in range(len(step.args))]
    parts = [part[:, :, : step.elem_of(i).width_bits] for i, part in enumerate(parts)]
    turns = [_turned(step, i) for i in range(1, keys + 1)]
    parts[1 : keys + 1] = [_inverted(p, part, turn) for part, turn in zip(parts[1 : keys + 1], turns, strict=True)]
    if keys:
        parts[0] = p.invert(parts[0])
    lowest_first = [*reversed(parts[: keys + 1]), *parts[keys + 1 :]]
    rows = np.concatenate(lowest_first, axis=PLANE)
    if keys:
        rows = await sorted_planes(p, rows, sum(part.shape[PLANE] for part in parts[: keys + 1]), count)
    else:
        rows = await compacted(p, parts[0][:, :, 0], rows, count)
    ends = np.cumsum([part.shape[PLANE] for part in lowest_first])
    found = np.split(rows, ends[:-1], axis=PLANE)
    found[: keys + 1] = reversed(found[: keys + 1])
    if keys:
        found[0] = p.invert(found[0]) & tail_mask(count)
    found[1 : keys + 1] = [_inverted(p, part, turn) for part, turn in zip(found[1 : keys + 1], turns, strict=True)]
    return tuple(Bits(part, count) for part in found)


def _turned(step: Step, i: int) -> list[bool]:
    """Which planes of key i are inverted, so that unsigned order is the wanted one."""
    elem, directions = step.elem_of(i), step.node.attr("descending")
    assert isinstance(directions, tuple), "the directions are a list"
    down = bool(directions[i - 1])
    return [down] * (elem.width_bits - 1) + [down != elem.signed]


def _inverted(p: Scheme, x: np.ndarray, which: list[bool]) -> np.ndarray:
    """Some planes inverted. Local; its own inverse."""
    out = x.copy()
    out[:, :, which] = p.invert(x[:, :, which])
    return out


def _length(step: Step) -> int:
    type_ = step.node.type.parts[0] if isinstance(step.node.type, Bundle) else step.node.type
    return step.count_of(type_)


async def scan(step: Step) -> Secret:
    """Sums, extremes or the first of each group so far. The greatest is the least of what is inverted."""
    p, count, elem, own = step.scheme, step.count, step.elem, step.elem_of(1)
    starts = await flag(step, 0, count)
    x = (await planes(step, 1, None, count))[:, :, : own.width_bits]
    match step.text("what"):
        case "sum":
            return Bits(await scan_sum(p, starts, x, count, elem.width_bits, own.signed), count)
        case "first":
            found = await scan_first(p, starts, x, count)
        case what:
            turn = _extremes_turn(own, what)
            found = _inverted(p, await scan_least(p, starts, _inverted(p, x, turn), count), turn)
    return Bits(extended(found, elem.width_bits, own.signed), count)


def _extremes_turn(elem: Elem, what: str) -> list[bool]:
    """Which planes are inverted, so that the wanted extreme is the least unsigned number."""
    up = what == "greatest"
    return [up] * (elem.width_bits - 1) + [up != elem.signed]


async def shift(step: Step) -> Secret:
    """Every element moves on by a public distance. Local."""
    distance, count = step.number("distance"), step.count
    if step.kind == "ring":
        return Ring(_moved(await ring(step, 0), distance))
    x = await planes(step, 0, step.elem.width_bits, count)
    return Bits(shifted(x & tail_mask(count), distance), count)


def _moved(x: np.ndarray, distance: int) -> np.ndarray:
    """Elements (..., n), zeros where there are none."""
    out, kept = np.zeros_like(x), max(x.shape[-1] - abs(distance), 0)
    here, there = slice(x.shape[-1] - kept, None), slice(0, kept)
    out[..., here if distance >= 0 else there] = x[..., there if distance >= 0 else here]
    return out
