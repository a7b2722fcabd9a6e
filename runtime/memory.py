"""Asks the C library to keep memory that has been freed, instead of handing it back and fetching it again.

Lives here: `keep_freed_memory`. A run makes and drops arrays of the same megabytes thousands of times; by default each
costs a page fault per 4 kB. Measured on a join of 540,000 with 540,000 rows, four pairs of runs one after the other,
three parties in one process: 15.6 s of processor time in the mean instead of 17.0 s, a quarter of the page faults, peak
memory 1.36 GB instead of 1.33 GB.
"""

from __future__ import annotations

import contextlib
import ctypes

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3  # mallopt(3)
_LARGEST_MMAP_THRESHOLD = 32 << 20


def keep_freed_memory() -> None:
    """From now on, in this process. Does nothing where the C library has no `mallopt` (macOS, Windows, musl)."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD)
        library.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
        library.mallopt(_M_TOP_PAD, 64 << 20)
