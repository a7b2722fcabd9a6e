"""Rows of tables: owners' inputs, joins, cells.

Lives here: one kernel an operation. The algorithms themselves are in algorithms/. Not here: arrays (arrays.py) and the
reductions of rows (reductions.py).
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.types import Bundle, Type
from secfuse.runtime.algorithms.bits import PLANE
from secfuse.runtime.algorithms.join import Side, join
from secfuse.runtime.costs.join import merging_pays
from secfuse.runtime.planes import tail_mask, to_planes, words_for

from .value import Bits, Ring, Secret, Step, Value, as_bool, flag, planes


async def input_(step: Step) -> Secret:
    """The owner shares a column: planes of the width its range needs, or ring elements."""
    values = None
    if step.text("table") in step.rows:
        values = step.rows[step.text("table")].values[step.text("column")]
    return await _shared(step, step.owners[step.text("table")], values)


async def present(step: Step) -> Secret:
    """The owner shares which values of a column are not NULL."""
    known = None
    if step.text("table") in step.rows:
        known = step.rows[step.text("table")].present[step.text("column")].astype(np.int64)
    return await _shared(step, step.owners[step.text("table")], known)


async def given(step: Step, values: np.ndarray | None) -> Secret:
    """An owner shares what it has computed by itself, of any shape: uniform to everybody else, as an input is."""
    return await _shared(step, step.ranks[step.type.visibility.parties[0]], values)


async def _shared(step: Step, owner: int, values: np.ndarray | None) -> Secret:
    shape = tuple(size.bind(step.row_counts) for size in step.type.shape) or (1,)
    integers = None if values is None else _integers(values).reshape(shape)
    if step.kind == "ring":
        return Ring(await step.scheme.share(owner, integers, shape, np.subtract))
    width, (*cells_, count) = step.elem.width_bits, shape
    own = None if integers is None else np.moveaxis(to_planes(integers, width), -2, 0)
    planes_ = (width, *cells_, words_for(count))
    return Bits(await step.scheme.share(owner, own, planes_, np.bitwise_xor), count)


def _integers(values: np.ndarray) -> np.ndarray:
    """Numbers modulo 2^64."""
    return values if values.dtype == np.uint64 else values.astype(np.int64).view(np.uint64)


async def rows(step: Step) -> Secret:
    """All rows that the owner loaded count."""
    return Bits(step.scheme.constant(tail_mask(step.count)[None]), step.count)


async def random(step: Step) -> Secret:
    """Coins that nobody knows, tossed without a message; nothing in the tails."""
    *cells_, count = tuple(size.bind(step.row_counts) for size in step.type.shape) or (1,)
    tossed = step.scheme.coins((step.elem.width_bits, *cells_, words_for(count)))
    return Bits(tossed & tail_mask(count), count)


def _count_of(step: Step, i: int) -> int:
    type_ = step.types[i]
    assert isinstance(type_, Type), "a column has a shape"
    return step.count_of(type_)


async def join_(step: Step) -> tuple[Secret, ...]:
    """Inner join, keys unique on the right."""
    lefts, rights = step.number("left"), step.number("right")
    left = await _side(step, 0, 1, range(4, 4 + lefts))
    right = await _side(step, 2, 3, range(4 + lefts, 4 + lefts + rights))
    payload_bits = max(side.payload.shape[PLANE] for side in (left, right))
    pays = merging_pays(left.key.shape[PLANE], payload_bits, left.count + right.count)
    joined = await join(step.scheme, left, right, bool(step.number("in_order")) and pays)
    assert isinstance(step.node.type, Bundle), "a join gives a bundle"
    elems = [part.elem for part in step.node.type.parts]
    columns: list[Secret] = [Bits(joined.key, joined.count), as_bool(joined.valid, joined.count)]
    columns += _apart(joined.left, [e.width_bits for e in elems[2 : 2 + lefts]], joined.count)
    columns += _apart(joined.right, [e.width_bits for e in elems[2 + lefts :]], joined.count)
    return tuple(columns)


async def _side(step: Step, key: int, valid: int, columns: range) -> Side:
    payload = [await planes(step, i) for i in columns]
    count = _count_of(step, valid)
    no_planes = step.scheme.zeros((0, words_for(count)))
    width = max(step.elem_of(i).width_bits for i in (0, 2))
    return Side(
        await planes(step, key, width),
        await flag(step, valid, count),
        np.concatenate([no_planes, *payload], axis=PLANE),
        count,
    )


def _apart(payload: np.ndarray, widths: list[int], count: int) -> list[Secret]:
    ends = np.cumsum([0, *widths])
    return [Bits(payload[:, :, ends[i] : ends[i + 1]], count) for i in range(len(widths))]


async def pick(step: Step) -> Value:
    """One part of a bundle."""
    bundle = step.args[0]
    assert isinstance(bundle, tuple), "only a bundle is picked apart"
    return bundle[step.number("index")]


async def cells(step: Step) -> Secret:
    """Which rows lie in which cell: bool[c, n]. One AND a cell and bit of the keys' domains, one round a bit.

    Starting from the valid rows, each bit of each key, highest first, splits every cell in two: those with the bit
    set (an AND) and the rest (an XOR). Prefixes that no value of the domain begins with are dropped.
    """
    count = step.count
    split = (await flag(step, 0, count))[:, :, None]  # (P, copies, cells so far, W)
    for key in range(1, len(step.args)):
        elem = step.elem_of(key)
        width = elem.width_bits
        key_planes = await planes(step, key, width, count)
        patterns = [value & ((1 << width) - 1) for value in range(elem.lo, elem.hi + 1)]
        split = await _split(step, split, key_planes, patterns)
    return Bits(split[:, :, None] & tail_mask(count), count)


async def _split(step: Step, cells_: np.ndarray, key: np.ndarray, patterns: list[int]) -> np.ndarray:
    """Each cell (P, copies, c, W) into one a pattern, the patterns fastest."""
    prefixes: dict[int, np.ndarray] = {0: cells_}
    for i in reversed(range(key.shape[PLANE])):
        wanted = sorted({pattern >> i for pattern in patterns})
        parents = sorted(prefixes)
        stacked = np.stack([prefixes[parent] for parent in parents], axis=2)
        ones = await step.scheme.and_(stacked, key[:, :, i][:, :, None, None])
        children: dict[int, np.ndarray] = {}
        for j, parent in enumerate(parents):
            children[2 * parent + 1] = ones[:, :, j]
            children[2 * parent] = stacked[:, :, j] ^ ones[:, :, j]
        prefixes = {prefix: children[prefix] for prefix in wanted}
    by_pattern = np.stack([prefixes[pattern] for pattern in patterns], axis=3)
    return by_pattern.reshape(*by_pattern.shape[:2], -1, by_pattern.shape[-1])
