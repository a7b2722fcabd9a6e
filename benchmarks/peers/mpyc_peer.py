"""Workloads in MPyC (Shamir, prime field): three processes on loopback, without TLS.

    PYTHON_WITH_MPYC benchmarks/peers/mpyc_peer.py -M3 WORKLOAD ELEMENTS

Prints one JSON object: seconds of the run on shares (of three runs the median, at party 0), and the largest error. It
runs in an environment of its own, so it imports nothing of SecFuse.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

import numpy as np
from mpyc.runtime import mpc

REPEAT, CHAIN = 3, 1000
SECRET = mpc.SecInt(64)


def integers(count: int, bits: int) -> np.ndarray:
    """Whole numbers below 2^bits in magnitude."""
    return np.random.default_rng(20240601).integers(-(1 << bits), 1 << bits, count)


async def chain(x: Any) -> Any:
    """x, a thousand times multiplied by itself, one after the other."""
    y = x
    for _ in range(CHAIN):
        y = mpc.np_multiply(y, x)
        await mpc.gather(y)
    return y


async def multiply(x: Any) -> Any:
    """x times x from behind."""
    return mpc.np_multiply(x, x[::-1])


async def compare(x: Any) -> Any:
    """x below x from behind."""
    return mpc.np_less(x, x[::-1])


async def sort(x: Any) -> Any:
    """x in order."""
    return mpc.np_sort(x)


WORKLOADS: dict[str, tuple[Any, Any, Any]] = {
    "chain": (chain, lambda n: np.ones(1, np.int64), lambda x: x),
    "multiply": (multiply, lambda n: integers(n, 31), lambda x: x * x[::-1]),
    "compare": (compare, lambda n: integers(n, 61), lambda x: x < x[::-1]),
    "sort": (sort, lambda n: integers(n, 61), np.sort),
}


async def main() -> None:
    """One workload."""
    run, numbers, plain = WORKLOADS[sys.argv[1]]
    given = numbers(int(sys.argv[2]))
    await mpc.start()
    x = mpc.input(SECRET.array(given), senders=0)
    await mpc.gather(x)
    seconds, found = [], None
    for _ in range(REPEAT):
        started_s = time.perf_counter()
        found = await run(x)
        await mpc.gather(found)
        seconds.append(time.perf_counter() - started_s)
    value = np.asarray(await mpc.output(found), float)
    if mpc.pid == 0:
        error = float(np.max(np.abs(value - np.asarray(plain(given), float))))
        print(json.dumps({"seconds": statistics.median(seconds), "error": error}), flush=True)
    await mpc.shutdown()


mpc.run(main())
