"""Pseudo-random streams that parties share, named by their place in the program.

Lives here: the only source of masks, AES-128-CTR from `cryptography`. Not here: which key hides what (the protocols).
A draw's nonce is its place (task and number of the draw in it), never a shared counter, so processes agree whatever
order their work is done in, and no place is drawn twice. Small draws are pieces of one larger draw at their place: its
stock, which every party keeps in step, whatever keys it holds.
"""

from __future__ import annotations

import hashlib
import math
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR, ECB

from .ranking import order_of
from .rounds import Place

_ZEROS = memoryview(bytes(1 << 17))  # little enough to stay in the cache while it is encrypted again and again
_FEW_BYTES = 1024  # what one call of a standing context makes
STOCK_BYTES = _FEW_BYTES
_COUNTERS = np.zeros((_FEW_BYTES // 16, 16), np.uint8)
_COUNTERS[:, 15] = np.arange(len(_COUNTERS))


class Keystream:
    """AES-CTR output of one key, for any nonce of 12 bytes; the 4-byte block counter starts at 0 (at most 64 GB).

    Two contexts that stay: making one takes more time than a draw of 32 kB.
    """

    def __init__(self, key: bytes) -> None:
        self._stream = Cipher(AES(key), CTR(bytes(16))).encryptor()
        self._encryptor = Cipher(AES(key), ECB()).encryptor()

    def draw(self, nonce: bytes, size_bytes: int) -> np.ndarray:
        """Bytes (size_bytes,); read-only if they are few."""
        if size_bytes <= _FEW_BYTES:
            return self._few(nonce, size_bytes)
        assert size_bytes < 1 << 36, "a draw is longer than its counter"
        stream = self._stream
        stream.reset_nonce(nonce + bytes(4))
        out = np.empty(size_bytes + 15, dtype=np.uint8)
        view = memoryview(out.data)
        for start in range(0, size_bytes, len(_ZEROS)):
            piece = min(len(_ZEROS), size_bytes - start)
            stream.update_into(_ZEROS[:piece], view[start:])
        return out[:size_bytes]

    def _few(self, nonce: bytes, size_bytes: int) -> np.ndarray:
        """The same: AES-CTR is AES of nonce and counter, block by block."""
        blocks = _COUNTERS[: -(-size_bytes // 16)].copy()
        blocks[:, :12] = np.frombuffer(nonce, np.uint8)
        return np.frombuffer(self._encryptor.update(blocks.tobytes()), np.uint8)[:size_bytes]


class _Thread(threading.local):
    """What each thread has for itself: contexts, which serve one at a time, and where it stands if not at the task."""

    def __init__(self) -> None:
        self.streams: dict[int, Keystream] = {}
        self.place: Place | None = None


class Streams:
    """The keys that the parties played in this process hold, by index. Key j is held by the holders of share j.

    small_bytes: draws up to this size come from a stock; the same at all parties.
    """

    small_bytes = 256

    def __init__(self, keys: Mapping[int, bytes], here: Callable[[], Place]) -> None:
        self._keys = {j: hashlib.sha256(b"secfuse stream key" + key).digest()[:16] for j, key in keys.items()}
        self._rows = {j: i for i, j in enumerate(self._keys)}
        self._task_here = here
        self._thread = _Thread()
        self._process = os.getpid()

    def draw(self, key: int, shape: tuple[int, ...], dtype: np.typing.DTypeLike = np.uint64) -> np.ndarray:
        """Uniform words (1, *shape), the same at both holders of `key`; (0, *shape) where it is not held."""
        return self.draw_each((key,), shape, dtype)[key]

    def draw_each(
        self, keys: tuple[int, ...], shape: tuple[int, ...], dtype: np.typing.DTypeLike = np.uint64
    ) -> dict[int, np.ndarray]:
        """One draw from each of several keys at one place: {key: (1, *shape), or (0, *shape) where it is not held}."""
        size_bytes = math.prod(shape) * np.dtype(dtype).itemsize
        if size_bytes <= self.small_bytes:
            words = self.from_stock("keys", size_bytes, self._all_keys).view(dtype).reshape(len(self._rows), *shape)
            rows = self._rows
            return {
                key: words[rows[key] : rows[key] + 1] if key in rows else np.empty((0, *shape), dtype) for key in keys
            }
        nonce = self._nonce(self._place())
        return {
            key: self._stream(key, nonce, size_bytes).view(dtype).reshape(1, *shape)
            if key in self._keys
            else np.empty((0, *shape), dtype)
            for key in keys
        }

    def next_place(self) -> str:
        """A name for places within the op that asks, which no draw shares."""
        return self._place()

    @contextmanager
    def standing_at(self, name: str) -> Iterator[None]:
        """What this thread draws, it draws at a place of that name, which must be unique in the run."""
        self._thread.place = Place(name)
        try:
            yield
        finally:
            self._thread.place = None

    def _here(self) -> Place:
        return self._thread.place or self._task_here()

    def _place(self) -> str:
        """The next place: taken whether or not the key is held, so that all parties stay in step."""
        assert os.getpid() == self._process, "a fork would repeat every mask"
        return self._here().next_draw()

    def from_stock(self, purpose: object, size_bytes: int, make: Callable[[], np.ndarray]) -> np.ndarray:
        """The next bytes of a stock of this place, (rows, size_bytes), each at the start of a word.

        make: draws a new stock (rows, STOCK_BYTES) when the last one is used up.
        """
        here = self._here()
        stock, used = here.stocks.get(purpose, (None, 0))
        if stock is None or used + size_bytes > STOCK_BYTES:
            stock, used = make(), 0
        here.stocks[purpose] = stock, used + (size_bytes + 7) // 8 * 8
        taken: np.ndarray = stock[:, used : used + size_bytes]
        return taken

    def _all_keys(self) -> np.ndarray:
        nonce = self._nonce(self._place())
        pieces = [self._stream(key, nonce, STOCK_BYTES) for key in self._rows]
        return np.stack(pieces) if pieces else np.empty((0, STOCK_BYTES), np.uint8)

    def _nonce(self, place: str) -> bytes:
        return hashlib.blake2b(place.encode(), digest_size=12).digest()

    def _stream(self, key: int, nonce: bytes, size_bytes: int) -> np.ndarray:
        streams = self._thread.streams
        if key not in streams:
            streams[key] = Keystream(self._keys[key])
        return streams[key].draw(nonce, size_bytes)

    def permutation(self, key: int, length: int) -> np.ndarray | None:
        """A uniform permutation (length,) from the stream of `key`; None where it is not held.

        The order of uniform words; equal ones would favour one order, so all are drawn again, from a nonce of the same
        place: whoever lacks the key does not see that, and must stay in step.
        """
        place = self._place()
        if key not in self._keys:
            return None
        for attempt in count():
            words = self._stream(key, self._nonce(f"{place} permutation {attempt}"), 8 * length).view(np.uint64)
            order = order_of(words)
            if order is not None:
                return order
        raise AssertionError("unreachable: every attempt draws other words")
