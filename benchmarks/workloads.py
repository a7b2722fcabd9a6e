"""The workloads: one operation each, on vectors of any length, for any process that plays a party.

Lives here: what is run and how many elements that is. Not here: timing (primitives.py) and processes (party.py).
Inputs are public constants in the form of shares: what a run costs does not depend on values.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from secfuse.runtime.algorithms import bits
from secfuse.runtime.algorithms.compact import compacted
from secfuse.runtime.algorithms.join import Side, join
from secfuse.runtime.algorithms.scan import scan_sum
from secfuse.runtime.algorithms.sort import sorted_planes
from secfuse.runtime.algorithms.sums import add_up
from secfuse.runtime.planes import pack, to_planes
from secfuse.runtime.protocols.replicated3 import Replicated3

Body: TypeAlias = Callable[[Replicated3, int], Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Workload:
    """`run(p, n)` works on n elements; `sizes` are the everyday ones."""

    title: str
    run: Body
    sizes: tuple[int, ...]


def _words(count: int, width_bits: int = 64) -> np.ndarray:
    """Numbers without a pattern, the same ones everywhere."""
    mixed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return mixed >> np.uint64(64 - width_bits)


async def _chain(p: Replicated3, n: int) -> None:
    x = y = p.constant(_words(1))
    for _ in range(n):
        y = await p.multiply(y, x)


async def _multiply(p: Replicated3, n: int) -> None:
    x = p.constant(_words(n))
    await p.multiply(x, x)


async def _multiply_fixed(p: Replicated3, n: int) -> None:
    x = p.constant(_words(n, 23))
    await p.truncate(await p.multiply(x, x), 16)


async def _compare_ring(p: Replicated3, n: int) -> None:
    await bits.top_bit(p, p.constant(_words(n)))


async def _compare_planes(p: Replicated3, n: int) -> None:
    x = p.constant(to_planes(_words(n), 64))
    await bits.less(p, x, x[:, :, ::-1])


async def _equal(p: Replicated3, n: int) -> None:
    await bits.is_zero(p, p.constant(_words(n)))


async def _select(p: Replicated3, n: int) -> None:
    x = p.constant(_words(n))
    await p.select_ring(p.constant(pack(_words(n) & np.uint64(1) == 1)), x)


async def _shuffle(p: Replicated3, n: int) -> None:
    await p.shuffle(p.constant(_words(n)[None]))


async def _sort(p: Replicated3, n: int) -> None:
    await sorted_planes(p, p.constant(to_planes(_words(n), 64)), 64, n)


async def _compact(p: Replicated3, n: int) -> None:
    x = p.constant(to_planes(_words(n), 64))
    await compacted(p, x[:, :, 0], x, n)


async def _running_sums(p: Replicated3, n: int) -> None:
    x = p.constant(to_planes(_words(n, 20), 20))
    await scan_sum(p, x[:, :, 0], x, n, 20 + n.bit_length(), False)


async def _join(p: Replicated3, n: int) -> None:
    keys, valid = _words(n), p.constant(pack(np.ones(n, bool)))
    left, right = (p.constant(to_planes(k, 64)) for k in (keys, np.roll(keys, n // 2)))
    await join(p, Side(left, valid, left[:, :, :20], n), Side(right, valid, right[:, :, :20], n))


async def _sums_by_group(p: Replicated3, n: int) -> None:
    cells = np.stack([pack(_words(n) % np.uint64(100) == i) for i in range(100)])
    x, mask = p.constant(to_planes(_words(n, 20), 20)), p.constant(cells)
    await add_up(p, await p.and_(x[:, :, :, None], mask[:, :, None]), n)
    await add_up(p, mask[:, :, None], n)


async def _ring(p: Replicated3, n: int) -> None:
    row = p.constant(np.zeros(1, np.uint64))[:, 0]
    for _ in range(n):
        await p.wire.shift(row, "nothing secret")


async def _bulk(p: Replicated3, n: int) -> None:
    await p.wire.shift(p.constant(np.zeros(n, np.uint64))[:, 0], "nothing secret")


WORKLOADS: dict[str, Workload] = {
    "ring": Workload("floor: 8 bytes to the next party and nothing else", _ring, (1000,)),
    "bulk": Workload("floor: one large message to the next party", _bulk, (1 << 22,)),
    "chain": Workload("dependent scalar multiplications", _chain, (1000,)),
    "multiply": Workload("multiply integers", _multiply, (10**4, 10**6)),
    "multiply-fixed": Workload("multiply fixed-point numbers, f = 16", _multiply_fixed, (10**4, 10**6)),
    "compare": Workload("sign of 64-bit ring values", _compare_ring, (10**4, 10**6)),
    "compare-planes": Workload("compare 64-bit numbers in planes", _compare_planes, (10**4, 10**6)),
    "equal": Workload("64-bit ring values equal to zero", _equal, (10**4, 10**6)),
    "select": Workload("bit times ring value", _select, (10**4, 10**6)),
    "shuffle": Workload("shuffle 64-bit words", _shuffle, (10**4, 10**6)),
    "sort": Workload("sort 64-bit keys", _sort, (10**4, 10**5)),
    "compact": Workload("rows of 64 bits that count first, the others behind", _compact, (10**4, 10**5)),
    "running-sums": Workload("running sums of 20-bit values in secret groups", _running_sums, (10**4, 10**5)),
    "join": Workload("join n with n unique 64-bit keys, 20-bit payloads", _join, (10**4, 10**5)),
    "group": Workload("sum and count of 20-bit values by 100 public groups", _sums_by_group, (10**4, 10**5)),
}
