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

Work: TypeAlias = Coroutine[Any, Any, Any]
Body: TypeAlias = Callable[[Replicated3, int], Work]


@dataclass(frozen=True, slots=True)
class Workload:
    """`run(p, n)` makes inputs of n elements and returns the work on them, not begun. sizes: the everyday ones."""

    title: str
    run: Body
    sizes: tuple[int, ...]


def _words(count: int, width_bits: int = 64) -> np.ndarray:
    """Numbers without a pattern, the same ones everywhere."""
    mixed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return mixed >> np.uint64(64 - width_bits)


def _chain(p: Replicated3, n: int) -> Work:
    x = p.constant(_words(1))

    async def run() -> None:
        y = x
        for _ in range(n):
            y = await p.multiply(y, x)

    return run()


def _multiply(p: Replicated3, n: int) -> Work:
    x = p.constant(_words(n))
    return p.multiply(x, x)


def _multiply_fixed(p: Replicated3, n: int) -> Work:
    x = p.constant(_words(n, 23))

    async def run() -> None:
        await p.truncate(await p.multiply(x, x), 16)

    return run()


def _and(p: Replicated3, n: int) -> Work:
    x = p.constant(_words(n // 64))
    return p.and_(x, x)


def _compare_ring(p: Replicated3, n: int) -> Work:
    return bits.top_bit(p, p.constant(_words(n)))


def _compare_planes(p: Replicated3, n: int) -> Work:
    x = p.constant(to_planes(_words(n), 64))
    return bits.less(p, x, x[:, :, ::-1])


def _equal(p: Replicated3, n: int) -> Work:
    return bits.is_zero(p, p.constant(_words(n)))


def _select(p: Replicated3, n: int) -> Work:
    x = p.constant(_words(n))
    return p.select_ring(p.constant(pack(_words(n) & np.uint64(1) == 1)), x)


def _shuffle(p: Replicated3, n: int) -> Work:
    return p.shuffle(p.constant(_words(n)[None]))


def _sort(p: Replicated3, n: int) -> Work:
    return sorted_planes(p, p.constant(to_planes(_words(n), 64)), 64, n)


def _compact(p: Replicated3, n: int) -> Work:
    x = p.constant(to_planes(_words(n), 64))
    return compacted(p, x[:, :, 0], x, n)


def _running_sums(p: Replicated3, n: int) -> Work:
    x = p.constant(to_planes(_words(n, 20), 20))
    return scan_sum(p, x[:, :, 0], x, n, 20 + n.bit_length(), False)


def _join(p: Replicated3, n: int, merging: bool = False) -> Work:
    keys, valid = _words(n), p.constant(pack(np.ones(n, bool)))
    left, right = (p.constant(to_planes(k, 64)) for k in (keys, np.roll(keys, n // 2)))
    return join(p, Side(left, valid, left[:, :, :20], n), Side(right, valid, right[:, :, :20], n), merging)


def _merge_join(p: Replicated3, n: int) -> Work:
    return _join(p, n, merging=True)


def _sums_by_group(p: Replicated3, n: int) -> Work:
    cells = np.stack([pack(_words(n) % np.uint64(100) == i) for i in range(100)])
    x, mask = p.constant(to_planes(_words(n, 20), 20)), p.constant(cells)

    async def run() -> None:
        await add_up(p, await p.and_(x[:, :, :, None], mask[:, :, None]), n)
        await add_up(p, mask[:, :, None], n)

    return run()


def _ring(p: Replicated3, n: int) -> Work:
    row = p.constant(np.zeros(1, np.uint64))[:, 0]

    async def run() -> None:
        for _ in range(n):
            await p.wire.shift(row, "nothing secret")

    return run()


def _bulk(p: Replicated3, n: int) -> Work:
    return p.wire.shift(p.constant(np.zeros(n, np.uint64))[:, 0], "nothing secret")


WORKLOADS: dict[str, Workload] = {
    "ring": Workload("floor: 8 bytes to the next party and nothing else", _ring, (1000,)),
    "bulk": Workload("floor: one large message to the next party", _bulk, (10**6,)),
    "chain": Workload("dependent scalar multiplications", _chain, (1000,)),
    "multiply": Workload("multiply integers", _multiply, (10**4, 10**6)),
    "multiply-fixed": Workload("multiply fixed-point numbers, f = 16", _multiply_fixed, (10**4, 10**6)),
    "and": Workload("ANDs", _and, (10**7, 10**8)),
    "compare": Workload("sign of 64-bit ring values", _compare_ring, (10**4, 10**6)),
    "compare-planes": Workload("compare 64-bit numbers in planes", _compare_planes, (10**4, 10**6)),
    "equal": Workload("64-bit ring values equal to zero", _equal, (10**4, 10**6)),
    "select": Workload("bit times ring value", _select, (10**4, 10**6)),
    "shuffle": Workload("shuffle 64-bit words", _shuffle, (10**4, 10**6)),
    "sort": Workload("sort 64-bit keys", _sort, (10**4, 10**5)),
    "compact": Workload("rows of 64 bits that count first, the others behind", _compact, (10**4, 10**5)),
    "running-sums": Workload("running sums of 20-bit values in secret groups", _running_sums, (10**4, 10**5)),
    "join": Workload("join n with n unique 64-bit keys, 20-bit payloads", _join, (10**4, 10**5)),
    "join-in-order": Workload("the same join of sides that their owners sorted", _merge_join, (10**4, 10**5)),
    "group": Workload("sum and count of 20-bit values by 100 public groups", _sums_by_group, (10**4, 10**5)),
}
