"""Rows of tables: owners' inputs, unions, joins, cells and the reductions over them.

Lives here: one kernel an operation. The algorithms themselves are in algorithms/.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.types import Bundle, Type
from secfuse.runtime.algorithms import bits
from secfuse.runtime.algorithms.bits import PLANE
from secfuse.runtime.algorithms.join import Side, join
from secfuse.runtime.algorithms.sums import add_up, largest
from secfuse.runtime.planes import concatenated, tail_mask, to_planes, words_for
from secfuse.runtime.rounds import together

from .value import Bits, Ring, Secret, Step, Value, as_bool, flag, planes, ring


async def input_(step: Step) -> Secret:
    """The owner shares a column: planes of the width its range needs, or ring elements."""
    values = None
    if step.text("table") in step.rows:
        values = step.rows[step.text("table")].values[step.text("column")]
    return await _shared(step, values)


async def present(step: Step) -> Secret:
    """The owner shares which values of a column are not NULL."""
    known = None
    if step.text("table") in step.rows:
        known = step.rows[step.text("table")].present[step.text("column")].astype(np.int64)
    return await _shared(step, known)


async def _shared(step: Step, values: np.ndarray | None) -> Secret:
    owner, count = step.owners[step.text("table")], step.count
    integers = None if values is None else values.astype(np.uint64)
    if step.kind == "ring":
        return Ring(await step.scheme.share(owner, integers, (count,), np.subtract))
    width = step.elem.width_bits
    own = None if integers is None else to_planes(integers, width)
    return Bits(await step.scheme.share(owner, own, (width, words_for(count)), np.bitwise_xor), count)


async def rows(step: Step) -> Secret:
    """All rows that the owner loaded count."""
    return Bits(step.scheme.constant(tail_mask(step.count)[None]), step.count)


async def concat(step: Step) -> Secret:
    """One column under the other."""
    if step.kind == "ring":
        return Ring(np.concatenate([await ring(step, i) for i in range(len(step.args))], axis=-1))
    width = step.elem.width_bits
    parts = [(await planes(step, i, width))[:, :, :width] for i in range(len(step.args))]
    return Bits(concatenated(parts, [_count_of(step, i) for i in range(len(parts))]), step.count)


def _count_of(step: Step, i: int) -> int:
    type_ = step.types[i]
    assert isinstance(type_, Type), "a column has a shape"
    return step.count_of(type_)


async def join_(step: Step) -> tuple[Secret, ...]:
    """Inner join, keys unique on the right."""
    lefts, rights = step.number("left"), step.number("right")
    left = await _side(step, 0, 1, range(4, 4 + lefts))
    right = await _side(step, 2, 3, range(4 + lefts, 4 + lefts + rights))
    joined = await join(step.scheme, left, right)
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


async def count(step: Step) -> Secret:
    """How many rows lie under the mask."""
    mask, many, shape = await _mask(step)
    total = await add_up(step.scheme, mask[:, :, None], many)
    return Bits(bits.extended(total, step.elem.width_bits, False)[:, :, : step.elem.width_bits], shape)


async def sum_(step: Step) -> Secret:
    """The sum of x under the mask. Planes by carry-save addition; ring values by a select and a local sum.

    A signed number is its planes with the top bit inverted, less 2^(k-1): the sum of the former, less that much for
    every row counted.
    """
    p, elem = step.scheme, step.elem_of(1)
    mask, many, shape = await _mask(step)
    if step.kind == "ring":
        chosen = await p.select_ring(mask, await ring(step, 1, 2))
        return Ring(np.asarray(np.sum(chosen, axis=-1, dtype=np.uint64)))
    x = await planes(step, 1, None, many)
    if elem.signed:
        x = np.concatenate([x[:, :, :-1], p.invert(x[:, :, -1:])], axis=PLANE)
    chosen = await p.and_(x[:, :, :, None], mask[:, :, None])
    width = step.elem.width_bits
    if not elem.signed:
        total = await add_up(p, chosen, many)
        return Bits(bits.extended(total, width, False)[:, :, :width], shape)
    total, rows_ = await together(add_up(p, chosen, many), add_up(p, mask[:, :, None], many))
    offset = np.concatenate([np.zeros_like(rows_[:, :, :1])] * (elem.width_bits - 1) + [rows_], axis=PLANE)
    a, b = (bits.extended(v, width, False)[:, :, :width] for v in (total, offset))
    return Bits((await bits.subtract(p, a, b))[0], shape)


async def _mask(step: Step) -> tuple[np.ndarray, int, int]:
    """(mask (P, copies, c, W), elements, cells): a mask without cells is one cell."""
    type_ = step.types[0]
    assert isinstance(type_, Type), "a mask has a shape"
    many = step.count_of(type_)
    mask = await flag(step, 0, many)
    if len(type_.shape) == 1:
        mask = mask[:, :, None]
    return mask & tail_mask(many), many, mask.shape[PLANE]


async def greatest(step: Step) -> Secret:
    """The greatest x under the mask, the domain's lo where there is none."""
    return await _extreme(step, downwards=False, default=step.elem_of(1).lo)


async def least(step: Step) -> Secret:
    """The smallest x under the mask, the domain's hi where there is none: the greatest of what is inverted."""
    return await _extreme(step, downwards=True, default=step.elem_of(1).hi)


async def _extreme(step: Step, downwards: bool, default: int) -> Secret:
    """The mask stands above the number, so whatever counts beats whatever does not, and tells at the end if any did."""
    p, elem = step.scheme, step.elem_of(1)
    mask, many, cells_ = await _mask(step)
    x = await planes(step, 1, None, many)
    if elem.signed:
        x = np.concatenate([x[:, :, :-1], p.invert(x[:, :, -1:])], axis=PLANE)
    if downwards:
        x = p.invert(x)
    chosen = await p.and_(x[:, :, :, None], mask[:, :, None])
    best = (await largest(p, np.concatenate([chosen, mask[:, :, None]], axis=PLANE), 1))[:, :, :, 0]
    found, best = best[:, :, -1], best[:, :, :-1]
    if downwards:
        best = p.invert(best)
    if elem.signed:
        best = np.concatenate([best[:, :, :-1], p.invert(best[:, :, -1:])], axis=PLANE)
    width = step.elem.width_bits
    best = bits.extended(best, width, elem.signed)[:, :, :width]
    number = np.full(cells_, default, np.int64).astype(np.uint64)
    fallback = p.constant(to_planes(number, width))
    return Bits(await bits.select(p, found, best, fallback), cells_)


async def largest_(step: Step) -> Secret:
    """The sum of the `how_many` greatest x under the mask; x >= 0."""
    p, width = step.scheme, step.elem.width_bits
    mask, many, cells_ = await _mask(step)
    x = await planes(step, 1, None, many)
    chosen = await p.and_(x[:, :, :, None], mask[:, :, None])
    best = await largest(p, chosen, step.number("how_many"))
    total = bits.extended(best[:, :, :, 0], width, False)[:, :, :width]
    for i in range(1, step.number("how_many")):
        total = await bits.add(p, total, bits.extended(best[:, :, :, i], width, False)[:, :, :width])
    return Bits(total, cells_)
